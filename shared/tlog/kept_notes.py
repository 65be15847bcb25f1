"""Checkpoints that somebody keeps outside of the installation, as texts with one signed note or several."""

from __future__ import annotations

import re

import msgspec

from shared.tlog.checkpoint import BadNote, CheckpointBody, parse_checkpoint_body


class KeptNote(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that was kept outside of the installation; `name` says where, for people."""

    name: str
    text: str
    statement: CheckpointBody


def read_kept(name: str, text: str) -> list[KeptNote]:
    """Return the notes in a text, one after another; raises BadNote when there is none or one cannot be read.

    Signatures are not looked at: whose they should be, the log knows.
    """
    notes: list[KeptNote] = []
    for note in _NOTES.findall(text.replace("\r\n", "\n").rstrip() + "\n"):
        body = note.rpartition("\n\n")[0] + "\n"
        notes.append(KeptNote(name=name, text=note, statement=parse_checkpoint_body(body)))
    if not notes:
        msg = "no checkpoint"
        raise BadNote(msg)
    return notes


_NOTES = re.compile(r"(?:^[^\n—][^\n]*\n)+\n(?:^— [^\n]+\n)+", re.MULTILINE)
"""Lines of text, an empty line, lines of signatures."""
