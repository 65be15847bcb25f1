"""Made-up papers of a made-up school, one of each shape: what the tests print, and what a person looks at."""

from __future__ import annotations

import datetime as dt

from shared.papers.model import (
    Addressees,
    Align,
    AnnexHeading,
    Block,
    Cell,
    Code,
    Column,
    Cover,
    DocumentField,
    Heading,
    Listing,
    Marker,
    Missing,
    Orientation,
    Paper,
    PaperForm,
    PaperSigner,
    Paragraph,
    PartialDate,
    PersonName,
    PersonOffice,
    PersonOnPaper,
    Row,
    Run,
    Runs,
    Section,
    Signatures,
    Style,
    Table,
    Text,
)

PEOPLE = {
    "p1": PersonOnPaper("Vàng Thị Mai", "Hiệu trưởng"),
    "p2": PersonOnPaper("Lò Văn Sơn", "Phó Hiệu trưởng"),
    "p3": PersonOnPaper("Quàng Thị Thoa", "Tổ trưởng Tổ Văn phòng"),
    "p4": PersonOnPaper("Cà Văn Dũng", "Chủ tịch Công đoàn"),
    "p5": PersonOnPaper("Hà Thị Lường", "Tổ trưởng tổ chuyên môn 1-2-3"),
    "p6": PersonOnPaper("Bạc Cầm Thuận", "Tổ trưởng tổ chuyên môn 4-5"),
    "p7": PersonOnPaper("Điêu Thị Ưng", "Tổng phụ trách Đội"),
}
DOCUMENTS = {
    "d1": {
        "number": "14/CL-THPS",
        "issued_on": "12/9/2021",
        "issuer": "Trường Tiểu học Pá Sa",
        "title": "Chiến lược phát triển",
    },
    "d2": {
        "number": "02/NQ-HĐT",
        "issued_on": "08/9/2021",
        "issuer": "Hội đồng trường",
        "title": "Nghị quyết thông qua chiến lược",
    },
    "d3": {"number": "", "issued_on": "20/9/2021", "issuer": "Tổ Văn phòng", "title": "Ảnh niêm yết chiến lược"},
}
RECORDED_AT = dt.datetime(2026, 5, 30, 7, 22, tzinfo=dt.UTC)
SCHOOL = "Trường Tiểu học Pá Sa"


def words(text: str, *, bold: bool = False, italic: bool = False) -> Runs:
    """One run of text."""
    return (Text(text, bold=bold, italic=italic),)


def said(*parts: str | Run, style: Style = Style.BODY) -> Paragraph:
    """A paragraph of words and other runs."""
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in parts), style)


def cell(*parts: str | Run, **more: object) -> Cell:
    """A cell of words and other runs."""
    return Cell(tuple(Text(part) if isinstance(part, str) else part for part in parts), **more)


def paper(kind: str = "thu", *blocks: Block, **more: object) -> Paper:
    """A small paper with these blocks."""
    told = {
        "kind": kind,
        "title": "Giấy thử",
        "subject": "2025-2026",
        "school": "TH-PS",
        "issuer": SCHOOL,
        "form": PaperForm(),
        "valid_at": dt.date(2026, 5, 31),
        "known_at": 18204,
        "recorded_at": RECORDED_AT,
        "checkpoint": "c41e-90ab",
    }
    return Paper(blocks=blocks or (said("Một đoạn văn."),), **{**told, **more})


