"""The commands of tasks, directives and the committee: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client


def made(number: int, **said: Any) -> dict[str, Any]:
    plain = {"school": "TH-1", "unit": "", "text": "Nộp danh mục", "wanted": "paper", "due": "2026-12-15"}
    return plain | {"id": f"v-{number}", "state": "qua_han"} | said


class Recorder:
    """Stands for an installation: remembers what it was sent, and answers in pages of two."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.tasks = [made(1), made(2, school="", unit="phong_kinh_te"), made(3, state="da_nhan")]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, {key: value for key, value in query.items() if value}))
        after = query.get("after") or 0
        member = {"person": "p-1", "role": "truong_ban", "duty": "Chỉ đạo"}
        committee = {"number": "12/QĐ-UBND", "decided_on": "2026-01-20", "members": [member]}
        rule = {"id": "q-1", "text": "Báo cáo tháng", "every": "hang_thang", "first_due": "2026-09-25", "given": 3}
        directive = {"id": "d-1", "number": "45/UBND-VHXH", "issued_on": "2026-03-02", "abstract": "Tự đánh giá", "tasks": 1}
        return {
            "tasks": self.tasks[after : after + 2],
            "total": len(self.tasks),
            "rules": [rule][after : after + 2],
            "directives": [directive][after : after + 2],
            "committees": [committee],
        }

    lines = Client.lines

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        told = {"ids": ["v-9"], "persons": ["p-1", "p-2"], "number": "45/UBND-VHXH", "ended_on": "2026-11-24"}
        return made(9) | told

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("PUT", path, body))
        return body


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments))


def test_a_task_is_given_and_its_id_is_told(installation):
    named = ("NL", "2026", "--to", "TH-1", "--to", "phong_kinh_te", "--text", "Nộp", "--due", "2026-12-15")
    done = run("task", "give", *named, "--wanted", "paper", "--every", "month", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["id"] == "v-9"
    ((method, path, body),) = installation.sent
    assert (method, path) == ("POST", "communes/NL/years/2026/tasks")
    assert (body["to"], body["due"], body["wanted"], body["every"]) == (
        ["TH-1", "phong_kinh_te"],
        "2026-12-15",
        "paper",
        "hang_thang",
    )


@pytest.mark.parametrize("wrong", [("--due", "15/12/2026"), ("--wanted", "thu"), ("--every", "week")])
def test_a_word_that_is_none_is_sent_nowhere(installation, wrong):
    named = {"--to": "TH-1", "--text": "Nộp", "--due": "2026-12-15"} | dict([wrong])
    assert run("task", "give", "NL", "2026", *(word for pair in named.items() for word in pair)).exit_code == 2
    assert installation.sent == []


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (
            ("report", "v-1", "--text", "Đã nộp", "--document", "d-1"),
            "tasks/v-1/reports",
            {"task": "v-1", "text": "Đã nộp", "figures": "", "documents": ["d-1"]},
        ),
        (("accept", "v-1"), "tasks/v-1/acceptance", {"task": "v-1", "seen": 0}),
        (("accept", "v-1", "--seen", "3"), "tasks/v-1/acceptance", {"task": "v-1", "seen": 3}),
        (("return", "v-1", "--reason", "Thiếu"), "tasks/v-1/returns", {"task": "v-1", "reason": "Thiếu", "seen": 0}),
        (
            ("extend", "v-1", "--due", "2027-01-15", "--reason", "Chờ"),
            "tasks/v-1/extensions",
            {"task": "v-1", "due": "2027-01-15", "reason": "Chờ"},
        ),
        (("cancel", "v-1", "--reason", "Hoãn"), "tasks/v-1/cancellation", {"task": "v-1", "reason": "Hoãn"}),
        (("end", "q-1", "--reason", "Đã đủ"), "recurring-tasks/q-1/end", {"rule": "q-1", "reason": "Đã đủ"}),
    ],
)
def test_what_is_done_about_a_task_is_sent_under_its_id(installation, arguments, path, body):
    done = run("task", *arguments)
    assert done.exit_code == 0, done.output
    assert installation.sent == [("POST", path, body)]


def test_tasks_are_listed_page_by_page_with_names_for_people_and_as_they_are_for_programs(installation):
    told = run("task", "list", "--overdue", "--commune", "NL").stdout
    assert "Phòng Kinh tế" in told
    assert "Quá hạn" in told
    assert [query.get("after") for _, _, query in installation.sent] == [None, 2]
    assert installation.sent[0][2] == {"overdue": True, "commune": "NL", "limit": 500}
    lines = run("task", "list", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["v-1", "v-2", "v-3"]


def test_rules_directives_and_committees_are_listed(installation):
    assert "Báo cáo tháng" in run("task", "rules", "NL", "2026").stdout
    assert "45/UBND-VHXH" in run("directive", "list", "NL", "2026").stdout
    assert "Trưởng ban" in run("committee", "show", "NL", "2026").stdout
    assert json.loads(run("committee", "show", "NL", "2026", "--json").stdout)["members"][0]["role"] == "truong_ban"


def test_a_directive_is_issued(installation):
    named = ("--number", "45/UBND-VHXH", "--on", "2026-03-02", "--abstract", "Tự đánh giá")
    assert run("directive", "issue", "NL", "2026", *named).exit_code == 0
    assert installation.sent[0][1] == "communes/NL/years/2026/directives"
    assert installation.sent[0][2]["issued_on"] == "2026-03-02"


def test_names_of_a_committee_go_to_the_list_of_people_and_only_ids_into_the_decision(installation, tmp_path):
    decided = ("--number", "12/QĐ-UBND", "--on", "2026-01-20")
    members = ("--member", "Nông Văn A; Chủ tịch; Trưởng ban; Chỉ đạo; chung", "--member", "Hà Thị B; ; uy_vien; Vốn")
    assert run("committee", "set", "NL", "2026", *decided, *members).exit_code == 0
    (_, people_path, people), (_, path, body) = installation.sent
    assert people_path == "communes/NL/people"
    assert [one["name"] for one in people["people"]] == ["Nông Văn A", "Hà Thị B"]
    assert path == "communes/NL/years/2026/committee"
    assert body["members"] == [
        {"person": "p-1", "role": "truong_ban", "duty": "Chỉ đạo; chung"},
        {"person": "p-2", "role": "uy_vien", "duty": "Vốn"},
    ]
    assert "Nông" not in json.dumps(body, ensure_ascii=False)
    file = tmp_path / "ban.json"
    listed = [
        {"name": "Nông Văn A", "office": "Chủ tịch", "role": "Trưởng ban", "duty": "Chỉ đạo; chung"},
        {"name": "Hà Thị B", "office": "", "role": "Ủy viên", "duty": "Vốn"},
    ]
    file.write_text(json.dumps(listed), encoding="utf-8")
    assert run("committee", "set", "NL", "2026", *decided, "--file", str(file)).exit_code == 0
    assert installation.sent[-1][2] == body


@pytest.mark.parametrize("member", ["Nông Văn A; Chủ tịch", "Nông Văn A; Chủ tịch; Tướng; Chỉ đạo"])
def test_a_member_that_is_not_told_whole_is_sent_nowhere(installation, member):
    decided = ("--number", "12/QĐ-UBND", "--on", "2026-01-20")
    assert run("committee", "set", "NL", "2026", *decided, "--member", member).exit_code == 2
    assert installation.sent == []
