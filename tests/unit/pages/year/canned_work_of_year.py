"""Canned reports, needs, difficulties, classes and notices of a commune: an empty year, names that are markup."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import need_views as n
from shared.contracts.calls.year import publicity as p
from shared.contracts.calls.year import reports as r
from shared.contracts.calls.year import syntheses as sc
from shared.contracts.calls.year import targets as t
from shared.contracts.calls.year import training as c
from shared.problems import NotFound
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import (
    CommuneUnit,
    DifficultyState,
    FundingSource,
    HandedInState,
    NeedState,
    PlanKind,
    PublicityKind,
    ReportKind,
    ReportReceiver,
    TargetLead,
    TargetState,
    TrainingTopic,
)

HOSTILE = '<script>alert("x")</script>'
SCHOOL, COMMUNE, EMPTY = "TH-BC", "NAM-LAM", 2025
DAY = dt.date(2026, 11, 23)
MADE = "7d1f6f0e-3a43-4c58-9a50-6a6a7d3f{:04}"
REPORT, SENT, DRAFT, NEED, NOTICE, CLASS = (MADE.format(one) for one in (100, 200, 201, 300, 400, 500))

_WRITTEN: dict[str, Any] = {
    "texts": [r.ReportText(heading="Việc đã làm", text=HOSTILE)],
    "figures": [r.GivenFigure(name="Số lớp", value=12)],
    "documents": ["tl-00214"],
}


def _part(school: str, state: HandedInState, **more: Any) -> r.SchoolPartView:
    return r.SchoolPartView(school=school, name="Trường Tiểu học Bản Chuông", state=state, **more)


ASKED = r.ReportRequestView(
    id=REPORT,
    commune=COMMUNE,
    year=2026,
    kind=ReportKind.PROGRESS,
    period="tháng 11",
    due=dt.date(2026, 11, 20),
    asked_on=dt.date(2026, 11, 2),
    sections=["Việc đã làm"],
    figures=["Số lớp"],
    text=HOSTILE,
    parts=[
        _part("TH-TRONG", HandedInState.OVERDUE, days_late=3),
        _part(SCHOOL, HandedInState.RETURNED, handed_in_on=DAY, reason=HOSTILE, judged_on=DAY, position=9, **_WRITTEN),
        _part("THCS-NL", HandedInState.HANDED_IN, handed_in_on=DAY, position=10, **_WRITTEN),
        _part("MN-HB", HandedInState.ACCEPTED, handed_in_on=DAY, judged_on=DAY, position=11, **_WRITTEN),
    ],
    position=8,
)


def _number(key: str, value: int, unit: str = "trường") -> sc.NumberView:
    return sc.NumberView(
        key=key, group="schools", label="Trường của xã", unit=unit, value=value, counts="Trường đang mở.", page="ke-hoach"
    )


def _synthesis(number: str, *sent: sc.SendingView) -> sc.SynthesisView:
    standing = sc.StandingView(
        school=SCHOOL,
        name=HOSTILE,
        kind=PlanKind.MAINTAIN,
        target_level=2,
        target_degree=1,
        reached=True,
        award_number="214/QĐ-UBND",
        award_degree=1,
        award_until=dt.date(2029, 8, 28),
    )
    return sc.SynthesisView(
        id=number,
        commune=COMMUNE,
        year=2026,
        kind=ReportKind.MID_YEAR,
        period="học kỳ I",
        from_on=dt.date(2026, 1, 1),
        to_on=dt.date(2026, 6, 30),
        as_of=dt.date(2026, 6, 30),
        drafted_on=dt.date(2026, 7, 2),
        position=18200,
        heard_position=18100,
        request=REPORT,
        numbers=[_number("schools", 3), _number("funded", 180_000_000, "đồng")],
        standings=[standing],
        figures=[
            sc.ReportedFigureView(name="Số lớp", total=12, given=[sc.SchoolFigure(school=SCHOOL, name=HOSTILE, value=12)])
        ],
        missing=[sc.MissingSchool(school="TH-TRONG", name=HOSTILE)],
        sections=["Nhận xét", "Đề nghị"],
        texts=[r.ReportText(heading="Nhận xét", text=HOSTILE)],
        writings=1,
        sent=list(sent),
        changed_at=18210,
        changed_on=dt.date(2026, 7, 2),
    )


_SYNTHESES = [
    _synthesis(DRAFT),
    _synthesis(SENT, sc.SendingView(to=ReportReceiver.DEPARTMENT, number="45/BC-VHXH", sent_on=dt.date(2026, 7, 3))),
]


def synthesis(request: sc.SynthesisRequest) -> sc.SynthesisView:
    found = next((one for one in _SYNTHESES if one.id == request.synthesis), None)
    if found is None:
        raise NotFound("Không có bản tổng hợp này.")
    return found


def _missing(_: Any) -> r.MissingReportsAnswer:
    late = r.MissingReport(
        school="TH-TRONG",
        name=HOSTILE,
        due=ASKED.due,
        days=3,
        state=HandedInState.OVERDUE,
        path=f"/truong/TH-TRONG/bao-cao/{REPORT}",
        text=HOSTILE,
    )
    return r.MissingReportsAnswer(missing=[late])


def _counted(_: Any) -> sc.SynthesisNumberAnswer:
    thing = sc.CountedThing(school=SCHOOL, name=HOSTILE, thing=HOSTILE, on=DAY, amount=1)
    return sc.SynthesisNumberAnswer(number=_number("schools", 1), things=[thing])


def need(number: str, state: NeedState, **more: Any) -> n.NeedView:
    said: dict[str, Any] = {
        "cost_vnd": 240_000_000,
        "verdict": None,
        "appraised_vnd": None,
        "appraised_on": None,
        "funded_vnd": 0,
        "unfunded_vnd": 240_000_000,
        "allocations": [],
        "started_on": None,
        "progress_percent": None,
        "checked_on": None,
        "problem": "",
        "handed_over_on": None,
    }
    return n.NeedView(
        id=number,
        commune=COMMUNE,
        year=2026,
        school=SCHOOL,
        site=HOSTILE,
        item=HOSTILE,
        quantity=2,
        unit="phòng",
        criterion="4.1",
        reason=HOSTILE,
        raised_on=DAY,
        state=state,
        version=1,
        position=17,
        history=[n.NeedActView(kind="need-raised", on=DAY, position=17, amount_vnd=240_000_000, text=HOSTILE)],
        **said | more,
    )


_MONEY = n.NeedAllocation(
    source=FundingSource.COMMUNE_BUDGET, money_year=2026, amount_vnd=180_000_000, decision="12/QĐ-UBND", funded_on=DAY
)
UNDER_WAY = need(
    MADE.format(301),
    NeedState.UNDER_WAY,
    funded_vnd=180_000_000,
    unfunded_vnd=60_000_000,
    allocations=[_MONEY],
    started_on=DAY,
    progress_percent=40,
    checked_on=DAY,
    problem=HOSTILE,
)
NEEDS = [need(NEED, NeedState.RAISED), UNDER_WAY]


def _needs(request: n.NeedsRequest) -> n.NeedsAnswer:
    found = [one for one in NEEDS if request.state in (None, one.state)] if request.year != EMPTY else []
    return n.NeedsAnswer(needs=found, total=len(found), counts={"moi_neu": 1, "dang_thuc_hien": 1} if found else {})


def _sums(request: n.NeedSumsRequest) -> n.NeedSumsAnswer:
    if EMPTY in (request.year, request.wanted_from):
        return n.NeedSumsAnswer(by_school=[], by_source=[], by_year=[], cells=[], wanted=[])
    amount = 180_000_000
    wanted = n.WantedMoney(
        school=SCHOOL,
        year=2026,
        needs=2,
        appraised_vnd=240_000_000,
        unfunded_vnd=300_000_000,
        waiting_vnd=240_000_000,
        uncosted=0,
    )
    return n.NeedSumsAnswer(
        by_school=[n.SchoolMoney(school=SCHOOL, amount=amount)],
        by_source=[n.SourceMoney(source=FundingSource.COMMUNE_BUDGET, amount=amount)],
        by_year=[n.YearMoney(year=2026, amount=amount)],
        cells=[n.FundedMoney(school=SCHOOL, source=FundingSource.COMMUNE_BUDGET, money_year=2026, amount_vnd=amount)],
        wanted=[wanted],
    )


def _difficulty(number: int, state: DifficultyState, **more: Any) -> d.DifficultyView:
    act = d.DifficultyActView(kind="taken", acted_on=DAY, text=HOSTILE, whom="phong_vhxh", position=20, due=DAY)
    return d.DifficultyView(
        id=MADE.format(600 + number),
        commune=COMMUNE,
        year=2026,
        school=SCHOOL,
        criterion="2.2",
        text=HOSTILE,
        asks=HOSTILE,
        documents=["tl-00214"],
        raised_on=DAY,
        state=state,
        unit=CommuneUnit.CULTURE_OFFICE,
        due=DAY,
        overdue=state is DifficultyState.TAKEN,
        forwarded_to=None,
        position=20,
        acts=[act],
        **more,
    )


def _difficulties(request: d.DifficultiesRequest) -> d.DifficultiesAnswer:
    if request.year == EMPTY:
        return d.DifficultiesAnswer(difficulties=[], total=0, counts=dict.fromkeys(DifficultyState, 0))
    states = (DifficultyState.TAKEN, DifficultyState.RAISED, DifficultyState.ANSWERED, DifficultyState.CLOSED)
    found = [_difficulty(number, state) for number, state in enumerate(states)]
    return d.DifficultiesAnswer(
        difficulties=found, total=len(found), counts={state: int(state in states) for state in DifficultyState}
    )


def _class(number: str, **more: Any) -> c.TrainingView:
    said: dict[str, Any] = {"held_on": None, "present_count": 0, "asked_count": 0, "materials": "", "cancelled_on": None}
    return c.TrainingView(
        id=number,
        commune=COMMUNE,
        year=2026,
        topic=TrainingTopic.COUNCIL,
        title=HOSTILE,
        days=[dt.date(2026, 12, 5)],
        place=HOSTILE,
        schools=[SCHOOL],
        budget_vnd=12_500_000,
        reason="",
        version=1,
        position=30,
        **said | more,
    )


_SEEN = c.AttendanceView(person="person-1", school=SCHOOL, present=True, result=HOSTILE, name=HOSTILE)
CLASSES = [
    _class(CLASS),
    _class(MADE.format(501), held_on=DAY, present_count=1, asked_count=1, materials=HOSTILE, attendance=[_SEEN]),
]


def _classes(request: c.TrainingsRequest) -> c.TrainingsAnswer:
    if request.year == EMPTY:
        return c.TrainingsAnswer(trainings=[], total=0)
    wish = c.WishView(school=SCHOOL, topic=TrainingTopic.COUNCIL, asked_on=DAY, text=HOSTILE, position=31)
    return c.TrainingsAnswer(trainings=CLASSES, total=len(CLASSES), wishes=[wish])


OUTSIDE = "https://bao.an-son.vn/tin?a=1&b=2"
"""Where a commune says that one reads more: the only address of elsewhere that a page leads to."""
_ITEM = p.PublicItemView(
    id=NOTICE,
    commune=COMMUNE,
    year=2026,
    kind=None,
    on=DAY,
    title=HOSTILE,
    text=HOSTILE,
    number="21/TB-UBND",
    link="",
    position=40,
    comments=[p.NoticeCommentView(id="bl-1", commented_on=DAY, text=HOSTILE, shown=True, position=41, person="person-1")],
)
_TOLD = p.PublicItemView(
    id=MADE.format(401),
    commune=COMMUNE,
    year=2026,
    kind=PublicityKind.LOUDSPEAKER,
    on=DAY,
    title=HOSTILE,
    text=HOSTILE,
    number="",
    link=OUTSIDE,
    position=42,
    reach=120,
)


def _items(request: Any) -> p.PublicItemsAnswer:
    empty = getattr(request, "year", 2026) == EMPTY
    return p.PublicItemsAnswer(items=[] if empty else [_ITEM, _TOLD], total=0 if empty else 2)


def _targets(request: t.SchoolTargetsRequest) -> t.SchoolTargets:
    late = t.TargetView(
        id="muc-1",
        school=request.school,
        criterion="1.1",
        level=1,
        by=dt.date(2026, 10, 31),
        lead=TargetLead.SCHOOL,
        means=HOSTILE,
        layer=Layer.SCHOOL,
        state=TargetState.LATE,
        met_on=None,
        earliest=None,
        because="Còn thiếu 1.1 Mức 1.",
        rulebook="v2026_tt57/pho_thong",
    )
    return t.SchoolTargets(school=request.school, targets=[t.SchoolTarget(commune=COMMUNE, year=2026, target=late)])


def _requests(request: Any) -> r.ReportRequestsAnswer:
    return r.ReportRequestsAnswer(requests=[] if request.year == EMPTY else [ASKED], total=1)


CANNED_WORK_OF_YEAR: dict[str, Any] = {
    "inspection.report_requests": _requests,
    "inspection.year_report_requests": _requests,
    "inspection.report_request": lambda _: ASKED,
    "inspection.missing_reports": _missing,
    "inspection.syntheses": lambda q: sc.SynthesesAnswer(syntheses=[] if q.year == EMPTY else _SYNTHESES, total=2),
    "inspection.synthesis": synthesis,
    "inspection.synthesis_number": _counted,
    "inspection.school_targets": _targets,
    "inspection.needs": _needs,
    "inspection.need": lambda q: next((one for one in NEEDS if one.id == q.need), NEEDS[0]),
    "inspection.need_sums": _sums,
    "inspection.difficulties": _difficulties,
    "inspection.trainings": _classes,
    "inspection.training": lambda q: next((one for one in CLASSES if one.id == q.training), CLASSES[0]),
    "inspection.attended_trainings": lambda _: c.AttendedAnswer(attended=[], sent=[], total=0),
    "inspection.published_items": _items,
    "inspection.public_items": _items,
    "inspection.public_item": lambda _: _ITEM,
}
OF_COMMUNE = [
    *(
        f"/xa/NAM-LAM/{page}?nam={year}"
        for page in ("tap-huan", "kho-khan", "nhu-cau", "thong-bao", "bao-cao")
        for year in (2026, EMPTY)
    ),
    f"/xa/NAM-LAM/bao-cao?nam=2026&xem={SCHOOL}&ban={SENT}",
    "/xa/NAM-LAM/bao-cao?nam=2026&nhac=TH-TRONG",
    f"/xa/NAM-LAM/bao-cao/so?nam=2026&ban={DRAFT}&so=schools",
    *(f"/xa/NAM-LAM/nhu-cau/{one.id}{sent}" for one in NEEDS for sent in ("", "?bien-nhan=18204,18205&tu-choi=sai-loai")),
    *(f"/xa/NAM-LAM/tap-huan/{one.id}" for one in CLASSES),
    "/xa/NAM-LAM/nhu-cau?nam=2026&thieu=1&truong=TH-BC",
]
"""Pages of the year that every office of the commune reads; 2025 is empty."""
OF_PLANNERS = ["/xa/NAM-LAM/bao-cao/yeu-cau?nam=2026", "/xa/NAM-LAM/tap-huan/chua-du?nam=2026"]
OF_SCHOOL = [
    *(f"/truong/TH-BC/{page}" for page in ("viec", "kho-khan", "nhu-cau")),
    f"/truong/TH-BC/nhu-cau/{NEED}",
    f"/truong/TH-BC/bao-cao/{REPORT}",
]
PUBLIC = ["/thong-bao/NAM-LAM", f"/thong-bao/NAM-LAM/{NOTICE}"]
