"""People: who works here and in which roles, inviting, giving and taking roles; and everybody's own account."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.api import gateway
from services.portal.pages import formatting, forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.site import blueprint, render
from services.portal.web import sessions
from services.portal.web.context import account as own_account
from services.portal.web.context import caller, directory, may
from shared.contracts.calls import Nothing
from shared.contracts.calls.identity import (
    AccountRequest,
    AccountView,
    GrantRequest,
    GrantView,
    Invite,
    Invited,
    RoleChange,
    RoleGrant,
)
from shared.identity import permissions
from shared.problems import BadRequest, NotAllowed, Problem
from shared.text import fold, parse_date
from shared.vocabulary.labels import SIGNING_LABELS
from shared.vocabulary.roles import SCHOOL_ROLES, Role, ScopeKind, scopes_of
from shared.vocabulary.signing import SigningAs

PEOPLE = "/quan-tri/nguoi-dung"


class ScopeGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Places of one kind in which roles are given: values of the form's field, and their names."""

    kind: ScopeKind
    name: str
    scopes: list[tuple[str, str]]


@blueprint.get(PEOPLE)
def people_page() -> str:
    """Show accounts, invite, give and take roles. A head sees the own school's."""
    return _people()


def _people(problem: Problem | None = None, invited: Invited | None = None, *, renewed: bool = False) -> str:
    permissions.require(caller(), "identity.accounts")
    wide, query = may("identity.close_account"), query_params.text("tim")
    everybody = gateway.accounts(Nothing()).accounts
    groups = scope_groups(wide=wide)
    return render(
        "nguoi-dung.html",
        active="nguoi-dung",
        accounts=[
            account
            for account in everybody
            if fold(query) in fold(f"{account.display_name} {account.login} {_works(account)}")
        ],
        total=len(everybody),
        asked=query,
        roles=roles_in(
            groups, [r for r in Role if r is not Role.SUBSCRIBER] if wide else [r for r in Role if r in SCHOOL_ROLES]
        ),
        groups=groups,
        invited=invited,
        renewed=renewed,
        guest=next((account for account in everybody if invited and account.account == invited.account), None),
        taken=_taken(everybody),
        wide=wide,
        problem=problem,
        place_of=place_of,
        signing=SIGNING_LABELS,
        fitting=lambda role: " ".join(sorted(scopes_of(Role(role)))),
    )


def scope_groups(*, wide: bool) -> list[ScopeGroup]:
    """Return where the caller may give roles, the schools first: most people work in one."""
    schools = [
        (f"{ScopeKind.SCHOOL}:{s.code}", s.name) for s in directory().schools() if may("identity.invite", school=s.code)
    ]
    groups = [ScopeGroup(kind=ScopeKind.SCHOOL, name="Trường", scopes=schools)]
    if wide:
        communes = [(f"{ScopeKind.COMMUNE}:{c.code}", c.name) for c in directory().communes()]
        groups += [
            ScopeGroup(kind=ScopeKind.COMMUNE, name="Xã", scopes=communes),
            ScopeGroup(kind=ScopeKind.DEPARTMENT, name="Sở", scopes=[(f"{ScopeKind.DEPARTMENT}:", "Cả Sở")]),
            ScopeGroup(
                kind=ScopeKind.INSTALLATION, name="Hệ thống", scopes=[(f"{ScopeKind.INSTALLATION}:", "Toàn hệ thống")]
            ),
        ]
    return [group for group in groups if group.scopes]


def roles_in(groups: list[ScopeGroup], roles: list[Role]) -> list[Role]:
    """Return the roles that can be given in one of these places."""
    kinds = {group.kind for group in groups}
    return [role for role in roles if scopes_of(role) & kinds]


def place_of(grant: GrantView) -> str:
    """Return how people call where a role is held."""
    return grant.scope_name or grant.scope or formatting.SCOPE_KIND_LABELS[grant.scope_kind]


def _works(account: AccountView) -> str:
    return " ".join(f"{formatting.ROLE_LABELS[grant.role]} {place_of(grant)}" for grant in account.grants)


def _taken(everybody: list[AccountView]) -> tuple[AccountView, GrantView] | None:
    """Return the role that was just taken, so that one click gives it back; it stands in the address."""
    kind, _, scope = query_params.text("pham-vi").partition(":")
    role, signs = query_params.text("vai-tro"), query_params.text("ky") or SigningAs.ITSELF
    last_day = query_params.text("den-ngay")
    holder = next((account for account in everybody if account.account == query_params.text("da-thu")), None)
    if holder is None or role not in set(Role) or kind not in set(ScopeKind) or signs not in set(SigningAs):
        return None
    grant = GrantView(
        role=Role(role),
        scope_kind=ScopeKind(kind),
        scope=scope,
        scope_name=directory().name(ScopeKind(kind), scope),
        until=parse_date(last_day) if last_day else None,
        signs=SigningAs(signs),
    )
    held = {(one.role, one.scope_kind, one.scope) for one in holder.grants}
    return None if (grant.role, grant.scope_kind, grant.scope) in held else (holder, grant)


