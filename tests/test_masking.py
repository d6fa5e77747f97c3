"""Masking: what must arrive does, byte for byte, whatever stands around it."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nmt.cleaning import normalise
from nmt.config import LanguageOptions
from nmt.errors import InputError
from nmt.masking import ITEMS, NUMBERS, SYMBOLS, Item, Masking, Names, shown
from nmt.names import KNOWN_FROM, SEEN_FROM, known_words, name_spans, rare_names

FORWARD, BACKWARD = LanguageOptions(), LanguageOptions("mar", "eng")
KNOWN = known_words(
    (
        "hello my friend lives in the big house and i met mr smith rewind a tape o clock stories",
        "send it to us at see is great thanks don't make",
    )
    * SEEN_FROM
)


LISTED = {"rekha", "friend", "jejuri"}


def masking(languages: LanguageOptions = FORWARD, digits: str = "source") -> Masking:
    return Masking(languages, digits, Names(spans, lambda name: f"<{name}>"))


def spans(text: str) -> list[tuple[int, int]]:
    return name_spans(text, KNOWN, LISTED.__contains__)


def kinds(text: str, languages: LanguageOptions = FORWARD) -> dict[str, str]:
    return {item.src: item.kind for item in masking(languages).mask(text).items}


@pytest.mark.parametrize(
    "literal",
    [
        "https://example.org/a_(b)?q=1&r=%20#top",
        "www.example.org",
        "example.co.in/path",
        "first.last+tag@mail.example.org",
        "@some_body",
        "#वापसी2",
        "report_v2.pdf",
        "C:\\Users\\me\\notes.txt",
        "/etc/hosts.conf",
        "{name}",
        "{{ user.name }}",
        "${HOME}",
        "%s",
        "%(count)d",
        "%1$s",
        "<b>",
        "</b>",
        '<a href="x.html">',
        "&amp;",
        "`make all`",
        "snake_case_name",
        "MP3",
        "COVID-19",
        "42A",
        "221B",
        "@me #you",
        "東京",
        "दिल्ली",
        "\ue000\ue011",
        "\U0010fffd",
        "×",
    ],
)
def test_literals_are_told_and_stay_as_they_are(literal: str) -> None:
    for text in ("send it to {}, my friend.", "Is {} great?", "see ({})!"):
        masked = masking().mask(text.format(literal))
        assert [(item.kind, item.src, item.trg) for item in masked.items] == [
            ("literal", literal, literal)
        ]
        assert masked.text == text.format(ITEMS[0])
        assert masking().unmask(f"अ {ITEMS[0]}ला.", masked.items) == f"अ {literal} ला."


@pytest.mark.parametrize(
    ("number", "devanagari"),
    [
        ("7", "७"),
        ("1998", "१९९८"),
        ("3:30", "३:३०"),
        ("10.50", "१०.५०"),
        ("1,00,000.5", "१,००,०००.५"),
        ("12/05/2024", "१२/०५/२०२४"),
        ("2024-05-12", "२०२४-०५-१२"),
        ("२५", "२५"),
        ("₹500", "₹५००"),
        ("-5", "-५"),
    ],
)
def test_numbers_are_told_and_written_in_the_digits_asked_for(number: str, devanagari: str) -> None:
    text = f"see it at {number}, my friend"
    for digits, expected in (("devanagari", devanagari), ("source", number)):
        masked = masking(digits=digits).mask(text)
        sign = "$" if "₹" in number else ""
        assert masked.text == f"see it at {sign}{NUMBERS[0]}, my friend"
        assert [(i.kind, i.src, i.trg) for i in masked.items] == [("number", number, expected)]
        assert masking().unmask(f"{NUMBERS[0]}ला", masked.items) == f"{expected}ला"
    back = Masking(BACKWARD, "ascii").mask(f"मला {devanagari} दे")
    assert [item.trg for item in back.items] == [number.translate(str.maketrans("२५", "25"))]


@pytest.mark.parametrize(
    ("quantity", "marathi", "shown_as"),
    [
        ("$39.41", "$३९.४१", "${}"),
        ("20€", "२०€", "${}"),
        ("Rs. 500", "रु. ५००", "${}"),
        ("Rs 1,250.50", "रु. १,२५०.५०", "${}"),
        ("62.5%", "६२.५%", "{}%"),
        ("-5°C", "-५°C", "{}"),
        ("90°", "९०°", "{}"),
        ("5 km", "५ किमी", "{}"),
        ("2.5kg", "२.५ किलो", "{}"),
        ("3.5 MB", "३.५ एमबी", "{}"),
        ("100m", "१०० मी", "{}"),
        ("6'2", "६'२", "{}"),
        ("10–15", "१०–१५", "{}"),
        ("2+2", "२+२", "{}"),
        ("3 × 4", "३ × ४", "{}"),
        ("3 x 4", "३ x ४", "{}"),
        ("1/2", "१/२", "{}"),
        ("007", "००७", "{}"),
        ("+91 98765 43210", "+९१ ९८७६५ ४३२१०", "{}"),
        ("98220 51473", "९८२२० ५१४७३", "{}"),
        ("1 250 000", "१ २५० ०००", "{}"),
    ],
)
def test_what_belongs_to_a_number_goes_with_it(quantity: str, marathi: str, shown_as: str) -> None:
    for text in ("it is {} from us", "is it {}?", "send {}."):
        masked = masking(digits="devanagari").mask(text.format(quantity))
        assert [(item.kind, item.src, item.trg) for item in masked.items] == [
            ("number", quantity, marathi)
        ]
        assert masked.text == text.format(shown_as.format(NUMBERS[0]))
        # However the model writes the sign, it is there once, and without its name.
        for written in ("अ {} आ.", "अ ${}% आ.", "$ {} आ %."):
            done = masking().unmask(written.format(NUMBERS[0]), masked.items)
            assert done.count(marathi) == 1
            assert "$" not in done.replace(marathi, "") or "$" not in shown_as
    if "x" in quantity:
        return  # in Marathi it is a word of another script
    back = Masking(BACKWARD, "ascii").mask(f"मला {marathi} दे")
    assert [item.trg.replace(" ", "") for item in back.items if item.kind == "number"] == [
        quantity.replace("Rs ", "Rs. ").replace(" ", "")
    ]


@pytest.mark.parametrize(
    ("time", "marathi"),
    [
        ("6:45 pm", "संध्याकाळी ६:४५"),
        ("7am", "सकाळी ७"),
        ("12 PM", "दुपारी १२"),
        ("12.30 a.m.", "रात्री १२.३०"),
        ("5 A.M.", "पहाटे ५"),
        ("11:59 p.m.", "रात्री ११:५९"),
    ],
)
def test_am_and_pm_are_the_part_of_the_day(time: str, marathi: str) -> None:
    for text in ("at {} we go", "see it at {}!", "see it before {}"):
        masked = masking(digits="devanagari").mask(text.format(time))
        dot = "." if text.endswith("}") and time.endswith(".") else ""  # the sentence's
        assert masked.text == text.format(NUMBERS[0]) + dot
        [item] = masked.items
        assert (item.kind, item.src + dot, item.trg) == ("number", time, marathi)
        # What the model thinks of it does not matter.
        for said in ("", "दुपारी ", "सकाळच्या ", "रात्रीच्या "):
            done = masking().unmask(f"ये {said}{NUMBERS[0]} वाजता", masked.items)
            assert done == f"ये {marathi} वाजता"
    assert [i.trg for i in masking().mask(f"see it at {time}").items] == [time.removesuffix(".")]


@pytest.mark.parametrize("text", ["13 pm", "0 am", "10–11 am", "5 amps", "6:60 pm", "1,000 pm"])
def test_what_is_no_time_has_no_part_of_the_day(text: str) -> None:
    for item in masking(digits="devanagari").mask(f"see it at {text} we go").items:
        assert item.trg.translate(str.maketrans("०१२३४५६७८९", "0123456789")) == item.src


@pytest.mark.parametrize(
    ("number", "hyp", "text"),
    [
        ("$10", "S डॉलरपेक्षा कमी", "$१०पेक्षा कमी"),
        ("₹10", "S $पडले $.", "₹१० पडले."),
        ("10%", "S टक्के पाणी%", "१०% पाणी"),
        ("10", "S टक्के", "१० टक्के"),
    ],
)
def test_the_name_of_a_sign_is_not_written_beside_it(number: str, hyp: str, text: str) -> None:
    items = masking(digits="devanagari").mask(f"it is {number}").items
    assert masking().unmask(hyp.replace("S", NUMBERS[0]), items) == text


@pytest.mark.parametrize(
    ("hyp", "text"),
    [
        ("पत्र पाठव.S.", "पत्र पाठव {a}."),
        ("पत्र पाठव.S", "पत्र पाठव {a}."),
        ("कोण आहे?S?", "कोण आहे {a}?"),
        ("तो आला.S गेला.", "तो आला {a} गेला."),
        ("पत्र पाठव.", "पत्र पाठव {a}."),
        ("पत्र पाठव. S बघ.", "पत्र पाठव. {a} बघ."),
        ("अरे, S!", "अरे, {a}!"),
        ("S", "{a}"),
    ],
)
def test_what_has_no_place_comes_before_the_end(hyp: str, text: str) -> None:
    items = [Item("literal", ITEMS[0], "{a}", "{a}")]
    assert masking().unmask(hyp.replace("S", ITEMS[0]), items) == text


def test_several_that_have_no_place_keep_their_order() -> None:
    items = [Item("literal", symbol, f"{{{symbol}}}", f"{{{i}}}") for i, symbol in enumerate(ITEMS)]
    hyp = f"पाठव.{ITEMS[0]}.{ITEMS[1]}{ITEMS[2]}. {ITEMS[3]}."
    assert masking().unmask(hyp, items) == "पाठव {0} {1} {2} {3}."


@pytest.mark.parametrize(
    ("text", "inner", "after"),
    [
        ("I met my friend 😀.", "I met my friend.", " 😀"),
        ("Is it great 😂 😂?", "Is it great?", " 😂 😂"),
        ("Is it 🇯🇵 or 🇫🇷?", f"Is it {ITEMS[0]} or {ITEMS[1]}?", ""),
        ("I met {a}.", f"I met {ITEMS[0]}.", ""),
    ],
)
def test_emoji_before_the_full_stop_come_behind_it(text: str, inner: str, after: str) -> None:
    masked = masking().mask(text)
    assert (masked.text, masked.after) == (inner, after)
    assert masked.copied() == text


def test_literals_that_only_a_blank_divides_are_one() -> None:
    masked = masking().mask("hello {first} {last}, it is great")
    assert [item.src for item in masked.items] == ["{first} {last}"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hello Priyanka!", ["Priyanka"]),
        ("Priyanka Deshmukh's house", ["Priyanka Deshmukh"]),
        ("I met A. R. Rahmanji and J.K. Rowlingson.", ["A. R. Rahmanji", "J.K. Rowlingson"]),
        ("Mr. Kapadia is in Nashik, the big house.", ["Mr. Kapadia", "Nashik"]),
        ("Mr. and Mrs. Kapadia live in the house.", ["Mr. and Mrs. Kapadia"]),
        ("hello mr smith, Dr. A. B. Smith and Mrs Friend", ["Dr. A. B. Smith", "Mrs Friend"]),
        ("dr. rekha is great", ["dr. rekha"]),
        ("Jean-Luc O'Brien lives in the house", ["Jean-Luc O'Brien"]),
        ("Rewinding the tape is great.", []),
        ("Bigger is great.", []),
        ("Tapei is great.", ["Tapei"]),
        ("I'm great. Don't make it.", []),
        ("HELLO MY FRIEND PRANAV", []),
        ("PRANAV", ["PRANAV"]),
        ("my iPhone is great", ["iPhone"]),
        ("hello priyanka", []),
        ("Unplug the tape. Squeeze it! Hopefully she lives.", []),
        ("Priyanka, the big tape is great", ["Priyanka"]),
        ("Priyanka's the friend", ["Priyanka"]),
        ("I met Priyanka the friend", ["Priyanka"]),
        ("Zoë is my friend", ["Zoë"]),
    ],
)
def test_names_are_words_with_a_capital_that_are_not_known(text: str, names: list[str]) -> None:
    known = KNOWN - {"mr"}
    assert [text[start:end] for start, end in name_spans(text, known, LISTED.__contains__)] == names
    assert name_spans(text, frozenset(), LISTED.__contains__) == []


def test_endings_change_names_but_not_literals() -> None:
    name, literal = (Item(kind, ITEMS[0], "पुणे", "पुणे") for kind in ("name", "literal"))
    unmasked = Masking(FORWARD).unmask("S ला Sला".replace("S", ITEMS[0]), [literal, name])
    assert unmasked == "पुणे ला पुण्याला"


def test_known_words_are_those_of_the_sentences() -> None:
    often = ["Don't you see Pune?", "We see O'Neill.", "He-man"] * SEEN_FROM
    words = known_words([*often[1:], "see see no"])
    assert words == {"see", "we", "o", "neill", "he", "man"}


def test_names_in_few_sentences_are_rare() -> None:
    often = ["We met Ravi."] * KNOWN_FROM
    # Will is also a word, Take only begins sentences, Zoë's is Zoë, and only sentences count.
    others = ["Take Zoë's hat.", "I saw Zoë and Zoë.", "Will Will come?", "He will.", *often[1:]]
    assert rare_names([*often, *others]) == {"zoë"}
    assert rare_names(often[1:]) == {"ravi"}


def test_case_endings_follow_names_and_numbers_but_never_touch_what_stands_before() -> None:
    masked = masking().mask("Priyanka met 5 and 6 at x@example.org, {a}")
    name, five, six, mail, name_2 = masked.items
    text = f"अ{name.symbol}ला{five.symbol}{six.symbol}वर{mail.symbol}{name_2.symbol}ने"
    assert masking().unmask(text, masked.items) == "अ <Priyanka>ला 5 6वर x@example.org {a} ने"
    assert masking().unmask(f"{five.symbol}.{six.symbol}", [five, six]) == "5. 6"


def test_emoji_at_the_edges_are_cut_off_with_their_blanks() -> None:
    masked = masking().mask("👍🏽 👩‍👩‍👧 hello 🇮🇳 my friend!😀 ❤️")
    assert (masked.before, masked.after) == ("👍🏽 👩‍👩‍👧 ", "😀 ❤️")
    assert [item.src for item in masked.items] == ["🇮🇳"]
    assert masking().mask("1️⃣ hello").before == "1️⃣ "


def test_other_scripts_are_literals_in_both_directions() -> None:
    assert kinds("मला iPhone 15 दे, Harry Potter नको", BACKWARD) == {
        "iPhone": "literal",
        "15": "number",
        "Harry Potter": "literal",
    }
    assert not masking(BACKWARD).mask("Hello my friend").has_words
    assert masking(LanguageOptions("xxx", "eng", "eng", "xxx")).mask("ñu ñandú").items == ()


def test_texts_without_a_word_are_what_they_were() -> None:
    for text in ("12:30", "{a}{b}", "!?", "😀", "https://example.org"):
        masked = masking().mask(text)
        assert not masked.has_words
        assert masked.copied() == text
    assert masking(digits="devanagari").mask("1 + 2").copied() == "१ + २"


texts = st.text(
    st.characters() | st.sampled_from("aB1२.,:/@#%{}<>'\"- अ\u200d\ue000\ue010😀\n"), max_size=40
)


def without_apostrophes(text: str, languages: LanguageOptions) -> str:
    return normalise(text, languages.src).replace("'", "")


@settings(max_examples=300)
@given(texts, st.sampled_from([FORWARD, BACKWARD]))
@example("Im 5 dont", FORWARD)
# A sign behind money is not one that money is read with.
@example("¢%", FORWARD)
@example("5¢% 3 %", FORWARD)
def test_any_text_comes_back_and_its_symbols_are_its_items(
    text: str, languages: LanguageOptions
) -> None:
    masked = masking(languages).mask(text)
    assert Counter(char for char in masked.text if char in SYMBOLS) == Counter(
        item.symbol for item in masked.items
    )
    plain = Masking(languages).mask(text)
    whole = plain.copied()
    assert len(f"{whole}.".splitlines()) == 1
    whole.encode()
    # Only literals are spared what normalisation does; apostrophes may have been put in.
    assert without_apostrophes(whole, languages) == without_apostrophes(text, languages)
    for item in masked.items:
        assert item.src in whole
    done = masking(languages).unmask(masked.text, masked.items)
    assert all(item.trg in done for item in masked.items)


@settings(max_examples=100)
@given(st.text(st.sampled_from([*SYMBOLS, "अ", " ", ".", "5"])), st.lists(st.sampled_from(SYMBOLS)))
def test_nothing_is_lost_even_if_symbols_are(text: str, symbols: list[str]) -> None:
    items = [Item("literal", symbol, str(i), f"{{{i}}}") for i, symbol in enumerate(symbols)]
    done = masking().unmask(text, items)
    assert not {*done} & {*SYMBOLS}
    assert all(done.count(item.trg) == 1 for item in items)


def test_pieces_show_what_they_stand_for() -> None:
    items = [Item("number", NUMBERS[0], "5", "५"), Item("name", ITEMS[0], "Ann", "ॲन")]
    pieces = ["▁", ITEMS[0], "▁x", NUMBERS[0], ITEMS[0]]
    assert shown(pieces, items, in_translation=False) == ("▁", "Ann", "▁x", "5", ITEMS[0])
    assert shown(pieces, items, in_translation=True)[3] == "५"


def test_unknown_digits_are_refused() -> None:
    with pytest.raises(InputError, match="--digits is 'roman'; choose one of devanagari, ascii"):
        Masking(FORWARD, "roman")


@pytest.mark.parametrize(
    "part",
    [
        "x",
        "a.b",
        "(",
        "a1",
        "{",
        "<a ",
        "`a",
        "1.",
        "@",
        "a_",
        ". ",
        "😀\u200d",
        "A. ",
        "1 ",
        "#a ",
    ],
)
def test_long_texts_take_time_in_proportion(part: str) -> None:
    started = time.process_time()
    masked = masking().mask("http://" + part * 10_000 + "é Zz")
    masking().unmask(masked.text, masked.items)
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("dont do that", "don't do that"),
        ("Im sure you cant, and THEYRE sure too.", "I'm sure you can't, and THEY'RE sure too."),
        ("Ive seen what itll do; whos there", "I've seen what it'll do; who's there"),
        ("its ill will were well", "its ill will were well"),
        ("the dont-care bit, don't and im's", "the dont-care bit, don't and im's"),
    ],
)
def test_apostrophes_that_typing_left_out_are_put_in(typed: str, read: str) -> None:
    assert Masking(FORWARD).mask(typed).text == read
    assert Masking(LanguageOptions("fra", "mar", "fra")).mask(typed).text == typed


def test_literals_get_no_apostrophes_and_contractions_are_no_names() -> None:
    masked = masking().mask("Ive a friend, see http://cant.com #dont")
    assert [item.src for item in masked.items] == ["http://cant.com #dont"]
    assert masked.text.startswith("I've a friend")
