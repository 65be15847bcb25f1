"""Where evidence that was coded under another circular might belong now: suggestions, which a person confirms one by one.

The law knows no conversion between its regimes. The tables of `data/carry-*.yaml` are drawn from the names of standards and
criteria alone, are marked low, and move no result and no text.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

import msgspec
import yaml

from shared.rulebook.document import Confidence
from shared.rulebook.loader import CARRY
from shared.rulebook.model import Criterion, Rulebook
from shared.vocabulary.ids import CriterionCode

SAME_FAMILY = "Hai bộ cùng họ: gợi ý tiêu chí cùng số và cùng tên; người xem quyết định từng minh chứng"


class CarryTable(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"before": "from", "after": "to"}
):
    """Criterion of a former rulebook → criteria of the new one to which its evidence might belong, the likeliest first."""

    before: list[str]
    after: str
    confidence: Confidence
    note: str
    source: str
    criteria: Mapping[CriterionCode, list[CriterionCode]]

    def candidates(self, criterion: CriterionCode) -> list[CriterionCode]:
        """Return where evidence of a criterion might belong, nothing where nobody can say."""
        return self.criteria.get(criterion, [])


@functools.cache
def carry_tables() -> tuple[CarryTable, ...]:
    """Return the packaged tables; read once a process."""
    folder = resources.files("shared.rulebook") / "data"
    files = sorted((f for f in folder.iterdir() if f.name.startswith(CARRY)), key=lambda f: f.name)
    return tuple(msgspec.convert(yaml.safe_load(f.read_text(encoding="utf-8")), CarryTable) for f in files)


def carry_table(before: Rulebook, after: Rulebook) -> CarryTable | None:
    """Return the table from one rulebook to another; inside a family the criteria of equal number and title.

    None where there is none.
    """
    for table in carry_tables():
        if before.id in table.before and table.after == after.id:
            return table
    if before.family != after.family or before.id == after.id:
        return None
    return CarryTable(
        before=[before.id],
        after=after.id,
        confidence=Confidence.LOW,
        note=SAME_FAMILY,
        source=after.circular,
        criteria={code: [code] for code, one in before.criteria.items() if _alike(one, after.criteria.get(code))},
    )


def _alike(before: Criterion, after: Criterion | None) -> bool:
    return after is not None and before.title == after.title
