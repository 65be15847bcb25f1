"""The commands around the council: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

PLACE = "schools/TH-BC/cycles/2026-2027"
HOA = {"person": "1", "name": "Lò Thị Hoa", "login": "hoa"}
ERASED = {"person": "0198f2c4", "name": "", "login": ""}
COUNCIL = {
    "cycle": "2026-2027",
    "position": 9,
    "decision": "12/QĐ",
    "decided_on": "2026-10-01",
    "members": [{**HOA, "role": "chu_tich", "office": "Hiệu trưởng"}, {**ERASED, "role": "uy_vien", "office": ""}],
    "groups": [
        {
            "group": "nhom-1",
            "name": "Nhóm 1",
            "kind": "cong_tac",
            "leader": HOA,
            "members": [HOA, ERASED],
            "criteria": ["1.1", "1.3"],
        }
    ],
    "rules": [
        {
            "rule": "so_le",
            "text": "Số thành viên lẻ",
            "state": "khong_dat",
            "found": "có 2 thành viên",
            "source": "TT57/2026 Đ9",
            "confidence": "medium",
        }
    ],
}
PLAN = {
    "form": "",
    "sections": [{"key": "I", "heading": "I mục đích", "text": "Giữ chuẩn"}, {"key": "II", "heading": "II", "text": ""}],
    "timetable": [{"starts": "2026-10-05", "ends": "2026-10-30", "activity": "Họp", "who": ""}],
    "resources": [{"criterion": "1.3", "what": "Máy quét", "when": ""}],
    "approval": None,
}
FACETS = {
    "title": "Phương hướng",
    "indicators": [{"level": 1, "indicator": "a", "requirement": "Phù hợp", "facets": [{"text": "Có chiến lược"}]}],
    "suggestions": [{"evidence": "Chiến lược phát triển", "mark": "gợi ý"}],
}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.answers: dict[str, Any] = {
            "council": COUNCIL,
            "plan": PLAN,
            "facets": FACETS,
            "cycles": {"cycles": [{"cycle": "2026-2027"}]},
        }

    def get(self, path: str, **query: Any) -> Any:
        self.sent.append(("GET", path, query))
        return self.answers[path.rpartition("/")[2]]

    def put(self, path: str, body: Any) -> Any:
        self.sent.append(("PUT", path, body))
        return COUNCIL if path.endswith("/council") else {"position": 7}

    def post(self, path: str, body: Any) -> Any:
        self.sent.append(("POST", path, body))
        return {"position": 7}

    def delete(self, path: str, body: Any = None) -> Any:
        self.sent.append(("DELETE", path, body))
        return {"position": 8}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    return recorder


def run(*arguments: str, given: Any = None) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    text = "" if given is None else json.dumps(given)
    return CliRunner().invoke(app, list(arguments), input=text, env={"COLUMNS": "200"})


def test_set_sends_the_file_as_it_is_to_the_newest_cycle(place):
    given = {"decision": "12/QĐ", "decided_on": "2026-10-01", "members": []}
    answer = run("council", "set", "TH-BC", "--file", "-", "--json", given=given)
    assert json.loads(answer.output) == COUNCIL
    assert place.sent[-1] == ("PUT", f"{PLACE}/council", given)
    assert "2 người" in run("council", "set", "TH-BC", "--cycle", "2026-2027", "--file", "-", given=given).output


@pytest.mark.parametrize("command", [("council", "set"), ("plan", "set")])
def test_a_file_that_is_no_object_is_refused(place, command):
    answer = run(*command, "TH-BC", "--file", "-", given=[])
    assert answer.exit_code == 2
    assert not [sent for sent in place.sent if sent[0] == "PUT"]


def test_show_tells_people_by_name_groups_and_rules(place):
    text = run("council", "show", "TH-BC").output
    assert "Hội đồng tự đánh giá đợt 2026-2027, quyết định số 12/QĐ ngày 2026-10-01:" in text
    assert "Chủ tịch: Lò Thị Hoa, Hiệu trưởng" in text
    assert "Ủy viên: 0198f2c4\n" in text
    assert "Nhóm 1 (công tác): Lò Thị Hoa, 0198f2c4" in text
    assert "[KHÔNG ĐÚNG] Số thành viên lẻ: có 2 thành viên (TT57/2026 Đ9)" in text
    assert json.loads(run("council", "show", "TH-BC", "--json").output) == COUNCIL


def test_show_says_what_a_council_will_have_to_keep(place):
    place.answers["council"] = {**COUNCIL, "position": 0, "members": [], "groups": []}
    assert "Đợt 2026-2027 chưa lập Hội đồng." in run("council", "show", "TH-BC").output


def test_check_lists_rule_by_rule_and_looks_at_a_file_without_recording(place):
    told = run("council", "check", "TH-BC").output
    assert "KHÔNG ĐÚNG" in told
    assert ("vừa" in told, "medium" in told) == (True, False)
    answer = run("council", "check", "TH-BC", "--file", "-", "--json", given={"members": []})
    assert json.loads(answer.output) == COUNCIL["rules"][0]
    assert place.sent[-1] == ("PUT", f"{PLACE}/council", {"members": [], "only_check": True})


def test_groups_are_added_listed_and_removed(place):
    run("group", "add", "TH-BC", "nhom-1", "--name", "Nhóm 1", "--leader", "hoa", "--member", "lan", "--member", "mai")
    body = {"name": "Nhóm 1", "kind": "cong_tac", "leader": "hoa", "members": ["lan", "mai"], "task": ""}
    assert place.sent[-1] == ("PUT", f"{PLACE}/groups/nhom-1", body)
    text = run("group", "list", "TH-BC").output
    assert "Lò Thị Hoa, 0198f2c4" in text
    assert "1.1, 1.3" in text
    assert json.loads(run("group", "list", "TH-BC", "--json").output) == COUNCIL["groups"][0]
    assert "Số 8" in run("group", "remove", "TH-BC", "nhom-1").output


def test_a_criterion_is_assigned_to_logins_with_a_day(place):
    answer = run(
        *("criterion", "assign", "TH-BC", "1.3", "--cycle", "2026-2027", "--group", "nhom-1"),
        *("--writer", "lan", "--reviewer", "hoa", "--due", "2027-03-15", "--json"),
    )
    assert json.loads(answer.output) == {"position": 7}
    body = {"group": "nhom-1", "writer": "lan", "reviewer": "hoa", "due": "2027-03-15"}
    assert place.sent[-1] == ("PUT", f"{PLACE}/criteria/1.3/assignment", body)
    run("criterion", "assign", "TH-BC", "1.3", "--writer", "lan")
    assert place.sent[-1][2] == {"group": "", "writer": "lan", "reviewer": ""}
    assert run("criterion", "assign", "TH-BC", "1.3", "--due", "2027-02-30").exit_code == 2


def test_a_plan_is_set_approved_and_shown(place):
    run("plan", "set", "TH-BC", "--file", "-", given={"sections": {"I": "Giữ chuẩn"}})
    assert place.sent[-1] == ("PUT", f"{PLACE}/plan", {"sections": {"I": "Giữ chuẩn"}})
    assert "Số 7" in run("plan", "approve", "TH-BC", "--on", "2026-11-02").output
    assert place.sent[-1] == ("POST", f"{PLACE}/plan/approval", {"on": "2026-11-02"})
    text = run("plan", "show", "TH-BC").output
    for line in (
        "Thông tư này chưa có mẫu kế hoạch; các mục là của trường.",
        "I mục đích: Giữ chuẩn",
        "II: ⟨chưa có⟩",
        "2026-10-05 – 2026-10-30  Họp",
        "1.3  Máy quét",
        "Chưa duyệt.",
    ):
        assert line in text.splitlines()
    place.answers["plan"] = {**PLAN, "approval": {"approved_on": "2026-11-02"}}
    assert "Chủ tịch duyệt ngày 2026-11-02." in run("plan", "show", "TH-BC").output


def test_facets_are_set_and_shown_with_suggestions(place):
    facets = [{"text": "Có chiến lược"}]
    run("facet", "set", "TH-BC", "1.1", "--level", "1", "--indicator", "a", "--file", "-", given=facets)
    assert place.sent[-1] == ("PUT", f"{PLACE}/criteria/1.1/facets", {"level": 1, "indicator": "a", "facets": facets})
    assert run("facet", "set", "TH-BC", "1.1", "--level", "1", "--file", "-", given={}).exit_code == 2
    lines = run("facet", "show", "TH-BC", "1.1").output.splitlines()
    assert lines == ["1.1 Phương hướng", "Mức 1 a: Phù hợp", "  - Có chiến lược", "gợi ý: Chiến lược phát triển"]
