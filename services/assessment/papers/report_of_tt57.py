"""Báo cáo tự đánh giá under TT57/2026 (Phụ lục V, Biểu 1): four parts, a table a criterion, strengths at each standard."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads, results, sentences
from services.assessment.papers.evidence_list import annex
from services.assessment.papers.figures_table import figures_table
from services.assessment.papers.material import Material, fact_of, report_is_final
from services.assessment.papers.paper_of import paper_of
from services.assessment.papers.report import cover, members, section_text
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, PageBreak, Paper, Row, Run, Runs, Style, Table, Text
from shared.rulebook import Criterion, Evaluation, IndicatorKey, Rulebook, Standard
from shared.vocabulary.assessment import Layer, Result

_MARK = "×"
_HIGHEST = 2
_YEARS = 3
"""School years of figures side by side (Thông tin dữ liệu 03 năm)."""

_OVERVIEW = (
    ("I.1", "1. Thông tin chung"),
    ("I.2", "2. Bối cảnh"),
    ("I.3", "3. Mục đích, phạm vi, thời gian"),
    ("I.4", "4. Quá trình tự đánh giá"),
)


def report_of_tt57(material: Material) -> Paper:
    """Return the whole report."""
    evaluation = material.assessed.evaluation(Layer.SCHOOL)
    year = words.school_year(material.year)
    blocks: list[Block] = [cover(material, year), *members(material), words.plain("Phần I. TỔNG QUAN", Style.PART)]
    for key, title in _OVERVIEW:
        blocks += [words.plain(title, Style.HEADING_2), *section_text(material, key)]
    blocks.append(words.plain("Phần II. TỰ ĐÁNH GIÁ", Style.PART))
    for standard in material.rulebook.standards:
        blocks += _standard(material, standard, evaluation)
    blocks += _conclusion(material, evaluation)
    blocks += _annexes(material)
    return paper_of(material, f"Báo cáo tự đánh giá năm học {year}", blocks, draft=not report_is_final(material.assessed))


# --- part II


def _standard(material: Material, standard: Standard, evaluation: Evaluation) -> list[Block]:
    blocks: list[Block] = [words.plain(f"Tiêu chuẩn {standard.number}. {standard.title}", Style.HEADING_1)]
    for criterion in standard.criteria:
        blocks += _criterion(material, criterion, evaluation)
    described = fact_of(material.work.standards.get(str(standard.number)), sf.StandardDescribed)
    parts = (
        ("1. Điểm mạnh nổi bật", described.strengths if described else ""),
        ("2. Hạn chế trọng tâm, nguyên nhân cốt lõi", _joined(described)),
        ("3. Định hướng: a) xu hướng 03 năm", described.trend if described else ""),
        ("b) vấn đề ưu tiên", described.priorities if described else ""),
    )
    blocks.append(words.plain(f"Nhận định về tiêu chuẩn {standard.number}", Style.HEADING_2))
    for title, text in parts:
        blocks += [words.plain(title, Style.HEADING_3), *words.lines(text)]
    blocks.append(words.plain(f"4. Kết quả của tiêu chuẩn {standard.number}", Style.HEADING_3, keep=True))
    blocks.append(_marks_table([standard], evaluation, total=False))
    return blocks


def _joined(described: sf.StandardDescribed | None) -> str:
    if described is None:
        return ""
    return "\n".join(part for part in (described.limits, described.causes) if part.strip())


def _criterion(material: Material, criterion: Criterion, evaluation: Evaluation) -> list[Block]:
    titles = material.form.columns if material.form else ["Mức", "Hiện trạng, kết quả đạt được", "Đánh giá"]
    asked: list[Block] = []
    for level, wanted in sorted(criterion.levels.items()):
        text = wanted.text or "; ".join(f"{one.code}) {one.text}" for one in wanted.indicators)
        asked.append(words.plain(f"Mức {level}: {text}", Style.SMALL))
    rows = []
    for level in sorted(criterion.levels):
        written = fact_of(material.work.seen(criterion.code).texts.get(level), sf.StatusWritten)
        told: list[Run] = []
        for paragraph in sentences.paragraphs(written.sentences if written else ()):
            told += [Text("\n"), *paragraph.runs] if told else list(paragraph.runs)
        result = _level_result(material, criterion, level)
        rows.append(Row((Cell((Text(f"Mức {level}"),)), Cell(tuple(told)), Cell(result, align=Align.CENTER))))
    return [
        words.plain(f"Tiêu chí {criterion.code}. {criterion.title}", Style.HEADING_2),
        *asked,
        Table(columns=words.columns(18, 122, 28), header=words.header(titles), rows=tuple(rows)),
        words.mixed(
            Text(f"Kết luận tiêu chí {criterion.code}: ", bold=True),
            *words.criterion_level(evaluation.criteria[criterion.code].level),
            Text("."),
        ),
    ]


def _level_result(material: Material, criterion: Criterion, level: int) -> Runs:
    found = material.assessed.results[Layer.SCHOOL]
    judged = [
        found.get(IndicatorKey(criterion.code, level, one.code), Result.NOT_ASSESSED)
        for one in criterion.levels[level].indicators
    ]
    for decides in (Result.NOT_MET, Result.NOT_ASSESSED):
        if decides in judged:
            return results.judged(decides)
    return results.judged(Result.MET)


# --- part III


def _conclusion(material: Material, evaluation: Evaluation) -> list[Block]:
    rulebook = material.rulebook
    return [
        PageBreak(),
        words.plain("Phần III. KẾT LUẬN", Style.PART),
        words.plain("1. Khái quát", Style.HEADING_2),
        *section_text(material, "III.1"),
        words.plain("2. Tổng hợp kết quả", Style.HEADING_2),
        words.plain("a) Kết quả theo tiêu chí", Style.HEADING_3),
        _marks_table(list(rulebook.standards), evaluation, total=True),
        words.plain("Ghi chú: dấu × ở mức cao nhất đã đạt.", Style.NOTE),
        words.plain("b) Kết quả theo tiêu chuẩn", Style.HEADING_3),
        _shares_table(rulebook, evaluation),
        words.plain("3. Mức đạt của nhà trường", Style.HEADING_2),
        words.mixed(Text(f"{material.school_name} tự đánh giá: "), *results.school_level(evaluation), Text(".")),
        words.plain("4. Kiến nghị", Style.HEADING_2),
        *section_text(material, "III.4"),
        words.plain("Người đứng đầu nhà trường chịu trách nhiệm về nội dung báo cáo./.", keep=True),
        heads.signed([heads.head_of_school(material)], (f"{material.superior} (để báo cáo)", "Lưu: VT, hồ sơ tự đánh giá")),
    ]


def _marks_table(standards: list[Standard], evaluation: Evaluation, *, total: bool) -> Table:
    top = Row(
        (
            Cell((Text("Tiêu chuẩn, tiêu chí" if total else "Tiêu chí"),), row_span=2),
            Cell((Text("Không đạt"),), row_span=2),
            Cell((Text("Đạt"),), column_span=_HIGHEST),
        )
    )
    bottom = Row(tuple(Cell((Text(f"Mức {level}"),)) for level in range(1, _HIGHEST + 1)))
    rows, sums = [], [0] * (_HIGHEST + 1)
    for standard in standards:
        if total:
            title = f"Tiêu chuẩn {standard.number}. {standard.title}"
            rows.append(Row((Cell((Text(title),), column_span=_HIGHEST + 2, bold=True),), band=True))
        for criterion in standard.criteria:
            level = evaluation.criteria[criterion.code].level
            if level is None:
                undecided = Cell(words.NOT_CONCLUDED, column_span=_HIGHEST + 1, align=Align.CENTER)
                rows.append(Row((Cell((Text(criterion.code),)), undecided)))
                continue
            sums[level] += 1
            marks: list[Runs] = [(Text(_MARK),) if place == level else () for place in range(_HIGHEST + 1)]
            rows.append(Row((Cell((Text(criterion.code),)), *(Cell(mark, align=Align.CENTER) for mark in marks))))
    if total:
        cells = (Cell((Text(str(number)),), align=Align.CENTER, bold=True) for number in sums)
        rows.append(Row((Cell((Text("Cộng chung"),), bold=True), *cells)))
    return Table(columns=words.columns(88, 28, 26, 26), header=(top, bottom), rows=tuple(rows))


def _shares_table(rulebook: Rulebook, evaluation: Evaluation) -> Table:
    names = ["Không đạt", *(f"Mức {level}" for level in range(1, _HIGHEST + 1))]
    top = Row(
        (
            Cell((Text("Tiêu chuẩn"),), row_span=2),
            Cell((Text("Tổng số tiêu chí"),), row_span=2),
            *(Cell((Text(name),), column_span=2) for name in names),
        )
    )
    bottom = Row(tuple(Cell((Text(word),)) for _ in names for word in ("SL", "%")))
    rows = [
        _shares(f"Tiêu chuẩn {standard.number}", [criterion.code for criterion in standard.criteria], evaluation)
        for standard in rulebook.standards
    ]
    rows.append(_shares("Cộng chung", list(rulebook.criteria), evaluation, bold=True))
    return Table(columns=words.columns(40, 26, *(17,) * 6), header=(top, bottom), rows=tuple(rows), whole=True)


def _shares(name: str, criteria: list[str], evaluation: Evaluation, *, bold: bool = False) -> Row:
    levels = [result.level for code, result in evaluation.criteria.items() if code in criteria]
    cells = [Cell((Text(name),), bold=bold), Cell((Text(str(len(criteria))),), align=Align.CENTER, bold=bold)]
    for level in range(_HIGHEST + 1):
        count = levels.count(level)
        share = results.percent(count, len(criteria))
        cells += [Cell((Text(text),), align=Align.CENTER, bold=bold) for text in (str(count), share)]
    return Row(tuple(cells))


# --- part IV


def _annexes(material: Material) -> list[Block]:
    council = material.council
    decision = f"Quyết định số {council.decision}" if council and council.decision else ""
    return [
        PageBreak(),
        words.plain("Phần IV. PHỤ LỤC", Style.PART),
        words.plain("1. Cơ sở dữ liệu", Style.HEADING_2),
        *figures_table(material, _YEARS),
        words.plain("2. Quyết định thành lập Hội đồng, kế hoạch tự đánh giá", Style.HEADING_2),
        *words.lines(f"{decision} và kế hoạch tự đánh giá, bản sao kèm theo." if decision else ""),
        *annex(material, "3"),
    ]
