"""Templates of being, being somewhere, going, living, speaking and feeling."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import agreement as agr
from . import things as t
from .clauses import Pair, sentence
from .people import ASKED, OWNERS, PEOPLE, YOU
from .verbs import GO, LIVE, SPEAK


@dataclass(frozen=True)
class Place:
    """A place in English and Marathi, as the goal of a way and as where one is."""

    eng_to: str
    to: str
    eng_at: str
    at: str


_PLACES = (
    Place("home", "घरी", "at home", "घरी"),
    Place("to school", "शाळेत", "at school", "शाळेत"),
    Place("to the market", "बाजारात", "at the market", "बाजारात"),
    Place("to the office", "ऑफिसला", "at the office", "ऑफिसमध्ये"),
    Place("to the garden", "बागेत", "in the garden", "बागेत"),
    Place("to the station", "स्टेशनवर", "at the station", "स्टेशनवर"),
    Place("to the library", "ग्रंथालयात", "in the library", "ग्रंथालयात"),
    Place("to the bank", "बँकेत", "at the bank", "बँकेत"),
    Place("to the temple", "देवळात", "at the temple", "देवळात"),
    Place("to the village", "गावाला", "in the village", "गावात"),
    Place("to Pune", "पुण्याला", "in Pune", "पुण्यात"),
    Place("to Mumbai", "मुंबईला", "in Mumbai", "मुंबईत"),
    Place("to Nashik", "नाशिकला", "in Nashik", "नाशिकमध्ये"),
    Place("to Goa", "गोव्याला", "in Goa", "गोव्यात"),
)
_HOMES = _PLACES[-5:]
_SPOTS = (
    *(("on the table", "टेबलावर"), ("under the table", "टेबलाखाली"), ("in the bag", "पिशवीत")),
    *(("on the chair", "खुर्चीवर"), ("under the chair", "खुर्चीखाली"), ("in the car", "गाडीत")),
    *(("on the bed", "पलंगावर"), ("under the bed", "पलंगाखाली"), ("in the house", "घरात")),
    *(("near the door", "दाराजवळ"), ("near the window", "खिडकीजवळ")),
    *(("in the cupboard", "कपाटात"), ("in the kitchen", "स्वयंपाकघरात")),
)
_LYING = tuple(noun for noun in (*t.SMALL, t.CAT) if noun is not t.BAG)
_WARMTH = (t.HOT, t.COLD)
_SWEETS = (t.TEA, t.JUICE, t.LASSI, t.APPLE, t.MANGO, t.BANANA, t.CAKE)
_MOODS = (
    *(("ready", "तयार"), ("happy", "आनंदी"), ("ill", "आजारी"), ("busy", "व्यस्त")),
    *(("tall", "उंच"), ("clever", "हुशार"), ("honest", "प्रामाणिक")),
)
_FEELINGS = (
    *(("hungry", "भूक लागली"), ("thirsty", "तहान लागली"), ("cold", "थंडी वाजत")),
    *(("afraid", "भीती वाटत"), ("sleepy", "झोप येत")),
)


def quality() -> Iterator[Pair]:
    """Yield "This house is big", "Is that house big?" and "This house is not big"."""
    for noun in (*t.GOODS, t.BOOK):
        for adjective in t.QUALITIES:
            for eng, mar in (("this", agr.this(noun.gender)), ("that", agr.that(noun.gender))):
                start = f"{mar} {noun.mar} {adjective.mar(noun.gender)}"
                yield sentence(f"{eng} {noun.eng} is {adjective.eng}", f"{start} आहे")
                yield sentence(f"{eng} {noun.eng} is not {adjective.eng}", f"{start} नाही")
                yield sentence(f"is {eng} {noun.eng} {adjective.eng}", f"{start} आहे का", "?")


def taste() -> Iterator[Pair]:
    """Yield "This tea is hot", "The tea was hot" and "Is the tea hot?"."""
    warm = ((noun, quality) for noun in (*t.DRINKS, t.RICE, t.CHAPATI) for quality in _WARMTH)
    sweet = ((noun, quality) for noun in _SWEETS for quality in (t.SWEET, t.GOOD))
    for noun, adjective in (*warm, *sweet):
        mar = f"{noun.mar} {adjective.mar(noun.gender)}"
        this = f"{agr.this(noun.gender)} {mar} आहे"
        yield sentence(f"this {noun.eng} is {adjective.eng}", this)
        was = agr.was_there(noun.gender)
        yield sentence(f"the {noun.eng} was {adjective.eng}", f"{mar} {was}")
        yield sentence(f"is the {noun.eng} {adjective.eng}", f"{mar} आहे का", "?")


def belonging() -> Iterator[Pair]:
    """Yield "My house is big", "This is my house" and "Is this your house?"."""
    for noun in t.OWNED:
        for owner, stem in OWNERS:
            mine = f"{stem}{agr.THING[noun.gender]} {noun.mar}"
            eng = f"{owner} {noun.eng}"
            this = agr.this(noun.gender)
            yield sentence(f"this is {eng}", f"{this} {mine} आहे")
            yield sentence(f"is this {eng}", f"{this} {mine} आहे का", "?")
            yield sentence(f"where is {eng}", f"{mine} कुठे आहे", "?")
            yield sentence(f"where was {eng}", f"{mine} कुठे {agr.was_there(noun.gender)}", "?")
            for adjective in t.QUALITIES if noun in t.GOODS else ():
                mar = f"{mine} {adjective.mar(noun.gender)} आहे"
                yield sentence(f"{eng} is {adjective.eng}", mar)


def lying() -> Iterator[Pair]:
    """Yield "The book is on the table" and "Is the book on the table?"."""
    for noun in _LYING:
        for eng, mar in _SPOTS:
            start = f"{noun.mar} {mar}"
            yield sentence(f"{noun.the} is {eng}", f"{start} आहे")
            yield sentence(f"{noun.the} is not {eng}", f"{start} नाही")
            yield sentence(f"{noun.the} was {eng}", f"{start} {agr.was_there(noun.gender)}")
            yield sentence(f"is {noun.the} {eng}", f"{start} आहे का", "?")
            yield sentence(f"the {noun.eng_plural} are {eng}", f"{noun.mar_plural} {mar} आहेत")
            for owner, stem in OWNERS[:2]:
                mine = f"{stem}{agr.THING[noun.gender]} {start} आहे"
                yield sentence(f"{owner} {noun.eng} is {eng}", mine)


def being() -> Iterator[Pair]:
    """Yield "He is at home", "He was at home" and "Is he at home?"."""
    for person in PEOPLE:
        for place in _PLACES:
            start = f"{person.nom} {place.at}"
            here = f"{start} {agr.copula(person.agreement)}"
            yield sentence(f"{person.eng} {person.am} {place.eng_at}", here)
            was = agr.WAS[person.agreement]
            yield sentence(f"{person.eng} {person.was} {place.eng_at}", f"{start} {was}")
            if person in ASKED:
                yield sentence(f"{person.am} {person.eng} {place.eng_at}", f"{here} का", "?")


def going() -> Iterator[Pair]:
    """Yield "He goes home every day", "He went home yesterday" and "He is going home"."""
    past = (("yesterday", "काल"), ("last week", "मागच्या आठवड्यात"), ("on Sunday", "रविवारी"))
    soon = (("tomorrow", "उद्या"), ("next week", "पुढच्या आठवड्यात"), ("on Monday", "सोमवारी"))
    for person in PEOPLE:
        for place in _PLACES:
            doing = f"{place.to} जात {agr.copula(person.agreement)}"
            eng = f"{person.eng} {person.am} going {place.eng_to}"
            yield sentence(eng, f"{person.nom} {doing}")
            for when, time in past:
                mar = f"{person.nom} {time} {place.to} {GO.past(person, 'n')}"
                yield sentence(f"{person.eng} went {place.eng_to} {when}", mar)
            for when, time in soon:
                mar = f"{person.nom} {time} {place.to} {GO.will(person)}"
                yield sentence(f"{person.eng} will go {place.eng_to} {when}", mar)
            if place not in _HOMES:
                eng = f"{person.eng} {GO.eng_present(person)} {place.eng_to} every day"
                yield sentence(eng, f"{person.nom} रोज {place.to} {GO.present(person)}")


def wanting_to_go() -> Iterator[Pair]:
    """Yield "He wants to go home", "He does not want to go home" and "Let's go home"."""
    for place in _PLACES:
        yield sentence(f"let's go {place.eng_to}", f"आपण {place.to} जाऊया")
        yield sentence(f"please go {place.eng_to}", f"कृपया {place.to} जा")
        yield sentence(f"do not go {place.eng_to}", f"{place.to} जाऊ नका")
        for person in PEOPLE:
            wants = "wants" if person.third else "want"
            mar = f"{person.dat} {place.to} जायचं"
            yield sentence(f"{person.eng} {wants} to go {place.eng_to}", f"{mar} आहे")
            eng = f"{person.eng} {person.do} not want to go {place.eng_to}"
            yield sentence(eng, f"{mar} नाही")
            should = f"{person.erg} {place.to} जायला हवं"
            yield sentence(f"{person.eng} should go {place.eng_to}", should)


def going_when() -> Iterator[Pair]:
    """Yield "When will he go home?" and "Why did he go home?"."""
    for person in ASKED:
        for place in _PLACES:
            eng = f"{person.eng} go {place.eng_to}"
            mar = f"{person.nom} {place.to}"
            yield sentence(f"when will {eng}", f"{mar} कधी {GO.will(person)}", "?")
            yield sentence(
                f"did {eng} yesterday",
                f"{person.nom} काल {place.to} {GO.past(person, 'n')} का",
                "?",
            )
            yield sentence(f"why did {eng}", f"{mar} का {GO.past(person, 'n')}", "?")


def together() -> Iterator[Pair]:
    """Yield "He went home with Ravi" and "He will go home with my sister"."""
    for person in PEOPLE:
        for friend in PEOPLE[6:]:
            if friend is person:
                continue
            for place in _PLACES:
                way = f"{person.nom} {friend.obl}बरोबर {place.to}"
                went = f"{person.eng} went {place.eng_to} with {friend.eng}"
                yield sentence(went, f"{way} {GO.past(person, 'n')}")
                will = f"{person.eng} will go {place.eng_to} with {friend.eng}"
                yield sentence(will, f"{way} {GO.will(person)}")


def living() -> Iterator[Pair]:
    """Yield "He lives in Pune", "Does he live in Pune?" and "Where does he live?"."""
    for person in PEOPLE:
        for place in _HOMES:
            lives = f"{person.nom} {place.at} {LIVE.present(person)}"
            yield sentence(f"{person.eng} {LIVE.eng_present(person)} {place.eng_at}", lives)
            if person in ASKED:
                eng = f"{person.do} {person.eng} live {place.eng_at}"
                yield sentence(eng, f"{lives} का", "?")
    for person in ASKED:
        mar = f"{person.nom} कुठे {LIVE.present(person)}"
        yield sentence(f"where {person.do} {person.eng} live", mar, "?")
        here = f"{person.nom} कुठे {agr.copula(person.agreement)}"
        yield sentence(f"where {person.am} {person.eng}", here, "?")
        was = f"{person.nom} कुठे {agr.WAS[person.agreement]}"
        yield sentence(f"where {person.was} {person.eng}", was, "?")


def speaking() -> Iterator[Pair]:
    """Yield "He speaks Marathi", "Does he speak Marathi?" and "He can speak Marathi"."""
    for person in PEOPLE:
        for language in t.LANGUAGES:
            start = f"{person.nom} {language.mar}"
            speaks = f"{start} {SPEAK.present(person)}"
            yield sentence(f"{person.eng} {SPEAK.eng_present(person)} {language.eng}", speaks)
            can = f"{start} बोलू शक{agr.PRESENT[person.agreement]}"
            yield sentence(f"{person.eng} can speak {language.eng}", can)
            if person in ASKED:
                eng = f"{person.do} {person.eng} speak {language.eng}"
                yield sentence(eng, f"{speaks} का", "?")


def mood() -> Iterator[Pair]:
    """Yield "He is ready", "He is not ready", "Is he ready?" and "He was ready"."""
    for person in PEOPLE:
        for eng, mar in _MOODS:
            start = f"{person.nom} {mar}"
            yield sentence(
                f"{person.eng} {person.am} {eng}", f"{start} {agr.copula(person.agreement)}"
            )
            if person is not YOU:
                negated = f"{start} {agr.negation(person.agreement)}"
                yield sentence(f"{person.eng} {person.am} not {eng}", negated)
            was = f"{start} {agr.WAS[person.agreement]}"
            yield sentence(f"{person.eng} {person.was} {eng}", was)
            if person in ASKED:
                asked = f"{start} {agr.copula(person.agreement)} का"
                yield sentence(f"{person.am} {person.eng} {eng}", asked, "?")


def feeling() -> Iterator[Pair]:
    """Yield "He is hungry", "Is he hungry?" and "He was hungry"."""
    for person in PEOPLE:
        for eng, mar in _FEELINGS:
            start = f"{person.dat} {mar}"
            yield sentence(f"{person.eng} {person.am} {eng}", f"{start} आहे")
            yield sentence(f"{person.eng} {person.was} {eng}", f"{start} होती")
            if person in ASKED:
                yield sentence(f"{person.am} {person.eng} {eng}", f"{start} आहे का", "?")
