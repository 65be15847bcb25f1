"""The administrator's pages: offices and schools, programs, rulebooks, dead letters, how the installation is."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from services.portal.api import gateway
from services.portal.pages import formatting, forms, query_params
from services.portal.pages.audit_log import LOG_NAMES
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.people import grant_of_form, roles_in, scope_groups
from services.portal.pages.rulebook_labels import named
from services.portal.pages.site import blueprint, render
from services.portal.requests import DeadLetterRequest
from services.portal.settings import UNNAMED_OFFICE
from services.portal.web.context import caller, directory, settings
from shared.contracts.calls import Nothing
from shared.contracts.calls.assessment import CloseSchool, RegisterCommune, RegisterSchool, RenameCommune, RenameSchool
from shared.contracts.calls.identity import IssueToken, TokenIssued, TokenRequest
from shared.identity import permissions
from shared.problems import BadRequest, Problem
from shared.rulebook.loader import load_library
from shared.text import fold
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role, scopes_of

TOKENS = "/quan-tri/ma-truy-cap"
PROFILES = {"embedded": "một máy, một tiến trình", "server": "nhiều tiến trình, máy chủ dữ liệu riêng"}
LEVELS = ("tieu_hoc", "thcs", "thpt")


def _need(operation: str) -> None:
    permissions.require(caller(), operation)


@blueprint.get("/quan-tri")
def offices_page() -> str:
    """Show communes and schools, and set up new ones."""
    return _offices()


def _offices(problem: Problem | None = None) -> str:
    _need("assessment.register_school")
    units, query = directory(), query_params.text("tim")
    schools = [s for s in units.schools() if fold(query) in fold(f"{s.name} {s.code}")]
    return render(
        "quan-tri.html",
        active="don-vi",
        communes=units.communes(),
        schools=schools,
        asked=query,
        kinds=formatting.SCHOOL_KIND_LABELS,
        done_commune=units.commune(CommuneCode(query_params.text("xa-moi"))),
        done_school=units.school(SchoolCode(query_params.text("truong-moi"))),
        renamed=query_params.text("da-doi-ten"),
        closed=units.school(SchoolCode(query_params.text("da-dong"))),
        unnamed=settings().office == UNNAMED_OFFICE,
        problem=problem,
    )


@blueprint.post("/quan-tri")
def register_office() -> str | Response:
    """Set up a commune office or a school, or give one another name."""
    _need("assessment.register_school")
    try:
        match forms.text("viec"):
            case "xa":
                commune = RegisterCommune(
                    commune=CommuneCode(forms.required("ma", "mã xã")), name=forms.required("ten", "tên xã")
                )
                return forms.go_told("/quan-tri", xa_moi=gateway.register_commune(commune).commune)
            case "doi-ten-xa":
                named = RenameCommune(
                    commune=CommuneCode(forms.required("ma", "mã xã")), name=forms.required("ten", "tên mới của xã")
                )
                return forms.go_told("/quan-tri", da_doi_ten=gateway.rename_commune(named).name)
            case "doi-ten-truong":
                school = RenameSchool(
                    school=SchoolCode(forms.required("ma", "mã trường")), name=forms.required("ten", "tên mới của trường")
                )
                return forms.go_told("/quan-tri", da_doi_ten=gateway.rename_school(school).name)
            case "dong-truong":
                return forms.go_told("/quan-tri", da_dong=gateway.close_school(_closing_of_form()).code)
            case _:
                return forms.go_told("/quan-tri", truong_moi=gateway.register_school(_school_of_form()).code)
    except Problem as problem:
        return _offices(problem)


def _school_of_form() -> RegisterSchool:
    levels, kind = [k for k in LEVELS if forms.text(f"cap-{k}")], _kind(forms.required("loai", "loại trường"))
    if kind is SchoolKind.MULTI_LEVEL and not levels:
        raise BadRequest("Trường nhiều cấp cần đánh dấu các cấp học. Chưa lập gì.", path=f"cap-{LEVELS[0]}")
    return RegisterSchool(
        commune=CommuneCode(forms.required("xa", "xã")),
        code=SchoolCode(forms.required("ma", "mã trường")),
        name=forms.required("ten", "tên trường"),
        kind=kind,
        levels=levels,
    )


def _closing_of_form() -> CloseSchool:
    on = forms.date("ngay")
    if on is None:
        raise BadRequest("Ghi ngày đóng trường. Chưa ghi gì.", path="ngay")
    return CloseSchool(
        school=SchoolCode(forms.required("ma", "mã trường")),
        number=forms.required("so", "số quyết định"),
        on=on,
        reason=forms.required("ly-do", "lý do"),
    )


def _kind(text: str) -> SchoolKind:
    try:
        return SchoolKind(text)
    except ValueError as error:
        raise BadRequest("Loại trường không có trong danh sách. Chưa lập gì.") from error


@blueprint.get(TOKENS)
def tokens_page() -> str:
    """Show programs' tokens; give a new one, once."""
    return _tokens()


