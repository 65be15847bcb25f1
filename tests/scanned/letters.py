"""Kinds of running text: letters, decisions, plans, reports, minutes, plain pages, certificates."""

from __future__ import annotations

from random import Random

from tests.scanned import wording as w
from tests.scanned.headers import Issuer, foot, foot_height, head, some_issuer, title
from tests.scanned.ink import BLACK, BLUE, RED, seal, signature
from tests.scanned.truth import in_order, side_by_side
from tests.scanned.typesetting import Sheet, some_look


def letter(rng: Random) -> Sheet:
    """An official letter with its subject under the number."""
    sheet = Sheet("cong-van", some_look(rng))
    _letter(sheet, rng, some_issuer(rng))
    return sheet


def sealed_letter(rng: Random) -> Sheet:
    """A letter whose seal and signature lie over the foot and over the last lines."""
    sheet = Sheet("dau-do", some_look(rng))
    issuer = some_issuer(rng)
    x, y, name = _letter(sheet, rng, issuer)
    pen = BLACK if rng.random() < 0.35 else BLUE
    seal(sheet, rng, " ".join(issuer.body.split()), x - sheet.mm(rng.uniform(14, 24)), y + sheet.mm(rng.uniform(4, 12)), RED)
    signature(sheet, rng, x + sheet.mm(rng.uniform(-6, 8)), (y + name) / 2 + sheet.mm(rng.uniform(-2, 6)), pen)
    if rng.random() < 0.4:
        seal(sheet, rng, w.place(rng), sheet.right - sheet.mm(rng.uniform(10, 60)), sheet.mm(rng.uniform(95, 150)), RED)
    return sheet


def _letter(sheet: Sheet, rng: Random, issuer: Issuer) -> tuple[float, float, float]:
    matter = rng.choice(w.MATTERS)
    head(sheet, rng, issuer, short="", subject=f"V/v {matter} năm học {w.school_year(rng)}")
    sheet.fields["loai_van_ban"] = "CÔNG VĂN"
    to = rng.choice(
        (
            "Các trường trên địa bàn xã",
            "Ủy ban nhân dân các xã lân cận",
            f"Hiệu trưởng {w.school(rng).name}",
            "Trưởng các thôn, bản",
        )
    )
    if rng.random() < 0.4:
        lines = f"Kính gửi:\n- {to};\n- Ban đại diện cha mẹ học sinh;\n- {w.school(rng).name}."
        drawn, sheet.y = sheet.block(
            lines, sheet.left + sheet.mm(38), sheet.right, sheet.y, size=sheet.look.size, leading=1.25
        )
        sheet.segments.append(in_order(" ".join(line.text for line in drawn)))
        sheet.space(4)
    else:
        sheet.paragraph(f"Kính gửi: {to}.", align="centre", gap=4)
    sheet.paragraph(f"Thực hiện Kế hoạch số {w.dated_number(rng, 'KH-UBND')} về việc {matter}, {w.sentence(rng)}")
    _fill(sheet, rng, foot_height(sheet), numbered=rng.random() < 0.6)
    sheet.paragraph("Đề nghị các đơn vị nghiêm túc triển khai thực hiện./.")
    return tuple(foot(sheet, rng, issuer))


def _fill(sheet: Sheet, rng: Random, keep: float, *, numbered: bool = False, most: int = 9) -> None:
    """Paragraphs until only `keep` pixels are left, or fewer: papers are not all full."""
    for number in range(1, rng.randint(2, most) + 1):
        text = w.paragraph(rng)
        if numbered:
            text = f"{number}. {text}"
        if rng.random() < 0.12:
            words = text.split()
            words[2], words[4] = f"<b>{words[2]}", f"{words[4]}</b>"
            text = " ".join(words)
        if sheet.room - keep < sheet.mm(28) or not sheet.fits(text):
            return
        sheet.paragraph(text)


def decision(rng: Random) -> Sheet:
    """A decision: authority, grounds in italics, articles."""
    sheet = Sheet("quyet-dinh", some_look(rng))
    _decision(sheet, rng)
    return sheet


