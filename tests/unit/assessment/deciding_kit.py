"""A council at work: a cycle whose criteria are written and reviewed, and shorthands for what the council decides."""

from __future__ import annotations

import datetime as dt
import uuid

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.streams import council_stream
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import council as council_calls
from shared.contracts.calls import deciding as d
from shared.contracts.calls import improvement as i
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep

SCHOOL = "TH-BC"
ROLES = (CouncilRole.CHAIR, CouncilRole.SECRETARY)


def person(number: int) -> str:
    """Return the id of the `number`-th person: 1 is the chair, 2 the secretary."""
    return str(uuid.UUID(int=number))


def caller(number: int, role: Role = Role.COUNCIL_MEMBER, command: str = "") -> CallContext:
    grants = (Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL),)
    return CallContext(actor=person(number), grants=grants, correlation="c-1", command=command)


CHAIR, SECRETARY, MEMBER = caller(1), caller(2), caller(3)
HEAD = caller(50, Role.HEAD)


def council(size: int) -> list[council_calls.MemberById]:
    return [
        council_calls.MemberById(
            person=person(number),
            role=ROLES[number - 1] if number <= len(ROLES) else CouncilRole.MEMBER,
            office="Hiệu trưởng" if number == 1 else "Giáo viên",
            task=f"Nhiệm vụ {number}",
            trained=True,
        )
        for number in range(1, size + 1)
    ]


class AtWork:
    """An application with one cycle of a school; `application` is any opener of its log."""

    def __init__(self, application, cycle) -> None:
        self.application, self.cycle = application, cycle
        self.rulebook = application.library.by_digest(cycle.digest)
        self.place = {"school": SCHOOL, "cycle": cycle.cycle}

    def at(self, cycle) -> AtWork:
        return AtWork(self.application, cycle)

    # --- before the council

    def set_up(self, size=7, acting=HEAD):
        request = council_calls.SetUpCouncil(
            decision="12/QĐ", decided_on=dt.date(2026, 10, 1), members=council(size), **self.place
        )
        return self.application.set_up_council(acting, request)

    def fact(self, fact, *read, actor=3):
        meta = EventMetadata(actor=person(actor), occurred=self.application.clock.now(), correlation="c-1")
        return self.application.school_repository.change(SCHOOL, lambda school: school.add_work(fact, meta, *read))[1]

    def write(self, criterion, level=1, text="Trường có kế hoạch.", codes=()):
        sentences = (sf.Sentence(text=text, codes=tuple(codes)),)
        return self.fact(sf.StatusWritten(**self.place, criterion=criterion, level=level, sentences=sentences))

    def keep(self, criterion, level):
        return self.fact(sf.CopiedTextKept(**self.place, criterion=criterion, level=level))

    def hand_in(self, criterion):
        return self.fact(sf.CriterionHandedIn(**self.place, criterion=criterion, of=self.work(criterion).changed))

    def review(self, *criteria):
        """Hand criteria in and review them."""
        for criterion in criteria:
            of = self.work(criterion).changed
            self.hand_in(criterion)
            self.fact(sf.CriterionReviewed(**self.place, criterion=criterion, of=of), actor=4)

    def judge(self, *keys, result="met", on=None, acting=MEMBER):
        judgements = [
            calls.Judgement(criterion=key[0], level=key[1], indicator=key[2], result=calls.Result(result)) for key in keys
        ]
        request = calls.Judge(layer=calls.Layer.SCHOOL, judgements=judgements, on=on, **self.place)
        return self.application.judge(acting, request)

    # --- the council

    def hold(self, present=(1, 2, 3, 4, 5), acting=SECRETARY, agenda="Thông qua báo cáo", **fields):
        people = [person(number) for number in present]
        return self.application.hold_meeting(acting, d.HoldMeeting(**self.place, present=people, agenda=agenda, **fields))

    def vote(self, criterion, meeting, votes=(5, 0, 0), acting=SECRETARY, opinions=()):
        request = d.VoteOnCriterion(
            **self.place,
            criterion=criterion,
            meeting=meeting,
            votes_for=votes[0],
            votes_against=votes[1],
            abstain=votes[2],
            opinions=list(opinions),
        )
        return self.application.vote(acting, request)

    def pass_all(self):
        """Review what is not passed, and pass it in one meeting."""
        missing = [line.criterion for line in self.meetings().criteria if line.step is not CriterionStep.PASSED]
        self.review(*missing)
        meeting = self.hold().id
        for criterion in missing:
            self.vote(criterion, meeting)
        return meeting

    def approve(self, acting=CHAIR):
        return self.application.approve_report(acting, d.ApproveReport(**self.place))

    def submit(self, acting=HEAD, **fields):
        return self.application.submit_self_assessment(acting, calls.SubmitSelfAssessment(**self.place, **fields))

    def reopen(self, reason="Sở trả hồ sơ để bổ sung"):
        opened = self.application.reopen_cycle(HEAD, calls.ReopenCycle(reason=reason, **self.place))
        return self.at(opened)

    def copy(self, year, on=None):
        opened = self.application.copy_cycle(HEAD, d.CopyCycle(school=SCHOOL, former=self.cycle.cycle, year=year, on=on))
        return self.at(opened)

    # --- what stands

    def work(self, criterion):
        return self.assessed().cycle.work.seen(criterion)

    def assessed(self):
        return self.application.school_repository.as_known_now(SCHOOL, self.cycle.cycle)

    def steps(self):
        return {line.criterion: line.step for line in self.meetings().criteria}

    def meetings(self):
        return self.application.meetings(d.MeetingsRequest(**self.place))

    def check(self):
        return self.application.check_cycle(d.CheckRequest(**self.place))

    def gap_kinds(self):
        return {gap.kind for gap in self.check().gaps}

    def head(self):
        return self.application.log.head()

    @property
    def council_stream(self):
        return council_stream(SCHOOL, self.cycle.cycle)

    # --- improvement

    def improve(self, acting=MEMBER, **fields):
        given = {"criterion": "1.1", "aim": "Đủ máy tính", "action": "Mua 12 máy", **fields}
        return self.application.add_improvement(acting, i.AddImprovement(**self.place, **given))

    def review_item(self, item, status, occasion="khac", acting=MEMBER, **fields):
        request = i.ReviewImprovement(
            **self.place, item=item, status=i.ImprovementStatus(status), occasion=i.ReviewOccasion(occasion), **fields
        )
        return self.application.review_improvement(acting, request)

    def plan(self, **fields):
        return self.application.improvements(i.ImprovementsRequest(**self.place, **fields))
