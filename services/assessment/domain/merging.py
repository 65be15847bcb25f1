"""Puts together what two people changed of one text at the same time, sentence by sentence (three-way merge)."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from services.assessment.domain.self_assessment_facts import Sentence


class _Edit(NamedTuple):
    """The sentences of the base from `start` to `end` become `new`; nothing is taken away where these are one."""

    start: int
    end: int
    new: tuple[Sentence, ...]


def merged(base: Sequence[Sentence], theirs: Sequence[Sentence], mine: Sequence[Sentence]) -> tuple[Sentence, ...] | None:
    """Return the text with the changes of both, None where both change the same sentence or add at the same place.

    A change that both made alike counts once.
    """
    their_edits, own = _edits(base, theirs), _edits(base, mine)
    edits = [*their_edits, *(edit for edit in own if edit not in their_edits)]
    if any(_collide(one, other) for one in own for other in their_edits if one != other):
        return None
    result = list(base)
    for edit in sorted(edits, reverse=True):
        result[edit.start : edit.end] = edit.new
    return tuple(result)


def _edits(base: Sequence[Sentence], text: Sequence[Sentence]) -> list[_Edit]:
    changes = difflib.SequenceMatcher(None, base, text, autojunk=False).get_opcodes()
    return [_Edit(i1, i2, tuple(text[j1:j2])) for kind, i1, i2, j1, j2 in changes if kind != "equal"]


def _collide(one: _Edit, other: _Edit) -> bool:
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    # Of the two, one may add something: it collides inside what the other changes, not before or behind it.
    return one.start < other.end and other.start < one.end
