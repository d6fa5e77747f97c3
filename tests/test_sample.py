"""The sample corpus: its file, its form, its grammar, and what is held out of it."""

import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from sample_grammar import DEMO, fold, rows, things, verbs  # noqa: E402
from sample_grammar.corpus import SHARES  # noqa: E402
from sample_grammar.greetings import greetings  # noqa: E402
from sample_grammar.phrases import PHRASES  # noqa: E402

SAMPLE = ROOT / "data" / "sample.tsv"


@pytest.fixture(scope="module")
def pairs() -> list[list[str]]:
    text = SAMPLE.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    return [line.split("\t") for line in text.removesuffix("\n").split("\n")]


@pytest.fixture(scope="module")
def grammar() -> dict[str, set[str]]:
    """Everything that the templates can say, of which the file holds a share."""
    translations: dict[str, set[str]] = {}
    for template, _ in SHARES:
        for eng, mar in template():
            translations.setdefault(eng, set()).add(mar)
    return translations


def make_sample(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(root / "scripts" / "make_sample"), *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def test_the_committed_file_is_what_the_generator_prints() -> None:
    printed = make_sample("--stdout")
    assert printed.returncode == 0
    assert printed.stdout == SAMPLE.read_bytes()


def test_check_succeeds_and_prints_nothing() -> None:
    checked = make_sample("--check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_the_corpus_does_not_depend_on_the_hash_seed() -> None:
    code = "from sample_grammar import as_tsv, rows; print(as_tsv(rows()))"
    printed = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "scripts")},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_check_fails_on_a_changed_file_and_a_new_run_repairs_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    copy = tmp_path / "data" / "sample.tsv"
    copy.parent.mkdir()
    copy.write_bytes(SAMPLE.read_bytes().replace(b"\n", b"\r\n", 1))
    checked = make_sample("--check", root=tmp_path)
    assert checked.returncode == 1
    assert b"run scripts/make_sample" in checked.stderr
    assert make_sample(root=tmp_path).returncode == 0
    assert copy.read_bytes() == SAMPLE.read_bytes()
    assert list(copy.parent.iterdir()) == [copy]


def test_enough_distinct_pairs_and_phrases(pairs: list[list[str]]) -> None:
    assert len({tuple(pair) for pair in pairs}) == len(pairs) >= 3200
    assert len({eng for eng, _ in PHRASES}) >= 150


def test_each_line_has_an_english_and_a_marathi_column(pairs: list[list[str]]) -> None:
    for pair in pairs:
        eng, mar = pair
        assert re.fullmatch(r"[A-Za-z',.?! ]+", eng), pair
        assert re.fullmatch(r"[\u0900-\u0963 ,.?!]+[.?!]", mar), pair
        assert all(text == " ".join(text.split()) for text in pair), pair
        assert all(unicodedata.is_normalized("NFC", text) for text in pair), pair


def test_no_marathi_has_two_english_sentences(pairs: list[list[str]]) -> None:
    # The split drops a training pair whose Marathi stands in the test part as well.
    sources: dict[str, set[str]] = {}
    for eng, mar in pairs:
        sources.setdefault(mar, set()).add(fold(eng))
    assert {mar: engs for mar, engs in sources.items() if len(engs) > 1} == {}


def test_a_few_sentences_have_two_translations(pairs: list[list[str]]) -> None:
    references = Counter(eng for eng, _ in pairs)
    assert 10 <= sum(count > 1 for count in references.values()) <= 50
    assert max(references.values()) == 2


def test_about_a_quarter_also_stand_bare(pairs: list[list[str]]) -> None:
    bare = [pair for pair in pairs if pair[0] == fold_case(pair[0])]
    full = {(fold_case(eng), mar) for eng, mar in pairs if eng != fold_case(eng)}
    assert all((eng, mar) in full for eng, mar in bare)
    assert 0.2 <= len(bare) / (len(pairs) - len(bare)) <= 0.3


def fold_case(eng: str) -> str:
    return eng.lower().rstrip(".?!")


def test_the_demo_sentences_are_in_no_row(pairs: list[list[str]]) -> None:
    held_out = {fold(eng) for eng, _ in DEMO}
    assert len(held_out) == 4
    assert not held_out & {fold(eng) for eng, _ in pairs}
    assert not {mar for _, mar in DEMO} & {mar for _, mar in pairs}


def test_the_demo_sentences_are_what_the_grammar_says(grammar: dict[str, set[str]]) -> None:
    said = {fold(eng): mar for eng, mar in grammar.items()}
    assert {fold(eng): {mar} for eng, mar in DEMO} == {
        fold(eng): said[fold(eng)] for eng, _ in DEMO
    }


def test_the_words_of_the_demo_sentences_are_in_other_rows(pairs: list[list[str]]) -> None:
    english = Counter(word for eng, _ in pairs for word in fold(eng).split())
    marathi = Counter(word for _, mar in pairs for word in mar.rstrip(".?!").split())
    for eng, mar in DEMO:
        assert min(english[word] for word in fold(eng).split()) >= 8
        assert min(marathi[word] for word in mar.rstrip(".").split()) >= 8


def test_demo_prints_the_sentences() -> None:
    lines = make_sample("--demo").stdout.decode().splitlines()
    assert lines[0] == "i want something to drink\tमला काहीतरी प्यायला हवंय."
    assert len(lines) == 4


