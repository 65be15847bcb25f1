"""Before a report is submitted: each thing that is lacking with a link into its field, what gets locked, what follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import confirmation, forms, paper_options, submissions
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.school import status_request
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import FiguresAnswer, FiguresRequest, Status, SubmitSelfAssessment
from shared.contracts.calls.deciding import CheckAnswer, CheckedGap, CheckRequest, PublishReport
from shared.contracts.calls.papers import PapersAnswer, PapersRequest, PaperView
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.ids import CycleId, DocumentId, SchoolCode
from shared.vocabulary.self_assessment import OwedPaperState, PaperKind

SIGNS = {
    GapKind.NOT_ASSESSED: ("ring", "grey"),
    GapKind.NO_EVIDENCE: ("warn", "warn"),
    GapKind.CONTRADICTION: ("bad", "no"),
    GapKind.FINDING: ("bad", "no"),
    GapKind.DANGLING_CODE: ("bad", "no"),
    GapKind.UNREAD_COPY: ("warn", "warn"),
    GapKind.COUNCIL_INVALID: ("warn", "warn"),
    GapKind.NOT_PASSED: ("ring", "grey"),
    GapKind.NOT_APPROVED: ("ring", "grey"),
}
NAMES = {
    GapKind.NOT_ASSESSED: "Chưa đánh giá",
    GapKind.NO_EVIDENCE: "Đạt mà chưa có minh chứng",
    GapKind.CONTRADICTION: "Đánh giá khác số liệu",
    GapKind.FINDING: "Khác kết quả kiểm tra của xã",
    GapKind.DANGLING_CODE: "Mã không có trong kho",
    GapKind.UNREAD_COPY: "Phần chép chưa xem lại",
    GapKind.COUNCIL_INVALID: "Hội đồng chưa đúng quy định",
    GapKind.NOT_PASSED: "Chưa được Hội đồng thông qua",
    GapKind.NOT_APPROVED: "Chủ tịch chưa phê duyệt báo cáo",
}
KEPT = {
    GapKind.NOT_ASSESSED: "mọi chỉ báo đã đánh giá",
    GapKind.NO_EVIDENCE: "chỉ báo đạt có minh chứng hoặc lý do",
    GapKind.CONTRADICTION: "không chỗ nào khác số liệu",
    GapKind.FINDING: "không chỗ nào khác xã mà chưa trả lời",
    GapKind.DANGLING_CODE: "mọi mã có trong kho",
    GapKind.UNREAD_COPY: "phần chép từ năm trước đã xem lại",
}
"""What is so where nothing of a kind is lacking, whether or not there is a council."""
KEPT_BY_COUNCIL = {
    GapKind.COUNCIL_INVALID: "Hội đồng đúng quy định",
    GapKind.NOT_PASSED: "Hội đồng đã thông qua mọi tiêu chí",
    GapKind.NOT_APPROVED: "Chủ tịch đã phê duyệt",
}
_SAID = frozenset({GapKind.CONTRADICTION, GapKind.FINDING, GapKind.DANGLING_CODE})
"""Where the sentence of the service says more than the kind does."""
SHORTEST_REASON = 10


class GapPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One place where something is lacking: its link by a short name, the whole name, and what is to be said beside it."""

    href: str
    name: str
    whole: str = ""
    said: str = ""


