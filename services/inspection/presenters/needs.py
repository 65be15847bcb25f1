"""Turns needs of schools into answers, and the facts of one into its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from services.inspection.domain.year import needs_facts as nf
from services.inspection.views.year.needs_rows import AllocationRow, NeedRow
from shared.contracts.calls.year.need_views import NeedActView, NeedAllocation, NeedView
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.commune_year import FundingSource
from shared.vocabulary.ids import NeedId, Position


def need_view(row: NeedRow, planned: Sequence[AllocationRow], history: Sequence[NeedActView] = ()) -> NeedView:
    """Return one need with the money that is planned for it."""
    same = {name: getattr(row, name) for name in NeedRow.__struct_fields__ if name != "need"}
    funded = funded_vnd(planned)
    return NeedView(
        id=NeedId(row.need),
        funded_vnd=funded,
        unfunded_vnd=unfunded_vnd(row, planned),
        allocations=[
            NeedAllocation(
                source=one.source,
                money_year=one.money_year,
                amount_vnd=one.amount_vnd,
                decision=one.decision,
                funded_on=one.funded_on,
            )
            for one in planned
        ],
        history=list(history),
        **same,
    )


def funded_vnd(planned: Iterable[AllocationRow]) -> int:
    """Return the money of all sources and years."""
    return sum(one.amount_vnd for one in planned)


def unfunded_vnd(row: NeedRow, planned: Iterable[AllocationRow]) -> int:
    """Return what a need costs and no source gives."""
    return max(0, row.wanted_vnd - funded_vnd(planned))


def history(entries: Iterable[RecordedEvent]) -> list[NeedActView]:
    """Return what was recorded about a need, in the order of the log."""
    acts: list[NeedActView] = []
    planned: dict[tuple[FundingSource, int], int] = {}
    for logged in entries:
        fact = logged.entry.fact
        before = planned.get((fact.source, fact.money_year), 0) if isinstance(fact, nf.NeedFunded) else 0
        acts.append(_act(fact, logged.position, before))
        if isinstance(fact, nf.NeedFunded):
            planned[fact.source, fact.money_year] = fact.amount_vnd
        elif isinstance(fact, nf.NeedRaised):
            planned = {}
    return acts


def _act(fact: Fact, position: Position, before: int) -> NeedActView:
    kind = fact.TOPIC.partition(".")[2]

    def act(on: dt.date, **told: object) -> NeedActView:
        return msgspec.convert({"kind": kind, "on": on, "position": position, **told}, NeedActView)

    match fact:
        case nf.NeedRaised():
            return act(fact.raised_on, amount_vnd=_cost(fact.cost_vnd), text=fact.reason)
        case nf.NeedChanged():
            return act(fact.changed_on, amount_vnd=_cost(fact.cost_vnd), text=fact.reason)
        case nf.NeedWithdrawn():
            return act(fact.withdrawn_on, text=fact.reason)
        case nf.NeedAppraised():
            return act(fact.appraised_on, amount_vnd=fact.cost_vnd, verdict=fact.verdict, text=fact.reason)
        case nf.NeedFunded():
            money = {"amount_vnd": fact.amount_vnd, "replaced_vnd": before, "source": fact.source}
            return act(fact.funded_on, **money, money_year=fact.money_year, decision=fact.decision, text=fact.reason)
        case nf.WorkStarted():
            return act(fact.started_on)
        case nf.WorkChecked():
            found = {"progress_percent": fact.progress_percent, "text": fact.quality, "problem": fact.problem}
            return act(fact.checked_on, **found, photos=list(fact.photos))
        case nf.WorkPhotographed():
            return act(fact.photographed_on, text=fact.note, photos=list(fact.photos))
        case _:
            assert isinstance(fact, nf.NeedHandedOver)
            return act(fact.handed_over_on, text=fact.remaining)


def _cost(cost: int | msgspec.UnsetType) -> int | None:
    return None if cost is msgspec.UNSET else cost
