"""The streams of a commune's steering committee and of its directives."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.errors_year import CommitteeStands, DirectiveStands, TaskChanged, TaskRefused
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.commune_year import CommitteeRole
from shared.vocabulary.ids import CommuneCode

MOST_MEMBERS = 100


def committee_stream(commune: CommuneCode) -> uuid.UUID:
    """Return the stream of a commune's steering committee."""
    return natural_id("steering-committee", commune)


def directive_id(commune: CommuneCode, number: str, issued_on: dt.date) -> uuid.UUID:
    """Return the id of a directive, which is its stream: numbers begin anew with each calendar year."""
    return natural_id("directive", commune, str(issued_on.year), "".join(fold(number).split()))


def require_members(members: Sequence[tf.CommitteeMember]) -> None:
    """Raise TaskRefused unless each person sits once on a committee, and one of them heads it."""
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise TaskRefused(f"Ban Chỉ đạo có từ 1 đến {MOST_MEMBERS} người. Chưa ghi gì.", path="$.members")
    if any(count > 1 for count in Counter(one.person for one in members).values()):
        raise TaskRefused("Có người đứng hai lần trong Ban. Chưa ghi gì. Mỗi người một dòng.", path="$.members")
    if sum(one.role is CommitteeRole.HEAD for one in members) != 1:
        raise TaskRefused("Ban Chỉ đạo cần đúng một Trưởng ban. Chưa ghi gì. Chọn vai trò của từng người.", path="$.members")


class Committee(Aggregate):
    """A commune's steering committee, decision by decision."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self._holds: tf.CommitteeSet | None = None

    def set(self, committee: tf.CommitteeSet, meta: EventMetadata, *, seen: int = 0) -> None:
        """Decide on it anew; the same again does nothing. `seen`: the version that the caller saw, 0 for none.

        Raises TaskRefused, CommitteeStands for an earlier decision, TaskChanged where it was decided on since.
        """
        if self.has_processed(meta.command) or self._holds == committee:
            return
        require_members(committee.members)
        if seen and seen != self.version:
            raise TaskChanged("Ban Chỉ đạo vừa có người ghi. Chưa ghi đè gì. Xem lại danh sách, rồi ghi tiếp.")
        if self._holds is not None and committee.decided_on < self._holds.decided_on:
            raise CommitteeStands(
                f"Ban Chỉ đạo đã kiện toàn theo Quyết định {self._holds.number} ngày "
                f"{format_date(self._holds.decided_on)}. Chưa ghi gì. Ghi quyết định từ ngày ấy trở đi."
            )
        self.record(committee, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, tf.CommitteeSet)
        self._holds = fact


class Directive(Aggregate):
    """One directive."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.issued: tf.DirectiveIssued | None = None

    def issue(self, issued: tf.DirectiveIssued, meta: EventMetadata) -> None:
        """Issue it; the same again does nothing. Raises DirectiveStands for other particulars under its number."""
        if self.has_processed(meta.command) or self.issued == issued:
            return
        if self.issued is not None:
            raise DirectiveStands(
                f"Số {self.issued.number} đã ghi cho văn bản ngày {format_date(self.issued.issued_on)}: "
                f"{self.issued.abstract}. Chưa ghi gì. Xem lại số."
            )
        self.record(issued, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, tf.DirectiveIssued)
        self.issued = fact
