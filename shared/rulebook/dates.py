"""Dates of a recognition by the rules of a rulebook: expiry, last day to register, earliest upgrade. Dates, never times."""

from __future__ import annotations

import calendar
import datetime as dt
import enum

import msgspec

from shared.rulebook.model import Rulebook
from shared.text import format_date


class HeldRecognition(msgspec.Struct, frozen=True, kw_only=True):
    """A recognition that a school holds: degree, day of the decision, expiry printed on it if it can be read."""

    degree: int
    on: dt.date
    printed_expiry: dt.date | None = None


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """Dates that follow from a recognition; None where there is none, or no rule is known. `because` in Vietnamese."""

    expires: dt.date | None = None
    register_by: dt.date | None = None
    earliest_upgrade: dt.date | None = None
    because: tuple[str, ...] = ()


class RecognitionState(enum.StrEnum):
    """Whether a recognition still holds on a day."""

    VALID = "con_hieu_luc"
    EXPIRED = "het_han"


def expiry(rulebook: Rulebook, decided_on: dt.date, printed: dt.date | None = None) -> dt.date:
    """Return the last day a recognition is valid: the printed date, else the anniversary after the rulebook's years.

    TT17–19/2018 Đ35, Đ38 and TT57/2026 Đ19 k2 say 05 years; Đ27 k2 that the printed date rules older ones.
    """
    return printed or add_months(decided_on, 12 * rulebook.rules.validity.years)


def state(expires: dt.date, on: dt.date) -> RecognitionState:
    """Tell whether a recognition that expires on a day is still valid on another; the last day itself still is."""
    return RecognitionState.VALID if on <= expires else RecognitionState.EXPIRED


def recognition_dates(rulebook: Rulebook, recognised: HeldRecognition | None) -> Dates:
    """Return the dates of a recognition under a rulebook, with the reason for each."""
    if recognised is None:
        return Dates()
    rules = rulebook.rules
    expires = expiry(rulebook, recognised.on, recognised.printed_expiry)
    how = "ngày in trên bằng" if recognised.printed_expiry else f"{rules.validity.years} năm từ {format_date(recognised.on)}"
    because = [f"Hết hạn {format_date(expires)}: {how} ({rules.validity.source})."]
    register_by = None
    if rules.renewal.register_months_before is not None:
        register_by = add_months(expires, -rules.renewal.register_months_before)
        because.append(f"Đăng ký lại muộn nhất {format_date(register_by)}: {rules.renewal.text} ({rules.renewal.source}).")
    upgrade = _earliest_upgrade(rulebook, recognised)
    if upgrade is not None:
        because.append(f"Xét mức cao hơn sớm nhất {format_date(upgrade)}: {rules.upgrade.text} ({rules.upgrade.source}).")
    return Dates(expires=expires, register_by=register_by, earliest_upgrade=upgrade, because=tuple(because))


def _earliest_upgrade(rulebook: Rulebook, recognised: HeldRecognition) -> dt.date | None:
    if recognised.degree >= max(rulebook.rules.recognition.degrees.values(), default=0):
        return None
    rule = rulebook.rules.upgrade
    waited = add_months(recognised.on, 12 * rule.wait_years)
    return waited if rule.not_before is None else max(waited, rule.not_before)


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later or earlier month, its last day where there is none (Bộ luật Dân sự 2015 Đ148 k4)."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=years, month=month + 1, day=min(day.day, calendar.monthrange(years, month + 1)[1]))
