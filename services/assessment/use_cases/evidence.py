"""Use cases about evidence: the codes of kept documents, and where these are cited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.assessment import presenters
from services.assessment.domain.school import Citation, School
from services.assessment.use_cases import coded
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import no_cycle
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    CodedDocuments,
    CodeEvidence,
    EvidenceAnswer,
    EvidenceRequest,
    EvidenceView,
    LinkEvidence,
    UnlinkEvidence,
)
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.rulebook import Rulebook
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CycleId


class Citing:
    """Codes and cites kept documents, and lists them."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def code_evidence(self, acting: CallContext, request: CodeEvidence) -> EvidenceView:
        """Give a kept document its evidence code, and cite it in the same step where that is asked for; all or nothing.

        A document keeps its first code of the pattern. Raises DocumentUnknown, NoSuchCriterion, CodeTaken, AlreadySubmitted.
        """
        self._schools.require_document(request.document, request.school)
        meta, _ = self._schools.metadata_on(acting)
        title = typed_text(request.title, "tên minh chứng")

        def decide(school: School) -> str:
            rulebook = self._schools.pinned(school, request.cycle)
            code = school.code_evidence(
                request.cycle,
                request.document,
                request.criterion,
                rulebook,
                meta,
                title=title,
                box=request.box,
                number=request.number,
            )
            if request.cite:
                place = Citation(request.document, request.criterion, request.level, request.indicator)
                school.link_evidence(request.cycle, place, rulebook, meta)
            return code

        code, _ = self._schools.change(request.school, decide)
        state = self._schools.history(request.school).at(dt.date.max, self._schools.log.head())
        views = presenters.evidence_views(state, self._schools.library, document=request.document)
        return next(view for view in views if view.code == code)

    def coded_documents(self, acting: CallContext, request: CodedDocuments) -> EvidenceAnswer:
        """Return the codes of documents of the schools that the caller may read."""
        return coded.coded_documents(acting, request, self._schools.library, self._schools.history, self._schools.log.head())

    def link_evidence(self, acting: CallContext, request: LinkEvidence) -> Done:
        """Cite a coded document. Raises DocumentUnknown, NotCoded, NoSuchCriterion, AlreadySubmitted."""
        self._schools.require_document(request.document, request.school)
        return self._cite(acting, request, School.link_evidence)

    def unlink_evidence(self, acting: CallContext, request: UnlinkEvidence) -> Done:
        """Take a citation back. Raises NotLinked, AlreadySubmitted."""
        return self._cite(acting, request, School.unlink_evidence)

    def evidence(self, request: EvidenceRequest) -> EvidenceAnswer:
        """Return a school's coded documents in the order of their codes."""
        history = self._schools.history(request.school)
        state = history.at(self._schools.today(), self._schools.log.head())
        if request.cycle and state.cycle(request.cycle) is None:
            raise no_cycle(request.school, request.cycle)
        views = presenters.evidence_views(state, self._schools.library, cycle=request.cycle, criterion=request.criterion)
        return EvidenceAnswer(evidence=views)

    def _cite(
        self,
        acting: CallContext,
        request: LinkEvidence | UnlinkEvidence,
        act: Callable[[School, CycleId, Citation, Rulebook, EventMetadata], None],
    ) -> Done:
        meta, _ = self._schools.metadata_on(acting)
        place = Citation(request.document, request.criterion, request.level, request.indicator)
        return self._schools.done(
            request.school,
            lambda school: act(school, request.cycle, place, self._schools.pinned(school, request.cycle), meta),
        )
