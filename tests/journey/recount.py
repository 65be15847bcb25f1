"""Counts what a commune's year came to from the public feed alone: a second program that knows CloudEvents alone.

It imports nothing of the product. Each number follows the words that `docs/how-to/numbers-of-a-report.md` has about it.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

Event = dict[str, Any]
_OWN_DAYS = {
    "inspection-concluded": "concluded_on",
    "registration-opened": "opened_on",
    "training-held": "held_on",
    "publicity-done": "done_on",
    "notice-published": "published_on",
}
_SOURCES = ("ctmtqg_ntm", "ctmtqg_dtts", "ns_tw", "ns_tinh", "ns_xa", "xhh")


def feed(url: str, token: str) -> Iterator[Event]:
    """Read every event of the merged feed, in its order."""
    after = 0
    while True:
        request = urllib.request.Request(f"{url}/api/v1/feed?after={after}&limit=500")
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = json.load(answer)
        if not page["events"]:
            return
        yield from page["events"]
        after = page["next_after"]


class Recount:
    """The numbers of one synthesis of a commune, which says itself up to where it counted."""

    def __init__(self, events: list[Event], commune: str, synthesis: dict[str, Any]) -> None:
        self.year, self.begin, self.day = synthesis["year"], synthesis["from_on"], synthesis["as_of"]
        known = {"inspection": synthesis["position"], "assessment": synthesis["heard_position"]}
        self._events: dict[str, list[Event]] = collections.defaultdict(list)
        heard = [event for event in events if event["sequence"] <= known.get(_source(event), 0)]
        homes = {e["data"]["school"]: e["data"]["commune"] for e in heard if _fact(e) == "school-registered"}
        self.schools = {school for school, home in homes.items() if home == commune}
        for event in heard:
            data = event["data"]
            mine = data["commune"] == commune if "commune" in data else data.get("school") in self.schools
            if mine and _day(event) <= self.day:
                self._events[_fact(event)].append(event)

    def numbers(self) -> dict[str, int]:
        """Return every number that this program counts, by the key that the product gives it."""
        return {
            **self._plan(),
            **self._happened(),
            **self._tasks(),
            **self._difficulties(),
            **self._needs(),
        }

    def _data(self, fact: str) -> list[dict[str, Any]]:
        return [event["data"] for event in self._events[fact]]

    def _of_year(self, fact: str) -> list[dict[str, Any]]:
        return [data for data in self._data(fact) if data["year"] == self.year]

    def _in_period(self, fact: str) -> list[dict[str, Any]]:
        return [event["data"] for event in self._events[fact] if self.begin <= _day(event) <= self.day]

    def _plan(self) -> dict[str, int]:
        entries = {data["school"]: data for data in self._of_year("plan-entry-set")}
        reached = [school for school, entry in entries.items() if self._is_reached(school, entry)]
        kinds = collections.Counter(entry["kind"] for entry in entries.values())
        closed = {data["school"] for data in self._data("school-closed")}
        return {
            "schools": len(self.schools - closed),
            "with_entry": len(entries),
            "reached": len(reached),
            **{f"entries_{kind}": kinds[kind] for kind in ("cong_nhan_moi", "cong_nhan_lai", "duy_tri", "nang_muc")},
        }

    def _is_reached(self, school: str, entry: dict[str, Any]) -> bool:
        granted = [data for data in self._data("recognition-granted") if data["school"] == school]
        if entry["kind"] == "duy_tri":
            checks = [data for data in self._data("maintenance-checked") if data["school"] == school]
            return any(
                check["result"] == "duy_tri"
                and str(self.year) in check["year"].split("-")
                and any(award["decided_on"] <= check["checked_on"] <= award["expires_on"] for award in granted)
                for check in checks
            )
        wanted = entry.get("target_degree") or 0
        return any(award["decided_on"][:4] == str(self.year) and award["degree"] >= wanted for award in granted)

    def _happened(self) -> dict[str, int]:
        held = self._in_period("training-held")
        visits = [data for data in self._in_period("inspection-concluded") if data["layer"] == "commune"]
        told = collections.Counter(data["kind"] for data in self._in_period("publicity-done"))
        return {
            "trainings_held": len(held),
            "trainings_present": sum(data["present_count"] for data in held),
            "visits_concluded": len(visits),
            "notices_published": len(self._in_period("notice-published")),
            **{f"publicity_{kind}": told[kind] for kind in ("tin_bai", "loa", "hoi_nghi")},
        }

    def _tasks(self) -> dict[str, int]:
        given = {data["task"]: data for data in self._of_year("task-given")}
        for data in self._data("task-cancelled"):
            given.pop(data["task"], None)
        accepted = {data["task"] for data in self._data("task-accepted")} & set(given)
        return {"tasks_given": len(given), "tasks_accepted": len(accepted)}

    def _difficulties(self) -> dict[str, int]:
        states = {data["difficulty"]: "moi_neu" for data in self._of_year("difficulty-raised")}
        after = {"taken": "da_nhan", "answered": "da_tra_loi", "forwarded": "da_chuyen", "decided": "da_quyet_dinh"}
        steps = [
            (event, after[_fact(event).rpartition("-")[2]]) for step in after for event in self._events[f"difficulty-{step}"]
        ]
        for event in self._events["difficulty-closed"]:
            steps.append((event, "da_dong" if event["data"]["word"] == "thoa_dang" else "moi_neu"))
        for event, state in sorted(steps, key=lambda step: step[0]["sequence"]):
            number = event["data"]["difficulty"]
            if number in states and (state, states[number]) != ("da_tra_loi", "da_quyet_dinh"):
                states[number] = state
        counted = collections.Counter(states.values())
        words = ("moi_neu", "da_nhan", "da_tra_loi", "da_chuyen", "da_quyet_dinh", "da_dong")
        return {"difficulties": len(states), **{f"difficulties_{word}": counted[word] for word in words}}

    def _needs(self) -> dict[str, int]:
        raised = {data["need"] for data in self._of_year("need-raised")}
        raised -= {data["need"] for data in self._data("need-withdrawn")}
        appraised = {data["need"] for data in self._data("need-appraised")} & raised
        money: dict[tuple[str, str], int] = {}
        for data in self._data("need-funded"):
            if data["money_year"] == self.year:
                money[data["need"], data["source"]] = data["amount_vnd"]
        by_source = {f"money_{one}": sum(v for (_, source), v in money.items() if source == one) for one in _SOURCES}
        return {
            "needs_raised": len(raised),
            "needs_appraised": len(appraised),
            "money_funded": sum(money.values()),
            **by_source,
        }


def _source(event: Event) -> str:
    return str(event["source"].rpartition(":")[2])


def _fact(event: Event) -> str:
    return str(event["type"].split(".")[3])


def _day(event: Event) -> str:
    """Return the day in Việt Nam on which an event was, as ISO 8601."""
    own = event["data"].get(_OWN_DAYS.get(_fact(event), ""))
    if own:
        return str(own)
    moment = dt.datetime.fromisoformat(event["time"])
    return moment.astimezone(dt.timezone(dt.timedelta(hours=7))).date().isoformat()
