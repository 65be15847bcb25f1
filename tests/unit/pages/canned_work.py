"""Canned answers about the work of a self-assessment: a council of nine, its groups, and criteria at every step."""

from __future__ import annotations

import datetime as dt
import uuid

from services.assessment.council_presenters import seated
from shared.contracts.calls import council as c
from shared.contracts.calls import writing as w
from shared.rulebook.loader import load_library
from shared.vocabulary.ids import CommentId, GroupId, PersonId
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import (
    CodeStanding,
    CouncilRole,
    CriterionStep,
    GroupKind,
    RuleState,
    WritingState,
)

SCHOOL, CYCLE, BOOK = "TH-BC", "2026-2027", "v2026_tt57/pho_thong"
HOSTILE = '<script>alert("x")</script>'
AT = dt.datetime(2026, 11, 23, 2, 10, tzinfo=dt.UTC)
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"

NAMES = [
    ("Lường Thị Minh Tâm", "Hiệu trưởng", CouncilRole.CHAIR, Role.HEAD.value.replace("_", ".")),
    ("Vàng A Chính", "Phó Hiệu trưởng", CouncilRole.VICE_CHAIR, ""),
    ("Hoàng Thị Yến", "Thư ký nhà trường", CouncilRole.SECRETARY, ""),
    ("Lò Văn Thịnh", "Tổ trưởng tổ 4-5", CouncilRole.MEMBER, Role.COUNCIL_MEMBER.value.replace("_", ".")),
    ("Lò Thị Phương", "Giáo viên", CouncilRole.MEMBER, ""),
    ("Quàng Thị Hiên", "Tổ trưởng tổ 1-2-3", CouncilRole.MEMBER, ""),
    ("Bàn Thị Sinh", "Giáo viên", CouncilRole.MEMBER, ""),
    ("Giàng A Páo", "Tổng phụ trách Đội", CouncilRole.MEMBER, ""),
    ("Cà Văn Dũng", "Kế toán", CouncilRole.MEMBER, ""),
]
HELPER = ("Sùng Thị Mai", "Y tế trường học")
PEOPLE: list[PersonId] = [PersonId(str(uuid.UUID(int=n))) for n in range(1, 11)]
"""Ids of the nine members and the helper; `House` puts in those under which identity knows their names."""

_GROUPS = {1: (1, 8, 2), 2: (3, 4), 3: (5, 6), 4: (7, 9)}
"""Places in `PEOPLE`, the leader first; each group has the standard of its number."""
_S = CriterionStep
_WORK = {
    "1.1": (1, 2, _S.PASSED, 13),
    "1.2": (2, 1, _S.PASSED, 13),
    "1.3": (8, 1, _S.PASSED, 13),
    "1.4": (1, 2, _S.CHANGES_REQUESTED, 13),
    "2.1": (4, 3, _S.PASSED, 20),
    "2.2": (3, 4, _S.WRITING, 27),
    "2.3": (4, 3, _S.REVIEWED, 20),
    "3.1": (5, 6, _S.PASSED, 20),
    "3.2": (6, 5, _S.REVIEWED, 20),
    "3.3": (6, 5, _S.REVIEWED, 20),
    "3.4": (5, 6, _S.WRITING, 27),
    "3.5": (6, 5, _S.REVIEWED, 20),
    "4.1": (7, 9, _S.CHANGES_REQUESTED, 20),
    "4.2": (9, 7, _S.NOT_STARTED, 20),
    "4.3": (7, 9, _S.HANDED_IN, 20),
}
SENTENCES = [
    ("Năm học 2026–2027 có 29/31 giáo viên dạy đúng chuyên môn đào tạo (MC.1.2.05).", ["MC.1.2.05"]),
    ("Hai giáo viên kiêm nhiệm Công nghệ đã có chứng nhận bồi dưỡng (MC.2.2.05).", ["MC.2.2.05"]),
    ("Tổ chuyên môn rà soát phân công hai lần mỗi năm và điều chỉnh ba lớp.", []),
    ("Kết quả phân công được công khai trong buổi họp Hội đồng trường (MC.2.2.09).", ["MC.2.2.09"]),
]


def council(request: c.CouncilRequest) -> c.CouncilView:
    book = load_library().get(BOOK)
    members = [
        c.CouncilMemberView(person=PEOPLE[n], role=role, office=office, task=f"Việc {n + 1} {HOSTILE}", trained=n != 6)
        for n, (_, office, role, _) in enumerate(NAMES)
    ]
    groups = [
        c.GroupView(
            group=GroupId(f"nhom-{g}"),
            name=f"Nhóm {g}",
            kind=GroupKind.WORKING,
            leader=c.PersonNamed(person=PEOPLE[places[0]]),
            members=[c.PersonNamed(person=PEOPLE[p]) for p in places],
            task="",
            criteria=[code for code in _WORK if code.startswith(f"{g}.")],
        )
        for g, places in _GROUPS.items()
    ]
    return c.CouncilView(
        school=SCHOOL,
        cycle=request.cycle or CYCLE,
        rulebook=BOOK,
        position=15100,
        decision="31/QĐ-THBC",
        decided_on=dt.date(2026, 9, 12),
        members=members,
        groups=groups,
        assignments=[_assignment(code, book.criteria[code].title) for code in _WORK],
        rules=rules(),
    )


