"""A distilled corpus is the corpus and what the teacher makes of its training part."""

from pathlib import Path

from nmt.config import LanguageOptions
from nmt.corpus import read_corpus
from nmt.dataset import load_dataset
from nmt.split import part_of
from nmt.translator import Translator
from tests.command_line import nmt


def rows(path: Path) -> list[tuple[str, str]]:
    corpus = read_corpus(path)
    return list(zip(corpus["first"], corpus["second"], strict=True))


def test_the_training_part_gets_the_teachers_translations(
    sample_corpus: Path, bundle_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "distilled.tsv"
    command = ["distill", "--corpus", sample_corpus, "--output", output, "--beam-size", 1]
    result = nmt(*command, "--model", bundle_folder)
    assert (result.code, result.out) == (0, f"{output}\n")
    before, after = (load_dataset(path, LanguageOptions()) for path in (sample_corpus, output))
    assert (after.valid, after.test) == (before.valid, before.test)
    known = set(zip(before.train.srcs, before.train.trgs, strict=True))
    added = [row for row in rows(output) if row not in {*rows(sample_corpus), *known}]
    translate = Translator.load(bundle_folder).translate
    srcs = [src for src, _ in added]
    assert len(srcs) == len(set(srcs)) > 0.9 * len(set(before.train.srcs))
    assert [hyp for _, hyp in added] == translate(srcs, beam_size=1)
    assert all(part_of(src) == "train" for src in srcs)


def test_without_references_a_source_has_the_teachers_translation_only(
    sample_corpus: Path, bundle_folder: Path, turned_bundle_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "distilled.tsv"
    command = ["distill", "--corpus", sample_corpus, "--output", output, "--beam-size", 1]
    both = ["--model", bundle_folder, "--reverse", turned_bundle_folder]
    assert nmt(*command, *both, "--no-references").code == 0
    before, after = (load_dataset(path, LanguageOptions()) for path in (sample_corpus, output))
    assert (after.valid, after.test) == (before.valid, before.test)
    taught = [row for row in rows(output) if part_of(row[0]) == "train"]
    srcs = [src for src, _ in taught]
    assert len(srcs) == len(set(srcs)) > 0.9 * len(set(before.train.srcs))
    assert [hyp for _, hyp in taught] == Translator.load(bundle_folder).translate(srcs, beam_size=1)


def test_what_is_there_is_kept(sample_corpus: Path, bundle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "there.tsv").write_text("mine")
    command = ["distill", "--corpus", sample_corpus, "--output", tmp_path / "there.tsv"]
    result = nmt(*command, "--model", bundle_folder)
    assert (result.code, result.out) == (2, "")
    assert "add --overwrite" in result.err
    assert (tmp_path / "there.tsv").read_text() == "mine"


def test_a_model_of_the_other_direction_makes_new_sources(
    sample_corpus: Path, bundle_folder: Path, turned_bundle_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "distilled.tsv"
    command = ["distill", "--corpus", sample_corpus, "--output", output, "--beam-size", 1]
    result = nmt(*command, "--model", bundle_folder, "--reverse", turned_bundle_folder)
    assert (result.code, result.out) == (0, f"{output}\n")
    before, after = (load_dataset(path, LanguageOptions()) for path in (sample_corpus, output))
    assert (after.valid, after.test) == (before.valid, before.test)
    pairs = set(rows(output))
    trgs = before.train.trgs[:50]
    new = Translator.load(turned_bundle_folder).translate(trgs, beam_size=1)
    taught = Translator.load(bundle_folder).translate(new, beam_size=1)
    made = [each for each in zip(new, trgs, taught, strict=True) if part_of(each[0]) == "train"]
    assert len(made) > 40
    assert all({(src, trg), (src, hyp)} <= pairs for src, trg, hyp in made if src and hyp)


def test_a_model_of_the_same_direction_makes_no_sources(
    sample_corpus: Path, bundle_folder: Path, tmp_path: Path
) -> None:
    command = ["distill", "--corpus", sample_corpus, "--output", tmp_path / "d.tsv"]
    result = nmt(*command, "--model", bundle_folder, "--reverse", bundle_folder)
    assert (result.code, result.out) == (2, "")
    assert "--reverse translates eng → mar; it must translate mar → eng" in result.err
