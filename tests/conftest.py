"""What several tests need."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from nmt.bundle import read_bundle, write_bundle
from nmt.config import Config
from nmt.corpus import read_corpus
from nmt.weights import weight_shapes

# How long an example takes says how busy the machine is.
settings.register_profile("nmt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nmt")
# Where the tests run in the background, Ctrl-C is ignored, and would be by what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"


@pytest.fixture(scope="session")
def real_corpus_path() -> Path:
    """The Tatoeba corpus, which is not part of the repository; without it the test is skipped."""
    name = os.environ.get("NMT_TEST_CORPUS")
    if not name:
        pytest.skip("NMT_TEST_CORPUS does not name mar.txt")
    return Path(name)


@pytest.fixture(scope="session")
def real_corpus(real_corpus_path: Path) -> pd.DataFrame:
    return read_corpus(real_corpus_path)


@pytest.fixture(scope="session")
def sample_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of the sample corpus, so that training on it takes seconds."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("corpus") / "sample.tsv"
    path.write_text("".join(lines[::10]), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_config() -> Config:
    """Options with which two epochs over `sample_corpus` take a few seconds."""
    return Config().override(
        vocab_size=400,
        embedding=16,
        encoder_units=12,
        decoder_units=24,
        epochs=2,
        batch_tokens=1000,
        warmup=5,
        averaging=0.5,
    )


@pytest.fixture(scope="session")
def bundle_folder(
    sample_corpus: Path, small_config: Config, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A bundle that `nmt.train` wrote; tests that change it must copy it first."""
    from nmt.training import train

    folder = tmp_path_factory.mktemp("models") / "eng-mar"
    train(sample_corpus, folder, small_config)
    return folder


@pytest.fixture(scope="session")
def turned_bundle_folder(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle for the other way, of random weights: it answers at once, with nonsense."""
    bundle = read_bundle(bundle_folder)
    config, src, trg = bundle.config, bundle.trg_subword, bundle.src_subword
    shapes = weight_shapes(config.model, src.vocab_size, trg.vocab_size)
    random = np.random.default_rng(1)
    turned = replace(
        bundle,
        config=replace(config, languages=replace(config.languages, src="mar", trg="eng")),
        src_subword=src,
        trg_subword=trg,
        weights={
            name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()
        },
    )
    folder = tmp_path_factory.mktemp("models") / "mar-eng"
    write_bundle(turned, folder, {})
    return folder
