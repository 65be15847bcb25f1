"""Training of a commune's year: its classes, one class with its attendance, who has attended none."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.site import blueprint, keep, render, school_name
from services.portal.pages.year.frame import chosen_year, open_schools, year_tabs
from services.portal.pages.year.print_links import FORMAT_NAMES, year_paper
from services.portal.training_people import hold_training, reads_councils, training, untrained
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.year.training import (
    AttendedGiven,
    CancelTraining,
    PlanTraining,
    TrainingHeldGiven,
    TrainingPlannedAnswer,
    TrainingRequest,
    TrainingsAnswer,
    TrainingsRequest,
    TrainingView,
    UntrainedQuestion,
)
from shared.problems import BadRequest, NotAllowed, NotFound, Problem
from shared.text import parse_date, words
from shared.vocabulary.commune_year import TrainingTopic, YearPaperKind
from shared.vocabulary.ids import CommuneCode, PersonId, Position, SchoolCode, TrainingId
from shared.vocabulary.year_labels import TRAINING_TOPIC_LABELS

LINES_A_PAGE = 25
MOST_ROWS = 1_000
_DAYS = re.compile(r"[;\n]+|,\s*|\s+và\s+")


class AttendanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the form of attendance: a person who is known by id, from which school, as what, present or not."""

    person: PersonId
    name: str
    school: SchoolCode
    school_name: str
    office: str = ""
    present: bool = True
    result: str = ""


def require_reader(commune: CommuneCode) -> None:
    """Raise NotFound for no such commune, NotAllowed for who does not read its year."""
    if directory().commune(commune) is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    if not may("inspection.attended_trainings", commune=commune):
        raise NotAllowed("Trang này dành cho các cơ quan của xã. Xin quyền ở người quản trị.")


@blueprint.get("/xa/<commune>/tap-huan")
def trainings_page(commune: CommuneCode) -> str:
    """List the classes of the year, what schools ask for, and plan a class."""
    return _list(commune)


@blueprint.post("/xa/<commune>/tap-huan")
def plan_training(commune: CommuneCode) -> str | Response:
    """Plan a class."""
    try:
        planned = PlanTraining(
            commune=commune,
            year=chosen_year(),
            topic=_topic(forms.required("noi-dung", "nội dung")),
            title=forms.text("ten"),
            days=_days(forms.required("ngay", "ngày mở lớp")),
            place=forms.text("noi"),
            schools=[SchoolCode(one) for one in forms.several("truong")],
            budget_vnd=forms.whole("kinh-phi"),
        )
        made = call_service("inspection", "plan_training", planned, TrainingPlannedAnswer)
    except Problem as problem:
        return _list(commune, problem)
    return forms.go(_class_address(commune, made.id), made.position)


@blueprint.get("/xa/<commune>/tap-huan/chua-du")
def untrained_page(commune: CommuneCode) -> str:
    """List who of the schools' councils, or of teams, attended no class on a topic."""
    require_reader(commune)
    wanted = query_params.text("noi-dung", 40)
    topic = TrainingTopic(wanted) if wanted in set(TrainingTopic) else TrainingTopic.COUNCIL
    found = untrained(UntrainedQuestion(commune=commune, topic=topic))
    by_school: dict[str, list[AttendanceLine]] = {}
    for one in found.people:
        line = AttendanceLine(
            person=one.person, name=one.name, school=one.school, school_name=school_name(one.school), office=one.office
        )
        by_school.setdefault(line.school_name, []).append(line)
    return render(
        "chua-tap-huan.html",
        active="ke-hoach",
        tabs=year_tabs(commune, "tap-huan"),
        base=_address(commune),
        topic=topic,
        found=found,
        by_school=by_school,
        TOPICS=TRAINING_TOPIC_LABELS,
    )


@blueprint.get("/xa/<commune>/tap-huan/in")
def print_training(commune: CommuneCode) -> Response:
    """Print the invitation of a class, and its list."""
    require_reader(commune)
    return year_paper(commune, YearPaperKind.TRAINING, query_params.text("lop", 40))


@blueprint.get("/xa/<commune>/tap-huan/<number>")
def training_page(commune: CommuneCode, number: TrainingId) -> str:
    """Show a class: when, where, for whom, and who attended."""
    return _class(commune, number)


@blueprint.post("/xa/<commune>/tap-huan/<number>")
def act_on_training(commune: CommuneCode, number: TrainingId) -> str | Response:
    """Write the attendance down, or cancel the class."""
    act = forms.text("viec")
    try:
        if act == "huy" and not is_confirmed():
            return _ask_to_cancel(commune, number)
        done = _cancel(number) if act == "huy" else _hold(number)
    except Problem as problem:
        return _class(commune, number, problem)
    return forms.go(_class_address(commune, number), done)


def _address(commune: CommuneCode) -> str:
    return f"/xa/{quote(commune)}/tap-huan"


def _class_address(commune: CommuneCode, number: TrainingId) -> str:
    return keep(f"{_address(commune)}/{quote(number)}", None, nam=chosen_year())


def _topic(text: str) -> TrainingTopic:
    if text not in set(TrainingTopic):
        raise BadRequest("Nội dung này không có. Chưa ghi gì. Chọn trong danh sách.", path="noi-dung")
    return TrainingTopic(text)


