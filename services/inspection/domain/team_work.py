"""The team of a visit at work: set up, each member judges, the team agrees, the minutes say that it was there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection.domain import team_facts as tf
from services.inspection.domain.opinions import Opinions, StandingOpinion, replaced_by, tally, unanimous
from services.inspection.domain.visit_stream import Key, VisitStream, require_indicator
from services.inspection.errors import FindingsStand, OpinionsMissing, TeamMustAgree, VisitDateRefused
from shared.eventlog.facts import EventMetadata, Fact
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, DocumentId, PersonId, SchoolCode
from shared.vocabulary.inspection import TeamRole


class IndicatorFound(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit found of one indicator, written down by one of the team or agreed on by all."""

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str
    found_on: dt.date
    answer_by: dt.date | None = None


class JudgedIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """What a member judges of one indicator: on which day, taken down when, which own opinion was seen (its version).

    `by_device`: the moment is a device's own, so that the same one again is the same opinion sent again.
    """

    key: Key
    result: Result
    note: str
    documents: tuple[DocumentId, ...]
    judged_on: dt.date
    judged_at: dt.datetime
    seen: int | None
    by_device: bool = False


class AgreedIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """What the team agrees on of one indicator."""

    key: Key
    result: Result
    note: str = ""


class TeamWork(VisitStream):
    """What the team of a visit does, and what all of it found."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.team_set_up: tuple[tf.TeamSetUp, int] | None = None
        self.opinions = Opinions()
        self.agreements: dict[Key, tuple[tf.FindingAgreed, int]] = {}
        self.findings: dict[Key, tuple[IndicatorFound, int]] = {}
        self.held: tuple[tf.VisitHeld, int] | None = None

    @property
    def sent(self) -> tuple[tf.SentMember, ...]:
        """Return the members of the team that was set up; empty when none was."""
        return self.team_set_up[0].members if self.team_set_up else ()

    @property
    def team(self) -> tuple[str, ...]:
        """Return the ids of those who go: the team that was set up, else those named when planning; empty for neither."""
        if self.team_set_up:
            return tuple(member.person for member in self.sent)
        return (self.planned.team or ()) if self.planned else ()

    @property
    def leaders(self) -> tuple[PersonId, ...]:
        """Return who writes down what the team agrees on: its head and its secretary."""
        return tuple(member.person for member in self.sent if member.role in {TeamRole.HEAD, TeamRole.SECRETARY})

    def given(self, criterion: CriterionCode) -> tuple[PersonId, ...]:
        """Return the members to whom a criterion was given."""
        return tuple(member.person for member in self.sent if criterion in member.criteria)

    def is_unassigned(self, criterion: CriterionCode, person: PersonId) -> bool:
        """Say whether a team that shared its criteria out gave this one to others alone."""
        return any(member.criteria for member in self.sent) and person not in self.given(criterion)

    def counted(self, key: Key) -> dict[PersonId, tuple[StandingOpinion, ...]]:
        """Return the standing opinions on an indicator of those who are in the team now."""
        given = self.opinions.at(key)
        return {member: said for member, said in given.items() if not self.team_set_up or member in self.team}

    def require_no_team(self) -> None:
        """Raise TeamMustAgree when a team was set up: what it finds is what it agrees on."""
        if self.team_set_up:
            raise TeamMustAgree(
                "Đợt này đã có quyết định lập đoàn. Chưa ghi gì. Từng thành viên ghi ý kiến, rồi trưởng đoàn hoặc thư ký "
                "ghi kết quả thống nhất."
            )

    def set_up_team(
        self,
        school: SchoolCode,
        decision: str,
        decided_on: dt.date,
        members: tuple[tf.SentMember, ...],
        meta: EventMetadata,
    ) -> None:
        """Set the team up, or set it up anew; the same team does nothing.

        Raises NoSuchInspection, Concluded, FindingsStand.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_open(planned)
        if any(self._agreed_on(key) is None for key in self.findings):
            raise FindingsStand(
                "Đợt đã có phát hiện ghi trước khi lập đoàn, chưa qua thống nhất. Chưa lập đoàn. "
                "Kết luận đợt này, rồi lập đợt kiểm tra lại có đoàn."
            )
        fact = tf.TeamSetUp(**self._named(), decision=decision, decided_on=decided_on, members=members)
        if self.team_set_up is None or not _same_team(self.team_set_up[0], fact):
            self.record(fact, meta)

    def judge(
        self,
        school: SchoolCode,
        member: PersonId,
        opinions: Sequence[JudgedIndicator],
        rulebook: Rulebook,
        meta: EventMetadata,
    ) -> None:
        """Record what a member judges, all or none; what stands already is not recorded again.

        Raises NoSuchInspection, Concluded, VisitDateRefused, NoSuchCriterion, NotApplicableRefused.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_open(planned)
        for opinion in opinions:
            self._require_begun(opinion.judged_on)
            require_indicator(rulebook, opinion.key, opinion.result)
        for opinion in opinions:
            self._judge(member, opinion, meta)

    def agree(
        self,
        school: SchoolCode,
        agreements: Sequence[AgreedIndicator],
        reason: str,
        on: dt.date,
        rulebook: Rulebook,
        meta: EventMetadata,
    ) -> None:
        """Record what the team agrees on, all or none; what stands already is not recorded again.

        Raises NoSuchInspection, Concluded, VisitDateRefused, NoSuchCriterion, NotApplicableRefused, OpinionsMissing.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_open(planned)
        self._require_begun(on)
        for agreed in agreements:
            require_indicator(rulebook, agreed.key, agreed.result)
        for fact in [self._agreement(agreed, reason, on) for agreed in agreements]:
            self._record_agreement(fact, meta)

    def unanimous(self) -> list[AgreedIndicator]:
        """Return what all who were given an indicator judged the same, and is not agreed on yet, in order."""
        judged = [(key, unanimous(self.counted(key), self.given(key[0]))) for key in self.opinions.places]
        return [
            AgreedIndicator(key=key, result=result)
            for key, result in judged
            if result is not None and not self._is_agreed(key, result)
        ]

    def hold(
        self,
        school: SchoolCode,
        held_on: tuple[dt.date, ...],
        participants: tuple[tf.TookPart, ...],
        sites: tuple[str, ...],
        school_opinion: str,
        meta: EventMetadata,
    ) -> None:
        """Record the minutes of the visit; the same ones do nothing.

        Raises NoSuchInspection, VisitDateRefused, BadRequest.
        """
        self.of_school(school)
        if self.has_processed(meta.command):
            return
        if not held_on:
            raise BadRequest("Biên bản chưa có ngày làm việc. Chưa ghi gì. Ghi ít nhất một ngày.", path="$.held_on")
        self._require_begun(min(held_on))
        if self.concluded is not None and max(held_on) > self.concluded.concluded_on:
            raise VisitDateRefused(
                f"Đợt đã kết luận ngày {format_date(self.concluded.concluded_on)}, trước ngày làm việc "
                f"{format_date(max(held_on))}. Chưa ghi gì. Ghi ngày đoàn làm việc đến ngày kết luận."
            )
        fact = tf.VisitHeld(
            **self._named(), held_on=held_on, participants=participants, sites=sites, school_opinion=school_opinion
        )
        if self.held is None or self.held[0] != fact:
            self.record(fact, meta)

    def _agreed_on(self, key: Key) -> tf.FindingAgreed | None:
        """Return what the team agreed on of an indicator, None also where a finding was written over it since then."""
        agreed, version = self.agreements.get(key, (None, 0))
        return agreed if agreed is not None and self.findings[key][1] == version else None

    def _is_agreed(self, key: Key, result: Result) -> bool:
        agreed = self._agreed_on(key)
        return agreed is not None and agreed.result is result

    def _judge(self, member: PersonId, opinion: JudgedIndicator, meta: EventMetadata) -> None:
        standing = self.opinions.of(opinion.key, member)
        said = (opinion.result, opinion.note, opinion.documents)
        replaced = replaced_by(standing, opinion.seen)
        chooses = len(standing) > 1 and len(replaced) == len(standing)
        same = [one for one in standing if one.says(*said)]
        if not chooses and any(not opinion.by_device or one.judged_at >= opinion.judged_at for one in same):
            return
        if opinion.by_device and self.opinions.was_given(opinion.key, member, said, opinion.judged_at):
            return
        criterion, level, indicator = opinion.key
        fact = tf.MemberJudged(
            **self._named(),
            criterion=criterion,
            level=level,
            indicator=indicator,
            member=member,
            result=opinion.result,
            judged_on=opinion.judged_on,
            note=opinion.note,
            documents=opinion.documents,
            # Said anew by a device, later: the later moment holds, whichever of the two was sent first.
            replaces=(*replaced, *(one.version for one in same if one.version not in replaced)),
        )
        self.record(fact, msgspec.structs.replace(meta, occurred=opinion.judged_at))

    def _agreement(self, agreed: AgreedIndicator, reason: str, on: dt.date) -> tf.FindingAgreed:
        criterion, level, indicator = agreed.key
        found = tally(self.counted(agreed.key), agreed.result, self.given(criterion))
        if not reason and (found.missing or not found.judged):
            raise _missing(agreed.key, found.missing)
        return tf.FindingAgreed(
            **self._named(),
            criterion=criterion,
            level=level,
            indicator=indicator,
            result=agreed.result,
            agreed_on=on,
            note=agreed.note,
            dissent=found.dissent,
            missing=found.missing,
            reason=reason if found.missing or not found.judged else "",
        )

    def _record_agreement(self, fact: tf.FindingAgreed, meta: EventMetadata) -> None:
        present = self._agreed_on((fact.criterion, fact.level, fact.indicator))
        if present is None or msgspec.structs.replace(present, agreed_on=fact.agreed_on) != fact:
            self.record(fact, meta)

    def _apply_of_team(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case tf.TeamSetUp():
                self.team_set_up = (fact, version)
            case tf.VisitJoinedCycle():
                self._joined(fact)
            case tf.MemberJudged():
                self.opinions.add(fact, meta.occurred, version)
            case tf.FindingAgreed():
                key = (fact.criterion, fact.level, fact.indicator)
                self.agreements[key] = (fact, version)
                self.findings[key] = (found_by_agreement(fact), version)
            case _:
                assert isinstance(fact, tf.VisitHeld)
                self.held = (fact, version)


def found_by_agreement(fact: tf.FindingAgreed) -> IndicatorFound:
    """Return what a team found by what it agreed on."""
    return IndicatorFound(
        criterion=fact.criterion,
        level=fact.level,
        indicator=fact.indicator,
        result=fact.result,
        note=fact.note,
        found_on=fact.agreed_on,
    )


def _same_team(one: tf.TeamSetUp, other: tf.TeamSetUp) -> bool:
    return (one.decision, one.decided_on, one.members) == (other.decision, other.decided_on, other.members)


def _missing(key: Key, missing: tuple[PersonId, ...]) -> OpinionsMissing:
    where = f"Tiêu chí {key[0]} Mức\u00a0{key[1]}" + (f" chỉ báo {key[2]}" if key[2] != "-" else "")
    who = f"còn {len(missing)} người được giao chưa cho ý kiến" if missing else "chưa ai cho ý kiến"
    return OpinionsMissing(
        f"{where}: {who}. Chưa ghi gì. Chờ ý kiến, hoặc ghi lý do thống nhất khi chưa đủ.",
        criterion=key[0],
        level=key[1],
        indicator=key[2],
        missing=list(missing),
    )
