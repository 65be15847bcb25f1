"""The second level of a school's pages: the cycle that is looked at, and the tabs of its self-assessment and improvement."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from services.portal.pages import formatting, query_params
from services.portal.pages.as_of import PastMoment
from services.portal.pages.site import NavItem, keep, school_name
from services.portal.web.context import call_service
from shared.contracts.calls.assessment import CyclesAnswer, CycleView, SchoolRequest
from shared.problems import NotFound
from shared.vocabulary.ids import CycleId, SchoolCode

SELF_ASSESSMENT = (
    ("danh-gia", "Tiêu chí"),
    ("hoi-dong", "Hội đồng"),
    ("hop", "Họp"),
    ("giay-to", "Giấy tờ"),
    ("truoc-khi-trinh", "Trước khi trình"),
    ("dang-ky", "Đăng ký"),
)
IMPROVEMENT = (
    ("cai-tien", "Kế hoạch cải tiến"),
    ("kien-nghi", "Kiến nghị của đoàn"),
    ("viec", "Việc của trường"),
    ("kho-khan", "Khó khăn"),
    ("nhu-cau", "Nhu cầu"),
)
_OF_NO_CYCLE = frozenset({"kien-nghi", "dang-ky", "viec", "kho-khan", "nhu-cau"})


class OtherCycle(msgspec.Struct, frozen=True, kw_only=True):
    """Another cycle of the school, which the same page shows as well."""

    name: str
    href: str


class CycleTabs(msgspec.Struct, frozen=True, kw_only=True):
    """The tabs over a page: which cycle, which tab is open, what waits behind each (`counts`, by the tab's key).

    `before` is the last cycle of a former year, whose council may be taken over.
    """

    school: SchoolCode
    name: str
    cycle: CycleView | None
    items: list[NavItem]
    active: str
    others: list[OtherCycle] = []
    counts: Mapping[str, int] = {}
    newest: bool = True
    before: CycleView | None = None

    @property
    def year(self) -> str:
        """The school year of the cycle, '' while none is open."""
        return self.cycle.year if self.cycle else ""

    @property
    def year_name(self) -> str:
        """What people call the year of the cycle, '' while none is open."""
        return formatting.year(self.year) if self.year else ""

    @property
    def label(self) -> str:
        """What the tabs are of."""
        return "Cải tiến" if self.active in dict(IMPROVEMENT) else "Tự đánh giá"

    @property
    def query(self) -> dict[str, str]:
        """What addresses of the same cycle carry: nothing for the newest."""
        return {"dot": self.cycle.cycle} if self.cycle and not self.newest else {}

    @property
    def writable(self) -> bool:
        """Whether the cycle may still be written in: the newest, and not submitted."""
        return self.cycle is not None and self.newest and self.cycle.submitted_on is None

    def address(self, key: str, **query: str | int) -> str:
        """Return the address of a tab of the same cycle."""
        return keep(f"/truong/{quote(self.school)}/{key}", None, **self.query, **query)


def cycle_name(cycle: CycleView) -> str:
    """Return what people call a cycle: its year, and the version where it was opened again."""
    _, dot, number = cycle.cycle.rpartition(".")
    return cycle.year.replace("-", "–") + (f", bản {number}" if dot else "")


def cycle_tabs(
    school: SchoolCode,
    active: str,
    *,
    past: PastMoment | None = None,
    counts: Mapping[str, int] | None = None,
    cycles: list[CycleView] | None = None,
    cycle: CycleId = CycleId(""),
) -> CycleTabs:
    """Return the tabs around the page `active` ("hoi-dong"), of the cycle that ``?dot=`` or the form's `cycle` names.

    Without either it is the newest cycle; None stands for it while the school has not opened one. Raises NotFound for a
    cycle that the school does not have.
    """
    if cycles is None:
        cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    wanted = cycle or query_params.text("dot", 40)
    newest = cycles[0] if cycles else None
    chosen = next((c for c in cycles if c.cycle == wanted), None) if wanted else newest
    if wanted and chosen is None:
        raise NotFound("Trường không có đợt này. Chọn một đợt trong danh sách của trường.")
    tabs = IMPROVEMENT if active in dict(IMPROVEMENT) else SELF_ASSESSMENT
    base = f"/truong/{quote(school)}"

    def query(c: CycleView | None) -> dict[str, str]:
        return {"dot": c.cycle} if c is not None and c is not newest else {}

    return CycleTabs(
        school=school,
        name=school_name(school),
        cycle=chosen,
        active=active,
        items=[
            NavItem(
                name=name,
                href=keep(f"{base}/{key}", past, **({} if key in _OF_NO_CYCLE else query(chosen))),
                sign="",
                key=key,
            )
            for key, name in tabs
        ],
        others=[
            OtherCycle(name=cycle_name(c), href=keep(f"{base}/{active}", past, **query(c)))
            for c in cycles
            if c is not chosen
        ],
        counts=counts or {},
        newest=chosen is newest,
        before=year_before(cycles, chosen),
    )


def year_before(cycles: list[CycleView], chosen: CycleView | None) -> CycleView | None:
    """Return the last cycle of a former year, None where there is none; `cycles` are the school's, newest first."""
    if chosen is None:
        return None
    later = cycles.index(chosen) + 1
    return next((c for c in cycles[later:] if c.year != chosen.year), None)
