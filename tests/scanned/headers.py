"""The head and the foot of official papers as Nghị định 30/2020/NĐ-CP lays them out, and their fields."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import NamedTuple

from tests.scanned import wording as w
from tests.scanned.truth import Line, in_order, side_by_side
from tests.scanned.typesetting import DPI, Face, Sheet

_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


class Issuer(NamedTuple):
    """Who issues a paper: the body above (may be empty), the body, its symbol, where, the school if it is one."""

    above: str
    body: str
    symbol: str
    where: str
    school: w.School


class Signed(NamedTuple):
    """Where the foot of a paper stands: the office and the name, in pixels (x of the middle, y)."""

    middle: float
    office: float
    name: float


def some_issuer(rng: Random) -> Issuer:
    """A school of a commune, or the commune itself."""
    of = w.school(rng)
    commune = of.commune.upper()
    if rng.random() < 0.35:
        return Issuer("", f"ỦY BAN NHÂN DÂN\nXÃ {commune}", "UBND", of.commune, of)
    above = rng.choice((f"UBND XÃ {commune}", f"ỦY BAN NHÂN DÂN XÃ {commune}"))
    return Issuer(above, of.name.upper(), of.symbol, of.commune, of)


def head(
    sheet: Sheet, rng: Random, issuer: Issuer, *, short: str, dated: bool = True, numbered: bool = True, subject: str = ""
) -> dt.date:
    """The two columns: bodies and number on the left, the state's name and place with date on the right; returns the date.

    `short` is the abbreviation of the kind (QĐ, KH; empty for letters), `subject` a letter's `V/v …`.
    """
    size = min(sheet.look.size, rng.choice((12.5, 13.0)))
    while sheet.font(size, Face(bold=True)).getlength(_STATE) > 0.56 * (sheet.right - sheet.left):
        size -= 0.5
    middle = sheet.left + (sheet.right - sheet.left) * rng.uniform(0.42, 0.45)
    edge, top = sheet.left - sheet.mm(rng.uniform(2, 8)), sheet.y
    above = f"{issuer.above}\n" if issuer.above else ""
    body = "\n".join(f"<b>{line}</b>" for line in issuer.body.split("\n"))
    left, left_end = sheet.block(above + body, edge, middle, top, size=size, align="centre", leading=1.18)
    third = (middle - edge) * rng.uniform(0.13, 0.2)
    sheet.rule((edge + middle) / 2 - third, (edge + middle) / 2 + third, left_end + sheet.mm(1.0), rng.choice((2, 3, 4)))
    right, right_end = sheet.block(
        f"<b>{_STATE}</b>", middle, sheet.right + sheet.mm(4), top, size=size - 0.3, align="centre", leading=1.18
    )
    motto, right_end = sheet.block(
        "<b>Độc lập - Tự do - Hạnh phúc</b>",
        middle,
        sheet.right + sheet.mm(4),
        right_end,
        size=size + 0.5,
        align="centre",
        leading=1.18,
    )
    half = sheet.font(size + 0.5).getlength("Độc lập - Tự do - Hạnh phúc") / 2 * 1.04
    centre = (middle + sheet.right + sheet.mm(4)) / 2
    sheet.rule(centre - half, centre + half, right_end + sheet.mm(1.0), rng.choice((2, 3, 4)))
    right += motto
    date, row = w.day(rng), max(left_end, right_end) + sheet.mm(rng.uniform(2, 4))
    left_end = right_end = row
    if numbered:
        mark = f"{short}-{issuer.symbol}" if short else f"{issuer.symbol}-{rng.choice(('VHXH', 'VP', 'CM'))}"
        number = w.paper_number(rng, mark)
        lines, left_end = sheet.block(f"Số: {number}", edge, middle, row, size=size, align="centre", leading=1.18)
        left += lines
        sheet.fields["so_ky_hieu"] = number
    if subject:
        lines, left_end = sheet.block(
            subject, edge + sheet.mm(3), middle - sheet.mm(2), left_end + sheet.mm(1), size=12, align="centre", leading=1.15
        )
        left += lines
        sheet.fields["trich_yeu"] = subject.removeprefix("V/v ")
    if dated:
        lines, right_end = sheet.block(
            f"<i>{issuer.where}, {w.long_date(date)}</i>",
            middle,
            sheet.right + sheet.mm(4),
            row,
            size=size,
            align="centre",
            leading=1.18,
        )
        right += lines
        sheet.fields["ngay_ban_hanh"] = date.isoformat()
    sheet.segments.append(side_by_side((left, right)))
    sheet.fields["co_quan_ban_hanh"] = " ".join(issuer.body.split())
    sheet.y = max(left_end, right_end) + sheet.mm(rng.uniform(4, 8))
    return date


def title(sheet: Sheet, kind: str, about: str, *, field: bool = True, rule: bool = True) -> None:
    """The name of the paper's kind and what it is about, centred, with the short line below."""
    size = sheet.look.size
    sheet.paragraph(f"<b>{kind}</b>", align="centre", size=size + 0.5, gap=0)
    lines, sheet.y = sheet.block(
        "\n".join(f"<b>{part}</b>" for part in about.split("\n")),
        sheet.left + sheet.mm(12),
        sheet.right - sheet.mm(12),
        sheet.y,
        size=size,
        align="centre",
        leading=1.18,
    )
    sheet.segments.append(in_order(" ".join(line.text for line in lines)))
    if rule and about:
        middle = (sheet.left + sheet.right) / 2
        sheet.rule(middle - sheet.mm(17), middle + sheet.mm(17), sheet.y + sheet.mm(1.2))
    sheet.space(6)
    if field:
        sheet.fields["loai_van_ban"] = kind
        if about:
            sheet.fields["trich_yeu"] = " ".join(about.split())


