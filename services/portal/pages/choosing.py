"""The kept papers of a school by name, for a form that asks which one something is taken from."""

from __future__ import annotations

from typing import NamedTuple

from services.portal.pages.papers import keeping
from services.portal.web.context import ask
from shared.contracts.calls.evidence import DocumentsAnswer, DocumentsRequest

MOST = 200
"""How many papers a choice offers, the newest first."""


class Choice(NamedTuple):
    """One kept paper: its id, and how people call it, with its evidence code where it has one."""

    document: str
    name: str


def papers(school: str) -> list[Choice]:
    """Return the school's newest papers by name."""
    listed = ask("evidence", "documents", DocumentsRequest(school=school, limit=MOST), DocumentsAnswer)
    return [
        Choice(kept.document.document, f"{kept.document.code} {kept.name}".strip()) for kept in keeping(listed.documents)
    ]
