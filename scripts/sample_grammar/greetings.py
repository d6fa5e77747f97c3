"""Greetings and answers, each said to many people, so that none of them is seen only once."""

from collections.abc import Iterator

_GREETINGS = (
    ("Hello", "नमस्कार"),
    ("Hi", "हाय"),
    ("Good morning", "शुभ सकाळ"),
    ("Good afternoon", "शुभ दुपार"),
    ("Good evening", "शुभ संध्याकाळ"),
    ("Good night", "शुभ रात्री"),
    ("Goodbye", "पुन्हा भेटू"),
    ("Bye", "बाय"),
    ("See you soon", "लवकरच भेटू"),
    ("See you tomorrow", "उद्या भेटू"),
    ("See you later", "नंतर भेटू"),
    ("Welcome", "स्वागत आहे"),
    ("Thank you", "धन्यवाद"),
    ("Thank you very much", "खूप खूप धन्यवाद"),
    ("Thanks", "धन्यवाद"),
    ("Many thanks", "खूप धन्यवाद"),
    ("You're welcome", "तुमचं स्वागत आहे"),
    ("Congratulations", "अभिनंदन"),
    ("Well done", "शाब्बास"),
    ("Happy birthday", "वाढदिवसाच्या शुभेच्छा"),
    ("Happy New Year", "नवीन वर्षाच्या शुभेच्छा"),
    ("Happy Diwali", "दिवाळीच्या शुभेच्छा"),
    ("Best wishes", "शुभेच्छा"),
    ("Good luck", "शुभेच्छा"),
    ("Sorry", "माफ करा"),
    ("I'm sorry", "मला माफ करा"),
    ("Excuse me", "माफ करा"),
    ("Yes", "हो"),
    ("No", "नाही"),
    ("Okay", "ठीक आहे"),
    ("All right", "ठीक आहे"),
    ("Of course", "नक्कीच"),
    ("Please", "कृपया"),
    ("Please wait", "कृपया थांबा"),
    ("Please sit", "कृपया बसा"),
    ("Come in", "आत या"),
    ("How are you", "तुम्ही कसे आहात"),
    ("What is your name", "तुमचं नाव काय आहे"),
    ("Where are you", "तुम्ही कुठे आहात"),
)
_ASKED = ("How", "What", "Where")

_ADDRESSED = (
    ("everyone", "मंडळी"),
    ("friends", "मित्रांनो"),
    ("my friend", "मित्रा"),
    ("children", "मुलांनो"),
    ("sir", "सर"),
    ("madam", "मॅडम"),
    ("doctor", "डॉक्टर"),
    ("Mother", "आई"),
    ("Father", "बाबा"),
    ("Grandmother", "आजी"),
    ("Grandfather", "आजोबा"),
    ("Uncle", "काका"),
    ("Asha", "आशा"),
    ("Meera", "मीरा"),
    ("Ravi", "रवी"),
    ("Sameer", "समीर"),
)


def greetings() -> Iterator[tuple[str, str]]:
    """Yield each greeting alone, as people type it, and said to someone, English and Marathi."""
    for eng, mar in _GREETINGS:
        mark = "?" if eng.startswith(_ASKED) else "."
        for typed in (eng, eng.lower(), eng.upper()):
            yield f"{typed}{mark}", f"{mar}{mark}"
        for name, called in _ADDRESSED:
            yield f"{eng}, {name}{mark}", f"{mar}, {called}{mark}"
            yield f"{eng} {name}{mark}", f"{mar} {called}{mark}"