def decision(**more: object) -> Paper:
    """A decision with three articles, and lists as its annex."""
    people = list(PEOPLE)
    council = Table(
        columns=(Column(10, Align.CENTER), Column(38), Column(52), Column(65)),
        header=(Row(tuple(cell(name) for name in ("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ"))),),
        rows=tuple(
            Row(
                (
                    cell(str(place)),
                    cell(PersonName(person)),
                    cell(PersonOffice(person)),
                    cell(f"Ủy viên; tiêu chí 1.{place}"),
                )
            )
            for place, person in enumerate(people, 1)
        ),
    )
    groups = Table(
        columns=(Column(40, Align.CENTER), Column(45), Column(50), Column(30)),
        header=(Row(tuple(cell(name) for name in ("Nhóm", "Họ và tên", "Chức danh, chức vụ", "Ghi chú"))),),
        rows=(
            Row(
                (
                    cell("Nhóm 1\nTiêu chuẩn 1 và 4", row_span=2),
                    cell(PersonName("p4")),
                    cell(PersonOffice("p4")),
                    cell("Trưởng nhóm"),
                )
            ),
            Row((cell(PersonName("p5")), cell(PersonOffice("p5")), cell("Thành viên"))),
            Row(
                (
                    cell("Nhóm 2\nTiêu chuẩn 2 và 5", row_span=2),
                    cell(PersonName("p6")),
                    cell(PersonOffice("p6")),
                    cell("Trưởng nhóm"),
                )
            ),
            Row((cell(PersonName("p7")), cell(PersonOffice("p7")), cell("Thành viên"))),
        ),
    )
    return paper(
        "qd_hoi_dong",
        said(
            "Căn cứ Thông tư số 28/2020/TT-BGDĐT ngày 04 tháng 9 năm 2020 của Bộ trưởng Bộ Giáo dục và Đào tạo ban hành "
            "Điều lệ Trường tiểu học;",
            style=Style.LEGAL_BASIS,
        ),
        said(
            "Căn cứ Thông tư số 17/2018/TT-BGDĐT ngày 22 tháng 8 năm 2018 của Bộ trưởng Bộ Giáo dục và Đào tạo về kiểm định "
            "chất lượng giáo dục và công nhận đạt chuẩn quốc gia đối với trường tiểu học;",
            style=Style.LEGAL_BASIS,
        ),
        said("Theo đề nghị của Tổ trưởng Tổ Văn phòng.", style=Style.LEGAL_BASIS),
        said("Quyết định:", style=Style.AUTHORITY),
        said(
            Text("Điều 1.", bold=True),
            " Thành lập Hội đồng tự đánh giá của Trường Tiểu học Pá Sa năm học 2025 - 2026 gồm 07 người. Giúp việc Hội đồng "
            "có Nhóm thư ký và 02 nhóm công tác (danh sách kèm theo Quyết định này).",
            style=Style.ARTICLE,
        ),
        said(
            Text("Điều 2.", bold=True),
            " Hội đồng làm đủ các bước tự đánh giá, thu thập và kiểm tra minh chứng, viết và thông qua báo cáo. Từng "
            "thành viên làm việc theo nhiệm vụ ghi trong danh sách.",
            style=Style.ARTICLE,
        ),
        said(
            Text("Điều 3.", bold=True),
            " Quyết định này có hiệu lực kể từ ngày ký. Tổ trưởng Tổ Văn phòng và các ông, bà có tên trong danh sách chịu "
            "trách nhiệm thi hành Quyết định này./.",
            style=Style.ARTICLE,
        ),
        Signatures(
            (PaperSigner(("Hiệu trưởng",), (PersonName("p1", bold=False),)),),
            ("Như Điều 3", "Phòng VH-XH xã (để báo cáo)", "Niêm yết tại bảng tin nhà trường", "Lưu: VT, hồ sơ TĐG"),
        ),
        Section(Orientation.PORTRAIT),
        AnnexHeading(
            "Hội đồng tự đánh giá, Nhóm thư ký và các nhóm công tác",
            "DANH SÁCH",
            words(
                "(Kèm theo Quyết định số" + "\u00a0" * 9 + "/QĐ-THPS ngày" + "\u00a0" * 7 + "tháng 9 năm 2025\n"
                "của Hiệu trưởng Trường Tiểu học Pá Sa)"
            ),
        ),
        said("I. Hội đồng tự đánh giá (07 người)", style=Style.HEADING_1),
        council,
        said("II. Các nhóm công tác (02 nhóm)", style=Style.HEADING_1),
        groups,
        title="Quyết định thành lập Hội đồng tự đánh giá năm học 2025 - 2026",
        form=PaperForm("mẫu Công văn 5932"),
        heading=Heading(
            body=(SCHOOL,),
            superior="UBND xã Pá Sa",
            symbol="QĐ-THPS",
            place="Pá Sa",
            dated=PartialDate(2025, 9),
            kind_name="Quyết định",
            abstract="Về việc thành lập Hội đồng tự đánh giá năm học 2025 - 2026",
            authority="Hiệu trưởng Trường Tiểu học Pá Sa",
        ),
        **more,
    )


