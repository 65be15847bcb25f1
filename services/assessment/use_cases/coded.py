"""Answers which documents have which code, of several schools in one question, for pages that list papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.assessment import presenters
from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolHistory, SchoolState
from services.assessment.use_cases.reading_rights import cycles_of, is_kept_from_drafts, submitted_cycle
from shared.contracts.calls.assessment import CodedDocuments, EvidenceAnswer, EvidenceView
from shared.identity.call_context import CallContext
from shared.identity.permissions import may
from shared.problems import BadRequest
from shared.rulebook import Library
from shared.text import fold, words
from shared.vocabulary.ids import CycleId, DocumentId, Position, SchoolCode

OPERATION = "assessment.coded_documents"
MOST_DOCUMENTS, MOST_BY_TITLE = 400, 20


def coded_documents(
    acting: CallContext,
    request: CodedDocuments,
    library: Library,
    history: Callable[[SchoolCode], SchoolHistory],
    head: Position,
) -> EvidenceAnswer:
    """Return the codes of the documents asked for, and with a text those of documents so titled. Raises BadRequest.

    An evaluator is told of those of the newest submitted cycle, and of a school that submitted none nothing.
    """
    if sum(map(len, request.documents.values())) > MOST_DOCUMENTS:
        raise BadRequest(f"Hỏi nhiều nhất {MOST_DOCUMENTS} tài liệu một lần.", path="$.documents")
    if request.text and len(request.documents) != 1:
        raise BadRequest("Tìm theo tên minh chứng thì nêu đúng một trường.", path="$.text")
    evidence: list[EvidenceView] = []
    for school, documents in request.documents.items():
        if may(acting, OPERATION, school=school):
            state = history(school).at(dt.date.max, head)
            cycle = CycleId("")
            if is_kept_from_drafts(acting, OPERATION, school):
                known = cycles_of(state.opened_cycles())
                if all(standing.submitted_at is None for standing in known):
                    continue
                cycle = submitted_cycle(known).cycle
            evidence.extend(_of_school(state, library, frozenset(documents), request.text, cycle))
    return EvidenceAnswer(evidence=evidence)


def _of_school(
    state: SchoolState, library: Library, documents: frozenset[DocumentId], text: str, cycle: CycleId
) -> list[EvidenceView]:
    named = presenters.evidence_views(state, library, cycle=cycle, wanted=lambda fact: fact.document in documents)
    wanted_words = frozenset(words(fold(text)))
    if not wanted_words:
        return named

    def titled(fact: f.EvidenceCoded) -> bool:
        return fact.document not in documents and wanted_words <= frozenset(words(fold(fact.title)))

    return named + presenters.evidence_views(state, library, cycle=cycle, wanted=titled)[:MOST_BY_TITLE]
