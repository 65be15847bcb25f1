"""A commune with schools, and shorthands for what its planners do."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls.year import plan as calls
from shared.contracts.events import assessment as told
from shared.rulebook import load_library
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import PlanKind

COMMUNE = "NL01"
OLD = load_library().get("v2018/tieu_hoc")
TT22 = load_library().get("v2018_tt22/tieu_hoc")
TT57 = load_library().get("v2026_tt57/pho_thong")


def hear_school(team, school, name="", commune=COMMUNE):
    team.hear(told.SchoolRegistered(school=school, name=name or school, kind=SchoolKind.PRIMARY, commune=commune))


def hear_award(team, school, number="118/QĐ", *, decided_on, expires_on, degree=1, rulebook=OLD, certificate=False, **more):
    values = {
        "school": school,
        "school_name": school,
        "number": number,
        "degree": degree,
        "decided_on": decided_on,
        "expires_on": expires_on,
        "rulebook": rulebook.id,
        "digest": rulebook.digest,
    }
    if certificate:
        team.hear(told.CertificateGranted(**values | more))
    else:
        team.hear(told.RecognitionGranted(certificate_degree=0, **values | more))


def plan_of(year, commune=COMMUNE):
    return calls.YearPlanRequest(commune=commune, year=year)


def proposals(team, year):
    return {one.school: one for one in team.application.plan_proposals(plan_of(year)).proposals}


def set_entry(team, year, school, kind, who=None, **more):
    request = calls.SetPlanEntry(commune=COMMUNE, year=year, school=school, kind=PlanKind(kind), **more)
    return team.application.set_plan_entry(who or team.officer, request)


def issue(team, year, number="08/KH-UBND", on=None, who=None, **more):
    return team.application.issue_plan(
        who or team.officer, calls.IssuePlan(commune=COMMUNE, year=year, number=number, on=on, **more)
    )


def adjust(team, year, reason="Thông tư mới có hiệu lực"):
    return team.application.adjust_plan(team.officer, calls.AdjustPlan(commune=COMMUNE, year=year, reason=reason))


def progress(team, year):
    found = team.application.plan_progress(plan_of(year))
    return found.schools, found.with_entry, found.reached, found.late


def five_schools(team):
    """Let the commune have the five schools of the first acceptance line, all but the closing."""
    for school in ("TH-A", "TH-B", "TH-C", "TH-D"):
        hear_school(team, school)
    hear_award(team, "TH-B", "2/QĐ", decided_on=dt.date(2020, 3, 15), expires_on=dt.date(2025, 3, 15))
    hear_award(team, "TH-B", "22/QĐ", decided_on=dt.date(2021, 3, 15), expires_on=dt.date(2026, 3, 15), supersedes="2/QĐ")
    hear_award(team, "TH-C", "3/QĐ", decided_on=dt.date(2024, 6, 1), expires_on=dt.date(2029, 6, 1))
    hear_award(team, "TH-D", "4/QĐ", decided_on=dt.date(2023, 9, 5), expires_on=dt.date(2028, 9, 5))
