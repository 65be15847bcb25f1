"""Where in the portal a deadline is dealt with, by those at the school and by those at an office."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from urllib.parse import quote

from services.notification.domain.deadlines.model import KeptDeadline
from shared.vocabulary.assessment import Layer
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode

Address = Callable[[KeptDeadline, str, str], str]
"""From a deadline, the page of its school and that of its commune."""


def address_of(deadline: KeptDeadline, commune: CommuneCode, *, at_school: bool) -> str:
    """Return the page where it is dealt with, as the school sees it (`at_school`) or an office; '' for none."""
    pages = _AT_SCHOOL if at_school else _AT_OFFICE
    address = pages.get(deadline.kind) or _BOTH[deadline.kind]
    return address(deadline, _page_of("truong", deadline.school), _page_of("xa", commune))


@functools.lru_cache(maxsize=4096)
def _page_of(place: str, code: str) -> str:
    return f"/{place}/{quote(code)}"


def _registration(deadline: KeptDeadline, school: str, office: str) -> str:
    return f"{school}/dang-ky"


def _criterion(deadline: KeptDeadline, school: str, office: str) -> str:
    return f"{school}/danh-gia/{_part(deadline, 'cycle')}/{_part(deadline, 'criterion')}"


def _visit(deadline: KeptDeadline, school: str, office: str) -> str:
    board = "/so/ho-so" if _is_department(deadline) else f"{office}/kiem-tra"
    return f"{board}/{_part(deadline, 'inspection')}?truong={quote(deadline.school)}"


def _recommendation(deadline: KeptDeadline, school: str, office: str) -> str:
    board = "/so" if _is_department(deadline) else office
    return f"{board}/kien-nghi?truong={quote(deadline.school)}&chon={_part(deadline, 'recommendation')}"


def _of_year(page: str) -> Address:
    return lambda deadline, school, office: f"{office}/{page}?nam={deadline.year}"


def _task_at_school(deadline: KeptDeadline, school: str, office: str) -> str:
    return f"{school}/viec" if deadline.school else f"{office}/viec?nam={deadline.year}"


_BOTH: Mapping[DeadlineKind, Address] = {
    DeadlineKind.AWARD: _registration,
    DeadlineKind.RENEWAL: _registration,
    DeadlineKind.REMEDY: lambda _, school, __: f"{school}/duy-tri",
    DeadlineKind.CRITERION: _criterion,
    DeadlineKind.IMPROVEMENT: lambda _, school, __: f"{school}/cai-tien",
    DeadlineKind.EVIDENCE: lambda _, school, __: f"{school}/kien-nghi",
    DeadlineKind.EVALUATION: _registration,
    DeadlineKind.REPLY: _registration,
    DeadlineKind.ANSWER: _registration,
    DeadlineKind.DECISION: _registration,
}
_AT_OFFICE: Mapping[DeadlineKind, Address] = {
    DeadlineKind.VISIT: _visit,
    DeadlineKind.RECOMMENDATION: _recommendation,
    DeadlineKind.PLAN_REGISTER: _of_year("ke-hoach"),
    DeadlineKind.PLAN_EVALUATE: _of_year("ke-hoach"),
    DeadlineKind.TARGET: _of_year("chi-tieu"),
    DeadlineKind.TASK: lambda one, _, office: f"{office}/viec/{_part(one, 'task')}",
    DeadlineKind.TRAINING: _of_year("tap-huan"),
    DeadlineKind.DIFFICULTY: _of_year("kho-khan"),
    DeadlineKind.REPORT: _of_year("bao-cao"),
}
_AT_SCHOOL: Mapping[DeadlineKind, Address] = {
    DeadlineKind.VISIT: lambda _, school, __: f"{school}/kien-nghi",
    DeadlineKind.RECOMMENDATION: lambda one, school, __: f"{school}/kien-nghi#kn-{_part(one, 'recommendation')}",
    DeadlineKind.PLAN_REGISTER: _registration,
    DeadlineKind.PLAN_EVALUATE: _registration,
    DeadlineKind.TARGET: lambda _, school, __: f"{school}/viec",
    DeadlineKind.TASK: _task_at_school,
    DeadlineKind.TRAINING: lambda _, __, ___: "",
    DeadlineKind.DIFFICULTY: lambda _, school, __: f"{school}/kho-khan",
    DeadlineKind.REPORT: lambda one, school, __: f"{school}/bao-cao/{_part(one, 'request')}",
}


def _part(deadline: KeptDeadline, name: str) -> str:
    return quote(deadline.parts.get(name, ""), safe="")


def _is_department(deadline: KeptDeadline) -> bool:
    return deadline.parts.get("layer") == Layer.DEPARTMENT
