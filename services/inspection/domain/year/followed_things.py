"""What a synthesis follows through events (recommendations, targets, tasks, difficulties, needs), and what changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shared.vocabulary.commune_year import ClosingWord, DifficultyState
from shared.vocabulary.inspection import Verification


class FollowedThing(msgspec.Struct):
    """Something that is followed through its events; `into` is the one that it is treated with, '' for none."""

    school: str
    on: dt.date
    state: str
    due: dt.date | None = None
    year: int = 0
    into: str = ""


def day_named(value: str | dt.date) -> dt.date:
    """Return a day as events write it, "2026-05-10"."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


# --- what changes a thing that is followed


def _to(state: str) -> Callable[[FollowedThing, Mapping[str, Any]], None]:
    def change(thing: FollowedThing, _: Mapping[str, Any]) -> None:
        thing.state = state

    return change


def _until(name: str) -> Callable[[FollowedThing, Mapping[str, Any]], None]:
    def change(thing: FollowedThing, data: Mapping[str, Any]) -> None:
        thing.due = day_named(data[name])

    return change


def _verified(thing: FollowedThing, data: Mapping[str, Any]) -> None:
    thing.state = "done" if data["result"] == Verification.DONE else "open"


def _difficulty_answered(thing: FollowedThing, _: Mapping[str, Any]) -> None:
    if thing.state != DifficultyState.DECIDED:
        thing.state = DifficultyState.ANSWERED


def _difficulty_closed(thing: FollowedThing, data: Mapping[str, Any]) -> None:
    thing.state = DifficultyState.CLOSED if data["word"] == ClosingWord.SOLVED else DifficultyState.RAISED
    thing.into = ""


def _difficulty_merged(thing: FollowedThing, data: Mapping[str, Any]) -> None:
    thing.into = data["into"]


def _need_changed(thing: FollowedThing, data: Mapping[str, Any]) -> None:
    thing.state, thing.year = "raised", data["year"]


CHANGES: Mapping[str, tuple[str, Callable[[FollowedThing, Mapping[str, Any]], None]]] = {
    "recommendation-answered": ("recommendation", _to("answered")),
    "recommendation-verified": ("recommendation", _verified),
    "recommendation-extended": ("recommendation", _until("due")),
    "criterion-target-revised": ("target", _until("by")),
    "criterion-target-met": ("target", _to("done")),
    "criterion-target-lost": ("target", _to("open")),
    "criterion-target-dropped": ("target", _to("dropped")),
    "task-reported": ("task", _to("answered")),
    "task-accepted": ("task", _to("done")),
    "task-returned": ("task", _to("open")),
    "task-extended": ("task", _until("due")),
    "task-cancelled": ("task", _to("dropped")),
    "difficulty-taken": ("difficulty", _to(DifficultyState.TAKEN)),
    "difficulty-answered": ("difficulty", _difficulty_answered),
    "difficulty-forwarded": ("difficulty", _to(DifficultyState.FORWARDED)),
    "difficulty-decided": ("difficulty", _to(DifficultyState.DECIDED)),
    "difficulty-closed": ("difficulty", _difficulty_closed),
    "difficulty-merged": ("difficulty", _difficulty_merged),
    "need-changed": ("need", _need_changed),
    "need-appraised": ("need", _to("appraised")),
    "need-withdrawn": ("need", _to("withdrawn")),
}
"""Event → which thing it changes, and how."""
