"""The stream of one target: set, revised, given up; met and lost as the results of its layer say."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from services.inspection.domain.year import targets_facts as tf
from services.inspection.errors_year import TargetChanged, TargetStands, TargetUnknown
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, Position, SchoolCode


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """What a target asks: a level by a day, who leads, by what means, and whose layer counts."""

    level: int
    by: dt.date
    lead: TargetLead
    means: str
    layer: Layer


class TargetStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a level is reached in a layer: `met_on` is None while it is not; `on` is the day of the newest judgement.

    `heard_until`: how far the assessment service's events were known.
    """

    met_on: dt.date | None
    on: dt.date
    heard_until: Position


def target_stream(commune: CommuneCode, year: int, school: SchoolCode, criterion: CriterionCode) -> uuid.UUID:
    """Return the id of a target, which is its stream: a school has one a year for a criterion."""
    return natural_id("criterion-target", commune, str(year), school, criterion)


class CriterionTarget(Aggregate):
    """One target."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.set_: tf.CriterionTargetSet | None = None
        """How it was set last."""
        self.aim: Aim | None = None
        """What it asks now, None while there is none."""
        self.is_met = False
        self.aim_version = 0
        """The version of the stream with which the aim came to stand."""
        self._heard_until = BEGINNING

    def require_settable(self, new: tf.CriterionTargetSet) -> None:
        """Raise TargetStands when there is a target with other particulars."""
        aim = self.aim
        if aim is not None and aim != aim_of(new):
            raise TargetStands(
                f"Tiêu chí {new.criterion} của trường mã {new.school} đã có chỉ tiêu năm {new.year}: Mức {aim.level}, hạn "
                f"{format_date(aim.by)}. Chưa ghi gì. Cần đổi thì điều chỉnh chỉ tiêu ấy, kèm lý do.",
                target=new.target,
                school=new.school,
                criterion=new.criterion,
            )

    def set(self, new: tf.CriterionTargetSet, standing: TargetStanding, meta: EventMetadata) -> None:
        """Set it, and say whether it is met already; the same target again does nothing. Raises TargetStands."""
        if self.has_processed(meta.command):
            return
        self.require_settable(new)
        if self.aim is None:
            self.record(new, meta)
            self._tell(standing, meta)

    def revise(self, aim: Aim, reason: str, on: dt.date, seen: int, standing: TargetStanding, meta: EventMetadata) -> None:
        """Change what it asks; the same again does nothing. `seen` is the `aim_version` that was looked at, 0 for unchecked.

        Raises TargetUnknown, TargetChanged.
        """
        if self.has_processed(meta.command):
            return
        stands = self._stands()
        if aim == self.aim:
            return
        if seen not in {0, self.aim_version}:
            raise TargetChanged("Có người đã sửa chỉ tiêu này sau khi mở. Chưa ghi đè gì. Xem lại, rồi sửa tiếp.")
        revised = tf.CriterionTargetRevised(
            **_names(stands),
            level=aim.level,
            by=aim.by,
            lead=aim.lead,
            means=aim.means,
            layer=aim.layer,
            reason=reason,
            revised_on=on,
            heard_until=standing.heard_until,
        )
        self.record(revised, meta)
        self._tell(standing, meta)

    def drop(self, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Give it up; once given up, saying so again does nothing. Raises TargetUnknown."""
        if self.has_processed(meta.command) or (self.set_ is not None and self.aim is None):
            return
        stands = self._stands()
        self.record(tf.CriterionTargetDropped(**_names(stands), reason=reason, dropped_on=on), meta)

    def hear(self, layer: Layer, level: int, standing: TargetStanding, meta: EventMetadata) -> None:
        """Take in what results say of `level` in `layer`; what was known before, or is about another aim, does nothing."""
        aim = self.aim
        if aim is None or (aim.layer, aim.level) != (layer, level) or standing.heard_until <= self._heard_until:
            return
        self._tell(standing, meta)

    def _tell(self, standing: TargetStanding, meta: EventMetadata) -> None:
        aim, stands = self.aim, self._stands()
        assert aim is not None
        of = {**_names(stands), "layer": aim.layer, "level": aim.level, "heard_until": standing.heard_until}
        if standing.met_on is not None and not self.is_met:
            self.record(tf.CriterionTargetMet(**of, met_on=standing.met_on), meta)
        elif standing.met_on is None and self.is_met:
            self.record(tf.CriterionTargetLost(**of, lost_on=standing.on), meta)

    def _stands(self) -> tf.CriterionTargetSet:
        if self.set_ is None or self.aim is None:
            raise TargetUnknown("Tiêu chí này của trường chưa có chỉ tiêu trong năm. Chưa ghi gì. Đặt chỉ tiêu trước.")
        return self.set_

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case tf.CriterionTargetSet():
                self.set_, self.aim, self.is_met, self.aim_version = fact, aim_of(fact), False, version
            case tf.CriterionTargetRevised():
                self.aim, self.is_met, self.aim_version = aim_of(fact), False, version
            case tf.CriterionTargetMet():
                self.is_met = True
            case tf.CriterionTargetLost():
                self.is_met = False
            case _:
                assert isinstance(fact, tf.CriterionTargetDropped)
                self.aim, self.is_met = None, False
        assert isinstance(fact, tf.TargetFact)
        self._heard_until = max(self._heard_until, fact.heard_until)


def aim_of(fact: tf.CriterionTargetSet | tf.CriterionTargetRevised) -> Aim:
    """Return what a fact asks."""
    return Aim(level=fact.level, by=fact.by, lead=fact.lead, means=fact.means, layer=fact.layer)


def _names(stands: tf.CriterionTargetSet) -> dict[str, Any]:
    names = ("commune", "year", "target", "school", "criterion")
    return {name: getattr(stands, name) for name in names}
