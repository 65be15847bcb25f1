"""The council of a cycle: who writes, who reviews, how far; its decision, groups, assignments and plan as forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.api.council import council_by_ids
from services.portal.named_people import council_with_names, plan_with_names
from services.portal.pages import council_matrix as matrix
from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, render, school_name
from services.portal.web import context
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls import council as c
from shared.contracts.calls.identity import (
    PeopleOnPapersAnswer,
    PeopleOnPapersRequest,
    SchoolAccountsAnswer,
    SchoolAccountsRequest,
)
from shared.contracts.calls.writing import WorkBoard, WorkBoardRequest
from shared.problems import BadRequest, Conflict, NotFound, Problem
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode, CycleId, GroupId, PersonId, Position, SchoolCode
from shared.vocabulary.labels import COUNCIL_ROLE_LABELS, CRITERION_STEP_LABELS, GROUP_KIND_LABELS
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep, GroupKind, RuleState

BLANK_ROWS = 3
FIRST_ROWS = 7
"""Rows of the first council: the fewest that every circular takes."""
MOST_ROWS = 60


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A council page's cycle with its council, and whether the caller may say who does what (`closed`: why not)."""

    tabs: CycleTabs
    council: c.CouncilView
    leading: bool
    closed: str

    @property
    def home(self) -> str:
        """The address of the council's page."""
        return self.tabs.address("hoi-dong")

    def page(self, name: str) -> str:
        """Return the address of one of its forms."""
        return self.tabs.address(f"hoi-dong/{name}")


def opened(school: SchoolCode) -> Open:
    """Return the council of the cycle that the address, or the form, names. Raises NotFound where none is open."""
    tabs = cycle_tabs(school, "hoi-dong", cycle=CycleId(forms.text("dot-nao")))
    if tabs.cycle is None:
        raise NotFound("Trường chưa mở đợt tự đánh giá nào. Hiệu trưởng mở đợt ở trang Tự đánh giá trước.")
    found = call_service("assessment", "council", c.CouncilRequest(school=school, cycle=tabs.cycle.cycle), c.CouncilView)
    named = council_with_names(found)
    return Open(tabs=tabs, council=named, **_may_lead(school, named, tabs))


def _may_lead(school: SchoolCode, council: c.CouncilView, tabs: CycleTabs) -> dict[str, Any]:
    caller = context.caller()
    head = any(grant.role is Role.HEAD and grant.covers_school(school) for grant in caller.grants)
    leads = head or matrix.may_lead(council, caller.actor)
    closed = (
        ""
        if tabs.writable and leads
        else "Đợt này đã trình hoặc đã qua, chỉ để đọc."
        if not tabs.writable
        else "Hiệu trưởng, Chủ tịch và Thư ký Hội đồng chia nhóm và phân công."
    )
    return {"leading": not closed, "closed": closed}


def work_board(school: SchoolCode, cycle: CycleId) -> WorkBoard:
    """Return how far each criterion of a cycle is."""
    return call_service("assessment", "work_board", WorkBoardRequest(school=school, cycle=cycle), WorkBoard)


def waiting(board: WorkBoard) -> dict[str, int]:
    """Return what waits behind the tabs that the board tells of: criteria not begun in time, criteria to be voted on."""
    return {
        "hoi-dong": sum(x.overdue and x.step is CriterionStep.NOT_STARTED for x in board.criteria),
        "hop": sum(x.step is CriterionStep.REVIEWED for x in board.criteria),
    }


