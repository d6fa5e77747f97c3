"""A model to pass on, in eight bits or with graphs for others; no path of where it was trained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from nmt.bundle import SRC, TRG, Bundle, check_output, present, read_file, write_bundle
from nmt.card import INT8_SCORES, model_card, score_rows
from nmt.decoder_graph import decoder_graph
from nmt.encoder_graph import encoder_graph
from nmt.evaluation import evaluate
from nmt.quiet import quiet_tensorflow
from nmt.search import SearchOptions
from nmt.subword import BOS, EOS, PAD
from nmt.translator import Translator
from nmt.weights import dequantised, quantised

HISTORY = ("history.csv", "curve.png")
TEXT = (
    "Write a sentence in Unicode NFC, with single blanks, straight quotes and three full stops for "
    "an ellipsis; for the profile article in lower case, without punctuation and digits. Numbers, "
    "names and URLs reach the model only as the symbols U+E000-E003 (numbers) and U+E010-E013, "
    "which it puts where the translation has them. Encode it with the source model, add eos."
)
NEXT = (
    "Of log_probs [batch, vocab_size] the largest that is not of a forbidden id is the next id; "
    "next is the next state. A sentence ends with eos; decode its ids with the target model."
)
_SIGNATURES = "It gives state, and memory, mask, summary and keys, which stay as they are."
GREEDY = {
    "onnx": (
        "encoder.onnx: src [src_len, batch] int64, padded with pad; lengths [batch] int32, with "
        "eos. It gives keys, readings and state.",
        "decoder.onnx, once a piece: ids [batch] int64, first bos; state; keys and readings as "
        "they are; mask [batch, src_len] bool, true at real positions; sources and places [batch] "
        "int64, both 0, 1, 2, ...; grid [batch, 1] int64, the same numbers. Some models lack some "
        "of them.",
    ),
    "savedmodel": (
        "tf.saved_model.load('savedmodel').signatures are encoder and decoder.",
        f"encoder: src [batch, src_len] int32, padded with pad. {_SIGNATURES}",
        "decoder, once a piece: ids [batch] int32, first bos; and what the encoder gave.",
    ),
    "litert": (
        "ai_edge_litert.interpreter.Interpreter('model.tflite') has the signature runners encoder "
        "and decoder, for one sentence at a time: batch is 1.",
        f"encoder: src [1, src_len] int32. {_SIGNATURES}",
        "decoder, once a piece: ids [1] int32, first bos; and what the encoder gave.",
    ),
}
"""How the graphs of a format are used without `nmt`, for the simplest search, after `TEXT`."""
SEARCHES = {"greedy": SearchOptions(beam_size=1), "beam 5": SearchOptions()}


def export_int8(
    model: Path, output: Path, corpus: Path | None = None, *, overwrite: bool = False
) -> Bundle:
    """Write the bundle in `model` to `output` with int8 weights, and return what was written.

    Of the corpus's path only the file's name is kept. With `corpus`, the scores become those of the
    int8 weights on its test part. Raises `InputError` for a bundle or a corpus that cannot be used,
    and as `write_bundle` does.
    """
    check_output(output, overwrite)
    bundle = _without_path(Translator.load(model).bundle)
    bundle = replace(bundle, weights=dequantised(quantised(bundle.weights)), int8=True)
    if corpus:
        bundle = replace(bundle, scores={**bundle.scores, **_scores(bundle, corpus)})
    write_bundle(bundle, output, _beside(bundle, model), overwrite=overwrite)
    return bundle


def export_graphs(model: Path, output: Path, kind: str, *, overwrite: bool = False) -> Bundle:
    """Write the bundle in `model` to `output` with its float32 graphs, and return it.

    `kind` is a format of `GREEDY`. The graphs need no `nmt` to run; `onnx.json`, `savedmodel.json`
    or `litert.json` says how. The folder is a bundle all the same. Raises `InputError` as
    `export_int8` does.
    """
    check_output(output, overwrite)
    translator = Translator.load(model)
    bundle = _without_path(translator.bundle)
    usage = {
        "tokens": {"source": SRC, "target": TRG, "pad": PAD, "bos": BOS, "eos": EOS},
        "forbidden": list(translator.forbidden),
        "greedy": (TEXT, *GREEDY[kind], NEXT),
    }
    files = {
        **_beside(bundle, model),
        **_graphs(bundle, kind),
        f"{kind}.json": json.dumps(usage, indent=2, ensure_ascii=False).encode() + b"\n",
    }
    write_bundle(bundle, output, files, overwrite=overwrite)
    return bundle


def _graphs(bundle: Bundle, kind: str) -> dict[str, bytes]:
    if kind == "onnx":
        options, weights = bundle.config.model, bundle.weights
        return {
            "encoder.onnx": encoder_graph(options, weights, int8=False, from_ids=True),
            "decoder.onnx": decoder_graph(options, weights, int8=False, from_ids=True),
        }
    with quiet_tensorflow():
        # Loaded here, since it takes seconds and no other command waits for it.
        from nmt.tensorflow_export import litert_model, saved_model

        if kind == "litert":
            return {"model.tflite": litert_model(bundle)}
        return {f"savedmodel/{name}": content for name, content in saved_model(bundle).items()}


def _without_path(bundle: Bundle) -> Bundle:
    return replace(bundle, corpus=replace(bundle.corpus, path=Path(bundle.corpus.path).name))


def _beside(bundle: Bundle, model: Path) -> dict[str, bytes]:
    """Return the files that go with a bundle: its card, and how it was trained."""
    card = {"README.md": model_card(bundle).encode("utf-8", "replace")}
    kept = (name for name in HISTORY if (present(model) / name).exists())
    return card | {name: read_file(model, name) for name in kept}


def _scores(bundle: Bundle, corpus: Path) -> dict[str, object]:
    translator = Translator(bundle)
    rows = [
        row
        for name, options in SEARCHES.items()
        for row in score_rows("test", name, evaluate(translator, corpus, options))
    ]
    return {"table": rows, **INT8_SCORES}
