"""The stream of one need: raised by a school, appraised and funded by the commune, watched until it is handed over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

import msgspec

from services.inspection.domain.year import needs_facts as nf
from services.inspection.errors_year import FundingTooHigh, NeedMoved, NeedOutOfStep, NeedRefused, NeedUnknown
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.text import format_date, format_number
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.year_labels import FUNDING_SOURCE_LABELS, NEED_STATE_LABELS

_MONEY_GOES_IN = frozenset({NeedState.APPRAISED, NeedState.FUNDED, NeedState.UNDER_WAY, NeedState.HANDED_OVER})
_PAST_APPRAISAL = frozenset({NeedState.FUNDED, NeedState.UNDER_WAY, NeedState.HANDED_OVER})
_PAST_FUNDING = frozenset({NeedState.UNDER_WAY, NeedState.HANDED_OVER})
_OVER = frozenset({NeedState.HANDED_OVER, NeedState.WITHDRAWN})


def state_after(state: NeedState, fact: Fact, funded_vnd: int) -> NeedState:
    """Return how far a need is after a fact of its stream; `funded_vnd` is all its money, with what the fact says."""
    match fact:
        case nf.NeedRaised() | nf.NeedChanged():
            return NeedState.RAISED
        case nf.NeedWithdrawn():
            return NeedState.WITHDRAWN
        case nf.NeedAppraised():
            if fact.verdict is Appraisal.REFUSED:
                return NeedState.REFUSED
            return state if state in _PAST_APPRAISAL else NeedState.APPRAISED
        case nf.NeedFunded():
            if state in _PAST_FUNDING:
                return state
            return NeedState.FUNDED if funded_vnd else NeedState.APPRAISED
        case nf.WorkStarted():
            return NeedState.UNDER_WAY
        case nf.NeedHandedOver():
            return NeedState.HANDED_OVER
        case _:
            return state


class Need(Aggregate):
    """One need of a school."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.stated: nf.NeedRaised | nf.NeedChanged | None = None
        """What the school asks for, as it said it last."""
        self.state = NeedState.RAISED
        self.funded: dict[tuple[FundingSource, int], nf.NeedFunded] = {}
        """What each source gives in each year."""
        self._appraised: nf.NeedAppraised | None = None
        self._started_on: dt.date | None = None
        self._last_check: nf.WorkChecked | None = None
        self._last: Fact | None = None

    @property
    def known(self) -> nf.NeedRaised | nf.NeedChanged:
        """What the school asks for; raises NeedUnknown where nobody asked."""
        if self.stated is None:
            raise NeedUnknown("Không có nhu cầu ấy. Chưa ghi gì. Chọn trong danh sách nhu cầu.")
        return self.stated

    @property
    def named(self) -> dict[str, Any]:
        """What every fact of a need names; raises NeedUnknown."""
        known = self.known
        return {"commune": known.commune, "year": known.year, "need": known.need, "school": known.school}

    @property
    def funded_vnd(self) -> int:
        """The money of all sources and years."""
        return sum(one.amount_vnd for one in self.funded.values())

    def raise_need(self, raised: nf.NeedRaised, meta: EventMetadata) -> None:
        """Ask for it; the same again does nothing, and asks anew for one that was withdrawn. Raises NeedOutOfStep."""
        if self.has_processed(meta.command):
            return
        if self.stated is not None and self.state is not NeedState.WITHDRAWN:
            if _asks(self.stated) == _asks(raised):
                return
            raise NeedOutOfStep(
                "Trường đã nêu nhu cầu này rồi sửa lại. Chưa ghi gì. Sửa nhu cầu ấy, hoặc ghi hạng mục bằng lời khác.",
                need=raised.need,
            )
        self.record(raised, meta)

    def change(self, changed: nf.NeedChanged, seen: int, meta: EventMetadata) -> None:
        """Say the need anew; the same again does nothing. Raises NeedUnknown, NeedMoved, NeedOutOfStep."""
        if self._is_repeat(meta) or _asks(self.known) == _asks(changed):
            return
        self._require_seen(seen)
        self._require({NeedState.RAISED, NeedState.REFUSED}, "Sửa được khi Phòng Kinh tế chưa xác nhận có cơ sở.")
        self.record(changed, meta)

    def withdraw(self, withdrawn: nf.NeedWithdrawn, meta: EventMetadata, *, by_commune: bool) -> None:
        """Ask no longer; a repeat does nothing. Raises NeedUnknown, NeedOutOfStep.

        Once money is planned only the commune withdraws it; once work began nobody does.
        """
        if self._is_repeat(meta) or self.state is NeedState.WITHDRAWN:
            return
        open_states = {NeedState.RAISED, NeedState.REFUSED, NeedState.APPRAISED}
        if by_commune:
            open_states.add(NeedState.FUNDED)
        self._require(open_states, "Đã bố trí vốn thì Phòng Kinh tế rút; đã khởi công thì theo dõi đến khi bàn giao.")
        self.record(withdrawn, meta)

    def appraise(self, appraised: nf.NeedAppraised, seen: int, meta: EventMetadata) -> None:
        """Say whether it is well founded; the same again does nothing.

        Raises NeedUnknown, NeedMoved, NeedOutOfStep, NeedRefused, and FundingTooHigh where it has more money than that.
        """
        if self._is_repeat(meta) or _same(self._appraised, appraised, "appraised_on"):
            return
        self._require_seen(seen)
        self._require(set(NeedState) - _OVER, "Nhu cầu đã xong, không thẩm định nữa.")
        if self.funded_vnd > appraised.cost_vnd:
            raise FundingTooHigh(
                f"Đã bố trí {_money(self.funded_vnd)}, nhiều hơn kinh phí thẩm định {_money(appraised.cost_vnd)}. "
                "Chưa ghi gì. Giảm vốn đã bố trí trước, hoặc rút nhu cầu.",
                funded_vnd=self.funded_vnd,
            )
        self.record(appraised, meta)

    def fund(self, funded: nf.NeedFunded, seen: int, meta: EventMetadata) -> None:
        """Plan money for it, or take back (0) what a source gives in a year; the same again does nothing.

        Raises NeedUnknown, NeedMoved, NeedOutOfStep, NeedRefused where there is nothing to take back or no reason for it,
        and FundingTooHigh for more than it costs without a reason.
        """
        key = (funded.source, funded.money_year)
        if self._is_repeat(meta) or _same(self.funded.get(key), funded, "funded_on"):
            return
        self._require_seen(seen)
        self._require(_MONEY_GOES_IN, "Bố trí vốn sau khi Phòng Kinh tế thẩm định có cơ sở.")
        assert self._appraised is not None
        there = self.funded.get(key)
        if not funded.amount_vnd:
            _require_taken_back(there, funded)
        total = self.funded_vnd - (there.amount_vnd if there else 0) + funded.amount_vnd
        if total > self._appraised.cost_vnd and not funded.reason:
            instead = (
                f" (thay {_money(there.amount_vnd)} của {FUNDING_SOURCE_LABELS[funded.source]} năm {funded.money_year})"
                if there
                else ""
            )
            raise FundingTooHigh(
                f"Cộng vốn thành {_money(total)}{instead}, vượt kinh phí đã thẩm định {_money(self._appraised.cost_vnd)}. "
                "Chưa ghi gì. Sửa số tiền, hoặc ghi lý do vượt.",
                appraised_vnd=self._appraised.cost_vnd,
                total_vnd=total,
            )
        self.record(funded, meta)

    def start(self, started: nf.WorkStarted, meta: EventMetadata) -> None:
        """Begin to build or buy; once begun nothing more is recorded. Raises NeedUnknown, NeedOutOfStep, NeedRefused."""
        if self._is_repeat(meta) or self.state is NeedState.UNDER_WAY:
            return
        self._begin(started, meta)

    def check(self, checked: nf.WorkChecked, meta: EventMetadata) -> None:
        """Say how far the work is; it has begun by then. The same again does nothing.

        Raises NeedUnknown, NeedOutOfStep, and NeedRefused for a day before the last check, or progress that went back
        without a problem.
        """
        if self._is_repeat(meta) or self._last_check == checked:
            return
        if self.state is NeedState.FUNDED:
            began = nf.WorkStarted(
                commune=checked.commune,
                year=checked.year,
                need=checked.need,
                school=checked.school,
                started_on=checked.checked_on,
            )
            self._begin(began, meta)
        self._require({NeedState.UNDER_WAY}, "Theo dõi thực hiện sau khi bố trí vốn và trước khi bàn giao.")
        last = self._last_check
        self._require_day(checked.checked_on)
        if last is not None and checked.progress_percent < last.progress_percent and not checked.problem:
            raise NeedRefused(
                f"Lần trước đã ghi {last.progress_percent}%. Chưa ghi gì. Tiến độ lùi thì ghi vướng mắc.",
                path="$.progress_percent",
            )
        self.record(checked, meta)

    def photograph(self, shown: nf.WorkPhotographed, meta: EventMetadata) -> None:
        """Show photos of the work; the same again does nothing. Raises NeedUnknown, NeedOutOfStep, NeedRefused."""
        if self._is_repeat(meta) or self._last == shown:
            return
        self._require(_PAST_APPRAISAL, "Gửi ảnh sau khi nhu cầu được bố trí vốn.")
        self.record(shown, meta)

    def hand_over(self, handed: nf.NeedHandedOver, meta: EventMetadata) -> None:
        """Hand over to the school; the same again does nothing. Raises NeedUnknown, NeedOutOfStep, NeedRefused."""
        if self._is_repeat(meta) or self._last == handed:
            return
        self._require({NeedState.FUNDED, NeedState.UNDER_WAY}, "Bàn giao một lần, sau khi bố trí vốn.")
        self._require_day(handed.handed_over_on)
        self.record(handed, meta)

    def _begin(self, started: nf.WorkStarted, meta: EventMetadata) -> None:
        self._require({NeedState.FUNDED}, "Bắt đầu thực hiện sau khi bố trí vốn.")
        self.record(started, meta)

    def _is_repeat(self, meta: EventMetadata) -> bool:
        return self.known is not None and self.has_processed(meta.command)

    def _require_seen(self, seen: int) -> None:
        """Raise NeedMoved where the caller saw the need before something else was recorded; 0 is for who did not look."""
        if seen and seen != self.version:
            raise NeedMoved(
                f"Có người vừa ghi thêm vào nhu cầu này, nay: {NEED_STATE_LABELS[self.state].lower()}. Chưa ghi đè gì. "
                "Mở lại, xem rồi ghi.",
                version=self.version,
                state=self.state.value,
            )

    def _require(self, states: Collection[NeedState], when: str) -> None:
        if self.state not in states:
            raise NeedOutOfStep(
                f"Nhu cầu này: {NEED_STATE_LABELS[self.state].lower()}. Chưa ghi gì. {when}", state=self.state.value
            )

    def _require_day(self, on: dt.date) -> None:
        """Raise NeedRefused for a day before the work began or was seen last.

        Work may be older than the record of the need: a commune that begins to use this in November has built since May.
        """
        last = self._last_check
        earliest = max((day for day in (self._started_on, last and last.checked_on) if day), default=dt.date.min)
        if on < earliest:
            raise NeedRefused(
                f"Ngày {format_date(on)} trước ngày {format_date(earliest)} đã ghi. Chưa ghi gì. "
                f"Chọn từ ngày {format_date(earliest)}.",
                path="$.on",
            )

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        self._last = fact
        match fact:
            case nf.NeedRaised():
                self.stated, self._appraised, self.funded = fact, None, {}
            case nf.NeedChanged():
                self.stated, self._appraised = fact, None
            case nf.NeedAppraised():
                self._appraised = fact
            case nf.NeedFunded():
                self.funded = {**self.funded, (fact.source, fact.money_year): fact}
            case nf.WorkStarted():
                self._started_on = fact.started_on
            case nf.WorkChecked():
                self._last_check = fact
            case _:
                pass
        self.state = state_after(self.state, fact, self.funded_vnd)


