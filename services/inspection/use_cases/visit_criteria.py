"""Criteria that somebody names during a visit: those of the rulebook that its cycle is pinned to."""

from __future__ import annotations

from services.inspection.domain.inspection import Inspection
from services.inspection.errors import CycleUnknown
from shared.rulebook import Library
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.ids import CriterionCode


def require_criterion(library: Library, inspection: Inspection, criterion: CriterionCode) -> None:
    """Raise NoSuchCriterion unless the rulebook of the visit has the criterion, CycleUnknown while it has no cycle."""
    planned = inspection.planned
    assert planned is not None
    if not planned.digest:
        raise CycleUnknown(
            "Trường chưa mở đợt tự đánh giá, nên đợt kiểm tra này chưa có bộ tiêu chí. Chưa ghi gì. "
            "Chờ trường mở đợt, hoặc ghi mà không nêu tiêu chí.",
            cycle=planned.cycle,
        )
    rulebook = library.by_digest(planned.digest)
    if criterion not in rulebook.criteria:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có tiêu chí {criterion}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=criterion,
            rulebook=rulebook.id,
        )
