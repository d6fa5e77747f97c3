"""The things of the sample sentences: nouns with gender and plural, adjectives, numbers."""

from dataclasses import dataclass

from .agreement import THING


@dataclass(frozen=True)
class Noun:
    """A thing: English singular and plural (empty for what is not counted), Marathi, gender."""

    eng: str
    eng_plural: str
    mar: str
    mar_plural: str
    gender: str

    @property
    def a(self) -> str:
        """The English noun with its indefinite article, if it takes one."""
        if not self.eng_plural:
            return self.eng
        return f"{'an' if self.eng[0] in 'aeiou' else 'a'} {self.eng}"

    @property
    def the(self) -> str:
        """The English noun with the definite article."""
        return f"the {self.eng}"


@dataclass(frozen=True)
class Adjective:
    """A quality: the English word and the Marathi stem, which takes an ending or does not."""

    eng: str
    stem: str
    declines: bool = True

    def mar(self, thing: str) -> str:
        """Return the Marathi form for a class of thing: मोठा, मोठी, मोठं."""
        return self.stem + THING[thing] if self.declines else self.stem

    def before(self, noun: Noun) -> str:
        """Return the English adjective and noun with the indefinite article."""
        if not noun.eng_plural:
            return f"{self.eng} {noun.eng}"
        return f"{'an' if self.eng[0] in 'aeiou' else 'a'} {self.eng} {noun.eng}"


TEA = Noun("tea", "", "चहा", "", "m")
COFFEE = Noun("coffee", "", "कॉफी", "", "f")
WATER = Noun("water", "", "पाणी", "", "n")
MILK = Noun("milk", "", "दूध", "", "n")
JUICE = Noun("juice", "", "ज्यूस", "", "m")
LASSI = Noun("lassi", "", "लस्सी", "", "f")
DRINKS = (TEA, COFFEE, WATER, MILK, JUICE, LASSI)

APPLE = Noun("apple", "apples", "सफरचंद", "सफरचंदं", "n")
MANGO = Noun("mango", "mangoes", "आंबा", "आंबे", "m")
BANANA = Noun("banana", "bananas", "केळं", "केळी", "n")
EGG = Noun("egg", "eggs", "अंडं", "अंडी", "n")
CHAPATI = Noun("chapati", "chapatis", "पोळी", "पोळ्या", "f")
RICE = Noun("rice", "", "भात", "", "m")
CAKE = Noun("cake", "cakes", "केक", "केक", "m")
PIECES = (APPLE, MANGO, BANANA, EGG, CHAPATI)
FOOD = (*PIECES, RICE, CAKE)

BOOK = Noun("book", "books", "पुस्तक", "पुस्तकं", "n")
LETTER = Noun("letter", "letters", "पत्र", "पत्रं", "n")
NEWSPAPER = Noun("newspaper", "newspapers", "वर्तमानपत्र", "वर्तमानपत्रं", "n")
STORY = Noun("story", "stories", "गोष्ट", "गोष्टी", "f")
POEM = Noun("poem", "poems", "कविता", "कविता", "f")
ESSAY = Noun("essay", "essays", "निबंध", "निबंध", "m")
SONG = Noun("song", "songs", "गाणं", "गाणी", "n")
BHAJAN = Noun("bhajan", "bhajans", "भजन", "भजनं", "n")
MUSIC = Noun("music", "", "संगीत", "", "n")
MOVIE = Noun("movie", "movies", "चित्रपट", "चित्रपट", "m")
SERIES = Noun("TV series", "", "मालिका", "मालिका", "f")
MATCH = Noun("match", "matches", "सामना", "सामने", "m")

