"""Phiếu đánh giá tiêu chí (CV 5932, 5942/BGDĐT-QLCL Phụ lục 5a, 5b): how things stand, and what the council makes of it."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.papers import results, sentences
from services.assessment.papers.improvement_rows import improvement_table
from services.assessment.papers.material import Material, fact_of
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Column,
    Missing,
    Paper,
    PaperSigner,
    Paragraph,
    Row,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.rulebook import Criterion, IndicatorKey
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.self_assessment import CriterionStep

_NO_INDICATOR = "-"
"""What stands in the columns of a level that has no further indicator."""

_ONLY = "-"
"""The letter of an indicator that is the only one of its level, in the rulebooks; on paper it is "*"."""


def letter_of(indicator: str) -> str:
    """Return an indicator's letter as papers have it."""
    return "*" if indicator == _ONLY else indicator


def criterion_sheet(material: Material) -> Paper:
    """Return the sheet of one criterion. Raises NoSuchCriterion."""
    criterion = criterion_of(material.rulebook, material.criterion)
    return paper_of(
        material,
        f"Phiếu đánh giá tiêu chí {criterion.code}",
        [
            *sheet_head(material, criterion, f"PHIẾU ĐÁNH GIÁ {_what(criterion)}"),
            *criterion_body(material, criterion),
            *sheet_signatures(material, criterion.code),
        ],
        draft=material.work.seen(criterion.code).step is not CriterionStep.PASSED,
        subject=f"{material.cycle_id}/{criterion.code}",
    )


def is_beyond(criterion: Criterion) -> bool:
    """Say whether a criterion stands beyond the standards: what Mức 4 asks for (Điều 22 of 2018)."""
    return criterion.standard == 0


def _what(criterion: Criterion) -> str:
    return f"MỨC {max(criterion.levels)}" if is_beyond(criterion) else "TIÊU CHÍ"


def sheet_head(material: Material, criterion: Criterion, title: str) -> list[Block]:
    """Return the head of a working sheet: school, group, title, standard and criterion."""
    standard = next((each for each in material.rulebook.standards if each.number == criterion.standard), None)
    head: list[Block] = [
        words.plain(material.school_name, Style.PLAIN, bold=True),
        _group_line(material, criterion.code),
        words.plain(title, Style.TITLE),
    ]
    if standard is not None:
        head.append(words.plain(f"Tiêu chuẩn {standard.number}: {standard.title}", Style.PLAIN, bold=True))
    head.append(words.plain(f"Tiêu chí {criterion.code}: {criterion.title}", Style.PLAIN, bold=True))
    return head


def criterion_body(material: Material, criterion: Criterion) -> list[Block]:
    """Return the five parts of a criterion, as the sheet and the report of 2018 show them."""
    work = material.work.seen(criterion.code)
    described = fact_of(material.cycle.descriptions.get(criterion.code), f.CriterionDescribed)
    blocks: list[Block] = [words.plain("1. Mô tả hiện trạng", Style.HEADING_2)]
    for level in sorted(criterion.levels):
        blocks.append(words.plain(f"Mức {level}", Style.HEADING_3))
        written = fact_of(work.texts.get(level), sf.StatusWritten)
        blocks += sentences.paragraphs(written.sentences if written else ())
    blocks.append(words.plain("2. Điểm mạnh", Style.HEADING_2))
    blocks += words.lines(described.strengths if described else "")
    blocks.append(words.plain("3. Điểm yếu", Style.HEADING_2))
    blocks += words.lines(described.weaknesses if described else "")
    blocks.append(words.plain("4. Kế hoạch cải tiến chất lượng", Style.HEADING_2))
    table = improvement_table(material, criterion.code)
    if table is not None:
        blocks.append(table)
    else:
        blocks += words.lines(described.improvement if described else "")
    blocks.append(words.plain("5. Tự đánh giá", Style.HEADING_2, keep=True))
    blocks.append(_results(material, criterion))
    return blocks


def _results(material: Material, criterion: Criterion) -> Table:
    levels = sorted(criterion.levels)
    rows = max(len(criterion.levels[level].indicators) for level in levels)
    letters = "Khoản" if is_beyond(criterion) else "Chỉ báo"
    titles = tuple(Cell((Text(title),)) for _ in levels for title in (letters, "Đạt/Không đạt"))
    header = (Row(tuple(Cell((Text(f"Mức {level}"),), column_span=2) for level in levels)), Row(titles))
    body = tuple(
        Row(tuple(cell for level in levels for cell in _cells(material, criterion, level, row))) for row in range(rows)
    )
    reached = material.assessed.evaluation(Layer.SCHOOL).criteria.get(criterion.code)
    said = results.met if is_beyond(criterion) else words.criterion_level
    conclusion = said(reached.level) if reached else ()
    last = Row((Cell((Text("Kết quả", bold=True), Text(": "), *conclusion), column_span=2 * len(levels), align=Align.LEFT),))
    return Table(
        columns=tuple(Column(width, Align.CENTER) for _ in levels for width in (16.0, 40.0)),
        header=header,
        rows=(*body, last),
        whole=True,
    )


def _cells(material: Material, criterion: Criterion, level: int, row: int) -> tuple[Cell, Cell]:
    indicators = criterion.levels[level].indicators
    if row >= len(indicators):
        return Cell((Text(_NO_INDICATOR),)), Cell((Text(_NO_INDICATOR),))
    code = indicators[row].code
    result = material.assessed.results[Layer.SCHOOL].get(IndicatorKey(criterion.code, level, code), Result.NOT_ASSESSED)
    return Cell((Text(letter_of(code)),)), Cell(results.judged(result))


def _group_of(material: Material, criterion: CriterionCode) -> sf.GroupFormed | None:
    assigned = fact_of(material.work.seen(criterion).assignment, sf.CriterionAssigned)
    return fact_of(material.work.groups.get(assigned.group), sf.GroupFormed) if assigned else None


def _group_line(material: Material, criterion: CriterionCode) -> Paragraph:
    group = _group_of(material, criterion)
    named = Text(group.name) if group else Missing("chưa phân công")
    return words.mixed(Text("Nhóm: "), named, style=Style.PLAIN)


def sheet_signatures(material: Material, criterion: CriterionCode) -> list[Block]:
    """Return who signs a working sheet: the head of the group and the writer."""
    assigned = fact_of(material.work.seen(criterion).assignment, sf.CriterionAssigned)
    group = _group_of(material, criterion)
    head = PaperSigner(
        sheet_title=("Xác nhận của", "trưởng nhóm công tác"),
        name=words.person(group.head, bold=True) if group else (),
    )
    writer = PaperSigner(
        sheet_title=("Người viết",),
        name=words.person(assigned.writer, bold=True) if assigned and assigned.writer else (),
        place=material.place,
    )
    return [Signatures((head, writer))]
