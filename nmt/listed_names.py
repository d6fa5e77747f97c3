"""A list of names that Marathi has its own spelling for, read in both directions."""

from functools import cache
from pathlib import Path

from nmt.marathi_names import OBLIQUE, TITLES

NAMES = Path(__file__).parent / "sounds" / "names.tsv"

# Of Latin names that Marathi spells alike, the usual one where it is not the longest; and those
# that have more capitals than the first.
_USUAL = {
    "पणजी": "Panaji", "पुणे": "Pune", "भारत": "India", "राम": "Ram", "हिमालय": "Himalaya",
    "आयपॅड": "iPad", "आयफोन": "iPhone", "आयमॅक्स": "IMAX", "आयकिया": "IKEA", "ईबे": "eBay",
    "एअरपॉड्स": "AirPods", "चॅटजीपीटी": "ChatGPT", "टिकटॉक": "TikTok", "नासा": "NASA",
    "पेपाल": "PayPal", "पेटीएम": "PayTM", "प्लेस्टेशन": "PlayStation", "बीएमडब्ल्यू": "BMW",
    "मॅकडॉनल्ड": "McDonald", "मॅकबुक": "MacBook", "युनेस्को": "UNESCO", "यूट्यूब": "YouTube",
    "लिंक्डइन": "LinkedIn", "व्हॉट्सॲप": "WhatsApp",
}  # fmt: skip
# Listed names that are Marathi words, too, or begin like one in an oblique form.
_MARATHI_WORDS = """
अमर अनंत अंकुश आकाश आनंद आरती आलोक आशा ईश्वर उत्तम उदय उषा कदम कमल करण कर्ण कल्पना कविता काजल
काव्या काळे किरण कुमार कुमारी कुसुम कोटी कोमल खरे गरुड गुरू घाटे घोष चंदा चंद्रा चित्रा चेतन
चेतना छाया जय ज्योती ठाकूर तरुण तांबे तारा तुळशी तुषार तृप्ती दत्त दीपा दीप्ती देव धनुष धर्मा
नयन नवीन नाना नाईक निशा नील पंडित पल्लवी पाठक पायल पूजा पृथ्वी पेरू पौर्णिमा प्रकाश प्रज्ञा
प्रताप प्रतिभा प्रतीक प्रतीक्षा प्रभा प्रशांत प्रसन्न प्रसाद प्राची प्रेम प्रेमा प्रेरणा फाटक
फुले बसू बाळू भारती भावना भास्कर भूषण मंगल मक्का मधू मराठे माणिक मानसी मुक्ता मूर्ती मोहन यश
रक्षा रचना राजा राज राजवाडे राणी राय रुपये रेखा रेणू रोशनी लाख लावण्या लीला लोंढे वर्षा वसंत
वाघ विकास विजय विजया विद्या विनोद विभा विमल विशाल विश्राम विश्वास वीणा वीर वेद वैद्य शनी शरद
शांता शास्त्री शिव शीतल शोभा श्रद्धा श्री श्रुती संकेत संगीता संतोष संदेश संध्या संपत संपदा
सपना समर्थ समीक्षा सरिता सरोज साक्षी सागर साने सिद्धी सीमा सुंदर सुदर्शन सुधा सुमन सूरज सूर्या
सेन सोनार स्मृती स्वप्ना स्वरूप स्वामी हर्ष हवाई माने योग साडी केली जिम बेटी माली दोहा रूपा वाय फाय साय
"""
_SURNAMES = """
अंबानी अय्यंगार अय्यर आगरकर आगाशे आठवले आपटे इनामदार उपाध्याय ओझा कपूर कांबळे कानिटकर कामत
कार्टर किर्लोस्कर कुंबळे कुरेशी कुलकर्णी केळकर कोठारी कोल्हटकर कोहली क्षीरसागर खन्ना खान खेर
गडकरी गांगुली गांधी गाडगीळ गायकवाड गावडे गावसकर गुप्ता गोखले गोडबोले घोरपडे चतुर्वेदी चर्चिल
चव्हाण चॅटर्जी चोप्रा चौधरी चौहान जगताप जाधव जैन जॅक्सन जोगळेकर जोन्स जोशी जॉन्सन झिंटा टाटा
टिळक टेंबे ठाकरे डांगे डेव्हिस तावडे तिवारी तेंडुलकर त्रिवेदी थोरात दांडेकर दाभोलकर दामले
दीक्षित दुबे देशपांडे देशमुख देसाई द्रविड धोनी नाडकर्णी नायडू नायर निंबाळकर नेने नेहरू न्यूटन
पंड्या पटवर्धन पटेल परांजपे पवार पांडे पाटणकर पाटील पिंगळे पितळे पुरंदरे पेंडसे पेडणेकर फडके
फडणवीस फडणीस बच्चन बर्वे बागूल बापट बायडेन बॅनर्जी बेंद्रे बोरकर बोस भट्ट भाटकर भाटिया भालेराव
भावे भिडे भोसले मंगेशकर मल्होत्रा महाजन मिचल मित्तल मिश्रा मुखर्जी मेहता मेहरा मोदी
मोहिते म्हात्रे यादव रहाणे राजपूत राठोड राणे रानडे रावत राव राऊत रेगे रेड्डी लिंकन लिमये लेले
वर्मा वाजपेयी वाडेकर वानखेडे वायकर वाळिंबे विल्सन वॉशिंग्टन वेलणकर शर्मा शाह शिंदे
शिरोडकर शिर्के शुक्ला शेख शेटे शेट्टी शेलार श्रीवास्तव सक्सेना सय्यद सरदेसाई सरनाईक साठे सामंत
सावंत सावरकर साळवी साळुंखे सिंग सिन्हा सूर्यवंशी सेहवाग सोनवणे सोळंकी स्मिथ हुसेन
"""
SURNAMES = frozenset(_SURNAMES.split())
"""Those of `latin_names` that make one name with the one before them."""
_ENGLISH_WORDS = """
aids billy bob bobby carol carter deo hamlet harsh heather jerry kale ken lima mane martin mason
mike miller nick phoenix polish randy roger sane smith wales walker white
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
"""Listed names that are English words, too, in lower case."""


@cache
def listed_names() -> dict[str, str]:
    """Return how Marathi spells each name of the list, whose letters are small."""
    return dict(line.split("\t") for line in NAMES.read_text("utf-8").splitlines())


def listed_name(word: str) -> str | None:
    """Return how Marathi spells a word of the list, None for others and for "polish", "sane"."""
    return None if word in _ENGLISH else listed_names().get(word.lower())


@cache
def latin_names() -> dict[str, str]:
    """Return the names of the list by how Marathi spells them, and their oblique forms: Pune twice.

    Of several the longest, if none of them is the usual one. Those that are Marathi words, too, are
    left out.
    """
    names: dict[str, str] = {}
    marathi = frozenset(_MARATHI_WORDS.split())
    for word, spelt in sorted(listed_names().items(), key=lambda entry: (len(entry[0]), entry)):
        # Fridays are शुक्रवार, which is Friday.
        if spelt not in marathi and not word.endswith("days"):
            names[spelt] = word.capitalize()
    names |= _USUAL
    return names | {form: names[name] for name, form in OBLIQUE.items()}


def latin(name: str) -> str:
    """Return a name of words that are in `latin_names`, or titles, in Latin letters."""
    words = name.replace(".", "").split()
    return " ".join(TITLES.get(word) or latin_names()[word] for word in words)
