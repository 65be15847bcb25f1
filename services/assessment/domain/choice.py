"""Says in words why a cycle stands under its rulebook, from what the fact of its opening holds."""

from __future__ import annotations

from services.assessment.domain.facts import CycleOpened, RulebookOrigin
from shared.rulebook import Rulebook, why_in_force


def because(opened: CycleOpened, rulebook: Rulebook) -> str:
    """Return the sentence; `rulebook` is the one that the cycle is pinned to.

    Logs from before version 2 of the fact hold the sentence that was shown then.
    """
    if opened.chosen is None:
        return opened.because
    if opened.chosen is RulebookOrigin.NAMED:
        return f"Chọn đích danh {rulebook.circular} ({rulebook.id})."
    if opened.chosen is RulebookOrigin.KEPT:
        return f"Mở lại đợt {opened.reopens} để sửa, giữ bộ tiêu chí của đợt ấy."
    return why_in_force(rulebook, opened.opened_on)
