import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.config import (
    ATTENTIONS,
    CELLS,
    MOST_LAYERS,
    PRESETS,
    PROFILES,
    Config,
    LanguageOptions,
    ModelOptions,
    SubwordOptions,
    TrainingOptions,
    preset,
)
from nmt.errors import InputError

sizes, shares = st.integers(1, 5000), st.floats(0, 1, exclude_max=True)
layers = st.integers(1, MOST_LAYERS)
CONFIGS = st.builds(
    Config,
    st.sampled_from(
        [
            LanguageOptions(),
            LanguageOptions("mar", "eng"),
            LanguageOptions("eng", "fra", "fra", "eng", "article"),
        ]
    ),
    st.builds(
        SubwordOptions,
        st.integers(32, 60000),
        st.floats(0, 10),
        trg_sampling_until=st.floats(0, 1),
    ),
    st.builds(
        ModelOptions,
        attention=st.sampled_from(ATTENTIONS),
        cell=st.sampled_from(CELLS),
        embedding=sizes,
        encoder_layers=layers,
        encoder_units=sizes,
        decoder_layers=layers,
        decoder_units=sizes,
        dropout=shares,
        tied=st.booleans(),
        window=sizes,
    ),
    st.builds(
        TrainingOptions,
        seed=st.integers(0, 2**32 - 1),
        epochs=sizes,
        minutes=st.none() | st.floats(0.01, 1e6),
        patience=sizes,
        batch_tokens=sizes,
        learning_rate=st.floats(1e-6, 0.99),
        warmup=sizes,
        dropout_epochs=sizes,
        clip_norm=st.floats(0.01, 100),
        label_smoothing=shares,
        averaging=shares,
        joined=st.floats(0, 1),
        risk_from=st.floats(0, 1),
    ),
)


@given(CONFIGS)
def test_json_brings_back_the_same_options(config: Config) -> None:
    assert Config.from_json(json.loads(json.dumps(config.to_json()))) == config


BAD: list[tuple[type, dict[str, Any]]] = [
    (LanguageOptions, {"src": "mar"}),
    (LanguageOptions, {"trg": "fra"}),
    (LanguageOptions, {"second": "fra"}),
    (LanguageOptions, {"profile": "fancy"}),
    (SubwordOptions, {"vocab_size": 31}),
    (SubwordOptions, {"vocab_size": 3000.5}),
    (SubwordOptions, {"sampling": -0.1}),
    (SubwordOptions, {"sampling": float("nan")}),
    (SubwordOptions, {"trg_sampling_until": 1.1}),
    (TrainingOptions, {"joined": 1.1}),
    (TrainingOptions, {"risk_from": 1.1}),
    (ModelOptions, {"attention": "multihead"}),
    (ModelOptions, {"attention": None}),
    (ModelOptions, {"cell": "rnn"}),
    (ModelOptions, {"dropout": 1.0}),
    (ModelOptions, {"tied": "yes"}),
    (ModelOptions, {"tied": 1}),
    *(
        (ModelOptions, {name: value})
        for name in ("embedding", "encoder_layers", "encoder_units", "window")
        for value in (0, -3, 2.5, "8", True)
    ),
    (ModelOptions, {"decoder_layers": 0}),
    (ModelOptions, {"decoder_units": 0}),
    *((ModelOptions, {f"{side}coder_layers": 65}) for side in ("en", "de")),
    *((ModelOptions, {name: 10**9}) for name in ("embedding", "encoder_units", "window")),
    (TrainingOptions, {"seed": -1}),
    (TrainingOptions, {"minutes": 0}),
    (TrainingOptions, {"minutes": "60"}),
    (TrainingOptions, {"learning_rate": 0}),
    (TrainingOptions, {"learning_rate": 1.0}),
    (TrainingOptions, {"learning_rate": float("nan")}),
    (TrainingOptions, {"clip_norm": 0}),
    (TrainingOptions, {"label_smoothing": 1}),
    (TrainingOptions, {"averaging": 1}),
    (TrainingOptions, {"epochs": None}),
    *(
        (TrainingOptions, {name: 0})
        for name in ("epochs", "patience", "batch_tokens", "warmup", "dropout_epochs")
    ),
]


@pytest.mark.parametrize(("part", "values"), BAD)
def test_wrong_values_get_one_line_that_names_them(part: type, values: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        part(**values)
    message = str(error.value)
    assert "\n" not in message
    (name, value), *_ = values.items()
    spoken = (name, name.replace("_", "-"), "columns", "source and target", "profile")
    assert any(word in message for word in spoken)
    assert str(value) in message


def test_messages_name_the_choices() -> None:
    with pytest.raises(InputError, match="choose one of additive, dot, general, local, none"):
        ModelOptions(attention="x")
    with pytest.raises(InputError, match="choose one of lstm, gru"):
        ModelOptions(cell="x")
    with pytest.raises(InputError, match=f"choose one of {', '.join(PROFILES)}"):
        LanguageOptions(profile="x")
    with pytest.raises(InputError, match="choose one of tiny, small, base"):
        preset("huge")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "the options lack the part 'languages'"),
        ([], "the options lack the part 'languages'"),
        (None, "the options lack the part 'languages'"),
        ({**Config().to_json(), "model": None}, "the options lack the part 'model'"),
        (
            {**Config().to_json(), "model": {"heads": 8, "depth": 2}},
            "this version has no option depth, heads",
        ),
        ({**Config().to_json(), "training": [1, 2]}, "the options lack the part 'training'"),
        (
            {k: v for k, v in Config().to_json().items() if k != "subword"},
            "the options lack the part 'subword'",
        ),
    ],
)
def test_json_of_something_else_is_refused(values: Any, message: str) -> None:
    with pytest.raises(InputError) as error:
        Config.from_json(values)
    assert str(error.value) == message


def test_override_replaces_what_is_named_in_whichever_part() -> None:
    config = Config().override(
        vocab_size=500, cell="gru", tied=False, seed=7, minutes=None, dropout=0, other="ignored"
    )
    assert (config.subword.vocab_size, config.model.cell, config.training.seed) == (500, "gru", 7)
    assert config.model.tied is False
    assert config.model.dropout == 0
    untouched = dataclasses.replace(
        config.model, cell="lstm", tied=True, dropout=ModelOptions().dropout
    )
    assert untouched == ModelOptions()
    with pytest.raises(InputError, match="--epochs is 0"):
        config.override(epochs=0)


def test_presets() -> None:
    assert preset("base") == Config()
    sizes = [preset(name).model.decoder_units for name in PRESETS]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


def test_options_do_not_change_after_they_are_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().training.seed = 2  # type: ignore[misc]