def footnoted(rng: Random) -> Sheet:
    """A decision with raised figures in the text and small notes below a short line at the foot of the page."""
    look = some_look(rng, sizes=(12, 13))
    sheet = Sheet("chu-thich", look)
    issuer = some_issuer(rng)
    notes = [
        f"{rng.choice(('Điều', 'Khoản'))} này được {rng.choice(('sửa đổi', 'bổ sung', 'bãi bỏ'))} theo Quyết định số "
        f"{w.dated_number(rng, 'QĐ-UBND')}, có hiệu lực thi hành kể từ ngày ký."
        for _ in range(rng.randint(2, 4))
    ]
    head(sheet, rng, issuer, short="QĐ")
    title(sheet, "QUYẾT ĐỊNH", f"Ban hành Quy chế {rng.choice(w.MATTERS)}")
    size = 10.0
    high = sum(
        len(sheet.broken(f"0 {note}", size, sheet.right - sheet.left)) for note in notes
    ) * size * 300 / 72 * 1.15 + sheet.mm(4)
    for number, _ in enumerate(notes, 1):
        text = f"<b>Điều {number}.</b> {w.paragraph(rng, 2, 3).rstrip('.')}<s>{number}</s>. {w.sentence(rng)}"
        if sheet.room - high < sheet.mm(30) or not sheet.fits(text):
            break
        sheet.paragraph(text)
        said = number
    while sheet.room - high > sheet.mm(32):
        sheet.paragraph(w.paragraph(rng, 1, 2))
    sheet.y = sheet.image.height - sheet.mm(look.bottom) - high
    sheet.rule(sheet.left, sheet.left + sheet.mm(50), sheet.y, 2)
    sheet.space(2)
    for number, note in enumerate(notes[:said], 1):
        drawn, sheet.y = sheet.block(f"<s>{number}</s> {note}", sheet.left, sheet.right, sheet.y, size=size, leading=1.15)
        sheet.segments.append(in_order(" ".join(line.text for line in drawn)))
    return sheet


def _decision(sheet: Sheet, rng: Random) -> Issuer:
    issuer = some_issuer(rng)
    head(sheet, rng, issuer, short="QĐ")
    title(sheet, "QUYẾT ĐỊNH", f"Về việc {rng.choice(w.MATTERS)} năm học {w.school_year(rng)}")
    power = (
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ " + issuer.where.upper() if issuer.symbol == "UBND" else f"HIỆU TRƯỞNG {issuer.body}"
    )
    sheet.paragraph(f"<b>{power}</b>", align="centre", gap=3)
    grounds = rng.randint(2, 4)
    for _ in range(grounds):
        sheet.paragraph(
            f"<i>Căn cứ {rng.choice(('Nghị quyết', 'Thông tư', 'Quyết định'))} số "
            f"{w.dated_number(rng, '2024/NQ-HĐND', '2021/TT-BGDĐT', 'QĐ-UBND')} quy định về {rng.choice(w.MATTERS)};</i>"
        )
    sheet.paragraph(f"<i>Theo đề nghị của {rng.choice(w.ROLES)}.</i>")
    sheet.paragraph("<b>QUYẾT ĐỊNH:</b>", align="centre", gap=3)
    last = 1
    for number in range(1, rng.randint(3, 4) + 1):
        text = f"<b>Điều {number}.</b> {w.paragraph(rng, 1, 3)}"
        if not sheet.fits(text) or sheet.room < foot_height(sheet) + sheet.mm(22):
            break
        sheet.paragraph(text)
        last = number + 1
    article = f"<b>Điều {last}.</b> " if rng.random() < 0.5 else ""
    sheet.paragraph(f"{article}Quyết định này có hiệu lực kể từ ngày ký./.")
    foot(sheet, rng, issuer)
    return issuer


