"""`nmt models`: what models there are, where they came from and how good they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nmt.errors import InputError

if TYPE_CHECKING:
    from nmt.shipped import Model


def models(
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of tables.")] = False,
) -> None:
    """List the models that came with nmt and those in ./models, and how good they are."""
    from nmt.shipped import all_folders, read_model
    from nmt.tables import message

    found = []
    for folder in all_folders():
        try:
            found.append(_row(read_model(folder)))
        except InputError as error:
            message(f"left out: {error}")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        _print(found)
    else:
        message("there are no models here; train one with: nmt train --corpus FILE")


def _row(model: Model) -> dict[str, Any]:
    from nmt.card import parameters

    bundle = model.bundle
    return {
        "name": model.folder.name,
        "shipped": model.shipped,
        "src": bundle.config.languages.src,
        "trg": bundle.config.languages.trg,
        "folder": str(model.folder),
        "bytes": model.size,
        "parameters": parameters(bundle),
        "weights": "int8" if bundle.int8 else "float32",
        "corpus": Path(bundle.corpus.path).name,
        "corpus_sha256": bundle.corpus.sha256,
        "test_bleu_greedy": model.bleu("greedy"),
        "test_bleu_beam_5": model.bleu("beam 5"),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    from nmt.tables import print_lines, print_table

    shown = [
        {
            "name": row["name"],
            "direction": f"{row['src']} → {row['trg']}",
            "MB": row["bytes"] / 1e6,
            "parameters": row["parameters"],
            "corpus": row["corpus"],
            "SHA-256": row["corpus_sha256"][:8],
            "greedy": row["test_bleu_greedy"],
            "beam 5": row["test_bleu_beam_5"],
        }
        for row in rows
    ]
    frame = pd.DataFrame(shown).astype({"greedy": float, "beam 5": float})
    print_table(frame, "Models; greedy, beam 5: BLEU of the test part, first reference")
    places = [
        f"{row['name']}: {row['folder']}{' (came with nmt)' if row['shipped'] else ''}"
        for row in rows
    ]
    print_lines(places, "Where they lie")
