"""Judges a file: the one way in for an upload and for `kiemdinh read`, so that both say the same of the same file."""

from __future__ import annotations

from pathlib import Path

from services.evidence.domain.media import HEAD_BYTES, FileFacts
from services.evidence.domain.validation import FileLimits, check_file, check_kind, check_size
from services.evidence.ports import FileInspector


def validate_file(path: Path, name: str, inspector: FileInspector, limits: FileLimits) -> FileFacts:
    """Return what a whole file is and holds; raises the problem for which it is refused.

    Only its first bytes are read here. Whatever walks through a file does so in the inspector's child, so that no file can
    hold up the process that serves everybody.
    """
    check_size(path.stat().st_size, limits)
    with path.open("rb") as file:
        media = check_kind(name, file.read(HEAD_BYTES))
    facts = inspector.look(path, media)
    check_file(facts, limits)
    return facts
