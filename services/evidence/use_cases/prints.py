"""Use cases about prints: registered when made, filed when they come home signed, compared with what was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from services.evidence import views
from services.evidence.domain.facts import PaperPrinted, YearPaperPrinted
from services.evidence.domain.print_comparison import PrintDifference, compare, pages_of_paper
from services.evidence.domain.printed_paper import KIND, SUBJECT, Printed, PrintedPaper, paper_stream
from services.evidence.domain.text import ReadPage, ReadText
from services.evidence.effective_texts import EffectiveTexts
from services.evidence.errors import NoPaperCode, NoSuchDocument, NoSuchPaper, NotYetRead, UnknownSchool
from services.evidence.ports import PrintedTexts
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.views import DocumentRow, prints
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import (
    AttachSigned,
    ErasePrintedText,
    PaperCodeState,
    PaperDifference,
    PrintsAnswer,
    PrintsRequest,
    ReadingState,
    RegisterPrint,
    RegisterYearPrint,
    SignedAttached,
    SignedPaperAnswer,
    SignedPaperRequest,
    YearPrintsRequest,
)
from shared.contracts.plan_years import require_year
from shared.contracts.problems import unknown_commune
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.logs import Journal
from shared.papers.code import PaperCode, is_paper_id, parse_code
from shared.problems import BadRequest
from shared.vocabulary.ids import CommuneCode, DocumentId, PaperId, Position, SchoolCode, Sha256

MOST_PAGES = 2000
MOST_LETTERS = 4_000_000
"""More than any report has: a page of A4 holds some 3,000 letters."""

journal = Journal("evidence.prints")

_DIFFERENCES = msgspec.json.Decoder(tuple[PrintDifference, ...])


class Filing(msgspec.Struct, frozen=True):
    """A print that a document of a school is to be filed with: in how many places they differ."""

    paper: PaperId
    school: SchoolCode
    differences: int


class Prints:
    """Registers prints, files what comes home, and says where it differs."""

    def __init__(self, documents: DocumentRepository, read: EffectiveTexts, texts: PrintedTexts) -> None:
        self._documents = documents
        self._read = read
        self._texts = texts

    def register_print(self, acting: CallContext, request: RegisterPrint) -> Done:
        """Note that a paper was printed and keep its text; see `RegisterPrint`. Raises UnknownSchool, PaperIdTaken."""
        _check(request)
        if not self._documents.knows_school(request.school):
            raise UnknownSchool(
                f"Không có trường {request.school[:40]}. Xem lại mã trường.", school=request.school[:40]
            ).awaiting_news()
        fact = PaperPrinted(
            school=request.school,
            paper=request.paper,
            kind=request.kind,
            subject=request.subject,
            cycle=request.cycle,
            valid_at=request.valid_at,
            known_at=request.known_at,
            text_sha256=request.text_sha256,
            draft=request.draft,
        )
        return self._register(acting, fact, request.pages)

    def register_year_print(self, acting: CallContext, request: RegisterYearPrint) -> Done:
        """Note that a paper of a commune's year was printed; see `RegisterYearPrint`. Raises PaperIdTaken."""
        _check(request)
        fact = YearPaperPrinted(
            commune=request.commune,
            year=request.year,
            paper=request.paper,
            kind=request.kind,
            subject=request.subject,
            valid_at=request.valid_at,
            known_at=request.known_at,
            text_sha256=request.text_sha256,
            draft=request.draft,
        )
        return self._register(acting, fact, request.pages)

    def _register(self, acting: CallContext, fact: Printed, pages: Sequence[str]) -> Done:
        meta = self._documents.application.meta(acting)
        # Text first, event second: a crash between them leaves a text nobody names, never a print without its text.
        self._texts.keep(fact.paper, pages)
        return Done(position=self._change(fact.paper, lambda paper: paper.register(fact, meta)))

    def year_prints(self, request: YearPrintsRequest) -> PrintsAnswer:
        """List the prints of a commune's year with their signed versions, newest print first.

        Raises YearRefused, and NoSuchCommune, also for a commune that is not known yet.
        """
        require_year(request.year)
        with self._documents.views.reading() as conn:
            if not views.is_commune(conn, request.commune):
                raise unknown_commune(request.commune)
            return PrintsAnswer(prints=prints.prints_of_year(conn, request.commune, request.year))

    def attach_signed(self, acting: CallContext, request: AttachSigned) -> SignedAttached:
        """File a read document as the signed version of a print; see `AttachSigned`.

        Raises NoSuchDocument, NotYetRead, NoPaperCode, NoSuchPaper.
        """
        row = self._documents.row(request.document)
        if row.school != request.school:
            raise NoSuchDocument("Trường này không có tài liệu ấy trong kho. Xem lại địa chỉ.", document=row.document)
        read = self._read.read(row.document, row.text_sha256) if row.text_sha256 else None
        if read is None:
            raise _unread(row)
        text = self._read.corrected(row.document, read, self._documents.said(row.document))
        paper = request.paper or self._named(row)
        self._own_print(paper, row.school)
        differences = self._compared(paper, row.document, text)
        meta = self._documents.application.meta(acting)
        self._change(paper, lambda stream: stream.sign(row.document, row.school, len(differences), meta))
        return SignedAttached(paper=paper, document=row.document, differences=_told(differences))

    def signed_papers(self, request: PrintsRequest) -> PrintsAnswer:
        """List the prints of a school with their signed versions, newest print first."""
        with self._documents.views.reading() as conn:
            return PrintsAnswer(prints=prints.prints_of(conn, request.school, request.cycle))

    def signed_paper(self, acting: CallContext, request: SignedPaperRequest) -> SignedPaperAnswer:
        """Return one print and where its newest signed version differs. Raises NoSuchPaper, NotAllowed."""
        with self._documents.views.reading() as conn:
            view = prints.print_of(conn, request.paper)
        if view is None:
            raise NoSuchPaper("Hệ thống không in giấy nào mang mã này. Xem lại mã ở chân trang.", paper=request.paper[:40])
        require(acting, "evidence.signed_paper", school=view.school, commune=view.commune)
        kept = self._kept(view.paper, view.document) if view.document else None
        return SignedPaperAnswer(print=view, differences=_told(kept or ()), compared=kept is not None)

    def filings(self, document: DocumentId, school: SchoolCode, text: ReadText) -> list[Filing]:
        """Return the prints that a text is compared with: those whose codes stand on its pages, those it was filed with."""
        with self._documents.views.reading() as conn:
            # What somebody attached by hand is compared anew when it is read anew.
            filed = prints.papers_of(conn, [document]).get(document, [])
        papers = dict.fromkeys(one.paper for one in filed if one.state is PaperCodeState.SIGNED)
        commune = self._documents.commune_of(school)
        for code in _codes(text):
            if self._print(code.paper).is_named_by(code, school, commune):
                papers.setdefault(code.paper)
        return [Filing(paper, school, len(self._compared(paper, document, text))) for paper in papers]

    def signed(self, filings: Iterable[Filing], document: DocumentId, meta: EventMetadata) -> list[PrintedPaper]:
        """Return the streams of prints with a document filed on each, to be stored together with what was read."""
        papers = [(self._print(filing.paper), filing) for filing in filings]
        for paper, filing in papers:
            paper.sign(document, filing.school, filing.differences, meta)
        return [paper for paper, _ in papers]

    def erase_printed_text(self, acting: CallContext, request: ErasePrintedText) -> Done:
        """Forget what was printed and how signed versions differ; the print and its signed versions stay known.

        Raises NoSuchPaper, NotAllowed.
        """
        printed = self._print(request.paper).known()
        school = printed.school if isinstance(printed, PaperPrinted) else SchoolCode("")
        commune = CommuneCode("") if isinstance(printed, PaperPrinted) else printed.commune
        require(acting, "evidence.erase_printed_text", school=school, commune=commune)
        self._texts.erase(printed.paper)
        journal.info("printed-text-erased", paper=printed.paper, school=school, commune=commune, actor=acting.actor)
        return Done(position=self._documents.application.last_position(paper_stream(printed.paper)))

    def printed(self, paper: PaperId, school: SchoolCode) -> tuple[PaperPrinted, tuple[str, ...] | None]:
        """Return a print of a school and its text, None when that was erased. Raises NoSuchPaper."""
        printed = self._own_print(paper, school)
        if not isinstance(printed, PaperPrinted):
            raise NoSuchPaper(f"Giấy {paper} là của xã, không phải của trường. Chưa so gì.", paper=paper)
        return printed, self._texts.pages(paper)

    def _compared(self, paper: PaperId, document: DocumentId, text: ReadText) -> tuple[PrintDifference, ...]:
        printed = self._texts.pages(paper)
        if printed is None:
            return ()
        pages = _pages(paper, text)
        second = {page.number: page for page in text.again}
        again = [second.get(page.number, page) for page in pages] if second else []
        differences = compare(printed, pages, again)
        self._texts.keep_differences(paper, document, msgspec.json.encode(differences))
        return differences

    def _kept(self, paper: PaperId, document: DocumentId) -> tuple[PrintDifference, ...] | None:
        kept = self._texts.differences(paper, document)
        return None if kept is None else _DIFFERENCES.decode(kept)

    def _named(self, row: DocumentRow) -> PaperId:
        """Return the first print of the document's own school or commune that its pages name. Raises NoPaperCode."""
        with self._documents.views.reading() as conn:
            papers = prints.papers_of(conn, [row.document]).get(row.document, [])
        own = [one.paper for one in papers if one.state in {PaperCodeState.SIGNED, PaperCodeState.KNOWN} and one.page]
        if own:
            return own[0]
        if any(one.state is PaperCodeState.FOREIGN for one in papers):
            raise NoPaperCode(
                "Mã QR trên trang là của giấy trường khác in. Chưa đính gì; tài liệu vẫn giữ trong kho. "
                "Xem lại có tải nhầm trường không.",
                document=row.document,
            )
        raise NoPaperCode(
            "Không thấy mã QR của giấy nào hệ thống đã in trên các trang này. Chưa đính gì; tài liệu vẫn giữ trong kho. "
            "Nêu mã giấy in cạnh mã QR (--paper MÃ_GIẤY), hoặc quét lại rõ chân trang.",
            document=row.document,
        )

    def _own_print(self, paper: PaperId, school: SchoolCode) -> Printed:
        """Return a print of a school or of its commune. Raises NoSuchPaper."""
        found = self._print(paper) if is_paper_id(paper) else None
        if found is None or not found.is_of(school, self._documents.commune_of(school)):
            raise NoSuchPaper(
                f"Trường và xã của trường không in giấy nào mang mã {paper[:40]}. Xem lại mã ở chân trang.", paper=paper[:40]
            )
        return found.known()

    def _print(self, paper: PaperId) -> PrintedPaper:
        return self._documents.application.load(PrintedPaper, paper_stream(paper))

    def _change(self, paper: PaperId, decide: Callable[[PrintedPaper], object]) -> Position:
        return self._documents.application.change(PrintedPaper, paper_stream(paper), decide)[1]


