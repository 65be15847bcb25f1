"""Use cases of a commune's year: the plan of a year and its list of schools, as they are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year import plan_words
from services.inspection.domain.year.plan import CommunePlan, plan_stream
from services.inspection.domain.year.plan_proposals import Proposal, contradiction
from services.inspection.errors_year import PlanDateRefused, PlanKindContradicts
from services.inspection.presenters import year_plan as presenters
from services.inspection.use_cases.year.plan_standing import PlanStanding, listed
from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls.year.plan import (
    AdjustPlan,
    DraftPlan,
    DropPlanEntry,
    IssuePlan,
    PlanAdjustmentView,
    PlanEntryView,
    PlanIssueView,
    PlanProgressAnswer,
    PlanSectionText,
    PlanText,
    SetPlanEntry,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import format_date
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.year_labels import PLAN_KIND_LABELS, TARGET_LEAD_LABELS

MOST_BASES, MOST_SECTIONS, MOST_ITEMS = 60, 12, 60
MOST_LEVEL, MOST_DEGREE = 4, 2
LONGEST_LINE = 300
"""Characters of a heading, a number or an office."""


class Plans:
    """Keeps the plan of a year."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def draft_plan(self, acting: CallContext, request: DraftPlan) -> PlanText:
        """Put the words of a plan. Raises YearRefused, PlanAlreadyIssued, PlanChangedMeanwhile, BadRequest."""
        self._year.require_year(request.year)
        standing = PlanStanding(self._year, request.commune, request.year)
        stands = standing.plan.text
        before = presenters.plan_text(stands) if stands else proposed_words(self._year, standing, self._year.today)
        meta, on = self._year.metadata_on(acting)
        drafted = pf.PlanDrafted(
            commune=request.commune,
            year=request.year,
            drafted_on=on,
            bases=_bases(before.bases if request.bases is None else request.bases),
            aims=typed_text(before.aims if request.aims is None else request.aims, "mục đích"),
            goals=typed_text(before.goals if request.goals is None else request.goals, "mục tiêu"),
            sections=_sections(before.sections if request.sections is None else request.sections),
        )
        stream = plan_stream(request.commune, request.year)
        self._year.change(CommunePlan, stream, lambda plan: plan.draft(drafted, request.seen, meta))
        text = PlanStanding(self._year, request.commune, request.year).plan.text
        assert text is not None
        return presenters.plan_text(text)

    def set_plan_entry(self, acting: CallContext, request: SetPlanEntry) -> PlanEntryView:
        """Put a school on the list, or change what stands there.

        Raises YearRefused, SchoolElsewhere, SchoolUnknown, SchoolIsClosed, PlanKindContradicts, PlanAlreadyIssued,
        PlanChangedMeanwhile, BadRequest.
        """
        self._year.require_year(request.year)
        known = self._year.school_of(request.commune, request.school)
        standing = PlanStanding(self._year, request.commune, request.year)
        if standing.closed_on(known) is not None:
            self._year.require_open(known)
        _require_target(request)
        proposal = standing.proposal(known)
        meta, on = self._year.metadata_on(acting)
        entry = pf.PlanEntrySet(
            commune=request.commune,
            year=request.year,
            school=request.school,
            set_on=on,
            kind=request.kind,
            proposed=proposal.kind,
            target_level=request.target_level,
            target_degree=request.target_degree,
            responsible=_line(request.responsible, "đơn vị chịu trách nhiệm") or TARGET_LEAD_LABELS[request.lead],
            lead=request.lead,
            register_by=_day(request.register_by, request.year, "register_by"),
            evaluate_by=_day(request.evaluate_by, request.year, "evaluate_by"),
            held=held_award(proposal),
            override=_override(request, proposal),
        )
        _require_order(entry)
        stream = plan_stream(request.commune, request.year)
        self._year.change(CommunePlan, stream, lambda plan: plan.set_entry(entry, request.seen, meta))
        standing = PlanStanding(self._year, request.commune, request.year)
        row = next(row for row in standing.plan.entries if row.entry.school == request.school)
        return presenters.entry_view(row, standing.progress(row.entry))

    def drop_plan_entry(self, acting: CallContext, request: DropPlanEntry) -> PlanProgressAnswer:
        """Take a school off the list.

        Raises SchoolElsewhere, SchoolUnknown, PlanEntryUnknown, PlanAlreadyIssued, BadRequest.
        """
        self._year.require_year(request.year)
        self._year.school_of(request.commune, request.school)
        reason = typed_reason(request.reason, "lý do bỏ mục")
        meta, on = self._year.metadata_on(acting)
        dropped = pf.PlanEntryDropped(
            commune=request.commune, year=request.year, school=request.school, dropped_on=on, reason=reason
        )
        stream = plan_stream(request.commune, request.year)
        self._year.change(CommunePlan, stream, lambda plan: plan.drop_entry(dropped, meta))
        return presenters.progress_answer(PlanStanding(self._year, request.commune, request.year).counted())

    def issue_plan(self, acting: CallContext, request: IssuePlan) -> PlanIssueView:
        """Issue the plan; words that nobody drafted are drafted as proposed.

        Raises YearRefused, VisitDateRefused, PlanDateRefused, SchoolsWithoutEntry, PlanAlreadyIssued,
        GroundsNewerThanPlan, BadRequest.
        """
        self._year.require_year(request.year)
        number = _line(request.number, "số kế hoạch")
        if not number:
            raise BadRequest("Thiếu số kế hoạch. Chưa ban hành. Nhập số như 08/KH-UBND.", path="$.number")
        because = typed_reason(request.leave_out, "lý do để ngoài", path="$.leave_out") if request.leave_out else ""
        office = _line(request.signer_office, "chức vụ người ký")
        meta, on = self._year.metadata_on(acting, request.on)
        if on < dt.date(request.year - 1, 1, 1):
            raise PlanDateRefused(
                f"Ngày {format_date(on)} quá sớm cho kế hoạch năm {request.year}. Chưa ban hành.", path="$.on"
            )
        standing = PlanStanding(self._year, request.commune, request.year)
        schools = {school.school: school.name for school in standing.open_schools}
        issued = pf.PlanIssued(
            commune=request.commune,
            year=request.year,
            number=number,
            issued_on=on,
            signer_office=office,
            left_out_because=because,
        )
        words = proposed_draft(self._year, standing, on)
        stream = plan_stream(request.commune, request.year)
        self._year.change(CommunePlan, stream, lambda plan: plan.issue(issued, schools, words, meta))
        return presenters.issue_view(PlanStanding(self._year, request.commune, request.year).plan.issues[-1])

    def adjust_plan(self, acting: CallContext, request: AdjustPlan) -> PlanAdjustmentView:
        """Open an issued plan again. Raises YearRefused, PlanNotIssued, BadRequest."""
        self._year.require_year(request.year)
        reason = typed_reason(request.reason, "lý do điều chỉnh")
        meta, on = self._year.metadata_on(acting)
        adjusted = pf.PlanAdjusted(commune=request.commune, year=request.year, adjusted_on=on, reason=reason)
        stream = plan_stream(request.commune, request.year)
        self._year.change(CommunePlan, stream, lambda plan: plan.adjust(adjusted, meta))
        return presenters.adjustment_view(PlanStanding(self._year, request.commune, request.year).plan.adjustments[-1])


