import math
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.cleaning import normalise
from nmt.corpus import read_corpus
from nmt.errors import InputError
from nmt.subword import BOS, EOS, NBEST, PAD, UNK, Subword, train_subword

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"
ZWJ, ZWNJ = "\u200d", "\u200c"


def sides() -> dict[str, list[str]]:
    corpus = read_corpus(SAMPLE)
    return {
        lang: [normalise(text, lang) for text in corpus[column]]
        for column, lang in (("first", "eng"), ("second", "mar"))
    }


SENTENCES = sides()
SUBWORDS = {lang: train_subword(texts, 400, lang) for lang, texts in SENTENCES.items()}


@pytest.mark.parametrize("lang", ["eng", "mar"])
def test_every_sentence_of_the_sample_comes_back_unchanged(lang: str) -> None:
    subword, texts = SUBWORDS[lang], SENTENCES[lang]
    assert [subword.decode(ids) for ids in subword.encode(texts)] == texts
    assert [subword.decode(ids) for ids in subword.sample(texts, 0.1, 1)] == texts


def test_every_sentence_of_the_real_corpus_comes_back_unchanged(real_corpus: pd.DataFrame) -> None:
    for column, lang in (("first", "eng"), ("second", "mar")):
        texts = [normalise(text, lang) for text in real_corpus[column]]
        subword = train_subword(texts[::10], 1000, lang)
        assert [subword.decode(ids) for ids in subword.encode(texts)] == texts
        sampled = subword.sample(texts[::7], 0.1, 1)
        assert [subword.decode(ids) for ids in sampled] == texts[::7]
        if lang == "mar":
            assert any(ZWJ in text for text in texts)


@given(st.text(), st.sampled_from(["eng", "mar"]), st.integers(0, 5))
@settings(max_examples=50)
def test_any_normalised_text_comes_back_unchanged(text: str, lang: str, seed: int) -> None:
    text = normalise(text, lang)
    subword = SUBWORDS[lang]
    for ids in (*subword.encode([text]), *subword.sample([text], 0.1, seed)):
        assert subword.decode(ids) == text
        assert not {PAD, UNK, BOS, EOS} & set(ids)


@pytest.mark.parametrize(
    "text", [f"वऱ{ZWJ}हाड", f"अ{ZWNJ}ब", "<s> </s> <unk> <pad>", "😀👩‍👩‍👧", "⁇", "日本 \u00a0x"]
)
def test_characters_never_seen_come_back_unchanged(text: str) -> None:
    for subword in SUBWORDS.values():
        assert subword.decode(subword.encode([text])[0]) == text


def test_special_ids_spell_nothing_and_are_where_they_must_be() -> None:
    for subword in SUBWORDS.values():
        assert subword.vocab_size == 400
        assert subword.pieces([PAD, UNK, BOS, EOS]) == ["<pad>", "<unk>", "<s>", "</s>"]
        ids = subword.encode(["Tom"])[0]
        assert subword.decode([BOS, *ids, EOS, PAD]) == "Tom"
        unseen = subword.unseen_ids()
        assert unseen[0] == UNK
        assert len(unseen) == 257
    seen = {i for ids in SUBWORDS["eng"].encode(SENTENCES["eng"]) for i in ids}
    assert not seen & set(SUBWORDS["eng"].unseen_ids())


def test_alpha_zero_gives_the_most_probable_segmentation() -> None:
    texts = SENTENCES["mar"][:50]
    assert SUBWORDS["mar"].sample(texts, 0, 1) == SUBWORDS["mar"].encode(texts)


def test_large_alpha_gives_almost_always_the_most_probable_segmentation() -> None:
    texts = SENTENCES["mar"][:50]
    sampled, best = SUBWORDS["mar"].sample(texts, 100, 1), SUBWORDS["mar"].encode(texts)
    assert sum(a == b for a, b in zip(sampled, best, strict=True)) >= 48


DRAW = """
from tests.test_subword import SENTENCES, SUBWORDS
print([SUBWORDS["mar"].sample(SENTENCES["mar"][:100], 0.2, seed) for seed in (1, 2)])
"""


