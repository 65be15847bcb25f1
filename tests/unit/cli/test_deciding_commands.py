"""The commands of a council that decides and of the improvement plan: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

CYCLE = "schools/TH-BC/cycles/2026-2027"
ITEM = {
    "id": "i-1",
    "position": 41,
    "criterion": "3.5",
    "standard": "3",
    "problem": "Thiếu máy",
    "aim": "Đủ máy",
    "action": "Mua máy",
    "measure": "",
    "from": None,
    "to": "2027-05-31",
    "owner": "Tổ Tin",
    "person": "",
    "cost_vnd": 12_000_000,
    "source": "Ngân sách",
    "evidence_expected": "",
    "status": "dang_lam",
    "next_due": "2027-01-15",
    "due_what": "hk1",
    "overdue_days": 3,
}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.answer: dict[str, Any] = {}

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, query))
        return {"cycles": [{"cycle": "2026-2027"}]} if path.endswith("/cycles") else self.answer

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return self.answer

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("PUT", path, body))
        return {"position": 8}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    return recorder


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "220"})


@pytest.mark.parametrize(
    "present",
    [["--present", "an", "binh", "chi"], ["--present", "an,binh, chi"], ["--present", "an", "--present", "binh chi"]],
)
def test_a_meeting_is_held_by_those_present_however_they_are_listed(place, present):
    place.answer = {"id": "m-1", "position": 7}
    told = run("meeting", "hold", "TH-BC", "--cycle", "2026-2027", "--on", "2026-11-20", *present, "--agenda", "Thông qua")
    assert "m-1" in told.output
    assert place.sent[-1][:2] == ("POST", f"{CYCLE}/meetings")
    body = place.sent[-1][2]
    assert (body["present"], body["on"], body["agenda"]) == (["an", "binh", "chi"], "2026-11-20", "Thông qua")


def test_a_vote_sends_its_numbers_and_the_answer_says_how_it_came_out(place):
    place.answer = {"because": "Thông qua: 4 thuận", "passed": True}
    numbers = ["--for", "4", "--against", "1", "--abstain", "0"]
    told = run(
        "meeting", "vote", "TH-BC", "1.3", "--cycle", "2026-2027", "--meeting", "m-1", *numbers, "--opinion", "Gọn hơn"
    )
    assert "Thông qua: 4 thuận" in told.output
    assert place.sent[-1][1] == f"{CYCLE}/criteria/1.3/votes"
    body = place.sent[-1][2]
    assert (body["for"], body["against"], body["abstain"], body["meeting"]) == (4, 1, 0, "m-1")
    assert body["opinions"] == ["Gọn hơn"]


def test_meetings_are_listed(place):
    vote = {"criterion": "1.1", "passed": True}
    meeting = {"id": "m-1", "on": "2026-11-20", "present": ["a", "b"], "agenda": "Họp", "votes": [vote]}
    place.answer = {"meetings": [meeting]}
    assert "1/1 thông qua" in run("meeting", "list", "TH-BC").output
    assert json.loads(run("meeting", "list", "TH-BC", "--json").output) == meeting


def test_approval_prints_the_position(place):
    place.answer = {"position": 41}
    assert json.loads(run("cycle", "approve", "TH-BC", "--cycle", "2026-2027", "--json").output) == {"position": 41}
    assert place.sent[-1][:2] == ("POST", f"{CYCLE}/approval")
    assert "41" in run("cycle", "approve", "TH-BC").output


@pytest.mark.parametrize(("copies", "words"), [("2026-2027", "phải xem lại"), ("", "không chép phần viết")])
def test_copying_says_whether_texts_came_along(place, copies, words):
    place.answer = {"cycle": "2027-2028", "rulebook": "v2026_tt57/pho_thong", "copies": copies}
    told = run("cycle", "copy", "TH-BC", "--from", "2026-2027", "--year", "2027-2028", "--on", "2027-09-10")
    assert words in told.output
    assert place.sent[-1][1] == f"{CYCLE}/copies"
    assert place.sent[-1][2] == {"school": "TH-BC", "former": "2026-2027", "year": "2027-2028", "on": "2027-09-10"}


def test_candidates_are_shown_as_suggestions(place):
    one = {"code": "H1-1.1-01", "title": "Kế hoạch", "criterion": "1.1", "document": "d", "new_code": ""}
    one["candidates"] = [{"criterion": "1.1", "title": "Tầm nhìn"}]
    place.answer = {"evidence": [one], "note": "Gợi ý", "confidence": "low"}
    told = run("cycle", "candidates", "TH-BC", "--from", "2024-2025")
    assert "H1-1.1-01" in told.output
    assert "Gợi ý (độ chắc: thấp)" in told.output
    assert place.sent[-1][2] == {"former": "2024-2025"}
    assert json.loads(run("cycle", "candidates", "TH-BC", "--json").output) == one


def test_publication_sends_where(place):
    place.answer = {"position": 9}
    told = run("cycle", "publish", "TH-BC", "--channel", "Bảng tin", "--channel", "Trang web", "--document", "d-1")
    assert "Số 9" in told.output
    assert place.sent[-1][2]["channels"] == ["Bảng tin", "Trang web"]
    assert place.sent[-1][2]["document"] == "d-1"


def test_an_item_is_added_with_what_was_told_and_nothing_else(place):
    place.answer = {"id": "i-1", "position": 3}
    told = run(
        "improve",
        "add",
        "TH-BC",
        "--criterion",
        "3.5",
        "--aim",
        "Đủ",
        "--action",
        "Mua",
        "--to",
        "2027-05-31",
        "--cost",
        "5",
    )
    assert "i-1" in told.output
    body = place.sent[-1][2]
    assert body == {
        "school": "TH-BC",
        "cycle": "2026-2027",
        "criterion": "3.5",
        "aim": "Đủ",
        "action": "Mua",
        "to": "2027-05-31",
        "cost_vnd": 5,
    }
    assert run("improve", "add", "TH-BC", "--aim", "Đủ", "--action", "Mua", "--from", "31/5").exit_code == 2


def test_changing_an_item_keeps_what_is_not_named(place):
    place.answer = {"items": [ITEM]}
    assert "Số 8" in run("improve", "change", "TH-BC", "i-1", "--source", "Xã hội hóa").output
    method, path, body = place.sent[-1]
    assert (method, path, body["expected"]) == ("PUT", f"{CYCLE}/improvements/i-1", 41)
    assert (body["source"], body["aim"], body["to"], body["criterion"]) == ("Xã hội hóa", "Đủ máy", "2027-05-31", "3.5")
    run("improve", "change", "TH-BC", "i-1", "--standard", "3")
    assert (place.sent[-1][2]["criterion"], place.sent[-1][2]["standard"]) == ("", "3")
    assert run("improve", "change", "TH-BC", "i-2").exit_code == 2


def test_a_review_names_its_evidence(place):
    place.answer = {"position": 5}
    run(
        "improve",
        "review",
        "TH-BC",
        "i-1",
        "--occasion",
        "hk1",
        "--status",
        "xong",
        "--evidence",
        "d-1",
        "--on",
        "2027-01-10",
    )
    assert place.sent[-1][1] == f"{CYCLE}/improvements/i-1/reviews"
    body = place.sent[-1][2]
    assert (body["status"], body["occasion"], body["evidence"], body["on"]) == ("xong", "hk1", ["d-1"], "2027-01-10")


def test_the_plan_is_listed_with_its_sums(place):
    sums = [{"source": "", "cost_vnd": 1, "items": 1}, {"source": "Ngân sách", "cost_vnd": 12_000_000, "items": 1}]
    place.answer = {"items": [ITEM], "sums": sums, "total_vnd": 12_000_001}
    told = run("improve", "list", "TH-BC")
    for words in ("theo dõi cuối học kỳ I", "12000001 đồng", "chưa ghi nguồn: 1 đồng", "đang làm"):
        assert words in told.output
    assert json.loads(run("improve", "list", "TH-BC", "--overdue", "--json").output) == ITEM
    assert place.sent[-1][2] == {"overdue": "true"}
    place.answer = {"items": [], "sums": [], "total_vnd": 0}
    assert "Không có việc quá hạn" in run("improve", "list", "TH-BC", "--overdue").output