SAREE = Noun("saree", "sarees", "साडी", "साड्या", "f")
SHIRT = Noun("shirt", "shirts", "शर्ट", "शर्ट", "m")
UMBRELLA = Noun("umbrella", "umbrellas", "छत्री", "छत्र्या", "f")
WATCH = Noun("watch", "watches", "घड्याळ", "घड्याळं", "n")
PHONE = Noun("phone", "phones", "फोन", "फोन", "m")
BICYCLE = Noun("bicycle", "bicycles", "सायकल", "सायकली", "f")
CAR = Noun("car", "cars", "गाडी", "गाड्या", "f")
TABLE = Noun("table", "tables", "टेबल", "टेबलं", "n")
CHAIR = Noun("chair", "chairs", "खुर्ची", "खुर्च्या", "f")
HOUSE = Noun("house", "houses", "घर", "घरं", "n")
BAG = Noun("bag", "bags", "पिशवी", "पिशव्या", "f")
PEN = Noun("pen", "pens", "पेन", "पेनं", "n")
NOTEBOOK = Noun("notebook", "notebooks", "वही", "वह्या", "f")
CAP = Noun("cap", "caps", "टोपी", "टोप्या", "f")
LAMP = Noun("lamp", "lamps", "दिवा", "दिवे", "m")
KEY = Noun("key", "keys", "चावी", "चाव्या", "f")
DOOR = Noun("door", "doors", "दार", "दारं", "n")
WINDOW = Noun("window", "windows", "खिडकी", "खिडक्या", "f")
SHOP = Noun("shop", "shops", "दुकान", "दुकानं", "n")
DOG = Noun("dog", "dogs", "कुत्रा", "कुत्रे", "m")
CAT = Noun("cat", "cats", "मांजर", "मांजरं", "n")

GOODS = (
    *(SAREE, SHIRT, UMBRELLA, WATCH, PHONE, BICYCLE, CAR, TABLE, CHAIR, HOUSE),
    *(BAG, PEN, NOTEBOOK, CAP, LAMP),
)
SMALL = (BOOK, PEN, NOTEBOOK, KEY, BAG, PHONE, UMBRELLA, WATCH, CAP, LETTER, LAMP, SHIRT)
HELD = (*(noun for noun in GOODS if noun is not HOUSE), BOOK, KEY, DOG, CAT)
OWNED = (*HELD, HOUSE, SHOP)

MARATHI = Noun("Marathi", "", "मराठी", "", "f")
HINDI = Noun("Hindi", "", "हिंदी", "", "f")
ENGLISH = Noun("English", "", "इंग्रजी", "", "f")
GUJARATI = Noun("Gujarati", "", "गुजराती", "", "f")
LANGUAGES = (MARATHI, HINDI, ENGLISH, GUJARATI)
CRICKET = Noun("cricket", "", "क्रिकेट", "", "n")
CHESS = Noun("chess", "", "बुद्धिबळ", "", "n")

BIG = Adjective("big", "मोठ")
SMALL_SIZE = Adjective("small", "छोट")
NEW = Adjective("new", "नव")
OLD = Adjective("old", "जुन")
GOOD = Adjective("good", "चांगल")
BLACK = Adjective("black", "काळ")
WHITE = Adjective("white", "पांढर")
BLUE = Adjective("blue", "निळ")
RED = Adjective("red", "लाल", declines=False)
BEAUTIFUL = Adjective("beautiful", "सुंदर", declines=False)
CHEAP = Adjective("cheap", "स्वस्त", declines=False)
EXPENSIVE = Adjective("expensive", "महाग", declines=False)
ATTRIBUTES = (BIG, SMALL_SIZE, NEW, OLD, GOOD, BLACK, RED, BEAUTIFUL)
QUALITIES = (*ATTRIBUTES, WHITE, BLUE, CHEAP, EXPENSIVE)
HOT = Adjective("hot", "गरम", declines=False)
COLD = Adjective("cold", "थंड", declines=False)
SWEET = Adjective("sweet", "गोड", declines=False)

NUMBERS = (
    *(("two", "दोन"), ("three", "तीन"), ("four", "चार"), ("five", "पाच"), ("six", "सहा")),
    *(("seven", "सात"), ("ten", "दहा")),
)
