"""Which words a direction takes for names, how it finds them, and how it writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nmt.config import LanguageOptions
from nmt.listed_names import SURNAMES, latin, latin_names, listed_name
from nmt.marathi_names import frequent_names, marathi_name_spans
from nmt.masking import Names
from nmt.names import is_inflected, known_words, name_spans, rare_names
from nmt.pronunciation import is_pronounced
from nmt.spelling import DEVANAGARI_LANGUAGES
from nmt.transliteration import devanagari


def learnt_words(srcs: Sequence[str], lang: str) -> frozenset[str]:
    """Return the words of training sources in which `names_of` is to see no names.

    Of Marathi sources only those that could be names.
    """
    if lang == "mar":
        return frequent_names(srcs, latin_names())
    return known_words(dict.fromkeys(srcs)) - rare_names(srcs)


def names_of(languages: LanguageOptions, learnt: frozenset[str]) -> Names | None:
    """Return how names are found and written in this direction, None if they are not."""
    if languages.profile != "standard":  # without capitals training saw no names
        return None
    if languages.src == "eng" and languages.trg in DEVANAGARI_LANGUAGES:
        strange = partial(_is_strange, learnt)
        return Names(partial(name_spans, known=learnt, strange=strange), devanagari)
    if (languages.src, languages.trg) == ("mar", "eng"):
        spans = partial(marathi_name_spans, known=learnt, names=latin_names(), surnames=SURNAMES)
        return Names(spans, latin)
    return None


def _is_strange(learnt: frozenset[str], word: str) -> bool:
    """Return whether a word in lower case that was not learnt is better written by its sound.

    A penguin that training never saw is पेंग्विन to a reader, and anything to the model.
    """
    if listed_name(word):
        return True
    return len(word) > 2 and not is_inflected(word, learnt) and is_pronounced(word)
