"""How people call the values of the vocabulary, in Vietnamese: one table for each list."""

from __future__ import annotations

from shared.vocabulary.assessment import AwardKind, Corrected, EducationLevel, Layer, Result, SchoolKind
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

RESULT_LABELS = {
    Result.MET: "Đạt",
    Result.NOT_MET: "Không đạt",
    Result.NOT_ASSESSED: "Chưa đánh giá",
    Result.NOT_APPLICABLE: "Không áp dụng",
}

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
    Role.INSPECTOR: "Đoàn kiểm tra",
    Role.EXTERNAL_EVALUATOR: "Đoàn đánh giá ngoài",
    Role.DEPARTMENT_OFFICER: "Sở Giáo dục và Đào tạo",
    Role.AUDITOR: "Kiểm toán",
    Role.SUBSCRIBER: "Chương trình",
    Role.ADMINISTRATOR: "Quản trị",
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
