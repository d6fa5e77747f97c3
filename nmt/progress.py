"""What is shown of a training run while it works: a bar, and a line after each epoch."""

from __future__ import annotations

from typing import Any

from tqdm import tqdm

from nmt.history import Row


def training_bar(epoch: int, epochs: int, pairs: int) -> tqdm[Any]:
    """Return the bar of a run of `epochs` over so many `pairs`, at the start of an epoch."""
    return tqdm(
        desc=f"epoch {epoch}/{epochs}",
        total=pairs * epochs,
        initial=pairs * (epoch - 1),
        leave=False,
        disable=None,
        bar_format="{desc} {percentage:3.0f}%|{bar}| {postfix}, {remaining} left",
    )


def epoch_line(row: Row, epochs: int) -> str:
    """Return what is shown of an epoch of `epochs`."""
    return (
        f"epoch {row['epoch']:.0f}/{epochs} · {row['minutes']:.1f} min · "
        f"loss {row['loss']:.3f} · {row['trg_tokens_per_second']:,.0f} trg tokens/s · valid "
        f"loss {row['valid_loss']:.3f} · BLEU {row['bleu']:.1f} · chrF2 {row['chrf']:.1f}"
    )
