"""One document: its page image beside the text that was read, its fields to confirm, its evidence code and citations."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

import msgspec
from flask import redirect, request
from werkzeug.wrappers import Response

from services.portal.pages import formatting, forms, query_params
from services.portal.pages.page_text import shown_text
from services.portal.pages.papers import ListedPaper, coded_of, coding, keeping, where_of
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, may
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import CyclesAnswer, EvidenceView, LinkEvidence, SchoolRequest, UnlinkEvidence
from shared.contracts.calls.evidence import (
    Box,
    ConfirmFields,
    DocumentRequest,
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    DownloadKind,
    DownloadOpened,
    Field,
    OpenDownload,
    PageAnswer,
    PageHits,
    PageRequest,
    PageView,
    PaperState,
    Receipt,
    ReceiptRequest,
    RetryReading,
    Word,
)
from shared.problems import BadRequest, NotFound, Problem
from shared.vocabulary.ids import CycleId, DocumentId, Position, SchoolCode

SIGNER = "nguoi_ky"
AROUND = 6
"""The strip shows so many pages before and after the one that is looked at, however long the paper is."""
UNSHOWN = frozenset({"tep-hong", "kieu-nen-la", "qua-lon"})
"""Why a paper could not be read and no page image can be made of it either."""


class FieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field in the form; `number` joins it to its box on the image, `open` shows it as an input at once."""

    number: int
    field: Field
    label: str
    open: bool


def doubtful(field: Field) -> bool:
    """Say whether the machine is unsure of a field that waits for a person: it is then shown open."""
    return not field.confirmed and field.confidence < formatting.SURE_PERCENT


@blueprint.get("/tai-lieu/<document>")
def document_home(document: DocumentId) -> Response:
    """Go to the first page, or to the one that was typed."""
    number = query_params.number("trang", 1, low=1, high=100_000)
    return redirect(keep(f"/tai-lieu/{quote(document)}/{number}", q=query_params.text("q", 200)))


@blueprint.get("/tai-lieu/<document>/<int:number>")
def document_page(document: DocumentId, number: int) -> str | Response:
    """Show one page of a document; `q` marks words that match."""
    try:
        return _show(document, number)
    except Problem as problem:
        if problem.status != 404 or number == 1:
            raise
    # A page beyond the last: the last one is nearer to what was meant than an error.
    view = call_service("evidence", "document", DocumentRequest(document=document), DocumentView)
    return redirect(keep(f"/tai-lieu/{quote(document)}/{max(view.pages_total, 1)}", q=query_params.text("q", 200)))


def _show(document: DocumentId, number: int, problem: Problem | None = None) -> str:
    query = query_params.text("q", 200)
    answer = _read(document, number, query)
    view, page = answer.document, answer.page if answer.page.image_url else None
    coded = coded_of([(view.school, view.document)])
    paper = ListedPaper(document=view, evidence=coded.get(view.document))
    coding = may("assessment.code_evidence", school=view.school)
    cycles = call_service("assessment", "cycles", SchoolRequest(school=view.school), CyclesAnswer).cycles if coding else []
    lines = [
        FieldLine(number=k, field=f, label=formatting.FIELD_NAMES.get(f.name, f.name), open=doubtful(f))
        for k, f in enumerate(view.fields, 1)
    ]
    groups = _groups([word for word in answer.words if word.hit])
    at = min(query_params.number("cho", 1, low=1), max(len(groups), 1))
    places = {hits.number: hits.places for hits in answer.found} | ({number: len(groups)} if groups else {})
    return render(
        "tai-lieu.html",
        active="minh-chung",
        school=view.school,
        kept=paper,
        view=view,
        title=paper.name,
        page=page,
        strip=_strip(view, number, {p.number: p.thumbnail_url for p in answer.around}, places),
        places=places,
        total_places=sum(places.values()),
        query=query,
        fields=lines,
        doubtful=sum(line.open for line in lines),
        lacking=_lacking(view),
        groups=groups,
        at=at,
        text=shown_text(answer) if page else "",
        evidence=paper.evidence,
        cycle=cycles[0] if cycles else None,
        law=law(cycles[0].rulebook) if cycles else None,
        editable=may("evidence.confirm_fields", school=view.school),
        coding=coding,
        correcting=may("evidence.correct_page", school=view.school),
        place=query_params.text_or_field("noi", 40),
        problem=problem,
        shown=page is not None and view.failure not in UNSHOWN,
        next_hit=_next_hit(view, number, query, at, len(groups), answer.found),
        before_hit=_before_hit(view, number, query, at, answer.found),
        height=round(1000 * page.height / page.width) if page and page.width else 1414,
    )


