"""How people call the values of the vocabulary, in Vietnamese: one table for each list."""

from __future__ import annotations

from shared.vocabulary.assessment import AwardKind, Corrected, EducationLevel, Layer, Result, SchoolKind
from shared.vocabulary.inspection import (
    ForwardedTo,
    MaintenanceResult,
    PointAnswer,
    RecommendationSeverity,
    RecommendationState,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    Responsible,
    RouteStation,
    TeamRole,
    Verification,
    VisitConclusion,
    VisitKind,
)
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import (
    CodeStanding,
    CouncilRole,
    CriterionStep,
    GroupKind,
    ImprovementStatus,
    OwedPaperState,
    ReviewOccasion,
    RuleState,
    SheetPart,
    WritingState,
)
from shared.vocabulary.signing import SigningAs

RESULT_LABELS = {
    Result.MET: "Đạt",
    Result.NOT_MET: "Không đạt",
    Result.NOT_ASSESSED: "Chưa đánh giá",
    Result.NOT_APPLICABLE: "Không áp dụng",
}

CONFIDENCE_LABELS = {"high": "cao", "medium": "vừa", "low": "thấp"}
"""How sure a rule or a deadline is, as the rulebooks and the settings mark it."""

LAYER_LABELS = {Layer.SCHOOL: "Trường", Layer.COMMUNE: "Xã", Layer.DEPARTMENT: "Sở"}

SCHOOL_KIND_LABELS = {
    SchoolKind.KINDERGARTEN: "Mầm non",
    SchoolKind.PRIMARY: "Tiểu học",
    SchoolKind.LOWER_SECONDARY: "THCS",
    SchoolKind.UPPER_SECONDARY: "THPT",
    SchoolKind.MULTI_LEVEL: "Nhiều cấp",
}

EDUCATION_LEVEL_LABELS = {
    EducationLevel.PRIMARY.value: "Tiểu học",
    EducationLevel.LOWER_SECONDARY.value: "THCS",
    EducationLevel.UPPER_SECONDARY.value: "THPT",
}
"""Levels of education as people call them, from the lowest."""

AWARD_KIND_LABELS = {AwardKind.RECOGNITION: "Bằng", AwardKind.CERTIFICATE: "Chứng nhận"}

CORRECTED_LABELS = {
    Corrected.NUMBER.value: "số",
    Corrected.DEGREE.value: "mức độ",
    Corrected.CERTIFICATE_DEGREE.value: "cấp độ chứng nhận",
    Corrected.DECIDED_ON.value: "ngày ký",
    Corrected.EXPIRES_ON.value: "ngày hết hạn",
}
"""What a correction put right, as the middle of a sentence."""

ROLE_LABELS = {
    Role.CLERK: "Văn thư",
    Role.COUNCIL_MEMBER: "Hội đồng tự đánh giá",
    Role.HEAD: "Hiệu trưởng",
    Role.COMMUNE_OFFICER: "Phòng VH-XH xã",
    Role.COMMUNE_LEADER: "Lãnh đạo UBND xã",
    Role.ECONOMIC_OFFICE: "Phòng Kinh tế xã",
    Role.STEERING_COMMITTEE: "Ban Chỉ đạo",
    Role.MASS_ORGANISATION: "Mặt trận và đoàn thể",
    Role.INSPECTOR: "Đoàn kiểm tra",
    Role.EXTERNAL_EVALUATOR: "Đoàn đánh giá ngoài",
    Role.DEPARTMENT_OFFICER: "Sở Giáo dục và Đào tạo",
    Role.AUDITOR: "Kiểm toán",
    Role.SUBSCRIBER: "Chương trình",
    Role.ADMINISTRATOR: "Quản trị",
}

SIGNING_LABELS = {
    SigningAs.ITSELF: "Ký chính danh",
    SigningAs.FOR_THE_HEAD: "Ký thay người đứng đầu (KT.)",
    SigningAs.BY_MANDATE: "Ký thừa ủy quyền (TUQ.)",
    SigningAs.BY_ORDER: "Ký thừa lệnh (TL.)",
}

SCOPE_KIND_LABELS = {
    ScopeKind.SCHOOL: "một trường",
    ScopeKind.COMMUNE: "một xã",
    ScopeKind.DEPARTMENT: "cả Sở",
    ScopeKind.INSTALLATION: "toàn hệ thống",
}

