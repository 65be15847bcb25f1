"""The page on which a team agrees, members side by side, what differs first; recommendations, minutes, the conclusion."""

from __future__ import annotations

import re

import msgspec
from werkzeug.wrappers import Response

from services.portal.api.visits import hold_visit
from services.portal.pages import forms
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, render
from services.portal.pages.visits.frame import Opened, open_visit
from services.portal.pages.visits.visit import conclude, place_of
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.inspection import FindingView, IndicatorOpinions, InspectionView
from shared.contracts.calls.recommendations import (
    AddRecommendation,
    RecommendationAdded,
    RecommendationView,
    SchoolRecommendationsAnswer,
    SchoolRecommendationsRequest,
)
from shared.contracts.calls.teams import AgreeFindings, Agreement, ParticipantGiven, VisitHeldGiven
from shared.problems import BadRequest, Problem
from shared.text import parse_date
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CommuneCode, CriterionCode, InspectionId, PersonId
from shared.vocabulary.inspection import RecommendationSeverity, Responsible
from shared.vocabulary.labels import (
    RECOMMENDATION_STATE_LABELS,
    RESPONSIBLE_LABELS,
    SEVERITY_LABELS,
    TEAM_ROLE_LABELS,
    VISIT_CONCLUSION_LABELS,
)

MISSING = "thieu-y-kien"
"""The refusal of an agreement while somebody who was given the criterion has not judged: it wants a reason."""
BLANK_PARTICIPANTS = 3
MOST_PARTICIPANTS = 60


class AgreementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator with what each member says of it; `lacking` are members who were given it and have not judged."""

    found: IndicatorOpinions
    name: str
    text: str
    optional: bool
    lacking: list[str]

    @property
    def key(self) -> str:
        """The part of the names of its fields."""
        return f"{self.found.criterion}_{self.found.level}_{self.found.indicator}"

    @property
    def unanimous(self) -> bool:
        """Whether all who were given it judged, and the same."""
        others = any(opinion.others for opinion in self.found.opinions)
        return self.judged and not self.found.diverging and not self.lacking and not others

    @property
    def judged(self) -> bool:
        """Whether somebody came to a result."""
        return any(opinion.result is not Result.NOT_ASSESSED for opinion in self.found.opinions)

    @property
    def choices(self) -> list[Result]:
        """The results that may be agreed on."""
        plain = [Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]
        return [*plain, Result.NOT_APPLICABLE] if self.optional else plain


class Agreeing(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be agreed on, the most contested first, and what was agreed on."""

    diverging: list[AgreementLine]
    lacking: list[AgreementLine]
    unanimous: list[AgreementLine]
    agreed: list[AgreementLine]
    unseen: list[str]

    @property
    def open(self) -> int:
        """How many indicators have opinions and no agreement."""
        return len(self.diverging) + len(self.lacking) + len(self.unanimous)


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>/thong-nhat")
def commune_agreement(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show what the members of a commune's team judge side by side, and what is asked and concluded."""
    return _agreement(open_visit(commune_office(commune), inspection))


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>/thong-nhat")
def agree_commune(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Agree, recommend, write the minutes, or conclude."""
    return _act(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>/thong-nhat")
def department_agreement(inspection: InspectionId) -> str:
    """Show what the members of the department's team judge side by side, and what is asked and concluded."""
    return _agreement(open_visit(department_office(), inspection))


@blueprint.post("/so/ho-so/<inspection>/thong-nhat")
def agree_department(inspection: InspectionId) -> str | Response:
    """Agree, recommend, write the minutes, or conclude."""
    return _act(department_office(), inspection)


def _agreement(found: Opened, problem: Problem | None = None) -> str:
    view, school = found.view, found.view.school
    recommended = _recommendations(found)
    roles = {one.person: TEAM_ROLE_LABELS[one.role] for one in view.team.members} if view.team else {}
    codes = list(found.book.criteria) if found.book else []
    return render(
        "thong-nhat.html",
        active=found.office.active,
        found=found,
        view=view,
        agreeing=agreeing(found),
        roles=roles,
        direct=_direct(view),
        own=[one for one in recommended if one.inspection == view.inspection],
        carried=[one for one in recommended if one.inspection != view.inspection],
        states=RECOMMENDATION_STATE_LABELS,
        severities=SEVERITY_LABELS,
        responsibles=RESPONSIBLE_LABELS,
        conclusions=VISIT_CONCLUSION_LABELS if view.layer is Layer.COMMUNE else {},
        codes=codes,
        recommending=view.layer is found.office.layer and may("inspection.add_recommendation", school=school),
        holding=found.changing and may("inspection.hold_visit", school=school),
        concluding=found.changing and may("inspection.conclude", school=school) and (found.seat.agreeing or not view.team),
        blank=BLANK_PARTICIPANTS,
        needs_reason=problem is not None and problem.type == MISSING,
        problem=problem,
    )


def _direct(view: InspectionView) -> list[FindingView]:
    """Return what was written down for the visit without an agreement, as it may be where no team was set up."""
    agreed = {(one.criterion, one.level, one.indicator) for one in view.opinions if one.agreed is not None}
    return [one for one in view.findings if (one.criterion, one.level, one.indicator) not in agreed]


def _recommendations(found: Opened) -> list[RecommendationView]:
    if not may("inspection.school_recommendations", school=found.view.school):
        return []
    asked = SchoolRecommendationsRequest(school=found.view.school, inspection=found.view.inspection)
    return call_service("inspection", "school_recommendations", asked, SchoolRecommendationsAnswer).recommendations


def agreeing(found: Opened) -> Agreeing:
    """Return what a team has to agree on, in the order of the circular within each part."""
    lines = [_line(found, one) for one in found.view.opinions]
    left = [line for line in lines if line.found.agreed is None and line.judged]
    judged = {line.found.criterion for line in lines if line.judged}
    return Agreeing(
        diverging=[line for line in left if line.found.diverging],
        lacking=[line for line in left if not line.found.diverging and not line.unanimous],
        unanimous=[line for line in left if line.unanimous],
        agreed=[line for line in lines if line.found.agreed is not None],
        unseen=[code for code in found.book.criteria if code not in judged] if found.book else [],
    )


def _line(found: Opened, one: IndicatorOpinions) -> AgreementLine:
    team = found.view.team.members if found.view.team else []
    judged = {opinion.person for opinion in one.opinions}
    criterion = found.book.criteria.get(one.criterion) if found.book else None
    level = criterion.levels.get(one.level) if criterion else None
    indicator = next((i for i in level.indicators if i.code == one.indicator), None) if level else None
    letter = "" if one.indicator == "-" else f" {one.indicator}"
    return AgreementLine(
        found=one,
        name=f"{one.criterion} Mức\u00a0{one.level}{letter}",
        text=indicator.text if indicator else "",
        optional=bool(indicator and indicator.optional),
        lacking=[member.person for member in team if one.criterion in member.criteria and member.person not in judged],
    )


def _act(office: OfficeView, inspection: InspectionId) -> str | Response:
    acts = {
        "thong-nhat": _agree,
        "khong-lech": _agree_all,
        "kien-nghi": _recommend,
        "bien-ban": _hold,
        "ket-luan": conclude,
    }
    found = open_visit(office, inspection)
    act = acts.get(forms.text("viec"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        return act(found)
    except Problem as problem:
        return _agreement(found, problem)


def _agree(found: Opened) -> Response:
    code, level, indicator = place_of(forms.required("cho", "chỉ báo"))
    try:
        result = Result(forms.required("kq", "kết quả thống nhất"))
    except ValueError as error:
        raise BadRequest("Kết quả không có trong danh sách. Chưa ghi gì.", path="kq") from error
    agreement = Agreement(
        criterion=code,
        level=level,
        indicator=indicator,
        result=result,
        note=forms.text("gc"),
    )
    return _send(
        found,
        AgreeFindings(
            school=found.view.school, inspection=found.view.inspection, agreements=[agreement], reason=forms.text("ly-do")
        ),
    )


def _agree_all(found: Opened) -> Response:
    return _send(
        found,
        AgreeFindings(
            school=found.view.school, inspection=found.view.inspection, unanimous=True, reason=forms.text("ly-do")
        ),
    )


def _send(found: Opened, agree: AgreeFindings) -> Response:
    view = call_service("inspection", "agree_findings", agree, InspectionView)
    positions = [one.agreed.position for one in view.opinions if one.agreed is not None]
    return forms.go(found.href("thong-nhat"), max(positions, default=view.position))


def _recommend(found: Opened) -> Response:
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn thực hiện. Chưa ghi gì.", path="han")
    try:
        severity, responsible = RecommendationSeverity(forms.text("muc-do")), Responsible(forms.text("ai"))
    except ValueError as error:
        raise BadRequest("Mức độ hoặc nơi thực hiện không có trong danh sách. Chưa ghi gì.") from error
    recommended = AddRecommendation(
        school=found.view.school,
        inspection=found.view.inspection,
        text=forms.required("noi-dung", "nội dung kiến nghị"),
        due=due,
        severity=severity,
        responsible=responsible,
        criterion=CriterionCode(forms.text("tieu-chi")),
    )
    done = call_service("inspection", "add_recommendation", recommended, RecommendationAdded).position
    return forms.go(found.href("thong-nhat"), done)


def _hold(found: Opened) -> Response:
    number = min(forms.whole("so-nguoi"), MOST_PARTICIPANTS)
    rows = [(forms.text(f"nguoi-{n}"), forms.text(f"ten-{n}"), forms.text(f"chuc-vu-{n}")) for n in range(1, number + 1)]
    days = [parse_date(part) for part in re.split(r"[,;\n]+", forms.text("cac-ngay")) if part.strip()]
    held = VisitHeldGiven(
        school=found.view.school,
        inspection=found.view.inspection,
        held_on=days or [today(SystemClock())],
        participants=[_participant(found, person, name, office) for person, name, office in rows if name],
        sites=[part.strip() for part in forms.text("dia-diem").split("\n") if part.strip()],
        school_opinion=forms.text("y-kien-truong"),
    )
    minutes = hold_visit(held).minutes
    return forms.go(found.href("thong-nhat"), minutes.position if minutes else found.view.position)


def _participant(found: Opened, person: str, name: str, office: str) -> ParticipantGiven:
    """Return who took part: whoever is still called the same by the id that is known, anybody else by the name."""
    if person and found.names.get(person) == name:
        return ParticipantGiven(person=PersonId(person), office=office)
    return ParticipantGiven(name=name, office=office)
