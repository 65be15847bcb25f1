"""REST routes that do more than pass a request on: accounts, points in time, links to files, the feed, the installation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from services.portal.api import council, visits
from services.portal.api import schemas as q
from services.portal.requests import (
    DeadLetterRequest,
    DeadLettersAnswer,
    InstallationStatus,
    MachineStatus,
    Retried,
    ServiceStatus,
)
from services.portal.training_people import attendance_by_ids
from services.portal.web.context import account, call_service, caller, directory, identity, note, public_url, wiring
from shared.contracts.calls import Call, CheckpointView, Done, Health, Nothing
from shared.contracts.calls import assessment as a
from shared.contracts.calls import council as c
from shared.contracts.calls import evidence as e
from shared.contracts.calls import notification as n
from shared.contracts.calls import teams as t
from shared.contracts.calls.identity import (
    AccountRequest,
    AccountsAnswer,
    CommuneEntry,
    GrantView,
    Invite,
    Invited,
    IssueToken,
    Me,
    NoteUnits,
    RoleChange,
    RoleGrant,
    SchoolEntry,
    TokenIssued,
    TokenRequest,
    TokensAnswer,
)
from shared.contracts.calls.year.training import TrainingHeldGiven
from shared.identity.call_context import Grant
from shared.problems import BadRequest, NotFound, Problem, Unavailable
from shared.vocabulary.ids import BEGINNING, Position, SchoolCode

C = TypeVar("C", bound=Call)

IDENTITY = "identity"
SERVICES = ("evidence", "assessment", "inspection", "notification", IDENTITY)
HEALTH_TIMEOUT_S = 2.0
T = TypeVar("T")
_FIRST_MOMENT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


# --- the portal itself


def health(_request: Nothing) -> q.Healthy:
    """Say whether people can come in: whether identity answers, as it was at most a second ago.

    Raises Unavailable when it does not.
    """
    identity().check()
    return q.Healthy(healthy=True)


def me(_request: Nothing) -> Me:
    """Return who is signed in."""
    acting, person = caller(), account()
    held = {(view.role, view.scope_kind, view.scope): view for view in person.grants} if person else {}
    return Me(
        actor=acting.actor,
        account=person.account if person else "",
        display_name=person.display_name if person else "",
        grants=[held.get((grant.role, grant.scope_kind, grant.scope)) or _grant_view(grant) for grant in acting.grants],
    )


def _grant_view(grant: Grant) -> GrantView:
    name = directory().name(grant.scope_kind, grant.scope)
    return GrantView(role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope, scope_name=name)


# --- communes and schools: written through to the directory, so that the next page shows them


def register_commune(request: a.RegisterCommune) -> a.CommuneView:
    """Set up a commune office."""
    return _noted_commune(call_service("assessment", "register_commune", request, a.CommuneView))


def rename_commune(request: a.RenameCommune) -> a.CommuneView:
    """Give a commune office another name."""
    return _noted_commune(call_service("assessment", "rename_commune", request, a.CommuneView))


def _noted_commune(view: a.CommuneView) -> a.CommuneView:
    note(NoteUnits(communes=[CommuneEntry(code=view.commune, name=view.name)]))
    return view


def register_school(request: a.RegisterSchool) -> a.SchoolView:
    """Set up a school."""
    return _noted_school(call_service("assessment", "register_school", request, a.SchoolView))


def rename_school(request: a.RenameSchool) -> a.SchoolView:
    """Give a school another name."""
    return _noted_school(call_service("assessment", "rename_school", request, a.SchoolView))


def close_school(request: a.CloseSchool) -> a.SchoolView:
    """Note that a school was closed."""
    return _noted_school(call_service("assessment", "close_school", request, a.SchoolView))


def _noted_school(view: a.SchoolView) -> a.SchoolView:
    entry = SchoolEntry(code=view.code, name=view.name, kind=view.kind.value, commune=view.commune, closed_on=view.closed_on)
    note(NoteUnits(schools=[entry]))
    return view


# --- evidence


def original(request: e.DocumentRequest) -> q.Redirect:
    """Return where the original's bytes are."""
    return _download(request, e.DownloadKind.ORIGINAL)


