"""REST routes about what a council decides and the improvement plan: people come in by login or id and go on by id."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from services.portal.named_people import ids_of
from services.portal.web.context import call_service
from shared.contracts.calls import Done
from shared.contracts.calls import deciding as d
from shared.contracts.calls import improvement as i
from shared.vocabulary.ids import PersonId

R = TypeVar("R", i.AddImprovement, i.ChangeImprovement)


def hold_meeting(request: d.HoldMeeting) -> d.MeetingHeld:
    """Write down a meeting of people told by id or login."""
    present = ids_of(request.school, list(request.present))
    return call_service("assessment", "hold_meeting", msgspec.structs.replace(request, present=present), d.MeetingHeld)


def add_improvement(request: i.AddImprovement) -> i.ImprovementAdded:
    """Put an item into the improvement plan; who answers for it is told by id or login."""
    return call_service("assessment", "add_improvement", _answering(request), i.ImprovementAdded)


def change_improvement(request: i.ChangeImprovement) -> Done:
    """Write an item of the improvement plan anew; who answers for it is told by id or login."""
    return call_service("assessment", "change_improvement", _answering(request), Done)


def _answering(request: R) -> R:
    person = ids_of(request.school, [request.person])[0] if request.person else PersonId("")
    return msgspec.structs.replace(request, person=person)
