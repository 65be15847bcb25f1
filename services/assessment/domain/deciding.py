"""The council decides: who may write down a meeting or a vote, what a vote passes, what the chair approves.

A vote is on a criterion as it stood at a log position, an approval on the report as it stood at one: what is changed later
is not covered by either. No circular fixes a quorum or a majority, so that rule is a marked setting
(`shared.rulebook.conventions`), and every vote keeps which one was applied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.council import require_chair, require_council, role_of
from services.assessment.domain.replay import CycleState
from services.assessment.domain.rulebook_lookup import criterion_of, name_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from services.assessment.errors import (
    AlreadyPassed,
    CriteriaNotPassed,
    NoSuchMeeting,
    NotInCouncil,
    NotReviewed,
    NotSubmitted,
    NotYourDuty,
    VotesDoNotAddUp,
)
from shared.problems import BadRequest
from shared.rulebook.conventions import Voting
from shared.text import format_date
from shared.vocabulary.ids import BEGINNING, CriterionCode, MeetingId, PersonId, Position
from shared.vocabulary.labels import COUNCIL_ROLE_LABELS, CRITERION_STEP_LABELS
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep

MOST_OPINIONS = 100
"""Opinions kept with one vote: more than any council has members."""

_KEEPERS = (CouncilRole.SECRETARY, CouncilRole.CHAIR)
"""Who writes down votes."""


# --- who


def work_of(assessed: SchoolAssessment) -> SelfAssessmentWork:
    """Return the work of the cycle that is assessed."""
    return _cycle(assessed).work


def require_keeper(council: sf.CouncilSetUp, person: str, what: str, *, is_head: bool = False) -> None:
    """Raise NotYourDuty unless somebody keeps the council's record: its secretary or chair, or the head where `is_head`."""
    role = role_of(council, person)
    if is_head or role in _KEEPERS:
        return
    held = f"là {COUNCIL_ROLE_LABELS[role]}" if role else "không thuộc Hội đồng của đợt này"
    raise NotYourDuty(
        f"Chỉ Thư ký hoặc Chủ tịch Hội đồng {what}; người đang làm {held}. Chưa ghi gì. Nhờ một trong hai người ấy.",
        roles=[role.value for role in _KEEPERS],
    )


# --- meetings


def checked_present(council: sf.CouncilSetUp, present: Sequence[PersonId]) -> tuple[PersonId, ...]:
    """Return who was present, each once, in the order of the council. Raises BadRequest for nobody, NotInCouncil."""
    if not present:
        raise BadRequest("Chưa ghi ai có mặt. Chưa ghi gì. Chọn những người dự họp.", path="$.present")
    members = [member.person for member in council.members]
    strangers = [person for person in dict.fromkeys(present) if person not in members]
    if strangers:
        raise NotInCouncil(
            f"{len(strangers)} người ghi có mặt không thuộc Hội đồng {len(members)} thành viên của đợt này. Chưa ghi gì. "
            "Bỏ ra, hoặc sửa quyết định Hội đồng trước.",
            people=strangers,
        )
    there = set(present)
    return tuple(person for person in dict.fromkeys(members) if person in there)


def same_meeting(work: SelfAssessmentWork, met: sf.CouncilMet) -> MeetingId:
    """Return the id under which the very same meeting was written down already, '' for none."""
    for meeting, logged in work.meetings.items():
        fact = logged.entry.fact
        assert isinstance(fact, sf.CouncilMet)
        if (fact.met_on, fact.present, fact.agenda, fact.document) == (met.met_on, met.present, met.agenda, met.document):
            return meeting
    return MeetingId("")


def meeting_of(work: SelfAssessmentWork, meeting: MeetingId) -> sf.CouncilMet:
    """Return a meeting. Raises NoSuchMeeting."""
    logged = work.meetings.get(meeting)
    if logged is None:
        raise NoSuchMeeting("Không có cuộc họp này trong đợt. Chưa ghi gì. Ghi cuộc họp trước.", meeting=meeting)
    assert isinstance(logged.entry.fact, sf.CouncilMet)
    return logged.entry.fact


