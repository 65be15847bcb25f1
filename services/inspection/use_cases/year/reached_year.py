"""Before any part of a commune's year answers: a commune that is named exists, and a year that is named can have a plan."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec

from services.inspection import views
from shared.contracts.calls import Call
from shared.contracts.calls.year import OPERATIONS
from shared.contracts.operations import Operation
from shared.contracts.plan_years import require_year
from shared.contracts.problems import unknown_commune
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import CommuneCode

R = TypeVar("R", bound=Call)

_COMMUNES = ("commune", "in_commune")
_YEARS = ("year", "until", "money_year", "wanted_from", "wanted_until")
"""Fields of requests that name a commune or a year; '' and 0 name none."""
_OF_A_YEAR = frozenset(operation.name for operation in OPERATIONS)


def _asks_of_one_year(operation: Operation) -> bool:
    """Say whether an operation is about one year, so that 0 is no way to ask about any."""
    required = any(field.name == "year" and field.required for field in msgspec.structs.fields(operation.request))
    return required or (bool(operation.routes) and all("/years/{year}/" in route.path for route in operation.routes))


_OF_ONE_YEAR = frozenset(operation.name for operation in OPERATIONS if _asks_of_one_year(operation))


class KnownCommunes(Protocol):
    """What knows which communes there are (InspectionApplication)."""

    views: ReadModel


def reached_year(application: KnownCommunes, acting: CallContext, operation: Operation, request: R) -> R:
    """Return a request to the service as it was put, once its gate has let the caller through.

    Raises YearRefused, and NoSuchCommune, also for a commune that is not known yet.
    """
    if operation.name not in _OF_A_YEAR:
        return request
    for name in _YEARS:
        year = getattr(request, name, 0)
        if year or (name == "year" and operation.name in _OF_ONE_YEAR):
            require_year(year)
    for name in _COMMUNES:
        if commune := CommuneCode(getattr(request, name, "")):
            _require_commune(application, commune)
    return request


def _require_commune(application: KnownCommunes, commune: CommuneCode) -> None:
    with application.views.reading() as conn:
        known = views.commune_name(conn, commune)
    if not known:
        raise unknown_commune(commune)
