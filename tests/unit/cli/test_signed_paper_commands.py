"""`kiemdinh paper attach-signed`: where the school comes from, what is sent and printed, what is said when nothing fits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import signed_papers
from cli.client_commands import add_client_commands
from cli.local import paper_codes
from client.api_client import Client
from shared.problems import Conflict, NotFound

PAPER = "JBSWY3DPEHPK3PXPABCD"
CODE = f"KD:1:{PAPER}:5d41402abc4b2a76"
DIFFERENCE = {"printed": "12", "read": "15", "page": 1, "before": "ngày", "confidence": 83}
CLERK = {"role": "van_thu", "scope_kind": "truong", "scope": "TH-BC"}
OWNER = {"role": "van_thu", "scope_kind": "tat_ca", "scope": ""}


class Installation:
    """Stands for an installation: a document that is read after two looks, a print of TH-BC."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.grants = [CLERK]
        self.states = ["cho_doc", "dang_doc", "da_doc"]
        self.differences: list[dict[str, Any]] = [DIFFERENCE]
        self.refused: Exception | None = None

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        if path == "me":
            return {"grants": self.grants}
        if path == f"papers/prints/{PAPER}":
            return {"print": {"school": "TH-BC"}}
        if path == "documents/d-1":
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            return {"state": state, "pages_read": 1, "pages_total": 3}
        raise NotFound("Không có.")

    def upload(self, school: str, file: Path, progress: Any) -> dict[str, Any]:
        self.sent.append(("upload", school))
        progress(file.stat().st_size)
        return {"document": "d-1"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        if self.refused is not None:
            raise self.refused
        return {"paper": PAPER, "document": "d-1", "differences": self.differences}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation()
    monkeypatch.setattr(Client, "choose", lambda **_: installation)
    monkeypatch.setattr(signed_papers, "_LOOK_S", 0.0)
    monkeypatch.setattr(paper_codes, "codes_on", lambda _file: pytest.fail("the file was looked at"))
    return installation


@pytest.fixture
def scan(tmp_path: Path) -> str:
    file = tmp_path / "quét.pdf"
    file.write_bytes(b"%PDF-1.7")
    return str(file)


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["paper", "attach-signed", *arguments], env={"COLUMNS": "200"})


def test_a_clerk_of_one_school_only_names_the_file(place, scan):
    done = run(scan, "--json")

    assert done.exit_code == 0, done.output
    expected = {"paper": PAPER, "document": "d-1", "differences": [{"printed": "12", "read": "15", "page": 1}]}
    assert json.loads(done.stdout) == expected
    assert place.sent == [
        ("upload", "TH-BC"),
        ("schools/TH-BC/papers/signed", {"document": "d-1", "paper": ""}),
    ]


def test_a_person_reads_where_it_differs(place, scan):
    place.differences += [
        {"printed": "không", "read": "", "page": 2, "before": "Trường"},
        {"printed": "", "read": "chưa", "page": 2, "before": ""},
    ]
    told = run(scan).stdout
    assert "Khác bản in 3 chỗ" in told
    assert "trang 1: ngày 12 → 15" in told
    assert "trang 2: Trường không → (không còn)" in told
    assert "trang 2: (không có) → chưa" in told


def test_a_person_reads_that_nothing_differs(place, scan):
    place.differences = []
    assert "Không khác bản in" in run(scan).stdout


def test_the_school_may_be_named(place, scan):
    assert run(scan, "--school", "TH-XM").exit_code == 0
    assert place.sent[0] == ("upload", "TH-XM")


def test_the_school_follows_from_the_print_that_is_named(place, scan):
    place.grants = [OWNER]
    assert run(scan, "--paper", PAPER).exit_code == 0
    assert place.sent == [("upload", "TH-BC"), ("schools/TH-BC/papers/signed", {"document": "d-1", "paper": PAPER})]


@pytest.mark.parametrize("grants", [[OWNER], [CLERK, {**CLERK, "scope": "TH-XM"}], [CLERK, OWNER]])
def test_who_works_for_several_schools_has_the_code_looked_for(place, scan, monkeypatch, grants):
    place.grants = grants
    other = CODE.replace(PAPER, "KRSXG5BAORUGS4ZANFZQ")
    monkeypatch.setattr(paper_codes, "codes_on", lambda _file: [other, CODE])
    assert run(scan, "--json").exit_code == 0
    assert place.sent[0] == ("upload", "TH-BC")


def test_without_a_code_nothing_is_sent_and_it_says_what_to_do(place, scan, monkeypatch):
    place.grants = [OWNER]
    monkeypatch.setattr(paper_codes, "codes_on", lambda _file: [])

    done = run(scan, "--json")

    assert (done.exit_code, place.sent) == (1, [])
    assert json.loads(done.stdout)["type"] == "khong-thay-ma-giay"
    assert "--paper MÃ_GIẤY" in done.stderr
    assert "Chưa tải gì lên" in done.stderr


def test_a_refusal_of_the_installation_is_told(place, scan):
    place.refused = Conflict("Không thấy mã QR. Nêu --paper.")
    done = run(scan)
    assert done.exit_code == 1
    assert "--paper" in done.stderr


def test_a_file_that_is_not_there_is_a_wrong_command(place):
    assert run("/nowhere/scan.pdf").exit_code == 2
    assert place.sent == []
