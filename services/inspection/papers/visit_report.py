"""Báo cáo kết quả kiểm tra: the office's report of a visit to who sent the team, with what members judged otherwise."""

from __future__ import annotations

from services.inspection.papers import findings, heads
from services.inspection.papers.material import VisitMaterial
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.recommendations_table import open_ones, recommendations_table
from services.inspection.papers.visit_minutes import conclusion
from shared.papers import phrases as words
from shared.papers.model import Addressees, Block, Heading, Paper, PaperSigner, PartialDate, Signatures, Style, Text
from shared.text import format_date
from shared.vocabulary.inspection import Responsible
from shared.vocabulary.labels import RESPONSIBLE_LABELS


def visit_report(material: VisitMaterial) -> Paper:
    """Return the report, a draft until the visit is concluded. Raises PaperSubjectMissing without a visit."""
    visit = material.visited
    about = f"{material.purpose} tại {material.school_name}"
    addressee = f"Ủy ban nhân dân {material.commune}"
    blocks: list[Block] = [
        Addressees(((Text(addressee),),)),
        *heads.legal_bases(material),
        words.plain(_what_was_done(material)),
        words.plain("I. Kết quả", Style.HEADING_1),
        words.plain(findings.looked_at(material)),
        findings.criteria_table(material),
        *(findings.dissent(material) or [words.plain("Trong Đoàn không có ý kiến khác được ghi.")]),
        words.plain("II. Kiến nghị", Style.HEADING_1),
        *recommendations_table(material),
        words.plain(_by_responsible(material)),
        words.plain("III. Kết luận", Style.HEADING_1),
        *conclusion(material),
        words.plain(f"Kính báo cáo {addressee} xem xét, chỉ đạo./.", keep=True),
        Signatures((PaperSigner(authority=("TRƯỞNG PHÒNG",)),), ("Như trên", material.school_name, "Lưu: VT, hồ sơ Đoàn")),
    ]
    return paper_of(
        material,
        f"Báo cáo kết quả {material.purpose}",
        blocks,
        draft=not visit.concluded,
        heading=_heading(material, f"Kết quả {about}"),
    )


def _what_was_done(material: VisitMaterial) -> str:
    visit = material.visited
    worked = ", ".join(format_date(day) for day in material.worked_on) or f"theo lịch ngày {format_date(visit.on)}"
    ended = f"; kết luận ngày {format_date(visit.concluded_on)}" if visit.concluded_on else ""
    return f"{material.team_name} làm việc tại {material.places}: {worked}{ended}."


def _by_responsible(material: VisitMaterial) -> str:
    waiting = open_ones(material)
    counted = [
        f"{RESPONSIBLE_LABELS[who]} {sum(one.responsible is who for one in waiting):02d}"
        for who in Responsible
        if any(one.responsible is who for one in waiting)
    ]
    return (
        f"Kiến nghị chưa xong theo nơi chịu trách nhiệm: {'; '.join(counted)}."
        if counted
        else "Không còn kiến nghị chưa xong."
    )


def _heading(material: VisitMaterial, abstract: str) -> Heading:
    day = material.visited.concluded_on or material.valid_at
    return Heading(
        body=(heads.OFFICE_OF_CULTURE,),
        superior=f"UBND {material.commune}",
        symbol="BC-VHXH",
        place=material.ground.place or heads.ROOM,
        dated=PartialDate(day.year),
        kind_name="Báo cáo",
        abstract=abstract,
    )