def _assignment(code: str, title: str) -> c.AssignmentView:
    writer, reviewer, _, day = _WORK[code]
    return c.AssignmentView(
        criterion=code,
        title=title,
        group=GroupId(f"nhom-{code[0]}"),
        writer=c.PersonNamed(person=PEOPLE[writer]),
        reviewer=c.PersonNamed(person=PEOPLE[reviewer]),
        due=dt.date(2026, 11, day),
    )


def rules() -> list[c.RuleView]:
    def one(rule: str, text: str, state: RuleState, found: str, source: str = "TT57/2026 Đ9 k1") -> c.RuleView:
        return c.RuleView(rule=rule, text=text, state=state, found=found, source=source, confidence="high")

    return [
        one("so_thanh_vien", "Ít nhất 05 thành viên", RuleState.MET, "có 9 thành viên"),
        one("so_le", "Số thành viên lẻ", RuleState.MET, "có 9 thành viên"),
        one("mot_chu_tich", "Có đúng một Chủ tịch", RuleState.MET, "có 1 Chủ tịch"),
        one("nhiem_vu", "Ai cũng có nhiệm vụ ghi trong quyết định", RuleState.MET, "ai cũng có nhiệm vụ"),
        one("tap_huan", "Thành viên đã tập huấn", RuleState.WARNING, "1 người chưa tập huấn", "quy ước"),
    ]


def no_council(request: c.CouncilRequest) -> c.CouncilView:
    """The council of a cycle that has none yet."""
    book = load_library().get(BOOK)
    lacking = [r for r in rules() if r.source != "quy ước"]
    return c.CouncilView(
        school=SCHOOL,
        cycle=request.cycle or CYCLE,
        rulebook=BOOK,
        assignments=[c.AssignmentView(criterion=code, title=book.criteria[code].title) for code in _WORK],
        rules=[
            c.RuleView(
                rule=r.rule,
                text=r.text,
                state=RuleState.NOT_MET,
                found="chưa lập Hội đồng",
                source=r.source,
                confidence=r.confidence,
            )
            for r in lacking
        ],
    )


def plan(request: c.PlanRequest) -> c.PlanView:
    return c.PlanView(
        school=SCHOOL,
        cycle=request.cycle or CYCLE,
        rulebook=BOOK,
        position=15200,
        sections=[c.SectionView(key="Mục đích", heading="Mục đích", text=f"Xác định mức đạt được. {HOSTILE}")],
        timetable=[
            c.TimetableEntry(
                starts=dt.date(2026, 9, 14), ends=dt.date(2026, 9, 19), activity="Họp Hội đồng lần 1", who="Hội đồng"
            )
        ],
        resources=[c.ResourceEntry(criterion="4.2", what="Kiểm tra hệ thống phòng cháy", when="Tháng 10")],
        approval=c.PlanApprovalView(
            position=15201, plan=15200, approved_on=dt.date(2026, 9, 15), by=c.PersonNamed(person=PEOPLE[0])
        ),
    )


def facets(request: c.FacetsRequest) -> c.FacetsView:
    book = load_library().get(BOOK)
    criterion = book.criteria[request.criterion]
    return c.FacetsView(
        school=SCHOOL,
        cycle=request.cycle or CYCLE,
        criterion=request.criterion,
        title=criterion.title,
        indicators=[
            c.FacetsOfIndicator(
                level=level.number,
                indicator=i.code,
                requirement=i.text,
                facets=[c.FacetEntry(text=f"Phân công đúng chuyên môn {HOSTILE}", question="Ai dạy trái môn?")],
                position=15300,
            )
            for level in criterion.levels.values()
            for i in level.indicators
        ],
        suggestions=[c.FacetSuggestion(evidence=f"Hồ sơ phân công {HOSTILE}")],
    )


def _assigned(code: str) -> w.AssignedTo:
    if code not in _WORK:
        return w.AssignedTo()
    writer, reviewer, _, day = _WORK[code]
    return w.AssignedTo(
        group=GroupId(f"nhom-{code[0]}"),
        group_name=f"Nhóm {code[0]}",
        writer=PEOPLE[writer],
        reviewer=PEOPLE[reviewer],
        due=dt.date(2026, 11, day),
    )


