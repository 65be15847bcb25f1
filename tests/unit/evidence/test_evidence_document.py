"""A document's stream: what may happen to it, and what is recorded of it."""

from __future__ import annotations

import datetime as dt

import pytest

from services.evidence.domain.document import Document, document_id
from services.evidence.domain.facts import CATALOGUE, FieldsConfirmed, FieldsProposed, ProposedField, TextExtracted
from services.evidence.domain.text import FailureReason
from services.evidence.errors import NoSuchDocument, NotYetReadable, UnknownField
from shared.eventlog.facts import EventMetadata
from shared.text import UnreadableDate
from tests.unit.evidence.evidence_kit import MONDAY, SCHOOL, received_file

META = EventMetadata(actor="account-1", occurred=MONDAY)
TEXT = TextExtracted(
    school=SCHOOL,
    engine="tesseract",
    engine_version="5",
    language="vie",
    pages=1,
    words=2,
    confidence=90,
    text_sha256="a" * 64,
)


def received() -> Document:
    document = Document(document_id(SCHOOL, "0" * 64))
    document.receive(received_file(), META)
    return document


def topics(document: Document) -> list[str]:
    return [entry.fact.TOPIC for entry in document.collect_events()]


def test_the_same_bytes_at_the_same_school_are_the_same_document():
    assert document_id("A", "0" * 64) == document_id("A", "0" * 64)
    assert document_id("A", "0" * 64) != document_id("B", "0" * 64)


def test_a_file_is_received_once():
    document = received()
    assert document.receive(received_file(name="khac.pdf"), META) is False
    assert topics(document) == ["evidence.document-received"]


def test_locking_is_recorded_once_and_again_only_for_longer():
    document = received()
    assert document.record_lock(dt.date(2046, 9, 14), META)
    assert not document.record_lock(dt.date(2046, 9, 14), META)
    assert not document.record_lock(dt.date(2040, 1, 1), META)
    assert document.record_lock(dt.date(2050, 1, 1), META)
    assert document.retained_until == dt.date(2050, 1, 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda d: d.record_lock(dt.date(2046, 1, 1), META),
        lambda d: d.request_reading(META),
        lambda d: d.record_text(TEXT, (), META),
        lambda d: d.fail_reading(FailureReason.TIMEOUT, META),
        lambda d: d.confirm({"so_ky_hieu": "1/KH"}, META),
    ],
)
def test_nothing_happens_to_a_document_that_was_never_received(act):
    document = Document(document_id(SCHOOL, "0" * 64))
    with pytest.raises(NoSuchDocument):
        act(document)
    assert not document.changed


def test_a_reading_is_asked_for_again_only_when_one_is_over():
    document = received()
    with pytest.raises(NotYetReadable):
        document.request_reading(META)
    document.record_text(TEXT, (), META)
    document.request_reading(META)
    assert topics(document)[-1] == "evidence.reading-requested"


def test_the_very_text_that_is_known_is_not_recorded_twice():
    document = received()
    assert document.record_text(TEXT, (), META)
    assert not document.record_text(TEXT, (), META)


def test_the_same_text_after_a_request_ends_the_wait():
    document = received()
    document.record_text(TEXT, (), META)
    document.request_reading(META)
    assert document.record_text(TEXT, (), META)
    document.request_reading(META)


def test_a_failure_is_recorded_only_while_a_reading_is_wanted():
    document = received()
    assert document.fail_reading(FailureReason.TIMEOUT, META)
    assert not document.fail_reading(FailureReason.TIMEOUT, META)
    document.request_reading(META)
    assert document.fail_reading(FailureReason.MEMORY, META)


def test_proposed_fields_are_recorded_without_the_signers_name():
    document = received()
    fields = (
        ProposedField(name="so_ky_hieu", value="47/KH-TH", confidence=90, page=1),
        ProposedField(name="nguoi_ky", value="Lò Văn Mẫu", confidence=90, page=1),
    )
    document.record_text(TEXT, fields, META)
    (fact,) = [e.fact for e in document.collect_events() if isinstance(e.fact, FieldsProposed)]
    assert [(f.name, f.value) for f in fact.fields] == [("so_ky_hieu", "47/KH-TH"), ("nguoi_ky", "")]


def test_confirming_says_only_what_is_new_and_cleans_it():
    document = received()
    assert document.confirm({"so_ky_hieu": "  47/KH-TH ", "ngay_ban_hanh": "5/11/2026"}, META)
    assert not document.confirm({"so_ky_hieu": "47/KH-TH"}, META)
    assert document.confirm({"so_ky_hieu": "48/KH-TH", "ngay_ban_hanh": "05/11/2026"}, META)
    facts = [e.fact for e in document.collect_events() if isinstance(e.fact, FieldsConfirmed)]
    assert [(f.name, f.value) for f in facts[0].fields] == [("so_ky_hieu", "47/KH-TH"), ("ngay_ban_hanh", "05/11/2026")]
    assert [(f.name, f.value) for f in facts[1].fields] == [("so_ky_hieu", "48/KH-TH")]


def test_a_field_may_be_emptied():
    document = received()
    assert document.confirm({"ngay_ban_hanh": ""}, META)
    assert document.confirmed == {"ngay_ban_hanh": ""}


def test_the_signer_is_confirmed_by_the_page_and_never_enters_the_log():
    document = received()
    assert document.confirm({"nguoi_ky": "Lò  Văn Mẫu"}, META, signer_read="Lò Văn Mẫu")
    with pytest.raises(UnknownField, match="không được chép vào nhật ký"):
        document.confirm({"nguoi_ky": "Ai Khác"}, META, signer_read="Lò Văn Mẫu")
    stored = [CATALOGUE.encode(entry) for entry in document.collect_events()]
    assert not any("Mẫu".encode() in state for state in stored)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"mau_sac": "đỏ"}, UnknownField),
        ({"trich_yeu": "x" * 1001}, UnknownField),
        ({"ngay_ban_hanh": "31/02/2026"}, UnreadableDate),
    ],
)
def test_impossible_fields_are_refused_and_nothing_is_recorded(fields, problem):
    document = received()
    document.collect_events()
    with pytest.raises(problem):
        document.confirm(fields, META)
    assert not document.changed


def test_every_fact_survives_storing_and_the_document_its_replay():
    document = received()
    document.record_lock(dt.date(2046, 9, 14), META)
    document.record_text(TEXT, (ProposedField(name="so_ky_hieu", value="1/KH", confidence=9, page=1),), META)
    document.confirm({"so_ky_hieu": "1/KH"}, META)
    document.request_reading(META)
    document.fail_reading(FailureReason.ENGINE, META)
    entries = list(document.collect_events())
    for entry in entries:
        meta, fact = CATALOGUE.decode(entry.fact.TOPIC, CATALOGUE.encode(entry))
        assert (meta, fact) == (entry.meta, entry.fact)
    again = Document(document.id).replay(entries)
    assert (again.version, again.reading, again.retained_until, again.confirmed) == (
        document.version,
        document.reading,
        document.retained_until,
        document.confirmed,
    )
