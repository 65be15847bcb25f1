"""A sample of every fact about registrations; what people typed is BÍ MẬT, and looked for where it must not be."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain import registration_facts as rf
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.inspection import ForwardedTo, PointAnswer, RegistrationPurpose

DAY = dt.date(2026, 11, 2)
_NAMED = {"registration": "r", "school": "TH-BC", "cycle": "c"}
_LETTER = {"number": "BÍ MẬT", "document": "d"}

SAMPLES = [
    rf.RegistrationOpened(**_NAMED, digest="d", opened_on=DAY, purpose=RegistrationPurpose.BOTH, copies=2, **_LETTER),
    rf.RegistrationChecked(**_NAMED, checked_on=DAY, missing=("BÍ MẬT",), inspection="v"),
    rf.RegistrationForwarded(**_NAMED, forwarded_on=DAY, to=ForwardedTo.DEPARTMENT, **_LETTER),
    rf.RegistrationAccepted(**_NAMED, accepted_on=DAY, **_LETTER),
    rf.RegistrationReturned(**_NAMED, returned_on=DAY, reason="BÍ MẬT", due=DAY, **_LETTER),
    rf.DraftReportSent(**_NAMED, sent_on=DAY, inspection="v", document="d", summary="BÍ MẬT"),
    rf.SchoolReplied(**_NAMED, replied_on=DAY, points=("BÍ MẬT",), document="d", late_days=2),
    rf.SilenceTaken(**_NAMED, silent_on=DAY),
    rf.ReportFinalised(
        **_NAMED, final_on=DAY, answers=(rf.PointAnswered(point=1, answer=PointAnswer.KEPT, note="BÍ MẬT"),), document="d"
    ),
    rf.RegistrationDecided(**_NAMED, decided_on=DAY, granted=True, award=AwardKind.RECOGNITION, number="118/QĐ"),
]
