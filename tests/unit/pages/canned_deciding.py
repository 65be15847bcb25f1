"""Rich answers about a council's year: meetings, votes, gaps, improvement, papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from shared.contracts.calls import deciding as d
from shared.contracts.calls import evidence as e
from shared.contracts.calls import improvement as i
from shared.contracts.calls import papers as p
from shared.contracts.calls import visit_papers as v
from shared.contracts.calls import writing as w
from shared.rulebook.loader import load_library
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.self_assessment import (
    CriterionStep,
    ImprovementStatus,
    OwedPaperState,
    PaperKind,
    ReviewOccasion,
)
from tests.unit.pages import canned_work

HOSTILE = '<script>alert("x")</script>'
NEW, SCHOOL, CYCLE = "v2026_tt57/pho_thong", "TH-BC", "2026-2027"
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
FIRST, SECOND = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f0001", "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f0002"
STEPS = {
    **dict.fromkeys(("1.1", "1.2", "1.3", "2.1", "3.1", "2.3"), CriterionStep.PASSED),
    **dict.fromkeys(("3.2", "3.3", "3.5"), CriterionStep.REVIEWED),
    **dict.fromkeys(("1.4", "4.1"), CriterionStep.CHANGES_REQUESTED),
    "4.2": CriterionStep.NOT_STARTED,
    "4.3": CriterionStep.HANDED_IN,
}


def people() -> list[str]:
    """Return the nine members' ids, the chair first."""
    return [str(person) for person in canned_work.PEOPLE[:9]]


def vote(criterion: str, meeting: str, votes: tuple[int, int, int] = (8, 0, 0), **said: Any) -> d.VoteView:
    """Return a vote that passed and stands, unless said otherwise."""
    plain: dict[str, Any] = {"passed": True, "stands": True, "opinions": [], "position": 17900, "of": 17800}
    return d.VoteView(
        criterion=criterion,
        meeting=meeting,
        votes_for=votes[0],
        votes_against=votes[1],
        abstain=votes[2],
        convention="qua-nua",
        because="Thông qua: quá nửa số có mặt tán thành.",
        **(plain | said),
    )


def meetings(request: d.MeetingsRequest) -> d.MeetingsAnswer:
    """Two meetings: criteria passed in both, one to be voted on again, one not passed, and what is not put."""
    lines = []
    for code, criterion in load_library().get(NEW).criteria.items():
        step = STEPS.get(code, CriterionStep.WRITING)
        found = vote(code, SECOND if code == "2.3" else FIRST) if step is CriterionStep.PASSED else None
        if code == "2.3":
            found = vote(code, SECOND, (7, 0, 1), opinions=[f"Nêu rõ số liệu {HOSTILE}"])
        if code == "3.5":
            found = vote(code, SECOND, (3, 5, 0), passed=False)
        if code == "3.3":
            found = vote(code, FIRST, stands=False)
        lines.append(
            d.BallotLine(
                criterion=code,
                title=criterion.title,
                step=step,
                put=step is CriterionStep.REVIEWED,
                why_not="" if step is CriterionStep.REVIEWED else "Chỉ biểu quyết tiêu chí đã soát.",
                again=code in {"3.3", "4.1"},
                vote=found,
            )
        )
    held = [
        d.MeetingView(
            id=id_,
            on=on,
            present=people()[:8],
            agenda=f"Thông qua các tiêu chí đã soát {HOSTILE}",
            document=document,
            votes=[line.vote for line in lines if line.vote and line.vote.meeting == id_],
            position=17850,
        )
        for id_, on, document in ((SECOND, dt.date(2026, 11, 23), ""), (FIRST, dt.date(2026, 11, 16), DOC))
    ]
    return d.MeetingsAnswer(
        school=request.school,
        cycle=request.cycle,
        council=9,
        meetings=held,
        criteria=lines,
        approval=d.ApprovalView(of=17000, approved_on=dt.date(2026, 11, 17), position=17001, stands=False),
        convention="qua-nua",
        convention_text="Quy ước: quá nửa số thành viên có mặt thì họp; quá nửa số có mặt tán thành là thông qua.",
    )


