"""Visits with the names of their people: the inspection service knows ids alone, identity knows what to call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from services.portal.named_people import on_papers
from services.portal.visit_planning import eligible
from services.portal.web.context import may
from shared.contracts.calls.identity import PersonOnPapers
from shared.contracts.calls.inspection import (
    IndicatorOpinions,
    InspectionView,
    MinutesView,
    OpinionView,
    ParticipantView,
    TeamMemberView,
    TeamView,
)
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import PersonId, SchoolCode


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is called, and the login, '' for whoever has none."""

    name: str
    login: str = ""


Names = dict[PersonId, Named]


def visit_with_names(view: InspectionView) -> InspectionView:
    """Return a visit with the names of its team, of those who judged, and of those who took part."""
    return _named(view, _names_of([view]))


def visits_with_names(views: Sequence[InspectionView]) -> list[InspectionView]:
    """Return visits to one school with names."""
    names = _names_of(views)
    return [_named(view, names) for view in views]


def _names_of(views: Sequence[InspectionView]) -> Names:
    wanted = list(dict.fromkeys(person for view in views for person in _people(view)))
    if not wanted:
        return {}
    first = views[0]
    names: Names = {}
    if may("identity.people_on_papers", school=first.school):
        names = {person: _called(one) for person, one in on_papers(first.school, wanted).items()}
    if any(person not in names for person in wanted):
        names = _of_offices(first.school, {view.layer for view in views}) | names
    return names


def _of_offices(school: SchoolCode, layers: set[Layer]) -> Names:
    """Return the names of those who may judge: on a visit whose team was not set up, they are on no paper."""
    holders = [holder for layer in sorted(layers) for holder in eligible(layer, school)]
    return {PersonId(holder.account): Named(name=holder.display_name) for holder in holders}


def _people(view: InspectionView) -> Iterator[PersonId]:
    yield from (member.person for member in view.team.members) if view.team else ()
    yield from (opinion.person for one in view.opinions for opinion in one.opinions)
    yield from (one.person for one in view.minutes.participants) if view.minutes else ()


def _called(person: PersonOnPapers) -> Named:
    return Named(name=person.name, login=person.login)


def _named(view: InspectionView, names: Names) -> InspectionView:
    return msgspec.structs.replace(
        view,
        team=_team(view.team, names) if view.team else None,
        opinions=[_indicator(one, names) for one in view.opinions],
        minutes=_minutes(view.minutes, names) if view.minutes else None,
    )


def _team(team: TeamView, names: Names) -> TeamView:
    return msgspec.structs.replace(team, members=[_member(member, names) for member in team.members])


def _member(member: TeamMemberView, names: Names) -> TeamMemberView:
    found = names.get(member.person)
    return msgspec.structs.replace(member, name=found.name, login=found.login) if found else member


def _indicator(one: IndicatorOpinions, names: Names) -> IndicatorOpinions:
    return msgspec.structs.replace(one, opinions=[_opinion(opinion, names) for opinion in one.opinions])


def _opinion(opinion: OpinionView, names: Names) -> OpinionView:
    found = names.get(opinion.person)
    return msgspec.structs.replace(opinion, name=found.name) if found else opinion


def _minutes(minutes: MinutesView, names: Names) -> MinutesView:
    return msgspec.structs.replace(minutes, participants=[_participant(one, names) for one in minutes.participants])


def _participant(one: ParticipantView, names: Names) -> ParticipantView:
    found = names.get(one.person)
    return msgspec.structs.replace(one, name=found.name) if found else one
