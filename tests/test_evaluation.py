import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from nmt.config import Config
from nmt.dataset import load_dataset
from nmt.errors import InputError
from nmt.evaluation import Evaluation, evaluate, evaluate_files, score, significance
from nmt.search import SearchOptions
from nmt.split import part_of
from nmt.translator import Translator

GREEDY = SearchOptions(beam_size=1)


@pytest.fixture(scope="module")
def translator(bundle_folder: Path) -> Translator:
    return Translator.load(bundle_folder)


@pytest.fixture(scope="module")
def evaluation(translator: Translator) -> Evaluation:
    return evaluate(translator, options=GREEDY)


def test_it_scores_each_source_of_the_test_part_once(
    evaluation: Evaluation, translator: Translator, sample_corpus: Path
) -> None:
    srcs, refs = load_dataset(sample_corpus, Config().languages).test.grouped()
    assert evaluation.refs == refs
    assert evaluation.hyps == translator.translate(srcs, beam_size=1)
    assert evaluation.by_length is not None
    assert evaluation.by_length["sentences"].sum() == len(srcs)
    assert evaluation.name == f"eng → mar, test part of {sample_corpus}"


def test_numbers_are_those_of_the_sacrebleu_command(evaluation: Evaluation, tmp_path: Path) -> None:
    hyps, refs = tmp_path / "hyps.txt", tmp_path / "refs.txt"
    hyps.write_text("".join(f"{hyp}\n" for hyp in evaluation.hyps), "utf-8")
    refs.write_text("".join(f"{known[0]}\n" for known in evaluation.refs), "utf-8")
    from_files = evaluate_files(hyps, [refs])
    assert from_files.first_reference == evaluation.first_reference
    for name, ours in zip(("bleu", "chrf", "ter"), evaluation.first_reference, strict=True):
        printed = subprocess.run(
            [sys.executable, "-m", "sacrebleu", refs, "-i", hyps, "-m", name, "-b", "-w", "10"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert printed.strip() == f"{ours.value:.10f}"
        assert ours.signature.startswith("nrefs:1|")


def test_a_corpus_that_is_gone_can_be_named(translator: Translator, sample_corpus: Path) -> None:
    gone = dataclasses.replace(translator.bundle.corpus, path="/nowhere/mar.txt")
    lost = Translator(dataclasses.replace(translator.bundle, corpus=gone))
    with pytest.raises(InputError, match=r"/nowhere/mar.txt is not there; name one with --corpus"):
        evaluate(lost)
    assert evaluate(lost, sample_corpus, GREEDY).name.endswith(str(sample_corpus))
    with pytest.raises(InputError, match="no such file"):
        evaluate(lost, "/nowhere/other.txt")


def test_another_file_is_scored_and_named_as_such(
    translator: Translator, evaluation: Evaluation, sample_corpus: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more.tsv"
    extra = "".join(f"I see {n} cats.\tमला {n} मांजरी दिसतात.\n" for n in range(100))
    more.write_text(sample_corpus.read_text("utf-8") + extra, "utf-8")
    longer = evaluate(translator, more, GREEDY)
    assert longer.name.endswith("(not the file the model was trained on)")
    assert longer.refs[: len(evaluation.refs)] == evaluation.refs
    assert len(longer.refs) > len(evaluation.refs)
    assert longer.hyps[: len(evaluation.hyps)] == evaluation.hyps
    with pytest.raises(InputError, match="have different test sentences; name one --corpus"):
        significance(longer, evaluation)


def test_significance_of_the_same_and_of_better_output(evaluation: Evaluation) -> None:
    same = significance(evaluation, evaluation)
    assert same["difference"].tolist() == [0, 0, 0]
    assert same["p_value"].tolist() == [1, 1, 1]
    perfect = score("refs", None, [known[0] for known in evaluation.refs], evaluation.refs)
    compared = significance(perfect, evaluation)
    assert compared["ours"].tolist() == pytest.approx([100, 100, 0])
    assert (compared["p_value"] < 0.05).all()


def test_a_file_with_nothing_to_train_on_is_scored_if_it_has_a_test_part(
    translator: Translator, sample_corpus: Path, tmp_path: Path
) -> None:
    lines = sample_corpus.read_text("utf-8").splitlines(keepends=True)
    test = tmp_path / "test.tsv"
    test.write_text("".join(x for x in lines if part_of(x.split("\t")[0]) == "test"), "utf-8")
    assert len(evaluate(translator, test, GREEDY).hyps) > 1
    train = tmp_path / "train.tsv"
    train.write_text("".join(x for x in lines if part_of(x.split("\t")[0]) == "train"), "utf-8")
    with pytest.raises(InputError, match=r"train.tsv has no test part"):
        evaluate(translator, train, GREEDY)
