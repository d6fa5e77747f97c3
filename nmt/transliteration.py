"""Names in Devanagari by sound, as Marathi newspapers write them: Michael is मायकल.

An English name sounds as the CMU Pronouncing Dictionary says (`pronunciation`), any other as it is
spelt (`romanisation`).
"""

import re
import unicodedata
from functools import cache

from nmt.pronunciation import english_sounds
from nmt.romanisation import VOWELS, romanised_sounds

_WORD = re.compile("[A-Za-z]+")
_SIGNS = dict(zip(VOWELS, ("", *"ािीुूेैोौॉॅ"), strict=True))
_SHORT = str.maketrans("ईऊीू", "इउिु")
_VIRAMA, _ANUSVARA = "\u094d", "\u0902"
_LETTER_NAMES = {
    "a": "ए", "b": "बी", "c": "सी", "d": "डी", "e": "ई", "f": "एफ", "g": "जी", "h": "एच", "i": "आय",
    "j": "जे", "k": "के", "l": "एल", "m": "एम", "n": "एन", "o": "ओ", "p": "पी", "q": "क्यू", "r": "आर",
    "s": "एस", "t": "टी", "u": "यू", "v": "व्ही", "w": "डब्ल्यू", "x": "एक्स", "y": "वाय", "z": "झेड",
}  # fmt: skip
_PLAIN = str.maketrans(
    dict(zip("øØłŁđĐæÆœŒı", "oOlLdDeEeEi", strict=True)) | {"ß": "ss", "þ": "th", "Þ": "Th"}
)
_INDIAN = re.compile(
    "bh|dh|gh(?!$|t)|jh|kh|aa|shw|ksh|dny|[^s]wa[rd]|esh$|ee[nt]a|[aeiou]v[ai]|"
    "(kar|pur|abad|raj|nath|wad|ande|jee|il|ale)$"
)
# Which consonant before which nasal's dot stands for it.
_HOMORGANIC = {"न": "कखगघचछजझटठडढतथदध", "म": "पफबभ"}


def devanagari(name: str) -> str:
    """Return a name or place in Devanagari by sound; what is no Latin letter stays as it is.

    "Jennifer" gives जेनिफर, "J. K. Rowling" जे. के. रोलिंग. Accents are dropped (é is e); an
    apostrophe or hyphen stays between its parts.
    """
    parts = unicodedata.normalize("NFD", name.translate(_PLAIN))
    plain = "".join(char for char in parts if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", _WORD.sub(lambda word: _word(word[0]), plain))


@cache
def _word(word: str) -> str:
    if len(word) == 1 or (word.isupper() and len(word) <= 3):
        return "".join(_LETTER_NAMES[letter] for letter in word.lower())
    word = word.lower()
    sounds = None if _INDIAN.search(word) else english_sounds(word)
    return _spelt(sounds or romanised_sounds(word))


def _spelt(sounds: list[str]) -> str:
    """Return sounds as one word: vowel signs after consonants, a virama between consonants."""
    text, before = "", ""
    for place, sound in enumerate(sounds):
        after = sounds[place + 1] if place + 1 < len(sounds) else ""
        if sound in VOWELS:
            text += _vowel(sound, before)
        elif (
            sound in _HOMORGANIC
            and after
            and after in _HOMORGANIC[sound]
            and before
            and before in VOWELS
        ):
            # A dot over the candra e would be read as अँ, which is how newspapers write it.
            text = _candra(text) if before == "ॲ" and sound == "न" else text + _ANUSVARA
        else:
            text += (_VIRAMA if before and text[-1] != _ANUSVARA and text[-1] != "ँ"
                     and before not in VOWELS else "") + sound  # fmt: skip
        before = sound
    return text


def _candra(text: str) -> str:
    return ("अ" if text == "ॲ" else text[:-1]) + "ँ"


def _vowel(sound: str, before: str) -> str:
    if not before:
        return sound
    if before not in VOWELS:
        return _SIGNS[sound]
    if before in "इई" and sound in "अआओ":
        return "य" + _SIGNS[sound]
    return "" if sound == "अ" else sound


def similarity(latin: str, devanagari_word: str) -> float:
    """Return how alike a Latin name and a Marathi word sound, 1 when equal, 0 when unlike."""
    ours, theirs = without_length(devanagari(latin)), without_length(devanagari_word)
    return 1 - character_error_rate(ours, theirs)


def character_error_rate(hyp: str, ref: str) -> float:
    """Return the edits between two words over the length of the reference, at most 1."""
    row = list(range(len(ref) + 1))
    for i, char in enumerate(hyp, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(ref, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (char != other))
    return min(1.0, row[-1] / max(1, len(ref)))


def without_length(text: str) -> str:
    """Return Devanagari with short i and u for the long ones, which in names are interchanged."""
    return text.translate(_SHORT)
