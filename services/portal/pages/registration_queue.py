"""The department's queue: registrations by the day on which something is due, each with the one act that moves it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

import msgspec

from services.portal.named_people import names_of
from services.portal.pages import query_params, report_queue
from services.portal.pages.offices import OfficeView, department_office, visits_page
from services.portal.pages.registration_strip import (
    ENDED,
    STATE_SIGNS,
    WAITS_FOR,
    DeadlineLine,
    RegistrationStrip,
    deadline_line,
    strip,
)
from services.portal.pages.site import blueprint, render
from services.portal.visit_planning import eligible
from services.portal.web.context import call_service, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.inspection import VisitLine
from shared.contracts.calls.registration import (
    RegistrationLine,
    RegistrationRequest,
    RegistrationsAnswer,
    RegistrationsRequest,
    RegistrationView,
)
from shared.problems import BadRequest
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.inspection import RegistrationState

_STATE = RegistrationState

A_PAGE = 25
MINE = "toi"
BEFORE_TEAM = frozenset({_STATE.REGISTERED, _STATE.INCOMPLETE, _STATE.CHECKED, _STATE.FORWARDED, _STATE.RETURNED})
"""States in which nobody evaluates yet, and need not."""


class NextAct(NamedTuple):
    """The one act that moves a registration, and where it is done."""

    label: str
    href: str


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One registration in the queue; `team` says who evaluates, or that nobody does yet (`team_css` warn)."""

    line: RegistrationLine
    school: str
    commune: str
    sign: str
    waits: str
    due: DeadlineLine | None
    team: str
    team_css: str
    act: NextAct


class QueueQuestion(NamedTuple):
    """What a person asks of the queue: a commune, a step, only what is given to the reader."""

    commune: str
    state: str
    mine: bool

    @property
    def query(self) -> dict[str, str]:
        """What the address carries."""
        return {"xa": self.commune, "buoc": self.state, "giao": MINE if self.mine else ""}


@blueprint.get("/so/ho-so")
def department_queue() -> str:
    """Show the department's queue of registrations; of a school that is named, the department's visits: plan one."""
    office = department_office()
    return visits_page(office) if query_params.text("truong") else _queue(office)


def _queue(office: OfficeView) -> str:
    wanted, number = _wanted(), query_params.number("trang", 1, low=1)
    found = call_service("inspection", "registrations", _question(wanted, number), RegistrationsAnswer)
    lines = _lines(found.registrations)
    chosen = next((one for one in lines if one.line.school == query_params.text("chon", 40)), None)
    return render(
        "ho-so-cho.html",
        active="ho-so",
        office=office,
        base=office.base,
        lines=lines,
        total=found.total,
        counts=found.counts,
        coming=found.coming,
        late=sum(one.due is not None and one.due.css == "no" for one in lines),
        unassigned=found.counts.get(_STATE.ACCEPTED.value, 0),
        wanted=wanted,
        query=wanted.query,
        communes=directory().communes(),
        chosen=chosen,
        way=_way(chosen.line) if chosen else None,
        people=_people(chosen.line) if chosen else [],
        number=number,
        pages=-(-found.total // A_PAGE),
        STATES=labels.REGISTRATION_STATE_LABELS,
        PURPOSE=labels.REGISTRATION_PURPOSE_LABELS,
    )


def _wanted() -> QueueQuestion:
    wanted = QueueQuestion(query_params.text("xa", 40), query_params.text("buoc", 40), query_params.text("giao") == MINE)
    if wanted.state not in {"", *RegistrationState}:
        raise BadRequest("Bước này không có. Chọn trong danh sách.")
    return wanted


def _question(wanted: QueueQuestion, number: int) -> RegistrationsRequest:
    state = RegistrationState(wanted.state) if wanted.state else None
    return RegistrationsRequest(
        commune=CommuneCode(wanted.commune),
        state=state,
        mine=wanted.mine,
        decided=state in ENDED,
        after=(number - 1) * A_PAGE,
        limit=A_PAGE,
    )


def _lines(found: list[RegistrationLine]) -> list[WaitingLine]:
    schools = {school.code: school.name for school in directory().schools()}
    communes = {commune.code: commune.name for commune in directory().communes()}
    visits = {visit.inspection: visit for visit in report_queue.visits(Layer.DEPARTMENT)} if found else {}
    day = today(SystemClock())
    lines = []
    for line in found:
        team, css = _team(line)
        lines.append(
            WaitingLine(
                line=line,
                school=schools.get(line.school, line.school),
                commune=communes.get(line.commune, ""),
                sign=STATE_SIGNS[line.state],
                waits=_waits(line, visits.get(line.visit)),
                due=deadline_line(line.next, day) if line.next is not None else None,
                team=team,
                team_css=css,
                act=_act(line, visits.get(line.visit)),
            )
        )
    return lines


def _waits(line: RegistrationLine, visit: VisitLine | None) -> str:
    if line.state is _STATE.EVALUATION and visit is not None:
        if visit.concluded_on is not None:
            return "đoàn đã kết luận, chờ gửi dự thảo"
        return f"đang đánh giá, mới xem {visit.criteria_seen}/{visit.criteria_total} tiêu chí"
    return WAITS_FOR[line.state]


def _team(line: RegistrationLine) -> tuple[str, str]:
    if line.evaluators:
        return f"{len(line.evaluators)} người", "ok"
    if line.visit:
        return "cả đoàn của Sở", "ok"
    return ("chưa đến lúc", "grey") if line.state in BEFORE_TEAM or line.state in ENDED else ("chưa phân công", "warn")


def _act(line: RegistrationLine, visit: VisitLine | None) -> NextAct:
    school, state = quote(line.school), line.state
    registration = f"/truong/{school}/dang-ky"
    if state is _STATE.FORWARDED:
        return NextAct("Tiếp nhận hoặc trả", f"{registration}#viec")
    if state is _STATE.RETURNED:
        return NextAct("Xem vì sao trả", registration)
    if state is _STATE.ACCEPTED:
        return NextAct("Phân công đoàn", f"/so/ho-so?truong={school}")
    if state is _STATE.EVALUATION and (visit is None or visit.concluded_on is None):
        return NextAct("Mở đợt đánh giá", f"/so/ho-so/{quote(line.visit)}?truong={school}")
    if state is _STATE.EVALUATION:
        return NextAct("Gửi dự thảo", f"{registration}#viec")
    if state in {_STATE.REPLIED, _STATE.SILENCE}:
        return NextAct("Lập báo cáo chính thức", f"{registration}#viec")
    if state is _STATE.FINAL and may("assessment.grant_recognition"):
        return NextAct("Soạn quyết định", f"/so/quyet-dinh?truong={school}")
    return NextAct("Xem dự thảo" if state is _STATE.DRAFT_SENT else "Xem hồ sơ", registration)


def _way(line: RegistrationLine) -> RegistrationStrip:
    asked = RegistrationRequest(school=line.school, cycle=line.cycle)
    return strip(call_service("inspection", "registration", asked, RegistrationView), today(SystemClock()))


def _people(line: RegistrationLine) -> list[str]:
    """Return the names of who evaluates, as far as the reader may know them."""
    if not line.evaluators:
        return []
    offices = {holder.account: holder.display_name for holder in eligible(Layer.DEPARTMENT, line.school)}
    names = offices | names_of(line.school, line.evaluators)
    return [names[person] for person in line.evaluators if person in names]