def criterion_sheet(criterion: str = "1.4", **more: object) -> Paper:
    """A criterion's sheet: a draft with codes in its sentences, gaps and two signers."""

    def code(number: int) -> Code:
        return Code(f"[H1-{criterion}-{number:02}]")

    improvement = Table(
        columns=(Column(38), Column(40), Column(29), Column(25), Column(33)),
        header=(
            Row(
                tuple(
                    cell(name)
                    for name in (
                        "Mục tiêu",
                        "Việc làm",
                        "Người phụ trách; thời gian",
                        "Kinh phí, nguồn",
                        "Minh chứng dự kiến",
                    )
                )
            ),
        ),
        rows=(
            Row(
                (
                    cell("Đo được hiệu quả từng chuyên đề"),
                    cell("Lập phiếu khảo sát trước và sau; báo cáo tại cuộc họp tổ"),
                    cell("Hai tổ trưởng chuyên môn; 9/2026 - 5/2027"),
                    cell(Missing()),
                    cell("Báo cáo đánh giá chuyên đề"),
                )
            ),
            Row(
                (
                    cell("Biên bản Tổ Văn phòng đủ 12 tháng"),
                    cell("Giao văn thư ghi và nộp trước ngày 05 tháng sau"),
                    cell("Tổ trưởng Tổ Văn phòng; từ 5/2026"),
                    cell("Không"),
                    cell("Sổ biên bản của tổ"),
                )
            ),
        ),
    )
    result = Table(
        columns=tuple(Column(27.5, Align.CENTER) for _ in range(6)),
        header=(
            Row(tuple(cell(f"Mức {level}", column_span=2) for level in (1, 2, 3))),
            Row(tuple(cell(name) for _ in range(3) for name in ("Chỉ báo", "Đạt/Không đạt"))),
        ),
        rows=(
            Row(tuple(cell(word) for word in ("a", "Đạt", "a", "Đạt", "a", "Đạt"))),
            Row(tuple(cell(word) for word in ("b", "Đạt", "b", "Đạt", "b", "Không đạt"))),
            Row(tuple(cell(word) for word in ("c", "Đạt", "-", "-", "-", "-"))),
            Row(tuple(cell(word, bold=True) for word in ("Mức 1", "Đạt", "Mức 2", "Đạt", "Mức 3", "Không đạt"))),
        ),
    )
    return paper(
        "phieu_tieu_chi",
        said(Text("Trường: ", bold=True), "Tiểu học Pá Sa", style=Style.PLAIN),
        said(Text("Nhóm công tác: ", bold=True), "Nhóm 1", style=Style.PLAIN),
        said("Phiếu đánh giá tiêu chí", style=Style.TITLE),
        said(Text("Tiêu chuẩn 1: ", bold=True), "Tổ chức và quản lý nhà trường", style=Style.PLAIN),
        said(
            Text(f"Tiêu chí {criterion}: ", bold=True),
            "Hiệu trưởng, phó hiệu trưởng, tổ chuyên môn và tổ văn phòng",
            style=Style.PLAIN,
        ),
        said(
            Text("Mức 1: ", bold=True),
            "a) hiệu trưởng và số phó hiệu trưởng; b) cơ cấu các tổ; c) kế hoạch và nhiệm vụ của các tổ.",
            style=Style.SMALL,
        ),
        said(
            Text("Mức 2: ", bold=True), "a) chuyên đề hằng năm; b) rà soát, điều chỉnh hoạt động các tổ.", style=Style.SMALL
        ),
        said("1. Mô tả hiện trạng", style=Style.HEADING_2),
        said("1.1. Mức 1", style=Style.HEADING_3),
        said(
            "a) Nhà trường có hiệu trưởng và 01 phó hiệu trưởng do cấp có thẩm quyền bổ nhiệm, đủ số lượng "
            "đối với trường có "
            "15 lớp ",
            code(1),
            "; ",
            code(2),
            ".",
        ),
        said(
            "b) Có hai tổ chuyên môn (tổ 1-2-3 gồm 11 người, tổ 4-5 gồm 10 người) và một tổ văn phòng 05 "
            "người; mỗi tổ có tổ "
            "trưởng theo quyết định đầu năm học ",
            code(3),
            ".",
        ),
        said(
            "c) Ba tổ đều có kế hoạch năm, tháng, tuần; sinh hoạt hai tuần một lần và ghi biên bản ",
            code(4),
            ". Biên bản sinh hoạt tháng 3 năm 2026 của Tổ Văn phòng: ",
            Missing(),
            ".",
        ),
        said("1.2. Mức 2", style=Style.HEADING_3),
        said("a) Mỗi năm học các tổ chuyên môn đề xuất và thực hiện ít nhất 01 chuyên đề ", code(5), "."),
        said("b) Cuối mỗi học kỳ, từng tổ tự rà soát, kế hoạch được điều chỉnh bằng văn bản ", code(6), "; ", code(7), "."),
        said("2. Điểm mạnh", style=Style.HEADING_2),
        said("Bộ máy quản lý đủ và ổn định; các tổ sinh hoạt đều, hồ sơ đầy đủ; số chuyên đề hằng năm vượt yêu cầu."),
        said("3. Điểm yếu", style=Style.HEADING_2),
        said("Hiệu quả của chuyên đề chưa được đo; Tổ Văn phòng còn kiêm nhiệm nên có tháng ghi biên bản chậm."),
        said("4. Kế hoạch cải tiến chất lượng", style=Style.HEADING_2),
        improvement,
        said("5. Tự đánh giá", style=Style.HEADING_2),
        result,
        said(Text("Kết quả: Đạt Mức 2.", bold=True), style=Style.PLAIN),
        Signatures(
            (
                PaperSigner(
                    name=(PersonName("p4"),),
                    sheet_title=("Xác nhận", "của trưởng nhóm công tác"),
                    note="(Ký và ghi rõ họ tên)",
                ),
                PaperSigner(
                    name=(PersonName("p5"),),
                    sheet_title=("Người viết",),
                    note="(Ký và ghi rõ họ tên)",
                    place="Pá Sa",
                    dated=PartialDate(2026),
                ),
            )
        ),
        **{
            "title": f"Phiếu đánh giá tiêu chí {criterion}",
            "subject": f"2025-2026/{criterion}",
            "form": PaperForm("mẫu Phụ lục 5a, CV 5932"),
            "draft": True,
            **more,
        },
    )


