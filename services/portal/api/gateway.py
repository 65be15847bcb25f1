"""Routes that do more than hand a question on: accounts, moments, links to the door, the feed, the installation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.portal.api import schemas as q
from services.portal.directory import CommuneEntry, SchoolEntry
from services.portal.requests import (
    AccountRequest,
    AccountsAnswer,
    DeadLetterRequest,
    DeadLettersAnswer,
    InstallationStatus,
    Invite,
    Invited,
    IssueToken,
    MachineStatus,
    Me,
    Retried,
    RoleChange,
    ServiceStatus,
    TokenIssued,
    TokenRequest,
    TokensAnswer,
)
from services.portal.web.context import account, call_service, caller, directory, door_url, portal, public_url, wiring
from shared.bus.rpc.checkpoint_view import checkpoint_view
from shared.contracts.calls import CheckpointView, Done, Health, Nothing
from shared.contracts.calls import assessment as a
from shared.contracts.calls import evidence as e
from shared.contracts.calls import notification as n
from shared.problems import BadRequest, NotFound, Problem, Unavailable

IDENTITY = "identity"
SERVICES = ("evidence", "assessment", "inspection", "notification")
HEALTH_TIMEOUT_S = 2.0
_FIRST_MOMENT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


# --- the portal itself


def health(_asked: Nothing) -> q.Healthy:
    """Say whether the portal can read its own log.

    Raises Unavailable when it cannot.
    """
    portal().log.head()
    return q.Healthy(healthy=True)


def me(_asked: Nothing) -> Me:
    """Return who is signed in."""
    return portal().me(caller(), account())


def openapi(_asked: Nothing) -> dict[str, Any]:
    """Return this API's description."""
    from services.portal.openapi import document

    return document()


# --- communes and schools: written through to the directory, so that the next page shows them


def register_commune(asked: a.RegisterCommune) -> a.CommuneView:
    """Set up a commune office."""
    return _noted_commune(call_service("assessment", "register_commune", asked, a.CommuneView))


def rename_commune(asked: a.RenameCommune) -> a.CommuneView:
    """Give a commune office another name."""
    return _noted_commune(call_service("assessment", "rename_commune", asked, a.CommuneView))


def _noted_commune(view: a.CommuneView) -> a.CommuneView:
    directory().put_commune(CommuneEntry(code=view.commune, name=view.name))
    return view


def register_school(asked: a.RegisterSchool) -> a.SchoolView:
    """Set up a school."""
    return _noted_school(call_service("assessment", "register_school", asked, a.SchoolView))


def rename_school(asked: a.RenameSchool) -> a.SchoolView:
    """Give a school another name."""
    return _noted_school(call_service("assessment", "rename_school", asked, a.SchoolView))


def _noted_school(view: a.SchoolView) -> a.SchoolView:
    directory().put_school(SchoolEntry(code=view.code, name=view.name, kind=view.kind.value, commune=view.commune))
    return view


# --- evidence: addresses of the door as the caller can use them


def open_upload(asked: e.OpenUpload) -> e.UploadOpened:
    """Ask to send a file."""
    opened = call_service("evidence", "open_upload", asked, e.UploadOpened)
    return msgspec.structs.replace(opened, url=door_url(opened.url))


def documents(asked: e.DocumentsRequest) -> e.DocumentsAnswer:
    """List a school's documents."""
    found = call_service("evidence", "documents", asked, e.DocumentsAnswer)
    return msgspec.structs.replace(found, documents=[_reachable(document) for document in found.documents])


def document(asked: e.DocumentRequest) -> e.DocumentView:
    """Return one document."""
    return _reachable(call_service("evidence", "document", asked, e.DocumentView))


def page(asked: e.PageRequest) -> e.PageAnswer:
    """Return one page."""
    found = call_service("evidence", "page", asked, e.PageAnswer)
    around = [_reachable_page(one) for one in found.around]
    return msgspec.structs.replace(
        found, document=_reachable(found.document), page=_reachable_page(found.page), around=around
    )


