"""Drives an installation as its people do: each command of the `kiemdinh` line with the token of one of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.main import app

RUNNER = CliRunner()


@dataclasses.dataclass
class Refusal(Exception):
    """A command that was refused: its exit code and the problem it printed."""

    code: int
    problem: dict[str, Any]
    said: str = ""

    @property
    def type(self) -> str:
        """The stable word of the problem."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Person:
    """Somebody with a token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.environment = {"KIEMDINH_URL": url, "KIEMDINH_TOKEN": token}

    def does(self, *words: str | Path) -> list[dict[str, Any]]:
        """Give a command with --json and return the objects it printed; raises Refusal."""
        told = RUNNER.invoke(app, [*map(str, words), "--json"], env=self.environment)
        lines = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        if told.exit_code:
            raise Refusal(told.exit_code, lines[-1] if lines else {}, told.output[-2000:])
        return lines

    def tells(self, *words: str | Path) -> dict[str, Any]:
        """Give a command that answers with one object."""
        (answer,) = self.does(*words)
        return answer

    def refused(self, *words: str | Path) -> Refusal:
        """Give a command that must be refused."""
        try:
            done = self.does(*words)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"{words} went through: {done}")
