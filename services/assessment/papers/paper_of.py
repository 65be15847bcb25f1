"""Puts a paper together from its blocks: the particulars that every paper of a cycle has in common."""

from __future__ import annotations

from collections.abc import Iterable

from services.assessment.papers.material import Material
from shared.papers.model import Block, Heading, Orientation, Paper, PaperForm


def paper_of(
    material: Material,
    title: str,
    blocks: Iterable[Block],
    *,
    draft: bool,
    subject: str = "",
    heading: Heading | None = None,
    orientation: Orientation = Orientation.PORTRAIT,
    notes: tuple[str, ...] = (),
) -> Paper:
    """Return the paper; without a form of the rulebook its foot says that the form is our own."""
    return Paper(
        kind=material.kind.value,
        title=title,
        subject=subject or material.cycle_id,
        school=material.school,
        issuer=material.school_name,
        form=PaperForm(material.form.title if material.form else None),
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
