"""What a rulebook wants to be told in numbers: each figure's name, unit, and which numbers are possible for it.

Names of the 2018 figures are ours, not the circulars', so they stand apart from the rulebooks and may be worded better
without another digest. Those of TT57/2026 are in its annexes and in the rulebook.
"""

from __future__ import annotations

import enum
import functools
import importlib.resources
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import msgspec
import yaml

from shared.rulebook.document import DataItem
from shared.rulebook.errors import BadInput
from shared.rulebook.model import Rulebook

NAMES = "figure_names.yaml"


class Second(enum.Enum):
    """What a second number is to a figure."""

    NONE = "none"
    """A plain count has none."""
    WHOLE = "whole"
    """The whole of which the first is a part: never 0, never smaller."""
    DIVISOR = "divisor"
    """The first is divided by it, where it is given (area per pupil, rooms per class): never 0."""
    BESIDE = "beside"
    """Stands beside the first (found and handled, actual and required): may be 0."""


class FigureSchema(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that a rulebook uses; `required`: without its second number it says nothing."""

    figure: str
    name: str
    unit: str
    second: Second
    required: bool

    def check(self, numerator: Decimal, denominator: Decimal | None, path: str = "") -> None:
        """Do nothing when the numbers are possible, else raise BadInput that names the place under `path`."""
        for name, number in (("numerator", numerator), ("denominator", denominator)):
            if number is not None and number < 0:
                raise BadInput(f"{path}.{name}", f"“{self.name}” không được âm")
        if denominator is None:
            if self.required:
                raise BadInput(f"{path}.denominator", f"“{self.name}” phải có hai số, không ghi tỷ lệ đã làm tròn")
        elif self.second is Second.NONE:
            raise BadInput(f"{path}.denominator", f"“{self.name}” là số đếm ({self.unit}), không có mẫu số")
        elif self.second is not Second.BESIDE and denominator == 0:
            raise BadInput(f"{path}.denominator", f"“{self.name}” có mẫu số 0; không có đối tượng thì không ghi số liệu này")
        elif self.second is Second.WHOLE and numerator > denominator:
            raise BadInput(f"{path}.numerator", f"“{self.name}” có phần lớn hơn tổng ({numerator} > {denominator})")


class _Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ten: str
    vuot_100: bool = False


@functools.lru_cache(maxsize=64)
def figure_schemas(rulebook: Rulebook) -> Mapping[str, FigureSchema]:
    """Return the figures a rulebook uses, in its order, by figure id."""
    schemas: dict[str, FigureSchema] = {}
    for criterion in rulebook.criteria.values():
        schemas.update({item.figure: _item(item) for item in criterion.data_items})
        for level in criterion.levels.values():
            for indicator in level.indicators:
                schemas.update(
                    {threshold.figure: _counted(threshold.figure, threshold.unit) for threshold in indicator.thresholds}
                )
    return MappingProxyType(schemas)


def _item(item: DataItem) -> FigureSchema:
    second = {
        "ratio": Second.WHOLE,
        "of_total": Second.WHOLE,
        "count": Second.NONE,
        "pair": Second.BESIDE,
        "against_required": Second.BESIDE,
    }[item.kind]
    return FigureSchema(
        figure=item.figure, name=item.name, unit=item.unit, second=second, required=second is not Second.NONE
    )


def _counted(figure: str, unit: str) -> FigureSchema:
    """Return a figure of the 2018 circulars; units such as m²/HS are quotients, whose parts may be told or not."""
    named = _names().get(figure, _Name(figure))
    second = Second.WHOLE if unit == "%" else Second.DIVISOR if "/" in unit else Second.NONE
    if named.vuot_100:
        second = Second.DIVISOR
    return FigureSchema(figure=figure, name=named.ten, unit=unit, second=second, required=unit == "%")


@functools.cache
def _names() -> dict[str, _Name]:
    text = importlib.resources.files(__package__).joinpath(NAMES).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, _Name])
