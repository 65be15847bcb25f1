"""The commands about writing: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from cli.writing import CODE_WORDS, STATE_WORDS, STEP_WORDS
from client.api_client import Client
from shared.vocabulary.self_assessment import CodeStanding, CriterionStep, WritingState

CYCLE = "schools/TH-BC/cycles/2026-2027"
CRITERION = f"{CYCLE}/criteria/1.3"
SENTENCE = {"number": 1, "text": "Có sổ.", "codes": [], "starts_paragraph": True}
DANGLING = {"level": 1, "sentence": 2, "code": "MC.1.3.09", "standing": "chua_cap"}
WRITTEN = {
    "position": 41,
    "criterion": "1.3",
    "level": 1,
    "text": "Có sổ.",
    "sentences": [SENTENCE],
    "unanchored": [1],
    "dangling": [DANGLING],
    "merged": True,
}
WORK = {
    "title": "Kế hoạch",
    "step": "yeu_cau_sua",
    "levels": [{"level": 1, "state": "chua_xem_lai", "sentences": [SENTENCE]}],
    "dangling": [DANGLING],
    "request": {"text": "Ghi rõ nơi công bố"},
    "comments": [{"text": "Ở đâu?", "resolved": False}, {"text": "Xong rồi", "resolved": True}],
}
BOARD = {
    "criteria": [
        {
            "criterion": "1.3",
            "step": "cho_soat",
            "assigned": {"due": "2026-12-01"},
            "sentences": 3,
            "unanchored": 1,
            "dangling": 0,
            "open_comments": 2,
        }
    ],
    "standards": [],
    "sections": [],
}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.answer: Any = {"position": 7, "cycles": [{"cycle": "2026-2027"}]}

    def get(self, path: str, **query: Any) -> Any:
        self.sent.append(("GET", path, query))
        return {**self.answer, "cycles": [{"cycle": "2026-2027"}]}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        self.sent.append(("POST", path, body))
        return self.answer

    def put(self, path: str, body: dict[str, Any]) -> Any:
        self.sent.append(("PUT", path, body))
        return self.answer


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    return recorder


def run(*arguments: str, given: str = "") -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments), input=given, env={"COLUMNS": "200"})


def test_every_step_state_and_standing_has_its_words():
    assert STEP_WORDS.keys() == set(CriterionStep)
    assert STATE_WORDS.keys() == set(WritingState)
    assert CODE_WORDS.keys() == set(CodeStanding) - {CodeStanding.CITED}


def test_write_sends_the_text_and_says_what_is_loose(place):
    place.answer = WRITTEN
    answer = run("criterion", "write", "TH-BC", "1.3", "--cycle", "2026-2027", "--level", "1", "--text", "Có sổ.")
    assert place.sent == [("PUT", f"{CRITERION}/texts", {"level": 1, "text": "Có sổ."})]
    for words in ("1 câu", "số 41", "đã ghép cả hai", "Câu chưa có mã: 1", "MC.1.3.09 chưa cấp mã này"):
        assert words in answer.output
    told = run("criterion", "write", "TH-BC", "1.3", "--level", "1", "--text", "Có sổ.", "--expected", "0", "--json")
    assert json.loads(told.output) == WRITTEN
    assert place.sent[-1] == ("PUT", f"{CRITERION}/texts", {"level": 1, "text": "Có sổ.", "expected": 0})


def test_write_reads_a_file_or_its_input_but_not_both(place, tmp_path):
    place.answer = WRITTEN | {"unanchored": [], "dangling": [], "merged": False}
    file = tmp_path / "hien-trang.txt"
    file.write_text("Một.\n\nHai.", encoding="utf-8")
    run("criterion", "write", "TH-BC", "1.3", "--level", "2", "--file", str(file))
    assert place.sent[-1][2] == {"level": 2, "text": "Một.\n\nHai."}
    run("criterion", "write", "TH-BC", "1.3", "--level", "2", "--file", "-", given="Ba.")
    assert place.sent[-1][2]["text"] == "Ba."
    both = run("criterion", "write", "TH-BC", "1.3", "--level", "2", "--file", str(file), "--text", "Bốn.")
    assert both.exit_code == 2
    assert run("criterion", "write", "TH-BC", "1.3", "--level", "2", "--file", str(tmp_path / "khong-co")).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "sent", "words"),
    [
        (("criterion", "hand-in", "TH-BC", "1.3"), ("POST", f"{CRITERION}/hand-in", {}), "Đã nộp tiêu chí 1.3"),
        (("criterion", "take-back", "TH-BC", "1.3"), ("POST", f"{CRITERION}/take-back", {}), "Đã lấy lại"),
        (("criterion", "review", "TH-BC", "1.3"), ("POST", f"{CRITERION}/review", {}), "Đã soát xong"),
        (
            ("criterion", "request-changes", "TH-BC", "1.3", "--text", "Sửa", "--due", "2026-12-01"),
            ("POST", f"{CRITERION}/change-requests", {"text": "Sửa", "due": "2026-12-01"}),
            "Đã yêu cầu sửa",
        ),
        (
            ("criterion", "keep", "TH-BC", "1.3", "--level", "0"),
            ("POST", f"{CRITERION}/keep", {"level": 0}),
            "giữ nguyên tiêu chí 1.3.",
        ),
        (
            ("standard", "describe", "TH-BC", "1", "--strengths", "Rõ"),
            (
                "PUT",
                f"{CYCLE}/standards/1",
                {"strengths": "Rõ", "limits": "", "causes": "", "trend": "", "priorities": ""},
            ),
            "tiêu chuẩn 1",
        ),
        (
            ("section", "write", "TH-BC", "I.2", "--text", "Xã vùng cao.", "--expected", "4"),
            ("PUT", f"{CYCLE}/sections/I.2", {"text": "Xã vùng cao.", "expected": 4}),
            "phần I.2",
        ),
        (
            (
                "comment",
                "add",
                "TH-BC",
                "1.3",
                "--text",
                "Ở đâu?",
                "--document",
                "d",
                "--page",
                "2",
                "--box",
                "0.1,0.2,0.5,0.4",
            ),
            (
                "POST",
                f"{CRITERION}/comments",
                {
                    "text": "Ở đâu?",
                    "place": {"level": 0, "sentence": 0, "document": "d", "page": 2, "box": [0.1, 0.2, 0.5, 0.4]},
                    "answers": "",
                },
            ),
            "Đã góp ý",
        ),
        (("comment", "resolve", "TH-BC", "k-1"), ("PUT", f"{CYCLE}/comments/k-1", {"resolved": True}), "xử lý xong"),
        (
            ("comment", "resolve", "TH-BC", "k-1", "--reopen"),
            ("PUT", f"{CYCLE}/comments/k-1", {"resolved": False}),
            "mở lại",
        ),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) and value[0].islower() else "",
)
def test_each_step_is_sent_where_the_api_takes_it(place, arguments, sent, words):
    answer = run(*arguments)
    assert answer.exit_code == 0, answer.output
    assert place.sent[-1] == sent
    assert words in answer.output


def test_a_box_that_is_no_box_is_refused_before_anything_is_sent(place):
    assert run("comment", "add", "TH-BC", "1.3", "--text", "Ở đâu?", "--box", "0.1,0.2").exit_code == 2
    assert not any(method == "POST" for method, _, _ in place.sent)


def test_the_work_on_a_criterion_is_told_line_by_line(place):
    place.answer = WORK
    told = run("criterion", "work", "TH-BC", "1.3", "--valid-at", "2026-11-01", "--known-at", "9").output
    assert place.sent[-1] == ("GET", f"{CRITERION}/work", {"valid_at": "2026-11-01", "known_at": 9})
    for words in ("yêu cầu sửa", "chưa xem lại", "1. Có sổ.", "MC.1.3.09", "Ghi rõ nơi công bố", "Góp ý: Ở đâu?"):
        assert words in told
    assert "Xong rồi" not in told
    place.answer = WORK | {"request": None}
    assert json.loads(run("criterion", "work", "TH-BC", "1.3", "--json").output)["step"] == "yeu_cau_sua"
    assert "Yêu cầu sửa:" not in run("criterion", "work", "TH-BC", "1.3").output


def test_the_board_is_a_table_or_one_object(place):
    place.answer = BOARD
    table = run("work", "board", "TH-BC").output
    assert "chờ soát" in table
    assert "2026-12-01" in table
    assert json.loads(run("work", "board", "TH-BC", "--json").output)["criteria"] == BOARD["criteria"]
    assert place.sent[-1] == ("GET", f"{CYCLE}/work", {})


def test_comments_are_listed_one_a_line(place):
    place.answer = {"comments": [{"comment": "k-1", "criterion": "1.3", "text": "Ở đâu?", "resolved": False}]}
    told = run("comment", "list", "TH-BC", "--criterion", "1.3", "--open", "--json").output
    assert json.loads(told)["comment"] == "k-1"
    assert place.sent[-1] == ("GET", f"{CYCLE}/comments", {"criterion": "1.3", "open_only": "true"})
