"""How an English word sounds: the CMU Pronouncing Dictionary's phonemes as Devanagari letters.

A vowel without stress is one murmur (AH) to the dictionary, but Marathi writes the letter it is
spelt with: जेनिफर, not जेनफर. So the phonemes are first aligned with the letters of the word.
"""

import gzip
from bisect import bisect_left
from functools import cache
from pathlib import Path

DICTIONARY = Path(__file__).parent / "sounds" / "cmudict.txt.gz"
# What each phoneme may be spelt with, its first letter; "" where nothing stands for it.
_SPELT = {
    "AA": "ao", "AE": "a", "AH": "aeiouy", "AO": "aou", "AW": "oa", "AY": "iyea", "EH": "eai",
    "ER": "eiouay", "EY": "aei", "IH": "iyeau", "IY": "ieya", "OW": "oae", "OY": "o",
    "UH": "uo", "UW": "uowe",
    "B": "b", "CH": "ct", "D": "de", "DH": "t", "F": "fpg", "G": "gx", "HH": "hwj", "JH": "jgd",
    "K": "kcqx", "L": "l", "M": "m", "N": "nk", "NG": "n", "P": "p", "R": "rw", "S": "scz",
    "SH": "sctx", "T": "te", "TH": "t", "V": "vfw", "W": "wuo", "Y": "yiuej", "Z": "zsx",
    "ZH": "sgzj",
}  # fmt: skip
_CONSONANTS = {
    "B": "ब", "CH": "च", "D": "ड", "DH": "द", "F": "फ", "G": "ग", "HH": "ह", "JH": "ज", "K": "क",
    "L": "ल", "M": "म", "N": "न", "NG": "न", "P": "प", "R": "र", "S": "स", "SH": "श", "T": "ट",
    "TH": "थ", "V": "व्ह", "W": "व", "Y": "य", "Z": "झ", "ZH": "झ",
}  # fmt: skip
_VOWELS = {
    "AA": "आ", "AE": "ॲ", "AO": "ऑ", "AW": "आउ", "AY": "आय", "EH": "ए", "ER": "अर", "EY": "ए",
    "AH": "आ", "IH": "इ", "IY": "ई", "OW": "ओ", "OY": "ऑय", "UH": "उ", "UW": "ऊ",
}  # fmt: skip
VOWELS = frozenset("अआइईउऊएऐओऔऑॲ")
# Two of these in the middle of a word are of two syllables, and not joined: एडवर्ड, कॅम्पबेल.
_STOPS = frozenset("कगचजटडथदपबफ")
_SILENT_LETTER, _UNSPELT_PHONEME, _STRANGE_LETTER = 1, 3, 4


def english_sounds(word: str) -> list[str] | None:
    """Return the Devanagari letters of a word's sounds, each a consonant or a vowel in full form.

    `["ज", "ए", "न", "इ", "फ", "अ", "र"]` for "jennifer"; an अ between two consonants keeps them
    from being joined. None if the dictionary does not know the word, which is one word of
    lower-case ASCII letters.
    """
    phonemes = _phonemes(word)
    if phonemes is None:
        return None
    spelt = _aligned(word, [phoneme.rstrip("012") for phoneme in phonemes])
    sounds: list[str] = []
    for place, (phoneme, letters) in enumerate(zip(phonemes, spelt, strict=True)):
        after = phonemes[place + 1 : place + 3]
        if phoneme in _CONSONANTS:
            sounds += _consonant(phoneme, letters, sounds, after)
        else:
            sounds += _vowel(phoneme, letters, after, first=VOWELS.isdisjoint(sounds))
    return sounds


def is_pronounced(word: str) -> bool:
    """Return whether the dictionary knows a word of lower-case letters."""
    return _phonemes(word) is not None


@cache
def _dictionary() -> bytes:
    # Read when the first name occurs; most sentences have none. Eleven milliseconds.
    return gzip.decompress(DICTIONARY.read_bytes())


def _phonemes(word: str) -> tuple[str, ...] | None:
    """Return the pronunciation, as `("JH", "EH1", "N", …)`; None if there is none."""
    text, wanted = _dictionary(), word.encode()

    def line_at(place: int) -> list[bytes]:
        return text[text.rfind(b"\n", 0, place) + 1 : text.find(b"\n", place)].split(b" ")

    # The lines are sorted, so that the word can be found without making objects of all of them.
    place = bisect_left(range(len(text)), wanted, key=lambda place: line_at(place)[0])
    if place == len(text) or line_at(place)[0] != wanted:
        return None
    return tuple(phoneme.decode() for phoneme in line_at(place)[1:])


