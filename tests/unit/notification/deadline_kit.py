"""An installation in which things become due: a commune with two schools, people in roles, and what services tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.settings import ReminderSettings
from shared.clock import VIETNAM, FixedClock
from shared.contracts.calls.deadlines import DeadlinesRequest, DeadlineView, RunReminders
from shared.contracts.events.base import CloudEvent, event_id, source_urn
from shared.identity.call_context import CallContext, Grant, system
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

SCHOOLS = ("TH-BC", "MN-SM")
NAMES = {"TH-BC": "Tiểu học Bản Chuông", "MN-SM": "Mầm non Sao Mai"}
MONDAY = dt.date(2026, 9, 14)
PEOPLE = {
    "xa": (Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"),
    "kinh-te": (Role.ECONOMIC_OFFICE, ScopeKind.COMMUNE, "NL"),
    "chi-dao": (Role.STEERING_COMMITTEE, ScopeKind.COMMUNE, "NL"),
    "doan-the": (Role.MASS_ORGANISATION, ScopeKind.COMMUNE, "NL"),
    "truong-bc": (Role.HEAD, ScopeKind.SCHOOL, "TH-BC"),
    "truong-sm": (Role.HEAD, ScopeKind.SCHOOL, "MN-SM"),
    "so": (Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, ""),
    "xa-khac": (Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "BM"),
}
"""Person → what they are."""


class NoPoster:
    """Posts nothing."""

    def check(self, url: str) -> None:
        """Refuse nothing."""

    def post(self, url: str, headers: Any, body: bytes) -> Any:
        """Never asked."""
        raise AssertionError(url)


def noon(day: dt.date) -> dt.datetime:
    """Return noon of a day in Việt Nam."""
    return dt.datetime.combine(day, dt.time(12), VIETNAM)


def opened(store: str = "sqlite://", views: str = "sqlite://", **options: Any) -> NotificationApplication:
    """Return the application over some store, on a Monday."""
    return NotificationApplication(
        StoreSettings(store),
        options.pop("clock", FixedClock(noon(MONDAY))),
        installation="thu",
        views_url=views,
        poster=NoPoster(),
        secret_cipher=AesGcmCipher(b"k" * 32),
        **options,
    )


class Town:
    """Tells events of services as they would, and asks for what is due."""

    def __init__(self, application: NotificationApplication | None = None, **options: Any) -> None:
        self.clock = options.setdefault("clock", FixedClock(noon(MONDAY)))
        options.setdefault("reminders", ReminderSettings())
        self.application = application or closed_later(opened(**options))
        self._sequence: dict[str, int] = {}
        self.tell("assessment.commune-registered", commune="NL", name="Xã Nậm Lam")
        for school in SCHOOLS:
            self.tell(
                "assessment.school-registered", school=school, name=NAMES[school], kind="tieu_hoc", commune="NL", levels=[]
            )  # fmt: skip
        for person, (role, kind, scope) in PEOPLE.items():
            self.tell("identity.role-granted", account=person, role=role.value, scope_kind=kind.value, scope=scope)

    def tell(self, fact: str, **data: Any) -> None:
        """Let a service tell a fact."""
        service = fact.partition(".")[0]
        sequence = self._sequence[service] = self._sequence.get(service, 0) + 1
        source = source_urn("thu", service)
        self.application.receive(
            CloudEvent(
                id=event_id(source, sequence),
                source=source,
                type=f"vn.kiemdinh.{fact}.v1",
                subject="x",
                time=self.clock.now(),
                recordedtime=self.clock.now(),
                sequence=sequence,
                data={name: value.isoformat() if isinstance(value, dt.date) else value for name, value in data.items()},
            )
        )

    def task(self, task: str, due: dt.date, school: str = "TH-BC", **said: Any) -> None:
        """Let the commune give a task."""
        told = {"commune": "NL", "year": 2026, "unit": "", "wanted": "report", "given_on": MONDAY}
        self.tell("inspection.task-given", task=task, school=school, due=due, **(told | said))

    def due(self, person: str = "xa", **asked: Any) -> dict[str, DeadlineView]:
        """Return what a person may see, by id."""
        found = self.application.deadlines(acting(person), DeadlinesRequest(**asked)).deadlines
        return {view.id: view for view in found}

    def remind(self, day: dt.date) -> list[tuple[str, str, str]]:
        """Tell everybody what is to be told on a day."""
        told = self.application.run_reminders(system("thu"), RunReminders(at=noon(day))).reminders
        return [(one.person, one.deadline, one.step) for one in told]


def acting(person: str) -> CallContext:
    """Return a person as they call."""
    role, kind, scope = PEOPLE[person]
    reached = SCHOOLS if scope == "NL" else ()
    return CallContext(actor=person, grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=reached),))
