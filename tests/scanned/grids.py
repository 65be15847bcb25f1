"""Kinds of tables: criteria, evidence, students, marks, merged heads, open sides, a table inside a report."""

from __future__ import annotations

from random import Random

from tests.scanned import wording as w
from tests.scanned.headers import foot, head, some_issuer, title
from tests.scanned.tables import Cell, Rules, Table, heads, ragged, some_rules
from tests.scanned.truth import TABLE
from tests.scanned.typesetting import Sheet, some_look


def _sheet(kind: str, rng: Random, *, landscape: bool, sans: float = 0.2) -> Sheet:
    look = some_look(rng, sans=sans)
    if landscape:
        look = look._replace(left=rng.uniform(18, 26), right=rng.uniform(14, 22))
    return Sheet(kind, look, landscape=landscape, group=TABLE)


def _start(sheet: Sheet, rng: Random, name: str, about: str, short: str = "BC") -> None:
    """A head, or only a title, as annexes have."""
    if rng.random() < 0.55:
        head(sheet, rng, some_issuer(rng), short=short, dated=rng.random() < 0.6, numbered=rng.random() < 0.5)
    title(sheet, name, about, field=False, rule=rng.random() < 0.5)


def criteria(rng: Random, *, landscape: bool = False) -> Sheet:
    """Criteria with wrapped cells, what was found, the level reached."""
    sheet = _sheet("tieu-chi", rng, landscape=landscape)
    _start(sheet, rng, "TỔNG HỢP KẾT QUẢ TỰ ĐÁNH GIÁ", f"Năm học {w.school_year(rng)}")
    size = rng.choice((11.0, 12.0, 12.5))
    table = Table(sheet, ragged(rng, 1.1, 3.4, 4.6, 1.2, 1.2, 1.2), size=size, rules=some_rules(rng))
    table.add(
        [
            *[Cell(f"<b>{text}</b>", "centre", rows=2) for text in ("Tiêu chí", "Nội dung", "Mô tả hiện trạng")],
            Cell("<b>Kết quả</b>", "centre", columns=3),
        ],
        [Cell(f"<b>Mức {level}</b>", "centre") for level in (1, 2, 3)],
    )
    for standard in range(1, 6):
        if not table.add([Cell(f"<b>Tiêu chuẩn {standard}: {w.capital(rng.choice(w.MATTERS))}</b>", columns=6)]):
            break
        for number in range(1, rng.randint(3, 6)):
            result = rng.choice(("Đạt", "Đạt", "Không đạt", ""))
            row = [
                Cell(f"{standard}.{number}", "centre"),
                Cell(w.capital(rng.choice(w.MATTERS)), middle=rng.random() < 0.7),
                Cell(w.sentence(rng), middle=rng.random() < 0.5),
                Cell("Đạt", "centre"),
                Cell(result, "centre"),
                Cell(rng.choice(("", "Đạt", "-")), "centre"),
            ]
            if not table.add(row):
                return sheet
    return sheet


def evidence(rng: Random, *, landscape: bool | None = None) -> Sheet:
    """The list of evidence in seven columns with its codes."""
    sheet = _sheet("minh-chung", rng, landscape=rng.random() < 0.6 if landscape is None else landscape)
    _start(sheet, rng, "DANH MỤC MÃ MINH CHỨNG", f"Năm học {w.school_year(rng)}")
    size = rng.choice((10.5, 11.0, 12.0))
    table = Table(sheet, ragged(rng, 0.9, 0.7, 1.8, 4.2, 2.7, 2.2, 1.3), size=size, rules=some_rules(rng))
    table.add(
        heads(
            "Tiêu chí",
            "Số TT",
            "Mã minh chứng",
            "Tên minh chứng",
            "Số, ngày ban hành hoặc thời điểm khảo sát",
            "Nơi ban hành",
            "Ghi chú",
        )
    )
    standard, box = rng.randint(1, 5), rng.randint(1, 9)
    for criterion in range(1, 12):
        for number in range(1, rng.randint(3, 7)):
            issued = rng.choice(
                (
                    f"Số {w.paper_number(rng, 'QĐ-UBND', 'KH-HĐT', 'NQ-HĐT', 'BC-THNL')}, {w.short_date(rng)}",
                    w.short_date(rng),
                    f"{rng.randint(2, 12):02} biên bản, {w.school_year(rng)}",
                    w.school_year(rng),
                )
            )
            row = [
                Cell(f"{standard}.{criterion}", "centre"),
                Cell(str(number), "centre"),
                Cell(f"[H{box}-{standard}.{criterion}-{number:02}]" if rng.random() < 0.9 else "", "centre"),
                Cell(w.capital(rng.choice(w.THINGS)) + (f" năm học {w.school_year(rng)}" if rng.random() < 0.4 else "")),
                Cell(issued),
                Cell(rng.choice(("Hội đồng trường", "Tổ Văn phòng", "UBND xã", "Công đoàn", w.school(rng).name))),
                Cell(rng.choice(("", "", "", "Bản sao", "Ảnh chụp", "Kho B"))),
            ]
            if not table.add(row):
                return sheet
    return sheet


