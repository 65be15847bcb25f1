"""What a visit asks for reopens the citing of evidence: of that criterion, until its conclusion, and of nothing else."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment import errors
from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.self_assessment_facts import CriterionVoted
from shared.contracts import problems as event_problems
from shared.contracts.calls import assessment as calls
from shared.contracts.events.visit_requests import EvidenceRequested
from shared.rulebook import problems as rulebook_problems
from shared.vocabulary.self_assessment import CriterionStep
from tests.unit.assessment.conftest import SCHOOL, TODAY

NEW = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a53"
DUE = dt.date(2026, 12, 15)


@pytest.fixture
def cycle(office):
    """A submitted cycle in which every criterion cites one paper."""
    opened = office.with_school().with_cycle()
    office.judge_all(opened, on=dt.date(2026, 10, 1))
    office.cite_all(opened)
    office.submit_anyway(opened, dt.date(2026, 10, 5))
    office.tell_document(NEW)
    return opened


def ask(office, cycle, criterion="1.1", inspection="visit-1", request="request-1", layer="department", **more):
    return office.tell(
        EvidenceRequested(
            request=request,
            school=SCHOOL,
            inspection=inspection,
            cycle=getattr(cycle, "cycle", cycle),
            layer=calls.Layer(layer),
            criterion=criterion,
            due=DUE,
            requested_on=TODAY,
        ),
        **more,
    )


def place(cycle, criterion="1.1", document=NEW):
    return {"school": SCHOOL, "cycle": cycle.cycle, "document": document, "criterion": criterion}


def code(office, cycle, criterion="1.1", **more):
    return office.application.code_evidence(office.acting, calls.CodeEvidence(**place(cycle, criterion), title="Sổ", **more))


def link(office, cycle, criterion="1.1", document=NEW):
    return office.application.link_evidence(office.acting, calls.LinkEvidence(**place(cycle, criterion, document)))


def unlink(office, cycle, criterion="1.1", document=NEW):
    return office.application.unlink_evidence(office.acting, calls.UnlinkEvidence(**place(cycle, criterion, document)))


def cited(office, cycle, criterion="1.1"):
    seen = office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion=criterion))
    return {one.document for one in seen.evidence}, seen.linking_reopened


def kinds(office):
    return [one.entry.fact.TOPIC.partition(".")[2] for one in office.application.log.read(0, 10_000)]


def test_evidence_of_the_criterion_is_coded_cited_and_withdrawn_again_and_the_level_stays(office, cycle):
    level = office.status().school_level
    ask(office, cycle)
    assert cited(office, cycle)[1]
    code(office, cycle, cite=True)
    assert NEW in cited(office, cycle)[0]
    unlink(office, cycle)
    assert NEW not in cited(office, cycle)[0]
    link(office, cycle)
    assert kinds(office)[-5:] == [
        "linking-reopened",
        "evidence-coded",
        "evidence-linked",
        "evidence-unlinked",
        "evidence-linked",
    ]
    assert office.status().school_level == level


def test_of_other_criteria_nothing_is_cited_and_what_was_judged_stays_locked(office, cycle):
    ask(office, cycle)
    code(office, cycle)
    described = calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Tốt")
    before = kinds(office)
    for act in (
        lambda: link(office, cycle, "1.2"),
        lambda: unlink(office, cycle, "1.2"),
        lambda: office.judge(cycle, {("1.1", 1, "-"): "not_met"}),
        lambda: office.application.describe_criterion(office.acting, described),
    ):
        with pytest.raises(errors.AlreadySubmitted, match="phần của trường đã khóa"):
            act()
    assert kinds(office) == before
    assert not cited(office, cycle, "1.2")[1]


def test_a_paper_gets_no_code_under_a_criterion_that_nobody_asked_for(office, cycle):
    ask(office, cycle)
    with pytest.raises(errors.AlreadySubmitted):
        code(office, cycle, "1.2")


def test_the_conclusion_of_the_visit_that_asked_locks_it_again(office, cycle):
    ask(office, cycle)
    code(office, cycle, cite=True)
    office.tell_concluded(cycle, inspection="another")
    unlink(office, cycle)
    office.tell_concluded(cycle, on=TODAY)
    with pytest.raises(errors.AlreadySubmitted):
        link(office, cycle)
    assert not cited(office, cycle)[1]


def test_what_is_asked_for_after_the_conclusion_reopens_nothing(office, cycle):
    office.tell_concluded(cycle, on=TODAY)
    ask(office, cycle)
    with pytest.raises(errors.AlreadySubmitted):
        code(office, cycle)


def test_a_cycle_that_is_not_submitted_is_open_as_before(office):
    opened = office.with_school().with_cycle()
    office.tell_document(NEW)
    ask(office, opened)
    code(office, opened, "1.2", cite=True)
    assert NEW in cited(office, opened, "1.2")[0]


@pytest.mark.parametrize(
    ("submitted", "step"), [(True, CriterionStep.PASSED), (False, CriterionStep.REVIEWED)], ids=["submitted", "open"]
)
def test_a_vote_stands_although_evidence_that_a_visit_asked_for_is_cited_after_it(log, library, submitted, step):
    log.register()
    log.open(library.get("v2026_tt57/pho_thong"), TODAY)
    of_criterion = {"school": SCHOOL, "cycle": "2026-2027", "criterion": "1.1"}
    votes = {"votes_for": 7, "votes_against": 0, "abstentions": 0}
    log.add(CriterionVoted(**of_criterion, **votes, meeting="m", of=2, passed=True, convention="c"), TODAY)
    if submitted:
        log.add(f.SelfAssessmentSubmitted(school=SCHOOL, cycle="2026-2027", submitted_on=TODAY), TODAY)
    asked = {"layer": calls.Layer.DEPARTMENT, "inspection": "v", "request": "q", "due": DUE}
    log.add(f.LinkingReopened(**of_criterion, **asked), TODAY)
    log.add(f.EvidenceLinked(**of_criterion, document="d", code="MC.1.1.01"), TODAY)
    log.add(f.EvidenceUnlinked(**of_criterion, document="d", code="MC.1.1.01"), TODAY)
    state = SchoolHistory(log.entries).at(TODAY, log.entries[-1].position)
    assert state.cycles["2026-2027"].work.seen("1.1").step is step


def test_a_request_told_twice_is_recorded_once(office, cycle):
    event = ask(office, cycle)
    office.application.receive(event)
    office.application.receive(msgspec.structs.replace(event, sequence=2))
    assert kinds(office).count("linking-reopened") == 1
    assert office.application.received_position("inspection") == 2


def test_what_was_asked_for_without_a_criterion_stops_nothing_that_comes_after_it(office, cycle):
    ask(office, cycle, criterion="")
    assert "linking-reopened" not in kinds(office)
    assert office.application.received_position("inspection") == 1


def test_what_is_asked_for_while_the_school_has_no_cycle_locks_and_opens_nothing(office):
    office.with_school()
    ask(office, "")
    assert "linking-reopened" not in kinds(office)
    assert office.application.received_position("inspection") == 1


@pytest.mark.parametrize(
    ("more", "refusal"),
    [({"criterion": "9.9"}, rulebook_problems.NoSuchCriterion), ({"cycle": "1999-2000"}, errors.NoSuchCycle)],
)
def test_what_does_not_fit_is_a_dead_letter_and_no_loss(office, cycle, more, refusal):
    with pytest.raises(refusal):
        ask(office, **{"cycle": cycle, **more})
    assert office.application.received_position("inspection") == 0


def test_a_request_in_a_version_nobody_here_knows_is_a_problem_not_a_loss(office, cycle):
    event = ask(office, cycle)
    newer = msgspec.structs.replace(event, type="vn.kiemdinh.inspection.evidence-requested.v2", sequence=2)
    with pytest.raises(event_problems.UnknownEventVersion):
        office.application.receive(newer)


def test_the_history_says_who_asked_and_until_when(office, cycle):
    ask(office, cycle, layer="commune")
    told = office.application.history(calls.HistoryRequest(school=SCHOOL, limit=1000)).items
    (item,) = (one for one in told if one.fact == "linking-reopened")
    asked, until = item.summary.split(". ")
    assert asked == "Đoàn của xã yêu cầu bổ sung minh chứng tiêu chí 1.1, hạn 15/12/2026"
    assert until.startswith("Đến khi đoàn kết luận, trường gắn lại được")
