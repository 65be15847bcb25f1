"""A school's papers: the list with its filters, choosing several to cite under a criterion, and what is next with each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import quote

import msgspec
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from services.portal.pages import formatting, forms, query_params
from services.portal.pages.icons import icon
from services.portal.pages.page_review import to_review
from services.portal.pages.paper_names import beside, paper_name
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    CodedDocuments,
    CodeEvidence,
    CriterionView,
    EvidenceAnswer,
    EvidenceView,
    LinkEvidence,
)
from shared.contracts.calls.evidence import (
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    PaperOrder,
    PaperState,
    ReadingState,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.ids import BEGINNING, CriterionCode, CycleId, DocumentId, Position, SchoolCode

E = TypeVar("E", PaperState, PaperOrder)

A_PAGE = 50
MOST_CHOSEN = 50
STATE_NAMES = {
    PaperState.UNREAD: "Đang đọc",
    PaperState.FAILED: "Đọc hỏng",
    PaperState.UNCONFIRMED: "Chờ xác nhận",
    PaperState.UNCODED: "Chưa có mã",
    PaperState.UNCITED: "Có mã, chưa gắn",
}
ORDER_NAMES = {
    PaperOrder.NEWEST: "Mới nhất",
    PaperOrder.CODED_FIRST: "Có mã trước",
    PaperOrder.NAME: "Tên",
    PaperOrder.CODE: "Mã minh chứng",
    PaperOrder.NUMBER: "Số, ký hiệu",
    PaperOrder.ISSUED: "Ngày ban hành",
}


class ListedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A kept paper with its evidence code, if it has one."""

    document: DocumentView
    evidence: EvidenceView | None

    @property
    def name(self) -> str:
        """What it is called everywhere."""
        coded = self.evidence.title if self.evidence else ""
        return paper_name(file_name=self.document.name, title=self.document.title, coded_title=coded)

    @property
    def file_name(self) -> str:
        """Its file's name, where that is another."""
        return beside(self.name, self.document.name)

    @property
    def criteria(self) -> list[str]:
        """The criteria under which it is cited, each once."""
        return list(dict.fromkeys(c.criterion for c in self.evidence.citations)) if self.evidence else []

    @property
    def read(self) -> bool:
        """Whether its text was read."""
        return self.document.state is ReadingState.READ

    @property
    def confirmed(self) -> bool:
        """Whether a person confirmed all that was read of it."""
        return self.read and bool(self.document.fields) and not self.document.waiting

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do before it can be cited: read, nothing waiting for a person, with a code."""
        return self.read and not self.document.waiting and self.evidence is not None

    @property
    def status(self) -> Markup:
        """What is so with it, or what is to be done next, as sign and words."""
        css, sign, text = _status(self)
        return Markup('<span class="st {}">{}{}</span>').format(css, icon(sign), text)

    @property
    def pill(self) -> Markup:
        """The same as `status`, for where it stands alone."""
        css, sign, text = _status(self)
        return Markup('<span class="pill {}">{}{}</span>').format(css, icon(sign), text)

    @property
    def next_step(self) -> str:
        """What the button to it says."""
        if self.read and self.document.waiting:
            return "Xác nhận"
        return "Cấp mã" if self.read and self.evidence is None else "Mở"


def _status(paper: ListedPaper) -> tuple[str, str, str]:
    document = paper.document
    if document.state is ReadingState.FAILED:
        return "no", "bad", "Chưa đọc được"
    if document.state is ReadingState.READING:
        return "blue", "eye", f"Đang đọc trang {document.pages_read}/{document.pages_total}"
    if document.state is ReadingState.WAITING:
        return "grey", "clock", "Chờ đọc chữ"
    if document.waiting:
        return "warn", "pen", f"Cần xác nhận {document.waiting} mục"
    if paper.evidence is None:
        return "warn", "pen", "Chưa có mã"
    if not paper.evidence.citations:
        return "grey", "ring", "Chưa gắn tiêu chí"
    return "ok", "yes", "Xong"


def coded_of(
    documents: Iterable[tuple[SchoolCode, DocumentId]], text: str = "", school: SchoolCode = SchoolCode("")
) -> dict[str, EvidenceView]:
    """Return the codes of (school, document), by document, in one question; with a text those of `school` so titled too."""
    by_school: dict[SchoolCode, list[DocumentId]] = {school: []} if school and text else {}
    for of, document in documents:
        by_school.setdefault(of, []).append(document)
    if not by_school:
        return {}
    request_ = CodedDocuments(documents=by_school, text=text if school else "")
    coded = call_service("assessment", "coded_documents", request_, EvidenceAnswer).evidence
    # A document coded under two circulars shows the code that was given last.
    return {view.document: view for view in sorted(coded, key=lambda view: view.position)}


def keeping(documents: list[DocumentView]) -> list[ListedPaper]:
    """Return documents with their codes."""
    coded = coded_of((d.school, d.document) for d in documents)
    return [ListedPaper(document=d, evidence=coded.get(d.document)) for d in documents]


# ---- the list --------------------------------------------------------------------------------------------------------


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of a list asks for. Words that it does not know ask for nothing."""

    path: str
    query: str = ""
    state: PaperState | None = None
    criterion: CriterionCode = CriterionCode("")
    kind: str = ""
    year: int = 0
    order: PaperOrder = PaperOrder.NEWEST
    number: int = 1
    where: str = ""
    cycle: CycleId = CycleId("")

    @property
    def narrowed(self) -> bool:
        """Whether anything but words and state narrows the list."""
        return bool(self.criterion or self.kind or self.year or self.order is not self.usual)

    @property
    def usual(self) -> PaperOrder:
        """The order when none is asked for: what can be cited at once stands first where papers are chosen."""
        return PaperOrder.CODED_FIRST if self.where else PaperOrder.NEWEST

    def link(self, *, number: int = 1, state: str | None = None) -> str:
        """Return the address of another page of the list, or of the first page in another state (empty: any)."""
        chosen = (self.state or "") if state is None else state
        order = "" if self.order is self.usual else self.order
        return keep(
            self.path,
            q=self.query,
            tt=chosen,
            tc=self.criterion,
            loai=self.kind,
            nam=self.year or "",
            xep=order,
            gan=self.where,
            dot=self.cycle,
            trang=number if number > 1 else "",
        )

    def request(self, school: SchoolCode) -> DocumentsRequest:
        """Return the question to the evidence service."""
        return DocumentsRequest(
            school=school,
            limit=A_PAGE,
            query=self.query,
            state=self.state,
            criterion=self.criterion,
            kind=self.kind,
            year=self.year,
            order=self.order,
            offset=(self.number - 1) * A_PAGE,
        )


