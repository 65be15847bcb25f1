"""Use cases about awards: what the department decides of a school, checked along the whole path from paper to decision."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import msgspec

from services.assessment import presenters, views
from services.assessment.domain import award_rules
from services.assessment.domain import facts as f
from services.assessment.domain.awards import GRANTS, AwardHistory, Granted, Particulars
from services.assessment.domain.conditions import STATED, known_conditions, with_counted_years
from services.assessment.domain.registered_path import Decision
from services.assessment.domain.replay import CycleState, SchoolState
from services.assessment.domain.school import School
from services.assessment.domain.school_assessment import SchoolAssessment, assess, school_facts
from services.assessment.domain.visits import path_to_decision
from services.assessment.errors import ConditionsNotMet, DateRefused, NoSuchCycle, NotSubmitted, NumberTaken
from services.assessment.use_cases.schools import AsOf, SchoolRepository
from services.assessment.use_cases.texts import LONGEST_NUMBER, checked_number
from shared.contracts.calls.assessment import (
    AwardView,
    CertificateView,
    CorrectAward,
    GrantCertificate,
    GrantRecognition,
    RecognitionView,
    RefusalView,
    RefuseRecognition,
    RegisterAnswer,
    RegisterRequest,
    RequestRemedy,
    RevokeCertificate,
    RevokeRecognition,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook import AwardResult, Evaluation, Rulebook, expiry
from shared.text import format_date, nfc, vietnamese_key
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import AwardKind, Layer
from shared.vocabulary.ids import CycleId, SchoolCode
from shared.vocabulary.inspection import RegistrationStep

WAITING = "waiting_time"
"""The condition that a school waits some years before a higher degree (TT17–19/2018 Đ37, TT57/2026 Đ19 k4)."""

_OR_COPY_THE_PAPER = " Quyết định đã có trên giấy thì ghi kèm bản quét."
"""What the refusal of a grant ends with; not that of a refusal, which is never copied from paper."""


class Awarding:
    """Grants, corrects, refuses and revokes awards of schools."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    # --- commands

    def grant(self, acting: CallContext, request: GrantRecognition | GrantCertificate) -> RecognitionView | CertificateView:
        """Record an award: along its path, or copied from the paper it was decided on.

        Raises NoSuchDegree, ValidTooLong, CopyIncomplete, DateRefused, BadRequest (what no reason excuses); NotSubmitted,
        NotConcluded, NotRegisteredYet, NotAcceptedYet, DraftNotSent, ReplyStillDue, ReportNotFinal, CycleDecided,
        ConditionsNotMet (the path); NumberTaken, DocumentUnknown, NoSuchSchool, NoSuchCycle, UnknownRulebook.
        """
        meta, on = self._schools.metadata_on(acting, request.decided_on)
        kind = AwardKind.RECOGNITION if isinstance(request, GrantRecognition) else AwardKind.CERTIFICATE
        number = checked_number(request.number)
        why = award_rules.copied_because(request.override, request.copied_from_paper)
        if why:
            self._schools.require_document(request.copied_from_paper, request.school)
        self._require_free(kind, number, on, request.school)

        def decide(school: School) -> None:
            granted, unsatisfied = self._decision(school, kind, number, on, request, why)
            school.grant(granted, unsatisfied, meta)

        self._schools.change(request.school, decide)
        return self._view(kind, request.school, number)

    def grant_recognition(self, acting: CallContext, request: GrantRecognition) -> RecognitionView:
        """Record the department's decision that a school is recognised (see `grant`)."""
        return cast("RecognitionView", self.grant(acting, request))

    def grant_certificate(self, acting: CallContext, request: GrantCertificate) -> CertificateView:
        """Record the department's decision that a school holds a certificate (see `grant`)."""
        return cast("CertificateView", self.grant(acting, request))

    def correct(self, acting: CallContext, request: CorrectAward) -> AwardView:
        """Put a slip right. Raises NoSuchRecognition, NotTheSame, NumberTaken, DocumentUnknown, BadRequest, DateRefused."""
        meta, on = self._schools.metadata_on(acting, request.on)
        reason = typed_reason(request.reason, "vì sao đính chính")
        kind, number = request.award, nfc(request.number).strip()
        new = nfc(request.new).strip()
        if request.document:
            self._schools.require_document(request.document, request.school)
        granted_under: list[str] = []

        def decide(school: School) -> None:
            award, after, old, now = award_rules.correct(school.awards, kind, number, request.what, new, nfc(request.old))
            granted_under[:] = [award.key]
            document = request.document or award.granted.copied_from_paper
            if not document:
                raise BadRequest(
                    "Thiếu văn bản làm căn cứ. Chưa ghi gì. Tải bản quét quyết định vào kho của trường, rồi đính chính.",
                    path="$.document",
                )
            checked_number(after.number)
            if after.decided_on > on:
                raise DateRefused(f"Ngày {format_date(after.decided_on)} chưa đến vào ngày đính chính. Chưa ghi gì.")
            self._check_corrected(school, kind, award, after)
            self._require_free(kind, after.number, after.decided_on, request.school)
            correction = award_rules.correction_of(
                kind,
                school=school.code,
                number=award.key,
                what=request.what.value,
                old=old,
                new=now,
                reason=reason,
                document=document,
                corrected_on=on,
            )
            school.correct(kind, correction, meta)

        self._schools.change(request.school, decide)
        return self._view(kind, request.school, granted_under[0])

    def refuse(self, acting: CallContext, request: RefuseRecognition) -> RefusalView:
        """Record that the department does not recognise a school. The path is as for a grant.

        Raises what the path lacks (see `grant`), CycleDecided, BadRequest, DocumentUnknown.
        """
        meta, on = self._schools.metadata_on(acting, request.refused_on)
        reason = typed_reason(request.reason, "vì sao không công nhận")
        if request.document:
            self._schools.require_document(request.document, request.school)
        recorded: list[f.RecognitionRefused] = []

        def decide(school: School) -> None:
            opened = path_to_decision(self._cycles(self._state(school.code, on), request.cycle), Decision(on)).opened
            refused = f.RecognitionRefused(
                school=school.code,
                cycle=opened.cycle,
                refused_on=on,
                reason=reason,
                number=nfc(request.number).strip()[:LONGEST_NUMBER],
                document=request.document,
            )
            school.refuse(refused, meta)
            recorded[:] = [refused]

        _, position = self._schools.change(request.school, decide)
        return presenters.refusal_view(recorded[0], position)

    def request_remedy(self, acting: CallContext, request: RequestRemedy) -> RecognitionView:
        """Record that a school was asked to remedy. Raises NoSuchRecognition, DateRefused, BadRequest, DocumentUnknown."""
        meta, on = self._schools.metadata_on(acting, request.requested_on)
        reason = typed_reason(request.reason, "nội dung phải khắc phục")
        if request.until <= on:
            raise DateRefused(f"Hạn khắc phục phải sau ngày yêu cầu, {format_date(on)}. Chưa ghi gì.")
        if request.document:
            self._schools.require_document(request.document, request.school)
        elif request.until < self._schools.today():
            # Told only when it had run out already, it would open the way to a revocation in the same minute.
            raise BadRequest(
                f"Hạn {format_date(request.until)} đã qua, nên phải kèm văn bản đã gửi trường. Chưa ghi gì. "
                "Tải văn bản yêu cầu khắc phục vào kho của trường, rồi ghi lại.",
                path="$.document",
            )
        number = nfc(request.number).strip()

        def decide(school: School) -> None:
            award = award_rules.remediable(school.awards, number, on)
            requested = f.RemedyRequested(
                school=school.code,
                number=award.key,
                requested_on=on,
                until=request.until,
                reason=reason,
                document=request.document,
            )
            school.request_remedy(requested, meta)

        self._schools.change(request.school, decide)
        return self._recognition(request.school, number)

    def revoke(
        self, acting: CallContext, request: RevokeRecognition | RevokeCertificate
    ) -> RecognitionView | CertificateView:
        """Record that an award was revoked; the answer's `position` is that of the revocation.

        Raises NoSuchRecognition, RemedyNotOver, DateRefused, BadRequest, DocumentUnknown.
        """
        meta, on = self._schools.metadata_on(acting, request.revoked_on)
        kind = AwardKind.RECOGNITION if isinstance(request, RevokeRecognition) else AwardKind.CERTIFICATE
        reason = typed_reason(request.reason, "lý do thu hồi")
        if request.document:
            self._schools.require_document(request.document, request.school)
        number = nfc(request.number).strip()

        def decide(school: School) -> None:
            rulebook = self._schools.library.choose(school.kind, on).rulebook
            school.revoke(kind, number, on, rulebook, meta, reason=reason, document=request.document)

        _, position = self._schools.change(request.school, decide)
        return msgspec.structs.replace(self._view(kind, request.school, number), position=position)

    def revoke_recognition(self, acting: CallContext, request: RevokeRecognition) -> RecognitionView:
        """Record that a recognition was revoked (see `revoke`)."""
        return cast("RecognitionView", self.revoke(acting, request))

    def revoke_certificate(self, acting: CallContext, request: RevokeCertificate) -> CertificateView:
        """Record that a certificate was revoked (see `revoke`)."""
        return cast("CertificateView", self.revoke(acting, request))

    # --- questions

    def register(self, request: RegisterRequest) -> RegisterAnswer:
        """Return the public register by school name."""
        on = request.on or self._schools.today()
        number = nfc(request.number).strip()
        with self._schools.views.reading() as conn:
            held_awards = views.awards(conn, on, number=number, commune=request.commune)
        shown = sorted(held_awards, key=lambda held: vietnamese_key(held.award.granted.school_name))
        by_kind = {kind: [held for held in shown if GRANTS[type(held.granted)] is kind] for kind in AwardKind}
        return RegisterAnswer(
            # What the department asks of a school is between the two until it ends in a decision.
            recognitions=[
                msgspec.structs.replace(presenters.recognition_view(held), remedy_until=None)
                for held in by_kind[AwardKind.RECOGNITION]
            ],
            certificates=[presenters.certificate_view(held) for held in by_kind[AwardKind.CERTIFICATE]],
        )

    # --- inside

    def _check_corrected(self, school: School, kind: AwardKind, award: AwardHistory, after: Particulars) -> None:
        """Check that the corrected award could have been recorded so in the first place: no correction is a way round.

        Raises NoSuchDegree, ValidTooLong, DateRefused, ConditionsNotMet.
        """
        granted, day = award.granted, after.decided_on
        state = self._state(school.code, day)
        cycle = state.cycle(granted.cycle) if granted.cycle else None
        rulebook = self._rulebook_of_the_day(school, [cycle] if cycle is not None else [], day)
        award_rules.check_printed(rulebook, kind, after)
        if not granted.based_on:
            return  # it was copied from paper, and so is the correction
        concluded = cycle.visits.get(granted.based_on) if cycle is not None else None
        if concluded is None:
            raise DateRefused(
                f"Ngày {format_date(day)} trước ngày đoàn kết luận đợt mà quyết định này dựa vào. Chưa ghi gì. "
                "Xem lại ngày ký."
            )
        self._check_final(school, granted, day)
        assessed = assess(state, self._schools.library, cycle=granted.cycle)
        before = school_facts(self._state(school.code, day - dt.timedelta(days=1))).recognised
        facts = with_counted_years(assessed.facts, state, cycle)
        facts = msgspec.structs.replace(facts, recognised=before)
        assessed = msgspec.structs.replace(assessed, facts=facts)
        unsatisfied = _unsatisfied(assessed, assessed.evaluation(Layer.DEPARTMENT), kind, after)
        if unsatisfied:
            raise ConditionsNotMet(
                "Đính chính như vậy thì chưa đủ điều kiện: " + "; ".join(unsatisfied) + ". Chưa ghi gì.",
                conditions=unsatisfied,
            )

    def _check_final(self, school: School, granted: Granted, day: dt.date) -> None:
        """Raise DateRefused for a day before the report that a decision rests on was final; older decisions rest on none."""
        cycle = self._state(school.code, self._schools.today()).cycle(granted.cycle)
        final = cycle.registration.get(RegistrationStep.FINAL) if cycle is not None else None
        if final is not None and day < final:
            raise DateRefused(
                f"Ngày {format_date(day)} trước ngày báo cáo chính thức {format_date(final)} mà quyết định này dựa vào. "
                "Chưa ghi gì. Xem lại ngày ký."
            )

    def _state(self, school: SchoolCode, on: dt.date) -> SchoolState:
        return self._schools.assessment(school, AsOf(on, self._schools.log.head())).state

    def _require_free(self, kind: AwardKind, number: str, on: dt.date, school: SchoolCode) -> None:
        with self._schools.views.reading() as conn:
            holder = views.holder_of(conn, kind, number, on.year)
        if holder and holder != school:
            raise NumberTaken(f"Số {number} năm {on.year} đã ghi cho trường {holder}. Chưa ghi gì.", number=number)

    def _decision(
        self,
        school: School,
        kind: AwardKind,
        number: str,
        on: dt.date,
        request: GrantRecognition | GrantCertificate,
        copied_because: str,
    ) -> tuple[Granted, list[str]]:
        """Return the award as it would be recorded, and in words what the log does not show satisfied for it."""
        state = self._state(school.code, on)
        cycles = self._cycles(state, request.cycle)
        if copied_because:
            rulebook = self._rulebook_of_the_day(school, cycles if request.cycle else [], on)
            printed = self._printed(rulebook, number, on, request)
            award_rules.check_printed(rulebook, kind, printed)
            paper = {"override": copied_because, "copied_from_paper": request.copied_from_paper, "cycle": request.cycle}
            return _granted(kind, school, rulebook, printed, request.decided_by, **paper), []
        # What no circular has is refused before the path is asked for: no path would lead there.
        rulebook = self._rulebook_of_the_day(school, cycles, on)
        award_rules.check_printed(rulebook, kind, self._printed(rulebook, number, on, request))
        path = path_to_decision(cycles, Decision(on, _OR_COPY_THE_PAPER))
        assessed = assess(state, self._schools.library, cycle=path.opened.cycle)
        # What decides is what the log shows: years of data are counted here also where an older cycle shows what was typed.
        assessed = msgspec.structs.replace(assessed, facts=with_counted_years(assessed.facts, state, assessed.cycle))
        evaluation = assessed.evaluation(Layer.DEPARTMENT)
        printed = self._printed(assessed.rulebook, number, on, request)
        award_rules.check_printed(assessed.rulebook, kind, printed)
        unsatisfied = _unsatisfied(assessed, evaluation, kind, printed)
        if kind is AwardKind.RECOGNITION and not printed.certificate_degree:
            printed = msgspec.structs.replace(printed, certificate_degree=evaluation.certificate.degree or 0)
        based: dict[str, str | int] = {
            "based_on": path.visit.inspection,
            "submission": path.submission,
            "cycle": path.opened.cycle,
        }
        return _granted(kind, school, assessed.rulebook, printed, request.decided_by, **based), unsatisfied

    def _rulebook_of_the_day(self, school: School, cycles: list[CycleState], on: dt.date) -> Rulebook:
        """Return the rulebook of the newest of these cycles, else the one in force on a day; raises UnknownRulebook."""
        opened = cycles[0].opened if cycles else None
        return (
            self._schools.library.by_digest(opened.digest)
            if opened
            else self._schools.library.choose(school.kind, on).rulebook
        )

    def _printed(
        self, rulebook: Rulebook, number: str, on: dt.date, request: GrantRecognition | GrantCertificate
    ) -> Particulars:
        return Particulars(
            number=number,
            degree=request.degree,
            certificate_degree=request.certificate_degree if isinstance(request, GrantRecognition) else 0,
            decided_on=on,
            expires_on=expiry(rulebook, on, request.expires_on),
        )

    def _cycles(self, state: SchoolState, named: CycleId) -> list[CycleState]:
        """Return the cycles that a decision of the state's day may rest on, the newest first; a reopened one is none."""
        opened = state.opened_cycles()
        reopened = {cycle.opened.reopens for cycle in opened if cycle.opened and cycle.opened.reopens}
        if not named:
            return [cycle for cycle in opened if cycle.opened and cycle.opened.cycle not in reopened]
        if named in reopened:
            raise NotSubmitted(
                f"Đợt {named} đã mở lại để sửa. Chưa ghi gì. Chờ trường trình bản mới và đoàn kết luận bản ấy.", cycle=named
            )
        cycle = state.cycle(named)
        if cycle is None:
            raise NoSuchCycle(f"Đến ngày này trường chưa mở đợt tự đánh giá “{named}”. Chưa ghi gì.", cycle=named)
        return [cycle]

    def _view(self, kind: AwardKind, school: SchoolCode, number: str) -> RecognitionView | CertificateView:
        awards = self._state(school, self._schools.today()).awards
        key = award_rules.find(awards, kind, number).key
        one = next(one for one in awards.decided_by(kind, self._schools.today()) if one.award.key == key)
        return presenters.recognition_view(one) if kind is AwardKind.RECOGNITION else presenters.certificate_view(one)

    def _recognition(self, school: SchoolCode, number: str) -> RecognitionView:
        view = self._view(AwardKind.RECOGNITION, school, number)
        assert isinstance(view, RecognitionView)
        return view


