"""Saving a criterion is one decision: judgements and description are kept together, or nothing is."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment.domain import facts as f
from services.assessment.domain.school import IndicatorVerdict, School
from services.assessment.errors import AlreadySubmitted, ChangedMeanwhile
from shared.contracts.calls import assessment as calls
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion, NotApplicableRefused

SCHOOL = "TH-BC"
OPENED = dt.date(2026, 9, 25)
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


@pytest.fixture
def cycle(office):
    return office.with_school().with_cycle()


def judgement(result="met", criterion="1.1", **said):
    return calls.Judgement(criterion=criterion, level=1, indicator="-", result=calls.Result(result), **said)


def save(office, cycle, *judgements, acting: CallContext | None = None, **description):
    request = calls.SaveCriterion(
        school=SCHOOL,
        cycle=cycle.cycle,
        criterion="1.1",
        judgements=list(judgements),
        description=calls.Description(**description) if description else None,
    )
    return office.application.save_criterion(acting or office.acting, request)


def seen(office, cycle):
    view = office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion="1.1"))
    return view.indicators[0].results[calls.Layer.SCHOOL], view.strengths


def test_judgements_and_description_are_stored_by_one_call(office, cycle):
    head = office.application.log.head()

    done = save(office, cycle, judgement(note="Có đủ."), strengths="Đủ giáo viên.")

    assert done.position == head + 2
    assert seen(office, cycle) == (calls.Result.MET, "Đủ giáo viên.")


def test_without_a_description_the_one_that_is_there_stays(office, cycle):
    save(office, cycle, strengths="Đủ giáo viên.")

    save(office, cycle, judgement("not_met"))

    assert seen(office, cycle) == (calls.Result.NOT_MET, "Đủ giáo viên.")


@pytest.mark.parametrize(
    ("refused", "problem"),
    [
        (judgement("not_applicable"), NotApplicableRefused),
        (judgement(expected=9999), ChangedMeanwhile),
        (judgement(criterion="1.2"), BadRequest),
        (msgspec.structs.replace(judgement(), level=7), NoSuchCriterion),
    ],
)
def test_a_refused_judgement_stores_no_description(office, cycle, refused, problem):
    save(office, cycle, judgement("not_met"), strengths="Trước")
    head = office.application.log.head()

    with pytest.raises(problem):
        save(office, cycle, refused, strengths="Sau")

    assert office.application.log.head() == head
    assert seen(office, cycle) == (calls.Result.NOT_MET, "Trước")


def test_a_refused_description_stores_no_judgement(office, cycle):
    save(office, cycle, judgement("not_met"), strengths="Trước")
    head = office.application.log.head()

    with pytest.raises(ChangedMeanwhile):
        save(office, cycle, judgement("met"), strengths="Sau", expected=0)

    assert office.application.log.head() == head


def test_a_submitted_cycle_takes_neither(log, library):
    rulebook = library.get("v2026_tt57/pho_thong")
    log.register(OPENED)
    log.open(rulebook, OPENED)
    log.add(f.SelfAssessmentSubmitted(school=SCHOOL, cycle="2026-2027", submitted_on=OPENED), OPENED)
    school = School().replay(log.entries)
    said = f.CriterionDescribed(school=SCHOOL, cycle="2026-2027", criterion="1.1", strengths="Muộn")
    met = IndicatorVerdict(key=("1.1", 1, "-"), result=calls.Result.MET)

    for judged, described in ([met], None), ([], said), ([met], said):
        with pytest.raises(AlreadySubmitted):
            school.save_criterion("2026-2027", judged, described, OPENED, rulebook, EventMetadata(actor="a", occurred=NOW))
    assert not school.changed


def test_a_repeat_of_a_call_whose_answer_was_lost_stores_nothing_more(office, cycle):
    once = CallContext(actor="account-1", grants=office.acting.grants, correlation="c", command="k-1")

    first = save(office, cycle, judgement(expected=0), acting=once, strengths="Một", expected=0)

    assert save(office, cycle, judgement(expected=0), acting=once, strengths="Một", expected=0).position == first.position
