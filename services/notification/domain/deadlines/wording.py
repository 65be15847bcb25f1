"""What a deadline is called, in one line: no names of people, no typed words of anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from services.notification.domain.deadlines.model import KeptDeadline
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import CommuneUnit, PlanKind, ReportKind, TaskWanted, TrainingTopic
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.inspection import Responsible, VisitKind
from shared.vocabulary.labels import VISIT_KIND_LABELS
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
_ANSWERING = {
    Responsible.COMMUNE.value: "Phòng Văn hóa – Xã hội",
    Responsible.ECONOMIC_OFFICE.value: "Phòng Kinh tế",
}


def label_of(deadline: KeptDeadline, school: str) -> str:
    """Return one line that names the job; `school` is the school's name."""
    return _LABELS[deadline.kind](deadline, school or "Xã")


def act_of(deadline: KeptDeadline, *, waiting: bool) -> str:
    """Return what the link to it says: the one act that moves it."""
    return (_ACTS_WAITING if waiting else _ACTS).get(deadline.kind, "Mở")


_ACTS_WAITING = {
    DeadlineKind.RECOMMENDATION: "Xác minh trả lời",
    DeadlineKind.TASK: "Nhận hoặc trả lại",
    DeadlineKind.REPORT: "Duyệt báo cáo",
    DeadlineKind.DIFFICULTY: "Trả lời",
}
_ACTS = {
    DeadlineKind.AWARD: "Mở đăng ký",
    DeadlineKind.RENEWAL: "Mở đăng ký",
    DeadlineKind.VISIT: "Mở đợt kiểm tra",
    DeadlineKind.RECOMMENDATION: "Mở kiến nghị",
    DeadlineKind.CRITERION: "Mở tiêu chí",
    DeadlineKind.TASK: "Mở việc",
    DeadlineKind.REPORT: "Mở báo cáo",
    DeadlineKind.PLAN_REGISTER: "Mở kế hoạch",
    DeadlineKind.PLAN_EVALUATE: "Mở kế hoạch",
    DeadlineKind.TARGET: "Mở chỉ tiêu",
}


