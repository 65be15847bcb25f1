"""The ruled form: what is asked is printed, what is answered stands on dotted leaders or in tick boxes."""

from __future__ import annotations

from random import Random

from tests.scanned import wording as w
from tests.scanned.headers import head, some_issuer, title
from tests.scanned.ink import BLACK, BLUE, tick_box
from tests.scanned.tables import Cell, Table, heads, some_rules
from tests.scanned.truth import TABLE, Line, across, in_order
from tests.scanned.typesetting import DPI, Sheet, families, some_look


def form(rng: Random) -> Sheet:
    """Lines to fill in, boxes to tick, a small table, a place to sign."""
    sheet = Sheet("phieu", some_look(rng, sizes=(12, 13.5))._replace(justified=False), group=TABLE)
    writer = _Writer(sheet, rng)
    if rng.random() < 0.6:
        head(sheet, rng, some_issuer(rng), short="", dated=False, numbered=False)
    title(
        sheet,
        rng.choice(("PHIẾU KHẢO SÁT Ý KIẾN", "PHIẾU THÔNG TIN HỌC SINH", "ĐƠN ĐĂNG KÝ")),
        f"Về {rng.choice(w.MATTERS)}",
        field=False,
        rule=False,
    )
    writer.filled("Họ và tên:", w.person(rng))
    writer.filled("Sinh ngày:", w.short_date(rng), "Dân tộc:", rng.choice(w.ETHNIC))
    writer.filled(
        "Nghề nghiệp:",
        rng.choice(("Làm ruộng", "Công nhân", "Buôn bán nhỏ", "Giáo viên")),
        "Điện thoại:",
        f"0{rng.randrange(300000000, 999999999)}",
    )
    writer.filled("Chỗ ở hiện nay:", f"Thôn {w.place(rng)}, xã {w.place(rng)}" if rng.random() < 0.8 else "")
    sheet.space(2)
    for number in range(1, rng.randint(4, 6)):
        sheet.paragraph(f"<b>{number}. {_QUESTIONS[(number + rng.randint(0, 2)) % len(_QUESTIONS)]}</b>", indent=0)
        writer.choices(rng.sample(_ANSWERS, rng.randint(2, 4)))
    sheet.space(2)
    if rng.random() < 0.7:
        _small_table(sheet, rng)
    for _ in range(rng.randint(1, 3)):
        writer.filled("Ý kiến khác:", rng.choice((w.capital(rng.choice(w.MATTERS)), "")))
    sheet.space(3)
    middle = (sheet.left + sheet.right) / 2
    lines, y = sheet.block(
        "<b>Người kê khai</b>\n<i>(Ký, ghi rõ họ tên)</i>", middle, sheet.right, sheet.y, size=12.5, align="centre"
    )
    sheet.segments.append(in_order(" ".join(line.text for line in lines)))
    sheet.y = y
    return sheet


_QUESTIONS = (
    "Gia đình có hài lòng với bữa ăn bán trú không?",
    "Học sinh đến trường bằng phương tiện gì?",
    "Nhà trường có công khai các khoản thu đầu năm học không?",
    "Ông (bà) được mời họp phụ huynh mấy lần trong năm?",
    "Cơ sở vật chất của trường đáp ứng nhu cầu ở mức nào?",
    "Con em có tham gia câu lạc bộ nào không?",
)
_ANSWERS = (
    "Có",
    "Không",
    "Rất tốt",
    "Bình thường",
    "Xe đạp",
    "Đi bộ",
    "Một lần",
    "Hai lần",
    "Chưa rõ",
    "Ý kiến khác",
    "Đáp ứng một phần",
)


