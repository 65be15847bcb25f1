"""What the commune pastes into a message to whoever owes something: plain words and the page where it is done, no ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import quote

from services.portal.pages import formatting
from services.portal.web.context import caller, public_url
from shared.contracts.calls.deadlines import DeadlineView
from shared.contracts.calls.identity import CommuneEntry
from shared.contracts.operations import COMMUNE_PLANNERS
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.roles import Role

_AT_SCHOOL = frozenset({Role.HEAD, Role.CLERK, Role.COUNCIL_MEMBER})
_IN_COMMUNE = COMMUNE_PLANNERS | {Role.ECONOMIC_OFFICE, Role.STEERING_COMMITTEE, Role.MASS_ORGANISATION, Role.INSPECTOR}
_PAGES: Mapping[DeadlineKind, str] = {
    DeadlineKind.TASK: "viec",
    DeadlineKind.REPORT: "viec",
    DeadlineKind.TARGET: "viec",
    DeadlineKind.RECOMMENDATION: "kien-nghi",
    DeadlineKind.EVIDENCE: "kien-nghi",
    DeadlineKind.DIFFICULTY: "kho-khan",
    DeadlineKind.CRITERION: "danh-gia",
    DeadlineKind.IMPROVEMENT: "cai-tien",
    DeadlineKind.REMEDY: "duy-tri",
}
"""Page of a school where something is dealt with; all that has to do with the recognition lies on its registration."""


def may_remind(view: DeadlineView, commune: CommuneEntry) -> bool:
    """Say whether the reader reminds somebody of it: who plans the commune's year, of what others owe by a day."""
    mine = {grant.role for grant in caller().grants if grant.scope == commune.code}
    return view.due is not None and bool(view.who) and bool(mine & COMMUNE_PLANNERS) and not mine & set(view.who)


def reminder_text(view: DeadlineView, commune: CommuneEntry, day: dt.date) -> str:
    """Return the words: who reminds, of what, since when it is due, where it is done."""
    assert view.due is not None, "only of what has a day"
    page = _page(view)
    where = f" Mở {public_url(page)} để làm." if page else ""
    told = f"{commune.name} nhắc: {view.label}, hạn {formatting.date(view.due)}, {formatting.days_left(view.due, day)}."
    return f"{told}{where} Chưa làm được thì báo lại Phòng Văn hóa – Xã hội, nêu lý do."


def _page(view: DeadlineView) -> str:
    """Return the page of whoever owes it; '' for those who work elsewhere."""
    if view.school and _AT_SCHOOL & set(view.who):
        return f"/truong/{quote(view.school)}/{_PAGES.get(view.kind, 'dang-ky')}"
    return f"/xa/{quote(view.commune)}/hom-nay" if _IN_COMMUNE & set(view.who) else ""
