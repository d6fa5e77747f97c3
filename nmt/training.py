"""Training: epochs of steps, a validation after each, the best kept, resumable exactly."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from nmt.batches import plain_batches, training_batches
from nmt.bundle import Bundle, CorpusRecord, check_output, read_bundle, write_bundle
from nmt.card import model_card, score_rows, versions
from nmt.checkpoint import Checkpoint, checkpoint_path, read_checkpoint, write_checkpoint
from nmt.config import Config, TrainingOptions
from nmt.dataset import Dataset, load_dataset
from nmt.errors import InputError, WorkError
from nmt.evaluation import score
from nmt.model import Learner, Model
from nmt.plots import draw_curves
from nmt.scoring import bleu_chrf
from nmt.search import SearchOptions
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
    overwrite: bool = False,
    resume: bool = False,
) -> Translator:
    """Train on a corpus file, write the bundle `output`, return its translator.

    After each epoch that improved, `output` holds the best weights so far. `resume` goes on where
    a run with the same corpus and options stopped, and ends as if it had never stopped. Raises
    `InputError` for input that cannot be trained on; `WorkError` when interrupted by Ctrl-C (the
    message says what is kept and how to go on) or when the disk refuses.
    """
    output = Path(output)
    started = time.monotonic()
    resumed = read_checkpoint(checkpoint_path(output)) if resume else None
    check_output(output, overwrite or resume)
    run = _Run(Path(corpus), output, config, load_dataset(Path(corpus), config.languages), started)
    if resumed:
        run.restore(resumed)
    try:
        run.train()
    except KeyboardInterrupt:
        raise WorkError(run.interrupted()) from None
    return run.finish()


def learning_rate(options: TrainingOptions, step: int, epoch: float, epochs: int) -> float:
    """Return the rate of a step: linear warm-up, then linear decay from epoch 1 to `epochs`.

    `epoch` counts how often the corpus was seen (1.5: half-way through the second epoch). The
    first epoch does not depend on `epochs`, which a bounded run only knows after it.
    """
    warm = min(1.0, (step + 1) / options.warmup)
    decay = 1.0 if epochs <= 1 else min(1.0, (epochs - epoch) / (epochs - 1))
    return options.learning_rate * warm * max(decay, 0.01)


@dataclass
class _Run:
    """One training run: what it is made of, and how far it has come."""

    corpus: Path
    output: Path
    config: Config
    dataset: Dataset
    started: float
    history: list[dict[str, float]] = field(default_factory=list)
    steps: int = 0
    best: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    finishing: float = 0.0
    """seconds kept for the end"""

    def __post_init__(self) -> None:
        """Train the subword models; make the model and its optimizer from the seed."""
        options, languages = self.config.training, self.config.languages
        self.epochs = options.epochs
        self.finishing = FIRST_FINISHING * 60 * (options.minutes or 0)
        keras.utils.set_random_seed(options.seed)
        size, pairs = self.config.subword.vocab_size, self.dataset.train
        self.subwords = (
            train_subword(pairs.srcs, size, languages.src),
            train_subword(pairs.trgs, size, languages.trg),
        )
        self.learner = Learner(Model(self.config.model, size, size), options)

    def train(self) -> None:
        """Run epochs until the plan ends, nothing improves any more, or the time is over."""
        in_time = True
        while in_time and len(self.history) < self.epochs and self._improving():
            started = time.monotonic()
            loss, speed, in_time = self._epoch(len(self.history) + 1)
            self._validate(loss, speed)
            if len(self.history) == 1 and self.config.training.minutes:
                seconds = time.monotonic() - started
                left = self._deadline() - time.monotonic()
                self.epochs = min(self.epochs, 1 + max(0, int(left / seconds)))
            write_checkpoint(self._checkpoint(), checkpoint_path(self.output))

    def finish(self) -> Translator:
        """Score the best weights on the test part, write the last bundle, return its translator."""
        translator = Translator(self._bundle(self.best))
        srcs, refs = self.dataset.test.grouped()
        table: list[dict[str, Any]] = []
        for name, options in (("greedy", GREEDY), ("beam 5", SearchOptions())):
            hyps = [found[0].text for found in translator.hypotheses(srcs, options)]
            table += score_rows("test", name, score(name, srcs, hyps, refs))
        bundle = self._bundle(self.best, table)
        self._write(bundle)
        checkpoint_path(self.output).unlink(missing_ok=True)
        return Translator(bundle)

    def interrupted(self) -> str:
        """Keep something usable; return the line that says what, and how to go on."""
        if not self.best:
            with self.learner.averaged():
                self._write(self._bundle(self.learner.weights()))
            return f"interrupted in the first epoch; its weights so far are in {self.output}"
        best = max(self.history, key=lambda row: row["bleu"])
        return (
            f"interrupted in epoch {len(self.history) + 1}; {self.output} holds the best so far "
            f"(epoch {best['epoch']:.0f}, valid BLEU {best['bleu']:.1f}); to go on, run the same "
            "command with --resume"
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up the state of a checkpoint; raise `InputError` if it is another run's."""
        progress = checkpoint.progress
        before, now = progress["identity"], self._identity()
        changed = [f"{k} was {before.get(k)}, is {now[k]}" for k in now if before.get(k) != now[k]]
        if changed:
            raise InputError(f"cannot resume: {'; '.join(changed)}; leave out --resume")
        for name, variable in self.learner.variables().items():
            variable.assign(checkpoint.variables[name])
        self.history, self.epochs = progress["history"], progress["epochs"]
        self.steps, self.finishing = progress["steps"], progress["finishing"]
        self.started -= 60 * self.history[-1]["minutes"]
        self.best = read_bundle(self.output).weights

    def _epoch(self, epoch: int) -> tuple[float, float, bool]:
        """Return mean loss (nats a piece), target pieces a second, and whether time is left."""
        pairs, options = self.dataset.train, self.config.training
        batches = training_batches(
            pairs.srcs,
            pairs.trgs,
            self.subwords,
            batch_tokens=options.batch_tokens,
            sampling=self.config.subword.sampling,
            seed=options.seed,
            epoch=epoch,
        )
        loss = pieces = seen = 0.0
        started, deadline, in_time = time.monotonic(), self._deadline(), True
        with self._bar(epoch) as bar:
            for src, trg in batches:
                progress = epoch - 1 + seen / len(pairs)
                rate = learning_rate(options, self.steps, progress, self.epochs)
                batch_loss, batch_pieces = self.learner.step(src, trg, rate)
                loss, pieces = loss + batch_loss, pieces + batch_pieces
                self.steps, seen = self.steps + 1, seen + len(src)
                speed = pieces / (time.monotonic() - started)
                bar.set_postfix_str(f"loss {loss / pieces:.3f}, {speed:,.0f} trg tokens/s", False)
                bar.update(len(src))
                in_time = time.monotonic() < deadline
                if not in_time:
                    break
        return loss / pieces, speed, in_time

    def _bar(self, epoch: int) -> tqdm[Any]:
        pairs = len(self.dataset.train)
        return tqdm(
            desc=f"epoch {epoch}/{self.epochs}",
            total=pairs * self.epochs,
            initial=pairs * (epoch - 1),
            leave=False,
            disable=None,
            bar_format="{desc} {percentage:3.0f}%|{bar}| {postfix}, {remaining} left",
        )

    def _validate(self, loss: float, speed: float) -> None:
        """Decode the validation part as users will, add a row to the history, keep the best."""
        started, valid = time.monotonic(), self.dataset.valid
        with self.learner.averaged():
            weights = self.learner.weights()
            valid_loss = self.learner.loss(
                plain_batches(valid.srcs, valid.trgs, self.subwords, 2000)
            )
        srcs, refs = valid.grouped()
        found = Translator(self._bundle(weights)).hypotheses(srcs, GREEDY)
        hyps = [hyp[0].text for hyp in found]
        bleu, chrf = bleu_chrf(hyps, [known[:1] for known in refs])
        self.history.append(
            {
                "epoch": len(self.history) + 1,
                "minutes": (time.monotonic() - self.started) / 60,
                "steps": self.steps,
                "loss": loss,
                "valid_loss": valid_loss,
                "bleu": bleu,
                "chrf": chrf,
                "trg_tokens_per_second": speed,
            }
        )
        if bleu >= max(row["bleu"] for row in self.history):
            self.best = weights
            self._write(self._bundle(weights))
        self.finishing = FINISHING * (time.monotonic() - started)
        self._report(srcs, hyps)

    def _report(self, srcs: list[str], hyps: list[str]) -> None:
        row = self.history[-1]
        tqdm.write(
            f"epoch {row['epoch']:.0f}/{self.epochs} · {row['minutes']:.1f} min · "
            f"loss {row['loss']:.3f} · {row['trg_tokens_per_second']:,.0f} trg tokens/s · valid "
            f"loss {row['valid_loss']:.3f} · BLEU {row['bleu']:.1f} · chrF2 {row['chrf']:.1f}",
            file=sys.stderr,
        )
        for place in (len(srcs) // 3, 2 * len(srcs) // 3):
            tqdm.write(f"    {srcs[place]} → {hyps[place]}", file=sys.stderr)

    def _improving(self) -> bool:
        """Return whether BLEU or chrF2 had its best value within the last `patience` epochs."""
        recent = len(self.history) - self.config.training.patience
        return recent <= 0 or any(
            max(row[metric] for row in self.history[recent:])
            > max(row[metric] for row in self.history[:recent])
            for metric in ("bleu", "chrf")
        )

    def _deadline(self) -> float:
        minutes = self.config.training.minutes
        return self.started + 60 * minutes - self.finishing if minutes else float("inf")

    def _identity(self) -> dict[str, Any]:
        """Return what must not change between a run and its resumption."""
        options = self.config.to_json()
        del options["training"]["minutes"]
        named = {f"{part} {k}": v for part, group in options.items() for k, v in group.items()}
        return named | {"the corpus": self.dataset.sha256[:12]}

    def _checkpoint(self) -> Checkpoint:
        progress = {
            "identity": self._identity(),
            "history": self.history,
            "epochs": self.epochs,
            "steps": self.steps,
            "finishing": self.finishing,
        }
        variables = {name: np.array(v) for name, v in self.learner.variables().items()}
        return Checkpoint(variables, progress)

    def _bundle(
        self, weights: Mapping[str, NDArray[np.float32]], table: list[dict[str, Any]] | None = None
    ) -> Bundle:
        dataset = self.dataset
        best = max(self.history, key=lambda row: row["bleu"], default=None)
        return Bundle(
            config=self.config,
            src_subword=self.subwords[0],
            trg_subword=self.subwords[1],
            weights=weights,
            corpus=CorpusRecord(
                str(self.corpus.absolute()),
                dataset.sha256,
                len(dataset.train),
                len(dataset.valid),
                len(dataset.test),
            ),
            scores={"best": best, "table": table or []},
            versions=versions(),
        )

    def _write(self, bundle: Bundle) -> None:
        history = pd.DataFrame(self.history)
        files = {"README.md": model_card(bundle).encode()}
        if self.history:
            files["history.csv"] = history.to_csv(index=False).encode()
            with tempfile.TemporaryDirectory() as folder:
                draw_curves(history, Path(folder, "curve.png"))
                files["curve.png"] = Path(folder, "curve.png").read_bytes()
        write_bundle(bundle, self.output, files, overwrite=True)
