"""The stream of one difficulty: raised by a school, treated by offices in a fixed order, closed by the school."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from services.inspection.domain.year import difficulties_facts as df
from services.inspection.errors_year import (
    DifficultyChanged,
    DifficultyClosedAlready,
    DifficultyElsewhere,
    DifficultyNotAnswered,
    DifficultyNotForwarded,
    DifficultyRefused,
    DifficultyRepliedAlready,
    DifficultyStands,
    DifficultyUnknown,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, DifficultyState, ForwardedDifficulty
from shared.vocabulary.ids import CriterionCode, DifficultyId, SchoolCode
from shared.vocabulary.year_labels import DIFFICULTY_STATE_LABELS, FORWARDED_DIFFICULTY_LABELS

FURTHEST = dt.timedelta(days=400)
"""An answer is promised within the year that follows."""

REPLIED = frozenset({DifficultyState.ANSWERED, DifficultyState.DECIDED})
"""States in which the school has something to say yes or no to."""

AFTER_CLOSING: Mapping[ClosingWord, DifficultyState] = {
    ClosingWord.SOLVED: DifficultyState.CLOSED,
    ClosingWord.NOT_SOLVED: DifficultyState.RAISED,
}
"""What the school says → the state that follows: unsolved, it is the office's again."""


def difficulty_id(school: SchoolCode, year: int, criterion: CriterionCode, text: str) -> uuid.UUID:
    """Return the id of a difficulty, which is its stream: the same words of a school's year on one criterion are one."""
    return natural_id("difficulty", school, str(year), criterion, " ".join(fold(text).split()))


