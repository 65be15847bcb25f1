"""The queues of registrations by the day on which something is due, the department's and a commune's: one act a row."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

import msgspec

from services.portal.named_people import names_of
from services.portal.pages import query_params, report_queue
from services.portal.pages.offices import OfficeView, commune_office, department_office, visits_page
from services.portal.pages.registrations.strip import (
    ENDED,
    STATE_SIGNS,
    DeadlineLine,
    RegistrationStrip,
    deadline_line,
    strip,
    waits_for,
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
    RenewalLine,
    RenewalsAnswer,
    RenewalsRequest,
)
from shared.problems import BadRequest
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.inspection import RegistrationPurpose, RegistrationState

_STATE = RegistrationState

SHORT_PURPOSE = {
    RegistrationPurpose.CERTIFICATE: "Kiểm định",
    RegistrationPurpose.RECOGNITION: "Chuẩn quốc gia",
    RegistrationPurpose.BOTH: "Kiểm định, chuẩn quốc gia",
}
A_PAGE = 25
RENEWALS_SHOWN = 50
"""Schools that are to register again: those beyond come by the command line and by REST."""
MINE = "toi"
BEFORE_TEAM = frozenset({_STATE.REGISTERED, _STATE.INCOMPLETE, _STATE.CHECKED, _STATE.FORWARDED, _STATE.RETURNED})
"""States in which nobody evaluates yet, and need not."""


class QueueAct(NamedTuple):
    """The one act that moves a registration, and where it is done."""

    label: str
    href: str


class _Move(NamedTuple):
    label: str
    operation: str
    address: str


_REGISTRATION, _HERE = "/truong/{school}/dang-ky", "/truong/{school}/dang-ky#viec"
_CHECK = _Move("Kiểm tra hồ sơ", "inspection.check_registration", _HERE)
_DRAFT = _Move("Gửi dự thảo", "inspection.send_draft_report", _HERE)
_FINAL = _Move("Lập báo cáo chính thức", "inspection.finalise_report", _HERE)
_MOVES = {
    _STATE.REGISTERED: _CHECK,
    _STATE.INCOMPLETE: _CHECK,
    _STATE.CHECKED: _Move("Chuyển hồ sơ", "inspection.forward_registration", _HERE),
    _STATE.FORWARDED: _Move("Tiếp nhận hoặc trả", "inspection.accept_registration", _HERE),
    # Whoever accepts dossiers plans the department's visits.
    _STATE.ACCEPTED: _Move("Phân công đoàn", "inspection.accept_registration", "/so/ho-so?truong={school}"),
    _STATE.EVALUATION: _Move("Mở đợt đánh giá", "inspection.send_draft_report", "/so/ho-so/{visit}?truong={school}"),
    _STATE.REPLIED: _FINAL,
    _STATE.SILENCE: _FINAL,
    _STATE.FINAL: _Move("Soạn quyết định", "assessment.grant_recognition", "/so/quyet-dinh?truong={school}"),
}
"""What moves a registration in each state: how it is called, who may, and where it is done."""
_LOOKS = {_STATE.RETURNED: "Xem vì sao trả", _STATE.DRAFT_SENT: "Xem dự thảo"}


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
    act: QueueAct


class QueueQuestion(NamedTuple):
    """What a person asks of the queue: a commune, a step, only what is given to the reader."""

    commune: str
    state: str
    mine: bool

    @property
    def query(self) -> dict[str, str]:
        """What the address carries."""
        return {"xa": self.commune, "buoc": self.state, "giao": MINE if self.mine else ""}


class RenewalRow(NamedTuple):
    """A school that is to register again, as the page shows it."""

    line: RenewalLine
    school: str
    due: DeadlineLine


@blueprint.get("/so/ho-so")
def department_queue() -> str:
    """Show the department's queue of registrations; of a school that is named, the department's visits: plan one."""
    office = department_office()
    return visits_page(office) if query_params.text("truong") else _queue(office)


@blueprint.get("/xa/<commune>/ho-so")
def commune_queue(commune: CommuneCode) -> str:
    """Show the registrations of a commune's schools: what it has to check and forward, and what is on its way."""
    return _queue(commune_office(commune))


