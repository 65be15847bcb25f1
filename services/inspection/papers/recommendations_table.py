"""Recommendations as tables: short in minutes and letters, with answers and verifications in the sheet that follows them."""

from __future__ import annotations

import datetime as dt

from services.inspection.papers.material import VisitMaterial
from shared.contracts.calls.recommendations import RecommendationView
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, Column, Row, Table, Text
from shared.text import format_date
from shared.vocabulary.inspection import RecommendationState
from shared.vocabulary.labels import RECOMMENDATION_STATE_LABELS, RESPONSIBLE_LABELS, SEVERITY_LABELS, VERIFICATION_LABELS

_SHORT = (
    (9.0, Align.CENTER, "TT"),
    (65.0, Align.LEFT, "Kiến nghị"),
    (15.0, Align.CENTER, "Tiêu chí"),
    (20.0, Align.CENTER, "Tính chất"),
    (27.0, Align.CENTER, "Hạn"),
    (32.0, Align.LEFT, "Trách nhiệm"),
)
_WHOLE = (
    (9.0, Align.CENTER, "TT"),
    (14.0, Align.CENTER, "Tiêu chí"),
    (56.0, Align.LEFT, "Kiến nghị"),
    (18.0, Align.CENTER, "Tính chất"),
    (22.0, Align.LEFT, "Trách nhiệm"),
    (26.0, Align.CENTER, "Hạn"),
    (22.0, Align.CENTER, "Tình trạng"),
    (50.0, Align.LEFT, "Trả lời"),
    (40.0, Align.LEFT, "Kiểm tra lại"),
    (30.0, Align.LEFT, "Gia hạn, ghi chú"),
)
SHEET = "Kiến nghị"
DONE = frozenset({RecommendationState.DONE})


def recommendations_table(material: VisitMaterial) -> list[Block]:
    """Return the recommendations of the visit, then those it took over; that there are none."""
    return _short_table(material, material.numbered_recommendations()) or [words.plain("Đoàn không có kiến nghị.")]


def open_table(material: VisitMaterial) -> list[Block]:
    """Return those that are not found done; that all are."""
    waiting = [(number, one) for number, one in material.numbered_recommendations() if one.state not in DONE]
    return _short_table(material, waiting) or [words.plain("Không còn kiến nghị chưa xong.")]


def _short_table(material: VisitMaterial, numbered: list[tuple[int, RecommendationView]]) -> list[Block]:
    if not numbered:
        return []
    return [
        Table(
            columns=tuple(Column(width, align) for width, align, _ in _SHORT),
            header=words.header(title for _, _, title in _SHORT),
            rows=tuple(_short_row(material, number, one) for number, one in numbered),
        )
    ]


def following_table(material: VisitMaterial) -> Table:
    """Return the recommendations with what became of each."""
    rows = [_whole_row(material, number, one) for number, one in material.numbered_recommendations()]
    empty = Row((Cell((Text("Không có kiến nghị nào."),), column_span=len(_WHOLE)),))
    return Table(
        columns=tuple(Column(width, align) for width, align, _ in _WHOLE),
        header=words.header(title for _, _, title in _WHOLE),
        rows=tuple(rows) or (empty,),
        sheet=SHEET,
        size=10.0,
    )


def open_ones(material: VisitMaterial) -> list[RecommendationView]:
    """Return the recommendations that are not found done."""
    return [one for _, one in material.numbered_recommendations() if one.state not in DONE]


def _short_row(material: VisitMaterial, number: int, one: RecommendationView) -> Row:
    carried = f"\n(mang sang từ đợt {one.title}, {format_date(one.made_on)})" if _is_carried(material, one) else ""
    extended = "\n(đã gia hạn)" if one.extensions else ""
    return words.row(
        (Text(str(number)),),
        (Text(one.text + carried),),
        (Text(one.criterion or "-"),),
        (Text(SEVERITY_LABELS[one.severity]),),
        (Text(format_date(one.due) + extended),),
        (Text(RESPONSIBLE_LABELS[one.responsible]),),
    )


def _whole_row(material: VisitMaterial, number: int, one: RecommendationView) -> Row:
    notes = [f"Đến {format_date(more.due)}: {more.reason}" for more in one.extensions]
    if _is_carried(material, one):
        notes.append(f"Mang sang từ đợt {one.title}, {format_date(one.made_on)}")
    return words.row(
        (Text(str(number)),),
        (Text(one.criterion or "-"),),
        (Text(one.text),),
        (Text(SEVERITY_LABELS[one.severity]),),
        (Text(RESPONSIBLE_LABELS[one.responsible]),),
        (Text(format_date(one.due)),),
        (Text(RECOMMENDATION_STATE_LABELS[one.state]),),
        (Text("\n".join(_answer(answer.answered_on, answer.text, len(answer.documents)) for answer in one.answers) or "-"),),
        (Text("\n".join(_verified(one)) or "-"),),
        (Text("\n".join(notes) or "-"),),
    )


def _answer(day: dt.date, text: str, documents: int) -> str:
    kept = f"{documents} tài liệu kèm theo" if documents else ""
    return f"{format_date(day)}: " + "; ".join(part for part in (text.strip(), kept) if part)


def _verified(one: RecommendationView) -> list[str]:
    return [
        f"{format_date(found.verified_on)}: " + "; ".join(filter(str.strip, (VERIFICATION_LABELS[found.result], found.note)))
        for found in one.verifications
    ]


def _is_carried(material: VisitMaterial, one: RecommendationView) -> bool:
    return material.visit is not None and one.inspection != material.visit.inspection
