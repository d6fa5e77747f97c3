"""The tables and the JSON of the synthetic tasks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from nmt.tables import print_table
from nmt.tasks.options import TaskOptions
from nmt.tasks.result import Bars, ModelResult, TaskResult


def print_result(result: TaskResult) -> None:
    """Print a task's tables to stdout: models, every run if there are several, checks, examples."""
    rows = [_summary(model, result.metric) for model in result.models]
    print_table(pd.DataFrame(rows), f"{result.name}: {result.metric} on sequences never seen")
    trained = [model for model in result.models if len(model.trials) > 1]
    if trained:
        runs = {
            model.name: [_score(score, result.metric) for score in model.scores]
            for model in trained
        }
        numbers = [str(i + 1) for i in range(len(trained[0].trials))]
        print_table(pd.DataFrame({"run": numbers, **runs}), f"{result.name}: every run")
    if result.bars:
        shares = [_shares(bars) for bars in result.bars]
        columns = ["model", "positions that decide", "their share of attention", "if uniform"]
        print_table(pd.DataFrame(shares, columns=columns), f"{result.name}: where attention goes")
    checks = [
        (check.what, f"{check.value:.3g}", check.bound, "yes" if check.met else "NO")
        for check in result.checks
    ]
    columns = ["what", "measured", "must be", "is it"]
    print_table(pd.DataFrame(checks, columns=columns), f"{result.name}: checks")
    print_table(pd.DataFrame(map(asdict, result.examples)), f"{result.name}: spot checks")


def plain(result: TaskResult, options: TaskOptions) -> dict[str, Any]:
    """Return all that was found, and the sizes it was found with, as values JSON can hold."""
    heat = result.heat_map
    return {
        "task": result.name,
        "options": asdict(options),
        "metric": result.metric,
        "models": [
            {
                "name": model.name,
                "published": model.published,
                "parameters": model.parameters,
                "mean": float(model.scores.mean()),
                "standard_deviation": _deviation(model),
                "runs": [asdict(trial) for trial in model.trials],
            }
            for model in result.models
        ],
        "checks": [
            {"what": c.what, "value": c.value, "must_be": c.bound, "met": c.met}
            for c in result.checks
        ],
        "examples": [asdict(example) for example in result.examples],
        "attention": heat and {**asdict(heat), "weights": heat.weights.tolist()},
        "mean_attention": [
            {**asdict(bars), "weights": bars.weights.tolist(), "share": bars.share}
            for bars in result.bars
        ],
    }


def _summary(model: ModelResult, metric: str) -> dict[str, str]:
    deviation = _deviation(model)
    return {
        "model": model.name,
        "parameters": f"{model.parameters:,}" if model.parameters else "–",
        "ours": _score(float(model.scores.mean()), metric),
        "± (sd)": "–" if deviation is None else _score(deviation, metric),
        "published": "–" if model.published is None else _score(model.published, metric),
        "seen": f"{model.trials[0].seen[-1]:,}" if model.trials[0].seen else "–",
        "seconds": f"{model.seconds:.1f}" if model.seconds else "–",
    }


def _deviation(model: ModelResult) -> float | None:
    """Return the sample standard deviation over repeats; None for one run."""
    return float(model.scores.std(ddof=1)) if len(model.trials) > 1 else None


def _score(score: float, metric: str) -> str:
    return f"{score:.1%}" if metric == "exact match" else f"{score:.1e}"


def _shares(bars: Bars) -> tuple[str, str, str, str]:
    positions = ", ".join(map(str, bars.informative))
    return bars.title, positions, f"{bars.share:.1%}", f"{bars.uniform:.1%}"