def check_cycle(request: d.CheckRequest) -> d.CheckAnswer:
    """Every kind of gap, one of them hostile, and two places in one criterion."""
    page = f"/truong/{SCHOOL}/danh-gia/{CYCLE}"

    def one(kind: GapKind, code: str, level: int = 0, indicator: str = "", text: str = "") -> d.CheckedGap:
        link = f"{page}/{code}" + (f"#o-{level}_{indicator}" if level else "")
        return d.CheckedGap(kind=kind, criterion=code, level=level, indicator=indicator, text=text, link=link)

    lacking = [
        one(GapKind.NOT_ASSESSED, "1.4", 2, "-", "Tiêu chí 1.4 Mức 2: Chưa đánh giá."),
        one(GapKind.NOT_ASSESSED, "4.2", 1, "-", "Tiêu chí 4.2 Mức 1: Chưa đánh giá."),
        one(GapKind.NOT_ASSESSED, "4.2", 2, "-", "Tiêu chí 4.2 Mức 2: Chưa đánh giá."),
        one(GapKind.NO_EVIDENCE, "4.2", 1, "-", "Tiêu chí 4.2 Mức 1: Đạt, chưa có minh chứng."),
        one(GapKind.CONTRADICTION, "2.2", 1, "-", f"Tiêu chí 2.2 Mức 1: số liệu là 93,5% {HOSTILE}"),
        one(GapKind.DANGLING_CODE, "2.2", 1, "-", "Tiêu chí 2.2 Mức 1: câu 2 nêu mã MC.2.2.09 chưa cấp."),
        *(one(GapKind.NOT_PASSED, code) for code, step in STEPS.items() if step is not CriterionStep.PASSED),
        d.CheckedGap(
            kind=GapKind.NOT_APPROVED,
            criterion="",
            level=0,
            indicator="",
            text="Chủ tịch Hội đồng chưa phê duyệt báo cáo.",
            link=f"/truong/{SCHOOL}/hop?dot={CYCLE}#phe-duyet",
        ),
    ]
    return d.CheckAnswer(ready=False, gaps=lacking, last_day=dt.date(2027, 6, 15))


def improvements(request: i.ImprovementsRequest) -> i.ImprovementsAnswer:
    """One item in each column and one dropped; sums that add up, one without a cost."""
    is_ = ImprovementStatus

    def one(number: int, status: ImprovementStatus, code: str, action: str, **said: Any) -> i.ImprovementView:
        plain: dict[str, Any] = {
            "standard": code.partition(".")[0],
            "problem": f"Hạn chế {HOSTILE}",
            "aim": "Đủ và dùng được",
            "measure": "",
            "starts": dt.date(2026, 10, 10),
            "ends": dt.date(2026, 12, 20),
            "owner": "Tổ văn phòng",
            "person": people()[2],
            "cost_vnd": 0,
            "source": "",
            "evidence_expected": "Biên bản, ảnh",
            "reviews": [],
            "next_due": dt.date(2026, 12, 20),
            "due_what": "ket_thuc",
            "overdue": False,
            "overdue_days": 0,
        }
        return i.ImprovementView(
            id=f"0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1{number:03d}",
            criterion=code,
            action=action,
            status=status,
            **(plain | said),
        )

    review = i.ImprovementReviewView(
        occasion=ReviewOccasion.FIRST_TERM,
        on=dt.date(2026, 11, 20),
        status=is_.DONE,
        result=f"Đã đối chiếu {HOSTILE}",
        adjustment="",
        evidence=[DOC],
        position=17700,
    )
    money: dict[str, Any] = {"cost_vnd": 180_000_000, "source": "ngân sách xã"}
    usual: dict[str, Any] = {"cost_vnd": 6_000_000, "source": "chi thường xuyên"}
    late: dict[str, Any] = {"next_due": dt.date(2026, 11, 20), "overdue": True, "overdue_days": 3}
    items = [
        one(1, is_.UNDER_WAY, "2.3", "Cử nhân viên y tế đi bồi dưỡng", **usual, **late),
        one(2, is_.AWAITING_EVIDENCE, "3.4", "Kế hoạch cá nhân cho 4 học sinh hòa nhập"),
        one(3, is_.NOT_STARTED, "4.1", f"Sửa 2 phòng học {HOSTILE}", due_what="hk1", **money),
        one(4, is_.NOT_STARTED, "", "Mẫu theo dõi", standard="2", cost_vnd=None, starts=None, ends=None),
        one(5, is_.DONE, "1.3", "Đối chiếu số liệu ba năm", reviews=[review], next_due=None, due_what=""),
        one(6, is_.DROPPED, "3.5", "Phụ đạo hè", next_due=None, due_what=""),
    ]
    return i.ImprovementsAnswer(
        school=request.school,
        cycle=request.cycle,
        on=dt.date(2026, 11, 23),
        items=items,
        overdue=1,
        sums=[
            i.SourceSum(source="", cost_vnd=0, items=2),
            i.SourceSum(source="chi thường xuyên", cost_vnd=6_000_000, items=1),
            i.SourceSum(source="ngân sách xã", cost_vnd=180_000_000, items=1),
        ],
        total_vnd=186_000_000,
        uncosted=1,
        review_note="Điều khoản ghi “cuối học kỳ I, cuối năm học”; ngày cụ thể là quy ước.",
    )