EVIDENCE_NAMES = (
    "Tiêu chí",
    "Số TT",
    "Mã minh chứng",
    "Tên minh chứng",
    "Số, ngày ban hành hoặc thời điểm khảo sát, điều tra, phỏng vấn, quan sát",
    "Nơi ban hành hoặc nhóm, cá nhân thực hiện",
    "Ghi chú",
)


def evidence_list(rows: int = 30, **more: object) -> Paper:
    """The list of evidence codes: landscape, one table that is a sheet too, two signers."""
    documents = list(DOCUMENTS)

    def row(place: int) -> Row:
        criterion = f"1.{place // 5 + 1}"
        document = documents[place % 3]
        shared = place % 7 == 5
        return Row(
            (
                cell(criterion),
                cell(str(place % 5 + 1)),
                Cell() if shared else cell(Code(f"[H1-{criterion}-{place % 5 + 1:02}]")),
                cell(DocumentField(document, "title"), " giai đoạn 2021 - 2026" if place % 2 else ""),
                cell("Số ", DocumentField(document, "number"), ", ", DocumentField(document, "issued_on")),
                cell(DocumentField(document, "issuer")),
                cell("Mã đã cấp: ", Code("[H1-1.1-02]")) if shared else Cell(),
            )
        )

    table = Table(
        columns=(
            Column(16, Align.CENTER),
            Column(12, Align.CENTER),
            Column(29, Align.CENTER),
            Column(80),
            Column(52),
            Column(40),
            Column(28),
        ),
        header=(Row(tuple(cell(name) for name in EVIDENCE_NAMES)),),
        rows=tuple(row(place) for place in range(rows)),
        sheet="Danh mục mã minh chứng",
    )
    return paper(
        "danh_muc_minh_chung",
        said("Danh mục mã minh chứng", style=Style.TITLE),
        said("Năm học 2025 - 2026 (tính đến ngày 31 tháng 5 năm 2026)", style=Style.SUBTITLE),
        table,
        said(
            "Minh chứng dùng cho nhiều tiêu chí giữ mã cấp lần đầu; ở tiêu chí sau, cột mã để trống, mã cũ "
            "ghi tại cột Ghi chú.",
            style=Style.NOTE,
        ),
        Signatures(
            (
                PaperSigner(("Thư ký Hội đồng",), (PersonName("p3"),), second_office=words("Tổ trưởng Tổ Văn phòng")),
                PaperSigner(
                    ("TM. Hội đồng", "Chủ tịch"),
                    (PersonName("p1"),),
                    second_office=words("Hiệu trưởng"),
                    place="Pá Sa",
                    dated=PartialDate(2026, 6, 5),
                ),
            )
        ),
        **{
            "title": "Danh mục mã minh chứng năm học 2025 - 2026",
            "form": PaperForm("mẫu Phụ lục 4, CV 5932"),
            "orientation": Orientation.LANDSCAPE,
            "heading": Heading(body=(SCHOOL,), superior="UBND xã Pá Sa"),
            **more,
        },
    )


