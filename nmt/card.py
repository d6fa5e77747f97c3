"""The model card: what a bundle is, what it was trained on and how well it does."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from typing import Any

from nmt.bundle import Bundle
from nmt.evaluation import Evaluation

PACKAGES = ("nmt", "tensorflow", "keras", "numpy", "sentencepiece", "sacrebleu")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide what is trained."""
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in PACKAGES
    }


def model_card(bundle: Bundle) -> str:
    """Return the card in Markdown."""
    languages, model, corpus = bundle.config.languages, bundle.config.model, bundle.corpus
    return f"""# {languages.src} → {languages.trg}

A translator from `{languages.src}` to `{languages.trg}` trained with `nmt`: recurrent encoder and
decoder ({model.cell.upper()}), attention: {model.attention}, {_parameters(bundle):,} parameters.

    nmt translate --model FOLDER "…"
    nmt eval --bleu --model FOLDER

## Data

`{corpus.path}` (SHA-256 `{corpus.sha256}`), cleaned by the profile `{languages.profile}`.
The rights to the sentences stay with their authors: say where they come from when you pass this
model on. For a Tatoeba file that is: CC-BY 2.0 (France), tatoeba.org and manythings.org/anki.

The folded `{languages.first}` sentence decides the part (SHA-256 modulo 100: 0–3 valid, 4–7 test),
so no sentence is in two parts, nor is a training pair kept whose `{languages.second}` side also
occurs in valid or test.

| part | pairs |
|---|---|
| train | {corpus.train_pairs:,} |
| valid | {corpus.valid_pairs:,} |
| test | {corpus.test_pairs:,} |

## Scores

{_scores(bundle)}

## Options

{_options(bundle)}

## Versions

{", ".join(f"{name} {version}" for name, version in bundle.versions.items())}
"""


def _parameters(bundle: Bundle) -> int:
    return sum(weight.size for weight in bundle.weights.values())


def score_rows(part: str, search: str, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return one plain row a score, for the bundle's `scores` and the card's table."""
    groups = {"first": evaluation.first_reference, "all": evaluation.all_references}
    return [
        {"part": part, "search": search, "references": references} | asdict(score)
        for references, scores in groups.items()
        for score in scores
    ]


def _scores(bundle: Bundle) -> str:
    best = bundle.scores.get("best")
    lines = ["The weights of a run that was interrupted before its first validation."]
    if best:
        lines = [
            f"The weights are those after epoch {best['epoch']:.0f} ({best['minutes']:.0f} "
            f"minutes), the best on the valid part: BLEU {best['bleu']:.1f}, "
            f"chrF2 {best['chrf']:.1f} (greedy, first reference).",
        ]
    if table := bundle.scores.get("table"):
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
