"""An external evaluator reads what was submitted, at the schools that he was sent to: every question, every case."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.reading_rights import readable
from shared.contracts.calls import assessment as calls
from shared.identity.acting import Acting, Grant, Role, ScopeKind
from shared.identity.permissions import RULES, may
from shared.problems import NotAllowed

MOMENT = {"valid_at": None, "known_at": 0}
EVALUATOR = Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT, schools=("TH-A",))
SENT = Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
OF_A_CYCLE = {
    "status": calls.StatusRequest(school="TH-A"),
    "explain": calls.ExplainRequest(school="TH-A"),
    "evidence": calls.EvidenceRequest(school="TH-A"),
    "figures": calls.FiguresRequest(school="TH-A"),
}
OF_THE_SCHOOL = {
    "history": calls.HistoryRequest(school="TH-A"),
    "prove": calls.ProveRequest(school="TH-A"),
}


def acting(*grants: Grant) -> Acting:
    return Acting(actor="a", grants=grants)


def cycle(name: str, submitted: bool) -> calls.CycleView:
    return calls.CycleView(
        cycle=name,
        year=name,
        school="TH-A",
        rulebook="r",
        digest="d",
        opened_on=dt.date(2026, 9, 25),
        because="",
        position=1,
        submitted_on=dt.date(2026, 11, 1) if submitted else None,
    )


def cycles(*known: tuple[str, bool]):
    """The school's cycles, newest first."""
    return lambda _: calls.CyclesAnswer(cycles=[cycle(name, submitted) for name, submitted in known])


ONLY_OLD = cycles(("2027-2028", False), ("2026-2027", True))
NEWEST = cycles(("2026-2027", True))
NONE = cycles(("2026-2027", False))


@pytest.mark.parametrize("grant", [EVALUATOR, SENT], ids=["department", "school"])
@pytest.mark.parametrize("name", OF_A_CYCLE)
def test_an_evaluator_is_told_of_the_newest_submitted_cycle_and_of_no_draft(name, grant):
    request, operation = OF_A_CYCLE[name], f"assessment.{name}"
    assert readable(acting(grant), operation, request, ONLY_OLD).cycle == "2026-2027"
    draft = type(request)(school="TH-A", cycle="2027-2028")
    for asked, known in ((draft, ONLY_OLD), (request, NONE), (request, cycles())):
        with pytest.raises(NotAllowed, match="chưa trình"):
            readable(acting(grant), operation, asked, known)


@pytest.mark.parametrize("name", OF_THE_SCHOOL)
def test_what_tells_of_the_whole_school_waits_until_the_newest_cycle_is_submitted(name):
    request, operation = OF_THE_SCHOOL[name], f"assessment.{name}"
    assert readable(acting(EVALUATOR), operation, request, NEWEST) is request
    for known in (ONLY_OLD, NONE, cycles()):
        with pytest.raises(NotAllowed):
            readable(acting(EVALUATOR), operation, request, known)


@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR, Role.DEPARTMENT_OFFICER, Role.INSPECTOR])
def test_whoever_reads_in_another_role_too_reads_drafts(role):
    other = Grant(role=role, scope_kind=ScopeKind.INSTALLATION)
    request = OF_A_CYCLE["status"]
    for grants in ((other,), (EVALUATOR, other)):
        assert readable(acting(*grants), "assessment.status", request, NONE) is request


@pytest.mark.parametrize("operation", sorted(name for name, roles in RULES.items() if Role.EXTERNAL_EVALUATOR in roles))
def test_an_evaluator_of_the_department_reaches_the_schools_of_own_visits_and_no_other(operation):
    assert may(acting(EVALUATOR), operation, school="TH-A")
    assert not may(acting(EVALUATOR), operation, school="TH-B")
    assert not may(acting(EVALUATOR), operation, commune="NL01")
