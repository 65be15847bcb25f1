"""How pages write dates, numbers, hashes and names: Vietnamese, with no-break spaces where a line must not end."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from markupsafe import Markup, escape

from services.portal import reading_messages
from services.portal.pages.icons import icon
from services.portal.reading_messages import page_doubts, page_kind, paper_hint, reading_failure, reading_note
from shared.clock import vietnam_date
from shared.problems import BadRequest, Problem
from shared.text import fold, format_bytes, format_date, format_number, format_time
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import SchoolCode

NBSP = "\u00a0"

LAYER_LABELS = labels.LAYER_LABELS
MAINTENANCE_RESULT_LABELS = labels.MAINTENANCE_RESULT_LABELS
LAYER_WORK = {Layer.SCHOOL: "tự đánh giá", Layer.COMMUNE: "kiểm tra, góp ý", Layer.DEPARTMENT: "công nhận"}
LAYER_LETTERS = {Layer.SCHOOL: "T", Layer.COMMUNE: "X", Layer.DEPARTMENT: "S"}

EDUCATION_LEVEL_LABELS = labels.EDUCATION_LEVEL_LABELS
RESULT_LABELS = labels.RESULT_LABELS

ROLE_LABELS = labels.ROLE_LABELS
SCOPE_KIND_LABELS = labels.SCOPE_KIND_LABELS

SCHOOL_KIND_LABELS = labels.SCHOOL_KIND_LABELS
FIELD_NAMES = reading_messages.FIELD_NAMES

SURE_PERCENT = 95
LOOK_PERCENT = 80
SHORT_HASH = 8


def layer_of(text: str) -> Layer:
    """Return a layer by its name."""
    return Layer(text)


def date(value: dt.date | dt.datetime | None) -> str:
    """Return 05/11/2026; of a moment, its day in Việt Nam; nothing of nothing."""
    if value is None:
        return ""
    return format_date(vietnam_date(value) if isinstance(value, dt.datetime) else value)


def moment(value: dt.datetime | None) -> str:
    """Return 23/11/2026 08:41."""
    return f"{date(value)}{NBSP}{format_time(value)}" if value else ""


def number(value: float) -> str:
    """Return 18.204."""
    return format_number(value)


def size(value: int) -> str:
    """Return 3,1 MB."""
    return format_bytes(value).replace(" ", NBSP)


def level(value: int) -> str:
    """Return "Mức 2", or "Không đạt" for level 0."""
    return f"Mức{NBSP}{value}" if value else "Không đạt"


def degree(value: int) -> str:
    """Return "Mức độ 1"."""
    return f"Mức{NBSP}độ{NBSP}{value}"


def improvement_money(value: int | None) -> str:
    """Return "4,5 triệu", "180 triệu" or "850.000 đồng" of an amount in whole đồng; a dash where none was named."""
    if value is None:
        return "chưa nêu"
    if value and value % 100_000 == 0:
        return f"{format_number(Fraction(value, 1_000_000))}{NBSP}triệu"
    return f"{format_number(value)}{NBSP}đồng"


def short_hash(value: str) -> str:
    """Return the first eight and the last four figures of a hash in groups of four."""
    if len(value) <= SHORT_HASH + 4:
        return value
    return f"{value[:4]}{NBSP}{value[4:8]}{NBSP}…{NBSP}{value[-4:]}"


def year(value: str) -> str:
    """Return "2026–2027" for "2026-2027"."""
    return value.replace("-", "–")


def seen_of(seen: int, total: int) -> str:
    """Return how far a visit is: "mới xem 3/15"; of one that was planned before there is a cycle, that it saw nothing."""
    return f"mới xem {number(seen)}/{number(total)}" if total else "chưa xem tiêu chí nào"


def days_left(until: dt.date, today: dt.date) -> str:
    """Return "còn 112 ngày", "hôm nay" or "quá 3 ngày"."""
    left = (until - today).days
    if left == 0:
        return "hôm nay"
    return f"còn {number(left)} ngày" if left > 0 else f"quá {number(-left)} ngày"


def confidence(percent: int) -> Markup:
    """Return how far the machine trusts its reading: colour, disc and words."""
    if percent >= SURE_PERCENT:
        css, sign, text = "ok", "conf2", "chắc"
    elif percent >= LOOK_PERCENT:
        css, sign, text = "warn", "conf1", "nên xem"
    else:
        css, sign, text = "no", "conf0", "phải xem"
    return Markup('<span class="conf {}">{} {}% · {}</span>').format(css, icon(sign), percent, text)


def marked(snippet: str) -> Markup:
    """Return a search snippet with its ⟦hits⟧ as marks, everything else escaped."""
    return Markup(str(escape(snippet)).replace("⟦", "<mark>").replace("⟧", "</mark>"))  # noqa: S704 (escaped above)


def initials(name: str) -> str:
    """Return two letters for the round sign beside a name: of its last words, numbers passed over."""
    parts = [part for part in name.split() if part[0].isalpha()]
    return "".join(part[0] for part in parts[-2:]).upper()


def place_name(code: str) -> str:
    """Return a school's name from the directory, its code while it is not known."""
    from services.portal.web import context

    entry = context.directory().school(SchoolCode(code))
    return entry.name if entry else code


