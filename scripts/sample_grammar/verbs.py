"""The verbs of the sample sentences, with the Marathi stems that the templates need."""

from dataclasses import dataclass

from . import things as t
from .agreement import FUTURE, PAST, PRESENT, THING
from .people import Person


@dataclass(frozen=True)
class English:
    """The forms of an English verb: base, with -s, with -ing, simple past."""

    base: str
    s: str
    ing: str
    past: str


@dataclass(frozen=True)
class Verb:
    """A verb, the stems of its Marathi forms and the things it takes as object.

    ``habit`` takes तो/ते/तात, ``past_stem`` ला/ली/लं, ``infinitive`` ला/चा/ची/चं; ``future`` holds
    the forms of मी, आम्ही, तुम्ही, तो and ते. An ``ergative`` verb agrees in the past with its object
    (मी पुस्तक वाचलं), the others with the doer (मी क्रिकेट खेळलो).
    """

    eng: English
    habit: str
    participle: str
    past_stem: str
    infinitive: str
    u_form: str
    imperative: str
    prospective: str
    future: tuple[str, str, str, str, str]
    objects: tuple[t.Noun, ...] = ()
    prefix: str = ""
    ergative: bool = True

    def mar(self, form: str) -> str:
        """Return a Marathi form with the fixed word that goes before it: विकत घेतो."""
        return self.prefix + form

    def present(self, person: Person) -> str:
        """Return the habitual present: वाचतो, वाचते, वाचतात."""
        return self.mar(self.habit + PRESENT[person.agreement])

    def past(self, person: Person, thing: str) -> str:
        """Return the past, which agrees with the thing (a class) or with the person."""
        ending = "ल" + THING[thing] if self.ergative else PAST[person.agreement]
        return self.mar(self.past_stem + ending)

    def doer(self, person: Person) -> str:
        """Return the case of the person in the past: त्याने or तो."""
        return person.erg if self.ergative else person.nom

    def will(self, person: Person) -> str:
        """Return the future: वाचेन, वाचू, वाचाल, वाचेल, वाचतील."""
        return self.mar(self.future[FUTURE[person.agreement]])

    def eng_present(self, person: Person) -> str:
        """Return the English simple present for a person."""
        return self.eng.s if person.third else self.eng.base


def _irregular(
    eng: English,
    stems: str,
    future: str,
    objects: tuple[t.Noun, ...] = (),
    prefix: str = "",
    ergative: bool = True,
) -> Verb:
    """Return a verb from its seven stems (in the order of ``Verb``) and its five future forms."""
    habit, participle, past, infinitive, u_form, imperative, prospective = stems.split()
    first, we, you, third, they = future.split()
    return Verb(
        eng=eng,
        habit=habit,
        participle=participle,
        past_stem=past,
        future=(first, we, you, third, they),
        infinitive=infinitive,
        u_form=u_form,
        imperative=imperative,
        prospective=prospective,
        objects=objects,
        prefix=prefix,
        ergative=ergative,
    )


def _regular(
    eng: English, stem: str, objects: tuple[t.Noun, ...] = (), ergative: bool = True
) -> Verb:
    """Return a verb whose stem ends in a consonant: वाच, वाचतो, वाचलं, वाचेन."""
    stems = f"{stem} {stem}त {stem} {stem}ाय {stem}ू {stem}ा {stem}णार"
    future = f"{stem}ेन {stem}ू {stem}ाल {stem}ेल {stem}तील"
    return _irregular(eng, stems, future, objects, ergative=ergative)


