"""The synthetic tasks: their problems, their quick form, and that broken attention is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from nmt.attention import Attention
from nmt.config import ModelOptions
from nmt.errors import InputError
from nmt.model import Model
from nmt.tasks import digits, echo, fibonacci, pooling, reverse, run_task
from nmt.tasks.options import (
    FULL,
    TASKS,
    DigitsOptions,
    FibonacciOptions,
    SequenceOptions,
    is_standard,
    task_options,
)
from nmt.tasks.pooling import Pooling
from nmt.tasks.report import print_result
from nmt.tasks.result import Check, Example, ModelResult, TaskResult, Trial
from nmt.tasks.sequences import START, Decoding, alignment, attention_checks, decode, learn
from tests.command_line import nmt

TINY = SequenceOptions(cardinality=4, units=8, embedding=8, pairs=64, batch_size=8, new=12)
CALL = Attention.call
Call = Callable[..., tuple[tf.Tensor, tf.Tensor]]


# What learns with attention in the tasks that pool.
LEARNED = [("fibonacci", "with attention"), *(("digits", name) for name in digits.PUBLISHED)]


class Quick(NamedTuple):
    """What `nmt tasks run all --quick --json --plot tasks.png` left behind."""

    code: Any
    tasks: dict[str, Any]
    messages: str
    folder: Path
    seconds: float


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Quick:
    folder = tmp_path_factory.mktemp("tasks")
    started = time.process_time()
    ended = nmt("tasks", "run", "all", "--quick", "--json", "--plot", folder / "tasks.png")
    seconds = time.process_time() - started
    tasks = {each["task"]: each for each in json.loads(ended.out)}
    return Quick(ended.code, tasks, ended.err, folder, seconds)


def model_of(task: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [model for model in task["models"] if model["name"] == name]
    return found


def test_the_quick_form_meets_every_check(quick: Quick) -> None:
    failed = {
        name: [check for check in task["checks"] if not check["met"]]
        for name, task in quick.tasks.items()
    }
    assert failed == {name: [] for name in TASKS}
    assert quick.code == 0
    checked = {
        (name, check["what"]) for name, task in quick.tasks.items() for check in task["checks"]
    }
    assert {
        ("echo", f"attention to {what}") for what in ("padding", "the integer being copied")
    } < checked
    for name, model in LEARNED:
        for what in ("attention to padding", "MSE if attention is uniform, times as large"):
            assert (name, f"{model}: {what}") in checked
    # Two cores for less than a minute; what else the machine does must not matter.
    assert quick.seconds < 120


def test_quick_scores(quick: Quick) -> None:
    assert model_of(quick.tasks["echo"], "with attention")["mean"] >= 0.99
    assert model_of(quick.tasks["reverse"], "with attention")["mean"] >= 0.95
    simple = model_of(quick.tasks["fibonacci"], "without attention")
    attending = model_of(quick.tasks["fibonacci"], "with attention")
    assert (simple["parameters"], attending["parameters"]) == (11, 33)
    assert simple["mean"] <= 2.6e-5
    assert attending["mean"] <= 9.1e-6
    for task in ("fibonacci", "digits"):
        guess, *trained = (model["mean"] for model in quick.tasks[task]["models"])
        assert all(mse < guess / 3 for mse in trained)


@pytest.mark.parametrize(("task", "positions"), [("echo", [0, 1]), ("reverse", [2, 1, 0])])
def test_attention_looks_at_what_is_copied(quick: Quick, task: str, positions: list[int]) -> None:
    weights = np.array(quick.tasks[task]["attention"]["weights"])
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    assert weights[: len(positions)].argmax(axis=-1).tolist() == positions
    assert weights[range(len(positions)), positions].min() > 0.6


def test_spot_checks_are_ten_of_each(quick: Quick) -> None:
    for name, task in quick.tasks.items():
        assert len(task["examples"]) == 10, name
        for example in task["examples"]:
            assert set(example) == {"source", "expected", "predicted"}
    for example in quick.tasks["echo"]["examples"]:
        source = example["source"].split()
        assert example["expected"].split() == [*source[:2], "0", "0", "0"]


def test_pictures_are_written(quick: Quick) -> None:
    names = {"tasks.png", "tasks-echo.png", "tasks-reverse.png"}
    assert {path.name for path in quick.folder.iterdir()} == names
    for name in names:
        with Image.open(quick.folder / name) as picture:
            assert min(picture.size) > 200
        assert str(quick.folder / name) in quick.messages


def test_where_attention_goes_is_stated(quick: Quick) -> None:
    for bars in quick.tasks["digits"]["mean_attention"]:
        assert bars["informative"] == [1, 2, 3, 5, 6, 7]
        assert bars["share"] == pytest.approx(sum(bars["weights"][i] for i in bars["informative"]))
        assert sum(bars["weights"]) == pytest.approx(1, abs=1e-4)


def test_two_repeats_have_mean_deviation_and_both_runs() -> None:
    ended = nmt("tasks", "run", "fibonacci", "--epochs", 1, "--repeats", 2, "--seed", 5, "--json")
    assert ended.code == 0, "no score is asked of sizes that are not standard"
    (task,) = json.loads(ended.out)
    assert (task["options"]["epochs"], task["options"]["seed"]) == (1, 5)
    model = model_of(task, "with attention")
    scores = [trial["score"] for trial in model["runs"]]
    assert scores[0] != scores[1]
    assert model["mean"] == pytest.approx(np.mean(scores))
    assert model["standard_deviation"] == pytest.approx(np.std(scores, ddof=1))


def test_tables_show_ours_beside_the_published(capsys: pytest.CaptureFixture[str]) -> None:
    trials = (Trial(0.98, 2.0, (16, 32), (3.0, 2.0)), Trial(1.0, 4.0, (16, 32), (3.0, 1.0)))
    models = (ModelResult("with attention", 0.957, 1234, trials),)
    checks = (Check("exact match", 0.99, at_least=0.995), Check("padding", 0.0, at_most=0))
    print_result(TaskResult("echo", "exact match", models, checks, (Example("7 8 9", "7", "8"),)))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["with", "attention", "1,234", "99.0%", "1.4%", "95.7%", "32", "3.0"] in lines
    assert ["2", "100.0%"] in lines
    assert ["exact", "match", "0.99", "at", "least", "0.995", "NO"] in lines
    assert ["padding", "0", "at", "most", "0", "yes"] in lines
    assert ["7", "8", "9", "7", "8"] in lines


def test_same_seed_same_result() -> None:
    draw = echo.sequences(TINY)
    first, again = (learn(TINY, draw, "additive", seed=3) for _ in range(2))
    assert first.trial.losses == again.trial.losses
    assert (first.decoding.values == again.decoding.values).all()
    assert (first.decoding.attention == again.decoding.attention).all()


# Broken attention ---------------------------------------------------------------------------


def uniform(layer: Any, query: Any, keys: Any, memory: Any, mask: Any) -> Any:
    """All real positions get the same weight, whatever they hold."""
    return CALL(layer, query, keys * 0, memory, mask)


def no_mask(layer: Any, query: Any, keys: Any, memory: Any, mask: Any) -> Any:
    """Padding is attended to."""
    return CALL(layer, query, keys, memory, tf.ones_like(mask))


def shifted(layer: Any, query: Any, keys: Any, memory: Any, mask: Any) -> Any:
    """Each position gets the weight of the one before it; what is reported agrees."""
    _, weights = CALL(layer, query, keys, memory, mask)
    weights = tf.roll(weights, 1, axis=-1)
    return tf.matmul(weights, memory), weights


def reported_shifted(layer: Any, query: Any, keys: Any, memory: Any, mask: Any) -> Any:
    """The context is right; the weights that are reported are one position off."""
    context, weights = CALL(layer, query, keys, memory, mask)
    return context, tf.roll(weights, 1, axis=-1)


def context_shifted(layer: Any, query: Any, keys: Any, memory: Any, mask: Any) -> Any:
    """The weights that are reported are not those the context was made with."""
    _, weights = CALL(layer, query, keys, memory, mask)
    return tf.matmul(tf.roll(weights, 1, axis=-1), memory), weights


@pytest.mark.parametrize("broken", [uniform, no_mask, shifted])
def test_echo_notices_broken_attention(broken: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attention, "call", broken)
    learned = learn(TINY, echo.sequences(TINY), "additive", seed=1)
    failed = unmet(attention_checks([learned], np.arange(2), standard=broken is uniform))
    if broken is uniform:
        # However long it learns: one in five positions.
        assert failed["attention to the integer being copied"] == pytest.approx(1 / 5)
    else:
        assert failed


@pytest.mark.parametrize("broken", [uniform, no_mask, shifted, reported_shifted, context_shifted])
def test_fibonacci_notices_broken_attention(broken: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attention, "call", broken)
    options = FibonacciOptions(epochs=1)
    windows = fibonacci.make_windows(options)
    forecaster = partial(fibonacci.Forecaster, options, attention=True)
    assert_noticed(broken, forecaster, options, windows[:2], windows[2:])


@pytest.mark.parametrize("broken", [uniform, no_mask, shifted])
@pytest.mark.parametrize("kind", [digits.InputAttention, digits.StepAttention])
def test_digits_notice_broken_attention(
    kind: Callable[[DigitsOptions], Any], broken: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attention, "call", broken)
    options = DigitsOptions(units=16, pairs=640, batch_size=64, new=100)
    inputs, targets = digits.make_digits(options, seed=1)
    known, new = (inputs[:640], targets[:640]), (inputs[640:], targets[640:])
    assert_noticed(broken, partial(kind, options), options, known, new)


def assert_noticed(
    broken: Call,
    make: Callable[[], Any],
    options: FibonacciOptions | DigitsOptions,
    known: Any,
    new: Any,
) -> None:
    """Check what needs no learning; for uniform attention, that it is worth nothing."""
    how: Any = {"standard": broken is uniform, "seed": 1}
    failed = unmet(pooling.learn(make, options, known, new, **how).checks)
    if broken is uniform:
        assert failed == {"MSE if attention is uniform, times as large": pytest.approx(1)}
    else:
        assert failed


def unmet(checks: Sequence[Check]) -> dict[str, float]:
    return {check.what: check.value for check in checks if not check.met}


def test_broken_attention_ends_the_command_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attention, "call", no_mask)
    ended = nmt("tasks", "run", "fibonacci", "--epochs", 1)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith(
        "nmt: fibonacci: with attention: attention to padd"
    )


# The problems -------------------------------------------------------------------------------


def test_echo_repeats_the_first_integers_then_zeros() -> None:
    source, target = echo.sequences(SequenceOptions())(np.random.default_rng(1), 400)
    assert source.shape == target.shape == (400, 5)
    assert (source.min(), source.max()) == (0, 49)
    assert (target[:, :2] == source[:, :2]).all()
    assert (target[:, 2:] == 0).all()


def test_reverse_turns_the_first_integers_round() -> None:
    options = FULL["reverse"]
    assert isinstance(options, SequenceOptions)
    source, target = reverse.sequences(options)(np.random.default_rng(1), 400)
    assert (source.shape, target.shape) == ((400, 6), (400, 3))
    assert (source.min(), source.max()) == (1, 50)
    assert target[7].tolist() == source[7].tolist()[2::-1]


def test_fibonacci_windows_are_the_tutorials() -> None:
    """The tutorial's own way, with NumPy doubles: loop, scale, cut, permute with seed 13."""
    windows = fibonacci.make_windows(FibonacciOptions())
    before, last, sequence = 0.0, 1.0, np.zeros(1200)
    for i in range(1200):
        sequence[i] = before + last
        before, last = last, sequence[i]
    scaled = (sequence - sequence.min()) / (sequence.max() - sequence.min())
    cut = np.array([scaled[i : i + 20] for i in range(1180)])
    order = np.random.RandomState(seed=13).permutation(1180)
    np.testing.assert_allclose(windows.train[..., 0], cut[order[:826]], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(windows.test[..., 0], cut[order[826:]], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(windows.test_next, scaled[20:][order[826:]], rtol=1e-9)


def test_digits_are_two_numbers_and_what_lies_between_them() -> None:
    inputs, targets = digits.make_digits(DigitsOptions(pairs=500, new=100), seed=1)
    assert inputs.shape == (600, 10)
    for row, target in zip(inputs, targets, strict=True):
        text = "".join(map(str, row))
        assert target == pytest.approx(abs(int(text[1:4]) - int(text[5:8])) / 1000)


# What the tasks are made of -----------------------------------------------------------------


@pytest.mark.parametrize("attention", ["additive", "none", "local"])
def test_steps_decode_what_teacher_forcing_would(attention: str) -> None:
    keras.utils.set_random_seed(1)
    sizes = ModelOptions(attention=attention, embedding=8, encoder_units=6, decoder_layers=1,
                         decoder_units=12, dropout=0.0)  # fmt: skip
    model = Model(sizes, 12, 12)
    source = np.random.default_rng(1).integers(0, 11, (5, 7))
    found = decode(model, source, 4)
    before = np.pad(found.values, ((0, 0), (1, 0)), constant_values=START)[:, :-1]
    forced = model(source + 1, before + 1)
    # Id 0 is padding: no integer.
    assert (np.argmax(forced.logits[:, :, 1:], axis=-1) == found.values).all()
    np.testing.assert_allclose(forced.attention, found.attention, atol=1e-5)
    padded = decode(model, source, 4, padding=3)
    assert (padded.values == found.values).all()
    np.testing.assert_allclose(padded.attention[:, :, :7], found.attention, atol=1e-5)


def test_pooling_is_the_layer_tutorials_build_by_hand() -> None:
    keras.utils.set_random_seed(1)
    pooling = Pooling(steps=6, units=3, queries=2, sharpness=1.5)
    assert pooling.attention.count_params() == 2 * (3 + 6)
    kernel = pooling.attention.key_kernel.numpy() * 4
    pooling.attention.key_kernel.assign(kernel)
    memory = np.random.default_rng(1).normal(size=(2, 6, 3)).astype(np.float32)
    mask = np.array([[True] * 6, [True] * 4 + [False] * 2])
    context, weights = pooling(memory, mask)
    for row, (states, length) in enumerate(zip(memory, (6, 4), strict=True)):
        alphas = []
        for query in range(2):
            w, b = kernel[:3, query], kernel[3:, query]
            scores = np.array([1.5 * (w @ states[t] + b[t]) for t in range(length)])
            alphas.append(np.exp(scores) / np.exp(scores).sum())
        expected = np.concatenate([alpha @ states[:length] for alpha in alphas])
        np.testing.assert_allclose(context[row], expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(weights[row, :length], np.mean(alphas, axis=0), rtol=1e-5)
        assert (np.asarray(weights)[row, length:] == 0).all()


def test_a_check_knows_its_bounds() -> None:
    assert Check("a", 0.5, at_least=0.5).met
    assert not Check("a", 0.4, at_least=0.5).met
    assert not Check("a", 0.6, at_most=0.5).met
    assert not Check("a", float("nan"), at_most=0.5).met
    assert Check("a", 0.6, at_most=2.6e-5).bound == "at most 2.6e-05"


def test_alignment_is_the_mean_weight_on_the_copied_positions() -> None:
    found = decode_like(np.array([[[0.7, 0.3], [0.2, 0.8]], [[0.9, 0.1], [0.5, 0.5]]]))
    assert alignment(found, np.array([0, 1])) == pytest.approx((0.7 + 0.8 + 0.9 + 0.5) / 4)
    assert alignment(found, np.array([1, 0])) == pytest.approx((0.3 + 0.2 + 0.1 + 0.5) / 4)


def decode_like(attention: np.ndarray) -> Any:
    return Decoding(np.zeros(attention.shape[:2]), attention)


# The command line ---------------------------------------------------------------------------


def test_tasks_lists_them_without_tensorflow() -> None:
    code = (
        "import sys; sys.argv = ['nmt', 'tasks']\n"
        "from nmt.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *lines, heavy = run.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["echo", "reverse", "fibonacci", "digits"]
    assert heavy == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("bubble", "no task 'bubble'; choose one of echo, reverse, fibonacci, digits or all"),
        ("echo --length 1", "--length is 1, shorter than the 2 integers of --output"),
        ("reverse --length 2", "--length is 2, shorter than the 3 integers of --output"),
        ("echo --cardinality 1", "--cardinality is 1; it must be at least 2"),
        ("echo --output 0", "--output is 0; it must be at least 1"),
        ("echo --units 7", "--units is 7; it must be even"),
        ("echo --pairs 3", "--pairs is 3, less than one batch of 16"),
        ("echo --attention none", "--attention is 'none'; choose one of additive"),
        ("echo --learning-rate 2", "--learning-rate is 2.0; it must lie between 0 and 1"),
        ("echo --epochs 3", "echo has no --epochs"),
        ("fibonacci --cardinality 9", "fibonacci has no --cardinality"),
        ("fibonacci --numbers 25", "--numbers is 25; it must be at least --length + 10, 30"),
        ("fibonacci --batch-size 900", "--batch-size is 900, more than the 826 windows"),
        ("fibonacci --length 1", "--length is 1; it must be at least 2"),
        ("digits --length 7", "--length is 7; it must be at least 8"),
        ("digits --batch-size 0", "--batch-size is 0; it must be at least 1"),
        ("digits --pairs 9", "--pairs is 9, less than one batch of 128"),
        ("all --length 9", "--length sets a size of one task"),
        ("all --repeats 0", "--repeats is 0; it must be at least 1"),
        ("all --seed -1", "--seed is -1; it must be from 0 to 2,147,483,647"),
        ("echo --plot tasks.svg", "tasks.svg: pictures are written as PNG"),
        ("echo --plot nowhere/tasks.png", "nowhere/tasks.png: there is no folder nowhere"),
    ],
)
def test_bad_input_is_one_line_and_2(
    arguments: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = nmt("tasks", "run", *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert said in ended.err


def test_pictures_are_not_overwritten_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks-echo.png").write_bytes(b"mine")
    ended = nmt("tasks", "run", "echo", "--plot", "tasks.png")
    assert ended.code == 2
    assert "tasks-echo.png exists" in ended.err
    assert (tmp_path / "tasks-echo.png").read_bytes() == b"mine"


def test_only_the_published_sizes_are_held_to_the_published_scores() -> None:
    assert is_standard("echo", task_options("echo", seed=9))
    assert is_standard("echo", task_options("echo", quick=True))
    assert not is_standard("echo", task_options("echo", length=20, output=8))
    with pytest.raises(InputError, match="no task 'sort'"):
        task_options("sort")
    with pytest.raises(InputError, match="no task 'sort'"):
        run_task("sort", TINY)
