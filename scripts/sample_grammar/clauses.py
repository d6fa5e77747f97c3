"""Templates of a doer, a verb and an object, through tenses, negations, questions and moods."""

from collections.abc import Iterator

from . import agreement as agr
from . import things as t
from .people import ASKED, I_WOMAN, PEOPLE, Person
from .verbs import BUY, DAILY, LEARN, TRANSITIVE, Verb, with_object

Pair = tuple[str, str]
"""An English sentence and its Marathi translation."""


def sentence(eng: str, mar: str, mark: str = ".") -> Pair:
    """Return the pair with a capital on the English side and the mark at the end of both."""
    return eng[0].upper() + eng[1:] + mark, mar + mark


def verbs_and_objects(verbs: tuple[Verb, ...] = TRANSITIVE) -> Iterator[tuple[Verb, t.Noun, str]]:
    """Yield each verb with each of its objects and the English object with its article."""
    for verb in verbs:
        for noun in verb.objects:
            yield verb, noun, with_object(verb, noun)


def facts(
    people: tuple[Person, ...] = PEOPLE, verbs: tuple[Verb, ...] = TRANSITIVE
) -> Iterator[tuple[Person, Verb, t.Noun, str]]:
    """Yield each person with each verb and object."""
    for person in people:
        for verb, noun, obj in verbs_and_objects(verbs):
            yield person, verb, noun, obj


def habit() -> Iterator[Pair]:
    """Yield "He drinks tea every day"; for "I" as a man says it and as a woman does."""
    times = (("every day", "रोज"), ("in the morning", "सकाळी"), ("in the evening", "संध्याकाळी"))
    for person, verb, noun, obj in facts((*PEOPLE, I_WOMAN), DAILY):
        for when, time in times:
            eng = f"{person.eng} {verb.eng_present(person)} {obj} {when}"
            yield sentence(eng, f"{person.nom} {time} {noun.mar} {verb.present(person)}")


def habit_not() -> Iterator[Pair]:
    """Yield "He does not drink tea"."""
    for person, verb, noun, obj in facts(verbs=DAILY):
        mar = f"{noun.mar} {verb.mar(verb.participle)} {agr.negation(person.agreement)}"
        yield sentence(f"{person.eng} {person.do} not {verb.eng.base} {obj}", f"{person.nom} {mar}")


def habit_question() -> Iterator[Pair]:
    """Yield "Does he drink tea?"."""
    for person, verb, noun, obj in facts(ASKED, DAILY):
        eng = f"{person.do} {person.eng} {verb.eng.base} {obj}"
        yield sentence(eng, f"{person.nom} {noun.mar} {verb.present(person)} का", "?")


def progressive() -> Iterator[Pair]:
    """Yield "He is drinking tea"."""
    for person, verb, noun, obj in facts():
        mar = f"{noun.mar} {verb.mar(verb.participle)} {agr.copula(person.agreement)}"
        yield sentence(f"{person.eng} {person.am} {verb.eng.ing} {obj}", f"{person.nom} {mar}")


def progressive_question() -> Iterator[Pair]:
    """Yield "Is he drinking tea?"."""
    for person, verb, noun, obj in facts(ASKED):
        mar = f"{noun.mar} {verb.mar(verb.participle)} {agr.copula(person.agreement)} का"
        eng = f"{person.am} {person.eng} {verb.eng.ing} {obj}"
        yield sentence(eng, f"{person.nom} {mar}", "?")


def past() -> Iterator[Pair]:
    """Yield "He drank tea" and "He drank tea yesterday"."""
    for person, verb, noun, obj in facts():
        done = f"{noun.mar} {verb.past(person, noun.gender)}"
        eng = f"{person.eng} {verb.eng.past} {obj}"
        yield sentence(eng, f"{verb.doer(person)} {done}")
        yield sentence(f"{eng} yesterday", f"{verb.doer(person)} काल {done}")


def past_not() -> Iterator[Pair]:
    """Yield "He did not drink tea"."""
    for person, verb, noun, obj in facts():
        # What is said of the verbs that agree with the doer (तुम्ही शिकला नाहीत) varies by region.
        if verb.ergative:
            mar = f"{verb.doer(person)} {noun.mar} {verb.past(person, noun.gender)} नाही"
            yield sentence(f"{person.eng} did not {verb.eng.base} {obj}", mar)


def past_question() -> Iterator[Pair]:
    """Yield "Did he drink tea?"."""
    for person, verb, noun, obj in facts(ASKED):
        mar = f"{verb.doer(person)} {noun.mar} {verb.past(person, noun.gender)} का"
        yield sentence(f"did {person.eng} {verb.eng.base} {obj}", mar, "?")


def future() -> Iterator[Pair]:
    """Yield "He will drink tea" and "He will drink tea tomorrow"."""
    for person, verb, noun, obj in facts():
        eng, mar = f"{person.eng} will {verb.eng.base} {obj}", f"{noun.mar} {verb.will(person)}"
        yield sentence(eng, f"{person.nom} {mar}")
        yield sentence(f"{eng} tomorrow", f"{person.nom} उद्या {mar}")


def going_to() -> Iterator[Pair]:
    """Yield "He is going to drink tea"."""
    for person, verb, noun, obj in facts():
        mar = f"{noun.mar} {verb.mar(verb.prospective)} {agr.copula(person.agreement)}"
        eng = f"{person.eng} {person.am} going to {verb.eng.base} {obj}"
        yield sentence(eng, f"{person.nom} {mar}")


