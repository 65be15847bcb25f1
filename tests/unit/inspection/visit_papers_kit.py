"""Made-up visits, recommendations and registrations to print: what the service would answer, without a service."""

from __future__ import annotations

import datetime as dt

from services.inspection.papers.catalogue import VISIT_PAPERS
from services.inspection.papers.material import ProgrammeLine, VisitMaterial
from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls import registration as g
from shared.contracts.calls.papers import DecisionTaken, PaperGround
from shared.papers.model import Paper, PersonOnPaper
from shared.papers.resolving import people_in, resolve
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import (
    DecisionOutcome,
    PointAnswer,
    RecommendationSeverity,
    RecommendationState,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    Responsible,
    RouteStation,
    TeamRole,
    Verification,
    VisitConclusion,
    VisitKind,
    VisitPaperKind,
)

SCHOOL, OTHER_SCHOOL = "TH-NL", "TH-KHAC"
SCHOOL_NAME = "Trường Tiểu học Nậm Lam"
VISIT, EARLIER = "v-2", "v-1"
TT22 = load_library().get("v2018_tt22/tieu_hoc")
HEAD, SECRETARY, MEMBER, HEAD_OF_SCHOOL = "p-1", "p-2", "p-3", "p-4"
NAMES = {
    HEAD: ("Nông Đức Lâm", "Trưởng phòng Văn hóa - Xã hội"),
    SECRETARY: ("Lăng Thị Tâm", "chuyên viên Phòng Văn hóa - Xã hội"),
    MEMBER: ("Hứa Văn Đức", ""),
    HEAD_OF_SCHOOL: ("Lương Thị Hoài", "Hiệu trưởng"),
}
DOCUMENT = "d-1"
NOTES = {
    "1.4": (2, "Hồ sơ đủ; thiếu biên bản Tổ Văn phòng tháng 3/2026."),
    "3.1": (1, "Sân tập đọng nước khi mưa, học sinh chưa tập được thường xuyên."),
    "3.4": (0, "02 buồng vệ sinh nữ hỏng; chưa có chỗ riêng cho học sinh khuyết tật."),
}
"""Criterion → the level that the team found, and what it remarked."""


def ground(**changes):
    """Return what the assessment service tells of the school."""
    given = {
        "school": SCHOOL,
        "school_name": SCHOOL_NAME,
        "commune": "NL01",
        "commune_name": "Xã Nậm Lam",
        "superior": "UBND xã Nậm Lam",
        "place": "Nậm Lam",
        "digest": TT22.digest,
        "cycle": "2025-2026",
        "year": "2025-2026",
        "submitted_on": dt.date(2026, 3, 20),
        "levels": {code: 2 for code in TT22.criteria if "." in code},
        "school_level": 2,
        "codes": {DOCUMENT: "H1-1.4-01"},
    }
    return PaperGround(**given | changes)


def findings(of=NOTES):
    """Return what the team agreed on of each criterion, so that the level follows."""
    found = []
    for criterion, (reached, note) in of.items():
        for level, asked in TT22.criteria[criterion].levels.items():
            for number, indicator in enumerate(asked.indicators):
                result = Result.MET if level <= reached else Result.NOT_MET
                told = note if level == min(reached + 1, max(TT22.criteria[criterion].levels)) and number == 0 else ""
                found.append(
                    i.FindingView(
                        criterion=criterion,
                        level=level,
                        indicator=indicator.code,
                        result=result,
                        note=told,
                        recorded_on=dt.date(2026, 4, 14),
                        position=10,
                    )
                )
    return found


def team(**changes):
    """Return a team of three."""
    roles = ((HEAD, TeamRole.HEAD), (SECRETARY, TeamRole.SECRETARY), (MEMBER, TeamRole.MEMBER))
    members = [
        i.TeamMemberView(
            person=person,
            role=role,
            criteria=["3.1", "3.4"] if role is TeamRole.MEMBER else [],
            worked_here=False,
            years_in_sector=12,
            trained=True,
            source="phiếu khai",
        )
        for person, role in roles
    ]
    given = {"decision": "64/QĐ-UBND", "decided_on": dt.date(2026, 4, 6), "members": members, "position": 3}
    return i.TeamView(**given | changes)


def minutes(**changes):
    """Return that the visit was held, with the head of the school."""
    given = {
        "held_on": [dt.date(2026, 4, 14)],
        "participants": [i.ParticipantView(person=HEAD_OF_SCHOOL, office="Hiệu trưởng")],
        "sites": ["Điểm trường chính", "Điểm trường Pá Kép"],
        "school_opinion": "Nhà trường thống nhất với kết quả.",
        "position": 20,
    }
    return i.MinutesView(**given | changes)


