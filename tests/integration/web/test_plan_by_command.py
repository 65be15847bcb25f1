"""A commune's plan by the command line, as people type it, against all services; and rebuilt by who reads the feed alone."""

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
from shared.contracts.calls import maintenance as m
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.contracts.events.base import to_json
from shared.identity.call_context import CallContext, Grant, system
from shared.text import school_year_of
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

TODAY = today(SystemClock())
YEAR = TODAY.year
OTHER = "TH-KH"


class Desk:
    """Types commands for the commune's office, its leader, a head of school and the department's auditor."""

    def __init__(self) -> None:
        self.village = Village()
        register = a.RegisterSchool(commune=COMMUNE, code=OTHER, name="Trường Tiểu học Khe Vàng", kind=a.SchoolKind.PRIMARY)
        self.village.do(Role.ADMINISTRATOR, "register_school", register, a.SchoolView)
        self.village.do(
            Role.ADMINISTRATOR, "register_commune", a.RegisterCommune(commune="BM", name="Xã Bản Mù"), a.CommuneView
        )
        elsewhere = a.RegisterSchool(commune="BM", code="TH-BM", name="Trường Tiểu học Bản Mù", kind=a.SchoolKind.PRIMARY)
        self.village.do(Role.ADMINISTRATOR, "register_school", elsewhere, a.SchoolView)
        self._tokens = {
            "officer": self._token(Role.COMMUNE_OFFICER, COMMUNE),
            "economic": self._token(Role.ECONOMIC_OFFICE, COMMUNE),
            "elsewhere": self._token(Role.COMMUNE_OFFICER, "BM"),
            "head": self._token(Role.HEAD, SCHOOL),
        }
        self._server = make_server("127.0.0.1", 0, self.village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._app = typer.Typer()
        add_client_commands(self._app)

    def _token(self, role: Role, scope: str) -> str:
        kind = ScopeKind.SCHOOL if role is Role.HEAD else ScopeKind.COMMUNE
        asked = IssueToken(
            name=f"{role.value}-{scope}", grants=[GrantRequest(role=role, scope_kind=kind, scope=scope)], days=1
        )
        return str(self.village.identity.issue_token(system("thu"), asked).token)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def run(self, who: str, *words: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and what was printed, an object a line."""
        where = ["--url", f"http://127.0.0.1:{self._server.server_port}", "--token", self._tokens[who], "--json"]
        done = CliRunner().invoke(self._app, [*words, *where])
        self.village.relay()
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    def feed(self) -> list[dict[str, Any]]:
        """Return every public event as it travels."""
        return [
            json.loads(to_json(one.published(logged)))
            for one in self.village.services.values()
            for logged in one.log.read(0, 10_000)
        ]

    def ok(self, *words: str, who: str = "officer") -> list[dict[str, Any]]:
        code, printed = self.run(who, *words)
        assert code == 0, printed
        return printed

    def refused(self, *words: str, who: str = "officer") -> dict[str, Any]:
        code, printed = self.run(who, *words)
        assert code == 1, printed
        return printed[-1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def plan(*words: str, year: int = YEAR) -> list[str]:
    return ["plan", words[0], COMMUNE, str(year), *words[1:]]


def recognise(desk: Desk, school: str, number: str, on: dt.date) -> None:
    """Copy a decision of the department from its paper."""
    clerk = CallContext(
        actor="thu", grants=(Grant(role=Role.DEPARTMENT_OFFICER, scope_kind=ScopeKind.DEPARTMENT, schools=(SCHOOL, OTHER)),)
    )
    paper = desk.village.paper(f"Quyết định {number}") if school == SCHOOL else ""
    said = a.GrantRecognition(
        school=school,
        number=number,
        degree=1,
        decided_on=on,
        copied_from_paper=paper,
        override="Quyết định ký trước khi có hệ thống",
    )
    desk.village.rpc_client.call("assessment", "grant_recognition", clerk, said, a.RecognitionView)
    desk.village.relay()


def test_a_plan_goes_from_proposals_to_its_issue_and_an_adjustment(desk: Desk, tmp_path: Any) -> None:
    proposed = desk.ok(*plan("propose"))
    assert [(one["school"], one["kind"], one["register_by"]) for one in proposed] == [
        (SCHOOL, "cong_nhan_moi", None),
        (OTHER, "cong_nhan_moi", None),
    ]
    assert set(proposed[0]) == {"school", "kind", "register_by", "because"}
    words = tmp_path / "ke-hoach.json"
    words.write_text(json.dumps({"aims": "Mục đích của xã."}), encoding="utf-8")
    (drafted,) = desk.ok(*plan("draft", "--file", str(words)))
    assert (drafted["aims"], len(drafted["sections"])) == ("Mục đích của xã.", 4)

    entry = ["--kind", "cong_nhan_moi", "--target-level", "1", "--target-degree", "1"]
    more = ["--register-by", f"{YEAR}-12-31", "--responsible", "Nhà trường; Phòng VH-XH"]
    (made,) = desk.ok(*plan("entry", SCHOOL, *entry, *more))
    assert (made["kind"], made["register_by"], made["late"]) == ("cong_nhan_moi", f"{YEAR}-12-31", False)
    refusal = desk.refused(*plan("entry", OTHER, "--kind", "duy_tri"))
    assert (refusal["type"], refusal["status"]) == ("muc-trai-so-cong-nhan", 409)
    assert desk.refused(*plan("entry", "TH-BM", *entry))["status"] == 403

    missing = desk.refused(*plan("issue", "--number", "08/KH-UBND", "--on", TODAY.isoformat()))
    assert (missing["status"], missing["schools"]) == (409, [OTHER])
    (issued,) = desk.ok(*plan("issue", "--number", "08/KH-UBND", "--leave-out", "Trường mới lập, chưa đủ khóa học"))
    assert issued["left_out"] == [OTHER]
    assert desk.refused(*plan("entry", OTHER, *entry))["type"] == "ke-hoach-da-ban-hanh"
    desk.ok(*plan("adjust", "--reason", "Thêm một trường đủ điều kiện"))
    desk.ok(*plan("entry", OTHER, *entry))
    desk.ok(*plan("drop", OTHER, "--reason", "Trường xin lùi sang năm sau"))
    assert desk.ok(*plan("progress")) == [{"schools": 2, "with_entry": 1, "reached": 0, "late": 0}]
    (shown,) = desk.ok(*plan("show"))
    assert (shown["state"], [line["school"] for line in shown["lines"]]) == ("da_dieu_chinh", [SCHOOL, OTHER])
    (compared,) = desk.ok(*plan("compare"))
    assert compared["before"]["with_entry"] == 0


def test_a_plan_is_written_by_its_own_commune_alone_and_a_school_does_not_read_it(desk: Desk) -> None:
    entry = plan("entry", SCHOOL, "--kind", "cong_nhan_moi")
    for who in ("elsewhere", "head", "economic"):
        assert desk.refused(*entry, who=who)["status"] == 403
    for who in ("elsewhere", "head"):
        assert desk.refused(*plan("show"), who=who)["status"] == 403
    assert desk.ok(*plan("progress"), who="economic")[0]["schools"] == 2


def test_a_schools_own_plan_is_shown_as_before_when_no_year_is_named(desk: Desk) -> None:
    desk.village.open_cycle()
    assert "sections" in desk.ok("plan", "show", SCHOOL, who="head")[0]


# --- a stranger who knows only the feed


def rebuilt(events: list[dict[str, Any]], commune: str, year: int) -> dict[str, int]:
    """Return the counts of a plan from public events alone, by the words of their reference."""
    homes: dict[str, str] = {}
    closed: set[str] = set()
    entries: dict[str, dict[str, Any]] = {}
    awards: dict[str, list[dict[str, Any]]] = {}
    checks: dict[str, dict[str, Any]] = {}
    registered: dict[str, list[str]] = {}
    for event in events:
        fact, data = event["type"].split(".")[3], event["data"]
        if fact == "school-registered":
            homes[data["school"]] = data["commune"]
        elif fact == "school-closed" and data["closed_on"] <= f"{year}-12-31":
            closed.add(data["school"])
        elif fact == "plan-entry-set" and (data["commune"], data["year"]) == (commune, year):
            entries[data["school"]] = data
        elif fact == "plan-entry-dropped" and (data["commune"], data["year"]) == (commune, year):
            entries.pop(data["school"], None)
        elif fact == "recognition-granted":
            awards.setdefault(data["school"], []).append(data)
        elif fact == "maintenance-checked":
            checks[f"{data['school']} {data['year']}"] = data
        elif fact == "registration-opened":
            registered.setdefault(data["school"], []).append(data["opened_on"])
    now = TODAY.isoformat()
    reached = late = 0
    for school, entry in entries.items():
        held = awards.get(school, [])
        if entry["kind"] == "duy_tri":
            years = {f"{school} {year - 1}-{year}", f"{school} {year}-{year + 1}"}
            met = any(checks[one]["result"] == "duy_tri" for one in years & set(checks))
        else:
            met = any(one["decided_on"][:4] == str(year) and one["degree"] >= entry["target_degree"] for one in held)
        begun = [day for day in registered.get(school, []) if f"{year - 1}-01-01" <= day <= f"{year}-12-31"]
        passed = entry.get("register_by", now) < now and not begun
        expired = entry["kind"] != "cong_nhan_moi" and bool(held) and max(one["expires_on"] for one in held) < now
        reached += met
        late += not met and (passed or expired)
    schools = [school for school, home in homes.items() if home == commune and school not in closed]
    return {"schools": len(schools), "with_entry": len(entries), "reached": reached, "late": late}


def test_who_knows_only_the_feed_rebuilds_the_progress_of_a_plan(desk: Desk) -> None:
    recognise(desk, SCHOOL, "3/QĐ-SGDĐT", TODAY.replace(year=YEAR - 1, month=1, day=15))
    desk.ok(*plan("entry", SCHOOL, "--kind", "duy_tri", "--target-degree", "1", "--override", "Sổ công nhận nhập muộn"))
    early = (TODAY - dt.timedelta(days=1)).isoformat()
    if early[:4] == str(YEAR):
        desk.ok(*plan("entry", OTHER, "--kind", "cong_nhan_moi", "--target-degree", "1", "--register-by", early))
    before = desk.ok(*plan("progress"))[0]
    assert before["reached"] == 0
    assert rebuilt(desk.feed(), COMMUNE, YEAR) == before
    check = m.CheckMaintenance(school=SCHOOL, year=school_year_of(TODAY), result=MaintenanceResult.KEPT)
    desk.village.do(Role.COMMUNE_OFFICER, "check_maintenance", check, m.MaintenanceCheckView, "inspection")
    after = desk.ok(*plan("progress"))[0]
    assert after["reached"] == 1
    assert rebuilt(desk.feed(), COMMUNE, YEAR) == after
