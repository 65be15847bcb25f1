"""The papers of a cycle by state, printing them as of a moment, and filing the signed ones where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, paper_options, query_params
from services.portal.pages.as_of import PastMoment, position, requested_past
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.paper_names import paper_name
from services.portal.pages.site import blueprint, keep, render
from services.portal.paper_kinds import paper_kinds
from services.portal.printing import PrintQuestion, print_paper
from services.portal.printing_response import file_response
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Nothing
from shared.contracts.calls.evidence import (
    AttachSigned,
    DocumentPaper,
    DocumentRequest,
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    OpenUpload,
    PaperCodeState,
    PrintsAnswer,
    PrintsRequest,
    PrintView,
    ReadingState,
    SignedAttached,
    SignedPaperAnswer,
    SignedPaperRequest,
    UploadOpened,
)
from shared.contracts.calls.papers import (
    PaperKindView,
    PapersAnswer,
    PapersRequest,
    PaperView,
    UnprintedForm,
)
from shared.problems import NotFound, Problem
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, MeetingId, PaperId, SchoolCode
from shared.vocabulary.self_assessment import OwedPaperState, PaperFormat, PaperKind

DIFFERS = "khac"
"""A paper that came home signed and reads otherwise than it was printed."""
ORDER = ("qua_han", DIFFERS, "thieu", "nhap", "co")
"""The states, what is to be done first."""
STATES = {
    "qua_han": ("quá hạn", "clock", "no"),
    DIFFERS: ("bản ký khác bản in", "info", "blue"),
    "thieu": ("thiếu", "warn", "warn"),
    "nhap": ("nháp", "pen", "grey"),
    "co": ("có", "yes", "ok"),
}
"""What each state is called, its icon and colour."""
FORMATS = {"docx": "Word", "pdf": "PDF", "xlsx": "Bảng tính"}
_OF_A_SUBJECT = frozenset({PaperKind.COUNCIL_DECISION, PaperKind.PLAN, PaperKind.MINUTES})
"""What cannot be printed while there is none: the others print what is there so far."""
_OF_CRITERION = frozenset({PaperKind.CRITERION_SHEET, PaperKind.FACET_SHEET})
_WORK = {
    PaperKind.COUNCIL_DECISION: "hoi-dong",
    PaperKind.PLAN: "hoi-dong",
    PaperKind.EVIDENCE_LIST: "minh-chung",
    PaperKind.MINUTES: "hop",
    PaperKind.REPORT: "danh-gia",
    PaperKind.IMPROVEMENT_PLAN: "cai-tien",
    PaperKind.REGISTRATION_LETTER: "truoc-khi-trinh",
    PaperKind.PUBLICATION_NOTICE: "truoc-khi-trinh",
}
"""Where the work is done that a paper tells of."""
MOST_SENT = 5


class PrintLink(msgspec.Struct, frozen=True, kw_only=True):
    """One way to print a paper."""

    href: str
    name: str


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """One paper on the list; a line of several criteria holds each of them in `parts`."""

    title: str
    work: str
    state: str
    view: PaperView
    days_left: int | None = None
    prints: list[PrintLink] = []
    signed: PrintView | None = None
    parts: list[PaperLine] = []


class PaperList(msgspec.Struct, frozen=True, kw_only=True):
    """The papers of a cycle as the page shows them."""

    lines: list[PaperLine]
    counts: dict[str, int]
    unprinted: list[UnprintedForm]
    differing: list[PaperLine]


class SentPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A scan that was just sent: its document, whether it was read, and the prints whose codes stand on it."""

    document: DocumentView
    name: str
    reading: bool
    failed: bool
    own: list[DocumentPaper]
    foreign: bool


def _address(school: SchoolCode, part: str = "") -> str:
    return f"/truong/{quote(school)}/giay-to{part}"


@blueprint.get("/truong/<school>/giay-to")
def owed_papers_page(school: SchoolCode) -> str:
    """List the papers of the cycle: what is overdue first, then what differs; ``?ban=`` shows where one differs."""
    try:
        past = requested_past()
    except Problem as problem:
        return _page(school, problem)
    return _page(school, past=past)


@blueprint.get("/truong/<school>/giay-to/in")
def print_page(school: SchoolCode) -> Response | str | tuple[str, int]:
    """Print a paper, as it stands or stood, as the file that the address asks for."""
    try:
        question = PrintQuestion(
            school=school,
            kind=_kind(query_params.text("loai", 40)),
            cycle=CycleId(query_params.text("dot", 40)),
            criterion=CriterionCode(query_params.text("tieu-chi", 20)),
            meeting=MeetingId(query_params.text("cuoc-hop", 40)),
            format=_format(query_params.text("dang", 10)),
        )
        if past := requested_past():
            question = msgspec.structs.replace(question, valid_at=past.valid_at, known_at=past.known_at)
        return file_response(print_paper(question))
    except Problem as problem:
        return _page(school, problem), problem.status


