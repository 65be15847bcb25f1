"""What a visit is for: three kinds of the commune, two of the department."""

from __future__ import annotations

import datetime as dt

from shared.problems import BadRequest
from shared.rulebook import Library
from shared.rulebook.visit_settings import department_kind_of
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import Sha256
from shared.vocabulary.inspection import VisitKind
from shared.vocabulary.labels import VISIT_KIND_LABELS

KINDS = {
    Layer.COMMUNE: (VisitKind.TECHNICAL, VisitKind.SUPERVISION, VisitKind.ADVICE),
    Layer.DEPARTMENT: (VisitKind.EXTERNAL_EVALUATION, VisitKind.APPRAISAL),
}
"""The kinds of each layer's visits, the usual one of the commune first."""

RULED_ON_ELIGIBILITY = frozenset({"v2018", "v2018_tt22"})
"""The regimes whose own article says who may be in the department's team (TT17–19/2018 Đ30)."""


def kind_of(layer: Layer, kind: VisitKind | None, regime: str) -> VisitKind:
    """Return the kind of a visit, the usual one when none is named; raises BadRequest for one of the other layer."""
    if kind is None:
        return KINDS[layer][0] if layer is Layer.COMMUNE else department_kind_of(regime)
    if kind not in KINDS[layer]:
        ours = ", ".join(VISIT_KIND_LABELS[one].lower() for one in KINDS[layer])
        raise BadRequest(f"Cơ quan này lập đợt loại: {ours}. Chưa lập gì. Chọn một loại ấy.", path="$.kind")
    return kind


def regime_of(library: Library, digest: Sha256, on: dt.date) -> str:
    """Return the regime of a visit: that of its rulebook, or without one that which is in force on its day; '' for none."""
    if digest:
        return library.by_digest(digest).regime
    return next((rulebook.regime for rulebook in library if rulebook.in_force.covers(on)), "")
