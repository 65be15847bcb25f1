"""Composes what a synthesis tells: folds the public form of the log's events, up to a position, on a known ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.inspection import views
from services.inspection.domain.known_awards import KnownAward, any_valid_award
from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.counting import Count, count
from services.inspection.domain.year.counting_ground import OF_ONE_YEAR, Ground, ToldEvent
from services.inspection.published import public_event
from services.inspection.use_cases.past import day_of
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year.commune_streams import streams_about_year
from shared.eventlog.log import RecordedEvent
from shared.text import vietnamese_key
from shared.vocabulary.ids import BEGINNING, CommuneCode, Position, ReportRequestId, SchoolCode, Sha256

_SYNTHESIS_BEGINS = rf.SynthesisDrafted.TOPIC.rpartition(".")[2]


class KnownGround(msgspec.Struct, frozen=True, kw_only=True):
    """On what is counted, as it was known: schools and awards as the assessment service had told up to `heard`."""

    commune: CommuneCode
    year: int
    from_on: dt.date
    as_of: dt.date
    request: ReportRequestId
    schools: tuple[rf.SchoolAtHand, ...]
    awards: tuple[rf.AwardAtHand, ...]
    heard: Position


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """What was computed, up to the position of the last event that may count."""

    position: Position
    numbers: tuple[rf.CountedNumber, ...]
    standings: tuple[rf.SchoolStanding, ...]
    missing: tuple[SchoolCode, ...]


class Composing:
    """Reads the log of a commune and its schools, and counts."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def ground(
        self, commune: CommuneCode, year: int, from_on: dt.date, as_of: dt.date, request: ReportRequestId
    ) -> KnownGround:
        """Return the ground of a commune as it is known now."""
        with self._year.known.reading() as conn:
            known = views.known_schools(conn, commune)
            held = views.awards_of(conn, [school.school for school in known])
            heard = self._year.known.upstream_position(conn, "assessment")
        return KnownGround(
            commune=commune,
            year=year,
            from_on=from_on,
            as_of=as_of,
            request=request,
            schools=tuple(rf.SchoolAtHand(school=one.school, name=one.name, closed=one.closed_by(as_of)) for one in known),
            awards=tuple(_at_hand(award) for school in known for award in held.get(school.school, ())),
            heard=heard,
        )

    def compose(self, ground: KnownGround) -> Composed:
        """Count what the log tells now."""
        # Before the streams are looked up: whatever is recorded up to here, they hold.
        head = self._year.log.head()
        events = self._events(ground, head)
        position = events[-1].position if events else BEGINNING
        counted = count(_counting(ground), map(_told, events))
        return Composed(
            position=position,
            numbers=tuple(rf.CountedNumber(key=key, value=value) for key, value in counted.values().items()),
            standings=_standings(ground, counted),
            missing=tuple(one.school for one in counted.things["reports_missing"]),
        )

    def count(self, ground: KnownGround, position: Position) -> Count:
        """Count again what the log told up to a position: the same, whatever came later."""
        events = self._events(ground, position)
        return count(_counting(ground), map(_told, events))

    def figures(self, asked: rf.ReportAsked | None, ground: KnownGround, position: Position) -> tuple[rf.GivenFigures, ...]:
        """Return what schools gave that lies with the office: by figure as asked, by school name."""
        if asked is None:
            return ()
        events = self._events(ground, position)
        given: dict[SchoolCode, dict[str, int]] = {}
        for fact in (logged.entry.fact for logged in events):
            if isinstance(fact, rf.ReportHandedIn) and fact.request == asked.request:
                given[fact.school] = {figure.name: figure.value for figure in fact.figures}
            elif isinstance(fact, rf.ReportReturned) and fact.request == asked.request:
                given.pop(fact.school, None)
        names: dict[SchoolCode, str] = {one.school: one.name for one in ground.schools}
        by_name = sorted(given, key=lambda school: vietnamese_key(names.get(school, "")))
        return tuple(
            rf.GivenFigures(
                name=figure, given=tuple((school, given[school][figure]) for school in by_name if figure in given[school])
            )
            for figure in asked.figures
        )

    def _events(self, ground: KnownGround, upto: Position) -> list[RecordedEvent]:
        """Return what happened to the commune and its schools that may count, without syntheses: these count nothing."""
        schools = [one.school for one in ground.schools]
        with self._year.views.reading() as conn:
            of_commune = streams_about_year(
                conn, ground.commune, ground.year, of_one_year=OF_ONE_YEAR, without=_SYNTHESIS_BEGINS
            )
            streams = [*of_commune, *views.streams_of(conn, schools)]
        return [logged for logged in self._year.log.streams(streams) if logged.position <= upto]


