"""Puts what a council decided, what is still owed and the improvement plan into the words of the contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import quote

from services.assessment.domain import deciding, improvement
from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.copying import Carried
from services.assessment.domain.council import council_of
from services.assessment.domain.event_descriptions import GAP_WORDS
from services.assessment.domain.rulebook_lookup import name_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.submission import Gap, days_late, last_day_of_submission
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from shared.contracts.calls.deciding import (
    ApprovalView,
    BallotLine,
    CarriedEvidence,
    CarriedEvidenceAnswer,
    CarryCandidate,
    CheckAnswer,
    CheckedGap,
    MeetingsAnswer,
    MeetingView,
    VoteView,
)
from shared.contracts.calls.improvement import (
    ImprovementReviewView,
    ImprovementsAnswer,
    ImprovementView,
    SourceSum,
)
from shared.eventlog.log import RecordedEvent
from shared.rulebook.conventions import ReviewDays, Voting
from shared.text import format_date
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.ids import CriterionCode, CycleId, SchoolCode
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS
from shared.vocabulary.self_assessment import CriterionStep

NO_COUNCIL = "Đợt này chưa lập Hội đồng tự đánh giá: chưa kiểm tra Hội đồng, biểu quyết và phê duyệt."


# --- meetings and votes


def meetings_answer(assessed: SchoolAssessment, voting: Voting) -> MeetingsAnswer:
    """Return the meetings of a cycle, the newest first, and each criterion before the council."""
    school, cycle = _named(assessed)
    work = deciding.work_of(assessed)
    members = council_of(work)
    votes = {code: _vote(work, one) for code, one in work.criteria.items() if one.vote is not None}
    meetings = [_meeting(logged, list(votes.values())) for logged in work.meetings.values()]
    return MeetingsAnswer(
        school=school,
        cycle=cycle,
        council=len(members.members) if members else 0,
        meetings=sorted(meetings, key=lambda one: (one.on, one.position), reverse=True),
        criteria=[_ballot(assessed, code, votes.get(code)) for code in deciding.to_pass(assessed)],
        approval=_approval(assessed),
        convention=voting.name,
        convention_text=voting.text,
    )


def last_vote(work: SelfAssessmentWork, criterion: CriterionCode) -> VoteView:
    """Return the last vote on a criterion that was voted on."""
    return _vote(work, work.seen(criterion))


def _vote(work: SelfAssessmentWork, criterion: CriterionWork) -> VoteView:
    logged = criterion.vote
    assert logged is not None
    voted = logged.entry.fact
    assert isinstance(voted, sf.CriterionVoted)
    present = voted.votes_for + voted.votes_against + voted.abstentions
    members = council_of(work)
    return VoteView(
        criterion=voted.criterion,
        meeting=voted.meeting,
        votes_for=voted.votes_for,
        votes_against=voted.votes_against,
        abstain=voted.abstentions,
        opinions=list(voted.opinions),
        of=voted.of,
        passed=voted.passed,
        stands=deciding.vote_stands(criterion),
        convention=voted.convention,
        because=deciding.vote_words(voted, present, len(members.members) if members else 0),
        position=logged.position,
    )


def _meeting(logged: RecordedEvent, votes: Iterable[VoteView]) -> MeetingView:
    met = logged.entry.fact
    assert isinstance(met, sf.CouncilMet)
    return MeetingView(
        id=met.meeting,
        on=met.met_on,
        present=list(met.present),
        agenda=met.agenda,
        document=met.document,
        votes=[vote for vote in votes if vote.meeting == met.meeting],
        position=logged.position,
    )


def _ballot(assessed: SchoolAssessment, code: CriterionCode, vote: VoteView | None) -> BallotLine:
    work = deciding.work_of(assessed).seen(code)
    why_not = deciding.why_not_put(code, work)
    return BallotLine(
        criterion=code,
        title=assessed.rulebook.criteria[code].title,
        step=work.step,
        put=not why_not,
        why_not=why_not,
        again=bool(vote and vote.passed) and work.step is not CriterionStep.PASSED,
        vote=vote,
    )


def _approval(assessed: SchoolAssessment) -> ApprovalView | None:
    work = deciding.work_of(assessed)
    approved = deciding.approval_of(work)
    if approved is None or work.approval is None:
        return None
    return ApprovalView(
        of=approved.of,
        approved_on=approved.approved_on,
        position=work.approval.position,
        stands=deciding.approval_stands(assessed),
    )


# --- what is lacking


def check_answer(assessed: SchoolAssessment, gaps: list[Gap], today: dt.date) -> CheckAnswer:
    """Return whether a cycle may be submitted, each open gap with its page, and how late it is or was."""
    school, cycle = _named(assessed)
    assert assessed.cycle is not None
    assert assessed.cycle.opened is not None
    submitted = assessed.cycle.submitted.entry.fact if assessed.cycle.submitted else None
    submitted_on = submitted.submitted_on if isinstance(submitted, f.SelfAssessmentSubmitted) else None
    year = assessed.cycle.opened.year
    late = days_late(assessed.rulebook, year, submitted_on or today)
    notes = [] if council_of(assessed.cycle.work) else [NO_COUNCIL]
    last_day = last_day_of_submission(assessed.rulebook, year)
    if late and last_day:
        notes.append(f"Trễ {late} ngày so với ngày {format_date(last_day)}; vẫn trình được.")
    return CheckAnswer(
        ready=not gaps and submitted_on is None,
        gaps=[_gap(gap, school, cycle) for gap in gaps],
        notes=notes,
        late_days=late,
        last_day=last_day,
        submitted_on=submitted_on,
    )


def _gap(gap: Gap, school: SchoolCode, cycle: CycleId) -> CheckedGap:
    key = gap.key
    return CheckedGap(
        kind=gap.kind,
        criterion=key.criterion,
        level=key.level,
        indicator=key.indicator,
        text=_text(gap),
        link=_link(gap, school, cycle),
    )


def _text(gap: Gap) -> str:
    if not gap.key.criterion:
        return gap.text
    where = name_of(*gap.key)
    part = f" (cấp {EDUCATION_LEVEL_LABELS[gap.part]})" if gap.part else ""
    detail = gap.text or f"{GAP_WORDS[gap.kind][:1].upper()}{GAP_WORDS[gap.kind][1:]}."
    return f"{where[:1].upper()}{where[1:]}{part}: {detail}"


def _link(gap: Gap, school: SchoolCode, cycle: CycleId) -> str:
    of_school = f"/truong/{quote(school)}"
    if gap.kind is GapKind.COUNCIL_INVALID:
        return f"{of_school}/hoi-dong?dot={quote(cycle)}"
    if gap.kind is GapKind.NOT_APPROVED:
        return f"{of_school}/hop?dot={quote(cycle)}#phe-duyet"
    page, key = f"{of_school}/danh-gia/{quote(cycle)}", gap.key
    place = f"{page}/{quote(key.criterion)}"
    if gap.kind in {GapKind.DANGLING_CODE, GapKind.UNREAD_COPY}:
        return f"{place}#muc-{key.level}"
    return f"{place}#o-{key.level}_{key.indicator}" if key.level else place


# --- evidence of a former circular


def carried_answer(assessed: SchoolAssessment, offered: Carried) -> CarriedEvidenceAnswer:
    """Return evidence of a former cycle with the criteria to which it might belong."""
    school, cycle = _named(assessed)
    former, before, table = offered.former, offered.before, offered.table
    titles = {code: criterion.title for code, criterion in assessed.rulebook.criteria.items()}
    return CarriedEvidenceAnswer(
        school=school,
        cycle=cycle,
        former=former.opened.cycle if former and former.opened else CycleId(""),
        rulebook_before=before.id if before else "",
        rulebook=assessed.rulebook.id,
        confidence=table.confidence.value if table else "",
        note=table.note if table else "",
        evidence=[
            CarriedEvidence(
                document=one.document,
                title=one.title,
                code=one.code,
                criterion=one.criterion,
                candidates=[CarryCandidate(criterion=code, title=titles[code]) for code in one.candidates],
                new_code=one.new_code,
            )
            for one in offered.evidence
        ],
    )


# --- the improvement plan


def improvements_answer(
    assessed: SchoolAssessment, days: ReviewDays, today: dt.date, *, overdue_only: bool
) -> ImprovementsAnswer:
    """Return the improvement plan; the sums are of the whole plan, also where only what is overdue is listed."""
    school, cycle = _named(assessed)
    items = improvement.items_of(deciding.work_of(assessed), days)
    sums = improvement.sums_by_source(items)
    late = [item for item in items if item.overdue_days(today)]
    return ImprovementsAnswer(
        school=school,
        cycle=cycle,
        on=today,
        items=[_item(item, today) for item in (late if overdue_only else items)],
        overdue=len(late),
        sums=[SourceSum(source=source, cost_vnd=cost, items=number) for source, (cost, number) in sums.items()],
        total_vnd=sum(cost for cost, _ in sums.values()),
        uncosted=sum(item.item.cost_vnd is None for item in items),
        review_note=f"{days.note} ({days.source}).",
    )


def _item(state: improvement.ItemState, today: dt.date) -> ImprovementView:
    item = state.item
    first = state.dues[0] if state.dues else None
    late = state.overdue_days(today)
    return ImprovementView(
        id=item.item,
        criterion=item.criterion,
        standard=item.standard,
        problem=item.problem,
        aim=item.aim,
        action=item.action,
        measure=item.measure,
        starts=item.starts,
        ends=item.ends,
        owner=item.owner,
        person=item.person,
        cost_vnd=item.cost_vnd,
        source=item.source,
        evidence_expected=item.evidence_expected,
        status=state.status,
        reviews=[
            ImprovementReviewView(
                occasion=review.occasion,
                on=review.reviewed_on,
                status=review.status,
                result=review.result,
                adjustment=review.adjustment,
                evidence=list(review.evidence),
                position=logged.position,
            )
            for logged, review in state.reviews
        ],
        next_due=first.on if first else None,
        due_what=first.what if first else "",
        overdue=late > 0,
        overdue_days=late,
        position=state.logged.position,
    )


def _named(assessed: SchoolAssessment) -> tuple[SchoolCode, CycleId]:
    assert assessed.cycle is not None
    assert assessed.cycle.opened is not None
    return assessed.cycle.opened.school, assessed.cycle.opened.cycle
