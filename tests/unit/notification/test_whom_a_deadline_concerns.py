"""Each deadline of a commune's year goes to whom it concerns and to nobody else: reminded, and shown as one's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from services.notification.domain.deadlines.listening import HEARD
from shared.contracts.calls.deadlines import DeadlinesRequest
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.notification.deadline_kit import MONDAY, PEOPLE, SCHOOLS, Town

DUE = MONDAY + dt.timedelta(days=7)
MORE_PEOPLE = {
    "lanh-dao": (Role.COMMUNE_LEADER, ScopeKind.COMMUNE, "NL"),
    "van-thu-bc": (Role.CLERK, ScopeKind.SCHOOL, "TH-BC"),
    "hoi-dong-bc": (Role.COUNCIL_MEMBER, ScopeKind.SCHOOL, "TH-BC"),
    "van-thu-sm": (Role.CLERK, ScopeKind.SCHOOL, "MN-SM"),
    "hoi-dong-sm": (Role.COUNCIL_MEMBER, ScopeKind.SCHOOL, "MN-SM"),
    "truong-khac": (Role.HEAD, ScopeKind.SCHOOL, "TH-BM"),
    "lanh-dao-khac": (Role.COMMUNE_LEADER, ScopeKind.COMMUNE, "BM"),
    "kinh-te-khac": (Role.ECONOMIC_OFFICE, ScopeKind.COMMUNE, "BM"),
}
EVERYBODY = PEOPLE | MORE_PEOPLE

Told = tuple[str, dict[str, Any]]


def training(*schools: str) -> list[Told]:
    days = {"first_day": DUE, "last_day": DUE, "budget_vnd": 0}
    return [("training-planned", {"training": "l1", "topic": "hoi_dong", "schools": list(schools), **days})]


def task(school: str = "", unit: str = "") -> list[Told]:
    said = {"task": "v1", "wanted": "report", "given_on": MONDAY, "due": DUE}
    return [("task-given", {"school": school, "unit": unit, **said})]


def report(*schools: str) -> list[Told]:
    said = {"request": "b1", "kind": "so_ket", "asked_on": MONDAY, "due": DUE}
    return [("report-asked", {"schools": list(schools), **said})]


def difficulty(*then: Told) -> list[Told]:
    named = {"difficulty": "k1", "school": "TH-BC"}
    acts = (("difficulty-raised", {"criterion": "3.1", "raised_on": MONDAY}), *then)
    return [(fact, named | said) for fact, said in acts]


def target(lead: str) -> list[Told]:
    aim = {"target": "c1", "school": "TH-BC", "criterion": "3.1", "level": 2, "by": DUE}
    return [("criterion-target-set", {"lead": lead, **aim})]


def plan_entry(**days: dt.date) -> list[Told]:
    entry = {"school": "TH-BC", "kind": "cong_nhan_moi", **days}
    return [("plan-entry-set", entry), ("plan-issued", {"issued_on": MONDAY})]


TAKEN = ("difficulty-taken", {"unit": "phong_vhxh", "due": DUE, "taken_on": MONDAY})
CASES: dict[str, tuple[list[Told], set[str]]] = {
    "training: one school": (training("TH-BC"), {"xa", "truong-bc"}),
    "training: the other school": (training("MN-SM"), {"xa", "truong-sm"}),
    "training: all schools": (training(), {"xa", "truong-bc", "truong-sm"}),
    "task: a school": (task(school="TH-BC"), {"xa", "truong-bc", "van-thu-bc"}),
    "task: the economic office": (task(unit="phong_kinh_te"), {"xa", "kinh-te"}),
    "task: the leaders": (task(unit="ubnd_xa"), {"xa", "lanh-dao"}),
    "task: the steering committee": (task(unit="ban_chi_dao"), {"xa", "chi-dao"}),
    "task: the mass organisations": (task(unit="doan_the"), {"xa", "doan-the"}),
    "task: the office itself": (task(unit="phong_vhxh"), {"xa"}),
    "report: one school": (report("TH-BC"), {"xa", "truong-bc", "van-thu-bc"}),
    "report: both schools": (report(*SCHOOLS), {"xa", "truong-bc", "van-thu-bc", "truong-sm", "van-thu-sm"}),
    "difficulty: promised": (difficulty(TAKEN), {"xa", "truong-bc"}),
    "target: led by the school": (target("truong"), {"xa", "truong-bc", "hoi-dong-bc"}),
    "target: led by the office": (target("phong_vhxh"), {"xa", "truong-bc"}),
    "target: led by the economic office": (target("phong_kinh_te"), {"xa", "truong-bc", "kinh-te"}),
    "plan: to register": (plan_entry(register_by=DUE), {"xa", "truong-bc"}),
    "plan: to be evaluated": (plan_entry(evaluate_by=DUE), {"xa", "truong-bc"}),
}
"""What is told → whom it concerns."""


@pytest.fixture
def town() -> Town:
    town = Town()
    town.tell("assessment.school-registered", school="TH-BM", name="x", kind="tieu_hoc", commune="BM", levels=[])
    for person, (role, kind, scope) in MORE_PEOPLE.items():
        town.tell("identity.role-granted", account=person, role=role.value, scope_kind=kind.value, scope=scope)
    return town


def told(town: Town, facts: list[Told]) -> None:
    for fact, said in facts:
        town.tell(f"inspection.{fact}", **{"commune": "NL", "year": 2026} | said)


def own(town: Town, person: str) -> bool:
    role, kind, scope = EVERYBODY[person]
    reached = {"NL": SCHOOLS, "BM": ("TH-BM",)}.get(scope, ())
    acting = CallContext(actor=person, grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=reached),))
    return bool(town.application.deadlines(acting, DeadlinesRequest(mine=True)).deadlines)


@pytest.mark.parametrize("case", CASES)
def test_a_deadline_is_told_and_shown_as_their_own_to_whom_it_concerns_alone(town, case):
    facts, concerned = CASES[case]

    told(town, facts)

    assert {person for person, _, _ in town.remind(DUE)} == concerned
    assert {person for person in EVERYBODY if own(town, person)} == concerned


def test_a_difficulty_that_was_forwarded_is_the_turn_of_those_alone(town):
    for to, waiting in (("ubnd_xa", "lanh-dao"), ("phong_kinh_te", "kinh-te"), ("so", "so")):
        told(town, difficulty(TAKEN, ("difficulty-forwarded", {"to": to, "forwarded_on": MONDAY})))

        assert town.remind(DUE) == []
        assert own(town, waiting)
        assert not own(town, "truong-sm")
        assert not own(town, "kinh-te-khac")


def test_no_day_follows_from_a_need():
    assert [fact for fact in HEARD if fact.startswith(("inspection.need-", "inspection.work-"))] == []


def test_the_table_tells_of_every_kind_of_deadline_of_a_commune_s_year():
    named = {case.partition(":")[0] for case in CASES}

    year = {
        *(DeadlineKind.TASK, DeadlineKind.TRAINING, DeadlineKind.DIFFICULTY, DeadlineKind.REPORT, DeadlineKind.TARGET),
        *(DeadlineKind.PLAN_REGISTER, DeadlineKind.PLAN_EVALUATE),
    }

    assert named == {kind.value.partition("-")[0] for kind in year}


def test_a_school_that_was_not_invited_does_not_see_the_class(town):
    told(town, training("TH-BC"))

    assert set(town.due("truong-bc")) == {"training:l1"}
    assert town.due("truong-sm") == {}


def test_an_event_of_before_schools_were_told_means_all_of_the_commune(town):
    ((fact, said),) = training()
    del said["schools"]

    told(town, [(fact, said)])

    assert {person for person, _, _ in town.remind(DUE)} == {"xa", "truong-bc", "truong-sm"}
