"""`kiemdinh read` on files that have no text to give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app


@pytest.mark.parametrize(
    ("name", "data", "type_"),
    [
        ("rong.pdf", b"", "tep-rong"),
        ("hong.pdf", b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog >> rubbish\n" * 20, "pdf-hong"),
        ("chu.txt", b"chu", "sai-loai"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_in_words(tmp_path: Path, name: str, data: bytes, type_: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    done = CliRunner().invoke(app, ["read", str(file), "--json"])

    assert done.exit_code == 1, done.output
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["type"] == type_
    assert "tep-hong" not in json.loads(line)["detail"]
