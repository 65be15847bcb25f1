"""Prints papers: what the services say they tell, names from identity, particulars from the archive.

A name stands in no event and in no answer of the services that compose; it is put in here, at the moment of printing. Each
print is told to the archive, with the text that stands on it, so that the signed paper finds its print when it comes home.
Rendering takes up to seconds and holds one thread of the gateway; the answer is the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from services.portal.web.context import call_service
from shared.contracts.calls import Answer, Call, Done
from shared.contracts.calls import evidence as e
from shared.contracts.calls.identity import PeopleOnPapersAnswer, PeopleOnPapersRequest
from shared.contracts.calls.papers import ComposedPaper, ComposePaper, GroundRequest, PaperGround, PaperKindName
from shared.contracts.calls.visit_papers import ComposeVisitPaper, VisitPaperMoment, VisitPaperQuestion
from shared.papers.docx import to_docx
from shared.papers.model import Paper, PersonOnPaper
from shared.papers.pdf import to_pdf
from shared.papers.qr import paper_id
from shared.papers.resolving import documents_in, gaps, people_in, resolve
from shared.papers.text import printed_text, text_sha256
from shared.papers.xlsx import to_xlsx
from shared.problems import BadRequest, Problem
from shared.vocabulary.ids import (
    BEGINNING,
    CriterionCode,
    CycleId,
    DocumentId,
    InspectionId,
    MeetingId,
    PaperId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.self_assessment import PaperFormat, PaperKind

T = TypeVar("T")

_AT_ONCE = 500
"""How many people or documents one question names."""


MEDIA_TYPES = {
    PaperFormat.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PaperFormat.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperFormat.PDF: "application/pdf",
}

PRINT_HEADERS = {
    "X-Kiemdinh-Paper": "The id of the print, which its QR code names.",
    "X-Kiemdinh-Known-At": "The position of the log that the paper tells of.",
    "X-Kiemdinh-Valid-At": "The day that the paper tells of.",
    "X-Kiemdinh-Draft": "true while what it tells is not decided or something is missing.",
    "X-Kiemdinh-Gaps": "How many places of it say that something is missing.",
    "X-Kiemdinh-Sha256": "The SHA-256 of the file.",
}
"""What a print tells besides its bytes, by the header of the answer."""

_PRINTERS: Mapping[PaperFormat, Callable[[Paper], bytes]] = {
    PaperFormat.WORD: to_docx,
    PaperFormat.SHEET: to_xlsx,
    PaperFormat.PDF: to_pdf,
}


class NotInThisFormat(Problem):
    """The paper is not printed in the format that was asked for."""

    type = "khong-in-dang-nay"
    status = 409
    title = "Giấy này không in ở dạng đó"


class PrintQuestion(Call, frozen=True, kw_only=True):
    """Print a paper. `known_at` is a log position (0: now), `valid_at` a day (none: today).

    `criterion` and `meeting` are what papers of a self-assessment are about, `inspection` what those of visits are about.
    """

    school: SchoolCode
    kind: PaperKindName
    cycle: CycleId = CycleId("")
    criterion: CriterionCode = CriterionCode("")
    meeting: MeetingId = MeetingId("")
    inspection: InspectionId = InspectionId("")
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING
    format: PaperFormat = PaperFormat.WORD


class PrintedFile(Answer, frozen=True, kw_only=True):
    """A printed paper: its bytes, and what a program wants to know of them."""

    kind: PaperKindName
    paper: PaperId
    sha256: str
    known_at: Position
    valid_at: dt.date
    draft: bool
    gaps: int
    name: str
    media_type: str
    content: bytes


def print_paper(question: PrintQuestion) -> PrintedFile:
    """Print a paper and tell the archive of it.

    Raises NotInThisFormat, and whatever the services refuse: NoSuchForm, PaperSubjectMissing, NoSuchCycle …
    """
    composed = _composed(question)
    require_format(composed, question.format)
    paper, missing = with_gaps(_named(composed.paper, composed.known_until))
    text, identifier = printed_text(paper), PaperId(paper_id(paper))
    registered = e.RegisterPrint(
        school=question.school,
        paper=identifier,
        kind=question.kind,
        subject=paper.subject,
        cycle=composed.cycle,
        valid_at=paper.valid_at,
        known_at=Position(paper.known_at),
        text_sha256=text_sha256(paper),
        draft=paper.draft,
        pages=text,
    )
    call_service("evidence", "register_print", registered, Done)
    return drawn(paper, missing, question.format, _file_name(question, composed.cycle))


def require_format(composed: ComposedPaper, wanted: PaperFormat) -> None:
    """Raise NotInThisFormat unless the paper is printed in a format."""
    if wanted not in composed.formats:
        raise NotInThisFormat(
            f"“{composed.paper.title}” in được ở dạng {', '.join(composed.formats)}. Chọn một dạng đó.",
            formats=composed.formats,
        )


def with_gaps(paper: Paper) -> tuple[Paper, int]:
    """Return a resolved paper, a draft where something is missing, and in how many places something is."""
    missing = gaps(paper)
    return msgspec.structs.replace(paper, draft=paper.draft or missing > 0), missing


def drawn(paper: Paper, missing: int, wanted: PaperFormat, name: str) -> PrintedFile:
    """Return the file of a resolved paper."""
    content = _PRINTERS[wanted](paper)
    return PrintedFile(
        kind=paper.kind,
        paper=PaperId(paper_id(paper)),
        sha256=hashlib.sha256(content).hexdigest(),
        known_at=Position(paper.known_at),
        valid_at=paper.valid_at,
        draft=paper.draft,
        gaps=missing,
        name=name,
        media_type=MEDIA_TYPES[wanted],
        content=content,
    )


def _composed(question: PrintQuestion) -> ComposedPaper:
    if question.kind in set(VisitPaperKind):
        return _of_visit(question, VisitPaperKind(question.kind))
    if question.kind not in set(PaperKind):
        raise BadRequest(
            f"Không có loại giấy “{question.kind[:40]}”. Chưa in gì. Xem các loại: kiemdinh paper kinds.", path="kind"
        )
    request = ComposePaper(
        school=question.school,
        kind=PaperKind(question.kind),
        cycle=question.cycle,
        criterion=question.criterion,
        meeting=question.meeting,
        valid_at=question.valid_at,
        known_at=question.known_at,
    )
    return call_service("assessment", "compose_paper", request, ComposedPaper)


def _of_visit(question: PrintQuestion, kind: VisitPaperKind) -> ComposedPaper:
    """Return a paper of the inspection service, which stands on what the assessment service knew at the same moment."""
    asked = VisitPaperQuestion(
        school=question.school,
        kind=kind,
        inspection=question.inspection,
        cycle=question.cycle,
        valid_at=question.valid_at,
        known_at=question.known_at,
    )
    moment = call_service("inspection", "visit_paper_moment", asked, VisitPaperMoment)
    grounds = GroundRequest(
        school=question.school, cycle=moment.cycle, valid_at=moment.valid_at, known_at_time=moment.known_until
    )
    request = ComposeVisitPaper(
        school=question.school,
        kind=kind,
        inspection=question.inspection,
        cycle=question.cycle,
        valid_at=moment.valid_at,
        known_at=moment.known_at,
        ground=call_service("assessment", "paper_ground", grounds, PaperGround),
    )
    return call_service("inspection", "compose_visit_paper", request, ComposedPaper)


def _named(paper: Paper, known_until: dt.datetime | None) -> Paper:
    """Return the paper with people called by their names and documents by what the archive had confirmed by then."""
    school = SchoolCode(paper.school)
    people: dict[str, PersonOnPaper] = {}
    for some in in_parts(sorted(people_in(paper))):
        asked = PeopleOnPapersRequest(school=school, persons=[PersonId(person) for person in some])
        answer = call_service("identity", "people_on_papers", asked, PeopleOnPapersAnswer)
        people |= {found.person: PersonOnPaper(found.name, found.office) for found in answer.people}
    documents: dict[str, Mapping[str, str]] = {}
    for some in in_parts(sorted(documents_in(paper))):
        wanted = e.DocumentFieldsRequest(
            school=school, documents=[DocumentId(document) for document in some], known_at_time=known_until
        )
        fields = call_service("evidence", "document_fields", wanted, e.DocumentFieldsAnswer)
        documents |= {found.document: msgspec.structs.asdict(found) for found in fields.documents}
    return resolve(paper, people, documents)


def in_parts(ids: Iterable[T]) -> Iterator[list[T]]:
    """Return ids in lists of as many as one question names."""
    rest = iter(ids)
    while some := list(itertools.islice(rest, _AT_ONCE)):
        yield some


def _file_name(question: PrintQuestion, cycle: CycleId) -> str:
    name = "-".join(part for part in (question.kind, question.school, cycle, question.criterion) if part)
    return f"{name}.{question.format.value}"