@blueprint.get("/truong/<school>/hoi-dong")
def council_page(school: SchoolCode) -> str:
    """Show who writes and who reviews, how far it is, who has not started, and each rule about the council."""
    tabs = cycle_tabs(school, "hoi-dong")
    if tabs.cycle is None:
        return render("hoi-dong.html", active="danh-gia", school=school, tabs=tabs, found=None)
    found = opened(school)
    board = work_board(school, tabs.cycle.cycle)
    tabs = msgspec.structs.replace(found.tabs, counts=waiting(board))
    labels = law(found.council.rulebook)
    every = matrix.columns(found.council, board)
    step = _step(query_params.text("buoc", 40))
    return render(
        "hoi-dong.html",
        active="danh-gia",
        school=school,
        tabs=tabs,
        found=found,
        council=found.council,
        law=labels,
        groups=matrix.group_lines(found.council, board) if found.council.position else [],
        every=every,
        spans=_spans(every),
        idle=matrix.not_started(found.council, board, today(SystemClock()), school_name(school)),
        counts=matrix.step_counts(every),
        chosen=step,
        listed=[one for one in every if one.progress.step is step and one.progress.standard],
        steps=CRITERION_STEP_LABELS,
        broken=sum(rule.state is RuleState.NOT_MET for rule in found.council.rules),
        former=_former(tabs),
        roles=COUNCIL_ROLE_LABELS,
        base=f"/truong/{quote(school)}",
    )


def _step(text: str) -> CriterionStep | None:
    return CriterionStep(text) if text in set(CriterionStep) else None


def _spans(every: Sequence[matrix.MatrixColumn]) -> list[tuple[int, int]]:
    """Return the standards over the columns: number (0: beyond the standards), and how many columns it has."""
    standards = [one.progress.standard for one in every]
    return [(number, standards.count(number)) for number in dict.fromkeys(standards)]


def _former(tabs: CycleTabs) -> CycleId:
    """Return the cycle before this one, whose council may be copied; '' for none."""
    return tabs.before.cycle if tabs.before else CycleId("")


# --- the decision and its members


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the form of members."""

    name: str = ""
    office: str = ""
    role: str = CouncilRole.MEMBER.value
    task: str = ""
    trained: str = ""
    login: str = ""
    person: str = ""


@blueprint.get("/truong/<school>/hoi-dong/quyet-dinh")
def decision_page(school: SchoolCode) -> str:
    """Show the form of the head's decision and the members."""
    found = opened(school)
    source = _copied(school, found)
    return _decision_page(school, found, _rows(source), copied=source is not found.council)


def _copied(school: SchoolCode, found: Open) -> c.CouncilView:
    """Return the council that the form begins with: the one that stands, or that of the former cycle when asked for."""
    former = _former(found.tabs)
    if not former or query_params.text("chep", 5) != "co":
        return found.council
    asked = c.CouncilRequest(school=school, cycle=former)
    return council_with_names(call_service("assessment", "council", asked, c.CouncilView))


def _rows(council: c.CouncilView) -> list[MemberRow]:
    rows = [
        MemberRow(
            name=m.name,
            office=m.office,
            role=m.role.value,
            task=m.task,
            trained={True: "co", False: "chua", None: ""}[m.trained],
            login=m.login,
            person=m.person,
        )
        for m in council.members
    ]
    if not rows:
        roles = [CouncilRole.CHAIR, CouncilRole.VICE_CHAIR, CouncilRole.SECRETARY]
        rows = [MemberRow(role=role.value) for role in roles]
    return rows + [MemberRow()] * max(FIRST_ROWS - len(rows), BLANK_ROWS if council.members else 0)


def _decision_page(
    school: SchoolCode, found: Open, rows: list[MemberRow], problem: Problem | None = None, *, copied: bool = False
) -> str:
    return render(
        "hoi-dong-quyet-dinh.html",
        active="danh-gia",
        school=school,
        tabs=found.tabs,
        found=found,
        council=found.council,
        rows=rows,
        accounts=_accounts(school),
        roles=COUNCIL_ROLE_LABELS,
        problem=problem,
        copied=copied,
        may_set=found.tabs.writable and may("assessment.set_up_council", school=school),
        decision=forms.text("so") if problem or request.method == "POST" else "" if copied else found.council.decision,
        decided=forms.text("ngay")
        if request.method == "POST"
        else format_date(found.council.decided_on)
        if found.council.decided_on and not copied
        else "",
    )


