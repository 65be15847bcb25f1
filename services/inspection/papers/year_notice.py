"""A public notice as a paper of the commune."""

from __future__ import annotations

from services.inspection.papers.year_heads import PEOPLES_COMMITTEE, committee_heading, year_paper
from services.inspection.papers.year_material import YearMaterial
from services.inspection.views.year.publicity_rows import PublicItemRow
from shared.papers import phrases as words
from shared.papers.model import Block, Paper, Signatures


def notice(material: YearMaterial, one: PublicItemRow) -> Paper:
    """Return a notice in the words in which it was published."""
    blocks: list[Block] = [
        *words.lines(one.text),
        Signatures(
            (PEOPLES_COMMITTEE,), ("Nhân dân và các trường trên địa bàn", "Mặt trận Tổ quốc, các đoàn thể", "Lưu: VT, VHXH")
        ),
    ]
    heading = committee_heading(material, "Thông báo", one.title, "TB", one.number, one.told_on)
    return year_paper(material, "Thông báo", blocks, heading, subject=one.item)
