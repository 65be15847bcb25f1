"""Notices and publicity as offices, mass organisations and the public see them."""

from __future__ import annotations

from collections.abc import Iterable

from services.inspection.views.year.publicity_rows import CommentRow, PublicItemRow
from shared.contracts.calls.year.publicity import NoticeCommentView, PublicItemView
from shared.vocabulary.ids import PersonId


def for_office(row: PublicItemRow, comments: Iterable[CommentRow]) -> PublicItemView:
    """Return all that is known of a notice or a piece of publicity."""
    return _view(row, [_comment(one, person=True) for one in comments], inner=True)


def for_everybody(row: PublicItemRow, comments: Iterable[CommentRow]) -> PublicItemView:
    """Return what the public may read: of the comments those that the office shows, without their authors."""
    return _view(row, [_comment(one, person=False) for one in comments if one.shown], inner=False)


def for_commenting(row: PublicItemRow, comments: Iterable[CommentRow], person: str) -> PublicItemView:
    """Return what the public may read, with the comments of one person."""
    own = [one for one in comments if one.shown or one.person == person]
    return _view(row, [_comment(one, person=one.person == person) for one in own], inner=False)


def _view(row: PublicItemRow, comments: list[NoticeCommentView], *, inner: bool) -> PublicItemView:
    return PublicItemView(
        id=row.item,
        commune=row.commune,
        year=row.year,
        kind=row.kind,
        on=row.told_on,
        title=row.title,
        text=row.text,
        number=row.number,
        link=row.link,
        position=row.position,
        section=row.section if inner else "",
        reach=row.reach if inner else None,
        withdrawn_on=row.withdrawn_on if inner else None,
        reason=row.reason if inner else "",
        comments=comments,
    )


def _comment(row: CommentRow, *, person: bool) -> NoticeCommentView:
    return NoticeCommentView(
        id=row.comment,
        commented_on=row.commented_on,
        text=row.text,
        shown=row.shown,
        position=row.position,
        person=row.person if person else PersonId(""),
    )