def _kind(text: str) -> PaperKind:
    try:
        return PaperKind(text)
    except ValueError:
        raise NotFound("Không có loại giấy này. Chọn trong danh sách giấy tờ.") from None


def _format(text: str) -> PaperFormat:
    try:
        return PaperFormat(text or PaperFormat.WORD)
    except ValueError:
        raise NotFound("Không in dạng này. Chọn Word, PDF hoặc bảng tính.") from None


@blueprint.get("/truong/<school>/giay-to/dinh")
def attach_page(school: SchoolCode) -> str:
    """Show where a signed paper is brought in, and what became of one that was just sent."""
    return _attach_page(school)


@blueprint.post("/truong/<school>/giay-to/dinh")
def attach_signed(school: SchoolCode) -> str | Response | tuple[str, int]:
    """File a kept document as the signed version of a print."""
    try:
        document = DocumentId(forms.required("tai-lieu", "tài liệu đã ký"))
        request_ = AttachSigned(school=school, document=document, paper=PaperId(forms.text("ban-in")))
        attached = call_service("evidence", "attach_signed", request_, SignedAttached)
    except Problem as problem:
        return _attach_page(school, problem), problem.status
    return forms.go_told(_address(school), ban=attached.paper, da_dinh="co")


def _page(school: SchoolCode, problem: Problem | None = None, past: PastMoment | None = None) -> str:
    tabs = cycle_tabs(school, "giay-to", past=past)
    kinds = _kinds()
    listed = _listed(tabs, kinds, past) if tabs.cycle else None
    if listed is not None and past is None:
        waiting = listed.counts.get("qua_han", 0) + listed.counts.get(DIFFERS, 0)
        tabs = msgspec.structs.replace(tabs, counts={"giay-to": waiting})
    shown = PaperId(query_params.text("ban", 40))
    compared = (
        call_service("evidence", "signed_paper", SignedPaperRequest(paper=shown), SignedPaperAnswer) if shown else None
    )
    if compared is not None and compared.print.school != school:
        raise NotFound("Trường không có bản in này.")
    return render(
        "giay-to.html",
        active="danh-gia",
        tabs=tabs,
        school=school,
        past=past,
        problem=problem,
        listed=listed,
        compared=compared,
        compared_title=_print_name(compared.print, kinds) if compared else "",
        attached=query_params.text("da-dinh", 5) == "co",
        attaching=may("evidence.attach_signed", school=school),
        ORDER=ORDER,
        STATES=STATES,
        today_on=today(SystemClock()),
        asked={"hieu-luc": query_params.text("hieu-luc", 20), "biet-den": query_params.text("biet-den", 20)},
    )


def _compared(school: SchoolCode, paper: PaperId) -> SignedPaperAnswer:
    answer = call_service("evidence", "signed_paper", SignedPaperRequest(paper=paper), SignedPaperAnswer)
    if answer.print.school != school:
        raise NotFound("Trường không có bản in này.")
    return answer


def _kinds() -> dict[str, PaperKindView]:
    return {one.kind: one for one in paper_kinds(Nothing()).kinds}


def _prints(school: SchoolCode, cycle: CycleId) -> list[PrintView]:
    return call_service("evidence", "signed_papers", PrintsRequest(school=school, cycle=cycle), PrintsAnswer).prints


def _listed(tabs: CycleTabs, kinds: Mapping[str, PaperKindView], past: PastMoment | None) -> PaperList:
    assert tabs.cycle is not None
    school, cycle = tabs.school, tabs.cycle.cycle
    answer = call_service("assessment", "papers", PapersRequest(school=school, cycle=cycle), PapersAnswer)
    # Prints come the newest first: the newest signed one of a paper speaks for it.
    signed: dict[tuple[str, str], PrintView] = {}
    for one in _prints(school, cycle):
        if one.document:
            signed.setdefault((one.kind, one.subject), one)
    lines = [_line(view, tabs, kinds, signed.get((view.kind.value, view.subject)), past) for view in answer.papers]
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.state] = counts.get(line.state, 0) + 1
    # Sorting is stable: within a state the order of the service stays.
    lines.sort(key=lambda line: ORDER.index(line.state))
    return PaperList(
        lines=_together(lines, kinds),
        counts=counts,
        unprinted=answer.unprinted,
        differing=[line for line in lines if line.signed is not None and line.signed.differences],
    )


def _line(
    view: PaperView,
    tabs: CycleTabs,
    kinds: Mapping[str, PaperKindView],
    signed: PrintView | None,
    past: PastMoment | None,
) -> PaperLine:
    differs = signed is not None and signed.differences > 0
    state = view.state.value
    if differs and view.state is not OwedPaperState.OVERDUE:
        state = DIFFERS
    printable = past is not None or view.state is not OwedPaperState.MISSING or view.kind not in _OF_A_SUBJECT
    if view.kind is PaperKind.MINUTES and not view.meeting:
        printable = False
    return PaperLine(
        title=view.title,
        work=_work_of(view, tabs),
        state=state,
        view=view,
        days_left=(view.due - today(SystemClock())).days if view.due else None,
        prints=_links(view, tabs, kinds, past) if printable else [],
        signed=signed,
    )