def test_the_seed_decides_the_draws_in_any_process() -> None:
    texts = SENTENCES["mar"][:100]
    first, second = (SUBWORDS["mar"].sample(texts, 0.2, seed) for seed in (1, 2))
    assert SUBWORDS["mar"].sample(texts, 0.2, 1) == first != second
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        cwd=SAMPLE.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([first, second])


def test_frequencies_of_draws_are_the_probabilities_of_the_paper() -> None:
    alpha, draws = 0.3, 6000
    subword, text = SUBWORDS["mar"], max(SENTENCES["mar"], key=len)
    reference = sentencepiece.SentencePieceProcessor(model_proto=subword.model)
    best = [tuple(ids) for ids in reference.nbest_encode_as_ids(text, NBEST)]
    weights = [math.exp(alpha * sum(reference.get_score(i) for i in ids)) for ids in best]
    counts = Counter(tuple(ids) for ids in subword.sample([text] * draws, alpha, 3))
    assert set(counts) <= set(best)
    expected = [draws * weight / sum(weights) for weight in weights]
    chi_square = sum(
        (counts[ids] - mean) ** 2 / mean for ids, mean in zip(best, expected, strict=True)
    )
    assert chi_square < 37.7  # 15 degrees of freedom: 1 in 1,000 is larger
    assert max(expected) > 2 * min(expected)


def test_too_large_a_vocabulary_is_answered_with_the_size_to_use() -> None:
    texts = SENTENCES["mar"][:300]
    with pytest.raises(InputError, match=r"mar sentences are too few for 9000 pieces") as error:
        train_subword(texts, 9000, "mar")
    size = int(str(error.value).split("--vocab-size ")[1].split()[0])
    assert str(error.value).endswith(f"use --vocab-size {size} or less")
    assert train_subword(texts, size, "mar").vocab_size == size


def test_too_small_a_vocabulary_is_answered_with_the_size_to_use() -> None:
    texts = SENTENCES["mar"][:300]
    with pytest.raises(InputError, match=r"40 pieces cannot hold the mar characters") as error:
        train_subword(texts, 40, "mar")
    size = int(str(error.value).split("--vocab-size ")[1].split()[0])
    assert str(error.value).endswith(f"use --vocab-size {size} or more")
    assert train_subword(texts, size, "mar").vocab_size == size
    with pytest.raises(InputError):
        train_subword(texts, size - 1, "mar")


def test_nothing_to_learn_from() -> None:
    with pytest.raises(InputError, match="could not learn 300 mar pieces"):
        train_subword(["", ""], 300, "mar")


def test_damaged_models_are_refused() -> None:
    model = SUBWORDS["eng"].model
    for damaged in (b"", b"junk", model[:1000], model[:-1], bytes(len(model))):
        with pytest.raises(InputError, match="SentencePiece model"):
            Subword(damaged)


def test_a_model_with_other_special_ids_is_refused() -> None:
    processor = sentencepiece.SentencePieceProcessor(model_proto=SUBWORDS["eng"].model)
    moved = processor.serialized_model_proto().replace(b"<pad>", b"<qad>")
    with pytest.raises(InputError, match=r"pad, unk, bos, eos at \[-1, 1, 2, 3\]"):
        Subword(moved)


def test_training_gives_the_same_model_for_the_same_sentences() -> None:
    again = train_subword(SENTENCES["mar"], 400, "mar")
    assert again.model == SUBWORDS["mar"].model
    others = random.Random(1).sample(SENTENCES["mar"], 3000)
    assert train_subword(others, 400, "mar").model != again.model


def test_a_caseless_model_reads_capitals_as_small_letters() -> None:
    subword = train_subword(SENTENCES["eng"], 400, "eng", caseless=True)
    text = "The DOG saw Émile, and ÉMILE saw the dog."
    assert subword.encode([text]) == subword.encode([text.lower()])
    assert subword.decode(subword.encode([text])[0]) == text.lower()
    assert subword.decode(subword.encode(["त्याने IBM पाहिलं."])[0]) == "त्याने ibm पाहिलं."


def test_a_caseless_model_does_not_depend_on_where_it_was_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = train_subword(SENTENCES["eng"], 400, "eng", caseless=True).model
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert train_subword(SENTENCES["eng"], 400, "eng", caseless=True).model == one
