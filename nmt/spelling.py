"""The spelling rules: one way to write what Unicode lets one write in several, one function a rule.

Sentences go through the same rules when a model is trained and when it is used, so this module
imports nothing that is slow to load.
"""

import re
import string
import unicodedata
from collections.abc import Callable
from functools import cache, partial

from nmt.config import PROFILES
from nmt.errors import InputError

Rule = Callable[[str], str]

DEVANAGARI_LANGUAGES = frozenset({"mar", "hin", "nep", "san", "kok", "gom", "mai", "bho", "doi"})

_DEVANAGARI = re.compile("[\u0900-\u097f\ua8e0-\ua8ff]")
_CONSONANT = re.compile("[\u0915-\u0939\u0958-\u095f\u0978-\u097f]")
_VIRAMA = "\u094d"

_SURROGATES = re.compile("[\ud800-\udfff]")
# Controls that are no blanks, soft hyphen, zero-width space, word joiner, marks of direction, BOM.
# Not the joiners, which have their own rule, and not the tags that flags (emoji) are made of.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_SIGNS = str.maketrans(
    dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‘’‚‛‹›", "'")
    # The hyphens that may or may not break a line, and the minus: the keyboard has one for all.
    | dict.fromkeys("\u2010\u2011\u2212", "-")
    # SentencePiece marks blanks with U+2581; in a text it would come back as a blank.
    | {"…": "...", "\u2581": "_"}
)
_BLANKS = re.compile(r"\s+")
_JOINERS = re.compile("[\u200c\u200d]+")

# Letters and signs that look like a sequence of others. The Unicode Standard (table 12-1) allows
# only the single one; fonts draw the sequence with a dotted circle, which some writers hide with a
# ZWJ: all 58 initial candra e in mar.txt are such a sequence, 57 of them with a ZWJ.
_SIGN_SEQUENCES = {
    "\u093e\u0945": "\u0949",
    "\u093e\u0946": "\u094a",
    "\u093e\u0947": "\u094b",
    "\u093e\u0948": "\u094c",
}
_LETTER_SEQUENCES = {
    "\u0905\u0946": "\u0904",
    "\u0905\u093e": "\u0906",
    "\u0930\u094d\u0907": "\u0908",
    "\u0909\u0941": "\u090a",
    "\u090f\u0945": "\u090d",
    "\u090f\u0946": "\u090e",
    "\u090f\u0947": "\u0910",
    "\u0905\u0949": "\u0911",
    "\u0906\u0945": "\u0911",
    "\u0905\u094a": "\u0912",
    "\u0906\u0946": "\u0912",
    "\u0905\u094b": "\u0913",
    "\u0906\u0947": "\u0913",
    "\u0905\u094c": "\u0914",
    "\u0906\u0948": "\u0914",
    "\u0905\u0945": "\u0972",
}
_SIGN_SEQUENCE = re.compile("|".join(_SIGN_SEQUENCES))
_LETTER_SEQUENCE = re.compile("|".join(_LETTER_SEQUENCES))
# Eyelash ra before a consonant, written with U+0931 or with a ZWJ, as 265 of 267 in mar.txt are.
_RRA_EYELASH = re.compile(f"\u0931{_VIRAMA}\u200d?(?={_CONSONANT.pattern})")
_EYELASH = f"\u0930{_VIRAMA}\u200d"

# English contractions that are no other word without their apostrophe, as ill, its and were are.
_CONTRACTIONS = """
i'm i've you're you've you'll we've they're they've they'll he's she's it'll that's that'll there's
here's what's where's who's how's ain't aren't can't couldn't didn't doesn't don't hadn't hasn't
haven't isn't mustn't needn't shan't shouldn't wasn't weren't won't wouldn't could've might've
must've should've would've
"""
_APOSTROPHES = {word.replace("'", ""): word.index("'") for word in _CONTRACTIONS.split()}
_CONTRACTION = re.compile(rf"(?<![\w'-])(?:{'|'.join(_APOSTROPHES)})(?![\w'-])", re.IGNORECASE)

# U+2581, which SentencePiece reserves for blanks, goes with the punctuation.
_ARTICLE_GONE = {
    devanagari: str.maketrans("", "", string.punctuation + digits + "\u2581")
    for devanagari, digits in ((False, string.digits), (True, "०१२३४५६७८९"))
}


