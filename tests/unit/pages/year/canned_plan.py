"""A canned plan of a commune's year with entries in every state and hostile words; 2027: not begun, 2028: no school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shared.contracts.calls.papers import PaperKindsAnswer
from shared.contracts.calls.year import plan as p
from shared.vocabulary.commune_year import PlanKind, PlanState, TargetLead

HOSTILE = '<script>alert("x")</script>'
PAGES = [
    "/xa/NAM-LAM/ke-hoach",
    "/xa/NAM-LAM/ke-hoach?nam=2026&xem=tre&da=muc",
    "/xa/NAM-LAM/ke-hoach?nam=2027",
    "/xa/NAM-LAM/ke-hoach?nam=2028",
    "/xa/NAM-LAM/ke-hoach/muc?nam=2026&truong=TH-BC",
    "/xa/NAM-LAM/ke-hoach/muc?nam=2027&truong=TH-BC",
    "/xa/NAM-LAM/ke-hoach/loi?nam=2026",
    "/xa/NAM-LAM/ke-hoach/loi?nam=2027",
    "/xa/NAM-LAM/ke-hoach/so-sanh?nam=2026",
]
HELD = p.PlanAwardView(number="214/QĐ-UBND", degree=1, decided_on=dt.date(2022, 3, 15), expires_on=dt.date(2027, 3, 15))
_ENTRY = p.PlanEntryView(
    school="TH-BC",
    kind=PlanKind.RECOGNISE_AGAIN,
    proposed=PlanKind.RECOGNISE_AGAIN,
    target_level=2,
    target_degree=1,
    responsible=HOSTILE,
    lead=TargetLead.SCHOOL,
    register_by=dt.date(2026, 10, 15),
    evaluate_by=None,
    held=HELD,
    override="",
    reason="",
    set_on=dt.date(2026, 2, 5),
    reached_on=None,
    registered_on=None,
    late=True,
    version=2,
    position=18,
)


def _line(school: str, name: str, kind: PlanKind, **more: Any) -> p.PlanLineView:
    proposal = p.ProposalView(
        school=school, kind=kind, register_by=None, because="Ngày 01/01/2026 chưa có Bằng trong Sổ công nhận."
    )
    return p.PlanLineView(**{"school": school, "name": name, "proposal": proposal, "held": None, "held_valid": False} | more)


def _entry(school: str, kind: PlanKind, **more: Any) -> p.PlanEntryView:
    return msgspec.structs.replace(_ENTRY, school=school, kind=kind, **{"late": False} | more)


LINES = [
    _line(
        "TH-BC",
        "Trường Tiểu học Bản Chuông",
        PlanKind.RECOGNISE_AGAIN,
        held=HELD,
        held_valid=True,
        entry=_ENTRY,
        visits=[
            p.PlannedVisitView(on=dt.date(2026, 10, 20), held=True),
            p.PlannedVisitView(on=dt.date(2026, 12, 30), held=False),
        ],
    ),
    _line(
        "TH-DAT",
        "Trường Tiểu học Đạt",
        PlanKind.RAISE,
        entry=_entry(
            "TH-DAT", PlanKind.MAINTAIN, register_by=None, reached_on=dt.date(2026, 5, 20), reason=HOSTILE, override=HOSTILE
        ),
        checked_on=[dt.date(2026, 5, 20)],
    ),
    _line(
        "TH-DK",
        "Trường Tiểu học Đăng Ký",
        PlanKind.RECOGNISE_NEW,
        entry=_entry("TH-DK", PlanKind.RECOGNISE_NEW, registered_on=dt.date(2026, 4, 1)),
    ),
    _line(
        "TH-SAP",
        "Trường Tiểu học Sắp Đến",
        PlanKind.RECOGNISE_NEW,
        entry=_entry("TH-SAP", PlanKind.RECOGNISE_NEW, register_by=dt.date(2099, 1, 1)),
    ),
    _line(
        "TH-RO",
        "Trường Tiểu học Chưa Rõ",
        PlanKind.RECOGNISE_NEW,
        entry=_entry("TH-RO", PlanKind.CERTIFY_ONLY, register_by=None),
    ),
    _line("TH-TRONG", "Trường Tiểu học Trống", PlanKind.RECOGNISE_NEW),
    _line("TH-DONG", "Trường Tiểu học Đóng", PlanKind.NOTHING, closed_on=dt.date(2026, 5, 31)),
]
_TEXT = p.PlanText(
    bases=[f"Căn cứ {HOSTILE}"],
    aims=HOSTILE,
    goals="Mục tiêu",
    sections=[p.PlanSectionText(heading=HOSTILE, items=[f"Yêu cầu\n{HOSTILE}", "Một dòng"])],
    version=3,
    drafted_on=dt.date(2026, 2, 1),
    reason=HOSTILE,
)
_ISSUE = p.PlanIssueView(
    number="08/KH-UBND",
    issued_on=dt.date(2026, 2, 5),
    signer_office="Phó Chủ tịch",
    left_out=["TH-TRONG"],
    left_out_because=HOSTILE,
)
_ADJUSTMENT = p.PlanAdjustmentView(adjusted_on=dt.date(2026, 7, 10), reason=HOSTILE)
_PROGRESS = p.PlanProgressAnswer(schools=6, with_entry=5, reached=1, late=1)


def plan(request: p.YearPlanRequest) -> p.YearPlanView:
    whole = p.YearPlanView(
        commune=request.commune,
        year=request.year,
        state=PlanState.ADJUSTED,
        text=_TEXT,
        lines=LINES,
        progress=_PROGRESS,
        issues=[_ISSUE],
        adjustments=[_ADJUSTMENT],
    )
    if request.year == 2026:
        return whole
    nothing = p.PlanProgressAnswer(schools=6, with_entry=0, reached=0, late=0)
    text = msgspec.structs.replace(_TEXT, version=0, drafted_on=None, reason="")
    lines = [msgspec.structs.replace(line, entry=None) for line in LINES] if request.year == 2027 else []
    return msgspec.structs.replace(
        whole, state=PlanState.DRAFT, text=text, lines=lines, progress=nothing, issues=[], adjustments=[]
    )


def comparison(request: p.YearPlanRequest) -> p.PlanComparison:
    reached = p.ComparedEntry(kind=PlanKind.MAINTAIN, target_degree=1, reached_on=dt.date(2025, 5, 20))
    late = p.ComparedEntry(kind=PlanKind.RECOGNISE_AGAIN, late=True)
    return p.PlanComparison(
        commune=request.commune,
        year=request.year,
        before=_PROGRESS,
        now=_PROGRESS,
        schools=[
            p.ComparedSchool(school="TH-BC", name="Trường Tiểu học Bản Chuông", before=reached, now=late),
            p.ComparedSchool(school="TH-TRONG", name="Trường Tiểu học Trống", before=p.ComparedEntry(), now=reached),
        ],
    )


CANNED_PLAN: Mapping[str, Callable[[Any], Any]] = {
    "inspection.year_paper_kinds": lambda _: PaperKindsAnswer(kinds=[]),
    "inspection.commune_plan": plan,
    "inspection.compare_plan": comparison,
    "inspection.set_plan_entry": lambda _: _ENTRY,
    "inspection.draft_plan": lambda _: _TEXT,
    "inspection.issue_plan": lambda _: _ISSUE,
    "inspection.adjust_plan": lambda _: _ADJUSTMENT,
    "inspection.drop_plan_entry": lambda _: _PROGRESS,
    "inspection.take_plan_proposals": lambda _: _PROGRESS,
}