def students(rng: Random, *, landscape: bool = False) -> Sheet:
    """A list of students with dates of birth and other figures."""
    sheet = _sheet("danh-sach", rng, landscape=landscape)
    _start(
        sheet, rng, f"DANH SÁCH HỌC SINH LỚP {rng.randint(1, 9)}{rng.choice('ABCD')}", f"Năm học {w.school_year(rng)}", "DS"
    )
    table = Table(
        sheet, (0.6, 2.7, 1.75, 0.7, 1.1, 2.0, 1.8, 1.2), size=rng.choice((10.5, 11.0, 11.5)), rules=some_rules(rng)
    )
    table.add(heads("TT", "Họ và tên", "Ngày sinh", "Nữ", "Dân tộc", "Chỗ ở", "Điện thoại", "Ghi chú"))
    start, least = rng.choice((1, 1, 26)), rng.choice((0.0, 7.0, 8.0))
    for number in range(start, start + rng.randint(18, 42)):
        row = [
            Cell(str(number), "centre"),
            Cell(w.person(rng)),
            Cell(f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(2009, 2019)}", "centre"),
            Cell(rng.choice(("x", "")), "centre"),
            Cell(rng.choice(w.ETHNIC)),
            Cell(f"{rng.choice(('Bản', 'Thôn', 'Xóm'))} {w.place(rng)}"),
            Cell(f"0{rng.randrange(300000000, 999999999)}" if rng.random() < 0.7 else "", "centre"),
            Cell(rng.choice(("", "", "Hộ nghèo", "Cận nghèo", "KT"))),
        ]
        if not table.add(row, least_mm=least):
            break
    if sheet.room > sheet.mm(14):
        sheet.space(3)
        sheet.paragraph(f"Danh sách này có {number - start + 1} học sinh.", size=12)
    return sheet


def marks(rng: Random, *, landscape: bool | None = None) -> Sheet:
    """A mark sheet: dense decimals, the head turned into two levels, averages at the right."""
    sheet = _sheet("bang-diem", rng, landscape=rng.random() < 0.5 if landscape is None else landscape)
    subject = rng.choice(w.SUBJECTS)
    title(
        sheet,
        "BẢNG GHI ĐIỂM",
        f"Môn {subject}, học kỳ {rng.choice(('I', 'II'))}, năm học {w.school_year(rng)}",
        field=False,
        rule=False,
    )
    sheet.paragraph(
        f"Lớp: {rng.randint(6, 9)}{rng.choice('ABC')}. Giáo viên: {w.person(rng)}", align="left", indent=0, size=12
    )
    oral, wide = rng.randint(3, 5), sheet.image.width > sheet.image.height
    size = rng.choice((11.0, 12.0)) if wide else rng.choice((10.0, 11.0))
    table = Table(sheet, [0.6, 3.2, *[0.75] * oral, 0.95, 0.95, 0.95, 1.2], size=size, rules=some_rules(rng))
    table.add(
        [
            Cell("<b>TT</b>", "centre", rows=2),
            Cell("<b>Họ và tên</b>", "centre", rows=2),
            Cell("<b>Điểm ĐGtx</b>", "centre", columns=oral),
            *[Cell(f"<b>{text}</b>", "centre", rows=2) for text in ("ĐGgk", "ĐGck", "TBm", "Nhận xét")],
        ],
        [Cell(f"<b>{number}</b>", "centre") for number in range(1, oral + 1)],
    )
    for number in range(1, rng.randint(20, 45)):
        tens = [
            rng.choice((f"{rng.randint(4, 10)}", w.decimal(rng, 3.5, 10))) if rng.random() < 0.93 else ""
            for _ in range(oral)
        ]
        row = [
            Cell(str(number), "centre"),
            Cell(w.person(rng)),
            *[Cell(mark, "centre") for mark in tens],
            *[Cell(w.decimal(rng, 3.5, 10), rng.choice(("centre", "right"))) for _ in range(3)],
            Cell(rng.choice(("", "Tiến bộ", "Giỏi", "Khá"))),
        ]
        if not table.add(row):
            break
    return sheet


