"""The administrator's pages: offices and schools, people and programs, rulebooks, dead letters, how the installation is."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from services.portal.api import local
from services.portal.pages import asking, forms, words
from services.portal.pages.law import named
from services.portal.pages.site import blueprint, render
from services.portal.requests import (
    AccountRequest,
    DeadLetterRequest,
    GrantRequest,
    Invite,
    Invited,
    IssueToken,
    RoleChange,
    TokenIssued,
    TokenRequest,
)
from services.portal.web.context import caller, directory, may
from shared.contracts.calls import Nothing
from shared.contracts.calls.assessment import RegisterCommune, RegisterSchool, SchoolKind
from shared.identity import permissions
from shared.identity.acting import Role, ScopeKind
from shared.problems import BadRequest, Problem
from shared.rulebook.loader import load_library

SCOPE_NAMES = {
    ScopeKind.SCHOOL: "một trường",
    ScopeKind.COMMUNE: "một xã",
    ScopeKind.DEPARTMENT: "cả Sở",
    ScopeKind.INSTALLATION: "toàn hệ thống",
}
HEAD_GIVES = (Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD)


def _need(operation: str) -> None:
    permissions.require(caller(), operation)


@blueprint.get("/quan-tri")
def offices_page() -> str:
    """Show communes and schools, and set up new ones."""
    return _offices()


def _offices(problem: Problem | None = None) -> str:
    _need("assessment.register_school")
    found = directory()
    return render(
        "quan-tri.html",
        active="don-vi",
        communes=found.communes(),
        schools=found.schools(),
        kinds=words.KIND_NAMES,
        problem=problem,
    )


@blueprint.post("/quan-tri")
def register_office() -> str | Response:
    """Set up a commune office or a school."""
    _need("assessment.register_school")
    try:
        if forms.text("viec") == "xa":
            commune = RegisterCommune(commune=forms.required("ma", "mã xã"), name=forms.required("ten", "tên xã"))
            local.register_commune(commune)
            return forms.go("/quan-tri")
        school = RegisterSchool(
            commune=forms.required("xa", "xã"),
            code=forms.required("ma", "mã trường"),
            name=forms.required("ten", "tên trường"),
            kind=_kind(forms.required("loai", "loại trường")),
            levels=[k for k in ("tieu_hoc", "thcs", "thpt") if forms.text(f"cap-{k}")],
        )
        local.register_school(school)
        return forms.go("/quan-tri")
    except Problem as problem:
        return _offices(problem)


def _kind(text: str) -> SchoolKind:
    try:
        return SchoolKind(text)
    except ValueError as error:
        raise BadRequest("Loại trường không có trong danh sách. Chưa lập gì.") from error


@blueprint.get("/quan-tri/nguoi-dung")
def people_page() -> str:
    """Show accounts, invite, give and take roles. A head sees the own school's."""
    return _people()


def _people(problem: Problem | None = None, invited: Invited | None = None) -> str:
    _need("identity.accounts")
    wide = may("identity.close_account")
    return render(
        "nguoi-dung.html",
        active="nguoi-dung",
        accounts=local.accounts(Nothing()).accounts,
        roles=[r for r in Role if r is not Role.SUBSCRIBER] if wide else list(HEAD_GIVES),
        scopes=_scopes(wide=wide),
        invited=invited,
        wide=wide,
        problem=problem,
        scope_names=SCOPE_NAMES,
    )


def _scopes(*, wide: bool) -> list[tuple[str, str]]:
    """Return where a role may be given: value of the form's field, and its name."""
    found = [
        (f"{ScopeKind.SCHOOL}:{s.code}", s.name) for s in directory().schools() if may("identity.invite", school=s.code)
    ]
    if not wide:
        return found
    communes = [(f"{ScopeKind.COMMUNE}:{c.code}", c.name) for c in directory().communes()]
    return [(f"{ScopeKind.INSTALLATION}:", "Toàn hệ thống"), (f"{ScopeKind.DEPARTMENT}:", "Cả Sở"), *communes, *found]


