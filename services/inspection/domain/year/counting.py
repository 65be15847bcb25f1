"""Counts the numbers of a synthesis from public events alone: what happened to a commune and its schools, in names and data.

It knows no facts of other parts of the year, only the names of their public events; so a stranger who reads the feed counts
the same (`numbers.NUMBERS` says what each number is).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from services.inspection.domain.known_awards import any_valid_award, valid_award
from services.inspection.domain.year.counting_ground import WITHOUT_A_DAY, CountedItem, Entry, Ground, ToldEvent
from services.inspection.domain.year.followed_things import CHANGES, FollowedThing, day_named
from services.inspection.domain.year.numbers import NUMBERS
from shared.vocabulary.assessment import AwardKind, Layer
from shared.vocabulary.commune_year import DifficultyState, PlanKind
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.inspection import MaintenanceResult


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """All that was counted: the things behind each number, and the entries of the plan."""

    things: Mapping[str, Sequence[CountedItem]]
    entries: Mapping[SchoolCode, Entry]

    def value(self, key: str) -> int:
        """Return a number."""
        return sum(one.amount for one in self.things.get(key, ()))

    def values(self) -> dict[str, int]:
        """Return every number, in the order in which they are printed."""
        return {number.key: self.value(number.key) for number in NUMBERS}


def count(ground: Ground, told: Iterable[ToldEvent]) -> Count:
    """Return what stands on the day of counting, from events in the order of the log."""
    books = _Books(ground)
    for event in told:
        in_time = event.day <= ground.as_of or event.what in WITHOUT_A_DAY
        if in_time and books.concerns(event):
            books.take(event)
    return books.closed()


class _Books:
    """What was told so far."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._entries: dict[str, Mapping[str, Any]] = {}
        self._entry_days: dict[str, dt.date] = {}
        self._maintained: dict[tuple[str, str], tuple[str, dt.date]] = {}
        self._concluded: set[str] = set()
        self._of_visit: dict[str, str] = {}
        self._things: dict[str, dict[str, FollowedThing]] = defaultdict(dict)
        self._funded: dict[tuple[str, str, int], tuple[int, dt.date]] = {}
        self._asked: dict[str, tuple[list[str], dict[str, dt.date]]] = {}
        self._flows: dict[str, list[CountedItem]] = defaultdict(list)
        self._take: dict[str, Callable[[Mapping[str, Any], dt.date], None]] = {
            "plan-entry-set": self._entry_set,
            "plan-entry-dropped": self._entry_dropped,
            "maintenance-checked": self._maintenance,
            "inspection-concluded": self._visit,
            "registration-opened": self._registration,
            "recommendation-made": self._recommended,
            "training-held": self._training,
            "publicity-done": self._publicity,
            "notice-published": self._notice,
            "need-funded": self._money,
            "report-asked": self._report_asked,
            "report-handed-in": self._report_in,
            "report-returned": self._report_back,
            "criterion-target-set": self._of_year("target", "open", due="by"),
            "task-given": self._of_year("task", "open", due="due"),
            "difficulty-raised": self._of_year("difficulty", DifficultyState.RAISED),
            "need-raised": self._need,
        }

    def concerns(self, event: ToldEvent) -> bool:
        """Say whether an event is about the commune, or about one of its schools."""
        commune = event.data.get("commune")
        return commune == self._ground.commune if commune else event.data.get("school") in self._ground.schools

    def take(self, event: ToldEvent) -> None:
        """Take an event in."""
        taking = self._take.get(event.what)
        if taking is not None:
            taking(event.data, event.day)
        elif event.what in CHANGES:
            kind, change = CHANGES[event.what]
            thing = self._things[kind].get(event.data[kind])
            if thing is not None:
                change(thing, event.data)

    # --- what is taken in

    def _entry_set(self, data: Mapping[str, Any], day: dt.date) -> None:
        if data["year"] == self._ground.year:
            self._entries[data["school"]], self._entry_days[data["school"]] = data, day

    def _entry_dropped(self, data: Mapping[str, Any], _: dt.date) -> None:
        if data["year"] == self._ground.year:
            self._entries.pop(data["school"], None)

    def _maintenance(self, data: Mapping[str, Any], _: dt.date) -> None:
        checked = day_named(data["checked_on"])
        before = self._maintained.get((data["school"], data["year"]))
        if checked <= self._ground.as_of and (before is None or before[1] <= checked):
            self._maintained[data["school"], data["year"]] = (data["result"], checked)

    def _visit(self, data: Mapping[str, Any], day: dt.date) -> None:
        self._concluded.add(data["inspection"])
        if self._ground.in_period(day):
            key = "visits_concluded" if data["layer"] == Layer.COMMUNE else "department_visits_concluded"
            self._flow(key, data["school"], data["inspection"], day)

    def _registration(self, data: Mapping[str, Any], day: dt.date) -> None:
        if self._ground.in_period(day):
            self._flow("registrations_opened", data["school"], data["registration"], day)

    def _recommended(self, data: Mapping[str, Any], day: dt.date) -> None:
        self._of_visit[data["recommendation"]] = data["inspection"]
        self._things["recommendation"][data["recommendation"]] = FollowedThing(
            data["school"], day, "open", day_named(data["due"])
        )

    def _training(self, data: Mapping[str, Any], day: dt.date) -> None:
        if self._ground.in_period(day):
            self._flow("trainings_held", "", data["training"], day)
            self._flow("trainings_present", "", data["training"], day, data["present_count"])
            self._flow("trainings_invited", "", data["training"], day, data["asked_count"])

    def _publicity(self, data: Mapping[str, Any], day: dt.date) -> None:
        if self._ground.in_period(day):
            self._flow(f"publicity_{data['kind']}", "", data["publicity"], day)

    def _notice(self, data: Mapping[str, Any], day: dt.date) -> None:
        if self._ground.in_period(day):
            self._flow("notices_published", "", data["notice"], day)

    def _need(self, data: Mapping[str, Any], day: dt.date) -> None:
        self._things["need"][data["need"]] = FollowedThing(data["school"], day, "raised", year=data["year"])
        self._funded = {key: given for key, given in self._funded.items() if key[0] != data["need"]}

    def _money(self, data: Mapping[str, Any], day: dt.date) -> None:
        key = (data["need"], data["source"], data["money_year"])
        if data["amount_vnd"]:
            self._funded[key] = (data["amount_vnd"], day)
        else:
            self._funded.pop(key, None)

    def _report_asked(self, data: Mapping[str, Any], _: dt.date) -> None:
        self._asked[data["request"]] = (list(data["schools"]), {})

    def _report_in(self, data: Mapping[str, Any], day: dt.date) -> None:
        if data["request"] in self._asked:
            self._asked[data["request"]][1][data["school"]] = day

    def _report_back(self, data: Mapping[str, Any], _: dt.date) -> None:
        if data["request"] in self._asked:
            self._asked[data["request"]][1].pop(data["school"], None)

    def _of_year(self, kind: str, state: str, *, due: str = "") -> Callable[[Mapping[str, Any], dt.date], None]:
        """Return what begins to follow a thing of the year."""

        def begin(data: Mapping[str, Any], day: dt.date) -> None:
            if data["year"] == self._ground.year:
                until = day_named(data[due]) if due else None
                self._things[kind][data[kind]] = FollowedThing(data.get("school", ""), day, state, until)

        return begin

    def _flow(self, key: str, school: str, thing: str, day: dt.date, amount: int = 1) -> None:
        self._flows[key].append(CountedItem(school=SchoolCode(school), thing=thing, on=day, amount=amount))

    # --- what stands in the end

    def closed(self) -> Count:
        """Return what was counted."""
        entries = {SchoolCode(school): self._entry(school, data) for school, data in self._entries.items()}
        things = dict(self._flows)
        for found in (
            self._schools(entries),
            self._awards(),
            self._recommendations(),
            self._targets(),
            self._tasks(),
            self._difficulties(),
            self._needs(),
            self._reports(),
        ):
            things.update(found)
        return Count(things=things, entries=entries)

    def _entry(self, school: str, data: Mapping[str, Any]) -> Entry:
        kind, degree = PlanKind(data["kind"]), data.get("target_degree") or 0
        return Entry(
            kind=kind,
            target_level=data.get("target_level") or 0,
            target_degree=degree,
            reached=self._is_reached(SchoolCode(school), kind, degree),
        )

    def _is_reached(self, school: SchoolCode, kind: PlanKind, degree: int) -> bool:
        awards = self._ground.awards.get(school, ())
        if kind is PlanKind.MAINTAIN:
            return any(
                of == school
                and str(self._ground.year) in year.split("-")
                and result == MaintenanceResult.KEPT
                and any_valid_award(awards, checked) is not None
                for (of, year), (result, checked) in self._maintained.items()
            )
        wanted = AwardKind.CERTIFICATE if kind is PlanKind.CERTIFY_ONLY else AwardKind.RECOGNITION
        return any(
            award.kind is wanted
            and award.decided_on.year == self._ground.year
            and award.decided_on <= self._ground.as_of
            and not award.revoked_by(self._ground.as_of)
            and award.degree >= degree
            for award in awards
        )

    def _schools(self, entries: Mapping[SchoolCode, Entry]) -> dict[str, list[CountedItem]]:
        days = self._entry_days
        found = {
            "schools": [
                CountedItem(school=school, thing="") for school in sorted(self._ground.schools - self._ground.closed)
            ],
            "with_entry": [CountedItem(school=school, thing="", on=days[school]) for school in entries],
            "reached": [CountedItem(school=school, thing="") for school, entry in entries.items() if entry.reached],
        }
        for kind in PlanKind:
            found[f"entries_{kind.value}"] = [
                CountedItem(school=school, thing="", on=days[school])
                for school, entry in entries.items()
                if entry.kind is kind
            ]
        return found

    def _awards(self) -> dict[str, list[CountedItem]]:
        found: dict[str, list[CountedItem]] = {"recognised": [], "recognitions_granted": [], "certificates_granted": []}
        for school in sorted(self._ground.awards):
            awards = self._ground.awards[school]
            held = valid_award(awards, AwardKind.RECOGNITION, self._ground.as_of)
            if held is not None:
                found["recognised"].append(CountedItem(school=school, thing=held.number, on=held.decided_on))
            for award in awards:
                if self._ground.in_period(award.decided_on):
                    key = "recognitions_granted" if award.kind is AwardKind.RECOGNITION else "certificates_granted"
                    found[key].append(CountedItem(school=school, thing=award.number, on=award.decided_on))
        return found

    def _recommendations(self) -> dict[str, list[CountedItem]]:
        told = {
            number: thing
            for number, thing in self._things["recommendation"].items()
            if self._of_visit[number] in self._concluded
        }
        return {
            "recommendations_done": _of_state(told, "done"),
            "recommendations_open": _of_state(told, "open", "answered"),
            "recommendations_overdue": self._late(told),
        }

    def _targets(self) -> dict[str, list[CountedItem]]:
        told = self._things["target"]
        late = self._late(told)
        names = {one.thing for one in late}
        return {
            "targets_met": _of_state(told, "done"),
            "targets_on_the_way": [one for one in _of_state(self._owed(told), "open") if one.thing not in names],
            "targets_late": late,
        }

    def _tasks(self) -> dict[str, list[CountedItem]]:
        told = self._things["task"]
        return {
            "tasks_given": _of_state(told, "open", "answered", "done"),
            "tasks_accepted": _of_state(told, "done"),
            "tasks_overdue": self._late(told),
        }

    def _difficulties(self) -> dict[str, list[CountedItem]]:
        given = self._things["difficulty"]
        told = {number: msgspec.structs.replace(one, state=_together(one, given)) for number, one in given.items()}
        by_state = {f"difficulties_{state.value}": _of_state(told, state) for state in DifficultyState}
        return {"difficulties": _of_state(told, *DifficultyState), **by_state}

    def _needs(self) -> dict[str, list[CountedItem]]:
        told = self._things["need"]
        wanted = {number: thing for number, thing in told.items() if thing.year == self._ground.year}
        found = {
            "needs_raised": _of_state(wanted, "raised", "appraised"),
            "needs_appraised": _of_state(wanted, "appraised"),
        }
        money: dict[str, list[CountedItem]] = defaultdict(list)
        for (need, source, year), (amount, day) in self._funded.items():
            thing = told.get(need)
            if thing is not None and year == self._ground.year and thing.state != "withdrawn":
                money[source].append(CountedItem(school=SchoolCode(thing.school), thing=need, on=day, amount=amount))
        found["money_funded"] = [one for of in money.values() for one in of]
        return {**found, **{f"money_{source}": of for source, of in money.items()}}

    def _reports(self) -> dict[str, list[CountedItem]]:
        schools, came = self._asked.get(self._ground.request, ([], {}))
        return {
            "reports_asked": [CountedItem(school=SchoolCode(one), thing="") for one in schools],
            "reports_received": [
                CountedItem(school=SchoolCode(one), thing="", on=came[one]) for one in schools if one in came
            ],
            "reports_missing": [
                CountedItem(school=SchoolCode(one), thing="")
                for one in schools
                if one not in came and one not in self._ground.closed
            ],
        }

    def _owed(self, told: Mapping[str, FollowedThing]) -> dict[str, FollowedThing]:
        """Return what is still owed to somebody: a closed school owes nothing."""
        return {number: thing for number, thing in told.items() if thing.school not in self._ground.closed}

    def _late(self, told: Mapping[str, FollowedThing]) -> list[CountedItem]:
        late = {
            number: thing
            for number, thing in self._owed(told).items()
            if thing.due is not None and thing.state == "open" and thing.due < self._ground.as_of
        }
        return _of_state(late, "open")


def _together(one: FollowedThing, given: Mapping[str, FollowedThing]) -> str:
    """Return the state of a difficulty: until its school closes it, that of the one that it is treated with."""
    into = given.get(one.into)
    if one.state == DifficultyState.CLOSED or into is None:
        return one.state
    return DifficultyState.ANSWERED if into.state == DifficultyState.CLOSED else into.state


def _of_state(told: Mapping[str, FollowedThing], *states: str) -> list[CountedItem]:
    return [
        CountedItem(school=SchoolCode(thing.school), thing=number, on=thing.due or thing.on)
        for number, thing in told.items()
        if thing.state in states
    ]
