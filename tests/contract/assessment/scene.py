"""One school, and shorthands for what people and visits do there, through any opener of its log."""

from __future__ import annotations

import datetime as dt
import threading

from shared.contracts.calls import assessment as calls
from shared.contracts.events.base import envelope
from shared.contracts.events.inspection import FindingRecorded
from shared.identity.call_context import CallContext, Grant
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
SIGNER = Signer.generate("kiemdinh/thu/assessment")
ADMIN = CallContext(actor="account-1", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),))
OPENED = dt.date(2026, 9, 25)


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
