"""Use cases about targets: set for many schools at once, revised, given up."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection.domain.year import targets_facts as tf
from services.inspection.domain.year.target import Aim, CriterionTarget, target_stream
from services.inspection.errors_year import TargetRefused, TargetUnknown
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.target_boards import TargetBoards
from services.inspection.use_cases.year.target_results import SOURCE, TargetResults
from services.inspection.use_cases.year.target_situation import rulebook_of
from services.inspection.views.known_cycles import newest_cycles
from shared.contracts.calls import Done
from shared.contracts.calls.year.targets import (
    MOST_TARGETS,
    DropTarget,
    ReviseTarget,
    SetTargets,
    TargetsSet,
    TargetWanted,
)
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.rulebook import Rulebook
from shared.rulebook.problems import NoSuchCriterion
from shared.text import format_date
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import CommuneCode, CriterionCode, Position, SchoolCode, TargetId

FURTHEST_YEARS = 5
"""A target of a year may be due in the years after it, as a roadmap has it; a recognition lasts no longer."""


class Targets(TargetBoards):
    """Keeps targets."""

    def __init__(self, year: YearRepository) -> None:
        super().__init__(year)
        self._results = TargetResults(year)

    def set_targets(self, acting: CallContext, request: SetTargets) -> TargetsSet:
        """Set targets, all or none; what stands so already stays.

        Raises YearRefused, TargetRefused, SchoolElsewhere, SchoolUnknown, SchoolIsClosed, NoSuchCriterion, TargetStands.
        """
        self._year.require_year(request.year)
        _require_some(request.targets)
        meta, on = self._year.metadata_on(acting)
        facts = self._facts(request, on)

        def decide() -> tuple[None, Sequence[CriterionTarget]]:
            standings, streams = self._results.standings(facts), []
            for fact in facts:
                target = self._year.application.load(CriterionTarget, uuid.UUID(fact.target))
                target.set(fact, standings[fact.target], meta)
                streams.append(target)
            return None, streams

        _, position = self._year.application.change_together(decide)
        self._results.look_again_at(acting, facts, facts[0].heard_until)
        return TargetsSet(ids=[fact.target for fact in facts], position=position)

    def revise_target(self, acting: CallContext, request: ReviseTarget) -> Done:
        """Change a target for a reason.

        Raises YearRefused, TargetRefused, SchoolElsewhere, SchoolUnknown, NoSuchCriterion, TargetUnknown, TargetChanged,
        BadRequest.
        """
        reason = typed_reason(request.reason)
        meta, on, stands = self._standing_target(acting, request.commune, request.year, request.school, request.criterion)
        assert stands.aim is not None
        assert stands.set_ is not None
        named = {name: getattr(request, name) for name in Aim.__struct_fields__}
        if request.means is not None:
            named["means"] = typed_text(request.means, "biện pháp")
        aim = msgspec.structs.replace(stands.aim, **{name: value for name, value in named.items() if value is not None})
        _require_level(self._year.library.by_digest(stands.set_.digest), request.criterion, aim.level)
        _require_day(aim.by, request.year)
        heard = self._year.known.received_position(SOURCE)
        asked = msgspec.structs.replace(stands.set_, level=aim.level, layer=aim.layer)

        def decide(target: CriterionTarget) -> None:
            standing = self._results.standings([asked])[asked.target]
            target.revise(aim, reason, on, request.seen, standing, meta)

        position = self._year.change(CriterionTarget, stands.id, decide)
        self._results.look_again_at(acting, [asked], heard)
        return Done(position=position)

    def drop_target(self, acting: CallContext, request: DropTarget) -> Done:
        """Give a target up. Raises YearRefused, SchoolElsewhere, SchoolUnknown, TargetUnknown, BadRequest."""
        reason = typed_reason(request.reason)
        self._year.require_year(request.year)
        self._year.school_of(request.commune, request.school)
        meta, on = self._year.metadata_on(acting)
        stream = target_stream(request.commune, request.year, request.school, request.criterion)
        return Done(position=self._year.change(CriterionTarget, stream, lambda target: target.drop(reason, on, meta)))

    def _standing_target(
        self, acting: CallContext, commune: CommuneCode, year: int, school: SchoolCode, criterion: CriterionCode
    ) -> tuple[EventMetadata, dt.date, CriterionTarget]:
        self._year.require_year(year)
        self._year.school_of(commune, school)
        meta, on = self._year.metadata_on(acting)
        target = self._year.load(CriterionTarget, target_stream(commune, year, school, criterion))
        if target.aim is None:
            raise TargetUnknown(
                f"Tiêu chí {criterion} của trường chưa có chỉ tiêu năm {year}. Chưa ghi gì. Đặt chỉ tiêu trước."
            )
        return meta, on, target

    def _facts(self, request: SetTargets, on: dt.date) -> list[tf.CriterionTargetSet]:
        heard = self._year.known.received_position(SOURCE)
        codes = sorted({one.school for one in request.targets})
        schools = {one.school: one for one in self._year.open_schools_named(request.commune, codes)}
        with self._year.known.reading() as conn:
            newest = newest_cycles(conn, schools)
        rulebooks = {code: rulebook_of(self._year.library, school, newest.get(code), on) for code, school in schools.items()}
        return [_fact(request, wanted, rulebooks[wanted.school], on, heard) for wanted in request.targets]


def _fact(
    request: SetTargets, wanted: TargetWanted, rulebook: Rulebook, on: dt.date, heard: Position
) -> tf.CriterionTargetSet:
    _require_level(rulebook, wanted.criterion, wanted.level)
    _require_day(wanted.by, request.year)
    stream = target_stream(request.commune, request.year, wanted.school, wanted.criterion)
    return tf.CriterionTargetSet(
        commune=request.commune,
        year=request.year,
        target=TargetId(str(stream)),
        school=wanted.school,
        criterion=wanted.criterion,
        digest=rulebook.digest,
        level=wanted.level,
        by=wanted.by,
        lead=wanted.lead,
        means=typed_text(wanted.means, "biện pháp"),
        layer=wanted.layer,
        set_on=on,
        heard_until=heard,
    )


def _require_some(targets: Sequence[TargetWanted]) -> None:
    if not 1 <= len(targets) <= MOST_TARGETS:
        raise TargetRefused(f"Mỗi lần đặt từ 1 đến {MOST_TARGETS} chỉ tiêu. Chưa ghi gì. Chọn lại.", path="$.targets")
    named = [(one.school, one.criterion) for one in targets]
    double = next((one for one in named if named.count(one) > 1), None) if len(set(named)) < len(named) else None
    if double is not None:
        raise TargetRefused(
            f"Tiêu chí {double[1]} của trường mã {double[0]} có hai chỉ tiêu. Chưa ghi gì. Giữ một.", path="$.targets"
        )


def _require_level(rulebook: Rulebook, criterion: CriterionCode, level: int) -> None:
    found = rulebook.criteria.get(criterion)
    if found is None:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có tiêu chí {criterion}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=criterion,
            rulebook=rulebook.id,
        )
    if level not in found.levels:
        known = ", ".join(str(number) for number in found.levels)
        raise NoSuchCriterion(
            f"Tiêu chí {criterion} của {rulebook.circular} không có Mức {level}. Chưa ghi gì. Chọn trong các mức: {known}.",
            criterion=criterion,
            level=level,
        )


def _require_day(by: dt.date, year: int) -> None:
    first, last = dt.date(year, 1, 1), dt.date(year + FURTHEST_YEARS, 12, 31)
    if not first <= by <= last:
        raise TargetRefused(
            f"Hạn {format_date(by)} ngoài lộ trình của năm {year}. Chưa ghi gì. "
            f"Chọn ngày từ {format_date(first)} đến {format_date(last)}.",
            path="$.by",
        )