# --- votes


def decide_vote(
    assessed: SchoolAssessment,
    person: str,
    voting: Voting,
    *,
    criterion: CriterionCode,
    meeting: MeetingId,
    votes: tuple[int, int, int],
    opinions: tuple[str, ...],
) -> sf.CriterionVoted | None:
    """Return the vote to record: for, against and abstained in `votes`; None when the same already stands.

    Raises NoCouncil, NotYourDuty, NoSuchCriterion, NoSuchMeeting, BadRequest, VotesDoNotAddUp, AlreadyPassed,
    NotReviewed.
    """
    cycle = _cycle(assessed)
    assert cycle.opened is not None
    council = require_council(cycle.work)
    require_keeper(council, person, "ghi kết quả biểu quyết")
    criterion_of(assessed.rulebook, criterion)
    met = meeting_of(cycle.work, meeting)
    present = _require_sum(votes, len(met.present))
    work = cycle.work.seen(criterion)
    voted = sf.CriterionVoted(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        criterion=criterion,
        meeting=meeting,
        votes_for=votes[0],
        votes_against=votes[1],
        abstentions=votes[2],
        opinions=opinions,
        of=work.changed,
        passed=voting.passed(votes[0], present, len(council.members)),
        convention=voting.name,
    )
    if work.vote is not None and work.vote.entry.fact == voted:
        return None
    if work.step is CriterionStep.PASSED:
        raise AlreadyPassed(
            f"Hội đồng đã thông qua {name_of(criterion)} như đang có. Chưa ghi gì. Muốn bàn lại, yêu cầu sửa trước.",
            criterion=criterion,
        )
    if why := why_not_put(criterion, work):
        raise NotReviewed(why, criterion=criterion, step=work.step.value)
    return voted


def why_not_put(criterion: CriterionCode, work: CriterionWork) -> str:
    """Say why a criterion cannot be voted on now, '' when it can."""
    if work.step is CriterionStep.PASSED:
        return f"Hội đồng đã thông qua {name_of(criterion)}."
    if work.step is CriterionStep.REVIEWED:
        return ""
    step = CRITERION_STEP_LABELS[work.step].lower()
    return f"Chỉ biểu quyết tiêu chí đã soát; {name_of(criterion)} {step}. Chưa ghi gì. Soát xong rồi biểu quyết."


def vote_stands(work: CriterionWork) -> bool:
    """Say whether the last vote on a criterion is on it as it stands."""
    fact = work.vote.entry.fact if work.vote else None
    return isinstance(fact, sf.CriterionVoted) and fact.of >= work.changed


def vote_words(voted: sf.CriterionVoted, present: int, council: int) -> str:
    """Say how a vote came out, by which numbers and under which convention."""
    outcome = "Thông qua" if voted.passed else "Không thông qua"
    return (
        f"{outcome}: {voted.votes_for} thuận, {voted.votes_against} không, {voted.abstentions} trắng; "
        f"{present} có mặt trên {council} thành viên (quy ước {voted.convention}, không thông tư nào định)."
    )


def _require_sum(votes: tuple[int, int, int], present: int) -> int:
    if min(votes) < 0:
        raise BadRequest("Số phiếu không âm được. Chưa ghi gì.", path="$.for")
    if sum(votes) != present:
        raise VotesDoNotAddUp(
            f"Mới {sum(votes)}/{present} phiếu: {sum(votes)} phiếu mà {present} người có mặt. Chưa ghi gì. Đếm lại phiếu.",
            votes=sum(votes),
            present=present,
        )
    return present


# --- approval


def to_pass(assessed: SchoolAssessment) -> list[CriterionCode]:
    """Return the criteria that a council passes: all of the standards, and beyond them (Mức 4, TT17–19/2018 Đ22) what was
    written on.
    """
    cycle = _cycle(assessed)
    return [
        code
        for code, criterion in assessed.rulebook.criteria.items()
        if criterion.standard or cycle.work.seen(code).texts or code in cycle.descriptions
    ]


