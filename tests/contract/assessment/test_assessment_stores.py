"""The assessment service on every store: nothing depends on which one, on a restart, or on how many processes there are."""

from __future__ import annotations

from decimal import Decimal

from services.assessment.errors import ChangedMeanwhile
from shared.contracts.calls import assessment as calls
from shared.contracts.events.evidence import DocumentReceived
from tests.contract.assessment.scene import ADMIN, at_once, finding, judge, keys_of, set_up, status, tell


def test_figures_come_back_exactly_as_they_were_stated(start):
    first = start()
    set_up(first)
    figure = calls.FigureGiven(figure="PT.2.2.Q03", numerator=Decimal("84.96"), denominator=Decimal("100.10"))
    stating = calls.StateFigures(school="TH-BC", school_year="2025-2026", figures=[figure])
    position = first.state_figures(ADMIN, stating).position
    second = start()
    (found,) = [one for one in second.figures(calls.FiguresRequest(school="TH-BC")).figures if one.position]
    assert (found.numerator, found.denominator, found.value, found.position) == ("84.96", "100.1", "84960/1001", position)
    assert second.state_figures(ADMIN, stating).position == position


def test_a_restart_forgets_nothing(start):
    first = start()
    cycle = set_up(first)
    keys = keys_of(first, cycle)
    judge(first, cycle, keys)
    tell(first, DocumentReceived(document="d1", school="TH-BC", sha256="0", size_bytes=1, media_type="x/y"), 1)
    tell(first, finding(cycle, keys[0]), 1)
    second = start()
    assert status(second) == status(first)
    assert (second.received_position("evidence"), second.received_position("inspection")) == (1, 1)
    coded = calls.CodeEvidence(school="TH-BC", cycle=cycle.cycle, document="d1", criterion="1.1", title="Kế hoạch")
    assert second.code_evidence(ADMIN, coded).code == "MC.1.1.01"


def test_views_built_anew_are_the_same_and_ask_for_the_documents_again(start):
    application = start()
    set_up(application)
    tell(application, DocumentReceived(document="d1", school="TH-BC", sha256="0", size_bytes=1, media_type="x/y"), 1)
    before = application.schools(ADMIN, calls.SchoolsRequest()), application.cycles(calls.SchoolRequest(school="TH-BC"))
    application.views.rebuild()
    after = application.schools(ADMIN, calls.SchoolsRequest()), application.cycles(calls.SchoolRequest(school="TH-BC"))
    assert after == before
    assert application.received_position("evidence") == 0


def test_of_two_people_on_one_indicator_one_is_told_and_nothing_is_overwritten(start):
    here, there = start(), start()
    cycle = set_up(here)
    key = keys_of(here, cycle)[:1]
    raised = at_once(
        lambda: judge(here, cycle, key, "met", expected=0), lambda: judge(there, cycle, key, "not_met", expected=0)
    )
    assert [type(error) for error in raised] == [ChangedMeanwhile]
    judged = [one for one in here.log.read(0) if one.entry.fact.TOPIC == "assessment.indicator-judged"]
    assert len(judged) == 1


def test_two_processes_judge_different_indicators_at_once_and_nothing_is_lost(start):
    here, there = start(), start()
    cycle = set_up(here)
    keys = keys_of(here, cycle)

    def all_of(application, half):
        for key in half:
            judge(application, cycle, [key])

    assert at_once(lambda: all_of(here, keys[::2]), lambda: all_of(there, keys[1::2])) == []
    assert status(here).school_level.level == 2
    assert status(there) == status(here)
    assert here.log.head() == 3 + len(keys)


def test_a_finding_given_to_two_processes_at_once_is_recorded_once(start):
    here, there = start(), start()
    cycle = set_up(here)
    for sequence, key in enumerate(keys_of(here, cycle)[:10], start=1):
        event = finding(cycle, key)
        raised = at_once(
            lambda event=event, sequence=sequence: tell(here, event, sequence),
            lambda event=event, sequence=sequence: tell(there, event, sequence),
        )
        assert raised == []
    taken = [one for one in here.log.read(0) if one.entry.fact.TOPIC == "assessment.finding-taken"]
    assert len(taken) == 10
    assert here.received_position("inspection") == 10


def test_codes_given_at_once_are_all_different(start):
    here, there = start(), start()
    cycle = set_up(here)
    documents = [f"d{number}" for number in range(8)]
    for sequence, document in enumerate(documents, start=1):
        received = DocumentReceived(document=document, school="TH-BC", sha256="0", size_bytes=1, media_type="x/y")
        tell(here, received, sequence)

    def code(application, document):
        request = calls.CodeEvidence(school="TH-BC", cycle=cycle.cycle, document=document, criterion="1.1", title="Kế hoạch")
        application.code_evidence(ADMIN, request)

    acts = [
        lambda document=document, application=application: code(application, document)
        for document, application in zip(documents, [here, there] * 4, strict=True)
    ]
    assert at_once(*acts) == []
    given = here.evidence(calls.EvidenceRequest(school="TH-BC")).evidence
    assert [one.code for one in given] == [f"MC.1.1.{number:02}" for number in range(1, 9)]
