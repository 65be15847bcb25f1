"""The names a page needs of a rulebook: circular, standards and criteria. What follows is computed by the service."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

import msgspec

from shared.rulebook.loader import load_library
from shared.rulebook.model import Criterion, Rulebook
from shared.vocabulary.ids import Sha256

DENSE_ABOVE = 20
"""More criteria than this are drawn small, ten in a row, codes only."""


class CriterionName(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion; `steps` is how many levels it has, `hints` what usually proves it.

    `places` are its levels and indicators as evidence is cited under them: ("2.2_1_a", "Mức 1 a").
    """

    code: str
    title: str
    short: str
    mandatory: bool
    standard: int
    steps: int
    hints: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


class StandardName(msgspec.Struct, frozen=True, kw_only=True):
    """One standard with its criteria."""

    number: int
    title: str
    criteria: tuple[CriterionName, ...]


class RulebookLabels(msgspec.Struct, frozen=True, kw_only=True):
    """One rulebook as pages name it; `since` is the first day it is in force, `digest` what it is pinned by.

    `beyond` stands outside the standards (Điều 22 of 2018: Mức 4 of the whole school). `criteria` are all others in order,
    `steps` says how many levels one of them has at most; evidence codes stand in `brackets`.
    """

    id: str
    digest: Sha256
    circular: str
    since: dt.date
    until: dt.date | None
    standards: tuple[StandardName, ...]
    criteria: tuple[CriterionName, ...]
    steps: int
    beyond: tuple[CriterionName, ...] = ()
    brackets: str = "()"

    @property
    def dense(self) -> bool:
        """Whether the matrix is drawn small."""
        return len(self.criteria) > DENSE_ABOVE

    def find(self, code: str) -> CriterionName | None:
        """Return a criterion by its code."""
        return next((c for c in (*self.criteria, *self.beyond) if c.code == code), None)


@functools.cache
def law(rulebook: str) -> RulebookLabels:
    """Return a rulebook's names by its id ("v2026_tt57/pho_thong"). Raises Problem when there is none."""
    return named(load_library().get(rulebook))


def named(book: Rulebook) -> RulebookLabels:
    """Return the names of a rulebook."""
    standards = [
        StandardName(number=s.number, title=s.title, criteria=tuple(_named(c, s.number) for c in s.criteria))
        for s in book.standards
    ]
    criteria = tuple(c for s in standards for c in s.criteria)
    beyond = tuple(_named(c, 0) for c in book.criteria.values() if c.standard == 0)
    return RulebookLabels(
        id=book.id,
        digest=book.digest,
        circular=circular(book),
        since=book.in_force.start,
        until=book.in_force.end,
        standards=tuple(standards),
        criteria=criteria,
        steps=max((c.steps for c in criteria), default=1),
        beyond=beyond,
        brackets=book.document.evidence_code.brackets,
    )


def circular(book: Rulebook) -> str:
    """Return how pages name the law, as the rulebook itself does: "TT17/2018, sửa bởi TT22/2024"."""
    return ", sửa bởi ".join(c.short for c in book.circulars)


def _named(criterion: Criterion, standard: int) -> CriterionName:
    return CriterionName(
        code=criterion.code,
        title=criterion.title,
        short=criterion.short_title,
        mandatory=criterion.mandatory,
        standard=standard,
        steps=max(criterion.levels, default=1),
        hints=criterion.evidence_hints,
        places=tuple(_places(criterion)),
    )


def _places(criterion: Criterion) -> Iterator[tuple[str, str]]:
    for level in criterion.levels.values():
        for indicator in level.indicators:
            letter = "" if indicator.code == "-" else f" {indicator.code}"
            yield f"{criterion.code}_{level.number}_{indicator.code}", f"Mức\u00a0{level.number}{letter}"
