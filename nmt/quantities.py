"""Numbers with what belongs to them: money, per cent, degrees, units, sums, telephone numbers."""

import re
from collections.abc import Iterable

from nmt.config import LanguageOptions

DIGIT = "[0-9०-९]"
_CURRENCY = "[\u00a2-\u00a5\u20a0-\u20cf]"
_SIGN = "(?:(?<![^ (])[-+]?\\.?)?"
NUMBER = re.compile(
    f"(?:{_CURRENCY} ?)?{_SIGN}{DIGIT}+(?:[.,:/-]{DIGIT}+)*(?: ?{_CURRENCY})?|{_CURRENCY}"
)
"""What a symbol stands for in training: the number alone, which both languages write alike."""

_UNITS = {
    "km/h": "किमी/तास", "km": "किमी", "kg": "किलो", "cm": "सेमी", "mm": "मिमी", "ml": "मिली",
    "mg": "मिग्रॅ", "ft": "फूट", "lbs": "पाउंड", "KB": "केबी", "MB": "एमबी", "GB": "जीबी", "TB": "टीबी",
    "m": "मी", "g": "ग्रॅम", "l": "लि",
}  # fmt: skip
_RUPEES = {"Rs.": "रु.", "Rs": "रु."}
_BACK = {marathi: english for english, marathi in _UNITS.items()} | {"रु.": "Rs.", "रु": "Rs."}
# A single letter is a unit only where it touches its number: 100m, but not "in 5 m".
_ENGLISH_UNIT = "|".join(f" ?{unit}" if len(unit) > 1 else unit for unit in _UNITS)
_MARATHI_UNIT = "|".join(f" ?{unit}" for unit in _UNITS.values())
_AFTER = (
    f" ?[%°](?:(?<=°)[CF](?!\\w))?| ?(?:{_CURRENCY}|\\$)"
    f"|(?:{_ENGLISH_UNIT})(?![\\w/])|(?:{_MARATHI_UNIT})(?![\u0900-\u097f/])"
)
_BEFORE = f"(?:{_CURRENCY}|\\$) ?|(?<![^ (])(?:Rs|रु)(?:\\. ?| )"
_PLAIN = f"{DIGIT}+(?:[.,:/'\u2013-]{DIGIT}+)*"
# 98220 51473, +91 98220 51473, 020 2551 0876, 1 000 000
_GROUPED = (
    f"(?:{DIGIT}{{1,3}}(?: {DIGIT}{{3}})+|{DIGIT}{{2,}}(?: {DIGIT}{{3,}})+)"
    f"(?!{DIGIT}|[.,:/'\u2013-]{DIGIT})"
)
_SUM = f"(?:(?: ?[-+*=/÷×] ?| x |x){_PLAIN})*"
QUANTITY = re.compile(
    f"(?:{_BEFORE})?{_SIGN}(?:{_GROUPED}|{_PLAIN}){_SUM}(?:{_AFTER})?|{_CURRENCY}"
)
"""What a symbol stands for in use."""

_CLOCK = re.compile("(1[0-2]|0?[1-9])(?:[:.][0-5][0-9])?")
# The dot belongs to it, but to the sentence where that may end.
_HALF_OF_DAY = re.compile(" ?([AaPp])\\.?[Mm]\\b(?:\\.(?=[,?!)]| [^A-Z]))?")
_PARTS_OF_DAY = {
    "a": ["रात्री"] * 4 + ["पहाटे"] * 2 + ["सकाळी"] * 6,
    "p": ["दुपारी"] * 5 + ["संध्याकाळी"] * 3 + ["रात्री"] * 4,
}
"""What Marathi says before the hours from 12 to 11: it has no am and pm."""
_PART_OF_DAY = "(?:पहाटे|(?:सकाळ|दुपार|संध्याकाळ|रात्र)ी?)"
_TIME = re.compile(f"{_PART_OF_DAY} ")
_BEFORE_TIME = re.compile(f"(?:^|(?<= )){_PART_OF_DAY}(?:च्या)? $")

_MONEY = re.compile(f"{_CURRENCY}|\\$|^(?:Rs|रु)")
_NAMED = re.compile("^ ?(?:डॉलर|टक्के|रुपये|रुपया|रुपयां|dollars?|percent|per cent|rupees?)")
_WORD = re.compile("(?:Rs|रु)\\.?|[A-Za-z/\u0900-\u0963\u0970-\u097f]+")

_GLUED = re.compile("(?<=[0-9०-९])(?=[क-ह])")


def with_half_of_day(text: str, start: int, end: int, languages: LanguageOptions) -> int:
    """Return the end of a quantity in a text, with am or pm behind it where that is translated."""
    if (languages.src, languages.trg) == ("eng", "mar") and _CLOCK.fullmatch(text, start, end):
        half = _HALF_OF_DAY.match(text, end)
        return half.end() if half else end
    return end


def in_language(quantity: str, languages: LanguageOptions) -> str:
    """Return a quantity with its unit as the target writes it: "5 km" is "5 किमी" in Marathi.

    A time has its part of the day in the unit's place: "6 pm" is "संध्याकाळी 6".
    """
    words = {("eng", "mar"): _UNITS | _RUPEES, ("mar", "eng"): _BACK}
    of = words.get((languages.src, languages.trg), {})
    time = _CLOCK.match(quantity)
    if of is words["eng", "mar"] and time and (half := _HALF_OF_DAY.match(quantity, time.end())):
        return f"{_PARTS_OF_DAY[half[1].lower()][int(time[1]) % 12]} {time[0]}"
    return _GLUED.sub(" ", _WORD.sub(lambda word: of.get(word[0], word[0]), quantity))


def seen(quantity: str, symbol: str) -> str:
    """Return what the model reads for a quantity: its symbol, beside the $ or % it has learnt."""
    if _is_money(quantity):
        return f"${symbol}"
    return f"{symbol}%" if "%" in quantity else symbol


def without_signs(text: str, quantities: Iterable[str]) -> str:
    """Return a translation without what a model says for the signs that the quantities have."""
    signs = "".join({"$" if _is_money(each) else "%" * ("%" in each) for each in quantities})
    return re.sub(f" ?[{signs}](?= ?(?:[{signs}.?!।]|$))|[{signs}]", "", text) if signs else text


def without_name(quantity: str, text: str) -> str:
    """Return the text behind a quantity without the word for a sign that the quantity has."""
    return _NAMED.sub("", text) if _is_money(quantity) or "%" in quantity else text


def without_part_of_day(quantity: str, text: str) -> str:
    """Return the text before a quantity without a part of the day if that has one: it is right."""
    said = _TIME.match(quantity) and _BEFORE_TIME.search(text, max(0, len(text) - 20))
    return text[: said.start()] if said else text


def _is_money(quantity: str) -> bool:
    return _MONEY.search(quantity) is not None
