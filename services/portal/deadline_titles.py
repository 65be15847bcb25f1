"""Titles of what is due: notification knows what is public; the service that keeps the words says what each is called.

It is asked as the reader, once for a page, and never waited for long: the words that notification has stand without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from services.portal.web.context import call_service
from shared.contracts.calls.deadlines import DeadlinesAnswer, DeadlinesRequest, DeadlineView, InboxAnswer, InboxRequest
from shared.contracts.calls.titles import MOST_TITLES, TitlesAnswer, TitlesRequest
from shared.problems import Problem
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import DeadlineId

TIMEOUT_S = 1.0
_ASKED: Mapping[DeadlineKind, str] = {
    DeadlineKind.TASK: "tasks",
    DeadlineKind.DIFFICULTY: "difficulties",
    DeadlineKind.TRAINING: "trainings",
    DeadlineKind.REPORT: "reports",
    DeadlineKind.RECOMMENDATION: "recommendations",
}
"""What has a title, and under which name it is asked for."""


def titles_of(views: Iterable[DeadlineView]) -> dict[DeadlineId, str]:
    """Return the titles of those deadlines whose things the reader may read; none while they cannot be asked for."""
    wanted = [view for view in views if view.kind in _ASKED]
    things = list(dict.fromkeys((_ASKED[view.kind], _thing(view)) for view in wanted))
    found: dict[str, str] = {}
    for start in range(0, len(things), MOST_TITLES):
        asked: dict[str, list[str]] = {}
        for name, thing in things[start : start + MOST_TITLES]:
            asked.setdefault(name, []).append(thing)
        try:
            request = msgspec.convert(asked, TitlesRequest)
            found |= call_service("inspection", "titles", request, TitlesAnswer, timeout=TIMEOUT_S).titles
        except Problem:
            break
    return {view.id: found[thing] for view in wanted if (thing := _thing(view)) in found}


def deadlines(request: DeadlinesRequest) -> DeadlinesAnswer:
    """Return deadlines with their titles."""
    answer = call_service("notification", "deadlines", request, DeadlinesAnswer)
    titles = titles_of(answer.deadlines)
    return msgspec.structs.replace(answer, deadlines=with_titles(answer.deadlines, titles))


def inbox(request: InboxRequest) -> InboxAnswer:
    """Return a page of the reader's in-box with titles."""
    answer = call_service("notification", "inbox", request, InboxAnswer)
    titles = titles_of(line.deadline for line in answer.lines)
    lines = [msgspec.structs.replace(line, deadline=_titled(line.deadline, titles)) for line in answer.lines]
    return msgspec.structs.replace(answer, lines=lines)


def with_titles(views: Iterable[DeadlineView], titles: Mapping[DeadlineId, str]) -> list[DeadlineView]:
    """Return deadlines with those titles that there are."""
    return [_titled(view, titles) for view in views]


def _titled(view: DeadlineView, titles: Mapping[DeadlineId, str]) -> DeadlineView:
    title = titles.get(view.id)
    return msgspec.structs.replace(view, title=title) if title else view


def _thing(view: DeadlineView) -> str:
    """Return the id of what a deadline is of: the second part of its own."""
    return view.id.split(":")[1]