class GapsOfCriterion(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one criterion; without a `code` they are of the report."""

    code: str
    title: str
    mandatory: bool
    places: list[GapPlace]


class GapsOfKind(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list: a kind of gap and where it is."""

    kind: GapKind
    number: int
    criteria: list[GapsOfCriterion]


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of a cycle that was not submitted yet."""

    check: CheckAnswer
    rows: list[GapsOfKind]
    kept: list[str]
    ready: list[str]
    criteria: int
    codes: int
    figures: int

    @property
    def number(self) -> int:
        """How many things are lacking."""
        return len(self.check.gaps)

    @property
    def concerned(self) -> int:
        """In how many criteria something is lacking."""
        return len({gap.criterion for gap in self.check.gaps if gap.criterion})


def version(cycle: CycleId) -> int:
    """Return the number of a version of a year's report: reopening makes the next one."""
    _, dot, number = cycle.rpartition(".")
    return int(number) if dot and number.isdecimal() else 1


@blueprint.get("/truong/<school>/truoc-khi-trinh")
def before_submission_page(school: SchoolCode) -> str:
    """Show what is lacking, or, once it was submitted, which version and how to go on."""
    return _page(school)


@blueprint.post("/truong/<school>/truoc-khi-trinh")
def submit_page(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Submit the report, open it again, or note its publication."""
    cycle = CycleId(forms.text("dot"))
    back = _address(school)
    try:
        match forms.text("viec"):
            case "trinh":
                return _submit(school, cycle)
            case "mo-lai":
                return forms.go(back, submissions.reopen(school))
            case "cong-bo":
                return forms.go(f"{back}?dot={quote(cycle)}", _publish(school, cycle).position)
    except Problem as problem:
        return _page(school, problem, cycle), problem.status
    return forms.go(back)


def _address(school: SchoolCode) -> str:
    return f"/truong/{quote(school)}/truoc-khi-trinh"


def _submit(school: SchoolCode, cycle: CycleId) -> str | Response:
    seen, reason = forms.whole("so-thieu"), forms.text("ly-do")
    incomplete = forms.text("con-thieu") == "co"
    if incomplete:
        if len(reason) < SHORTEST_REASON:
            raise BadRequest(f"Lý do cần ít nhất {SHORTEST_REASON} chữ. Chưa trình gì.", path="ly-do")
        check = call_service("assessment", "check_cycle", CheckRequest(school=school, cycle=cycle), CheckAnswer)
        if len(check.gaps) > seen:
            # The reason covers all that is lacking: it must not silently cover what came after the head read the list.
            raise BadRequest("Danh sách còn thiếu vừa thay đổi. Chưa trình gì. Xem lại rồi trình.", path="ly-do")
    number = version(cycle)
    if not confirmation.is_confirmed():
        missing = [f"Còn {seen} chỗ thiếu đi cùng báo cáo, kèm lý do; xã và Sở đọc được."] if incomplete else []
        return confirmation.ask_to_confirm(
            "Trình báo cáo lên xã?",
            says=[*missing, "Báo cáo trình đi là báo cáo đã họp, thông qua.", f"Sau khi trình, bản {number} được khóa."],
            undo=f"Muốn sửa phải lập bản {number + 1} và ghi lý do.",
            yes=f"Trình bản {number}",
            back=_address(school),
            active="danh-gia",
            school=school,
        )
    request = SubmitSelfAssessment(school=school, cycle=cycle, incomplete=incomplete, reason=reason if incomplete else "")
    position = call_service("assessment", "submit_self_assessment", request, Done).position
    return forms.go(_address(school), position)


def _publish(school: SchoolCode, cycle: CycleId) -> Done:
    channels = [line.strip() for line in forms.required("noi", "nơi công bố").splitlines() if line.strip()]
    request = PublishReport(
        school=school,
        cycle=cycle,
        channels=channels,
        on=forms.date("ngay"),
        document=DocumentId(forms.text("tai-lieu")),
    )
    return call_service("assessment", "publish_report", request, Done)


def _page(school: SchoolCode, problem: Problem | None = None, cycle: CycleId = CycleId("")) -> str:
    tabs = cycle_tabs(school, "truoc-khi-trinh", cycle=cycle)
    current = tabs.cycle
    asked = status_request(school, None)
    status = call_service(
        "assessment", "status", msgspec.structs.replace(asked, cycle=current.cycle) if current else asked, Status
    )
    labels = law(status.rulebook)
    readiness = _readiness(tabs, status, labels) if current and not current.submitted_on else None
    submitted = current is not None and current.submitted_on is not None
    may_publish = submitted and may("assessment.publish_report", school=school)
    if readiness is not None and tabs.newest:
        tabs = msgspec.structs.replace(tabs, counts={"truoc-khi-trinh": readiness.number})
    return render(
        "truoc-khi-trinh.html",
        active="danh-gia",
        tabs=tabs,
        school=school,
        status=status,
        law=labels,
        current=current,
        version=version(current.cycle) if current else 1,
        readiness=readiness,
        without=submissions.without(current) if current else [],
        changed=submissions.changed(school, current, labels) if current and current.reopens else [],
        head=may("assessment.submit_self_assessment", school=school) and tabs.newest,
        reopening=submitted and tabs.newest and may("assessment.reopen_cycle", school=school),
        notice=_notice(tabs) if submitted else None,
        publishing=may_publish,
        papers=paper_options.papers(school) if may_publish else [],
        problem=problem,
        SIGNS=SIGNS,
        NAMES=NAMES,
        PRESENT=OwedPaperState.PRESENT,
        today_on=today(SystemClock()),
        days_to=_days_to(readiness.check.last_day) if readiness else None,
        shortest=SHORTEST_REASON,
    )


def _days_to(last: dt.date | None) -> int | None:
    return (last - today(SystemClock())).days if last else None


def _notice(tabs: CycleTabs) -> PaperView | None:
    """Return how the paper of the publication stands: it says whether one was noted."""
    assert tabs.cycle is not None
    request = PapersRequest(school=tabs.school, cycle=tabs.cycle.cycle)
    papers = call_service("assessment", "papers", request, PapersAnswer).papers
    return next((paper for paper in papers if paper.kind is PaperKind.PUBLICATION_NOTICE), None)


def _readiness(tabs: CycleTabs, status: Status, labels: RulebookLabels) -> Readiness:
    assert tabs.cycle is not None
    school, cycle = tabs.school, tabs.cycle.cycle
    check = call_service("assessment", "check_cycle", CheckRequest(school=school, cycle=cycle), CheckAnswer)
    figures = call_service("assessment", "figures", FiguresRequest(school=school, cycle=cycle), FiguresAnswer).figures
    kinds = {gap.kind for gap in check.gaps}
    council = KEPT_BY_COUNCIL if _has_council(check) else {}
    lacking = {gap.criterion for gap in check.gaps}
    return Readiness(
        check=check,
        rows=[_row(kind, check.gaps, labels) for kind in GapKind if kind in kinds],
        kept=[words for kind, words in (KEPT | council).items() if kind not in kinds],
        ready=[one.code for one in labels.criteria if one.code not in lacking],
        criteria=len(labels.criteria),
        codes=sum(status.evidence_counts.values()),
        figures=len({figure.figure for figure in figures if figure.numerator is not None}),
    )


def _has_council(check: CheckAnswer) -> bool:
    """Say whether a council was set up: the service notes only that none was."""
    return not any("Hội đồng" in note for note in check.notes)


def _row(kind: GapKind, gaps: Iterable[CheckedGap], labels: RulebookLabels) -> GapsOfKind:
    own = [gap for gap in gaps if gap.kind is kind]
    by_criterion: dict[str, list[CheckedGap]] = {}
    for gap in own:
        by_criterion.setdefault(gap.criterion, []).append(gap)
    criteria = []
    some = not all(one.mandatory for one in labels.criteria)
    for code, found in by_criterion.items():
        name = labels.find(code) if code else None
        criteria.append(
            GapsOfCriterion(
                code=code,
                title=name.short if name else "",
                mandatory=some and bool(name and name.mandatory),
                places=[_place(gap) for gap in found],
            )
        )
    return GapsOfKind(kind=kind, number=len(own), criteria=criteria)


def _place(gap: CheckedGap) -> GapPlace:
    if not gap.criterion:
        return GapPlace(href=gap.link, name=gap.text)
    said = gap.text.partition(": ")[2] if gap.kind in _SAID else ""
    if not gap.level:
        return GapPlace(href=gap.link, name=gap.criterion, said=said)
    whole = submissions.short_place(gap.level, gap.indicator)
    short = gap.indicator if "." in gap.indicator else f"{gap.level}{gap.indicator}"
    return GapPlace(href=gap.link, name=whole if gap.indicator in {"", "-"} else short, whole=whole, said=said)
