"""`nmt tasks`: small made-up problems that show in seconds whether attention works."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nmt.cli.options import Overwrite, examples
from nmt.config import ATTENTIONS
from nmt.errors import InputError, WorkError
from nmt.files import check_picture
from nmt.tasks import run_task
from nmt.tasks.options import TASKS, TaskOptions, task_options

if TYPE_CHECKING:
    from nmt.tasks.result import TaskResult

SIZES = "Sizes of one task"
SCORES = ", ".join(kind for kind in ATTENTIONS if kind != "none")

tasks = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="markdown",
    epilog=examples("nmt tasks", "nmt tasks run all --repeats 10 --plot tasks.png"),
)


def _size(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel=SIZES)


@tasks.callback()
def show(ctx: typer.Context) -> None:
    """Synthetic tasks that show whether encoder, decoder and attention work; lists them."""
    if ctx.invoked_subcommand is None:
        for name, text in TASKS.items():
            print(f"{name:<10} {text}")


@tasks.command(
    epilog=examples(
        "nmt tasks run echo --length 20 --output 8",
        "nmt tasks run all --repeats 10 --plot tasks.png",
    )
)
def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help=f"{', '.join(TASKS)} or all.")],
    repeats: Annotated[int, typer.Option(help="Train this often, each time with new seeds.")] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes, some seconds a task.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw losses and attention as PNG; heat maps beside it.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of tables.")] = False,
    seed: Annotated[int | None, typer.Option(help="Same seed, same results.")] = None,
    length: Annotated[int | None, _size("Length of a source (all).")] = None,
    output: Annotated[int | None, _size("Integers to copy (echo, reverse).")] = None,
    cardinality: Annotated[int | None, _size("Kinds of integers (echo, reverse).")] = None,
    attention: Annotated[str | None, _size(f"{SCORES} (echo, reverse).")] = None,
    units: Annotated[int | None, _size("Units of recurrent layers (all).")] = None,
    embedding: Annotated[int | None, _size("Size of embeddings (echo, reverse).")] = None,
    queries: Annotated[int | None, _size("Attention distributions of the LSTM (digits).")] = None,
    numbers: Annotated[int | None, _size("Length of the whole sequence (fibonacci).")] = None,
    pairs: Annotated[int | None, _size("Training sequences (all but fibonacci).")] = None,
    tutorial_pairs: Annotated[
        int | None, _size("The same for the tutorial's model; 0: leave it out (reverse).")
    ] = None,
    new: Annotated[int | None, _size("Test sequences (all but fibonacci).")] = None,
    epochs: Annotated[int | None, _size("Times over the sequences (fibonacci, digits).")] = None,
    batch_size: Annotated[int | None, _size("Sequences a step (all).")] = None,
    learning_rate: Annotated[float | None, _size("At its highest (all).")] = None,
) -> None:
    """Train and measure a task, or all, beside the published figures.

    Exit code 1 if a check fails: at the sizes of `--quick` and at those of the tutorials, scores
    must be reached; at any size, attention must leave padding alone.
    """
    own = ("name", "repeats", "quick", "plot", "overwrite", "as_json", "seed")
    sizes = {key: value for key, value in ctx.params.items() if key not in own}
    names = list(TASKS) if name == "all" else [name]
    given = [key for key, value in sizes.items() if value is not None]
    if name == "all" and given:
        option = given[0].replace("_", "-")
        raise InputError(f"--{option} sets a size of one task: name the task in place of all")
    chosen = {each: task_options(each, quick=quick, seed=seed, **sizes) for each in names}
    if plot:
        _check_pictures(plot, names, overwrite)
    if repeats < 1:
        raise InputError(f"--repeats is {repeats}; it must be at least 1")

    # TensorFlow reads it as it is loaded. Steps of such sizes take longer when threads share them.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    results = [_run(each, options, repeats, as_json) for each, options in chosen.items()]
    if as_json:
        _print_json(results, list(chosen.values()))
    if plot:
        _draw(results, plot)
    _judge(results)


def _run(name: str, options: TaskOptions, repeats: int, silent: bool) -> TaskResult:
    from nmt.tables import message
    from nmt.tasks.report import print_result

    message(f"{name}: {TASKS[name]}")
    result = run_task(name, options, repeats)
    if not silent:
        print_result(result)
    return result


def _print_json(results: list[TaskResult], options: list[TaskOptions]) -> None:
    from nmt.tasks.report import plain

    rows = [plain(result, each) for result, each in zip(results, options, strict=True)]
    print(json.dumps(rows, ensure_ascii=False, indent=2))


def _check_pictures(plot: Path, names: list[str], overwrite: bool) -> None:
    """Refuse a place for pictures before the time is spent on training."""
    heat_maps = [plot.with_name(f"{plot.stem}-{name}{plot.suffix}") for name in names]
    for path in (plot, *heat_maps):
        check_picture(path, overwrite)


def _draw(results: list[TaskResult], plot: Path) -> None:
    from nmt.tables import message
    from nmt.tasks.pictures import draw_tasks

    for path in draw_tasks(results, plot):
        message(f"a picture is in {path}")


def _judge(results: list[TaskResult]) -> None:
    failed = [
        f"{result.name}: {check.what} is {check.value:.3g}, must be {check.bound}"
        for result in results
        for check in result.checks
        if not check.met
    ]
    if failed:
        raise WorkError("; ".join(failed))
