"""The endings with which Marathi verbs and adjectives agree with a person or a thing.

A thing has a class: its gender (``m``, ``f``, ``n``), followed by ``p`` in the plural. A person has
an agreement: person, number, gender, for example ``3sf`` (she) or ``1p`` (we).
"""

THING = {"m": "ा", "f": "ी", "n": "ं", "mp": "े", "fp": "्या", "np": "ी"}
"""Ending of adjectives, possessives and past participles for each class of thing."""

PRESENT = {
    "1sm": "तो",
    "1sf": "ते",
    "1p": "तो",
    "2p": "ता",
    "3sm": "तो",
    "3sf": "ते",
    "3pm": "तात",
    "3pn": "तात",
}
"""Habitual present: मी करतो, ती करते, ते करतात."""

PAST = {
    "1sm": "लो",
    "1sf": "ले",
    "1p": "लो",
    "2p": "लात",
    "3sm": "ला",
    "3sf": "ली",
    "3pm": "ले",
    "3pn": "ली",
}
"""Past of the verbs that agree with the doer: मी गेलो, ती गेली, मुलं गेली."""

WAS = {
    "1sm": "होतो",
    "1sf": "होते",
    "1p": "होतो",
    "2p": "होता",
    "3sm": "होता",
    "3sf": "होती",
    "3pm": "होते",
    "3pn": "होती",
}
"""Past of आहे with a person: मी होतो, ती होती, मुलं होती."""

FUTURE = {"1sm": 0, "1sf": 0, "1p": 1, "2p": 2, "3sm": 3, "3sf": 3, "3pm": 4, "3pn": 4}
"""Index of the agreement in a verb's five future forms."""


def is_plural(agreement: str) -> bool:
    """Return whether an agreement of a person or a class of thing is plural."""
    return "p" in agreement


def copula(agreement: str) -> str:
    """Return the present of असणे for a person: आहे, आहोत, आहात, आहेत."""
    if agreement == "1p":
        return "आहोत"
    if agreement == "2p":
        return "आहात"
    return "आहेत" if is_plural(agreement) else "आहे"


def negation(agreement: str) -> str:
    """Return नाही or, for a third person or a thing in the plural, नाहीत."""
    return "नाहीत" if is_plural(agreement) and agreement not in {"1p", "2p"} else "नाही"


def is_there(thing: str) -> str:
    """Return आहे or आहेत for a class of thing."""
    return "आहेत" if is_plural(thing) else "आहे"


def was_there(thing: str) -> str:
    """Return the past of आहे for a class of thing: होता, होती, होतं, होते, होत्या, होती."""
    return "होत" + THING[thing]


def wanted_now(thing: str) -> str:
    """Return हवाय, हवीय, हवंय or the plural हवेत, हव्यात, हवीत for the thing that is wanted."""
    return "हव" + THING[thing] + ("त" if is_plural(thing) else "य")


def pleases(thing: str) -> str:
    """Return आवडतो, आवडते, आवडतं or आवडतात for the thing that is liked."""
    return "आवड" + ("तात" if is_plural(thing) else {"m": "तो", "f": "ते", "n": "तं"}[thing])


def this(thing: str) -> str:
    """Return हा, ही, हे or the plural हे, ह्या, ही before a thing."""
    return {"m": "हा", "f": "ही", "n": "हे", "mp": "हे", "fp": "ह्या", "np": "ही"}[thing]


def that(thing: str) -> str:
    """Return तो, ती, ते or the plural ते, त्या, ती before a thing."""
    return {"m": "तो", "f": "ती", "n": "ते", "mp": "ते", "fp": "त्या", "np": "ती"}[thing]