def proposed_draft(year: YearRepository, standing: PlanStanding, on: dt.date) -> pf.PlanDrafted:
    """Return the words that are proposed for a plan of a day."""
    words = proposed_words(year, standing, on)
    return pf.PlanDrafted(
        commune=standing.commune,
        year=standing.calendar_year,
        drafted_on=on,
        bases=tuple(words.bases),
        aims=words.aims,
        goals=words.goals,
        sections=_sections(words.sections),
    )


def proposed_words(year: YearRepository, standing: PlanStanding, on: dt.date) -> PlanText:
    """Return the words that are proposed for a plan: grounds of its day, of 1 January where that is after its year."""
    day = on if on.year <= standing.calendar_year else dt.date(standing.calendar_year, 1, 1)
    schools = [listed(school) for school in standing.schools]
    return PlanText(
        bases=plan_words.grounds(schools, standing.all_awards, day, year.library),
        aims=plan_words.aims(),
        goals=plan_words.goals(standing.calendar_year),
        sections=[
            PlanSectionText(heading=section.heading, items=list(section.items))
            for section in plan_words.sections(standing.calendar_year)
        ],
    )


def _bases(given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > MOST_BASES:
        raise BadRequest(f"Nhiều nhất {MOST_BASES} căn cứ. Chưa ghi gì.", path="$.bases")
    return tuple(base.rstrip(".;, ") for base in _typed(given, "căn cứ"))


def _sections(given: Sequence[PlanSectionText]) -> tuple[pf.PlanSection, ...]:
    if len(given) > MOST_SECTIONS or any(len(section.items) > MOST_ITEMS for section in given):
        raise BadRequest(f"Nhiều nhất {MOST_SECTIONS} phần, mỗi phần {MOST_ITEMS} mục. Chưa ghi gì.", path="$.sections")
    return tuple(
        pf.PlanSection(heading=_line(section.heading, "tên phần"), items=tuple(_typed(section.items, "nội dung")))
        for section in given
    )


def _typed(given: Iterable[str], what: str) -> list[str]:
    return [text for one in given if (text := typed_text(one, what))]


def _line(text: str, what: str) -> str:
    """Return a typed line; raises BadRequest for one too long."""
    line = " ".join(typed_text(text, what).split())
    if len(line) > LONGEST_LINE:
        raise BadRequest(f"Phần {what} dài {len(line)} ký tự, nhiều nhất {LONGEST_LINE}. Chưa ghi gì. Rút gọn lại.")
    return line


def _day(day: dt.date | None, year: int, field: str) -> dt.date | msgspec.UnsetType:
    """Return a day of an entry; raises PlanDateRefused for one that is no day of the plan, its neighbours included."""
    if day is None:
        return msgspec.UNSET
    if abs(day.year - year) > 1:
        raise PlanDateRefused(
            f"Ngày {format_date(day)} cách xa năm {year}. Chưa ghi gì. Chọn ngày từ năm {year - 1} đến năm {year + 1}.",
            path=f"$.{field}",
        )
    return day


def _require_order(entry: pf.PlanEntrySet) -> None:
    register, evaluate = entry.register_by, entry.evaluate_by
    if isinstance(register, dt.date) and isinstance(evaluate, dt.date) and evaluate < register:
        raise PlanDateRefused(
            f"Đánh giá trước {format_date(evaluate)} sớm hơn đăng ký trước {format_date(register)}. Chưa ghi gì.",
            path="$.evaluate_by",
        )


def _require_target(request: SetPlanEntry) -> None:
    """Raise BadRequest for a target that cannot be, or a kind that is only ever proposed."""
    if request.kind is PlanKind.NOTHING:
        raise BadRequest(
            "Trường không đưa vào kế hoạch thì không đặt mục; ban hành kèm lý do để ngoài. Chưa ghi gì.", path="$.kind"
        )
    if not 0 <= request.target_level <= MOST_LEVEL:
        raise BadRequest(f"Mức mục tiêu từ 0 đến {MOST_LEVEL}. Chưa ghi gì.", path="$.target_level")
    if not 0 <= request.target_degree <= MOST_DEGREE:
        raise BadRequest(f"Mức độ mục tiêu từ 0 đến {MOST_DEGREE}. Chưa ghi gì.", path="$.target_degree")


def _override(request: SetPlanEntry, proposal: Proposal) -> str:
    """Return why another kind was chosen than is proposed, '' where none was or nobody says.

    Raises PlanKindContradicts where the register speaks against it and no reason is given.
    """
    against = contradiction(request.kind, request.target_degree, proposal, request.year)
    if against and not request.override.strip():
        raise PlanKindContradicts(
            f"“{PLAN_KIND_LABELS[request.kind]}” trái với Sổ công nhận: {against}. Chưa ghi gì. "
            "Chọn loại khác, hoặc ghi lý do vẫn chọn.",
            school=request.school,
            proposed=proposal.kind.value,
            because=against,
        )
    differs = bool(against) or request.kind is not proposal.kind
    if not differs or not request.override.strip():
        return ""
    return typed_reason(request.override, "lý do chọn khác Sổ công nhận", path="$.override")


def held_award(proposal: Proposal) -> pf.HeldAward | msgspec.UnsetType:
    """Return the recognition that a proposal rests on, as an entry keeps it."""
    held = proposal.held
    if held is None:
        return msgspec.UNSET
    return pf.HeldAward(number=held.number, degree=held.degree, decided_on=held.decided_on, expires_on=held.expires_on)