def grant_of_form() -> GrantRequest:
    """Return the role and its scope that a form names. Raises BadRequest."""
    kind, _, scope = forms.required("pham-vi", "nơi giao vai trò").partition(":")
    try:
        return GrantRequest(
            role=Role(forms.required("vai-tro", "vai trò")),
            scope_kind=ScopeKind(kind),
            scope=scope,
            until=forms.date("den-ngay"),
            signs=SigningAs(forms.text("ky") or SigningAs.ITSELF),
        )
    except ValueError as error:
        raise BadRequest("Vai trò hoặc nơi giao không có trong danh sách. Chưa đổi gì. Chọn lại.") from error


@blueprint.post(PEOPLE)
def change_people() -> str | Response:
    """Invite somebody, give a new link, give or take a role, close an account."""
    permissions.require(caller(), "identity.accounts")
    try:
        match forms.text("viec"):
            case "moi":
                login, name = forms.required("ten-dang-nhap", "tên đăng nhập"), forms.required("ho-ten", "họ tên")
                return _people(invited=gateway.invite(Invite(login=login, display_name=name, grants=[grant_of_form()])))
            case "moi-lai":
                return _people(invited=gateway.renew_invitation(_account()), renewed=True)
            case "giao":
                gateway.grant_role(_change())
            case "thoi":
                return _take(_account().account, grant_of_form())
            case "dong":
                return _close(_account())
    except Problem as problem:
        return _people(problem)
    return forms.go(PEOPLE)


def _account() -> AccountRequest:
    return AccountRequest(account=forms.required("tai-khoan", "tài khoản"))


def _change() -> RoleGrant:
    grant, account = grant_of_form(), _account().account
    return RoleGrant(
        account=account,
        role=grant.role,
        scope_kind=grant.scope_kind,
        scope=grant.scope,
        until=grant.until,
        signs=grant.signs,
    )


def _take(account: str, grant: GrantRequest) -> str | Response:
    scope = f"{grant.scope_kind}:{grant.scope}"
    if is_confirmed():
        gateway.revoke_role(RoleChange(account=account, role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope))
        terms = ({"den_ngay": grant.until.isoformat()} if grant.until else {}) | {"ky": grant.signs.value}
        return forms.go_told(PEOPLE, da_thu=account, vai_tro=grant.role, pham_vi=scope, **terms)
    who, role = _holder(account), formatting.ROLE_LABELS[grant.role]
    place = directory().name(grant.scope_kind, grant.scope) or formatting.SCOPE_KIND_LABELS[grant.scope_kind]
    return ask_to_confirm(
        f"Thu vai trò {role} của {who}?",
        says=[f"{who} không làm việc {role} ở {place} được nữa, ngay từ lần bấm sau.", "Việc đã làm vẫn còn trong nhật ký."],
        undo="Đổi ý thì giao lại được bằng một lần bấm.",
        yes=f"Thu vai trò {role}",
        back=PEOPLE,
        active="nguoi-dung",
    )


def _close(asked: AccountRequest) -> str | Response:
    if is_confirmed():
        gateway.close_account(asked)
        return forms.go(PEOPLE)
    who = _holder(asked.account)
    return ask_to_confirm(
        f"Đóng tài khoản của {who}?",
        says=[f"{who} ra khỏi hệ thống ngay và không vào lại được; mọi vai trò hết.", "Việc đã làm vẫn còn trong nhật ký."],
        undo="Không mở lại được. Muốn người ấy vào lại thì mời bằng tên đăng nhập khác.",
        yes="Đóng tài khoản",
        back=PEOPLE,
        active="nguoi-dung",
    )


def _holder(account: str) -> str:
    found = (one for one in gateway.accounts(Nothing()).accounts if one.account == account)
    return next((one.display_name or one.login for one in found), "người này")


@blueprint.get("/tai-khoan")
def own_account_page() -> str:
    """Show the own account: name, login, roles, and how to change the password."""
    return _own()


def _own(problem: Problem | None = None) -> str:
    account = own_account()
    if account is None:
        raise NotAllowed("Đang vào bằng mã truy cập, không bằng tài khoản của một người. Đăng nhập rồi mở lại trang này.")
    data: dict[str, Any] = {"account": account, "has_password": sessions.has_password(), "place_of": place_of}
    return render("tai-khoan.html", problem=problem, changed=query_params.text("da-doi"), **data)


@blueprint.post("/tai-khoan")
def change_password() -> str | Response:
    """Change the own password: the old one is asked, other sign-ins end."""
    first, second = request.form.get("password", ""), request.form.get("again", "")
    try:
        if first != second:
            raise BadRequest("Hai lần nhập mật khẩu mới chưa giống nhau. Chưa đổi gì. Nhập lại cả hai.", path="again")
        sessions.change_password(request.form.get("old", ""), first)
    except Problem as problem:
        return _own(problem)
    return forms.go_told("/tai-khoan", da_doi="1")
