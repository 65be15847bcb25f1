"""Papers of a training class: the invitation with a list to sign, afterwards the list of who attended with results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.inspection.papers.year_heads import OFFICE, PEOPLES_COMMITTEE, committee_heading, office_heading, year_paper
from services.inspection.papers.year_material import YearMaterial
from services.inspection.views.year.training_rows import AttendanceRow, TrainingRow
from shared.papers import phrases as words
from shared.papers.model import Addressees, Block, Cell, Paper, PersonOffice, Row, Section, Signatures, Style, Table, Text
from shared.text import format_date, format_number
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.year_labels import TRAINING_TOPIC_LABELS

SHEET = "Điểm danh"
ROOM_FOR_EACH_SCHOOL = 4
"""Empty rows to sign, for each school that is invited."""
_SIGNING_HEIGHT_MM = 9.0


def invitation(
    material: YearMaterial, one: TrainingRow, schools: Sequence[SchoolCode], names: Mapping[SchoolCode, str]
) -> Paper:
    """Return the invitation to a class that is to come, with a list to sign; `schools` are those invited, by name."""
    called = [names.get(school, school) for school in schools]
    blocks: list[Block] = [
        Addressees(tuple((Text(name),) for name in called)) if called else words.plain("Kính gửi: các trường của xã"),
        words.plain(
            f"Thực hiện kế hoạch kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia năm {material.year}, "
            f"Ủy ban nhân dân {material.the_commune} mời đại biểu dự lớp tập huấn “{one.title}”."
        ),
        words.plain(f"1. Nội dung: {TRAINING_TOPIC_LABELS[one.topic]}."),
        words.plain(f"2. Thời gian: {_days(one)}."),
        words.plain(f"3. Địa điểm: {one.place}."),
        words.plain("4. Thành phần: thành viên Hội đồng tự đánh giá và người làm hồ sơ của nhà trường."),
        *([words.plain(f"5. Kinh phí: {format_number(one.budget_vnd)} đồng, do xã bố trí.")] if one.budget_vnd else []),
        words.plain("Đề nghị các trường cử người dự đúng thành phần, đúng thời gian./."),
        Signatures((PEOPLES_COMMITTEE,), ("Như trên", "Lưu: VT, VHXH")),
        Section(),
        words.plain("Danh sách ký tên", Style.HEADING_1),
        words.plain(f"Lớp “{one.title}”, {_days(one)}, tại {one.place}."),
        _signing_table(called),
    ]
    heading = committee_heading(material, "Giấy mời", f"Dự lớp tập huấn {one.title}", "GM")
    return year_paper(material, "Giấy mời tập huấn", blocks, heading, subject=one.training)


def attendance_list(
    material: YearMaterial, one: TrainingRow, attendance: Sequence[AttendanceRow], names: Mapping[SchoolCode, str]
) -> Paper:
    """Return the list of who attended a class that was held, school by school in the order of `names`."""
    blocks: list[Block] = [
        words.plain(f"Lớp: {one.title}. Nội dung: {TRAINING_TOPIC_LABELS[one.topic]}."),
        words.plain(f"Thời gian: {_days(one)}. Địa điểm: {one.place}."),
        words.plain(
            f"Có mặt {format_number(one.present_count)} người trong {format_number(one.asked_count)} người được mời; "
            f"vắng {format_number(one.asked_count - one.present_count)} người."
        ),
        *([words.plain(f"Tài liệu: {one.materials}")] if one.materials.strip() else []),
        _attendance_table(attendance, names),
        Signatures((OFFICE,), (material.authority, "Các trường có người dự", "Lưu: VT, VHXH")),
    ]
    heading = office_heading(material, "Danh sách", f"Điểm danh, kết quả lớp tập huấn {one.title}", "DS")
    return year_paper(material, "Danh sách và kết quả tập huấn", blocks, heading, subject=one.training)


def _days(one: TrainingRow) -> str:
    return ", ".join(f"ngày {format_date(day)}" for day in one.days)


def _signing_table(schools: Sequence[str]) -> Table:
    titles = ("TT", "Họ và tên", "Chức vụ", "Ký tên")
    rows: list[Row] = []
    for name in schools or [""]:
        if name:
            rows.append(Row((Cell((Text(name),), column_span=len(titles)),), band=True))
        for number in range(1, ROOM_FOR_EACH_SCHOOL + 1):
            cells = (Cell((Text(str(number)),)), Cell(), Cell(), Cell())
            rows.append(Row(cells, height_mm=_SIGNING_HEIGHT_MM))
    return Table(
        columns=words.columns(12, 62, 52, 40, centred=1), header=words.header(titles), rows=tuple(rows), sheet=SHEET
    )


def _attendance_table(attendance: Sequence[AttendanceRow], names: Mapping[SchoolCode, str]) -> Table:
    titles = ("TT", "Họ và tên", "Chức vụ", "Trường", "Có mặt", "Kết quả")
    order = {school: place for place, school in enumerate(names)}
    listed = sorted(attendance, key=lambda one: order.get(one.school, len(order)))
    rows = [
        words.row(
            (Text(str(number)),),
            words.person(one.person),
            (PersonOffice(one.person, needed=False),),
            (Text(names.get(one.school, one.school) or "-"),),
            (Text("Có" if one.present else "Vắng"),),
            words.optional(one.result),
        )
        for number, one in enumerate(listed, start=1)
    ]
    empty = Row((Cell((Text("Chưa ghi ai."),), column_span=len(titles)),))
    return Table(
        columns=words.columns(10, 42, 34, 42, 16, 24, centred=1),
        header=words.header(titles),
        rows=tuple(rows) or (empty,),
        sheet=SHEET,
    )
