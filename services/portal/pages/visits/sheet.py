"""What a member of a team sees of a criterion: the school's words and papers first, then what is to be judged of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from services.portal.pages import writing
from services.portal.pages.visits.frame import Seat
from services.portal.web.context import call_service, may
from shared.contracts.calls.assessment import CriterionRequest, CriterionView, EvidenceView, IndicatorView
from shared.contracts.calls.evidence import DocumentsAnswer, DocumentsRequest
from shared.contracts.calls.inspection import FindingView, IndicatorOpinions, InspectionView, OpinionView, PhotoView
from shared.problems import Problem
from shared.rulebook.model import Criterion
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import BEGINNING, CriterionCode, CycleId, DocumentId, Position

PAPERS_MOST = 60
"""So many papers of a criterion are shown with their pages; no criterion of a circular has had as many."""
PAGES_KEPT = 20
"""So many pages of a paper are taken along: what is longer is leafed through at the office."""
_NO_OPINION = (Result.NOT_ASSESSED, "")


class CitedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of the school: its code, what it is called, and how many of its pages are taken along."""

    document: DocumentId
    code: str
    title: str
    pages: int


class JudgedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator to be judged. `mine` is the caller's opinion, `result` and `note` what the form shows.

    `found` is what the visit found of it: what its team agreed on, or what somebody wrote down for it without a team.
    """

    view: IndicatorView
    key: str
    name: str
    result: Result
    note: str
    seen: Position
    mine: OpinionView | None
    found: FindingView | None
    papers: list[CitedPaper]

    @property
    def school_result(self) -> Result:
        """What the school judges."""
        return self.view.results.get(Layer.SCHOOL, Result.NOT_ASSESSED)

    @property
    def choices(self) -> list[Result]:
        """The results that may be chosen; not applicable only where the rulebook says “nếu có”."""
        plain = [Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]
        return [*plain, Result.NOT_APPLICABLE] if self.view.optional else plain


class VisitLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One level: the school's sentences, the papers it cites there, and the indicators."""

    number: int
    source: str
    lines: list[writing.Line]
    papers: list[CitedPaper]
    rows: list[JudgedRow]


class VisitSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion as a member sees it. `general` are the papers that the school cites under the whole criterion."""

    code: CriterionCode
    levels: list[VisitLevel]
    general: list[CitedPaper]
    photos: list[PhotoView]
    conflicts: int

    @property
    def papers(self) -> int:
        """How many papers the school has under the criterion."""
        shown = [paper.document for level in self.levels for paper in level.papers]
        return len(dict.fromkeys([*shown, *(paper.document for paper in self.general)]))


class VisitStep(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion in the list: whether it was given to the caller, and how many of its indicators they judged."""

    code: CriterionCode
    short: str
    own: bool
    judged: int
    total: int

    @property
    def done(self) -> bool:
        """Whether every indicator was judged."""
        return 0 < self.total <= self.judged


def steps(view: InspectionView, place: Seat, criteria: Iterable[Criterion]) -> list[VisitStep]:
    """Return the criteria of a visit, those of the caller first; without any given, all are the caller's."""
    judged: dict[str, int] = {}
    for one in view.opinions:
        mine = _opinion_of(one, place.person)
        judged[one.criterion] = judged.get(one.criterion, 0) + (mine is not None and mine.result is not Result.NOT_ASSESSED)
    found = [
        VisitStep(
            code=CriterionCode(criterion.code),
            short=criterion.short_title,
            own=criterion.code in place.criteria if place.criteria else True,
            judged=judged.get(criterion.code, 0),
            total=sum(len(level.indicators) for level in criterion.levels.values()),
        )
        for criterion in criteria
    ]
    return [one for one in found if one.own] + [one for one in found if not one.own]


