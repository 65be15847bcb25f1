"""A person takes what was proposed: many entries of a plan in one act, as they were seen."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year.plan import CommunePlan, plan_stream
from services.inspection.domain.year.plan_proposals import Proposal, law_of, usual_target
from services.inspection.errors_year import PlanChangedMeanwhile
from services.inspection.presenters import year_plan as presenters
from services.inspection.use_cases.year.plan import held_award
from services.inspection.use_cases.year.plan_standing import PlanStanding, listed
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.known import KnownSchool
from shared.contracts.calls.year.plan import PlanProgressAnswer, TakePlanProposals
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.year_labels import TARGET_LEAD_LABELS

MOST_AT_ONCE = 300


class PlanTaking:
    """Sets entries as they were proposed, for the person who says so; the machine never does."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def take_plan_proposals(self, acting: CallContext, request: TakePlanProposals) -> PlanProgressAnswer:
        """Set an entry as proposed for each school named that has none.

        Raises YearRefused, SchoolElsewhere, SchoolUnknown, PlanChangedMeanwhile for a proposal that is another by now,
        PlanAlreadyIssued, BadRequest.
        """
        self._year.require_year(request.year)
        if len(request.proposals) > MOST_AT_ONCE:
            raise BadRequest(f"Mỗi lần nhận nhiều nhất {MOST_AT_ONCE} đề xuất. Chưa ghi gì.", path="$.proposals")
        standing = PlanStanding(self._year, request.commune, request.year)
        meta, on = self._year.metadata_on(acting)
        without_command = msgspec.structs.replace(meta, command="")
        known = {school.school: school for school in standing.schools}
        entries = [
            self._entry(
                standing,
                known.get(seen.school) or self._year.school_of(request.commune, seen.school),
                seen.kind,
                request,
                on,
            )
            for seen in request.proposals
        ]

        def decide(plan: CommunePlan) -> None:
            for entry in entries:
                if entry.school not in plan.entries:
                    plan.set_entry(entry, 0, without_command)

        self._year.change(CommunePlan, plan_stream(request.commune, request.year), decide)
        return presenters.progress_answer(PlanStanding(self._year, request.commune, request.year).counted())

    def _entry(
        self, standing: PlanStanding, school: KnownSchool, kind: PlanKind, request: TakePlanProposals, on: dt.date
    ) -> pf.PlanEntrySet:
        proposal = standing.proposal(school)
        _require_as_seen(proposal, kind, school)
        level, degree = usual_target(kind, proposal, law_of(self._year.library, listed(school), request.year))
        return pf.PlanEntrySet(
            commune=request.commune,
            year=request.year,
            school=school.school,
            set_on=on,
            kind=kind,
            proposed=proposal.kind,
            target_level=level,
            target_degree=degree,
            responsible=TARGET_LEAD_LABELS[request.lead],
            lead=request.lead,
            register_by=proposal.register_by or msgspec.UNSET,
            held=held_award(proposal),
        )


def _require_as_seen(proposal: Proposal, kind: PlanKind, school: KnownSchool) -> None:
    if proposal.kind is not kind or kind is PlanKind.NOTHING:
        raise PlanChangedMeanwhile(
            f"Đề xuất cho {school.name} nay khác lúc xem. Chưa nhận đề xuất nào. Mở lại trang rồi nhận.",
            school=school.school,
        )
