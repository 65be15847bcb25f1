"""Decides about comments: what they are on is there, and what they answer was said on the same criterion."""

from __future__ import annotations

from typing import NamedTuple

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import name_of
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from services.assessment.domain.writing import check_level, sentences_at
from services.assessment.errors import NoSuchComment
from shared.eventlog.log import RecordedEvent
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.vocabulary.ids import CommentId, CriterionCode

MOST_PAGES = 10_000
"""More than any document has."""


class Comment(NamedTuple):
    """A comment as it stands: how it was made, and how it was marked last."""

    made: RecordedEvent
    fact: sf.CommentAdded
    marked: RecordedEvent | None

    @property
    def resolved(self) -> bool:
        """Whether it is done."""
        fact = self.marked.entry.fact if self.marked else None
        return isinstance(fact, sf.CommentResolved) and fact.resolved


def comments_of(work: CriterionWork) -> list[Comment]:
    """Return the comments on a criterion in the order of the log."""
    found = [
        Comment(made, made.entry.fact, work.resolved.get(comment))
        for comment, made in work.comments.items()
        if isinstance(made.entry.fact, sf.CommentAdded)
    ]
    return sorted(found, key=lambda comment: comment.made.position)


def criterion_of_comment(work: SelfAssessmentWork, comment: CommentId) -> CriterionCode:
    """Return the criterion that a comment is on; raises NoSuchComment."""
    found = next((code for code, own in work.criteria.items() if comment in own.comments), None)
    if found is None:
        raise NoSuchComment("Không có góp ý này trong đợt. Chưa đổi gì. Tải lại trang để xem các góp ý.", comment=comment)
    return found


def check_place(rulebook: Rulebook, work: CriterionWork, added: sf.CommentAdded) -> None:
    """Do nothing when what is commented on is there. Raises NoSuchCriterion, BadRequest, NoSuchComment."""
    place = added.place
    if place.level:
        check_level(rulebook, added.criterion, place.level)
    if place.sentence and not (place.level and 1 <= place.sentence <= len(sentences_at(work, place.level))):
        raise BadRequest(
            f"Không có câu {place.sentence} ở {name_of(added.criterion, place.level)}. Chưa ghi gì. Tải lại trang.",
            path="$.place.sentence",
        )
    _check_page(place)
    if added.answers and added.answers not in work.comments:
        raise NoSuchComment(
            f"Góp ý được trả lời không có ở {name_of(added.criterion)}. Chưa ghi gì. Tải lại trang.", comment=added.answers
        )


def _check_page(place: sf.CommentedPlace) -> None:
    if (place.page or place.box) and not place.document:
        raise BadRequest("Chỗ trên trang cần tên tài liệu. Chưa ghi gì.", path="$.place.document")
    if not 0 <= place.page <= MOST_PAGES or (place.box and not place.page):
        raise BadRequest("Trang tính từ 1; khung cần số trang. Chưa ghi gì.", path="$.place.page")
    if place.box is not None:
        left, top, right, bottom = place.box
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise BadRequest(
                "Khung ghi trái, trên, phải, dưới bằng phần của trang, từ 0 đến 1. Chưa ghi gì.", path="$.place.box"
            )
