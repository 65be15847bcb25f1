"""Finds the tables of a page, ruled in full or in part, and gives the page without its rules."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from services.evidence.extraction.layout.tables.grids import Grid, grids_of, lone_rules, without_rules
from services.evidence.extraction.layout.tables.open_tables import open_grids, with_columns
from services.evidence.extraction.layout.tables.rules import find_rules, ink_limit
from services.evidence.extraction.pixels import Grey


class Tables(msgspec.Struct, frozen=True):
    """The tables of a page from top to bottom, and the page without any rule."""

    grids: tuple[Grid, ...]
    page: Any


def find_tables(grey: Grey) -> Tables:
    """Return the tables of a levelled, cleaned grey page of about 300 dpi. The page given stays as it is."""
    rules = find_rules(grey)
    page = without_rules(grey, rules)
    grids = grids_of(rules, grey.shape)
    lone = lone_rules(rules)
    if len(lone) > 1 or any(grid.columns == 1 for grid in grids):
        ink = (page < ink_limit(grey)).astype(np.uint8)
        grids = [with_columns(ink, grid) for grid in grids]
        grids += [grid for grid in open_grids(ink, lone) if not any(_overlap(grid, other) for other in grids)]
    return Tables(tuple(sorted(grids, key=lambda grid: (grid.top, grid.left))), page)


def _overlap(one: Grid, other: Grid) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
