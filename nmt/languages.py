"""Language codes: any common form of one to its ISO 639-3 code."""

from __future__ import annotations

from nmt.errors import InputError


def iso639_3(code: str) -> str:
    """Return `mar` for `mar`, `mr` or `mr-IN`; raise `InputError` for what names no language."""
    if code in ("eng", "mar"):
        return code
    # langcodes reads its tables on import; the languages above need none of them.
    from langcodes import Language, LanguageTagError

    try:
        return str(Language.get(code).to_alpha3())
    except (LanguageTagError, LookupError) as error:
        raise InputError(
            f"'{code}' is no language code; use ISO 639-3 (eng, mar) or BCP-47 (en, mr)"
        ) from error
