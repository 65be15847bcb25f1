"""The REST API as a table: what the services' tables of operations declare, and the few routes of the portal's own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.portal.api import council, deciding, gateway, openapi, visits
from services.portal.api import schemas as q
from services.portal.api.route import PUBLIC, SIGNED_IN, Route
from services.portal.calendar_feed import CalendarFile, CalendarQuestion, own_calendar
from services.portal.comparing import FileToCompare, compare_file
from services.portal.deadline_titles import deadlines, inbox
from services.portal.paper_kinds import paper_kinds
from services.portal.printing import MEDIA_TYPES, PrintedFile, PrintQuestion, print_paper
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from services.portal.requests import (
    DeadLetterRequest,
    DeadLettersAnswer,
    InstallationStatus,
    Retried,
)
from services.portal.training_people import hold_training, training, untrained
from services.portal.visit_members import open_photo_upload
from services.portal.visit_planning import plan_visit
from services.portal.web.context import call_service
from services.portal.work_photos import open_work_photo_upload
from shared.contracts.calls import Call, CheckpointView, Nothing
from shared.contracts.calls import evidence as e
from shared.contracts.calls import notification as n
from shared.contracts.calls.identity import Me
from shared.contracts.calls.year.training import UntrainedAnswer, UntrainedQuestion
from shared.contracts.catalogue import OPERATIONS
from shared.contracts.operations import Operation
from shared.vocabulary.self_assessment import PaperFormat


def _declared() -> Iterator[Route]:
    """Return a route for each that the services' tables of operations declare."""
    for full_name, operation in OPERATIONS.items():
        service = full_name.partition(".")[0]
        for declared in operation.routes:
            yield Route(
                method=declared.method,
                path=declared.path,
                operation=PUBLIC if operation.public else full_name,
                summary=declared.summary or operation.summary,
                request=declared.question or operation.request,
                answer=operation.answer,
                serve=_BY_HAND.get(full_name) or _rpc(service, operation, declared.question),
                renames=declared.renames,
            )


def _rpc(service: str, operation: Operation, question: type[Call] | None) -> Callable[[Any], Any]:
    translate: Callable[[Any], Call] = gateway.QUESTIONS[question] if question is not None else _as_it_is

    def serve(asked: Call) -> Any:
        return call_service(service, operation.name, translate(asked), operation.answer)

    return serve


def _as_it_is(value: Any) -> Any:
    return value


_BY_HAND: Mapping[str, Callable[[Any], Any]] = {
    "assessment.register_commune": gateway.register_commune,
    "assessment.rename_commune": gateway.rename_commune,
    "assessment.register_school": gateway.register_school,
    "assessment.rename_school": gateway.rename_school,
    "assessment.close_school": gateway.close_school,
    "assessment.set_up_council": council.set_up_council,
    "assessment.council": council.council,
    "assessment.form_group": council.form_group,
    "assessment.assign_criteria": council.assign_criteria,
    "assessment.plan": council.plan,
    "assessment.paper_kinds": paper_kinds,
    "assessment.hold_meeting": deciding.hold_meeting,
    "assessment.add_improvement": deciding.add_improvement,
    "assessment.change_improvement": deciding.change_improvement,
    "inspection.plan": plan_visit,
    "inspection.plan_programme": visits.plan_programme,
    "inspection.set_up_team": visits.set_up_team,
    "inspection.hold_visit": visits.hold_visit,
    "inspection.record_opinions": visits.named_visit("record_opinions"),
    "inspection.agree_findings": visits.named_visit("agree_findings"),
    "inspection.conclude": visits.named_visit("conclude"),
    "inspection.inspection": visits.named_visit("inspection"),
    "inspection.inspections": visits.inspections,
    "inspection.hold_training": hold_training,
    "inspection.training": training,
    "evidence.open_photo_upload": open_photo_upload,
    "evidence.open_work_photo_upload": open_work_photo_upload,
    "notification.deadlines": deadlines,
    "notification.inbox": inbox,
    "identity.invite": gateway.invite,
    "identity.renew_invitation": gateway.renew_invitation,
    "identity.grant_role": gateway.grant_role,
    "identity.revoke_role": gateway.revoke_role,
    "identity.close_account": gateway.close_account,
    "identity.issue_token": gateway.issue_token,
    "identity.revoke_token": gateway.revoke_token,
}
"""Around these the portal does something of its own: what was set up is written through to the directory, so that the next
page shows it; who may act is asked for anew; people come by name and login, and go on by id; kinds of papers come from
two services; what is due gets its title."""


def _own(
    method: str,
    path: str,
    operation: str,
    request: type[Call],
    answer: Any,
    serve: Callable[[Any], Any],
    summary: str,
    *,
    renames: Mapping[str, str] | None = None,
    files: tuple[str, ...] = (),
) -> Route:
    return Route(
        method=method,
        path=path,
        operation=operation,
        summary=summary,
        request=request,
        answer=answer,
        serve=serve,
        renames=renames or {},
        files=files,
    )


