"""The model card: all that somebody needs who gets a bundle from somebody else."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import Any

import pytest

from nmt.bundle import read_bundle
from nmt.card import model_card, training_command
from nmt.config import Config
from nmt.languages import language_options
from tests.command_line import nmt

OTHER = {"attention": "dot", "cell": "gru", "tied": False, "minutes": 7.5, "unpunctuated": 0.25}


def trained(words: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Config]:
    """Return the corpus and the options that a `nmt train` command trains with."""
    seen: list[Any] = []
    monkeypatch.setattr(
        "nmt.cli.train._train",
        lambda corpus, members, start, **_: seen.extend((corpus, *members.values())),
    )
    result = nmt(*words)
    assert result.code == 0, result.err
    corpus, config = seen
    return corpus, config


def test_the_command_of_the_card_gives_the_options_again(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Config().override()
    every: dict[str, Any] = {}
    for part in (usual.subword, usual.model, usual.training):
        for name, value in dataclasses.asdict(part).items():
            if name not in {*OTHER, "started_from"}:
                every[name] = value + 1 if type(value) is int else value / 2 or 0.25
    every |= OTHER
    others = ("mar", "eng", "eng-mar", "article"), ("fra", "deu", "deu-fra", "standard")
    configs = [usual.override(**{name: value}) for name, value in every.items()]
    for src, trg, columns, profile in others:
        languages = language_options(src, trg, columns=columns, profile=profile)
        configs += [dataclasses.replace(usual, languages=languages).override(**every)]
    for config in (usual, *configs):
        assert configs.count(config) == (config != usual)
        line = training_command(config, "/home/her/a file.txt")
        assert trained(shlex.split(line)[1:], monkeypatch) == (Path("a file.txt"), config)


def test_the_card_says_what_a_model_started_from(bundle_folder: Path) -> None:
    bundle = read_bundle(bundle_folder)
    assert "--start-from" not in model_card(bundle)
    config = bundle.config.override(started_from="0123abcd")
    assert "--start-from START" in training_command(config, "a.tsv")
    card = model_card(dataclasses.replace(bundle, config=config))
    assert "--start-from START\n" in card
    assert "START: the model whose weights, as float32, have the SHA-256 `0123abcd`." in card


def test_the_card_says_where_data_come_from_and_how_far_to_trust(bundle_folder: Path) -> None:
    card = model_card(read_bundle(bundle_folder))
    assert card == (bundle_folder / "README.md").read_text("utf-8")
    for known in ("contributors of https://tatoeba.org", "CC-BY 2.0 FR", "## Limits", "float32"):
        assert known in card
    assert "nmt train --corpus sample.tsv --direction eng-mar --vocab-size 400" in card
    assert "nmt export" not in card
