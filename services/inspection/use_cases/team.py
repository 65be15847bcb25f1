"""Use cases about who goes on a visit: the team set up by a decision, and the minutes of what it did there."""

from __future__ import annotations

import msgspec

from services.inspection.domain import facts as f
from services.inspection.domain import team_facts as tf
from services.inspection.domain.inspection import Inspection
from services.inspection.domain.kinds import RULED_ON_ELIGIBILITY
from services.inspection.domain.team_rules import require_composition, require_eligible
from services.inspection.errors import VisitDateRefused
from services.inspection.presenters import teams as presenters
from services.inspection.teams import (
    MOST_MEMBERS,
    check_accounts,
    check_never_worked_there,
    require_member,
    require_planner,
)
from services.inspection.use_cases.joining import Decide, Joining, in_turn
from services.inspection.use_cases.texts import one_line, require_person_id, site_names, visit_stream
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.views import holder
from shared.clock import today
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.teams import HoldVisit, SetUpTeam, TeamMemberById
from shared.eventlog.log import microseconds
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.text import format_date
from shared.typed_texts import typed_text

MOST_YEARS = 60
"""A whole working life."""

MOST_DAYS = 31
MOST_PARTICIPANTS = 200


class Teams:
    """Sets teams up, and takes the minutes of visits."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._joining = Joining(visits)

    def set_up_team(self, acting: CallContext, request: SetUpTeam) -> InspectionView:
        """Set the team of a visit up, or set it up anew; `only_check` records nothing.

        Raises NotAllowed, NoSuchInspection, Concluded, FindingsStand, TeamRefused, MemberRefused, NoSuchCriterion,
        VisitDateRefused, BadRequest.
        """
        meta, decided_on = self._visits.metadata_on(acting, request.decided_on)
        members, decision = _members(request.members), one_line(request.decision, "số quyết định")
        stream = visit_stream(request.inspection)

        def may(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            require_planner(acting, planned.layer, request.school)
            self._check(inspection, planned, members)

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            self._require_criteria(planned, members)
            inspection.set_up_team(request.school, decision, decided_on, members, meta)

        if request.only_check:
            return self._looked_at(acting, request, may, decide)
        if not any(member.criteria for member in members):
            return self._visits.change(acting, request.inspection, in_turn(may, decide))
        day = max(today(self._visits.clock), self._visits.visit(stream).inspection.planned_on)
        return self._joining.change(acting, request.inspection, day, meta, may=may, decide=decide, must_join=False)

    def hold_visit(self, acting: CallContext, request: HoldVisit) -> InspectionView:
        """Write down that a visit was held; written down anew, the later minutes hold.

        Raises NotAllowed, NoSuchInspection, VisitDateRefused, BadRequest.
        """
        now = today(self._visits.clock)
        held_on = tuple(sorted(set(request.held_on)))
        if len(held_on) > MOST_DAYS or len(request.participants) > MOST_PARTICIPANTS:
            raise BadRequest(f"Một biên bản nhiều nhất {MOST_DAYS} ngày và {MOST_PARTICIPANTS} người dự. Chưa ghi gì.")
        if held_on and held_on[-1] > now:
            raise VisitDateRefused(
                f"Ngày {format_date(held_on[-1])} chưa đến. Chưa ghi gì. Ghi ngày đến hôm nay, {format_date(now)}."
            )
        meta, _ = self._visits.metadata_on(acting)
        participants, sites = self._participants(request), site_names(request.sites)
        opinion = typed_text(request.school_opinion, "ý kiến của trường")

        def decide(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection, concluding=True)
            inspection.hold(request.school, held_on, participants, sites, opinion, meta)

        return self._visits.change(acting, request.inspection, decide)

    def _check(self, inspection: Inspection, planned: f.InspectionPlanned, members: tuple[tf.SentMember, ...]) -> None:
        surely = self._visits.visit(inspection.id).regime in RULED_ON_ELIGIBILITY
        require_composition(members)
        require_eligible(planned.layer, members, surely=surely)
        with self._visits.views.reading() as conn:
            check_accounts(conn, planned.layer, planned.school, members, microseconds(self._visits.clock.now()))
            people = [member.person for member in members]
            check_never_worked_there(conn, planned.layer, planned.school, people, surely=surely)

    def _require_criteria(self, planned: f.InspectionPlanned, members: tuple[tf.SentMember, ...]) -> None:
        """Raise NoSuchCriterion for a criterion that the rulebook has not; without a cycle there is none to look into."""
        if not planned.digest:
            return
        rulebook = self._visits.library.by_digest(planned.digest)
        wrong = [code for member in members for code in member.criteria if code not in rulebook.criteria]
        if wrong:
            raise NoSuchCriterion(
                f"{rulebook.circular} không có tiêu chí {', '.join(dict.fromkeys(wrong))}. Chưa lập đoàn. "
                "Chọn trong danh sách.",
                criterion=wrong[0],
                rulebook=rulebook.id,
            )

    def _looked_at(self, acting: CallContext, request: SetUpTeam, may: Decide, decide: Decide) -> InspectionView:
        """Return the visit as it would be with the team; nothing is stored."""
        inspection = self._visits.application.load(Inspection, visit_stream(request.inspection))
        may(inspection)
        decide(inspection)
        visit = self._visits.visit(inspection.id)
        would_be = msgspec.structs.replace(visit, inspection=inspection)
        assert inspection.team_set_up is not None
        team = presenters.team_view(would_be, with_drafts=True)
        looked_at = msgspec.structs.replace(self._visits.view(acting, inspection.id), team=team)
        return presenters.with_proposals(looked_at, self._visits.training_proposals(inspection))

    def _participants(self, request: HoldVisit) -> tuple[tf.TookPart, ...]:
        with self._visits.views.reading() as conn:
            for number, one in enumerate(request.participants):
                if holder(conn, one.person) is None:
                    require_person_id(one.person, f"$.participants[{number}].person")
        return tuple(tf.TookPart(person=one.person, office=one_line(one.office, "chức vụ")) for one in request.participants)


def _members(given: list[TeamMemberById]) -> tuple[tf.SentMember, ...]:
    if len(given) > MOST_MEMBERS:
        raise BadRequest(f"Một đoàn nhiều nhất {MOST_MEMBERS} người. Chưa lập đoàn.", path="$.members")
    return tuple(_member(number, member) for number, member in enumerate(given))


def _member(number: int, given: TeamMemberById) -> tf.SentMember:
    if given.years_in_sector is not None and not 0 <= given.years_in_sector <= MOST_YEARS:
        raise BadRequest(
            f"Số năm trong ngành từ 0 đến {MOST_YEARS}. Chưa lập đoàn.", path=f"$.members[{number}].years_in_sector"
        )
    return tf.SentMember(
        person=given.person,
        role=given.role,
        criteria=tuple(dict.fromkeys(given.criteria)),
        worked_here=given.worked_here,
        years_in_sector=given.years_in_sector,
        trained=given.trained,
        source=one_line(given.source, "nguồn"),
    )
