"""What several tests need."""

import os
from pathlib import Path

import pandas as pd
import pytest

from nmt.corpus import read_corpus


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