def report(**more: object) -> Paper:
    """A report with a cover, a list to sign, a table with a three-row header and a section in full."""
    to_sign = Table(
        columns=(Column(11, Align.CENTER), Column(45), Column(50), Column(32), Column(27)),
        header=(Row(tuple(cell(name) for name in ("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ", "Chữ ký"))),),
        rows=tuple(
            Row(
                (cell(str(place)), cell(PersonName(person)), cell(PersonOffice(person)), cell("Ủy viên HĐ"), Cell()),
                height_mm=12,
            )
            for place, person in enumerate(PEOPLE, 1)
        ),
        size=13,
    )
    levels = Table(
        columns=(Column(85), *(Column(20, Align.CENTER) for _ in range(4))),
        header=(
            Row((cell("Tiêu chuẩn, tiêu chí", row_span=3), cell("Kết quả", column_span=4))),
            Row((cell("Không đạt", row_span=2), cell("Đạt", column_span=3))),
            Row((cell("Mức 1"), cell("Mức 2"), cell("Mức 3"))),
        ),
        rows=tuple(
            row
            for standard, name in enumerate(
                ("Tổ chức và quản lý nhà trường", "Cán bộ quản lý, giáo viên, nhân viên và học sinh", "Cơ sở vật chất"), 1
            )
            for row in (
                Row((cell(Text(f"Tiêu chuẩn {standard}. ", bold=True), name, column_span=5),), band=True),
                *(
                    Row(
                        (
                            cell(f"Tiêu chí {standard}.{number}"),
                            Cell(),
                            cell("x"),
                            cell("x"),
                            cell("x" if number % 2 else "-"),
                        )
                    )
                    for number in range(1, 9)
                ),
            )
        ),
    )
    return paper(
        "bao_cao_tdg",
        Cover(
            body=(SCHOOL,),
            superior="UBND xã Pá Sa",
            title=("Báo cáo", "tự đánh giá"),
            subtitle="Năm học 2025 - 2026",
            remarks=(
                "Theo Quy định ban hành kèm theo Thông tư số 17/2018/TT-BGDĐT",
                "(sửa đổi, bổ sung bởi Thông tư số 22/2024/TT-BGDĐT)",
            ),
            bottom="Pá Sa - 2026",
        ),
        said("Danh sách và chữ ký\nthành viên Hội đồng tự đánh giá", style=Style.TITLE),
        to_sign,
        Section(Orientation.PORTRAIT, restart_page_numbers=False),
        said("Tổng hợp kết quả tự đánh giá", style=Style.TITLE),
        said("1. Kết quả đánh giá", style=Style.HEADING_2),
        said("1.1. Đánh giá tiêu chí Mức 1, 2 và 3", style=Style.HEADING_3),
        levels,
        said(
            "Ghi chú: x là mức đã đạt; ô trống là mức chưa đạt; dấu - là mức mà bộ tiêu chuẩn không đặt ra.",
            style=Style.NOTE,
        ),
        said(Text("Kết quả: Đạt Mức 2.", bold=True), style=Style.PLAIN),
        said("Phần I. Cơ sở dữ liệu", style=Style.PART),
        said("I. Tình hình chung", style=Style.HEADING_1),
        said("Trường đặt tại bản Pá Sa, có 15 lớp với 412 học sinh, 26 cán bộ, giáo viên và nhân viên."),
        Listing((words("Phòng học: 15 phòng kiên cố;"), words("Phòng học bộ môn: 04 phòng.")), Marker.LETTER),
        Section(Orientation.LANDSCAPE),
        AnnexHeading(
            "Kế hoạch cải tiến chất lượng", "Phụ lục I", words("(Kèm theo Báo cáo tự đánh giá năm học 2025 - 2026)")
        ),
        Table(
            columns=(Column(20, Align.CENTER), Column(80), Column(60), Column(40, Align.CENTER), Column(57, Align.RIGHT)),
            header=(
                Row(
                    tuple(cell(name) for name in ("Tiêu chí", "Việc làm", "Người phụ trách", "Thời hạn", "Kinh phí (đồng)"))
                ),
            ),
            rows=(
                Row(
                    (
                        cell("1.4"),
                        cell("Khảo sát chuyên đề"),
                        cell(PersonName("p5")),
                        cell("31/5/2027"),
                        cell("1.250.000", number=1250000),
                    )
                ),
                Row(
                    (
                        cell("3.1"),
                        cell("Sửa nhà vệ sinh"),
                        cell(PersonName("p2")),
                        cell("30/8/2026"),
                        cell("85.000.000", number=85000000),
                    )
                ),
            ),
            sheet="Cải tiến",
        ),
        Signatures(
            (
                PaperSigner(
                    ("TM. Hội đồng", "Chủ tịch"),
                    (PersonName("p1"),),
                    second_office=words("Hiệu trưởng"),
                    place="Pá Sa",
                    dated=PartialDate(2026, 6, 5),
                ),
            )
        ),
        **{
            "title": "Báo cáo tự đánh giá năm học 2025 - 2026",
            "form": PaperForm("mẫu Phụ lục 6, CV 5932"),
            **more,
        },
    )


