"""Targets as callers see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from services.inspection.domain.year import targets_facts as tf
from services.inspection.domain.year.target_forecast import Forecast, PendingStep, state_on
from services.inspection.views.year.targets_rows import TargetRow
from shared.clock import vietnam_date
from shared.contracts.calls.year.targets import TargetAct, TargetStep, TargetView
from shared.eventlog.log import RecordedEvent
from shared.text import format_date


def target_view(row: TargetRow, rulebook: str, met_on: dt.date | None, told: Forecast | None, day: dt.date) -> TargetView:
    """Return a target of a rulebook: met on a day, or with its forecast."""
    because = told.because if told is not None else f"Đã đạt ngày {format_date(met_on)}." if met_on else ""
    return TargetView(
        id=row.target,
        school=row.school,
        criterion=row.criterion,
        level=row.level,
        by=row.by,
        lead=row.lead,
        means=row.means,
        layer=row.layer,
        state=state_on(is_met=met_on is not None, by=row.by, today=day),
        met_on=met_on,
        earliest=told.earliest if told is not None else None,
        because=because,
        rulebook=rulebook,
        is_revised=row.is_revised,
    )


def step_views(steps: Iterable[PendingStep]) -> list[TargetStep]:
    """Return what is under way, what has no day first, then by day."""
    ordered = sorted(steps, key=lambda step: (step.by is not None, step.by or dt.date.min, step.what))
    return [TargetStep(what=step.what, by=step.by, why=step.why) for step in ordered]


def act_views(entries: Sequence[RecordedEvent]) -> list[TargetAct]:
    """Return what was done about a target, the latest first."""
    return [_act(logged) for logged in reversed(entries)]


def _act(logged: RecordedEvent) -> TargetAct:
    fact, meta = logged.entry.fact, logged.entry.meta
    told: dict[str, Any] = {"level": None, "by": None, "text": ""}
    day = vietnam_date(meta.occurred)
    match fact:
        case tf.CriterionTargetSet():
            told = {"level": fact.level, "by": fact.by, "text": fact.means}
        case tf.CriterionTargetRevised():
            told = {"level": fact.level, "by": fact.by, "text": fact.reason}
        case tf.CriterionTargetMet():
            told, day = told | {"level": fact.level}, fact.met_on
        case tf.CriterionTargetLost():
            told, day = told | {"level": fact.level}, fact.lost_on
        case tf.CriterionTargetDropped():
            told = told | {"text": fact.reason}
        case _:
            pass
    kind = type(fact).TOPIC.rpartition(".")[2]
    return TargetAct(kind=kind, on=day, actor=meta.actor, position=logged.position, **told)
