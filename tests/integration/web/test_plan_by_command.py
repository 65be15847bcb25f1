"""A commune's plan by the command line, as people type it, against all services; and rebuilt by who reads the feed alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import maintenance as m
from shared.contracts.events.base import to_json
from shared.identity.call_context import CallContext, Grant
from shared.text import school_year_of
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.web.desk import Desk
from tests.unit.inspection.year.plan_rebuilt import Plan
from tests.unit.pages.village import COMMUNE, SCHOOL

TODAY = today(SystemClock())
YEAR = TODAY.year
OTHER = "TH-KH"


PEOPLE = {
    "officer": (Role.COMMUNE_OFFICER, COMMUNE),
    "economic": (Role.ECONOMIC_OFFICE, COMMUNE),
    "elsewhere": (Role.COMMUNE_OFFICER, "BM"),
    "head": (Role.HEAD, SCHOOL),
}


class Place(Desk):
    """A commune with two schools, and another commune; who types is somebody of `PEOPLE`."""

    def __init__(self) -> None:
        super().__init__()
        register = a.RegisterSchool(commune=COMMUNE, code=OTHER, name="Trường Tiểu học Khe Vàng", kind=a.SchoolKind.PRIMARY)
        self.village.do(Role.ADMINISTRATOR, "register_school", register, a.SchoolView)
        self.village.do(
            Role.ADMINISTRATOR, "register_commune", a.RegisterCommune(commune="BM", name="Xã Bản Mù"), a.CommuneView
        )
        elsewhere = a.RegisterSchool(commune="BM", code="TH-BM", name="Trường Tiểu học Bản Mù", kind=a.SchoolKind.PRIMARY)
        self.village.do(Role.ADMINISTRATOR, "register_school", elsewhere, a.SchoolView)

    def feed(self) -> list[dict[str, Any]]:
        """Return every public event as it travels."""
        return [
            json.loads(to_json(one.published(logged)))
            for one in self.village.services.values()
            for logged in one.log.read(0, 10_000)
        ]

    def done(self, *words: str, who: str = "officer") -> list[dict[str, Any]]:
        role, scope = PEOPLE[who]
        return self.ok(role, *words, scope=scope)

    def not_done(self, *words: str, who: str = "officer") -> dict[str, Any]:
        role, scope = PEOPLE[who]
        return self.refusal(role, *words, scope=scope)


@pytest.fixture
def desk() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


def plan(*words: str, year: int = YEAR) -> list[str]:
    return ["plan", words[0], COMMUNE, str(year), *words[1:]]


def recognise(desk: Place, school: str, number: str, on: dt.date) -> None:
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


def test_a_plan_goes_from_proposals_to_its_issue_and_an_adjustment(desk: Place, tmp_path: Any) -> None:
    proposed = desk.done(*plan("propose"))
    assert [(one["school"], one["kind"], one["register_by"]) for one in proposed] == [
        (SCHOOL, "cong_nhan_moi", None),
        (OTHER, "cong_nhan_moi", None),
    ]
    assert set(proposed[0]) == {"school", "kind", "register_by", "because"}
    words = tmp_path / "ke-hoach.json"
    words.write_text(json.dumps({"aims": "Mục đích của xã."}), encoding="utf-8")
    (drafted,) = desk.done(*plan("draft", "--file", str(words)))
    assert (drafted["aims"], len(drafted["sections"])) == ("Mục đích của xã.", 4)

    entry = ["--kind", "cong_nhan_moi", "--target-level", "1", "--target-degree", "1"]
    more = ["--register-by", f"{YEAR}-12-31", "--responsible", "Nhà trường; Phòng VH-XH"]
    (made,) = desk.done(*plan("entry", SCHOOL, *entry, *more))
    assert (made["kind"], made["register_by"], made["late"]) == ("cong_nhan_moi", f"{YEAR}-12-31", False)
    refusal = desk.not_done(*plan("entry", OTHER, "--kind", "duy_tri"))
    assert (refusal["type"], refusal["status"]) == ("muc-trai-so-cong-nhan", 409)
    assert desk.not_done(*plan("entry", "TH-BM", *entry))["status"] == 403

    missing = desk.not_done(*plan("issue", "--number", "08/KH-UBND", "--on", TODAY.isoformat()))
    assert (missing["status"], missing["schools"]) == (409, [OTHER])
    (issued,) = desk.done(*plan("issue", "--number", "08/KH-UBND", "--leave-out", "Trường mới lập, chưa đủ khóa học"))
    assert issued["left_out"] == [OTHER]
    assert desk.not_done(*plan("entry", OTHER, *entry))["type"] == "ke-hoach-da-ban-hanh"
    desk.done(*plan("adjust", "--reason", "Thêm một trường đủ điều kiện"))
    desk.done(*plan("entry", OTHER, *entry))
    desk.done(*plan("drop", OTHER, "--reason", "Trường xin lùi sang năm sau"))
    assert desk.done(*plan("progress")) == [{"schools": 2, "with_entry": 1, "reached": 0, "late": 0}]
    (shown,) = desk.done(*plan("show"))
    assert (shown["state"], [line["school"] for line in shown["lines"]]) == ("da_dieu_chinh", [SCHOOL, OTHER])
    (compared,) = desk.done(*plan("compare"))
    assert compared["before"]["with_entry"] == 0


def test_a_plan_is_written_by_its_own_commune_alone_and_a_school_does_not_read_it(desk: Place) -> None:
    entry = plan("entry", SCHOOL, "--kind", "cong_nhan_moi")
    for who in ("elsewhere", "head", "economic"):
        assert desk.not_done(*entry, who=who)["status"] == 403
    for who in ("elsewhere", "head"):
        assert desk.not_done(*plan("show"), who=who)["status"] == 403
    assert desk.done(*plan("progress"), who="economic")[0]["schools"] == 2


def test_a_schools_own_plan_is_shown_as_before_when_no_year_is_named(desk: Place) -> None:
    desk.village.open_cycle()
    assert "sections" in desk.done("plan", "show", SCHOOL, who="head")[0]


def rebuilt(desk: Place) -> dict[str, int]:
    return Plan(desk.feed(), COMMUNE, YEAR).progress(TODAY.isoformat())


def test_who_knows_only_the_feed_rebuilds_the_progress_of_a_plan(desk: Place) -> None:
    recognise(desk, SCHOOL, "3/QĐ-SGDĐT", TODAY.replace(year=YEAR - 1, month=1, day=15))
    desk.done(*plan("entry", SCHOOL, "--kind", "duy_tri", "--target-degree", "1", "--override", "Sổ công nhận nhập muộn"))
    early = (TODAY - dt.timedelta(days=1)).isoformat()
    if early[:4] == str(YEAR):
        desk.done(*plan("entry", OTHER, "--kind", "cong_nhan_moi", "--target-degree", "1", "--register-by", early))
    before = desk.done(*plan("progress"))[0]
    assert before["reached"] == 0
    assert rebuilt(desk) == before
    check = m.CheckMaintenance(school=SCHOOL, year=school_year_of(TODAY), result=MaintenanceResult.KEPT)
    desk.village.do(Role.COMMUNE_OFFICER, "check_maintenance", check, m.MaintenanceCheckView, "inspection")
    after = desk.done(*plan("progress"))[0]
    assert after["reached"] == 1
    assert rebuilt(desk) == after