def paper_kinds(_: Any) -> p.PaperKindsAnswer:
    titles = {
        PaperKind.COUNCIL_DECISION: "Quyết định thành lập Hội đồng tự đánh giá",
        PaperKind.PLAN: "Kế hoạch tự đánh giá",
        PaperKind.FACET_SHEET: "Phiếu xác định nội hàm",
        PaperKind.EVIDENCE_LIST: "Danh mục mã minh chứng",
        PaperKind.CRITERION_SHEET: "Phiếu đánh giá tiêu chí",
        PaperKind.MINUTES: "Biên bản họp Hội đồng",
        PaperKind.REPORT: "Báo cáo tự đánh giá",
        PaperKind.IMPROVEMENT_PLAN: "Kế hoạch cải tiến chất lượng",
        PaperKind.REGISTRATION_LETTER: "Công văn đăng ký",
        PaperKind.PUBLICATION_NOTICE: "Thông báo công bố kết quả",
    }
    sheets = {PaperKind.EVIDENCE_LIST, PaperKind.IMPROVEMENT_PLAN}
    return p.PaperKindsAnswer(
        kinds=[
            p.PaperKindView(
                kind=kind,
                title=title,
                regimes=[NEW] if kind is not PaperKind.FACET_SHEET else [],
                formats=["docx", "xlsx", "pdf"] if kind in sheets else ["docx", "pdf"],
                own_form=kind is PaperKind.PUBLICATION_NOTICE,
            )
            for kind, title in titles.items()
        ]
    )


def visit_paper_kinds(_: Any) -> p.PaperKindsAnswer:
    minutes = p.PaperKindView(kind="bien_ban_kiem_tra", title="Biên bản kiểm tra", regimes=[NEW], formats=["docx", "pdf"])
    return p.PaperKindsAnswer(kinds=[minutes])


def paper_ground(request: p.GroundRequest) -> p.PaperGround:
    return p.PaperGround(
        school=request.school,
        school_name="Trường Tiểu học Bản Cuôn",
        commune="NAM-LAM",
        commune_name="Xã Nậm Lam",
        superior="UBND xã Nậm Lam",
        place="Nậm Lam",
        digest="0" * 64,
    )


def visit_papers(_: v.VisitPapersRequest) -> v.VisitPapersAnswer:
    """One paper that is whole, one that is a draft, one that waits for something."""
    minutes = v.VisitPaperView(kind="bien_ban_kiem_tra", title="Biên bản kiểm tra", formats=["docx", "pdf"], draft=True)
    plan = v.VisitPaperView(kind="ke_hoach_kiem_tra", title="Kế hoạch và lịch kiểm tra", formats=["docx", "pdf"])
    team = v.VisitPaperView(kind="qd_lap_doan", title=HOSTILE, formats=["docx"], because="Đợt này chưa lập đoàn.")
    return v.VisitPapersAnswer(papers=[plan, team, minutes])