def _aligned(word: str, phonemes: list[str]) -> list[str]:
    """Return the letters each phoneme is spelt with; letters that sound alone go to the one before.

    Needleman and Wunsch's alignment: a letter may be silent, a phoneme unspelt.
    """
    rows, columns = len(phonemes) + 1, len(word) + 1
    best = [[0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            ways = []
            if i:
                ways.append(best[i - 1][j] + _UNSPELT_PHONEME)
            if j:
                ways.append(best[i][j - 1] + _SILENT_LETTER)
            if i and j:
                ways.append(best[i - 1][j - 1] + _mismatch(phonemes[i - 1], word[j - 1]))
            best[i][j] = min(ways, default=0)
    spelt = [""] * len(phonemes)
    i, j, silent = len(phonemes), len(word), ""
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + _mismatch(phonemes[i - 1], word[j - 1]):
            i, j = i - 1, j - 1
            spelt[i], silent = word[j] + silent, ""
        elif j and best[i][j] == best[i][j - 1] + _SILENT_LETTER:
            j -= 1
            silent = word[j] + silent
        else:
            i -= 1
    return spelt


def _mismatch(phoneme: str, letter: str) -> int:
    return 0 if letter in _SPELT[phoneme] else _STRANGE_LETTER


def _consonant(phoneme: str, letters: str, before: list[str], after: tuple[str, ...]) -> list[str]:
    """Return the Devanagari letters of a consonant that is spelt with `letters`."""
    sound = _CONSONANTS[phoneme]
    if phoneme == "T" and letters.startswith("th"):
        sound = "थ"
    elif phoneme == "G" and letters.startswith("x"):
        sound = "क"
    elif phoneme == "NG" and letters.startswith("ng"):
        return ["न", "ग"]
    elif phoneme == "Y" and letters.startswith("i") and before:
        return ["इ", "य"]
    elif phoneme == "Z" and letters.startswith("s") and (not after or after[0] in _CONSONANTS):
        sound = "स"
    inside = len(before) > 1 and before[-2] in VOWELS
    apart = inside and before[-1] in _STOPS and sound in _STOPS | {"व"} and before[-1] != sound
    return ["अ", sound] if apart and sound != "ट" else [sound]


def _vowel(phoneme: str, letters: str, after: tuple[str, ...], *, first: bool) -> list[str]:
    """Return the Devanagari letters of a vowel that is spelt with `letters`."""
    kind, stressed, letter = phoneme[:-1], phoneme[-1] != "0", letters[:1]
    # Before one consonant and a vowel.
    is_open = len(after) == 2 and after[0] in _CONSONANTS and after[1] not in _CONSONANTS
    if kind == "AH" and after:
        return ["अ" if stressed else _murmur(letter, after[0], first=first, is_open=is_open)]
    if kind == "AA" and letter == "o":
        return ["ऑ"]
    if kind == "AO" and letters == "o" and is_open and after[0] == "R":
        return ["ओ"]
    if kind == "EH" and letter == "a" and after[:1] == ("R",):
        return ["ॲ"]
    if kind == "IH" and not stressed and letter == "e":
        return ["ए"]
    if kind == "IY" and after and after[0] not in _CONSONANTS:
        return ["इ"]
    # What ends in a consonant of its own is not joined to the next.
    loose = (kind in ("AY", "OY") and after and after[0] in _CONSONANTS) or (
        kind == "ER" and is_open and not stressed and not first
    )
    return [*_VOWELS[kind], "अ"] if loose else list(_VOWELS[kind])


def _murmur(letter: str, after: str, *, first: bool, is_open: bool) -> str:
    """Return the vowel of an unstressed AH, which is that of its letter where one hears it."""
    if letter == "a":
        return "आ" if is_open and not first else "अ"
    if letter in ("e", "o"):
        clear = first or after not in ("L", "M", "N", "R")
        return {"e": "ए", "o": "ओ"}[letter] if clear else "अ"
    return {"i": "इ", "y": "इ", "u": "उ"}.get(letter, "अ")
