"""The stream of one commune's plan of one year: drafted, its list of schools set, issued, adjusted with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

import msgspec

from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year.plan_words import ground_date
from services.inspection.errors_year import (
    GroundsNewerThanPlan,
    PlanAlreadyIssued,
    PlanChangedMeanwhile,
    PlanDateRefused,
    PlanEntryUnknown,
    PlanNotIssued,
    SchoolsWithoutEntry,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import format_date
from shared.vocabulary.commune_year import PlanState
from shared.vocabulary.ids import CommuneCode, SchoolCode


def plan_stream(commune: CommuneCode, year: int) -> uuid.UUID:
    """Return the stream of a commune's plan of a year: there is one; a second plan is an adjustment of it."""
    return natural_id("commune-plan", commune, str(year))


class CommunePlan(Aggregate):
    """One plan. Versions count the facts of the stream: whoever names one they saw overwrites nothing newer."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.state = PlanState.DRAFT
        self.text: pf.PlanDrafted | None = None
        self.text_version = 0
        self.entries: dict[SchoolCode, pf.PlanEntrySet] = {}
        self.entry_versions: dict[SchoolCode, int] = {}
        self.issued: pf.PlanIssued | None = None
        self.adjusted: pf.PlanAdjusted | None = None

    @property
    def adjustment(self) -> str:
        """Why the plan is being changed after it was issued; '' before that."""
        return self.adjusted.reason if self.adjusted is not None else ""

    def draft(self, drafted: pf.PlanDrafted, seen: int, meta: EventMetadata) -> None:
        """Put the words of the plan; the same again do nothing.

        `seen` is the version of the words that were changed, 0 for any. Raises PlanAlreadyIssued, PlanChangedMeanwhile.
        """
        if self.has_processed(meta.command) or (self.text is not None and _same_words(self.text, drafted)):
            return
        self._require_open()
        if seen and seen != self.text_version:
            raise PlanChangedMeanwhile(
                "Có người đã sửa lời kế hoạch trong lúc soạn. Chưa ghi đè gì. Mở lại trang, xem bản mới rồi sửa tiếp."
            )
        self.record(msgspec.structs.replace(drafted, reason=self.adjustment), meta)

    def set_entry(self, entry: pf.PlanEntrySet, seen: int, meta: EventMetadata) -> None:
        """Put a school on the list, or change what stands there; the same again does nothing. `seen` as in `draft`.

        Raises PlanAlreadyIssued, PlanChangedMeanwhile.
        """
        stands = self.entries.get(entry.school)
        if self.has_processed(meta.command) or (stands is not None and _same_entry(stands, entry)):
            return
        self._require_open()
        if seen and seen != self.entry_versions.get(entry.school, 0):
            raise PlanChangedMeanwhile(
                "Có người đã sửa mục của trường này. Chưa ghi đè gì. Mở lại trang, xem mục mới rồi sửa tiếp.",
                school=entry.school,
            )
        self.record(msgspec.structs.replace(entry, reason=self.adjustment), meta)

    def drop_entry(self, dropped: pf.PlanEntryDropped, meta: EventMetadata) -> None:
        """Take a school off the list; a repeated command does nothing. Raises PlanEntryUnknown, PlanAlreadyIssued."""
        if self.has_processed(meta.command):
            return
        if dropped.school not in self.entries:
            raise PlanEntryUnknown(
                f"Trường mã {dropped.school} không có mục trong kế hoạch. Chưa ghi gì.", school=dropped.school
            )
        self._require_open()
        self.record(dropped, meta)

    def issue(
        self, issued: pf.PlanIssued, schools: Mapping[SchoolCode, str], words: pf.PlanDrafted, meta: EventMetadata
    ) -> None:
        """Issue it, the first time or as adjusted; the same number and day again do nothing.

        `schools` (code → name) must be listed, or are left out for the reason given; `words` are drafted where nobody did.
        Raises SchoolsWithoutEntry, PlanAlreadyIssued for another number of what stands issued, PlanDateRefused for a day
        before the last issue, and GroundsNewerThanPlan.
        """
        if self.has_processed(meta.command):
            return
        if self.state is PlanState.ISSUED and self.issued is not None:
            if (self.issued.number, self.issued.issued_on) == (issued.number, issued.issued_on):
                return
            raise _already(self.issued)
        if self.issued is not None and issued.issued_on < self.issued.issued_on:
            raise PlanDateRefused(
                f"Kế hoạch ban hành lần trước ngày {format_date(self.issued.issued_on)}. Chưa ban hành. "
                "Chọn từ ngày ấy trở đi."
            )
        _require_grounds_by(issued.issued_on, self.text or words)
        left_out = self._left_out(schools, issued.left_out_because)
        if self.text is None:
            self.record(words, msgspec.structs.replace(meta, command=""))
        because = issued.left_out_because if left_out else ""
        self.record(msgspec.structs.replace(issued, left_out=left_out, left_out_because=because), meta)

    def _left_out(self, schools: Mapping[SchoolCode, str], because: str) -> tuple[SchoolCode, ...]:
        missing = tuple(school for school in schools if school not in self.entries)
        if missing and not because:
            named = ", ".join(f"{schools[one]} ({one})" for one in missing)
            raise SchoolsWithoutEntry(
                f"{len(missing)} trường chưa có mục trong kế hoạch: {named}. Chưa ban hành. "
                "Đặt mục cho từng trường, hoặc ban hành kèm lý do để ngoài.",
                schools=list(missing),
            )
        return missing

    def adjust(self, adjusted: pf.PlanAdjusted, meta: EventMetadata) -> None:
        """Open an issued plan again; the same reason again does nothing. Raises PlanNotIssued."""
        if self.has_processed(meta.command) or (self.state is PlanState.ADJUSTED and self.adjustment == adjusted.reason):
            return
        if self.issued is None:
            raise PlanNotIssued("Kế hoạch chưa ban hành nên sửa thẳng được, không cần điều chỉnh. Chưa ghi gì.")
        self.record(adjusted, meta)

    def _require_open(self) -> None:
        if self.state is PlanState.ISSUED and self.issued is not None:
            raise _already(self.issued)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case pf.PlanDrafted():
                self.text, self.text_version = fact, version
            case pf.PlanEntrySet():
                self.entries[fact.school] = fact
                self.entry_versions[fact.school] = version
            case pf.PlanEntryDropped():
                self.entries.pop(fact.school, None)
                self.entry_versions.pop(fact.school, None)
            case pf.PlanIssued():
                self.state, self.issued = PlanState.ISSUED, fact
            case _:
                assert isinstance(fact, pf.PlanAdjusted)
                self.state, self.adjusted = PlanState.ADJUSTED, fact


def _require_grounds_by(on: dt.date, words: pf.PlanDrafted) -> None:
    """Raise GroundsNewerThanPlan for grounds whose documents are dated after a day."""
    newer = [base for base in words.bases if (dated := ground_date(base)) is not None and dated > on]
    if newer:
        named = "; ".join(newer)
        raise GroundsNewerThanPlan(
            f"Căn cứ sau có ngày sau ngày ban hành {format_date(on)}: {named}. Chưa ban hành. "
            "Bỏ căn cứ ấy khỏi lời kế hoạch, hoặc chọn ngày ban hành muộn hơn.",
            bases=newer,
        )


def _already(issued: pf.PlanIssued) -> PlanAlreadyIssued:
    return PlanAlreadyIssued(
        f"Kế hoạch đã ban hành: {issued.number}, ngày {format_date(issued.issued_on)}. Chưa ghi gì. "
        "Cần đổi thì điều chỉnh kế hoạch, kèm lý do, rồi làm lại.",
        number=issued.number,
        issued_on=issued.issued_on.isoformat(),
    )


def _same_words(stands: pf.PlanDrafted, sent: pf.PlanDrafted) -> bool:
    return msgspec.structs.replace(stands, drafted_on=sent.drafted_on, reason=sent.reason) == sent


def _same_entry(stands: pf.PlanEntrySet, sent: pf.PlanEntrySet) -> bool:
    return msgspec.structs.replace(stands, set_on=sent.set_on, reason=sent.reason) == sent
