"""Turns recommendations into answers, each in its state on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.inspection.domain.recommendation import state_on
from services.inspection.views import ActKind, RecommendationAct, RecommendationRow
from shared.contracts.calls.recommendations import (
    ExtensionView,
    RecommendationAnswerView,
    RecommendationView,
    VerificationView,
)
from shared.vocabulary.ids import InspectionId


def recommendation_view(
    row: RecommendationRow, acts: Sequence[RecommendationAct], carried_into: Sequence[InspectionId], today: dt.date
) -> RecommendationView:
    """Return one recommendation with all that was done about it."""
    return RecommendationView(
        id=row.recommendation,
        school=row.school,
        criterion=row.criterion,
        text=row.text,
        severity=row.severity,
        due=row.due,
        state=state_on(row.state, row.due, today),
        responsible=row.responsible,
        inspection=row.inspection,
        layer=row.layer,
        title=row.title,
        cycle=row.cycle,
        made_on=row.made_on,
        position=row.position,
        draft=row.draft,
        answers=[_answer(act) for act in acts if act.kind is ActKind.ANSWERED],
        verifications=[_verification(act) for act in acts if act.kind is ActKind.VERIFIED],
        extensions=[_extension(act) for act in acts if act.kind is ActKind.EXTENDED],
        carried_into=list(carried_into),
    )


def _answer(act: RecommendationAct) -> RecommendationAnswerView:
    return RecommendationAnswerView(text=act.text, documents=act.documents, answered_on=act.acted_on, position=act.position)


def _verification(act: RecommendationAct) -> VerificationView:
    assert act.result is not None
    return VerificationView(
        result=act.result, note=act.text, verified_on=act.acted_on, position=act.position, inspection=act.inspection
    )


def _extension(act: RecommendationAct) -> ExtensionView:
    assert act.due is not None
    return ExtensionView(due=act.due, reason=act.text, extended_on=act.acted_on, position=act.position)
