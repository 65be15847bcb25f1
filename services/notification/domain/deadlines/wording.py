"""What a deadline is called, and where in the portal it is dealt with: no names of people, no typed words of anybody."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from services.notification.domain.deadlines.model import Deadline
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import CommuneUnit, PlanKind, ReportKind, TaskWanted, TrainingTopic
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.inspection import VisitKind
from shared.vocabulary.labels import VISIT_KIND_LABELS
from shared.vocabulary.roles import Role
from shared.vocabulary.year_labels import (
    COMMUNE_UNIT_LABELS,
    PLAN_KIND_LABELS,
    REPORT_KIND_LABELS,
    TRAINING_TOPIC_LABELS,
)

_AWARDS = {"recognition": "Bằng", "certificate": "Chứng nhận"}
_WANTED = {
    TaskWanted.REPORT.value: "báo cáo việc được giao",
    TaskWanted.PAPER.value: "nộp giấy tờ được giao",
    TaskWanted.FIGURES.value: "nộp số liệu được giao",
}


def label_of(deadline: Deadline, school: str) -> str:
    """Return one line that names the job; `school` is the school's name."""
    who, parts = school or "Xã", deadline.parts
    criterion = parts.get("criterion", "")
    match deadline.kind:
        case DeadlineKind.AWARD:
            return f"{who}: {_AWARDS.get(parts.get('award', ''), 'Quyết định')} số {parts.get('number', '')} hết hạn"
        case DeadlineKind.RENEWAL:
            expires = parts.get("expires", "")
            held = f" ({_AWARDS.get(parts.get('award', ''), 'quyết định')} hết hạn {_day(expires)})" if expires else ""
            return f"{who}: đăng ký công nhận lại{held}"
        case DeadlineKind.REMEDY:
            return f"{who}: khắc phục theo yêu cầu của Sở (Bằng số {parts.get('number', '')})"
        case DeadlineKind.CRITERION:
            return f"{who}: viết tiêu chí {criterion}"
        case DeadlineKind.IMPROVEMENT:
            return f"{who}: việc cải tiến{f' của tiêu chí {criterion}' if criterion else ''}"
        case DeadlineKind.VISIT:
            return f"{_visit(parts.get('visit', ''), parts.get('layer', ''))}: {who}"
        case DeadlineKind.RECOMMENDATION:
            return f"{_answering(deadline, who)} kiến nghị{f' {criterion}' if criterion else ''}"
        case DeadlineKind.EVIDENCE:
            return f"{who} bổ sung minh chứng{f' tiêu chí {criterion}' if criterion else ''}"
        case DeadlineKind.EVALUATION:
            return f"Sở đánh giá ngoài: {who}"
        case DeadlineKind.REPLY:
            return f"{who} phản hồi dự thảo báo cáo đánh giá ngoài"
        case DeadlineKind.ANSWER:
            return f"Đoàn hoàn thiện báo cáo đánh giá ngoài: {who}"
        case DeadlineKind.DECISION:
            return f"Sở quyết định hồ sơ: {who}"
        case _:
            return _of_the_year(deadline, who)


def _of_the_year(deadline: Deadline, who: str) -> str:
    parts, criterion = deadline.parts, deadline.parts.get("criterion", "")
    match deadline.kind:
        case DeadlineKind.PLAN_REGISTER:
            return f"{who}: đăng ký theo kế hoạch năm {deadline.year}{_plan_kind(parts.get('plan', ''))}"
        case DeadlineKind.PLAN_EVALUATE:
            return f"{who}: đánh giá ngoài theo kế hoạch năm {deadline.year}{_plan_kind(parts.get('plan', ''))}"
        case DeadlineKind.TARGET:
            return f"{who}: tiêu chí {criterion} đạt mức {parts.get('level', '')}"
        case DeadlineKind.TASK:
            unit = COMMUNE_UNIT_LABELS.get(_unit(parts.get("unit", "")) or CommuneUnit.CULTURE_OFFICE, "")
            return f"{who if deadline.school else unit}: {_WANTED.get(parts.get('wanted', ''), 'làm việc được giao')}"
        case DeadlineKind.TRAINING:
            topic = parts.get("topic", "")
            named = TRAINING_TOPIC_LABELS[TrainingTopic(topic)].lower() if topic in set(TrainingTopic) else ""
            return f"Mở lớp tập huấn{f': {named}' if named else ''}"
        case DeadlineKind.DIFFICULTY:
            return f"Trả lời khó khăn của {who}{f' (tiêu chí {criterion})' if criterion else ''}"
        case _:
            kind = parts.get("report", "")
            named = REPORT_KIND_LABELS[ReportKind(kind)].lower() if kind in set(ReportKind) else "báo cáo"
            return f"{who} nộp {named if named.startswith('báo cáo') else f'báo cáo {named}'}"


