"""How far a criterion is, as a sign: colour, shape and words, always all three."""

from __future__ import annotations

from markupsafe import Markup

from services.portal.pages.icons import icon
from shared.vocabulary.labels import CRITERION_STEP_LABELS
from shared.vocabulary.self_assessment import CriterionStep

STEP_SIGNS = {
    CriterionStep.NOT_STARTED: "ring",
    CriterionStep.WRITING: "pen",
    CriterionStep.HANDED_IN: "clock",
    CriterionStep.CHANGES_REQUESTED: "retry",
    CriterionStep.REVIEWED: "check",
    CriterionStep.PASSED: "medal",
}
"""The icon of each step; its colour is that of the class ``sg-<step>``."""


def step_sign(step: CriterionStep, *, late: bool = False, said: bool = True) -> Markup:
    """Return the square sign of a step, ringed where it is late; `said`: with its words for those who do not see it."""
    words = CRITERION_STEP_LABELS[step] + (", quá hạn" if late else "")
    hidden = Markup('<span class="vh">{}</span>').format(words) if said else ""
    return Markup('<span class="sg sg-{}{}">{}{}</span>').format(
        step.value, " late" if late else "", icon(STEP_SIGNS[step]), hidden
    )