def _accounts(school: SchoolCode) -> list[tuple[str, str]]:
    """Return the accounts of a school as choices: login, and the name with it."""
    if not may("identity.accounts_of_school", school=school):
        return []
    answer = call_service("identity", "accounts_of_school", SchoolAccountsRequest(school=school), SchoolAccountsAnswer)
    return [(a.login, f"{a.display_name} ({a.login})") for a in answer.accounts]


def _typed_rows() -> list[MemberRow]:
    number = min(forms.whole("so-hang"), MOST_ROWS)
    return [
        MemberRow(
            name=forms.text(f"ten-{n}"),
            office=forms.text(f"chuc-vu-{n}"),
            role=forms.text(f"vai-{n}"),
            task=forms.text(f"nhiem-vu-{n}"),
            trained=forms.text(f"tap-huan-{n}"),
            login=forms.text(f"tai-khoan-{n}"),
            person=forms.text(f"nguoi-{n}"),
        )
        for n in range(1, number + 1)
    ]


@blueprint.post("/truong/<school>/hoi-dong/quyet-dinh")
def set_up(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Set the council up by the head's decision; every rule that it breaks is said."""
    found, rows = opened(school), _typed_rows()
    if forms.text("viec") == "them-hang":
        return _decision_page(school, found, rows + [MemberRow()] * BLANK_ROWS)
    try:
        if forms.whole("ban") != found.council.position:
            raise Conflict("Có người đã lập lại Hội đồng sau khi trang này mở. Chưa ghi gì. Xem bản đang có ở dưới.")
        day = forms.date("ngay")
        if day is None:
            raise BadRequest("Thiếu ngày quyết định. Chưa lập Hội đồng.", path="ngay")
        given = c.CouncilGiven(
            school=school,
            cycle=_cycle(found),
            decision=forms.text("so"),
            decided_on=day,
            members=[_given(row) for row in rows if row.name or row.login],
        )
        call_service("assessment", "set_up_council", council_by_ids(given), c.CouncilView)
    except Problem as problem:
        return _decision_page(school, found, rows, problem), problem.status
    return forms.go(found.home, opened(school).council.position)


def _cycle(found: Open) -> CycleId:
    assert found.tabs.cycle is not None
    return found.tabs.cycle.cycle


def _given(row: MemberRow) -> c.CouncilMemberGiven:
    role = CouncilRole(row.role) if row.role in set(CouncilRole) else CouncilRole.MEMBER
    return c.CouncilMemberGiven(
        role=role,
        name=row.name,
        office=row.office,
        task=row.task,
        login=row.login,
        person=PersonId(row.person),
        trained={"co": True, "chua": False}.get(row.trained),
    )


# --- groups


@blueprint.get("/truong/<school>/hoi-dong/nhom")
def groups_page(school: SchoolCode) -> str:
    """Show the groups, each as a form."""
    return _groups_page(school, opened(school))


def _groups_page(school: SchoolCode, found: Open, problem: Problem | None = None) -> str:
    return render(
        "hoi-dong-nhom.html",
        active="danh-gia",
        school=school,
        tabs=found.tabs,
        found=found,
        council=found.council,
        problem=problem,
        people=_people(school, found.council),
        members=[(m.person, m.name or matrix.NO_NAME) for m in found.council.members],
        kinds=GROUP_KIND_LABELS,
        order=matrix.GROUP_KINDS,
        fresh=matrix.next_group(found.council),
    )


def _people(school: SchoolCode, council: c.CouncilView) -> list[tuple[PersonId, str]]:
    """Return whom a group may take: the members of the council first, then the others whom the school wrote down."""
    known = {m.person: m.name or matrix.NO_NAME for m in council.members}
    if may("identity.people_on_papers", school=school):
        answer = call_service("identity", "people_on_papers", PeopleOnPapersRequest(school=school), PeopleOnPapersAnswer)
        known |= {p.person: p.name for p in answer.people if p.person not in known}
    if may("identity.accounts_of_school", school=school):
        accounts = call_service("identity", "accounts_of_school", SchoolAccountsRequest(school=school), SchoolAccountsAnswer)
        known |= {PersonId(a.account): a.display_name for a in accounts.accounts if a.account not in known}
    return list(known.items())


@blueprint.post("/truong/<school>/hoi-dong/nhom")
def change_group(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Form a group, form it anew, or dissolve it."""
    found = opened(school)
    group = GroupId(forms.required("nhom", "nhóm"))
    try:
        if forms.text("viec") == "giai-the":
            gone = c.DissolveGroup(school=school, cycle=_cycle(found), group=group)
            done = call_service("assessment", "dissolve_group", gone, Done)
        else:
            kind = forms.text("loai")
            formed = c.FormGroup(
                school=school,
                cycle=_cycle(found),
                group=group,
                name=forms.required("ten", "tên nhóm"),
                leader=PersonId(forms.required("truong-nhom", "trưởng nhóm")),
                kind=GroupKind(kind) if kind in set(GroupKind) else GroupKind.WORKING,
                members=[PersonId(one) for one in request.form.getlist("thanh-vien")],
                task=forms.text("nhiem-vu"),
            )
            done = call_service("assessment", "form_group", formed, Done)
    except Problem as problem:
        return _groups_page(school, found, problem), problem.status
    return forms.go(found.page("nhom"), done.position)


# --- assignments


class AssignmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion of the form: what stands, and what is chosen; `theirs` says what somebody else chose meanwhile."""

    view: c.AssignmentView
    group: str
    writer: str
    reviewer: str
    due: str
    seen: str
    theirs: str = ""


def _seen(view: c.AssignmentView) -> str:
    due = format_date(view.due) if view.due else ""
    return f"{view.group}|{view.writer.person}|{view.reviewer.person}|{due}"


@blueprint.get("/truong/<school>/hoi-dong/phan-cong")
def assignment_page(school: SchoolCode) -> str:
    """Show the form of assignments, a line a criterion."""
    found = opened(school)
    return _assignment_page(school, found, [_standing(view) for view in found.council.assignments])


def _standing(view: c.AssignmentView) -> AssignmentRow:
    seen = _seen(view)
    group, writer, reviewer, due = seen.split("|")
    return AssignmentRow(view=view, group=group, writer=writer, reviewer=reviewer, due=due, seen=seen)


def _assignment_page(school: SchoolCode, found: Open, rows: list[AssignmentRow], problem: Problem | None = None) -> str:
    labels = law(found.council.rulebook)
    known = {m.person: m.name or matrix.NO_NAME for m in found.council.members}
    known |= {p.person: p.name or matrix.NO_NAME for g in found.council.groups for p in g.members if p.person not in known}
    assigned = {p for v in found.council.assignments for p in (v.writer, v.reviewer)}
    known |= {p.person: p.name or matrix.NO_NAME for p in assigned if p.person and p.person not in known}
    return render(
        "hoi-dong-phan-cong.html",
        active="danh-gia",
        school=school,
        tabs=found.tabs,
        found=found,
        council=found.council,
        rows=rows,
        problem=problem,
        wrong=str(problem.data.get("criterion", "")) if problem else "",
        people=list(known.items()),
        groups=[(g.group, g.name) for g in found.council.groups],
        short={one.code: one.short for one in (*labels.criteria, *labels.beyond)},
    )


@blueprint.post("/truong/<school>/hoi-dong/phan-cong")
def assign(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Assign the criteria that the form changed, all or none; what somebody else changed meanwhile is shown beside."""
    found = opened(school)
    rows = [_typed(found.council, view) for view in found.council.assignments]
    changed = [row for row in rows if _key(row) != forms.text(f"cu-{row.view.criterion}")]
    try:
        if any(row.theirs for row in changed):
            raise Conflict("Có người đã đổi phân công sau khi trang này mở. Chưa ghi gì. Bản đang có đứng cạnh ô đã chọn.")
        wanted = [_assignment(row) for row in changed]
        done = call_service(
            "assessment",
            "assign_criteria",
            c.AssignCriteria(school=school, cycle=_cycle(found), assignments=wanted),
            Done,
        )
    except Problem as problem:
        return _assignment_page(school, found, rows, problem), problem.status
    return forms.go(found.home, done.position)


def _key(row: AssignmentRow) -> str:
    return f"{row.group}|{row.writer}|{row.reviewer}|{row.due}"


def _typed(council: c.CouncilView, view: c.AssignmentView) -> AssignmentRow:
    code = view.criterion
    group, writer, reviewer, due = (forms.text(f"{name}-{code}") for name in ("nhom", "viet", "soat", "han"))
    typed = AssignmentRow(view=view, group=group, writer=writer, reviewer=reviewer, due=due, seen=_seen(view))
    seen = forms.text(f"cu-{code}")
    if seen in {_seen(view), _key(typed)} or _key(typed) == _seen(view):
        return typed
    return msgspec.structs.replace(typed, theirs=_said(council, view))


def _said(council: c.CouncilView, view: c.AssignmentView) -> str:
    group = next((g.name for g in council.groups if g.group == view.group), "chưa giao nhóm")
    writer = f"{matrix.name_of(council, view.writer.person)} viết" if view.writer.person else "chưa có người viết"
    reviewer = f"{matrix.name_of(council, view.reviewer.person)} soát" if view.reviewer.person else "chưa có người soát"
    due = f"hạn {format_date(view.due)}" if view.due else "chưa có hạn"
    return f"{group}, {writer}, {reviewer}, {due}"


def _assignment(row: AssignmentRow) -> c.Assignment:
    return c.Assignment(
        criterion=row.view.criterion,
        group=GroupId(row.group),
        writer=PersonId(row.writer),
        reviewer=PersonId(row.reviewer),
        due=forms.date(f"han-{row.view.criterion}"),
    )


# --- the plan


class TimeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the timetable as the form shows it."""

    starts: str = ""
    ends: str = ""
    activity: str = ""
    who: str = ""


class ResourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the resources as the form shows it."""

    criterion: str = ""
    what: str = ""
    when: str = ""
    note: str = ""


class PlanForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of the plan shows: texts by heading, and rows."""

    texts: dict[str, str]
    timetable: list[TimeRow]
    resources: list[ResourceRow]


@blueprint.get("/truong/<school>/hoi-dong/ke-hoach")
def plan_page(school: SchoolCode) -> str:
    """Show the plan of the self-assessment: to be written by whoever leads, to be read by the others."""
    found = opened(school)
    plan = _plan(school, found)
    return _plan_page(school, found, plan, _plan_form(plan))


def _plan(school: SchoolCode, found: Open) -> c.PlanView:
    asked = c.PlanRequest(school=school, cycle=_cycle(found))
    return plan_with_names(call_service("assessment", "plan", asked, c.PlanView))


def _plan_form(plan: c.PlanView) -> PlanForm:
    times = [
        TimeRow(starts=format_date(t.starts), ends=format_date(t.ends), activity=t.activity, who=t.who)
        for t in plan.timetable
    ]
    resources = [ResourceRow(criterion=r.criterion, what=r.what, when=r.when, note=r.note) for r in plan.resources]
    return PlanForm(
        texts={s.key: s.text for s in plan.sections},
        timetable=times + [TimeRow()] * BLANK_ROWS,
        resources=resources + [ResourceRow()] * BLANK_ROWS,
    )


def _plan_page(school: SchoolCode, found: Open, plan: c.PlanView, form: PlanForm, problem: Problem | None = None) -> str:
    labels = law(plan.rulebook)
    stale = isinstance(problem, Conflict)
    return render(
        "hoi-dong-ke-hoach.html",
        active="danh-gia",
        school=school,
        tabs=found.tabs,
        found=found,
        council=found.council,
        plan=plan,
        form=form,
        problem=problem,
        theirs={s.key: s.text for s in plan.sections if stale and s.text != form.texts.get(s.key, "")},
        own_sections=not plan.form,
        criteria=[(one.code, f"{one.code} {one.short}") for one in (*labels.criteria, *labels.beyond)],
        chairs=any(m.person == context.caller().actor and m.role is CouncilRole.CHAIR for m in found.council.members),
    )


def _typed_plan(plan: c.PlanView) -> PlanForm:
    texts = {s.key: forms.text(f"muc-{n}") for n, s in enumerate(plan.sections, 1)}
    if not plan.form and forms.text("muc-moi"):
        texts[forms.text("muc-moi")] = forms.text("muc-moi-loi")
    times = range(1, min(forms.whole("so-lich"), MOST_ROWS) + 1)
    resources = range(1, min(forms.whole("so-nguon"), MOST_ROWS) + 1)
    return PlanForm(
        texts=texts,
        timetable=[
            TimeRow(
                starts=forms.text(f"tu-{n}"),
                ends=forms.text(f"den-{n}"),
                activity=forms.text(f"cong-viec-{n}"),
                who=forms.text(f"ai-{n}"),
            )
            for n in times
        ],
        resources=[
            ResourceRow(
                criterion=forms.text(f"tc-{n}"),
                what=forms.text(f"can-{n}"),
                when=forms.text(f"khi-{n}"),
                note=forms.text(f"gc-{n}"),
            )
            for n in resources
        ],
    )


@blueprint.post("/truong/<school>/hoi-dong/ke-hoach")
def change_plan(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Write the plan, or approve it."""
    found = opened(school)
    plan = _plan(school, found)
    approving = forms.text("viec") == "duyet"
    form = _plan_form(plan) if approving else _typed_plan(plan)
    if forms.text("viec") == "them-hang":
        more = PlanForm(
            texts=form.texts,
            timetable=[*form.timetable, *[TimeRow()] * BLANK_ROWS],
            resources=[*form.resources, *[ResourceRow()] * BLANK_ROWS],
        )
        return _plan_page(school, found, plan, more)
    try:
        if approving:
            approved = c.ApprovePlan(
                school=school, cycle=_cycle(found), plan=Position(forms.whole("ban")), on=forms.date("ngay-duyet")
            )
            done = call_service("assessment", "approve_plan", approved, Done)
        else:
            if forms.whole("ban") != plan.position:
                raise Conflict("Có người đã ghi kế hoạch sau khi trang này mở. Chưa ghi đè gì. Xem hai bản.")
            done = call_service("assessment", "write_plan", _written(school, found, form), Done)
    except Problem as problem:
        return _plan_page(school, found, plan, form, problem), problem.status
    return forms.go(found.page("ke-hoach"), done.position)


def _written(school: SchoolCode, found: Open, form: PlanForm) -> c.WritePlan:
    return c.WritePlan(
        school=school,
        cycle=_cycle(found),
        sections={key: text for key, text in form.texts.items() if text},
        timetable=_kept(form.timetable, _time),
        resources=_kept(form.resources, _resource),
    )


def _kept(rows: Sequence[Any], made: Callable[[int, Any], Any]) -> list[Any]:
    """Return the rows in which something was typed."""
    return [made(n, row) for n, row in enumerate(rows, 1) if any(msgspec.structs.astuple(row))]


def _time(number: int, row: TimeRow) -> c.TimetableEntry:
    starts, ends = forms.date(f"tu-{number}"), forms.date(f"den-{number}")
    if starts is None and ends is None:
        raise BadRequest(f"Dòng {number} của lịch thiếu ngày. Chưa ghi kế hoạch.", path=f"tu-{number}")
    first, last = starts or ends, ends or starts
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    return c.TimetableEntry(starts=first, ends=last, activity=row.activity, who=row.who)


def _resource(_: int, row: ResourceRow) -> c.ResourceEntry:
    return c.ResourceEntry(criterion=CriterionCode(row.criterion), what=row.what, when=row.when, note=row.note)
