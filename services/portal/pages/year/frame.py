"""The second level of a commune's year: which year is looked at, and the tabs of its plan."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from services.portal.pages import query_params
from services.portal.pages.cycle_tabs import OtherCycle
from services.portal.pages.site import NavItem, keep
from services.portal.web.context import directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import SchoolEntry
from shared.problems import NotFound
from shared.text import vietnamese_key
from shared.vocabulary.ids import CommuneCode

TABS = (
    ("ke-hoach", "Danh sách trường"),
    ("chi-tieu", "Chỉ tiêu"),
    ("viec", "Việc"),
    ("tap-huan", "Tập huấn"),
    ("kho-khan", "Khó khăn"),
    ("nhu-cau", "Nhu cầu"),
    ("thong-bao", "Thông báo"),
)
_NEEDED = {
    "ke-hoach": "inspection.commune_plan",
    "chi-tieu": "inspection.target_board",
    "viec": "inspection.tasks",
    "tap-huan": "inspection.commune_trainings",
    "kho-khan": "inspection.commune_difficulties",
    "nhu-cau": "inspection.needs",
    "thong-bao": "inspection.published_items",
    "bao-cao": "inspection.syntheses",
}
"""Tab → the operation without which its page is refused; mass organisations read their tasks and what is published."""
REPORTS = (("bao-cao", "Báo cáo"),)
_FIRST, _LAST = 2015, 2100


class YearTabs(msgspec.Struct, frozen=True, kw_only=True):
    """The tabs over a page of a commune's year: `counts` says what waits behind each, by the tab's key."""

    commune: CommuneCode
    name: str
    calendar_year: int
    items: list[NavItem]
    active: str
    others: list[OtherCycle] = []
    counts: Mapping[str, int] = {}
    label: str = "Kế hoạch năm"

    @property
    def year_name(self) -> str:
        """What people call the year: "Năm 2026"."""
        return f"Năm {self.calendar_year}"

    def opens(self, key: str) -> bool:
        """Say whether the reader may open a page of the year."""
        return may(_NEEDED[key], commune=self.commune)

    def address(self, key: str, **query: str | int) -> str:
        """Return the address of a page of the same year."""
        return keep(f"/xa/{quote(self.commune)}/{key}", None, nam=self.calendar_year, **query)


def chosen_year() -> int:
    """Return the year that ``?nam=`` or the form names, this one by default."""
    return query_params.number("nam", today(SystemClock()).year, low=_FIRST, high=_LAST)


def year_tabs(commune: CommuneCode, active: str, *, counts: Mapping[str, int] | None = None, year: int = 0) -> YearTabs:
    """Return the tabs around a page of a commune's year ("chi-tieu"), of `year` or the one that the address names.

    Raises NotFound for no such commune.
    """
    entry = directory().commune(commune)
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    year = year or chosen_year()
    tabs = REPORTS if active in dict(REPORTS) else TABS
    base = f"/xa/{quote(commune)}"
    return YearTabs(
        commune=commune,
        name=entry.name,
        calendar_year=year,
        active=active,
        items=[
            NavItem(name=name, href=keep(f"{base}/{key}", None, nam=year), sign="", key=key)
            for key, name in tabs
            if may(_NEEDED[key], commune=commune)
        ],
        others=[
            OtherCycle(name=f"Năm {other}", href=keep(f"{base}/{active}", None, nam=other))
            for other in (year + 1, year - 1)
            if _FIRST <= other <= _LAST
        ],
        counts=counts or {},
        label="Báo cáo" if active in dict(REPORTS) else "Kế hoạch năm",
    )


def open_schools(commune: CommuneCode) -> list[SchoolEntry]:
    """Return the schools of a commune that something may be asked of, by name: a closed one owes nothing."""
    return sorted(
        (school for school in directory().schools(commune) if school.closed_on is None),
        key=lambda school: vietnamese_key(school.name),
    )
