"""Writes the golden log of a print of a commune's year that comes home at a school, as its first version stored it.

Run once (`python -m tests.golden.evidence.make_golden_year_prints`); once released, the files are never rewritten.
"""

from __future__ import annotations

from shared.contracts.calls.evidence import YearPrintsRequest
from shared.vocabulary.roles import Role
from tests.golden.evidence.histories import keep
from tests.opened import scope
from tests.unit.evidence.evidence_kit import World
from tests.unit.evidence.test_signed_papers import COMMUNE, LINES, come_home, commune_world, of_commune, scan, year_print


def story() -> World:
    """A plan is printed, and a school of the commune brings its scan in."""
    world = commune_world()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    come_home(world, scan(*LINES))
    return world


def main() -> None:
    """Write both files."""
    world = story()
    keep("year-prints", world, prints=asked(world))


def asked(world: World) -> list[list[object]]:
    """What the service answers of the prints of the year."""
    prints = world.application.year_prints(YearPrintsRequest(commune=COMMUNE, year=2027)).prints
    return [[one.paper, one.commune, one.year, one.kind, one.document, one.differences] for one in prints]


if __name__ == "__main__":
    with scope():
        main()