def opinions():
    """Return that a member saw a paper of 1.4, and one judged 3.1 otherwise than the team agreed."""
    agreed = i.AgreementView(
        result=Result.NOT_MET, note="", agreed_on=dt.date(2026, 4, 14), position=15, dissent=[MEMBER], missing=[SECRETARY]
    )
    seen = i.OpinionView(
        person=HEAD, result=Result.MET, note="", judged_on=dt.date(2026, 4, 14), position=11, documents=[DOCUMENT, "d-2"]
    )
    other = i.OpinionView(person=MEMBER, result=Result.MET, note="Sân đã khô", judged_on=dt.date(2026, 4, 14), position=12)
    return [
        i.IndicatorOpinions(criterion="1.4", level=1, indicator="a", opinions=[seen], diverging=False),
        i.IndicatorOpinions(criterion="3.1", level=2, indicator="a", opinions=[other], diverging=True, agreed=agreed),
    ]


def visit(**changes):
    """Return a technical inspection that is concluded."""
    photo = i.PhotoView(
        document="d-9", taken_at=dt.datetime(2026, 4, 14, 2, tzinfo=dt.UTC), criterion="3.4", place="", position=14
    )
    asked = i.EvidenceRequestView(
        request="q-1",
        criterion="1.4",
        what="Biên bản Tổ Văn phòng tháng 3",
        due=dt.date(2026, 4, 30),
        state="mo",
        position=13,
    )
    given = {
        "inspection": VISIT,
        "school": SCHOOL,
        "cycle": "2025-2026",
        "layer": Layer.COMMUNE,
        "on": dt.date(2026, 4, 14),
        "title": "Kiểm tra kỹ thuật trước khi đăng ký",
        "concluded": True,
        "summary": "Trường chưa sẵn sàng đăng ký ở Mức 2 cho đến khi xong kiến nghị số 1.",
        "findings": findings(),
        "position": 25,
        "concluded_on": dt.date(2026, 4, 15),
        "kind": VisitKind.TECHNICAL,
        "team": team(),
        "opinions": opinions(),
        "requests": [asked],
        "photos": [photo],
        "minutes": minutes(),
        "conclusion": VisitConclusion.READY_AFTER_REMEDY,
    }
    return i.InspectionView(**given | changes)


def recommendation(number=1, **changes):
    """Return one recommendation of the visit."""
    given = {
        "id": f"k-{number}",
        "school": SCHOOL,
        "criterion": "3.4",
        "text": f"Sửa 02 buồng vệ sinh nữ; bố trí chỗ riêng cho học sinh khuyết tật ({number})",
        "severity": RecommendationSeverity.MUST,
        "due": dt.date(2026, 5, 20),
        "state": RecommendationState.OPEN,
        "responsible": Responsible.SCHOOL,
        "inspection": VISIT,
        "layer": Layer.COMMUNE,
        "title": "Kiểm tra kỹ thuật trước khi đăng ký",
        "cycle": "2025-2026",
        "made_on": dt.date(2026, 4, 14),
        "position": 30 + number,
    }
    return r.RecommendationView(**given | changes)


def recommendations():
    """Return one of the visit, one without a criterion, one that was taken over, and one of another school."""
    answer = r.RecommendationAnswerView(
        text="Đã làm rãnh thoát nước", documents=["d-4"], answered_on=dt.date(2026, 4, 1), position=40
    )
    verified = r.VerificationView(
        result=Verification.PARTLY, note="Còn 10 m", verified_on=dt.date(2026, 4, 14), position=41, inspection=VISIT
    )
    extended = r.ExtensionView(due=dt.date(2026, 6, 30), reason="Chờ vốn", extended_on=dt.date(2026, 4, 15), position=42)
    taken_over = recommendation(
        3,
        criterion="3.1",
        text="Làm rãnh thoát nước sân tập",
        inspection=EARLIER,
        title="Giám sát đầu năm",
        made_on=dt.date(2025, 11, 5),
        responsible=Responsible.ECONOMIC_OFFICE,
        severity=RecommendationSeverity.SHOULD,
        state=RecommendationState.OVERDUE,
        answers=[answer],
        verifications=[verified],
        extensions=[extended],
        carried_into=[VISIT],
    )
    return (
        taken_over,
        recommendation(1),
        recommendation(2, criterion="", text="Nộp kế hoạch khắc phục"),
        recommendation(9, school=OTHER_SCHOOL, text="Việc của trường khác"),
    )


def event(step, on, position, text="", label=""):
    """Return one thing that was done to the registration."""
    return g.RegistrationEvent(step=step, label=label or step.value, on=on, by="p-9", position=position, text=text)


