"""The systems that `scripts/benchmark` measures, each in processes of its own."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

INT8, FLOAT, CT2, LOOP = "nmt int8", "nmt float", "CT2 int8", "TensorFlow"
BATCHES = (32, 64, 128, 256)

Translate = Callable[[list[str], int], list[str]]


class System:
    """A translator in one or more processes, which wait until they are asked."""

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        """Start the processes; they load their models while others start."""
        self.name = name
        wanted = {"name": name, "threads": options.threads, "model": str(options.model)}
        wanted |= {"ct2": str(options.ct2), "pieces": str(options.ct2_pieces)}
        number = options.threads if name in {INT8, FLOAT} else 1
        command = [sys.executable, __file__, json.dumps(wanted)]
        # NumPy's threads would be one more a process; TensorFlow may use what it finds.
        threads = {} if name == LOOP else {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **threads},
            )
            for _ in range(number)
        ]

    def bulk(self, srcs: Sequence[str], beam_size: int) -> tuple[float, list[str], float]:
        """Return the seconds all sentences take, their translations, and the peak megabytes."""
        number = len(self._processes)
        begun = time.perf_counter()
        for place, process in enumerate(self._processes):
            self._ask(process, srcs[place::number], beam_size, alone=False)
        answers = [self._answer(process) for process in self._processes]
        seconds = time.perf_counter() - begun
        hyps = [""] * len(srcs)
        for place, answer in enumerate(answers):
            hyps[place::number] = answer["hyps"]
        return seconds, hyps, sum(answer["megabytes"] for answer in answers)

    def one_by_one(self, srcs: Sequence[str], beam_size: int) -> list[float]:
        """Return the seconds each sentence takes by itself."""
        self._ask(self._processes[0], srcs, beam_size, alone=True)
        return list(self._answer(self._processes[0])["seconds"])

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.communicate()

    def _ask(
        self, process: subprocess.Popen[str], srcs: Sequence[str], beam_size: int, *, alone: bool
    ) -> None:
        assert process.stdin
        print(json.dumps([list(srcs), beam_size, alone]), file=process.stdin, flush=True)

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended with exit code {process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def work(wanted: dict[str, Any]) -> None:
    """Answer requests on stdin, a line of JSON each, as one of the systems."""
    translate = load(wanted)
    for line in sys.stdin:
        srcs, beam_size, alone = json.loads(line)
        hyps, seconds = [], []
        for group in [[src] for src in srcs] if alone else [srcs]:
            begun = time.perf_counter()
            hyps += translate(group, beam_size)
            seconds.append(time.perf_counter() - begun)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = {"hyps": hyps, "seconds": seconds, "megabytes": megabytes}
        print(json.dumps(answer), flush=True)


def load(wanted: dict[str, Any]) -> Translate:
    """Return the function that translates with the system wanted."""
    if wanted["name"] == CT2:
        return ctranslate2_model(wanted["ct2"], wanted["pieces"], wanted["threads"])
    if wanted["name"] == LOOP:
        return predict_loop(Path(wanted["model"]))
    from nmt.runtime import Runtime
    from nmt.translator import Translator

    with patch("nmt.translator.Runtime", partial(Runtime, int8=wanted["name"] == INT8)):
        translator = Translator.load(wanted["model"])
    return lambda srcs, beam_size: translator.translate(srcs, beam_size=beam_size)


def ctranslate2_model(folder: str, pieces: str, threads: int) -> Translate:
    """Return CTranslate2; in bulk it takes the batch size that was the fastest the first time."""
    import ctranslate2
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=pieces)
    model = ctranslate2.Translator(
        folder, compute_type="int8", inter_threads=threads, intra_threads=1
    )
    fastest: dict[int, int] = {}

    def translate(srcs: list[str], beam_size: int, batch_size: int | None = None) -> list[str]:
        if batch_size is None and len(srcs) > 1:
            if beam_size not in fastest:
                fastest[beam_size] = min(BATCHES, key=lambda size: timed(srcs, beam_size, size))
            batch_size = fastest[beam_size]
        found = model.translate_batch(
            [processor.encode(src, out_type=str) for src in srcs],
            beam_size=beam_size,
            max_batch_size=batch_size or 1,
        )
        return ["".join(each.hypotheses[0]).replace("▁", " ").strip() for each in found]

    def timed(srcs: list[str], beam_size: int, batch_size: int) -> float:
        begun = time.perf_counter()
        translate(srcs, beam_size, batch_size)
        return time.perf_counter() - begun

    return translate


def predict_loop(folder: Path) -> Translate:
    """Return greedy search by the Keras model, one `predict` a piece, as tutorials write it."""
    from nmt.bundle import read_bundle
    from nmt.quiet import quiet_tensorflow
    from nmt.subword import BOS, EOS

    with quiet_tensorflow():
        import keras
        import numpy as np

        from nmt.encoder import Source
        from nmt.model import Model

    bundle = read_bundle(folder)
    src_subword, trg_subword = bundle.src_subword, bundle.trg_subword
    model = Model(bundle.config.model, src_subword.vocab_size, trg_subword.vocab_size)
    model.set_named_weights(bundle.weights)

    class Begin(keras.Model):
        def call(self, src: Any) -> Any:
            source = model.encoder(src)
            return tuple(source), model.decoder.keys(source), model.decoder.start(source)

    class Step(keras.Model):
        def call(self, inputs: Any) -> Any:
            trg, state, source, keys = inputs
            decoded = model.decoder(trg, state, Source(*source), keys)
            return decoded.logits, decoded.state

    begin, step = Begin(), Step()

    def translated(src: str) -> str:
        [ids] = src_subword.encode([src])
        source, keys, state = begin.predict(np.array([[*ids, EOS]]), verbose=0)
        trg = [BOS]
        while trg[-1] != EOS and len(trg) < 2 * len(ids) + 10:
            inputs = (np.array([trg[-1:]]), state, source, keys)
            logits, state = step.predict(inputs, verbose=0)
            trg.append(int(logits[0, -1].argmax()))
        return trg_subword.decode(trg)

    return lambda srcs, _: [translated(src) for src in srcs]


if __name__ == "__main__":
    work(json.loads(sys.argv[1]))
