"""Looks for the codes of prints on the pages of a file of this machine; nothing is read besides, nothing leaves it."""

from __future__ import annotations

from pathlib import Path

from services.evidence.adapters.subprocesses import find_codes


def codes_on(file: Path) -> list[str]:
    """Return the codes on the first page that has any; none where there is none, or the file cannot be looked at."""
    return find_codes(file)
