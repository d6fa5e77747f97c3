"""Pictures: their labels against Pillow's own text shaping, their sizes, how they are written."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont, features

from nmt.errors import InputError, WorkError
from nmt.plots import CELL, DPI, FONT, LABEL_SIZE, LEAST_SIDE, draw_attention, draw_curves

Grey = np.ndarray


def grey(path: Path) -> Grey:
    return np.asarray(Image.open(path).convert("L")).astype(float)


def cropped(picture: Grey) -> Grey:
    """Return the part of a picture that is not white."""
    rows, columns = np.nonzero(picture < 128)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def drawn_label(text: str, folder: Path) -> Grey:
    """Return the label of the only target piece, cut out of an empty attention picture."""
    path = folder / "label.png"
    draw_attention(np.zeros((1, 1)), [" "], [text], path)
    picture = grey(path)
    # "target" is written left of the label in a lighter grey than any stroke of the label
    left = picture[:, : -int((LEAST_SIDE + 0.4) * DPI)]
    return cropped(np.where(left < 90, left, 255))


def pillow_label(text: str, layout: ImageFont.Layout) -> Grey:
    font = ImageFont.truetype(str(FONT), LABEL_SIZE * DPI / 72, layout_engine=layout)
    image = Image.new("L", (600, 100), 255)
    ImageDraw.Draw(image).text((100, 20), text, font=font, fill=0)
    return cropped(np.asarray(image).astype(float))


def likeness(one: Grey, other: Grey) -> float:
    """Return the correlation of two pictures, the second stretched to the size of the first."""
    stretched = Image.fromarray(other.astype(np.uint8)).resize(one.shape[::-1])
    return float(np.corrcoef(one.ravel(), np.asarray(stretched).astype(float).ravel())[0, 1])


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow cannot shape text")
@pytest.mark.parametrize("word", ["हिंदी", "क्षत्रिय", "सुर्‍या", "किल्ल्यांवर", "ऑफिस", "ज्ञानेश्वर"])
def test_devanagari_is_drawn_as_another_shaper_draws_it(word: str, tmp_path: Path) -> None:
    drawn = drawn_label(word, tmp_path)
    shaped = pillow_label(word, ImageFont.Layout.RAQM)
    assert np.abs(np.subtract(drawn.shape, shaped.shape)).max() <= 3
    assert likeness(drawn, shaped) > 0.75
    assert likeness(drawn, pillow_label(word, ImageFont.Layout.BASIC)) < 0.65


def test_the_font_has_all_signs_of_modern_devanagari_and_its_licence() -> None:
    signs = set(FT2Font(FONT).get_charmap())
    assert signs.issuperset(range(0x900, 0x980))
    assert signs.issuperset(map(ord, "\u200c\u200d\u25cc.,?!'\"-0123456789‘’“”"))
    assert FONT.stat().st_size < 400_000
    assert "SIL OPEN FONT LICENSE" in FONT.with_name("OFL.txt").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("error")
def test_no_sign_makes_a_warning(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    src = ["▁tea", "é", "<", "$5$", "😀", "中", "\U000e0001"]
    trg = ["▁चहा", "्या", "ी", "</s>", "₹५", ""]
    draw_attention(np.full((6, 7), 1 / 7), src, trg, tmp_path / "a.png")
    assert not list(recwarn)
    assert capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("error")
def test_devanagari_latin_and_the_word_mark_need_no_placeholder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # without the filter that the package sets, a missing glyph would be an error here
    monkeypatch.setattr(warnings, "filterwarnings", lambda *_, **__: None)
    draw_attention(np.eye(2), ["▁drink", "ing."], ["▁प्यायला", "र्‍य"], tmp_path / "a.png")


def test_the_attention_picture_grows_with_the_sentences(tmp_path: Path) -> None:
    def shape(trg_len: int, src_len: int) -> np.ndarray:
        path = tmp_path / "a.png"
        draw_attention(np.zeros((trg_len, src_len)), ["a"] * src_len, ["b"] * trg_len, path)
        return np.array(grey(path).shape)

    added = shape(42, 60) - shape(12, 20)
    assert added == pytest.approx(np.array([30, 40]) * CELL * DPI, abs=3)
    assert (shape(1, 1) > LEAST_SIDE * DPI).all()


def test_the_darkest_cell_is_the_heaviest(tmp_path: Path) -> None:
    weights = np.zeros((6, 8))
    weights[5, 6] = 1
    path = tmp_path / "a.png"
    draw_attention(weights, list("abcdefgh"), list("uvwxyz"), path)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    # the navy that ends matplotlib's "Blues"; the colour bar ends in it too, in thinner lines
    rows, columns = np.nonzero(np.abs(pixels - (8, 48, 107)).sum(axis=2) < 6)
    assert len(rows) == pytest.approx((CELL * DPI) ** 2, rel=0.1)
    height, width = pixels.shape[:2]
    assert np.median(rows) / height > 0.7
    assert 0.6 < np.median(columns) / width < 0.9


def test_weights_that_do_not_fit_the_pieces_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(3, 2\)"):
        draw_attention(np.zeros((2, 3)), ["a", "b"], ["x", "y", "z"], tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def history(epochs: int) -> pd.DataFrame:
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {
            "epoch": epoch,
            "minutes": epoch * 1.5,
            "loss": 5 / epoch,
            "valid_loss": 6 / epoch,
            "bleu": 30 - (epoch - 4.0) ** 2,
            "chrf": 50 - (epoch - 4.0) ** 2,
        }
    )


def test_curves_are_a_png_of_two_panels(tmp_path: Path) -> None:
    path = tmp_path / "curves.png"
    draw_curves(history(8), path)
    picture = grey(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert picture.shape == pytest.approx((4 * DPI, 10 * DPI), rel=0.08)
    assert [p.name for p in tmp_path.iterdir()] == ["curves.png"]


def test_the_best_epoch_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    save = Figure.savefig

    def savefig(figure: Figure, *args: Any, **kwargs: Any) -> None:
        drawn.append(figure)
        save(figure, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", savefig)
    draw_curves(history(8), tmp_path / "curves.png")
    losses, scores = drawn[0].axes
    assert scores.get_legend().get_texts()[-1].get_text() == "best: epoch 4, BLEU 30.0"
    assert [list(line.get_xdata()) for line in losses.lines[2:]] == [[6, 6]]
    assert [list(line.get_xydata()[0]) for line in scores.lines[3:]] == [[6, 30]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("epochs", [0, 1])
def test_a_run_without_scores_still_has_its_picture(tmp_path: Path, epochs: int) -> None:
    draw_curves(history(epochs).assign(bleu=np.nan, chrf=np.nan), tmp_path / "curves.png")
    assert grey(tmp_path / "curves.png").size


def test_bad_names_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for name, message in [
        ("curves.svg", r"curves\.svg.*\.png"),
        ("nowhere/curves.png", "cannot be written"),
        ("folder.png", "cannot be written"),
    ]:
        with pytest.raises(InputError, match=message):
            draw_curves(history(2), tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.png"]


def test_a_full_disk_keeps_the_old_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "curves.png"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WorkError, match="No space left"):
        draw_curves(history(2), path)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
