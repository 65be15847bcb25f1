"""`kiemdinh read` on files that have no text to give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from services.evidence.domain.text import FailureReason, ReadingNote
from services.portal.reading_messages import FAILURES, NOTES
from tests.integration.evidence.world import dynamic_form


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


def test_a_dynamic_form_is_read_and_its_reader_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "xfa.pdf"
    file.write_bytes(dynamic_form())

    done = CliRunner().invoke(app, ["read", str(file)])

    assert done.exit_code == 0, done.output
    assert "Please wait" in done.stdout
    assert "Tệp là biểu mẫu XFA động" in done.stderr
    assert "in ra PDF thường rồi gửi lại" in done.stderr


def test_every_failure_and_every_note_has_its_words() -> None:
    assert set(FAILURES) == {reason.value for reason in FailureReason}
    assert set(NOTES) == {note.value for note in ReadingNote}