def _asks(stated: nf.NeedRaised | nf.NeedChanged) -> tuple[object, ...]:
    """Return what a school asks for, without the day on which it said so."""
    return (
        stated.year,
        stated.site,
        stated.item,
        stated.quantity,
        stated.unit,
        stated.cost_vnd,
        stated.criterion,
        stated.reason,
    )


def _require_taken_back(there: nf.NeedFunded | None, funded: nf.NeedFunded) -> None:
    """Raise NeedRefused where a source gives nothing that could be taken back, or nobody said why it is."""
    if there is None or not there.amount_vnd:
        raise NeedRefused(
            f"{FUNDING_SOURCE_LABELS[funded.source]} năm {funded.money_year} không có vốn để thu hồi. Chưa ghi gì. "
            "Nhập số tiền lớn hơn 0.",
            path="$.amount_vnd",
        )
    if not funded.reason:
        raise NeedRefused(
            f"Số tiền 0 là thu hồi {_money(there.amount_vnd)} đã bố trí. Chưa ghi gì. Ghi lý do thu hồi.", path="$.reason"
        )


def _same(stands: Fact | None, sent: Fact, day: str) -> bool:
    """Say whether what is sent stands already; when it is said again does not matter."""
    return stands is not None and msgspec.structs.replace(stands, **{day: getattr(sent, day)}) == sent


def _money(amount: int) -> str:
    return f"{format_number(amount)} đồng"