def asked_filter(path: str) -> Filter:
    """Read the filter from the address."""
    where, cycle = query_params.text_or_field("gan", 40), CycleId(query_params.text_or_field("dot", 60))
    chosen = Filter(
        path=path,
        query=query_params.text("q", 200),
        state=_known(PaperState, query_params.text("tt")),
        criterion=CriterionCode(query_params.text("tc", 20)),
        kind=query_params.text("loai", 100),
        year=query_params.number("nam", high=9998),
        number=query_params.number("trang", 1, low=1, high=100_000),
        where=where if cycle else "",
        cycle=cycle if where else CycleId(""),
    )
    return msgspec.structs.replace(chosen, order=_known(PaperOrder, query_params.text("xep")) or chosen.usual)


def _known(kind: type[E], text: str) -> E | None:
    return kind(text) if text in set(kind) else None


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where a document is about to be cited: `where` is "2.2_1_a"."""

    where: str
    cycle: CycleId

    @property
    def name(self) -> str:
        """The place in words."""
        return place_name(*where_of(self.where))


def place_name(criterion: CriterionCode, level: int = 0, indicator: str = "") -> str:
    """Return "2.2", "2.2 Mức 1" or "2.2 Mức 1 a"."""
    return " ".join(
        part for part in (criterion, formatting.level(level) if level else "", "" if indicator == "-" else indicator) if part
    )


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"whole_criterion": whole_criterion}


@blueprint.get("/truong/<school>/minh-chung")
def documents(school: SchoolCode) -> str:
    """List a school's papers as they are asked for; or choose some to cite under a criterion."""
    return _list(school)