def future_not() -> Iterator[Pair]:
    """Yield "He will not drink tea"."""
    for person, verb, noun, obj in facts():
        mar = f"{noun.mar} {verb.mar(verb.prospective)} {agr.negation(person.agreement)}"
        yield sentence(f"{person.eng} will not {verb.eng.base} {obj}", f"{person.nom} {mar}")


def ability() -> Iterator[Pair]:
    """Yield "He can write a letter" and "He cannot write a letter"."""
    for person, verb, noun, obj in facts():
        start = f"{person.nom} {noun.mar} {verb.mar(verb.u_form)}"
        can = f"शक{agr.PRESENT[person.agreement]}"
        yield sentence(f"{person.eng} can {verb.eng.base} {obj}", f"{start} {can}")
        mar = f"{start} शकत {agr.negation(person.agreement)}"
        yield sentence(f"{person.eng} cannot {verb.eng.base} {obj}", mar)


def ability_question() -> Iterator[Pair]:
    """Yield "Can he write a letter?"."""
    for person, verb, noun, obj in facts(ASKED):
        can = f"{verb.mar(verb.u_form)} शक{agr.PRESENT[person.agreement]} का"
        eng = f"can {person.eng} {verb.eng.base} {obj}"
        yield sentence(eng, f"{person.nom} {noun.mar} {can}", "?")


def wish() -> Iterator[Pair]:
    """Yield "He wants to drink tea" and "He does not want to drink tea"."""
    for person, verb, noun, obj in facts():
        mar = f"{person.dat} {noun.mar} {verb.mar(verb.infinitive)}च{agr.THING[noun.gender]}"
        wants = "wants" if person.third else "want"
        yield sentence(f"{person.eng} {wants} to {verb.eng.base} {obj}", f"{mar} आहे")
        eng = f"{person.eng} {person.do} not want to {verb.eng.base} {obj}"
        yield sentence(eng, f"{mar} नाही")


def duty() -> Iterator[Pair]:
    """Yield "He should drink tea"."""
    for person, verb, noun, obj in facts():
        if verb is not LEARN:
            mar = f"{noun.mar} {verb.mar(verb.infinitive)}ला हव{agr.THING[noun.gender]}"
            yield sentence(f"{person.eng} should {verb.eng.base} {obj}", f"{person.erg} {mar}")


def orders() -> Iterator[Pair]:
    """Yield "Drink tea", "Please drink tea", "Do not drink tea" and "Let's drink tea"."""
    for verb, noun, obj in verbs_and_objects():
        eng, order = f"{verb.eng.base} {obj}", f"{noun.mar} {verb.mar(verb.imperative)}"
        yield sentence(eng, order)
        yield sentence(f"please {eng}", f"कृपया {order}")
        yield sentence(f"do not {eng}", f"{noun.mar} {verb.mar(verb.u_form)} नका")
        yield sentence(f"let's {eng}", f"आपण {noun.mar} {verb.mar(verb.u_form)}या")


def buying() -> Iterator[Pair]:
    """Yield "He bought a new car" and "He will buy a new car"."""
    for person in PEOPLE:
        for noun in t.GOODS:
            for quality in t.ATTRIBUTES:
                obj, thing = quality.before(noun), f"{quality.mar(noun.gender)} {noun.mar}"
                mar = f"{person.erg} {thing} {BUY.past(person, noun.gender)}"
                yield sentence(f"{person.eng} bought {obj}", mar)
                mar = f"{person.nom} {thing} {BUY.will(person)}"
                yield sentence(f"{person.eng} will buy {obj}", mar)


def buying_many() -> Iterator[Pair]:
    """Yield "He bought two cars"."""
    for person in PEOPLE:
        for noun in (*t.GOODS, *t.PIECES, t.BOOK):
            for number, numeral in t.NUMBERS:
                bought = BUY.past(person, noun.gender + "p")
                mar = f"{person.erg} {numeral} {noun.mar_plural} {bought}"
                yield sentence(f"{person.eng} bought {number} {noun.eng_plural}", mar)


def what() -> Iterator[Pair]:
    """Yield "What is he drinking?", "What did he drink?" and "What will he drink?"."""
    for person in ASKED:
        for verb in TRANSITIVE:
            doing = f"{verb.mar(verb.participle)} {agr.copula(person.agreement)}"
            eng = f"what {person.am} {person.eng} {verb.eng.ing}"
            yield sentence(eng, f"{person.nom} काय {doing}", "?")
            if verb.ergative:
                mar = f"{person.erg} काय {verb.past(person, 'n')}"
                yield sentence(f"what did {person.eng} {verb.eng.base}", mar, "?")
            eng = f"what will {person.eng} {verb.eng.base}"
            yield sentence(eng, f"{person.nom} काय {verb.will(person)}", "?")


def who() -> Iterator[Pair]:
    """Yield "Who is drinking tea?", "Who drank tea?" and "Who will drink tea?"."""
    for verb, noun, obj in verbs_and_objects():
        doing = f"{verb.mar(verb.participle)} आहे"
        yield sentence(f"who is {verb.eng.ing} {obj}", f"{noun.mar} कोण {doing}", "?")
        will = verb.mar(verb.future[3])
        yield sentence(f"who will {verb.eng.base} {obj}", f"{noun.mar} कोण {will}", "?")
        if verb.ergative:
            done = verb.mar(f"{verb.past_stem}ल{agr.THING[noun.gender]}")
            yield sentence(f"who {verb.eng.past} {obj}", f"{noun.mar} कोणी {done}", "?")
