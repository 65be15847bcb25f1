"""A visit as it was replayed, with what its answers need beside it."""

from __future__ import annotations

import msgspec

from services.inspection.domain.inspection import Inspection
from shared.vocabulary.ids import Position


class VisitSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as replayed, with the log position of each of its events by version, and of its last.

    `criteria_total` counts the criteria of its rulebook, 0 while it has none; `regime` is that of its rulebook, or without
    one that which is in force on its day.
    """

    inspection: Inspection
    positions: dict[int, Position]
    criteria_total: int
    position: Position
    regime: str = ""
