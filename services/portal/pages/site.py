"""The frame of every page: the blueprint, who is reading, the navigation of their role, and one way to render."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, request, url_for

from services.portal.pages import formatting, icons, level_badges, query_params
from services.portal.pages.as_of import PastMoment
from services.portal.pages.form_refill import refill
from services.portal.pages.print_footer import printed_checkpoints
from services.portal.pages.rulebook_labels import law
from services.portal.pages.step_badges import step_sign
from services.portal.settings import UNNAMED_OFFICE
from services.portal.unseen import unseen
from services.portal.web import context
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import AccountView
from shared.contracts.operations import YEAR_READERS
from shared.identity.call_context import CallContext
from shared.identity.permissions import PUBLIC_OPERATIONS, RULES
from shared.problems import Problem
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind

blueprint = Blueprint("pages", __name__)

_STATIC = Path(__file__).parent.parent / "static"
_VERSIONS: dict[str, str] = {}

_SCHOOL_ROLES = (Role.HEAD, Role.COUNCIL_MEMBER, Role.CLERK)
_COMMUNE_ROLES = (
    Role.COMMUNE_OFFICER,
    Role.COMMUNE_LEADER,
    Role.INSPECTOR,
    Role.STEERING_COMMITTEE,
    Role.ECONOMIC_OFFICE,
    Role.MASS_ORGANISATION,
)
"""Who works in a commune, the widest reach first: of several roles in one place the first stands for the place."""
_DEPARTMENT_ROLES = (Role.DEPARTMENT_OFFICER, Role.EXTERNAL_EVALUATOR)


class Workplace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person works: `kind` is truong, xa, so, kiem-toan or quan-tri; `code` names the school or commune."""

    kind: str
    code: str
    role: Role

    @property
    def home(self) -> str:
        """Address under which the pages of this place lie."""
        return {
            "truong": f"/truong/{quote(self.code)}",
            "xa": f"/xa/{quote(self.code)}",
            "so": "/so/ho-so",
            "kiem-toan": "/kiem-toan",
            "quan-tri": "/quan-tri",
        }.get(self.kind, "/them")


