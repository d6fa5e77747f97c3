"""The shape of the program: what may import what, and how long things may be."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "nmt"

# The way data flows; a module imports only from those before it. A folder is one unit.
ORDER = (
    "errors",
    "files",
    "fetch",
    "config",
    "languages",
    "spelling",
    "cleaning",
    "names",
    "marathi_names",
    "literals",
    "quantities",
    "masking",
    "corpus",
    "split",
    "dataset",
    "statistics",
    "subword",
    "pronunciation",
    "romanisation",
    "listed_names",
    "transliteration",
    "naming",
    "name_pairs",
    "augmentation",
    "batches",
    "attention",
    "encoder",
    "decoder",
    "model",
    "weights",
    "bundle",
    "start",
    "onnx_format",
    "cells",
    "graph",
    "encoder_graph",
    "decoder_graph",
    "runtime",
    "constraints",
    "search",
    "ensemble",
    "sentences",
    "hypothesis",
    "translator",
    "server",
    "streaming",
    "interrupts",
    "output",
    "parallel",
    "scoring",
    "risk",
    "evaluation",
    "tables",
    "plots",
    "history",
    "progress",
    "card",
    "quiet",
    "tensorflow_export",
    "export",
    "shipped",
    "checkpoint",
    "training",
    "tasks",
    "cli",
)
MAY_IMPORT_TENSORFLOW = {
    "batches",
    "attention",
    "encoder",
    "decoder",
    "model",
    "tensorflow_export",
    "training",
    "tasks",
}
FRAMEWORKS = {"tensorflow", "keras"}
MODULE_LINES, FUNCTION_LINES = 300, 40

FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}


def unit(path: Path) -> str:
    """Return the name in `ORDER` a file belongs to; `nmt/__init__.py` is `nmt`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "nmt" if parts == ("__init__",) else parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield every module a file imports, wherever in it, as `nmt.corpus` or `keras`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = node.module == "nmt" and alias.name in ORDER
                yield whole if is_module else str(node.module)


def test_the_order_names_every_module_once() -> None:
    units = {unit(path) for path in FILES} - {"nmt"}
    assert set(ORDER) == units
    assert len(ORDER) == len(units)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_upward(path: Path) -> None:
    own = unit(path)
    if own == "nmt":
        return  # the facade names what is public, and loads it when it is used
    units = [name.split(".")[1] for name in imported(TREES[path]) if name.startswith("nmt.")]
    below = [name for name in units if name != own and ORDER.index(name) >= ORDER.index(own)]
    assert below == []
    assert own not in units or path.parent != PACKAGE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_model_and_its_training_import_tensorflow(path: Path) -> None:
    frameworks = {name.split(".")[0] for name in imported(TREES[path])} & FRAMEWORKS
    assert not frameworks or unit(path) in MAY_IMPORT_TENSORFLOW


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sizes_and_docstrings(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES
    assert ast.get_docstring(TREES[path])
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef):
            # A command's options are its signature; of every function the body counts, from the
            # first statement after the docstring.
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body and node.end_lineno else 0
            assert length <= FUNCTION_LINES, node.name


def run(code: str) -> str:
    """Run code in a fresh process; return which frameworks it had loaded at its end."""
    check = "\nimport sys\nprint('loaded:', *sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + check], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def command(*arguments: str) -> str:
    return (
        f"import sys\nsys.argv = {['nmt', *arguments]!r}\nfrom nmt.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
    )


def test_using_a_model_loads_no_framework(bundle_folder: Path, tmp_path: Path) -> None:
    model, lines = str(bundle_folder), tmp_path / "lines.txt"
    lines.write_text("Tom.\n", "utf-8")
    for code in (
        "import nmt",
        command("--help"),
        f"from nmt import Translator, evaluate\nTranslator.load({model!r}).translate(['Tom.'])",
        command("translate", "--model", model, "Tom."),
        command("eval", "--hyps", str(lines), "--refs", str(lines)),
        "import nmt.server.serving",
    ):
        assert run(code) == "loaded:"


def test_training_does_load_one() -> None:
    # Otherwise the test above could not fail.
    assert run("import nmt.batches") == "loaded: keras tensorflow"


def test_nothing_is_noted_about_the_user(tmp_path: Path) -> None:
    """What runs the graphs would write down, and send, how and on which machine it is used."""
    code = (
        "from nmt.shipped import load_translator; print(load_translator().translate(['a boat.']))"
    )
    homeless = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-B", "-c", code], env=homeless, check=True)
    assert done.returncode == 0
    assert list(tmp_path.rglob("*")) == []
