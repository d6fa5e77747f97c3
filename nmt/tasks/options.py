"""The sizes of the synthetic tasks: checked where they are made, small ones for a quick look."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from nmt.config import ATTENTIONS, at_least, check_learning_rate
from nmt.errors import InputError

TASKS = {
    "echo": "the first 2 of 5 random integers, then zeros: what a fixed vector cannot hold",
    "reverse": "the first 3 of 6 integers, backwards: trained by teacher forcing, decoded by steps",
    "fibonacci": "the next number after 20: a tiny recurrent network, attention as its last layer",
    "digits": "the difference of two numbers hidden in ten digits: which digits are looked at?",
}
"""The names of the tasks, in the order in which they are best read."""
TRAIN_SHARE = 0.7
"""Of `fibonacci`'s windows; the rest are tested on."""
MOST_SEED = 2**31 - 1
"""Keras takes 32 bits; `--repeats` counts on from here."""


def _trainable(options: TaskOptions) -> None:
    check_learning_rate(options.learning_rate)
    if not 0 <= options.seed <= MOST_SEED:
        raise InputError(f"--seed is {options.seed}; it must be from 0 to {MOST_SEED:,}")


@dataclass(frozen=True)
class SequenceOptions:
    """Sizes of `echo` and `reverse`: integers in, some of them out.

    `length` integers of `cardinality` kinds go in and `output` of them come out. `units` are the
    decoder's and both directions' of the encoder together. `pairs` are seen once each, `new`
    sequences that were never seen are decoded. `tutorial_pairs` train the plain Keras rendering
    of the tutorial beside it, which only `reverse` has.
    """

    length: int = 5
    output: int = 2
    cardinality: int = 50
    units: int = 150
    embedding: int = 64
    attention: str = "additive"
    pairs: int = 5000
    batch_size: int = 16
    learning_rate: float = 5e-3
    new: int = 100
    tutorial_pairs: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise `InputError` for sizes that make no such problem or no such model."""
        at_least(self, 1, "length", "output", "embedding", "batch_size", "new")
        at_least(self, 0, "tutorial_pairs")
        at_least(self, 2, "cardinality", "units")
        if self.length < self.output:
            raise InputError(
                f"--length is {self.length}, shorter than the {self.output} integers of --output"
            )
        if self.units % 2:
            raise InputError(f"--units is {self.units}; it must be even: half for each direction")
        if self.pairs < self.batch_size:
            raise InputError(f"--pairs is {self.pairs}, less than one batch of {self.batch_size}")
        kinds = [kind for kind in ATTENTIONS if kind != "none"]
        if self.attention not in kinds:
            raise InputError(
                f"--attention is '{self.attention}'; choose one of {', '.join(kinds)} "
                "(the model without attention is trained beside it)"
            )
        _trainable(self)


@dataclass(frozen=True)
class FibonacciOptions:
    """Sizes of `fibonacci`: windows of `length` steps out of the first `numbers` of the sequence.

    70 % of the windows, picked by a permutation with seed 13, are seen once an epoch.
    """

    length: int = 20
    numbers: int = 1200
    units: int = 2
    epochs: int = 30
    batch_size: int = 16
    learning_rate: float = 2e-2
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise `InputError` for sizes that leave nothing to learn or to test on."""
        at_least(self, 1, "units", "epochs", "batch_size")
        at_least(self, 2, "length")
        if self.numbers < self.length + 10:
            raise InputError(
                f"--numbers is {self.numbers}; it must be at least --length + 10, "
                f"{self.length + 10}, to leave windows to learn from and to test on"
            )
        windows = int(TRAIN_SHARE * (self.numbers - self.length))
        if self.batch_size > windows:
            raise InputError(
                f"--batch-size is {self.batch_size}, more than the {windows} windows to learn from"
            )
        _trainable(self)


@dataclass(frozen=True)
class DigitsOptions:
    """Sizes of `digits`: `length` random digits, of which v[1:4] and v[5:8] are two numbers.

    `pairs` sequences are made and seen `epochs` times. `units` are the LSTM's and the hidden
    layers'; the LSTM's outputs are pooled by as many attention distributions as `queries`.
    """

    length: int = 10
    units: int = 64
    queries: int = 8
    pairs: int = 500_000
    epochs: int = 1
    batch_size: int = 128
    learning_rate: float = 1e-2
    new: int = 10_000
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise `InputError` for sizes that do not hold the two numbers or cannot train."""
        at_least(self, 1, "units", "queries", "epochs", "batch_size", "new")
        at_least(self, 8, "length")
        if self.pairs < self.batch_size:
            raise InputError(f"--pairs is {self.pairs}, less than one batch of {self.batch_size}")
        _trainable(self)


TaskOptions = SequenceOptions | FibonacciOptions | DigitsOptions

FULL: dict[str, TaskOptions] = {
    "echo": SequenceOptions(),
    "reverse": SequenceOptions(
        length=6, output=3, units=128, pairs=30_000, batch_size=32, new=1000, tutorial_pairs=100_000
    ),
    "fibonacci": FibonacciOptions(),
    "digits": DigitsOptions(),
}
"""The sizes the published figures belong to."""

QUICK: dict[str, TaskOptions] = {
    "echo": SequenceOptions(cardinality=20, units=64, embedding=32, pairs=3200),
    "reverse": SequenceOptions(
        length=6,
        output=3,
        cardinality=20,
        units=64,
        embedding=32,
        pairs=4800,
        new=200,
        tutorial_pairs=1000,
    ),
    "fibonacci": FibonacciOptions(),
    "digits": DigitsOptions(pairs=48_000, epochs=1, units=32, batch_size=64, new=1000),
}
"""Sizes for a look of some seconds a task, which still fails when attention is broken."""


def task_options(name: str, *, quick: bool = False, **sizes: float | str | None) -> TaskOptions:
    """Return a task's options with the sizes replaced that are not None.

    Raises `InputError` for an unknown task, for a size the task does not have, and for sizes that
    make no problem.
    """
    check_task(name)
    options = (QUICK if quick else FULL)[name]
    known = {field.name for field in dataclasses.fields(options)}
    given = {key: value for key, value in sizes.items() if value is not None}
    for key in given.keys() - known:
        raise InputError(f"{name} has no --{key.replace('_', '-')}")
    return dataclasses.replace(options, **given)  # type: ignore[arg-type]


def check_task(name: str) -> None:
    """Raise `InputError` for a task there is not."""
    if name not in TASKS:
        raise InputError(f"there is no task '{name}'; choose one of {', '.join(TASKS)} or all")


def is_standard(name: str, options: TaskOptions) -> bool:
    """Return whether the sizes are those for which it is known what must be reached."""
    return dataclasses.replace(options, seed=1) in (FULL[name], QUICK[name])


def is_quick(name: str, options: TaskOptions) -> bool:
    """Return whether the sizes are the quick ones."""
    return dataclasses.replace(options, seed=1) == QUICK[name]