def ground_of(drafted: rf.SynthesisDrafted) -> KnownGround:
    """Return the ground on which a synthesis was computed."""
    return KnownGround(
        commune=drafted.commune,
        year=drafted.year,
        from_on=drafted.from_on,
        as_of=drafted.as_of,
        request=drafted.request,
        schools=drafted.schools,
        awards=drafted.awards,
        heard=drafted.heard_position,
    )


def _told(logged: RecordedEvent) -> ToldEvent:
    event = public_event(logged.entry.fact)
    return ToldEvent(what=event.FACT, data=msgspec.to_builtins(event, builtin_types=()), on=day_of(logged))


def _counting(ground: KnownGround) -> Ground:
    return Ground(
        commune=ground.commune,
        year=ground.year,
        schools=frozenset(one.school for one in ground.schools),
        closed=frozenset(one.school for one in ground.schools if one.closed),
        awards=_awards_of(ground),
        from_on=ground.from_on,
        as_of=ground.as_of,
        request=ground.request,
    )


def _awards_of(ground: KnownGround) -> dict[SchoolCode, list[KnownAward]]:
    found: dict[SchoolCode, list[KnownAward]] = {}
    for award in ground.awards:
        found.setdefault(award.school, []).append(
            KnownAward(
                school=award.school,
                kind=award.kind,
                granted_number=award.granted_number,
                number=award.number,
                degree=award.degree,
                decided_on=award.decided_on,
                expires_on=award.expires_on,
                rulebook="",
                digest=Sha256(""),
                supersedes=award.supersedes,
                revoked_on=award.revoked_on,
            )
        )
    return found


def _at_hand(award: KnownAward) -> rf.AwardAtHand:
    return rf.AwardAtHand(
        school=award.school,
        kind=award.kind,
        granted_number=award.granted_number,
        number=award.number,
        degree=award.degree,
        decided_on=award.decided_on,
        expires_on=award.expires_on,
        supersedes=award.supersedes,
        revoked_on=award.revoked_on,
    )


def _standings(ground: KnownGround, counted: Count) -> tuple[rf.SchoolStanding, ...]:
    """Return how each open school stands, by name: no school before another for what it reached."""
    awards = _awards_of(ground)
    shown = sorted((one for one in ground.schools if not one.closed), key=lambda one: vietnamese_key(one.name))
    return tuple(_standing(ground, counted, one, awards.get(one.school, [])) for one in shown)


def _standing(
    ground: KnownGround, counted: Count, school: rf.SchoolAtHand, awards: Iterable[KnownAward]
) -> rf.SchoolStanding:
    entry, held = counted.entries.get(school.school), any_valid_award(awards, ground.as_of)
    return rf.SchoolStanding(
        school=school.school,
        name=school.name,
        kind=entry.kind if entry else None,
        target_level=entry.target_level if entry else 0,
        target_degree=entry.target_degree if entry else 0,
        reached=bool(entry and entry.reached),
        award_number=held.number if held else "",
        award_degree=held.degree if held else 0,
        award_until=held.expires_on if held else None,
    )
