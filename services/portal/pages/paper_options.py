"""The kept papers of a school by name, for a form that asks which one something is taken from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.portal.pages.papers import keeping
from services.portal.web.context import call_service
from shared.contracts.calls.evidence import DocumentsAnswer, DocumentsRequest
from shared.vocabulary.ids import DocumentId, SchoolCode

MOST = 200
"""How many papers a choice offers, the newest first."""


class PaperOption(NamedTuple):
    """One kept paper: its id, and how people call it, with its evidence code where it has one; no two names are alike."""

    document: DocumentId
    name: str


def papers(school: SchoolCode, also: Iterable[DocumentId] = (), query: str = "") -> list[PaperOption]:
    """Return the school's newest papers by name, and `also` those with these ids, however old.

    `query` narrows to those with these words, this code or this number.
    """
    documents_request = DocumentsRequest(school=school, limit=MOST, query=query)
    listed = call_service("evidence", "documents", documents_request, DocumentsAnswer).documents
    missing = sorted({*also} - {view.document for view in listed})[:MOST]
    if missing:
        documents_request = DocumentsRequest(school=school, limit=MOST, documents=missing)
        listed = [*listed, *call_service("evidence", "documents", documents_request, DocumentsAnswer).documents]
    by_name: dict[str, DocumentId] = {}
    for paper in keeping(listed):
        name = plain = " ".join(f"{paper.document.code} {paper.name}".split())
        number = 1
        while name in by_name:
            number += 1
            name = f"{plain} ({number})"
        by_name[name] = paper.document.document
    return [PaperOption(document, name) for name, document in by_name.items()]
