"""An external evaluator reads what was submitted, at the schools that he was sent to: every question, every case."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment.service import AssessmentService
from services.assessment.use_cases.reading_rights import CycleAt, readable
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.contracts.calls import Nothing, deciding, improvement, papers, writing
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import council as council_calls
from shared.identity.call_context import CallContext, Grant
from shared.identity.permissions import RULES, may
from shared.problems import NotAllowed, Problem
from shared.vocabulary.roles import Role, ScopeKind

EVALUATOR = Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT, schools=("TH-A",))
SENT = Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
COMMITTEE = Grant(role=Role.STEERING_COMMITTEE, scope_kind=ScopeKind.COMMUNE, scope="NL", schools=("TH-A",))
OF_A_CYCLE = {
    "status": calls.StatusRequest(school="TH-A"),
    "explain": calls.ExplainRequest(school="TH-A"),
    "evidence": calls.EvidenceRequest(school="TH-A"),
    "figures": calls.FiguresRequest(school="TH-A"),
    "gaps": calls.GapsRequest(school="TH-A", cycle=""),
    "cycle_changes": calls.CycleChangesRequest(school="TH-A", cycle=""),
    "criterion": calls.CriterionRequest(school="TH-A", cycle="", criterion="1.1"),
    "papers": papers.PapersRequest(school="TH-A"),
    "compose_paper": papers.ComposePaper(school="TH-A", kind=papers.PaperKind.REPORT),
    "paper_ground": papers.GroundRequest(school="TH-A"),
}
OF_THE_SCHOOL = {
    "history": calls.HistoryRequest(school="TH-A"),
    "prove": calls.ProveRequest(school="TH-A"),
}


def acting(*grants: Grant) -> CallContext:
    return CallContext(actor="a", grants=grants)


def cycles(*known: tuple[str, bool]):
    """The school's cycles, newest first, at any moment."""
    found = [
        CycleAt(cycle=name, opened_at=(len(known) - i) * 10, submitted_at=(len(known) - i) * 10 + 5 if submitted else None)
        for i, (name, submitted) in enumerate(known)
    ]
    return lambda school, valid_at=None, known_at=0, known_at_time=None: found


ONLY_OLD = cycles(("2027-2028", False), ("2026-2027", True))
NEWEST = cycles(("2026-2027", True))
NONE = cycles(("2026-2027", False))


@pytest.mark.parametrize("grant", [EVALUATOR, SENT], ids=["department", "school"])
@pytest.mark.parametrize("name", OF_A_CYCLE)
def test_an_evaluator_is_told_of_the_newest_submitted_cycle_and_of_no_draft(name, grant):
    request, operation = OF_A_CYCLE[name], f"assessment.{name}"
    assert readable(acting(grant), operation, request, ONLY_OLD).cycle == "2026-2027"
    draft = msgspec.structs.replace(request, cycle="2027-2028")
    for asked, known in ((draft, ONLY_OLD), (request, NONE), (request, cycles())):
        with pytest.raises(NotAllowed, match="chưa trình"):
            readable(acting(grant), operation, asked, known)


@pytest.mark.parametrize("name", ["status", "explain", "criterion"])
def test_a_steering_committee_is_told_of_the_newest_submitted_cycle_and_of_no_draft(name):
    request, operation = OF_A_CYCLE[name], f"assessment.{name}"
    assert readable(acting(COMMITTEE), operation, request, ONLY_OLD).cycle == "2026-2027"
    for asked, known in ((msgspec.structs.replace(request, cycle="2027-2028"), ONLY_OLD), (request, NONE)):
        with pytest.raises(NotAllowed, match="chưa trình"):
            readable(acting(COMMITTEE), operation, asked, known)


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


@pytest.mark.parametrize("name", ["figures", "compose_paper"])
def test_figures_stated_since_a_draft_was_opened_belong_to_the_draft(name):
    figures = OF_A_CYCLE[name]
    assert readable(acting(EVALUATOR), f"assessment.{name}", figures, ONLY_OLD).known_at == 19
    assert readable(acting(EVALUATOR), f"assessment.{name}", figures, NEWEST).known_at == 0
    earlier = msgspec.structs.replace(figures, known_at=16)
    assert readable(acting(EVALUATOR), f"assessment.{name}", earlier, ONLY_OLD).known_at == 16


# --- every question of the service, asked of a real school

