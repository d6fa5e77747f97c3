"""The translator: one line out for any text in, in order, whatever the batch."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.bundle import read_bundle, write_bundle
from nmt.constraints import without_loops
from nmt.errors import InputError
from nmt.hypothesis import Hypothesis
from nmt.masking import SYMBOLS
from nmt.search import SearchOptions
from nmt.subword import Subword
from nmt.translator import MAX_PIECES, Translator
from nmt.transliteration import devanagari

GREEDY = SearchOptions(beam_size=1)
TEXTS = ["They eat an egg.", "I go.", "We do not have a pen, do we?", "Who is ill?", "Where is he?"]
ODD = [
    "x" * 10_000,
    "I \0 go\0.",
    "lone \ud800 surrogate \udfff",
    "👩‍👩‍👧‍👦 🇮🇳 👍🏽",
    "!?…",
    "ᚠᛇᚻ ༄༅ 你好 สวัสดี",
    "a\nb\r\nc\u2028d\u0085e\x0bf",
    "\u202eabc\u202c \u200d\u200c",
    "ि ् ा",
    "\U0010ffff",
    "<unk> </s> <0x41> ▁▁",
]


@pytest.fixture(scope="module")
def translator(bundle_folder: Path) -> Translator:
    return Translator.load(bundle_folder)


def texts_of(found: list[list[Hypothesis]]) -> list[list[str]]:
    return [[hyp.text for hyp in hyps] for hyps in found]


def test_order_is_kept_and_blank_lines_stay(translator: Translator) -> None:
    mixed = ["", TEXTS[0], "  \t ", TEXTS[1], "\u200b", *TEXTS[2:], "\n"]
    together = translator.translate(mixed)
    assert together == [translator.translate([text])[0] for text in mixed]
    assert [not text for text in together] == [text not in TEXTS for text in mixed]
    assert len(set(together)) > 2
    assert translator.translate([]) == []
    [[blank]] = translator.hypotheses([" "], SearchOptions(n_best=3, attention=True))
    assert (blank.text, blank.attention) == ("", None)


@pytest.mark.parametrize("options", [GREEDY, SearchOptions(3, n_best=3)], ids=["greedy", "beam"])
def test_batch_size_changes_nothing(translator: Translator, options: SearchOptions) -> None:
    texts = [*TEXTS, "", *reversed(TEXTS), "He has a red pen and a cow."]
    whole = translator.hypotheses(texts, options)
    for batch_size in (1, 2, 5):
        found = translator.hypotheses(texts, options, batch_size)
        assert texts_of(found) == texts_of(whole)
        for ours, theirs in zip(found, whole, strict=True):
            assert [h.score for h in ours] == pytest.approx([h.score for h in theirs], abs=1e-4)


def test_saved_and_loaded_it_translates_the_same(translator: Translator, tmp_path: Path) -> None:
    write_bundle(translator.bundle, tmp_path / "again", {})
    assert Translator.load(str(tmp_path / "again")).translate(TEXTS) == translator.translate(TEXTS)


def test_odd_input_gives_a_text_with_its_lines(translator: Translator) -> None:
    greedy = [found[0].text for found in translator.hypotheses(ODD, GREEDY)]
    for texts in (greedy[1:], translator.translate(ODD[1:], beam_size=2)):
        for text, src in zip(texts, ODD[1:], strict=True):
            assert len(f"{text}.".splitlines()) == len(f"{src}.".splitlines())
            assert text.encode()
    assert greedy[0]


@settings(max_examples=15)
@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_keeps_its_lines(translator: Translator, texts: list[str]) -> None:
    found = [hyps[0].text for hyps in translator.hypotheses(texts, GREEDY)]
    assert [len(f"{hyp}.".splitlines()) for hyp in found] == [
        len(f"{text}.".splitlines()) if text.strip() else 1 for text in texts
    ]


def test_pieces_that_mean_nothing_are_never_chosen(translator: Translator) -> None:
    # The bias makes exactly those ids the most probable everywhere.
    bundle = translator.bundle
    unseen = [0, 1, 2, *bundle.trg_subword.unseen_ids()]
    assert len(unseen) > 256
    weights = dict(bundle.weights)
    weights["decoder/output_bias"] = weights["decoder/output_bias"].copy()
    weights["decoder/output_bias"][unseen] = 50
    tempted = Translator(replace(bundle, weights=weights))
    options = SearchOptions(2, n_best=2, attention=True)
    for hyps in tempted.hypotheses(TEXTS, options):
        for hyp in hyps:
            assert not [
                piece for piece in hyp.trg_pieces if piece.startswith("<") and piece != "</s>"
            ]
            assert "<" not in hyp.text
            assert hyp.trg_pieces.count("</s>") == 1


def test_n_best_are_sorted_and_different(translator: Translator) -> None:
    for hyps in translator.hypotheses(TEXTS, SearchOptions(6, n_best=4)):
        assert 1 < len(hyps) <= 4
        assert len({hyp.text for hyp in hyps}) == len(hyps)
        assert [h.score for h in hyps] == sorted((h.score for h in hyps), reverse=True)
        assert hyps[0].attention is None


def test_other_spellings_of_a_translation_are_left_out(translator: Translator) -> None:
    subword, found = translator.bundle.trg_subword, []

    def spelt(ids: object) -> str:
        found.append(ids)
        return "same"

    class Same:
        model = translator.bundle.trg_subword.model

        vocab_size = subword.vocab_size
        unseen_ids = staticmethod(subword.unseen_ids)
        digit_ids = staticmethod(subword.digit_ids)
        symbol_ids = staticmethod(subword.symbol_ids)
        encode = staticmethod(subword.encode)
        decode = staticmethod(spelt)

    other = Translator(replace(translator.bundle, trg_subword=Same()))  # type: ignore[arg-type]
    [hyps] = other.hypotheses(TEXTS[:1], SearchOptions(3, n_best=3))
    assert [hyp.text for hyp in hyps] == ["same"]
    assert len(found) == 3


def untrained(translator: Translator, seed: int, digits: str | None = None) -> Translator:
    """The translator with random weights: what holds for it holds for any model."""
    draws = np.random.default_rng(seed)
    weights = {
        name: draws.normal(0, 0.5, weight.shape).astype(np.float32)
        for name, weight in sorted(translator.bundle.weights.items())
    }
    return Translator(replace(translator.bundle, weights=weights), digits=digits)


DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
numbers = st.from_regex(r"[1-9][0-9]{0,3}([.:/-][0-9]{1,2})?", fullmatch=True)


@settings(max_examples=25)
@given(
    st.lists(numbers, max_size=7), st.sampled_from(["ascii", None]), st.integers(1, 3), st.data()
)
def test_numbers_arrive_whatever_the_model(
    translator: Translator,
    amounts: list[str],
    digits: str | None,
    beam_size: int,
    data: st.DataObject,
) -> None:
    words = data.draw(st.permutations([*amounts, "They", "eat", "eggs"]))
    options = SearchOptions(beam_size, n_best=beam_size)
    [hyps] = untrained(translator, 1, digits).hypotheses([" ".join(words)], options)
    expected = sorted(n if digits else n.translate(DEVANAGARI) for n in amounts)
    for hyp in hyps:
        assert sorted(re.findall(r"\d+(?:[.:/-]\d+)*", hyp.text)) == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_literals_arrive_byte_for_byte_whatever_the_model(
    translator: Translator, seed: int
) -> None:
    literals = ["https://a.example/x?y=1", "a.b@example.org", "@cow", "#egg", "v2_a.pdf", "👩‍👩‍👧"]
    literals += ["{name}", "%s", "<b>", "\ue000", "\ue012\ue012", "https://e\u0301.example"]
    texts = [f"They eat {one} and {two}, {one} we go." for one, two in pairwise(literals)]
    model = untrained(translator, seed)
    for options in (GREEDY, SearchOptions(3, n_best=3)):
        found = model.hypotheses(texts, options)
        for (one, two), hyps in zip(pairwise(literals), found, strict=True):
            for hyp in hyps:
                assert (hyp.text.count(one), hyp.text.count(two)) == (2, 1)
                assert not {*hyp.text} & {*SYMBOLS} - {*one, *two}


def test_a_text_without_words_is_its_own_translation(translator: Translator) -> None:
    assert translator.translate(["5:30", "https://a.example", "😀 👍🏽", "?!"]) == [
        "५:३०", "https://a.example", "😀 👍🏽", "?!"
    ]  # fmt: skip
    [edges] = translator.translate(["😀 I go.👍🏽"])
    assert edges.startswith("😀 ")
    assert edges.endswith("👍🏽")


def test_unknown_names_are_written_by_their_sound(translator: Translator) -> None:
    assert "go" in translator.bundle.words
    for text in untrained(translator, 3).translate(["Priyanka and I go.", "Go to Priyanka!"]):
        assert text.count(devanagari("Priyanka")) == 1


@pytest.mark.parametrize("seed", range(3))
def test_nothing_comes_three_times_in_a_row(translator: Translator, seed: int) -> None:
    model, subword = untrained(translator, seed), translator.bundle.trg_subword
    for text in model.translate(["egg", "egg egg", "no no no no", "zxq", *TEXTS], beam_size=2):
        [ids] = subword.encode([text])
        assert without_loops(ids) == ids


def test_items_are_shown_in_the_pieces(translator: Translator) -> None:
    options = SearchOptions(1, attention=True)
    [[hyp]] = translator.hypotheses(["Priyanka eats 5 eggs."], options)
    assert {"Priyanka", "5"} < {*hyp.src_pieces}
    assert {devanagari("Priyanka"), "५"} < {*hyp.trg_pieces}


def test_models_from_before_symbols_translate_texts_as_they_are(translator: Translator) -> None:
    class Old:
        def __init__(self, subword: Subword) -> None:
            self.subword = subword

        def __getattr__(self, name: str) -> object:
            return (lambda: ()) if name == "symbol_ids" else getattr(self.subword, name)

    bundle = translator.bundle
    old = replace(bundle, src_subword=Old(bundle.src_subword), trg_subword=Old(bundle.trg_subword))  # type: ignore[arg-type]
    options = SearchOptions(1, attention=True)
    [[hyp]] = Translator(old).hypotheses(["I have 5."], options)
    assert "5" in "".join(hyp.src_pieces) or "<0x35>" in hyp.src_pieces


def test_attention_belongs_to_the_pieces(translator: Translator) -> None:
    options = SearchOptions(3, n_best=2, attention=True)
    for text, hyps in zip(TEXTS, translator.hypotheses(TEXTS, options), strict=True):
        for hyp in hyps:
            # Few sentences of the small corpus have a comma: it is a byte here.
            read = "".join(hyp.src_pieces).replace("▁", " ").replace("<0x2C>", ",")
            assert read == f" {text.lower()}</s>"
            assert hyp.trg_pieces[-1] == "</s>"
            assert "".join(hyp.trg_pieces[:-1]).replace("▁", " ").split() == hyp.text.split()
            assert hyp.attention is not None
            assert hyp.attention.shape == (len(hyp.trg_pieces), len(hyp.src_pieces))
            np.testing.assert_allclose(hyp.attention.sum(-1), 1, atol=1e-4)


def test_a_long_text_is_translated_in_parts(translator: Translator) -> None:
    text = " ".join(["they eat an egg we go to the market"] * 30)
    options = replace(GREEDY, attention=True)
    [[whole]] = translator.hypotheses([text], options)
    subword = translator.bundle.src_subword
    [ids] = subword.encode([text.strip()])
    parts = [part.ids for part in translator._parts([translator._mask(text)])]
    assert len(parts) > 2
    assert [i for part in parts for i in part] == ids
    assert all(MAX_PIECES * 0.8 < len(part) <= MAX_PIECES for part in parts[:-1])
    assert all(subword.pieces(part)[0].startswith("▁") for part in parts)
    # Each part, by itself, is what the whole was made of.
    alone = [translator.hypotheses([subword.decode(part)], options)[0][0] for part in parts]
    assert whole.text == " ".join(hyp.text for hyp in alone)
    assert whole.score == pytest.approx(np.mean([hyp.score for hyp in alone]), abs=1e-4)
    assert whole.src_pieces == tuple(piece for hyp in alone for piece in hyp.src_pieces)
    assert whole.attention is not None
    assert whole.attention.shape == (len(whole.trg_pieces), len(whole.src_pieces))
    np.testing.assert_allclose(whole.attention.sum(-1), 1, atol=1e-4)
    last = alone[-1].attention
    assert last is not None
    np.testing.assert_allclose(whole.attention[-last.shape[0] :, -last.shape[1] :], last, atol=1e-4)


def test_a_model_without_numbers_gives_empty_lines(translator: Translator) -> None:
    weights = {name: np.full_like(w, np.nan) for name, w in translator.bundle.weights.items()}
    assert Translator(replace(translator.bundle, weights=weights)).translate(["I go."]) == [""]


@pytest.mark.filterwarnings("error")
def test_huge_weights_are_not_the_users_warnings(translator: Translator) -> None:
    weights = {name: w * np.float32(1e30) for name, w in translator.bundle.weights.items()}
    [text] = Translator(replace(translator.bundle, weights=weights)).translate(["I go."])
    assert isinstance(text, str)


def test_wrong_calls_say_what_is_wrong(translator: Translator, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="list of texts"):
        translator.translate("I go.")
    with pytest.raises(InputError, match="beam_size is 0"):
        translator.translate(["I go."], beam_size=0)
    with pytest.raises(InputError, match="no model in"):
        Translator.load(tmp_path / "absent")


def test_translating_needs_neither_tensorflow_nor_pandas(bundle_folder: Path) -> None:
    code = (
        "import json, sys; from nmt import Translator; "
        f"print(json.dumps(Translator.load({str(bundle_folder)!r}).translate({TEXTS!r}))); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    texts, modules = map(json.loads, run.stdout.splitlines())
    assert texts == Translator(read_bundle(bundle_folder)).translate(TEXTS)
    heavy = {"tensorflow", "keras", "pandas", "matplotlib", "sacrebleu", "rich", "typer"}
    assert not heavy & set(modules)
    assert run.stderr == ""


def test_a_paragraph_is_translated_sentence_by_sentence(translator: Translator) -> None:
    sentences = ["They eat an egg.", "Do we go to school?", "I go."]
    alone = translator.hypotheses(sentences, replace(GREEDY, attention=True))
    text = "  They eat an egg.  Do we go to school?\n\n\tI go.\n"
    [[whole]] = translator.hypotheses([text], replace(GREEDY, attention=True))
    one, two, three = (hyps[0].text for hyps in alone)
    assert whole.text == f"  {one}  {two}\n\n\t{three}\n"
    assert whole.score == pytest.approx(np.mean([hyps[0].score for hyps in alone]), abs=1e-4)
    assert whole.src_pieces == tuple(piece for hyps in alone for piece in hyps[0].src_pieces)
    assert whole.attention is not None
    assert whole.attention.shape == (len(whole.trg_pieces), len(whole.src_pieces))


def test_several_models_decode_together(translator: Translator, bundle_folder: Path) -> None:
    bundle = translator.bundle
    assert Translator(bundle, bundle).translate(TEXTS) == translator.translate(TEXTS)
    weights = {name: np.flip(weight) for name, weight in bundle.weights.items()}
    other = replace(bundle, weights=weights)
    alone = Translator(other).translate(TEXTS)
    together = Translator.load(bundle_folder).hypotheses(TEXTS, GREEDY)
    assert alone != [hyps[0].text for hyps in together]
    both = [hyps[0].score for hyps in Translator(bundle, other).hypotheses(TEXTS, GREEDY)]
    assert both != [hyps[0].score for hyps in together]


def test_models_with_other_pieces_do_not_decode_together(translator: Translator) -> None:
    bundle = translator.bundle
    turned = replace(bundle, src_subword=bundle.trg_subword, trg_subword=bundle.src_subword)
    with pytest.raises(InputError, match="their pieces are the same"):
        Translator(bundle, turned)
