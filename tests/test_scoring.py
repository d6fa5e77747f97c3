"""Scores against the `sacrebleu` command itself, run on the same lines as files."""

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.errors import InputError
from nmt.scoring import (
    bleu_chrf,
    by_length,
    corpus_scores,
    paired_bootstrap,
    read_lines,
    read_references,
)

HYPS = [
    "माझा भाऊ रोज सकाळी नदीवर पोहायला जातो.",
    "ती उद्या पुण्याला जाईल.",
    "The green kettle sings, doesn't it?",
    "आजीने मला तीन गोष्टी सांगितल्या",
    "",
    "दुकान ८ वाजता उघडतं!  ",
]
BASELINE = [
    "माझा भाऊ नदीवर पोहतो.",
    "ती पुण्याला जाईल.",
    "A green kettle sings, no?",
    "आजी मला गोष्ट सांगते",
    "खिडकी बंद कर.",
    "दुकान ८ वाजता उघडतं!",
]
FIRST = [
    "माझा भाऊ रोज सकाळी नदीत पोहायला जातो.",
    "ती उद्या पुण्याला जाणार आहे.",
    "The green kettle is singing, isn't it?",
    "आजीने मला तीन गोष्टी सांगितल्या.",
    "खिडकी बंद कर.",
    "दुकान ८ वाजता उघडते!",
]
SECOND = [
    "माझा भाऊ दररोज सकाळी पोहायला नदीवर जातो.",
    "उद्या ती पुण्याला जाईल.",
    "The green kettle sings, doesn't it?",
    "मला आजीने तीन गोष्टी सांगितल्या.",
    "कृपया खिडकी लाव.",
    "दुकान आठला उघडतं!",
]
# One, two and four references: their number divides 4, which the test of the padding needs.
VARIABLE = [
    [FIRST[0], SECOND[0]],
    [FIRST[1]],
    [FIRST[2], SECOND[2], "A green kettle sings.", "Sing, green kettle!"],
    [FIRST[3], SECOND[3]],
    [FIRST[4]],
    [FIRST[5], SECOND[5], "आठ वाजता दुकान उघडतं.", "दुकान उघडायची वेळ ८ आहे."],
]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
    return path


def sacrebleu(*arguments: str | Path) -> str:
    """Run the command with BLEU, chrF2 and TER to 15 digits; return what it prints."""
    command = [sys.executable, "-m", "sacrebleu", *map(str, arguments), "-w", "15"]
    env = {k: v for k, v in os.environ.items() if k != "SACREBLEU_SEED"}
    done = subprocess.run(
        [*command, "-m", "bleu", "chrf", "ter"],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=env | {"NO_COLOR": "1"},
    )
    return done.stdout


def printed_scores(*arguments: str | Path) -> list[dict[str, Any]]:
    """Return what the command prints for one system, one dictionary a metric."""
    printed: list[dict[str, Any]] = json.loads(sacrebleu(*arguments, "-f", "json"))
    return printed


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("scoring")
    named = {"hyps": HYPS, "baseline": BASELINE, "first": FIRST, "second": SECOND}
    return {name: write(folder / f"{name}.txt", lines) for name, lines in named.items()}


@pytest.mark.parametrize("names", [["first"], ["first", "second"]])
def test_equals_the_command_to_the_last_digit(files: dict[str, Path], names: list[str]) -> None:
    refs = [files[name] for name in names]
    printed = printed_scores(*refs, "-i", files["hyps"])
    ours = corpus_scores(read_lines(files["hyps"]), read_references(refs))
    assert [(s.metric, s.signature) for s in ours] == [(p["name"], p["signature"]) for p in printed]
    assert [float(f"{s.value:.15f}") for s in ours] == [p["score"] for p in printed]
    assert all(f"|{'case:mixed' if s.metric != 'TER' else 'case:lc'}|" in s.signature for s in ours)


def test_unstripped_strings_score_as_the_command_scores_their_files(
    files: dict[str, Path],
) -> None:
    printed = printed_scores(files["first"], "-i", files["hyps"])
    ours = corpus_scores([f"{hyp} \r" for hyp in HYPS], [[f"{ref}\t"] for ref in FIRST])
    assert [float(f"{s.value:.15f}") for s in ours] == [p["score"] for p in printed]


def test_confidence_equals_the_commands(files: dict[str, Path]) -> None:
    printed = printed_scores(files["first"], "-i", files["hyps"], "--confidence")
    ours = corpus_scores(HYPS, [[ref] for ref in FIRST], resamples=1000)
    for score, row in zip(ours, printed, strict=True):
        assert score.signature == row["signature"]
        assert score.mean == pytest.approx(row["confidence_mean"], abs=1e-9)
        assert score.confidence == pytest.approx(row["confidence_var"], abs=1e-9)


def test_a_variable_number_of_references_scores_as_if_they_were_repeated(tmp_path: Path) -> None:
    # The command cannot leave a reference out. Repeating all of a sentence's references the same
    # number of times changes no metric: n-grams, best match and mean length stay what they were.
    padded = [(refs * 4)[:4] for refs in VARIABLE]
    paths = [
        write(tmp_path / f"ref{k}", list(stream))
        for k, stream in enumerate(zip(*padded, strict=True))
    ]
    printed = printed_scores(*paths, "-i", write(tmp_path / "hyps", HYPS))
    ours = corpus_scores(HYPS, VARIABLE)
    assert [s.value for s in ours] == pytest.approx([p["score"] for p in printed], abs=1e-9)
    assert all(s.signature.startswith("nrefs:var|") for s in ours)


