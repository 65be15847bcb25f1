"""One document: its page image beside the text that was read, its fields to confirm, its evidence code and citations."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from flask import redirect, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from services.portal.pages import asking, forms, words
from services.portal.pages.law import law
from services.portal.pages.school import title_of, where_of
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import ask, directory, door_url, may
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    CodeEvidence,
    CyclesAnswer,
    CycleView,
    EvidenceAnswer,
    EvidenceRequest,
    EvidenceView,
    LinkEvidence,
    SchoolRequest,
    UnlinkEvidence,
)
from shared.contracts.calls.evidence import (
    Box,
    ConfirmFields,
    DocumentRequest,
    DocumentView,
    DownloadOpened,
    Field,
    OpenDownload,
    PageAnswer,
    PageRequest,
    PageView,
    Receipt,
    ReceiptRequest,
    RetryReading,
    SearchAnswer,
    SearchRequest,
    Word,
)
from shared.problems import BadRequest, Problem
from shared.text import fold

HITS_A_PAGE, STRIP_PAGES = 20, 60


class FieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field in the form; `number` joins it to its box on the image, `open` shows it as an input at once."""

    number: int
    field: Field
    label: str
    open: bool


def doubtful(field: Field) -> bool:
    """Say whether a person has to look at a field."""
    return not field.confirmed and field.confidence < words.SURE_PERCENT


@blueprint.get("/tai-lieu/<document>")
def document_home(document: str) -> Response:
    """Go to the first page."""
    return redirect(f"/tai-lieu/{quote(document)}/1")


@blueprint.get("/tai-lieu/<document>/<int:number>")
def document_page(document: str, number: int) -> str:
    """Show one page of a document; `q` marks words that match."""
    return _show(document, number)


def _show(document: str, number: int, problem: Problem | None = None) -> str:
    query = asking.text("q", 200)
    view, page, read = _read(document, number, query)
    view = _with_strip(view, query)
    evidence, cycle = _evidence(view)
    lines = [
        FieldLine(number=k, field=f, label=words.FIELD_NAMES.get(f.name, f.name), open=doubtful(f))
        for k, f in enumerate(view.fields, 1)
    ]
    hits = [w for w in read if w.hit]
    at = min(asking.number("cho", 1, low=1), max(len(_groups(hits)), 1))
    return render(
        "tai-lieu.html",
        active="minh-chung",
        school=view.school,
        view=view,
        title=title_of(view),
        page=page,
        query=query,
        fields=lines,
        doubtful=sum(line.open for line in lines),
        groups=[union(group) for group in _groups(hits)],
        at=at,
        text=marked_text(page.text, read) if page else "",
        evidence=evidence,
        cycle=cycle,
        law=law(cycle.rulebook) if cycle else None,
        editable=may("evidence.confirm_fields", school=view.school),
        coding=may("assessment.code_evidence", school=view.school),
        problem=problem,
        next_hit=_next_hit(view, number, query, at, len(_groups(hits))),
        before_hit=_before_hit(view, number, query, at),
        height=round(1000 * page.height / max(page.width, 1)) if page else 1414,
    )


def _read(document: str, number: int, query: str) -> tuple[DocumentView, PageView | None, list[Word]]:
    try:
        found = ask("evidence", "page", PageRequest(document=document, number=number, query=query), PageAnswer)
    except Problem as problem:
        if problem.status not in {404, 409} or number != 1:
            raise
        return ask("evidence", "document", DocumentRequest(document=document), DocumentView), None, []
    return found.document, found.page, found.words


def _with_strip(view: DocumentView, query: str) -> DocumentView:
    """Return the document with its pages for the strip, each with how often it holds the query.

    A long document's pages are not fetched: their text would cost more than the page that is read.
    """
    if not view.pages and 1 < view.pages_total <= STRIP_PAGES:
        view = ask("evidence", "document", DocumentRequest(document=view.document), DocumentView)
    wanted = fold(query).strip()
    if not wanted:
        return view
    pages = [msgspec.structs.replace(p, hits=p.hits or fold(" ".join(p.text.split())).count(wanted)) for p in view.pages]
    return msgspec.structs.replace(view, pages=pages)


def _evidence(view: DocumentView) -> tuple[EvidenceView | None, CycleView | None]:
    coded = ask("assessment", "evidence", EvidenceRequest(school=view.school), EvidenceAnswer).evidence
    own = next((e for e in coded if e.document == view.document), None)
    if not may("assessment.code_evidence", school=view.school):
        return own, None
    cycles = ask("assessment", "cycles", SchoolRequest(school=view.school), CyclesAnswer).cycles
    return own, (cycles[0] if cycles else None)


def _groups(hits: list[Word]) -> list[list[Word]]:
    """Words of one hit stand beside each other on one line: they are framed together."""
    groups: list[list[Word]] = []
    for word in hits:
        last = groups[-1][-1] if groups else None
        if (
            last
            and abs(last.box.top - word.box.top) < last.box.height
            and 0 <= word.box.left - last.box.left - last.box.width < 25
        ):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _next_hit(view: DocumentView, number: int, query: str, at: int, count: int) -> str:
    if not query:
        return ""
    if at < count:
        return keep(f"/tai-lieu/{view.document}/{number}", q=query, cho=at + 1)
    later = next((p.number for p in view.pages if p.number > number and p.hits), 0)
    return keep(f"/tai-lieu/{view.document}/{later}", q=query) if later else ""


