"""The stream of one synthesis: computed once, written on by people, sent; from then on it is read only."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain.year import reports_facts as rf
from services.inspection.errors_year import SynthesisAlreadySent, SynthesisUnknown
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.problems import Conflict
from shared.text import format_date
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.ids import CommuneCode, Position, ReportRequestId
from shared.vocabulary.year_labels import REPORT_RECEIVER_LABELS


def synthesis_id(
    commune: CommuneCode,
    year: int,
    kind: ReportKind,
    days: tuple[dt.date, dt.date, dt.date],
    positions: tuple[Position, Position],
    request: ReportRequestId,
) -> uuid.UUID:
    """Return the id of a synthesis, which is its stream: what is computed anew while nothing happened is the same one.

    `days` are the first and the last of the period and the one on which states are told; `positions` those of the own log
    and of what was heard.
    """
    told = (*(day.isoformat() for day in days), *(str(position) for position in positions))
    return natural_id("synthesis", commune, str(year), kind, *told, request)


class Synthesis(Aggregate):
    """One synthesis."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.drafted: rf.SynthesisDrafted | None = None
        self.texts: tuple[rf.HeadedText, ...] = ()
        self.writings = 0
        """How often people changed the words: who writes says which he changes."""
        self.sent: list[rf.SynthesisSent] = []

    def draft(self, drafted: rf.SynthesisDrafted, meta: EventMetadata) -> None:
        """Keep what was computed; a repeat does nothing."""
        if self.drafted is None:
            self.record(drafted, meta)

    def existing(self) -> rf.SynthesisDrafted:
        """Return what was computed; raises SynthesisUnknown."""
        if self.drafted is None:
            raise SynthesisUnknown("Không có bản tổng hợp này. Chọn trong danh sách báo cáo.")
        return self.drafted

    def write(self, texts: tuple[rf.HeadedText, ...], seen: int, on: dt.date, meta: EventMetadata) -> None:
        """Change the words, seen at their `seen`-th writing; the same words again do nothing.

        Raises SynthesisUnknown, SynthesisAlreadySent, Conflict when somebody else wrote meanwhile.
        """
        drafted = self.existing()
        if texts == self.texts or self.has_processed(meta.command):
            return
        if self.sent:
            raise SynthesisAlreadySent(
                f"Bản này đã gửi ngày {format_date(self.sent[0].sent_on)}, số {self.sent[0].number}. Chưa ghi gì. "
                "Lập bản tổng hợp mới để sửa."
            )
        if seen != self.writings:
            raise Conflict(
                "Có người đã sửa phần viết tay sau khi trang này mở ra. Chưa ghi đè gì. Xem hai bản rồi lưu lại.",
                writings=self.writings,
            )
        self.record(
            rf.SynthesisWritten(
                commune=drafted.commune, year=drafted.year, synthesis=drafted.synthesis, written_on=on, texts=texts
            ),
            meta,
        )

    def send(self, to: ReportReceiver, number: str, on: dt.date, meta: EventMetadata) -> None:
        """Note that it was sent; the same again does nothing. Raises SynthesisUnknown, SynthesisAlreadySent."""
        drafted = self.existing()
        if self.has_processed(meta.command):
            return
        for sent in self.sent:
            if sent.to is to and (sent.number, sent.sent_on) == (number, on):
                return
            if sent.to is to:
                raise SynthesisAlreadySent(
                    f"Bản này đã gửi {REPORT_RECEIVER_LABELS[to]} ngày {format_date(sent.sent_on)}, số {sent.number}. "
                    "Chưa ghi gì. Gửi nơi khác, hoặc lập bản tổng hợp mới."
                )
        self.record(
            rf.SynthesisSent(
                commune=drafted.commune, year=drafted.year, synthesis=drafted.synthesis, to=to, number=number, sent_on=on
            ),
            meta,
        )

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case rf.SynthesisDrafted():
                self.drafted = fact
            case rf.SynthesisWritten():
                self.texts, self.writings = fact.texts, self.writings + 1
            case _:
                assert isinstance(fact, rf.SynthesisSent)
                self.sent.append(fact)
