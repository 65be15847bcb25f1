"""Questions about a school at any moment: its status, a criterion, why a level is what it is, its history, a proof."""

from __future__ import annotations

from typing import Any

import msgspec

from services.assessment import presenters, views
from services.assessment.domain import explanation
from services.assessment.domain.comparison import changes
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.streams import school_stream
from services.assessment.use_cases.schools import AsOf, SchoolRepository
from services.assessment.use_cases.texts import no_cycle, no_school
from shared.contracts.calls.assessment import (
    CompareAnswer,
    CompareRequest,
    CriterionRequest,
    CriterionView,
    ExplainAnswer,
    ExplainRequest,
    HistoryAnswer,
    HistoryRequest,
    ProofAnswer,
    ProveRequest,
    SimulateAnswer,
    SimulateRequest,
    Status,
    StatusRequest,
)
from shared.eventlog.proof import NothingToProve, prove_streams
from shared.problems import BadRequest
from shared.rulebook.simulation import DraftChanges, draft
from shared.text import vietnamese_key
from shared.tlog.checkpoint import Signer
from shared.vocabulary.assessment import Layer

LARGEST_HISTORY = 1000


class Queries:
    """Answers questions about schools; records nothing."""

    def __init__(self, schools: SchoolRepository, signer: Signer) -> None:
        self._schools = schools
        self._signer = signer

    def status(self, request: StatusRequest) -> Status:
        """Return what a school looked like, valid at a day and known at a position.

        Raises NoSuchSchool, NoSuchCycle, NotYetKnown, UnknownRulebook.
        """
        as_of = self._schools.as_of(request.valid_at, request.known_at, request.known_at_time)
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle, rulebook=request.rulebook)
        return self._status(assessed, request.layer)

    def criterion(self, request: CriterionRequest) -> CriterionView:
        """Return one criterion of a cycle; raises NoSuchSchool, NoSuchCycle, NoSuchCriterion, NotYetKnown."""
        assessed = self._schools.assessment(
            request.school, self._schools.as_of(request.valid_at, request.known_at), cycle=request.cycle
        )
        if assessed.cycle is None:
            raise no_cycle(request.school, request.cycle)
        return presenters.criterion_view(assessed, criterion_of(assessed.rulebook, request.criterion), self._schools.library)

    def explain(self, request: ExplainRequest) -> ExplainAnswer:
        """Return the derivation of a level, and what is missing for the next."""
        assessed = self._schools.assessment(
            request.school, self._schools.as_of(request.valid_at, request.known_at), cycle=request.cycle
        )
        if request.criterion:
            criterion_of(assessed.rulebook, request.criterion)
        explained = explanation.explain(assessed, request.layer, request.criterion)
        opened = assessed.cycle.opened if assessed.cycle else None
        whole = opened is not None and request.layer is Layer.SCHOOL and not request.criterion
        return ExplainAnswer(
            level=presenters.level_view(explained.result),
            rulebook=assessed.rulebook.id,
            digest=assessed.rulebook.digest,
            reasons=[presenters.reason(step) for step in explained.reasons],
            next_level=explained.next_level,
            missing=explained.missing,
            lacking=presenters.gaps_answer(assessed, opened.cycle) if opened and whole else None,
        )

    def history(self, request: HistoryRequest) -> HistoryAnswer:
        """Return a school's events in the order of the log; raises NoSuchSchool, BadRequest."""
        if request.after < 0 or not 1 <= request.limit <= LARGEST_HISTORY:
            raise BadRequest(f"Xin từ 1 đến {LARGEST_HISTORY} sự kiện, sau một số không âm.", path="$.limit")
        head = self._schools.log.head()
        after = [
            logged for logged in self._schools.history(request.school).entries if request.after < logged.position <= head
        ]
        return HistoryAnswer(items=[presenters.history_item(logged) for logged in after[: request.limit]], head=head)

    def compare(self, request: CompareRequest) -> CompareAnswer:
        """Return a school at two moments, what differs and the events that caused it."""
        points = [self._schools.as_of(moment.valid_at, moment.known_at) for moment in (request.a, request.b)]
        a, b = (self._schools.assessment(request.school, as_of) for as_of in points)
        history = self._schools.history(request.school)
        visible = [{logged.position for logged in history.visible(*as_of)} for as_of in points]
        at_one_only = visible[0] ^ visible[1]
        only = [logged for logged in history.entries if logged.position in at_one_only]
        return CompareAnswer(
            a=self._status(a, Layer.SCHOOL),
            b=self._status(b, Layer.SCHOOL),
            differences=[presenters.difference(change) for change in changes(a, b, only)],
        )

    def simulate(self, request: SimulateRequest) -> SimulateAnswer:
        """Return which schools of a commune would change level under another rulebook or a draft of it; records nothing.

        Raises UnknownRulebook, BadInput for changes that have no object.
        """
        planned = self._schools.library.get(request.rulebook)
        if request.changes:
            planned = draft(planned, _changes(request.changes))
        as_of = AsOf(request.on or self._schools.today(), self._schools.log.head())
        with self._schools.views.reading() as conn:
            schools = views.schools(conn, request.commune)
        chosen = sorted(
            (school for school in schools if school.kind in planned.applies_to.kinds),
            key=lambda school: vietnamese_key(school.name),
        )
        assessments = [self._schools.assessment(school.code, as_of) for school in chosen]
        return SimulateAnswer(
            rulebook=planned.id,
            digest=planned.digest,
            schools=[presenters.simulated(assessed, planned, request.layer) for assessed in assessments],
        )

    def prove(self, request: ProveRequest) -> ProofAnswer:
        """Return an offline proof of a school's events up to a position; raises NoSuchSchool, NotYetKnown."""
        as_of = self._schools.as_of(None, request.known_at)
        checkpoint = self._schools.log.sign_checkpoint(self._signer)
        try:
            streams = school_stream(request.school)
            bundle = prove_streams(self._schools.log, checkpoint, self._signer.verifier, streams, upto=as_of.known_at)
        except NothingToProve:
            raise no_school(request.school) from None
        return ProofAnswer(bundle=bundle.to_json().decode())

    def _status(self, assessed: SchoolAssessment, layer: Layer) -> Status:
        return presenters.status(assessed, layer, self._schools.recorded_at(assessed.state.known_at))


def _changes(given: dict[str, Any]) -> DraftChanges:
    try:
        return msgspec.convert(given, DraftChanges, str_keys=True)  # keys come as JSON has them: text
    except msgspec.ValidationError as error:
        raise BadRequest(f"Dự thảo không đúng dạng: {error}.", path="$.changes") from error
