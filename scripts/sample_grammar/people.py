"""The people of the sample sentences, with the case forms that the templates need."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A doer: the English words, the Marathi case forms and the agreement (see ``agreement``)."""

    eng: str
    nom: str
    erg: str
    dat: str
    obl: str
    agreement: str

    @property
    def third(self) -> bool:
        """Whether the English verb takes -s."""
        return self.agreement.startswith("3s")

    @property
    def am(self) -> str:
        """The English present of "be"."""
        return "am" if self.eng == "I" else "is" if self.third else "are"

    @property
    def was(self) -> str:
        """The English past of "be"."""
        return "was" if self.third or self.eng == "I" else "were"

    @property
    def do(self) -> str:
        """The English auxiliary of questions and negations."""
        return "does" if self.third else "do"

    @property
    def have(self) -> str:
        """The English present of "have"."""
        return "has" if self.third else "have"


def _noun(eng: str, nom: str, obl: str, agreement: str) -> Person:
    """Return a person whose cases are built on the oblique stem: रवी, रवीने, रवीला."""
    erg, dat = ("नी", "ना") if "p" in agreement else ("ने", "ला")
    return Person(eng, nom, obl + erg, obl + dat, obl, agreement)


I = Person("I", "मी", "मी", "मला", "माझ्या", "1sm")  # noqa: E741
I_WOMAN = Person("I", "मी", "मी", "मला", "माझ्या", "1sf")
YOU = Person("you", "तुम्ही", "तुम्ही", "तुम्हाला", "तुमच्या", "2p")

PRONOUNS = (
    I,
    YOU,
    Person("we", "आम्ही", "आम्ही", "आम्हाला", "आमच्या", "1p"),
    Person("he", "तो", "त्याने", "त्याला", "त्याच्या", "3sm"),
    Person("she", "ती", "तिने", "तिला", "तिच्या", "3sf"),
    Person("they", "ते", "त्यांनी", "त्यांना", "त्यांच्या", "3pm"),
)

NAMES = (
    _noun("Ravi", "रवी", "रवी", "3sm"),
    _noun("Sameer", "समीर", "समीर", "3sm"),
    _noun("Asha", "आशा", "आशा", "3sf"),
    _noun("Meera", "मीरा", "मीरा", "3sf"),
)

RELATIVES = (
    _noun("my brother", "माझा भाऊ", "माझ्या भावा", "3sm"),
    _noun("my sister", "माझी बहीण", "माझ्या बहिणी", "3sf"),
    _noun("my mother", "माझी आई", "माझ्या आई", "3sf"),
    _noun("the boy", "मुलगा", "मुला", "3sm"),
    _noun("the girl", "मुलगी", "मुली", "3sf"),
    _noun("the children", "मुलं", "मुलां", "3pn"),
)

# No father here: Marathi gives him the plural of respect, English the singular, and each template
# would need the exception.

PEOPLE = PRONOUNS + NAMES + RELATIVES
ASKED = tuple(person for person in PEOPLE if person.agreement not in {"1sm", "1p"})
"""The people about whom one asks a question: all but the speakers."""

RECEIVERS = (
    ("me", I),
    ("him", PRONOUNS[3]),
    ("her", PRONOUNS[4]),
    ("them", PRONOUNS[5]),
    *((person.eng, person) for person in NAMES + RELATIVES),
)
"""The English object form beside each person to whom something is given."""

OWNERS = (
    ("my", "माझ"),
    ("your", "तुमच"),
    ("our", "आमच"),
    ("his", "त्याच"),
    ("her", "तिच"),
    ("their", "त्यांच"),
    ("Ravi's", "रवीच"),
    ("Asha's", "आशाच"),
    ("Sameer's", "समीरच"),
    ("Meera's", "मीराच"),
)
"""English possessives and the Marathi stems, to which the ending of the thing is added."""
