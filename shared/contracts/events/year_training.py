"""Public events of the inspection service about training, publicity and public notices; no typed words, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import PublicityKind, TrainingTopic
from shared.vocabulary.ids import CommentId, CommuneCode, PublicityId, SchoolCode, TrainingId


class TrainingPlanned(PublicEvent, frozen=True, kw_only=True):
    """A commune planned a class, from its first to its last day, with what it may cost in đồng.

    `schools` are invited; none are named where all of the commune are.
    """

    LABEL: ClassVar[str] = "Lập lớp tập huấn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "training-planned"
    commune: CommuneCode
    year: int
    training: TrainingId
    topic: TrainingTopic
    first_day: dt.date
    last_day: dt.date
    budget_vnd: int
    schools: tuple[SchoolCode, ...] = ()


class TrainingHeld(PublicEvent, frozen=True, kw_only=True):
    """A class was held; how many were present of those asked, who they were is not told. Told anew, the later holds."""

    LABEL: ClassVar[str] = "Mở lớp tập huấn, điểm danh"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "training-held"
    commune: CommuneCode
    year: int
    training: TrainingId
    topic: TrainingTopic
    held_on: dt.date
    present_count: int
    asked_count: int


class TrainingCancelled(PublicEvent, frozen=True, kw_only=True):
    """A class will not be held."""

    LABEL: ClassVar[str] = "Hủy lớp tập huấn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "training-cancelled"
    commune: CommuneCode
    year: int
    training: TrainingId
    topic: TrainingTopic
    cancelled_on: dt.date


class TrainingAsked(PublicEvent, frozen=True, kw_only=True):
    """A school asks for a class on a topic."""

    LABEL: ClassVar[str] = "Đề nghị tập huấn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "training-asked"
    commune: CommuneCode
    year: int
    school: SchoolCode
    topic: TrainingTopic
    asked_on: dt.date


class PublicityDone(PublicEvent, frozen=True, kw_only=True):
    """A commune told people something; what it said stands on its public page."""

    LABEL: ClassVar[str] = "Tuyên truyền"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "publicity-done"
    commune: CommuneCode
    year: int
    publicity: PublicityId
    kind: PublicityKind
    done_on: dt.date


class NoticePublished(PublicEvent, frozen=True, kw_only=True):
    """A commune published a notice; its words stand on its public page."""

    LABEL: ClassVar[str] = "Đăng thông báo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "notice-published"
    commune: CommuneCode
    year: int
    notice: PublicityId
    published_on: dt.date


class NoticeWithdrawn(PublicEvent, frozen=True, kw_only=True):
    """A notice, or a piece of publicity, is no longer shown to everybody."""

    LABEL: ClassVar[str] = "Gỡ thông báo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "notice-withdrawn"
    commune: CommuneCode
    year: int
    notice: PublicityId
    withdrawn_on: dt.date


class NoticeCommented(PublicEvent, frozen=True, kw_only=True):
    """A mass organisation commented on a notice or a piece of publicity; the words stay with the offices."""

    LABEL: ClassVar[str] = "Góp ý thông báo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "notice-commented"
    commune: CommuneCode
    year: int
    notice: PublicityId
    comment: CommentId
    commented_on: dt.date


class CommentShown(PublicEvent, frozen=True, kw_only=True):
    """The office lets the public read a comment, or does not let it any more."""

    LABEL: ClassVar[str] = "Cho hiện hoặc ẩn góp ý"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "notice-comment-shown"
    commune: CommuneCode
    year: int
    notice: PublicityId
    comment: CommentId
    shown: bool