def _codes(text: ReadText) -> list[PaperCode]:
    return [code for found in text.codes if (code := parse_code(found.text)) is not None]


def _pages(paper: PaperId, text: ReadText) -> list[ReadPage]:
    marked = [(found.page, code.paper) for found in text.codes if (code := parse_code(found.text)) is not None]
    numbers = pages_of_paper(paper, marked, len(text.pages))
    return [page for page in text.pages if page.number in numbers]


def _told(differences: Iterable[PrintDifference]) -> list[PaperDifference]:
    return [
        PaperDifference(printed=one.printed, read=one.read, page=one.page, before=one.before, confidence=one.confidence)
        for one in differences
    ]


def _unread(row: DocumentRow) -> NotYetRead:
    if row.state is ReadingState.FAILED:
        return NotYetRead(
            "Không đọc được chữ của tài liệu này nên chưa so được với bản in. Tài liệu vẫn giữ trong kho. "
            "Quét lại rõ hơn rồi đính bản quét mới.",
            document=row.document,
        )
    return NotYetRead("Tài liệu đang chờ đọc chữ. Đợi đọc xong rồi đính lại.", document=row.document)


def _check(request: RegisterPrint | RegisterYearPrint) -> None:
    if not is_paper_id(request.paper):
        raise BadRequest("Mã giấy gồm 20 chữ cái và chữ số base32.", path="$.paper")
    if not KIND.fullmatch(request.kind):
        raise BadRequest("Loại giấy là một từ không dấu, như phieu_tieu_chi.", path="$.kind")
    cycle = request.cycle if isinstance(request, RegisterPrint) else ""
    if not SUBJECT.fullmatch(request.subject) or not SUBJECT.fullmatch(cycle):
        raise BadRequest("Đối tượng của giấy và đợt là mã, không phải chữ có dấu.", path="$.subject")
    if not _is_sha256(request.text_sha256):
        raise BadRequest("Mã băm SHA-256 gồm 64 chữ số thập lục phân.", path="$.text_sha256")
    if request.known_at < 0:
        raise BadRequest("Số của nhật ký không thể âm.", path="$.known_at")
    if len(request.pages) > MOST_PAGES or sum(map(len, request.pages)) > MOST_LETTERS:
        raise BadRequest("Văn bản in dài quá mức giữ được.", path="$.pages")


def _is_sha256(text: Sha256) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)
