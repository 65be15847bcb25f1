"""The whole way of a registration by the command line, as people type it, against all services."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner
from werkzeug.serving import make_server

from cli.client_commands import add_client_commands
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, SCOPES, Village

PEOPLE = (Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER)
HEAD, OFFICER, DEPARTMENT = PEOPLE
TODAY = today(SystemClock())


class Desk:
    """Types commands for people of a school, its commune and the department."""

    def __init__(self) -> None:
        self.village = Village()
        self._tokens = {role: self._token(role) for role in PEOPLE}
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

    def run(self, role: Role, *words: str) -> tuple[int, dict[str, Any]]:
        """Return the exit code and what was printed."""
        where = ["--url", f"http://127.0.0.1:{self._server.server_port}", "--token", self._tokens[role], "--json"]
        done = CliRunner().invoke(self._app, ["registration", words[0], SCHOOL, *words[1:], *where])
        self.village.relay()
        return done.exit_code, json.loads(done.stdout.splitlines()[-1])

    def ok(self, role: Role, *words: str) -> dict[str, Any]:
        code, printed = self.run(role, *words)
        assert code == 0, printed
        return printed

    def refused(self, role: Role, *words: str) -> str:
        code, printed = self.run(role, *words)
        assert code == 1, printed
        return str(printed["type"])


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def evaluate(village: Village, cycle: str) -> None:
    plan = i.PlanInspection(school=SCHOOL, cycle=cycle, layer=a.Layer.DEPARTMENT, on=TODAY, title="Đánh giá ngoài")
    visit = village.do(DEPARTMENT, "plan", plan, i.InspectionView, "inspection").inspection
    ending = i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đoàn đã xem xong tại trường.")
    village.do(DEPARTMENT, "conclude", ending, i.InspectionView, "inspection")


def test_a_registration_is_brought_from_the_letter_to_a_refusal_by_the_command_line(desk: Desk) -> None:
    none = desk.ok(HEAD, "show")
    assert (none["state"], none["history"]) == ("chua_dang_ky", [])
    assert set(none["deadlines"][0]) >= {"what", "due", "source", "confidence"}
    assert desk.refused(DEPARTMENT, "accept") == "chua-dang-ky"
    assert desk.refused(HEAD, "open") in {"chua-trinh", "chu-ky-khong-co"}
    cycle = desk.village.open_cycle()
    desk.village.submit(cycle)

    opened = desk.ok(HEAD, "open", "--for", "cqg", "--degree", "1", "--copies", "2", "--number", "12/CV-TH")
    assert (opened["state"], opened["purpose"], opened["degree"]) == ("da_dang_ky", "cqg", 1)
    assert desk.run(OFFICER, "open")[0] == 1
    lacking = desk.ok(OFFICER, "check", "--missing", "Quyết định lập Hội đồng", "--missing", "Phụ lục số liệu")
    assert lacking["missing"] == ["Quyết định lập Hội đồng", "Phụ lục số liệu"]
    assert desk.refused(OFFICER, "forward") == "ho-so-con-thieu"
    desk.ok(OFFICER, "check")
    desk.ok(OFFICER, "forward", "--to", "so", "--number", "45/UBND")
    again = TODAY.replace(year=TODAY.year + 1).isoformat()
    back = desk.ok(DEPARTMENT, "return", "--reason", "Thiếu phụ lục số liệu", "--due", again)
    assert back["state"] == "tra_lai"
    desk.ok(HEAD, "open")
    desk.ok(OFFICER, "check")
    desk.ok(OFFICER, "forward")
    desk.ok(DEPARTMENT, "accept")
    assert desk.refused(DEPARTMENT, "draft") == "chua-ket-luan"
    evaluate(desk.village, cycle)
    desk.ok(DEPARTMENT, "draft", "--summary", "Đạt Mức 1 ở bảy tiêu chí")
    assert desk.refused(DEPARTMENT, "final") == "chua-het-han-phan-hoi"
    desk.ok(HEAD, "reply", "--point", "Tiêu chí 1.1: đã bổ sung", "--point", "Tiêu chí 3.2: số phòng là 12")
    assert desk.refused(DEPARTMENT, "final", "--answer", "1=tiep_thu") == "chua-tra-loi-phan-hoi"
    assert desk.refused(DEPARTMENT, "refuse", "--reason", "Chưa đạt Mức 1 ở tám tiêu chí") == "chua-chinh-thuc"
    final = desk.ok(DEPARTMENT, "final", "--answer", "1=tiep_thu", "2=bao_luu:Số liệu theo biên bản khảo sát")
    assert [(point["answer"], point["note"]) for point in final["points"]] == [
        ("tiep_thu", ""),
        ("bao_luu", "Số liệu theo biên bản khảo sát"),
    ]
    desk.ok(DEPARTMENT, "refuse", "--reason", "Chưa đạt Mức 1 ở tám tiêu chí")

    shown = desk.ok(HEAD, "show")
    assert shown["state"] == "khong_cong_nhan"
    assert shown["history"][-1]["step"] == "quyet_dinh"
    assert desk.refused(HEAD, "open", "--number", "13") == "da-quyet-dinh"
    register = desk.village.do(DEPARTMENT, "register", a.RegisterRequest(), a.RegisterAnswer)
    assert (register.recognitions, register.certificates) == ([], [])
    assert desk.village.status().refusal.reason == "Chưa đạt Mức 1 ở tám tiêu chí"