def _granted(
    kind: AwardKind, school: School, rulebook: Rulebook, printed: Particulars, decided_by: str, **rest: str | int
) -> Granted:
    fields: dict[str, Any] = {
        "school": school.code,
        "school_name": school.name,
        "number": printed.number,
        "degree": printed.degree,
        "decided_on": printed.decided_on,
        "expires_on": printed.expires_on,
        "rulebook": rulebook.id,
        "digest": rulebook.digest,
        "decided_by": award_rules.decider(rulebook, kind, decided_by),
        **rest,
    }
    if kind is AwardKind.CERTIFICATE:
        return f.CertificateGranted(**fields)
    return f.RecognitionGranted(certificate_degree=printed.certificate_degree, **fields)


def _unsatisfied(assessed: SchoolAssessment, evaluation: Evaluation, kind: AwardKind, printed: Particulars) -> list[str]:
    """Return in words what the log does not show satisfied for an award; waiting is asked for a higher degree only."""
    rules = assessed.rulebook.rules
    recognition = kind is AwardKind.RECOGNITION
    award, result = (
        (rules.recognition, evaluation.recognition) if recognition else (rules.certificate, evaluation.certificate)
    )
    held = assessed.facts.recognised
    renewal = held is not None and printed.degree <= held.degree
    lacking = _missing(result, waiting=recognition and not renewal) + _without_document(assessed, result)
    reached = award.degrees.get(evaluation.school.floor, 0)
    if not lacking and reached < printed.degree:
        lacking.append(f"kết quả lớp Sở chỉ tới {award.degree_name} {reached}")
    certified = evaluation.certificate.degree or 0
    if printed.certificate_degree > certified:
        lacking.append(f"{rules.certificate.name.lower()} chỉ tới {rules.certificate.degree_name} {certified}")
    return lacking


def _without_document(assessed: SchoolAssessment, result: AwardResult) -> list[str]:
    """Return the conditions that rest on somebody's word alone: a decision needs the paper behind it."""
    known = known_conditions(assessed.state, assessed.cycle, assessed.rulebook, result)
    return [
        f"{known_condition.condition.text} – tự khai, chưa có tài liệu ({known_condition.condition.article})"
        for known_condition in known
        if known_condition.condition.satisfied
        and known_condition.how == STATED
        and known_condition.stated is not None
        and not known_condition.document
    ]


def _missing(result: AwardResult, *, waiting: bool) -> list[str]:
    words = {False: "không đạt", None: "chưa rõ"}
    return [
        f"{condition.text} – {words[condition.satisfied]} ({condition.article})"
        for condition in result.conditions
        if not condition.satisfied and (waiting or condition.id != WAITING)
    ]
