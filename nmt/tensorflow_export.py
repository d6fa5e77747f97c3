"""The encoder and a decoder step as files that TensorFlow runs, or LiteRT on a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tensorflow as tf

from nmt.bundle import Bundle
from nmt.encoder import Source
from nmt.errors import WorkError
from nmt.model import Model

Tensors = Mapping[str, tf.Tensor]


def saved_model(bundle: Bundle) -> dict[str, bytes]:
    """Return the files of a SavedModel, by their path in it; raise `WorkError` if that fails.

    Its signatures, in float32, are `encoder`, from `src` `[batch, src_len]` int32 to what
    `nmt.encoder.Source` describes, `keys` `[batch, src_len, key]` and `state` `[batch, state]`;
    and `decoder`, a step: from all of these but `src`, and `ids` `[batch]` int32, to `log_probs`
    `[batch, vocab_size]`, `attention` `[batch, src_len]` and `next` `[batch, state]`.
    """
    with _saved(bundle, None) as folder:
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def litert_model(bundle: Bundle) -> bytes:
    """Return the same signatures as a LiteRT file, for one sentence at a time: `batch` is 1.

    It needs no TensorFlow operations (Flex) to run. Raises `WorkError` as `saved_model` does.
    """
    # Of a loop over positions, the converter must know the size of what each round adds.
    with _saved(bundle, 1) as folder:
        names = ["encoder", "decoder"]
        return bytes(
            tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=names).convert()
        )


@contextmanager
def _saved(bundle: Bundle, batch: int | None) -> Iterator[Path]:
    """Give a folder with the SavedModel, for any number of sentences at once or for `batch`."""
    try:
        with TemporaryDirectory() as folder:
            _save(bundle, folder, batch)
            yield Path(folder)
    except (OSError, tf.errors.OpError) as error:
        raise WorkError(
            "TensorFlow cannot write to the folder for temporary files; make room, or set TMPDIR "
            f"to another: {error}"
        ) from error


def _save(bundle: Bundle, folder: str, batch: int | None) -> None:
    model = Model(bundle.config.model, bundle.src_subword.vocab_size, bundle.trg_subword.vocab_size)
    model.set_named_weights(bundle.weights)
    for layer in (*model.encoder.forwards, *model.encoder.backwards, *model.decoder.recurrent):
        layer.use_cudnn = False  # it may be run where there is no GPU
    for layer in model.decoder.recurrent:
        layer.unroll = True  # over one position: a step has no loop
    src = tf.TensorSpec([batch, None], tf.int32, "src")
    encoder = tf.function(lambda src: _encode(model, src)).get_concrete_function(src)
    inputs = {
        name: tf.TensorSpec(tensor.shape, tensor.dtype, name)
        for name, tensor in encoder.structured_outputs.items()
    }
    inputs["ids"] = tf.TensorSpec([batch], tf.int32, "ids")
    decoder = tf.function(lambda **inputs: _step(model, inputs)).get_concrete_function(**inputs)
    module = tf.Module()
    module.parameters = [weight.value for weight in model.named_weights().values()]
    tf.saved_model.save(module, folder, signatures={"encoder": encoder, "decoder": decoder})


def _encode(model: Any, src: tf.Tensor) -> Tensors:
    source = model.encoder(src)
    state = [part for layer in model.decoder.start(source) for part in layer]
    keys = model.decoder.keys(source)
    return {**source._asdict(), "keys": keys, "state": tf.concat(state, axis=-1)}


def _step(model: Any, inputs: Tensors) -> Tensors:
    state = model.decoder.by_layer(inputs["state"])
    source = Source(inputs["memory"], inputs["mask"], inputs["summary"])
    decoded = model.decoder(inputs["ids"][:, None], state, source, inputs["keys"])
    after = [part for layer in decoded.state for part in layer]
    return {
        "log_probs": tf.nn.log_softmax(decoded.logits[:, 0]),
        "attention": decoded.attention[:, 0],
        "next": tf.concat(after, axis=-1),
    }
