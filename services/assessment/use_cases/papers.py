"""Use cases about papers: which there are, where each of a cycle stands, and what one says at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.assessment import views
from services.assessment.domain import facts as f
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.streams import commune_stream
from services.assessment.papers.catalogue import PAPERS, PaperType, has_form
from services.assessment.papers.ground import ground_of
from services.assessment.papers.material import Material
from services.assessment.papers.states import papers_of, unprinted_under
from services.assessment.use_cases.schools import AsOf, SchoolRepository
from services.assessment.use_cases.texts import no_cycle
from shared.clock import vietnam_date
from shared.contracts.calls.papers import (
    ComposedPaper,
    ComposePaper,
    GroundRequest,
    PaperGround,
    PaperKindsAnswer,
    PaperKindView,
    PapersAnswer,
    PapersRequest,
)
from shared.contracts.problems import PaperSubjectMissing
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Rulebook
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, MeetingId, Position, SchoolCode, TreeSize
from shared.vocabulary.self_assessment import PaperKind

_SHORT_ROOT = 8
"""Hexadecimal digits of the Merkle root that a paper's foot shows: enough to look the checkpoint up, no proof by itself."""


class Papers:
    """Composes papers. It records nothing: printing a paper moves no position of the log that it is printed from."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def paper_kinds(self) -> PaperKindsAnswer:
        """Return every kind of paper with the rulebooks that have its form."""
        return PaperKindsAnswer(
            kinds=[
                PaperKindView(
                    kind=paper.kind,
                    title=paper.title,
                    regimes=[rulebook.id for rulebook in self._schools.library if has_form(paper, rulebook)],
                    formats=list(paper.formats),
                    own_form=not paper.form,
                )
                for paper in PAPERS.values()
            ]
        )

    def papers(self, request: PapersRequest) -> PapersAnswer:
        """Return the papers that a school owes in a cycle and where each stands today; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        cycle = assessed.cycle
        if cycle is None or cycle.opened is None:
            raise no_cycle(request.school, request.cycle)
        return PapersAnswer(
            cycle=cycle.opened.cycle,
            papers=papers_of(assessed, cycle, self._schools.today()),
            unprinted=unprinted_under(assessed.rulebook),
        )

    def compose_paper(self, request: ComposePaper) -> ComposedPaper:
        """Return what a paper says at a moment.

        The paper is of the last day and position of the school that the moment covers: what other schools did meanwhile, or
        that a day passed, makes no other paper. Raises NoSuchSchool, NoSuchCycle, NotYetKnown, NoSuchForm, NoSuchCriterion,
        PaperSubjectMissing.
        """
        paper = PAPERS[request.kind]
        as_of, until = self._last_of(request.school, self._schools.as_of(request.valid_at, request.known_at))
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle)
        cycle = assessed.cycle
        if cycle is None or cycle.opened is None:
            raise no_cycle(request.school, request.cycle)
        assert assessed.state.school is not None
        form = paper.form_in(assessed.rulebook, request.criterion)
        if request.kind in _OF_CRITERION:
            _require_criterion(request.criterion, paper, assessed.rulebook)
        log = self._schools.log
        composed = paper.compose(
            Material(
                kind=request.kind,
                assessed=assessed,
                cycle=cycle,
                commune=_name(self._renamings(assessed.state.school.commune), as_of),
                valid_at=as_of.valid_at,
                known_at=as_of.known_at,
                recorded_at=self._schools.recorded_at(as_of.known_at),
                checkpoint=log.root(TreeSize(as_of.known_at)).hex()[:_SHORT_ROOT],
                form=form,
                criterion=request.criterion,
                meeting=request.meeting or _last_meeting(cycle.work.meetings),
            )
        )
        formats = list(paper.formats)
        return ComposedPaper(paper=composed, cycle=cycle.opened.cycle, formats=formats, known_until=until)

    def paper_ground(self, request: GroundRequest) -> PaperGround:
        """Return what papers of other services rest on at a moment. Raises NoSuchSchool, NoSuchCycle, DateRefused."""
        as_of = self._schools.as_of(request.valid_at, BEGINNING, request.known_at_time)
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle)
        assert assessed.state.school is not None
        commune = assessed.state.school.commune
        ground = ground_of(assessed, _name(self._renamings(commune), as_of), self._schools.library)
        with self._schools.views.reading() as conn:
            names = {school.code: school.name for school in views.schools(conn, commune)}
        return msgspec.structs.replace(ground, commune_schools=names)

    def _last_of(self, school: SchoolCode, asked: AsOf) -> tuple[AsOf, dt.datetime | None]:
        """Return the last day and position that a moment covers, and when the next event was recorded, None while none is.

        The name of the commune, which stands in the heading, counts as the school's.
        """
        history = self._schools.history(school)
        registered = history.at(*asked).school
        renamings = self._renamings(registered.commune) if registered else ()
        visible = [*history.visible(*asked), *(logged for logged in renamings if _is_visible(logged, asked))]
        if not visible:
            return asked, None
        last = max(logged.position for logged in visible)
        later = [logged for logged in (*history.entries, *renamings) if logged.position > last]
        until = min(later, key=lambda logged: logged.position).recorded_at if later else None
        return AsOf(max(_day_of(logged) for logged in visible), Position(last)), until

    def _renamings(self, commune: CommuneCode) -> list[RecordedEvent]:
        return list(self._schools.log.stream(commune_stream(commune)))


def _day_of(logged: RecordedEvent) -> dt.date:
    return vietnam_date(logged.entry.meta.occurred)


def _is_visible(logged: RecordedEvent, asked: AsOf) -> bool:
    return logged.position <= asked.known_at and _day_of(logged) <= asked.valid_at


def _name(renamings: Iterable[RecordedEvent], as_of: AsOf) -> str:
    names = [logged.entry.fact for logged in renamings if _is_visible(logged, as_of)]
    last = names[-1] if names else None
    return last.name if isinstance(last, f.CommuneRegistered) else ""


_OF_CRITERION = frozenset({PaperKind.CRITERION_SHEET, PaperKind.FACET_SHEET})


def _require_criterion(criterion: CriterionCode, paper: PaperType, rulebook: Rulebook) -> None:
    if not criterion:
        raise PaperSubjectMissing(f"“{paper.title}” in theo từng tiêu chí. Nêu tiêu chí, như 1.3.")
    criterion_of(rulebook, criterion)


def _last_meeting(meetings: dict[MeetingId, RecordedEvent]) -> MeetingId:
    return next(reversed(meetings), MeetingId(""))
