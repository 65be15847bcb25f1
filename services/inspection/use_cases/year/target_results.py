"""Takes in what the assessment service tells of criteria that have targets: a target is met, or is not any more."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from functools import partial

import msgspec

from services.inspection.domain.year import targets_facts as tf
from services.inspection.domain.year.criterion_results import JudgedPart, level_of, replaced, with_judgement
from services.inspection.domain.year.target import CriterionTarget, TargetStanding
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views import known_results
from services.inspection.views.known_cycles import cycle_named
from services.inspection.views.year import targets_rows
from services.inspection.views.year.targets_rows import TargetRow
from shared.clock import vietnam_date
from shared.contracts.events.assessment import IndicatorJudged, PartJudged
from shared.contracts.events.base import CloudEvent
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext, system
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, Position, SchoolCode, Sha256, TargetId

SOURCE = "assessment"
_JUDGEMENTS: dict[str, type[IndicatorJudged | PartJudged]] = {
    IndicatorJudged.type(): IndicatorJudged,
    PartJudged.type(): PartJudged,
}


class TargetResults:
    """Says how targets stand by the results that are known, and records where that changes."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def standings(self, facts: Collection[tf.CriterionTargetSet]) -> dict[TargetId, TargetStanding]:
        """Return how targets stand by all that is known."""
        found: dict[TargetId, TargetStanding] = {}
        with self._year.known.reading() as conn:
            heard = self._year.known.upstream_position(conn, SOURCE)
            levels = known_results.education_levels(conn, {fact.school for fact in facts})
            for layer in sorted({fact.layer for fact in facts}):
                of_layer = [fact for fact in facts if fact.layer is layer]
                judged = known_results.judged_of(conn, layer, {fact.school for fact in of_layer})
                for fact in of_layer:
                    parts = judged.get((fact.school, fact.criterion), [])
                    own = levels.get(fact.school, [])
                    found[fact.target] = self._standing(fact.criterion, fact.digest, fact.level, parts, own, heard)
        return found

    def look_again_at(self, acting: CallContext, facts: Collection[tf.CriterionTargetSet], heard: Position) -> None:
        """Look again at targets that were decided on by what was known up to `heard`, where more is known by now."""
        if self._year.known.received_position(SOURCE) > heard:
            for fact in facts:
                self.look_again(acting, fact.school, fact.criterion, fact.layer)

    def before(self, event: CloudEvent) -> None:
        """Record what a judgement that is not taken in yet does to targets; a repeat of it does nothing."""
        kind = _JUDGEMENTS.get(event.type)
        if kind is None:
            return
        told = msgspec.convert(event.data, kind)
        targets = self._targets(told.school, told.criterion, told.layer)
        if targets:
            self._hear(event, told, targets)

    def after(self, event: CloudEvent) -> None:
        """Look again once a judgement is taken in, at targets that were set meanwhile."""
        kind = _JUDGEMENTS.get(event.type)
        if kind is not None:
            told = msgspec.convert(event.data, kind)
            acting = system(SOURCE, correlation=event.correlationid, cause=event.id)
            self.look_again(acting, told.school, told.criterion, told.layer)

    def look_again(self, acting: CallContext, school: SchoolCode, criterion: CriterionCode, layer: Layer) -> None:
        """Record how targets stand by what is known now, which is nothing new unless it was told meanwhile."""
        targets = self._targets(school, criterion, layer)
        if not targets:
            return
        with self._year.known.reading() as conn:
            heard = self._year.known.upstream_position(conn, SOURCE)
            parts = known_results.judged_of_criterion(conn, layer, school, criterion)
            levels = known_results.education_levels(conn, [school]).get(school, [])
        self._tell(acting, targets, parts, levels, heard)

    def _targets(self, school: SchoolCode, criterion: CriterionCode, layer: Layer) -> list[TargetRow]:
        with self._year.views.reading() as conn:
            return targets_rows.targets_about(conn, school, criterion, layer)

    def _hear(self, event: CloudEvent, told: IndicatorJudged | PartJudged, targets: list[TargetRow]) -> None:
        with self._year.known.reading() as conn:
            cycle = cycle_named(conn, told.school, CycleId(told.cycle))
            parts = known_results.judged_of_criterion(conn, told.layer, told.school, told.criterion)
            levels = known_results.education_levels(conn, [told.school]).get(told.school, [])
        if cycle is None:
            return
        new = with_judgement(parts, known_results.judgement_of(told, vietnam_date(event.time)), cycle)
        acting = system(SOURCE, correlation=event.correlationid, cause=event.id)
        self._tell(acting, targets, replaced(parts, new), levels, event.sequence)

    def _tell(
        self,
        acting: CallContext,
        targets: list[TargetRow],
        parts: Sequence[JudgedPart],
        levels: Sequence[str],
        heard: Position,
    ) -> None:
        meta, _ = self._year.metadata_on(acting)
        for row in targets:
            standing = self._standing(row.criterion, row.digest, row.level, parts, levels, heard)
            if (standing.met_on is None) != (row.met_on is None):
                self._year.change(CriterionTarget, uuid.UUID(row.target), partial(_hear, row, standing, meta))

    def _standing(
        self,
        criterion: CriterionCode,
        digest: Sha256,
        upto: int,
        parts: Sequence[JudgedPart],
        levels: Sequence[str],
        heard: Position,
    ) -> TargetStanding:
        level = level_of(self._year.library, criterion, digest, parts, levels, upto)
        reached = level is not None and level.floor >= upto
        on = level.judged_on if level is not None else self._year.today
        return TargetStanding(met_on=on if reached else None, on=on, heard_until=heard)


def _hear(row: TargetRow, standing: TargetStanding, meta: EventMetadata, target: CriterionTarget) -> None:
    target.hear(row.layer, row.level, standing, meta)