SCHOOL, CRITERION = "TH-BC", "1.1"
OPENED, SUBMITTED, BEFORE = dt.date(2026, 9, 25), dt.date(2026, 11, 20), dt.date(2026, 11, 1)
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
OPEN = {
    "school": "the register names every school",
    "schools": "the register names every school",
    "communes": "names of offices",
    "paper_kinds": "which papers a circular has forms for",
    "submissions": "when a report was submitted, and with which gaps named",
    "cycles": "that a report is being written and when it was submitted, nothing of what is in it",
}
"""Questions an evaluator may always put, and why: none tells what a draft says."""


def questions(cycle: str) -> dict[str, tuple[object, type]]:
    """Every question about what a school wrote, at the present moment."""
    now = calls.Moment(valid_at=dt.date(2026, 11, 24))
    return {
        "cycle_changes": (calls.CycleChangesRequest(school=SCHOOL, cycle=cycle), calls.CycleChangesAnswer),
        "coded_documents": (calls.CodedDocuments(documents={SCHOOL: [DOCUMENT]}), calls.EvidenceAnswer),
        "evidence": (calls.EvidenceRequest(school=SCHOOL, cycle=cycle), calls.EvidenceAnswer),
        "gaps": (calls.GapsRequest(school=SCHOOL, cycle=cycle), calls.GapsAnswer),
        "figures": (calls.FiguresRequest(school=SCHOOL, cycle=cycle), calls.FiguresAnswer),
        "status": (calls.StatusRequest(school=SCHOOL), calls.Status),
        "criterion": (calls.CriterionRequest(school=SCHOOL, cycle=cycle, criterion=CRITERION), calls.CriterionView),
        "criterion_work": (
            writing.CriterionWorkRequest(school=SCHOOL, cycle=cycle, criterion=CRITERION),
            writing.CriterionWorkView,
        ),
        "work_board": (writing.WorkBoardRequest(school=SCHOOL, cycle=cycle), writing.WorkBoard),
        "check_cycle": (deciding.CheckRequest(school=SCHOOL, cycle=cycle), deciding.CheckAnswer),
        "meetings": (deciding.MeetingsRequest(school=SCHOOL, cycle=cycle), deciding.MeetingsAnswer),
        "carried_evidence": (
            deciding.CarriedEvidenceRequest(school=SCHOOL, cycle=cycle),
            deciding.CarriedEvidenceAnswer,
        ),
        "improvements": (improvement.ImprovementsRequest(school=SCHOOL, cycle=cycle), improvement.ImprovementsAnswer),
        "explain": (calls.ExplainRequest(school=SCHOOL), calls.ExplainAnswer),
        "history": (calls.HistoryRequest(school=SCHOOL), calls.HistoryAnswer),
        "compare": (calls.CompareRequest(school=SCHOOL, a=now, b=now), calls.CompareAnswer),
        "prove": (calls.ProveRequest(school=SCHOOL), calls.ProofAnswer),
        "council": (council_calls.CouncilRequest(school=SCHOOL, cycle=cycle), council_calls.CouncilView),
        "plan": (council_calls.PlanRequest(school=SCHOOL, cycle=cycle), council_calls.PlanView),
        "facets": (
            council_calls.FacetsRequest(school=SCHOOL, cycle=cycle, criterion=CRITERION),
            council_calls.FacetsView,
        ),
        "papers": (papers.PapersRequest(school=SCHOOL, cycle=cycle), papers.PapersAnswer),
        "compose_paper": (
            papers.ComposePaper(school=SCHOOL, cycle=cycle, kind=papers.PaperKind.EVIDENCE_LIST),
            papers.ComposedPaper,
        ),
        "paper_ground": (papers.GroundRequest(school=SCHOOL, cycle=cycle), papers.PaperGround),
    }


SENT_THERE = CallContext(
    actor="a", grants=(Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT, schools=(SCHOOL,)),)
)


def asker(office):
    rpc_client = InProcessRpcClient({"assessment": (AssessmentService, office.application)})
    return lambda name, request, answer: rpc_client.call("assessment", name, SENT_THERE, request, answer)


def written(office):
    """A school with a draft in which something is judged and cited."""
    cycle = office.with_school().with_cycle(OPENED)
    office.judge_all(cycle, on=dt.date(2026, 10, 1))
    office.cite_all(cycle, DOCUMENT)
    return cycle


