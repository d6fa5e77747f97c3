"""What a run measured after each epoch: which was the best, and whether it still improves."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from nmt.plots import draw_curves

Row = dict[str, float]
"""`epoch`, `minutes` since the start, `steps`, `loss` and `valid_loss` (nats a target piece),
`bleu` and `chrf` of the valid part (0 to 100), `trg_tokens_per_second`"""


def best_row(history: Sequence[Row]) -> Row | None:
    """Return the row of the best validation BLEU, of equal ones the last; None without rows.

    The last, because BLEU is 0 for some epochs at first while everything else improves.
    """
    return max(reversed(history), key=lambda row: row["bleu"], default=None)


def improving(history: Sequence[Row], patience: int) -> bool:
    """Return whether BLEU or chrF2 had its best value within the last `patience` epochs."""
    recent = len(history) - patience
    return recent <= 0 or any(
        max(row[metric] for row in history[recent:]) > max(row[metric] for row in history[:recent])
        for metric in ("bleu", "chrf")
    )


def history_files(history: Sequence[Row]) -> dict[str, bytes]:
    """Return `history.csv` and `curve.png`; nothing before the first row."""
    if not history:
        return {}
    table = pd.DataFrame(history)
    with tempfile.TemporaryDirectory() as folder:
        draw_curves(table, Path(folder, "curve.png"))
        curve = Path(folder, "curve.png").read_bytes()
    return {"history.csv": table.to_csv(index=False).encode(), "curve.png": curve}
