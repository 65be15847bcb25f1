"""Shorthands for the work of a team, over the application of `conftest.Team`."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import inspection as calls
from shared.contracts.calls import teams
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.roles import Role, ScopeKind

DAY = dt.date(2026, 11, 2)
TODAY = dt.date(2026, 11, 24)
HEAD, SECRETARY, LAN, MINH = (f"0198f2c4-0000-7000-8000-00000000000{number}" for number in range(1, 5))
ROLES = {
    Layer.COMMUNE: (Role.INSPECTOR, ScopeKind.COMMUNE, "NL01"),
    Layer.DEPARTMENT: (Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""),
}
KEY, OTHER, THIRD = ("1.1", 1, "-"), ("1.2", 1, "-"), ("2.1", 1, "-")


def person(number: str, layer: Layer = Layer.COMMUNE, school: str = "TH-BC") -> CallContext:
    """Return somebody of a layer's team, acting under an account."""
    role, kind, scope = ROLES[layer]
    return CallContext(actor=number, grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=(school,)),))


def member(number: str, role: str = "thanh_vien", *criteria: str, **declared) -> teams.TeamMemberById:
    known = {"worked_here": False, "years_in_sector": 12, "trained": True, "source": "Sơ yếu lý lịch"}
    return teams.TeamMemberById(person=number, role=TeamRole(role), criteria=list(criteria), **(known | declared))


USUAL = (member(HEAD, "truong", "1.1"), member(SECRETARY, "thu_ky"), member(LAN, "thanh_vien", "1.1", "1.2"))


def set_up(team, visit, members=USUAL, who=None, on=dt.date(2026, 10, 20), **more):
    default = team.officer if visit.layer is Layer.COMMUNE else team.department
    more = {"decision": "12/QĐ-UBND", "school": "TH-BC"} | more
    request = teams.SetUpTeam(inspection=visit.inspection, decided_on=on, members=list(members), **more)
    return team.application.set_up_team(who or default, request)


def judge(team, visit, who, results, on=DAY, school="TH-BC", command="", **more):
    opinions = [
        teams.Opinion(criterion=key[0], level=key[1], indicator=key[2], result=Result(result), **more)
        for key, result in results.items()
    ]
    request = teams.RecordOpinions(school=school, inspection=visit.inspection, opinions=opinions, on=on)
    acting = person(who, visit.layer) if isinstance(who, str) else who
    return team.application.record_opinions(acting, request)


def agree(team, visit, results=None, who=HEAD, on=DAY, note="", **more):
    agreements = [
        teams.Agreement(criterion=key[0], level=key[1], indicator=key[2], result=Result(result), note=note)
        for key, result in (results or {}).items()
    ]
    request = teams.AgreeFindings(school="TH-BC", inspection=visit.inspection, agreements=agreements, on=on, **more)
    acting = person(who, visit.layer) if isinstance(who, str) else who
    return team.application.agree_findings(acting, request)


def hold(team, visit, who=HEAD, held_on=(DAY,), participants=(), **more):
    people = [teams.Participant(**one) for one in participants]
    request = teams.HoldVisit(
        school="TH-BC", inspection=visit.inspection, held_on=list(held_on), participants=people, **more
    )
    acting = person(who, visit.layer) if isinstance(who, str) else who
    return team.application.hold_visit(acting, request)


def programme(team, *visits, layer="commune", who=None, title="Kiểm tra năm học", **more):
    default = team.officer if layer == "commune" else team.department
    wanted = [teams.ProgrammeVisit(school=school, on=on, **rest) for school, on, rest in visits]
    request = teams.PlanProgramme(layer=Layer(layer), visits=wanted, title=title, **more)
    return team.application.plan_programme(who or default, request).visits


def seen(team, visit, who=None) -> calls.InspectionView:
    request = calls.InspectionRequest(school="TH-BC", inspection=visit.inspection)
    return team.application.inspection(who or team.officer, request)


def topics(team, after=0):
    return [logged.entry.fact.TOPIC.partition(".")[2] for logged in team.application.log.read(after)]
