"""Puts a paper of a visit or a registration together from its blocks."""

from __future__ import annotations

from collections.abc import Iterable

from services.inspection.papers.material import VisitMaterial
from shared.papers.model import Block, Heading, Orientation, Paper, PaperForm


def paper_of(
    material: VisitMaterial,
    title: str,
    blocks: Iterable[Block],
    *,
    draft: bool,
    heading: Heading,
    orientation: Orientation = Orientation.PORTRAIT,
    notes: tuple[str, ...] = (),
) -> Paper:
    """Return the paper; its foot says that the form is our own, for no official one was found."""
    visit = material.visit
    return Paper(
        kind=material.kind.value,
        title=title,
        subject=visit.inspection if visit else material.ground.cycle,
        school=material.ground.school,
        issuer=material.school_name,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=heading,
        orientation=orientation,
        draft=draft,
        notes=notes,
        blocks=tuple(blocks),
    )