def _grant() -> GrantRequest:
    kind, _, scope = forms.required("pham-vi", "phạm vi").partition(":")
    try:
        return GrantRequest(role=Role(forms.required("vai-tro", "vai trò")), scope_kind=ScopeKind(kind), scope=scope)
    except ValueError as error:
        raise BadRequest("Vai trò hoặc phạm vi không có trong danh sách. Chưa đổi gì.") from error


@blueprint.post("/quan-tri/nguoi-dung")
def change_people() -> str | Response:
    """Invite somebody, send a new link, give or take a role, close an account."""
    _need("identity.accounts")
    try:
        match forms.text("viec"):
            case "moi":
                login, name = forms.required("ten-dang-nhap", "tên đăng nhập"), forms.required("ho-ten", "họ tên")
                return _people(invited=local.invite(Invite(login=login, display_name=name, grants=[_grant()])))
            case "moi-lai":
                return _people(
                    invited=local.renew_invitation(AccountRequest(account=forms.required("tai-khoan", "tài khoản")))
                )
            case "giao":
                local.grant_role(_change())
            case "thoi":
                local.revoke_role(_change())
            case "dong":
                local.close_account(AccountRequest(account=forms.required("tai-khoan", "tài khoản")))
    except Problem as problem:
        return _people(problem)
    return forms.go("/quan-tri/nguoi-dung")


def _change() -> RoleChange:
    grant = _grant()
    account = forms.required("tai-khoan", "tài khoản")
    return RoleChange(account=account, role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope)


@blueprint.get("/quan-tri/ma-truy-cap")
def tokens_page() -> str:
    """Show programs' tokens; give a new one, once."""
    return _tokens()


def _tokens(problem: Problem | None = None, issued: TokenIssued | None = None) -> str:
    _need("identity.tokens")
    data: dict[str, Any] = {"tokens": local.tokens(Nothing()).tokens, "issued": issued, "problem": problem}
    return render("ma-truy-cap.html", active="nguoi-dung", roles=list(Role), scopes=_scopes(wide=True), **data)


@blueprint.post("/quan-tri/ma-truy-cap")
def change_tokens() -> str | Response:
    """Give a token, or take one back."""
    _need("identity.issue_token")
    try:
        if forms.text("viec") == "thu-hoi":
            local.revoke_token(TokenRequest(token=forms.required("ma", "mã")))
            return forms.go("/quan-tri/ma-truy-cap")
        wanted = IssueToken(
            name=forms.required("ten", "tên chương trình"), grants=[_grant()], days=forms.whole("ngay") or 365
        )
        return _tokens(issued=local.issue_token(wanted))
    except Problem as problem:
        return _tokens(problem)


@blueprint.get("/quan-tri/bo-tieu-chi")
def rulebooks_page() -> str:
    """Show the rulebooks that are installed: circular, days in force, digest."""
    _need("assessment.register_school")
    return render("bo-tieu-chi.html", active="bo-tieu-chi", books=[(book, named(book)) for book in load_library()])


@blueprint.get("/quan-tri/tin-chua-gui")
def letters_page() -> str:
    """Show events that a consumer could not apply."""
    _need("installation.dead_letters")
    return _letters()


def _letters(problem: Problem | None = None) -> str:
    try:
        letters = local.dead_letters(Nothing()).letters
    except Problem as away:
        letters, problem = [], problem or away
    return render("tin-chua-gui.html", active="tin-chua-gui", letters=letters, problem=problem)


@blueprint.post("/quan-tri/tin-chua-gui")
def retry_letter() -> str | Response:
    """Hand one to its consumer again."""
    _need("installation.retry_dead_letter")
    try:
        local.retry_dead_letter(DeadLetterRequest(letter=forms.required("tin", "tin")))
    except Problem as problem:
        return _letters(problem)
    return forms.go("/quan-tri/tin-chua-gui?thu-lai=1")


@blueprint.get("/quan-tri/tinh-trang")
def status_page() -> str:
    """Show how the installation is: services, lag, queues, free space."""
    _need("installation.health")
    return render(
        "tinh-trang.html",
        active="tinh-trang",
        status=local.installation_status(Nothing()),
        retried=asking.text("thu-lai"),
    )