def plan(rng: Random) -> Sheet:
    """A plan with roman, arabic and lettered headings."""
    sheet = Sheet("ke-hoach", some_look(rng))
    head(sheet, rng, some_issuer(rng), short="KH")
    title(sheet, "KẾ HOẠCH", f"{w.capital(rng.choice(w.MATTERS))}\nnăm học {w.school_year(rng)}")
    sheet.paragraph(f"<i>Căn cứ Công văn số {w.dated_number(rng, 'SGDĐT-QLCL')} về {rng.choice(w.MATTERS)};</i>")
    parts = (
        ("I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích", "2. Yêu cầu"),
        ("II. NỘI DUNG", "1. Công tác chuẩn bị", "2. Thời gian, địa điểm"),
        ("III. TỔ CHỨC THỰC HIỆN", "1. Phân công nhiệm vụ", "2. Kinh phí"),
    )
    for big, *small in parts:
        if sheet.room < sheet.mm(34):
            return sheet
        sheet.paragraph(f"<b>{big}</b>")
        for heading in small:
            if sheet.room < sheet.mm(26):
                return sheet
            sheet.paragraph(f"<b>{heading}</b>" if rng.random() < 0.8 else f"<b><i>{heading}</i></b>")
            for letter_ in "abc"[: rng.randint(0, 3)]:
                text = f"{letter_}) {w.sentence(rng)}"
                if sheet.fits(text):
                    sheet.paragraph(text)
            text = f"- {w.paragraph(rng, 1, 2)}"
            if sheet.fits(text):
                sheet.paragraph(text)
    return sheet


def minutes(rng: Random) -> Sheet:
    """Minutes: no place and date in the head, those present, what was said; two sign."""
    sheet = Sheet("bien-ban", some_look(rng))
    issuer, date = some_issuer(rng), w.day(rng)
    head(sheet, rng, issuer, short="BB", dated=False, numbered=rng.random() < 0.5)
    title(
        sheet,
        "BIÊN BẢN",
        f"Họp {rng.choice(('Hội đồng trường', 'tổ chuyên môn', 'cha mẹ học sinh'))} về {rng.choice(w.MATTERS)}",
    )
    sheet.paragraph(
        f"Thời gian bắt đầu: {rng.randrange(7, 16):02} giờ {rng.randrange(12) * 5:02} phút, {w.long_date(date)}."
    )
    sheet.paragraph(f"Địa điểm: Phòng họp số {rng.randint(1, 3)}, {issuer.school.name}.")
    sheet.paragraph("<b>Thành phần tham dự:</b>")
    for number in range(1, rng.randint(3, 6)):
        sheet.paragraph(f"{number}. {rng.choice(('Ông', 'Bà'))} {w.person(rng)} - {rng.choice(w.ROLES)};", gap=0.6)
    sheet.paragraph(f"Vắng: {rng.randint(0, 3):02} người ({rng.choice(('có lý do', 'ốm', 'đi công tác'))}).")
    sheet.paragraph("<b>Nội dung cuộc họp:</b>")
    _fill(sheet, rng, foot_height(sheet), numbered=True, most=6)
    sheet.paragraph(f"Cuộc họp kết thúc vào {rng.randrange(10, 18)} giờ {rng.randrange(12) * 5:02} phút cùng ngày./.")
    top = sheet.y + sheet.mm(2)
    middle, size = (sheet.left + sheet.right) / 2, sheet.look.size
    names = (w.person(rng), w.person(rng))
    blocks = []
    for number, (office, name) in enumerate(zip(("THƯ KÝ", "CHỦ TỌA"), names, strict=True)):
        left, right = ((sheet.left, middle), (middle, sheet.right))[number]
        lines, y = sheet.block(f"<b>{office}</b>", left, right, top, size=size, align="centre")
        if rng.random() < 0.5:
            signature(sheet, rng, (left + right) / 2, y + sheet.mm(12), rng.choice((BLUE, BLACK)))
        more, end = sheet.block(f"<b>{name}</b>", left, right, y + sheet.mm(23), size=size, align="centre")
        blocks.append(lines + more)
    sheet.segments.append(side_by_side(blocks))
    sheet.fields["nguoi_ky"] = names[1]
    sheet.y = end
    return sheet


