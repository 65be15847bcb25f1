"""The first journey, driven from outside through public interfaces only, on both compositions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("profile", ["embedded", pytest.param("server", marks=pytest.mark.server)])
def test_a_stack_of_paper_becomes_a_recognition_that_others_hear_about(profile: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "demo", "--profile", profile, "--data", str(tmp_path / "data"), "--json"]

    told = subprocess.run(command, capture_output=True, text=True, timeout=500)

    steps = [json.loads(line) for line in told.stdout.splitlines()]
    assert [step["what"] for step in steps if not step["held"]] == [], told.stdout + told.stderr[-4000:]
    assert told.returncode == 0, told.stderr[-4000:]
    assert [step["step"] for step in steps] == list(range(1, 13))
    assert ("bus" in steps[6]) == (profile == "server")