def original(asked: e.DocumentRequest) -> q.Redirect:
    """Return where the original's bytes are."""
    opened = call_service("evidence", "open_download", e.OpenDownload(document=asked.document), e.DownloadOpened)
    return q.Redirect(url=door_url(opened.url))


def _reachable(view: e.DocumentView) -> e.DocumentView:
    return msgspec.structs.replace(view, pages=[_reachable_page(page) for page in view.pages])


def _reachable_page(view: e.PageView) -> e.PageView:
    image, thumbnail = door_url(view.image_url), door_url(view.thumbnail_url)
    return msgspec.structs.replace(view, image_url=image, thumbnail_url=thumbnail)


# --- moments


def status(asked: q.StatusQuestion) -> a.Status:
    """Return what a school looked like."""
    position, moment = known_at(asked.known_at, "known_at")
    request = a.StatusRequest(
        school=asked.school,
        valid_at=asked.valid_at,
        known_at=position,
        known_at_time=moment,
        layer=asked.layer,
        cycle=asked.cycle,
        rulebook=asked.rulebook,
    )
    return call_service("assessment", "status", request, a.Status)


def criterion(asked: q.CriterionQuestion) -> a.CriterionView:
    """Return one criterion."""
    request = a.CriterionRequest(
        school=asked.school,
        cycle=asked.cycle,
        criterion=asked.criterion,
        valid_at=asked.valid_at,
        known_at=_position(asked.school, asked.known_at, "known_at"),
    )
    return call_service("assessment", "criterion", request, a.CriterionView)


def figures(asked: q.FiguresQuestion) -> a.FiguresAnswer:
    """Return a school's figures beside the thresholds."""
    request = a.FiguresRequest(
        school=asked.school,
        cycle=asked.cycle,
        school_year=asked.school_year,
        valid_at=asked.valid_at,
        known_at=_position(asked.school, asked.known_at, "known_at"),
    )
    return call_service("assessment", "figures", request, a.FiguresAnswer)


def compare(asked: q.CompareQuestion) -> a.CompareAnswer:
    """Compare a school at two moments."""
    request = a.CompareRequest(
        school=asked.school,
        a=a.Moment(valid_at=asked.a, known_at=_position(asked.school, asked.a_known, "a_known")),
        b=a.Moment(valid_at=asked.b, known_at=_position(asked.school, asked.b_known, "b_known")),
    )
    return call_service("assessment", "compare", request, a.CompareAnswer)


def explain(asked: q.ExplainQuestion) -> a.ExplainAnswer:
    """Say why."""
    request = a.ExplainRequest(
        school=asked.school,
        criterion=asked.criterion,
        layer=asked.layer,
        cycle=asked.cycle,
        valid_at=asked.valid_at,
        known_at=_position(asked.school, asked.known_at, "known_at"),
    )
    return call_service("assessment", "explain", request, a.ExplainAnswer)


def proof(asked: q.ProofQuestion) -> a.ProofAnswer:
    """Return an offline proof."""
    position = _position(asked.school, asked.known_at, "known_at")
    return call_service(
        "assessment", "prove", a.ProveRequest(school=asked.school, known_at=position), a.ProofAnswer, timeout=30
    )


def known_at(text: str, name: str) -> tuple[int, dt.datetime | None]:
    """Return the position or the moment that `text` names; (0, None) for now.

    Raises BadRequest.
    """
    if not text or (text.isascii() and text.isdecimal() and len(text) <= len(str(2**62))):
        return int(text or "0"), None
    # In a query a plus sign means a space, and people forget to write %2B.
    try:
        moment = msgspec.convert(text.replace(" ", "+"), dt.datetime)
    except msgspec.ValidationError as error:
        raise _bad_moment(name) from error
    if moment.tzinfo is None or moment < _FIRST_MOMENT:
        raise _bad_moment(name)
    return 0, moment