def report(rng: Random) -> Sheet:
    """A report with sections and evidence codes in the text."""
    sheet = Sheet("bao-cao", some_look(rng))
    head(sheet, rng, some_issuer(rng), short="BC")
    title(sheet, "BÁO CÁO", f"Kết quả {rng.choice(w.MATTERS)} năm học {w.school_year(rng)}")
    for part, heading in enumerate(("Đặc điểm tình hình", "Kết quả đạt được", "Tồn tại, hạn chế", "Phương hướng"), 1):
        if sheet.room < sheet.mm(32):
            break
        sheet.paragraph(f"<b>{('I', 'II', 'III', 'IV')[part - 1]}. {heading.upper()}</b>")
        for _ in range(rng.randint(1, 3)):
            text = w.paragraph(rng, 1, 3)
            if rng.random() < 0.6:
                text = f"{text.rstrip('.')} [H{rng.randint(1, 9)}-{part}.{rng.randint(1, 6)}-{rng.randint(1, 20):02}]."
            if sheet.fits(text):
                sheet.paragraph(text)
    return sheet


def running(rng: Random) -> Sheet:
    """A second page of a long paper: its number on top, then text."""
    sheet = Sheet("van-xuoi", some_look(rng))
    number = rng.randint(2, 48)
    sheet.block(str(number), sheet.left, sheet.right, sheet.mm(8), size=13, align="centre")
    sheet.segments.append(in_order(str(number)))
    _fill(sheet, rng, 0, most=16)
    return sheet


def small_print(rng: Random) -> Sheet:
    """A page of a book or bulletin: sans or another serif, small letters, headings, two levels of lists."""
    sheet = Sheet("ban-tin", some_look(rng, sizes=(11.5, 12), sans=0.6)._replace(indent=rng.choice((0, 6)), gap=2.4))
    sheet.paragraph(f"<b>BẢN TIN GIÁO DỤC XÃ {w.place(rng).upper()}</b>", align="centre", size=15, gap=1)
    sheet.paragraph(
        f"<i>Số {rng.randint(1, 12)}, tháng {rng.randint(1, 12)} năm {rng.randint(2021, 2026)}</i>", align="centre", gap=4
    )
    while sheet.room > sheet.mm(45):
        sheet.paragraph(f"<b>{w.capital(rng.choice(w.MATTERS))}</b>")
        for _ in range(rng.randint(1, 2)):
            text = w.paragraph(rng, 2, 4)
            if sheet.fits(text):
                sheet.paragraph(text)
        for _ in range(rng.randint(0, 3)):
            text = f"+ {w.sentence(rng)}"
            if sheet.fits(text):
                sheet.paragraph(text, gap=0.8)
    return sheet


