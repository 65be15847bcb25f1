"""Reports and syntheses on every store: many schools at once lose nothing, two at once make one, nothing is forgotten."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence

from services.inspection.application import InspectionApplication
from shared.contracts.calls.year import reports as calls
from shared.contracts.calls.year import syntheses as syntheses_calls
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.problems import Conflict
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import ReportKind
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))
HEAD = CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.INSTALLATION),))
SCHOOLS = [f"TH-{number:02}" for number in range(12)]
ASK = calls.AskReport(
    commune="NL01", year=2026, kind=ReportKind.PROGRESS, period="Tháng 11", due=dt.date(2026, 11, 20), figures=["Số lớp"]
)


def hear_schools(application: InspectionApplication) -> None:
    for sequence, school in enumerate(SCHOOLS, start=1):
        data = SchoolRegistered(school=school, name=f"Trường {school}", kind=SchoolKind.PRIMARY, commune="NL01")
        application.receive(
            envelope(
                installation="thu",
                data=data,
                sequence=sequence,
                subject="",
                occurred=NOW,
                recorded=NOW,
                correlation="",
                cause="",
            )
        )


def at_once(works: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Do things in threads at the same moment; return what any of them raised."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def hand_in(application: InspectionApplication, request: str, school: str, value: int) -> None:
    figures = [calls.GivenFigure(name="Số lớp", value=value)]
    application.hand_in_report(HEAD, calls.HandInReport(school=school, request=request, figures=figures))


def test_schools_that_hand_in_at_once_from_two_processes_all_arrive(start):
    first, second = start(), start()
    hear_schools(first)
    asked = first.ask_report(OFFICER, ASK)
    works = [
        lambda school=school, value=value: hand_in((first, second)[value % 2], asked.id, school, value)
        for value, school in enumerate(SCHOOLS)
    ]
    assert at_once(works) == []
    again = start()
    view = again.report_request(OFFICER, calls.ReportRequestAsked(request=asked.id))
    given = {part.school: part.figures[0].value for part in view.parts}
    assert given == {school: value for value, school in enumerate(SCHOOLS)}
    drafted = again.draft_synthesis(
        OFFICER, syntheses_calls.DraftSynthesis(commune="NL01", year=2026, kind=ReportKind.PROGRESS)
    )
    assert drafted.figures[0].total == sum(range(len(SCHOOLS)))


def test_two_who_ask_or_synthesise_at_once_make_one(start):
    first, second = start(), start()
    hear_schools(first)
    assert at_once([lambda: first.ask_report(OFFICER, ASK), lambda: second.ask_report(OFFICER, ASK)]) == []
    call = syntheses_calls.DraftSynthesis(commune="NL01", year=2026, kind=ReportKind.PROGRESS)
    assert at_once([lambda: first.draft_synthesis(OFFICER, call), lambda: second.draft_synthesis(OFFICER, call)]) == []
    again = start()
    listed = calls.ReportsAsked(commune="NL01", year=2026)
    assert len(again.report_requests(OFFICER, listed).requests) == 1
    assert len(again.syntheses(OFFICER, syntheses_calls.SynthesesAsked(commune="NL01", year=2026)).syntheses) == 1


def test_of_two_who_write_a_synthesis_at_once_one_is_told_and_nothing_is_written_over(start):
    first, second = start(), start()
    hear_schools(first)
    call = syntheses_calls.DraftSynthesis(commune="NL01", year=2026, kind=ReportKind.PROGRESS)
    number = first.draft_synthesis(OFFICER, call).id

    def write(application: InspectionApplication, text: str) -> None:
        texts = [calls.ReportText(heading="Đề nghị", text=text)]
        application.write_synthesis(OFFICER, syntheses_calls.WriteSynthesis(synthesis=number, texts=texts, writings=0))

    failed = at_once([lambda: write(first, "Bản của người thứ nhất."), lambda: write(second, "Bản của người thứ hai.")])
    assert [type(one) for one in failed] == [Conflict]
    assert start().synthesis(OFFICER, syntheses_calls.SynthesisRequest(synthesis=number)).writings == 1


def test_views_made_anew_tell_the_same(start):
    application = start()
    hear_schools(application)
    asked = application.ask_report(OFFICER, ASK)
    hand_in(application, asked.id, SCHOOLS[0], 7)
    application.return_report(OFFICER, calls.ReturnReport(school=SCHOOLS[0], request=asked.id, reason="Thiếu số lớp ghép"))
    before = application.report_request(OFFICER, calls.ReportRequestAsked(request=asked.id))
    application.views.rebuild()
    hear_schools(application)
    assert application.report_request(OFFICER, calls.ReportRequestAsked(request=asked.id)) == before
