"""Training: epochs of steps, a validation after each, the best kept, resumable exactly."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nmt.augmentation import find_slots, joined
from nmt.batches import plain_batches, training_batches
from nmt.bundle import CONFIG, Bundle, CorpusRecord, check_output, write_bundle
from nmt.card import model_card, score_rows, versions
from nmt.checkpoint import (
    Checkpoint,
    check_same,
    checkpoint_path,
    identity,
    read_checkpoint,
    write_checkpoint,
)
from nmt.config import Config
from nmt.dataset import Dataset, load_dataset
from nmt.errors import WorkError
from nmt.evaluation import score
from nmt.history import Row, best_row, history_files, improving
from nmt.interrupts import deferred_interrupts
from nmt.model import Learner, Model, learning_rate
from nmt.naming import learnt_words
from nmt.progress import epoch_line, training_bar
from nmt.risk import drawn_sources, risk_batches
from nmt.scoring import bleu_chrf
from nmt.search import SearchOptions
from nmt.start import with_start
from nmt.subword import train_subword
from nmt.translator import Translator

GREEDY = SearchOptions(beam_size=1)
FINISHING = 4
"""Time kept for the end of a bounded run, in validations: beam search over the test part."""
FIRST_FINISHING = 0.05
"""The same before the first validation, as a share of the time allowed."""


def train(
    corpus: Path | str,
    output: Path | str,
    config: Config = Config(),  # noqa: B008 - frozen
    *,
    start: Bundle | None = None,
    overwrite: bool = False,
    resume: bool = False,
) -> Translator:
    """Train on a corpus file, write the bundle `output`, return its translator.

    After each epoch that improved, `output` holds the best weights so far. `start` is a model of
    the same sizes whose pieces and weights to begin with, as a student does. `resume` goes on where
    a run with the same corpus and options stopped, and ends as if it had never stopped. Raises
    `InputError` for input that cannot be trained on; `WorkError` when interrupted by Ctrl-C (the
    message says what is kept and how to go on), when the loss diverges or the disk refuses.
    """
    corpus, output, started = Path(corpus), Path(output), time.monotonic()
    resumed = read_checkpoint(checkpoint_path(output)) if resume else None
    check_output(output, overwrite or resume)
    dataset = load_dataset(corpus, config.languages)
    config = with_start(config, start)
    if resumed:
        check_same(resumed.progress["identity"], identity(config, dataset.sha256))
    run = _Run(corpus, output, config, dataset, started, start)
    if resumed:
        run.restore(resumed)
    try:
        run.train()
        return run.finish()
    except KeyboardInterrupt:
        raise WorkError(run.interrupted()) from None


@dataclass
class _Run:
    """One training run: what it is made of, and how far it has come."""

    corpus: Path
    output: Path
    config: Config
    dataset: Dataset
    started: float
    start: Bundle | None
    history: list[Row] = field(default_factory=list)
    steps: int = 0
    best: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    table: list[dict[str, Any]] = field(default_factory=list)
    """the scores of the test part, at the end"""
    finishing: float = 0.0
    """seconds kept for the end"""
    resumable: bool = False
    """whether the checkpoint on disk is this run's"""

    def __post_init__(self) -> None:
        """Train the subword models; make the model and its optimizer from the seed."""
        options, languages = self.config.training, self.config.languages
        self.epochs = float(options.epochs)
        self.finishing = FIRST_FINISHING * 60 * (options.minutes or 0)
        keras.utils.set_random_seed(options.seed)
        srcs = self.dataset.train.srcs
        self.words = learnt_words(srcs, languages.src)
        self.training = find_slots(self.dataset.train, languages)
        self.validation = find_slots(self.dataset.valid, languages).plain()
        size, pairs = self.config.subword.vocab_size, self.training.plain()
        model = Model(self.config.model, size, size)
        if self.start:
            self.words |= self.start.words
            self.subwords = self.start.src_subword, self.start.trg_subword
            model.set_named_weights(self.start.weights)
        else:
            self.subwords = (
                train_subword(pairs.srcs, size, languages.src, caseless=True),
                train_subword(pairs.trgs, size, languages.trg),
            )
        self.learner = Learner(model, options)

    def train(self) -> None:
        """Run epochs until the plan ends, nothing improves any more, or the time is over."""
        in_time = True
        with deferred_interrupts() as check:
            while in_time and self._goes_on():
                loss, speed, in_time = self._epoch(len(self.history) + 1, check)
                self._validate(loss, speed)
                self._plan()
                write_checkpoint(self._checkpoint(), checkpoint_path(self.output))
                self.resumable = True

    def _plan(self) -> None:
        """Let the learning rate end when the time does, at the speed there was so far."""
        done, now = len(self.history), time.monotonic()
        left = max(0.0, self._deadline() - now) / (now - self.started)
        self.epochs = min(float(self.config.training.epochs), done * (1 + left))

    def finish(self) -> Translator:
        """Score the best weights on the test part, write the last bundle, return its translator."""
        translator = Translator(self._bundle(self.best))
        srcs, refs = self.dataset.test.grouped()
        for name, options in (("greedy", GREEDY), ("beam 5", SearchOptions())):
            hyps = [found[0].text for found in translator.hypotheses(srcs, options)]
            self.table += score_rows("test", name, score(name, srcs, hyps, refs))
        bundle = self._bundle(self.best)
        self._write(bundle)
        checkpoint_path(self.output).unlink(missing_ok=True)
        return Translator(bundle)

    def interrupted(self) -> str:
        """Keep something usable; return the line that says what, and how to go on."""
        best = best_row(self.history)
        if self.best and best:
            # Once more: the interrupt may have come before or while it was written.
            self._write(self._bundle(self.best))
            kept = f"the best so far (epoch {best['epoch']:.0f}, valid BLEU {best['bleu']:.1f})"
            how = "; to go on, run the same command with --resume" if self.resumable else ""
            return f"interrupted after epoch {len(self.history)}; {self.output} holds {kept}{how}"
        if (self.output / CONFIG).is_file():
            return f"interrupted in the first epoch; {self.output} is left as it was"
        if not self.steps:
            return "interrupted before the first step; nothing is written"
        with self.learner.averaged():
            self._write(self._bundle(self.learner.weights()))
        return f"interrupted in the first epoch; its weights so far are in {self.output}"

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up the state of a checkpoint of this very run."""
        progress = checkpoint.progress
        for name, variable in self.learner.variables().items():
            variable.assign(checkpoint.variables[name])
        self.history, self.epochs = progress["history"], progress["epochs"]
        self.steps, self.finishing = progress["steps"], progress["finishing"]
        self.started -= 60 * self.history[-1]["minutes"]
        self.best, self.resumable = checkpoint.best, True

    def _batches(self, epoch: int) -> tuple[Iterable[Any], Callable[..., Any], int]:
        """Return an epoch's batches, the step that learns from one, and how many rows they have."""
        options, progress = self.config.training, (epoch - 1) / self.epochs
        sampling = self.config.subword.alphas(progress)
        pairs = self.training.epoch(options.seed, epoch)
        drawing = ("seed", "batch_tokens", "unpunctuated")
        named = {name: getattr(options, name) for name in drawing} | {"epoch": epoch}
        if progress < options.risk_from:
            pairs = joined(pairs, options.joined, options.seed, epoch)
            texts = pairs.srcs, pairs.trgs
            batches = training_batches(*texts, self.subwords, sampling=sampling, **named)
            return batches, self.learner.step, len(pairs)
        with self.learner.averaged():
            translator = Translator(self._bundle(self.learner.weights()))
        drawn = drawn_sources(pairs, options.seed, epoch)
        candidates = risk_batches(translator, drawn, sampling=sampling[0], **named)
        return candidates, self.learner.risk_step, len(drawn)

    def _epoch(self, epoch: int, check: Callable[[], None]) -> tuple[float, float, bool]:
        """Return mean loss (nats a piece), target pieces a second, and whether time is left."""
        options, pairs = self.config.training, len(self.dataset.train)
        batches, learn, rows = self._batches(epoch)
        self.learner.set_dropout(1.0 if self.start else options.dropout_share(self.epochs))
        loss = pieces = done = computed = 0.0
        started, deadline, in_time = time.monotonic(), self._deadline(), True
        with training_bar(epoch, math.ceil(self.epochs), pairs) as bar:
            for src, trg, *costs in batches:
                check()
                rate = learning_rate(options, self.steps, epoch - 1 + done, self.epochs)
                batch_loss, batch_pieces = learn(src, trg, *costs, rate)
                loss, pieces = loss + batch_loss, pieces + batch_pieces
                self.steps, done = self.steps + 1, done + len(src) / rows
                computed += np.count_nonzero(trg[..., 1:])
                speed = computed / (time.monotonic() - started)
                bar.set_postfix_str(f"loss {loss / pieces:.3f}, {speed:,.0f} trg tokens/s", False)
                bar.update(pairs * len(src) / rows)
                in_time = time.monotonic() < deadline
                if not in_time:
                    break
        if not (pieces and math.isfinite(loss)):
            kept = f"; {self.output} holds the best so far" if self.best else ""
            raise WorkError(
                f"the loss diverged in epoch {epoch}; use a smaller --learning-rate{kept}"
            )
        return loss / pieces, speed, in_time

    def _validate(self, loss: float, speed: float) -> None:
        """Decode the validation part as users will, add a row to the history, keep the best."""
        started, valid = time.monotonic(), self.validation
        batches = plain_batches(valid.srcs, valid.trgs, self.subwords, 2000)
        with self.learner.averaged():
            weights, valid_loss = self.learner.weights(), self.learner.loss(batches)
        srcs, refs = self.dataset.valid.grouped()
        hyps = Translator(self._bundle(weights)).translate(srcs)
        bleu, chrf = bleu_chrf(hyps, [known[:1] for known in refs])
        row = {
            "epoch": len(self.history) + 1,
            "minutes": (time.monotonic() - self.started) / 60,
            "steps": self.steps,
            "loss": loss,
            "valid_loss": valid_loss,
            "bleu": bleu,
            "chrf": chrf,
            "trg_tokens_per_second": speed,
        }
        self.history.append(row)
        if best_row(self.history) is row:
            self.best = weights
            self._write(self._bundle(weights))
        self.finishing = FINISHING * (time.monotonic() - started)
        tqdm.write(epoch_line(row, math.ceil(self.epochs)), file=sys.stderr)
        for place in (len(srcs) // 3, 2 * len(srcs) // 3):
            tqdm.write(f"    {srcs[place]} → {hyps[place]}", file=sys.stderr)

    def _goes_on(self) -> bool:
        if not self.history:
            return True
        planned, in_time = len(self.history) < self.epochs, time.monotonic() < self._deadline()
        return planned and in_time and improving(self.history, self.config.training.patience)

    def _deadline(self) -> float:
        minutes = self.config.training.minutes
        return self.started + 60 * minutes - self.finishing if minutes else float("inf")

    def _checkpoint(self) -> Checkpoint:
        progress = {
            "identity": identity(self.config, self.dataset.sha256),
            "history": self.history,
            "epochs": self.epochs,
            "steps": self.steps,
            "finishing": self.finishing,
        }
        variables = {name: np.array(v.numpy()) for name, v in self.learner.variables().items()}
        return Checkpoint(variables, self.best, progress)

    def _bundle(self, weights: Mapping[str, NDArray[np.float32]]) -> Bundle:
        dataset = self.dataset
        return Bundle(
            config=self.config,
            src_subword=self.subwords[0],
            trg_subword=self.subwords[1],
            weights=weights,
            corpus=CorpusRecord(
                str(self.corpus.absolute()),
                dataset.sha256,
                *map(len, (dataset.train, dataset.valid, dataset.test)),
            ),
            scores={"best": best_row(self.history), "table": self.table},
            versions=versions(),
            words=self.words,
        )

    def _write(self, bundle: Bundle) -> None:
        files = {"README.md": model_card(bundle).encode()} | history_files(self.history)
        write_bundle(bundle, self.output, files, overwrite=True)
