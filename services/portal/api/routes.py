"""The REST API as a table: each route names the operation that decides who may, what it takes, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.portal.api import gateway
from services.portal.api import schemas as q
from services.portal.requests import (
    AccountRequest,
    AccountsAnswer,
    DeadLetterRequest,
    DeadLettersAnswer,
    InstallationStatus,
    Invite,
    Invited,
    IssueToken,
    Me,
    Retried,
    RoleChange,
    TokenIssued,
    TokenRequest,
    TokensAnswer,
)
from services.portal.visit_planning import plan_visit
from services.portal.web.context import call_service
from shared.contracts.calls import Call, CheckpointView, Done, Nothing
from shared.contracts.calls import assessment as a
from shared.contracts.calls import evidence as e
from shared.contracts.calls import inspection as i
from shared.contracts.calls import notification as n

PUBLIC = "public"
"""Instead of an operation: anyone may ask."""

SIGNED_IN = "signed-in"
"""Instead of an operation: anyone with a session or a token may ask."""

_PLACE = re.compile(r"\{(\w+)\}")


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One route. `operation` is a key of permissions.RULES, PUBLIC or SIGNED_IN.

    `renames` says which field of the request a name in the path or query fills (``{"q": "query"}``).
    """

    method: str
    path: str
    operation: str
    summary: str
    request: type[Call]
    answer: Any
    serve: Callable[[Any], Any]
    renames: Mapping[str, str] = {}

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names in the path, in order."""
        return tuple(_PLACE.findall(self.path))

    @property
    def has_body(self) -> bool:
        """Say whether the request is a JSON body (else the query)."""
        return self.method in {"POST", "PUT"} or (self.method == "DELETE" and bool(self.body_fields))

    @property
    def body_fields(self) -> tuple[str, ...]:
        """Return the fields of the request that the path does not fill."""
        placed = {self.renames.get(name, name) for name in self.places}
        return tuple(field.name for field in msgspec.structs.fields(self.request) if field.name not in placed)

    @property
    def name(self) -> str:
        """Return the endpoint's name, which is also the OpenAPI operationId."""
        words = re.sub(r"[{}]", "", self.path).strip("/").replace("/", "_").replace("-", "_").replace(".", "_")
        return f"{self.method.lower()}_{words}"


def _rpc(
    method: str,
    path: str,
    operation: str,
    request: type[Call],
    answer: Any,
    summary: str,
    *,
    renames: Mapping[str, str] | None = None,
) -> Route:
    service, name = operation.split(".")

    def serve(asked: Call) -> Any:
        return call_service(service, name, asked, answer)

    return Route(
        method=method,
        path=path,
        operation=operation,
        summary=summary,
        request=request,
        answer=answer,
        serve=serve,
        renames=renames or {},
    )


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
    )


_DOC = {"id": "document"}
_PAGE = {"id": "document", "n": "number", "q": "query"}
_CYCLE = "/schools/{school}/cycles/{cycle}"
_INSPECTION = "/schools/{school}/inspections/{inspection}"

