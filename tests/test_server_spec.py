"""Schemathesis reads the OpenAPI document and asks whatever it allows, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.serving import serving

CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_every_answer_conforms(
    bundle_folder: Path, turned_bundle_folder: Path, tmp_path: Path
) -> None:
    # Short texts, so that the time goes into their variety.
    limit = ("--max-characters", "40")
    with serving(tmp_path, bundle_folder, turned_bundle_folder, options=limit) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
        options = ["--checks", "all", "--max-examples", "30", "--seed", "1", "--no-color"]
        done = subprocess.run(
            [*command, f"{server.url}/spec", *options],
            cwd=tmp_path,
            env=os.environ | {"NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Tested: 7" in done.stdout
        assert server.get("/health").status_code == 200
    assert "ERROR" not in server.log.read_text(encoding="utf-8")
