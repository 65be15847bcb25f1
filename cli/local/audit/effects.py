"""What events of one log left in another: a moved position shows by effects that are missing, or are there too soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from cli.local.audit.report import Tally
from cli.local.audit.source_logs import PUBLISHED, source_log
from cli.local.audit.target import AuditTarget
from services.assessment.domain.facts import FindingTaken, IndicatorJudged
from services.inspection.domain.facts import FindingRecorded
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import Position

INSPECTION, ASSESSMENT = "inspection", "assessment"
_WHERE = f"{ASSESSMENT}: vị trí theo {INSPECTION}"
_Key = tuple[object, ...]


def check_effects(target: AuditTarget, tally: Tally, readable: Collection[str]) -> None:
    """Check that the assessment log took over every finding up to where it says it has come, and none beyond."""
    if not {INSPECTION, ASSESSMENT} <= set(readable):
        return
    with source_log(target, ASSESSMENT) as log, source_log(target, INSPECTION) as source:
        before = log.received(INSPECTION)
        causes, judged = set[str](), set[_Key]()
        for logged in log.after():
            fact = logged.entry.fact
            # A former version took a finding for a judgement at once.
            if isinstance(fact, FindingTaken) or (isinstance(fact, IndicatorJudged) and fact.inspection):
                causes.add(logged.entry.meta.cause)
                judged.add(_key(fact, vietnam_date(logged.entry.meta.occurred)))
        after = log.received(INSPECTION)
        for logged in source.after():
            if isinstance(logged.entry.fact, FindingRecorded):
                tally.counts["effects"] += 1
                _check(target, logged, causes, judged, before, after, tally)


def _check(
    target: AuditTarget,
    logged: RecordedEvent,
    causes: set[str],
    judged: set[_Key],
    before: Position,
    after: Position,
    tally: Tally,
) -> None:
    fact, position = logged.entry.fact, logged.position
    assert isinstance(fact, FindingRecorded)
    took_over = PUBLISHED[INSPECTION](target.container.installation, logged).id in causes
    # The same finding of the same day once more has no effect of its own.
    if position <= before and not took_over and _key(fact, fact.found_on) not in judged:
        detail = f"Ghi là đã nhận đến số {before} nhưng phát hiện ở số {position} chưa vào nhật ký: vị trí đã bị dời tới."
        tally.find("effect-missing", _WHERE, detail)
    elif position > after and took_over:
        detail = f"Ghi là mới nhận đến số {after} nhưng phát hiện ở số {position} đã vào nhật ký: vị trí đã bị dời lùi."
        tally.find("position-set-back", _WHERE, detail)


def _key(fact: IndicatorJudged | FindingTaken | FindingRecorded, on: dt.date) -> _Key:
    place = (fact.school, fact.cycle, fact.layer, fact.criterion, fact.level, fact.indicator)
    return (*place, fact.result, fact.inspection, on)
