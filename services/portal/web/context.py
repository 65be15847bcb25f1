"""What a view may ask of the request it serves: who calls, the services on the caller's behalf, links.

Pages use nothing else of the web layer. A view is closed unless it says otherwise: without a session or a token a page
redirects to ``/vao?tiep=<path>`` and the API answers 401; `@public` opens a view to anyone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec
from flask import current_app, g, request

from services.portal.directory import DirectoryCopy
from services.portal.errors import HiddenDocument
from services.portal.identity import Identity, ServiceClient
from services.portal.requests import DeadLetterView, MachineStatus
from services.portal.settings import PortalSettings
from services.portal.ttl_cache import TtlCache
from shared.contracts.calls import Call
from shared.contracts.calls.identity import AccountView, NoteUnits
from shared.contracts.catalogue import SERVICES
from shared.contracts.operations import Scope
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import NotAllowed, NotSignedIn, Problem
from shared.vocabulary.ids import CommuneCode, Position, SchoolCode

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])

EXTENSION = "kiemdinh"
_NAMED_BY_ID = frozenset(
    f"evidence.{operation.name}" for operation in SERVICES["evidence"].values() if operation.scope is Scope.BY_ID
)
NOBODY = "khach"
"""The actor of a public question: no account, no grants."""


class InstallationAdmin(Protocol):
    """What the composition knows of the machine and the bus."""

    def machine(self) -> MachineStatus:
        """Return free space, queues and the count of dead letters."""
        ...

    def dead_letters(self) -> list[DeadLetterView]:
        """Return what consumers could not apply, the latest first."""
        ...

    def retry_dead_letter(self, letter: str) -> None:
        """Hand one to its consumer again; raises NotFound."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What `create_app` binds to the Flask application.

    `problem_page` writes the HTML of a problem; it takes the correlation id to be shown with it. `unseen` keeps for a short
    while how much is new in whose in-box.
    """

    identity: Identity
    rpc_client: ServiceClient
    settings: PortalSettings
    problem_page: Callable[[Problem, str], str]
    installation_admin: InstallationAdmin | None = None
    unseen: TtlCache[int]


@dataclasses.dataclass(slots=True)
class RequestContext:
    """What is known of the present request; lives in ``flask.g``.

    `session` is the secret of the session cookie, `anonymous` that of the cookie to which forms are bound before sign-in;
    `fresh_session` is one to be set with the answer, good for `fresh_session_s` seconds (empty text: take it away).
    `token` is the consistency token that calls carry; it grows by what was recorded, `came` is as much of it as came with
    the request.
    """

    correlation: str
    acting: CallContext | None = None
    account: AccountView | None = None
    session: str = ""
    anonymous: str = ""
    has_password: bool = False
    by_token: bool = False
    fresh_session: str | None = None
    fresh_session_s: int = 0
    fresh_anonymous: str = ""
    route: str = ""
    started: float = 0.0
    token: dict[str, Position] = dataclasses.field(default_factory=dict)
    came: dict[str, Position] = dataclasses.field(default_factory=dict)
    directory: DirectoryCopy | None = None


def public(view: View) -> View:
    """Mark a view as open to anyone."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(view: object) -> bool:
    """Say whether a view was marked as open to anyone."""
    return bool(getattr(view, "is_public", False))


def wiring() -> Wiring:
    """Return what the application is wired to."""
    found: Wiring = current_app.extensions[EXTENSION]
    return found


def request_context() -> RequestContext:
    """Return what is known of the present request."""
    found: RequestContext = g.request_context
    return found


def signed_in() -> bool:
    """Say whether a person or a program is signed in."""
    return request_context().acting is not None


def caller() -> CallContext:
    """Return who acts, with the schools that each commune grant reaches; on a public page of a stranger, nobody."""
    found = request_context().acting
    return found if found is not None else CallContext(actor=NOBODY, correlation=request_context().correlation)


def account() -> AccountView | None:
    """Return the account of the person who is signed in; None for programs, the owner and strangers."""
    return request_context().account


def require_sign_in() -> CallContext:
    """Return who acts.

    Raises NotSignedIn for a stranger.
    """
    if not signed_in():
        raise NotSignedIn("Hết phiên hoặc chưa đăng nhập. Đăng nhập rồi thử lại.")
    return caller()


def may(operation: str, *, school: SchoolCode = SchoolCode(""), commune: CommuneCode = CommuneCode("")) -> bool:
    """Say whether the caller may do an operation ("assessment.judge"): to leave out buttons; services check again."""
    return permissions.may(caller(), operation, school=school, commune=commune)


def call_service(
    service: str, method: str, request: Call, answer: type[T], *, command: str = "", timeout: float | None = None
) -> T:
    """Ask a service as the caller. `command` makes a repeat recognisable; `timeout` is in seconds, as the operation says.

    Raises Problem, as the service gave it, or Unavailable when it does not answer in time. A document of a school that the
    caller may not see does not exist for him: its id, or a receipt's number, must not tell that it does. School codes are
    public (the register names them): there the answer is the true one, NotAllowed.
    """
    acting = caller()
    if command:
        acting = msgspec.structs.replace(acting, command=command)
    try:
        patience = SERVICES[service][method].timeout_s if timeout is None else timeout
        return wiring().rpc_client.call(service, method, acting, request, answer, timeout=patience)
    except Problem as problem:
        if f"{service}.{method}" in _NAMED_BY_ID and _is_hidden(problem, f"{service}.{method}"):
            raise HiddenDocument("Không có tài liệu này trong kho, hoặc không được xem. Xem lại địa chỉ.") from problem
        raise


def _is_hidden(problem: Problem, operation: str) -> bool:
    """Say whether this is a missing document, or one out of scope of a caller whose role may do the operation somewhere."""
    return problem.type == HiddenDocument.type or (problem.type == NotAllowed.type and may(operation))


def identity() -> Identity:
    """Return who knows who acts, and lets people in and out."""
    return wiring().identity


def directory() -> DirectoryCopy:
    """Return communes and schools, the same throughout a request unless it changes them."""
    found = request_context()
    if found.directory is None:
        found.directory = identity().directory()
    return found.directory


def note(units: NoteUnits) -> None:
    """Tell identity of communes, schools or visits that were just set up, so that the next page knows them."""
    request_context().directory = None
    identity().note(units)


def settings() -> PortalSettings:
    """Return the settings."""
    return wiring().settings


def correlation() -> str:
    """Return the correlation id of this request, to be shown with an error."""
    return request_context().correlation


def public_url(path: str) -> str:
    """Return a path of the portal as an absolute address, to be sent to somebody."""
    return (settings().public_url or request.host_url).rstrip("/") + path
