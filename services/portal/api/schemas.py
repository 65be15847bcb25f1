"""Requests and answers that the REST API adds to the services' own: moments as text, the feed's page, the installation."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.events.base import CloudEvent
from shared.vocabulary.assessment import Layer


class Healthy(Answer, frozen=True, kw_only=True):
    """Whether the portal answers and its own log can be read; nothing more is told to strangers."""

    healthy: bool


class StatusQuestion(Call, frozen=True, kw_only=True):
    """Ask what a school looked like. `known_at` is a log position or a moment (RFC 3339); left out: now."""

    school: str
    valid_at: dt.date | None = None
    known_at: str = ""
    layer: Layer = Layer.SCHOOL
    cycle: str = ""
    rulebook: str = ""


class CriterionQuestion(Call, frozen=True, kw_only=True):
    """Ask for one criterion of a cycle, at a past moment if wanted."""

    school: str
    cycle: str
    criterion: str
    valid_at: dt.date | None = None
    known_at: str = ""


class CompareQuestion(Call, frozen=True, kw_only=True):
    """Compare a school at two moments: valid on the days `a` and `b`, known at `a_known` and `b_known`."""

    school: str
    a: dt.date
    b: dt.date
    a_known: str = ""
    b_known: str = ""


class ExplainQuestion(Call, frozen=True, kw_only=True):
    """Ask why a school's (or a criterion's) level is what it is."""

    school: str
    criterion: str = ""
    layer: Layer = Layer.SCHOOL
    cycle: str = ""
    valid_at: dt.date | None = None
    known_at: str = ""


class FiguresQuestion(Call, frozen=True, kw_only=True):
    """Ask for a school's figures. `known_at` is a log position or an RFC 3339 time; empty parts mean the newest."""

    school: str
    cycle: str = ""
    school_year: str = ""
    valid_at: dt.date | None = None
    known_at: str = ""


class ProofQuestion(Call, frozen=True, kw_only=True):
    """Ask for an offline proof of a school's events up to a position or moment."""

    school: str
    known_at: str = ""


class FeedPage(Answer, frozen=True, kw_only=True):
    """Events in order; `next_after` is what to ask with next, `head` the feed's end."""

    events: list[CloudEvent]
    next_after: int
    head: int


class RawFeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """The same page with events as the texts they came in."""

    events: list[msgspec.Raw]
    next_after: int
    head: int


class CheckpointQuestion(Call, frozen=True, kw_only=True):
    """Ask for the latest checkpoint of evidence, assessment, inspection, notification or identity."""

    service: str


class Redirect(Answer, frozen=True, kw_only=True):
    """Where to go: answered as 302 with a Location."""

    url: str
