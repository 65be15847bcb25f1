"""Use cases about a school's figures: stated for a school year, and shown beside what the rulebook says of them."""

from __future__ import annotations

import datetime as dt

from services.assessment import presenters
from services.assessment.domain import facts as f
from services.assessment.domain import figures
from services.assessment.domain.school import School
from services.assessment.errors import DateRefused
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import checked_year
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import FigureGiven, FiguresAnswer, FiguresRequest, StateFigures
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date, nfc
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CycleId

MOST_FIGURES = 200
"""More than any rulebook asks for."""


class Figures:
    """Takes and shows the figures of schools."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def state_figures(self, acting: CallContext, request: StateFigures) -> Done:
        """State figures of a school year, all or none; they change no level.

        Raises BadRequest, BadInput, NoSuchFigure, DateRefused, DocumentUnknown, NoSuchSchool, NoSuchCycle.
        """
        meta, on = self._schools.metadata_on(acting, request.on)
        year = checked_year(request.school_year, "$.school_year")
        if int(year[:4]) > on.year:
            raise DateRefused(f"Năm học {year} chưa bắt đầu vào ngày {format_date(on)}. Chưa ghi gì.", path="$.school_year")
        if not 1 <= len(request.figures) <= MOST_FIGURES:
            raise BadRequest(f"Mỗi lần ghi từ 1 đến {MOST_FIGURES} số liệu.", path="$.figures")
        stated = [_stated_figure(figure) for figure in request.figures]
        for document in sorted({figure.document for figure in stated} - {""}):
            self._schools.require_document(document, request.school)

        def decide(school: School) -> None:
            rulebook = self._rulebook_of_figures(school, request.cycle, on)
            school.state_figures(year, figures.possible(rulebook, stated), meta)

        return self._schools.done(request.school, decide)

    def figures(self, request: FiguresRequest) -> FiguresAnswer:
        """Return a school's figures beside what the cycle's rulebook says of them.

        Raises NoSuchSchool, NoSuchCycle, NotYetKnown, BadRequest.
        """
        year = checked_year(request.school_year, "$.school_year") if request.school_year else ""
        as_of = self._schools.as_of(request.valid_at, request.known_at)
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle)
        return presenters.figures_answer(assessed, figures.rows(assessed, year), self._schools.recorded_at(as_of.known_at))

    def _rulebook_of_figures(self, school: School, cycle: CycleId, on: dt.date) -> Rulebook:
        """Return the rulebook of the cycle named, else of the newest, else the one in force on the day."""
        named = cycle or school.newest_cycle
        return self._schools.pinned(school, named) if named else self._schools.library.choose(school.kind, on).rulebook


def _stated_figure(given: FigureGiven) -> f.StatedFigure:
    return f.StatedFigure(
        figure=given.figure,
        numerator=given.numerator,
        denominator=given.denominator,
        unit=nfc(given.unit).strip(),
        document=given.document,
        note=typed_text(given.note, "ghi chú"),
    )
