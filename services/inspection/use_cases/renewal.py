"""By when schools register again: counted from the decision each holds, by the rulebook that decision was granted under."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.inspection import views
from services.inspection.domain.known_awards import KnownAward, present_award
from services.inspection.use_cases.registrations import RegistrationRepository
from services.inspection.use_cases.visits import EARLIEST_DAY
from shared.contracts.calls.registration import RegistrationDeadline, RenewalLine, RenewalsAnswer, RenewalsRequest
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.rulebook import Library
from shared.rulebook.dates import add_months
from shared.text import format_date
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.labels import AWARD_KIND_LABELS

WHAT = "Đăng ký đánh giá ngoài để được công nhận lại"
FIRST_TIME = "Trường chưa có quyết định nào còn trong sổ; đăng ký lần đầu không có hạn"

LATEST_DAY = dt.date(2999, 12, 31)
"""Further ahead nobody asks."""

MOST_MONTHS = 60
"""A decision is for five years: what is further ahead than that cannot be due."""


class Renewals:
    """Answers which schools are to register again."""

    def __init__(self, registrations: RegistrationRepository) -> None:
        self._registrations = registrations

    def renewals(self, acting: CallContext, request: RenewalsRequest) -> RenewalsAnswer:
        """Return the schools that the caller reaches and that are to register again, the earliest day first; BadRequest.

        A decision of which no day to register by is known counts by its last day.
        """
        if not 0 <= request.within_months <= MOST_MONTHS:
            raise BadRequest(f"Xem trước từ 0 đến {MOST_MONTHS} tháng.", path="$.within_months")
        on = request.on or self._registrations.today()
        if not EARLIEST_DAY <= on <= LATEST_DAY:
            raise BadRequest(f"Chọn ngày từ {format_date(EARLIEST_DAY)} đến {format_date(LATEST_DAY)}.", path="$.on")
        until = add_months(on, request.within_months)
        with self._registrations.visits.views.reading() as conn:
            held, communes = views.awards_of_all(conn), views.communes_of_schools(conn)
        library = self._registrations.library
        lines = [
            self._line(school, communes.get(school, CommuneCode("")), award, on)
            for school, awards in held.items()
            if request.commune in {"", communes.get(school)}
            and (award := present_award(awards, on)) is not None
            and (renewal_of(library, award).due or award.expires_on) <= until
            and reaches_school(acting, "inspection.renewals", school)
        ]
        return RenewalsAnswer(on=on, renewals=sorted(lines, key=lambda line: (_day(line), line.school)))

    def _line(self, school: SchoolCode, commune: CommuneCode, award: KnownAward, on: dt.date) -> RenewalLine:
        deadline = renewal_of(self._registrations.library, award)
        registered = self._registered(school, award, on)
        return RenewalLine(
            school=school,
            commune=commune,
            kind=award.kind,
            number=award.number,
            expires_on=award.expires_on,
            deadline=msgspec.structs.replace(deadline, met_on=registered),
            days_left=(deadline.due - on).days if deadline.due else None,
            registered_on=registered,
        )

    def _registered(self, school: SchoolCode, award: KnownAward, on: dt.date) -> dt.date | None:
        """Return when the school registered since the decision, by a day; None while it has not, or was sent back."""
        with self._registrations.visits.views.reading() as conn:
            cycle = views.registered_cycle(conn, school)
        registration = self._registrations.current(school, cycle).registration if cycle else None
        opened = registration.opened if registration is not None and registration.returned is None else None
        return opened.opened_on if opened is not None and award.decided_on < opened.opened_on <= on else None


def register_by(registrations: RegistrationRepository, school: SchoolCode, on: dt.date) -> RegistrationDeadline:
    """Return the last day to register again, seen on a day; no day for a first time or where the circular names none."""
    with registrations.visits.views.reading() as conn:
        award = present_award(views.awards(conn, school), on)
    if award is None:
        return RegistrationDeadline(what=WHAT, due=None, source="", confidence="high", note=FIRST_TIME)
    return renewal_of(registrations.library, award)


def renewal_of(library: Library, award: KnownAward) -> RegistrationDeadline:
    """Return by when the holder of an award registers again."""
    renewal = library.by_digest(award.digest).rules.renewal
    held = f"{AWARD_KIND_LABELS[award.kind]} số {award.number} đến hết {format_date(award.expires_on)}"
    months = renewal.register_months_before
    due = None if months is None else add_months(award.expires_on, -months)
    return RegistrationDeadline(
        what=WHAT, due=due, source=renewal.source, confidence=str(renewal.confidence), note=f"{held}. {renewal.text}"
    )


def _day(line: RenewalLine) -> dt.date:
    return line.deadline.due or line.expires_on
