"""Tasks of a commune of two schools in short: who gives, who reports, what is listed."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls.year import directing
from shared.contracts.calls.year import tasks as calls
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.commune_year import CommitteeRole, TaskWanted
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.conftest import Team

TODAY = dt.date(2026, 11, 24)
DUE = dt.date(2026, 12, 15)
SCHOOLS = ("TH-BC", "MN-BC")
PERSONS = [f"0198f2c4-0000-7000-8000-00000000000{number}" for number in range(1, 4)]


def of_commune(role: Role, commune: str = "NL01", actor: str = "account-1") -> CallContext:
    """Return a caller with a role in a commune, which reaches its schools."""
    schools = SCHOOLS if commune == "NL01" else ("TH-XA",)
    grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune, schools=schools)
    return CallContext(actor=actor, grants=(grant,), correlation="c-1")


def of_school(role: Role, school: str) -> CallContext:
    """Return a caller with a role at a school."""
    return CallContext(actor="account-2", grants=(Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=school),))


class CommuneAtWork(Team):
    """A commune whose office gives tasks to its two schools and its units."""

    officer = of_commune(Role.COMMUNE_OFFICER)
    leader = of_commune(Role.COMMUNE_LEADER)
    economy = of_commune(Role.ECONOMIC_OFFICE)
    masses = of_commune(Role.MASS_ORGANISATION)
    elsewhere = of_commune(Role.COMMUNE_OFFICER, "NL02")
    head = of_school(Role.HEAD, "TH-BC")
    other_head = of_school(Role.HEAD, "MN-BC")

    def __init__(self) -> None:
        super().__init__()
        for school in SCHOOLS:
            self.hear_school(school)
        self.hear_school("TH-XA", "NL02")

    def hear_paper(self, document="d-1", school="TH-BC"):
        media = {"sha256": "0" * 64, "size_bytes": 1, "media_type": "application/pdf"}
        self.hear(DocumentReceived(document=document, school=school, **media))

    def give(self, *to, text="Nộp danh mục minh chứng", due=DUE, wanted="report", who=None, **more):
        request = calls.GiveTask(
            commune="NL01", year=2026, to=list(to) or ["TH-BC"], text=text, due=due, wanted=TaskWanted(wanted), **more
        )
        return self.application.give_task(who or self.officer, request)

    def report(self, task, text="Đã nộp.", who=None, **more):
        return self.application.report_task(who or self.head, calls.ReportTask(task=task, text=text, **more))

    def accept(self, task, who=None, **more):
        return self.application.accept_task(who or self.officer, calls.AcceptTask(task=task, **more))

    def give_back(self, task, reason="Danh mục còn thiếu tiêu chí 3.5", **more):
        return self.application.return_task(self.officer, calls.ReturnTask(task=task, reason=reason, **more))

    def extend(self, task, due, reason="Chờ hướng dẫn của Sở"):
        return self.application.extend_task(self.officer, calls.ExtendTask(task=task, due=due, reason=reason))

    def cancel(self, task, reason="Sở đã hoãn đợt đánh giá"):
        return self.application.cancel_task(self.officer, calls.CancelTask(task=task, reason=reason))

    def one(self, task, who=None):
        return self.application.task(who or self.officer, calls.TaskRequest(task=task))

    def listed(self, who=None, **asked):
        return self.application.tasks(who or self.officer, calls.TasksRequest(**asked))

    def end(self, rule, reason="Đã có báo cáo tự động"):
        return self.application.end_recurring_task(self.officer, calls.EndRecurringTask(rule=rule, reason=reason))

    def rules(self):
        return self.application.recurring_tasks(calls.RecurringTasksRequest(commune="NL01", year=2026)).rules

    def sit(self, *members, number="12/QĐ-UBND", on=dt.date(2026, 1, 20), **more):
        entries = [
            directing.CommitteeMemberEntry(person=person, role=CommitteeRole(role), duty=duty)
            for person, role, duty in members or ((PERSONS[0], "truong_ban", "Chỉ đạo chung"),)
        ]
        request = directing.SetCommittee(commune="NL01", year=2026, number=number, decided_on=on, members=entries, **more)
        return self.application.set_committee(self.officer, request)

    def committees(self):
        return self.application.committee(directing.CommuneYearRequest(commune="NL01", year=2026)).committees

    def issue(self, number="45/UBND-VHXH", on=dt.date(2026, 3, 2), abstract="Về việc tự đánh giá"):
        request = directing.IssueDirective(commune="NL01", year=2026, number=number, issued_on=on, abstract=abstract)
        return self.application.issue_directive(self.officer, request)

    def topics(self):
        return [logged.entry.fact.TOPIC.partition(".")[2] for logged in self.application.log.read(0, 1000)]