def _work_of(view: PaperView, tabs: CycleTabs) -> str:
    assert tabs.cycle is not None
    if view.kind in _OF_CRITERION:
        return f"/truong/{quote(tabs.school)}/danh-gia/{quote(tabs.cycle.cycle)}/{quote(view.criterion)}"
    part = _WORK.get(view.kind, "danh-gia")
    return f"/truong/{quote(tabs.school)}/{part}" if part == "minh-chung" else tabs.address(part)


def _links(view: PaperView, tabs: CycleTabs, kinds: Mapping[str, PaperKindView], past: PastMoment | None) -> list[PrintLink]:
    assert tabs.cycle is not None
    asked = {"loai": view.kind.value, "dot": tabs.cycle.cycle, "tieu-chi": view.criterion, "cuoc-hop": view.meeting}
    formats = kinds[view.kind].formats if view.kind in kinds else []
    return [
        PrintLink(href=keep(_address(tabs.school, "/in"), past, **asked, dang=one), name=FORMATS.get(one, one))
        for one in formats
    ]


def _together(lines: Iterable[PaperLine], kinds: Mapping[str, PaperKindView]) -> list[PaperLine]:
    """Return the list with the sheets of several criteria in one state as one line, where the first of them stands."""
    groups: dict[object, list[PaperLine]] = {}
    for line in lines:
        by_criterion = line.view.kind in _OF_CRITERION
        key = (line.view.kind, line.state) if by_criterion else (line.view.kind, line.view.subject, line.state)
        groups.setdefault(key, []).append(line)
    return [parts[0] if len(parts) == 1 else _group(parts, kinds) for parts in groups.values()]


def _group(parts: list[PaperLine], kinds: Mapping[str, PaperKindView]) -> PaperLine:
    first = parts[0]
    title = kinds[first.view.kind].title if first.view.kind in kinds else first.title
    dues = [part.days_left for part in parts if part.days_left is not None]
    earliest = min((part.view.due for part in parts if part.view.due), default=None)
    return PaperLine(
        title=f"{title}, {len(parts)} tiêu chí",
        work="",
        state=first.state,
        view=msgspec.structs.replace(first.view, due=earliest),
        days_left=min(dues, default=None),
        parts=parts,
    )


def _print_name(view: PrintView, kinds: Mapping[str, PaperKindView]) -> str:
    """Return how people call a print: the paper, its criterion, and when it was printed."""
    kind = kinds.get(view.kind)
    _, slash, of = view.subject.partition("/")
    criterion = f" {of}" if slash and kind is not None and kind.kind in _OF_CRITERION else ""
    return f"{kind.title if kind else 'Giấy đã in'}{criterion}, in {format_date(view.printed_at.date())}"


# --- bringing a signed paper in


def _attach_page(school: SchoolCode, problem: Problem | None = None) -> str:
    tabs = cycle_tabs(school, "giay-to")
    kinds = _kinds()
    opened = call_service("evidence", "open_upload", OpenUpload(school=school, name="", size_bytes=0), UploadOpened)
    prints = _prints(school, CycleId(""))
    sent = _sent(school)
    return render(
        "giay-to-dinh.html",
        active="danh-gia",
        tabs=tabs,
        school=school,
        problem=problem,
        opened=opened,
        back=_address(school, "/dinh"),
        sent=sent,
        reading=any(one.reading for one in sent),
        prints=[(one.paper, _print_name(one, kinds)) for one in prints],
        names={one.paper: _print_name(one, kinds) for one in prints},
        papers=paper_options.papers(school),
        refused=bool(query_params.text("tu-choi")),
        SIGNED=PaperCodeState.SIGNED,
    )


def _sent(school: SchoolCode) -> list[SentPaper]:
    """Return what the file gateway just took in, as the archive knows it now."""
    receipts = [part.rstrip("*") for part in query_params.text("bien-nhan", 400).split(",") if part.strip("*")]
    positions = [position(part) for part in receipts[-MOST_SENT:]]
    if not positions:
        return []
    asked = DocumentsRequest(school=school, limit=MOST_SENT, positions=positions)
    listed = call_service("evidence", "documents", asked, DocumentsAnswer).documents
    views = [call_service("evidence", "document", DocumentRequest(document=one.document), DocumentView) for one in listed]
    own = (PaperCodeState.SIGNED, PaperCodeState.KNOWN)
    return [
        SentPaper(
            document=view,
            name=paper_name(file_name=view.name, title=view.title),
            reading=view.state in {ReadingState.WAITING, ReadingState.READING},
            failed=view.state is ReadingState.FAILED,
            own=[one for one in view.papers if one.state in own],
            foreign=any(one.state not in own for one in view.papers),
        )
        for view in views
    ]
