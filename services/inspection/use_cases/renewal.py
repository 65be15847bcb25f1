"""By when a school registers again: counted from the decision it holds, by the rulebook that decision was granted under."""

from __future__ import annotations

import datetime as dt

from services.inspection import views
from services.inspection.domain.known_awards import present_award
from services.inspection.use_cases.registrations import RegistrationRepository
from shared.contracts.calls.registration import RegistrationDeadline
from shared.rulebook.dates import add_months
from shared.text import format_date
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.labels import AWARD_KIND_LABELS

WHAT = "Đăng ký đánh giá ngoài để được công nhận lại"
FIRST_TIME = "Trường chưa có quyết định nào còn trong sổ; đăng ký lần đầu không có hạn"


def register_by(registrations: RegistrationRepository, school: SchoolCode, on: dt.date) -> RegistrationDeadline:
    """Return the last day to register again, seen on a day; no day for a first time or where the circular names none."""
    with registrations.visits.views.reading() as conn:
        award = present_award(views.awards(conn, school), on)
    if award is None:
        return RegistrationDeadline(what=WHAT, due=None, source="", confidence="high", note=FIRST_TIME)
    renewal = registrations.library.by_digest(award.digest).rules.renewal
    held = f"{AWARD_KIND_LABELS[award.kind]} số {award.number} đến hết {format_date(award.expires_on)}"
    months = renewal.register_months_before
    due = None if months is None else add_months(award.expires_on, -months)
    return RegistrationDeadline(
        what=WHAT, due=due, source=renewal.source, confidence=str(renewal.confidence), note=f"{held}. {renewal.text}"
    )
