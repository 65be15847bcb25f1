"""The commune that a demo is about: what it, its schools and its people are called. Known by its number alone, so a later
start finds again what an earlier one set up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from shared.vocabulary.labels import ROLE_LABELS
from shared.vocabulary.roles import Role

_MOST = 10_000
_AT_SCHOOLS = (Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD)
_IN_COMMUNE = (
    Role.COMMUNE_OFFICER,
    Role.COMMUNE_LEADER,
    Role.ECONOMIC_OFFICE,
    Role.STEERING_COMMITTEE,
    Role.MASS_ORGANISATION,
    Role.INSPECTOR,
)
_ELSEWHERE = (
    (Role.EXTERNAL_EVALUATOR, "so"),
    (Role.DEPARTMENT_OFFICER, "so"),
    (Role.AUDITOR, "tat_ca"),
    (Role.ADMINISTRATOR, "tat_ca"),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DemoSchool:
    """A school of the scenario."""

    code: str
    name: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody who is invited: in which role, where, and what they are called."""

    login: str
    who: str
    role: str
    scope_kind: str
    scope: str


@dataclasses.dataclass(frozen=True, slots=True)
class DemoCommune:
    """The commune of a number."""

    number: int

    @property
    def code(self) -> str:
        """Its code."""
        return f"NL{self.number:02d}"

    @property
    def name(self) -> str:
        """Its name."""
        return f"Xã Nậm Lam {self.number}"

    @property
    def schools(self) -> list[DemoSchool]:
        """Its schools; the first is the one whose way to a recognition is told."""
        n = self.number
        return [
            DemoSchool(code=f"TH-BC{n:02d}", name=f"Trường Tiểu học Bản Chuông {n}", kind="tieu_hoc"),
            DemoSchool(code=f"MN-HS{n:02d}", name=f"Trường Mầm non Hoa Sữa {n}", kind="mam_non"),
            DemoSchool(code=f"THCS-NL{n:02d}", name=f"Trường THCS Nậm Lam {n}", kind="thcs"),
        ]

    def people(self) -> Iterator[DemoPerson]:
        """Yield everybody who is invited."""
        for school in self.schools:
            for role in _AT_SCHOOLS:
                yield self._person(role, "truong", school.code, school.name)
        for role in _IN_COMMUNE:
            named = "" if ROLE_LABELS[role].endswith(" xã") else "xã "
            yield self._person(role, "xa", self.code, f"{named}Nậm Lam {self.number}")
        for role, kind in _ELSEWHERE:
            yield self._person(role, kind, "", "")

    def login(self, role: str, scope: str = "") -> str:
        """Return the login of who has a role in a scope."""
        return f"{role}-{scope or self.code}".lower().replace("_", "-")

    def _person(self, role: Role, kind: str, scope: str, place: str) -> DemoPerson:
        who = f"{ROLE_LABELS[role]} {place}".strip()
        return DemoPerson(login=self.login(role, scope), who=who, role=role.value, scope_kind=kind, scope=scope)


def next_commune(taken: Collection[str]) -> DemoCommune:
    """Return the first commune whose code is not taken."""
    return next(commune for commune in map(DemoCommune, range(1, _MOST)) if commune.code not in taken)


def last_commune(taken: Collection[str]) -> DemoCommune | None:
    """Return the commune that was set up last, None before the first."""
    return next((commune for commune in map(DemoCommune, range(_MOST, 0, -1)) if commune.code in taken), None)