def _list(school: SchoolCode, problem: Problem | None = None, *, cited: int = 0) -> str:
    path = f"/truong/{quote(school)}/minh-chung"
    chosen = asked_filter(path)
    listed = call_service("evidence", "documents", chosen.request(school), DocumentsAnswer)
    last = max(1, -(-listed.matching // A_PAGE))
    if chosen.number > last:
        chosen = msgspec.structs.replace(chosen, number=last)
        listed = call_service("evidence", "documents", chosen.request(school), DocumentsAnswer)
    return render(
        "minh-chung.html",
        active="minh-chung",
        school=school,
        kept=keeping(listed.documents),
        listed=listed,
        to_review=to_review(school),
        filter=chosen,
        target=Target(where=chosen.where, cycle=chosen.cycle) if chosen.where else None,
        pages=last,
        first=(chosen.number - 1) * A_PAGE + 1,
        state_names=STATE_NAMES,
        order_names=ORDER_NAMES,
        ticked=set(request.form.getlist("tai-lieu")),
        problem=problem,
        cited=cited,
    )


# ---- choosing --------------------------------------------------------------------------------------------------------


@blueprint.post("/truong/<school>/gan")
def cite(school: SchoolCode) -> str | Response:
    """Cite the chosen papers where the person came from, those without a code with a new one; then back there."""
    where, cycle = forms.required("gan", "chỗ gắn"), CycleId(forms.required("dot", "đợt"))
    criterion, level, indicator = where_of(where)
    link = LinkEvidence(
        school=school, cycle=cycle, document=DocumentId(""), criterion=criterion, level=level, indicator=indicator
    )
    done, position = 0, BEGINNING
    try:
        chosen = _chosen(school, list(dict.fromkeys(map(DocumentId, request.form.getlist("tai-lieu")))))
        uncoded = [paper for paper in chosen if paper.evidence is None]
        if uncoded and not forms.text("dong-y"):
            raise BadRequest(
                f"{len(uncoded)} tài liệu đã chọn chưa có mã. Đánh dấu “Cấp mã mới” rồi bấm lại. Chưa ghi gì.", path="dong-y"
            )
        for done, paper in enumerate(chosen):  # noqa: B007 (told where one of them is refused)
            position = _cite(paper, msgspec.structs.replace(link, document=paper.document.document))
    except Problem as problem:
        return _list(school, problem, cited=done)
    outcome = f"gan-{len(chosen)}" + (f".ma-{len(uncoded)}" if uncoded else "")
    back = f"/truong/{quote(school)}/danh-gia/{quote(cycle)}/{quote(criterion)}"
    return forms.go(keep(back, lam=outcome), position)


def _chosen(school: SchoolCode, chosen: list[DocumentId]) -> list[ListedPaper]:
    if not chosen:
        raise BadRequest("Chưa chọn tài liệu nào. Đánh dấu ở đầu dòng rồi bấm lại.", path="tai-lieu")
    if len(chosen) > MOST_CHOSEN:
        raise BadRequest(f"Mỗi lần gắn nhiều nhất {MOST_CHOSEN} tài liệu. Chưa ghi gì.", path="tai-lieu")
    documents_request = DocumentsRequest(school=school, documents=chosen, limit=MOST_CHOSEN)
    return keeping(call_service("evidence", "documents", documents_request, DocumentsAnswer).documents)


def _cite(paper: ListedPaper, link: LinkEvidence) -> Position:
    if paper.evidence is not None:
        return call_service("assessment", "link_evidence", link, Done).position
    title = forms.text(f"ten-{link.document}") or paper.name
    return call_service("assessment", "code_evidence", coding(link, title), EvidenceView).position


def coding(link: LinkEvidence, title: str) -> CodeEvidence:
    """Return the one command that gives a code and cites."""
    return CodeEvidence(
        school=link.school,
        cycle=link.cycle,
        document=link.document,
        criterion=link.criterion,
        title=title,
        cite=True,
        level=link.level,
        indicator=link.indicator,
    )


def whole_criterion(view: CriterionView) -> list[EvidenceView]:
    """Return the evidence that is cited under a criterion as a whole in this cycle: no row of an indicator shows it."""
    place = (view.cycle, view.criterion, 0)
    return [e for e in view.evidence if any((c.cycle, c.criterion, c.level) == place for c in e.citations)]


def where_of(text: str) -> tuple[CriterionCode, int, str]:
    """Read "2.2", "2.2_1" or "2.2_1_a": criterion, level and indicator. Raises BadRequest."""
    criterion, _, rest = text.partition("_")
    level, _, indicator = rest.partition("_")
    if level and not (level.isdecimal() and len(level) < 3):
        raise BadRequest("Chỗ gắn minh chứng không đúng dạng. Chọn trong danh sách.")
    return CriterionCode(criterion), int(level or 0), indicator
