"""Facets of a requirement (nội hàm): what an indicator asks, in questions, and which evidence is wanted from where."""

from __future__ import annotations

import msgspec

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import check_place, criterion_of, name_of
from services.assessment.domain.work import CriterionWork
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.typed_texts import typed_text

MOST_FACETS = 50
"""Of one indicator: more than any sentence of a circular has parts."""


def facets_at(work: CriterionWork, level: int, indicator: str) -> tuple[sf.Facet, ...]:
    """Return the facets of an indicator, none while nobody defined them."""
    logged = work.facets.get((level, indicator))
    fact = logged.entry.fact if logged else None
    return fact.facets if isinstance(fact, sf.FacetsDefined) else ()


def checked_facets(rulebook: Rulebook, defined: sf.FacetsDefined) -> sf.FacetsDefined:
    """Return facets as they are stored. Raises NoSuchCriterion for a place that the rulebook lacks, BadRequest."""
    check_place(rulebook, defined.criterion, defined.level, defined.indicator)
    if defined.level not in criterion_of(rulebook, defined.criterion).levels:
        raise BadRequest(f"Nội hàm của {name_of(defined.criterion)} ghi theo từng mức. Chọn một mức.", path="$.level")
    if len(defined.facets) > MOST_FACETS:
        raise BadRequest(f"Mỗi chỉ báo nhiều nhất {MOST_FACETS} nội hàm. Chưa ghi gì. Gộp bớt.", path="$.facets")
    return msgspec.structs.replace(defined, facets=tuple(_facet(facet, place) for place, facet in enumerate(defined.facets)))


def _facet(facet: sf.Facet, place: int) -> sf.Facet:
    text = typed_text(facet.text, "nội hàm")
    if not text:
        raise BadRequest(
            "Có nội hàm chưa ghi chữ nào. Chưa ghi gì. Ghi nội hàm hoặc bỏ dòng ấy.", path=f"$.facets[{place}].text"
        )
    return sf.Facet(
        text=text,
        question=typed_text(facet.question, "câu hỏi"),
        evidence=typed_text(facet.evidence, "minh chứng cần thu thập"),
        where=typed_text(facet.where, "nơi thu thập"),
        note=typed_text(facet.note, "ghi chú"),
    )
