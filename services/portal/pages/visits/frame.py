"""What every page of a visit stands on: the visit with names, its circular, what the caller may do in it, its tabs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from services.portal.pages import query_params
from services.portal.pages.offices import OfficeView
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.site import NavItem
from services.portal.visit_names import visit_with_names
from services.portal.visit_planning import eligible
from services.portal.web.context import call_service, caller, directory, may
from shared.contracts.calls.assessment import CyclesAnswer, CycleView, SchoolRequest
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.inspection import InspectionRequest, InspectionView, TeamMemberView
from shared.problems import BadRequest
from shared.rulebook.loader import load_library
from shared.rulebook.model import Rulebook
from shared.vocabulary.ids import CriterionCode, InspectionId, SchoolCode
from shared.vocabulary.inspection import TeamRole

_LEADERS = frozenset({TeamRole.HEAD, TeamRole.SECRETARY})
"""Who of a team writes down what it agrees on."""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller is in a visit: the account, whether they judge or agree, and the criteria given to them.

    `why_not` says why somebody of the office judges nothing, '' where that is plain.
    """

    person: str
    judging: bool
    agreeing: bool
    criteria: list[CriterionCode]
    why_not: str = ""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as its pages show it. `cycle` is the one it looks at, None while the school has opened none.

    `accounts` are those that may judge the layer here, by name; nobody for whom they are not told.
    """

    office: OfficeView
    view: InspectionView
    cycle: CycleView | None
    book: Rulebook | None
    seat: Seat
    accounts: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def law(self) -> RulebookLabels | None:
        """The circular by which the school is judged."""
        return law(self.cycle.rulebook) if self.cycle else None

    @property
    def school(self) -> SchoolEntry | None:
        """The school as the directory knows it."""
        return directory().school(self.view.school)

    @property
    def changing(self) -> bool:
        """Whether the visit is the office's own and still open."""
        return not self.view.concluded and self.view.layer is self.office.layer

    def href(self, part: str = "", criterion: str = "") -> str:
        """Return the address of one of its pages, at a criterion."""
        view = self.view
        address = f"{self.office.base}/{quote(view.inspection)}{'/' if part else ''}{part}?truong={quote(view.school)}"
        return f"{address}&tieu-chi={quote(criterion)}" if criterion else address

    def tabs(self) -> list[NavItem]:
        """Return the pages of the visit."""
        pages = [("Xem và ghi", "", "pen", "xem")]
        if self.seat.judging:
            pages.append(("Nhiều chỉ báo", "nhieu-chi-bao", "list", "nhieu-chi-bao"))
        if may("inspection.agree_findings", school=self.view.school) or self.view.concluded:
            pages.append(("Thống nhất, kết luận", "thong-nhat", "yes", "thong-nhat"))
        pages.append(("Đoàn", "doan", "user", "doan"))
        return [NavItem(name=name, href=self.href(part), sign=sign, key=key) for name, part, sign, key in pages]

    def name(self, person: str) -> str:
        """Return what a person is called; nothing is known of who was erased."""
        return self.names.get(person) or "Người đã xóa tên"


def open_visit(office: OfficeView, inspection: InspectionId) -> Opened:
    """Return a visit of the school that the address or the form names; raises Problem."""
    school = SchoolCode(query_params.text_or_field("truong"))
    if not school:
        raise BadRequest("Thiếu mã trường trong địa chỉ. Mở từ danh sách.")
    asked = InspectionRequest(school=school, inspection=inspection)
    return opened(office, call_service("inspection", "inspection", asked, InspectionView))


def opened(office: OfficeView, view: InspectionView) -> Opened:
    """Return what the pages of a visit show of it."""
    cycles = call_service("assessment", "cycles", SchoolRequest(school=view.school), CyclesAnswer).cycles
    # A visit that was planned ahead looks at the newest cycle: it joins it as soon as something is recorded.
    cycle = next((one for one in cycles if one.cycle == view.cycle), None) if view.cycle else next(iter(cycles), None)
    view = visit_with_names(view)
    accounts = {one.account: one.display_name for one in eligible(view.layer, view.school)}
    return Opened(
        office=office,
        view=view,
        cycle=cycle,
        book=load_library().by_digest(cycle.digest) if cycle else None,
        seat=_seat(view, office, accounts),
        accounts=accounts,
        names=_names(view, accounts),
    )


def _seat(view: InspectionView, office: OfficeView, accounts: Mapping[str, str]) -> Seat:
    """Return what the caller may do in a visit; the inspection service decides once more."""
    person, school = caller().actor, view.school
    open_here = not view.concluded and view.layer is office.layer
    member = next((one for one in view.team.members if one.person == person), None) if view.team else None
    sent = member is not None if view.team else not view.members or person in view.members
    judging = open_here and may("inspection.record_opinions", school=school)
    planning = may("inspection.plan", school=school)
    agreeing = _leads(view, member, accounts, planning=planning) if view.team else sent or planning
    return Seat(
        person=person,
        judging=judging and sent,
        agreeing=open_here and agreeing and may("inspection.agree_findings", school=school),
        criteria=list(member.criteria) if member else [],
        why_not="Không có tên trong đoàn của đợt này, nên chỉ xem." if judging and not sent else "",
    )


def _leads(view: InspectionView, member: TeamMemberView | None, accounts: Mapping[str, str], *, planning: bool) -> bool:
    """Say whether the caller writes down what a team agrees on; its office does where nobody who leads it has an account."""
    leaders = [one.person for one in view.team.members if one.role in _LEADERS] if view.team else []
    if member is not None and member.role in _LEADERS:
        return True
    return planning and bool(accounts) and not any(person in accounts for person in leaders)


def _names(view: InspectionView, accounts: Mapping[str, str]) -> dict[str, str]:
    """Return what the people of a visit are called, as far as the caller may be told."""
    told = [(one.person, one.name) for one in (view.team.members if view.team else [])]
    told += [(opinion.person, opinion.name) for one in view.opinions for opinion in one.opinions]
    told += [(one.person, one.name) for one in (view.minutes.participants if view.minutes else [])]
    return {**accounts, **{person: name for person, name in told if name}}
