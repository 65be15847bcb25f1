"""The commands around submission: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

GAP = {
    "kind": "no_evidence",
    "criterion": "5.2",
    "level": 2,
    "indicator": "b",
    "part": "",
    "text": "",
    "answer": "Xem trực tiếp tại trường",
    "position": 9,
}
OPEN = {"kind": "no_evidence", "criterion": "5.2", "level": 2, "indicator": "b", "text": "Tiêu chí 5.2: chưa có minh chứng"}
CHECKED = OPEN | {"link": "/truong/TH-BC/danh-gia/2026-2027/5.2#o-2_b"}
WHOLE = {
    "kind": "not_approved",
    "criterion": "",
    "level": 0,
    "indicator": "",
    "text": "Chủ tịch chưa phê duyệt.",
    "link": "/x",
}
PLACE = {"kind": "no_evidence", "criterion": "5.2", "level": 2, "indicator": "b"}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.gaps: list[dict[str, Any]] = [GAP]
        self.check: dict[str, Any] = {"ready": False, "gaps": [CHECKED, WHOLE], "notes": ["Trễ 3 ngày."]}
        self.posted: dict[str, Any] = {"position": 7}
        self.changes: dict[str, Any] = {}

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, query))
        if path.endswith("/check"):
            return self.check
        return {"cycles": [{"cycle": "2026-2027"}], "gaps": self.gaps, **self.changes}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return self.posted

    def delete(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("DELETE", path, body))
        return {"position": 8}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    return recorder


def run(*arguments: str, given: str = "") -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments), input=given, env={"COLUMNS": "200"})


def test_check_lists_each_gap_as_submit_takes_it_with_its_page(place):
    answer = run("cycle", "check", "TH-BC")
    assert answer.exit_code == 0
    for said in ("no_evidence:5.2:2:b", "Xem trực tiếp tại trường", CHECKED["link"], "Trễ 3 ngày.", "not_approved"):
        assert said in answer.output
    assert [path for _, path, _ in place.sent[-2:]] == [
        "schools/TH-BC/cycles/2026-2027/check",
        "schools/TH-BC/cycles/2026-2027/gaps",
    ]


@pytest.mark.parametrize("named", [["2026-2027.2"], ["--cycle", "2026-2027.2"], ["2026-2027.2", "--cycle", "2026-2027.2"]])
def test_check_prints_one_object_for_programs(place, named):
    assert json.loads(run("cycle", "check", "TH-BC", *named, "--json").output) == place.check
    assert place.sent[-1][1] == "schools/TH-BC/cycles/2026-2027.2/check"


def test_check_of_two_cycles_is_refused(place):
    assert run("cycle", "check", "TH-BC", "2025-2026", "--cycle", "2026-2027").exit_code == 2


def test_check_says_that_nothing_is_missing(place):
    place.gaps, place.check = [], {"ready": True, "gaps": [], "notes": []}
    assert "không thiếu gì" in run("cycle", "check", "TH-BC").output
    place.check = {"ready": False, "gaps": [], "notes": []}
    assert "đã trình" in run("cycle", "check", "TH-BC").output


@pytest.mark.parametrize("named", [["2026-2027.2"], ["--cycle", "2026-2027.2"]])
def test_submit_may_leave_everything_that_is_lacking_for_one_reason(place, named):
    answer = run("cycle", "submit", "TH-BC", *named, "--incomplete", "--reason", "Hồ sơ giấy đang quét")
    assert answer.exit_code == 0, answer.output
    assert place.sent[-1][1] == "schools/TH-BC/cycles/2026-2027.2/submission"
    assert place.sent[-1][2] | {"incomplete": True, "reason": "Hồ sơ giấy đang quét"} == place.sent[-1][2]


def test_a_reason_without_incomplete_is_refused(place):
    assert run("cycle", "submit", "TH-BC", "--reason", "Hồ sơ giấy đang quét").exit_code == 2


def test_submit_sends_the_gaps_of_the_line_and_of_a_file(place, tmp_path):
    file = tmp_path / "gaps.json"
    file.write_text(json.dumps([PLACE | {"reason": "Lý do trong tệp"}]), encoding="utf-8")
    line = "not_assessed:4.1=Chưa tổ chức được, chờ xây = xong"
    answer = run("cycle", "submit", "TH-BC", "--gap", line, "--gaps", str(file))
    assert answer.exit_code == 0
    first = {"kind": "not_assessed", "criterion": "4.1", "level": 0, "indicator": ""}
    body = place.sent[-1][2]
    assert body["gaps"] == [
        first | {"reason": "Chưa tổ chức được, chờ xây = xong"},
        PLACE | {"reason": "Lý do trong tệp"},
    ]


def test_submit_sends_what_it_always_sent_when_nothing_is_missing(place):
    run("cycle", "submit", "TH-BC", "--on", "2026-11-05")
    assert place.sent[-1][2] == {"school": "TH-BC", "cycle": "2026-2027", "on": "2026-11-05"}


@pytest.mark.parametrize(
    "text", ["5.2:2:b=vì thế", "no_evidence=vì", "no_evidence:5.2:x:b=vì", "khac:5.2=vì", "a:b:1:c:d=e"]
)
def test_a_gap_written_wrongly_is_a_usage_error(place, text):
    answer = run("cycle", "submit", "TH-BC", "--gap", text)
    assert answer.exit_code == 2
    assert not [sent for sent in place.sent if sent[0] == "POST"]


def test_gaps_of_a_file_that_is_no_list_are_a_usage_error(place):
    assert run("cycle", "submit", "TH-BC", "--gaps", "-", given="{}").exit_code == 2


def test_reopen_sends_the_reason_for_the_newest_cycle(place):
    place.posted = {"cycle": "2026-2027.2"}
    answer = run("cycle", "reopen", "TH-BC", "--reason", "Sở trả hồ sơ, bổ sung số liệu")
    assert "thành đợt 2026-2027.2" in answer.output
    assert place.sent[-1][1] == "schools/TH-BC/cycles/2026-2027/reopening"
    assert place.sent[-1][2]["reason"] == "Sở trả hồ sơ, bổ sung số liệu"


def test_changes_are_told_line_by_line(place):
    place.changes = {
        "reopens": "2026-2027",
        "results": [PLACE | {"before": "not_assessed", "after": "met"}],
        "evidence": [PLACE | {"code": "MC.5.2.01", "added": False}],
        "descriptions": ["5.2"],
        "texts": [{"criterion": "5.3", "level": 1}],
    }
    told = run("cycle", "changes", "TH-BC").output
    assert "5.2/2/b  chưa đánh giá → đạt" in told
    assert "bỏ minh chứng MC.5.2.01" in told
    assert "sửa nhận xét" in told
    assert "sửa hiện trạng" in told
    assert json.loads(run("cycle", "changes", "TH-BC", "--json").output)["reopens"] == "2026-2027"
    place.changes = {"reopens": "2026-2027", "results": [], "evidence": [], "descriptions": [], "texts": []}
    assert "Chưa đổi gì so với bản 2026-2027." in run("cycle", "changes", "TH-BC").output


def test_status_says_how_each_condition_is_known(place):
    level = {"level": 1, "floor": 1, "ceiling": 1}
    said = {"article": "Đ16", "satisfied": True, "document": "", "counted": None, "how": "tu_khai", "text": "Cơ sở vật chất"}
    conditions = [said, said | {"document": "d1"}, said | {"text": "03 năm học", "how": "tinh", "counted": 2}]
    place.changes = {
        "name": "Trường",
        "valid_at": "2026-11-24",
        "known_at": {"position": 9},
        "rulebook": "r",
        "school_level": level,
        "criteria": {},
        "recognition": None,
        "because": [],
        "conditions": conditions,
    }
    answer = run("status", "TH-BC").output
    assert "Điều kiện: Cơ sở vật chất: có, tự khai, chưa có tài liệu (Đ16)" in answer
    assert "Điều kiện: Cơ sở vật chất: có, tự khai (Đ16)" in answer
    assert "Điều kiện: 03 năm học: có, đếm được 2 năm (Đ16)" in answer


def test_conditions_are_stated_with_their_document(place):
    run("school", "conditions", "TH-BC", "facilities_met=true", "--document", "d1")
    assert place.sent[-1][2] == {"school": "TH-BC", "conditions": {"facilities_met": True}, "document": "d1"}


def test_an_answer_is_given_and_taken_back(place):
    run("cycle", "answer", "TH-BC", "no_evidence:5.2:2:b", "Xem trực tiếp tại trường")
    assert place.sent[-1][:2] == ("POST", "schools/TH-BC/cycles/2026-2027/answers")
    assert place.sent[-1][2].items() >= (PLACE | {"reason": "Xem trực tiếp tại trường"}).items()
    run("cycle", "withdraw-answer", "TH-BC", "no_evidence:5.2:2:b")
    assert place.sent[-1][:2] == ("DELETE", "schools/TH-BC/cycles/2026-2027/answers")
