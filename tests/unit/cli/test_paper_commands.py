"""`kiemdinh paper kinds|list|print`: what is asked of the installation, what is printed, the file that is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

KINDS = [
    {
        "kind": "danh_muc_minh_chung",
        "title": "Danh mục mã minh chứng",
        "regimes": ["v2026_tt57/pho_thong"],
        "formats": ["docx", "xlsx", "pdf"],
        "own_form": False,
    }
]
PAPER = {
    "kind": "bao_cao_tdg",
    "title": "Báo cáo tự đánh giá",
    "subject": "2026-2027",
    "state": "qua_han",
    "due": "2027-06-15",
    "document": "",
}
HEADERS = {
    "x-kiemdinh-paper": "ABC",
    "x-kiemdinh-sha256": "ab" * 32,
    "x-kiemdinh-known-at": "41",
    "x-kiemdinh-valid-at": "2026-11-24",
    "x-kiemdinh-draft": "true",
    "x-kiemdinh-gaps": "2",
}


class Installation:
    """Stands for an installation: remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers = dict(HEADERS)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.asked.append((path, query))
        return {"kinds": KINDS} if path == "papers/kinds" else {"papers": [PAPER], "unprinted": []}

    def fetch_file(self, path: str, out: Path) -> dict[str, str]:
        self.asked.append((path, {}))
        out.write_bytes(b"PK")
        return self.headers


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation()
    monkeypatch.setattr(Client, "choose", lambda **_: installation)
    return installation


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["paper", *arguments], env={"COLUMNS": "200"})


def test_kinds_are_a_line_each_as_json(place: Installation) -> None:
    told = run("kinds", "--json")
    assert told.exit_code == 0, told.output
    (line,) = [json.loads(line) for line in told.output.splitlines()]
    assert {"kind", "title", "regimes", "formats"} <= line.keys()
    assert line["formats"] == ["docx", "xlsx", "pdf"]
    assert "Danh mục mã minh chứng" in run("kinds").output


@pytest.mark.parametrize(("given", "query"), [((), {}), (("--cycle", "2026-2027"), {"cycle": "2026-2027"})])
def test_papers_are_a_line_each_as_json(place: Installation, given: tuple[str, ...], query: dict[str, str]) -> None:
    (line,) = [json.loads(line) for line in run("list", "TH-BC", *given, "--json").output.splitlines()]
    assert line == PAPER
    assert place.asked == [("schools/TH-BC/papers", query)]


def test_papers_are_read_in_words(place: Installation) -> None:
    said = run("list", "TH-BC").output
    assert "Báo cáo tự đánh giá" in said
    assert "qua_han" not in said
    assert "quá hạn" in said.lower()


def test_a_paper_of_a_visit_names_the_visit(place: Installation, tmp_path: Path) -> None:
    run("print", "bien_ban_kiem_tra", "TH-BC", "--inspection", "v-1", "--out", str(tmp_path / "bb.docx"))
    assert place.asked == [("schools/TH-BC/papers/bien_ban_kiem_tra?inspection=v-1&format=docx", {})]


def test_a_paper_is_printed_into_a_file_and_told_in_json(place: Installation, tmp_path: Path) -> None:
    out = tmp_path / "bc.docx"
    told = run("print", "bao_cao_tdg", "TH-BC", "-o", str(out), "--json")

    assert out.read_bytes() == b"PK"
    assert place.asked == [("schools/TH-BC/papers/bao_cao_tdg?format=docx", {})]
    assert json.loads(told.output) == {
        "kind": "bao_cao_tdg",
        "sha256": "ab" * 32,
        "known_at": 41,
        "draft": True,
        "paper": "ABC",
        "gaps": 2,
    }


def test_every_option_is_sent(place: Installation, tmp_path: Path) -> None:
    out = str(tmp_path / "p.pdf")
    options = [
        "--cycle",
        "2026-2027",
        "--criterion",
        "1.3",
        "--valid-at",
        "2026-10-01",
        "--known-at",
        "17",
        "--format",
        "pdf",
    ]
    assert run("print", "phieu_tieu_chi", "TH-BC", *options, "--meeting", "m-1", "-o", out).exit_code == 0
    path, _, query = place.asked[0][0].partition("?")
    assert path == "schools/TH-BC/papers/phieu_tieu_chi"
    assert dict(part.split("=") for part in query.split("&")) == {
        "cycle": "2026-2027",
        "criterion": "1.3",
        "meeting": "m-1",
        "valid_at": "2026-10-01",
        "known_at": "17",
        "format": "pdf",
    }


def test_a_person_is_told_of_drafts_and_gaps(place: Installation, tmp_path: Path) -> None:
    said = run("print", "bao_cao_tdg", "TH-BC", "-o", str(tmp_path / "a.docx")).output
    assert "BẢN NHÁP" in said
    assert "Còn 2 chỗ ⟨chưa có⟩" in said
    place.headers |= {"x-kiemdinh-draft": "false", "x-kiemdinh-gaps": "0"}
    said = run("print", "bao_cao_tdg", "TH-BC", "-o", str(tmp_path / "a.docx")).output
    assert "BẢN NHÁP" not in said
    assert "chỗ" not in said


def test_a_print_names_its_file(place: Installation) -> None:
    assert run("print", "bao_cao_tdg", "TH-BC").exit_code == 2
    assert place.asked == []