def work_board(request: w.WorkBoardRequest) -> w.WorkBoard:
    book = load_library().get(BOOK)
    late = {_S.NOT_STARTED, _S.WRITING, _S.CHANGES_REQUESTED}
    return w.WorkBoard(
        school=SCHOOL,
        cycle=request.cycle,
        rulebook=BOOK,
        criteria=[
            w.CriterionProgress(
                criterion=code,
                title=book.criteria[code].title,
                standard=int(code[0]),
                step=step,
                assigned=_assigned(code),
                overdue=step in late and day < 23,
                sentences=4,
                unanchored=1,
                open_comments=2,
            )
            for code, (_, _, step, day) in _WORK.items()
        ],
        standards=[
            w.DescribedStandard(
                standard=str(s.number), title=s.title, asked=True, strengths=f"Đủ giáo viên {HOSTILE}", position=15400
            )
            for s in book.standards
        ],
        sections=[
            w.SectionText(section="tong_quan", title="Tổng quan về nhà trường", text="Trường có 15 lớp.", position=15401)
        ],
        known_at=18297,
    )


def criterion_work(request: w.CriterionWorkRequest) -> w.CriterionWorkView:
    book = load_library().get(BOOK)
    found = book.criteria.get(request.criterion)
    step = _WORK.get(request.criterion, (0, 0, _S.NOT_STARTED, 0))[2]
    sentences = [
        w.SentenceView(
            number=n,
            text=text + (f" {HOSTILE}" if n == 2 else ""),
            codes=[
                w.CodeInText(
                    code=code,
                    standing=CodeStanding.NOT_ISSUED if code == "MC.2.2.09" else CodeStanding.CITED,
                    document="" if code == "MC.2.2.09" else DOC,
                    title="" if code == "MC.2.2.09" else f"Phân công chuyên môn {HOSTILE}",
                )
                for code in codes
            ],
            starts_paragraph=n == 1,
        )
        for n, (text, codes) in enumerate(SENTENCES, 1)
    ]
    levels = [
        w.WrittenLevel(
            level=n,
            state=WritingState.WRITTEN,
            text=" ".join(s.text for s in sentences),
            position=15500,
            by=PEOPLE[3],
            at=AT,
            sentences=sentences,
            unanchored=[3],
        )
        if n == 1 and step is not _S.NOT_STARTED
        else w.WrittenLevel(level=n, state=WritingState.NOT_WRITTEN)
        for n in (sorted(found.levels) if found else [1, 2])
    ]
    return w.CriterionWorkView(
        school=SCHOOL,
        cycle=request.cycle,
        criterion=request.criterion,
        title=found.title if found else "",
        step=step,
        by=PEOPLE[3],
        since=AT,
        position=15500,
        assigned=_assigned(request.criterion),
        levels=levels,
        description=WritingState.UNREAD,
        unread=[0],
        dangling=[w.DanglingCode(level=1, sentence=4, code="MC.2.2.09", standing=CodeStanding.NOT_ISSUED)],
        request=w.ChangeRequest(text=f"Nêu rõ kỳ rà soát {HOSTILE}", by=PEOPLE[4], at=AT, position=15600)
        if step is _S.CHANGES_REQUESTED
        else None,
        comments=[
            _comment(1, 4, 2, f"Chứng nhận đã quá hai năm. {HOSTILE}"),
            _comment(2, 1, 3, "Nêu biên bản rà soát của từng kỳ."),
            _comment(3, 2, 1, "Sửa 30/31 thành 29/31.", resolved=True),
        ],
        may=["write", "keep", "hand_in", "comment"],
        known_at=request.known_at or 18297,
    )


def _comment(number: int, by: int, sentence: int, text: str, *, resolved: bool = False) -> w.CommentView:
    return w.CommentView(
        comment=CommentId(f"gop-y-{number}"),
        criterion="2.2",
        place=w.CommentPlace(level=1, sentence=sentence),
        text=text,
        by=PEOPLE[by],
        at=AT,
        position=15600 + number,
        resolved=resolved,
        resolved_by=PEOPLE[3] if resolved else "",
    )


def written(request: w.WriteStatus) -> w.WrittenStatus:
    return w.WrittenStatus(position=18298, criterion=request.criterion, level=request.level, text=request.text, sentences=[])


WORK = {
    "assessment.council": council,
    "assessment.council_members": lambda _: c.CouncilMembersAnswer(
        members=seated(SCHOOL, council(c.CouncilRequest(school=SCHOOL)))
    ),
    "assessment.set_up_council": lambda r: council(c.CouncilRequest(school=r.school, cycle=r.cycle)),
    "assessment.plan": plan,
    "assessment.facets": facets,
    "assessment.work_board": work_board,
    "assessment.criterion_work": criterion_work,
    "assessment.write_status": written,
    "assessment.add_comment": lambda _: w.CommentMade(comment=CommentId("gop-y-4"), position=18298),
}
RECORDED = {"set_up_council", "write_status", "add_comment"}
"""Commands whose answer is a view."""
