"""Names in Devanagari by sound, as Marathi newspapers write them: Michael is मायकल.

What Marathi has its own spelling or word for (Pune, Germany, Christmas) stands in a list, and so do
Indian names whose Latin letters do not tell their sound (Ram, Patil). Of the others, English names
sound as the CMU Pronouncing Dictionary says (`pronunciation`), the rest as they are spelt
(`romanisation`). A name that is in the dictionary is read as spelt all the same where its letters
are not English (Mukherjee, Ahmed), or where it ends in a vowel and both readings agree on all that
the English ear tells apart (Sharma, Suzuki).
"""

import re
import unicodedata
from functools import lru_cache

from nmt.listed_names import listed_name
from nmt.names import TITLES
from nmt.pronunciation import VOWELS, english_sounds
from nmt.romanisation import romanised_sounds

# ChatGPT is two words.
_WORD = re.compile("[A-Z]?[a-z]{2,}(?=[A-Z]{2,3}(?![A-Za-z]))|[A-Za-z]+")
_TITLE = re.compile(rf"\b({'|'.join(TITLES)})\b\.?( and)?(?= )", re.IGNORECASE)
_SIGNS = dict(zip("अआइईउऊएऐओऔऑॲ", ("", *"ािीुूेैोौॉॅ"), strict=True))
_SHORT = str.maketrans("ईऊीू", "इउिु")
_ALIKE = _SHORT | str.maketrans(
    {"आ": "अ", "ा": "", "ॲ": "अ", "ॅ": "", "ऑ": "ओ", "ॉ": "ो", "्": ""}
    | {"ट": "त", "ठ": "थ", "ड": "द", "ढ": "ध", "ण": "न", "म": "न", "ं": "न", "ँ": "न"}
)
_CANDRABINDU, _ANUSVARA, _VIRAMA = "\u0901", "\u0902", "\u094d"
_LETTER_NAMES = {
    "a": "ए", "b": "बी", "c": "सी", "d": "डी", "e": "ई", "f": "एफ", "g": "जी", "h": "एच", "i": "आय",
    "j": "जे", "k": "के", "l": "एल", "m": "एम", "n": "एन", "o": "ओ", "p": "पी", "q": "क्यू", "r": "आर",
    "s": "एस", "t": "टी", "u": "यू", "v": "व्ही", "w": "डब्ल्यू", "x": "एक्स", "y": "वाय", "z": "झेड",
}  # fmt: skip
_PLAIN = str.maketrans(
    dict(zip("øØłŁđĐæÆœŒı", "oOlLdDeEeEi", strict=True)) | {"ß": "ss", "þ": "th", "Þ": "Th"}
)
# What English spelling has and a romanised name does not: a c by itself, x, ph, and a last letter
# that is no vowel or is a silent e.
_ENGLISH = re.compile("c(?!h)|x|ph|[^aiou]$")
# What no English name has.
_FOREIGN = re.compile(
    "bh|dh|gh(?!$|t)|jh|kh|aa|mm[ae]d|shw|ksh|dny|[ae]h[mr]|abd|[ei]sh$|jun$|"
    "(?<=..)jay$|(?<=...)(?:kar|pur|abad|raj|nath|wad|ande|il|ale|ei)$"
)
_UMLAUT = str.maketrans({"ü": "yu", "Ü": "Yu", "å": "o", "Å": "O"})
# Differences of two readings that are only the English ear's.
_EAR = str.maketrans({"आ": "अ", "ई": "इ", "ऊ": "उ", "ट": "त", "ड": "द"})
# Before these a nasal is written as a dot.
_SOUNDED_WITH = {"न": tuple("कखगघचछजझटठडढतथदध"), "म": tuple("पफबभ")}


def devanagari(name: str, *, listed: bool = True) -> str:
    """Return a name or place in Devanagari; what is no Latin letter stays as it is.

    "Jennifer" gives जेनिफर, "Dr. A. B. Joshi" डॉ. ए. बी. जोशी. Accents are dropped (é is e); an
    apostrophe or hyphen stays between its parts. Without `listed` the sound alone decides.
    """
    titled = _TITLE.sub(_title, name)
    words = _WORD.sub(lambda word: _word(word[0], listed), _plain(titled))
    return unicodedata.normalize("NFC", words)


def _title(found: re.Match[str]) -> str:
    return TITLES[found[1].capitalize()] + (" आणि" if found[2] else "")


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFD", name.translate(_PLAIN | _UMLAUT))
    return "".join(char for char in parts if not "\u0300" <= char <= "\u036f")


@lru_cache(maxsize=10_000)
def _word(word: str, listed: bool) -> str:
    if len(word) == 1 or (word.isupper() and len(word) <= 3):
        return "".join(_LETTER_NAMES[letter] for letter in word.lower())
    return (listed and listed_name(word)) or _by_sound(word.lower())


def _by_sound(word: str) -> str:
    romanised = romanised_sounds(word)
    english = None if _FOREIGN.search(word) else english_sounds(word)
    if english is None or (not _ENGLISH.search(word) and _heard(english) == _heard(romanised)):
        return _spelt(romanised)
    return _spelt(english)


def _heard(sounds: list[str]) -> str:
    """Return the sounds without what English does not tell apart; both readings agree on the rest.

    Where they do and the name ends in a vowel, its spelling is no English one: it is read as spelt.
    """
    heard = (
        "".join(sounds)
        .replace("आयअ", "अई")
        .replace("आय", "अई")
        .replace("ऐ", "अई")
        .replace("व्ह", "व")
        .translate(_EAR)
    )
    return re.sub(r"(.)्?\1", r"\1", heard)


def _spelt(sounds: list[str]) -> str:
    """Return sounds as one word: vowel signs after consonants, a virama between consonants."""
    text, before = "", ""
    for sound, after in zip(sounds, [*sounds[1:], ""], strict=True):
        if sound in VOWELS:
            text += _vowel(sound, before)
        elif before in VOWELS and after in _SOUNDED_WITH.get(sound, ()):
            text = _with_nasal(text, sound, before)
        elif before and before not in VOWELS and text[-1] not in (_ANUSVARA, _CANDRABINDU):
            text += _VIRAMA + sound
        else:
            text += sound
        before = sound
    return text


def _with_nasal(text: str, nasal: str, vowel: str) -> str:
    """Return the text with the sign of a nasal before a consonant of its own place in the mouth."""
    if vowel not in "ऑॲ":
        return text + _ANUSVARA
    # No dot fits over the crescent: it becomes the candrabindu, or the nasal is written out.
    if vowel == "ॲ" and nasal == "न":
        return ("अ" if text == "ॲ" else text[:-1]) + _CANDRABINDU
    return text + nasal


def _vowel(sound: str, before: str) -> str:
    if not before:
        return sound
    if before not in VOWELS:
        return _SIGNS[sound]
    if before in "इई" and sound in "अआओ":
        return "य" + _SIGNS[sound]
    return "" if sound == "अ" else sound


def similarity(name: str, word: str) -> float:
    """Return how alike a Latin name and a Devanagari word sound: 1 when alike, 0 when unlike.

    Both readings of the name are compared, without what Marathi writes now so, now so in names:
    the length of vowels, dental or retroflex t and d, and the signs for a nasal. A case ending on
    the word counts against it.
    """
    letters = "".join(_WORD.findall(_plain(name))).lower()
    english, heard = english_sounds(letters), _written(word)
    readings = [romanised_sounds(letters), *([english] if english else [])]
    return 1 - min(character_error_rate(_written(_spelt(sounds)), heard) for sounds in readings)


def _written(word: str) -> str:
    return word.translate(_ALIKE)


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