def certificate(rng: Random) -> Sheet:
    """A framed certificate, landscape: big letters, some in red, a seal over the foot."""
    look = some_look(rng)._replace(left=32, right=32, top=26, justified=False)
    sheet = Sheet("giay-chung-nhan", look, landscape=True)
    issuer, name = some_issuer(rng), w.person(rng)
    frame = rng.choice(((176, 120, 30), (150, 30, 30), (40, 60, 120)))
    for inset, thick in ((10, 10), (12.5, 3), (15, 5)):
        edge = sheet.mm(inset)
        sheet.draw.rectangle((edge, edge, sheet.image.width - edge, sheet.image.height - edge), outline=frame, width=thick)
    for x in (18, 279):
        for y in (18, 192):
            sheet.draw.ellipse((sheet.mm(x - 4), sheet.mm(y - 4), sheet.mm(x + 4), sheet.mm(y + 4)), outline=frame, width=6)
    head(sheet, rng, issuer, short="", dated=False, numbered=False)
    sheet.look = look._replace(ink=(190, 25, 30))
    kind = rng.choice(("GIẤY CHỨNG NHẬN", "GIẤY KHEN"))
    sheet.paragraph(f"<b>{kind}</b>", align="centre", size=rng.uniform(26, 32), gap=7)
    sheet.look = look
    sheet.paragraph(
        f"{rng.choice(('Chứng nhận', 'Khen tặng'))} {rng.choice(('em', 'ông', 'bà'))}:", align="centre", size=15, gap=1
    )
    sheet.paragraph(f"<b>{name}</b>", align="centre", size=22, gap=5)
    sheet.paragraph(
        f"Sinh {w.long_date(w.birthday(rng))}, lớp {rng.randint(1, 9)}{rng.choice('ABC')}, {issuer.school.name}",
        align="centre",
        size=14,
        gap=3,
    )
    sheet.paragraph(
        f"Đã có thành tích {rng.choice(('xuất sắc', 'tiêu biểu'))} trong việc {rng.choice(w.MATTERS)}",
        align="centre",
        size=14,
        gap=3,
    )
    sheet.paragraph(f"Năm học {w.school_year(rng)}", align="centre", size=14, gap=6)
    date = w.day(rng)
    middle = (sheet.left + sheet.right) / 2
    lines, y = sheet.block(
        f"<i>{issuer.where}, {w.long_date(date)}</i>", middle, sheet.right, sheet.y, size=13, align="centre"
    )
    office = "HIỆU TRƯỞNG" if issuer.symbol != "UBND" else "CHỦ TỊCH"
    more, y = sheet.block(f"<b>{office}</b>", middle, sheet.right, y, size=13.5, align="centre")
    signer = w.person(rng)
    last, _ = sheet.block(
        f"<b>{signer}</b>", middle, sheet.right, min(y + sheet.mm(22), sheet.mm(182)), size=13.5, align="centre"
    )
    left, _ = sheet.block(f"Số vào sổ: {rng.randrange(10, 400)}/GK", sheet.left, middle, y, size=12)
    sheet.segments.append(side_by_side((left, lines + more + last)))
    x = (middle + sheet.right) / 2
    seal(sheet, rng, " ".join(issuer.body.split()), x - sheet.mm(18), y + sheet.mm(12))
    signature(sheet, rng, x, y + sheet.mm(11))
    sheet.fields.update(loai_van_ban=kind, ngay_ban_hanh=date.isoformat(), nguoi_ky=signer)
    return sheet


def two_columns(rng: Random) -> Sheet:
    """A list set in two columns without any rule between them."""
    sheet = Sheet("hai-cot", some_look(rng, sizes=(12, 13)))
    sheet.paragraph(f"<b>DANH SÁCH {rng.choice(('ĐẠI BIỂU', 'GIÁO VIÊN', 'HỘI VIÊN'))} THAM DỰ HỘI NGHỊ</b>", align="centre")
    sheet.paragraph(
        f"<i>(Kèm theo Thông báo số {rng.randrange(10, 99)}/TB-UBND {w.long_date(w.day(rng))})</i>", align="centre", gap=5
    )
    middle, gutter = (sheet.left + sheet.right) / 2, sheet.mm(rng.uniform(3, 7))
    top, count, columns = sheet.y, rng.randint(13, 26), []
    ends = []
    for side, (left, right) in enumerate(((sheet.left, middle - gutter), (middle + gutter, sheet.right))):
        names = [
            f"{side * count + number + 1}. {w.person(rng)}" + (f" - {rng.choice(w.ROLES)}" if rng.random() < 0.4 else "")
            for number in range(count - (rng.randint(0, 3) if side else 0))
        ]
        lines, end = sheet.block(
            "\n".join(names), left, right, top, size=sheet.look.size, leading=rng.choice((1.3, 1.4)) if side == 0 else 1.35
        )
        columns.append(lines)
        ends.append(end)
    sheet.segments.append(side_by_side(columns))
    sheet.y = max(ends) + sheet.mm(6)
    sheet.paragraph(f"Tổng số: {2 * count} người. {w.sentence(rng)}")
    return sheet
