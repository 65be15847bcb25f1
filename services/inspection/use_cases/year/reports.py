"""Use cases of a commune's year: reports asked of schools, handed in, returned, accepted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import TypeVar

from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.reports import ReportRequest, SchoolReport, part_id, request_id
from services.inspection.errors import VisitDateRefused
from services.inspection.errors_year import ReportUnknown
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls import Done
from shared.contracts.calls.year.reports import (
    AcceptReport,
    AskReport,
    CloseReport,
    GivenFigure,
    HandInReport,
    ReportText,
    ReportWasAsked,
    ReturnReport,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.problems import BadRequest
from shared.text import format_date, nfc
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import ReportRequestId, SchoolCode

T = TypeVar("T")

DEFAULT_HEADING = "Nội dung báo cáo"
MOST_HEADINGS = 20
MOST_FIGURES = 40
LONGEST_NAME = 200
"""Characters of a period, a heading or the name of a figure: two lines of a form."""
LARGEST_FIGURE = 10**13
FURTHEST_DAYS = 400
"""A report is due within the year that follows."""


class Reports:
    """Asks schools for reports, and takes what they hand in."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def ask_report(self, acting: CallContext, request: AskReport) -> ReportWasAsked:
        """Ask for a report; the same again is the same request.

        Raises YearRefused, BadRequest, SchoolElsewhere, SchoolUnknown, VisitDateRefused, ReportStands.
        """
        self._year.require_year(request.year)
        meta, on = self._year.metadata_on(acting)
        _require_near(request.due, on)
        _require_period(request.from_on, request.to_on)
        period = one_line(request.period, "kỳ báo cáo", "$.period")
        schools = self._schools_asked(request)
        stream = request_id(request.commune, request.year, request.kind, period)
        asked = rf.ReportAsked(
            commune=request.commune,
            year=request.year,
            request=ReportRequestId(str(stream)),
            kind=request.kind,
            period=period,
            schools=schools,
            due=request.due,
            asked_on=on,
            headings=_names(request.sections, "mục", MOST_HEADINGS, "$.sections") or (DEFAULT_HEADING,),
            figures=_names(request.figures, "số liệu", MOST_FIGURES, "$.figures"),
            text=typed_text(request.text, "lời dặn"),
            from_on=request.from_on,
            to_on=request.to_on,
        )
        position = self._year.change(ReportRequest, stream, lambda one: one.ask(asked, meta))
        return ReportWasAsked(id=asked.request, schools=list(schools), position=position)

    def hand_in_report(self, acting: CallContext, request: HandInReport) -> Done:
        """Hand a school's part in.

        Raises ReportUnknown, SchoolNotAsked, BadRequest, DocumentUnknown, ReportAlreadyAccepted, ReportRequestEnded.
        """
        report, asked = self._asked_of(request.request, request.school)
        documents = chosen_documents(request.documents)
        texts, figures = texts_given(request.texts, asked.headings), _figures_given(request.figures, asked.figures)
        if not documents:
            _require_written(texts, asked)
        require_kept(self._year.known, documents, request.school)
        meta, on = self._year.metadata_on(acting)
        handed_in = rf.ReportHandedIn(
            commune=asked.commune,
            year=asked.year,
            request=asked.request,
            school=request.school,
            handed_in_on=on,
            texts=texts,
            figures=figures,
            documents=documents,
        )
        stream = part_id(asked.request, request.school)
        return Done(position=self._year.change(SchoolReport, stream, lambda part: part.hand_in(handed_in, report, meta)))

    def return_report(self, acting: CallContext, request: ReturnReport) -> Done:
        """Give a school's part back.

        Raises ReportUnknown, SchoolNotAsked, ReportNotHandedIn, ReportChanged, ReportRequestEnded, BadRequest, NotAllowed.
        """
        reason = typed_reason(request.reason, "lý do trả lại")
        report, asked = self._asked_of(request.request, request.school)
        require(acting, "inspection.return_report", commune=asked.commune)
        meta, on = self._year.metadata_on(acting)
        stream = part_id(asked.request, request.school)
        return Done(
            position=self._year.change(
                SchoolReport, stream, lambda part: part.give_back(reason, on, report, request.seen, meta)
            )
        )

    def accept_report(self, acting: CallContext, request: AcceptReport) -> Done:
        """Accept a school's part. Raises ReportUnknown, SchoolNotAsked, ReportNotHandedIn, ReportChanged, NotAllowed."""
        _, asked = self._asked_of(request.request, request.school)
        require(acting, "inspection.accept_report", commune=asked.commune)
        meta, on = self._year.metadata_on(acting)
        stream = part_id(asked.request, request.school)
        return Done(position=self._year.change(SchoolReport, stream, lambda part: part.accept(on, request.seen, meta)))

    def close_report(self, acting: CallContext, request: CloseReport) -> Done:
        """Await nothing more of a request. Raises ReportUnknown, BadRequest, NotAllowed."""
        reason = typed_reason(request.reason, "lý do đóng")
        stream = report_stream(request.request)
        asked = self._year.load(ReportRequest, stream).existing()
        require(acting, "inspection.close_report", commune=asked.commune)
        meta, on = self._year.metadata_on(acting)
        return Done(position=self._year.change(ReportRequest, stream, lambda one: one.close(reason, on, meta)))

    def _asked_of(self, request: ReportRequestId, school: SchoolCode) -> tuple[ReportRequest, rf.ReportAsked]:
        """Return a request, and what it asks of a school; raises ReportUnknown, SchoolNotAsked."""
        report = self._year.load(ReportRequest, report_stream(request))
        return report, report.of_school(school)

    def _schools_asked(self, request: AskReport) -> tuple[SchoolCode, ...]:
        """Return the schools that are asked, by code. Raises SchoolElsewhere, SchoolUnknown, SchoolIsClosed, BadRequest."""
        if request.schools:
            named = self._year.open_schools_named(request.commune, dict.fromkeys(request.schools))
            return tuple(sorted(school.school for school in named))
        found = [one.school for one in self._year.schools(request.commune) if one.closed_on is None]
        if not found:
            raise BadRequest("Xã chưa có trường nào. Chưa ghi gì. Lập trường trước.", path="$.schools").awaiting_news()
        return tuple(sorted(found))


