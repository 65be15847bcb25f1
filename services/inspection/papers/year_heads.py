"""How papers of training, notices and difficulties of a commune begin and end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from services.inspection.papers.heads import OFFICE_OF_CULTURE
from services.inspection.papers.year_material import YearMaterial
from shared.papers.model import Block, Heading, Orientation, Paper, PaperForm, PaperSigner, PartialDate

PEOPLES_COMMITTEE = PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
OFFICE = PaperSigner(authority=("TRƯỞNG PHÒNG",))


def committee_heading(
    material: YearMaterial, kind_name: str, abstract: str, kind: str, number: str = "", dated: dt.date | None = None
) -> Heading:
    """Return the head of a paper of the people's committee; `kind` is the abbreviation of its kind ("TB").

    `number` is the whole number as given ("64/TB-UBND") on the day `dated`; without one, number and day are left to the
    clerk.
    """
    given, _, symbol = number.partition("/")
    return Heading(
        body=("Ủy ban nhân dân", material.commune_name),
        symbol=symbol or f"{kind}-UBND",
        number=given or None,
        place=material.place,
        dated=PartialDate.of(dated) if given and dated else PartialDate(material.year),
        kind_name=kind_name,
        abstract=abstract,
    )


def office_heading(material: YearMaterial, kind_name: str, abstract: str, kind: str) -> Heading:
    """Return the head of a paper of the office of culture and society; number and day are left to the clerk."""
    return Heading(
        body=(OFFICE_OF_CULTURE,),
        superior=material.authority,
        symbol=f"{kind}-VHXH",
        place=material.place,
        dated=PartialDate(material.year),
        kind_name=kind_name,
        abstract=abstract,
    )


def year_paper(
    material: YearMaterial,
    title: str,
    blocks: Iterable[Block],
    heading: Heading,
    *,
    subject: str = "",
    orientation: Orientation = Orientation.PORTRAIT,
) -> Paper:
    """Return a paper of a commune's year; its foot says that the form is our own."""
    return Paper(
        kind=material.kind.value,
        title=title,
        subject=subject or str(material.year),
        school=material.commune,
        issuer=material.authority,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=heading,
        orientation=orientation,
        blocks=tuple(blocks),
    )
