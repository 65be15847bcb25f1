"""What events of one log left in another: a moved position shows by effects that are missing, or are there too soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from cli.local.audit.report import Tally
from cli.local.audit.source_logs import PUBLISHED, source_log
from cli.local.audit.target import AuditTarget
from services.assessment.domain.facts import FindingTaken, IndicatorJudged, RegistrationStepTaken
from services.inspection.domain.facts import FindingRecorded
from services.inspection.domain.registration import STEPS, day_of
from services.inspection.domain.registration_facts import RegistrationDecided, RegistrationFact
from shared.clock import vietnam_date
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import Position

INSPECTION, ASSESSMENT = "inspection", "assessment"
_WHERE = f"{ASSESSMENT}: vị trí theo {INSPECTION}"
_Key = tuple[object, ...]


def check_effects(target: AuditTarget, tally: Tally, readable: Collection[str]) -> None:
    """Check that the assessment log took over every finding and every step of a registration up to where it says it is."""
    if not {INSPECTION, ASSESSMENT} <= set(readable):
        return
    with source_log(target, ASSESSMENT) as log, source_log(target, INSPECTION) as source:
        before = log.received(INSPECTION)
        causes, effects = set[str](), set[_Key]()
        for logged in log.after():
            effect = _effect(logged)
            if effect is not None:
                causes.add(logged.entry.meta.cause)
                effects.add(effect)
        after = log.received(INSPECTION)
        for logged in source.after():
            expected = _expected(logged.entry.fact)
            if expected is not None:
                tally.counts["effects"] += 1
                _check(target, logged, expected, causes, effects, before, after, tally)


def _check(
    target: AuditTarget,
    logged: RecordedEvent,
    expected: _Key,
    causes: set[str],
    effects: set[_Key],
    before: Position,
    after: Position,
    tally: Tally,
) -> None:
    position = logged.position
    what = "phát hiện" if isinstance(logged.entry.fact, FindingRecorded) else "bước của hồ sơ đăng ký"
    took_over = PUBLISHED[INSPECTION](target.container.installation, logged).id in causes
    # The same finding of the same day once more has no effect of its own.
    if position <= before and not took_over and expected not in effects:
        detail = f"Ghi là đã nhận đến số {before} nhưng {what} ở số {position} chưa vào nhật ký: vị trí đã bị dời tới."
        tally.find("effect-missing", _WHERE, detail)
    elif position > after and took_over:
        detail = f"Ghi là mới nhận đến số {after} nhưng {what} ở số {position} đã vào nhật ký: vị trí đã bị dời lùi."
        tally.find("position-set-back", _WHERE, detail)


def _effect(logged: RecordedEvent) -> _Key | None:
    """Return what a fact of the assessment log is the effect of, None for one that is its own."""
    fact = logged.entry.fact
    # A former version took a finding for a judgement at once.
    if isinstance(fact, FindingTaken) or (isinstance(fact, IndicatorJudged) and fact.inspection):
        return _finding(fact, vietnam_date(logged.entry.meta.occurred))
    if isinstance(fact, RegistrationStepTaken):
        return fact.school, fact.cycle, fact.registration, fact.step, fact.on
    return None


def _expected(fact: Fact) -> _Key | None:
    """Return the effect that a fact of the inspection log must have, None for one that has none."""
    if isinstance(fact, FindingRecorded):
        return _finding(fact, fact.found_on)
    if isinstance(fact, RegistrationFact) and not isinstance(fact, RegistrationDecided):
        return fact.school, fact.cycle, fact.registration, STEPS[type(fact)], day_of(fact)
    return None


def _finding(fact: IndicatorJudged | FindingTaken | FindingRecorded, on: dt.date) -> _Key:
    place = (fact.school, fact.cycle, fact.layer, fact.criterion, fact.level, fact.indicator)
    return (*place, fact.result, fact.inspection, on)
