"""Training, notices and difficulties by the command line, as people type it, against all services."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner
from werkzeug.serving import make_server

from cli.client_commands import add_client_commands
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

TODAY = today(SystemClock())
YEAR = str(TODAY.year)
SCOPES = {
    Role.HEAD: (ScopeKind.SCHOOL, SCHOOL),
    Role.COMMUNE_OFFICER: (ScopeKind.COMMUNE, COMMUNE),
    Role.COMMUNE_LEADER: (ScopeKind.COMMUNE, COMMUNE),
    Role.MASS_ORGANISATION: (ScopeKind.COMMUNE, COMMUNE),
}
HEAD, OFFICER, LEADER, FRONT = SCOPES
PERSON = "0198f2c4-0000-7000-8000-000000000001"


class Desk:
    """Types commands for people of a school and of its commune."""

    def __init__(self) -> None:
        self.village = Village()
        self._tokens = {role: self._token(role) for role in SCOPES}
        self._server = make_server("127.0.0.1", 0, self.village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._app = typer.Typer()
        add_client_commands(self._app)

    def _token(self, role: Role) -> str:
        kind, scope = SCOPES[role]
        grant = GrantRequest(role=role, scope_kind=kind, scope=scope)
        asked = IssueToken(name=role.value, grants=[grant], days=1)
        return str(self.village.identity.issue_token(system("thu"), asked).token)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def run(self, role: Role, *words: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and what was printed, an object a line."""
        where = ["--url", f"http://127.0.0.1:{self._server.server_port}", "--token", self._tokens[role], "--json"]
        done = CliRunner().invoke(self._app, [*words, *where])
        self.village.relay()
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    def lines(self, role: Role, *words: str) -> list[dict[str, Any]]:
        code, printed = self.run(role, *words)
        assert code == 0, printed
        return printed

    def ok(self, role: Role, *words: str) -> dict[str, Any]:
        (printed,) = self.lines(role, *words)
        return printed

    def refused(self, role: Role, *words: str) -> str:
        code, (printed,) = self.run(role, *words)
        assert code == 1, printed
        return str(printed["type"])


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_a_class_is_planned_held_corrected_and_listed(desk: Desk, tmp_path: Path) -> None:
    days = f"{TODAY - dt.timedelta(days=1)},{TODAY}"
    plan = ("training", "plan", COMMUNE, YEAR, "--topic", "hoi_dong", "--title", "Tự đánh giá", "--on", days)
    number = desk.ok(OFFICER, *plan, "--place", "Hội trường xã", "--budget", "5000000")["id"]
    assert desk.refused(HEAD, *plan, "--place", "Xã") == "khong-du-quyen"
    people = tmp_path / "nguoi.json"
    people.write_text(json.dumps([{"person": PERSON, "school": SCHOOL, "result": "Đạt"}]), encoding="utf-8")
    held = ("training", "held", number, "--on", TODAY.isoformat(), "--present", str(people))
    assert desk.ok(OFFICER, *held)["present_count"] == 1
    people.write_text(json.dumps([{"person": PERSON, "school": SCHOOL, "present": False}]), encoding="utf-8")
    assert desk.refused(OFFICER, *held) == "lop-da-mo"
    assert desk.ok(OFFICER, *held, "--correct")["present_count"] == 0
    (listed,) = desk.lines(LEADER, "training", "list")
    assert (listed["id"], listed["budget_vnd"], listed["asked_count"]) == (number, 5_000_000, 1)
    assert desk.refused(OFFICER, "training", "cancel", number, "--reason", "Trùng kỳ thi học kỳ") == "lop-da-mo"
    assert desk.lines(OFFICER, "training", "untrained", COMMUNE, "--topic", "hoi_dong") == []
    desk.ok(HEAD, "training", "ask", SCHOOL, "--topic", "minh_chung")


