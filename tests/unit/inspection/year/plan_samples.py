"""One of each fact of a commune's plan, with words that nobody outside may read."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import plan_facts as pf
from shared.vocabulary.commune_year import PlanKind, TargetLead

_DAY = dt.date(2026, 2, 5)
_PLAN = {"commune": "NL01", "year": 2026}

FACTS = [
    pf.PlanDrafted(
        **_PLAN,
        drafted_on=_DAY,
        bases=("BÍ MẬT",),
        aims="BÍ MẬT",
        goals="BÍ MẬT",
        sections=(pf.PlanSection(heading="BÍ MẬT", items=("BÍ MẬT",)),),
        reason="BÍ MẬT",
    ),
    pf.PlanEntrySet(
        **_PLAN,
        school="TH-BC",
        set_on=_DAY,
        kind=PlanKind.MAINTAIN,
        proposed=PlanKind.RAISE,
        target_level=2,
        target_degree=1,
        responsible="BÍ MẬT",
        lead=TargetLead.SCHOOL,
        register_by=_DAY,
        evaluate_by=_DAY,
        held=pf.HeldAward(number="118/QĐ", degree=1, decided_on=_DAY, expires_on=_DAY),
        override="BÍ MẬT",
        reason="BÍ MẬT",
    ),
    pf.PlanEntryDropped(**_PLAN, school="TH-BC", dropped_on=_DAY, reason="BÍ MẬT"),
    pf.PlanIssued(
        **_PLAN,
        number="08/KH-UBND",
        issued_on=_DAY,
        signer_office="BÍ MẬT",
        left_out=("TH-BC",),
        left_out_because="BÍ MẬT",
    ),
    pf.PlanAdjusted(**_PLAN, adjusted_on=_DAY, reason="BÍ MẬT"),
]
