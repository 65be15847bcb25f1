"""Papers of a commune's year: targets: what schools are to reach by when."""

from __future__ import annotations

from services.inspection.domain.year.target_forecast import state_on
from services.inspection.domain.year.targets_facts import CriterionTargetSet
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_targets import TITLE, AssignedTarget, targets_paper
from services.inspection.use_cases.year.criterion_order import criterion_key
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.views.year.commune_streams import Telling
from services.inspection.views.year.targets_rows import TargetRow, targets_in
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import TargetState, YearPaperKind
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.self_assessment import PaperFormat


def _compose(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the table of targets; `subject` may name one school. Raises PaperSubjectMissing."""
    names = year.school_names
    with year.views.reading() as conn:
        rows = targets_in(conn, material.commune, material.year)
    wanted = [row for row in rows if material.subject in {"", row.school}]
    if not wanted:
        raise PaperSubjectMissing(
            f"Năm {material.year} xã chưa giao chỉ tiêu nào đến ngày ấy. Đặt chỉ tiêu trước, hoặc chọn ngày khác."
        )

    def order(row: TargetRow) -> tuple[object, ...]:
        return vietnamese_key(names.get(row.school, row.school)), row.school, criterion_key(row.criterion)

    closed = year.closed_schools(material.valid_at)
    told = [_told(year, material, names, row, is_closed=row.school in closed) for row in sorted(wanted, key=order)]
    return targets_paper(material, told)


def _told(
    year: YearOnPaper, material: YearMaterial, names: dict[SchoolCode, str], row: TargetRow, *, is_closed: bool
) -> AssignedTarget:
    state = state_on(is_met=row.met_on is not None, by=row.by, today=material.valid_at)
    criterion = year.library.by_digest(row.digest).criterion(row.criterion)
    return AssignedTarget(
        school_name=names.get(row.school, row.school),
        criterion=row.criterion,
        title=criterion.short_title or criterion.title,
        level=row.level,
        by=row.by,
        lead=row.lead,
        layer=row.layer,
        means=row.means,
        state=TargetState.SCHOOL_CLOSED if is_closed and state is not TargetState.MET else state,
        met_on=row.met_on,
    )


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.TARGETS,
        title=TITLE,
        compose=_compose,
        tells=(Telling(CriterionTargetSet),),
        formats=(PaperFormat.SHEET, PaperFormat.WORD, PaperFormat.PDF),
        by_day=True,
    ),
)
"""The papers of this part of the year, in its order."""
