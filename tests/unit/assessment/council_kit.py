"""Builders for councils: people by number, councils that keep the rules, callers in their roles."""

from __future__ import annotations

import datetime as dt
import uuid

from shared.contracts.calls import council as calls
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import CouncilRole

SCHOOL = "TH-BC"
DECIDED = dt.date(2026, 10, 1)
ROLES = (CouncilRole.CHAIR, CouncilRole.SECRETARY)


def person(number: int) -> str:
    """Return the id of the `number`-th person: 1 is the chair, 2 the secretary of a council built here."""
    return str(uuid.UUID(int=number))


def caller(number: int, role: Role = Role.COUNCIL_MEMBER, command: str = "") -> CallContext:
    """Return a person of the school, acting."""
    grants = (Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL),)
    return CallContext(actor=person(number), grants=grants, correlation="c-1", command=command)


HEAD = caller(1, Role.HEAD)
CHAIR, SECRETARY, MEMBER, STRANGER = caller(1), caller(2), caller(3), caller(99)


def member(number: int, role: CouncilRole | None = None, **fields) -> calls.MemberById:
    """Return a member with everything that any circular asks for."""
    chosen = role or (ROLES[number - 1] if number <= len(ROLES) else CouncilRole.MEMBER)
    office = "Hiệu trưởng" if chosen is CouncilRole.CHAIR else "Giáo viên"
    given = {"office": office, "task": f"Nhiệm vụ {number}", "trained": True, **fields}
    return calls.MemberById(person=person(number), role=chosen, **given)


def members(count: int) -> list[calls.MemberById]:
    """Return a council of so many with one chair and one secretary."""
    return [member(number) for number in range(1, count + 1)]


class CouncilOffice:
    """An office with a cycle that is open, and shorthands for what its council does."""

    def __init__(self, office, cycle) -> None:
        self.office, self.cycle = office, cycle
        self.application = office.application
        self.rulebook = office.rulebook(cycle)
        self.place = {"school": SCHOOL, "cycle": cycle.cycle}

    @property
    def head_position(self) -> int:
        return self.application.log.head()

    def set_up(self, people=None, acting=HEAD, **fields):
        given = {"decision": "12/QĐ-TH", "decided_on": DECIDED, **self.place, **fields}
        return self.application.set_up_council(acting, calls.SetUpCouncil(members=people or members(7), **given))

    def view(self):
        return self.application.council(calls.CouncilRequest(**self.place))

    def rules(self):
        return {rule.rule: rule for rule in self.view().rules}

    def form(self, group="nhom-1", leader=3, others=(4,), acting=SECRETARY, **fields):
        given = {"name": f"Nhóm {group}", "leader": person(leader), "members": [person(one) for one in others], **fields}
        return self.application.form_group(acting, calls.FormGroup(group=group, **self.place, **given))

    def dissolve(self, group="nhom-1", acting=SECRETARY):
        return self.application.dissolve_group(acting, calls.DissolveGroup(group=group, **self.place))

    def assign(self, *assignments, acting=SECRETARY):
        return self.application.assign_criteria(acting, calls.AssignCriteria(assignments=list(assignments), **self.place))

    def assign_all(self, group="nhom-1", acting=SECRETARY):
        return self.assign(
            *(calls.Assignment(criterion=code, group=group) for code in self.rulebook.criteria), acting=acting
        )

    def write_plan(self, acting=SECRETARY, **fields):
        given = fields or {"sections": {"I": "Xác định mức đạt"}}
        return self.application.write_plan(acting, calls.WritePlan(**self.place, **given))

    def approve(self, acting=CHAIR, **fields):
        return self.application.approve_plan(acting, calls.ApprovePlan(**self.place, **fields))

    def plan(self):
        return self.application.plan(calls.PlanRequest(**self.place))

    def define(self, *facets, criterion="1.1", level=1, indicator="a", acting=MEMBER):
        given = {"criterion": criterion, "level": level, "indicator": indicator, "facets": list(facets)}
        return self.application.define_facets(acting, calls.DefineFacets(**self.place, **given))

    def facets(self, criterion="1.1"):
        return self.application.facets(calls.FacetsRequest(criterion=criterion, **self.place))
