"""Templates of wanting, liking, having and giving: the person stands in an oblique case."""

from collections.abc import Iterator

from . import agreement as agr
from . import things as t
from .clauses import Pair, sentence
from .people import ASKED, PEOPLE, RECEIVERS, I
from .verbs import GIVE

_WANTED = (*t.DRINKS, *t.FOOD, t.BOOK, t.PEN, t.NOTEBOOK, t.SAREE, t.UMBRELLA, t.PHONE, t.KEY)
_SOMETHING = (("eat", "खायला"), ("drink", "प्यायला"), ("read", "वाचायला"), ("watch", "बघायला"))
_PASTIMES = (
    *(("read", "वाचायला"), ("write", "लिहायला"), ("sing", "गायला"), ("play", "खेळायला")),
    *(("dance", "नाचायला"), ("swim", "पोहायला"), ("cook", "स्वयंपाक करायला")),
    *(("travel", "प्रवास करायला"), ("sleep", "झोपायला")),
)
_LIKED = (
    *t.DRINKS,
    *(t.RICE, *t.LANGUAGES, t.CRICKET, t.CHESS),
)
_LIKED_MANY = (*t.PIECES, t.BOOK, t.STORY, t.POEM, t.SONG, t.MOVIE, t.SAREE, t.DOG, t.CAT, t.CAR)


def want() -> Iterator[Pair]:
    """Yield "He wants tea", "He does not want tea", "Does he want tea?" and "He wanted tea"."""
    for person in PEOPLE:
        for noun in _WANTED:
            start = f"{person.dat} {noun.mar}"
            wants = "wants" if person.third else "want"
            wanted = f"{start} {agr.wanted_now(noun.gender)}"
            yield sentence(f"{person.eng} {wants} {noun.a}", wanted)
            yield sentence(f"{person.eng} {person.do} not want {noun.a}", f"{start} नको")
            past = f"{start} हव{agr.THING[noun.gender]} {agr.was_there(noun.gender)}"
            yield sentence(f"{person.eng} wanted {noun.a}", past)
            if person in ASKED:
                yield sentence(f"{person.do} {person.eng} want {noun.a}", f"{wanted} का", "?")


def want_something() -> Iterator[Pair]:
    """Yield "He wants something to eat" and "Does he want something to eat?"."""
    for person in PEOPLE:
        for verb, infinitive in _SOMETHING:
            eng, mar = f"something to {verb}", f"{person.dat} काहीतरी {infinitive}"
            wants = "wants" if person.third else "want"
            yield sentence(f"{person.eng} {wants} {eng}", f"{mar} हवंय")
            yield sentence(f"{person.eng} wanted {eng}", f"{mar} हवं होतं")
            if person in ASKED:
                yield sentence(f"{person.do} {person.eng} want {eng}", f"{mar} हवंय का", "?")


def want_quality() -> Iterator[Pair]:
    """Yield "He wants a big bag" and "He wants two bags"."""
    for person in PEOPLE:
        wants = "wants" if person.third else "want"
        for noun in t.GOODS:
            for quality in t.ATTRIBUTES:
                mar = f"{quality.mar(noun.gender)} {noun.mar} {agr.wanted_now(noun.gender)}"
                yield sentence(
                    f"{person.eng} {wants} {quality.before(noun)}", f"{person.dat} {mar}"
                )
        for noun in (*t.PIECES, t.BOOK, t.PEN, t.NOTEBOOK, t.SAREE):
            for number, numeral in t.NUMBERS:
                mar = f"{numeral} {noun.mar_plural} {agr.wanted_now(noun.gender + 'p')}"
                eng = f"{person.eng} {wants} {number} {noun.eng_plural}"
                yield sentence(eng, f"{person.dat} {mar}")


def like() -> Iterator[Pair]:
    """Yield "He likes tea", "He does not like mangoes" and "Does he like stories?"."""
    liked = [(noun.eng, noun.mar, noun.gender) for noun in _LIKED]
    liked += [(noun.eng_plural, noun.mar_plural, noun.gender + "p") for noun in _LIKED_MANY]
    for person in PEOPLE:
        likes = "likes" if person.third else "like"
        for eng, mar, thing in liked:
            start = f"{person.dat} {mar}"
            yield sentence(f"{person.eng} {likes} {eng}", f"{start} {agr.pleases(thing)}")
            negated = f"{start} आवडत {agr.negation(thing)}"
            yield sentence(f"{person.eng} {person.do} not like {eng}", negated)
            if person in ASKED:
                mar_question = f"{start} {agr.pleases(thing)} का"
                yield sentence(f"{person.do} {person.eng} like {eng}", mar_question, "?")


