"""Decides who writes and reviews a criterion, and which step follows which: viết → chờ soát → (yêu cầu sửa →) đã soát.

No circular says who writes what; TT17–19/2018 Đ25 and CV 5932 give criteria to groups. Here the assigned writer and the
members of the group write, and any member of the council where a criterion is nobody's. Who wrote or handed in does not
review. While a cycle has no council, whoever has a role of the council may do either, but nobody reviews his own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.council import assignment_of, council_of, group_of, role_of
from services.assessment.domain.rulebook_lookup import name_of
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from services.assessment.domain.writing import Codes, dangling_codes, sentences_at
from services.assessment.errors import (
    AlreadyReviewed,
    AwaitingReview,
    CodesDangling,
    CopiedUnread,
    DateRefused,
    NotHandedIn,
    NothingWritten,
    NotYourDuty,
    ReviewsOwnWork,
)
from shared.problems import Problem
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.labels import CODE_STANDING_LABELS, CRITERION_STEP_LABELS
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep

_SHOWN = 12
"""Codes that a sentence names; the data of the refusal names all."""

_MAY_ASK_FOR_CHANGES = frozenset({CouncilRole.CHAIR, CouncilRole.SECRETARY})

# --- who


def writers_of(work: SelfAssessmentWork, criterion: CriterionCode) -> frozenset[str]:
    """Return who a criterion is given to: its writer and its group; nobody where it is assigned to nobody."""
    assignment, group = assignment_of(work.seen(criterion)), group_of(work, criterion)
    writer = {assignment.writer} if assignment and assignment.writer else set()
    return frozenset(writer | set(group.members if group else ()))


def require_writer(work: SelfAssessmentWork, criterion: CriterionCode, actor: str) -> None:
    """Check that somebody may write a criterion; raises NotYourDuty."""
    council, given_to = council_of(work), writers_of(work, criterion)
    if council is None or actor in given_to:
        return
    where = name_of(criterion)
    if given_to:
        raise NotYourDuty(
            f"{where.capitalize()} đã giao cho người viết hoặc nhóm khác. Chưa ghi gì. Muốn góp ý, dùng “Góp ý”; "
            "muốn viết, nhờ Thư ký Hội đồng phân công.",
            criterion=criterion,
        )
    if role_of(council, actor) is None:
        raise NotYourDuty(
            f"Chỉ thành viên Hội đồng viết {where}. Chưa ghi gì. Nhờ Hiệu trưởng bổ sung bạn vào Hội đồng.",
            criterion=criterion,
        )


def require_member(work: SelfAssessmentWork, actor: str) -> None:
    """Check that somebody is a member of the council where there is one; raises NotYourDuty."""
    council = council_of(work)
    if council is not None and role_of(council, actor) is None:
        raise NotYourDuty("Chỉ thành viên Hội đồng tự đánh giá làm việc này. Chưa ghi gì. Nhờ một thành viên Hội đồng.")


def authors_of(work: CriterionWork) -> frozenset[str]:
    """Return who wrote a text of a criterion in this cycle, or handed it in."""
    handed_in = {work.handed_in.entry.meta.actor} if work.handed_in else set()
    return frozenset(work.writers | handed_in)


def require_reviewer(work: SelfAssessmentWork, criterion: CriterionCode, actor: str) -> None:
    """Check that somebody may review a criterion: its reviewer, else the head of its group, else any other member.

    Raises ReviewsOwnWork, NotYourDuty.
    """
    authors, where = authors_of(work.seen(criterion)), name_of(criterion)
    if actor in authors:
        raise ReviewsOwnWork(
            f"Bạn đã viết hoặc nộp {where}, nên người khác soát. Chưa ghi gì. Nhờ Thư ký Hội đồng phân công người soát.",
            criterion=criterion,
        )
    council = council_of(work)
    if council is None:
        return
    assignment, group = assignment_of(work.seen(criterion)), group_of(work, criterion)
    if assignment is not None and assignment.reviewer:
        allowed, who = {str(assignment.reviewer)}, "người soát đã phân công"
    elif group is not None and group.head not in authors:
        allowed, who = {str(group.head)}, "nhóm trưởng"
    else:
        allowed, who = {str(member.person) for member in council.members}, "thành viên Hội đồng"
    if actor not in allowed:
        raise NotYourDuty(
            f"Chỉ {who} soát {where}. Chưa ghi gì. Nhờ người ấy, hoặc nhờ Thư ký Hội đồng phân công người soát khác.",
            criterion=criterion,
        )


def require_wanting_changes(work: SelfAssessmentWork, criterion: CriterionCode, actor: str) -> None:
    """Check that somebody may want a criterion changed: who may review it, the secretary, the chair.

    Raises ReviewsOwnWork, NotYourDuty.
    """
    if role_of(council_of(work), actor) not in _MAY_ASK_FOR_CHANGES:
        require_reviewer(work, criterion, actor)


def require_commenting(work: SelfAssessmentWork, actor: str, *, is_clerk: bool) -> None:
    """Check that somebody may comment: a member of the council or of a group, the clerk. Raises NotYourDuty."""
    groups = (logged.entry.fact for logged in work.groups.values())
    if not is_clerk and not any(actor in group.members for group in groups if isinstance(group, sf.GroupFormed)):
        require_member(work, actor)


# --- which step


def is_awaiting_review(work: CriterionWork) -> bool:
    """Say whether a criterion was handed in and lies with its reviewer.

    One that a change took back from a review is written on: its writer hands it in again when it is ready.
    """
    return work.step is CriterionStep.HANDED_IN and work.fell_from is None


def require_not_awaiting(work: SelfAssessmentWork, criterion: CriterionCode) -> None:
    """Check that a criterion does not lie with its reviewer; raises AwaitingReview naming who may take it back."""
    own = work.seen(criterion)
    if is_awaiting_review(own):
        people = sorted(writers_of(work, criterion) | authors_of(own))
        raise AwaitingReview(
            f"{name_of(criterion).capitalize()} đã nộp, đang chờ soát. Chưa ghi gì. Người viết bấm “Lấy lại” để viết tiếp, "
            "hoặc chờ người soát yêu cầu sửa.",
            criterion=criterion,
            may_take_back=people,
        )


def hands_in(work: CriterionWork, criterion: CriterionCode, codes: Codes) -> bool:
    """Say whether handing in is something new. Raises NothingWritten, AlreadyReviewed, CopiedUnread, CodesDangling."""
    if is_awaiting_review(work):
        return False
    where = name_of(criterion)
    if work.fell_from is None and work.step in {CriterionStep.REVIEWED, CriterionStep.PASSED}:
        raise AlreadyReviewed(
            f"{where.capitalize()} ở bước “{CRITERION_STEP_LABELS[work.step]}” và chưa ai sửa từ đó. Không phải nộp lại.",
            step=work.step.value,
        )
    if not any(sentences_at(work, level) for level in work.texts):
        raise NothingWritten(f"Chưa viết hiện trạng mức nào ở {where}. Chưa nộp. Viết ít nhất một câu rồi nộp.")
    require_ready(work, criterion, codes)
    return True


def require_ready(work: CriterionWork, criterion: CriterionCode, codes: Codes) -> None:
    """Check that every copied text was read again and every code leads to evidence; raises CopiedUnread, CodesDangling."""
    where = name_of(criterion)
    if work.unread:
        shown = ", ".join(f"Mức\u00a0{level}" if level else "điểm mạnh, điểm yếu" for level in sorted(work.unread))
        raise CopiedUnread(
            f"Phần chép từ đợt trước ở {where} chưa xem lại: {shown}. Chưa ghi gì. Sửa lại, hoặc bấm “Giữ nguyên”.",
            levels=sorted(work.unread),
        )
    if dangling := dangling_codes(codes, work):
        named = [f"{one.code} ({CODE_STANDING_LABELS[one.standing].lower()})" for one in dangling]
        shown = ", ".join(named[:_SHOWN]) + (f" và {len(named) - _SHOWN} mã nữa" if len(named) > _SHOWN else "")
        raise CodesDangling(
            f"Ở {where} có mã không dẫn tới minh chứng: {shown}. Chưa ghi gì. Sửa mã, cấp mã, hoặc gắn minh chứng ở đây.",
            codes=[one._asdict() for one in dangling],
        )


def takes_back(work: CriterionWork, criterion: CriterionCode) -> bool:
    """Say whether taking back is something new; raises NotHandedIn."""
    if work.step is CriterionStep.HANDED_IN:
        return True
    if work.step is CriterionStep.WRITING:
        return False
    raise _not_handed_in(work, criterion, "lấy lại")


def reviews(work: CriterionWork, criterion: CriterionCode, codes: Codes) -> bool:
    """Say whether a review is something new. Raises NotHandedIn, CopiedUnread, CodesDangling."""
    if work.fell_from is None and work.step in {CriterionStep.REVIEWED, CriterionStep.PASSED}:
        return False
    if work.step not in {CriterionStep.HANDED_IN, CriterionStep.REVIEWED}:
        raise _not_handed_in(work, criterion, "soát")
    require_ready(work, criterion, codes)
    return True


def wants_changes(work: CriterionWork, wanted: sf.ChangesRequested, today: dt.date) -> bool:
    """Say whether wanting changes is something new. Raises NotHandedIn, DateRefused for a day that is over."""
    if wanted.due is not None and wanted.due < today:
        raise DateRefused(f"Hạn sửa {format_date(wanted.due)} đã qua. Chọn ngày từ {format_date(today)}.")
    if not _is_handed_in(work):
        raise _not_handed_in(work, wanted.criterion, "yêu cầu sửa")
    present = work.request.entry.fact if work.request else None
    return work.step is not CriterionStep.CHANGES_REQUESTED or present != wanted


def _not_handed_in(work: CriterionWork, criterion: CriterionCode, what: str) -> NotHandedIn:
    return NotHandedIn(
        f"{name_of(criterion).capitalize()} ở bước “{CRITERION_STEP_LABELS[work.step]}”, chưa nộp nên chưa {what} được. "
        "Chưa đổi gì. Người viết nộp trước.",
        criterion=criterion,
        step=work.step.value,
    )


# --- what one may do now


def allowed(work: SelfAssessmentWork, criterion: CriterionCode, actor: str, codes: Codes, *, is_clerk: bool) -> list[str]:
    """Return what somebody may do with a criterion now, by the names that `CriterionWorkView.may` uses."""
    own = work.seen(criterion)
    writes = partial(require_writer, work, criterion, actor)
    is_free = partial(require_not_awaiting, work, criterion)
    checks: dict[str, tuple[Callable[[], object], ...]] = {
        "write": (writes, is_free),
        "keep": (writes, is_free, lambda: bool(own.unread)),
        "hand_in": (writes, partial(hands_in, own, criterion, codes)),
        "take_back": (writes, partial(takes_back, own, criterion)),
        "review": (partial(require_reviewer, work, criterion, actor), partial(reviews, own, criterion, codes)),
        "request_changes": (partial(require_wanting_changes, work, criterion, actor), partial(_is_handed_in, own)),
        "comment": (partial(require_commenting, work, actor, is_clerk=is_clerk),),
    }
    return [name for name, conditions in checks.items() if all(map(_passes, conditions))]


def _is_handed_in(work: CriterionWork) -> bool:
    return work.step not in {CriterionStep.NOT_STARTED, CriterionStep.WRITING}


def _passes(condition: Callable[[], object]) -> bool:
    """Say whether a check refuses nothing, and does not say that there is nothing new to do."""
    try:
        return condition() is not False
    except Problem:
        return False