class NavItem(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the navigation."""

    name: str
    href: str
    sign: str
    key: str


def places(acting: CallContext) -> list[Workplace]:
    """Return where the caller works, the narrowest first, each place once."""
    workplaces: dict[tuple[str, str], Workplace] = {}
    order = (*_SCHOOL_ROLES, *_COMMUNE_ROLES, *_DEPARTMENT_ROLES, Role.AUDITOR, Role.ADMINISTRATOR)
    for grant in sorted(acting.grants, key=lambda g: order.index(g.role) if g.role in order else len(order)):
        kind, code = _place_of(grant.role, grant.scope_kind, grant.scope)
        workplaces.setdefault((kind, code), Workplace(kind=kind, code=code, role=grant.role))
    return list(workplaces.values())


_BY_ROLE = {Role.AUDITOR: "kiem-toan", Role.ADMINISTRATOR: "quan-tri"} | dict.fromkeys(_DEPARTMENT_ROLES, "so")


def _place_of(role: Role, scope_kind: ScopeKind, scope: str) -> tuple[str, str]:
    if role in _BY_ROLE:
        return _BY_ROLE[role], ""
    if role is Role.INSPECTOR and scope_kind is ScopeKind.SCHOOL:
        entry = context.directory().school(SchoolCode(scope))
        return "xa", entry.commune if entry else ""
    if scope_kind is ScopeKind.SCHOOL:
        return "truong", scope
    return ("xa", scope) if scope_kind is ScopeKind.COMMUNE else ("khac", "")


def place_for(school: SchoolCode = SchoolCode("")) -> Workplace | None:
    """Return the caller's place that fits a page: the school's own if they work there, else their first."""
    found = places(context.caller())
    return next((p for p in found if p.kind == "truong" and p.code == school), found[0] if found else None)


def navigation(place: Workplace | None) -> list[NavItem]:
    """Return the entries of a place's navigation."""
    if place is None:
        return []
    base = place.home
    entries: dict[str, list[tuple[str, str, str, str]]] = {
        "truong": [
            ("Tổng quan", base, "home", "tong-quan"),
            ("Minh chứng", f"{base}/minh-chung", "doc", "minh-chung"),
            ("Tự đánh giá", f"{base}/danh-gia", "pen", "danh-gia"),
            ("Số liệu", f"{base}/so-lieu", "list", "so-lieu"),
            ("Cải tiến", f"{base}/cai-tien", "flag", "cai-tien"),
            ("Lịch sử", f"{base}/lich-su", "past", "lich-su"),
        ],
        "xa": [
            ("Hôm nay", f"{base}/hom-nay", "clock", "hom-nay"),
            ("Các trường", base, "home", "truong"),
            ("Kế hoạch năm", f"{base}/ke-hoach", "calendar", "ke-hoach"),
            ("Kiểm tra", f"{base}/kiem-tra", "flag", "kiem-tra"),
            ("Kiến nghị", f"{base}/kien-nghi", "list", "kien-nghi"),
            ("Hồ sơ", f"{base}/ho-so", "inbox", "ho-so"),
            ("Báo cáo", f"{base}/bao-cao", "doc", "bao-cao"),
            ("Việc", f"{base}/viec", "list", "viec"),
            ("Thông báo", f"{base}/thong-bao", "flag", "thong-bao"),
            ("Sau công nhận", f"{base}/duy-tri", "past", "duy-tri"),
        ],
        "so": [
            ("Hồ sơ chờ xét", "/so/ho-so", "inbox", "ho-so"),
            ("Kiến nghị", "/so/kien-nghi", "list", "kien-nghi"),
            ("Quyết định", "/so/quyet-dinh", "pen", "quyet-dinh"),
            ("Sau công nhận", "/so/duy-tri", "past", "duy-tri"),
            ("Sổ công nhận", "/so-cong-nhan", "medal", "so-cong-nhan"),
        ],
        "kiem-toan": [
            ("Dòng thời gian", "/kiem-toan", "past", "lich-su"),
            ("Nhật ký", "/nhat-ky", "list", "nhat-ky"),
            ("Sổ công nhận", "/so-cong-nhan", "medal", "so-cong-nhan"),
        ],
        "quan-tri": [
            ("Đơn vị", "/quan-tri", "home", "don-vi"),
            ("Người dùng", "/quan-tri/nguoi-dung", "user", "nguoi-dung"),
            ("Bộ tiêu chí", "/quan-tri/bo-tieu-chi", "list", "bo-tieu-chi"),
            ("Tin chưa gửi", "/quan-tri/tin-chua-gui", "inbox", "tin-chua-gui"),
            ("Tình trạng", "/quan-tri/tinh-trang", "shield", "tinh-trang"),
        ],
    }
    wanted = entries.get(place.kind, [])
    if place.role is Role.EXTERNAL_EVALUATOR:
        wanted = [entry for entry in wanted if entry[3] not in {"quyet-dinh", "kien-nghi", "duy-tri"}]  # the office's
    if place.kind == "xa":
        wanted = [entry for entry in wanted if _opens(place, entry[3])]
    return [NavItem(name=n, href=h, sign=s, key=k) for n, h, s, k in wanted]


def first_page(place: Workplace) -> str:
    """Return where somebody who works in a place begins: the first entry that their role may open there."""
    return next((item.href for item in navigation(place)), place.home)


_NEEDED = {
    "hom-nay": "notification.deadlines",
    "truong": "assessment.register",
    "kiem-tra": "inspection.inspections",
    "kien-nghi": "inspection.recommendations",
    "ho-so": "inspection.inspections",
    "duy-tri": "inspection.inspections",
}
"""Entry of a commune's navigation → the operation without which its page is refused, or has nothing to show."""


_OF_MASS_ORGANISATIONS = {"viec", "thong-bao"}
"""What others find as tabs of the year's plan, which mass organisations do not read."""


def _opens(place: Workplace, key: str) -> bool:
    """Say whether a role of a commune may open an entry: what it may do there, and the year for those who read it whole.

    Mass organisations see what is published, and their own work.
    """
    if key in _OF_MASS_ORGANISATIONS:
        return place.role is Role.MASS_ORGANISATION
    needed = _NEEDED.get(key)
    if needed is None:
        return place.role in YEAR_READERS
    return place.role in RULES.get(needed, ()) or needed in PUBLIC_OPERATIONS


_LONGEST_ON_A_PHONE = 11
"""So many letters stand in one line of the smallest phone."""


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """What the frame of a page shows."""

    place: Workplace | None
    nav: list[NavItem]
    active: str
    account: str
    person: str
    role: str
    school: SchoolCode
    school_name: str
    may_upload: bool
    past: PastMoment | None
    office: str
    named: str
    signed_in: bool
    tabs: list[NavItem]
    unseen: int | None = None

    @property
    def phone_nav(self) -> list[NavItem]:
        """The entries at the foot of a phone: the first ones, those with long names only where nothing else is left."""
        return sorted(self.nav, key=lambda item: len(item.name) > _LONGEST_ON_A_PHONE)


def shell(active: str, school: SchoolCode, past: PastMoment | None) -> Shell:
    """Return the frame for a page; `school` is the one the page is about, if any."""
    place = place_for(school)
    at = school or SchoolCode(place.code if place and place.kind == "truong" else "")
    person = context.account()
    visiting = (
        bool(school) and (place is None or place.kind != "truong") and context.may("assessment.evidence", school=school)
    )
    return Shell(
        place=place,
        nav=navigation(place),
        active=active,
        account=person.account if person else "",
        person=person.display_name if person else "",
        role=formatting.ROLE_LABELS.get(place.role, "") if place else "",
        school=at,
        school_name=school_name(at),
        may_upload=bool(at) and context.may("evidence.open_upload", school=at),
        past=past,
        office=context.settings().office,
        named=school_name(SchoolCode(place.code)) if place and place.kind == "truong" else _office_of(place),
        signed_in=context.signed_in(),
        unseen=bell(person),
        tabs=navigation(Workplace(kind="truong", code=school, role=Role.AUDITOR)) if visiting else [],
    )


def bell(person: AccountView | None) -> int | None:
    """Return what the bell says: how much is new, 0 while that is not known; None where nobody has an in-box."""
    return None if person is None or not context.may("notification.unseen") else unseen() or 0


def _office_of(place: Workplace | None) -> str:
    """Return the name that stands beside the brand: the commune's, else the office's, once somebody has set it."""
    commune = context.directory().commune(CommuneCode(place.code)) if place and place.kind == "xa" else None
    office = context.settings().office
    return commune.name if commune else office if office != UNNAMED_OFFICE else ""


def school_name(code: SchoolCode) -> str:
    """Return the name of a school for headings; its code while the directory does not know it yet."""
    if not code:
        return ""
    entry = context.directory().school(code)
    return entry.name if entry else code


def render(
    template: str, *, active: str = "", school: SchoolCode = SchoolCode(""), past: PastMoment | None = None, **data: Any
) -> str:
    """Render a page in its frame; a form that was refused comes back with what was typed."""
    from flask import render_template

    with icons.collecting():  # a set at hand; looking for the request's at every icon costs several calls each
        html = render_template(template, shell=shell(active, school, past), past=past, **data)
    problem = data.get("problem")
    if request.method == "POST" and isinstance(problem, Problem):
        return refill(html, request.path, request.form, str(problem.data.get("path", "")))
    return html


def asset(name: str) -> str:
    """Return the address of a static file that changes with its content, so that it may be kept for long."""
    if name not in _VERSIONS:
        _VERSIONS[name] = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:8]
    return url_for("static", filename=name, v=_VERSIONS[name])


