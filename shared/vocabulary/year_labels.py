"""How people call the values of a commune's year, in Vietnamese: one table for each list."""

from __future__ import annotations

from shared.vocabulary.commune_year import (
    Appraisal,
    ClosingWord,
    CommitteeRole,
    CommuneUnit,
    DeadlineState,
    DifficultyState,
    ForwardedDifficulty,
    FundingSource,
    HandedInState,
    NeedState,
    PlanKind,
    PlanState,
    PublicityKind,
    Recurrence,
    ReportKind,
    ReportReceiver,
    TargetLead,
    TargetState,
    TaskState,
    TaskWanted,
    TrainingTopic,
)

PLAN_KIND_LABELS = {
    PlanKind.RECOGNISE_NEW: "Công nhận mới",
    PlanKind.RECOGNISE_AGAIN: "Công nhận lại",
    PlanKind.MAINTAIN: "Duy trì",
    PlanKind.RAISE: "Nâng mức",
    PlanKind.CERTIFY_ONLY: "Chỉ kiểm định chất lượng",
    PlanKind.NOTHING: "Không đưa vào",
}

PLAN_STATE_LABELS = {
    PlanState.DRAFT: "Nháp",
    PlanState.ISSUED: "Đã ban hành",
    PlanState.ADJUSTED: "Đã điều chỉnh",
}

COMMUNE_UNIT_LABELS = {
    CommuneUnit.LEADERS: "Lãnh đạo UBND xã",
    CommuneUnit.CULTURE_OFFICE: "Phòng Văn hóa – Xã hội",
    CommuneUnit.ECONOMIC_OFFICE: "Phòng Kinh tế",
    CommuneUnit.STEERING_COMMITTEE: "Ban Chỉ đạo",
    CommuneUnit.MASS_ORGANISATIONS: "Mặt trận và đoàn thể",
}

TARGET_LEAD_LABELS = {
    TargetLead.SCHOOL: "Trường",
    TargetLead.CULTURE_OFFICE: "Phòng Văn hóa – Xã hội",
    TargetLead.ECONOMIC_OFFICE: "Phòng Kinh tế",
}

TARGET_STATE_LABELS = {
    TargetState.MET: "Đạt",
    TargetState.ON_THE_WAY: "Đang làm",
    TargetState.LATE: "Trễ",
    TargetState.NONE: "Chưa có",
    TargetState.SCHOOL_CLOSED: "Trường đã đóng",
}

COMMITTEE_ROLE_LABELS = {
    CommitteeRole.HEAD: "Trưởng ban",
    CommitteeRole.STANDING_DEPUTY: "Phó Trưởng ban thường trực",
    CommitteeRole.DEPUTY: "Phó Trưởng ban",
    CommitteeRole.SECRETARY: "Thư ký",
    CommitteeRole.MEMBER: "Ủy viên",
}

TASK_WANTED_LABELS = {
    TaskWanted.REPORT: "Báo cáo",
    TaskWanted.PAPER: "Văn bản",
    TaskWanted.FIGURES: "Số liệu",
    TaskWanted.NOTHING: "Không cần gửi lại",
}

TASK_STATE_LABELS = {
    TaskState.GIVEN: "Đã giao",
    TaskState.REPORTED: "Đã báo cáo",
    TaskState.RETURNED: "Trả lại",
    TaskState.ACCEPTED: "Đã nhận",
    TaskState.CANCELLED: "Đã hủy",
    TaskState.OVERDUE: "Quá hạn",
    TaskState.SCHOOL_CLOSED: "Trường đã đóng",
}

RECURRENCE_LABELS = {Recurrence.MONTHLY: "Hằng tháng", Recurrence.QUARTERLY: "Hằng quý"}

TRAINING_TOPIC_LABELS = {
    TrainingTopic.COUNCIL: "Hội đồng tự đánh giá",
    TrainingTopic.EXTERNAL_EVALUATION: "Đánh giá ngoài",
    TrainingTopic.EVIDENCE: "Minh chứng",
    TrainingTopic.SOFTWARE: "Phần mềm",
}