def test_every_question_an_evaluator_may_put_is_kept_from_drafts_or_said_to_be_open():
    common = {"feed", "health", "checkpoint"}
    may_ask = {
        name.partition(".")[2]
        for name, roles in RULES.items()
        if name.startswith("assessment.") and Role.EXTERNAL_EVALUATOR in roles
    }
    assert may_ask - common == questions("").keys() | OPEN.keys()


def test_no_question_of_an_evaluator_is_answered_from_a_draft(office):
    cycle = written(office)
    ask = asker(office)
    for name, (request, answer) in questions(cycle.cycle).items():
        if name == "coded_documents":
            assert ask(name, request, answer).evidence == []
        else:
            with pytest.raises(Problem, match="chưa trình"):
                ask(name, request, answer)
    for name in ("school", "cycles"):
        ask(name, calls.SchoolRequest(school=SCHOOL), calls.SchoolView if name == "school" else calls.CyclesAnswer)
    ask("schools", calls.SchoolsRequest(), calls.SchoolsAnswer)
    ask("communes", Nothing(), calls.CommunesAnswer)


def test_after_submission_every_question_is_answered_but_none_about_a_moment_before_it(office):
    cycle = written(office)
    drafted = office.application.log.head()
    office.submit_anyway(cycle, SUBMITTED)
    ask = asker(office)
    asked = questions(cycle.cycle)
    with pytest.raises(Problem, match="không mở lại từ bản nào"):
        ask("cycle_changes", *asked.pop("cycle_changes"))
    for name, (request, answer) in asked.items():
        ask(name, request, answer)
        past = [{"known_at": drafted}, {"valid_at": BEFORE}, {"known_at_time": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}]
        for moment in past:
            if moment.keys() <= set(request.__struct_fields__):
                with pytest.raises(Problem, match="chưa trình"):
                    ask(name, msgspec.structs.replace(request, **moment), answer)
    now, then = calls.Moment(valid_at=dt.date(2026, 11, 24)), calls.Moment(valid_at=dt.date(2026, 11, 24), known_at=drafted)
    for a, b in ((now, then), (then, now)):
        with pytest.raises(Problem, match="chưa trình"):
            ask("compare", calls.CompareRequest(school=SCHOOL, a=a, b=b), calls.CompareAnswer)


def test_a_reopened_report_is_a_draft_again_and_the_submitted_version_is_told(office):
    cycle = written(office)
    office.submit_anyway(cycle, SUBMITTED)
    reopen = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Bổ sung hai minh chứng mới")
    again = office.application.reopen_cycle(office.acting, reopen)
    office.application.code_evidence(
        office.acting,
        calls.CodeEvidence(school=SCHOOL, cycle=again.cycle, document=_another(office), criterion=CRITERION, title="Mới"),
    )
    ask = asker(office)
    with pytest.raises(Problem, match="chưa trình"):
        ask("cycle_changes", calls.CycleChangesRequest(school=SCHOOL, cycle=again.cycle), calls.CycleChangesAnswer)
    asked = calls.CodedDocuments(documents={SCHOOL: [DOCUMENT, "d9"]})
    told = ask("coded_documents", asked, calls.EvidenceAnswer).evidence
    assert [one.document for one in told] == [DOCUMENT]
    assert {one.cycle for one in told[0].citations} == {cycle.cycle}


def _another(office) -> str:
    office.tell_document("d9")
    return "d9"


def test_an_evaluator_reads_texts_and_not_what_the_council_said_on_the_way(office):
    cycle = written(office)
    clerk = office.acting
    text = writing.WriteStatus(school=SCHOOL, cycle=cycle.cycle, criterion=CRITERION, level=1, text="Có kế hoạch.")
    office.application.write_status(clerk, text)
    said = writing.AddComment(school=SCHOOL, cycle=cycle.cycle, criterion=CRITERION, text="Viết lại câu này")
    office.application.add_comment(clerk, said)
    office.application.hand_in(clerk, writing.HandIn(school=SCHOOL, cycle=cycle.cycle, criterion=CRITERION))
    office.submit_anyway(cycle, SUBMITTED)
    seen = asker(office)("criterion_work", *questions(cycle.cycle)["criterion_work"])
    assert seen.levels[0].text == "Có kế hoạch."
    assert (seen.comments, seen.request, seen.may) == ([], None, [])
