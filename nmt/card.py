"""The model card: what a bundle is, what it was trained on and how well it does."""

from __future__ import annotations

import platform
import shlex
from dataclasses import asdict, fields
from importlib import metadata
from pathlib import Path
from typing import Any

from nmt.bundle import Bundle
from nmt.config import Config
from nmt.evaluation import Evaluation
from nmt.languages import language_options

INT8_SCORES = {"weights": "int8"}
"""Is in the scores of a bundle if its int8 weights were scored, not those they were made of."""
START = "START"
"""The folder, in the command, of the model that a run started from."""
PACKAGES = ("nmt", "tensorflow", "keras", "numpy", "sentencepiece", "sacrebleu")
LIMITS = """\
It translates sentence by sentence, knowing nothing of those around, and writes as its training part
does. Words that part does not have are guessed, sentences longer than most of its are translated
badly, and a translation can be fluent and wrong: have it read where a mistake does harm."""


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide what is trained."""
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in PACKAGES
    }


def model_card(bundle: Bundle) -> str:
    """Return the card in Markdown."""
    languages, model = bundle.config.languages, bundle.config.model
    stored = "stored in 8 bits: int8, one scale an output" if bundle.int8 else "float32"
    versions_line = ", ".join(f"{name} {version}" for name, version in bundle.versions.items())
    return f"""# {languages.src} → {languages.trg}

A translator from `{languages.src}` to `{languages.trg}` trained with `nmt`: recurrent encoder and
decoder ({model.cell.upper()}), attention: {model.attention}, {parameters(bundle):,} parameters
({stored}).

    nmt translate --model FOLDER "…"
    nmt eval --bleu --model FOLDER

## Data

{_data(bundle)}

## Scores

{_scores(bundle)}

## Limits

{LIMITS}

## How to make it again

{_recipe(bundle)}

## Options

{_options(bundle)}

## Versions

{versions_line}
"""


def _data(bundle: Bundle) -> str:
    languages, corpus = bundle.config.languages, bundle.corpus
    return f"""`{corpus.path}` (SHA-256 `{corpus.sha256}`),
cleaned by the profile `{languages.profile}`.
The rights to the sentences stay with their authors: say where they come from when you pass this
model on. Those of Tatoeba, as in `mar.txt` and the other files of https://www.manythings.org/anki,
are by the contributors of https://tatoeba.org, under CC-BY 2.0 FR
(https://creativecommons.org/licenses/by/2.0/fr/).

The folded `{languages.first}` sentence decides the part (SHA-256 modulo 100: 0–3 valid, 4–7 test),
so no sentence is in two parts, nor is a training pair kept whose `{languages.second}` side also
occurs in valid or test.

| part | pairs |
|---|---|
| train | {corpus.train_pairs:,} |
| valid | {corpus.valid_pairs:,} |
| test | {corpus.test_pairs:,} |"""


def parameters(bundle: Bundle) -> int:
    """Return how many numbers the model learnt."""
    return sum(weight.size for weight in bundle.weights.values())


def training_command(config: Config, corpus: str) -> str:
    """Return the command that trains a model with these options; defaults are left out."""
    languages, default = config.languages, Config()
    words = ["--corpus", Path(corpus).name, "--direction", f"{languages.src}-{languages.trg}"]
    if languages.profile != default.languages.profile:
        words += ["--profile", languages.profile]
    if languages != language_options(languages.src, languages.trg, profile=languages.profile):
        words += ["--columns", f"{languages.first}-{languages.second}"]
    for part in ("subword", "model", "training"):
        options, usual = getattr(config, part), getattr(default, part)
        for name in (option.name for option in fields(options)):
            value, flag = getattr(options, name), name.replace("_", "-")
            if value == getattr(usual, name):
                continue
            if name == "started_from":
                flag, value = "start-from", START
            words += ["--untied"] if name == "tied" else [f"--{flag}", str(value)]
    return shlex.join(["nmt", "train", *words])


def score_rows(part: str, search: str, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return one plain row a score, for the bundle's `scores` and the card's table."""
    groups = {"first": evaluation.first_reference, "all": evaluation.all_references}
    return [
        {"part": part, "search": search, "references": references} | asdict(score)
        for references, scores in groups.items()
        for score in scores
    ]


def _recipe(bundle: Bundle) -> str:
    lines = [f"    {training_command(bundle.config, bundle.corpus.path)}"]
    if bundle.int8:
        trained = f"models/{bundle.config.languages.src}-{bundle.config.languages.trg}"
        lines += [f"    nmt export --format int8 --model {trained} --output FOLDER"]
    if start := bundle.config.training.started_from:
        of = "the model whose weights, as float32, have the SHA-256"
        lines += ["", f"{START}: {of} `{start}`."]
    lines += [
        "",
        "The same seed and versions give the same weights, bit for bit; with `--minutes`, if",
    ]
    return "\n".join([*lines, "the machine is as fast."])


def _scores(bundle: Bundle) -> str:
    best = bundle.scores.get("best")
    lines = ["The weights of a run that was interrupted before its first validation."]
    if best:
        lines = [
            f"The weights are those after epoch {best['epoch']:.0f} ({best['minutes']:.0f} "
            f"minutes), the best on the valid part: BLEU {best['bleu']:.1f}, "
            f"chrF2 {best['chrf']:.1f} (beam 5, first reference).",
        ]
    if table := bundle.scores.get("table"):
        if bundle.int8 and not INT8_SCORES.items() <= bundle.scores.items():
            lines += ["", "The scores are those of the float32 weights, before they were stored."]
        lines += [
            "",
            "| part | search | references | metric | score | sacreBLEU signature |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_score_line(row) for row in table]
    return "\n".join(lines)


def _score_line(row: dict[str, Any]) -> str:
    # A bar ends a table's cell even in code; Markdown shows "\\|" as the bar itself.
    signature = row["signature"].replace("|", "\\|")
    return (
        f"| {row['part']} | {row['search']} | {row['references']} | {row['metric']} "
        f"| {row['value']:.1f} | `{signature}` |"
    )


def _options(bundle: Bundle) -> str:
    return "\n".join(
        f"- {part}: " + ", ".join(f"{name} {value}" for name, value in options.items())
        for part, options in bundle.config.to_json().items()
    )
