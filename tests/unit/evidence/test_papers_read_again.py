"""A newer pipeline reads papers again: a few at a time, found in the log, new papers first, and said what it changed."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.evidence import extraction_queue
from services.evidence.domain.pipelines import LAYOUT, PRESENT
from services.evidence.domain.text import FailureReason
from services.evidence.errors import NoSuchDocument
from services.evidence.extraction.layout.pipeline import VERSION
from shared.contracts.calls.evidence import (
    ConfirmFields,
    CorrectPage,
    DocumentRequest,
    PageToCorrectRequest,
    ReadingChangesRequest,
    ReadingState,
    RereadDocuments,
    RetryReading,
    WordChange,
    WordChangeKind,
)
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, SCHOOL, World, clerk, facts_of, read_text

BODY = ("Số: 48/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thừ")


def administrator(school: str = "") -> CallContext:
    kind = ScopeKind.SCHOOL if school else ScopeKind.INSTALLATION
    return CallContext(actor="account-8", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=kind, scope=school),))


class Archive(World):
    """A school with papers that former pipelines read."""

    def __init__(self, papers: int = 5, **settings) -> None:
        super().__init__(pipeline="layout-2", **settings)
        self.papers = [self.receive(f"paper-{n}".encode(), pages=1).document for n in range(papers)]
        for n, paper in enumerate(self.papers):
            self.reads(paper, *BODY, pipeline="layout-1" if n % 2 else "")

    def reads(self, document: str, *lines: str, pipeline: str = "layout-2", confidence: int = 60) -> None:
        text = msgspec.structs.replace(read_text(*lines, confidence=confidence), pipeline=pipeline)
        self.application.record_text(clerk(), document, text)

    def reread(self, acting: CallContext | None = None, **more):
        return self.application.reread_documents(acting or administrator(), RereadDocuments(**more))

    def lease(self) -> str:
        now = self.clock.now()
        with self.application.views.reading():
            pass
        with self.application.views.writing() as conn:
            row = extraction_queue.lease(conn, "reader", now, now + dt.timedelta(minutes=4))
        return row.document if row else ""

    def state(self, document: str) -> ReadingState:
        return self.application.document(clerk(), DocumentRequest(document=document)).state

    def changes(self, document: str):
        return self.application.reading_changes(clerk(), ReadingChangesRequest(document=document))


def test_a_few_papers_are_asked_for_at_a_time_the_newest_first():
    archive = Archive()
    first = archive.reread(most_waiting=2)
    assert [one.document for one in first.requested] == [archive.papers[4], archive.papers[3]]
    assert (first.documents_total, first.documents_done, first.documents_waiting, first.documents_left) == (5, 0, 2, 3)
    assert (first.pages_total, first.pages_done, first.pages_left, first.pipeline) == (5, 0, 3, "layout-2")
    assert [one.document for one in first.next_up] == archive.papers[2::-1]
    again = archive.reread(most_waiting=2)
    assert (again.requested, again.documents_waiting) == ([], 2)
    archive.reads(archive.papers[4], *BODY)
    then = archive.reread(most_waiting=2)
    assert [one.document for one in then.requested] == [archive.papers[2]]
    assert (then.documents_done, then.documents_waiting, then.documents_left) == (1, 2, 2)


def test_broken_off_and_begun_again_every_paper_is_read_once():
    archive = Archive()
    readings = dict.fromkeys(archive.papers, 0)
    for turn in range(20):
        answer = archive.reread(most_waiting=2)
        if turn == 2:
            # The machine goes down with papers waiting: the log still knows which.
            archive.application.views.rebuild()
        if not answer.documents_waiting:
            break
        document = archive.lease()
        readings[document] += 1
        archive.reads(document, *BODY)
    assert readings == dict.fromkeys(archive.papers, 1)
    end = archive.reread()
    assert (end.documents_done, end.documents_waiting, end.documents_left, end.next_up) == (5, 0, 0, [])
    assert facts_of(archive.application).count("reading-requested") == 5


def test_new_papers_are_read_before_those_that_are_read_again():
    archive = Archive(papers=2)
    archive.reread()
    new = archive.receive(b"new").document
    assert [archive.lease(), archive.lease(), archive.lease(), archive.lease()] == [new, *archive.papers, ""]


def test_a_dry_run_asks_for_nothing():
    archive = Archive()
    before = facts_of(archive.application)
    answer = archive.reread(dry_run=True)
    assert (answer.documents_left, answer.requested, len(answer.next_up)) == (5, [], 5)
    assert facts_of(archive.application) == before


def test_only_what_an_older_pipeline_read_is_read_again():
    archive = Archive()
    assert archive.reread(older_than="layout-1", dry_run=True).documents_left == 3
    assert archive.reread(document=archive.papers[1], dry_run=True).documents_total == 1
    assert archive.reread(school=OTHER_SCHOOL).documents_total == 0
    archive.reads(archive.papers[0], *BODY, pipeline="layout-3")
    assert archive.reread(dry_run=True).documents_left == 4


def test_a_paper_that_cannot_be_read_again_is_not_tried_for_ever():
    archive = Archive(papers=1)
    archive.reread()
    archive.application.fail_reading(clerk(), archive.papers[0], FailureReason.MEMORY)
    answer = archive.reread()
    assert (answer.requested, answer.failed, answer.documents_left) == ([], 1, 0)


def test_a_paper_that_had_to_be_read_otherwise_is_not_read_for_ever():
    archive = Archive(papers=1)
    paper = archive.papers[0]
    archive.reread()
    plain = msgspec.structs.replace(read_text(*BODY), pipeline="plain-1")
    archive.application.record_text(clerk(), paper, plain, wanted="layout-2")
    answer = archive.reread()
    assert (answer.requested, answer.documents_done, answer.documents_left) == ([], 1, 0)
    archive.application.views.rebuild()
    assert archive.reread(older_than="layout-3", dry_run=True).documents_left == 1
    assert archive.changes(paper).pipeline == "plain-1"


def test_what_reads_pages_now_is_what_the_service_takes_for_the_present_pipeline():
    assert f"{LAYOUT}-{VERSION}" == PRESENT


def test_a_clerk_who_asks_at_the_same_moment_does_no_harm():
    archive = Archive(papers=2)
    change = archive.application.document_repository.change

    def clerk_first(document, decide):
        archive.application.document_repository.change = change
        archive.application.retry_reading(clerk(), RetryReading(document=archive.papers[1]))
        return change(document, decide)

    archive.application.document_repository.change = clerk_first
    answer = archive.reread()
    assert [one.document for one in answer.requested] == [archive.papers[0]]
    assert facts_of(archive.application).count("reading-requested") == 2


def test_who_may_have_papers_read_again():
    archive = Archive(papers=1)
    assert archive.reread(clerk()).documents_total == 0
    with pytest.raises(NotAllowed):
        archive.reread(clerk(), school=SCHOOL)
    assert archive.reread(administrator(OTHER_SCHOOL)).documents_total == 0
    assert archive.reread(administrator(SCHOOL), dry_run=True).documents_total == 1
    with pytest.raises(NotAllowed):
        archive.reread(administrator(OTHER_SCHOOL), document=archive.papers[0])
    with pytest.raises(NoSuchDocument):
        archive.reread(document="nothing")
    for wrong in (0, 201):
        with pytest.raises(BadRequest):
            archive.reread(most_waiting=wrong)


def test_what_the_newer_pipeline_changed_is_told():
    archive = Archive(papers=1)
    paper = archive.papers[0]
    assert not archive.changes(paper).compared
    page = {"document": paper, "page": 1}
    shown = archive.application.page_to_correct(clerk(), PageToCorrectRequest(**page))
    changes = [WordChange(kind=WordChangeKind.REPLACED, word=word, text=text) for word, text in ((8, "Thử"), (5, "tưởng"))]
    archive.application.correct_page(clerk(), CorrectPage(**page, text_sha256=shown.text_sha256, edition=0, changes=changes))
    archive.application.confirm_fields(clerk(), ConfirmFields(document=paper, fields={"loai_van_ban": "Kế hoạch"}))
    archive.reads(paper, "Số: 49/KH-TH", "THÔNG BÁO", "Đến dự họp Lò Thị Thứ", confidence=90)
    told = archive.changes(paper)
    assert told.compared
    assert (told.pipeline_before, told.pipeline, told.confidence_before, told.confidence) == ("", "layout-2", 60, 90)
    assert (told.words_before, told.words, told.words_changed, told.words_added, told.words_removed) == (9, 10, 6, 1, 0)
    assert (told.pages, told.pages_changed) == (1, 1)
    assert (told.corrections_kept, told.corrections_unplaced) == (1, 1)
    assert [(one.name, one.before, one.after, one.confirmed) for one in told.fields] == [
        ("loai_van_ban", "Kế hoạch", "Thông báo", True),
        ("so_ky_hieu", "48/KH-TH", "49/KH-TH", False),
        ("trich_yeu", "Hiệu tưởng Lò Thị Thử", "Đến dự họp Lò Thị Thử", False),
    ]
    fields = {f.name: f.value for f in archive.application.document(clerk(), DocumentRequest(document=paper)).fields}
    assert (fields["loai_van_ban"], fields["so_ky_hieu"]) == ("Kế hoạch", "49/KH-TH")


def test_a_page_more_or_less_is_a_change_too():
    archive = Archive(papers=1)
    archive.reads(archive.papers[0], *BODY, "---", "trang hai")
    told = archive.changes(archive.papers[0])
    assert (told.pages, told.pages_changed, told.words_added, told.words_changed) == (2, 1, 2, 0)