def _before_hit(view: DocumentView, number: int, query: str, at: int) -> str:
    if not query:
        return ""
    if at > 1:
        return keep(f"/tai-lieu/{view.document}/{number}", q=query, cho=at - 1)
    earlier = next((p.number for p in reversed(view.pages) if p.number < number and p.hits), 0)
    return keep(f"/tai-lieu/{view.document}/{earlier}", q=query) if earlier else ""


def union(boxes: list[Word]) -> Box:
    """Return the rectangle around the words of one hit."""
    left, top = min(w.box.left for w in boxes), min(w.box.top for w in boxes)
    right = max(w.box.left + w.box.width for w in boxes)
    bottom = max(w.box.top + w.box.height for w in boxes)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def marked_text(text: str, read: list[Word]) -> Markup:
    """Return the page's text with hits marked and words that the machine doubts dotted; everything is escaped."""
    out: list[str] = []
    at, inside = 0, False
    for word in read:
        found = text.find(word.text, at)
        if found < 0:
            continue
        gap = text[at:found]
        if inside and (not word.hit or "\n" in gap):
            out.append("</mark>")
            inside = False
        out.append(str(escape(gap)))
        if word.hit and not inside:
            out.append("<mark>")
            inside = True
        shown = str(escape(word.text))
        out.append(f'<span class="doubt">{shown}</span>' if word.confidence < words.LOOK_PERCENT and not word.hit else shown)
        at = found + len(word.text)
    out.append("</mark>" if inside else "")
    out.append(str(escape(text[at:])))
    return Markup("".join(out))  # noqa: S704 (every part was escaped)


@blueprint.get("/tai-lieu/<document>/goc")
def original(document: str) -> Response:
    """Go to the original's bytes at the evidence door."""
    opened = ask("evidence", "open_download", OpenDownload(document=document), DownloadOpened)
    return redirect(door_url(opened.url))


@blueprint.post("/tai-lieu/<document>")
def change_document(document: str) -> str | Response:
    """Confirm fields, give a code, cite, take a citation back, or read again."""
    back = f"/tai-lieu/{quote(document)}/{max(forms.whole('trang'), 1)}"
    try:
        return forms.go(back, _change(document))
    except Problem as problem:
        return _show(document, max(forms.whole("trang"), 1), problem)


def _change(document: str) -> int:
    match forms.text("viec"):
        case "xac-nhan":
            fields = {n: forms.text(f"m-{n}") for n in words.FIELD_NAMES if f"m-{n}" in request.form}
            return ask("evidence", "confirm_fields", ConfirmFields(document=document, fields=fields), Done).position
        case "doc-lai":
            return ask("evidence", "retry_reading", RetryReading(document=document), Done).position
        case "ma":
            if not forms.text("dong-y"):
                raise BadRequest("Đánh dấu vào ô xác nhận trước khi cấp mã. Chưa cấp mã nào.", path="dong-y")
            coded = CodeEvidence(
                school=forms.required("truong", "trường"),
                cycle=forms.required("dot", "đợt tự đánh giá"),
                document=document,
                criterion=forms.required("tieu-chi", "tiêu chí"),
                title=forms.required("ten", "tên minh chứng"),
            )
            return ask("assessment", "code_evidence", coded, EvidenceView).position
        case "gan":
            criterion, level, indicator = where_of(forms.required("noi", "tiêu chí"))
            link = LinkEvidence(
                school=forms.required("truong", "trường"),
                cycle=forms.required("dot", "đợt tự đánh giá"),
                document=document,
                criterion=criterion,
                level=level,
                indicator=indicator,
            )
            return ask("assessment", "link_evidence", link, Done).position
        case "bo-gan":
            criterion, level, indicator = where_of(forms.required("noi", "tiêu chí"))
            unlink = UnlinkEvidence(
                school=forms.required("truong", "trường"),
                cycle=forms.required("dot", "đợt tự đánh giá"),
                document=document,
                criterion=criterion,
                level=level,
                indicator=indicator,
            )
            return ask("assessment", "unlink_evidence", unlink, Done).position
    raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")


@blueprint.get("/bien-nhan/<int:position>")
def receipt_page(position: int) -> str:
    """Show the receipt at a log position: the promise that a file is kept."""
    receipt = ask("evidence", "receipt", ReceiptRequest(position=position), Receipt)
    return render("bien-nhan.html", active="minh-chung", school=receipt.school, receipt=receipt)


@blueprint.get("/tim")
def search_page() -> str:
    """Find pages by words, typed with or without accents."""
    query = asking.text("q", 200)
    school = asking.text("truong")
    number = asking.number("trang", 1, low=1)
    found = SearchAnswer(hits=[], total=0)
    if query:
        asked = SearchRequest(query=query, school=school, limit=HITS_A_PAGE, offset=(number - 1) * HITS_A_PAGE)
        found = ask("evidence", "search", asked, SearchAnswer)
    codes: dict[str, EvidenceView] = {}
    schools = {hit.school for hit in found.hits}
    if len(schools) == 1:
        coded = ask("assessment", "evidence", EvidenceRequest(school=next(iter(schools))), EvidenceAnswer)
        codes = {e.document: e for e in coded.evidence}
    return render(
        "tim.html",
        active="minh-chung",
        query=query,
        found=found,
        codes=codes,
        chosen=school,
        schools=_searchable(),
        number=number,
        pages=-(-found.total // HITS_A_PAGE),
    )


def _searchable() -> list[tuple[str, str]]:
    return [(s.code, s.name) for s in directory().schools() if may("evidence.search", school=s.code)]
