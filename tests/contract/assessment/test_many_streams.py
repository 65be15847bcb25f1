"""A school in many streams: what reaches across them holds between two openers, and nobody meets without need.

Every race is run the same way each time: the second opener does what it does after the first has decided, and before what
that decided is stored.
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from decimal import Decimal

import pytest

from services.assessment import errors
from services.assessment.domain.streams import awards_stream, cycle_stream, school_stream
from shared.contracts.calls import assessment as calls
from shared.contracts.events import registration
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import InspectionConcluded
from shared.contracts.events.visit_requests import EvidenceRequested
from shared.identity.call_context import CallContext
from shared.vocabulary.inspection import RegistrationPurpose
from tests.contract.assessment.scene import ADMIN, OPENED, finding, judge, keys_of, set_up, status, tell

SCHOOL, DOCUMENT = "TH-BC", "d1"
DECIDED = dt.date(2026, 11, 20)


def meanwhile(application, act):
    """Let `act` happen once, between the next decision of an application and its being stored; return the tries."""
    store, tries = application.append, []

    def append(*streams, **more):
        tries.append(streams)
        if len(tries) == 1:
            act()
        return store(*streams, **more)

    application.append = append
    return tries


@pytest.fixture
def here(start):
    return start()


@pytest.fixture
def there(start, here):
    return start()


@pytest.fixture
def cycle(here, there):
    cycle = set_up(here)
    for one in (here, there):
        received = DocumentReceived(document=DOCUMENT, school=SCHOOL, sha256="0", size_bytes=1, media_type="x/y")
        tell(one, received, 1)
    return cycle


def place(cycle, criterion="1.1"):
    return {"school": SCHOOL, "cycle": cycle.cycle, "document": DOCUMENT, "criterion": criterion}


def complete(application, cycle):
    """Judge everything met and cite one document everywhere."""
    judge(application, cycle, keys_of(application, cycle))
    application.code_evidence(ADMIN, calls.CodeEvidence(**place(cycle), title="Kế hoạch"))
    for criterion in application.library.by_digest(cycle.digest).criteria:
        application.link_evidence(ADMIN, calls.LinkEvidence(**place(cycle, criterion)))


def submit(application, cycle, on=None):
    request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, on=on)
    return application.submit_self_assessment(ADMIN, request)


def topics(application):
    return [one.entry.fact.TOPIC.partition(".")[2] for one in application.log.read(0, 10_000)]


def ready_for_a_decision(here, cycle):
    """Submit, let the department conclude a visit that found everything met, and state the conditions."""
    stated = {
        "cohort_completed": True,
        "years_of_activity": 12,
        "facilities_met": True,
        "disadvantaged_area": False,
    }
    for first in (2024, 2025):
        opened = dt.date(first, 11, 2)
        before = here.open_cycle(ADMIN, calls.OpenCycle(school=SCHOOL, year=f"{first}-{first + 1}", on=opened))
        keys = keys_of(here, before)
        judged = [calls.Judgement(criterion=k[0], level=k[1], indicator=k[2], result=calls.Result.MET) for k in keys]
        one_day = dt.date(first + 1, 5, 10)
        layer = calls.Layer.SCHOOL
        here.judge(ADMIN, calls.Judge(school=SCHOOL, cycle=before.cycle, layer=layer, judgements=judged, on=one_day))
        gaps = [
            calls.GapReason(kind=kind, criterion=criterion, reason="Hồ sơ giấy để ở trường")
            for kind in calls.GapKind
            for criterion in here.library.by_digest(before.digest).criteria
        ]
        here.submit_self_assessment(
            ADMIN, calls.SubmitSelfAssessment(school=SCHOOL, cycle=before.cycle, on=dt.date(first + 1, 5, 20), gaps=gaps)
        )
    complete_on(here, cycle)
    sequence = itertools.count(1)
    named = {"registration": "r", "school": SCHOOL, "cycle": cycle.cycle}
    day = dt.date(2026, 11, 2)
    opened = registration.RegistrationOpened(**named, opened_on=day, purpose=RegistrationPurpose.BOTH, degree=1, late_days=0)
    tell(here, opened, next(sequence))
    tell(here, registration.RegistrationAccepted(**named, accepted_on=day), next(sequence))
    for key in keys_of(here, cycle):
        tell(here, finding(cycle, key), next(sequence))
    concluded = InspectionConcluded(
        inspection="v",
        school=SCHOOL,
        cycle=cycle.cycle,
        layer=calls.Layer.DEPARTMENT,
        concluded_on=dt.date(2026, 11, 10),
    )
    tell(here, concluded, next(sequence))
    ended = concluded.concluded_on
    tell(here, registration.DraftReportSent(**named, sent_on=ended, inspection="v"), next(sequence))
    tell(here, registration.SchoolReplied(**named, replied_on=ended, point_count=0, late_days=0), next(sequence))
    tell(here, registration.ReportFinalised(**named, final_on=ended, document=""), next(sequence))
    here.state_conditions(ADMIN, calls.StateConditions(school=SCHOOL, conditions=stated, on=OPENED, document=DOCUMENT))


def complete_on(here, cycle):
    keys = keys_of(here, cycle)
    judged = [calls.Judgement(criterion=k[0], level=k[1], indicator=k[2], result=calls.Result.MET) for k in keys]
    here.judge(
        ADMIN,
        calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judged, on=dt.date(2026, 10, 1)),
    )
    here.code_evidence(ADMIN, calls.CodeEvidence(**place(cycle), title="Kế hoạch"))
    for criterion in here.library.by_digest(cycle.digest).criteria:
        here.link_evidence(ADMIN, calls.LinkEvidence(**place(cycle, criterion)))
    submit(here, cycle, dt.date(2026, 11, 1))


def grant(application, number, on=DECIDED, **more):
    request = calls.GrantRecognition(school=SCHOOL, number=number, decided_on=on, degree=1, **more)
    return application.grant_recognition(ADMIN, request)


# --- a judgement and a submission


def test_a_judgement_decided_before_the_submission_is_not_stored_after_it(here, there, cycle):
    complete(here, cycle)
    tries = meanwhile(here, lambda: submit(there, cycle))
    with pytest.raises(errors.AlreadySubmitted):
        judge(here, cycle, keys_of(here, cycle)[:1], "not_met")
    assert len(tries) == 1
    assert topics(here)[-1] == "self-assessment-submitted"


@pytest.mark.parametrize(
    "write",
    [
        lambda one, cycle: one.unlink_evidence(ADMIN, calls.UnlinkEvidence(**place(cycle))),
        lambda one, cycle: one.describe_criterion(
            ADMIN, calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Rõ")
        ),
        lambda one, cycle: one.link_evidence(ADMIN, calls.LinkEvidence(**place(cycle), level=1, indicator="-")),
        lambda one, cycle: one.save_criterion(
            ADMIN,
            calls.SaveCriterion(
                school=SCHOOL, cycle=cycle.cycle, criterion="1.1", description=calls.Description(strengths="Rõ", expected=0)
            ),
        ),
        lambda one, cycle: one.code_evidence(
            ADMIN, calls.CodeEvidence(**place(cycle) | {"document": "d2"}, title="Biên bản", cite=True)
        ),
    ],
    ids=["unlink", "describe", "link", "save", "code"],
)
def test_nothing_of_the_schools_own_layer_is_stored_after_the_submission(here, there, cycle, write):
    complete(here, cycle)
    tell(here, DocumentReceived(document="d2", school=SCHOOL, sha256="1", size_bytes=1, media_type="x/y"), 2)
    meanwhile(here, lambda: submit(there, cycle))
    with pytest.raises(errors.AlreadySubmitted):
        write(here, cycle)
    assert topics(here)[-1] == "self-assessment-submitted"


def test_evidence_that_a_visit_asked_for_is_not_stored_after_its_conclusion(here, there, cycle):
    complete(here, cycle)
    submit(here, cycle)
    of_visit = {"inspection": "v", "school": SCHOOL, "cycle": cycle.cycle, "layer": calls.Layer.COMMUNE}
    days = {"due": dt.date(2026, 12, 15), "requested_on": dt.date(2026, 11, 24)}
    tell(here, EvidenceRequested(**of_visit, **days, request="q", criterion="1.1"), 1)
    tell(here, DocumentReceived(document="d2", school=SCHOOL, sha256="1", size_bytes=1, media_type="x/y"), 2)
    concluded = InspectionConcluded(**of_visit, concluded_on=dt.date(2026, 11, 24))
    tries = meanwhile(here, lambda: tell(there, concluded, 2))
    with pytest.raises(errors.AlreadySubmitted):
        here.code_evidence(ADMIN, calls.CodeEvidence(**place(cycle) | {"document": "d2"}, title="Sổ", cite=True))
    assert len(tries) == 1
    assert topics(here)[-1] == "visit-concluded"


def test_a_submission_sees_what_was_taken_back_while_it_was_decided(here, there, cycle):
    complete(here, cycle)
    tries = meanwhile(here, lambda: there.unlink_evidence(ADMIN, calls.UnlinkEvidence(**place(cycle))))
    with pytest.raises(errors.EvidenceMissing):
        submit(here, cycle)
    assert len(tries) == 1
    assert "self-assessment-submitted" not in topics(here)


def test_a_submission_sees_a_figure_stated_while_it_was_decided(here, there, cycle):
    """Under a circular of 2018, whose figures bind, on the one indicator that is judged met."""
    opening = calls.OpenCycle(school=SCHOOL, year="2023-2024", on=dt.date(2024, 3, 1), rulebook="v2018/tieu_hoc")
    old = here.open_cycle(ADMIN, opening)
    stated = calls.FigureGiven(figure="gv_dat_chuan_trinh_do", numerator=Decimal(18), denominator=Decimal(20))
    stating = calls.StateFigures(school=SCHOOL, school_year="2023-2024", cycle=old.cycle, figures=[stated])
    keys = keys_of(here, old)
    met = ("2.2", 1, "b")
    judge(here, old, [key for key in keys if key != met], "not_met")
    judge(here, old, [key for key in keys if key == met])
    here.code_evidence(ADMIN, calls.CodeEvidence(**place(old, "2.2"), title="Kế hoạch", cite=True))
    meanwhile(here, lambda: there.state_figures(ADMIN, stating))
    with pytest.raises(errors.ContradictionUnanswered):
        submit(here, old)
    assert "self-assessment-submitted" not in topics(here)


def test_a_submission_sees_the_first_words_on_a_sheet_that_nobody_had_written_on(here, there, cycle):
    """It is submitted without anything judged, and names that; what was judged meanwhile is no longer lacking."""
    criteria = here.library.by_digest(cycle.digest).criteria
    lacking = [calls.GapReason(kind=calls.GapKind.NOT_ASSESSED, criterion=one, reason="Trường mới lập") for one in criteria]
    request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, gaps=lacking)
    of_one = [key for key in keys_of(here, cycle) if key.criterion == "1.1"]
    tries = meanwhile(here, lambda: judge(there, cycle, of_one, "not_met"))
    here.submit_self_assessment(ADMIN, request)
    assert len(tries) == 2
    (found,) = here.cycles(calls.SchoolRequest(school=SCHOOL)).cycles
    assert {gap.criterion for gap in found.gaps} == criteria.keys() - {"1.1"}


def test_of_two_submissions_at_once_one_is_recorded(here, there, cycle):
    complete(here, cycle)
    meanwhile(here, lambda: submit(there, cycle))
    assert submit(here, cycle).position == here.log.head()
    assert topics(here).count("self-assessment-submitted") == 1


# --- decisions of the department


def test_of_two_grants_at_once_the_later_recorded_names_what_it_supersedes(here, there, cycle):
    ready_for_a_decision(here, cycle)
    meanwhile(here, lambda: grant(there, "1/QĐ"))
    assert grant(here, "2/QĐ").supersedes == "1/QĐ"
    held = here.register(calls.RegisterRequest(on=dt.date(2026, 11, 24))).recognitions
    assert sorted((one.number, one.state) for one in held) == [("1/QĐ", "thay_the"), ("2/QĐ", "con_hieu_luc")]


def test_of_two_grants_under_one_number_one_is_refused(here, there, cycle):
    ready_for_a_decision(here, cycle)
    meanwhile(here, lambda: grant(there, "1/QĐ"))
    with pytest.raises(errors.NumberTaken):
        grant(here, "1/QĐ", dt.date(2026, 11, 21))
    assert topics(here).count("recognition-granted") == 1


def test_a_grant_decided_before_the_cycle_was_opened_again_is_refused(here, there, cycle):
    ready_for_a_decision(here, cycle)
    again = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sửa tiêu chí 1.1 theo góp ý")
    meanwhile(here, lambda: there.reopen_cycle(ADMIN, again))
    with pytest.raises(errors.NotSubmitted):
        grant(here, "1/QĐ", dt.date(2026, 11, 24), cycle=cycle.cycle)
    assert "recognition-granted" not in topics(here)


def test_a_grant_decided_on_a_condition_that_was_taken_back_meanwhile_is_refused(here, there, cycle):
    ready_for_a_decision(here, cycle)
    stated = calls.StateConditions(school=SCHOOL, conditions={"facilities_met": False}, on=OPENED, document=DOCUMENT)
    meanwhile(here, lambda: there.state_conditions(ADMIN, stated))
    with pytest.raises(errors.ConditionsNotMet):
        grant(here, "1/QĐ")
    assert "recognition-granted" not in topics(here)


# --- cycles and codes


def test_two_people_who_open_a_cycle_at_once_open_one(here, there, cycle):
    request = calls.OpenCycle(school=SCHOOL, year="2027-2028", on=OPENED)
    meanwhile(here, lambda: there.open_cycle(ADMIN, request))
    assert here.open_cycle(ADMIN, request).cycle == "2027-2028"
    assert topics(here).count("cycle-opened") == 2


def test_a_document_coded_under_two_criteria_at_once_gets_one_code(here, there, cycle):
    def code(application, criterion):
        return application.code_evidence(ADMIN, calls.CodeEvidence(**place(cycle, criterion), title="Kế hoạch")).code

    meanwhile(here, lambda: code(there, "1.2"))
    assert code(here, "1.1") == "MC.1.2.01"
    assert topics(here).count("evidence-coded") == 1


# --- the same command twice, the same sheet, different sheets


def test_a_command_sent_to_two_openers_at_once_is_carried_out_once(here, there, cycle):
    once = CallContext(actor="account-1", grants=ADMIN.grants, command="k-1")
    keys = [("1.1", 1, "-"), ("1.2", 1, "-")]
    judged = [calls.Judgement(criterion=k[0], level=k[1], indicator=k[2], result=calls.Result.MET, expected=0) for k in keys]
    request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judged)
    meanwhile(here, lambda: there.judge(once, request))
    assert here.judge(once, request).position == here.log.head()
    assert topics(here).count("indicator-judged") == 2


def test_two_fields_of_one_criterion_written_at_once_are_both_kept_and_nobody_is_told(here, there, cycle):
    described = calls.DescribeCriterion(
        school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Kế hoạch rõ", expected=0
    )
    tries = meanwhile(here, lambda: there.describe_criterion(ADMIN, described))
    judge(here, cycle, keys_of(here, cycle)[:1], expected=0)
    assert len(tries) == 2
    seen = here.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion="1.1"))
    assert (seen.strengths, seen.indicators[0].results["school"]) == ("Kế hoạch rõ", calls.Result.MET)


@pytest.mark.parametrize(
    "act",
    [
        lambda one, cycle: judge(one, cycle, [key for key in keys_of(one, cycle) if key.criterion == "1.2"]),
        lambda one, cycle: one.rename_school(ADMIN, calls.RenameSchool(school=SCHOOL, name="Trường Mới")),
        lambda one, cycle: one.code_evidence(ADMIN, calls.CodeEvidence(**place(cycle, "1.2"), title="Kế hoạch")),
        lambda one, cycle: one.open_cycle(ADMIN, calls.OpenCycle(school=SCHOOL, year="2027-2028", on=OPENED)),
    ],
    ids=["another sheet", "the school", "a code", "another cycle"],
)
def test_who_writes_on_one_sheet_does_not_meet_who_works_elsewhere(here, there, cycle, act):
    tries = meanwhile(here, lambda: act(there, cycle))
    judge(here, cycle, keys_of(here, cycle)[:1])
    assert len(tries) == 1


def test_a_schools_streams_are_read_together_and_told_in_one_order(here, there, cycle):
    ready_for_a_decision(here, cycle)
    grant(there, "1/QĐ")
    by_stream = {
        stream: [one.entry.fact.TOPIC.partition(".")[2] for one in here.log.stream(stream)]
        for stream in (school_stream(SCHOOL), cycle_stream(SCHOOL, cycle.cycle), awards_stream(SCHOOL))
    }
    assert set(by_stream[school_stream(SCHOOL)]) == {"school-registered", "cycle-opened", "conditions-stated"}
    assert by_stream[cycle_stream(SCHOOL, cycle.cycle)][0] == "self-assessment-submitted"
    assert by_stream[awards_stream(SCHOOL)] == ["recognition-granted"]
    head = here.log.head()
    told = here.history(calls.HistoryRequest(school=SCHOOL, after=0, limit=1000)).items
    assert [one.position for one in told] == list(range(2, head + 1))
    assert status(here) == status(there)


# --- an evening


def test_thirty_people_on_fifteen_criteria_write_at_once_and_nobody_is_told_of_a_conflict(here, there, cycle):
    rulebook = here.library.by_digest(cycle.digest)
    criteria = list(rulebook.criteria)[:15]
    ends, raised, done = time.monotonic() + 3, [], [0] * 30

    def person(number):
        application, criterion = (here, there)[number % 2], criteria[number // 2]
        asked = calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion=criterion)
        try:
            while time.monotonic() < ends:
                seen = application.criterion(asked)
                if number % 2:
                    first = seen.indicators[0]
                    result = calls.Result.MET if first.results["school"] is not calls.Result.MET else calls.Result.NOT_MET
                    judgement = calls.Judgement(
                        criterion=criterion,
                        level=first.level,
                        indicator=first.indicator,
                        result=result,
                        expected=first.position,
                    )
                    request = calls.SaveCriterion(
                        school=SCHOOL, cycle=cycle.cycle, criterion=criterion, judgements=[judgement]
                    )
                else:
                    description = calls.Description(strengths=f"Lần {done[number]}", expected=seen.position)
                    request = calls.SaveCriterion(
                        school=SCHOOL, cycle=cycle.cycle, criterion=criterion, description=description
                    )
                application.save_criterion(ADMIN, request)
                done[number] += 1
        except Exception as error:
            raised.append(error)

    people = [threading.Thread(target=person, args=(number,)) for number in range(30)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert raised == []
    assert min(done) > 0
    written = [topic for topic in topics(here) if topic in {"indicator-judged", "criterion-described"}]
    assert len(written) == sum(done)
    assert status(here) == status(there)
