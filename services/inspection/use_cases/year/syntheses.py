"""Use cases of a commune's year: syntheses computed from the log, written on, sent."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.numbers import MEANINGS
from services.inspection.domain.year.syntheses import Synthesis, synthesis_id
from services.inspection.errors import VisitDateRefused
from services.inspection.errors_year import ReportUnknown, SynthesisUnknown
from services.inspection.presenters import syntheses as presenters
from services.inspection.use_cases.year.composing import Composing, ground_of
from services.inspection.use_cases.year.reports import one_line, require_order, texts_given
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import reports_rows as rows
from shared.contracts.calls.year.syntheses import (
    DraftSynthesis,
    SendSynthesis,
    SynthesesAnswer,
    SynthesesAsked,
    SynthesisNumberAnswer,
    SynthesisNumberRequest,
    SynthesisRequest,
    SynthesisView,
    WriteSynthesis,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import may
from shared.paging import page_of
from shared.problems import NotFound
from shared.text import format_date
from shared.vocabulary.commune_year import ReportKind
from shared.vocabulary.ids import ReportRequestId, SynthesisId

HEADINGS = ("Nhận xét, đánh giá", "Khó khăn, vướng mắc", "Nhiệm vụ thời gian tới", "Đề nghị")
"""What people write in a synthesis, apart from what is computed."""

MOST_SYNTHESES = 200


class Syntheses:
    """Computes syntheses, and keeps what is written in them and where they are sent."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._composing = Composing(year)

    def draft_synthesis(self, acting: CallContext, request: DraftSynthesis) -> SynthesisView:
        """Compute a synthesis; while nothing happened since, that of before.

        Raises YearRefused, VisitDateRefused, ReportUnknown.
        """
        self._year.require_year(request.year)
        asked = self._request_told_of(request)
        from_on, to_on = self._days(request, asked)
        meta, on = self._year.metadata_on(acting)
        ground = self._composing.ground(
            request.commune, request.year, from_on, min(to_on, on), asked.request if asked else ReportRequestId("")
        )
        composed = self._composing.compose(ground)
        stream = synthesis_id(
            request.commune,
            request.year,
            request.kind,
            (from_on, to_on, ground.as_of),
            (composed.position, ground.heard),
            ground.request,
        )
        drafted = rf.SynthesisDrafted(
            commune=request.commune,
            year=request.year,
            synthesis=SynthesisId(str(stream)),
            commune_name=self._year.commune_name(request.commune),
            kind=request.kind,
            period=asked.period if asked else f"{format_date(from_on)} – {format_date(to_on)}",
            from_on=from_on,
            to_on=to_on,
            as_of=ground.as_of,
            drafted_on=on,
            position=composed.position,
            heard_position=ground.heard,
            request=ground.request,
            schools=ground.schools,
            awards=ground.awards,
            numbers=composed.numbers,
            standings=composed.standings,
            figures=self._composing.figures(asked, ground, composed.position),
            missing=composed.missing,
            headings=HEADINGS,
        )
        self._year.change(Synthesis, stream, lambda synthesis: synthesis.draft(drafted, meta))
        return self._view(drafted.synthesis)

    def syntheses(self, acting: CallContext, request: SynthesesAsked) -> SynthesesAnswer:
        """Return one page of the syntheses of the communes that the caller reaches; raises BadRequest."""
        with self._year.views.reading() as conn:
            every = rows.syntheses(conn, commune=request.commune, year=request.year)
        found = [row for row in every if may(acting, "inspection.syntheses", commune=row.drafted.commune)]
        page = page_of(found, request.after, request.limit, most=MOST_SYNTHESES, what="bản tổng hợp")
        return SynthesesAnswer(syntheses=[presenters.synthesis_view(row) for row in page], total=len(found))

    def synthesis(self, acting: CallContext, request: SynthesisRequest) -> SynthesisView:
        """Return one synthesis. Raises SynthesisUnknown, whether there is none or the caller may not know of it."""
        return presenters.synthesis_view(self._reached(acting, request.synthesis, "inspection.synthesis"))

    def synthesis_number(self, acting: CallContext, request: SynthesisNumberRequest) -> SynthesisNumberAnswer:
        """Return what a number counts, counted anew as far as the log told then. Raises SynthesisUnknown, NotFound."""
        row = self._reached(acting, request.synthesis, "inspection.synthesis_number")
        value = next((one.value for one in row.drafted.numbers if one.key == request.key), None)
        if value is None or request.key not in MEANINGS:
            raise NotFound("Bản tổng hợp không có số này. Chọn một số trong bản tổng hợp.", key=request.key[:40])
        counted = self._composing.count(ground_of(row.drafted), row.drafted.position)
        return presenters.number_answer(row.drafted, request.key, value, counted.things.get(request.key, ()))

    def write_synthesis(self, acting: CallContext, request: WriteSynthesis) -> SynthesisView:
        """Change the words. Raises SynthesisUnknown, SynthesisAlreadySent, Conflict, BadRequest."""
        drafted = self._reached(acting, request.synthesis, "inspection.write_synthesis").drafted
        texts = texts_given(request.texts, drafted.headings)
        meta, on = self._year.metadata_on(acting)
        self._year.change(
            Synthesis,
            uuid.UUID(drafted.synthesis),
            lambda synthesis: synthesis.write(texts, request.writings, on, meta),
        )
        return self._view(drafted.synthesis)

    def send_synthesis(self, acting: CallContext, request: SendSynthesis) -> SynthesisView:
        """Note that it was sent. Raises SynthesisUnknown, SynthesisAlreadySent, VisitDateRefused, BadRequest."""
        drafted = self._reached(acting, request.synthesis, "inspection.send_synthesis").drafted
        number = one_line(request.number, "số văn bản", "$.number")
        meta, on = self._year.metadata_on(acting, request.on)
        if on < drafted.drafted_on:
            raise VisitDateRefused(
                f"Bản này lập ngày {format_date(drafted.drafted_on)}. Chưa ghi gì. Nhập ngày gửi từ hôm ấy trở đi."
            )
        self._year.change(
            Synthesis, uuid.UUID(drafted.synthesis), lambda synthesis: synthesis.send(request.to, number, on, meta)
        )
        return self._view(drafted.synthesis)

    def _reached(self, acting: CallContext, number: SynthesisId, operation: str) -> rows.SynthesisRow:
        with self._year.views.reading() as conn:
            row = rows.synthesis(conn, SynthesisId(str(number).lower()))
        if row is None or not may(acting, operation, commune=row.drafted.commune):
            raise SynthesisUnknown("Không có bản tổng hợp này. Chọn trong danh sách báo cáo.")
        return row

    def _view(self, number: SynthesisId) -> SynthesisView:
        with self._year.views.reading() as conn:
            row = rows.synthesis(conn, number)
        assert row is not None
        return presenters.synthesis_view(row)

    def _request_told_of(self, request: DraftSynthesis) -> rf.ReportAsked | None:
        """Return the request that is named, else the newest of the same kind and year. Raises ReportUnknown."""
        with self._year.views.reading() as conn:
            if request.request:
                row = rows.report_request(conn, request.request)
                if row is None or row.asked.commune != request.commune or row.asked.year != request.year:
                    raise ReportUnknown(
                        "Xã không có yêu cầu báo cáo này trong năm. Chưa lập gì. Chọn trong danh sách báo cáo."
                    )
                return row.asked
            found = rows.report_requests(conn, commune=request.commune, year=request.year)
        return next((row.asked for row in found if row.asked.kind is request.kind), None)

    def _days(self, request: DraftSynthesis, asked: rf.ReportAsked | None) -> tuple[dt.date, dt.date]:
        """Return the first and the last day of the period. Raises VisitDateRefused."""
        usual_from, usual_to = self._usual_days(request)
        from_on = request.from_on or (asked.from_on if asked else None) or usual_from
        to_on = request.to_on or (asked.to_on if asked else None) or usual_to
        require_order(from_on, to_on)
        if from_on > self._year.today:
            raise VisitDateRefused(f"Kỳ bắt đầu ngày {format_date(from_on)}, chưa đến. Chưa lập gì. Chọn kỳ đã bắt đầu.")
        return from_on, to_on

    def _usual_days(self, request: DraftSynthesis) -> tuple[dt.date, dt.date]:
        first, last = dt.date(request.year, 1, 1), dt.date(request.year, 12, 31)
        if request.kind is ReportKind.MID_YEAR:
            return first, dt.date(request.year, 6, 30)
        if request.kind is ReportKind.FINAL or self._year.today < first:
            return first, last
        return first, min(last, self._year.today)
