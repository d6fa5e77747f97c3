from pathlib import Path

import pytest

from nmt.config import LanguageOptions
from nmt.corpus import fingerprint
from nmt.dataset import Pairs, load_dataset
from nmt.errors import InputError
from nmt.split import part_of

FORWARD, BACKWARD = LanguageOptions(), LanguageOptions("mar", "eng")


def test_both_directions_have_the_same_parts_turned(sample_corpus: Path) -> None:
    forward, backward = (load_dataset(sample_corpus, each) for each in (FORWARD, BACKWARD))
    for part in ("train", "valid", "test"):
        ahead, behind = getattr(forward, part), getattr(backward, part)
        assert len(ahead) > 0
        assert (ahead.srcs, ahead.trgs) == (behind.trgs, behind.srcs)
        assert {part_of(src) for src in ahead.srcs} == {part}


def test_columns_the_other_way_round_give_the_same_languages(
    sample_corpus: Path, tmp_path: Path
) -> None:
    lines = [line.split("\t") for line in sample_corpus.read_text("utf-8").splitlines()]
    swapped = tmp_path / "swapped.tsv"
    swapped.write_text("".join(f"{b}\t{a}\n" for a, b, *_ in lines), "utf-8")
    dataset = load_dataset(swapped, LanguageOptions("eng", "mar", "mar", "eng"))
    assert all(src.isascii() and not trg.isascii() for src, trg in
               zip(dataset.train.srcs, dataset.train.trgs, strict=True))  # fmt: skip
    assert {part_of(trg) for trg in dataset.test.trgs} == {"test"}


def test_it_knows_its_file(sample_corpus: Path) -> None:
    dataset = load_dataset(sample_corpus, FORWARD)
    assert dataset.sha256 == fingerprint(sample_corpus)
    assert len(dataset.train) == len(dataset.train.srcs) == len(dataset.train.trgs)


def test_rows_added_later_keep_every_test_sentence(sample_corpus: Path, tmp_path: Path) -> None:
    before = load_dataset(sample_corpus, FORWARD).test
    lines = sample_corpus.read_text("utf-8").splitlines(keepends=True)
    more = tmp_path / "more.tsv"
    more.write_text("".join([f"I see {n} cats.\tमला {n} मांजरी दिसतात.\n" for n in range(200)]
                            + lines[::-1]), "utf-8")  # fmt: skip
    after = load_dataset(more, FORWARD).test
    assert set(zip(before.srcs, before.trgs, strict=True)) < set(
        zip(after.srcs, after.trgs, strict=True)
    )


def test_grouped_sources_keep_the_order_of_the_file_and_all_distinct_references() -> None:
    pairs = Pairs(["b", "a", "b", "a", "b"], ["2", "1", "3", "1", "2"])
    assert pairs.grouped() == (["b", "a"], [["2", "3"], ["1"]])


def test_sources_that_the_split_takes_for_one_are_grouped_as_one() -> None:
    pairs = Pairs(["Go on!", "कि", "go on", "का"], ["1", "2", "3", "4"])
    assert pairs.grouped() == (["Go on!", "कि", "का"], [["1", "3"], ["2"], ["4"]])


def test_too_few_pairs(tmp_path: Path) -> None:
    corpus = tmp_path / "few.tsv"
    corpus.write_text("Go.\tजा.\nRun.\tपळ.\n", "utf-8")
    with pytest.raises(InputError, match="too few pairs for the split"):
        load_dataset(corpus, FORWARD)


def test_the_test_part_of_the_real_corpus_is_the_one_others_were_measured_on(
    real_corpus_path: Path,
) -> None:
    dataset = load_dataset(real_corpus_path, FORWARD)
    assert [len(part.grouped()[0]) for part in (dataset.valid, dataset.test)] == [1052, 973]
