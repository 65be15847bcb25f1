"""Difficulties as callers see them: a merged one follows the one that it is merged into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from services.inspection.views.year.difficulties_rows import DifficultyAct, DifficultyActKind, DifficultyRow
from shared.contracts.calls.year.difficulties import DifficultyActView, DifficultyView
from shared.vocabulary.commune_year import DifficultyState
from shared.vocabulary.ids import DifficultyId

_WAITING = frozenset({DifficultyState.RAISED, DifficultyState.TAKEN})


def state_of(row: DifficultyRow, others: Mapping[DifficultyId, DifficultyRow]) -> DifficultyState:
    """Return the state that counts: of one that is merged, and that its school did not close, that of the other one.

    Closed by the other's school, it still waits for the word of its own: then it is answered.
    """
    into = others.get(row.merged_into)
    if row.state is DifficultyState.CLOSED or into is None:
        return row.state
    return DifficultyState.ANSWERED if into.state is DifficultyState.CLOSED else into.state


def is_overdue(row: DifficultyRow, state: DifficultyState, today: dt.date) -> bool:
    """Say whether a difficulty was to be answered by a day that has passed."""
    return state in _WAITING and row.due is not None and row.due < today


def difficulty_view(
    row: DifficultyRow,
    acts: Mapping[DifficultyId, Sequence[DifficultyAct]],
    others: Mapping[DifficultyId, DifficultyRow],
    merged: Sequence[DifficultyId],
    today: dt.date,
) -> DifficultyView:
    """Return a difficulty; `others` are those that some are merged into, `acts` what was done about it and them."""
    state = state_of(row, others)
    into = others.get(row.merged_into)
    followed = into if into is not None and row.state is not DifficultyState.CLOSED else row
    return DifficultyView(
        id=row.difficulty,
        commune=row.commune,
        year=row.year,
        school=row.school,
        criterion=row.criterion,
        text=row.text,
        asks=row.asks,
        documents=row.documents,
        raised_on=row.raised_on,
        state=state,
        unit=followed.unit,
        due=followed.due,
        overdue=is_overdue(followed, state, today),
        forwarded_to=followed.forwarded_to,
        position=row.position,
        merged_into=row.merged_into,
        merged=list(merged),
        acts=[_act(one) for one in _acts(row, acts)],
        version=row.version,
    )


def _acts(row: DifficultyRow, acts: Mapping[DifficultyId, Sequence[DifficultyAct]]) -> list[DifficultyAct]:
    """Return what was done about a difficulty, and about the one that it is merged into; not how others closed theirs."""
    own = list(acts.get(row.difficulty, ()))
    if not row.merged_into:
        return own
    others = [one for one in acts.get(row.merged_into, ()) if one.kind is not DifficultyActKind.CLOSED]
    return sorted([*own, *others], key=lambda one: one.position)


def _act(act: DifficultyAct) -> DifficultyActView:
    return DifficultyActView(
        kind=act.kind.value, acted_on=act.acted_on, text=act.text, whom=act.whom, position=act.position, due=act.due
    )