@cache
def rules_for(lang: str, profile: str) -> tuple[tuple[str, Rule], ...]:
    """Return the (name, rule) pairs of a language and profile in the order they are applied.

    Raises `InputError` for an unknown profile.
    """
    if profile not in PROFILES:
        raise InputError(
            f"the cleaning profile is '{profile}'; choose one of {', '.join(PROFILES)}"
        )
    devanagari = lang in DEVANAGARI_LANGUAGES
    rules: list[tuple[str, Rule]] = [
        ("broken characters", without_surrogates),
        ("invisible characters", without_invisible),
    ]
    if profile == "article":
        # The article knew no other rule; more of them would change its word counts.
        article = partial(as_in_article, devanagari=devanagari)
        rules += [("composition (NFC)", compose), ("case, punctuation, digits", article)]
    else:
        joiners = partial(without_idle_joiners, devanagari=devanagari)
        rules += [
            ("quotes and signs", with_plain_signs),
            ("composition (NFC)", compose),
            ("joiners", joiners),
        ]
        if devanagari:
            rules += [("vowel letters", with_single_vowels), ("eyelash ra", with_one_eyelash)]
    return (*rules, ("blanks", with_single_blanks))


def without_surrogates(text: str) -> str:
    """Return the text with U+FFFD for lone surrogates, which have no UTF-8 form."""
    return _SURROGATES.sub("\ufffd", text)


def without_invisible(text: str) -> str:
    """Return the text without characters that neither show nor shape their neighbours."""
    return _INVISIBLE.sub("", text)


def with_plain_signs(text: str) -> str:
    """Return the text with ASCII quotes, hyphens and ellipses, and "_" for U+2581."""
    return text.translate(_SIGNS)


def compose(text: str) -> str:
    """Return the text in NFC, where a nukta letter, too, has one spelling."""
    return unicodedata.normalize("NFC", text)


def without_idle_joiners(text: str, *, devanagari: bool) -> str:
    """Return NFC text without ZWJ and ZWNJ that shape nothing.

    With `devanagari` they stay only between a virama and a consonant (half forms, the eyelash ra).
    In other scripts (Persian, emoji) they stay between characters that are neither blank nor ASCII.
    """
    keep = partial(_joiner_between, devanagari=devanagari)
    # Marks that a joiner had kept apart may change places, and so make another one idle.
    while (shorter := compose(_JOINERS.sub(keep, text))) != text:
        text = shorter
    return text


def _joiner_between(match: re.Match[str], *, devanagari: bool) -> str:
    # Slices of one character, empty at the ends of the text.
    left = match.string[max(0, match.start() - 1) : match.start()]
    right = match.string[match.end() : match.end() + 1]
    if any(char.isascii() or char.isspace() for char in (left, right)):
        return ""
    if devanagari and (_DEVANAGARI.match(left) or _DEVANAGARI.match(right)):
        useful = left == _VIRAMA and _CONSONANT.match(right)
        return match[0][0] if useful else ""
    return match[0][0]


def with_single_vowels(text: str) -> str:
    """Return the text with single vowel letters and signs for sequences that look like them."""
    text = _SIGN_SEQUENCE.sub(lambda match: _SIGN_SEQUENCES[match[0]], text)
    return _LETTER_SEQUENCE.sub(lambda match: _LETTER_SEQUENCES[match[0]], text)


def with_one_eyelash(text: str) -> str:
    """Return the text with eyelash ra written as ra, virama and ZWJ."""
    return _RRA_EYELASH.sub(_EYELASH, text)


def with_apostrophes(text: str) -> str:
    """Return English text with the apostrophes that are left out in typing: dont, cant, Im.

    No rule of a corpus: Tatoeba's sentences have them.
    """
    return _CONTRACTION.sub(_contracted, text)


def _contracted(match: re.Match[str]) -> str:
    place = _APOSTROPHES[match[0].lower()]
    return f"{match[0][:place]}'{match[0][place:]}"


def as_in_article(text: str, *, devanagari: bool) -> str:
    """Return NFC text lower-cased, without ASCII punctuation, apostrophes and the script's digits.

    Each side loses the digits of its own script, which gives the article's corpus its 5,388 and
    12,709 word types; the few ASCII digits in Marathi stay.
    """
    return compose(text.lower().translate(_ARTICLE_GONE[devanagari]))


def with_single_blanks(text: str) -> str:
    """Return the text stripped, with one ASCII blank for every run of blanks and line breaks."""
    return _BLANKS.sub(" ", text).strip()
