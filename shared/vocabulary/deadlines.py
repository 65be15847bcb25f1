"""What days somebody owes something by: the kinds of deadlines, and what each is called."""

from __future__ import annotations

import enum


class DeadlineKind(enum.StrEnum):
    """What a deadline is of. The value is also how its id begins ("task:6f1c…")."""

    AWARD = "award"
    RENEWAL = "renewal"
    REMEDY = "remedy"
    CRITERION = "criterion"
    IMPROVEMENT = "improvement"
    VISIT = "visit"
    RECOMMENDATION = "recommendation"
    EVIDENCE = "evidence"
    EVALUATION = "evaluation"
    REPLY = "reply"
    ANSWER = "answer"
    DECISION = "decision"
    PLAN_REGISTER = "plan-register"
    PLAN_EVALUATE = "plan-evaluate"
    TARGET = "target"
    TASK = "task"
    TRAINING = "training"
    DIFFICULTY = "difficulty"
    REPORT = "report"


DEADLINE_KIND_LABELS = {
    DeadlineKind.AWARD: "Quyết định hết hạn",
    DeadlineKind.RENEWAL: "Đăng ký công nhận lại",
    DeadlineKind.REMEDY: "Khắc phục theo yêu cầu của Sở",
    DeadlineKind.CRITERION: "Viết tiêu chí",
    DeadlineKind.IMPROVEMENT: "Việc cải tiến",
    DeadlineKind.VISIT: "Đợt kiểm tra",
    DeadlineKind.RECOMMENDATION: "Kiến nghị",
    DeadlineKind.EVIDENCE: "Bổ sung minh chứng",
    DeadlineKind.EVALUATION: "Đánh giá ngoài",
    DeadlineKind.REPLY: "Phản hồi dự thảo báo cáo",
    DeadlineKind.ANSWER: "Trả lời phản hồi",
    DeadlineKind.DECISION: "Quyết định của Sở",
    DeadlineKind.PLAN_REGISTER: "Đăng ký theo kế hoạch năm",
    DeadlineKind.PLAN_EVALUATE: "Đánh giá ngoài theo kế hoạch năm",
    DeadlineKind.TARGET: "Chỉ tiêu",
    DeadlineKind.TASK: "Việc được giao",
    DeadlineKind.TRAINING: "Tập huấn",
    DeadlineKind.DIFFICULTY: "Khó khăn",
    DeadlineKind.REPORT: "Báo cáo",
}
