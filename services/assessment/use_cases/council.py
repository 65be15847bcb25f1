"""Use cases about the self-assessment council: set up, divided into groups, given its criteria, shown with every rule."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import uuid

import msgspec

from services.assessment import council_presenters, views
from services.assessment.domain import council
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.planning import line
from services.assessment.domain.replay import CycleState
from services.assessment.domain.school import School
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.errors import DateRefused, NoSuchCycle
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import no_cycle
from shared.contracts.calls import Done
from shared.contracts.calls.council import (
    AssignCriteria,
    Assignment,
    CouncilMembersAnswer,
    CouncilMembersRequest,
    CouncilRequest,
    CouncilView,
    DissolveGroup,
    FormGroup,
    MemberById,
    SeatedMember,
    SetUpCouncil,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CycleId, GroupId, PersonId, SchoolCode
from shared.vocabulary.roles import Role

MOST_MEMBERS = 200
MOST_ASSIGNED = 200
"""At once: more than a school has teachers, and than a circular has criteria."""

_DECIDED_BEFORE = dt.timedelta(days=366)
"""How long before the opening of a cycle here its council may have been decided on: it is the first of the seven steps."""

_GROUP = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def is_head(acting: CallContext, school: SchoolCode) -> bool:
    """Say whether the caller is the head of the school."""
    return any(grant.role is Role.HEAD and grant.covers_school(school) for grant in acting.grants)


def work_of(assessed: SchoolAssessment, school: SchoolCode) -> CycleState:
    """Return the cycle that is asked about; raises NoSuchCycle when the school has none."""
    if assessed.cycle is None or assessed.cycle.opened is None:
        raise no_cycle(school, CycleId(""))
    return assessed.cycle


class Councils:
    """Sets councils up, forms their groups and gives them the criteria."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def set_up_council(self, acting: CallContext, request: SetUpCouncil) -> CouncilView:
        """Set up the council of a cycle, or set it up anew; the same again does nothing.

        Raises CouncilRefused naming each rule that is broken, DateRefused, BadRequest, NoSuchSchool, NoSuchCycle,
        AlreadySubmitted.
        """
        meta, today = self._schools.metadata_on(acting)
        set_up = sf.CouncilSetUp(
            school=request.school,
            cycle=request.cycle,
            decision=line(request.decision, "số quyết định", "$.decision", empty=True),
            decided_on=_decided(request.decided_on, today),
            members=_members(request.members),
        )
        if request.only_check:
            assessed = self._schools.as_known_now(request.school, request.cycle)
            self._require_lawful(assessed.rulebook, work_of(assessed, request.school), set_up)
            return council_presenters.checked_council(assessed.rulebook, set_up)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            cycle = work_of(assessed, school.code)
            self._require_lawful(assessed.rulebook, cycle, set_up)
            present = council.council_of(cycle.work)
            if present is None or msgspec.structs.replace(present, cycle=set_up.cycle) != set_up:
                school.add_work(set_up, meta)

        self._schools.change(request.school, decide)
        return self.council(CouncilRequest(school=request.school, cycle=request.cycle))

    def council(self, request: CouncilRequest) -> CouncilView:
        """Return the council of a cycle with each rule about it; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return council_presenters.council_view(assessed.rulebook, work_of(assessed, request.school))

    def council_members(self, request: CouncilMembersRequest) -> CouncilMembersAnswer:
        """Return who is on the newest council of each school of a commune, by school."""
        with self._schools.views.reading() as conn:
            schools = sorted(school.code for school in views.schools(conn, request.commune))
        found: list[SeatedMember] = []
        for school in schools:
            with contextlib.suppress(NoSuchCycle):
                found += council_presenters.seated(school, self.council(CouncilRequest(school=school)))
        return CouncilMembersAnswer(members=found)

    def form_group(self, acting: CallContext, request: FormGroup) -> Done:
        """Form a group, or form it anew; the same again does nothing.

        Raises NoCouncil, NotYourDuty, NotInCouncil, BadRequest, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        given = sf.GroupFormed(
            school=request.school,
            cycle=request.cycle,
            group=_group(request.group),
            name=line(request.name, "tên nhóm", "$.name"),
            kind=request.kind,
            head=_person(request.leader, "$.leader"),
            members=tuple(_person(member, f"$.members[{number}]") for number, member in enumerate(request.members)),
            task=typed_text(request.task, "nhiệm vụ của nhóm"),
        )
        if len(given.members) > MOST_MEMBERS:
            raise BadRequest(f"Mỗi nhóm nhiều nhất {MOST_MEMBERS} người. Chưa lập nhóm.", path="$.members")

        def decide(school: School) -> None:
            work = work_of(self._schools.as_known_now(school.code, request.cycle), school.code).work
            council.require_leading(work, acting.actor, is_head=is_head(acting, school.code))
            formed = council.checked_group(work, given)
            present = council.groups_of(work).get(formed.group)
            if present is None or msgspec.structs.replace(present, cycle=formed.cycle) != formed:
                school.add_work(formed, meta)

        return self._schools.done(request.school, decide)

    def dissolve_group(self, acting: CallContext, request: DissolveGroup) -> Done:
        """Dissolve a group without criteria; a repeated command does nothing.

        Raises NoCouncil, NotYourDuty, NoSuchGroup, GroupHasCriteria, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)

        def decide(school: School) -> None:
            if school.has_processed(meta.command):
                return
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            council.require_leading(work, acting.actor, is_head=is_head(acting, school.code))
            gone = council.dissolved(assessed.rulebook, work, request.group)
            school.add_work(msgspec.structs.replace(gone, cycle=request.cycle), meta)

        return self._schools.done(request.school, decide)

    def assign_criteria(self, acting: CallContext, request: AssignCriteria) -> Done:
        """Assign criteria, all or none; what is assigned so already is not recorded again.

        Raises NoCouncil, NotYourDuty, NoSuchCriterion, NoSuchGroup, NotInCouncil, ReviewerIsWriter, DateRefused, BadRequest,
        NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        if len(request.assignments) > MOST_ASSIGNED:
            raise BadRequest(f"Mỗi lần phân công nhiều nhất {MOST_ASSIGNED} tiêu chí. Chưa ghi gì.", path="$.assignments")
        assigned = [_assigned(request, one, number) for number, one in enumerate(request.assignments)]

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            cycle = work_of(assessed, school.code)
            council.require_leading(cycle.work, acting.actor, is_head=is_head(acting, school.code))
            for one in assigned:
                council.check_assignment(assessed.rulebook, cycle.work, one)
                _check_due(cycle, one)
            new = [one for one in assigned if not council.standing_assignment(cycle.work, one)]
            school.add_all_work(new, meta)

        return self._schools.done(request.school, decide)

    @staticmethod
    def _require_lawful(rulebook: Rulebook, cycle: CycleState, set_up: sf.CouncilSetUp) -> None:
        assert cycle.opened is not None
        if set_up.decided_on < cycle.opened.opened_on - _DECIDED_BEFORE:
            raise DateRefused(
                f"Ngày quyết định {format_date(set_up.decided_on)} sớm hơn ngày mở đợt "
                f"({format_date(cycle.opened.opened_on)}) quá một năm. Chưa lập. Chọn lại ngày."
            )
        council.require_lawful(rulebook, set_up.members)


