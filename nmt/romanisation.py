"""How a name sounds that is spelt as it is spoken: Indian, Japanese, Arabic, African and others.

Such a spelling leaves open whether `a` is long and whether `t` and `d` are dental; the rules say
what is most often so in names.
"""

import re

# The longest first; a vowel letter stands for itself in full form.
_LETTERS = {
    "chh": "छ", "tch": "च", "sch": "श", "dny": "ज्ञ", "ksh": "क्ष", "kh": "ख", "gh": "घ",
    "ch": "च", "jh": "झ", "th": "थ", "dh": "ध", "ph": "फ", "bh": "भ", "sh": "श", "zh": "झ",
    "ck": "क", "qu": "क्व", "tt": "ट्ट", "dd": "ड्ड", "ll": "ल्ल", "ss": "स", "nn": "न्न",
    "x": "क्स", "b": "ब", "d": "द", "f": "फ", "g": "ग", "h": "ह", "j": "ज", "k": "क", "l": "ल",
    "m": "म", "n": "न", "p": "प", "q": "क", "r": "र", "s": "स", "t": "त", "v": "व", "w": "व",
    "y": "य", "z": "झ", "c": "क",
    "aa": "आ", "ee": "ई", "oo": "ऊ", "ou": "ऊ", "ai": "ऐ", "ei": "एई", "au": "औ", "uu": "ऊ",
    "ii": "ई", "a": "अ", "e": "ए", "i": "इ", "o": "ओ", "u": "उ",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))
# Endings that names of places and families are made with; their vowels are known.
_ENDINGS = {
    "abad": "आबाद", "pur": "पऊर", "kar": "कर", "wad": "वआड", "nath": "नआथ", "raj": "रआज",
    "das": "दआस", "ram": "रआम", "pal": "पआल", "dar": "दआर", "kant": "कआंत", "kumar": "कउमआर",
    "nagar": "नगर", "gaon": "गआव", "rao": "रआव", "bai": "बआई", "bhau": "भआऊ", "deo": "दएव",
    "ande": "आंडए", "il": "ईल", "av": "अव", "an": "आन",
}  # fmt: skip
VOWELS = "अआइईउऊएऐओऔऑॲ"


def romanised_sounds(word: str) -> list[str]:
    """Return the Devanagari letters of a word's sounds, each a consonant or a vowel in full form.

    `["स", "अ", "च", "इ", "न"]` for "sachin", a word of lower-case ASCII letters.
    """
    tokens = _TOKEN.findall(re.sub(r"c(?=[eiy])", "s", re.sub(r"y(?![aeiou])", "i", word)))
    sounds: list[str] = []
    for place, token in enumerate(tokens):
        sounds += _sound(tokens, place, token)
    return sounds


def _sound(tokens: list[str], place: int, token: str) -> list[str]:
    before = tokens[place - 1] if place else ""
    after = tokens[place + 1] if place + 1 < len(tokens) else ""
    later = tokens[place + 2] if place + 2 < len(tokens) else ""
    if token == "a":
        return [_a(before, after, later)]
    if token in ("i", "u") and not after and before:
        return ["ई" if token == "i" else "ऊ"]
    if token == "d" and before == "n" and after not in ("r", "h", "i", "e"):
        return ["ड"]
    letters = _LETTERS[token]
    return list(letters) if letters[0] in VOWELS else [letters]


def _a(before: str, after: str, later: str) -> str:
    """Return long आ at the end and before a single consonant with a vowel, else अ."""
    if not after:
        return "आ"
    if not before or not later or after[0] in "aeiou":
        return "अ"
    return "आ" if later[0] in "eiou" else "अ"
