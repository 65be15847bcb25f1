"""One of each fact about training, publicity and difficulties; what people typed says BÍ MẬT, who they are says account."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import difficulties_facts as df
from services.inspection.domain.year import publicity_facts as pf
from services.inspection.domain.year import training_facts as tf
from shared.vocabulary.commune_year import (
    ClosingWord,
    CommuneUnit,
    ForwardedDifficulty,
    PublicityKind,
    TrainingTopic,
)

DAY = dt.date(2026, 11, 2)
YEAR = {"commune": "NL01", "year": 2026}
CLASS = YEAR | {"training": "t", "topic": TrainingTopic.COUNCIL}
NOTICE = YEAR | {"notice": "n"}
ONE = YEAR | {"difficulty": "d", "school": "TH-BC"}

SAMPLES = [
    tf.TrainingPlanned(
        **CLASS,
        title="BÍ MẬT",
        days=(DAY,),
        first_day=DAY,
        last_day=DAY,
        place="BÍ MẬT",
        schools=("TH-BC",),
        budget_vnd=5_000_000,
    ),
    tf.TrainingHeld(
        **CLASS,
        held_on=DAY,
        attendance=(tf.Attended(person="account-9", school="TH-BC", result="BÍ MẬT"),),
        present_count=1,
        asked_count=1,
        materials="BÍ MẬT",
    ),
    tf.TrainingCancelled(**CLASS, cancelled_on=DAY, reason="BÍ MẬT"),
    tf.TrainingAsked(**YEAR, school="TH-BC", topic=TrainingTopic.SOFTWARE, asked_on=DAY, text="BÍ MẬT"),
    pf.PublicityDone(
        **YEAR,
        publicity="p",
        kind=PublicityKind.LOUDSPEAKER,
        done_on=DAY,
        title="BÍ MẬT",
        text="BÍ MẬT",
        link="BÍ MẬT",
        section="BÍ MẬT",
        reach=400,
    ),
    pf.NoticePublished(**NOTICE, published_on=DAY, title="BÍ MẬT", body="BÍ MẬT", number="BÍ MẬT"),
    pf.NoticeWithdrawn(**NOTICE, withdrawn_on=DAY, reason="BÍ MẬT"),
    pf.NoticeCommented(**NOTICE, comment="c", commented_on=DAY, text="BÍ MẬT"),
    pf.CommentShown(**NOTICE, comment="c", shown=True),
    df.DifficultyRaised(**ONE, criterion="3.2", text="BÍ MẬT", asks="BÍ MẬT", raised_on=DAY, documents=("BÍ MẬT",)),
    df.DifficultyTaken(**ONE, unit=CommuneUnit.CULTURE_OFFICE, due=DAY, taken_on=DAY),
    df.DifficultyAnswered(**ONE, text="BÍ MẬT", answered_on=DAY),
    df.DifficultyForwarded(**ONE, to=ForwardedDifficulty.LEADERS, summary="BÍ MẬT", forwarded_on=DAY),
    df.DifficultyDecided(**ONE, by=ForwardedDifficulty.LEADERS, text="BÍ MẬT", decided_on=DAY),
    df.DifficultyClosed(**ONE, word=ClosingWord.SOLVED, closed_on=DAY, note="BÍ MẬT"),
    df.DifficultyMerged(**ONE, into="e", merged_on=DAY),
]
