"""The way of every use case to one need: whether the caller may know of it and act on it, and how it is shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from services.inspection.domain.year.need import Need
from services.inspection.errors_year import NeedRefused, NeedUnknown
from services.inspection.presenters.needs import need_view
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year.needs_rows import NeedRow, allocations, need
from shared.contracts.calls.year.need_views import NeedRecorded, NeedView
from shared.identity.call_context import CallContext
from shared.identity.permissions import may, require
from shared.text import nfc
from shared.vocabulary.ids import CommuneCode, NeedId, SchoolCode

MOST_VND = 10_000_000_000_000
"""No need of a school costs ten thousand billion đồng."""
_LONGEST_LINE = 300


class NeedStore:
    """Needs to decide on and to show."""

    def __init__(self, year: YearRepository) -> None:
        self.year = year

    def known(self, acting: CallContext, number: NeedId) -> NeedRow:
        """Return a need that the caller may read; raises NeedUnknown for none, and for one that is not the caller's."""
        with self.year.views.reading() as conn:
            row = need(conn, NeedId(str(need_stream(number))))
        if row is None or not _may(acting, "inspection.need", row.commune, row.school):
            raise no_need(number)
        return row

    def change(self, acting: CallContext, operation: str, number: NeedId, decide: Callable[[Need], None]) -> NeedRecorded:
        """Let `decide` record facts of a need, where the caller may do the operation; return the need.

        Raises NeedUnknown, NotAllowed, and what `decide` raises.
        """
        row = self.known(acting, number)
        if not _may(acting, f"inspection.{operation}", row.commune, row.school):
            require(acting, f"inspection.{operation}", school=row.school)
        self.year.change(Need, need_stream(number), decide)
        view = self.view(row.need)
        return NeedRecorded(need=view, position=view.position)

    def view(self, number: NeedId) -> NeedView:
        """Return a need that is known to be there."""
        with self.year.views.reading() as conn:
            row = need(conn, number)
            assert row is not None
            planned = allocations(conn, [number])
        return need_view(row, planned.get(number, []))


def _may(acting: CallContext, operation: str, commune: CommuneCode, school: SchoolCode) -> bool:
    """Say whether the caller may do an operation in the whole commune, or for the school.

    What a grant of the commune reaches was told when the caller signed in; a school that came since is in the commune too.
    """
    return may(acting, operation, commune=commune) or may(acting, operation, school=school)


def reaches(acting: CallContext, operation: str, commune: CommuneCode, school: SchoolCode) -> bool:
    """Say whether what is told of a school of a commune is for the caller."""
    return _may(acting, f"inspection.{operation}", commune, school)


def need_stream(number: NeedId) -> uuid.UUID:
    """Return the stream of a need; raises NeedUnknown for what cannot be one."""
    try:
        return uuid.UUID(number)
    except ValueError:
        raise no_need(number) from None


def no_need(number: NeedId) -> NeedUnknown:
    """Return the refusal that there is no such need."""
    return NeedUnknown("Không có nhu cầu ấy. Chọn trong danh sách nhu cầu.", need=str(number)[:40])


def amount(value: int, path: str, what: str) -> int:
    """Return an amount in whole đồng; raises NeedRefused for one that cannot be."""
    if not 0 <= value <= MOST_VND:
        raise NeedRefused(f"Nhập {what} bằng đồng, số nguyên từ 0 trở lên, nhiều nhất 10.000 tỷ. Chưa ghi gì.", path=path)
    return value


def line(text: str, path: str, what: str, longest: int = _LONGEST_LINE) -> str:
    """Return a typed line with single spaces; raises NeedRefused for one that is too long."""
    clean = " ".join(nfc(text).split())
    if len(clean) > longest:
        raise NeedRefused(f"Phần {what} dài {len(clean)} ký tự, nhiều nhất {longest}. Chưa ghi gì. Rút gọn lại.", path=path)
    return clean
