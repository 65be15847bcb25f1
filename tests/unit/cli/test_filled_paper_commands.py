"""`kiemdinh paper compare`: whose paper it is follows from its foot, and what is told is what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client
from shared.papers.docx import to_docx
from shared.papers.qr import paper_id
from tests.unit.papers.office_files import word
from tests.unit.papers.test_reading import resolved

PAPER = "JBSWY3DPEHPK3PXPABCD"
ANSWER = {
    "paper": PAPER,
    "kind": "phieu_tieu_chi",
    "subject": "2026-2027/1.3",
    "cycle": "2026-2027",
    "known_at": 41,
    "criterion": "1.3",
    "differences": [
        {"printed": "⟨chưa có⟩", "filled": "Đủ tổ.", "place": "2. Điểm mạnh", "part": "diem_manh", "level": 0},
        {"printed": "a" * 500, "filled": "", "place": "", "part": None, "level": 0},
    ],
    "parts": [],
}


class Installation:
    """Stands for an installation in which TH-BC made the print."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answer: dict[str, Any] = ANSWER

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(("GET", path))
        return {"print": {"school": "TH-BC"}}

    def post_file(self, path: str, file: Path, **query: str) -> dict[str, Any]:
        self.asked.append((path, query["paper"]))
        assert file.read_bytes()
        return self.answer


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation()
    monkeypatch.setattr(Client, "choose", lambda **_: installation)
    return installation


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "phiếu.docx"
    file.write_bytes(to_docx(resolved()))
    return file


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["paper", "compare", *arguments], env={"COLUMNS": "200"})


def test_the_school_follows_from_the_foot_and_a_program_gets_the_whole_answer(place, sheet):
    done = run(str(sheet), "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == ANSWER
    assert place.asked == [
        ("GET", f"papers/prints/{paper_id(resolved())}"),
        ("schools/TH-BC/papers/compare", ""),
    ]


def test_a_person_reads_each_place_and_long_texts_cut(place, sheet):
    told = run(str(sheet)).stdout
    assert "Khác 2 chỗ, chưa ghi gì" in told
    assert "2. Điểm mạnh: ⟨chưa có⟩ → Đủ tổ." in told
    assert "a…" in told
    assert "(không còn)" in told
    assert "a" * 200 not in told


def test_a_person_reads_that_nothing_differs(place, sheet):
    place.answer = {**ANSWER, "differences": []}
    assert "Không khác chỗ nào" in run(str(sheet)).stdout


def test_school_and_print_may_be_named(place, sheet):
    assert run(str(sheet), "--school", "TH-XM", "--paper", PAPER).exit_code == 0
    assert run(str(sheet), "--paper", PAPER).exit_code == 0
    assert place.asked == [
        ("schools/TH-XM/papers/compare", PAPER),
        ("GET", f"papers/prints/{PAPER}"),
        ("schools/TH-BC/papers/compare", PAPER),
    ]


@pytest.mark.parametrize(
    ("data", "type_"), [(word("<w:p/>"), "khong-thay-ma-giay"), (b"%PDF-1.7", "tep-van-phong-khong-doc-duoc")]
)
def test_a_file_that_names_no_print_is_not_sent(place, tmp_path, data, type_):
    file = tmp_path / "la.docx"
    file.write_bytes(data)
    done = run(str(file), "--json")
    assert (done.exit_code, place.asked) == (1, [])
    assert json.loads(done.stdout)["type"] == type_


def test_a_file_that_is_not_there_is_a_wrong_command(place):
    assert run("/nowhere/phieu.docx").exit_code == 2