def _queue(office: OfficeView) -> str:
    wanted, number = _wanted(office), query_params.number("trang", 1, low=1)
    of_commune = office.layer is Layer.COMMUNE
    operation = "commune_registrations" if of_commune else "registrations"
    found = call_service("inspection", operation, _question(wanted, number), RegistrationsAnswer)
    lines = _lines(found)
    chosen = next((one for one in lines if one.line.school == query_params.text("chon", 40)), None)
    return render(
        "ho-so-cho.html",
        active="ho-so",
        office=office,
        base=f"/xa/{quote(office.commune)}/ho-so" if of_commune else office.base,
        of_commune=of_commune,
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
        renewals=_renewals(office.commune) if number == 1 and not any(wanted.query[key] for key in ("buoc", "giao")) else [],
        way=_way(chosen.line) if chosen else None,
        people=_people(chosen.line) if chosen else [],
        number=number,
        pages=-(-found.total // A_PAGE),
        STATES=labels.REGISTRATION_STATE_LABELS,
        PURPOSE=labels.REGISTRATION_PURPOSE_LABELS,
        SHORT=SHORT_PURPOSE,
        AWARDS=labels.AWARD_KIND_LABELS,
    )


def _wanted(office: OfficeView) -> QueueQuestion:
    commune = office.commune or query_params.text("xa", 40)
    wanted = QueueQuestion(commune, query_params.text("buoc", 40), query_params.text("giao") == MINE)
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


def _lines(found: RegistrationsAnswer) -> list[WaitingLine]:
    schools = {school.code: school.name for school in directory().schools()}
    communes = {commune.code: commune.name for commune in directory().communes()}
    visits = {visit.inspection: visit for visit in report_queue.visits(Layer.DEPARTMENT)} if found.registrations else {}
    day = today(SystemClock())
    # Nothing that was registered waits at a commune where dossiers go straight to the department.
    by_commune = bool(found.coming)
    lines = []
    for line in found.registrations:
        team, css = _team(line)
        lines.append(
            WaitingLine(
                line=line,
                school=schools.get(line.school, line.school),
                commune=communes.get(line.commune, ""),
                sign=STATE_SIGNS[line.state],
                waits=_waits(line, visits.get(line.visit), by_commune=by_commune),
                due=deadline_line(line.next, day) if line.next is not None else None,
                team=team,
                team_css=css,
                act=_act(line, visits.get(line.visit), by_commune=by_commune),
            )
        )
    return lines


def _renewals(commune: CommuneCode) -> list[RenewalRow]:
    """Return the schools that are to register again and have not yet, within a year or late."""
    if not may("inspection.renewals"):
        return []
    found = call_service("inspection", "renewals", RenewalsRequest(commune=commune), RenewalsAnswer)
    schools = {school.code: school.name for school in directory().schools(commune)}
    waiting = [line for line in found.renewals if line.registered_on is None][:RENEWALS_SHOWN]
    return [
        RenewalRow(line, schools.get(line.school, line.school), deadline_line(line.deadline, found.on)) for line in waiting
    ]


def _waits(line: RegistrationLine, visit: VisitLine | None, *, by_commune: bool) -> str:
    if line.state is _STATE.EVALUATION and visit is not None:
        if visit.concluded_on is not None:
            return "đoàn đã kết luận, chờ gửi dự thảo"
        return f"đang đánh giá, mới xem {visit.criteria_seen}/{visit.criteria_total} tiêu chí"
    return waits_for(line.state, by_commune=by_commune)


def _team(line: RegistrationLine) -> tuple[str, str]:
    if line.evaluators:
        return f"{len(line.evaluators)} người", "ok"
    if line.visit:
        return "cả đoàn của Sở", "ok"
    return ("chưa đến lúc", "grey") if line.state in BEFORE_TEAM or line.state in ENDED else ("chưa phân công", "warn")


def _act(line: RegistrationLine, visit: VisitLine | None, *, by_commune: bool) -> QueueAct:
    concluded = line.state is _STATE.EVALUATION and visit is not None and visit.concluded_on is not None
    state = _STATE.FORWARDED if line.state is _STATE.REGISTERED and not by_commune else line.state
    move = _DRAFT if concluded else _MOVES.get(state)
    if move is None or not may(move.operation, school=line.school):
        return QueueAct(_LOOKS.get(line.state, "Xem hồ sơ"), _REGISTRATION.format(school=quote(line.school)))
    return QueueAct(move.label, move.address.format(school=quote(line.school), visit=quote(line.visit)))


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