def _award(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: {_held(deadline)} số {deadline.parts.get('number', '')} hết hạn"


def _renewal(deadline: KeptDeadline, school: str) -> str:
    expires = deadline.parts.get("expires", "")
    until = f" ({_held(deadline)} hết hạn {format_date(dt.date.fromisoformat(expires))})" if expires else ""
    return f"{school}: đăng ký công nhận lại{until}"


def _remedy(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: khắc phục theo yêu cầu của Sở (Bằng số {deadline.parts.get('number', '')})"


def _criterion(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: viết tiêu chí {deadline.parts.get('criterion', '')}"


def _improvement(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: việc cải tiến{_of_criterion(deadline, ' của tiêu chí ')}"


def _visit(deadline: KeptDeadline, school: str) -> str:
    kind = deadline.parts.get("visit", "")
    if kind in set(VisitKind):
        return f"{VISIT_KIND_LABELS[VisitKind(kind)]}: {school}"
    return f"{'Đánh giá ngoài' if deadline.parts.get('layer') == Layer.DEPARTMENT else 'Kiểm tra'}: {school}"


def _recommendation(deadline: KeptDeadline, school: str) -> str:
    answering = _ANSWERING.get(deadline.parts.get("responsible", ""), "")
    about = f": {school}" if answering else ""
    said = f"{answering or school} trả lời kiến nghị{_of_criterion(deadline, ' ')}{about}"
    return said + _which(deadline, "kiến nghị thứ", "của đợt", "ghi")


def _evidence(deadline: KeptDeadline, school: str) -> str:
    said = f"{school} bổ sung minh chứng{_of_criterion(deadline, ' tiêu chí ')}"
    return said + _which(deadline, "yêu cầu thứ", "của đợt", "gửi")


def _plan_register(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: đăng ký theo kế hoạch năm {deadline.year}{_plan_kind(deadline)}"


def _plan_evaluate(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: đánh giá ngoài theo kế hoạch năm {deadline.year}{_plan_kind(deadline)}"


def _target(deadline: KeptDeadline, school: str) -> str:
    return f"{school}: tiêu chí {deadline.parts.get('criterion', '')} đạt mức {deadline.parts.get('level', '')}"


def _task(deadline: KeptDeadline, school: str) -> str:
    unit = deadline.parts.get("unit", "")
    who = COMMUNE_UNIT_LABELS[CommuneUnit(unit)] if unit in set(CommuneUnit) else school
    said = f"{who}: {_WANTED.get(deadline.parts.get('wanted', ''), 'làm việc được giao')}"
    return said + _which(deadline, "việc thứ", f"năm {deadline.year}", "giao")


def _training(deadline: KeptDeadline, school: str) -> str:
    topic = deadline.parts.get("topic", "")
    named = f": {TRAINING_TOPIC_LABELS[TrainingTopic(topic)]}" if topic in set(TrainingTopic) else ""
    return f"Mở lớp tập huấn{named}" + _which(deadline, "lớp thứ", f"năm {deadline.year}", "lập")


def _difficulty(deadline: KeptDeadline, school: str) -> str:
    said = f"Trả lời khó khăn của {school}{_of_criterion(deadline, ', tiêu chí ')}"
    return said + _which(deadline, "khó khăn thứ", f"năm {deadline.year}", "nêu")


def _report(deadline: KeptDeadline, school: str) -> str:
    kind = deadline.parts.get("report", "")
    named = REPORT_KIND_LABELS[ReportKind(kind)] if kind in set(ReportKind) else "Báo cáo"
    said = f"{school} nộp {named[0].lower()}{named[1:]}"
    return said + _which(deadline, "báo cáo thứ", f"năm {deadline.year}", "yêu cầu")


_LABELS: Mapping[DeadlineKind, Callable[[KeptDeadline, str], str]] = {
    DeadlineKind.AWARD: _award,
    DeadlineKind.RENEWAL: _renewal,
    DeadlineKind.REMEDY: _remedy,
    DeadlineKind.CRITERION: _criterion,
    DeadlineKind.IMPROVEMENT: _improvement,
    DeadlineKind.VISIT: _visit,
    DeadlineKind.RECOMMENDATION: _recommendation,
    DeadlineKind.EVIDENCE: _evidence,
    DeadlineKind.EVALUATION: lambda _, school: f"Sở đánh giá ngoài: {school}",
    DeadlineKind.REPLY: lambda _, school: f"{school} phản hồi dự thảo báo cáo đánh giá ngoài",
    DeadlineKind.ANSWER: lambda _, school: f"Đoàn hoàn thiện báo cáo đánh giá ngoài: {school}",
    DeadlineKind.DECISION: lambda _, school: f"Sở quyết định hồ sơ: {school}",
    DeadlineKind.PLAN_REGISTER: _plan_register,
    DeadlineKind.PLAN_EVALUATE: _plan_evaluate,
    DeadlineKind.TARGET: _target,
    DeadlineKind.TASK: _task,
    DeadlineKind.TRAINING: _training,
    DeadlineKind.DIFFICULTY: _difficulty,
    DeadlineKind.REPORT: _report,
}


def _which(deadline: KeptDeadline, thing: str, of: str, begun: str) -> str:
    """Return what tells it apart from others of its kind and day: its number, and the day on which it began."""
    return f" ({thing} {deadline.parts.get('nth', '')} {of}, {begun} {format_date(deadline.began)})"


def _held(deadline: KeptDeadline) -> str:
    return _AWARDS.get(deadline.parts.get("award", ""), "Quyết định")


def _of_criterion(deadline: KeptDeadline, before: str) -> str:
    criterion = deadline.parts.get("criterion", "")
    return f"{before}{criterion}" if criterion else ""


def _plan_kind(deadline: KeptDeadline) -> str:
    return _PLAN_KINDS.get(deadline.parts.get("plan", ""), "")


_PLAN_KINDS: Mapping[str, str] = {kind.value: f" ({PLAN_KIND_LABELS[kind].lower()})" for kind in PlanKind}