class _Writer:
    """Who fills in this form: one letter and one pen for the whole page."""

    def __init__(self, sheet: Sheet, rng: Random) -> None:
        self.sheet, self.rng = sheet, rng
        names = [name for name in ("Liberation Sans", "Arimo", "Carlito", "DejaVu Sans") if name in families()] or [
            sheet.look.family
        ]
        self.family = rng.choice((*names, sheet.look.family))
        self.pen = rng.choice((BLUE, BLACK, sheet.look.ink))
        self.rise = rng.uniform(1, 6)

    def filled(self, *pairs: str) -> None:
        """Printed labels, each followed by dots up to the next label and its answer on the dots."""
        sheet, size = self.sheet, self.sheet.look.size
        step = size * DPI / 72 * 1.45
        base, printed = sheet.y + step * 0.8, []
        slots = len(pairs) // 2
        for slot in range(slots):
            left = sheet.left + (sheet.right - sheet.left) * slot / slots
            right = sheet.left + (sheet.right - sheet.left) * (slot + 1) / slots - sheet.mm(2 if slot + 1 < slots else 0)
            label, answer = pairs[2 * slot : 2 * slot + 2]
            (words,) = sheet.broken(label, size, right - left)
            line = sheet.set_line(words, left, right, base, size, "left")
            x = left + sheet.font(size).getlength(label) + sheet.mm(1)
            self._dots(x, right, base)
            printed.append(line)
            if answer:
                printed.append(self._write(answer, x + sheet.mm(self.rng.uniform(1, 9)), base, right))
        sheet.segments.append(in_order(" ".join(line.text for line in printed)))
        sheet.y += step

    def _dots(self, left: float, right: float, base: float) -> None:
        dot = self.sheet.font(self.sheet.look.size).getlength(".")
        count = int((right - left) / dot)
        if count > 0:
            self.sheet.draw.text(
                (left, base), "." * count, font=self.sheet.font(self.sheet.look.size), fill=self.sheet.look.ink, anchor="ls"
            )

    def _write(self, text: str, x: float, base: float, right: float) -> Line:
        sheet = self.sheet
        printed, sheet.look = sheet.look, sheet.look._replace(family=self.family, ink=self.pen)
        size = printed.size + self.rng.choice((-0.5, 0, 0.5))
        width = sheet.font(size).getlength(text)
        if x + width > right:
            x = right - width
        line = sheet.set_line(sheet.broken(text, size, 1e6)[0], x, x + width, base - self.rise, size, "left")
        sheet.look = printed
        return line

    def choices(self, answers: list[str]) -> None:
        """Boxes to tick, beside each other or below; at least one is ticked."""
        sheet, rng, size = self.sheet, self.rng, self.sheet.look.size
        step, box = size * DPI / 72 * 1.35, size * DPI / 72 * rng.uniform(0.7, 0.9)
        chosen, lines, below = rng.randrange(len(answers)), [], rng.random() < 0.3
        for number, answer in enumerate(answers):
            share = (sheet.right - sheet.left - sheet.mm(8)) / len(answers)
            x = sheet.left + sheet.mm(8) + (0 if below else number * share)
            base = sheet.y + step * 0.8
            tick_box(sheet, rng, x, base, box, number == chosen or rng.random() < 0.1, self.pen)
            lines.append(
                sheet.set_line(sheet.broken(answer, size, 1e6)[0], x + box + sheet.mm(2), sheet.right, base, size, "left")
            )
            if below:
                sheet.y += step
        if not below:
            sheet.y += step
        sheet.segments.append(in_order(across(lines)))
        sheet.space(1)


def _small_table(sheet: Sheet, rng: Random) -> None:
    table = Table(sheet, (0.7, 4, 1.3, 1.3, 2), size=12, rules=some_rules(rng))
    if table.height([heads("a\nb")]) * 7 > sheet.room:
        return
    table.add(heads("TT", "Nội dung", "Đồng ý", "Không", "Lý do"))
    for number in range(1, rng.randint(3, 5)):
        mark = rng.random() < 0.6
        row = [
            Cell(str(number), "centre"),
            Cell(w.capital(rng.choice(w.MATTERS))),
            Cell("x" if mark else "", "centre"),
            Cell("" if mark else "x", "centre"),
            Cell(),
        ]
        if not table.add(row):
            return
    sheet.space(3)
