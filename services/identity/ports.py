"""What identity needs from outside: people and their secrets, and a slow password hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NewType, Protocol

import msgspec

from services.identity.domain.login_throttle import ThrottlePolicy
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode

CommuneList = NewType("CommuneList", str)
"""A commune's list of people, where else a school's code stands: apart from all of these, which hold no colon."""


def list_of_commune(commune: CommuneCode) -> CommuneList:
    """Return the list of a commune."""
    return CommuneList(f"xa:{commune}")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """The personal part of an account. `password_hash` is empty until a password was set."""

    account: str
    login: str
    display_name: str
    password_hash: str = ""

    @property
    def is_erased(self) -> bool:
        """Say whether name and login were erased: the account's id then stands for the login, which must differ for all."""
        return self.login == self.account


class OnPapers(msgspec.Struct, frozen=True, kw_only=True):
    """A person on the papers of a school or a commune, whichever's list `school` names.

    `account` is empty for somebody who has none, else the same as `person`; `name` is then empty as long as the account's
    own is meant. `person` is empty until one is found or made.
    """

    person: PersonId
    school: SchoolCode | CommuneList
    name: str
    office: str
    phone: str = ""
    account: str = ""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session; times in seconds since 1970."""

    account: str
    seen_at: int
    expires_at: int


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link that lets a person in once."""

    account: str
    purpose: str
    expires_at: int


class ProgramSecret(msgspec.Struct, frozen=True, kw_only=True):
    """The name and the secret's hash of a program's token."""

    token: str
    name: str


class People(Protocol):
    """People and the hashes of secrets: what is not derivable from any log. Times in seconds since 1970.

    `secret_hash` is the SHA-256 of what the holder has (shared.identity.secret_hash): no secret comes here.
    """

    def reserve(self, person: Person) -> Person:
        """Keep a new person, unless login or account is taken: then return who has it."""
        ...

    def rename(self, account: str, display_name: str) -> None:
        """Change the name that is shown."""
        ...

    def person(self, account: str) -> Person | None:
        """Return a person by account."""
        ...

    def by_login(self, login: str) -> Person | None:
        """Return a person by login."""
        ...

    def all_people(self) -> list[Person]:
        """Return all people."""
        ...

    def set_password(self, account: str, password_hash: str) -> None:
        """Keep a new password hash."""
        ...

    def add_link(self, secret_hash: str, link: Link) -> None:
        """Keep a link; earlier ones of the same account and purpose end."""
        ...

    def link(self, secret_hash: str) -> Link | None:
        """Return an unspent link."""
        ...

    def redeem_link(self, secret_hash: str, *, password_hash: str = "", password_of: str = "") -> bool:
        """Spend a link, once, and set the password with it in one transaction; False when it was spent before."""
        ...

    def drop_links(self, account: str) -> None:
        """End all links of an account."""
        ...

    def add_session(self, secret_hash: str, session: Session) -> None:
        """Keep a session."""
        ...

    def session(self, secret_hash: str) -> Session | None:
        """Return a session."""
        ...

    def touch_session(self, secret_hash: str, seen_at: int) -> None:
        """Note when a session was last used."""
        ...

    def drop_session(self, secret_hash: str) -> None:
        """End a session."""
        ...

    def drop_sessions(self, account: str, *, but: str = "") -> None:
        """End all sessions of an account; that whose secret's hash is `but` goes on."""
        ...

    def begin_try(self, keys: Mapping[str, ThrottlePolicy], now: int) -> int:
        """Count a try as failed beforehand and return 0, or return for how many seconds it is refused, counting nothing."""
        ...

    def forgive_try(self, keys: Mapping[str, ThrottlePolicy]) -> None:
        """Take the last counted try of each key back."""
        ...

    def forget_tries(self, key: str) -> None:
        """Forget all tries of a key."""
        ...

    def put_program(self, secret_hash: str, program: ProgramSecret) -> None:
        """Keep a token's secret; an earlier one of the same token ends."""
        ...

    def program(self, secret_hash: str) -> ProgramSecret | None:
        """Return a token by the hash of its secret."""
        ...

    def programs(self) -> list[ProgramSecret]:
        """Return all tokens that are kept."""
        ...

    def drop_program(self, token: str) -> None:
        """Forget the secret of a token, keeping its name."""
        ...

    def put_on_papers(self, entries: Sequence[OnPapers]) -> list[tuple[PersonId, bool]]:
        """Keep people of a list, all or none; return each one's id, and whether anything about them is new.

        Who has no id is the one of the list with the same name and office and without an account, or gets an id that
        follows from nothing. An empty phone leaves the one that is kept. Raises NoSuchPerson for an id without an account
        that is not on this list, or was erased.
        """
        ...

    def on_papers(
        self, school: SchoolCode | CommuneList, persons: Sequence[PersonId] = ()
    ) -> list[tuple[OnPapers, Person | None]]:
        """Return people of a list whose names were not erased, each with the person of the account, if there is one.

        These, or all when none is named; in no order.
        """
        ...

    def erase(self, person: PersonId, now: int) -> bool:
        """Blank name and phone of a person wherever they stand, and the name, login and password of an account of this id.

        Return False when nothing is known of such a person.
        """
        ...

    def purge(self, now: int) -> None:
        """Throw away what ended: sessions, links and tries of days ago."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class PasswordHasher(Protocol):
    """A slow, salted, memory-hard hash."""

    def hash(self, password: str) -> str:
        """Return the hash, with its parameters and salt in it."""
        ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether the password is right; takes as long when `password_hash` is empty."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether the hash was made with weaker parameters than today's."""
        ...
