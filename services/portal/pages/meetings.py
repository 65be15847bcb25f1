"""Meetings of the self-assessment council: who was there, one list of reviewed criteria with votes, the chair's approval."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.named_people import on_papers
from services.portal.pages import confirmation, forms, paper_options, query_params
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.judging import judge_href
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.school import status_request
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, caller, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import LevelView, Status
from shared.contracts.calls.council import CouncilMemberView, CouncilRequest, CouncilView
from shared.contracts.calls.deciding import (
    Approved,
    ApproveReport,
    BallotLine,
    HoldMeeting,
    MeetingHeld,
    MeetingsAnswer,
    MeetingsRequest,
    MeetingView,
    VoteOnCriterion,
    VoteView,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, MeetingId, PersonId, SchoolCode
from shared.vocabulary.labels import COUNCIL_ROLE_LABELS, CRITERION_STEP_LABELS
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep

STEP_SIGNS = {
    CriterionStep.NOT_STARTED: ("ring", "grey"),
    CriterionStep.WRITING: ("pen", "blue"),
    CriterionStep.HANDED_IN: ("clock", "warn"),
    CriterionStep.CHANGES_REQUESTED: ("retry", "no"),
    CriterionStep.REVIEWED: ("check", "ok"),
    CriterionStep.PASSED: ("medal", "ok"),
}
"""Icon and colour of a criterion's step, the same on every page."""

_KEEPERS = frozenset({CouncilRole.SECRETARY, CouncilRole.CHAIR})
_NO_NAME = "người không còn tên trong hệ thống"