def liked() -> Iterator[Pair]:
    """Yield "He liked this book"."""
    for person in PEOPLE:
        for noun in (*t.GOODS, t.BOOK, t.STORY, t.POEM, t.SONG, t.MOVIE, t.CAKE):
            mar = f"{person.dat} {agr.this(noun.gender)} {noun.mar} आवडल{agr.THING[noun.gender]}"
            yield sentence(f"{person.eng} liked this {noun.eng}", mar)


def like_doing() -> Iterator[Pair]:
    """Yield "He likes to read", "He does not like to read" and "Does he like to read?"."""
    for person in PEOPLE:
        likes = "likes" if person.third else "like"
        for verb, infinitive in _PASTIMES:
            mar = f"{person.dat} {infinitive}"
            yield sentence(f"{person.eng} {likes} to {verb}", f"{mar} आवडतं")
            eng = f"{person.eng} {person.do} not like to {verb}"
            yield sentence(eng, f"{mar} आवडत नाही")
            if person in ASKED:
                eng = f"{person.do} {person.eng} like to {verb}"
                yield sentence(eng, f"{mar} आवडतं का", "?")


def have() -> Iterator[Pair]:
    """Yield "He has a car", "He does not have a car" and "Does he have a car?"."""
    for person in PEOPLE:
        for noun in t.HELD:
            start = f"{person.obl}कडे {noun.mar}"
            yield sentence(f"{person.eng} {person.have} {noun.a}", f"{start} आहे")
            yield sentence(f"{person.eng} {person.do} not have {noun.a}", f"{start} नाही")
            yield sentence(f"{person.eng} had {noun.a}", f"{start} {agr.was_there(noun.gender)}")
            if person in ASKED:
                eng = f"{person.do} {person.eng} have {noun.a}"
                yield sentence(eng, f"{start} आहे का", "?")


def have_many() -> Iterator[Pair]:
    """Yield "He has two cars" and "He has a new car"."""
    for person in PEOPLE:
        start = f"{person.obl}कडे"
        for noun in t.HELD:
            for number, numeral in t.NUMBERS:
                eng = f"{person.eng} {person.have} {number} {noun.eng_plural}"
                yield sentence(eng, f"{start} {numeral} {noun.mar_plural} आहेत")
            for quality in t.ATTRIBUTES[:6]:
                eng = f"{person.eng} {person.have} {quality.before(noun)}"
                yield sentence(eng, f"{start} {quality.mar(noun.gender)} {noun.mar} आहे")


def give() -> Iterator[Pair]:
    """Yield "He gave me a book" and "He will give me a book"."""
    for person in PEOPLE:
        for receiver, to in RECEIVERS:
            if to is person or (to is I and person.agreement == "1p"):
                continue
            for noun in (*t.SMALL, t.SAREE, t.BICYCLE, t.WATER, t.TEA, t.APPLE, t.MANGO):
                start = f"{to.dat} {noun.mar}"
                mar = f"{person.erg} {start} {GIVE.past(person, noun.gender)}"
                yield sentence(f"{person.eng} gave {receiver} {noun.a}", mar)
                mar = f"{person.nom} {start} {GIVE.will(person)}"
                yield sentence(f"{person.eng} will give {receiver} {noun.a}", mar)


def give_please() -> Iterator[Pair]:
    """Yield "Please give me a book", "Do not give him a book" and "Give Ravi my book"."""
    for receiver, to in RECEIVERS:
        for noun in (*t.SMALL, *t.DRINKS, *t.FOOD):
            mar = f"{to.dat} {noun.mar}"
            yield sentence(f"please give {receiver} {noun.a}", f"कृपया {mar} द्या")
            yield sentence(f"do not give {receiver} {noun.a}", f"{mar} देऊ नका")
        for noun in t.SMALL:
            mine = f"{to.dat} माझ{agr.THING[noun.gender]} {noun.mar} द्या"
            yield sentence(f"give {receiver} my {noun.eng}", mine)
            this = f"{to.dat} {agr.this(noun.gender)} {noun.mar} द्या"
            yield sentence(f"give {receiver} this {noun.eng}", this)
