import pytest

from nmt.config import LanguageOptions
from nmt.errors import InputError
from nmt.languages import iso639_3, language_options


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("eng", "eng"),
        ("en", "eng"),
        ("en-US", "eng"),
        ("mr", "mar"),
        ("MR", "mar"),
        ("mr-IN", "mar"),
        ("mar", "mar"),
        ("fr", "fra"),
        ("fra", "fra"),
        ("fre", "fra"),  # ISO 639-2's bibliographic code
        ("hi", "hin"),
        ("deu", "deu"),
        ("sr-Latn", "srp"),
    ],
)
def test_codes_of_both_standards_name_the_same_language(code: str, expected: str) -> None:
    assert iso639_3(code) == expected


@pytest.mark.parametrize(
    "code", ["", "e", "zz", "und", "root", "123", "english", " mr", "mr-", "xyz", "मराठी", "a\nb"]
)
def test_what_names_no_language_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="is no language code; use ISO 639-3"):
        iso639_3(code)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, LanguageOptions("eng", "mar", "eng", "mar")),
        ({"src": "en", "trg": "mr"}, LanguageOptions("eng", "mar", "eng", "mar")),
        ({"src": "mr", "trg": "en"}, LanguageOptions("mar", "eng", "eng", "mar")),
        ({"direction": "mar-eng"}, LanguageOptions("mar", "eng", "eng", "mar")),
        ({"direction": "mr-en"}, LanguageOptions("mar", "eng", "eng", "mar")),
        ({"direction": "fr-en", "src": "mar"}, LanguageOptions("fra", "eng", "eng", "fra")),
        ({"src": "fra", "trg": "deu"}, LanguageOptions("fra", "deu", "fra", "deu")),
        (
            {"src": "fra", "trg": "deu", "columns": "de-fr"},
            LanguageOptions("fra", "deu", "deu", "fra"),
        ),
        ({"columns": "mar-eng"}, LanguageOptions("eng", "mar", "mar", "eng")),
        ({"profile": "article"}, LanguageOptions(profile="article")),
    ],
)
def test_which_column_holds_which_language(
    arguments: dict[str, str], expected: LanguageOptions
) -> None:
    assert language_options(**arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"src": "en", "trg": "eng"}, "source and target are both 'eng'"),
        ({"columns": "eng-fra"}, "the columns hold eng and fra, not eng and mar"),
        ({"direction": "mareng"}, "--direction is 'mareng'; write two codes with a hyphen"),
        ({"direction": "mar-eng-fra"}, "--direction is 'mar-eng-fra'"),
        ({"columns": "eng"}, "--columns is 'eng'"),
        ({"direction": "mar-zz"}, "'zz' is no language code"),
        ({"profile": "x"}, "the cleaning profile is 'x'"),
    ],
)
def test_wrong_codes_get_one_line(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        language_options(**arguments)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
