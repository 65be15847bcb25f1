"""One of each fact about the team of a visit; what people typed says BÍ MẬT, who they are says account."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain import team_facts as tf
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole

DAY = dt.date(2026, 11, 2)
VISIT = {"inspection": "v", "school": "TH-BC", "layer": Layer.COMMUNE}
PLACE = {"criterion": "1.1", "level": 1, "indicator": "-"}

SAMPLES = [
    tf.TeamSetUp(
        **VISIT,
        cycle="c",
        decision="BÍ MẬT",
        decided_on=DAY,
        members=(
            tf.SentMember(person="p-1", role=TeamRole.HEAD, criteria=("1.1",), worked_here=False, source="BÍ MẬT"),
            tf.SentMember(person="p-2", role=TeamRole.MEMBER, years_in_sector=7, trained=True),
        ),
    ),
    tf.VisitJoinedCycle(**VISIT, cycle="c", digest="d", recheck_of="w"),
    tf.MemberJudged(
        **VISIT,
        **PLACE,
        cycle="c",
        member="account-9",
        result=Result.NOT_MET,
        judged_on=DAY,
        note="BÍ MẬT",
        documents=("BÍ MẬT",),
        replaces=(3,),
    ),
    tf.FindingAgreed(
        **VISIT,
        **PLACE,
        cycle="c",
        result=Result.MET,
        agreed_on=DAY,
        note="BÍ MẬT",
        dissent=("account-9",),
        missing=("account-8",),
        reason="BÍ MẬT",
    ),
    tf.VisitHeld(
        **VISIT,
        cycle="c",
        held_on=(DAY,),
        participants=(tf.TookPart(person="account-9", office="BÍ MẬT"),),
        sites=("BÍ MẬT",),
        school_opinion="BÍ MẬT",
    ),
]
