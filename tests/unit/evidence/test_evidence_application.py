"""The use cases of the evidence service, in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata

import msgspec
import pytest

from services.evidence.domain.facts import CATALOGUE
from services.evidence.domain.text import FailureReason, decode_text, encode_text
from services.evidence.errors import (
    EmptyFile,
    FileTooLarge,
    NoSuchDocument,
    NoSuchPage,
    NotYetReadable,
    UnknownField,
    UnknownSchool,
)
from services.evidence.published import public_event
from services.evidence.retention_locker import RetentionLocker, end_of_day
from shared.contracts.calls.evidence import (
    AttachSigned,
    ConfirmFields,
    ConfirmPage,
    CorrectPage,
    DocumentRequest,
    DocumentsRequest,
    DownloadKind,
    OpenDownload,
    OpenPhotoUpload,
    OpenUpload,
    OpenWorkPhotoUpload,
    OwnPhotoRequest,
    PageRequest,
    PageToCorrectRequest,
    ProgressRequest,
    ReadingState,
    ReceiptRequest,
    RegisterPrint,
    RegisterYearPrint,
    RetryReading,
    SearchRequest,
    WordChange,
    WordChangeKind,
)
from shared.contracts.events.evidence import EVENTS, SAMPLES
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed, Unavailable
from shared.tlog.checkpoint import Signer
from shared.vocabulary.ids import Position
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import (
    OTHER_SCHOOL,
    SCHOOL,
    MemoryArchive,
    World,
    auditor,
    clerk,
    facts_of,
    read_text,
    received_file,
    school_registered,
)

BODY = (
    "TRƯỜNG TIỂU HỌC SUỐI MƠ",
    "Số: 47/KH-TH",
    "KẾ HOẠCH",
    "Kế hoạch kiểm định chất lượng",
    "§ HIỆU TRƯỞNG",
    "§ Lò Văn Mẫu",
)


def document(world: World, name: str, acting=None):
    return world.application.document(acting or clerk(), DocumentRequest(document=name))


# ---- uploads and receipts


def test_an_upload_is_opened_with_a_ticket_that_says_everything():
    world = World()
    opened = world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="../Kế hoạch.pdf", size_bytes=9))
    claims = world.tickets.open(opened.ticket)
    assert claims == {
        "kind": "upload",
        "upload": opened.upload,
        "school": SCHOOL,
        "name": "Kế hoạch.pdf",
        "size": 9,
        "sha256": "",
        "actor": "account-1",
        "sitting": "",
        "correlation": "c-1",
    }
    assert opened.url == f"/door/uploads/{opened.upload}"
    assert opened.received_bytes == 0
    assert opened.receipt is None


def test_an_interrupted_upload_goes_on_when_its_checksum_was_promised():
    world = World()
    request = OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=9, sha256="A" * 64)
    first = world.application.open_upload(clerk(), request)
    world.uploads.sizes[first.upload] = 4
    again = world.application.open_upload(clerk(), request)
    assert (again.upload, again.received_bytes) == (first.upload, 4)


def test_without_a_checksum_two_papers_of_one_name_and_size_stay_apart():
    world = World()
    request = OpenUpload(school=SCHOOL, name="scan0001.tif", size_bytes=9)
    uploads = {world.application.open_upload(clerk(), request).upload for _ in range(2)}
    assert len(uploads) == 2


def test_a_second_machine_gets_an_upload_of_its_own_while_the_first_sends():
    world = World()
    request = OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=9, sha256="a" * 64)
    first = world.application.open_upload(clerk(), request)
    world.uploads.busy.add(first.upload)
    assert world.application.open_upload(clerk(), request).upload != first.upload


def test_a_file_that_is_kept_already_gets_its_receipt_before_a_byte_is_sent():
    world = World()
    receipt = world.receive(b"bytes")
    request = OpenUpload(school=SCHOOL, name="b.pdf", size_bytes=5, sha256=receipt.sha256)
    again = world.application.open_upload(clerk(), request).receipt
    assert again is not None
    assert again.already_kept
    assert (again.document, again.position, again.name) == (receipt.document, receipt.position, "Kế hoạch.pdf")


def test_a_form_ticket_is_given_without_a_name():
    world = World()
    opened = world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="", size_bytes=0))
    assert opened.url == "/door/form"
    assert world.tickets.open(opened.ticket)["kind"] == "form"


def test_a_photo_of_a_visit_gets_a_ticket_that_takes_nothing_but_an_image():
    world = World()
    request = OpenPhotoUpload(school=SCHOOL, inspection="v-1", name="Phòng thiết bị.jpg", size_bytes=9)
    opened = world.application.open_photo_upload(clerk(), request)
    claims = world.tickets.open(opened.ticket)
    assert (claims["kind"], claims["name"], claims["size"], claims["school"]) == ("photo", "Phòng thiết bị.jpg", 9, SCHOOL)
    assert opened.url == f"/door/uploads/{opened.upload}"
    form = world.application.open_photo_upload(clerk(), msgspec.structs.replace(request, name="", size_bytes=0))
    assert (form.url, world.tickets.open(form.ticket)["kind"]) == ("/door/form", "photo_form")
    with pytest.raises(EmptyFile):
        world.application.open_photo_upload(clerk(), msgspec.structs.replace(request, size_bytes=0))
    with pytest.raises(UnknownSchool):
        world.application.open_photo_upload(clerk(), msgspec.structs.replace(request, school="TH-??"))


def test_a_photo_of_a_work_gets_a_ticket_that_the_economic_office_alone_has_the_right_for():
    world = World()
    request = OpenWorkPhotoUpload(school=SCHOOL, need="nc-1", name="Mái tôn.jpg", size_bytes=9)
    sliced = world.tickets.open(world.application.open_work_photo_upload(clerk(), request).ticket)
    form = world.application.open_work_photo_upload(clerk(), msgspec.structs.replace(request, name="", size_bytes=0))
    assert (sliced["kind"], sliced["school"], sliced["name"]) == ("work_photo", SCHOOL, "Mái tôn.jpg")
    assert (form.url, world.tickets.open(form.ticket)["kind"]) == ("/door/form", "work_photo_form")
    with pytest.raises(UnknownSchool):
        world.application.open_work_photo_upload(clerk(), msgspec.structs.replace(request, school="TH-??"))


def test_who_sent_a_photo_asks_for_its_receipt_and_for_no_other_paper():
    world = World()
    schools = (SCHOOL,)
    office = CallContext(
        actor="kinh-te",
        grants=(Grant(role=Role.ECONOMIC_OFFICE, scope_kind=ScopeKind.COMMUNE, scope="NL", schools=schools),),
    )

    def kept(data: bytes, sender: CallContext, media_type: str = "image/jpeg", school: str = SCHOOL) -> Position:
        file = msgspec.structs.replace(received_file(data, school=school), media_type=media_type)
        return world.application.register_document(sender, file).position

    mine = kept(b"1", office)
    assert world.application.own_photo(office, OwnPhotoRequest(position=mine)).position == mine
    others = [kept(b"2", clerk()), kept(b"3", office, "application/pdf"), Position(0), Position(999)]
    for position in others:
        with pytest.raises(NoSuchDocument):
            world.application.own_photo(office, OwnPhotoRequest(position=position))
    with pytest.raises(NotAllowed):
        world.application.own_photo(office, OwnPhotoRequest(position=kept(b"4", office, school=OTHER_SCHOOL)))
    for asked in (mine, others[0]):
        with pytest.raises(NotAllowed):
            world.application.receipt(office, ReceiptRequest(position=asked))


def test_an_upload_that_cannot_succeed_is_not_opened():
    world = World()
    with pytest.raises(EmptyFile):
        world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=0))
    with pytest.raises(FileTooLarge):
        world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=2**40))
    with pytest.raises(BadRequest):
        world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=1, sha256="xyz"))
    with pytest.raises(UnknownSchool):
        world.application.open_upload(clerk("TH-??"), OpenUpload(school="TH-??", name="a.pdf", size_bytes=1))
    assert facts_of(world.application) == []


def test_a_school_that_is_not_known_yet_may_have_been_registered_a_moment_ago():
    world = World(schools=())
    with pytest.raises(UnknownSchool) as refused:
        world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=1))
    assert refused.value.awaits_news


def test_the_same_bytes_twice_are_one_document_and_one_receipt():
    world = World()
    first, second = world.receive(b"x", name="a.pdf"), world.receive(b"x", name="b.pdf")
    assert not first.already_kept
    assert second.already_kept
    assert (second.document, second.position, second.name) == (first.document, first.position, "a.pdf")
    assert facts_of(world.application) == ["document-received"]


def test_the_same_bytes_at_another_school_are_another_document():
    world = World()
    assert world.receive(b"x").document != world.receive(b"x", school=OTHER_SCHOOL).document


def test_a_receipt_names_the_checkpoint_that_will_cover_it_and_keeps_naming_it():
    world = World()
    signer = Signer.generate("kiemdinh/test/evidence")
    first = world.receive(b"1")
    assert first.checkpoint == 1
    world.application.log.sign_checkpoint(signer)
    second = world.receive(b"2")
    assert second.checkpoint == 2
    world.receive(b"3")
    world.application.log.sign_checkpoint(signer)
    asked = [world.application.receipt(clerk(), ReceiptRequest(position=n)).checkpoint for n in (1, 2, 3)]
    assert asked == [1, 2, 2]


def test_a_receipt_is_shown_only_to_those_who_may_see_the_school():
    world = World()
    receipt = world.receive()
    assert world.application.receipt(auditor(), ReceiptRequest(position=receipt.position)) == receipt
    with pytest.raises(NotAllowed):
        world.application.receipt(clerk(OTHER_SCHOOL), ReceiptRequest(position=receipt.position))
    with pytest.raises(NoSuchDocument):
        world.application.receipt(clerk(), ReceiptRequest(position=99))


# ---- reading


def test_a_document_waits_is_read_and_shows_its_pages_and_fields():
    world = World()
    receipt = world.receive()
    waiting = document(world, receipt.document)
    assert (waiting.state, waiting.pages_total, waiting.pages_read) == (ReadingState.WAITING, 2, 0)
    sha256 = world.read(receipt.document, *BODY, "---", "Trang hai")
    view = document(world, receipt.document)
    assert (view.state, view.pages_total, view.pages_read, view.confidence) == (ReadingState.READ, 2, 2, 95)
    assert [page.number for page in view.pages] == [1, 2]
    assert view.pages[1].text == "Trang hai"
    assert {f.name: f.value for f in view.fields}["nguoi_ky"] == "Lò Văn Mẫu"
    assert f"{receipt.document}/{sha256}/text.json" in world.derived.objects
    assert facts_of(world.application) == ["document-received", "text-extracted", "fields-proposed"]


def test_a_text_without_fields_proposes_none():
    world = World()
    world.read(world.receive().document, "chỉ có chữ")
    assert facts_of(world.application) == ["document-received", "text-extracted"]


def test_a_failure_is_shown_and_reading_can_be_asked_for_again():
    world = World()
    name = world.receive().document
    with pytest.raises(NotYetReadable):
        world.application.retry_reading(clerk(), RetryReading(document=name))
    world.application.fail_reading(clerk(), name, FailureReason.TIMEOUT)
    assert (document(world, name).state, document(world, name).failure) == (ReadingState.FAILED, "qua-gio")
    assert world.application.progress(ProgressRequest(school=SCHOOL)).failed == 1
    done = world.application.retry_reading(clerk(), RetryReading(document=name))
    assert done.position == 3
    assert (document(world, name).state, document(world, name).failure) == (ReadingState.WAITING, "")


def test_a_lost_text_object_leaves_the_document_waiting_and_the_same_text_repairs_it():
    world = World()
    name = world.receive().document
    sha256 = world.read(name, *BODY)
    del world.derived.objects[f"{name}/{sha256}/text.json"]
    world.application.views.rebuild()
    assert document(world, name).state is ReadingState.WAITING
    assert document(world, name).pages == []
    world.read(name, *BODY)
    assert document(world, name).state is ReadingState.READ
    assert facts_of(world.application).count("text-extracted") == 1


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data.replace(b"tesseract", b"Tesseract")])
def test_a_damaged_text_object_counts_as_lost(damage):
    world = World()
    name = world.receive().document
    sha256 = world.read(name, *BODY)
    key = f"{name}/{sha256}/text.json"
    world.derived.objects[key] = damage(world.derived.objects[key])
    assert world.application.text(name, sha256) is None
    world.application.views.rebuild()
    assert document(world, name).state is ReadingState.WAITING


def test_views_built_again_from_log_and_texts_say_the_same():
    world = World()
    name = world.receive().document
    world.read(name, *BODY)
    world.application.confirm_fields(
        clerk(), ConfirmFields(document=name, fields={"so_ky_hieu": "48/KH-TH", "nguoi_ky": ""})
    )
    before = document(world, name)
    world.application.views.rebuild()
    after = document(world, name)
    assert after == before
    assert {f.name: (f.value, f.confirmed) for f in after.fields}["nguoi_ky"] == ("Lò Văn Mẫu", True)


# ---- fields


def test_confirmed_fields_stay_when_the_document_is_read_again():
    world = World()
    name = world.receive().document
    world.read(name, *BODY)
    done = world.application.confirm_fields(
        clerk(), ConfirmFields(document=name, fields={"so_ky_hieu": "48/KH-TH", "ngay_ban_hanh": "5/11/2026"})
    )
    assert done.position == 4
    world.application.retry_reading(clerk(), RetryReading(document=name))
    world.read(name, *BODY, "thêm một dòng")
    shown = {f.name: (f.value, f.confirmed) for f in document(world, name).fields}
    assert shown["so_ky_hieu"] == ("48/KH-TH", True)
    assert shown["ngay_ban_hanh"] == ("05/11/2026", True)
    assert shown["loai_van_ban"] == ("Kế hoạch", False)


def test_the_signer_is_confirmed_as_read_only():
    world = World()
    name = world.receive().document
    world.read(name, *BODY)
    world.application.confirm_fields(clerk(), ConfirmFields(document=name, fields={"nguoi_ky": "Lò Văn Mẫu"}))
    assert {f.name: (f.value, f.confirmed) for f in document(world, name).fields}["nguoi_ky"] == ("Lò Văn Mẫu", True)
    with pytest.raises(UnknownField):
        world.application.confirm_fields(clerk(), ConfirmFields(document=name, fields={"nguoi_ky": "Người Khác"}))


def test_only_the_schools_own_people_confirm():
    world = World()
    name = world.receive().document
    for other in (auditor(), clerk(OTHER_SCHOOL)):
        with pytest.raises(NotAllowed):
            world.application.confirm_fields(other, ConfirmFields(document=name, fields={"so_ky_hieu": "1/KH"}))
    with pytest.raises(NoSuchDocument):
        world.application.confirm_fields(clerk(), ConfirmFields(document="nothing", fields={}))


# ---- lists, pages, search


def test_documents_are_listed_newest_first_page_by_page():
    world = World()
    names = [world.receive(str(n).encode()).document for n in range(5)]
    world.receive(b"other", school=OTHER_SCHOOL)
    first = world.application.documents(DocumentsRequest(school=SCHOOL, limit=2))
    second = world.application.documents(DocumentsRequest(school=SCHOOL, limit=2, before=first.next_before))
    third = world.application.documents(DocumentsRequest(school=SCHOOL, limit=2, before=second.next_before))
    listed = [d.document for answer in (first, second, third) for d in answer.documents]
    assert listed == names[::-1]
    assert (first.total, third.next_before) == (5, 0)
    with pytest.raises(BadRequest):
        world.application.documents(DocumentsRequest(school=SCHOOL, limit=0))


def test_listed_documents_carry_their_fields():
    world = World()
    world.read(world.receive().document, *BODY)
    (listed,) = world.application.documents(DocumentsRequest(school=SCHOOL)).documents
    assert {f.name for f in listed.fields} >= {"loai_van_ban", "so_ky_hieu"}


def test_a_page_marks_the_words_asked_for():
    world = World()
    name = world.receive().document
    world.read(name, *BODY)
    answer = world.application.page(clerk(), PageRequest(document=name, number=1, query="kiem dinh"))
    assert [word.text for word in answer.words if word.hit] == ["kiểm", "định"]
    assert answer.page.hits == 1, "a phrase is one place, however many words it has"
    assert [(one.number, one.places) for one in answer.found] == [(1, 1)]
    assert answer.document.document == name
    for number in (0, 2, -1):
        with pytest.raises(NoSuchPage):
            world.application.page(clerk(), PageRequest(document=name, number=number))
    with pytest.raises(NotAllowed):
        world.application.page(clerk(OTHER_SCHOOL), PageRequest(document=name, number=1))


@pytest.mark.parametrize("asked", ["ke hoach kiem dinh", "kế hoạch kiểm định", "KẾ HOẠCH KIỂM ĐỊNH"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_found_with_or_without_accents_in_any_form(asked, form):
    world = World()
    name = world.receive().document
    world.read(name, *BODY)
    world.read(world.receive(b"2").document, "chuyện khác hẳn")
    answer = world.application.search(clerk(), SearchRequest(query=unicodedata.normalize(form, asked)))
    assert [(hit.document, hit.page) for hit in answer.hits] == [(name, 1)]
    assert answer.total == 1
    assert "⟦Kế hoạch kiểm định⟧" in answer.hits[0].snippet
    assert len(answer.hits[0].boxes) == 4


def test_what_was_typed_with_accents_comes_first_where_they_match():
    world = World()
    wrong, right = world.receive(b"1").document, world.receive(b"2").document
    world.read(wrong, "kể hoạch cũ")
    world.read(right, "kế hoạch cũ")
    bare = world.application.search(clerk(), SearchRequest(query="ke hoach")).hits
    exact = world.application.search(clerk(), SearchRequest(query="kế hoạch")).hits
    assert {hit.document for hit in bare} == {hit.document for hit in exact}
    assert [hit.document for hit in exact] == [right, wrong]


def test_words_together_come_before_words_apart_and_quotes_ask_for_them():
    world = World()
    apart, together = world.receive(b"1").document, world.receive(b"2").document
    world.read(apart, "sân trường rộng, nhà xe sạch đẹp")
    world.read(together, "nhà trường rộng và nhà xe")
    assert [h.document for h in world.application.search(clerk(), SearchRequest(query="nha truong")).hits] == [
        together,
        apart,
    ]
    assert [h.document for h in world.application.search(clerk(), SearchRequest(query='"nhà trường"')).hits] == [together]


@pytest.mark.parametrize("asked", ["", "!!!", 'a" OR "b', "NEAR(", "x*", "col:y", "'; DROP TABLE pages; --", "⟦"])
def test_a_query_is_never_read_as_anything_but_words(asked):
    world = World()
    world.read(world.receive().document, "chữ thường")
    assert world.application.search(clerk(), SearchRequest(query=asked)).hits == []


def test_hits_are_paged():
    world = World()
    for n in range(5):
        world.read(world.receive(str(n).encode()).document, "báo cáo", f"lần {n}")
    first = world.application.search(clerk(), SearchRequest(query="bao cao", limit=2))
    last = world.application.search(clerk(), SearchRequest(query="bao cao", limit=2, offset=4))
    assert (len(first.hits), len(last.hits), first.total) == (2, 1, 5)
    with pytest.raises(BadRequest):
        world.application.search(clerk(), SearchRequest(query="x", offset=-1))
    with pytest.raises(BadRequest):
        world.application.search(clerk(), SearchRequest(query="x", limit=1000))


def test_a_search_sees_the_schools_of_the_caller_and_no_others():
    world = World()
    world.read(world.receive(b"1").document, "báo cáo")
    world.read(world.receive(b"2", school=OTHER_SCHOOL).document, "báo cáo")

    def seen(acting: CallContext, school: str = "") -> set[str]:
        return {h.school for h in world.application.search(acting, SearchRequest(query="bao cao", school=school)).hits}

    officer = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="XM", schools=(SCHOOL, OTHER_SCHOOL))
    stranger = Grant(role=Role.SUBSCRIBER, scope_kind=ScopeKind.INSTALLATION)
    assert seen(clerk()) == {SCHOOL}
    assert seen(auditor()) == {SCHOOL, OTHER_SCHOOL}
    assert seen(auditor(), OTHER_SCHOOL) == {OTHER_SCHOOL}
    assert seen(CallContext(actor="a", grants=(officer,))) == {SCHOOL, OTHER_SCHOOL}
    assert seen(CallContext(actor="a", grants=(stranger,))) == set()


def test_progress_counts_documents_by_state():
    world = World()
    world.receive(b"1")
    world.read(world.receive(b"2").document, "chữ")
    progress = world.application.progress(ProgressRequest(school=SCHOOL))
    assert (progress.waiting, progress.reading, progress.read, progress.failed) == (1, 0, 1, 0)


# ---- downloads


def test_bytes_are_opened_by_a_ticket_that_names_them():
    world = World()
    receipt = world.receive(b"bytes")
    opened = world.application.open_download(clerk(), OpenDownload(document=receipt.document))
    claims = world.tickets.open(opened.url.partition("ticket=")[2])
    what = {"kind": "file", "document": receipt.document, "what": "goc", "page": 0}
    assert claims == {**what, "school": SCHOOL, "actor": "account-1", "sitting": ""}
    assert (opened.sha256, opened.size_bytes) == (hashlib.sha256(b"bytes").hexdigest(), 5)


def test_page_images_are_opened_once_they_are_made():
    world = World()
    name = world.receive().document
    request = OpenDownload(document=name, what=DownloadKind.PAGE, page=1)
    with pytest.raises(NoSuchPage):
        world.application.open_download(clerk(), request)
    world.read(name, "một trang")
    assert "/door/files?ticket=" in world.application.open_download(clerk(), request).url
    with pytest.raises(NoSuchPage):
        world.application.open_download(clerk(), OpenDownload(document=name, what=DownloadKind.THUMBNAIL, page=2))
    with pytest.raises(NotAllowed):
        world.application.open_download(clerk(OTHER_SCHOOL), request)


def test_addresses_of_a_door_of_its_own_are_whole_from_the_start():
    world = World(door="https://door.example.vn/door")
    name = world.receive().document
    world.read(name, *BODY)

    opened = world.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="a.pdf", size_bytes=3))
    file = world.application.open_download(clerk(), OpenDownload(document=name))
    page = document(world, name).pages[0]

    assert opened.url == f"https://door.example.vn/door/uploads/{opened.upload}"
    for url in (file.url, page.image_url, page.thumbnail_url):
        assert url.startswith("https://door.example.vn/door/files?ticket=")


# ---- locking


def test_what_was_received_is_locked_to_the_end_of_the_day_twenty_years_on():
    world, archive = World(), MemoryArchive()
    receipt = world.receive()
    assert not document(world, receipt.document).sealed
    locker = RetentionLocker(world.application, archive)
    assert locker.step() == 1
    assert locker.step() == 0
    assert archive.locks[receipt.sha256, "v-1"] == dt.datetime(2046, 9, 14, 17, tzinfo=dt.UTC)
    assert document(world, receipt.document).sealed
    assert facts_of(world.application) == ["document-received", "document-sealed"]


def test_a_document_of_a_leap_day_is_kept_one_day_longer():
    world = World(retention_years=1)
    world.clock.move(dt.datetime(2028, 2, 29, 3, tzinfo=dt.UTC) - world.clock.now())
    receipt = world.receive()
    assert world.application.retention_end(world.application.row(receipt.document)) == dt.date(2029, 3, 1)
    assert end_of_day(dt.date(2029, 3, 1)) == dt.datetime(2029, 3, 1, 17, tzinfo=dt.UTC)


def test_locking_waits_while_the_archive_is_away_and_goes_on_past_one_bad_object():
    world, archive = World(), MemoryArchive()
    first, second = world.receive(b"1"), world.receive(b"2")
    archive.failing = Unavailable("away")
    with pytest.raises(Unavailable):
        RetentionLocker(world.application, archive).step()
    archive.failing = None
    archive.locks[first.sha256, "v-1"] = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    assert RetentionLocker(world.application, archive).step() == 1
    assert [row.document for row in world.application.documents_to_lock()] == [first.document]
    assert document(world, second.document).sealed


# ---- events


def test_schools_are_learnt_once_in_order_and_other_events_passed_over():
    world = World(schools=(SCHOOL,))
    world.application.receive(school_registered("LATE", 1))
    world.application.receive(school_registered("TH-2", 2, kind="vn.kiemdinh.assessment.cycle-opened.v1"))
    assert world.application.received_position("assessment") == 2
    for school, known in ((SCHOOL, True), ("LATE", False), ("TH-2", False)):
        assert world.application.document_repository.knows_school(school) is known
    world.application.receive(school_registered(SCHOOL, 3))
    assert world.application.received_position("assessment") == 3


def print_and_sign(world: World, document: str) -> None:
    printed = RegisterPrint(
        school=SCHOOL,
        paper="JBSWY3DPEHPK3PXPABCD",
        kind="qd_hoi_dong",
        valid_at=dt.date(2026, 9, 14),
        known_at=7,
        text_sha256="a" * 64,
        draft=False,
        pages=["Hiệu trưởng Lò Văn Mẫu"],
    )
    world.application.register_print(clerk(), printed)
    world.read(document, *BODY)
    world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=printed.paper))
    of_year = RegisterYearPrint(
        commune="XM",
        year=2026,
        paper="KRSXG5BAORUGS4ZANFZQ",
        kind="ke_hoach_xa",
        valid_at=dt.date(2026, 9, 14),
        known_at=7,
        text_sha256="a" * 64,
        draft=False,
        pages=["Chủ tịch Lò Văn Mẫu"],
    )
    world.application.register_year_print(clerk(), of_year)


def test_every_fact_has_a_public_face_without_names_and_values():
    world = World()
    name = world.receive(name="Danh sách bà Nguyễn.pdf").document
    world.read(name, *BODY)
    world.application.confirm_fields(clerk(), ConfirmFields(document=name, fields={"trich_yeu": "Bí mật"}))
    shown = world.application.page_to_correct(clerk(), PageToCorrectRequest(document=name, page=1))
    at = {"document": name, "page": 1, "text_sha256": shown.text_sha256}
    names = WordChange(kind=WordChangeKind.REPLACED, word=0, text="Lầu Thị Bua")
    world.application.correct_page(clerk(), CorrectPage(**at, edition=0, changes=[names]))
    world.application.confirm_page(clerk(), ConfirmPage(**at, edition=1))
    world.application.retry_reading(clerk(), RetryReading(document=name))
    world.application.fail_reading(clerk(), name, FailureReason.MEMORY)
    RetentionLocker(world.application, MemoryArchive()).step()
    print_and_sign(world, name)
    logged = world.application.log.read(0)
    events = [world.application.published(entry) for entry in logged]
    assert {event.type for event in events} == {kind.type() for kind in EVENTS}
    assert [event.sequence for event in events] == [entry.position for entry in logged]
    assert {(event.data.get("school", ""), event.data.get("commune", "")) for event in events} == {(SCHOOL, ""), ("", "XM")}
    papers = {"paper/JBSWY3DPEHPK3PXPABCD", "paper/KRSXG5BAORUGS4ZANFZQ"}
    assert {event.subject for event in events} == {f"document/{name}"} | papers
    told = str(events)
    assert not any(secret in told for secret in ("Nguyễn", "Bí mật", "Lò Văn Mẫu", "Bua", "account-1"))
    stored = b"".join(CATALOGUE.encode(entry.entry) for entry in logged).decode()
    assert "Bua" not in stored


def test_an_unknown_fact_has_no_face():
    with pytest.raises(AssertionError):
        public_event(object(), "d")  # type: ignore[arg-type]


def test_every_public_event_has_a_sample():
    assert [type(sample) for sample in SAMPLES] == list(EVENTS)


def test_the_text_of_a_document_is_given_back_whole():
    world = World()
    name = world.receive().document
    text = read_text(*BODY)
    sha256 = world.application.record_text(clerk(), name, text)
    assert encode_text(text)[1] == sha256
    assert world.application.text(name, sha256) == text
    assert world.application.text(name, "0" * 64) is None


def test_what_to_know_of_a_text_is_shown_until_it_is_read_again_without():
    world = World()
    name = world.receive().document
    ask = DocumentRequest(document=name)
    noted = msgspec.structs.replace(read_text(*BODY), notes=("bieu-mau-xfa",))
    world.application.record_text(clerk(), name, noted)
    assert world.application.document(clerk(), ask).notes == ["bieu-mau-xfa"]
    world.application.views.rebuild()
    assert world.application.document(clerk(), ask).notes == ["bieu-mau-xfa"]
    world.application.retry_reading(clerk(), RetryReading(document=name))
    world.application.record_text(clerk(), name, read_text(*BODY))
    assert world.application.document(clerk(), ask).notes == []


def test_a_text_without_notes_has_the_bytes_it_had_before_there_were_notes():
    data, sha256 = encode_text(read_text("một hai"))
    assert b"notes" not in data
    assert encode_text(decode_text(data))[1] == sha256


def test_a_received_file_keeps_what_ingest_said():
    file = received_file(b"abc", name="a.pdf", pages=7)
    world = World()
    receipt = world.application.register_document(clerk(), file)
    row = world.application.row(receipt.document)
    assert (row.name, row.pages, row.version, row.size_bytes) == ("a.pdf", 7, "v-1", 3)