def act_of(deadline: Deadline, *, waiting: bool) -> str:
    """Return what the link to it says: the one act that moves it."""
    if waiting:
        return {
            DeadlineKind.RECOMMENDATION: "Xác minh trả lời",
            DeadlineKind.TASK: "Nhận hoặc trả lại",
            DeadlineKind.REPORT: "Duyệt báo cáo",
            DeadlineKind.DIFFICULTY: "Trả lời",
        }.get(deadline.kind, "Mở")
    return {
        DeadlineKind.AWARD: "Mở đăng ký",
        DeadlineKind.RENEWAL: "Mở đăng ký",
        DeadlineKind.RECOMMENDATION: "Trả lời, gia hạn",
        DeadlineKind.TASK: "Mở việc",
        DeadlineKind.REPORT: "Mở báo cáo",
        DeadlineKind.PLAN_REGISTER: "Mở kế hoạch",
        DeadlineKind.PLAN_EVALUATE: "Mở kế hoạch",
        DeadlineKind.TARGET: "Mở chỉ tiêu",
    }.get(deadline.kind, "Mở")


def address_of(deadline: Deadline, commune: CommuneCode, *, at_school: bool) -> str:
    """Return the page of the portal where it is dealt with; `at_school`: as the school sees it."""
    school, office = f"/truong/{quote(deadline.school)}", f"/xa/{quote(commune)}"
    parts, year = deadline.parts, f"?nam={deadline.year}"
    match deadline.kind:
        case DeadlineKind.AWARD | DeadlineKind.RENEWAL:
            return f"{school}/dang-ky"
        case DeadlineKind.EVALUATION | DeadlineKind.REPLY | DeadlineKind.ANSWER | DeadlineKind.DECISION:
            return f"{school}/dang-ky"
        case DeadlineKind.REMEDY:
            return f"{school}/duy-tri"
        case DeadlineKind.CRITERION:
            return f"{school}/danh-gia/{quote(parts.get('cycle', ''))}/{quote(parts.get('criterion', ''))}"
        case DeadlineKind.IMPROVEMENT:
            return f"{school}/cai-tien"
        case DeadlineKind.VISIT:
            if at_school:
                return f"{school}/kien-nghi"
            board = "/so/ho-so" if parts.get("layer") == Layer.DEPARTMENT else f"{office}/kiem-tra"
            return f"{board}/{quote(parts.get('inspection', ''))}"
        case DeadlineKind.EVIDENCE:
            return f"{school}/kien-nghi"
        case DeadlineKind.RECOMMENDATION:
            if at_school:
                return f"{school}/kien-nghi#kn-{quote(parts.get('recommendation', ''))}"
            board = "/so" if Role.DEPARTMENT_OFFICER in deadline.watch else office
            return f"{board}/kien-nghi?truong={quote(deadline.school)}&chon={quote(parts.get('recommendation', ''))}"
        case DeadlineKind.PLAN_REGISTER | DeadlineKind.PLAN_EVALUATE:
            return f"{school}/dang-ky" if at_school else f"{office}/ke-hoach{year}"
        case DeadlineKind.TARGET:
            return f"{school}/viec" if at_school else f"{office}/chi-tieu{year}"
        case DeadlineKind.TASK:
            return f"{school}/viec" if at_school and deadline.school else f"{office}/viec{year}"
        case DeadlineKind.TRAINING:
            return "" if at_school else f"{office}/tap-huan{year}"
        case DeadlineKind.DIFFICULTY:
            return f"{school}/kho-khan" if at_school else f"{office}/kho-khan{year}"
        case DeadlineKind.REPORT:
            return f"{school}/bao-cao/{quote(parts.get('request', ''))}" if at_school else f"{office}/bao-cao{year}"


def _answering(deadline: Deadline, school: str) -> str:
    return {"xa": "Phòng Văn hóa – Xã hội trả lời", "phong_kinh_te": "Phòng Kinh tế trả lời"}.get(
        deadline.parts.get("responsible", ""), f"{school} trả lời"
    )


def _visit(kind: str, layer: str) -> str:
    if kind in set(VisitKind):
        return VISIT_KIND_LABELS[VisitKind(kind)]
    return "Đánh giá ngoài" if layer == Layer.DEPARTMENT else "Kiểm tra"


def _plan_kind(kind: str) -> str:
    return f" ({PLAN_KIND_LABELS[PlanKind(kind)].lower()})" if kind in set(PlanKind) else ""


def _unit(unit: str) -> CommuneUnit | None:
    return CommuneUnit(unit) if unit in set(CommuneUnit) else None


def _day(text: str) -> str:
    return format_date(dt.date.fromisoformat(text))