COUNCIL_ROLE_LABELS = {
    CouncilRole.CHAIR: "Chủ tịch Hội đồng",
    CouncilRole.VICE_CHAIR: "Phó Chủ tịch Hội đồng",
    CouncilRole.SECRETARY: "Thư ký Hội đồng",
    CouncilRole.MEMBER: "Ủy viên Hội đồng",
}

GROUP_KIND_LABELS = {GroupKind.SECRETARIAT: "Nhóm thư ký", GroupKind.WORKING: "Nhóm công tác"}

RULE_STATE_LABELS = {RuleState.MET: "Đúng", RuleState.NOT_MET: "Không đúng", RuleState.WARNING: "Cần xem"}

CRITERION_STEP_LABELS = {
    CriterionStep.NOT_STARTED: "Chưa bắt đầu",
    CriterionStep.WRITING: "Đang viết",
    CriterionStep.HANDED_IN: "Chờ soát",
    CriterionStep.CHANGES_REQUESTED: "Yêu cầu sửa",
    CriterionStep.REVIEWED: "Đã soát",
    CriterionStep.PASSED: "Hội đồng thông qua",
}

IMPROVEMENT_STATUS_LABELS = {
    ImprovementStatus.NOT_STARTED: "Chưa bắt đầu",
    ImprovementStatus.UNDER_WAY: "Đang làm",
    ImprovementStatus.AWAITING_EVIDENCE: "Chờ minh chứng",
    ImprovementStatus.DONE: "Xong",
    ImprovementStatus.DROPPED: "Bỏ",
}

REVIEW_OCCASION_LABELS = {
    ReviewOccasion.FIRST_TERM: "Cuối học kỳ I",
    ReviewOccasion.END_OF_YEAR: "Cuối năm học",
    ReviewOccasion.OTHER: "Lần khác",
}

OWED_PAPER_STATE_LABELS = {
    OwedPaperState.PRESENT: "Có",
    OwedPaperState.DRAFT: "Nháp",
    OwedPaperState.MISSING: "Thiếu",
    OwedPaperState.OVERDUE: "Quá hạn",
}

SHEET_PART_LABELS = {
    SheetPart.STATUS: "Mô tả hiện trạng",
    SheetPart.STRENGTHS: "Điểm mạnh",
    SheetPart.WEAKNESSES: "Điểm yếu",
    SheetPart.IMPROVEMENT: "Kế hoạch cải tiến chất lượng",
    SheetPart.RESULT: "Tự đánh giá",
}

CODE_STANDING_LABELS = {
    CodeStanding.CITED: "Đã gắn",
    CodeStanding.NOT_CITED: "Có mã, chưa gắn ở tiêu chí này",
    CodeStanding.NOT_ISSUED: "Chưa cấp mã này",
}

WRITING_STATE_LABELS = {
    WritingState.NOT_WRITTEN: "Chưa viết",
    WritingState.WRITTEN: "Đã viết",
    WritingState.UNREAD: "Chưa xem lại",
}

PAGE_DOUBT_LABELS = {
    "trang-khong-chu": "không đọc được chữ nào",
    "doc-chua-chac": "đọc chưa chắc",
    "trang-chua-doc": "chưa đọc được",
    "con-cho-chua-doc": "còn chỗ chưa đọc",
    "chu-mo": "chữ mờ",
    "anh-nhoe": "ảnh nhòe",
    "anh-tho": "ảnh quá thô",
}
"""Why a person should look at a page, beside the page that it is about."""

PAGE_KIND_LABELS = {"van-ban": "văn bản", "bang": "bảng", "bieu-mau": "biểu mẫu"}
"""What a page is as far as reading goes."""

VISIT_KIND_LABELS = {
    VisitKind.TECHNICAL: "Kiểm tra kỹ thuật",
    VisitKind.SUPERVISION: "Giám sát",
    VisitKind.ADVICE: "Tư vấn",
    VisitKind.EXTERNAL_EVALUATION: "Đánh giá ngoài",
    VisitKind.APPRAISAL: "Thẩm định",
}

TEAM_ROLE_LABELS = {
    TeamRole.HEAD: "Trưởng đoàn",
    TeamRole.DEPUTY: "Phó trưởng đoàn",
    TeamRole.SECRETARY: "Thư ký",
    TeamRole.MEMBER: "Thành viên",
}

