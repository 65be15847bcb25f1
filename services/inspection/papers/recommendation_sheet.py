"""Phiếu theo dõi kiến nghị: what visits recommended to a school, who does it by when, what became of it."""

from __future__ import annotations

from services.inspection.papers import heads
from services.inspection.papers.material import DEPARTMENT, VisitMaterial
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.recommendations_table import following_table, open_ones
from shared.papers import phrases as words
from shared.papers.model import Block, Heading, Orientation, Paper, PaperSigner, Signatures, Style
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RecommendationState


def recommendation_sheet(material: VisitMaterial) -> Paper:
    """Return the sheet: of one visit and what it took over, or of all visits to the school where none is named."""
    visit = material.visit
    total, waiting = len(material.numbered_recommendations()), open_ones(material)
    late = sum(one.state is RecommendationState.OVERDUE for one in waiting)
    of = f"của đợt {visit.title}, ngày {format_date(visit.concluded_on or visit.on)}" if visit else "của các đoàn đã đến"
    blocks: list[Block] = [
        words.plain(
            f"Kiến nghị {of}: {total:02d}; chưa xong {len(waiting):02d}, trong đó quá hạn {late:02d} "
            f"(tính đến ngày {format_date(material.valid_at)}).",
            Style.PLAIN,
            keep=True,
        ),
        following_table(material),
        Signatures((PaperSigner(sheet_title=("Người theo dõi",)), PaperSigner(sheet_title=("Đại diện nhà trường",)))),
    ]
    return paper_of(
        material,
        "Phiếu theo dõi kiến nghị",
        blocks,
        draft=visit is not None and not visit.concluded,
        heading=_heading(material),
        orientation=Orientation.LANDSCAPE,
    )


def _heading(material: VisitMaterial) -> Heading:
    commune = material.visit is None or material.layer is Layer.COMMUNE
    return Heading(
        body=(heads.OFFICE_OF_CULTURE,) if commune else (DEPARTMENT,),
        superior=f"UBND {material.commune}" if commune else "",
        kind_name="Phiếu theo dõi kiến nghị",
        abstract=material.school_name,
    )
