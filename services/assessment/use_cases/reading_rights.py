"""What evaluators and a commune's committee read: the self-assessment that was submitted, never a draft.

Of evaluators the law says so (TT17–19/2018 Đ28, Đ30); a steering committee follows schools by what they answer for.
A question about a moment of the past is answered by what was submitted at that moment: a draft stays one for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import msgspec

from services.assessment.domain.replay import CycleState
from shared.contracts.calls import Call
from shared.contracts.calls.assessment import CompareRequest, FiguresRequest
from shared.contracts.calls.papers import ComposePaper
from shared.contracts.operations import KEPT_FROM_DRAFTS, Operation, Scope
from shared.identity.call_context import CallContext
from shared.identity.permissions import RULES
from shared.problems import NotAllowed
from shared.vocabulary.ids import BEGINNING, CycleId, Position, SchoolCode, position_before

R = TypeVar("R", bound=Call)

OPEN = frozenset({"school", "cycles"})
"""What they may ask of a school before anything is submitted; every other question about one is kept from drafts."""


class CycleAt(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle as it stood at a moment: the log positions of its opening and of its submission; None while a draft."""

    cycle: CycleId
    opened_at: Position
    submitted_at: Position | None


class CyclesAt(Protocol):
    """Returns the cycles of a school that were open at a moment, the newest first; no moment named: now."""

    def __call__(
        self,
        school: SchoolCode,
        valid_at: dt.date | None = None,
        known_at: Position = BEGINNING,
        known_at_time: dt.datetime | None = None,
    ) -> list[CycleAt]: ...


def cycles_of(states: Iterable[CycleState]) -> list[CycleAt]:
    """Return replayed cycles, in their order, as the rules here see them."""
    return [
        CycleAt(
            cycle=state.opened.cycle,
            opened_at=state.position,
            submitted_at=state.submitted.position if state.submitted else None,
        )
        for state in states
        if state.opened is not None
    ]


class CycleSource(Protocol):
    """What knows the cycles of a school (AssessmentApplication)."""

    cycles_at: CyclesAt


def narrowed(application: CycleSource, acting: CallContext, operation: Operation, request: R) -> R:
    """Return a request to the service as the caller may put it. Raises NotAllowed."""
    asks_of_a_school = operation.scope is Scope.SCHOOL and bool(operation.roles & KEPT_FROM_DRAFTS)
    if not asks_of_a_school or operation.name in OPEN:
        return request
    return readable(acting, f"assessment.{operation.name}", request, application.cycles_at)


def readable(acting: CallContext, operation: str, request: R, cycles_at: CyclesAt) -> R:
    """Return the question as the caller may put it: theirs is about a submitted cycle, the newest by default.

    A question about the whole school (its history, say) tells of drafts too, so the newest cycle must be submitted.
    Raises NotAllowed.
    """
    question: Any = request
    if not is_kept_from_drafts(acting, operation, question.school):
        return request
    moments = [question.a, question.b] if isinstance(request, CompareRequest) else [question]
    cycles = [cycles_at(question.school, **_moment(moment)) for moment in moments]
    if "cycle" not in request.__struct_fields__:
        if any(not known or known[0].submitted_at is None for known in cycles):
            raise _not_submitted()
        return request
    wanted = submitted_cycle(cycles[0], question.cycle)
    tells_figures = isinstance(request, FiguresRequest | ComposePaper)
    narrowed = {"known_at": _before_drafts(cycles[0], wanted, question.known_at)} if tells_figures else {}
    return msgspec.structs.replace(request, cycle=wanted.cycle, **narrowed)


def submitted_cycle(known: list[CycleAt], name: str = "") -> CycleAt:
    """Return the submitted cycle of that name, or the newest. Raises NotAllowed."""
    found = next((one for one in known if one.submitted_at is not None and name in {"", one.cycle}), None)
    if found is None:
        raise _not_submitted()
    return found


def is_kept_from_drafts(acting: CallContext, operation: str, school: SchoolCode) -> bool:
    """Say whether only roles that are kept from drafts let the caller put this question."""
    roles = RULES[operation]
    return all(
        grant.role in KEPT_FROM_DRAFTS for grant in acting.grants if grant.role in roles and grant.covers_school(school)
    )


def _moment(asked: Any) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in ("valid_at", "known_at", "known_at_time") if hasattr(asked, name)}


def _before_drafts(known: list[CycleAt], wanted: CycleAt, known_at: Position) -> Position:
    """Return the position up to which figures are shown: those stated since a later draft was opened belong to that one."""
    drafts = [position_before(one.opened_at) for one in known if one.submitted_at is None]
    last = max(min(drafts), wanted.submitted_at or BEGINNING) if drafts else known_at
    return min(last, known_at or last)


def _not_submitted() -> NotAllowed:
    return NotAllowed("Trường chưa trình đợt này. Vai trò hiện có xem được sau khi Hiệu trưởng trình báo cáo.")
