"""Particulars of documents for papers: what people confirmed, at a moment, never what a machine only proposes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from services.evidence.errors import TooManyDocuments
from services.evidence.use_cases.particulars import MOST_DOCUMENTS
from shared.contracts.calls.evidence import ConfirmFields, DocumentFields, DocumentFieldsRequest
from tests.unit.evidence.evidence_kit import MONDAY, OTHER_SCHOOL, SCHOOL, World, clerk

LETTER = ("ỦY BAN NHÂN DÂN XÃ", "Số: 12/KH-TH", "Nà Lừa, ngày 20 tháng 9 năm 2026", "KẾ HOẠCH", "Bồi dưỡng giáo viên")


@pytest.fixture
def world():
    return World()


@pytest.fixture
def document(world):
    return world.receive().document


def confirm(world, document, **fields):
    world.application.confirm_fields(clerk(), ConfirmFields(document=document, fields=fields))


def ask(world, *documents, school=SCHOOL, at=None):
    request = DocumentFieldsRequest(school=school, documents=list(documents), known_at_time=at)
    return {found.document: found for found in world.application.document_fields(request).documents}


def test_what_people_confirmed_is_told_as_papers_print_it(world, document):
    confirm(world, document, so_ky_hieu="12/KH-TH", ngay_ban_hanh="2026-09-20", co_quan="Trường A", trich_yeu="Bồi dưỡng")

    assert ask(world, document)[document] == DocumentFields(
        document=document,
        number="12/KH-TH",
        issued_on="20/9/2026",
        number_and_date="12/KH-TH, 20/9/2026",
        issuer="Trường A",
        title="Bồi dưỡng",
        location="PDF; kho minh chứng số của trường",
    )


def test_what_a_machine_only_proposes_is_not_told(world, document):
    world.read(document, *LETTER)
    found = ask(world, document)[document]
    assert (found.number, found.issued_on, found.number_and_date, found.issuer) == ("", "", "", "")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"so_ky_hieu": "12/KH-TH"}, "12/KH-TH"),
        ({"ngay_ban_hanh": "20/9/2026"}, "20/9/2026"),
        ({"so_ky_hieu": "12/KH-TH", "ngay_ban_hanh": "20/9/2026"}, "12/KH-TH, 20/9/2026"),
    ],
)
def test_a_number_or_a_date_alone_is_enough(world, document, fields, told):
    confirm(world, document, **fields)
    assert ask(world, document)[document].number_and_date == told


def test_a_moment_of_the_past_is_told_as_it_was_known_then(world, document):
    confirm(world, document, so_ky_hieu="12/KH-TH")
    then = world.clock.now()
    world.clock.move(dt.timedelta(days=30))
    confirm(world, document, so_ky_hieu="13/KH-TH")

    assert ask(world, document, at=then)[document].number == "12/KH-TH"
    assert ask(world, document)[document].number == "13/KH-TH"
    assert ask(world, document, at=then + dt.timedelta(days=29))[document].number == "12/KH-TH"


def test_a_document_that_was_not_kept_yet_is_left_out(world, document):
    world.clock.move(dt.timedelta(days=1))
    later = world.receive(b"later").document
    assert ask(world, document, later, at=MONDAY).keys() == {document}
    assert ask(world, document, later).keys() == {document, later}


def test_documents_of_another_school_and_what_is_none_are_left_out(world, document):
    other = world.receive(b"other", school=OTHER_SCHOOL).document
    unknown = (str(uuid.UUID(int=5)), "khong-phai-ma", "")
    assert ask(world, document, other, *unknown).keys() == {document}
    assert ask(world, document, other, school=OTHER_SCHOOL).keys() == {other}


def test_asking_records_nothing(world, document):
    before = world.application.log.head()
    ask(world, document)
    assert world.application.log.head() == before


def test_too_many_at_once_are_refused(world):
    with pytest.raises(TooManyDocuments, match=f"{MOST_DOCUMENTS} tài liệu"):
        ask(world, *(str(uuid.UUID(int=number)) for number in range(MOST_DOCUMENTS + 1)))
