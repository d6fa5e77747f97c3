"""The shell scripts and the repository around the package."""

import os
import re
import shutil
import signal
import subprocess
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
SHELL = ["scripts/setup", "scripts/setup_browser", "scripts/test", "scripts/demo", ".ci/run"]
AGREED = {"nmt", "data", "scripts", "tests"} | {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
}


def repository() -> list[str]:
    """Every file that is in the repository or would be after `git add .`."""
    if not (TOP / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=TOP, capture_output=True, check=True).stdout
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def declared() -> list[Requirement]:
    project = PROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for names in lists for text in names]


def constraints() -> dict[str, Requirement]:
    lines = (TOP / "scripts/constraints.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(each.name): each for each in wanted}


@pytest.mark.parametrize("script", SHELL)
def test_script_is_posix_shell_and_executable(script: str) -> None:
    path = TOP / script
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK)
    checked = subprocess.run(["sh", "-n", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_dependency_has_an_upper_bound() -> None:
    build = [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    bounded = {"<", "<=", "==", "~="}
    free = [str(r) for r in declared() + build if not bounded & {s.operator for s in r.specifier}]
    assert free == []


def test_constraints_are_exact_and_within_the_bounds() -> None:
    pins = constraints()
    assert [str(r) for r in pins.values() if {s.operator for s in r.specifier} != {"=="}] == []
    for wanted in declared():
        (pin,) = pins[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), f"{wanted} excludes {pin.version}"


def test_constraints_cover_what_the_dependencies_need() -> None:
    waiting, seen = declared(), set()
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        for needed in map(Requirement, requires(wanted.name) or []):
            extras = {"", *wanted.extras}
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(needed)
    assert {name for name, _ in seen} - set(constraints()) == set()


def test_top_level_is_as_agreed() -> None:
    top = {name.partition("/")[0] for name in repository()}
    assert {name for name in top if not name.startswith(".")} == AGREED


def test_no_file_knows_the_place_where_it_was_written() -> None:
    # In two parts, or this file would find itself.
    places = re.compile(rb"shared/" + rb"data|shared/" + rb"peers|(?<![\w.-])/" + rb"work/")
    files = [name for name in repository() if name != ".ci/run" and (TOP / name).is_file()]
    assert [name for name in files if places.search((TOP / name).read_bytes())] == []


# Stands in for Python and for pip: notes how pip is called, and fails or dies when told to.
PYTHON = """#!/bin/sh
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo venv >>calls ;;
    "-m pip --version") ;;
    "-m pip install"*) echo "$*" >>calls; eval "${PIP_DOES:-:}" ;;
    *ensurepip*) [ -z "${NO_VENV:-}" ] ;;
    *version_info*) [ -z "${TOO_OLD:-}" ] ;;
    "scripts/make_sample --demo") printf 'one kite\\tएक पतंग\\ntwo kites\\tदोन पतंग\\n' ;;
esac
"""

# Stands in for nmt: answers the sentences of standard input from a variable.
NMT = """#!/bin/sh
echo "nmt $*" >>"$(dirname "$0")/../../calls"
case "$*" in *something*) exit ;; translate*) cat >/dev/null; printf "$ANSWER" ;; esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A place with nothing but what the scripts read, its path with a blank in it."""
    top = tmp_path / "a clone"
    (top / "scripts").mkdir(parents=True)
    for name in ("scripts/setup", "scripts/demo", "scripts/constraints.txt", "pyproject.toml"):
        shutil.copy(TOP / name, top / name)
    (tmp_path / "bin").mkdir()
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        (tmp_path / "bin" / name).write_text(PYTHON, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    return top


def run(
    clone: Path, script: str = "setup", **environment: str
) -> "subprocess.CompletedProcess[str]":
    path = f"{clone.parent / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        [clone / "scripts" / script],
        cwd="/",
        env={"PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def calls(clone: Path) -> list[str]:
    """What was called since the last look."""
    path = clone / "calls"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [re.sub(r"-m pip install .*?(--force-reinstall)? -c .*", r"pip\1", x) for x in lines]


def test_setup_installs_once(clone: Path) -> None:
    first = run(clone)
    assert (first.returncode, calls(clone)) == (0, ["venv", "pip"])
    assert "installing" in first.stderr
    second = run(clone)
    assert (second.returncode, second.stdout + second.stderr, calls(clone)) == (0, "", [])


@pytest.mark.parametrize("name", ["pyproject.toml", "scripts/constraints.txt"])
def test_setup_installs_again_when_its_wishes_change(clone: Path, name: str) -> None:
    run(clone)
    calls(clone)
    with (clone / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert (run(clone).returncode, calls(clone)) == (0, ["pip"])
    assert (run(clone).returncode, calls(clone)) == (0, [])


def test_setup_installs_again_where_the_clone_has_moved(clone: Path) -> None:
    run(clone)
    moved = clone.rename(clone.with_name("elsewhere"))
    calls(moved)
    assert (run(moved).returncode, calls(moved)) == (0, ["pip"])


@pytest.mark.parametrize("end", ["exit 1", "kill -9 $PPID; exit 1"])
def test_setup_repairs_an_interrupted_installation(clone: Path, end: str) -> None:
    assert run(clone, PIP_DOES=end).returncode in {1, -signal.SIGKILL}
    assert calls(clone) == ["venv", "pip"]
    assert (run(clone).returncode, calls(clone)) == (0, ["pip--force-reinstall"])
    assert (run(clone).returncode, calls(clone)) == (0, [])


def test_setup_replaces_an_environment_whose_python_is_gone(clone: Path) -> None:
    run(clone)
    calls(clone)
    (clone / ".venv/bin/python").unlink()
    assert (run(clone).returncode, calls(clone)) == (0, ["venv", "pip"])


@pytest.mark.parametrize(
    ("lack", "expected"),
    [("TOO_OLD", "no Python 3.11, 3.12 or 3.13"), ("NO_VENV", "has no venv module")],
)
def test_setup_says_what_is_missing(clone: Path, lack: str, expected: str) -> None:
    ended = run(clone, **{lack: "1"})
    assert ended.returncode == 1
    assert expected in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(
    ("answer", "code", "count"),
    [
        ("एक पतंग\\nदोन पतंग\\n", 0, "2 of 2"),
        ("एक पतंग\\nतीन पतंग\\n", 1, "1 of 2"),
        ("एक पतंग\\n", 1, "1 of 2"),
    ],
)
def test_demo_compares_each_translation(clone: Path, answer: str, code: int, count: str) -> None:
    run(clone)
    calls(clone)
    (clone / ".venv/bin/nmt").write_text(NMT, encoding="utf-8")
    (clone / ".venv/bin/nmt").chmod(0o755)
    ended = run(clone, "demo", ANSWER=answer, LC_ALL="C.UTF-8")
    assert (ended.returncode, ended.stderr) == (code, "")
    assert ended.stdout.rstrip().endswith(count)
    assert ended.stdout.count("[DIFFERENT]") == int("तीन" in answer)
    commands = [line.split()[1] for line in calls(clone)]
    assert commands == ["data", "train", "translate", "eval", "translate"]


def test_demo_shows_the_shipped_model_first(clone: Path) -> None:
    run(clone)
    calls(clone)
    (clone / ".venv/bin/nmt").write_text(NMT, encoding="utf-8")
    (clone / ".venv/bin/nmt").chmod(0o755)
    (clone / "nmt/bundles/eng-mar").mkdir(parents=True)
    ended = run(clone, "demo", ANSWER="एक पतंग\\nदोन पतंग\\n", NMT_MODEL="other", LC_ALL="C.UTF-8")
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second, third, *_ = calls(clone)
    assert first == "nmt models"
    assert second.startswith("nmt translate i want something to drink")
    assert third == "nmt data data/sample.tsv"


def test_a_wheel_holds_every_file_of_the_package() -> None:
    package = TOP / "nmt"
    globs = PROJECT["tool"]["setuptools"]["package-data"]["nmt"]
    packed = {path for glob in globs for path in package.glob(glob)}
    there = {TOP / name for name in repository() if name.startswith("nmt/")}
    files = {path for path in there if path.suffix != ".py"}
    assert {"fonts", "sounds"} <= {path.parent.name for path in packed}
    assert {str(path.relative_to(package)) for path in files - packed} == set()


def test_demo_stops_when_a_command_fails(clone: Path) -> None:
    run(clone)
    (clone / ".venv/bin/nmt").write_text("#!/bin/sh\nexit 2\n", encoding="utf-8")
    (clone / ".venv/bin/nmt").chmod(0o755)
    ended = run(clone, "demo")
    assert ended.returncode == 2
    assert "nmt train" not in ended.stdout
