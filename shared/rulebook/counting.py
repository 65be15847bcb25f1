"""Settings for what the law asks to be counted and does not say how: each marked with how sure it is."""

from __future__ import annotations

import functools
import importlib.resources

import msgspec
import yaml

from shared.rulebook.document import Confidence

SETTINGS = "counting.yaml"


class YearsOfData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether school years under an earlier circular count among the consecutive years of data that TT57/2026 asks for."""

    earlier_circulars_count: bool
    confidence: Confidence
    note: str
    source: str


class Counting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of counting."""

    consecutive_years_of_data: YearsOfData


@functools.cache
def counting() -> Counting:
    """Return the settings."""
    text = importlib.resources.files(__package__).joinpath(SETTINGS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Counting)