def particular(what: str) -> str:
    """Return the name of a particular of an award."""
    return labels.CORRECTED_LABELS.get(what, what)


def printed(what: str, text: str) -> str:
    """Return a particular as a person reads it: a correction stores days as ISO 8601."""
    return date(dt.date.fromisoformat(text)) if what in {"decided_on", "expires_on"} else text


_TOLD = {
    "ma": "Đã cấp {} mã mới.",
    "gan": "Đã gắn {} minh chứng.",
    "bo": "Đã bỏ gắn {} chỗ.",
    "xn": "Đã xác nhận {} mục.",
    "sua": "Đã lưu {} chỗ sửa.",
    "dung": "Đã ghi {} trang đọc đúng.",
}


def told(marks: str) -> str:
    """Return what was done, of marks in an address ("ma-1.gan-3"): sentences of ours and numbers, nothing else."""
    parts = [part.partition("-") for part in marks.split(".")[:4]]
    known = [(name, count) for name, _, count in parts if name in _TOLD and count.isdecimal() and len(count) < 5]
    return " ".join(_TOLD[name].format(int(count)) for name, count in known)


_WHAT_NEXT = {
    400: "Xem lại những gì đã nhập rồi gửi lại.",
    401: "Đăng nhập rồi làm lại.",
    403: "Xin quyền ở Hiệu trưởng hoặc người quản trị.",
    404: "Xem lại địa chỉ, hoặc đi từ trang đầu.",
    405: "Mở lại trang rồi bấm nút trên trang ấy.",
    503: "Thử lại sau ít phút.",
}


def said(problem: Problem) -> tuple[str, str]:
    """Return what to say of a problem, each sentence once: the first in bold, and the rest, which says what to do next.

    A detail that opens with the title, or a form that was filled in wrongly, needs no title above it.
    """
    title, detail = problem.title.rstrip("."), problem.detail.strip()
    first, rest = f"{title}.", detail
    if problem.type == BadRequest.type or fold(title) in fold(detail):
        head, _, rest = detail.partition(". ")
        first = f"{head.rstrip('.')}."
    return first, rest or _WHAT_NEXT.get(problem.status, "Xem lại trang rồi thử lại; còn lỗi thì báo người quản trị.")


FILTERS = {
    "date": date,
    "moment": moment,
    "number": number,
    "size": size,
    "level": level,
    "degree": degree,
    "short_hash": short_hash,
    "year": year,
    "confidence": confidence,
    "marked": marked,
    "initials": initials,
    "reading_failure": reading_failure,
    "reading_note": reading_note,
    "paper_hint": paper_hint,
    "page_doubts": page_doubts,
    "page_kind": page_kind,
}
