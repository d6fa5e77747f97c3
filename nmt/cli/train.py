"""`nmt train`: from a corpus to a translator."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from nmt.cli.options import LANGUAGES, MODEL, TRAINING, Columns, Overwrite, Profile, Src, Trg
from nmt.config import ATTENTIONS, CELLS, PRESETS, Config, preset
from nmt.errors import InputError
from nmt.languages import language_options


def _option(part: str, name: str, text: str, panel: str) -> Any:
    default = getattr(getattr(Config(), part), name)
    shown = "no limit" if default is None else default
    return typer.Option(help=f"{text} [base: {shown}]", rich_help_panel=panel)


def _model(name: str, text: str) -> Any:
    return _option("model", name, text, MODEL)


def _training(name: str, text: str) -> Any:
    return _option("training", name, text, TRAINING)


_vocab = _option("subword", "vocab_size", "Pieces a side.", MODEL)
_sampling = _option("subword", "sampling", "Alpha of sampling source pieces; 0: none.", TRAINING)
_trg_sampling = _option("subword", "trg_sampling", "The same for target pieces.", TRAINING)
_trg_sampling_until = _option(
    "subword", "trg_sampling_until", "Share of the epochs that sample them.", TRAINING
)


def train(
    ctx: typer.Context,
    corpus: Annotated[Path, typer.Option(help="Tab-separated sentence pairs, plain or .gz.")],
    output: Annotated[
        Path | None, typer.Option(help="Folder of the model. [default: models/SRC-TRG]")
    ] = None,
    preset_name: Annotated[
        str, typer.Option("--preset", help=f"{', '.join(PRESETS)}: the options not given.")
    ] = "base",
    ensemble: Annotated[
        int,
        typer.Option(min=1, max=20, help="Train this many seeds, into OUTPUT-1, OUTPUT-2, …"),
    ] = 1,
    start_from: Annotated[
        Path | None, typer.Option(help="Begin with this model's pieces and weights.")
    ] = None,
    overwrite: Overwrite = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
    src: Src = "eng",
    trg: Trg = "mar",
    direction: Annotated[
        str | None,
        typer.Option(help="Both at once: mar-eng trains the other way.", rich_help_panel=LANGUAGES),
    ] = None,
    columns: Columns = None,
    profile: Profile = "standard",
    attention: Annotated[str | None, _model("attention", f"{', '.join(ATTENTIONS)}.")] = None,
    cell: Annotated[str | None, _model("cell", f"{' or '.join(CELLS)}.")] = None,
    vocab_size: Annotated[int | None, _vocab] = None,
    embedding: Annotated[int | None, _model("embedding", "Size of embeddings.")] = None,
    encoder_layers: Annotated[int | None, _model("encoder_layers", "Encoder layers.")] = None,
    encoder_units: Annotated[int | None, _model("encoder_units", "Units a direction.")] = None,
    decoder_layers: Annotated[int | None, _model("decoder_layers", "Decoder layers.")] = None,
    decoder_units: Annotated[int | None, _model("decoder_units", "Units of a layer.")] = None,
    tied: Annotated[
        bool | None,
        typer.Option(
            "--tied/--untied",
            help="Output reads the embedding. [base: tied]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    window: Annotated[int | None, _model("window", "Half-width of local attention.")] = None,
    minutes: Annotated[float | None, _training("minutes", "Wall time at most.")] = None,
    epochs: Annotated[int | None, _training("epochs", "Times over the corpus, at most.")] = None,
    patience: Annotated[
        int | None, _training("patience", "Epochs without improvement before stopping.")
    ] = None,
    seed: Annotated[int | None, _training("seed", "Same seed, same model.")] = None,
    dropout: Annotated[float | None, _model("dropout", "Share of units dropped.")] = None,
    dropout_epochs: Annotated[
        int | None, _training("dropout_epochs", "Plans of fewer epochs drop less.")
    ] = None,
    sampling: Annotated[float | None, _sampling] = None,
    trg_sampling: Annotated[float | None, _trg_sampling] = None,
    trg_sampling_until: Annotated[float | None, _trg_sampling_until] = None,
    unpunctuated: Annotated[
        float | None, _training("unpunctuated", "Share of sources without final stop.")
    ] = None,
    joined: Annotated[
        float | None, _training("joined", "Share of pairs read together with another.")
    ] = None,
    batch_tokens: Annotated[int | None, _training("batch_tokens", "Pieces a batch.")] = None,
    learning_rate: Annotated[float | None, _training("learning_rate", "At its highest.")] = None,
    warmup: Annotated[int | None, _training("warmup", "Steps until then.")] = None,
    clip_norm: Annotated[float | None, _training("clip_norm", "Largest gradient norm.")] = None,
    label_smoothing: Annotated[
        float | None, _training("label_smoothing", "Probability spread over all pieces.")
    ] = None,
    averaging: Annotated[
        float | None, _training("averaging", "Decay of the weights' moving average.")
    ] = None,
    risk_from: Annotated[
        float | None,
        _training("risk_from", "Share of the epochs before those of minimum risk; 1: none."),
    ] = None,
) -> None:
    """Train a translator; the folder it writes is all that translating needs."""
    languages = language_options(src, trg, direction=direction, columns=columns, profile=profile)
    config = dataclasses.replace(preset(preset_name), languages=languages).override(**ctx.params)
    folder = output or Path("models") / f"{languages.src}-{languages.trg}"

    members = {folder: config}
    if ensemble > 1:
        members = {
            folder.with_name(f"{folder.name}-{number}"): config.override(
                seed=config.training.seed + number - 1
            )
            for number in range(1, ensemble + 1)
        }
    _train(corpus, members, start_from, overwrite=overwrite, resume=resume)


def _train(
    corpus: Path,
    members: Mapping[Path, Config],
    start_from: Path | None,
    *,
    overwrite: bool,
    resume: bool,
) -> None:
    """Train a model in each folder with its options; `resume` leaves out those that are done."""
    from nmt.bundle import check_output, read_bundle
    from nmt.checkpoint import checkpoint_path
    from nmt.corpus import read_corpus
    from nmt.quiet import quiet_tensorflow
    from nmt.start import check_start
    from nmt.tables import message

    # Training checks both too, but only after the seconds that TensorFlow takes to load.
    for folder in members:
        check_output(folder, overwrite or resume)
    read_corpus(corpus)
    start = read_bundle(start_from) if start_from else None
    for folder, config in members.items():
        if start_from and start:
            check_start(start, config)
            if start_from.resolve() == folder.resolve():
                raise InputError(f"{folder} is what to start from; choose another --output")
    with quiet_tensorflow():
        from nmt.training import train as run

    for folder, config in members.items():
        begun = checkpoint_path(folder).exists()
        if not (resume and len(members) > 1 and not begun and folder.exists()):
            resumes = resume and (begun or len(members) == 1)
            run(corpus, folder, config, start=start, overwrite=overwrite, resume=resumes)
        message("the model, its scores (README.md) and its curve (curve.png) are in:")
        print(folder, flush=True)
