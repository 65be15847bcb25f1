"""The assessment service on every store: nothing depends on which one, on a restart, or on how many processes there are."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest

from services.assessment.application import AssessmentApplication
from services.assessment.errors import ChangedMeanwhile
from shared.clock import FixedClock
from shared.contracts.calls import assessment as calls
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded
from shared.eventlog.store import StoreSettings
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
SIGNER = Signer.generate("kiemdinh/thu/assessment")
ADMIN = CallContext(actor="account-1", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),))
OPENED = dt.date(2026, 9, 25)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request, tmp_path) -> tuple[str, str]:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    dsn = str(request.getfixturevalue("postgresql").new_database())
    return dsn, dsn


@pytest.fixture
def start(urls):
    """Start the service once more on the same store, as another process or after a restart."""
    store, views = urls
    started = []

    def begin() -> AssessmentApplication:
        application = AssessmentApplication(
            StoreSettings(store),
            FixedClock(NOW),
            installation="thu",
            views_url=views,
            library=load_library(),
            signer=SIGNER,
            pause=lambda _: None,
        )
        started.append(application)
        return application

    yield begin
    for application in started:
        application.views.close()
        application.close()


def set_up(application) -> calls.CycleView:
    application.register_commune(ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
    school = calls.RegisterSchool(commune="NL01", code="TH-BC", name="Trường Bản Chuông", kind=calls.SchoolKind.PRIMARY)
    application.register_school(ADMIN, school)
    return application.open_cycle(ADMIN, calls.OpenCycle(school="TH-BC", year="2026-2027", on=OPENED))


def judge(application, cycle, keys, result="met", expected=None):
    judgements = [
        calls.Judgement(
            criterion=key.criterion,
            level=key.level,
            indicator=key.indicator,
            result=calls.Result(result),
            expected=expected,
        )
        for key in keys
    ]
    request = calls.Judge(school="TH-BC", cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judgements)
    return application.judge(ADMIN, request)


def tell(application, data, sequence):
    event = envelope(
        installation="thu",
        data=data,
        sequence=sequence,
        subject="school/TH-BC",
        occurred=NOW,
        recorded=NOW,
        correlation="c",
        cause="",
    )
    application.receive(event)


def finding(cycle, key, result="met"):
    return FindingRecorded(
        inspection="v",
        school="TH-BC",
        cycle=cycle.cycle,
        layer=calls.Layer.DEPARTMENT,
        criterion=key.criterion,
        level=key.level,
        indicator=key.indicator,
        result=calls.Result(result),
        found_on=dt.date(2026, 11, 2),
    )


def keys_of(application, cycle):
    return application.library.by_digest(cycle.digest).keys


def status(application, **wanted):
    return application.status(calls.StatusRequest(school="TH-BC", **wanted))


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


def at_once(*acts):
    """Run everything at the same moment and return what was raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act):
        barrier.wait()
        try:
            act()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


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
