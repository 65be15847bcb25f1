"""How long each step from a registration to the decision may take: marked data, and the day on which the time ends."""

from __future__ import annotations

import datetime as dt
import enum
import functools
import importlib.resources
from typing import Annotated

import msgspec
import yaml

from shared.rulebook.conventions import Convention
from shared.rulebook.dates import add_months
from shared.rulebook.working_days import HolidayTable, add_working_days

SETTINGS = "registration_deadlines.yaml"

WEEKDAYS_ONLY = "Chưa có bảng ngày nghỉ lễ của năm này, chỉ trừ thứ Bảy và Chủ nhật"
"""What a day counted without a holiday table says of itself."""


class TimeUnit(enum.StrEnum):
    """What a time is counted in."""

    WORKING_DAYS = "working_days"
    MONTHS = "months"


class TimedStep(enum.StrEnum):
    """What must be done within a time: evaluate, reply to the draft, answer the reply, decide."""

    EVALUATE = "danh_gia"
    REPLY = "phan_hoi"
    ANSWER = "tra_loi_phan_hoi"
    DECIDE = "quyet_dinh"


class TimeRule(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a step may take under some regimes; `what` says in Vietnamese who does what."""

    id: TimedStep
    what: str
    regimes: list[str]
    number: Annotated[int, msgspec.Meta(ge=1)]
    unit: TimeUnit

    def due(self, begun: dt.date, holidays: HolidayTable) -> dt.date:
        """Return the last day of the time that begins with a day, which itself does not count."""
        if self.unit is TimeUnit.MONTHS:
            return add_months(begun, self.number)
        return add_working_days(begun, self.number, holidays)

    def note_on(self, begun: dt.date, holidays: HolidayTable) -> str:
        """Return what must be known of a day that is counted so: the rule's own note, and that no holidays were known."""
        known = self.unit is TimeUnit.MONTHS or holidays.knows(begun, self.due(begun, holidays))
        return ". ".join(part for part in (self.note, "" if known else WEEKDAYS_ONLY) if part)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    deadlines: list[TimeRule]


@functools.cache
def time_rules() -> tuple[TimeRule, ...]:
    """Return every rule."""
    text = importlib.resources.files(__package__).joinpath(SETTINGS).read_text(encoding="utf-8")
    return tuple(msgspec.convert(yaml.safe_load(text), _File).deadlines)


def time_rule(regime: str, step: TimedStep) -> TimeRule:
    """Return how long a step may take under a regime ("v2018"). Raises KeyError for a regime that has none."""
    for rule in time_rules():
        if rule.id is step and regime in rule.regimes:
            return rule
    raise KeyError((regime, step))
