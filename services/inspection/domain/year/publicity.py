"""The stream of what a commune told everybody: a notice or a piece of publicity, and the comments on it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from services.inspection.domain.year.publicity_facts import (
    CommentShown,
    NoticeCommented,
    NoticePublished,
    NoticeWithdrawn,
    PublicityDone,
)
from services.inspection.errors_year import NoticeGone, NoticeUnknown
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold
from shared.vocabulary.commune_year import PublicityKind
from shared.vocabulary.ids import CommentId, CommuneCode, PublicityId

Told = NoticePublished | PublicityDone


def notice_id(commune: CommuneCode, year: int, title: str, body: str) -> uuid.UUID:
    """Return the id of a notice, which is its stream: the same words of one year are one notice."""
    return natural_id("notice", commune, str(year), _said(title), _said(body))


def publicity_id(commune: CommuneCode, year: int, kind: PublicityKind, on: dt.date, title: str, text: str) -> uuid.UUID:
    """Return the id of a piece of publicity, which is its stream: the same words in one way on one day are one."""
    return natural_id("publicity", commune, str(year), kind, on.isoformat(), _said(title), _said(text))


def comment_id(notice: PublicityId, person: str, text: str) -> CommentId:
    """Return the id of a comment: the same words of one person on one notice are one."""
    return CommentId(str(natural_id("notice-comment", notice, person, _said(text))))


def _said(text: str) -> str:
    return " ".join(fold(text).split())


class PublicItem(Aggregate):
    """One notice or piece of publicity."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.told: Told | None = None
        self.withdrawn = False
        self.comments: dict[CommentId, bool] = {}
        """Comment → whether the public reads it."""

    def tell(self, told: Told, meta: EventMetadata) -> None:
        """Tell it; the same words again do nothing. Raises NoticeGone once it was withdrawn."""
        if self.has_processed(meta.command):
            return
        self._require_shown("Cần đăng lại thì sửa lời rồi đăng như bản mới.")
        if self.told != told:
            self.record(told, meta)

    def withdraw(self, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Show it to the public no more; once is enough. Raises NoticeUnknown."""
        told = self.of_commune()
        if not self.withdrawn and not self.has_processed(meta.command):
            self.record(NoticeWithdrawn(**self._names(told), withdrawn_on=on, reason=reason), meta)

    def comment(self, text: str, person: str, on: dt.date, meta: EventMetadata) -> CommentId:
        """Comment on it; the same words of the same person do nothing. Raises NoticeUnknown, NoticeGone."""
        told, comment = self.of_commune(), comment_id(self.number, person, text)
        if comment in self.comments or self.has_processed(meta.command):
            return comment
        self._require_shown("Chọn thông báo còn hiện để góp ý.")
        self.record(NoticeCommented(**self._names(told), comment=comment, commented_on=on, text=text), meta)
        return comment

    def show_comment(self, comment: CommentId, meta: EventMetadata, *, shown: bool) -> None:
        """Let the public read a comment, or not; what is so already does nothing. Raises NoticeUnknown."""
        told = self.of_commune()
        if comment not in self.comments:
            raise NoticeUnknown("Thông báo này không có góp ý ấy. Chưa ghi gì. Tải lại trang rồi chọn góp ý.")
        if self.comments[comment] is not shown and not self.has_processed(meta.command):
            self.record(CommentShown(**self._names(told), comment=comment, shown=shown), meta)

    def _names(self, told: Told) -> dict[str, Any]:
        return {"commune": told.commune, "year": told.year, "notice": self.number}

    @property
    def number(self) -> PublicityId:
        """The id of what was told."""
        return PublicityId(str(self.id))

    def of_commune(self) -> Told:
        """Return what was told; raises NoticeUnknown."""
        if self.told is None:
            raise no_notice()
        return self.told

    def _require_shown(self, way: str) -> None:
        if self.withdrawn:
            raise NoticeGone(f"Bản này đã gỡ khỏi trang công khai. Chưa ghi gì. {way}")

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case NoticePublished() | PublicityDone():
                self.told = fact
            case NoticeWithdrawn():
                self.withdrawn = True
            case NoticeCommented():
                self.comments[fact.comment] = False
            case _:
                assert isinstance(fact, CommentShown)
                self.comments[fact.comment] = fact.shown


def no_notice() -> NoticeUnknown:
    """Return the refusal that there is no such notice or piece of publicity."""
    return NoticeUnknown("Không có thông báo hay mục tuyên truyền ấy. Chọn trong danh sách của xã.")