def test_phrases_prints_what_is_written_by_hand_and_greetings() -> None:
    printed = [line.split("\t") for line in make_sample("--phrases").stdout.decode().splitlines()]
    assert {"Hello!", "Hello.", "How are you?"} <= {eng for eng, _ in printed}
    assert {(fold(eng), mar[:-1]) for eng, mar in printed} == {
        (fold(eng), mar[:-1]) for eng, mar in (*PHRASES, *greetings())
    }
    assert sum("नमस्कार" in mar for _, mar in printed) > 20
    assert all(eng[-1] == mar[-1] for eng, mar in printed)


def test_each_word_of_the_grammar_stands_in_eight_sentences() -> None:
    phrases = set(PHRASES)
    counts = Counter(
        word for eng, mar in rows() if (eng, mar) not in phrases for word in set(fold(eng).split())
    )
    nouns = [noun for noun in vars(things).values() if isinstance(noun, things.Noun)]
    for noun in nouns:
        forms = {noun.eng, noun.eng_plural} - {""}
        assert sum(counts[fold(form).split()[-1]] for form in forms) >= 8, noun
    for verb in verbs.TRANSITIVE:
        forms = {verb.eng.base, verb.eng.s, verb.eng.ing, verb.eng.past}
        assert sum(counts[form.split()[0]] for form in forms) >= 8, verb


@pytest.mark.parametrize(
    ("eng", "mar"),
    [
        # the present agrees with the doer
        ("He drinks tea every day.", "तो रोज चहा पितो."),
        ("She drinks tea every day.", "ती रोज चहा पिते."),
        ("They drink tea every day.", "ते रोज चहा पितात."),
        ("Do you drink tea?", "तुम्ही चहा पिता का?"),
        ("We are writing a letter.", "आम्ही पत्र लिहीत आहोत."),
        # the past of a verb with ने agrees with the thing
        ("I ate an apple.", "मी सफरचंद खाल्लं."),
        ("I read a book.", "मी पुस्तक वाचलं."),
        ("He drank tea.", "त्याने चहा प्यायला."),
        ("My brother drank coffee.", "माझ्या भावाने कॉफी प्यायली."),
        ("The children watched a movie.", "मुलांनी चित्रपट बघितला."),
        ("They bought two sarees.", "त्यांनी दोन साड्या विकत घेतल्या."),
        ("Asha bought three books.", "आशाने तीन पुस्तकं विकत घेतली."),
        # the past of the others agrees with the doer
        ("She played chess.", "ती बुद्धिबळ खेळली."),
        ("The children went to school with Ravi.", "मुलं रवीबरोबर शाळेत गेली."),
        ("Did you go to Pune yesterday?", "तुम्ही काल पुण्याला गेलात का?"),
        # future, ability, wish, duty, order, prohibition
        ("You will eat a mango tomorrow.", "तुम्ही उद्या आंबा खाल."),
        ("The girl cannot open the door.", "मुलगी दार उघडू शकत नाही."),
        ("They cannot open the door.", "ते दार उघडू शकत नाहीत."),
        ("Meera wants to read a story.", "मीराला गोष्ट वाचायची आहे."),
        ("He should drink milk.", "त्याने दूध प्यायला हवं."),
        ("Please close the window.", "कृपया खिडकी बंद करा."),
        ("Do not drink water.", "पाणी पिऊ नका."),
        # wanting, liking and having agree with the thing
        ("I want tea.", "मला चहा हवाय."),
        ("I want coffee.", "मला कॉफी हवीय."),
        ("I want water.", "मला पाणी हवंय."),
        ("She wants two mangoes.", "तिला दोन आंबे हवेत."),
        ("I do not want milk.", "मला दूध नको."),
        ("They like mangoes.", "त्यांना आंबे आवडतात."),
        ("He likes coffee.", "त्याला कॉफी आवडते."),
        ("My sister has four notebooks.", "माझ्या बहिणीकडे चार वह्या आहेत."),
        ("She gave me a pen.", "तिने मला पेन दिलं."),
        # adjectives, possessives and places
        ("This house is big.", "हे घर मोठं आहे."),
        ("Is that bag old?", "ती पिशवी जुनी आहे का?"),
        ("This lamp is small.", "हा दिवा छोटा आहे."),
        ("Where is Ravi's bicycle?", "रवीची सायकल कुठे आहे?"),
        ("The book is on the table.", "पुस्तक टेबलावर आहे."),
        ("The letter was in the cupboard.", "पत्र कपाटात होतं."),
        ("The children were at home.", "मुलं घरी होती."),
        ("Is he hungry?", "त्याला भूक लागली आहे का?"),
    ],
)
def test_agreement(grammar: dict[str, set[str]], eng: str, mar: str) -> None:
    assert grammar[eng] == {mar}


def test_a_woman_and_a_man_say_it_differently(grammar: dict[str, set[str]]) -> None:
    assert grammar["I read a book every day."] == {"मी रोज पुस्तक वाचतो.", "मी रोज पुस्तक वाचते."}


def test_each_template_fills_its_share() -> None:
    for template, share in SHARES:
        assert len({eng for eng, _ in template()}) >= share, template


def test_the_readme_states_the_number_of_pairs(pairs: list[list[str]]) -> None:
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert f"{len(pairs):,} pairs" in readme
    sources = len({fold(eng) for eng, _ in pairs})
    assert f"{sources:,} different English sentences" in readme
    assert f"{len(SHARES)} templates" in readme
    assert f"{len({eng for eng, _ in PHRASES})} phrases" in readme