VISIT_CONCLUSION_LABELS = {
    VisitConclusion.READY: "Đủ điều kiện đề nghị đánh giá",
    VisitConclusion.READY_AFTER_REMEDY: "Đủ điều kiện sau khi khắc phục",
    VisitConclusion.NOT_READY: "Chưa đủ điều kiện",
}

SEVERITY_LABELS = {RecommendationSeverity.MUST: "Bắt buộc", RecommendationSeverity.SHOULD: "Nên làm"}

RESPONSIBLE_LABELS = {
    Responsible.SCHOOL: "Trường",
    Responsible.COMMUNE: "Xã",
    Responsible.ECONOMIC_OFFICE: "Phòng Kinh tế",
}

VERIFICATION_LABELS = {
    Verification.DONE: "Đạt",
    Verification.PARTLY: "Đạt một phần",
    Verification.NOT_DONE: "Chưa làm",
}

RECOMMENDATION_STATE_LABELS = {
    RecommendationState.OVERDUE: "Quá hạn",
    RecommendationState.OPEN: "Chờ trả lời",
    RecommendationState.NOT_DONE: "Chưa làm",
    RecommendationState.PARTLY: "Đạt một phần",
    RecommendationState.ANSWERED: "Đã trả lời",
    RecommendationState.DONE: "Đạt",
}
"""Every state, the most urgent first."""

REGISTRATION_PURPOSE_LABELS = {
    RegistrationPurpose.CERTIFICATE: "Kiểm định chất lượng giáo dục",
    RegistrationPurpose.RECOGNITION: "Đạt chuẩn quốc gia",
    RegistrationPurpose.BOTH: "Kiểm định chất lượng giáo dục và đạt chuẩn quốc gia",
}

REGISTRATION_STATE_LABELS = {
    RegistrationState.NONE: "Chưa đăng ký",
    RegistrationState.REGISTERED: "Đã đăng ký",
    RegistrationState.INCOMPLETE: "Hồ sơ còn thiếu",
    RegistrationState.CHECKED: "Xã đã kiểm tra",
    RegistrationState.FORWARDED: "Đã chuyển",
    RegistrationState.RETURNED: "Trả lại",
    RegistrationState.ACCEPTED: "Đã tiếp nhận",
    RegistrationState.EVALUATION: "Đang đánh giá",
    RegistrationState.DRAFT_SENT: "Đã gửi dự thảo",
    RegistrationState.REPLIED: "Trường đã phản hồi",
    RegistrationState.SILENCE: "Hết hạn phản hồi",
    RegistrationState.FINAL: "Có báo cáo chính thức",
    RegistrationState.GRANTED: "Đã công nhận",
    RegistrationState.REFUSED: "Không công nhận",
}

REGISTRATION_STEP_LABELS = {
    RegistrationStep.OPEN: "Đăng ký",
    RegistrationStep.CHECK: "Kiểm tra hồ sơ",
    RegistrationStep.FORWARD: "Chuyển hồ sơ",
    RegistrationStep.RETURN: "Trả hồ sơ",
    RegistrationStep.ACCEPT: "Tiếp nhận",
    RegistrationStep.EVALUATE: "Đánh giá",
    RegistrationStep.DRAFT: "Gửi dự thảo báo cáo",
    RegistrationStep.REPLY: "Trường phản hồi",
    RegistrationStep.SILENCE: "Hết hạn phản hồi, coi như đồng ý",
    RegistrationStep.FINAL: "Báo cáo chính thức",
    RegistrationStep.DECIDE: "Quyết định",
}

ROUTE_STATION_LABELS = {RouteStation.SCHOOL: "Trường", RouteStation.COMMUNE: "Xã", RouteStation.DEPARTMENT: "Sở"}

FORWARDED_TO_LABELS = {ForwardedTo.DEPARTMENT: "Sở Giáo dục và Đào tạo", ForwardedTo.PROVINCE: "UBND tỉnh"}

POINT_ANSWER_LABELS = {PointAnswer.TAKEN_IN: "Tiếp thu", PointAnswer.KEPT: "Bảo lưu"}

MAINTENANCE_RESULT_LABELS = {
    MaintenanceResult.KEPT: "Duy trì",
    MaintenanceResult.AT_RISK: "Có nguy cơ",
    MaintenanceResult.NOT_KEPT: "Không duy trì",
}
