"""What one operation of a service is, declared once: what it takes and answers, who may, where people and programs find it.

Everything else follows from it: the methods of the service on the bus (`shared.bus.expose`), the permissions
(`shared.identity.permissions`), the routes of the REST API and their OpenAPI description, the list of client commands.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import msgspec

from shared.contracts.calls import Call, CheckpointView, FeedAnswer, FeedRequest, Health, Nothing
from shared.vocabulary.roles import Role

CLERKS_AND_COUNCIL = frozenset({Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD})
COUNCIL = frozenset({Role.COUNCIL_MEMBER, Role.HEAD})
HEADS = frozenset({Role.HEAD})
OFFICES = frozenset({Role.COMMUNE_OFFICER, Role.INSPECTOR, Role.EXTERNAL_EVALUATOR, Role.DEPARTMENT_OFFICER})
OFFICERS = frozenset({Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER})
COMMUNE_PLANNERS = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER})
"""Who plans a commune's year, gives tasks and asks for reports: its office of culture and society, and its leader."""
COMMUNE_UNITS = COMMUNE_PLANNERS | {Role.ECONOMIC_OFFICE}
"""Who does work of a commune's year: the planners and the economic office."""
YEAR_READERS = COMMUNE_UNITS | {
    Role.STEERING_COMMITTEE,
    Role.INSPECTOR,
    Role.DEPARTMENT_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
}
"""Who reads a commune's year whole. Schools read what is about them; mass organisations what is published."""
DEPARTMENT = frozenset({Role.DEPARTMENT_OFFICER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OVERSIGHT = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
OFFICE_READERS = OFFICES | {Role.COMMUNE_LEADER} | OVERSIGHT
"""Who reads of schools from an office. A commune's leader reads what its office reads and does not act in its place."""
BOARD_READERS = OFFICE_READERS - {Role.EXTERNAL_EVALUATOR}
"""Who reads an office's boards over all of its schools; evaluators are sent to some."""
READERS = CLERKS_AND_COUNCIL | OFFICE_READERS
KEPT_FROM_DRAFTS = frozenset({Role.EXTERNAL_EVALUATOR, Role.STEERING_COMMITTEE})
"""Who reads of a school's self-assessment what was submitted, and never a draft."""
READERS_OF_SUBMITTED = READERS | KEPT_FROM_DRAFTS
"""Who reads what a school submitted: a commune's committee reads this, and not what comes before."""
REGISTER_READERS = READERS | YEAR_READERS
"""Who asks which schools there are: readers, and whoever works for a commune's year without reading assessments."""
SUBSCRIBERS = ADMINISTRATORS | {Role.SUBSCRIBER}
SIGNED_IN = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()

EXPECTED_REPLY_S = 5.0
"""How long a caller waits unless the operation says otherwise: longer than any command takes, shorter than patience."""


class Scope(enum.Enum):
    """What a role must reach for an operation to be allowed, beside being one of the operation's roles."""

    SCHOOL = "school"
    """The school that the request names."""
    COMMUNE = "commune"
    """The commune that the request names."""
    BY_ID = "by-id"
    """What is named by its id alone: the application finds its school and checks that."""
    NARROWED = "narrowed"
    """Nothing is required: the application answers with what the caller's roles reach (and with less when asked)."""


class RestRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One way to an operation over REST, under ``/api/v1``.

    `summary` is the operation's own unless given. `renames` says which field a name in the path or query fills
    (``{"q": "query"}``). `question` is what REST takes where that differs from the request; the gateway turns it into one.
    """

    method: str
    path: str
    summary: str = ""
    renames: Mapping[str, str] = {}
    question: type[Call] | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a service does for its callers, under the name of the application's method.

    `summary` is a Vietnamese sentence. `public`: open to anyone, whatever the roles. `machines` are actors
    without any role that may do it as themselves. `commands` are the client commands that
    use it (``"cycle open"``). `open_list`: whoever is signed in may ask without naming a school or a commune, and is
    answered with what the roles reach, which may be nothing. `timeout_s` is how long a caller waits for the answer.
    `follows` are the services on whose facts it rests: it waits until the service has followed them as far as its caller's
    token says (`shared.bus.following`).
    """

    name: str
    request: type[Call]
    answer: Any
    roles: frozenset[Role]
    scope: Scope
    summary: str
    routes: tuple[RestRoute, ...] = ()
    commands: tuple[str, ...] = ()
    public: bool = False
    machines: frozenset[str] = frozenset()
    open_list: bool = False
    follows: tuple[str, ...] = ()
    timeout_s: float = EXPECTED_REPLY_S

    def __post_init__(self) -> None:
        """Refuse a scope that the request does not bear out: the gate would let everybody through."""
        required = {field.name for field in msgspec.structs.fields(self.request) if field.required}
        named = self.scope.value if self.scope in {Scope.SCHOOL, Scope.COMMUNE} else ""
        if (named and named not in required) or (not named and not self.public and "school" in required):
            raise TypeError(f"{self.name}: {self.request.__name__} does not fit the scope {self.scope.name}")
        if self.open_list and self.scope is not Scope.NARROWED:
            raise TypeError(f"{self.name}: only what the application narrows may be asked by everybody")


def get(path: str, summary: str = "", *, question: type[Call] | None = None, **renames: str) -> RestRoute:
    """Return a route that reads; `renames` as in `RestRoute`."""
    return RestRoute(method="GET", path=path, summary=summary, renames=renames, question=question)


def post(path: str, **renames: str) -> RestRoute:
    """Return a route that adds."""
    return RestRoute(method="POST", path=path, renames=renames)


def post_asked(path: str, *, question: type[Call]) -> RestRoute:
    """Return a route that adds what REST asks for otherwise; `question` as in `RestRoute`."""
    return RestRoute(method="POST", path=path, question=question)


def put(path: str, *, question: type[Call] | None = None) -> RestRoute:
    """Return a route that replaces; `question` as in `RestRoute`."""
    return RestRoute(method="PUT", path=path, question=question)


def delete(path: str, **renames: str) -> RestRoute:
    """Return a route that takes away."""
    return RestRoute(method="DELETE", path=path, renames=renames)


COMMON = (
    Operation(
        name="feed",
        request=FeedRequest,
        answer=FeedAnswer,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Sự kiện công khai của dịch vụ sau một số thứ tự.",
    ),
    Operation(
        name="health",
        request=Nothing,
        answer=Health,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Tình trạng của dịch vụ.",
    ),
    Operation(
        name="checkpoint",
        request=Nothing,
        answer=CheckpointView,
        roles=READERS,
        scope=Scope.NARROWED,
        summary="Mốc niêm mới nhất của nhật ký dịch vụ.",
        commands=("audit checkpoint",),
    ),
)
"""What every service answers for itself (`shared.bus.rpc.server.ServiceBase`)."""
