"""What is stored about publicity and public notices: told to everybody, withdrawn, commented on by mass organisations."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import PublicityKind
from shared.vocabulary.ids import CommentId, PublicityId


class PublicityDone(YearFact, frozen=True, kw_only=True):
    """The commune told people something: how, on which day, how many it reached, None where nobody counted.

    `section` is the place of the plan that it belongs to ("II.3"), as the office writes it.
    """

    TOPIC: ClassVar[str] = "inspection.publicity-done"

    publicity: PublicityId
    kind: PublicityKind
    done_on: dt.date
    title: str
    text: str = ""
    link: str = ""
    section: str = ""
    reach: int | None = None


class NoticePublished(YearFact, frozen=True, kw_only=True):
    """A notice was published for everybody to read; `number` is that of the paper, '' for none."""

    TOPIC: ClassVar[str] = "inspection.notice-published"

    notice: PublicityId
    published_on: dt.date
    title: str
    body: str
    number: str = ""


class NoticeWithdrawn(YearFact, frozen=True, kw_only=True):
    """A notice, or a piece of publicity, is no longer shown to everybody."""

    TOPIC: ClassVar[str] = "inspection.notice-withdrawn"

    notice: PublicityId
    withdrawn_on: dt.date
    reason: str


class NoticeCommented(YearFact, frozen=True, kw_only=True):
    """A mass organisation commented on a notice or a piece of publicity; offices read it, the public not yet."""

    TOPIC: ClassVar[str] = "inspection.notice-commented"

    notice: PublicityId
    comment: CommentId
    commented_on: dt.date
    text: str


class CommentShown(YearFact, frozen=True, kw_only=True):
    """The office lets the public read a comment, or does not let it any more."""

    TOPIC: ClassVar[str] = "inspection.notice-comment-shown"

    notice: PublicityId
    comment: CommentId
    shown: bool


FACTS: tuple[type[Fact], ...] = (PublicityDone, NoticePublished, NoticeWithdrawn, NoticeCommented, CommentShown)
"""The facts of this part of the year."""