def test_a_difficulty_goes_its_way_by_the_command_line(desk: Desk) -> None:
    raised = ("difficulty", "raise", SCHOOL, "--text", "Thiếu phòng tin học", "--asks", "Bố trí một phòng")
    number = desk.ok(HEAD, *raised, "--criterion", "3.2", "--year", YEAR)["id"]
    assert desk.ok(HEAD, *raised, "--criterion", "3.2", "--year", YEAR)["id"] == number
    assert desk.refused(LEADER, "difficulty", "decide", number, "--text", "Đồng ý") == "kho-khan-chua-chuyen"
    desk.ok(OFFICER, "difficulty", "take", number, "--due", (TODAY + dt.timedelta(days=7)).isoformat())
    desk.ok(OFFICER, "difficulty", "forward", number, "--to", "ubnd_xa", "--summary", "Vượt khả năng của trường")
    assert desk.refused(OFFICER, "difficulty", "answer", number, "--text", "Xã trả lời") == "kho-khan-dang-o-noi-khac"
    desk.ok(LEADER, "difficulty", "decide", number, "--text", "Bố trí vốn năm sau")
    assert desk.ok(HEAD, "difficulty", "close", number, "--word", "chua")["state"] == "moi_neu"
    desk.ok(OFFICER, "difficulty", "answer", number, "--text", "Xã làm trong hè")
    assert desk.ok(HEAD, "difficulty", "close", number, "--word", "thoa_dang")["state"] == "da_dong"
    (listed,) = desk.lines(OFFICER, "difficulty", "list", "--commune", COMMUNE, "--state", "da_dong")
    assert (listed["id"], listed["school"], listed["state"]) == (number, SCHOOL, "da_dong")
    assert desk.lines(HEAD, "difficulty", "list", "--state", "moi_neu") == []
    assert desk.refused(FRONT, "difficulty", "list") == "khong-du-quyen"


def test_notices_and_publicity_are_published_commented_and_withdrawn(desk: Desk) -> None:
    text = ("--title", "Họp dân", "--text", "19 giờ tại nhà văn hóa")
    number = desk.ok(OFFICER, "notice", "publish", COMMUNE, YEAR, *text, "--number", "12/TB-UBND")["id"]
    loud = ("publicity", "add", COMMUNE, YEAR, "--kind", "loa", "--title", "Loa thôn", "--reach", "400")
    piece = desk.ok(OFFICER, *loud)["id"]
    desk.ok(FRONT, "notice", "comment", number, "--text", "Nên họp buổi tối")
    (listed,) = desk.lines(OFFICER, "notice", "list", COMMUNE)
    assert [one["text"] for one in listed["comments"]] == ["Nên họp buổi tối"]
    desk.ok(OFFICER, "notice", "show-comment", number, listed["comments"][0]["id"])
    assert [one["id"] for one in desk.lines(OFFICER, "publicity", "list", "--year", YEAR)] == [piece]
    assert desk.refused(HEAD, "notice", "comment", number, "--text", "Trường góp ý") == "khong-du-quyen"
    desk.ok(OFFICER, "notice", "withdraw", number, "--reason", "Ghi nhầm ngày họp dân")
    assert desk.lines(FRONT, "notice", "list") == []


@pytest.mark.parametrize(("kind", "form"), [("tap_huan", "xlsx"), ("thong_bao", "docx"), ("tong_hop_kho_khan", "pdf")])
def test_papers_are_printed_by_the_command_line(desk: Desk, tmp_path: Path, kind: str, form: str) -> None:
    plan = ("training", "plan", COMMUNE, YEAR, "--topic", "hoi_dong", "--title", "Lớp", "--on", TODAY.isoformat())
    desk.ok(OFFICER, *plan, "--place", "Xã")
    desk.ok(OFFICER, "notice", "publish", COMMUNE, YEAR, "--title", "Họp dân", "--text", "19 giờ")
    desk.ok(HEAD, "difficulty", "raise", SCHOOL, "--text", "Thiếu phòng", "--asks", "Bố trí phòng", "--year", YEAR)
    out = tmp_path / f"giay.{form}"
    printed = desk.ok(OFFICER, "paper", "print", kind, COMMUNE, "--year", YEAR, "--format", form, "-o", str(out))
    assert (printed["kind"], printed["draft"]) == (kind, False)
    assert out.stat().st_size > 1_000
