"""How an English word sounds: the CMU Pronouncing Dictionary's phonemes as Devanagari letters.

A vowel without stress is one murmur (AH) to the dictionary, but Marathi writes the letter it is
spelt with: जेनिफर, not जेनफर. So the phonemes are first aligned with the letters of the word.
"""

import gzip
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
    "IH": "इ", "IY": "ई", "OW": "ओ", "OY": "ऑय", "UH": "उ", "UW": "ऊ",
}  # fmt: skip
_SILENT_LETTER, _UNSPELT_PHONEME, _STRANGE_LETTER = 1, 3, 4


def english_sounds(word: str) -> list[str] | None:
    """Return the Devanagari letters of a word's sounds, each a consonant or a vowel in full form.

    `["ज", "ए", "न", "इ", "फ", "अ", "र"]` for "jennifer"; None if the dictionary does not know the
    word, which is one word of lower-case ASCII letters.
    """
    phonemes = _phonemes(word)
    if phonemes is None:
        return None
    spelt = _aligned(word, [phoneme.rstrip("012") for phoneme in phonemes])
    sounds: list[str] = []
    for place, (phoneme, letters) in enumerate(zip(phonemes, spelt, strict=True)):
        last = place == len(phonemes) - 1
        sounds += _sound(phoneme, letters, first_syllable=not _has_vowel(sounds), last=last)
    return sounds


def _has_vowel(sounds: list[str]) -> bool:
    return any(sound in "अआइईउऊएऐओऔऑॲ" for sound in sounds)


@cache
def _dictionary() -> bytes:
    # Read when the first name occurs; most sentences have none. Eleven milliseconds.
    return b"\n" + gzip.decompress(DICTIONARY.read_bytes())


@cache
def _phonemes(word: str) -> tuple[str, ...] | None:
    """Return the first pronunciation, as `("JH", "EH1", "N", …)`; None if there is none."""
    text = _dictionary()
    start = text.find(f"\n{word} ".encode())
    if start < 0:
        return None
    line = text[start + 1 : text.find(b"\n", start + 1)].decode()
    return tuple(line.split()[1:])


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


def _sound(phoneme: str, letters: str, *, first_syllable: bool, last: bool) -> list[str]:
    """Return the Devanagari letters of one phoneme, spelt with `letters`."""
    kind, stress = phoneme.rstrip("012"), phoneme[-1]
    if kind in _CONSONANTS:
        if kind == "NG" and letters[1:2] == "g":
            return ["न", "ग"]
        if kind == "Z" and last and letters.startswith("s"):
            return ["स"]
        return [_CONSONANTS[kind]]
    if kind == "AH":
        return [_murmur(letters, stressed=stress != "0", first=first_syllable, last=last)]
    if kind == "AA" and letters.startswith("o"):
        return ["ऑ"]
    return list(_VOWELS[kind])


def _murmur(letters: str, *, stressed: bool, first: bool, last: bool) -> str:
    letter = letters[:1]
    if last:
        return "आ"
    if stressed or letter in ("", "a"):
        return "अ"
    if letter in "iy":
        return "इ"
    if letter == "u":
        return "उ"
    return {"e": "ए", "o": "ओ"}.get(letter, "अ") if first else "अ"
