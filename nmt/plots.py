"""Pictures: training curves, and attention as a heat map whose labels show Devanagari.

matplotlib shapes text (conjuncts, vowel signs before their consonant) since 3.11; the font comes
with this package, so a picture never depends on what the machine has installed.
"""

import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from nmt.files import check_png, replacing

FONT = Path(__file__).parent / "fonts" / "NotoSansDevanagari-Regular.ttf"
# Devanagari first: it has ZWJ, ZWNJ, digits and punctuation, so that no cluster is torn between
# two fonts. DejaVu, part of matplotlib, has Latin, Greek, Cyrillic and signs.
FAMILIES = ["Noto Sans Devanagari", "DejaVu Sans"]

DPI = 150
CELL = 0.34  # inches a piece: room for a label of LABEL_SIZE points with signs above and below
LABEL_SIZE = 11
LEAST_SIDE = 1.6  # inches: a picture of one or two pieces still holds its axis labels
BAR = 3.4  # inches: the colour bar grows no longer than this
BLUE, ORANGE, GREY, LIGHT = "#2b6cb0", "#dd6b20", "#718096", "#e2e8f0"


def draw_curves(history: pd.DataFrame, path: Path) -> None:
    """Draw loss and validation scores against training time; write the PNG `path`.

    `history` has one row an epoch: epoch, minutes (since the start of training), loss and
    valid_loss (nats a target piece), bleu and chrf (0 to 100). NaN leaves a gap. The epoch of the
    best validation BLEU is marked. Raises `InputError` and `WorkError` as `save_picture` does.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, scores = figure.subplots(1, 2)
    _draw_lines(losses, history, {"loss": "training", "valid_loss": "validation"})
    losses.set_ylabel("loss (nats per target piece)")
    _draw_lines(scores, history, {"bleu": "BLEU", "chrf": "chrF2"})
    scores.set_ylabel("validation score (0 to 100)")
    scores.set_ylim(bottom=0)
    if history["bleu"].notna().any():
        best = history[history["bleu"] == history["bleu"].max()].iloc[-1]
        for axes in (losses, scores):
            axes.axvline(best["minutes"], color=GREY, linestyle=":", linewidth=1.2, zorder=1)
        label = f"best: epoch {best['epoch']:.0f}, BLEU {best['bleu']:.1f}"
        scores.plot(
            [best["minutes"]], [best["bleu"]], "*", color=BLUE, markersize=13, label=label, zorder=4
        )
    for axes in (losses, scores):
        axes.set_xlim(left=0)
        finish_axes(axes)
    save_picture(figure, path)


def draw_attention(
    weights: np.ndarray, src_pieces: Sequence[str], trg_pieces: Sequence[str], path: Path
) -> None:
    """Draw which source pieces each target piece was made from; write the PNG `path`.

    `weights` are probabilities, [trg_len, src_len]; each row belongs to one target piece. The
    picture grows with the sentences. Raises `InputError` and `WorkError` as `save_picture` does.
    """
    trg_len, src_len = len(trg_pieces), len(src_pieces)
    if weights.shape != (trg_len, src_len):
        raise ValueError(f"weights are {weights.shape}, the pieces {(trg_len, src_len)}")
    width, height = max(CELL * src_len, LEAST_SIDE), max(CELL * trg_len, LEAST_SIDE)
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    image = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    style: dict[str, Any] = {"family": _families(), "fontsize": LABEL_SIZE, "parse_math": False}
    axes.set_xticks(
        range(src_len), _labels(src_pieces), rotation=60, ha="left", rotation_mode="anchor", **style
    )
    axes.set_yticks(range(trg_len), _labels(trg_pieces), **style)
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("source", color=GREY)
    axes.set_ylabel("target", color=GREY)
    _draw_grid(axes, trg_len, src_len)
    length = min(1, BAR / height)
    bar = axes.inset_axes((1 + 0.25 / width, 1 - length, 0.12 / width, length))
    figure.colorbar(image, cax=bar, label="attention weight").outline.set_visible(False)
    save_picture(figure, path)


def finish_axes(axes: Axes, *, grid: bool = True) -> None:
    """Give the axes of curves or bars their legend, and the looks that all of them share."""
    if grid:
        axes.grid(color=LIGHT)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(edgecolor="none", framealpha=0.9)


def save_picture(figure: Figure, path: Path) -> None:
    """Write the figure as the PNG `path`.

    Raises `InputError` when `path` cannot be written or does not end in .png, `WorkError` when the
    disk is full; what stood there before is then still there.
    """
    check_png(path)
    with replacing(path) as part, warnings.catch_warnings():
        # A rare sign that no font has is drawn as a placeholder; that is no news to the user.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(part, format="png", dpi=DPI, bbox_inches="tight", pad_inches=0.15)


def _draw_lines(axes: Axes, history: pd.DataFrame, columns: dict[str, str]) -> None:
    for (column, label), color in zip(columns.items(), (BLUE, ORANGE), strict=True):
        axes.plot(history["minutes"], history[column], ".-", color=color, label=label, markersize=5)
    axes.set_xlabel("training time (minutes)")


def _draw_grid(axes: Axes, trg_len: int, src_len: int) -> None:
    """Draw thin lines between the cells, so that a long row can be followed to its label."""
    axes.set_xticks(np.arange(src_len + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(trg_len + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=LIGHT, linewidth=0.8)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)


def _labels(pieces: Sequence[str]) -> list[str]:
    # SentencePiece's ▁ begins a word; drawn as it is, the bars outweigh the letters
    return [piece.replace("▁", "·") for piece in pieces]


@cache
def _families() -> list[str]:
    """Make the package's font known to matplotlib, once; return the families in fallback order."""
    fontManager.addfont(FONT)
    return FAMILIES
