"""Phiếu xác định nội hàm (CV 5932, 5942/BGDĐT-QLCL Phụ lục 2; Phụ lục 3 for Mức 4): six columns."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.papers.criterion_sheet import is_beyond, letter_of, sheet_head, sheet_signatures
from services.assessment.papers.material import Material, fact_of
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import Block, Cell, Missing, Orientation, Paper, Row, Runs, Table, Text
from shared.rulebook import Criterion


def facet_sheet(material: Material) -> Paper:
    """Return the sheet of the facets of one criterion. Raises NoSuchCriterion."""
    criterion = criterion_of(material.rulebook, material.criterion)
    table = _table(material, criterion)
    defined = material.work.seen(criterion.code).facets
    asked = sum(len(level.indicators) for level in criterion.levels.values())
    blocks: list[Block] = [*sheet_head(material, criterion, _title(criterion)), table]
    return paper_of(
        material,
        f"Phiếu xác định nội hàm tiêu chí {criterion.code}",
        [*blocks, *sheet_signatures(material, criterion.code)],
        draft=len(defined) < asked,
        subject=f"{material.cycle_id}/{criterion.code}",
        orientation=Orientation.LANDSCAPE,
    )


def _title(criterion: Criterion) -> str:
    return f"PHIẾU XÁC ĐỊNH NỘI HÀM MỨC {max(criterion.levels)}" if is_beyond(criterion) else "PHIẾU XÁC ĐỊNH NỘI HÀM"


def _table(material: Material, criterion: Criterion) -> Table:
    titles = material.form.columns if material.form else []
    rows: list[Row] = []
    for level, asked in sorted(criterion.levels.items()):
        if len(criterion.levels) > 1:
            rows.append(Row((Cell((Text(f"Mức {level}"),), column_span=len(titles), bold=True),), band=True))
        for indicator in asked.indicators:
            name: Runs = (
                Text(_marked(indicator.code), bold=True),
                Text(f" {indicator.text}"),
            )
            rows += _facets(material, criterion, level, indicator.code, name)
    return Table(
        columns=words.columns(44, 56, 56, 46, 34, 26), header=words.header(titles), rows=tuple(rows), sheet="Nội hàm"
    )


def _marked(indicator: str) -> str:
    letter = letter_of(indicator)
    return f"{letter})" if letter.isalpha() else letter


def _facets(material: Material, criterion: Criterion, level: int, indicator: str, name: Runs) -> list[Row]:
    logged = material.work.seen(criterion.code).facets.get((level, indicator))
    defined = fact_of(logged, sf.FacetsDefined)
    facets = defined.facets if defined else ()
    if not facets:
        return [Row((Cell(name), Cell((Missing("chưa xác định"),), column_span=5)))]
    rows = []
    for number, facet in enumerate(facets):
        first = [Cell(name, row_span=len(facets))] if number == 0 else []
        rest = (
            words.text(facet.text),
            words.text(facet.question),
            words.text(facet.evidence),
            words.text(facet.where),
            words.optional(facet.note),
        )
        rows.append(Row((*first, *(Cell(cell) for cell in rest))))
    return rows