def not_passed(assessed: SchoolAssessment) -> list[CriterionCode]:
    """Return the criteria that the council has not passed as they stand, in the rulebook's order."""
    work = work_of(assessed)
    return [code for code in to_pass(assessed) if work.seen(code).step is not CriterionStep.PASSED]


def approval_of(work: SelfAssessmentWork) -> sf.ReportApproved | None:
    """Return the last approval of a cycle."""
    fact = work.approval.entry.fact if work.approval else None
    return fact if isinstance(fact, sf.ReportApproved) else None


def approval_stands(assessed: SchoolAssessment) -> bool:
    """Say whether the report is approved as it stands: nothing of it was changed or voted on after what was approved."""
    work = work_of(assessed)
    approved = approval_of(work)
    return approved is not None and approved.of >= last_change(work) and not not_passed(assessed)


def last_change(work: SelfAssessmentWork) -> Position:
    """Return the position of the last change of the report: a criterion's content or vote, a standard, a section."""
    return max(_changes(work), default=BEGINNING)


def decide_approval(assessed: SchoolAssessment, person: str, on: dt.date) -> sf.ReportApproved | None:
    """Return the approval to record, of the report as the log has it now; None when it is approved as it stands.

    Raises NoCouncil, NotYourDuty, CriteriaNotPassed.
    """
    cycle = _cycle(assessed)
    assert cycle.opened is not None
    require_chair(cycle.work, person, "phê duyệt báo cáo")
    if missing := not_passed(assessed):
        raise CriteriaNotPassed(
            f"Hội đồng chưa thông qua {len(missing)} tiêu chí: {named(missing)}. Chưa phê duyệt. "
            "Biểu quyết các tiêu chí này trước.",
            gaps=[{"criterion": code, "step": cycle.work.seen(code).step.value} for code in missing],
        )
    if approval_stands(assessed):
        return None
    return sf.ReportApproved(
        school=cycle.opened.school, cycle=cycle.opened.cycle, of=max(assessed.state.applied), approved_on=on
    )


def named(codes: Iterable[CriterionCode]) -> str:
    """Return codes as a sentence names them, all of them: nobody should have to look for the rest."""
    return ", ".join(codes)


def _changes(work: SelfAssessmentWork) -> Iterable[Position]:
    for criterion in work.criteria.values():
        yield criterion.changed
        if criterion.vote is not None:
            yield criterion.vote.position
    for logged in (*work.standards.values(), *work.sections.values()):
        yield logged.position


# --- publication


def decide_publication(assessed: SchoolAssessment, published: sf.ReportPublished) -> sf.ReportPublished | None:
    """Return the publication to record, None when the same already stands. Raises NotSubmitted, BadRequest."""
    cycle = _cycle(assessed)
    if cycle.submitted is None:
        raise NotSubmitted("Báo cáo của đợt này chưa trình. Chưa ghi gì. Trình trước, rồi công bố.")
    if not published.channels:
        raise BadRequest(
            "Chưa ghi công bố ở đâu. Chưa ghi gì. Ghi như “bảng tin của trường”, “trang web”.", path="$.channels"
        )
    submitted = cycle.submitted.entry.fact.submitted_on  # type: ignore[attr-defined]  # a SelfAssessmentSubmitted
    if published.published_on < submitted:
        raise BadRequest(
            f"Ngày công bố {format_date(published.published_on)} trước ngày trình {format_date(submitted)}. Chọn lại ngày.",
            path="$.on",
        )
    before = cycle.work.publication.entry.fact if cycle.work.publication else None
    return None if before == published else published


def _cycle(assessed: SchoolAssessment) -> CycleState:
    assert assessed.cycle is not None  # a use case asks for a named cycle, which is there
    return assessed.cycle