def searchable_pdf(request: e.DocumentRequest) -> q.Redirect:
    """Return where the searchable PDF is."""
    return _download(request, e.DownloadKind.PDF)


def hocr(request: e.DocumentRequest) -> q.Redirect:
    """Return where the words are, with their boxes."""
    return _download(request, e.DownloadKind.HOCR)


def _download(request: e.DocumentRequest, what: e.DownloadKind) -> q.Redirect:
    asked = e.OpenDownload(document=request.document, what=what)
    return q.Redirect(url=call_service("evidence", "open_download", asked, e.DownloadOpened).url)


# --- moments: a position or a time as one text becomes what the service takes


def _status(request: a.StatusQuestion) -> a.StatusRequest:
    position, moment = known_at(request.known_at, "known_at")
    return a.StatusRequest(**{**_fields(request), "known_at": position}, known_at_time=moment)


def _known(kind: type[C]) -> Callable[[Any], C]:
    """Return what turns a question with a `known_at` into a request of this kind, which has the same fields."""
    return lambda request: kind(**{**_fields(request), "known_at": _position(request.school, request.known_at, "known_at")})


def _compare(request: a.CompareQuestion) -> a.CompareRequest:
    return a.CompareRequest(
        school=request.school,
        a=a.Moment(valid_at=request.a, known_at=_position(request.school, request.a_known, "a_known")),
        b=a.Moment(valid_at=request.b, known_at=_position(request.school, request.b_known, "b_known")),
    )


def _fields(request: Call) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__struct_fields__}


QUESTIONS: Mapping[type[Call], Callable[[Any], Call]] = {
    a.StatusQuestion: _status,
    a.CompareQuestion: _compare,
    a.CriterionQuestion: _known(a.CriterionRequest),
    a.FiguresQuestion: _known(a.FiguresRequest),
    a.ExplainQuestion: _known(a.ExplainRequest),
    a.ProofQuestion: _known(a.ProveRequest),
    c.CouncilGiven: council.council_by_ids,
    c.AssignmentGiven: council.one_assignment,
    t.TeamGiven: visits.team_by_ids,
    t.VisitHeldGiven: visits.minutes_by_ids,
    TrainingHeldGiven: attendance_by_ids,
}
"""What REST asks otherwise than the service is asked."""


def known_at(text: str, name: str) -> tuple[Position, dt.datetime | None]:
    """Return the position or the moment that `text` names; (0, None) for now.

    Raises BadRequest.
    """
    if not text or (text.isascii() and text.isdecimal() and len(text) <= len(str(2**62))):
        return Position(int(text or "0")), None
    # In a query a plus sign means a space, and people forget to write %2B.
    try:
        moment = msgspec.convert(text.replace(" ", "+"), dt.datetime)
    except msgspec.ValidationError as error:
        raise _bad_moment(name) from error
    if moment.tzinfo is None or moment < _FIRST_MOMENT:
        raise _bad_moment(name)
    return BEGINNING, moment


def _bad_moment(name: str) -> BadRequest:
    expected = "log position, or RFC 3339 date-time with offset"
    return BadRequest(
        f"Tham số {name} cần số của nhật ký, hoặc thời điểm như 2026-11-05T14:22:00+07:00.", path=name, expected=expected
    )


def _position(school: SchoolCode, text: str, name: str) -> Position:
    """Return the position that `text` names; a moment is turned into one by the log's own clock."""
    position, moment = known_at(text, name)
    if moment is None:
        return position
    request = a.StatusRequest(school=school, known_at_time=moment)
    position = call_service("assessment", "status", request, a.Status).known_at.position
    if position == 0:
        raise NotFound("Lúc ấy nhật ký chưa có gì. Chọn thời điểm muộn hơn.", path=name)
    return position