def _lacking(view: DocumentView) -> list[tuple[str, str]]:
    """Return the fields that were not found and that a person may add; the signer is taken from the page only."""
    found = {SIGNER, *(field.name for field in view.fields)}
    return [(name, label) for name, label in formatting.FIELD_NAMES.items() if name not in found]


def _read(document: DocumentId, number: int, query: str) -> PageAnswer:
    """Return the page, its image also before it is read; a document whose pages nobody can count yet has none."""
    page_request = PageRequest(document=document, number=number, query=query, around=AROUND, unread=True)
    try:
        return call_service("evidence", "page", page_request, PageAnswer)
    except Problem as problem:
        if problem.status not in {404, 409} or number != 1:
            raise
    view = call_service("evidence", "document", DocumentRequest(document=document), DocumentView)
    return PageAnswer(document=view, page=PageView(number=1, width=0, height=0, confidence=0, text=""), words=[])


class StripPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page in the strip; `skipped` says that pages before it are left out."""

    number: int
    thumbnail_url: str
    places: int
    skipped: bool


def _strip(view: DocumentView, number: int, thumbnails: dict[int, str], places: dict[int, int]) -> list[StripPage]:
    """Return the pages around the one that is looked at, the first and the last: as many for a thousand pages as for ten."""
    last = max(view.pages_total, number)
    near = range(max(1, number - AROUND), min(last, number + AROUND) + 1)
    numbers = sorted({1, last, *near})
    return [
        StripPage(
            number=n,
            thumbnail_url=thumbnails.get(n, ""),
            places=places.get(n, 0),
            skipped=bool(at) and n - numbers[at - 1] > 1,
        )
        for at, n in enumerate(numbers)
    ]


def _groups(hits: list[Word]) -> list[list[Box]]:
    """Return the frames of each place: its words on one line stand in one frame, a phrase over two lines has two."""
    groups: list[list[Box]] = []
    for _, place in groupby(hits, key=lambda word: word.place):
        lines: list[list[Word]] = []
        for word in place:
            last = lines[-1][-1] if lines else None
            if last and abs(last.box.top - word.box.top) < last.box.height and word.box.left > last.box.left:
                lines[-1].append(word)
            else:
                lines.append([word])
        groups.append([union(line) for line in lines])
    return groups


def _next_hit(view: DocumentView, number: int, query: str, at: int, count: int, pages: list[PageHits]) -> str:
    if not query:
        return ""
    if at < count:
        return keep(f"/tai-lieu/{view.document}/{number}", q=query, cho=at + 1)
    later = next((hits.number for hits in pages if hits.number > number), 0)
    return keep(f"/tai-lieu/{view.document}/{later}", q=query) if later else ""


def _before_hit(view: DocumentView, number: int, query: str, at: int, pages: list[PageHits]) -> str:
    if not query:
        return ""
    if at > 1:
        return keep(f"/tai-lieu/{view.document}/{number}", q=query, cho=at - 1)
    earlier = next((hits for hits in reversed(pages) if hits.number < number), None)
    # Going back, the last place of the page before is the next one.
    return keep(f"/tai-lieu/{view.document}/{earlier.number}", q=query, cho=earlier.places) if earlier else ""


def union(boxes: list[Word]) -> Box:
    """Return the rectangle around the words of one hit."""
    left, top = min(w.box.left for w in boxes), min(w.box.top for w in boxes)
    right = max(w.box.left + w.box.width for w in boxes)
    bottom = max(w.box.top + w.box.height for w in boxes)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


@blueprint.get("/tai-lieu/<document>/<int:number>/anh")
def page_image(document: DocumentId, number: int) -> Response:
    """Go to the image of a page at the file gateway: an address that stays, where the gateway's own ends with its ticket."""
    return redirect(_page(document, number).image_url)


@blueprint.get("/tai-lieu/<document>/<int:number>/nho")
def page_thumbnail(document: DocumentId, number: int) -> Response:
    """Go to the small image of a page at the file gateway."""
    page = _page(document, number)
    return redirect(page.thumbnail_url or page.image_url)


def _page(document: DocumentId, number: int) -> PageView:
    request_ = PageRequest(document=document, number=number, unread=True)
    page = call_service("evidence", "page", request_, PageAnswer).page
    if not page.image_url:
        raise NotFound("Trang này chưa có ảnh. Mở tài liệu để xem tệp gốc.")
    return page


@blueprint.get("/tai-lieu/<document>/goc")
def original(document: DocumentId) -> Response:
    """Go to the original's bytes at the file gateway."""
    opened = call_service("evidence", "open_download", OpenDownload(document=document), DownloadOpened)
    return redirect(opened.url)


