"""Pictures of the synthetic tasks: losses, attention a position, attention of one sequence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from nmt.plots import BLUE, GREY, ORANGE, draw_attention, finish_axes, save_picture
from nmt.tasks.result import Bars, ModelResult, TaskResult

POINTS = 60
"""Points of a curve; each is the mean of the losses around it."""


def draw_tasks(results: Sequence[TaskResult], path: Path) -> list[Path]:
    """Write the PNG `path` with all curves and bars, and a heat map a task beside it.

    The heat maps of `tasks.png` are called `tasks-echo.png` and `tasks-reverse.png`. Returns the
    files written. Raises `InputError` and `WorkError` as `nmt.plots.save_picture` does.
    """
    bars = [(result, each) for result in results for each in result.bars]
    count = len(results) + len(bars)
    columns = min(2, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(5.5 * columns, 3.6 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).flatten()
    for axes, result in zip(grid, results, strict=False):
        _draw_losses(axes, result)
    for axes, (result, each) in zip(grid[len(results) :], bars, strict=False):
        _draw_bars(axes, result, each)
    for axes in grid[count:]:
        axes.set_axis_off()
    save_picture(figure, path)
    written = [path]
    for result in results:
        if result.heat_map:
            written.append(path.with_name(f"{path.stem}-{result.name}{path.suffix}"))
            shown = result.heat_map
            draw_attention(shown.weights, shown.source, shown.target, written[-1])
    return written


def _draw_losses(axes: Axes, result: TaskResult) -> None:
    """Draw the mean over repeats of each model's loss, in a band from the least to the most."""
    trained = [model for model in result.models if model.trials[0].losses]
    for model, color in zip(trained, (ORANGE, BLUE)[-len(trained) :], strict=True):
        seen, losses = _curves(model)
        axes.fill_between(seen, losses.min(0), losses.max(0), color=color, alpha=0.15, linewidth=0)
        axes.plot(seen, losses.mean(axis=0), color=color, label=model.name)
    repeats = len(trained[-1].trials)
    axes.set_title(f"{result.name}, mean of {repeats} runs" if repeats > 1 else result.name)
    axes.set_yscale("log")
    axes.set_xlabel("training sequences seen")
    axes.set_ylabel("loss (nats an integer)" if result.heat_map else "loss (MSE)")
    finish_axes(axes)


def _curves(model: ModelResult) -> tuple[np.ndarray, np.ndarray]:
    """Return points `[points]` and the losses there, `[repeats, points]`, smoothed."""
    seen = np.array(model.trials[0].seen)
    losses = np.array([trial.losses for trial in model.trials])
    parts = np.array_split(np.arange(len(seen)), min(POINTS, len(seen)))
    points = np.array([seen[part].mean() for part in parts])
    return points, np.stack([losses[:, part].mean(axis=1) for part in parts], axis=1)


def _draw_bars(axes: Axes, result: TaskResult, bars: Bars) -> None:
    """Draw the mean attention of each position; those that decide the answer in colour."""
    count = len(bars.weights)
    colors = [BLUE if i in bars.informative else GREY for i in range(count)]
    axes.bar(range(count), bars.weights, color=colors)
    axes.axhline(1 / count, color=ORANGE, linestyle=":", label="uniform attention")
    axes.set_title(
        f"{result.name}: {bars.title}\n{bars.share:.1%} on the {len(bars.informative)} that decide "
        f"(blue; uniform {bars.uniform:.0%})",
        fontsize="medium",
    )
    axes.set_xticks(range(count))
    axes.set_xlabel("position")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_ylabel("mean attention")
    finish_axes(axes, grid=False)
