"""What a council does rests on the council as it stands: races of two openers, run the same way each time."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from services.assessment import errors
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import council as c
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import CouncilRole
from tests.contract.assessment.scene import ADMIN, set_up
from tests.contract.assessment.test_many_streams import meanwhile, topics

SCHOOL = "TH-BC"
DECIDED = dt.date(2026, 11, 20)
FACET = c.FacetEntry(text="Phù hợp mục tiêu giáo dục")


def person(number):
    return str(uuid.UUID(int=number))


def caller(number, role=Role.COUNCIL_MEMBER):
    grants = (Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL),)
    return CallContext(actor=person(number), grants=grants, correlation="c-1")


HEAD = caller(1, Role.HEAD)


@pytest.fixture
def here(start):
    return start()


@pytest.fixture
def there(start, here):
    return start()


@pytest.fixture
def place(here, there):
    opened = set_up(here)
    found = {"school": SCHOOL, "cycle": opened.cycle}
    appoint(here, found, range(1, 8))
    plan = c.WritePlan(**found, sections={"Mục đích": "Giữ chuẩn"})
    here.write_plan(HEAD, plan)
    return found


def appoint(application, place, numbers):
    """Set up a council of these people: the first is the chair, the second the secretary."""
    roles = [CouncilRole.CHAIR, CouncilRole.SECRETARY, *[CouncilRole.MEMBER] * 20]
    members = [
        c.MemberById(person=person(number), role=role, office="Giáo viên", task="Viết")
        for number, role in zip(numbers, roles, strict=False)
    ]
    application.set_up_council(HEAD, c.SetUpCouncil(**place, decided_on=DECIDED, members=members))


def define(application, place, number):
    request = c.DefineFacets(**place, criterion="1.1", level=1, indicator="-", facets=[FACET])
    return application.define_facets(caller(number), request)


def approve(application, place, number=1):
    return application.approve_plan(caller(number), c.ApprovePlan(**place))


def test_who_left_the_council_meanwhile_defines_no_facets(here, there, place):
    tries = meanwhile(here, lambda: appoint(there, place, [*range(1, 7), 9]))
    with pytest.raises(errors.NotYourDuty):
        define(here, place, 7)
    assert len(tries) == 1
    assert "facets-defined" not in topics(here)


def test_a_plan_is_not_approved_by_who_is_no_longer_chair(here, there, place):
    meanwhile(here, lambda: appoint(there, place, [9, *range(2, 8)]))
    with pytest.raises(errors.NotYourDuty):
        approve(here, place)
    assert "plan-approved" not in topics(here)


def test_of_two_approvals_at_once_one_is_recorded(here, there, place):
    meanwhile(here, lambda: approve(there, place))
    approve(here, place)
    assert topics(here).count("plan-approved") == 1


def test_a_group_that_is_dissolved_meanwhile_gets_no_criterion(here, there, place):
    group = c.FormGroup(**place, group="nhom-1", name="Nhóm 1", leader=person(3), members=[person(4)])
    here.form_group(HEAD, group)
    meanwhile(here, lambda: there.dissolve_group(HEAD, c.DissolveGroup(**place, group="nhom-1")))
    with pytest.raises(errors.NoSuchGroup):
        here.assign_criteria(HEAD, c.AssignCriteria(**place, assignments=[c.Assignment(criterion="1.1", group="nhom-1")]))
    assert "criterion-assigned" not in topics(here)


def test_nothing_of_the_councils_is_stored_after_the_submission(here, there, place):
    criteria = here.library.by_digest(here.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0].digest).criteria
    gaps = [
        calls.GapReason(kind=kind, criterion=criterion, reason="Hồ sơ giấy để ở trường")
        for kind in calls.GapKind
        for criterion in criteria
    ]
    submission = calls.SubmitSelfAssessment(**place, gaps=gaps)
    meanwhile(here, lambda: there.submit_self_assessment(ADMIN, submission))
    with pytest.raises(errors.AlreadySubmitted):
        appoint(here, place, range(1, 10))
    assert topics(here).count("council-set-up") == 1
