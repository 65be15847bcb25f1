"""Phiếu đánh giá tiêu chí (CV 5932, 5942/BGDĐT-QLCL Phụ lục 5a, 5b): how things stand, and what the council makes of it."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.papers import runs as words
from services.assessment.papers.improvement_rows import improvement_table
from services.assessment.papers.material import Material, fact_of
from shared.papers.model import (
    Block,
    Cell,
    Column,
    Missing,
    Paper,
    PaperForm,
    PaperSigner,
    Row,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.rulebook import Criterion, IndicatorKey
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.labels import RESULT_LABELS
from shared.vocabulary.self_assessment import CriterionStep

_LETTERS_OF_NONE = "-"
"""What stands in a column of a level that has no such indicator."""


def criterion_sheet(material: Material) -> Paper:
    """Return the sheet of one criterion. Raises NoSuchCriterion."""
    criterion = criterion_of(material.rulebook, material.criterion)
    title = material.form.title if material.form else "Phiếu đánh giá tiêu chí"
    return Paper(
        kind=material.kind.value,
        title=f"Phiếu đánh giá tiêu chí {criterion.code}",
        subject=f"{material.cycle_id}/{criterion.code}",
        school=material.school,
        issuer=material.school_name,
        form=PaperForm(title),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        draft=material.work.seen(criterion.code).step is not CriterionStep.PASSED,
        blocks=(
            *sheet_head(material, criterion, "PHIẾU ĐÁNH GIÁ TIÊU CHÍ"),
            *criterion_body(material, criterion),
            *sheet_signatures(material, criterion.code),
        ),
    )


def sheet_head(material: Material, criterion: Criterion, title: str) -> list[Block]:
    """Return the head of a working sheet: school, group, title, standard and criterion."""
    standard = next((each for each in material.rulebook.standards if each.number == criterion.standard), None)
    head: list[Block] = [
        words.plain(material.school_name, Style.PLAIN, bold=True),
        words.plain(_group_line(material, criterion.code), Style.PLAIN),
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
        blocks += words.paragraphs(material.rulebook, written.sentences if written else ())
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
    header = (
        Row(tuple(Cell((Text(f"Mức {level}"),), column_span=2) for level in levels)),
        Row(tuple(cell for _ in levels for cell in (Cell((Text("Chỉ báo"),)), Cell((Text("Đạt/Không đạt"),))))),
    )
    body = tuple(
        Row(tuple(cell for level in levels for cell in _cells(material, criterion, level, row))) for row in range(rows)
    )
    reached = material.assessed.evaluation(Layer.SCHOOL).criteria.get(criterion.code)
    conclusion = _level_words(reached.level) if reached else ()
    last = Row((Cell((Text("Kết quả", bold=True), Text(": "), *conclusion), column_span=2 * len(levels)),))
    return Table(
        columns=tuple(Column(width) for _ in levels for width in (14.0, 40.0)),
        header=header,
        rows=(*body, last),
    )


def _cells(material: Material, criterion: Criterion, level: int, row: int) -> tuple[Cell, Cell]:
    indicators = criterion.levels[level].indicators
    if row >= len(indicators):
        return Cell((Text(_LETTERS_OF_NONE),)), Cell((Text(_LETTERS_OF_NONE),))
    code = indicators[row].code
    result = material.assessed.results[Layer.SCHOOL].get(IndicatorKey(criterion.code, level, code), Result.NOT_ASSESSED)
    shown = (Missing("chưa đánh giá"),) if result is Result.NOT_ASSESSED else (Text(RESULT_LABELS[result]),)
    return Cell((Text("*" if code == "-" else code),)), Cell(shown)


def _level_words(level: int | None) -> tuple[Text | Missing, ...]:
    if level is None:
        return (Missing("chưa kết luận"),)
    return (Text(f"Đạt Mức {level}" if level else "Không đạt"),)


def _group_line(material: Material, criterion: CriterionCode) -> str:
    assigned = fact_of(material.work.seen(criterion).assignment, sf.CriterionAssigned)
    group = fact_of(material.work.groups.get(assigned.group), sf.GroupFormed) if assigned else None
    return f"Nhóm: {group.name}" if group else "Nhóm: …"


def sheet_signatures(material: Material, criterion: CriterionCode) -> list[Block]:
    """Return who signs a working sheet: the head of the group and the writer."""
    assigned = fact_of(material.work.seen(criterion).assignment, sf.CriterionAssigned)
    group = fact_of(material.work.groups.get(assigned.group), sf.GroupFormed) if assigned else None
    head = PaperSigner(
        sheet_title=("Xác nhận của", "trưởng nhóm công tác"),
        name=words.person(group.head, bold=True) if group else (),
    )
    writer = PaperSigner(
        sheet_title=("Người viết",),
        name=words.person(assigned.writer, bold=True) if assigned and assigned.writer else (),
        place=material.place,
        dated=None,
    )
    return [Signatures((head, writer))]
