"""Counts how far a plan is from public events alone: a second program that knows JSON, and imports nothing of the product.

It follows the words of `plan-entry-set` in the reference of events.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_HOLDERS = {"cong_nhan_lai", "nang_muc", "duy_tri"}


class Plan:
    """What was told of a commune's plan of a year."""

    def __init__(self, events: Iterable[dict[str, Any]], commune: str, year: int) -> None:
        self._commune, self._year = commune, year
        self._homes: dict[str, str] = {}
        self._closed: dict[str, str] = {}
        self._entries: dict[str, dict[str, Any]] = {}
        self._awards: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._checks: dict[tuple[str, str], dict[str, Any]] = {}
        self._registered: list[tuple[str, str]] = []
        for event in events:
            self._hear(event["type"].split(".")[3], event["data"])

    def _hear(self, fact: str, data: dict[str, Any]) -> None:
        kind, _, act = fact.partition("-")
        if fact == "school-registered":
            self._homes[data["school"]] = data["commune"]
        elif fact == "school-closed":
            self._closed[data["school"]] = data["closed_on"]
        elif fact.startswith("plan-entry-") and (data["commune"], data["year"]) == (self._commune, self._year):
            self._entries.pop(data["school"], None)
            if fact == "plan-entry-set":
                self._entries[data["school"]] = data
        elif fact == "maintenance-checked":
            self._checks[data["school"], data["year"]] = data
        elif fact == "registration-opened":
            self._registered.append((data["school"], data["opened_on"]))
        elif kind in {"recognition", "certificate"} and act in {"granted", "corrected", "revoked"}:
            self._award((kind, data["school"], data["number"]), act, data)

    def _award(self, key: tuple[str, str, str], act: str, data: dict[str, Any]) -> None:
        if act == "granted":
            self._awards[key] = dict(data)
        elif act == "revoked":
            self._awards[key]["revoked_on"] = data["revoked_on"]
        else:
            old = self._awards[key][data["what"]]
            self._awards[key][data["what"]] = int(data["new"]) if isinstance(old, int) else data["new"]

    def progress(self, today: str) -> dict[str, int]:
        """Return the four numbers as of a day."""
        last = f"{self._year}-12-31"
        schools = {
            one for one, home in self._homes.items() if home == self._commune and self._closed.get(one, "9999") > last
        }
        entries = [entry for school, entry in self._entries.items() if school in schools]
        reached = [entry for entry in entries if self._is_reached(entry)]
        late = [entry for entry in entries if entry not in reached and self._is_late(entry, today)]
        return {"schools": len(schools), "with_entry": len(entries), "reached": len(reached), "late": len(late)}

    def _is_reached(self, entry: dict[str, Any]) -> bool:
        school, kind = entry["school"], entry["kind"]
        if kind == "duy_tri":
            years = (f"{self._year - 1}-{self._year}", f"{self._year}-{self._year + 1}")
            checks = [self._checks[school, one] for one in years if (school, one) in self._checks]
            return any(one["result"] == "duy_tri" and self._counts(school, one["checked_on"]) for one in checks)
        award, least = ("certificate", "target_level") if kind == "chi_kdcl" else ("recognition", "target_degree")
        return any(
            one["decided_on"][:4] == str(self._year) and one["degree"] >= entry[least] and "revoked_on" not in one
            for (of, to, _), one in self._awards.items()
            if (of, to) == (award, school)
        )

    def _is_late(self, entry: dict[str, Any], today: str) -> bool:
        school = entry["school"]
        years = (str(self._year), str(self._year - 1))
        registered = any(one == school and day[:4] in years for one, day in self._registered)
        passed = "register_by" in entry and entry["register_by"] < today and not registered
        was = any(one["decided_on"] <= today for one in self._recognitions(school).values())
        return passed or (entry["kind"] in _HOLDERS and was and not self._counts(school, today))

    def _recognitions(self, school: str) -> dict[str, dict[str, Any]]:
        return {number: one for (kind, to, number), one in self._awards.items() if (kind, to) == ("recognition", school)}

    def _counts(self, school: str, day: str) -> bool:
        decided = {number: one for number, one in self._recognitions(school).items() if one["decided_on"] <= day}
        replaced = {one.get("supersedes") for one in decided.values()}
        return any(
            number not in replaced and day <= one["expires_on"] and one.get("revoked_on", "9999") > day
            for number, one in decided.items()
        )