def test_an_empty_line_is_an_empty_reference_as_for_the_command(
    files: dict[str, Path], tmp_path: Path
) -> None:
    holes = write(tmp_path / "holes", ["", SECOND[1], "", *SECOND[3:]])
    printed = printed_scores(files["first"], holes, "-i", files["hyps"])
    ours = corpus_scores(HYPS, read_references([files["first"], holes]))
    assert [float(f"{s.value:.15f}") for s in ours] == [p["score"] for p in printed]


def test_significance_equals_the_commands(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)
    # not as JSON: with NumPy 2 the command dies on its own float32
    printed = sacrebleu(
        files["first"], "-i", files["baseline"], files["hyps"], "--paired-bs", "-f", "latex"
    )
    table = paired_bootstrap(HYPS, BASELINE, [[ref] for ref in FIRST])
    assert list(table["metric"]) == ["BLEU", "chrF2", "TER"]
    cells = re.findall(r"(\d+\.\d+) \([\d.]+ ± [\d.]+\)(?: \(p = ([\d.]+)\))?", printed)
    assert [f"{v:.15f}" for v in [*table["theirs"], *table["ours"]]] == [v for v, _ in cells]
    assert [f"{p:.4f}" for p in table["p_value"]] == [p for _, p in cells[3:]]
    assert list(table["difference"]) == list(table["ours"] - table["theirs"])
    for signature in table["signature"]:
        assert signature in printed
    assert table["difference"].iloc[0] > 5 > -5 > table["difference"].iloc[2]


def test_a_system_does_not_differ_from_itself() -> None:
    table = paired_bootstrap(HYPS, HYPS, VARIABLE, ["BLEU"], resamples=100)
    assert list(table["difference"]) == [0]
    assert list(table["p_value"]) == [1]


words = st.lists(
    st.sampled_from(["नदी", "डोंगर", "झाड", "पाणी", "kettle,", "घर.", "८"]), min_size=4, max_size=9
)


@settings(max_examples=40)
@given(st.lists(st.lists(words.map(" ".join), min_size=1, max_size=3), min_size=1, max_size=6))
def test_any_reference_itself_is_a_perfect_translation(refs: list[list[str]]) -> None:
    for hyps in ([r[0] for r in refs], [r[-1] for r in refs]):
        assert bleu_chrf(hyps, refs) == pytest.approx((100, 100))
        assert [s.value for s in corpus_scores(hyps, refs)] == pytest.approx([100, 100, 0])


def test_bleu_chrf_are_the_first_two_of_corpus_scores() -> None:
    bleu, chrf, _ = corpus_scores(HYPS, VARIABLE)
    assert bleu_chrf(HYPS, VARIABLE) == (bleu.value, chrf.value)


def test_each_sentence_falls_into_one_range_of_lengths() -> None:
    srcs = ["", "a b c", "a b c d", "a b c d e f g", "a " * 10, "a " * 40]
    table = by_length(srcs, HYPS, VARIABLE)
    assert list(table["words"]) == ["1–3", "4–5", "6–7", "8–10", "11+"]
    assert list(table["sentences"]) == [2, 1, 1, 1, 1]
    assert tuple(table.loc[0, ["bleu", "chrf"]]) == bleu_chrf(HYPS[:2], VARIABLE[:2])
    only = by_length(srcs[:1], HYPS[:1], VARIABLE[:1])
    assert math.isnan(only["bleu"].iloc[4])
    assert only["sentences"].sum() == 1


def test_wrong_counts_are_named() -> None:
    with pytest.raises(InputError, match="5 hypotheses but 6 references"):
        corpus_scores(HYPS[:5], VARIABLE)
    with pytest.raises(InputError, match="7 hypotheses but 6 references"):
        bleu_chrf([*HYPS, ""], VARIABLE)
    with pytest.raises(InputError, match="1 baseline hypotheses but 6"):
        paired_bootstrap(HYPS, ["a"], VARIABLE)
    with pytest.raises(InputError, match="2 sources but 6"):
        by_length(["a", "b"], HYPS, VARIABLE)
    with pytest.raises(InputError, match="no sentence"):
        corpus_scores([], [])
    with pytest.raises(InputError, match="sentence 2 has no reference"):
        bleu_chrf(["a", "b"], [["a"], []])


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes("\ufeffएक\u2028दोन\x0cतीन\r\n\nचार".encode())
    assert read_lines(path) == ["एक\u2028दोन\x0cतीन", "", "चार"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        ("बरं\nहो\n".encode() + b"caf\xe9\n", "line 3: not UTF-8"),
        (b"a\n" + b"b" * (1 << 20) + b"\n" + b"c" * (2 << 20), "line 3: longer than 1 MB"),
        (None, "No such"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"bad\.txt.*{message}"):
        read_lines(path)


def test_a_folder_and_unparallel_references_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="directory"):
        read_lines(tmp_path)
    two, one = write(tmp_path / "two", ["a", "b"]), write(tmp_path / "one", ["a"])
    with pytest.raises(InputError, match=r"two has 2 lines but .*one has 1"):
        read_references([two, one])
