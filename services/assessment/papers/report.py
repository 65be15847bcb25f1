"""Báo cáo tự đánh giá under the circulars of 2018 (CV 5932, 5942/BGDĐT-QLCL Phụ lục 6)."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads, results
from services.assessment.papers.criterion_sheet import criterion_body, is_beyond
from services.assessment.papers.evidence_list import annex
from services.assessment.papers.figures_table import figures_table
from services.assessment.papers.material import Material, fact_of, report_is_final
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Cover,
    PageBreak,
    Paper,
    Row,
    Runs,
    Style,
    Table,
    Text,
)
from shared.rulebook import Criterion, Evaluation
from shared.vocabulary.assessment import Layer

_REACHED, _NO_LEVEL = "x", "-"
_TABLE_SIZE = 11.5
"""So that the results of some thirty criteria stand on one page."""

YEARS = 5
"""School years of figures side by side (Phụ lục 6, phần I)."""

BEYOND = 4
"""The level of what stands beyond the standards (Điều 22 of 2018)."""


def report_of_2018(material: Material) -> Paper:
    """Return the whole report."""
    evaluation = material.assessed.evaluation(Layer.SCHOOL)
    year = words.school_year(material.year)
    return paper_of(
        material,
        f"Báo cáo tự đánh giá năm học {year}",
        [
            cover(material, year),
            *members(material),
            *_summary(material, evaluation),
            *_data(material),
            *_introduction(material),
            *_criteria(material),
            *_conclusion(material, evaluation),
            *annex(material, "Phần IV. PHỤ LỤC"),
        ],
        draft=not report_is_final(material.assessed),
    )


def cover(material: Material, year: str) -> Cover:
    """Return the framed first page."""
    return Cover(
        body=(material.school_name,),
        superior=material.superior,
        title=("BÁO CÁO", "TỰ ĐÁNH GIÁ"),
        subtitle=f"NĂM HỌC {year}",
        remarks=tuple(f"Theo Thông tư số {circular.number}" for circular in material.rulebook.circulars),
        bottom=f"{material.place} - {material.year[-4:]}".upper(),
    )


def members(material: Material) -> list[Block]:
    """Return the list of the council with room to sign."""
    return [
        words.plain("Danh sách và chữ ký thành viên Hội đồng tự đánh giá", Style.TITLE),
        heads.members_table(material, ("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ"), sign=True),
        PageBreak(),
    ]


def section_text(material: Material, key: str) -> list[Block]:
    """Return a part of the report that was written as such, or that it is missing."""
    written = fact_of(material.work.sections.get(key), sf.ReportSectionWritten)
    return list(words.lines(written.text if written else ""))


# --- the summary


def _summary(material: Material, evaluation: Evaluation) -> list[Block]:
    return [
        words.plain("Tổng hợp kết quả tự đánh giá", Style.TITLE),
        words.plain("1. Kết quả đánh giá", Style.HEADING_2),
        words.plain("1.1. Đánh giá tiêu chí Mức 1, 2 và 3", Style.HEADING_3),
        _levels_table(material, evaluation),
        words.plain(
            "Ghi chú: x là mức đã đạt; ô trống là mức chưa đạt; dấu - là mức bộ tiêu chuẩn không đặt ra.", Style.NOTE
        ),
        *_beyond(material, evaluation),
        words.plain("2. Kết luận", Style.HEADING_2, keep=True),
        words.mixed(Text(f"{material.school_name} tự đánh giá: "), *results.school_level(evaluation), Text(".")),
        PageBreak(),
    ]


def _levels_table(material: Material, evaluation: Evaluation) -> Table:
    levels = (1, 2, 3)
    top = Row(
        (
            Cell((Text("Tiêu chuẩn, tiêu chí"),), row_span=3),
            Cell((Text("Kết quả"),), column_span=len(levels) + 1),
        )
    )
    middle = Row((Cell((Text("Không đạt"),), row_span=2), Cell((Text("Đạt"),), column_span=len(levels))))
    bottom = Row(tuple(Cell((Text(f"Mức {level}"),)) for level in levels))
    rows = []
    for standard in material.rulebook.standards:
        title = f"Tiêu chuẩn {standard.number}. {standard.title}"
        rows.append(Row((Cell((Text(title),), column_span=len(levels) + 2, bold=True),), band=True))
        for criterion in standard.criteria:
            name = Cell((Text(f"Tiêu chí {criterion.code}"),))
            reached = evaluation.criteria[criterion.code].level
            if reached is None:
                undecided = Cell(words.NOT_CONCLUDED, column_span=len(levels) + 1, align=Align.CENTER)
                rows.append(Row((name, undecided)))
            else:
                marks = _marks(criterion, reached, levels)
                rows.append(Row((name, *(Cell(mark, align=Align.CENTER) for mark in marks))))
    return Table(columns=words.columns(88, 22, 20, 20, 20), header=(top, middle, bottom), rows=tuple(rows), size=_TABLE_SIZE)


def _marks(criterion: Criterion, reached: int, levels: tuple[int, ...]) -> list[Runs]:
    marks: list[Runs] = [(Text(_REACHED),) if reached == 0 else ()]
    for level in levels:
        if level not in criterion.levels:
            marks.append((Text(_NO_LEVEL),))
        else:
            marks.append((Text(_REACHED),) if reached >= level else ())
    return marks


def _beyond(material: Material, evaluation: Evaluation) -> list[Block]:
    beyond = [criterion for criterion in material.rulebook.criteria.values() if is_beyond(criterion)]
    if not beyond:
        return []
    looked_at = evaluation.school.level is None or evaluation.school.level >= BEYOND - 1
    rows = []
    for criterion in beyond:
        level = evaluation.criteria[criterion.code].level
        met: Runs = (Text(_REACHED),) if looked_at and level else ()
        not_met: Runs = (Text(_REACHED),) if looked_at and level == 0 else ()
        note = "" if level is not None and looked_at else "Không xét" if not looked_at else "Chưa đánh giá"
        cells = ((Text(f"{criterion.code}. {criterion.title}"),), met, not_met, (Text(note),))
        rows.append(Row(tuple(Cell(cell, align=None if n == 0 else Align.CENTER) for n, cell in enumerate(cells))))
    return [
        words.plain(f"1.2. Đánh giá tiêu chí Mức {BEYOND}", Style.HEADING_3),
        Table(
            columns=words.columns(100, 20, 24, 28),
            header=words.header(("Tiêu chí (khoản, Điều)", "Đạt", "Không đạt", "Ghi chú")),
            rows=tuple(rows),
        ),
    ]


# --- the parts


def _data(material: Material) -> list[Block]:
    return [
        words.plain("Phần I. CƠ SỞ DỮ LIỆU", Style.PART),
        *figures_table(material, YEARS),
        *_typed(material, "I"),
        PageBreak(),
    ]


def _typed(material: Material, key: str) -> list[Block]:
    """Return a part that only adds to what is computed: nothing where nobody wrote it."""
    written = fact_of(material.work.sections.get(key), sf.ReportSectionWritten)
    return list(words.lines(written.text)) if written and written.text.strip() else []


def _introduction(material: Material) -> list[Block]:
    parts = (("II.A.1", "1. Tình hình chung của nhà trường"), ("II.A.2", "2. Mục đích tự đánh giá"))
    blocks: list[Block] = [
        words.plain("Phần II. TỰ ĐÁNH GIÁ", Style.PART),
        words.plain("A. Đặt vấn đề", Style.HEADING_1),
    ]
    for key, title in (*parts, ("II.A.3", "3. Tóm tắt quá trình và những vấn đề nổi bật trong tự đánh giá")):
        blocks += [words.plain(title, Style.HEADING_2), *section_text(material, key)]
    return blocks


def _criteria(material: Material) -> list[Block]:
    blocks: list[Block] = [
        words.plain("B. Tự đánh giá", Style.HEADING_1),
        words.plain("I. Tự đánh giá tiêu chí Mức 1, 2 và 3", Style.HEADING_1),
    ]
    for standard in material.rulebook.standards:
        key = f"II.B.I.{standard.number}"
        blocks.append(words.plain(f"Tiêu chuẩn {standard.number}: {standard.title}", Style.HEADING_2))
        blocks += [words.plain("Mở đầu:", Style.HEADING_3), *section_text(material, f"{key}.mo-dau")]
        for criterion in standard.criteria:
            blocks.append(words.plain(f"Tiêu chí {criterion.code}: {criterion.title}", Style.HEADING_2))
            blocks += criterion_body(material, criterion)
        blocks += [words.plain(f"Kết luận về tiêu chuẩn {standard.number}:", Style.HEADING_3)]
        blocks += section_text(material, f"{key}.ket-luan")
    blocks += [words.plain(f"II. Tự đánh giá tiêu chí Mức {BEYOND}", Style.HEADING_1)]
    evaluation = material.assessed.evaluation(Layer.SCHOOL)
    level = evaluation.school.level
    if level is not None and level < BEYOND - 1:
        blocks.append(words.plain(f"Không xét Mức {BEYOND} vì nhà trường chưa đạt Mức {BEYOND - 1}."))
    else:
        for criterion in material.rulebook.criteria.values():
            if is_beyond(criterion):
                blocks.append(words.plain(f"{criterion.code}. {criterion.title}", Style.HEADING_2))
                blocks += criterion_body(material, criterion)
    return [*blocks, words.plain("III. Kết luận chung", Style.HEADING_1), *_typed(material, "II.B.III")]


def _conclusion(material: Material, evaluation: Evaluation) -> list[Block]:
    counts = _counts(material, evaluation)
    return [
        words.plain("Phần III. KẾT LUẬN CHUNG", Style.PART),
        *section_text(material, "III"),
        *(words.plain(line) for line in counts),
        words.mixed(Text("Mức nhà trường tự đánh giá: "), *results.school_level(evaluation), Text("."), keep=True),
        heads.signed([heads.head_of_school(material)], (f"{material.superior} (để báo cáo)", "Lưu: VT, hồ sơ tự đánh giá")),
    ]


def _counts(material: Material, evaluation: Evaluation) -> list[str]:
    lines = []
    for level in (1, 2, 3):
        asked = [c for c in material.rulebook.criteria.values() if not is_beyond(c) and level in c.levels]
        reached = sum((evaluation.criteria[criterion.code].level or 0) >= level for criterion in asked)
        share = results.percent(reached, len(asked))
        lines.append(f"Số tiêu chí đạt Mức {level}: {reached}/{len(asked)}, tỷ lệ {share}%.")
    return lines
