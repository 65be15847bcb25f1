"""The portal's pages on canned answers, entered in any role."""

from __future__ import annotations

import datetime as dt
import importlib.util
import secrets
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.portal.settings import PortalSettings
from shared.clock import SystemClock
from shared.contracts.calls.identity import CommuneEntry, GrantRequest, Invite, PersonEntry, RecordPeople, SchoolEntry
from shared.identity.call_context import system
from shared.storage.database_url import StoreSettings
from shared.vocabulary.ids import PersonId
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later, filled_once, opened_databases
from tests.portal_app import portal_app
from tests.unit.pages import canned_visits, canned_work
from tests.unit.portal_api.world import WithIdentity, accept, sign_in


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"pages_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCOPES = {
    Role.CLERK: (ScopeKind.SCHOOL, "TH-BC"),
    Role.COUNCIL_MEMBER: (ScopeKind.SCHOOL, "TH-BC"),
    Role.HEAD: (ScopeKind.SCHOOL, "TH-BC"),
    Role.COMMUNE_OFFICER: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.COMMUNE_LEADER: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.ECONOMIC_OFFICE: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.STEERING_COMMITTEE: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.MASS_ORGANISATION: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.INSPECTOR: (ScopeKind.COMMUNE, "NAM-LAM"),
    Role.EXTERNAL_EVALUATOR: (ScopeKind.DEPARTMENT, ""),
    Role.DEPARTMENT_OFFICER: (ScopeKind.DEPARTMENT, ""),
    Role.AUDITOR: (ScopeKind.INSTALLATION, ""),
    Role.ADMINISTRATOR: (ScopeKind.INSTALLATION, ""),
}
NAMES = {
    Role.CLERK: "Hoàng Thị Vân",
    Role.COUNCIL_MEMBER: "Lò Văn Thịnh",
    Role.HEAD: "Lường Thị Minh Tâm",
    Role.COMMUNE_OFFICER: "Triệu Thị Nhung",
    Role.AUDITOR: "Vi Thu Hà",
}
PASSWORD = "nui cao song dai 2026"


class QuickHasher:
    """A hasher that costs nothing; the real one has tests of its own."""

    def hash(self, password: str) -> str:
        return f"quick:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == f"quick:{password}"

    def is_outdated(self, password_hash: str) -> bool:
        return False


class House:
    """The portal with its people; `enter` gives a browser that is signed in."""

    def __init__(self) -> None:
        self.canned = _load("canned")
        self.rpc_client = self.canned.FakeRpcClient()
        with opened_databases() as databases:
            made = IdentityApplication(
                StoreSettings("sqlite://"),
                SystemClock(),
                installation="thu",
                views_url="sqlite://",
                people=PeopleTables("sqlite://"),
                passwords=QuickHasher(),
            )
        self.identity = closed_later(made)
        filled_once("house", databases, self._move_in)
        settings = PortalSettings(key=secrets.token_bytes(32), office="xã Nậm Lam, tỉnh An Sơn")
        self.app = portal_app(WithIdentity(self.identity, self.rpc_client), settings, fresh_s=0.0)

    def _move_in(self) -> None:
        self.identity.directory.put_commune(CommuneEntry(code="NAM-LAM", name="Xã Nậm Lam"))
        self.identity.directory.put_evaluation("kt-08", self.canned.SCHOOL, [])
        for view in self.canned.schools(None).schools:
            self.identity.directory.put_school(
                SchoolEntry(
                    code=view.code,
                    name=view.name if view.code != "TH-BC" else self.canned.NAME,
                    kind=view.kind,
                    commune=view.commune,
                )
            )
        for role, (kind, scope) in SCOPES.items():
            invite = Invite(
                login=role.value.replace("_", "."),
                display_name=NAMES.get(role, "Người Thử"),
                grants=[GrantRequest(role=role, scope_kind=kind, scope=scope)],
            )
            invited = self.identity.invite(system("thu"), invite)
            accept(self.identity, invited, PASSWORD)
        self._name_people()
        self._send_on_a_visit()

    def _name_people(self) -> None:
        """Have identity know the people of the canned council, and the council know their ids."""
        people = [PersonEntry(name=name, office=office, login=login) for name, office, _, login in canned_work.NAMES]
        people.append(PersonEntry(name=canned_work.HELPER[0], office=canned_work.HELPER[1]))
        recorded = self.identity.record_people(system("thu"), RecordPeople(school=self.canned.SCHOOL, people=people))
        canned_work.PEOPLE[:] = recorded.persons

    def _send_on_a_visit(self) -> None:
        """Let the canned team be led by the officer, with the inspector as a member."""
        accounts = {one.login: one.account for one in self.identity.accounts(system("thu")).accounts}
        canned_visits.PEOPLE["head"] = PersonId(accounts[Role.COMMUNE_OFFICER.value.replace("_", ".")])
        canned_visits.PEOPLE["member"] = PersonId(accounts[Role.INSPECTOR.value.replace("_", ".")])

    def enter(self, role: Role | None) -> Any:
        """Return a client signed in as a role, or a stranger's."""
        client = self.app.test_client()
        if role is not None:
            client.set_cookie("kd_phien", sign_in(self.identity, role.value.replace("_", "."), PASSWORD))
        return client


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture
def enter(house: House) -> Callable[[Role | None], Any]:
    """Open a browser in a role; what was asked of the services starts empty."""
    house.rpc_client.commands.clear()
    house.rpc_client.problems.clear()
    house.rpc_client.calls.clear()
    return house.enter


__all__ = ["PASSWORD", "House", "dt"]
