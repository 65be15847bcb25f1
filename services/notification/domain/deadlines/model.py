"""What a deadline is, what may happen to one, and what an event of another service says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from shared.contracts.events.base import CloudEvent
from shared.rulebook.registration_deadlines import TimedStep
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId, SchoolCode, Sha256
from shared.vocabulary.roles import Role

Roles = frozenset[Role]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A day that the law counts from another: which step, under which regime ("v2018"), from when."""

    step: TimedStep
    regime: str
    begun: dt.date


class KeptDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A day by which somebody owes something.

    `who` owes it, `watch` is told as well, `persons` are accounts that are named for it. A commune's may concern only some
    of its `schools`; none are named where all of them are meant. `group` joins what ends together
    ("visit:…"). `parts` is what its words are made of. Without a `due` it waits for somebody, by no day. `counted` says
    how the day follows, where holidays matter. `held`: it is not in force yet.
    """

    id: DeadlineId
    kind: DeadlineKind
    school: SchoolCode = SchoolCode("")
    commune: CommuneCode = CommuneCode("")
    schools: tuple[SchoolCode, ...] = ()
    year: int = 0
    who: Roles = frozenset()
    watch: Roles = frozenset()
    persons: tuple[str, ...] = ()
    group: str = ""
    parts: Mapping[str, str] = {}
    due: dt.date | None = None
    counted: Counted | None = None
    began: dt.date
    held: bool = False


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Names deadlines: all that is given must fit. `until_year` is the last calendar year that is meant, 0 for any."""

    id: DeadlineId = DeadlineId("")
    group: str = ""
    kinds: tuple[DeadlineKind, ...] = ()
    school: SchoolCode = SchoolCode("")
    until_year: int = 0


class Set(msgspec.Struct, frozen=True):
    """A deadline was set, or set anew: it is open."""

    deadline: KeptDeadline


class Move(msgspec.Struct, frozen=True):
    """It is due on another day."""

    which: Which
    due: dt.date


class Finish(msgspec.Struct, frozen=True):
    """What was owed was done on a day; `by` names what did it, so that it can be taken back."""

    which: Which
    on: dt.date
    by: str = ""


class Drop(msgspec.Struct, frozen=True):
    """Nobody owes it any more."""

    which: Which


class Reopen(msgspec.Struct, frozen=True):
    """What was done is owed again; with `by`, only what that had finished."""

    which: Which
    by: str = ""


class Wait(msgspec.Struct, frozen=True):
    """Who owed it has done their part; since a day it waits for others."""

    which: Which
    waits_for: Roles
    since: dt.date


class Pass(msgspec.Struct, frozen=True):
    """Somebody else owes it from here on."""

    which: Which
    who: Roles


class Team(msgspec.Struct, frozen=True):
    """Other people are named for it."""

    which: Which
    persons: tuple[str, ...]


class Release(msgspec.Struct, frozen=True):
    """What was held comes into force."""

    group: str


class Note(msgspec.Struct, frozen=True):
    """Something to be remembered for later events, under a key."""

    key: str
    value: str


class NamedSchool(msgspec.Struct, frozen=True):
    """A school of a commune, by its name."""

    school: SchoolCode
    commune: CommuneCode
    name: str


class Held(msgspec.Struct, frozen=True):
    """A person holds a role in a scope, through the day `until` where one is set."""

    person: str
    role: Role
    scope_kind: str
    scope: str
    until: dt.date | None = None


class Lost(msgspec.Struct, frozen=True):
    """A person holds a role no more."""

    person: str
    role: Role
    scope_kind: str
    scope: str


class Left(msgspec.Struct, frozen=True):
    """An account was closed."""

    person: str


Change = (
    Set | Move | Finish | Drop | Reopen | Wait | Pass | Team | Release | Note | NamedSchool | Held | Lost | Left
)  # fmt: skip


class Known(Protocol):
    """What was remembered of earlier events."""

    def note(self, key: str) -> str:
        """Return what stands under a key, '' for nothing."""
        ...


class Law(Protocol):
    """What the rulebooks say of days."""

    def register_by(self, digest: Sha256, expires: dt.date) -> dt.date | None:
        """Return the last day to register again, None where the rulebook names none or is not known."""
        ...

    def is_timed(self, regime: str, step: TimedStep) -> bool:
        """Say whether a step has a time under a regime."""
        ...


class Unreadable(Exception):
    """An event lacks what the code looks for: of another version, or of another make. It is passed over."""


class Told(msgspec.Struct, frozen=True):
    """What an event says, read field by field."""

    fact: str
    data: Mapping[str, Any]
    on: dt.date

    def text(self, name: str) -> str:
        """Return a text, '' where there is none."""
        value = self.data.get(name, "")
        return value if isinstance(value, str) else ""

    def needed(self, name: str) -> str:
        """Return a text that must be there; raises Unreadable."""
        value = self.text(name)
        if not value:
            raise Unreadable(f"{self.fact}: {name}")
        return value

    def day(self, name: str) -> dt.date | None:
        """Return a day, None where there is none; raises Unreadable for what is no day."""
        value = self.data.get(name)
        if value in (None, ""):
            return None
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
        except ValueError as error:
            raise Unreadable(f"{self.fact}: {name}") from error

    def day_needed(self, name: str) -> dt.date:
        """Return a day that must be there; raises Unreadable."""
        found = self.day(name)
        if found is None:
            raise Unreadable(f"{self.fact}: {name}")
        return found

    def day_of(self, name: str) -> dt.date:
        """Return a day, that of the event itself where it says none."""
        return self.day(name) or self.on

    def number(self, name: str) -> int:
        """Return a whole number, 0 where there is none."""
        value = self.data.get(name, 0)
        return value if isinstance(value, int) else 0

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.data.get(name, ())
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()

    @property
    def school(self) -> SchoolCode:
        """The school that the event is about; raises Unreadable where it names none."""
        return SchoolCode(self.needed("school"))


def told_by(event: CloudEvent, on: dt.date) -> Told:
    """Return what an event says; its type without prefix and version is the fact ("inspection.task-given")."""
    fact = event.type.removeprefix("vn.kiemdinh.").rpartition(".v")[0]
    return Told(fact, event.data, on)


def deadline_id(kind: DeadlineKind, *parts: str) -> DeadlineId:
    """Return the id of a deadline: its kind and what it is of."""
    return DeadlineId(":".join((kind.value, *parts)))
