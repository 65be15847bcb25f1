"""Which pipeline reads pages now, and whether another one is older: each is a name and a version ("layout-1")."""

from __future__ import annotations

LAYOUT = "layout"
LAYOUT_VERSION = 2
"""Raised whenever pages are read otherwise than before, so that former readings are known to be older."""
PRESENT = f"{LAYOUT}-{LAYOUT_VERSION}"


def is_older(pipeline: str, than: str) -> bool:
    """Say whether a reading of one pipeline is to be made again by another.

    Of the same name, the lower version is older; a pipeline of another name, or without one, is always older. Steps that
    were left out ("layout-1-khong-clean") are a name of their own.
    """
    name, version = _parsed(pipeline)
    other, limit = _parsed(than)
    return version < limit if name == other else pipeline != than


def _parsed(pipeline: str) -> tuple[str, int]:
    head, _, last = pipeline.rpartition("-")
    return (head, int(last)) if head and last.isdecimal() else (pipeline, 0)