def _openapi(_asked: Nothing) -> dict[str, Any]:
    return description()


_OWN: tuple[Route, ...] = (
    # the portal itself
    _own("GET", "/health", PUBLIC, Nothing, q.Healthy, gateway.health, "Hệ thống có đang chạy không."),
    _own("GET", "/me", SIGNED_IN, Nothing, Me, gateway.me, "Đang vào với tư cách ai, vai trò nào."),
    _own("GET", "/openapi.json", PUBLIC, Nothing, dict[str, Any], _openapi, "Tài liệu này."),
    # what is not answered in JSON, or is of every service at once
    _own(
        "GET",
        "/me/deadlines.ics",
        "notification.deadlines",
        CalendarQuestion,
        CalendarFile,
        own_calendar,
        "Các hạn của người hỏi, của một xã hay một trường, thành lịch cho điện thoại (iCalendar).",
    ),
    _own(
        "GET",
        "/documents/{id}/original",
        "evidence.open_download",
        e.DocumentRequest,
        q.Redirect,
        gateway.original,
        "Tệp gốc, đúng từng byte: chuyển sang cửa tệp bằng vé ngắn hạn.",
        renames={"id": "document"},
    ),
    _own(
        "GET",
        "/documents/{id}/pdf",
        "evidence.open_download",
        e.DocumentRequest,
        q.Redirect,
        gateway.searchable_pdf,
        "Bản PDF/A tìm được chữ: trang như bản gốc, chữ đọc được nằm đúng chỗ; dựng khi tải lần đầu.",
        renames={"id": "document"},
    ),
    _own(
        "GET",
        "/documents/{id}/hocr",
        "evidence.open_download",
        e.DocumentRequest,
        q.Redirect,
        gateway.hocr,
        "Chữ đọc được của từng trang kèm vị trí và độ tin, dạng hOCR.",
        renames={"id": "document"},
    ),
    _own(
        "GET",
        "/schools/{school}/papers/{kind}",
        "assessment.compose_paper",
        PrintQuestion,
        PrintedFile,
        print_paper,
        "In một giấy (docx, xlsx, pdf): nội dung là tệp, số nhật ký và mã băm ở các đầu đề X-Kiemdinh-….",
    ),
    _own(
        "GET",
        "/communes/{commune}/years/{year}/papers/{kind}",
        "inspection.compose_year_paper",
        YearPrintQuestion,
        PrintedFile,
        print_year_paper,
        "In một giấy của năm công tác của xã (docx, xlsx, pdf), như trên.",
    ),
    _own(
        "GET",
        "/communes/{commune}/untrained",
        "inspection.attended_trainings",
        UntrainedQuestion,
        UntrainedAnswer,
        untrained,
        "Người của Hội đồng các trường (của đoàn, với danh_gia_ngoai) chưa dự lớp tập huấn nào về một nội dung.",
    ),
    _own(
        "POST",
        "/schools/{school}/papers/compare",
        "evidence.compare_filled",
        FileToCompare,
        e.FilledCompared,
        compare_file,
        "So một giấy đã điền, đã sửa trong Word, Excel với bản in: nội dung là chính tệp .docx hoặc .xlsx. Không ghi gì.",
        files=(MEDIA_TYPES[PaperFormat.WORD], MEDIA_TYPES[PaperFormat.SHEET]),
    ),
    _own(
        "GET",
        "/feed",
        "notification.feed",
        n.MergedFeedRequest,
        q.FeedPage,
        gateway.feed,
        "Sự kiện sau một vị trí, theo thứ tự (CloudEvents 1.0).",
    ),
    _own(
        "GET",
        "/checkpoints/{service}",
        "assessment.checkpoint",
        q.CheckpointQuestion,
        CheckpointView,
        gateway.checkpoint,
        "Mốc niêm mới nhất của nhật ký một dịch vụ.",
    ),
    # the installation: what the composition knows
    _own(
        "GET",
        "/admin/status",
        "installation.health",
        Nothing,
        InstallationStatus,
        gateway.installation_status,
        "Tình trạng các phần của hệ thống.",
    ),
    _own(
        "GET",
        "/admin/dead-letters",
        "installation.dead_letters",
        Nothing,
        DeadLettersAnswer,
        gateway.dead_letters,
        "Sự kiện chưa áp dụng được.",
    ),
    _own(
        "POST",
        "/admin/dead-letters/{id}/retry",
        "installation.retry_dead_letter",
        DeadLetterRequest,
        Retried,
        gateway.retry_dead_letter,
        "Áp dụng lại một sự kiện.",
        renames={"id": "letter"},
    ),
)
"""What the portal answers itself, each group with the reason why no table of operations has it."""

ROUTES: tuple[Route, ...] = (*_declared(), *_OWN)
"""Every route under /api/v1."""


@functools.cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document of these routes, which one of them answers with."""
    return openapi.document(ROUTES)