PUBLICITY_KIND_LABELS = {
    PublicityKind.ARTICLE: "Tin, bài",
    PublicityKind.LOUDSPEAKER: "Loa truyền thanh",
    PublicityKind.COUNCIL_SESSION: "Kỳ họp HĐND",
    PublicityKind.CONFERENCE: "Hội nghị",
    PublicityKind.OTHER: "Hình thức khác",
}

DIFFICULTY_STATE_LABELS = {
    DifficultyState.RAISED: "Mới nêu",
    DifficultyState.TAKEN: "Đã nhận",
    DifficultyState.ANSWERED: "Đã trả lời",
    DifficultyState.FORWARDED: "Đã chuyển",
    DifficultyState.DECIDED: "Đã quyết định",
    DifficultyState.CLOSED: "Đã đóng",
}

FORWARDED_DIFFICULTY_LABELS = {
    ForwardedDifficulty.LEADERS: "Lãnh đạo UBND xã",
    ForwardedDifficulty.DEPARTMENT: "Sở Giáo dục và Đào tạo",
    ForwardedDifficulty.ECONOMIC_OFFICE: "Phòng Kinh tế",
}

CLOSING_WORD_LABELS = {ClosingWord.SOLVED: "Thỏa đáng", ClosingWord.NOT_SOLVED: "Chưa thỏa đáng"}

FUNDING_SOURCE_LABELS = {
    FundingSource.NEW_RURAL_AREAS: "CTMTQG xây dựng nông thôn mới",
    FundingSource.ETHNIC_MINORITIES: "CTMTQG vùng dân tộc thiểu số và miền núi",
    FundingSource.CENTRAL_BUDGET: "Ngân sách trung ương",
    FundingSource.PROVINCE_BUDGET: "Ngân sách tỉnh",
    FundingSource.COMMUNE_BUDGET: "Ngân sách xã",
    FundingSource.CONTRIBUTIONS: "Xã hội hóa",
}

APPRAISAL_LABELS = {
    Appraisal.FOUNDED: "Có cơ sở",
    Appraisal.ADJUSTED: "Có cơ sở sau điều chỉnh",
    Appraisal.REFUSED: "Không có cơ sở",
}

NEED_STATE_LABELS = {
    NeedState.RAISED: "Mới nêu",
    NeedState.APPRAISED: "Đã thẩm định",
    NeedState.REFUSED: "Không có cơ sở",
    NeedState.FUNDED: "Đã bố trí vốn",
    NeedState.UNDER_WAY: "Đang thực hiện",
    NeedState.HANDED_OVER: "Đã bàn giao",
    NeedState.WITHDRAWN: "Đã rút",
}

REPORT_KIND_LABELS = {
    ReportKind.PROGRESS: "Báo cáo tiến độ",
    ReportKind.MID_YEAR: "Báo cáo sơ kết",
    ReportKind.FINAL: "Báo cáo tổng kết",
    ReportKind.THEMATIC: "Báo cáo chuyên đề",
}

REPORT_STATE_LABELS = {
    HandedInState.ASKED: "Chưa gửi",
    HandedInState.HANDED_IN: "Chờ duyệt",
    HandedInState.RETURNED: "Trả lại",
    HandedInState.ACCEPTED: "Đã duyệt",
    HandedInState.OVERDUE: "Quá hạn",
    HandedInState.SCHOOL_CLOSED: "Trường đã đóng",
}

REPORT_RECEIVER_LABELS = {
    ReportReceiver.LEADERS: "UBND xã",
    ReportReceiver.DEPARTMENT: "Sở Giáo dục và Đào tạo",
}

DEADLINE_STATE_LABELS = {
    DeadlineState.AHEAD: "Sắp đến hạn",
    DeadlineState.TODAY: "Hôm nay",
    DeadlineState.OVERDUE: "Quá hạn",
    DeadlineState.WAITING: "Đang chờ",
    DeadlineState.DONE: "Xong",
    DeadlineState.DROPPED: "Đã bỏ",
}
