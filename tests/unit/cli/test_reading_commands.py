"""`kiemdinh reading pages`, `reading quality`, `reread`: what is asked, what is printed, when it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import reading
from cli.client_commands import add_client_commands
from client.api_client import Client

PAGE = {
    "document": "d-1",
    "name": "quét.pdf",
    "title": "",
    "page": 3,
    "kind": "bang",
    "words": 40,
    "confidence": 41,
    "doubts": ["chu-mo"],
    "unplaced": 2,
    "pipeline": "layout-1",
    "thumbnail_url": "",
}
QUALITY = {
    "kind": "bang",
    "pipeline": "layout-1",
    "pages": 4,
    "rejudged": 1,
    "words_read": 900,
    "word_errors_percent": 2.5,
    "letter_errors_percent": None,
}
CHANGES = {
    "document": "d-1",
    "name": "quét.pdf",
    "compared": True,
    "words_changed": 4,
    "words_added": 1,
    "words_removed": 0,
    "confidence_before": 61,
    "confidence": 92,
    "corrections_kept": 3,
    "corrections_unplaced": 1,
    "fields": [
        {"name": "so_ky_hieu", "before": "4B/KH", "after": "48/KH", "confirmed": False},
        {"name": "trich_yeu", "before": "a", "after": "b", "confirmed": True},
    ],
}


class Installation:
    """Stands for an installation with two papers that an older pipeline read; the second cannot be read again."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.left = ["d-1", "d-2"]
        self.changes = CHANGES
        self.pages = [PAGE]
        self.looks = 0

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.asked.append((path, query))
        if path.endswith("/reading/pages"):
            return {"pages": self.pages, "total": 7, "papers": 1, "doubtful_below": 75}
        if path == "reading/quality":
            return {"qualities": [QUALITY]}
        if path == "documents/d-1":
            self.looks += 1
            return {"state": "dang_doc" if self.looks == 1 else "da_doc"}
        if path == "documents/d-2":
            return {"state": "khong_doc_duoc"}
        assert path == "documents/d-1/reading/changes"
        return self.changes

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert path == "reading/again"
        self.asked.append((path, body))
        asked = [] if body.get("dry_run") else self.left
        rows = [{"document": d, "name": f"{d}.pdf", "pages": 2, "pipeline": "", "confidence": 50} for d in self.left]
        if not body.get("dry_run"):
            self.left = []
        return {
            "pipeline": "layout-2",
            "documents_total": 2,
            "documents_done": self.looks,
            "pages_done": 2 * self.looks,
            "documents_left": 0 if asked else len(rows),
            "pages_left": 0 if asked else 2 * len(rows),
            "failed": 1,
            "requested": rows if asked else [],
            "next_up": rows,
        }


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation()
    monkeypatch.setattr(Client, "choose", lambda **_: installation)
    monkeypatch.setattr(reading, "_LOOK_S", 0.0)
    return installation


def run(*words: str):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(words))


def test_pages_are_listed_with_why(place):
    result = run("reading", "pages", "TH-BC")
    assert result.exit_code == 0
    assert "quét.pdf" in result.stdout
    assert "chữ mờ, 2 chỗ đã sửa không còn khớp" in result.stdout
    assert "Còn 6 trang nữa" in result.stderr
    assert place.asked[0] == ("schools/TH-BC/reading/pages", {"document": "", "limit": 50})
    assert json.loads(run("reading", "pages", "TH-BC", "--json").stdout)["doubts"] == ["chu-mo"]


def test_an_empty_list_says_so(place):
    place.pages = []
    assert "Không còn trang nào" in run("reading", "pages", "TH-BC").stdout


def test_quality_is_a_table_or_a_line_each(place):
    told = run("reading", "quality").stdout
    assert "layout-1" in told
    assert "bảng" in told
    assert json.loads(run("reading", "quality", "--school", "TH-BC", "--json").stdout) == QUALITY
    assert place.asked[-1] == ("reading/quality", {"school": "TH-BC"})


def test_reading_again_goes_on_until_nothing_is_left_and_says_what_changed(place):
    result = run("reread", "--school", "TH-BC", "--at-once", "2")
    assert result.exit_code == 0
    assert "4 từ khác, thêm 1, bớt 0; chắc 61 → 92%" in result.stdout
    assert "so_ky_hieu: “4B/KH” → “48/KH”" in result.stdout
    assert "(người đã xác nhận, giữ nguyên)" in result.stdout
    assert "giữ 3, không còn chỗ 1" in result.stdout
    assert "d-2.pdf: không đọc lại được" in result.stderr
    assert "trang/phút" in result.stderr
    assert place.asked[0][1] == {"school": "TH-BC", "document": "", "older_than": "", "most_waiting": 2}
    assert [path for path, _ in place.asked].count("documents/d-2") == 1


def test_a_paper_without_a_former_reading_is_told_as_such(place):
    place.changes = CHANGES | {"compared": False}
    assert "không còn bản đọc trước để so" in run("reread").stdout


def test_a_dry_run_shows_what_is_left_and_reads_nothing(place):
    result = run("reread", "--dry-run")
    assert "Sẽ đọc lại 2 tài liệu, 4 trang" in result.stdout
    assert "d-1.pdf" in result.stdout
    assert len(place.asked) == 1
    assert json.loads(run("reread", "--dry-run", "--json").stdout)["documents_left"] == 2
    place.left = []
    assert "Không còn gì để đọc lại" in run("reread", "--dry-run").stdout
