"""Writes the golden log of committees, directives and tasks as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_tasks`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import directing as d
from shared.contracts.calls.year import tasks as t
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import CommitteeRole, CommuneUnit, Recurrence, TaskWanted
from shared.vocabulary.ids import CommuneCode, DocumentId, PersonId, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

COMMUNE, SCHOOL = CommuneCode("NL"), SchoolCode("TH-BC")
PERSONS = [PersonId(f"0198f2c4-0000-7000-8000-00000000001{number}") for number in (1, 2)]
DOCUMENT = DocumentId("0198f2c4-0000-7000-8000-000000000009")


def _caller(role: Role, kind: ScopeKind, scope: str) -> CallContext:
    grant = Grant(role=role, scope_kind=kind, scope=scope, schools=(SCHOOL,))
    return CallContext(actor="0198f2c4-0000-7000-8000-000000000001", grants=(grant,), correlation="golden")


OFFICER = _caller(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, COMMUNE)
HEAD = _caller(Role.HEAD, ScopeKind.SCHOOL, SCHOOL)


def tell() -> InspectionApplication:
    """Let a commune set its committee, issue a directive, give tasks once and by rule, and take what is done about them."""
    clock = FixedClock(dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    _hear(application, clock.now())
    members = [
        d.CommitteeMemberEntry(person=PERSONS[0], role=CommitteeRole.HEAD, duty="Chỉ đạo chung"),
        d.CommitteeMemberEntry(person=PERSONS[1], duty="Cơ sở vật chất"),
    ]
    decided = {"number": "12/QĐ-UBND", "decided_on": dt.date(2026, 1, 20), "members": members}
    application.set_committee(OFFICER, d.SetCommittee(commune=COMMUNE, year=2026, **decided))
    registered = {"number": "45/UBND-VHXH", "issued_on": dt.date(2026, 3, 1), "abstract": "Về việc tự đánh giá"}
    directive = application.issue_directive(OFFICER, d.IssueDirective(commune=COMMUNE, year=2026, **registered)).id
    to = [SCHOOL, CommuneUnit.ECONOMIC_OFFICE.value]
    given = _give(application, to=to, wanted=TaskWanted.PAPER, directive=directive, section="III.2")
    rule = _give(application, to=[SCHOOL], text="Báo cáo tháng", every=Recurrence.MONTHLY).rule
    number, unit = given.ids
    application.report_task(HEAD, t.ReportTask(task=number, text="Đã nộp", documents=[DOCUMENT]))
    application.return_task(OFFICER, t.ReturnTask(task=number, reason="Thiếu tiêu chí 3.5"))
    extended = t.ExtendTask(task=number, due=dt.date(2026, 4, 30), reason="Chờ hướng dẫn của Sở")
    application.extend_task(OFFICER, extended)
    application.report_task(HEAD, t.ReportTask(task=number, text="Đã bổ sung", figures="27 tiêu chí", documents=[DOCUMENT]))
    application.accept_task(OFFICER, t.AcceptTask(task=number))
    application.cancel_task(OFFICER, t.CancelTask(task=unit, reason="Đã giao ở kế hoạch khác"))
    clock.move(dt.timedelta(days=31))
    application.give_recurring_tasks()
    application.end_recurring_task(OFFICER, t.EndRecurringTask(rule=rule, reason="Đã có báo cáo tự động"))
    return application


def _give(application: InspectionApplication, **more: Any) -> t.TasksGiven:
    asked = {"text": "Nộp danh mục minh chứng", "due": dt.date(2026, 3, 31)} | more
    given: t.TasksGiven = application.give_task(OFFICER, t.GiveTask(commune=COMMUNE, year=2026, **asked))
    return given


def _hear(application: InspectionApplication, now: dt.datetime) -> None:
    school = SchoolRegistered(school=SCHOOL, name="Trường Bản Chuông", kind=SchoolKind.PRIMARY, commune=COMMUNE)
    media = {"sha256": "0" * 64, "size_bytes": 1, "media_type": "application/pdf"}
    paper = DocumentReceived(document=DOCUMENT, school=SCHOOL, **media)
    for data in (school, paper):
        times = {"occurred": now, "recorded": now, "correlation": "", "cause": ""}
        application.receive(envelope(installation="golden", data=data, sequence=1, subject=f"school/{SCHOOL}", **times))


def told(application: InspectionApplication) -> Any:
    """Return what is told of the commune's tasks, rules, directives and committee."""
    year = d.CommuneYearRequest(commune=COMMUNE, year=2026)
    answers = {
        "tasks": application.tasks(OFFICER, t.TasksRequest(commune=COMMUNE, year=2026)),
        "rules": application.recurring_tasks(t.RecurringTasksRequest(commune=COMMUNE, year=2026)),
        "directives": application.directives(d.DirectivesRequest(commune=COMMUNE, year=2026)),
        "committee": application.committee(year),
    }
    return msgspec.to_builtins(answers)


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("tasks", application, told(application))


if __name__ == "__main__":
    main()
