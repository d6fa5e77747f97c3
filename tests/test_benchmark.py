"""The benchmark: its arithmetic, and that it measures the systems that are always there."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(SCRIPTS)
    loader = SourceFileLoader("benchmark_script", str(SCRIPTS / "benchmark"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, loader.name, module)
    loader.exec_module(module)
    return module


def test_ratios_are_of_the_same_round(benchmark: ModuleType) -> None:
    # The machine was ten times as slow in the second round; medians would say 100 / 60.
    assert benchmark.ratio([100, 12, 120], [50, 6, 60]) == 2
    assert benchmark.ratio([9, 10, 80], [10, 10, 10]) == 1


def test_percentiles_lie_between_two_values(benchmark: ModuleType) -> None:
    assert benchmark.percentile(range(101), 95) == 95
    assert benchmark.percentile([0.0, 1.0], 95) == pytest.approx(0.95)
    assert benchmark.percentile([3.0], 95) == 3.0


def test_a_row_is_compared_with_the_same_search_and_with_the_loop(benchmark: ModuleType) -> None:
    rows = [
        benchmark.Row("nmt int8", "beam 5", [30.0, 10.0, 40.0], [0.001, 0.003], ["अ ब क ड"], 90.0),
        benchmark.Row("CT2 int8", "greedy", [500.0] * 3, [0.001], ["अ"], 50.0),
        benchmark.Row("CT2 int8", "beam 5", [20.0, 10.0, 10.0], [0.001], ["अ"], 50.0),
        benchmark.Row("TensorFlow", "greedy", [0.5, 0.1, 0.2], [2.0], ["अ"], 700.0),
    ]
    assert benchmark.result(rows[0], rows, [["अ ब क ड", "क"]]) == {
        "system": "nmt int8, beam 5",
        "lines/s": 30.0,
        "× CT2": 1.5,
        "× TF": 100.0,
        "ms": pytest.approx(2.0),
        "p95": pytest.approx(2.9),
        "MB": 90.0,
        "BLEU": pytest.approx(100.0),
    }
    # Of fewer sentences than there are references nothing is scored.
    assert benchmark.result(rows[3], rows, [["अ"], ["ब"]])["BLEU"] is None


def test_it_runs_and_says_what_is_left_out(bundle_folder: Path, tmp_path: Path) -> None:
    sizes = {"threads": 1, "rounds": 1, "sentences": 4, "single": 1, "loop": 0}
    picture = tmp_path / "speed.png"
    options = [f"--{name}={value}" for name, value in sizes.items()]
    done = subprocess.run(
        [
            sys.executable,
            SCRIPTS / "benchmark",
            f"--model={bundle_folder}",
            f"--output={picture}",
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no --ct2 was given" in done.stderr
    for name in ("nmt int8, greedy", "nmt int8, beam 5", "nmt float, beam 5", "nmt translate"):
        assert name in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
