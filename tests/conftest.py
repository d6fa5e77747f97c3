"""What several tests need."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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
# Two workers share two cores; TensorFlow would start as many threads in each.
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")
# Where the tests run in the background, or below `nohup`, these are ignored, and would be by what
# they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

LONGEST = ("tasks", "training", "resume", "hostile", "model", "start", "export_tensorflow", "cli")
"""Test files that take the longest, which begin first: else one of two workers waits at the end."""

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path.stem, len(first)))


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
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers: whichever first needs what lies there makes it, locked."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@contextmanager
def locked(shared: Path) -> Iterator[None]:
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sample_corpus(shared: Path) -> Path:
    """A tenth of the sample corpus, so that training on it takes seconds."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = shared / "corpus" / "sample.tsv"
    with locked(shared):
        if not path.exists():
            path.parent.mkdir()
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
        dropout_epochs=1,
    )


@pytest.fixture(scope="session")
def bundle_folder(shared: Path, sample_corpus: Path, small_config: Config) -> Path:
    """A bundle that `nmt.train` wrote; tests that change it must copy it first."""
    from nmt.training import train

    folder = shared / "models" / "eng-mar"
    with locked(shared):
        if not folder.exists():
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