def merged(rng: Random, *, landscape: bool = True) -> Sheet:
    """A wide table with a head of two levels, numbers at the right and totals."""
    sheet = _sheet("bang-ngang", rng, landscape=landscape)
    _start(sheet, rng, "BIỂU TỔNG HỢP", f"{w.capital(rng.choice(w.MATTERS))} năm {rng.randint(2022, 2026)}")
    groups = rng.sample(["Số lớp", "Số học sinh", "Giáo viên", "Phòng học", "Kinh phí (triệu đồng)", "Thiết bị"], 3)
    subs = [
        rng.sample(("Tổng", "Nữ", "Dân tộc", "Kiên cố", "Tạm", "Đạt chuẩn", "Kế hoạch", "Thực hiện"), rng.choice((2, 2, 3)))
        for _ in groups
    ]
    count = sum(map(len, subs))
    table = Table(sheet, [0.6, 3.2, *ragged(rng, *[1.1] * count), 1.6], size=rng.choice((11.0, 12.0)), rules=some_rules(rng))
    table.add(
        [
            Cell("<b>Số TT</b>", "centre", rows=2),
            Cell("<b>Tên đơn vị</b>", "centre", rows=2),
            *[Cell(f"<b>{name}</b>", "centre", columns=len(sub)) for name, sub in zip(groups, subs, strict=True)],
            Cell("<b>Ghi chú</b>", "centre", rows=2),
        ],
        [Cell(f"<b>{name}</b>" if rng.random() < 0.5 else name, "centre") for sub in subs for name in sub],
    )
    if rng.random() < 0.5:
        table.add([Cell(f"<i>({number})</i>", "centre") for number in range(1, count + 4)])
    for number in range(1, rng.randint(8, 20)):
        figures = [Cell(_figure(rng), "right") for _ in range(count)]
        row = [
            Cell(str(number), "centre"),
            Cell(w.school(rng).name),
            *figures,
            Cell(rng.choice(("", "", "", "Điểm lẻ", "Ghép lớp"))),
        ]
        if not table.add(row, least_mm=rng.choice((0, 0, 8))):
            return sheet
    table.add(
        [
            Cell("<b>Tổng cộng</b>", "centre", columns=2),
            *[Cell(f"<b>{_figure(rng)}</b>", "right") for _ in range(count)],
            Cell(),
        ]
    )
    if sheet.room > sheet.mm(62):
        foot(sheet, rng, some_issuer(rng), receivers=False)
    return sheet


def _figure(rng: Random) -> str:
    return rng.choice(
        (
            str(rng.randint(0, 99)),
            str(rng.randint(100, 999)),
            w.decimal(rng, 1, 99),
            f"{rng.randint(1, 9)}.{rng.randint(0, 999):03}",
            "",
        )
    )


def open_sided(rng: Random, *, landscape: bool = False) -> Sheet:
    """A table without a full grid: no outer sides, or only level rules, or only a rule below the head."""
    sheet = _sheet("bang-ho", rng, landscape=landscape)
    _start(
        sheet,
        rng,
        "BẢNG PHÂN CÔNG NHIỆM VỤ",
        f"(Kèm theo Kế hoạch số {rng.randrange(10, 99)}/KH-{rng.choice(('UBND', 'THNL'))})",
        "KH",
    )
    thick = rng.choice((2, 3, 4))
    style = rng.choice(
        (
            Rules(sides=False, thick=thick),
            Rules(sides=False, columns=False, thick=thick),
            Rules(sides=False, columns=False, rows=False, thick=thick),
            Rules(sides=True, columns=False, thick=thick),
        )
    )
    table = Table(sheet, ragged(rng, 0.6, 2.4, 2.1, 3.6, 1.6), size=rng.choice((11.5, 12.0, 13.0)), rules=style)
    table.add(heads("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ", "Thời hạn"))
    for number in range(1, rng.randint(9, 22)):
        row = [
            Cell(str(number), "centre"),
            Cell(w.person(rng)),
            Cell(rng.choice(w.ROLES)),
            Cell(w.capital(rng.choice(w.MATTERS))),
            Cell(w.short_date(rng) if rng.random() < 0.8 else "", "right"),
        ]
        if not table.add(row):
            break
    table.close()
    if sheet.room > sheet.mm(62) and rng.random() < 0.5:
        foot(sheet, rng, some_issuer(rng), receivers=False)
    return sheet


def report_with_table(rng: Random, *, landscape: bool = False) -> Sheet:
    """A report whose paragraphs stand above and below a small table."""
    sheet = _sheet("bao-cao-bang", rng, landscape=landscape)
    head(sheet, rng, some_issuer(rng), short="BC")
    title(sheet, "BÁO CÁO", f"Tình hình {rng.choice(w.MATTERS)} năm học {w.school_year(rng)}")
    for _ in range(rng.randint(1, 2)):
        sheet.paragraph(w.paragraph(rng, 2, 3))
    sheet.paragraph("<b>1. Kết quả theo khối lớp</b>")
    width = (sheet.right - sheet.left) * rng.uniform(0.75, 1.0)
    table = Table(
        sheet,
        ragged(rng, 1.6, 1.2, 1.4, 1.4, 1.4),
        size=12,
        rules=some_rules(rng),
        width=width,
        left=(sheet.left + sheet.right - width) / 2,
    )
    table.add(heads("Khối lớp", "Số lớp", "Hoàn thành tốt", "Hoàn thành", "Tỷ lệ (%)"))
    for grade in range(1, rng.randint(4, 6)):
        table.add(
            [
                Cell(f"Khối {grade}"),
                Cell(str(rng.randint(1, 6)), "centre"),
                Cell(str(rng.randint(10, 120)), "right"),
                Cell(str(rng.randint(10, 120)), "right"),
                Cell(w.decimal(rng, 80, 100), "right"),
            ]
        )
    sheet.space(3)
    sheet.paragraph("<b>2. Nhận xét, đánh giá</b>")
    for _ in range(rng.randint(1, 3)):
        text = w.paragraph(rng, 1, 3)
        if sheet.fits(text):
            sheet.paragraph(text)
    return sheet
