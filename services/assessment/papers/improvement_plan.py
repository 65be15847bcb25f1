"""Kế hoạch cải tiến chất lượng (TT57/2026 Phụ lục V, Biểu 2): ten columns, on landscape pages."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads
from services.assessment.papers import improvement_rows as items
from services.assessment.papers.material import Material, fact_of
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Column,
    Listing,
    Missing,
    Orientation,
    Paper,
    Paragraph,
    PartialDate,
    Row,
    Runs,
    Style,
    Table,
    Text,
)
from shared.text import format_date
from shared.vocabulary.labels import IMPROVEMENT_STATUS_LABELS, REVIEW_OCCASION_LABELS


def improvement_plan(material: Material) -> Paper:
    """Return the improvement plan of a cycle."""
    year = words.school_year(material.year)
    title = material.form.title.partition(" (")[0] if material.form else "Kế hoạch cải tiến chất lượng"
    found = items.items_of(material)
    return paper_of(
        material,
        f"{title} năm học {year}",
        [*_opening(material, year), *_problems(material, found), *_plan(material, found), *_follow_up(material, found)],
        draft=not found,
        heading=heads.heading(
            material,
            title,
            f"Năm học {year}",
            symbol=heads.symbol(material, "KH"),
            dated=PartialDate(material.valid_at.year, None, None),
        ),
        orientation=Orientation.LANDSCAPE,
    )


def _opening(material: Material, year: str) -> list[Block]:
    approval = fact_of(material.work.approval, sf.ReportApproved)
    approved: Runs = (
        (Text(f"Báo cáo tự đánh giá năm học {year}, phê duyệt ngày {format_date(approval.approved_on)};"),)
        if approval
        else (Text(f"Báo cáo tự đánh giá năm học {year}, phê duyệt "), Missing(), Text(";"))
    )
    return [
        words.plain("I. Thông tin chung", Style.HEADING_1),
        words.plain(
            f"{material.school_name}, {material.commune}. Năm học {year}. Bộ tiêu chí: {heads.circulars(material)}."
        ),
        words.plain("II. Căn cứ", Style.HEADING_1),
        Listing((approved, (Text(f"Kế hoạch năm học {year} của nhà trường."),))),
        words.plain("III. Mục đích, yêu cầu", Style.HEADING_1),
        Listing(
            (
                (Text("Khắc phục hạn chế trọng tâm nêu trong báo cáo tự đánh giá, giữ vững điểm mạnh;"),),
                (Text("Mỗi việc có mục tiêu, người phụ trách, thời hạn, nguồn lực và minh chứng dự kiến;"),),
                (Text("Theo dõi ít nhất hai lần trong năm học: cuối học kỳ I và cuối năm học."),),
            )
        ),
    ]


def _problems(material: Material, found: list[sf.ImprovementItemSet]) -> list[Block]:
    titles = ("TT", "Tiêu chuẩn, tiêu chí", "Vấn đề trọng tâm")
    rows = [
        words.row((Text(str(number)),), _place(item), words.text(item.problem)) for number, item in enumerate(found, start=1)
    ]
    return [
        words.plain("IV. Tóm tắt vấn đề trọng tâm", Style.HEADING_1),
        Table(columns=words.columns(12, 40, 190), header=words.header(titles), rows=tuple(rows) or (_none(3),)),
    ]


def _plan(material: Material, found: list[sf.ImprovementItemSet]) -> list[Block]:
    titles = material.form.columns if material.form else _OWN_COLUMNS
    rows = []
    for number, item in enumerate(found, start=1):
        cells = (
            (Text(str(number)),),
            _place(item),
            words.text(item.aim),
            words.text(item.action),
            words.text(item.measure),
            items.period(item),
            items.owner(item),
            items.cost(item),
            words.text(item.evidence_expected),
            items.status_words(material, item),
        )
        rows.append(Row(tuple(Cell(cell, align=Align.CENTER if place == 0 else None) for place, cell in enumerate(cells))))
    widths = (10, 22, 30, 36, 28, 24, 28, 28, 30, 22)
    return [
        words.plain("V. Kế hoạch", Style.HEADING_1),
        Table(
            columns=tuple(Column(width) for width in widths),
            header=words.header(titles),
            rows=tuple(rows) or (_none(len(widths)),),
            sheet="Kế hoạch cải tiến",
            size=11,
        ),
    ]


_OWN_COLUMNS = [
    "TT",
    "Nội dung",
    "Mục tiêu",
    "Hoạt động",
    "Chỉ số",
    "Thời gian",
    "Phụ trách",
    "Nguồn lực",
    "Minh chứng",
    "Mức độ thực hiện",
]


def _follow_up(material: Material, found: list[sf.ImprovementItemSet]) -> list[Block]:
    titles = ("TT", "Lần theo dõi", "Kết quả", "Mức độ thực hiện", "Điều chỉnh")
    rows = []
    for number, item in enumerate(found, start=1):
        for logged in material.work.reviews.get(item.item, []):
            review = fact_of(logged, sf.ImprovementReviewed)
            assert review is not None
            when = f"{REVIEW_OCCASION_LABELS[review.occasion]}, {format_date(review.reviewed_on)}"
            rows.append(
                words.row(
                    (Text(str(number)),),
                    (Text(when),),
                    words.optional(review.result),
                    (Text(IMPROVEMENT_STATUS_LABELS[review.status]),),
                    words.optional(review.adjustment),
                )
            )
    empty = Row((Cell((Text("Chưa đến kỳ theo dõi hoặc chưa ghi lần nào."),), column_span=5),))
    return [
        words.plain("VI. Theo dõi", Style.HEADING_1),
        Table(
            columns=words.columns(12, 50, 80, 40, 70),
            header=words.header(titles),
            rows=tuple(rows) or (empty,),
            sheet="Theo dõi",
        ),
        words.plain("VII. Tổ chức thực hiện", Style.HEADING_1),
        Paragraph(
            (
                Text(
                    "Người đứng đầu nhà trường chỉ đạo chung; Hội đồng tự đánh giá theo dõi, tổng hợp; "
                    "các tổ, bộ phận và người được giao thực hiện đúng hạn."
                ),
            )
        ),
        words.plain("VIII. Theo dõi, cập nhật, công khai", Style.HEADING_1),
        words.plain(
            "Theo dõi ít nhất hai lần trong năm học; kết quả dùng để cập nhật báo cáo tự đánh giá và kế hoạch năm sau; "
            "công khai theo quy định./."
        ),
        heads.signed(
            [heads.head_of_school(material)], (f"{material.superior} (để báo cáo)", "Hội đồng tự đánh giá", "Lưu: VT")
        ),
    ]


def _place(item: sf.ImprovementItemSet) -> Runs:
    return (Text(f"Tiêu chí {item.criterion}" if item.criterion else f"Tiêu chuẩn {item.standard}"),)


def _none(columns: int) -> Row:
    return Row((Cell((Missing("chưa có việc cải tiến"),), column_span=columns),))
