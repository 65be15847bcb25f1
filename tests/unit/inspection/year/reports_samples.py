"""One of each fact about reports and syntheses; what people typed says BÍ MẬT."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import reports_facts as rf
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.commune_year import PlanKind, ReportKind, ReportReceiver

DAY = dt.date(2026, 11, 2)
YEAR = {"commune": "NL01", "year": 2026}
PART = {**YEAR, "request": "r", "school": "TH-BC"}

SAMPLES = [
    rf.ReportAsked(
        **YEAR,
        request="r",
        kind=ReportKind.PROGRESS,
        period="BÍ MẬT",
        schools=("TH-BC",),
        due=DAY,
        asked_on=DAY,
        headings=("BÍ MẬT",),
        figures=("BÍ MẬT",),
        text="BÍ MẬT",
        from_on=DAY,
        to_on=DAY,
    ),
    rf.ReportRequestClosed(**YEAR, request="r", closed_on=DAY, reason="BÍ MẬT"),
    rf.ReportHandedIn(
        **PART,
        handed_in_on=DAY,
        texts=(rf.HeadedText(heading="BÍ MẬT", text="BÍ MẬT"),),
        figures=(rf.ReportedFigure(name="BÍ MẬT", value=3),),
        documents=("d-1",),
    ),
    rf.ReportReturned(**PART, returned_on=DAY, reason="BÍ MẬT"),
    rf.ReportAccepted(**PART, accepted_on=DAY),
    rf.SynthesisDrafted(
        **YEAR,
        synthesis="s",
        commune_name="Xã",
        kind=ReportKind.PROGRESS,
        period="BÍ MẬT",
        from_on=DAY,
        to_on=DAY,
        as_of=DAY,
        drafted_on=DAY,
        position=7,
        heard_position=3,
        request="r",
        schools=(rf.SchoolAtHand(school="TH-BC", name="Trường"),),
        awards=(
            rf.AwardAtHand(
                school="TH-BC",
                kind=AwardKind.RECOGNITION,
                granted_number="1",
                number="1",
                degree=1,
                decided_on=DAY,
                expires_on=DAY,
            ),
        ),
        numbers=(rf.CountedNumber(key="schools", value=1),),
        standings=(rf.SchoolStanding(school="TH-BC", name="Trường", kind=PlanKind.MAINTAIN),),
        figures=(rf.GivenFigures(name="BÍ MẬT", given=(("TH-BC", 3),)),),
        missing=("TH-BC",),
        headings=("BÍ MẬT",),
    ),
    rf.SynthesisWritten(**YEAR, synthesis="s", written_on=DAY, texts=(rf.HeadedText(heading="BÍ MẬT", text="BÍ MẬT"),)),
    rf.SynthesisSent(**YEAR, synthesis="s", to=ReportReceiver.LEADERS, number="45/BC", sent_on=DAY),
]