def foot(sheet: Sheet, rng: Random, issuer: Issuer, *, receivers: bool = True, keep: str = "VT", office: str = "") -> Signed:
    """Receivers on the left, office and name on the right."""
    middle = sheet.left + (sheet.right - sheet.left) * rng.uniform(0.46, 0.52)
    size, top, name = sheet.look.size, sheet.y + sheet.mm(2), w.person(rng)
    office = office or some_office(rng, issuer)
    right, office_end = sheet.block(
        "\n".join(f"<b>{line}</b>" for line in office.split("\n")),
        middle,
        sheet.right,
        top,
        size=size,
        align="centre",
        leading=1.18,
    )
    name_top = office_end + sheet.mm(rng.uniform(19, 28))
    named, end = sheet.block(f"<b>{name}</b>", middle, sheet.right, name_top, size=size, align="centre")
    left: list[Line] = []
    if receivers:
        left, left_end = sheet.block("<b><i>Nơi nhận:</i></b>", sheet.left, middle, top, size=12, leading=1.15)
        rest, left_end = sheet.block(
            _receivers(rng, keep), sheet.left, middle - sheet.mm(4), left_end, size=11, leading=1.12
        )
        left += rest
        end = max(end, left_end)
    sheet.segments.append(
        side_by_side((left, right + named)) if left else in_order(" ".join(line.text for line in right + named))
    )
    sheet.fields["nguoi_ky"] = name
    sheet.y = end
    return Signed((middle + sheet.right) / 2, office_end, name_top + size * DPI / 72)


def some_office(rng: Random, issuer: Issuer) -> str:
    """Who signs for the body."""
    if issuer.symbol == "UBND":
        return rng.choice(("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"))
    return rng.choice(("HIỆU TRƯỞNG", "HIỆU TRƯỞNG", "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG"))


def _receivers(rng: Random, keep: str) -> str:
    pool = [
        "Như trên",
        "Như Điều 3",
        "Phòng VH-XH xã (để báo cáo)",
        "Các trường trên địa bàn xã",
        "Trưởng các thôn, bản",
        f"Đảng ủy xã {w.place(rng)}",
        "Ban đại diện cha mẹ học sinh",
        "Niêm yết tại bảng tin",
        "Công đoàn cơ sở",
    ]
    chosen = rng.sample(pool, rng.randint(2, 4))
    return "\n".join([f"- {line};" for line in chosen] + [f"- Lưu: {keep}, hồ sơ."])


def foot_height(sheet: Sheet) -> float:
    """The pixels a foot needs at most."""
    return sheet.mm(58)