# --- the feed


def feed(request: n.MergedFeedRequest) -> q.RawFeedPage:
    """Return a page of the merged feed; events go through as the texts they came in."""
    found = call_service("notification", "feed", request, n.MergedFeedAnswer)
    events = [msgspec.Raw(text.encode()) for text in found.events]
    return q.RawFeedPage(events=events, next_after=found.next_after, head=found.head)


def checkpoint(request: q.CheckpointQuestion) -> CheckpointView:
    """Return the latest checkpoint of a service's log."""
    if request.service not in SERVICES:
        raise NotFound("Không có dịch vụ này.", path="service")
    return call_service(request.service, "checkpoint", Nothing(), CheckpointView)


# --- people and programs


def _of_accounts(method: str, request: Call, answer: type[T]) -> T:
    """Have identity change something about accounts in the caller's name; who acts is asked for anew from now on."""
    try:
        return call_service(IDENTITY, method, request, answer)
    finally:
        identity().forget()


def invite(request: Invite) -> Invited:
    """Ask a person in."""
    return _absolute(_of_accounts("invite", request, Invited))


def renew_invitation(request: AccountRequest) -> Invited:
    """Give a person a new link."""
    return _absolute(_of_accounts("renew_invitation", request, Invited))


def _absolute(invited: Invited) -> Invited:
    return msgspec.structs.replace(invited, invitation_url=public_url(invited.invitation_url))


def accounts(_request: Nothing) -> AccountsAnswer:
    """List accounts."""
    return call_service(IDENTITY, "accounts", Nothing(), AccountsAnswer)


def grant_role(request: RoleGrant) -> Done:
    """Give a role."""
    return _of_accounts("grant_role", request, Done)


def revoke_role(request: RoleChange) -> Done:
    """Take a role back."""
    return _of_accounts("revoke_role", request, Done)


def close_account(request: AccountRequest) -> Done:
    """Close an account."""
    return _of_accounts("close_account", request, Done)


def issue_token(request: IssueToken) -> TokenIssued:
    """Give a program a token."""
    return _of_accounts("issue_token", request, TokenIssued)


def tokens(_request: Nothing) -> TokensAnswer:
    """List tokens."""
    return call_service(IDENTITY, "tokens", Nothing(), TokensAnswer)


def revoke_token(request: TokenRequest) -> Done:
    """Take a token back."""
    return _of_accounts("revoke_token", request, Done)


# --- the installation


def installation_status(_request: Nothing) -> InstallationStatus:
    """Ask every service how it is, and the composition how the machine is."""
    services = [_service_status(name) for name in SERVICES]
    operations = wiring().installation_admin
    machine = operations.machine() if operations else MachineStatus()
    healthy = all(service.healthy for service in services) and machine.dead_letters == 0
    return InstallationStatus(healthy=healthy, services=services, machine=machine)


def _service_status(name: str) -> ServiceStatus:
    try:
        found = call_service(name, "health", Nothing(), Health, timeout=HEALTH_TIMEOUT_S)
    except Problem as problem:
        return ServiceStatus(service=name, healthy=False, problem=problem.detail)
    return ServiceStatus(service=name, healthy=found.healthy, head=found.head, lag=found.lag, details=found.details)


def dead_letters(_request: Nothing) -> DeadLettersAnswer:
    """List events that could not be applied."""
    return DeadLettersAnswer(letters=_operations().dead_letters())


def retry_dead_letter(request: DeadLetterRequest) -> Retried:
    """Hand one to its consumer again.

    Raises NotFound.
    """
    _operations().retry_dead_letter(request.letter)
    return Retried(letter=request.letter)


def _operations() -> Any:
    found = wiring().installation_admin
    if found is None:
        raise Unavailable("Bản cài đặt này không nối với hàng đợi tin hỏng.")
    return found
