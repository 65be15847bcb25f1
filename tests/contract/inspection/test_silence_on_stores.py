"""Silence is taken once, on every store, whoever looks first: the worker of one process or the command in another."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from services.inspection.silence_worker import SilenceWorker
from shared.clock import FixedClock
from shared.contracts.calls import inspection as i
from shared.contracts.calls import registration as c
from shared.contracts.events.assessment import CycleOpened, SchoolRegistered, SelfAssessmentSubmitted
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.roles import Role, ScopeKind

LIBRARY = load_library()
V2018 = LIBRARY.get("v2018/tieu_hoc")
SENT = dt.datetime(2026, 11, 9, 3, tzinfo=dt.UTC)
LAST_MOMENT = dt.datetime(2026, 11, 23, 16, 59, 59, tzinfo=dt.UTC)
"""Of the tenth working day, in Việt Nam."""
SCHOOL = "TH-BC"


def caller(role, kind=ScopeKind.DEPARTMENT, scope=""):
    return CallContext(actor="account-1", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=(SCHOOL,)),))


HEAD = caller(Role.HEAD, ScopeKind.SCHOOL, SCHOOL)
OFFICER, DEPARTMENT = caller(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01"), caller(Role.DEPARTMENT_OFFICER)


@pytest.fixture
def clock():
    return FixedClock(SENT)


def hear(application, *told):
    for data in told:
        sequence = application.received_position("assessment") + 1
        times = {"occurred": SENT, "recorded": SENT}
        event = envelope(
            installation="thu", data=data, sequence=sequence, subject="school/x", correlation="", cause="", **times
        )
        application.receive(event)


def drafted(application):
    """Bring a registration to the draft, all on the ninth of November."""
    day = dt.date(2026, 11, 9)
    hear(
        application,
        SchoolRegistered(school=SCHOOL, name="Trường", kind=SchoolKind.PRIMARY, commune="NL01"),
        CycleOpened(
            school=SCHOOL,
            cycle="c",
            year="2026-2027",
            rulebook=V2018.id,
            digest=V2018.digest,
            opened_on=dt.date(2026, 9, 25),
        ),
        SelfAssessmentSubmitted(school=SCHOOL, cycle="c", submitted_on=day),
    )
    application.open_registration(HEAD, c.OpenRegistration(school=SCHOOL))
    application.check_registration(OFFICER, c.CheckRegistration(school=SCHOOL))
    application.forward_registration(OFFICER, c.ForwardRegistration(school=SCHOOL))
    application.accept_registration(DEPARTMENT, c.AcceptRegistration(school=SCHOOL))
    plan = i.PlanInspection(school=SCHOOL, cycle="c", layer=Layer.DEPARTMENT, on=day, title="Đánh giá ngoài")
    visit = application.plan(DEPARTMENT, plan).inspection
    application.conclude(
        DEPARTMENT, i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đã xem xong tại trường.")
    )
    application.send_draft_report(DEPARTMENT, c.SendDraftReport(school=SCHOOL))


def silences(application):
    topics = [one.entry.fact.TOPIC for one in application.log.read(0, 1000)]
    return topics.count("inspection.silence-taken")


def test_on_the_last_day_itself_nobody_takes_silence_and_a_moment_later_exactly_one_of_two_does(start, clock):
    here, there = start(), start()
    drafted(here)
    clock.move(LAST_MOMENT - clock.now())
    assert [SilenceWorker(one).step() for one in (here, there)] == [0, 0]
    clock.move(dt.timedelta(seconds=1))
    barrier, taken = threading.Barrier(2), []

    def look(application):
        barrier.wait()
        taken.append(SilenceWorker(application).step())

    threads = [threading.Thread(target=look, args=(application,)) for application in (here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [0, 1]
    assert silences(here) == 1


def test_a_silence_that_another_process_takes_between_looking_and_storing_is_not_taken_again(start, clock):
    here, there = start(), start()
    drafted(here)
    clock.move(LAST_MOMENT + dt.timedelta(seconds=1) - clock.now())
    store, tries = here.append, []

    def append(*streams, **more):
        tries.append(streams)
        if len(tries) == 1:
            assert there.take_silences() == 1
        return store(*streams, **more)

    here.append = append
    assert here.take_silences() == 0
    assert silences(here) == 1


def test_a_final_report_rests_on_the_silence_that_no_worker_has_taken_yet(start, clock):
    here = start()
    drafted(here)
    clock.move(LAST_MOMENT + dt.timedelta(seconds=1) - clock.now())
    shown = start().finalise_report(DEPARTMENT, c.FinaliseReport(school=SCHOOL))
    assert [str(done.step) for done in shown.history[-2:]] == ["im_lang", "chinh_thuc"]
    assert SilenceWorker(here).step() == 0
