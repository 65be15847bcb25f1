"""Who acts in a commune's year, over the application of `tests.unit.inspection.conftest.Team`."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import publicity as p
from shared.contracts.calls.year import training as t
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.commune_year import ClosingWord, ForwardedDifficulty, PublicityKind, TrainingTopic
from shared.vocabulary.roles import Role, ScopeKind

TODAY = dt.date(2026, 11, 24)
LAN, MINH = "0198f2c4-0000-7000-8000-000000000001", "0198f2c4-0000-7000-8000-000000000002"
SCHOOLS = ("TH-BC", "MN-HB")


def of_commune(
    role: Role, commune: str = "NL01", schools: tuple[str, ...] = SCHOOLS, actor: str = "account-1"
) -> CallContext:
    grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune, schools=schools)
    return CallContext(actor=actor, grants=(grant,), correlation="c-1")


def of_school(role: Role, school: str = "TH-BC") -> CallContext:
    return CallContext(
        actor=f"account-{school}", grants=(Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=school),), correlation="c-1"
    )


OFFICER, LEADER = of_commune(Role.COMMUNE_OFFICER), of_commune(Role.COMMUNE_LEADER, actor="account-2")
ECONOMY, UNION = of_commune(Role.ECONOMIC_OFFICE, actor="account-3"), of_commune(Role.MASS_ORGANISATION, actor="account-4")
ELSEWHERE = of_commune(Role.COMMUNE_OFFICER, "BM", ("TH-X",), actor="account-5")
HEAD, OTHER_HEAD, STRANGER = of_school(Role.HEAD), of_school(Role.HEAD, "MN-HB"), of_school(Role.HEAD, "TH-X")
DEPARTMENT = CallContext(
    actor="account-6", grants=(Grant(role=Role.DEPARTMENT_OFFICER, scope_kind=ScopeKind.DEPARTMENT),), correlation="c-1"
)


def village(team):
    """Let the service hear of a commune of two schools, and of a school elsewhere."""
    for school, commune in (("TH-BC", "NL01"), ("MN-HB", "NL01"), ("TH-X", "BM")):
        team.hear_school(school, commune)
    return team.application


def plan(application, title="Tự đánh giá", days=(dt.date(2026, 11, 20),), who=OFFICER, **more):
    wanted = {"commune": "NL01", "year": 2026, "topic": TrainingTopic.COUNCIL, "place": "Hội trường xã"} | more
    return application.plan_training(who, t.PlanTraining(title=title, days=list(days), **wanted)).id


def attended(person, school="TH-BC", **more):
    return t.AttendedById(person=person, school=school, **more)


def hold(application, training, people, who=OFFICER, held_on=dt.date(2026, 11, 20), **more):
    return application.hold_training(who, t.HoldTraining(training=training, held_on=held_on, attendance=people, **more))


def publish(application, title="Họp dân", body="19 giờ tại nhà văn hóa.", who=OFFICER, **more):
    return application.publish_notice(who, p.PublishNotice(commune="NL01", year=2026, title=title, body=body, **more)).id


def add_publicity(application, title="Loa xã", who=OFFICER, kind=PublicityKind.LOUDSPEAKER, **more):
    return application.add_publicity(who, p.AddPublicity(commune="NL01", year=2026, kind=kind, title=title, **more)).id


def raised(application, text="Thiếu phòng tin học", asks="Bố trí một phòng", school="TH-BC", who=None, **more):
    wanted = d.RaiseDifficulty(school=school, text=text, asks=asks, **more)
    return application.raise_difficulty(who or of_school(Role.HEAD, school), wanted).id


def take(application, number, due=dt.date(2026, 12, 15), who=OFFICER):
    return application.take_difficulty(who, d.TakeDifficulty(difficulty=number, due=due))


def answer(application, number, text="Xã sửa phòng trong hè.", who=OFFICER, seen=0):
    return application.answer_difficulty(who, d.AnswerDifficulty(difficulty=number, text=text, seen=seen))


def forward(application, number, to="ubnd_xa", summary="Trường thiếu phòng.", who=OFFICER, seen=0):
    wanted = d.ForwardDifficulty(difficulty=number, to=ForwardedDifficulty(to), summary=summary, seen=seen)
    return application.forward_difficulty(who, wanted)


def decide(application, number, text="Bố trí vốn năm 2027.", who=LEADER, seen=0):
    return application.decide_difficulty(who, d.DecideDifficulty(difficulty=number, text=text, seen=seen))


def close(application, number, word="thoa_dang", who=HEAD, note="", seen=0):
    said = d.CloseDifficulty(difficulty=number, word=ClosingWord(word), note=note, seen=seen)
    return application.close_difficulty(who, said)


def merge(application, number, into, who=OFFICER):
    return application.merge_difficulty(who, d.MergeDifficulty(difficulty=number, into=into))


def listed(application, who=OFFICER, **narrowed):
    return application.difficulties(who, d.DifficultiesRequest(**narrowed))


def topics(application, after=0):
    return [logged.entry.fact.TOPIC.partition(".")[2] for logged in application.log.read(after)]
