"""Kế hoạch tự đánh giá (CV 5932, 5942/BGDĐT-QLCL Phụ lục 1): nine parts, as the rulebook's form names them."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads
from services.assessment.papers.council_decision import assigned_to
from services.assessment.papers.material import Material, fact_of, required
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import Block, Cell, Missing, Paper, PartialDate, Row, Style, Table, Text
from shared.text import format_date

_IF_ANY, _NONE = " (nếu có)", "Không có."


def plan(material: Material) -> Paper:
    """Return the plan of the self-assessment. Raises PaperSubjectMissing while there is none."""
    planned = required(
        fact_of(material.work.plan, sf.SelfAssessmentPlanned),
        "Chưa lập kế hoạch tự đánh giá. Nhập kế hoạch ở trang Hội đồng, rồi in.",
    )
    year = words.school_year(material.year)
    sections = material.form.sections if material.form else []
    blocks: list[Block] = []
    for section in sections:
        numeral, _, named = section.partition(" ")
        title = named.partition(":")[0]
        blocks.append(words.plain(f"{numeral}. {title.removesuffix(_IF_ANY)}", Style.HEADING_1))
        typed = planned.sections.get(numeral, "") or (_NONE if title.endswith(_IF_ANY) else "")
        table = _table(material, planned, numeral)
        if typed or not table:
            blocks += words.lines(typed)
        blocks += table
    approved = fact_of(material.work.plan_approval, sf.PlanApproved)
    dated = PartialDate.of(approved.approved_on) if approved else PartialDate(material.valid_at.year, None, None)
    return paper_of(
        material,
        f"Kế hoạch tự đánh giá năm học {year}",
        [
            *blocks,
            heads.signed([heads.chair(material)], (f"{material.superior} (để báo cáo)", "Thành viên Hội đồng", "Lưu: VT")),
        ],
        draft=approved is None,
        heading=heads.heading(
            material, "Kế hoạch", f"Tự đánh giá năm học {year}", symbol=heads.symbol(material, "KH"), dated=dated
        ),
    )


def _table(material: Material, planned: sf.SelfAssessmentPlanned, numeral: str) -> list[Block]:
    match numeral:
        case "IV":
            return _council(material)
        case "VI":
            return [_resources(material, planned)]
        case "VIII":
            return [words.plain("Danh mục mã minh chứng lập riêng, cập nhật đến khi trình báo cáo.")]
        case "IX":
            return [_timetable(planned)]
        case _:
            return []


def _council(material: Material) -> list[Block]:
    groups = [fact_of(logged, sf.GroupFormed) for logged in material.work.groups.values()]
    rows = [
        words.row(
            (Text(group.name),),
            words.person(group.head),
            (Text(", ".join(assigned_to(material, group)) or "-"),),
        )
        for group in groups
        if group is not None
    ]
    empty = Row((Cell((Missing("chưa lập nhóm"),), column_span=3),))
    return [
        words.plain("1. Thành phần Hội đồng", Style.HEADING_2),
        heads.members_table(material, ("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ")),
        words.plain("2. Các nhóm và phân công tiêu chí", Style.HEADING_2),
        Table(
            columns=words.columns(45, 55, 68),
            header=words.header(("Nhóm", "Trưởng nhóm", "Tiêu chí phụ trách")),
            rows=tuple(rows) or (empty,),
        ),
    ]


def _resources(material: Material, planned: sf.SelfAssessmentPlanned) -> Table:
    standards = {code: criterion.standard for code, criterion in material.rulebook.criteria.items()}
    titles = material.form.columns if material.form else []
    rows = [
        words.row(
            (Text(str(standards.get(need.criterion, ""))),),
            (Text(need.criterion),),
            words.text(need.what),
            words.text(need.when),
            words.optional(need.note),
        )
        for need in planned.resources
    ]
    empty = Row((Cell((Text("Không cần huy động thêm nguồn lực."),), column_span=len(titles)),))
    return Table(columns=words.columns(22, 20, 62, 36, 28), header=words.header(titles), rows=tuple(rows) or (empty,))


def _timetable(planned: sf.SelfAssessmentPlanned) -> Table:
    rows = [
        words.row(
            (Text(f"{format_date(item.starts)} – {format_date(item.ends)}"),),
            words.text(item.activity),
            words.optional(item.who),
        )
        for item in planned.timetable
    ]
    empty = Row((Cell((Missing("chưa có thời gian biểu"),), column_span=3),))
    return Table(
        columns=words.columns(48, 80, 40),
        header=words.header(("Thời gian", "Nội dung hoạt động", "Thực hiện")),
        rows=tuple(rows) or (empty,),
    )
