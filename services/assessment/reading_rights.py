"""What an external evaluator reads: the self-assessment that was submitted, never a draft (TT17–19/2018 Đ28, Đ30)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from shared.contracts.calls import Call
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.identity.acting import Acting, Role
from shared.identity.permissions import RULES
from shared.problems import NotAllowed

R = TypeVar("R", bound=Call)


def readable(acting: Acting, operation: str, request: R, cycles: Callable[[SchoolRequest], CyclesAnswer]) -> R:
    """Return the question as the caller may put it: an evaluator's is about a submitted cycle, the newest by default.

    A question about the whole school (its history, say) tells of drafts too, so it waits until the newest is submitted.
    Raises NotAllowed.
    """
    asked: Any = request
    if not _only_evaluates(acting, operation, asked.school):
        return request
    known = cycles(SchoolRequest(school=asked.school)).cycles
    submitted = [one.cycle for one in known if one.submitted_on is not None]
    if "cycle" not in request.__struct_fields__:
        if not known or known[0].submitted_on is None:
            raise _not_submitted()
        return request
    wanted = asked.cycle or (submitted[0] if submitted else "")
    if wanted not in submitted:
        raise _not_submitted()
    return msgspec.structs.replace(request, cycle=wanted)


def _only_evaluates(acting: Acting, operation: str, school: str) -> bool:
    """Say whether nothing but an evaluator's role lets the caller put this question."""
    roles = RULES[operation]
    return all(
        grant.role is Role.EXTERNAL_EVALUATOR
        for grant in acting.grants
        if grant.role in roles and grant.covers_school(school)
    )


def _not_submitted() -> NotAllowed:
    return NotAllowed("Trường chưa trình đợt này. Đoàn đánh giá ngoài xem được sau khi Hiệu trưởng trình báo cáo.")
