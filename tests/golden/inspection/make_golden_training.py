"""Writes the golden log of training, publicity and difficulties as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_training`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import publicity as p
from shared.contracts.calls.year import training as t
from shared.contracts.events.assessment import CommuneRegistered, SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import ClosingWord, ForwardedDifficulty, PublicityKind, TrainingTopic
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

COMMUNE, YEAR = "NL01", 2026
ONE, OTHER = "TH-BC", "MN-HB"
PEOPLE = [f"0198f2c4-0000-7000-8000-00000000000{number}" for number in range(1, 4)]


def _acting(number: int, role: Role) -> CallContext:
    """Return somebody who reaches every school: a history does not ask who may what."""
    grant = Grant(role=role, scope_kind=ScopeKind.INSTALLATION)
    return CallContext(actor=f"0198f2c4-0000-7000-8000-0000000000a{number}", grants=(grant,), correlation="golden")


OFFICER, LEADER = _acting(1, Role.COMMUNE_OFFICER), _acting(2, Role.COMMUNE_LEADER)
HEAD, UNION = _acting(3, Role.HEAD), _acting(4, Role.MASS_ORGANISATION)


def tell() -> InspectionApplication:
    """Let a commune train, publish and answer for a year; people are ids, and every kind of fact is among it."""
    clock = FixedClock(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    hear(application, clock.now())
    train(application)
    publish(application)
    treat(application)
    return application


def hear(application: InspectionApplication, now: dt.datetime) -> None:
    """Let the service know the commune and its schools, whose names no fact of a year has."""
    _hear(application, now, CommuneRegistered(commune=COMMUNE, name="Xã Nậm Lam"))
    for school, kind in ((ONE, SchoolKind.PRIMARY), (OTHER, SchoolKind.KINDERGARTEN)):
        _hear(application, now, SchoolRegistered(school=school, name=f"Trường {school}", kind=kind, commune=COMMUNE))


def _hear(application: InspectionApplication, now: dt.datetime, data: PublicEvent) -> None:
    application.receive(
        envelope(
            installation="golden",
            data=data,
            sequence=application.received_position("assessment") + 1,
            subject=f"commune/{COMMUNE}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def train(application: InspectionApplication) -> None:
    """Plan a class that is held and one that is cancelled, and let a school ask for one."""
    held, cancelled = (
        application.plan_training(
            OFFICER,
            t.PlanTraining(
                commune=COMMUNE,
                year=YEAR,
                topic=topic,
                title=title,
                days=[dt.date(2026, 10, 5), dt.date(2026, 10, 6)],
                place="Hội trường xã",
                schools=schools,
                budget_vnd=5_000_000,
            ),
        ).id
        for topic, title, schools in (
            (TrainingTopic.COUNCIL, "Tự đánh giá theo TT57", []),
            (TrainingTopic.SOFTWARE, "Dùng phần mềm", [OTHER]),
        )
    )
    attendance = [
        t.AttendedById(person=PEOPLE[0], school=ONE, result="Đạt"),
        t.AttendedById(person=PEOPLE[1], school=OTHER, present=False),
        t.AttendedById(person=PEOPLE[2]),
    ]
    held_on = dt.date(2026, 10, 6)
    application.hold_training(
        OFFICER, t.HoldTraining(training=held, held_on=held_on, attendance=attendance, materials="Tài liệu TT57")
    )
    application.cancel_training(OFFICER, t.CancelTraining(training=cancelled, reason="Trùng kỳ thi học kỳ một"))
    application.ask_training(HEAD, t.AskTraining(school=ONE, topic=TrainingTopic.EVIDENCE, text="Cần thực hành"))


def publish(application: InspectionApplication) -> None:
    """Publish, withdraw, and let a comment be made and shown."""
    publicity = p.AddPublicity(
        commune=COMMUNE,
        year=YEAR,
        kind=PublicityKind.LOUDSPEAKER,
        title="Loa thôn",
        on=dt.date(2026, 10, 1),
        text="Ngày hội đến trường",
        link="https://xa.example.vn/tin",
        section="II.3",
        reach=400,
    )
    application.add_publicity(OFFICER, publicity)
    kept, gone = (
        application.publish_notice(
            OFFICER, p.PublishNotice(commune=COMMUNE, year=YEAR, title=title, body="19 giờ.", number="12/TB-UBND")
        ).id
        for title in ("Họp dân", "Họp lại")
    )
    comment = application.comment_notice(UNION, p.CommentNotice(notice=kept, text="Nên họp buổi tối")).id
    application.show_comment(OFFICER, p.ShowComment(notice=kept, comment=comment, shown=True))
    application.withdraw_notice(OFFICER, p.WithdrawNotice(notice=gone, reason="Ghi nhầm ngày họp dân"))


def treat(application: InspectionApplication) -> None:
    """Raise three difficulties: one decided and closed, one answered and reopened, one merged."""
    forwarded, answered, merged = (
        application.raise_difficulty(
            HEAD, d.RaiseDifficulty(school=school, text=text, asks=f"Giải quyết: {text}", criterion=criterion)
        ).id
        for school, text, criterion in (
            (ONE, "Thiếu phòng tin học", "3.2"),
            (ONE, "Thiếu giáo viên Tiếng Anh", "2.2"),
            (OTHER, "Thiếu máy tính", ""),
        )
    )
    application.take_difficulty(OFFICER, d.TakeDifficulty(difficulty=forwarded, due=dt.date(2026, 12, 15)))
    to = ForwardedDifficulty.LEADERS
    application.forward_difficulty(
        OFFICER, d.ForwardDifficulty(difficulty=forwarded, to=to, summary="Vượt khả năng của trường")
    )
    application.decide_difficulty(LEADER, d.DecideDifficulty(difficulty=forwarded, text="Bố trí vốn năm 2027"))
    application.answer_difficulty(OFFICER, d.AnswerDifficulty(difficulty=answered, text="Xã đề nghị Sở điều động"))
    application.close_difficulty(
        HEAD, d.CloseDifficulty(difficulty=answered, word=ClosingWord.NOT_SOLVED, note="Chưa có người")
    )
    application.merge_difficulty(OFFICER, d.MergeDifficulty(difficulty=merged, into=forwarded))
    application.close_difficulty(HEAD, d.CloseDifficulty(difficulty=forwarded, word=ClosingWord.SOLVED))


def told(application: InspectionApplication) -> Any:
    """Return what is told of the commune's training, notices and difficulties."""
    listed = application.trainings(OFFICER, t.TrainingsRequest(commune=COMMUNE, year=YEAR))
    every = application.published_items(OFFICER, p.PublishedItemsRequest(commune=COMMUNE, year=YEAR))
    answers = {
        "trainings": listed,
        "attended": application.attended_trainings(t.AttendedRequest(commune=COMMUNE)),
        "items": every,
        "public": application.public_items(p.PublicItemsRequest(commune=COMMUNE)),
        "difficulties": application.difficulties(OFFICER, d.DifficultiesRequest(commune=COMMUNE, year=YEAR)),
    }
    return msgspec.to_builtins(answers)


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("training", application, told(application))


if __name__ == "__main__":
    main()
