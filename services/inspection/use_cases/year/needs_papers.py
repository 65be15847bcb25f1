"""Papers of a commune's year: needs of schools, money and works."""

from __future__ import annotations

from services.inspection.domain.year.needs_facts import NeedRaised
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_needs import YEARS_AHEAD, NeedMoney, needs_paper
from services.inspection.presenters.needs import need_view
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.views.year.commune_streams import Telling
from services.inspection.views.year.needs_rows import allocations, needs
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import NeedState, YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat

_LEFT_OUT = frozenset({NeedState.RAISED, NeedState.REFUSED, NeedState.WITHDRAWN})


def _needs_paper(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the table of appraised needs for a year and those after it; raises PaperSubjectMissing."""
    with year.views.reading() as conn:
        rows = needs(conn, commune=material.commune, first=material.year, last=material.year + YEARS_AHEAD)
        appraised = [row for row in rows if row.state not in _LEFT_OUT]
        planned = allocations(conn, [row.need for row in appraised])
    if not appraised:
        raise PaperSubjectMissing(
            f"Từ năm {material.year} đến {material.year + YEARS_AHEAD} chưa có nhu cầu nào được thẩm định. "
            "Phòng Kinh tế thẩm định ở trang Nhu cầu, rồi in lại."
        )
    names = year.school_names
    called = {row.school: names.get(row.school, str(row.school)) for row in appraised}
    codes = sorted(called, key=lambda code: (vietnamese_key(called[code]), code))
    money = NeedMoney(
        schools={code: called[code] for code in codes},
        needs=[need_view(row, planned.get(row.need, [])) for row in appraised],
        waiting=sum(row.state is NeedState.RAISED for row in rows),
    )
    return needs_paper(material, money)


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.NEEDS,
        title="Tổng hợp nhu cầu đầu tư theo trường, năm và nguồn vốn",
        compose=_needs_paper,
        tells=(Telling(NeedRaised, YEARS_AHEAD),),
        formats=(PaperFormat.SHEET, PaperFormat.WORD, PaperFormat.PDF),
    ),
)
"""The papers of this part of the year, in its order."""
