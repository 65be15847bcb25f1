"""What events say of schools and of who holds which role: without names of people, for whom deadlines matter."""

from __future__ import annotations

from collections.abc import Iterator

from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Held,
    Known,
    Law,
    Left,
    Lost,
    NamedSchool,
    Note,
    Told,
    Unreadable,
    Which,
)
from services.notification.domain.deadlines.notes import CLOSED
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.roles import Role


def school_registered(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A school of a commune, by its name."""
    yield NamedSchool(told.school, CommuneCode(told.needed("commune")), told.text("name") or told.school)


def school_closed(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nobody is reminded of what a closed school owed; what it holds stays as it is."""
    yield Note(CLOSED + told.school, told.day_of("closed_on").isoformat())
    yield Drop(Which(school=told.school))


def commune_registered(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A commune, by its name."""
    yield Note(f"commune:{told.needed('commune')}", told.text("name"))


def role_granted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A person holds a role; of an unknown one nothing follows."""
    yield Held(told.needed("account"), _role(told), told.needed("scope_kind"), told.text("scope"), told.day("until"))


def role_revoked(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A person holds it no more."""
    yield Lost(told.needed("account"), _role(told), told.needed("scope_kind"), told.text("scope"))


def account_closed(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A person is gone."""
    yield Left(told.needed("account"))


def _role(told: Told) -> Role:
    try:
        return Role(told.needed("role"))
    except ValueError as error:
        raise Unreadable(told.text("role")) from error