class Difficulty(Aggregate):
    """One difficulty."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.raised: df.DifficultyRaised | None = None
        self.state = DifficultyState.RAISED
        self.forwarded_to: ForwardedDifficulty | None = None
        self.merged_into = DifficultyId("")
        self.decided: df.DifficultyDecided | None = None
        self.taken_by: CommuneUnit | None = None
        self._last: Fact | None = None

    def raise_it(self, raised: df.DifficultyRaised, meta: EventMetadata) -> None:
        """Raise it; the same again does nothing.

        Raises DifficultyClosedAlready for words that were closed, DifficultyStands for words that stand with other asks.
        """
        if self.has_processed(meta.command):
            return
        if self.raised is None:
            self.record(raised, meta)
            return
        self._require_not_closed()
        if not self._is_so(self.raised, raised):
            raise DifficultyStands(
                f"Trường đã nêu khó khăn cùng lời ấy ngày {format_date(self.raised.raised_on)}, với đề nghị khác. "
                "Chưa ghi gì. Nêu việc khác thì viết lời khác.",
                difficulty=self.raised.difficulty,
            )

    @staticmethod
    def _is_so(stands: df.DifficultyRaised, sent: df.DifficultyRaised) -> bool:
        return (stands.asks, stands.documents) == (sent.asks, sent.documents)

    def take(self, unit: CommuneUnit, due: dt.date, on: dt.date, meta: EventMetadata) -> None:
        """Take it, to answer by a day; taken anew with another day, that holds.

        Raises DifficultyUnknown, DifficultyClosedAlready, DifficultyElsewhere, DifficultyRepliedAlready, DifficultyRefused.
        """
        of = self._open_here(meta)
        if of is None:
            return
        if self.state in REPLIED:
            raise DifficultyRepliedAlready("Khó khăn này đã được trả lời. Chưa ghi gì. Chờ trường đóng, hoặc trả lời thêm.")
        if due > on + FURTHEST:
            raise DifficultyRefused(
                f"Hạn {format_date(due)} quá xa. Chưa ghi gì. Chọn hạn trong {FURTHEST.days} ngày tới.", path="$.due"
            )
        if due < on:
            raise DifficultyRefused(
                f"Hạn {format_date(due)} đã qua. Chưa ghi gì. Chọn hạn từ ngày {format_date(on)}.", path="$.due"
            )
        self._tell(df.DifficultyTaken(**of, unit=unit, due=due, taken_on=on), meta)

    def answer(self, text: str, on: dt.date, meta: EventMetadata, *, seen: int = 0) -> None:
        """Answer the school; who answers has taken it. After a decision the answer tells of it, and the state stays.

        `seen` is the version that was read, 0 to ask for nothing. Raises DifficultyUnknown, DifficultyClosedAlready,
        DifficultyElsewhere, DifficultyChanged.
        """
        of = self._open_here(meta)
        if of is not None:
            self._tell(df.DifficultyAnswered(**of, text=text, answered_on=on), meta, seen)

    def forward(self, to: ForwardedDifficulty, summary: str, on: dt.date, meta: EventMetadata, *, seen: int = 0) -> None:
        """Pass it on; while it waits for a decision it may be passed on to somebody else. `seen` as in `answer`.

        Raises DifficultyUnknown, DifficultyClosedAlready, DifficultyElsewhere, DifficultyRepliedAlready, DifficultyChanged.
        """
        of = self._open_here(meta, elsewhere=True)
        if of is None:
            return
        if self.state is DifficultyState.DECIDED:
            raise DifficultyRepliedAlready("Khó khăn này đã có quyết định. Chưa ghi gì. Chờ trường nói thỏa đáng hay chưa.")
        self._tell(df.DifficultyForwarded(**of, to=to, summary=summary, forwarded_on=on), meta, seen)

    def decide(self, text: str, on: dt.date, meta: EventMetadata, *, seen: int = 0) -> None:
        """Decide, for those to whom it was forwarded; the same again does nothing. `seen` as in `answer`.

        Raises DifficultyUnknown, DifficultyClosedAlready, DifficultyElsewhere, DifficultyNotForwarded,
        DifficultyRepliedAlready, DifficultyChanged.
        """
        of = self._open_here(meta, elsewhere=True)
        if of is None:
            return
        if self.forwarded_to is None:
            raise DifficultyNotForwarded(
                "Khó khăn này chưa chuyển đến nơi quyết định. Chưa ghi gì. Phòng Văn hóa – Xã hội chuyển trước."
            )
        decided = df.DifficultyDecided(**of, by=self.forwarded_to, text=text, decided_on=on)
        if self.decided is None:
            self._tell(decided, meta, seen)
        elif self.decided.text != text:
            raise DifficultyRepliedAlready(
                "Khó khăn này đã có quyết định. Chưa ghi gì. Quyết định khác thì chờ trường đóng."
            )

    def close(
        self,
        word: ClosingWord,
        note: str,
        on: dt.date,
        meta: EventMetadata,
        *,
        elsewhere: DifficultyState | None = None,
        seen: int = 0,
    ) -> None:
        """Say for the school whether it is solved; `elsewhere`: the state of the one that it was merged into.

        `seen` as in `answer`. Raises DifficultyUnknown, DifficultyClosedAlready, DifficultyNotAnswered, DifficultyChanged.
        """
        raised = self.of_school()
        closed = df.DifficultyClosed(**_names(raised), word=word, closed_on=on, note=note)
        is_repeat = isinstance(self._last, df.DifficultyClosed) and self._last.word is word
        if self.has_processed(meta.command) or is_repeat:
            return
        self._require_not_closed()
        if (elsewhere or self.state) not in REPLIED | ({DifficultyState.CLOSED} if elsewhere else set()):
            raise DifficultyNotAnswered(
                "Chưa ai trả lời khó khăn này. Chưa đóng. Chờ xã trả lời hoặc nơi có quyền quyết định."
            )
        self._tell(closed, meta, seen)

    def merge(self, into: DifficultyId, on: dt.date, meta: EventMetadata) -> None:
        """Treat it with another one; the same again does nothing.

        Raises DifficultyUnknown, DifficultyClosedAlready, DifficultyElsewhere.
        """
        raised = self.of_school()
        if self.has_processed(meta.command) or self.merged_into == into:
            return
        self._require_not_closed()
        self._require_apart()
        self.record(df.DifficultyMerged(**_names(raised), into=into, merged_on=on), meta)

    def require_mergeable(self) -> None:
        """Raise DifficultyUnknown, DifficultyClosedAlready, DifficultyElsewhere unless others may be merged into it."""
        self.of_school()
        self._require_not_closed()
        self._require_apart()

    def of_school(self) -> df.DifficultyRaised:
        """Return how it was raised; raises DifficultyUnknown."""
        if self.raised is None:
            raise no_difficulty()
        return self.raised

    def _open_here(self, meta: EventMetadata, *, elsewhere: bool = False) -> dict[str, Any] | None:
        """Return what names the difficulty, None for a repeated command; `elsewhere`: it may wait for a decision."""
        raised = self.of_school()
        if self.has_processed(meta.command):
            return None
        self._require_not_closed()
        self._require_apart()
        if self.state is DifficultyState.FORWARDED and not elsewhere:
            assert self.forwarded_to is not None
            where = FORWARDED_DIFFICULTY_LABELS[self.forwarded_to]
            raise DifficultyElsewhere(
                f"Khó khăn này đang chờ {where} quyết định. Chưa ghi gì. Có quyết định rồi trả lời trường."
            )
        return _names(raised)

    def _require_not_closed(self) -> None:
        if self.state is DifficultyState.CLOSED:
            raise DifficultyClosedAlready("Trường đã đóng khó khăn này. Chưa ghi gì. Việc mới thì trường nêu khó khăn mới.")

    def _require_apart(self) -> None:
        if self.merged_into:
            raise DifficultyElsewhere(
                "Khó khăn này đã gộp vào khó khăn khác. Chưa ghi gì. Làm ở khó khăn đã gộp vào.", into=self.merged_into
            )

    def _tell(self, fact: Fact, meta: EventMetadata, seen: int = 0) -> None:
        """Record a fact that is not told already; raises DifficultyChanged where the caller read another version."""
        if fact == self._last:
            return
        if seen not in {0, self.version}:
            raise DifficultyChanged(
                f"Có người vừa ghi thêm vào khó khăn này, nay: {DIFFICULTY_STATE_LABELS[self.state].lower()}. Chưa ghi gì. "
                "Mở lại, xem việc đã làm rồi ghi.",
                seen=self.version,
                state=self.state.value,
            )
        self.record(fact, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        self._last = fact
        match fact:
            case df.DifficultyTaken():
                self.taken_by = fact.unit
            case df.DifficultyRaised():
                self.raised = fact
            case df.DifficultyForwarded():
                self.forwarded_to = fact.to
            case df.DifficultyMerged():
                self.merged_into = fact.into
            case df.DifficultyDecided():
                self.decided = fact
            case df.DifficultyClosed():
                self.forwarded_to, self.decided, self.merged_into = None, None, DifficultyId("")
                self.taken_by = None
            case _:
                pass
        self.state = state_after(self.state, fact)


def state_after(state: DifficultyState, fact: Fact) -> DifficultyState:
    """Return the state of a difficulty after a fact about it."""
    match fact:
        case df.DifficultyClosed():
            return AFTER_CLOSING[fact.word]
        case df.DifficultyAnswered():
            return state if state is DifficultyState.DECIDED else DifficultyState.ANSWERED
        case _:
            return _AFTER.get(type(fact), state)


_AFTER: Mapping[type[Fact], DifficultyState] = {
    df.DifficultyTaken: DifficultyState.TAKEN,
    df.DifficultyForwarded: DifficultyState.FORWARDED,
    df.DifficultyDecided: DifficultyState.DECIDED,
}


def no_difficulty() -> DifficultyUnknown:
    """Return the refusal that there is no such difficulty."""
    return DifficultyUnknown("Không có khó khăn ấy. Chọn trong danh sách khó khăn.")


def _names(raised: df.DifficultyRaised) -> dict[str, Any]:
    return {
        "commune": raised.commune,
        "year": raised.year,
        "difficulty": raised.difficulty,
        "school": raised.school,
    }
