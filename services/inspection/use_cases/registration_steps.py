"""Use cases about a registration: each step from the school's letter to the final report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from services.inspection import views
from services.inspection.domain import registration_facts as rf
from services.inspection.domain.planning import KnownCycle
from services.inspection.domain.registration import Registration, names_of
from services.inspection.domain.registration_path import refusal_of
from services.inspection.errors import CycleUnknown, NotTheNewest, SubmissionMissing, VisitDateRefused
from services.inspection.teams import require_member
from services.inspection.use_cases.registration_answers import registration_view
from services.inspection.use_cases.registrations import RegistrationRepository
from services.inspection.use_cases.renewal import register_by
from services.inspection.use_cases.texts import visit_stream
from shared.contracts.calls import registration as c
from shared.contracts.problems import DocumentUnknown
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.rulebook.registration_deadlines import TimedStep
from shared.text import format_date
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, SchoolCode
from shared.vocabulary.inspection import RegistrationStep

MOST_POINTS = 100
"""Points of one reply, or things missing from one dossier."""
MOST_COPIES = 50
HIGHEST_DEGREE = 9
LONGEST_NUMBER = 120
"""Characters of a letter's number, as of a decision's."""


class RegistrationSteps:
    """Takes the steps of registrations; each raises the named refusal of a step that is not the next one."""

    def __init__(self, registrations: RegistrationRepository) -> None:
        self._registrations = registrations
        self._visits = registrations.visits

    def open_registration(self, acting: CallContext, request: c.OpenRegistration) -> c.RegistrationView:
        """Register a submitted cycle; late is taken all the same, and says so.

        Raises CycleUnknown, SubmissionMissing, NotTheNewest, RegistrationPending, RegistrationAlreadyDecided,
        VisitDateRefused, DocumentUnknown, BadRequest.
        """
        if not 0 <= request.degree <= HIGHEST_DEGREE or not 0 <= request.copies <= MOST_COPIES:
            raise BadRequest(f"Mức độ từ 1 đến {HIGHEST_DEGREE}, số bản nhiều nhất {MOST_COPIES}. Chưa ghi gì.")
        number, document = self._letter(request.school, request.number, request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        cycle = self._submitted(request.school, request.cycle, on)
        fact = rf.RegistrationOpened(
            **names_of(request.school, cycle.cycle),
            digest=cycle.digest,
            opened_on=on,
            purpose=request.purpose,
            degree=request.degree,
            copies=request.copies,
            number=number,
            document=document,
            late_days=_days_after(register_by(self._registrations, request.school, on).due, on),
        )
        return self._take(acting, fact, meta)

    def check_registration(self, acting: CallContext, request: c.CheckRegistration) -> c.RegistrationView:
        """Say that a dossier is complete, or what is missing.

        Raises StepNotOnRoute, AlreadyForwarded, NoSuchInspection, VisitNotConcluded, VisitDateRefused.
        """
        missing = _texts(request.missing, "nội dung còn thiếu", "$.missing")
        meta, on = self._visits.metadata_on(acting, request.on)
        if request.inspection:
            self._visits.require_concluded(request.school, request.inspection, on)
        names = self._named(request.school, request.cycle)
        fact = rf.RegistrationChecked(**names, checked_on=on, missing=missing, inspection=request.inspection)
        return self._take(acting, fact, meta)

    def forward_registration(self, acting: CallContext, request: c.ForwardRegistration) -> c.RegistrationView:
        """Forward a complete dossier. Raises StepNotOnRoute, DossierNotChecked, DossierIncomplete, AlreadyForwarded."""
        number, document = self._letter(request.school, request.number, request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        names = self._named(request.school, request.cycle)
        fact = rf.RegistrationForwarded(**names, forwarded_on=on, to=request.to, number=number, document=document)
        return self._take(acting, fact, meta)

    def accept_registration(self, acting: CallContext, request: c.AcceptRegistration) -> c.RegistrationView:
        """Accept a dossier. Raises DossierNotChecked, DossierIncomplete, NotForwarded, AlreadyAccepted."""
        number, document = self._letter(request.school, request.number, request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        names = self._named(request.school, request.cycle)
        return self._take(acting, rf.RegistrationAccepted(**names, accepted_on=on, number=number, document=document), meta)

    def return_registration(self, acting: CallContext, request: c.ReturnRegistration) -> c.RegistrationView:
        """Return a dossier with the reason. Raises as `accept_registration`."""
        reason = typed_reason(request.reason, "vì sao trả lại hồ sơ")
        number, document = self._letter(request.school, request.number, request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        if request.due is not None and request.due <= on:
            raise VisitDateRefused(f"Hạn nộp lại phải sau ngày trả, {format_date(on)}. Chưa ghi gì.")
        fact = rf.RegistrationReturned(
            **self._named(request.school, request.cycle),
            returned_on=on,
            reason=reason,
            due=request.due,
            number=number,
            document=document,
        )
        return self._take(acting, fact, meta)

    def send_draft_report(self, acting: CallContext, request: c.SendDraftReport) -> c.RegistrationView:
        """Send the school the draft of the report on a concluded visit. Raises NotAccepted, VisitNotConcluded."""
        summary = typed_text(request.summary, "tóm tắt dự thảo")
        _, document = self._letter(request.school, "", request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        names = self._named(request.school, request.cycle)

        def made(registration: Registration) -> rf.DraftReportSent:
            around = self._registrations.around(request.school, names["cycle"], registration)
            if around.visit is not None and (around.visit.concluded_on or on) > on:
                raise VisitDateRefused(
                    f"Đoàn kết luận ngày {format_date(around.visit.concluded_on or on)}, sau ngày {format_date(on)}. "
                    "Chưa ghi gì. Gửi dự thảo từ ngày kết luận."
                )
            inspection = around.visit.inspection if around.visit else InspectionId("")
            if not document and refusal_of(registration, RegistrationStep.DRAFT, around) is None:
                self._require_time_to_reply(registration, on)
            return rf.DraftReportSent(**names, sent_on=on, inspection=inspection, document=document, summary=summary)

        return self._take_made(acting, names, made, meta, by_team=True)

    def reply_to_draft(self, acting: CallContext, request: c.ReplyToDraft) -> c.RegistrationView:
        """Reply to the draft; too late is taken too while the report is not final. Raises NoDraft, AlreadyReplied."""
        points = _texts(request.points, "điểm phản hồi", "$.points")
        _, document = self._letter(request.school, "", request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        names = self._named(request.school, request.cycle)

        def made(registration: Registration) -> rf.SchoolReplied:
            late = _days_after(self._registrations.reply_due(registration), on)
            return rf.SchoolReplied(**names, replied_on=on, points=points, document=document, late_days=late)

        return self._take_made(acting, names, made, meta, replied_on=on)

    def finalise_report(self, acting: CallContext, request: c.FinaliseReport) -> c.RegistrationView:
        """Make the report final, every point of the reply answered. Raises ReplyTimeRuns, PointsUnanswered."""
        if len({answer.point for answer in request.answers}) != len(request.answers):
            raise BadRequest("Có điểm trả lời hai lần. Chưa ghi gì. Mỗi điểm trả lời một lần.", path="$.answers")
        answers = tuple(
            rf.PointAnswered(point=one.point, answer=one.answer, note=typed_text(one.note, "giải thích"))
            for one in request.answers
        )
        _, document = self._letter(request.school, "", request.document)
        meta, on = self._visits.metadata_on(acting, request.on)
        names = self._named(request.school, request.cycle)
        fact = rf.ReportFinalised(**names, final_on=on, answers=answers, document=document)
        return self._take_made(acting, names, lambda _: fact, meta, by_team=True)

    # --- inside

    def _require_time_to_reply(self, registration: Registration, on: dt.date) -> None:
        """Refuse a draft of a day whose time to reply has run out already: BadRequest.

        Told without the paper that was sent it would be silence, and final, in the same minute, and the school could never
        have replied.
        """
        due = self._registrations.rule(registration, TimedStep.REPLY).due(on, self._registrations.settings.holidays)
        if due < self._registrations.today():
            raise BadRequest(
                f"Dự thảo gửi ngày {format_date(on)} thì hạn phản hồi {format_date(due)} đã qua. Chưa ghi gì. "
                "Tải bản dự thảo đã gửi trường vào kho của trường, rồi ghi kèm mã tài liệu ấy.",
                path="$.document",
            )

    def _take(self, acting: CallContext, fact: rf.RegistrationFact, meta: EventMetadata) -> c.RegistrationView:
        return self._take_made(acting, names_of(fact.school, fact.cycle), lambda _: fact, meta)

    def _take_made(
        self,
        acting: CallContext,
        names: dict[str, Any],
        made: Callable[[Registration], rf.RegistrationFact],
        meta: EventMetadata,
        *,
        by_team: bool = False,
        replied_on: dt.date | None = None,
    ) -> c.RegistrationView:
        """Record the step that `made` makes on a registration as it stands, after the silence that came before it.

        A reply of a day in time comes before any silence, on whatever day it is told.
        """
        school: SchoolCode = names["school"]
        cycle: CycleId = names["cycle"]
        self._registrations.take_silence(school, cycle, replied_on)

        def decide(registration: Registration) -> None:
            around = self._registrations.around(school, cycle, registration)
            if by_team and around.visit is not None:
                visit = self._visits.visit(visit_stream(around.visit.inspection))
                require_member(acting, visit.inspection, concluding=True)
            registration.take(made(registration), around, meta)

        self._registrations.change(school, cycle, decide)
        return registration_view(self._registrations, self._registrations.snapshot(school, cycle), school, cycle)

    def _named(self, school: SchoolCode, cycle: CycleId) -> dict[str, Any]:
        """Return what every step of the registration that a call is about names. Raises NotRegistered."""
        return names_of(school, self._registrations.cycle_named(school, cycle))

    def _submitted(self, school: SchoolCode, named: CycleId, on: dt.date) -> KnownCycle:
        """Return the cycle to register, by default the newest submitted one.

        Raises CycleUnknown, SubmissionMissing, NotTheNewest.
        """
        known = self._registrations.known_cycles(school)
        cycle = _chosen(known, named)
        if cycle is None:
            raise CycleUnknown(
                f"Chưa thấy đợt tự đánh giá nào{f' “{named}”' if named else ''} của trường. Chưa ghi gì. "
                "Nếu trường vừa mở đợt, thử lại sau vài giây."
            ).awaiting_news()
        if cycle.submitted_on is None:
            raise SubmissionMissing(
                f"Đợt {cycle.cycle} chưa trình. Chưa ghi gì. Hiệu trưởng trình báo cáo tự đánh giá trước, rồi đăng ký."
            ).awaiting_news()
        if on < cycle.submitted_on:
            raise SubmissionMissing(
                f"Trường trình ngày {format_date(cycle.submitted_on)}, sau ngày {format_date(on)}. Chưa ghi gì. "
                f"Chọn ngày từ {format_date(cycle.submitted_on)}."
            )
        _require_last_version(cycle, known)
        return cycle

    def _letter(self, school: SchoolCode, number: str, document: DocumentId) -> tuple[str, DocumentId]:
        """Return number and document of a letter as they are stored. Raises BadRequest, DocumentUnknown."""
        text = " ".join(typed_text(number, "số công văn").split())
        if len(text) > LONGEST_NUMBER:
            raise BadRequest(f"Số công văn dài nhất {LONGEST_NUMBER} chữ. Chưa ghi gì.", path="$.number")
        if document:
            with self._visits.views.reading() as conn:
                owner = views.document_school(conn, document)
            if owner != school:
                raise DocumentUnknown(
                    "Kho của trường chưa có văn bản đã chọn. Chưa ghi gì. Tải lên trước; nếu vừa tải, thử lại sau vài giây.",
                    document=document,
                ).awaiting_news(awaited=not owner)
        return text, document


def _chosen(known: Sequence[KnownCycle], named: CycleId) -> KnownCycle | None:
    """Return the cycle named, else the newest that was submitted, else the newest."""
    if named:
        return next((cycle for cycle in known if cycle.cycle == named), None)
    return next((cycle for cycle in known if cycle.submitted_on), known[0] if known else None)


def _require_last_version(cycle: KnownCycle, known: Sequence[KnownCycle]) -> None:
    newer = [other for other in known if other.year == cycle.year and other.age > cycle.age]
    if newer:
        newest = max(newer, key=lambda other: other.age).cycle
        raise NotTheNewest(
            f"Đợt {cycle.cycle} đã mở lại thành đợt {newest}. Chưa ghi gì. Trình đợt {newest}, rồi đăng ký đợt ấy.",
            newest=newest,
        )


def _texts(typed: Sequence[str], what: str, path: str) -> tuple[str, ...]:
    if len(typed) > MOST_POINTS:
        raise BadRequest(f"Nhiều nhất {MOST_POINTS} mục. Chưa ghi gì.", path=path)
    texts = tuple(typed_text(text, what) for text in typed)
    if not all(texts):
        raise BadRequest(f"Có mục để trống ở {what}. Chưa ghi gì. Bỏ mục ấy hoặc viết vào.", path=path)
    return texts


def _days_after(due: dt.date | None, on: dt.date) -> int:
    return max((on - due).days, 0) if due else 0