ROUTES: tuple[Route, ...] = (
    _own("GET", "/health", PUBLIC, Nothing, q.Healthy, gateway.health, "Hệ thống có đang chạy không."),
    _own("GET", "/me", SIGNED_IN, Nothing, Me, gateway.me, "Đang vào với tư cách ai, vai trò nào."),
    _own("GET", "/openapi.json", PUBLIC, Nothing, dict[str, Any], gateway.openapi, "Tài liệu này."),
    # communes and schools
    _own(
        "POST",
        "/communes",
        "assessment.register_commune",
        a.RegisterCommune,
        a.CommuneView,
        gateway.register_commune,
        "Lập một xã.",
    ),
    _own(
        "PUT",
        "/communes/{commune}/name",
        "assessment.rename_commune",
        a.RenameCommune,
        a.CommuneView,
        gateway.rename_commune,
        "Đổi tên một xã; mã không đổi.",
    ),
    _rpc("GET", "/communes", "assessment.communes", Nothing, a.CommunesAnswer, "Các xã, theo tên."),
    _own(
        "POST",
        "/schools",
        "assessment.register_school",
        a.RegisterSchool,
        a.SchoolView,
        gateway.register_school,
        "Lập một trường.",
    ),
    _own(
        "PUT",
        "/schools/{school}/name",
        "assessment.rename_school",
        a.RenameSchool,
        a.SchoolView,
        gateway.rename_school,
        "Đổi tên một trường; mã không đổi.",
    ),
    _rpc("GET", "/schools", "assessment.schools", a.SchoolsRequest, a.SchoolsAnswer, "Các trường được xem, theo tên."),
    _rpc("GET", "/schools/{school}", "assessment.school", a.SchoolRequest, a.SchoolView, "Một trường."),
    _rpc(
        "POST",
        "/schools/{school}/conditions",
        "assessment.state_conditions",
        a.StateConditions,
        Done,
        "Nêu các điều kiện công nhận, có hiệu lực từ một ngày.",
    ),
    # evidence
    _own(
        "POST",
        "/schools/{school}/uploads",
        "evidence.open_upload",
        e.OpenUpload,
        e.UploadOpened,
        gateway.open_upload,
        "Xin gửi một tệp: trả về địa chỉ và vé để gửi từng phần.",
    ),
    _own(
        "GET",
        "/schools/{school}/documents",
        "evidence.documents",
        e.DocumentsRequest,
        e.DocumentsAnswer,
        gateway.documents,
        "Tài liệu của một trường, mới nhất trước.",
    ),
    _rpc(
        "GET",
        "/schools/{school}/reading",
        "evidence.progress",
        e.ProgressRequest,
        e.ProgressAnswer,
        "Đọc chữ đến đâu.",
    ),
    _own(
        "GET",
        "/documents/{id}",
        "evidence.document",
        e.DocumentRequest,
        e.DocumentView,
        gateway.document,
        "Một tài liệu.",
        renames=_DOC,
    ),
    _own(
        "GET",
        "/documents/{id}/pages/{n}",
        "evidence.page",
        e.PageRequest,
        e.PageAnswer,
        gateway.page,
        "Một trang, từng chữ và chỗ đứng của nó; `q` đánh dấu chữ cần tìm.",
        renames=_PAGE,
    ),
    _own(
        "GET",
        "/documents/{id}/original",
        "evidence.open_download",
        e.DocumentRequest,
        q.Redirect,
        gateway.original,
        "Tệp gốc, đúng từng byte: chuyển sang cửa tệp bằng vé ngắn hạn.",
        renames=_DOC,
    ),
    _rpc(
        "POST",
        "/documents/{id}/fields",
        "evidence.confirm_fields",
        e.ConfirmFields,
        Done,
        "Xác nhận hoặc sửa các mục của tài liệu.",
        renames=_DOC,
    ),
    _rpc(
        "POST",
        "/documents/{id}/reading",
        "evidence.retry_reading",
        e.RetryReading,
        Done,
        "Đọc chữ lại.",
        renames=_DOC,
    ),
    _rpc(
        "GET",
        "/receipts/{position}",
        "evidence.receipt",
        e.ReceiptRequest,
        e.Receipt,
        "Biên nhận ở một số của nhật ký.",
    ),
    _rpc(
        "GET",
        "/search",
        "evidence.search",
        e.SearchRequest,
        e.SearchAnswer,
        "Tìm trang theo chữ, có dấu hay không dấu.",
        renames={"q": "query"},
    ),
    # cycles, judgements, codes
    _rpc(
        "POST",
        "/schools/{school}/cycles",
        "assessment.open_cycle",
        a.OpenCycle,
        a.CycleView,
        "Mở một đợt tự đánh giá theo thông tư có hiệu lực trong ngày.",
    ),
    _rpc(
        "GET",
        "/submissions",
        "assessment.submissions",
        a.SubmissionsRequest,
        a.SubmissionsAnswer,
        "Đợt mới nhất của từng trường được xem: đã trình ngày nào, còn thiếu gì kèm lý do, quyết định gần nhất ngày nào.",
    ),
    _rpc("GET", "/schools/{school}/cycles", "assessment.cycles", a.SchoolRequest, a.CyclesAnswer, "Các đợt, mới trước."),
    _rpc(
        "POST",
        f"{_CYCLE}/reopening",
        "assessment.reopen_cycle",
        a.ReopenCycle,
        a.CycleView,
        "Hiệu trưởng mở lại đợt đã trình để sửa, kèm lý do: một bản mới với mọi nội dung của trường.",
    ),
    _rpc(
        "GET",
        f"{_CYCLE}/changes",
        "assessment.cycle_changes",
        a.CycleChangesRequest,
        a.CycleChangesAnswer,
        "Đợt mở lại đã đổi gì so với bản đã trình.",
    ),
    _rpc("POST", f"{_CYCLE}/judgements", "assessment.judge", a.Judge, Done, "Đánh giá chỉ báo ở một lớp."),
    _own(
        "GET",
        f"{_CYCLE}/criteria/{{criterion}}",
        "assessment.criterion",
        q.CriterionQuestion,
        a.CriterionView,
        gateway.criterion,
        "Một tiêu chí với mọi thứ cần để đánh giá.",
    ),
    _rpc(
        "PUT",
        f"{_CYCLE}/criteria/{{criterion}}",
        "assessment.describe_criterion",
        a.DescribeCriterion,
        Done,
        "Viết điểm mạnh, điểm yếu, hướng cải tiến của một tiêu chí.",
    ),
    _rpc(
        "POST",
        f"{_CYCLE}/criteria/{{criterion}}",
        "assessment.save_criterion",
        a.SaveCriterion,
        Done,
        "Ghi một tiêu chí: kết quả các chỉ báo và nhận định, cùng một lần; một phần bị từ chối thì không ghi gì.",
    ),
    _rpc(
        "POST",
        f"{_CYCLE}/submission",
        "assessment.submit_self_assessment",
        a.SubmitSelfAssessment,
        Done,
        "Hiệu trưởng trình báo cáo tự đánh giá; còn thiếu thì nêu lý do từng chỗ.",
    ),
    _rpc(
        "GET",
        f"{_CYCLE}/gaps",
        "assessment.gaps",
        a.GapsRequest,
        a.GapsAnswer,
        "Còn thiếu gì để trình, và lý do trường đã nêu.",
    ),
    _rpc(
        "POST",
        f"{_CYCLE}/answers",
        "assessment.answer_gap",
        a.AnswerGap,
        Done,
        "Nêu vì sao một chỉ báo đạt không cần minh chứng, hoặc vì sao đánh giá khác số liệu, khác xã.",
    ),
    _rpc("DELETE", f"{_CYCLE}/answers", "assessment.withdraw_gap_answer", a.WithdrawGapAnswer, Done, "Rút lý do lại."),
    _rpc(
        "POST",
        "/schools/{school}/evidence",
        "assessment.code_evidence",
        a.CodeEvidence,
        a.EvidenceView,
        "Cấp mã minh chứng cho một tài liệu.",
    ),
    _rpc(
        "GET",
        "/schools/{school}/evidence",
        "assessment.evidence",
        a.EvidenceRequest,
        a.EvidenceAnswer,
        "Minh chứng theo mã.",
    ),
    _rpc("POST", "/schools/{school}/links", "assessment.link_evidence", a.LinkEvidence, Done, "Gắn minh chứng."),
    _rpc("DELETE", "/schools/{school}/links", "assessment.unlink_evidence", a.UnlinkEvidence, Done, "Bỏ gắn minh chứng."),
    # figures
    _rpc(
        "POST",
        "/schools/{school}/figures",
        "assessment.state_figures",
        a.StateFigures,
        Done,
        "Ghi số liệu của một năm học, kèm tài liệu làm căn cứ. Không đổi mức nào.",
    ),
    _own(
        "GET",
        "/schools/{school}/figures",
        "assessment.figures",
        q.FiguresQuestion,
        a.FiguresAnswer,
        gateway.figures,
        "Số liệu của trường bên các ngưỡng của bộ tiêu chí.",
    ),
    # what a school looked like
    _own(
        "GET",
        "/schools/{school}/status",
        "assessment.status",
        q.StatusQuestion,
        a.Status,
        gateway.status,
        "Trường trông thế nào: có hiệu lực ngày nào, đã biết đến đâu.",
    ),
    _rpc(
        "GET",
        "/schools/{school}/history",
        "assessment.history",
        a.HistoryRequest,
        a.HistoryAnswer,
        "Những việc đã xảy ra, cũ nhất trước.",
    ),
    _own(
        "GET",
        "/schools/{school}/compare",
        "assessment.compare",
        q.CompareQuestion,
        a.CompareAnswer,
        gateway.compare,
        "So hai thời điểm.",
    ),
    _own(
        "GET",
        "/schools/{school}/explain",
        "assessment.explain",
        q.ExplainQuestion,
        a.ExplainAnswer,
        gateway.explain,
        "Vì sao?",
    ),
    _own(
        "GET",
        "/schools/{school}/proof",
        "assessment.prove",
        q.ProofQuestion,
        a.ProofAnswer,
        gateway.proof,
        "Bản tự kiểm để kiểm ngoài mạng.",
    ),
    _rpc(
        "POST",
        "/communes/{commune}/simulations",
        "assessment.simulate",
        a.SimulateRequest,
        a.SimulateAnswer,
        "Nếu áp dụng bộ tiêu chí khác, trường nào trong xã đổi mức, vì tiêu chí nào. Không ghi gì.",
    ),
    # inspections
    _own(
        "POST",
        "/schools/{school}/inspections",
        "inspection.plan",
        i.PlanInspection,
        i.InspectionView,
        plan_visit,
        "Lập kế hoạch một cuộc kiểm tra hay đánh giá ngoài.",
    ),
    _rpc(
        "GET",
        "/schools/{school}/inspections",
        "inspection.inspections",
        i.InspectionsRequest,
        i.InspectionsAnswer,
        "Các cuộc kiểm tra, mới nhất trước.",
    ),
    _rpc(
        "GET",
        "/inspections",
        "inspection.visits",
        i.VisitsRequest,
        i.VisitsAnswer,
        "Các đợt kiểm tra ở mọi trường được xem: ngày, tên đợt, đã xem bao nhiêu tiêu chí, đã kết luận hay chưa.",
    ),
    _rpc("GET", _INSPECTION, "inspection.inspection", i.InspectionRequest, i.InspectionView, "Một cuộc kiểm tra."),
    _rpc(
        "POST", f"{_INSPECTION}/findings", "inspection.record_findings", i.RecordFindings, i.InspectionView, "Ghi phát hiện."
    ),
    _rpc("POST", f"{_INSPECTION}/conclusion", "inspection.conclude", i.ConcludeInspection, i.InspectionView, "Kết luận."),
    _rpc(
        "POST",
        f"{_INSPECTION}/schedule",
        "inspection.reschedule",
        i.RescheduleInspection,
        i.InspectionView,
        "Dời ngày, kèm lý do.",
    ),
    _rpc(
        "POST",
        f"{_INSPECTION}/answers",
        "inspection.answer_finding",
        i.AnswerFinding,
        i.InspectionView,
        "Trường trả lời một phát hiện của đợt đã kết luận, kèm tài liệu của trường.",
    ),
    _rpc(
        "GET",
        "/communes/{commune}/findings",
        "inspection.findings",
        i.FindingsRequest,
        i.FindingsAnswer,
        "Phát hiện các trường của xã còn phải trả lời, đã trả lời, quá hạn.",
    ),
    _rpc(
        "GET",
        "/findings",
        "inspection.findings",
        i.FindingsRequest,
        i.FindingsAnswer,
        "Như trên, ở mọi trường được xem.",
    ),
    # recognition
    _rpc(
        "POST",
        "/schools/{school}/recognitions",
        "assessment.grant_recognition",
        a.GrantRecognition,
        a.RecognitionView,
        "Ghi quyết định công nhận.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/revocations",
        "assessment.revoke_recognition",
        a.RevokeRecognition,
        a.RecognitionView,
        "Ghi quyết định thu hồi công nhận.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/certificates",
        "assessment.grant_certificate",
        a.GrantCertificate,
        a.CertificateView,
        "Ghi quyết định cấp Chứng nhận kiểm định chất lượng giáo dục, kèm Bằng hay không.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/corrections",
        "assessment.correct_award",
        a.CorrectAward,
        a.AwardView,
        "Đính chính một mục ghi sai trong sổ; không phải thu hồi.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/refusals",
        "assessment.refuse_recognition",
        a.RefuseRecognition,
        a.RefusalView,
        "Ghi quyết định không công nhận, có lý do.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/remedies",
        "assessment.request_remedy",
        a.RequestRemedy,
        a.RecognitionView,
        "Ghi yêu cầu khắc phục có thời hạn.",
    ),
    _rpc(
        "POST",
        "/schools/{school}/certificate-revocations",
        "assessment.revoke_certificate",
        a.RevokeCertificate,
        a.CertificateView,
        "Ghi quyết định thu hồi Chứng nhận.",
    ),
    _own(
        "GET",
        "/recognitions",
        PUBLIC,
        a.RegisterRequest,
        a.RegisterAnswer,
        gateway.register,
        "Sổ công nhận, ai cũng xem được.",
    ),
    # the feed and webhooks
    _own(
        "GET",
        "/feed",
        "notification.feed",
        n.MergedFeedRequest,
        q.FeedPage,
        gateway.feed,
        "Sự kiện sau một vị trí, theo thứ tự (CloudEvents 1.0).",
    ),
    _rpc(
        "POST",
        "/webhooks",
        "notification.register_webhook",
        n.RegisterWebhook,
        n.WebhookRegistered,
        "Đăng ký địa chỉ nhận sự kiện có chữ ký.",
    ),
    _rpc("GET", "/webhooks", "notification.webhooks", Nothing, n.WebhooksAnswer, "Các địa chỉ đã đăng ký."),
    _rpc(
        "DELETE",
        "/webhooks/{id}",
        "notification.remove_webhook",
        n.WebhookRequest,
        Done,
        "Thôi gửi tới một địa chỉ.",
        renames={"id": "webhook"},
    ),
    _rpc(
        "POST",
        "/webhooks/{id}/retry",
        "notification.retry_webhook",
        n.WebhookRequest,
        Done,
        "Gửi lại các sự kiện đã bỏ qua, và gửi ngay sự kiện đang chờ gửi lại, theo thứ tự.",
        renames={"id": "webhook"},
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
    # people and programs
    _own("POST", "/users", "identity.invite", Invite, Invited, gateway.invite, "Mời một người; đường dẫn chỉ hiện một lần."),
    _own("GET", "/users", "identity.accounts", Nothing, AccountsAnswer, gateway.accounts, "Người dùng, theo tên."),
    _own(
        "POST",
        "/users/{id}/invitation",
        "identity.invite",
        AccountRequest,
        Invited,
        gateway.renew_invitation,
        "Đường dẫn mới cho người quên mật khẩu.",
        renames={"id": "account"},
    ),
    _own(
        "POST",
        "/users/{id}/roles",
        "identity.grant_role",
        RoleChange,
        Done,
        gateway.grant_role,
        "Giao vai trò.",
        renames={"id": "account"},
    ),
    _own(
        "DELETE",
        "/users/{id}/roles",
        "identity.revoke_role",
        RoleChange,
        Done,
        gateway.revoke_role,
        "Rút vai trò.",
        renames={"id": "account"},
    ),
    _own(
        "DELETE",
        "/users/{id}",
        "identity.close_account",
        AccountRequest,
        Done,
        gateway.close_account,
        "Đóng tài khoản.",
        renames={"id": "account"},
    ),
    _own("POST", "/tokens", "identity.issue_token", IssueToken, TokenIssued, gateway.issue_token, "Cấp mã truy cập."),
    _own("GET", "/tokens", "identity.tokens", Nothing, TokensAnswer, gateway.tokens, "Các mã truy cập, mới nhất trước."),
    _own(
        "DELETE",
        "/tokens/{id}",
        "identity.revoke_token",
        TokenRequest,
        Done,
        gateway.revoke_token,
        "Thu hồi mã truy cập.",
        renames={"id": "token"},
    ),
    # the installation
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
"""Every route under /api/v1."""
