"""How a name sounds that is spelt as it is spoken: Indian, Japanese, Arabic, African and others.

Such a spelling leaves open whether `a` is long and whether `t` and `d` are dental; the rules say
what is most often so in names.
"""

import re

from nmt.pronunciation import VOWELS

# The longest first; a vowel letter stands for itself in full form.
_LETTERS = {
    "chh": "छ", "tch": "च", "sch": "श", "dny": "ज्ञ", "ksh": "क्ष", "kh": "ख", "gh": "घ",
    "ch": "च", "jh": "झ", "th": "थ", "dh": "ध", "ph": "फ", "bh": "भ", "sh": "श", "zh": "झ",
    "ck": "क", "qu": "क्व", "tt": "ट्ट", "dd": "ड्ड", "ll": "ल्ल", "ss": "स", "nn": "न्न",
    "cc": "क", "x": "क्स", "b": "ब", "d": "द", "f": "फ", "g": "ग", "h": "ह", "j": "ज", "k": "क",
    "l": "ल", "m": "म", "n": "न", "p": "प", "q": "क", "r": "र", "s": "स", "t": "त", "v": "व",
    "w": "व", "y": "य", "z": "झ", "c": "क",
    "aa": "आ", "ee": "ई", "oo": "ऊ", "ou": "ऊ", "ai": "ऐ", "ei": "एई", "au": "औ", "uu": "ऊ",
    "ii": "ई", "a": "अ", "e": "ए", "i": "इ", "o": "ओ", "u": "उ",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))
# What names of places and families end with; their vowels are known, and they are not joined to
# the consonant before.
_ENDINGS = {
    "abad": "आबआद", "pur": "पऊर", "kar": "कअर", "wad": "वआड", "nath": "नआथ", "raj": "रआज",
    "das": "दआस", "ram": "रआम", "pal": "पआल", "dar": "दआर", "kant": "कआनत", "kumar": "कउमआर",
    "nagar": "नअगअर", "gaon": "गआव", "rao": "रआव", "bai": "बआई", "bhau": "भआऊ", "shree": "शरई",
    "ande": "आनडए", "pande": "पआनडए", "ale": "अलए", "ash": "आश", "abh": "आभ", "adh": "आध",
    "il": "ईल", "an": "आन", "ah": "आ", "er": "अर", "ai": "अई", "ay": "अय",
}  # fmt: skip
_ENDING = re.compile(
    "(?<=.)ande$|(?<=..)(?:pande|abad|pur|wad|nath|raj|das|ram|pal|dar|kant|kumar|nagar|gaon|rao|bhau|"
    "shree|ale|ash|abh|adh)$|(?<=...)(?:bai|kar|il|an|ah|er|ai|ay)$"
)
# An a is long before one consonant and another vowel (Patil, Madhuri), not in Ganesh and Ravi;
# before a second a only in the last two syllables (Tanaka, Jadhav).
_AFTER_LONG_A = re.compile("(?!vi|[^jk]h?(?:[ei]sh|endra)$)(?:[^aeiou]h?(?:[eiou]|a$|av$)|ndh[iu])")
_VOWEL_LETTERS = ("a", "e", "i", "o", "u")
_PLOSIVE_D = re.compile("[aou]|$")


def romanised_sounds(word: str, behind: str = "") -> list[str]:
    """Return the Devanagari letters of a word's sounds, each a consonant or a vowel in full form.

    `["स", "अ", "च", "इ", "न"]` for "sachin", lower-case ASCII letters; an अ between two consonants
    keeps them from being joined. `behind` is what follows where `word` is only a part.
    """
    if ending := _ENDING.search(word):
        sounds = list(_ENDINGS[ending[0]])
        stem = romanised_sounds(word[: ending.start()], ending[0] + behind)
        apart = [] if VOWELS & {stem[-1], sounds[0]} else ["अ"]
        return stem + apart + sounds
    word = re.sub("(?<=ndr)a$", "", word)
    word = re.sub("(?<=h)y(?=[^aeiou])", "ai", word)
    word = re.sub("y(?![aeiou])", "i", re.sub("c(?=[eiy])", "s", word))
    tokens = _TOKEN.findall(word)
    sounds = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        sounds += _sound(token, before, "".join(tokens[place + 1 :]) + behind)
    return sounds


def _sound(token: str, before: str, rest: str) -> list[str]:
    """Return the Devanagari letters of one token after another and before the rest of the word."""
    if token == "a":
        is_long = _AFTER_LONG_A.match(rest) if before else re.match("[^aeiou]h?a$", rest)
        return ["आ" if is_long or not rest else "अ"]
    if token in ("i", "u") and before and not rest:
        return ["ई" if token == "i" else "ऊ"]
    if token == "d" and before == "n" and _PLOSIVE_D.match(rest):
        return ["ड"]
    if token == "h" and before in _VOWEL_LETTERS and rest and rest[0] not in _VOWEL_LETTERS:
        return ["ह", "अ"]
    letters = _LETTERS[token]
    return list(letters) if letters[0] in VOWELS else [letters]
