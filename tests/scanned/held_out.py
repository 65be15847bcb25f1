"""Kinds that nobody tunes on: they are drawn only to judge (`--held-out`), and nobody looks at their pages before."""

from __future__ import annotations

from random import Random

from tests.scanned import wording as w
from tests.scanned.headers import foot, head, some_issuer, title
from tests.scanned.tables import Cell, Table, heads, some_rules
from tests.scanned.truth import TABLE
from tests.scanned.typesetting import Sheet, some_look


def timetable(rng: Random) -> Sheet:
    """A week's lessons: merged halves of the day at the left, small cells, some empty."""
    sheet = Sheet(
        "thoi-khoa-bieu", some_look(rng, sans=0.3)._replace(left=20, right=15), landscape=rng.random() < 0.6, group=TABLE
    )
    title(
        sheet,
        "THỜI KHÓA BIỂU",
        f"Lớp {rng.randint(1, 9)}{rng.choice('ABC')}, áp dụng từ {w.long_date(w.day(rng))}",
        field=False,
        rule=False,
    )
    table = Table(sheet, (1.1, 0.7, 2, 2, 2, 2, 2), size=rng.choice((11.0, 12.0, 13.0)), rules=some_rules(rng))
    table.add(heads("Buổi", "Tiết", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu"))
    for half, count in (("Sáng", rng.randint(4, 5)), ("Chiều", rng.randint(3, 4))):
        rows = []
        for number in range(1, count + 1):
            lessons = [Cell(rng.choice((*w.SUBJECTS, "", "Chào cờ", "Sinh hoạt lớp")), "centre") for _ in range(5)]
            first = [Cell(f"<b>{half}</b>", "centre", rows=count)] if number == 1 else []
            rows.append([*first, Cell(str(number), "centre"), *lessons])
        table.add(*rows)
    sheet.space(4)
    sheet.paragraph(f"<i>Ghi chú: {w.sentence(rng)}</i>", size=12)
    return sheet


def invitation(rng: Random) -> Sheet:
    """An invitation: short, big letters, indented particulars with a colon, a framed part now and then."""
    sheet = Sheet("giay-moi", some_look(rng, sizes=(13.5, 14.5))._replace(leading=1.4))
    issuer = some_issuer(rng)
    head(sheet, rng, issuer, short="GM")
    title(sheet, "GIẤY MỜI", f"Dự hội nghị {rng.choice(w.MATTERS)}")
    sheet.paragraph(f"Kính gửi: {rng.choice(('Ông', 'Bà'))} {w.person(rng)}, {rng.choice(w.ROLES)}", align="centre", gap=3)
    sheet.paragraph(f"{issuer.school.name} trân trọng kính mời Ông (Bà) tới dự hội nghị với các nội dung sau:")
    top = sheet.y
    for label, answer in (
        ("Thời gian", f"{rng.randrange(7, 16):02} giờ {rng.randrange(12) * 5:02} phút, {w.long_date(w.day(rng))}"),
        ("Địa điểm", f"Hội trường {issuer.school.name}"),
        ("Chủ trì", f"{rng.choice(('Ông', 'Bà'))} {w.person(rng)}"),
        ("Nội dung", w.paragraph(rng, 1, 2)),
    ):
        sheet.paragraph(f"<b><i>{label}:</i></b> {answer}")
    if rng.random() < 0.4:
        sheet.draw.rectangle((sheet.left - 25, top - 5, sheet.right + 25, sheet.y + 10), outline=sheet.look.ink, width=3)
        sheet.space(3)
    sheet.paragraph("Rất mong Ông (Bà) sắp xếp thời gian tới dự đúng giờ./.")
    foot(sheet, rng, issuer)
    return sheet


HELD_OUT = {"thoi-khoa-bieu": timetable, "giay-moi": invitation}
"""By name; no seed for tuning draws them."""