def _bad_moment(name: str) -> BadRequest:
    expected = "log position, or RFC 3339 date-time with offset"
    return BadRequest(
        f"Tham số {name} cần số của nhật ký, hoặc thời điểm như 2026-11-05T14:22:00+07:00.", path=name, expected=expected
    )


def _position(school: str, text: str, name: str) -> int:
    """Return the position that `text` names; a moment is turned into one by the log's own clock."""
    position, moment = known_at(text, name)
    if moment is None:
        return position
    request = a.StatusRequest(school=school, known_at_time=moment)
    found = call_service("assessment", "status", request, a.Status).known_at.position
    if found == 0:
        raise NotFound("Lúc ấy nhật ký chưa có gì. Chọn thời điểm muộn hơn.", path=name)
    return found


def register(asked: a.RegisterRequest) -> a.RegisterAnswer:
    """Return the public register of recognitions."""
    return call_service("assessment", "register", asked, a.RegisterAnswer)


# --- the feed


def feed(asked: n.MergedFeedRequest) -> q.RawFeedPage:
    """Return a page of the merged feed; events go through as the texts they came in."""
    found = call_service("notification", "feed", asked, n.MergedFeedAnswer)
    events = [msgspec.Raw(text.encode()) for text in found.events]
    return q.RawFeedPage(events=events, next_after=found.next_after, head=found.head)


def checkpoint(asked: q.CheckpointQuestion) -> CheckpointView:
    """Return the latest checkpoint of a service's log."""
    if asked.service == IDENTITY:
        last = portal().log.checkpoint()
        if last is None:
            raise NotFound("Nhật ký này chưa có mốc niêm nào. Mốc đầu tiên được ký trong ít phút nữa.")
        return checkpoint_view(last)
    if asked.service not in SERVICES:
        raise NotFound("Không có dịch vụ này.", path="service")
    return call_service(asked.service, "checkpoint", Nothing(), CheckpointView)


# --- people and programs


def invite(asked: Invite) -> Invited:
    """Ask a person in."""
    return _absolute(portal().invite(caller(), asked))


def renew_invitation(asked: AccountRequest) -> Invited:
    """Give a person a new link."""
    return _absolute(portal().renew_invitation(caller(), asked))


def _absolute(invited: Invited) -> Invited:
    return msgspec.structs.replace(invited, invitation_url=public_url(invited.invitation_url))


def accounts(_asked: Nothing) -> AccountsAnswer:
    """List accounts."""
    return portal().accounts(caller())


def grant_role(asked: RoleChange) -> Done:
    """Give a role."""
    return portal().grant_role(caller(), asked)


def revoke_role(asked: RoleChange) -> Done:
    """Take a role back."""
    return portal().revoke_role(caller(), asked)


def close_account(asked: AccountRequest) -> Done:
    """Close an account."""
    return portal().close_account(caller(), asked)


def issue_token(asked: IssueToken) -> TokenIssued:
    """Give a program a token."""
    return portal().issue_token(caller(), asked)


def tokens(_asked: Nothing) -> TokensAnswer:
    """List tokens."""
    return portal().tokens(caller())


def revoke_token(asked: TokenRequest) -> Done:
    """Take a token back."""
    return portal().revoke_token(caller(), asked)


# --- the installation


def installation_status(_asked: Nothing) -> InstallationStatus:
    """Ask every service how it is, and the composition how the machine is."""
    services = [_service_status(name) for name in SERVICES]
    services.append(ServiceStatus(service=IDENTITY, healthy=True, head=portal().log.head()))
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


def dead_letters(_asked: Nothing) -> DeadLettersAnswer:
    """List events that could not be applied."""
    return DeadLettersAnswer(letters=_operations().dead_letters())


def retry_dead_letter(asked: DeadLetterRequest) -> Retried:
    """Hand one to its consumer again.

    Raises NotFound.
    """
    _operations().retry_dead_letter(asked.letter)
    return Retried(letter=asked.letter)


def _operations() -> Any:
    found = wiring().installation_admin
    if found is None:
        raise Unavailable("Bản cài đặt này không nối với hàng đợi tin hỏng.")
    return found