def minutes(**more: object) -> Paper:
    """Minutes of a meeting: a number and no place in the head, three signers, recipients below; a form of our own."""
    return paper(
        "bien_ban_hop",
        said("Thời gian bắt đầu: 14 giờ 00 phút, ngày 28 tháng 5 năm 2026. Địa điểm: phòng họp nhà trường."),
        said("Chủ trì: ", PersonName("p1"), "; thư ký: ", PersonName("p3"), ". Có mặt 07/07 thành viên Hội đồng."),
        said("I. Nội dung", style=Style.HEADING_1),
        said("Hội đồng nghe các nhóm báo cáo và biểu quyết từng tiêu chí:"),
        Listing(
            (
                words("Tiêu chí 1.4: Đạt Mức 2, 07/07 ý kiến tán thành;"),
                words("Tiêu chí 3.1: Đạt Mức 1, 06/07 ý kiến tán thành."),
            )
        ),
        said("II. Kết luận", style=Style.HEADING_1),
        said("Hội đồng thông qua báo cáo tự đánh giá ở Mức 2. Cuộc họp kết thúc vào 16 giờ 30 phút cùng ngày./."),
        Signatures(
            (
                PaperSigner(("Thư ký",), (PersonName("p3"),)),
                PaperSigner(("Đại diện\nnhà trường",), (PersonName("p2"),)),
                PaperSigner(("Chủ tọa",), (PersonName("p1"),)),
            ),
            ("Thành viên Hội đồng", "Lưu: VT, hồ sơ TĐG"),
        ),
        **{
            "title": "Biên bản họp Hội đồng tự đánh giá",
            "subject": "2025-2026/hop-1",
            "heading": Heading(
                body=(SCHOOL,),
                superior="UBND xã Pá Sa",
                symbol="BB-THPS",
                number="03",
                kind_name="Biên bản",
                abstract="Họp Hội đồng tự đánh giá năm học 2025 - 2026",
            ),
            **more,
        },
    )


def letter(**more: object) -> Paper:
    """An official letter to several bodies, signed by a deputy for the head."""
    return paper(
        "cong_van_dang_ky",
        Addressees((words("Ủy ban nhân dân xã Pá Sa"), words("Sở Giáo dục và Đào tạo tỉnh Sơn Lam"))),
        said("Trường Tiểu học Pá Sa đã hoàn thành tự đánh giá năm học 2025 - 2026 và đề nghị được đánh giá ngoài."),
        said("Trân trọng đề nghị các cấp xem xét./."),
        Signatures(
            (PaperSigner(("KT. Hiệu trưởng", "Phó Hiệu trưởng"), (PersonName("p2"),)),),
            ("Như trên", "Lưu: VT"),
        ),
        **{
            "title": "Công văn đăng ký đánh giá ngoài",
            "heading": Heading(
                body=(SCHOOL,),
                superior="UBND xã Pá Sa",
                symbol="THPS-VP",
                number="15",
                place="Pá Sa",
                dated=PartialDate(2026, 2, 5),
                abstract="đăng ký đánh giá ngoài năm 2026",
                correspondence=True,
            ),
            **more,
        },
    )


ALL = {
    "decision": decision,
    "criterion_sheet": criterion_sheet,
    "evidence_list": evidence_list,
    "report": report,
    "minutes": minutes,
    "letter": letter,
}