def papers(request: p.PapersRequest) -> p.PapersAnswer:
    """Papers in every state; sheets of three criteria, two of them alike; minutes of two meetings."""
    titles = {one.kind: one.title for one in paper_kinds(None).kinds}
    cycle = request.cycle or CYCLE

    def one(kind: PaperKind, state: OwedPaperState, **said: Any) -> p.PaperView:
        of = said.get("criterion") or said.get("meeting") or ""
        title = titles[kind] + (f" {said['criterion']}" if "criterion" in said else "")
        return p.PaperView(kind=kind, title=title, subject="/".join(x for x in (cycle, of) if x), state=state, **said)

    is_ = OwedPaperState
    return p.PapersAnswer(
        cycle=cycle,
        papers=[
            one(PaperKind.IMPROVEMENT_PLAN, is_.OVERDUE, due=dt.date(2026, 11, 20), because="Hạn trong kế hoạch."),
            one(
                PaperKind.CRITERION_SHEET,
                is_.OVERDUE,
                criterion="4.2",
                due=dt.date(2026, 11, 20),
                because="Hạn trong phân công.",
            ),
            one(PaperKind.REGISTRATION_LETTER, is_.MISSING),
            one(PaperKind.CRITERION_SHEET, is_.DRAFT, criterion="1.4"),
            one(PaperKind.CRITERION_SHEET, is_.DRAFT, criterion="2.2"),
            one(PaperKind.REPORT, is_.DRAFT, due=dt.date(2027, 6, 14)),
            one(PaperKind.MINUTES, is_.DRAFT, meeting=SECOND),
            one(PaperKind.PLAN, is_.PRESENT),
            one(PaperKind.COUNCIL_DECISION, is_.PRESENT, document=DOC),
            one(PaperKind.MINUTES, is_.PRESENT, meeting=FIRST, document=DOC),
        ],
        unprinted=[
            p.UnprintedForm(
                kind=PaperKind.FACET_SHEET, title=titles[PaperKind.FACET_SHEET], because="TT 57/2026 không có mẫu này."
            )
        ],
    )


def work_board(request: w.WorkBoardRequest) -> w.WorkBoard:
    """Return the board with weaknesses written of two criteria and of one standard."""
    board = canned_work.work_board(request)
    written = {"2.3": "Nhân viên y tế chưa được bồi dưỡng.", "4.2": f"Thiếu bảng kiểm {HOSTILE}"}
    return msgspec.structs.replace(
        board,
        criteria=[msgspec.structs.replace(x, weaknesses=written.get(x.criterion, "")) for x in board.criteria],
        standards=[msgspec.structs.replace(x, limits="Chậm" if x.standard == "1" else "") for x in board.standards],
    )


PRINT = "ABCDEFGHIJKLMNOPQRST"


def print_view(**said: Any) -> e.PrintView:
    """Return a print of the plan that came home signed with two differences."""
    plain: dict[str, Any] = {
        "paper": PRINT,
        "school": SCHOOL,
        "kind": PaperKind.PLAN.value,
        "subject": CYCLE,
        "cycle": CYCLE,
        "valid_at": dt.date(2026, 9, 15),
        "known_at": 17940,
        "draft": False,
        "printed_at": dt.datetime(2026, 9, 15, 2, 0, tzinfo=dt.UTC),
        "document": DOC,
        "signed_at": dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC),
        "differences": 2,
    }
    return e.PrintView(**(plain | said))


def signed_papers(_: e.PrintsRequest) -> e.PrintsAnswer:
    waiting = print_view(paper="B" * 20, kind="bao_cao_tdg", document="", signed_at=None, differences=0, draft=True)
    return e.PrintsAnswer(prints=[print_view(), waiting])


DIFFERENCES = [
    e.PaperDifference(printed="12", read="15", page=2, before="ngày", confidence=93),
    e.PaperDifference(printed="", read=HOSTILE, page=4, before="gồm", confidence=60),
]


def signed_paper(_: e.SignedPaperRequest) -> e.SignedPaperAnswer:
    return e.SignedPaperAnswer(print=print_view(), differences=DIFFERENCES, compared=True)


DECIDING: dict[str, Any] = {
    "assessment.meetings": meetings,
    "assessment.hold_meeting": lambda _: d.MeetingHeld(id=SECOND, position=18298),
    "assessment.vote": lambda r: vote(r.criterion, r.meeting),
    "assessment.approve_report": lambda _: d.Approved(position=18298),
    "assessment.check_cycle": check_cycle,
    "assessment.improvements": improvements,
    "assessment.work_board": work_board,
    "assessment.add_improvement": lambda _: i.ImprovementAdded(id="0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1009", position=18298),
    "assessment.paper_kinds": paper_kinds,
    "assessment.papers": papers,
    "assessment.paper_ground": paper_ground,
    "inspection.visit_paper_kinds": visit_paper_kinds,
    "inspection.visit_papers": visit_papers,
    "evidence.signed_papers": signed_papers,
    "evidence.signed_paper": signed_paper,
    "evidence.attach_signed": lambda r: e.SignedAttached(paper=PRINT, document=r.document, differences=DIFFERENCES),
}
COMMANDS = frozenset({"hold_meeting", "vote", "approve_report", "add_improvement", "attach_signed"})
"""Commands whose answer is not Done."""
