"""Needs and money by the command line, as people type it, against all services."""

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
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

HEAD, ECONOMIC, OFFICER = Role.HEAD, Role.ECONOMIC_OFFICE, Role.COMMUNE_OFFICER
SCOPES = {HEAD: (ScopeKind.SCHOOL, SCHOOL), ECONOMIC: (ScopeKind.COMMUNE, COMMUNE), OFFICER: (ScopeKind.COMMUNE, COMMUNE)}


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
        done = CliRunner().invoke(self._app, ["need", *words, *where])
        self.village.relay()
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    def ok(self, role: Role, *words: str) -> list[dict[str, Any]]:
        code, printed = self.run(role, *words)
        assert code == 0, printed
        return printed

    def refused(self, role: Role, *words: str) -> str:
        code, printed = self.run(role, *words)
        assert code == 1, printed
        return str(printed[-1]["type"])


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


RAISE = ("raise", SCHOOL, "--item", "Phòng học", "--quantity", "2", "--cost", "900000000", "--year", "2026")


def test_a_need_goes_its_way_by_the_command_line_and_its_sums_are_a_line_each(desk: Desk) -> None:
    need = desk.ok(HEAD, *RAISE, "--criterion", "3.2")[-1]["id"]
    money = ("fund", need, "--source", "ns_xa", "--year", "2026", "--amount")
    assert desk.refused(ECONOMIC, *money, "1000000") == "nhu-cau-sai-buoc"
    assert desk.refused(OFFICER, "appraise", need, "--verdict", "co_so") == "khong-du-quyen"
    desk.ok(ECONOMIC, "appraise", need, "--verdict", "co_so")
    assert desk.ok(ECONOMIC, *money, "500000000")[-1]["replaced_vnd"] == 0
    assert desk.ok(ECONOMIC, *money, "600000000")[-1]["replaced_vnd"] == 500_000_000
    desk.ok(ECONOMIC, "fund", need, "--source", "xhh", "--year", "2027", "--amount", "200000000", "--document", "45/QĐ")
    assert desk.refused(ECONOMIC, *money, "800000000") == "von-vuot-nhu-cau"
    assert desk.run(ECONOMIC, *money, "1.5")[0] == 2

    by = ("list", "--by")
    assert desk.ok(OFFICER, *by, "source") == [
        {"source": "ns_xa", "amount": 600_000_000},
        {"source": "xhh", "amount": 200_000_000},
    ]
    assert desk.ok(OFFICER, *by, "school", "--commune", COMMUNE) == [{"school": SCHOOL, "amount": 800_000_000}]
    assert desk.ok(OFFICER, *by, "year", "--year", "2027") == [{"year": 2027, "amount": 200_000_000}]
    (listed,) = desk.ok(HEAD, "list")
    assert (listed["id"], listed["funded_vnd"], listed["unfunded_vnd"]) == (need, 800_000_000, 100_000_000)
    assert desk.ok(OFFICER, "list", "--year", "2027") == []

    desk.ok(ECONOMIC, "start", need)
    desk.ok(ECONOMIC, "work", need, "--progress", "60", "--quality", "Móng đạt")
    desk.ok(ECONOMIC, "hand-over", need)
    assert [act["kind"] for act in desk.ok(HEAD, "show", need)[-1]["history"]][-1] == "need-handed-over"
    assert desk.refused(HEAD, "withdraw", need, "--reason", "Đã được tặng đủ thiết bị") == "nhu-cau-sai-buoc"


def test_a_need_is_changed_and_withdrawn_by_its_school(desk: Desk) -> None:
    need = desk.ok(HEAD, *RAISE)[-1]["id"]
    assert desk.ok(HEAD, *RAISE)[-1]["id"] == need
    changed = ("change", need, "--item", "Bếp ăn", "--quantity", "1", "--year", "2027")
    assert desk.refused(ECONOMIC, *changed) == "khong-du-quyen"
    assert desk.ok(HEAD, *changed)[-1]["need"]["item"] == "Bếp ăn"
    desk.ok(HEAD, "withdraw", need, "--reason", "Đã được tặng đủ thiết bị")
    assert desk.ok(OFFICER, "list")[-1]["state"] == "da_rut"
    assert desk.refused(OFFICER, "show", "khong") == "nhu-cau-khong-co"
    assert desk.refused(HEAD, *RAISE, "--criterion", "9.9") == "tieu-chi-khong-co"
    assert desk.refused(OFFICER, *RAISE) == "khong-du-quyen"


def test_the_commune_and_the_year_stand_in_the_address_over_rest(desk: Desk) -> None:
    client = desk.village.app.test_client()

    def call(method: str, path: str, role: Role, **options: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {desk._tokens[role]}"}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **options)
        desk.village.relay()
        return answer.status_code, answer.get_json()

    year = f"/communes/{COMMUNE}/years/2026"
    body = {"school": SCHOOL, "item": "Bếp ăn", "quantity": 1, "cost_vnd": 5_000_000}
    status, added = call("POST", f"{year}/needs", HEAD, json=body)
    assert status == 200, added
    assert call("POST", "/communes/KHAC/years/2026/needs", HEAD, json=body)[1]["type"] == "truong-xa-khac"
    for wrong in ({"cost_vnd": 1.5}, {"year": 2027}):
        assert call("POST", f"{year}/needs", HEAD, json=body | wrong)[0] == 400
    assert call("POST", f"/communes/{COMMUNE}/years/nay/needs", HEAD, json=body)[0] == 400
    found = call("GET", f"{year}/needs", OFFICER)[1]
    assert ([one["id"] for one in found["needs"]], found["counts"]["moi_neu"]) == ([added["id"]], 1)
    assert call("GET", f"/communes/{COMMUNE}/years/2025/needs", OFFICER)[1]["needs"] == []
    assert call("GET", f"{year}/need-sums", OFFICER)[1]["wanted"][0]["unfunded_vnd"] == 5_000_000
