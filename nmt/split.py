r"""The leak-free train, valid and test parts: a function of each sentence, not of the corpus.

A sentence of the first column goes where the hash of its folded form sends it. So all translations
of a sentence stay together, the order of rows does not matter, rows added later move nothing, and
the part a sentence is in can be told anywhere, without the corpus and whichever way the
translation goes.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nmt.errors import InputError

PartName = Literal["train", "valid", "test"]

# Of 100 hash values, 0–3 are valid and 4–7 test.
VALID_BELOW = 4
TEST_BELOW = 8
# Fewer pairs teach a subword model nothing; the parts themselves need a sentence each.
MIN_TRAIN_PAIRS = 100

_NOT_WORD = re.compile(r"\W+")
_JOINERS = {0x200C: None, 0x200D: None}


@dataclass(frozen=True)
class Parts:
    """The parts of a corpus, and the training pairs left out because their target is evaluated on.

    Each is a DataFrame[line, first, second] in the order of the corpus.
    """

    train: pd.DataFrame
    valid: pd.DataFrame
    test: pd.DataFrame
    leaked: pd.DataFrame


def fold(text: str) -> str:
    r"""Return the text without what does not make it another sentence: case, punctuation, blanks.

    NFKC, lower-case, and every run of non-word characters (`\W`) to one blank, stripped.
    """
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def fold_target(text: str) -> str:
    r"""Return the text folded as `fold` does, but with its vowel signs and other marks kept.

    Python's `\W` matches the combining marks of Indic scripts, so that `fold` makes one of words
    that differ in their vowels only. ZWJ and ZWNJ, which change no word, are dropped.
    """
    lower = unicodedata.normalize("NFKC", text).lower().translate(_JOINERS)
    return " ".join(lower.translate(_WORD_OR_BLANK).split())


def part_of(text: str) -> PartName:
    """Return the part a sentence of the first column belongs to: 4 % valid, 4 % test, else train.

    The SHA-256 of the folded text's UTF-8, as an integer modulo 100, decides.
    """
    # A lone surrogate has no UTF-8 form; any string may be asked about.
    data = fold(text).encode("utf-8", "surrogatepass")
    bucket = int(hashlib.sha256(data).hexdigest(), 16) % 100
    if bucket < VALID_BELOW:
        return "valid"
    return "test" if bucket < TEST_BELOW else "train"


def split(pairs: pd.DataFrame) -> Parts:
    """Return the parts of DataFrame[line, first, second]; `first` decides, in both directions.

    A training pair whose `second` also occurs, folded, in valid or test goes to `leaked`: no
    target sentence that is evaluated on is trained on. Raises `InputError` when valid or test
    have no sentence or train has fewer than `MIN_TRAIN_PAIRS` pairs.
    """
    parts = {first: part_of(first) for first in pairs["first"].unique()}
    part = pairs["first"].map(parts)
    targets = pairs["second"].map(fold_target)
    evaluated = set(targets[part != "train"])
    leaked = (part == "train") & targets.isin(evaluated)
    result = Parts(
        train=pairs[(part == "train") & ~leaked].reset_index(drop=True),
        valid=pairs[part == "valid"].reset_index(drop=True),
        test=pairs[part == "test"].reset_index(drop=True),
        leaked=pairs[leaked].reset_index(drop=True),
    )
    if not len(result.valid) or not len(result.test) or len(result.train) < MIN_TRAIN_PAIRS:
        raise InputError(
            f"too few pairs for the split: {len(result.train)} to train, {len(result.valid)} valid "
            f"and {len(result.test)} test of {len(pairs)}; it needs at least {MIN_TRAIN_PAIRS}, "
            "1 and 1, which 200 different sentences usually give"
        )
    return result


class _WordOrBlank(dict[int, str]):
    """The table for `str.translate`: letters, digits, marks and "_" stay, all else is a blank."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        keep = char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")
        self[code] = char if keep else " "
        return self[code]


_WORD_OR_BLANK = _WordOrBlank()
