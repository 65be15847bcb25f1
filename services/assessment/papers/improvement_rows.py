"""The improvement items of a cycle as rows: in the sheet of a criterion, and in the plan of TT57/2026 Biểu 2."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers.material import Material, fact_of
from shared.papers import phrases as words
from shared.papers.model import Cell, Column, Row, Runs, Table, Text
from shared.text import format_date, format_number
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.labels import IMPROVEMENT_STATUS_LABELS
from shared.vocabulary.self_assessment import ImprovementStatus


def items_of(material: Material, criterion: CriterionCode = CriterionCode("")) -> list[sf.ImprovementItemSet]:
    """Return the items that are not dropped, of one criterion where it is named, in the order in which they were set."""
    found = [fact_of(logged, sf.ImprovementItemSet) for logged in material.work.improvements.values()]
    return [
        item
        for item in found
        if item is not None
        and (not criterion or item.criterion == criterion)
        and status_of(material, item) is not ImprovementStatus.DROPPED
    ]


def status_of(material: Material, item: sf.ImprovementItemSet) -> ImprovementStatus:
    """Return how far an item is by its last review."""
    reviews = material.work.reviews.get(item.item, [])
    last = fact_of(reviews[-1], sf.ImprovementReviewed) if reviews else None
    return last.status if last else ImprovementStatus.NOT_STARTED


def improvement_table(material: Material, criterion: CriterionCode) -> Table | None:
    """Return the items of a criterion as the sheet shows them, None when there are none."""
    items = items_of(material, criterion)
    if not items:
        return None
    titles = (
        "Mục tiêu",
        "Hoạt động, giải pháp",
        "Thời gian",
        "Người, đơn vị phụ trách",
        "Kinh phí, nguồn",
        "Minh chứng dự kiến",
    )
    rows = tuple(
        Row(
            tuple(
                Cell(cell)
                for cell in (
                    words.text(item.aim),
                    words.text(item.action),
                    period(item),
                    owner(item),
                    cost(item),
                    words.optional(item.evidence_expected),
                )
            )
        )
        for item in items
    )
    return Table(
        columns=tuple(Column(width) for width in (28.0, 38.0, 27.0, 26.0, 26.0, 25.0)),
        header=(Row(tuple(Cell((Text(title),)) for title in titles)),),
        rows=rows,
    )


def period(item: sf.ImprovementItemSet) -> Runs:
    """Return from when to when, "01/9/2026 – 31/5/2027"."""
    if item.starts and item.ends:
        return (Text(f"{format_date(item.starts)} – {format_date(item.ends)}"),)
    return words.date(item.ends or item.starts)


def owner(item: sf.ImprovementItemSet) -> Runs:
    """Return who answers for it: an office or group, and the person where one is named."""
    if item.person and item.owner:
        return (Text(f"{item.owner}: "), *words.person(item.person))
    return words.person(item.person) if item.person else words.text(item.owner)


def cost(item: sf.ImprovementItemSet) -> Runs:
    """Return what it costs and from which source, "12.500.000 đồng, ngân sách xã"; a dash where it costs nothing."""
    if item.cost_vnd is None:
        return words.optional(item.source)
    amount = f"{format_number(item.cost_vnd)} đồng"
    return (Text(f"{amount}, {item.source}" if item.source else amount),)


def status_words(material: Material, item: sf.ImprovementItemSet) -> Runs:
    """Return how far it is, in words."""
    return (Text(IMPROVEMENT_STATUS_LABELS[status_of(material, item)]),)
