"""What several tests need."""

import os
from pathlib import Path

import pandas as pd
import pytest

from nmt.config import Config
from nmt.corpus import read_corpus

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