class Attendant(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the council as the form of a meeting lists them."""

    person: PersonId
    name: str
    role: str
    there: bool


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion on the list of a meeting: what the school proposes, its votes, and whether it is voted on now."""

    line: BallotLine
    href: str
    name: str
    level: LevelView | None
    steps: int
    key: str

    @property
    def vote(self) -> VoteView | None:
        """The last vote on it."""
        return self.line.vote


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """One meeting: `number` counts them from the first of the cycle."""

    number: int
    view: MeetingView
    passed: list[BallotLine]

    @property
    def present(self) -> int:
        """How many were there."""
        return len(self.view.present)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows of one cycle's meetings."""

    answer: MeetingsAnswer
    council: CouncilView
    names: Mapping[PersonId, str]
    meetings: list[Meeting]
    chosen: Meeting | None
    ballots: list[Ballot]
    waiting: list[Ballot]
    role: CouncilRole | None

    @property
    def passed(self) -> int:
        """How many criteria the council passed as they stand."""
        return sum(line.step is CriterionStep.PASSED for line in self.answer.criteria)

    @property
    def open(self) -> int:
        """How many wait for a vote."""
        return sum(line.put for line in self.answer.criteria)

    @property
    def newest(self) -> bool:
        """Whether the newest meeting is shown: votes are written down in it."""
        return self.chosen is not None and self.chosen.number == len(self.meetings)

    def absent(self) -> list[CouncilMemberView]:
        """Return the members who were not there."""
        there = set(self.chosen.view.present) if self.chosen else set()
        return [member for member in self.council.members if member.person not in there]

    def members(self) -> list[Attendant]:
        """Return the members for the form of a meeting, all of them ticked: who is away is the exception."""
        return [
            Attendant(
                person=one.person,
                name=self.names.get(one.person, _NO_NAME),
                role=COUNCIL_ROLE_LABELS[one.role].removesuffix(" Hội đồng"),
                there=True,
            )
            for one in self.council.members
        ]


@blueprint.get("/truong/<school>/hop")
def meetings_page(school: SchoolCode) -> str:
    """Show the newest meeting of the council, or the one that ``?lan=`` names, with the votes."""
    return _page(school)


@blueprint.post("/truong/<school>/hop")
def change_meeting(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Write down a meeting, a vote, or the chair's approval."""
    cycle = CycleId(forms.text("dot"))
    try:
        match forms.text("viec"):
            case "hop":
                held = _hold(school, cycle)
                return forms.go(_address(school), held.position)
            case "phieu":
                return _vote(school, cycle)
            case "phe-duyet":
                return _approve(school, cycle)
    except Problem as problem:
        return _page(school, problem, cycle), problem.status
    return forms.go(_address(school))


def _address(school: SchoolCode) -> str:
    return f"/truong/{quote(school)}/hop"


def _hold(school: SchoolCode, cycle: CycleId) -> MeetingHeld:
    request = HoldMeeting(
        school=school,
        cycle=cycle,
        present=[PersonId(person) for person in forms.several("co-mat")],
        agenda=forms.required("noi-dung", "nội dung họp"),
        on=forms.date("ngay"),
        document=DocumentId(forms.text("bien-ban")),
    )
    return call_service("assessment", "hold_meeting", request, MeetingHeld)


def _vote(school: SchoolCode, cycle: CycleId) -> Response:
    criterion = CriterionCode(forms.required("tieu-chi", "tiêu chí"))
    if not any(forms.text(name) for name in ("thuan", "khong", "khac")):
        raise BadRequest(f"Chưa nhập phiếu nào cho tiêu chí {criterion}. Chưa ghi gì.", path="thuan")
    request = VoteOnCriterion(
        school=school,
        cycle=cycle,
        criterion=criterion,
        meeting=MeetingId(forms.required("cuoc-hop", "cuộc họp")),
        votes_for=forms.whole("thuan"),
        votes_against=forms.whole("khong"),
        abstain=forms.whole("khac"),
        opinions=[line for line in forms.text("y-kien").splitlines() if line.strip()],
    )
    voted = call_service("assessment", "vote", request, VoteView)
    return forms.go(f"{_address(school)}?vua={quote(criterion)}", voted.position)


def _approve(school: SchoolCode, cycle: CycleId) -> str | Response:
    if not confirmation.is_confirmed():
        return confirmation.ask_to_confirm(
            "Phê duyệt báo cáo tự đánh giá?",
            says=[
                "Phê duyệt đúng bản đang đọc; số trong nhật ký được ghi lại.",
                "Hiệu trưởng trình được báo cáo sau khi phê duyệt.",
            ],
            undo="Sửa tiêu chí nào sau đó thì phải biểu quyết lại tiêu chí ấy và phê duyệt lại.",
            yes="Phê duyệt báo cáo",
            back=_address(school),
            active="danh-gia",
            school=school,
        )
    approved = call_service("assessment", "approve_report", ApproveReport(school=school, cycle=cycle), Approved)
    return forms.go(_address(school), approved.position)


def _page(school: SchoolCode, problem: Problem | None = None, cycle: CycleId = CycleId("")) -> str:
    tabs = cycle_tabs(school, "hop", cycle=cycle)
    room = _room(tabs) if tabs.cycle is not None else None
    if room is not None:
        tabs = msgspec.structs.replace(tabs, counts={"hop": room.open} if tabs.writable else {})
    writing = may("assessment.hold_meeting", school=school) and tabs.writable
    head = any(grant.role is Role.HEAD and grant.covers_school(school) for grant in caller().grants)
    keeps = writing and room is not None and room.role in _KEEPERS
    holding = writing and (keeps or head)
    asked = query_params.text("viec", 10) == "ghi" or forms.text("viec") == "hop"
    form = holding and room is not None and bool(room.council.position) and (asked or not room.meetings)
    return render(
        "hop.html",
        active="danh-gia",
        tabs=tabs,
        school=school,
        room=room,
        problem=problem,
        holding=holding,
        keeps=keeps,
        form=form,
        papers=paper_options.papers(school) if form else [],
        chair=room is not None and room.role is CouncilRole.CHAIR,
        just=query_params.text("vua", 20),
        today_on=today(SystemClock()),
        STEPS=CRITERION_STEP_LABELS,
        SIGNS=STEP_SIGNS,
        NO_NAME=_NO_NAME,
    )


def _room(tabs: CycleTabs) -> Room:
    assert tabs.cycle is not None
    school, cycle = tabs.school, tabs.cycle.cycle
    answer = call_service("assessment", "meetings", MeetingsRequest(school=school, cycle=cycle), MeetingsAnswer)
    council = call_service("assessment", "council", CouncilRequest(school=school, cycle=cycle), CouncilView)
    asked = msgspec.structs.replace(status_request(school, None), cycle=cycle)
    status = call_service("assessment", "status", asked, Status)
    named = on_papers(school, (member.person for member in council.members))
    # Meetings come the newest first; people count them from the first.
    meetings = [
        Meeting(
            number=len(answer.meetings) - place,
            view=view,
            passed=[line for line in answer.criteria if _passed_in(line, view.id)],
        )
        for place, view in enumerate(answer.meetings)
    ]
    wanted = query_params.number("lan")
    chosen = next((one for one in meetings if one.number == wanted), meetings[0] if meetings else None)
    labels = law(status.rulebook)
    levels = status.layers.get(Layer.SCHOOL, status.criteria)
    newest = chosen is not None and chosen is meetings[0]
    ballots, waiting = [], []
    for line in answer.criteria:
        ballot = _ballot(line, tabs, labels, levels)
        voted_here = chosen is not None and line.vote is not None and line.vote.meeting == chosen.view.id
        if voted_here or (line.put and newest):
            ballots.append(ballot)
        elif not line.put and line.step is not CriterionStep.PASSED:
            waiting.append(ballot)
    return Room(
        answer=answer,
        council=council,
        names={person: one.name for person, one in named.items()},
        meetings=meetings,
        chosen=chosen,
        ballots=ballots,
        waiting=waiting,
        role=next((member.role for member in council.members if member.person == caller().actor), None),
    )


def _passed_in(line: BallotLine, meeting: MeetingId) -> bool:
    return line.step is CriterionStep.PASSED and line.vote is not None and line.vote.meeting == meeting


def _ballot(line: BallotLine, tabs: CycleTabs, labels: RulebookLabels, levels: Mapping[str, LevelView]) -> Ballot:
    name = labels.find(line.criterion)
    assert tabs.cycle is not None
    return Ballot(
        line=line,
        href=judge_href(tabs.school, tabs.cycle.cycle, line.criterion),
        name=name.short if name else line.title,
        level=levels.get(line.criterion),
        steps=name.steps if name else 1,
        key=line.criterion.replace(".", "-"),
    )
