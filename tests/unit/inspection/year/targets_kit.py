"""A commune with a school whose criteria are judged, and its targets, in short."""

from __future__ import annotations

import datetime as dt

from shared.clock import VIETNAM
from shared.contracts.calls.year import targets as calls
from shared.contracts.events.assessment import IndicatorJudged, SchoolRegistered
from shared.contracts.events.base import envelope
from shared.contracts.events.self_assessment import ImprovementItemSet, ImprovementReviewed
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import ImprovementStatus, ReviewOccasion
from tests.unit.inspection.conftest import Team

YEAR = 2026
BY = dt.date(2026, 12, 31)
TODAY = dt.date(2026, 11, 24)
TT57 = load_library().get("v2026_tt57/pho_thong")


def of_commune(role: Role, commune: str = "NL01", schools: tuple[str, ...] = ("TH-BC", "TH-NL")) -> CallContext:
    grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune, schools=schools)
    return CallContext(actor=f"account-{role.value}", grants=(grant,), correlation="c-1")


OFFICER = of_commune(Role.COMMUNE_OFFICER)


def hear(team: Team, data, on: dt.date = TODAY, sequence: int | None = None):
    """Hear an event of the assessment service that holds on a day, the next one unless a sequence is named."""
    at = dt.datetime.combine(on, dt.time(9), VIETNAM).astimezone(dt.UTC)
    sequence = sequence or team.application.received_position("assessment") + 1
    recorded = team.clock.now()
    told = {"subject": "school/x", "occurred": at, "recorded": recorded, "correlation": "", "cause": ""}
    event = envelope(installation="thu", data=data, sequence=sequence, **told)
    team.application.receive(event)
    return event


def register(team: Team, school: str = "TH-BC", commune: str = "NL01", name: str = "", kind=SchoolKind.PRIMARY, levels=()):
    name = name or f"Tiểu học {school}"
    hear(team, SchoolRegistered(school=school, commune=commune, name=name, kind=kind, levels=levels))


def with_school(team: Team, school: str = "TH-BC", **more) -> Team:
    """Let the service know a school of the commune with an open cycle."""
    register(team, school, **more)
    team.hear_cycle(school=school)
    return team


def indicators(criterion: str = "1.1", upto: int = 1, rulebook=TT57):
    return [key for key in rulebook.keys if key.criterion == criterion and key.level <= upto]


def judge(team: Team, key, result="met", layer=Layer.SCHOOL, school="TH-BC", on=TODAY, cycle="2026-2027"):
    criterion, level, indicator = key
    place = {"criterion": criterion, "level": level, "indicator": indicator, "result": Result(result)}
    return hear(team, IndicatorJudged(school=school, cycle=cycle, layer=layer, **place), on)


def judge_all(team: Team, criterion="1.1", upto=1, result="met", **more):
    """Judge every indicator of a criterion up to a level; return the last event."""
    return [judge(team, key, result, **more) for key in indicators(criterion, upto)][-1]


def improve(team: Team, criterion="1.1", ends=None, item="i-1", school="TH-BC", cycle="2026-2027"):
    hear(
        team,
        ImprovementItemSet(school=school, cycle=cycle, item=item, criterion=criterion, standard="1", ends=ends),
    )


def review(team: Team, status: ImprovementStatus, item="i-1", school="TH-BC", cycle="2026-2027"):
    seen = {"occasion": next(iter(ReviewOccasion)), "reviewed_on": TODAY, "status": status}
    hear(team, ImprovementReviewed(school=school, cycle=cycle, item=item, **seen))


def wanted(school="TH-BC", criterion="1.1", level=1, by=BY, **more):
    return calls.TargetWanted(school=school, criterion=criterion, level=level, by=by, **more)


def set_targets(team: Team, *targets: calls.TargetWanted, who: CallContext = OFFICER, year=YEAR, commune="NL01"):
    request = calls.SetTargets(commune=commune, year=year, targets=list(targets or (wanted(),)))
    return team.application.set_targets(who, request)


def revise(team: Team, reason="Công trình chậm ba tháng", who=OFFICER, criterion="1.1", school="TH-BC", **changed):
    named = {"commune": "NL01", "year": YEAR, "school": school, "criterion": criterion, "reason": reason}
    return team.application.revise_target(who, calls.ReviseTarget(**named, **changed))


def drop(team: Team, reason="Trường sáp nhập trong năm", who=OFFICER, criterion="1.1", school="TH-BC"):
    named = {"commune": "NL01", "year": YEAR, "school": school, "criterion": criterion, "reason": reason}
    return team.application.drop_target(who, calls.DropTarget(**named))


def board(team: Team, year=YEAR, **more):
    return team.application.target_board(calls.TargetBoardRequest(commune="NL01", year=year, **more))


def detail(team: Team, criterion="1.1", school="TH-BC", **more):
    named = {"commune": "NL01", "year": YEAR, "school": school, "criterion": criterion}
    return team.application.target(calls.TargetRequest(**named, **more))


def topics(team: Team) -> list[str]:
    """Return the kinds of the facts about targets in the log, in its order."""
    told = (logged.entry.fact.TOPIC.removeprefix("inspection.") for logged in team.application.log.read(0, 1000))
    return [topic.removeprefix("criterion-target-") for topic in told if topic.startswith("criterion-target-")]
