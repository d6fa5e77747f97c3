"""Language codes, and which column of a corpus holds which language."""

from __future__ import annotations

from contextlib import suppress

from nmt.config import LanguageOptions
from nmt.errors import InputError

# langcodes reads its tables on import; these languages need none of them.
_KNOWN = {"eng": ("en", "English"), "mar": ("mr", "Marathi")}


def iso639_3(code: str) -> str:
    """Return `mar` for `mar`, `mr` or `mr-IN`; raise `InputError` for what names no language."""
    if code in _KNOWN:
        return code
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    with suppress(LanguageTagError, LookupError):
        language = Language.get(code)
        if language.is_valid() and language.language:
            return str(language.to_alpha3())
    raise InputError(f"'{code}' is no language code; use ISO 639-3 (eng, mar) or BCP-47 (en, mr)")


def shortest_code(code: str) -> str:
    """Return the BCP-47 code of an ISO 639-3 one: `mr` for `mar`; as it is if none is shorter."""
    if code in _KNOWN:
        return _KNOWN[code][0]
    from langcodes import standardize_tag

    return str(standardize_tag(code))


def english_name(code: str) -> str:
    """Return `Marathi` for `mar`; the code itself where no table of names is installed."""
    if code in _KNOWN:
        return _KNOWN[code][1]
    from langcodes import Language

    # The names are a package of their own: language_data.
    with suppress(ImportError):
        return str(Language.get(code).display_name())
    return code


def language_options(
    src: str = "eng",
    trg: str = "mar",
    *,
    direction: str | None = None,
    columns: str | None = None,
    profile: str = "standard",
) -> LanguageOptions:
    """Return the options for codes in any form; `direction` (`mar-eng`) goes before `src`, `trg`.

    `columns` (`eng-mar`) names the file's first two columns. By default English is the first, as
    in the files of manythings.org; without English it is the source. Raises `InputError` for
    codes that name no language and for columns that hold other languages.
    """
    src, trg = _two("--direction", direction) if direction else (iso639_3(src), iso639_3(trg))
    if columns:
        first, second = _two("--columns", columns)
    else:
        first, second = (trg, src) if trg == "eng" else (src, trg)
    return LanguageOptions(src, trg, first, second, profile)


def _two(option: str, codes: str) -> tuple[str, str]:
    two = codes.split("-")
    if len(two) != 2:
        raise InputError(f"{option} is '{codes}'; write two codes with a hyphen, as in mar-eng")
    return iso639_3(two[0]), iso639_3(two[1])
