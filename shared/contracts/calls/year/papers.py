"""Calls of the inspection service about the papers of a commune's year: which there are, and what one says."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Call, Nothing
from shared.contracts.calls.papers import ComposedPaper, PaperKindsAnswer
from shared.contracts.operations import YEAR_READERS, Operation, Scope
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import BEGINNING, CommuneCode, Position


class ComposeYearPaper(Call, frozen=True, kw_only=True):
    """Name a paper and a moment: `known_at` is a log position (0: now), `valid_at` a day (none: today).

    `subject` is the id of the task, the class, the report … that it is about, '' for the newest or for all.
    """

    commune: CommuneCode
    year: int
    kind: YearPaperKind
    subject: str = ""
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="year_paper_kinds",
        request=Nothing,
        answer=PaperKindsAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Các loại giấy của năm công tác của xã in được.",
    ),
    Operation(
        name="compose_year_paper",
        request=ComposeYearPaper,
        answer=ComposedPaper,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Nội dung một giấy của năm công tác ở một thời điểm, chưa điền tên người.",
        follows=("assessment",),
        timeout_s=30,
    ),
)
"""What may be asked, by whom."""
