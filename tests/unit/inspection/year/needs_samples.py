"""A sample of every fact about needs; what people typed is BÍ MẬT, and looked for where it must not be."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import needs_facts as nf
from shared.vocabulary.commune_year import Appraisal, FundingSource

_DAY = dt.date(2026, 11, 2)
_NAMED = {"commune": "NL01", "year": 2026, "need": "n", "school": "TH-BC"}
_ASKED = {"item": "BÍ MẬT", "quantity": 2, "criterion": "3.2", "reason": "BÍ MẬT", "site": "BÍ MẬT", "unit": "BÍ MẬT"}

SAMPLES = [
    nf.NeedRaised(**_NAMED, **_ASKED, raised_on=_DAY, cost_vnd=900_000_000),
    nf.NeedChanged(**_NAMED, **_ASKED, changed_on=_DAY),
    nf.NeedWithdrawn(**_NAMED, reason="BÍ MẬT", withdrawn_on=_DAY),
    nf.NeedAppraised(**_NAMED, verdict=Appraisal.ADJUSTED, cost_vnd=850_000_000, appraised_on=_DAY, reason="BÍ MẬT"),
    nf.NeedFunded(
        **_NAMED,
        source=FundingSource.COMMUNE_BUDGET,
        money_year=2027,
        amount_vnd=120_000_000,
        funded_on=_DAY,
        decision="BÍ MẬT",
        reason="BÍ MẬT",
    ),
    nf.WorkStarted(**_NAMED, started_on=_DAY),
    nf.WorkChecked(**_NAMED, progress_percent=60, checked_on=_DAY, quality="BÍ MẬT", problem="BÍ MẬT", photos=("BÍ MẬT",)),
    nf.WorkPhotographed(**_NAMED, photographed_on=_DAY, photos=("BÍ MẬT",), note="BÍ MẬT"),
    nf.NeedHandedOver(**_NAMED, handed_over_on=_DAY, remaining="BÍ MẬT"),
]
