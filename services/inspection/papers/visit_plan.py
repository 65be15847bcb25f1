"""Kế hoạch và lịch kiểm tra: of one visit, or of all visits of a commune that are planned."""

from __future__ import annotations

from services.inspection.papers import heads
from services.inspection.papers.findings import requests_list
from services.inspection.papers.material import ProgrammeLine, VisitMaterial
from services.inspection.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, Column, Paper, Row, Signatures, Style, Table, Text
from shared.text import format_date
from shared.vocabulary.labels import VISIT_KIND_LABELS

_PROGRAMME = (
    (10.0, Align.CENTER, "TT"),
    (27.0, Align.CENTER, "Ngày"),
    (50.0, Align.LEFT, "Trường"),
    (32.0, Align.LEFT, "Loại"),
    (49.0, Align.LEFT, "Nội dung, địa điểm"),
)
SHEET = "Lịch kiểm tra"


def visit_plan(material: VisitMaterial) -> Paper:
    """Return the plan of one visit, or of the commune's programme where the paper is about no single one."""
    return _of_programme(material) if material.programme else _of_visit(material)


def _of_visit(material: VisitMaterial) -> Paper:
    visit = material.visited
    blocks: list[Block] = [
        *heads.legal_bases(material),
        words.plain("I. Mục đích, nội dung", Style.HEADING_1),
        words.plain(
            f"{visit.title}: đối chiếu kết quả tự đánh giá của nhà trường với minh chứng và thực tế, "
            "nêu việc còn phải làm và hạn làm."
        ),
        words.plain("II. Thời gian, địa điểm", Style.HEADING_1),
        words.plain(f"Thời gian: {words.long_date(visit.on)}.{_moved(visit.moved_because)}"),
        words.plain(f"Địa điểm: {material.places}."),
        words.plain("III. Thành phần", Style.HEADING_1),
        heads.members_table(material),
        words.plain("IV. Nhà trường chuẩn bị", Style.HEADING_1),
        words.plain("Báo cáo tự đánh giá, danh mục minh chứng và minh chứng gốc; người am hiểu từng tiêu chí có mặt."),
        *(requests_list(material) if visit.concluded else []),
        words.plain("V. Tổ chức thực hiện", Style.HEADING_1),
        words.plain(f"{material.team_name} và {material.school_name} thực hiện Kế hoạch này./."),
        Signatures((heads.office_signer(material),), (material.school_name, "Thành viên Đoàn", "Lưu: VT")),
    ]
    return paper_of(
        material,
        f"Kế hoạch {material.purpose}",
        blocks,
        draft=False,
        heading=heads.office_heading(material, "Kế hoạch", f"{material.visit_label} tại {material.school_name}", "KH"),
    )


def _of_programme(material: VisitMaterial) -> Paper:
    lines = sorted(material.programme, key=lambda line: (line.on, line.school_name))
    schools = len({line.school_name for line in lines})
    days = f"từ {words.long_date(lines[0].on)} đến {words.long_date(lines[-1].on)}"
    blocks: list[Block] = [
        *heads.legal_bases(material),
        words.plain("I. Mục đích, yêu cầu", Style.HEADING_1),
        words.plain(
            "Xem việc tự đánh giá và điều kiện đạt chuẩn quốc gia của các trường trên địa bàn; nêu việc còn phải làm và hạn "
            "làm. Kết quả của Đoàn là ý kiến tư vấn, không thay kết quả đánh giá ngoài."
        ),
        words.plain("II. Lịch kiểm tra", Style.HEADING_1),
        words.plain(f"Gồm {len(lines):02d} đợt tại {schools:02d} trường, {days}.", keep=True),
        _programme_table(lines),
        words.plain("III. Tổ chức thực hiện", Style.HEADING_1),
        words.plain(
            f"{heads.OFFICE_OF_CULTURE} chủ trì, trình quyết định lập đoàn cho từng đợt; các trường chuẩn bị báo cáo tự "
            "đánh giá, danh mục minh chứng và minh chứng gốc./."
        ),
        Signatures((heads.office_signer(material),), ("Các trường có tên trong lịch", heads.OFFICE_OF_CULTURE, "Lưu: VT")),
    ]
    return paper_of(
        material,
        f"Kế hoạch và lịch kiểm tra, {material.commune}",
        blocks,
        draft=False,
        heading=heads.office_heading(
            material, "Kế hoạch", f"Kiểm tra, giám sát, tư vấn các trường trên địa bàn {material.commune}", "KH"
        ),
    )


def _programme_table(lines: list[ProgrammeLine]) -> Table:
    rows = [
        words.row(
            (Text(str(number)),),
            (Text(format_date(line.on)),),
            (Text(line.school_name),),
            (Text(VISIT_KIND_LABELS[line.kind]),),
            (Text("; ".join([line.title, *line.sites]) + (" (đã kết luận)" if line.held else "")),),
        )
        for number, line in enumerate(lines, start=1)
    ]
    empty = Row((Cell((Text("Chưa có đợt nào."),), column_span=len(_PROGRAMME)),))
    return Table(
        columns=tuple(Column(width, align) for width, align, _ in _PROGRAMME),
        header=words.header(title for _, _, title in _PROGRAMME),
        rows=tuple(rows) or (empty,),
        sheet=SHEET,
    )


def _moved(because: str) -> str:
    return f" Ngày đã dời, vì: {because}." if because.strip() else ""
