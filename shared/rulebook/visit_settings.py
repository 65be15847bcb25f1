"""Settings about the department's visits where no article was found: how big a team is, what a visit is called.

Each is marked with how sure it is, as those of `shared.rulebook.conventions` are; none of them refuses anything.
"""

from __future__ import annotations

import functools
import importlib.resources
from typing import Annotated

import msgspec
import yaml

from shared.rulebook.conventions import Convention
from shared.vocabulary.inspection import VisitKind

_SETTINGS = "visit_settings.yaml"


class TeamSize(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fewest people that are usual in a team under some regimes."""

    regimes: list[str]
    at_least: Annotated[int, msgspec.Meta(ge=1)]


class DepartmentKind(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a visit of the department is under some regimes."""

    regimes: list[str]
    kind: VisitKind


class _VisitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    team_sizes: list[TeamSize]
    department_kinds: list[DepartmentKind]


def team_size_of(regime: str) -> TeamSize | None:
    """Return how big a team usually is under a regime; None where it is not known."""
    return next((size for size in _settings().team_sizes if regime in size.regimes), None)


def department_kind_of(regime: str) -> VisitKind:
    """Return what the department's visit is under a regime; an external evaluation where nothing is known of the regime."""
    kinds = (named.kind for named in _settings().department_kinds if regime in named.regimes)
    return next(kinds, VisitKind.EXTERNAL_EVALUATION)


@functools.cache
def _settings() -> _VisitSettings:
    text = importlib.resources.files(__package__).joinpath(_SETTINGS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), _VisitSettings)
