"""A portal in memory behind its web application, with services that only note what they were asked."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask
from flask.testing import FlaskClient

from services.identity.adapters.passwords import Argon2Hasher
from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.service import IdentityService
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from services.portal.web.context import InstallationAdmin
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import FixedClock
from shared.contracts.calls import Call
from shared.contracts.calls.identity import (
    AcceptInvitation,
    CommuneEntry,
    GrantRequest,
    Invite,
    Invited,
    IssueToken,
    SchoolEntry,
    SignIn,
)
from shared.identity.call_context import CallContext, gateway, system
from shared.identity.secret_hash import hash_secret
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later, filled_once, opened_databases
from tests.portal_app import portal_app

MONDAY = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)
OWNER_TOKEN = "chu-cua-thu-muc"
PASSWORD = "con trâu ăn cỏ non"
SCOPES = {
    Role.CLERK: (ScopeKind.SCHOOL, "TH-A"),
    Role.COUNCIL_MEMBER: (ScopeKind.SCHOOL, "TH-A"),
    Role.HEAD: (ScopeKind.SCHOOL, "TH-A"),
    Role.COMMUNE_OFFICER: (ScopeKind.COMMUNE, "NL"),
    Role.COMMUNE_LEADER: (ScopeKind.COMMUNE, "NL"),
    Role.ECONOMIC_OFFICE: (ScopeKind.COMMUNE, "NL"),
    Role.STEERING_COMMITTEE: (ScopeKind.COMMUNE, "NL"),
    Role.MASS_ORGANISATION: (ScopeKind.COMMUNE, "NL"),
    Role.INSPECTOR: (ScopeKind.COMMUNE, "NL"),
    Role.EXTERNAL_EVALUATOR: (ScopeKind.SCHOOL, "TH-A"),
    Role.DEPARTMENT_OFFICER: (ScopeKind.DEPARTMENT, ""),
    Role.AUDITOR: (ScopeKind.COMMUNE, "NL"),
    Role.SUBSCRIBER: (ScopeKind.INSTALLATION, ""),
    Role.ADMINISTRATOR: (ScopeKind.INSTALLATION, ""),
}
"""One scope for every role: school TH-A of commune NL where the role is not wider."""


class Asked(msgspec.Struct, frozen=True):
    """One call that reached the services."""

    service: str
    method: str
    acting: CallContext
    request: Call


class RecordingRpcClient:
    """Notes calls; answers what `answers` says for "<service>.<method>", else an invented answer of the right type."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Any] = {}

    def call(
        self, service: str, method: str, acting: CallContext, request: Call, answer: Any, *, timeout: float = 5.0
    ) -> Any:
        self.asked.append(Asked(service, method, acting, request))
        found = self.answers.get(f"{service}.{method}")
        if isinstance(found, Exception):
            raise found
        return found if found is not None else invented(answer)

    @property
    def last(self) -> Asked:
        return self.asked[-1]


class WithIdentity:
    """What the gateway calls: identity is there, the other services are as they are given."""

    def __init__(self, identity: IdentityApplication, others: Any) -> None:
        self._identity = InProcessRpcClient({"identity": (IdentityService, identity)})
        self._others = others

    def call(self, service: str, method: str, *arguments: Any, **named: Any) -> Any:
        asked = self._identity if service == "identity" else self._others
        return asked.call(service, method, *arguments, **named)


class World:
    """The web application and short ways to call it."""

    def __init__(
        self,
        rpc_client: Any = None,
        *,
        installation_admin: InstallationAdmin | None = None,
        routes: Callable[[Flask], None] | None = None,
        change: Callable[[Flask], None] | None = None,
        fresh_s: float = 0.0,
        **settings: Any,
    ) -> None:
        self.clock = FixedClock(MONDAY)
        self.rpc_client = rpc_client or RecordingRpcClient()
        with opened_databases() as databases:
            self.people = PeopleTables("sqlite://")
            made = IdentityApplication(
                StoreSettings("sqlite://"),
                self.clock,
                installation="test",
                views_url="sqlite://",
                people=self.people,
                passwords=Argon2Hasher(memory_kib=64, passes=1),
            )
        self.identity = closed_later(made)
        filled_once("world", databases, self._place)
        defaults = {"key": b"k" * 32, "owner_token_sha256": hashlib.sha256(OWNER_TOKEN.encode()).hexdigest()}
        self.settings = PortalSettings(**{**defaults, **settings})
        create = create_app if change else functools.partial(portal_app, routes=routes)
        self.app = create(WithIdentity(self.identity, self.rpc_client), self.settings, installation_admin, fresh_s=fresh_s)
        if change:
            change(self.app)

    def _place(self) -> None:
        self.identity.directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))
        self.identity.directory.put_commune(CommuneEntry(code="BM", name="Xã Bản Mế"))
        for code, commune in (("TH-A", "NL"), ("TH-X", "BM")):
            self.identity.directory.put_school(SchoolEntry(code=code, name=code, kind="tieu_hoc", commune=commune))

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def token(self, role: Role, scope: tuple[ScopeKind, str] | None = None) -> str:
        kind, code = scope or SCOPES[role]
        grant = GrantRequest(role=role, scope_kind=kind, scope=code)
        return self.identity.issue_token(system("test"), IssueToken(name=role.value, grants=[grant])).token

    def call(self, method: str, path: str, *, token: str = OWNER_TOKEN, **options: Any) -> Any:
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **options.pop("headers", {})}
        return self.client().open(f"/api/v1{path}", method=method, headers=headers, **options)

    def sign_in(self, role: Role = Role.CLERK, login: str = "van-thu-1") -> FlaskClient:
        """Return a browser in which a person with this role is signed in."""
        kind, code = SCOPES[role]
        grant = GrantRequest(role=role, scope_kind=kind, scope=code)
        invited = self.identity.invite(system("test"), Invite(login=login, display_name="Người một", grants=[grant]))
        browser = self.client()
        browser.set_cookie("kd_phien", accept(self.identity, invited, PASSWORD))
        return browser


def accept(identity: IdentityApplication, invited: Invited, password: str) -> str:
    """Follow an invitation, as the gateway does; return the secret of the session."""
    link = hash_secret(invited.invitation_url.rpartition("/")[2])
    return identity.accept_invitation(gateway(), AcceptInvitation(link=link, password=password)).session


def sign_in(identity: IdentityApplication, login: str, password: str) -> str:
    """Sign in, as the gateway does; return the secret of the session."""
    return identity.sign_in(gateway(), SignIn(login=login, password=password)).session


def invented(kind: Any) -> Any:
    """Return a value of a type: zeros, empty texts and lists, the first of what is listed."""
    return msgspec.convert(_plain(msgspec.inspect.type_info(kind)), kind)


def _plain(info: Any) -> Any:
    from msgspec import inspect as mi

    match info:
        case mi.StructType(fields=fields):
            return {field.encode_name: _plain(field.type) for field in fields if field.required}
        case mi.Metadata(type=named, extra_json_schema=extra):
            return extra["enum"][0] if extra else _plain(named)
        case mi.EnumType(cls=cls):
            return next(iter(cls)).value
        case mi.UnionType(types=types):
            return _plain(types[0])
        case mi.DateTimeType():
            return MONDAY.isoformat()
        case mi.DateType():
            return "2026-11-02"
        case mi.ListType() | mi.VarTupleType():
            return []
        case mi.DictType() | mi.AnyType():
            return {}
        case _:
            return {mi.StrType: "x", mi.BytesType: "", mi.IntType: 1, mi.BoolType: True, mi.NoneType: None}[type(info)]
