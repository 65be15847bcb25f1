"""What the members of a team judge, side by side; nothing here depends on the order in which their devices synced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import msgspec

from services.inspection.domain import team_facts as tf
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, DocumentId, PersonId

Place = tuple[CriterionCode, int, str]
"""An indicator: criterion, level, letter."""


class StandingOpinion(msgspec.Struct, frozen=True, kw_only=True):
    """An opinion that no later one of the same member replaced; `judged_at` is when the member took it down."""

    fact: tf.MemberJudged
    version: int
    judged_at: dt.datetime

    @property
    def rank(self) -> tuple[dt.datetime, str, str, tuple[DocumentId, ...]]:
        """Return what puts opinions of one member in their order: the moment, and what was said where moments are one."""
        return self.judged_at, self.fact.result.value, self.fact.note, self.fact.documents

    def says(self, result: Result, note: str, documents: tuple[DocumentId, ...]) -> bool:
        """Say whether the opinion is this one."""
        return (self.fact.result, self.fact.note, self.fact.documents) == (result, note, documents)


class Opinions:
    """All opinions on one visit: which stand, and which were ever given."""

    def __init__(self) -> None:
        self._given: dict[Place, dict[PersonId, list[StandingOpinion]]] = {}
        self._replaced: set[int] = set()

    def add(self, fact: tf.MemberJudged, judged_at: dt.datetime, version: int) -> None:
        """Take an opinion in; those that it replaces no longer stand."""
        of_place = self._given.setdefault((fact.criterion, fact.level, fact.indicator), {})
        of_place.setdefault(fact.member, []).append(StandingOpinion(fact=fact, version=version, judged_at=judged_at))
        self._replaced.update(fact.replaces)

    @property
    def places(self) -> list[Place]:
        """Return every indicator that somebody judged, in the order of the rulebook's numbers."""
        return sorted(self._given, key=_in_order)

    def at(self, place: Place) -> dict[PersonId, tuple[StandingOpinion, ...]]:
        """Return what each member says of an indicator, members by id, the newest opinion of each first."""
        return {member: self.of(place, member) for member in sorted(self._given.get(place, {}))}

    def of(self, place: Place, member: PersonId) -> tuple[StandingOpinion, ...]:
        """Return the standing opinions of a member on an indicator, the newest first."""
        given = self._given.get(place, {}).get(member, ())
        standing = [one for one in given if one.version not in self._replaced]
        return tuple(sorted(standing, key=lambda one: one.rank, reverse=True))

    def was_given(
        self, place: Place, member: PersonId, said: tuple[Result, str, tuple[DocumentId, ...]], judged_at: dt.datetime
    ) -> bool:
        """Say whether a member's device sent this very opinion before."""
        given = self._given.get(place, {}).get(member, ())
        return any(one.says(*said) and one.judged_at == judged_at for one in given)

    @property
    def days(self) -> list[dt.date]:
        """Return the days on which somebody judged."""
        return [one.fact.judged_on for members in self._given.values() for given in members.values() for one in given]


def replaced_by(standing: tuple[StandingOpinion, ...], seen: int | None) -> tuple[int, ...]:
    """Return the versions that a new opinion takes the place of.

    `seen` is the version of the opinion that its author had before the eyes: the newest, and it replaces all that stand;
    an older one, and it replaces that alone; none of them (0), and it stands beside them. None: whoever did not say what
    they saw replaces what there is.
    """
    everything = tuple(one.version for one in standing)
    if seen is None or (everything and seen == everything[0]):
        return everything
    return (seen,) if seen in everything else ()


class OpinionTally(msgspec.Struct, frozen=True, kw_only=True):
    """How the opinions on an indicator stand to a result: who says otherwise, who was given it and said nothing."""

    dissent: tuple[PersonId, ...]
    missing: tuple[PersonId, ...]
    judged: int


def tally(
    opinions: Mapping[PersonId, tuple[StandingOpinion, ...]], result: Result, expected: Collection[PersonId]
) -> OpinionTally:
    """Return how opinions stand to a result; a member who says two things dissents when one of them is another."""
    dissent = [member for member, said in opinions.items() if any(one.fact.result is not result for one in said)]
    missing = [member for member in expected if member not in opinions]
    return OpinionTally(dissent=tuple(sorted(dissent)), missing=tuple(sorted(missing)), judged=len(opinions))


def unanimous(opinions: Mapping[PersonId, tuple[StandingOpinion, ...]], expected: Collection[PersonId]) -> Result | None:
    """Return the result on which all who judged are one, when nobody is missing; None when there is none."""
    said = {one.fact.result for standing in opinions.values() for one in standing}
    if len(said) != 1 or any(member not in opinions for member in expected):
        return None
    (result,) = said
    return None if result is Result.NOT_ASSESSED else result


def are_diverging(opinions: Iterable[tuple[StandingOpinion, ...]]) -> bool:
    """Say whether members, each by the newest opinion, do not all judge the same."""
    return len({standing[0].fact.result for standing in opinions if standing}) > 1


def _in_order(place: Place) -> tuple[tuple[int | str, ...], int, str]:
    criterion, level, indicator = place
    numbers = tuple(int(part) if part.isdecimal() else 0 for part in criterion.split("."))
    return numbers, level, indicator