@blueprint.get("/tai-lieu/<document>/pdf")
def searchable_pdf(document: DocumentId) -> Response:
    """Go to the searchable PDF at the file gateway."""
    asked = OpenDownload(document=document, what=DownloadKind.PDF)
    return redirect(call_service("evidence", "open_download", asked, DownloadOpened).url)


@blueprint.get("/tai-lieu/<document>/tiep")
def next_document(document: DocumentId) -> Response:
    """Go on to the next document of the school that has no code yet."""
    view = call_service("evidence", "document", DocumentRequest(document=document), DocumentView)
    return redirect(_next_uncoded(view.school, document, view.position))


def _next_uncoded(school: SchoolCode, document: DocumentId, position: Position, *, lam: str = "", noi: str = "") -> str:
    """Return where the next document without a code is: the next older one, else the newest; the list when none is left."""
    uncoded = DocumentsRequest(school=school, state=PaperState.UNCODED, limit=2)
    for request_ in (msgspec.structs.replace(uncoded, before=position), uncoded):
        for view in call_service("evidence", "documents", request_, DocumentsAnswer).documents:
            if view.document != document:
                return keep(f"/tai-lieu/{quote(view.document)}/1", lam=lam, noi=noi)
    return keep(f"/truong/{quote(school)}/minh-chung", lam=lam)


@blueprint.post("/tai-lieu/<document>")
def change_document(document: DocumentId) -> str | Response:
    """Confirm fields, give a code and cite, cite elsewhere, take a citation back, or read again."""
    number = max(forms.whole("trang"), 1)
    try:
        return _change(document, f"/tai-lieu/{quote(document)}/{number}")
    except Problem as problem:
        return _show(document, number, problem)


def _change(document: DocumentId, back: str) -> Response:
    match forms.text("viec"):
        case "xac-nhan":
            values = {n: forms.text(f"m-{n}") for n in formatting.FIELD_NAMES if f"m-{n}" in request.form}
            # What the machine did not find is added only where a person typed something.
            values |= {n: added for n in formatting.FIELD_NAMES if (added := forms.text(f"them-{n}"))}
            done = call_service("evidence", "confirm_fields", ConfirmFields(document=document, fields=values), Done)
            return forms.go(keep(back, lam=f"xn-{len(values)}"), done.position)
        case "doc-lai":
            return forms.go(back, call_service("evidence", "retry_reading", RetryReading(document=document), Done).position)
        case "ma":
            return _code(document, back)
        case "gan":
            return forms.go(
                keep(back, lam="gan-1"), call_service("assessment", "link_evidence", _link(document), Done).position
            )
        case "bo-gan":
            link = msgspec.structs.asdict(_link(document))
            return forms.go(
                keep(back, lam="bo-1"), call_service("assessment", "unlink_evidence", UnlinkEvidence(**link), Done).position
            )
    raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")


def _link(document: DocumentId) -> LinkEvidence:
    criterion, level, indicator = where_of(forms.required("noi", "tiêu chí"))
    return LinkEvidence(
        school=SchoolCode(forms.required("truong", "trường")),
        cycle=CycleId(forms.required("dot", "đợt tự đánh giá")),
        document=document,
        criterion=criterion,
        level=level,
        indicator=indicator,
    )


def _code(document: DocumentId, back: str) -> Response:
    """Give the code and cite under the same criterion, in one command; then stay, or go on to the next document."""
    if not forms.text("dong-y"):
        raise BadRequest("Đánh dấu vào ô xác nhận trước khi cấp mã. Chưa cấp mã nào.", path="dong-y")
    link = _link(document)
    done = call_service("assessment", "code_evidence", coding(link, forms.required("ten", "tên minh chứng")), EvidenceView)
    if not forms.text("tiep"):
        return forms.go(keep(back, lam="ma-1.gan-1"), done.position)
    place = forms.text("noi")
    return forms.go(
        _next_uncoded(link.school, document, Position(forms.whole("vi-tri")), lam="ma-1.gan-1", noi=place), done.position
    )


@blueprint.get("/bien-nhan/<int:position>")
def receipt_page(position: Position) -> str:
    """Show the receipt at a log position: the promise that a file is kept."""
    receipt = call_service("evidence", "receipt", ReceiptRequest(position=position), Receipt)
    documents_request = DocumentsRequest(school=receipt.school, documents=[receipt.document], limit=1)
    # The list is read from the log that the receipt stands in: the document is there.
    papers = keeping(call_service("evidence", "documents", documents_request, DocumentsAnswer).documents)
    return render("bien-nhan.html", active="minh-chung", school=receipt.school, receipt=receipt, kept=papers[0])