def _tokens(problem: Problem | None = None, issued: TokenIssued | None = None) -> str:
    _need("identity.tokens")
    data: dict[str, Any] = {"tokens": gateway.tokens(Nothing()).tokens, "issued": issued, "problem": problem}
    groups = scope_groups(wide=True)
    fitting = {role: " ".join(sorted(scopes_of(role))) for role in Role}
    return render(
        "ma-truy-cap.html", active="nguoi-dung", roles=roles_in(groups, list(Role)), groups=groups, fitting=fitting, **data
    )


@blueprint.post(TOKENS)
def change_tokens() -> str | Response:
    """Give a token, or take one back."""
    _need("identity.issue_token")
    try:
        if forms.text("viec") == "thu-hoi":
            return _revoke(forms.required("ma", "mã"))
        wanted = IssueToken(
            name=forms.required("ten", "tên chương trình"), grants=[grant_of_form()], days=forms.whole("ngay") or 365
        )
        return _tokens(issued=gateway.issue_token(wanted))
    except Problem as problem:
        return _tokens(problem)


def _revoke(token: str) -> str | Response:
    if is_confirmed():
        gateway.revoke_token(TokenRequest(token=token))
        return forms.go(TOKENS)
    name = next((t.name for t in gateway.tokens(Nothing()).tokens if t.id == token), "này")
    return ask_to_confirm(
        f"Thu hồi mã truy cập của {name}?",
        says=[f"Chương trình {name} không vào được nữa, ngay từ lần gọi sau."],
        undo="Không lấy lại được mã cũ; muốn chương trình chạy tiếp thì cấp mã mới và đặt lại vào chương trình.",
        yes="Thu hồi mã",
        back=TOKENS,
        active="nguoi-dung",
    )


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
        letters = gateway.dead_letters(Nothing()).letters
    except Problem as away:
        letters, problem = [], problem or away
    return render("tin-chua-gui.html", active="tin-chua-gui", letters=letters, problem=problem)


@blueprint.post("/quan-tri/tin-chua-gui")
def retry_letter() -> str | Response:
    """Hand one to its consumer again."""
    _need("installation.retry_dead_letter")
    try:
        gateway.retry_dead_letter(DeadLetterRequest(letter=forms.required("tin", "tin")))
    except Problem as problem:
        return _letters(problem)
    return forms.go("/quan-tri/tin-chua-gui?thu-lai=1")


@blueprint.get("/quan-tri/tinh-trang")
def status_page() -> str:
    """Show how the installation is: services, lag, queues, free space."""
    _need("installation.health")
    status = gateway.installation_status(Nothing())
    lags = {name: lag for service in status.services for name, lag in service.lag.items()}
    return render(
        "tinh-trang.html",
        active="tinh-trang",
        status=status,
        names=LOG_NAMES,
        profile=PROFILES.get(status.machine.profile, status.machine.profile),
        lags=lags,
        late=max(lags.values(), default=0),
        details={name: text for service in status.services for name, text in service.details.items()}
        | status.machine.details,
    )
