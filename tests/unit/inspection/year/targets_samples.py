"""A sample of every fact about targets; what must not be told is marked."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import targets_facts as tf
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead

_DAY = dt.date(2026, 11, 24)
_OF = {"commune": "NL01", "year": 2026, "target": "t-1", "school": "TH-BC", "criterion": "1.1", "heard_until": 7}
_AIM = {"level": 1, "by": dt.date(2026, 12, 31), "lead": TargetLead.ECONOMIC_OFFICE, "means": "BÍ MẬT"}
_SEEN = {"layer": Layer.SCHOOL, "level": 1}

SAMPLES = (
    tf.CriterionTargetSet(**_OF, **_AIM, layer=Layer.SCHOOL, digest="0" * 64, set_on=_DAY),
    tf.CriterionTargetRevised(**_OF, **_AIM, layer=Layer.COMMUNE, reason="BÍ MẬT", revised_on=_DAY),
    tf.CriterionTargetMet(**_OF, **_SEEN, met_on=_DAY),
    tf.CriterionTargetLost(**_OF, **_SEEN, lost_on=_DAY),
    tf.CriterionTargetDropped(**_OF, reason="BÍ MẬT", dropped_on=_DAY),
)