def registration(*steps, **changes):
    """Return a registration to which `steps` were done, a day apart."""
    history = [
        event(step, dt.date(2026, 5, 4) + dt.timedelta(days=number), 50 + number) for number, step in enumerate(steps)
    ]
    deadline = g.RegistrationDeadline(
        what="Lập đoàn đánh giá ngoài", due=dt.date(2026, 8, 5), source="TT17/2018 Đ28", confidence="low"
    )
    given = {
        "school": SCHOOL,
        "state": RegistrationState.REGISTERED,
        "deadlines": [deadline],
        "history": history,
        "registration": "g-1",
        "cycle": "2025-2026",
        "purpose": RegistrationPurpose.BOTH,
        "degree": 1,
        "route": [RouteStation.SCHOOL, RouteStation.COMMUNE, RouteStation.DEPARTMENT],
    }
    return g.RegistrationView(**given | changes)


def evaluation_visit(**changes):
    """Return a concluded visit of the department."""
    given = {"layer": Layer.DEPARTMENT, "kind": VisitKind.EXTERNAL_EVALUATION, "conclusion": None}
    return visit(**given | changes)


def replied():
    """Return a registration whose report is final, with two points of a reply answered."""
    points = [
        g.ReplyPoint(number=1, text="Tiêu chí 3.1 đã sửa xong", answer=PointAnswer.TAKEN_IN, note="đã xem ảnh"),
        g.ReplyPoint(number=2, text="Đề nghị xem lại 3.4", answer=PointAnswer.KEPT),
    ]
    steps = (RegistrationStep.OPEN, RegistrationStep.CHECK, RegistrationStep.FORWARD, RegistrationStep.ACCEPT)
    more = (RegistrationStep.EVALUATE, RegistrationStep.DRAFT, RegistrationStep.REPLY, RegistrationStep.FINAL)
    return registration(*steps, *more, state=RegistrationState.FINAL, points=points)


def programme(count=3):
    """Return so many visits to schools with long names."""
    return tuple(
        ProgrammeLine(
            school_name=f"Trường Phổ thông Dân tộc bán trú Tiểu học và Trung học cơ sở Nậm Lam số {number}",
            on=dt.date(2026, 4, 1) + dt.timedelta(days=number),
            title="Kiểm tra kỹ thuật năm 2026",
            kind=VisitKind.TECHNICAL,
            sites=("Điểm trường chính",),
            held=number == 0,
        )
        for number in range(count)
    )


def material(kind, **changes):
    """Return what a composer reads: the concluded inspection with everything."""
    given = {
        "kind": kind,
        "ground": ground(),
        "rulebook": TT22,
        "valid_at": dt.date(2026, 4, 20),
        "known_at": 77,
        "recorded_at": dt.datetime(2026, 4, 20, 3, tzinfo=dt.UTC),
        "checkpoint": "5bb94e17",
        "visit": visit(),
        "recommendations": recommendations(),
    }
    return VisitMaterial(**given | changes)


def usual(kind):
    """Return the usual material of a kind: whole, so that nothing is missing."""
    match kind:
        case VisitPaperKind.SUBMISSION_LETTER:
            steps = (RegistrationStep.OPEN, RegistrationStep.CHECK, RegistrationStep.FORWARD)
            return material(kind, registration=registration(*steps, state=RegistrationState.FORWARDED))
        case VisitPaperKind.DOSSIER_NOTICE:
            steps = (RegistrationStep.OPEN, RegistrationStep.ACCEPT)
            return material(kind, visit=None, registration=registration(*steps, state=RegistrationState.ACCEPTED))
        case VisitPaperKind.SURVEY_MINUTES:
            return material(kind, visit=evaluation_visit())
        case VisitPaperKind.EVALUATION_REPORT:
            return material(kind, visit=evaluation_visit(), registration=replied())
        case VisitPaperKind.RECOGNITION_DECISION:
            return material(kind, visit=None, registration=replied(), ground=ground(decision=granted()))
        case _:
            return material(kind)


def granted(**changes):
    """Return that the school was recognised."""
    given = {
        "outcome": DecisionOutcome.GRANTED,
        "number": "215/QĐ-SGDĐT",
        "taken_on": dt.date(2026, 6, 30),
        "degree": 1,
        "certificate_degree": 2,
        "expires_on": dt.date(2031, 6, 30),
    }
    return DecisionTaken(**given | changes)


def compose(of) -> Paper:
    """Compose the paper of a material."""
    return VISIT_PAPERS[of.kind].compose(of)


def named(paper) -> Paper:
    """Return the paper with the names that identity would put in."""
    people = {id_: PersonOnPaper(*NAMES[id_]) for id_ in people_in(paper) if id_ in NAMES}
    return resolve(paper, people, {})