EAT = _irregular(
    English("eat", "eats", "eating", "ate"),
    "खा खात खाल् खाय खाऊ खा खाणार",
    "खाईन खाऊ खाल खाईल खातील",
    t.FOOD,
)
DRINK = _irregular(
    English("drink", "drinks", "drinking", "drank"),
    "पि पीत प्याय प्याय पिऊ प्या पिणार",
    "पिईन पिऊ प्याल पिईल पितील",
    t.DRINKS,
)
WRITE = _irregular(
    English("write", "writes", "writing", "wrote"),
    "लिहि लिहीत लिहि लिहाय लिहू लिहा लिहिणार",
    "लिहीन लिहू लिहाल लिहील लिहितील",
    (t.LETTER, t.STORY, t.POEM, t.ESSAY, t.BOOK),
)
BUY = _irregular(
    English("buy", "buys", "buying", "bought"),
    "घे घेत घेत घ्याय घेऊ घ्या घेणार",
    "घेईन घेऊ घ्याल घेईल घेतील",
    (t.SAREE, t.SHIRT, t.UMBRELLA, t.BICYCLE, t.CAR, t.HOUSE, t.BOOK),
    prefix="विकत ",
)
SING = _irregular(
    English("sing", "sings", "singing", "sang"),
    "गा गात गाय गाय गाऊ गा गाणार",
    "गाईन गाऊ गाल गाईल गातील",
    (t.SONG, t.BHAJAN),
)
CLOSE = _irregular(
    English("close", "closes", "closing", "closed"),
    "कर करत के कराय करू करा करणार",
    "करेन करू कराल करेल करतील",
    (t.DOOR, t.WINDOW, t.SHOP),
    prefix="बंद ",
)
GIVE = _irregular(
    English("give", "gives", "giving", "gave"),
    "दे देत दि द्याय देऊ द्या देणार",
    "देईन देऊ द्याल देईल देतील",
)
GO = _irregular(
    English("go", "goes", "going", "went"),
    "जा जात गे जाय जाऊ जा जाणार",
    "जाईन जाऊ जाल जाईल जातील",
    ergative=False,
)
SEE = _irregular(
    English("watch", "watches", "watching", "watched"),
    "बघ बघत बघित बघाय बघू बघा बघणार",
    "बघेन बघू बघाल बघेल बघतील",
    (t.MOVIE, t.SERIES, t.MATCH),
)
READ = _regular(
    English("read", "reads", "reading", "read"),
    "वाच",
    (t.BOOK, t.LETTER, t.NEWSPAPER, t.STORY, t.POEM),
)
MAKE = _regular(
    English("make", "makes", "making", "made"), "बनव", (t.TEA, t.COFFEE, t.CAKE, t.JUICE, t.CHAPATI)
)
OPEN = _regular(English("open", "opens", "opening", "opened"), "उघड", (t.DOOR, t.WINDOW, t.SHOP))
BRING = _regular(
    English("bring", "brings", "bringing", "brought"),
    "आण",
    (t.WATER, t.TEA, t.MILK, t.UMBRELLA, t.BOOK, t.BAG, t.CHAIR, t.PEN),
)
SEEK = _regular(
    English("look for", "looks for", "looking for", "looked for"),
    "शोध",
    (t.KEY, t.BAG, t.BOOK, t.PHONE, t.PEN, t.CAP),
)
SELL = _regular(
    English("sell", "sells", "selling", "sold"), "विक", (t.CAR, t.HOUSE, t.BICYCLE, t.PHONE)
)
LISTEN = _regular(
    English("listen to", "listens to", "listening to", "listened to"),
    "ऐक",
    (t.SONG, t.STORY, t.MUSIC),
)
LEARN = _regular(
    English("learn", "learns", "learning", "learned"), "शिक", t.LANGUAGES, ergative=False
)
PLAY = _regular(
    English("play", "plays", "playing", "played"), "खेळ", (t.CRICKET, t.CHESS), ergative=False
)
LIVE = _regular(English("live", "lives", "living", "lived"), "राह", ergative=False)
SPEAK = _regular(
    English("speak", "speaks", "speaking", "spoke"), "बोल", t.LANGUAGES, ergative=False
)

DAILY = (EAT, DRINK, READ, WRITE, SEE, MAKE, SING, LISTEN, LEARN, PLAY)
TRANSITIVE = (*DAILY, BUY, OPEN, CLOSE, BRING, SEEK, SELL)
_KNOWN = (OPEN, CLOSE, SEEK, SELL, LISTEN, BRING)


def with_object(verb: Verb, noun: t.Noun) -> str:
    """Return the English object with the article that the verb asks for: a book, the door, tea."""
    if noun is t.SERIES:
        return f"a {noun.eng}"
    return noun.the if noun.eng_plural and verb in _KNOWN else noun.a