def _decided(on: dt.date, today: dt.date) -> dt.date:
    if on > today:
        raise DateRefused(f"Ngày {format_date(on)} chưa đến. Nhập ngày đến hôm nay, {format_date(today)}.")
    return on


def _members(given: list[MemberById]) -> tuple[sf.CouncilMember, ...]:
    if len(given) > MOST_MEMBERS:
        raise BadRequest(f"Hội đồng nhiều nhất {MOST_MEMBERS} người. Chưa lập.", path="$.members")
    return tuple(
        sf.CouncilMember(
            person=_person(member.person, f"$.members[{number}].person"),
            role=member.role,
            office=line(member.office, "chức vụ", f"$.members[{number}].office", empty=True),
            task=typed_text(member.task, "nhiệm vụ"),
            trained=member.trained,
        )
        for number, member in enumerate(given)
    )


def _assigned(request: AssignCriteria, one: Assignment, number: int) -> sf.CriterionAssigned:
    path = f"$.assignments[{number}]"
    return sf.CriterionAssigned(
        school=request.school,
        cycle=request.cycle,
        criterion=one.criterion,
        group=one.group,
        writer=_person(one.writer, f"{path}.writer") if one.writer else PersonId(""),
        reviewer=_person(one.reviewer, f"{path}.reviewer") if one.reviewer else PersonId(""),
        due=one.due,
    )


def _check_due(cycle: CycleState, assigned: sf.CriterionAssigned) -> None:
    assert cycle.opened is not None
    if assigned.due is not None and assigned.due < cycle.opened.opened_on:
        raise DateRefused(
            f"Hạn {format_date(assigned.due)} trước ngày mở đợt tự đánh giá ({format_date(cycle.opened.opened_on)}). "
            "Chưa phân công. Chọn lại hạn."
        )


def _person(text: PersonId, path: str) -> PersonId:
    """Return the id of a person; raises BadRequest for anything else: a name must not come into the log."""
    try:
        return PersonId(str(uuid.UUID(text)))
    except ValueError:
        raise BadRequest("Mã người không đúng dạng. Chưa ghi gì. Chọn người trong danh sách.", path=path) from None


def _group(text: GroupId) -> GroupId:
    if not _GROUP.fullmatch(text):
        raise BadRequest(
            "Mã nhóm gồm 1 đến 40 chữ cái a–z, chữ số và dấu “-” ở giữa, như nhom-1. Chưa lập nhóm.", path="$.group"
        )
    return text