def sheet(view: InspectionView, cycle: CycleId, code: CriterionCode, place: Seat) -> VisitSheet:
    """Return a criterion of the school with what the caller judged of it; raises Problem."""
    asked = CriterionRequest(school=view.school, cycle=cycle, criterion=code)
    criterion = call_service("assessment", "criterion", asked, CriterionView)
    papers = _papers(criterion)
    lines = _lines(criterion)
    opinions = {(one.level, one.indicator): one for one in view.opinions if one.criterion == code}
    findings = {(one.level, one.indicator): one for one in view.findings if one.criterion == code}
    levels = []
    for number in dict.fromkeys(indicator.level for indicator in criterion.indicators):
        mine = [indicator for indicator in criterion.indicators if indicator.level == number]
        cited = [evidence.document for indicator in mine for evidence in indicator.evidence]
        cited += [document for line in lines.get(number, []) for document in _documents_of(line, papers)]
        levels.append(
            VisitLevel(
                number=number,
                source=mine[0].source,
                lines=lines.get(number, []),
                papers=[papers[document] for document in dict.fromkeys(cited) if document in papers],
                rows=[_row(one, opinions.get(_place(one)), findings.get(_place(one)), place, papers) for one in mine],
            )
        )
    shown = {paper.document for level in levels for paper in level.papers}
    return VisitSheet(
        code=code,
        levels=levels,
        general=[paper for document, paper in papers.items() if document not in shown],
        photos=[photo for photo in view.photos if photo.criterion in {code, ""}],
        conflicts=sum(bool(row.mine and row.mine.others) for level in levels for row in level.rows),
    )


def opinions_of(view: InspectionView, person: str) -> dict[tuple[str, int, str], OpinionView]:
    """Return what one member judges, by criterion, level and indicator."""
    found = {(one.criterion, one.level, one.indicator): _opinion_of(one, person) for one in view.opinions}
    return {place: opinion for place, opinion in found.items() if opinion is not None}


def _opinion_of(found: IndicatorOpinions | None, person: str) -> OpinionView | None:
    return next((one for one in found.opinions if one.person == person), None) if found else None


def _place(indicator: IndicatorView) -> tuple[int, str]:
    return indicator.level, indicator.indicator


def _row(
    view: IndicatorView,
    opinions: IndicatorOpinions | None,
    finding: FindingView | None,
    place: Seat,
    papers: dict[DocumentId, CitedPaper],
) -> JudgedRow:
    mine = _opinion_of(opinions, place.person)
    result, note = (mine.result, mine.note) if mine else _NO_OPINION
    return JudgedRow(
        view=view,
        key=f"{view.level}_{view.indicator}",
        name=f"{view.level}{view.indicator if view.indicator != '-' else ''}",
        result=result,
        note=note,
        seen=mine.position if mine else BEGINNING,
        mine=mine,
        found=finding,
        papers=[papers[one.document] for one in view.evidence if one.document in papers],
    )


def _lines(criterion: CriterionView) -> dict[int, list[writing.Line]]:
    """Return what the school wrote, by level; nothing where the caller may not read it."""
    if not may("assessment.criterion_work", school=criterion.school):
        return {}
    try:
        work = writing.work_of(criterion, None)
    except Problem as problem:
        if problem.status >= 500:
            raise
        return {}
    return {number: level.lines for number, level in work.levels.items()}


def _documents_of(line: writing.Line, papers: dict[DocumentId, CitedPaper]) -> Iterable[DocumentId]:
    codes = {code.code for code in line.codes if not code.wrong}
    return [document for document, paper in papers.items() if paper.code in codes]


def _papers(criterion: CriterionView) -> dict[DocumentId, CitedPaper]:
    """Return every paper of a criterion by its document, in the order of the codes."""
    cited = [*criterion.evidence, *(one for indicator in criterion.indicators for one in indicator.evidence)]
    found: dict[DocumentId, EvidenceView] = {}
    for one in cited:
        found.setdefault(one.document, one)
    pages = _page_counts(criterion, list(found)[:PAPERS_MOST])
    return {
        document: CitedPaper(
            document=document, code=one.code, title=one.title, pages=min(pages.get(document, 1), PAGES_KEPT)
        )
        for document, one in found.items()
    }


def _page_counts(criterion: CriterionView, documents: list[DocumentId]) -> dict[DocumentId, int]:
    if not documents or not may("evidence.documents", school=criterion.school):
        return {}
    asked = DocumentsRequest(school=criterion.school, documents=documents, limit=len(documents))
    found = call_service("evidence", "documents", asked, DocumentsAnswer).documents
    return {one.document: max(one.pages_total, 1) for one in found}