def _days(text: str) -> list[dt.date]:
    return [parse_date(part) for part in _DAYS.split(text) if part.strip()]


def _list(commune: CommuneCode, problem: Problem | None = None) -> str:
    require_reader(commune)
    tabs, number = year_tabs(commune, "tap-huan"), query_params.number("trang", 1, low=1)
    asked = TrainingsRequest(commune=commune, year=tabs.calendar_year, after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE)
    found = call_service("inspection", "trainings", asked, TrainingsAnswer)
    return render(
        "tap-huan.html",
        active="ke-hoach",
        tabs=tabs,
        base=_address(commune),
        found=found,
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        schools=open_schools(commune),
        names={entry.code: entry.name for entry in directory().schools(commune)},
        planning=may("inspection.plan_training", commune=commune),
        seeing_councils=reads_councils(commune),
        problem=problem,
        TOPICS=TRAINING_TOPIC_LABELS,
    )


def _class(commune: CommuneCode, number: TrainingId, problem: Problem | None = None) -> str:
    require_reader(commune)
    view = training(TrainingRequest(training=number))
    if view.commune != commune:
        raise NotFound("Xã này không có lớp tập huấn ấy. Xem lại địa chỉ.")
    holding = may("inspection.hold_training", commune=commune) and view.cancelled_on is None
    return render(
        "lop-tap-huan.html",
        active="ke-hoach",
        tabs=year_tabs(commune, "tap-huan"),
        base=_address(commune),
        view=view,
        lines=_lines(view, offering=holding and reads_councils(commune)),
        holding=holding,
        names={entry.code: entry.name for entry in directory().schools(commune)},
        problem=problem,
        formats=FORMAT_NAMES,
        TOPICS=TRAINING_TOPIC_LABELS,
    )


def _lines(view: TrainingView, *, offering: bool) -> list[AttendanceLine]:
    """Return who attended; before that, where the class is `offering` its form, who of the invited needs it."""
    if view.held_on is not None or not offering:
        return [
            AttendanceLine(
                person=one.person,
                name=one.name,
                school=one.school,
                school_name=school_name(one.school),
                present=one.present,
                result=one.result,
            )
            for one in view.attendance
        ]
    wanted = untrained(UntrainedQuestion(commune=view.commune, topic=view.topic)).people
    return [
        AttendanceLine(
            person=one.person, name=one.name, school=one.school, school_name=school_name(one.school), office=one.office
        )
        for one in wanted
        if not view.schools or one.school in view.schools
    ][:MOST_ROWS]


def _hold(number: TrainingId) -> Position:
    held = TrainingHeldGiven(
        training=number,
        held_on=parse_date(forms.required("ngay", "ngày mở lớp")),
        attendance=[*_rows(), *_typed("them", present=True), *_typed("vang", present=False)],
        materials=forms.text("tai-lieu"),
        reason=forms.text("ly-do"),
        seen=forms.whole("ban"),
    )
    return hold_training(held).position


def _rows() -> list[AttendedGiven]:
    """Return the people of the form's rows that are kept in it."""
    numbers = [name.removeprefix("nguoi-") for name in forms.names() if name.startswith("nguoi-")][:MOST_ROWS]
    return [
        AttendedGiven(
            person=PersonId(forms.text(f"nguoi-{number}")),
            school=SchoolCode(forms.text(f"truong-{number}")),
            present=forms.text(f"co-{number}") == "co",
            result=forms.text(f"kq-{number}"),
        )
        for number in numbers
        if forms.text(f"co-{number}") != "bo"
    ]


def _typed(field: str, *, present: bool) -> list[AttendedGiven]:
    """Return the people who are typed, one a line: "họ tên hoặc tên đăng nhập; trường; chức vụ; kết quả"."""
    return [_person(line, field, present=present) for line in forms.text(field).splitlines() if line.strip()]


def _person(line: str, field: str, *, present: bool) -> AttendedGiven:
    who, school, office, result = (part.strip() for part in [*line.split(";"), "", "", ""][:4])
    is_login = who.isascii() and who == who.lower() and not any(letter.isspace() for letter in who)
    return AttendedGiven(
        name="" if is_login else who,
        login=who if is_login else "",
        school=_school(school, field),
        office=office,
        present=present,
        result=result,
    )


def _school(text: str, field: str) -> SchoolCode:
    """Return the school that a code or a name means; '' for none. Raises BadRequest."""
    if not text:
        return SchoolCode("")
    found = [entry.code for entry in directory().schools() if entry.code == text or words(entry.name) == words(text)]
    if not found:
        raise BadRequest(f"Không có trường “{text[:60]}”. Chưa ghi gì. Ghi mã hoặc đúng tên trường.", path=field)
    return found[0]


def _cancel(number: TrainingId) -> Position:
    cancelled = CancelTraining(training=number, reason=forms.text("ly-do"))
    return call_service("inspection", "cancel_training", cancelled, TrainingView).position


def _ask_to_cancel(commune: CommuneCode, number: TrainingId) -> str:
    return ask_to_confirm(
        "Hủy lớp tập huấn này?",
        says=["Các trường thấy lớp đã hủy, kèm lý do.", "Lời nhắc về lớp này thôi hiện."],
        undo="Không mở lại được; cần mở thì lập lớp mới.",
        yes="Hủy lớp",
        back=_class_address(commune, number),
        active="ke-hoach",
    )
