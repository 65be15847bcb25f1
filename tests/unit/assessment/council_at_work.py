"""A school with a council of five in a cycle, and shorthands for what its people write, hand in, review and say."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import assessment as calls
from shared.contracts.calls import council, writing
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import CouncilRole

SCHOOL = "TH-BC"
CYCLE = "2026-2027"
CHAIR, SECRETARY, WRITER, REVIEWER, FIFTH, OUTSIDER, CLERK = (
    f"0198f2c4-0000-7000-8000-00000000020{number}" for number in range(7)
)
COUNCIL = {
    CHAIR: CouncilRole.CHAIR,
    SECRETARY: CouncilRole.SECRETARY,
    WRITER: CouncilRole.MEMBER,
    REVIEWER: CouncilRole.MEMBER,
    FIFTH: CouncilRole.VICE_CHAIR,
}
ROLES = {CHAIR: Role.HEAD, CLERK: Role.CLERK}


def person(name: str, command: str = "") -> CallContext:
    """Return a person of the school: the head, the clerk, or anybody with the role of a council member."""
    role = ROLES.get(name, Role.COUNCIL_MEMBER)
    grant = Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL)
    return CallContext(actor=name, grants=(grant,), correlation="c-1", command=command)


class AtWork:
    """A cycle under TT57/2026 (or another rulebook) and its council; `do` are the operations of the application."""

    def __init__(self, office, *, rulebook="", council_of=COUNCIL):
        self.office = office
        self.cycle = office.with_school().with_cycle(rulebook=rulebook)
        self.do = office.application
        self.rulebook = office.rulebook(self.cycle)
        if council_of:
            members = [
                council.MemberById(person=one, role=role, office="Hiệu trưởng", task="Viết")
                for one, role in council_of.items()
            ]
            set_up = council.SetUpCouncil(
                school=SCHOOL, cycle=CYCLE, decision="12/QĐ", decided_on=dt.date(2026, 9, 26), members=members
            )
            self.do.set_up_council(person(CHAIR), set_up)

    def group(self, name, head, *members):
        formed = council.FormGroup(school=SCHOOL, cycle=CYCLE, group=name, name=name, leader=head, members=list(members))
        self.do.form_group(person(CHAIR), formed)

    def assign(self, criterion="1.1", **who):
        assigned = council.Assignment(criterion=criterion, **who)
        self.do.assign_criteria(person(CHAIR), council.AssignCriteria(school=SCHOOL, cycle=CYCLE, assignments=[assigned]))

    def code(self, criterion="1.1", document="d-1", *, cite=True):
        self.office.tell_document(document)
        coded = calls.CodeEvidence(
            school=SCHOOL, cycle=CYCLE, document=document, criterion=criterion, title="Kế hoạch năm học", cite=cite
        )
        return self.do.code_evidence(person(CLERK), coded).code

    def write(self, text, *, by=WRITER, criterion="1.1", level=1, expected=None, command=""):
        wanted = writing.WriteStatus(
            school=SCHOOL, cycle=CYCLE, criterion=criterion, level=level, text=text, expected=expected
        )
        return self.do.write_status(person(by, command), wanted)

    def step(self, operation, request, *, by, criterion="1.1", command="", **more):
        wanted = request(school=SCHOOL, cycle=CYCLE, criterion=criterion, **more)
        return getattr(self.do, operation)(person(by, command), wanted)

    def hand_in(self, *, by=WRITER, **more):
        return self.step("hand_in", writing.HandIn, by=by, **more)

    def take_back(self, *, by=WRITER, **more):
        return self.step("take_back", writing.TakeBack, by=by, **more)

    def review(self, *, by=REVIEWER, **more):
        return self.step("review_criterion", writing.ReviewCriterion, by=by, **more)

    def want_changes(self, text="Ghi rõ nơi công bố", *, by=REVIEWER, **more):
        return self.step("request_changes", writing.RequestChanges, by=by, text=text, **more)

    def keep(self, level, *, by=WRITER, **more):
        return self.step("keep_copied", writing.KeepCopied, by=by, level=level, **more)

    def comment(self, text="Công bố ở đâu?", *, by=REVIEWER, answers="", criterion="1.1", command="", **place):
        wanted = writing.AddComment(
            school=SCHOOL,
            cycle=CYCLE,
            criterion=criterion,
            text=text,
            place=writing.CommentPlace(**place),
            answers=answers,
        )
        return self.do.add_comment(person(by, command), wanted)

    def resolve(self, comment, *, by=WRITER, resolved=True):
        wanted = writing.ResolveComment(school=SCHOOL, cycle=CYCLE, comment=comment, resolved=resolved)
        return self.do.resolve_comment(person(by), wanted)

    def work(self, criterion="1.1", *, by=WRITER, **moment):
        wanted = writing.CriterionWorkRequest(school=SCHOOL, cycle=CYCLE, criterion=criterion, **moment)
        return self.do.criterion_work(person(by), wanted)

    def board(self, **moment):
        return self.do.work_board(writing.WorkBoardRequest(school=SCHOOL, cycle=CYCLE, **moment))

    def head(self):
        return self.do.log.head()