def report_stream(request: ReportRequestId) -> uuid.UUID:
    """Return the stream of a request; raises ReportUnknown for what cannot be one."""
    try:
        return uuid.UUID(request)
    except ValueError:
        raise ReportUnknown("Không có yêu cầu báo cáo này. Chọn trong danh sách báo cáo.") from None


def one_line(text: str, what: str, path: str) -> str:
    """Return a name as it is stored, on one line; raises BadRequest for none, or one too long."""
    clean = " ".join(nfc(text).split())
    if not clean or len(clean) > LONGEST_NAME:
        raise BadRequest(f"Nhập {what}, nhiều nhất {LONGEST_NAME} ký tự. Chưa ghi gì.", path=path)
    return clean


def _names(given: Sequence[str], what: str, most: int, path: str) -> tuple[str, ...]:
    names = tuple(one_line(name, f"tên {what}", path) for name in given)
    if len(names) > most:
        raise BadRequest(f"Nhiều nhất {most} {what}. Chưa ghi gì. Gộp bớt lại.", path=path)
    if len({name.casefold() for name in names}) < len(names):
        raise BadRequest(f"Có hai {what} trùng tên. Chưa ghi gì. Đặt tên khác nhau.", path=path)
    return names


def texts_given(given: Sequence[ReportText], headings: Sequence[str]) -> tuple[rf.HeadedText, ...]:
    """Return the words under the headings, in their order, without those left empty; raises BadRequest."""
    typed = ((one.heading, typed_text(one.text, one.heading[:LONGEST_NAME])) for one in given)
    words = _by_name(typed, headings, "mục", "$.texts")
    return tuple(rf.HeadedText(heading=name, text=words[name]) for name in headings if words.get(name))


def _require_written(texts: Sequence[rf.HeadedText], asked: rf.ReportAsked) -> None:
    """Raise BadRequest for sections without a word; where figures alone were asked for, none is needed."""
    if asked.figures and asked.headings == (DEFAULT_HEADING,):
        return
    written = {one.heading for one in texts}
    left = [name for name in asked.headings if name not in written]
    if left:
        raise BadRequest(
            f"Còn mục chưa viết: {', '.join(left)}. Chưa gửi gì. Không có gì thì ghi “Không”, hoặc gửi kèm bản giấy.",
            path="$.texts",
        )


def _figures_given(given: Sequence[GivenFigure], names: Sequence[str]) -> tuple[rf.ReportedFigure, ...]:
    """Return every figure that was asked for, in this order; raises BadRequest."""
    values = _by_name(((one.name, one.value) for one in given), names, "số liệu", "$.figures")
    left = [name for name in names if name not in values]
    if left:
        raise BadRequest(f"Còn thiếu số: {', '.join(left)}. Chưa gửi gì. Không có thì ghi 0.", path="$.figures")
    wrong = [name for name, value in values.items() if not 0 <= value <= LARGEST_FIGURE]
    if wrong:
        raise BadRequest(f"{', '.join(wrong)}: ghi số nguyên từ 0 trở lên. Chưa gửi gì.", path="$.figures")
    return tuple(rf.ReportedFigure(name=name, value=values[name]) for name in names)


def _by_name(given: Iterable[tuple[str, T]], names: Sequence[str], what: str, path: str) -> dict[str, T]:
    """Return what was given under the names that were asked for; raises BadRequest for another name, or one given twice."""
    asked = {name.casefold(): name for name in names}
    found: dict[str, T] = {}
    for told, value in given:
        name = asked.get(" ".join(nfc(told).split()).casefold())
        if name is None:
            raise BadRequest(
                f"Không hỏi {what} “{told[:LONGEST_NAME]}”. Chưa ghi gì. Các {what}: {', '.join(names)}.", path=path
            )
        if name in found:
            raise BadRequest(f"{what.capitalize()} “{name}” có hai lần. Chưa ghi gì.", path=path)
        found[name] = value
    return found


def _require_near(due: dt.date, today: dt.date) -> None:
    if due > today + dt.timedelta(days=FURTHEST_DAYS):
        raise VisitDateRefused(f"Hạn {format_date(due)} quá xa. Chưa ghi gì. Chọn hạn trong {FURTHEST_DAYS} ngày tới.")


def _require_period(from_on: dt.date | None, to_on: dt.date | None) -> None:
    if (from_on is None) != (to_on is None):
        raise BadRequest("Kỳ báo cáo cần cả ngày đầu và ngày cuối, hoặc không ngày nào. Chưa ghi gì.", path="$.from_on")
    if from_on is not None and to_on is not None:
        require_order(from_on, to_on)


def require_order(from_on: dt.date, to_on: dt.date) -> None:
    """Raise VisitDateRefused for a period that ends before it begins, or is longer than two years."""
    if not from_on <= to_on <= from_on + dt.timedelta(days=731):
        raise VisitDateRefused(
            f"Kỳ từ {format_date(from_on)} đến {format_date(to_on)} không đúng. Chưa ghi gì. "
            "Ngày cuối không trước ngày đầu, kỳ dài nhất hai năm."
        )
