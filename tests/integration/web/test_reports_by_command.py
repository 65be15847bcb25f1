"""Reports by the command line, as people type it, against all services: asked, handed in, missing, synthesised, sent."""

from __future__ import annotations

import datetime as dt
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
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, SCOPES, Village

HEAD, OFFICER = Role.HEAD, Role.COMMUNE_OFFICER
TODAY = today(SystemClock())
YEAR = str(TODAY.year)
ASK = (
    "ask",
    COMMUNE,
    YEAR,
    "--kind",
    "tien_do",
    "--period",
    "Tháng này",
    "--due",
    (TODAY + dt.timedelta(days=5)).isoformat(),
)


class Desk:
    """Types commands for the head of a school and for its commune's office."""

    def __init__(self) -> None:
        self.village = Village()
        other = a.RegisterSchool(commune=COMMUNE, code="MN-SM", name="Mầm non Sao Mai", kind=a.SchoolKind.KINDERGARTEN)
        self.village.do(Role.ADMINISTRATOR, "register_school", other, a.SchoolView)
        self._tokens = {role: self._token(role) for role in (HEAD, OFFICER)}
        self._server = make_server("127.0.0.1", 0, self.village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._app = typer.Typer()
        add_client_commands(self._app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

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
        where = ["--url", self.url, "--token", self._tokens[role], "--json"]
        done = CliRunner().invoke(self._app, ["report", *words, *where])
        self.village.relay()
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    def ok(self, role: Role, *words: str) -> dict[str, Any]:
        code, printed = self.run(role, *words)
        assert code == 0, printed
        return printed[-1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_a_report_is_asked_handed_in_accepted_synthesised_written_and_sent(desk: Desk) -> None:
    asked = desk.ok(OFFICER, *ASK, "--section", "Kết quả", "--figure", "Số phòng học")["id"]
    desk.ok(HEAD, "hand-in", asked, SCHOOL, "--text", "Kết quả=Đã xong 12 tiêu chí", "--figure", "Số phòng học=1.400")

    code, missing = desk.run(OFFICER, "missing", asked)
    assert code == 0
    assert [(one["school"], one["days"]) for one in missing] == [("MN-SM", -5)]
    assert f"{desk.url}/truong/MN-SM/bao-cao/{asked}" in missing[0]["text"]

    desk.ok(OFFICER, "return", asked, SCHOOL, "--reason", "Thiếu phần khó khăn của trường")
    desk.ok(HEAD, "hand-in", asked, SCHOOL, "--text", "Đã xong 12 tiêu chí", "--figure", "Số phòng học=1.400")
    desk.ok(OFFICER, "accept", asked, SCHOOL)

    drafted = desk.ok(OFFICER, "synthesise", COMMUNE, YEAR, "--kind", "tien_do", "--request", asked)
    assert (drafted["schools"], drafted["reports_received"], drafted["reports_missing"]) == (2, 1, 1)
    assert drafted["missing"] == ["MN-SM"]
    desk.ok(OFFICER, "write", drafted["id"], "--text", "Đề nghị=Sửa hai phòng học")
    assert desk.ok(OFFICER, "write", drafted["id"], "--text", "Nhận xét, đánh giá=Đúng tiến độ")["writings"] == 2
    sent = desk.ok(OFFICER, "send", drafted["id"], "--to", "ubnd_xa", "--number", "45/BC-VHXH", "--on", TODAY.isoformat())
    assert sent["sent"] == [{"to": "ubnd_xa", "number": "45/BC-VHXH", "sent_on": TODAY.isoformat()}]
    code, refused = desk.run(OFFICER, "write", drafted["id"], "--text", "Đề nghị=Muộn rồi")
    assert (code, refused[-1]["type"]) == (1, "tong-hop-da-gui")

    assert desk.ok(OFFICER, "show", drafted["id"])["texts"][-1]["text"] == "Sửa hai phòng học"
    assert desk.ok(HEAD, "show", asked)["parts"][0]["state"] == "da_duyet"
    assert desk.ok(HEAD, "list")["id"] == asked
    assert desk.ok(OFFICER, "list", "--syntheses", "--commune", COMMUNE)["position"] == drafted["position"]
    desk.ok(OFFICER, "close", asked, "--reason", "Gộp vào báo cáo sơ kết")
    assert desk.run(OFFICER, "missing", asked) == (0, [])


def test_what_may_not_be_is_refused_by_its_name(desk: Desk) -> None:
    asked = desk.ok(OFFICER, *ASK)["id"]
    for role, words, refusal in (
        (HEAD, ASK, "khong-du-quyen"),
        (HEAD, ("accept", asked, SCHOOL), "khong-du-quyen"),
        (HEAD, ("hand-in", asked, "MN-SM", "--text", "Lời"), "khong-du-quyen"),
        (HEAD, ("synthesise", COMMUNE, YEAR, "--kind", "tien_do"), "khong-du-quyen"),
        (OFFICER, ("accept", asked, SCHOOL), "bao-cao-chua-gui"),
        (OFFICER, (*ASK[:-1], (TODAY + dt.timedelta(days=9)).isoformat()), "bao-cao-da-hoi"),
        (HEAD, ("hand-in", asked, SCHOOL, "--text", "Mục lạ=Lời"), "yeu-cau-sai"),
    ):
        code, printed = desk.run(role, *words)
        assert (code, printed[-1]["type"]) == (1, refusal), words


def test_a_part_is_handed_in_from_a_file(desk: Desk, tmp_path: Any) -> None:
    asked = desk.ok(OFFICER, *ASK, "--section", "Kết quả", "--figure", "Số lớp")["id"]
    file = tmp_path / "bao-cao.json"
    file.write_text(json.dumps({"texts": {"Kết quả": "Đã xong"}, "figures": {"Số lớp": 12}}), encoding="utf-8")
    desk.ok(HEAD, "hand-in", asked, SCHOOL, "--file", str(file))
    assert desk.ok(HEAD, "show", asked)["parts"][0]["figures"] == [{"name": "Số lớp", "value": 12}]