def keep(path: str, past: PastMoment | None = None, **query: str | int) -> str:
    """Return an address of the portal with its query; the moment of the past stays in it."""
    asked = {k.replace("_", "-"): v for k, v in query.items() if v not in ("", None)}
    if past is not None:
        asked |= {"hieu-luc": past.valid_at.isoformat(), "biet-den": str(past.known_at)}
    return f"{path}?{urlencode(asked)}" if asked else path


def _circular(rulebook: str) -> str:
    try:
        return law(rulebook).circular
    except Problem:
        return rulebook


_RULEBOOK = re.compile(r"v\d{4}\w*/\w+")


def told(summary: str) -> str:
    """Return an event's sentence as pages show it: a rulebook by its circular, not by its id."""
    return _RULEBOOK.sub(lambda found: _circular(found[0]), summary)


_GLOBALS: dict[str, Any] = {
    "icon": icons.icon,
    "layer_icon": icons.layer_icon,
    "stairs": icons.stairs,
    "brand": icons.brand,
    "sprite": icons.sprite,
    "layer_level": level_badges.layer_level,
    "layer_result": level_badges.layer_result,
    "small_levels": level_badges.small_levels,
    "layer_name": level_badges.layer_name,
    "plain_level_badge": level_badges.plain_level_badge,
    "level_badge": level_badges.level_badge,
    "level_sign": level_badges.level_sign,
    "step_sign": step_sign,
    "asset": asset,
    "keep": keep,
    "W": formatting,
    "may": context.may,
    "law_of": _circular,
    "days_left": formatting.days_left,
    "seen_of": formatting.seen_of,
    "particular": formatting.particular,
    "printed": formatting.printed,
    "printed_checkpoints": printed_checkpoints,
    "said": formatting.said,
}


@blueprint.app_context_processor
def _frame() -> dict[str, Any]:
    return {
        "office": context.settings().office,
        "signed_in": context.signed_in(),
        "today": today(SystemClock()),
        "path": request.path,
        "done": query_params.number("xong"),
        "told": formatting.told(query_params.text("lam", 80)),
    }


@blueprint.record_once
def _filters(state: Any) -> None:
    state.app.jinja_env.filters.update(formatting.FILTERS | {"told": told})
    state.app.jinja_env.globals.update(_GLOBALS)
    state.app.jinja_env.trim_blocks = True
    state.app.jinja_env.lstrip_blocks = True
