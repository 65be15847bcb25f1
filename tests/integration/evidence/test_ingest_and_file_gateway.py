"""Files on their way in and out: spool, checks, archive, log, and the file gateway before them."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import json
import os
import threading
import time
import urllib.parse
from pathlib import Path

import pytest
from PIL import Image

from deploy.demo.scans import hostile
from services.evidence.adapters import spool as spool_module
from services.evidence.adapters.correction_texts import CorrectionTables
from services.evidence.adapters.folder_archive import FolderArchive
from services.evidence.adapters.folder_derived import FolderDerived
from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.adapters.spool import Spool
from services.evidence.adapters.subprocesses import SubprocessFileInspector
from services.evidence.application import EvidenceApplication
from services.evidence.derived_objects import image_key
from services.evidence.domain.validation import FileLimits
from services.evidence.errors import ArchiveUnavailable, BeingUploaded, StorageFull, TruncatedFile, WrongChecksum
from services.evidence.file_gateway import FileGatewaySettings, create_file_gateway
from services.evidence.ingest import Ingest, Upload
from services.evidence.settings import EvidenceSettings
from shared.clock import FixedClock
from shared.contracts.calls.evidence import (
    DocumentRequest,
    OpenDownload,
    OpenPhotoUpload,
    OpenUpload,
    OpenWorkPhotoUpload,
    ReceiptRequest,
)
from shared.identity.file_token import FileTokens
from shared.ids import new_id
from shared.problems import Problem, Unavailable
from shared.storage.database_url import StoreSettings
from tests.opened import closed_later
from tests.unit.evidence.evidence_kit import KEY, MONDAY, SCHOOL, clerk, facts_of, read_text, school_registered


def picture(kind: str = "PNG", **how) -> bytes:
    into = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((64, 48)).save(into, kind, **how)
    return into.getvalue()


PNG = picture()


class Everybody:
    """Grantees who all stand; that they fall is shown with the real identity, in test_tickets_end.py."""

    def may_still(self, *, actor: str, sitting: str, operation: str, school: str) -> bool:
        return bool(actor and operation and school)


class House:
    """A whole evidence service on disk, with its file gateway."""

    def __init__(
        self, folder: Path, inspector: SubprocessFileInspector, *, portal: str = "", limits: FileLimits | None = None
    ) -> None:
        self.folder = folder
        self.clock = FixedClock(MONDAY)
        self.tickets = FileTokens(KEY, self.clock)
        self.spool = Spool(folder / "spool")
        self.archive = FolderArchive(folder / "archive", self.clock)
        self.derived = FolderDerived(folder / "derived")
        self.inspector = inspector
        made = EvidenceApplication(
            StoreSettings(f"sqlite:///{folder}/log.sqlite"),
            self.clock,
            installation="test",
            views_url=f"sqlite:///{folder}/views.sqlite",
            derived=self.derived,
            printed_texts=PrintedTextTables("sqlite://"),
            correction_texts=CorrectionTables("sqlite://"),
            uploads=self.spool,
            tickets=self.tickets,
            settings=EvidenceSettings(limits=limits or FileLimits()),
        )
        self.application = closed_later(made)
        self.application.receive(school_registered(SCHOOL, 1))
        self.ingest = Ingest(self.application, self.spool, self.archive, self.inspector)
        self.grantees = Everybody()
        settings = FileGatewaySettings(portal=portal)
        self.door = create_file_gateway(self.application, self.ingest, self.archive, self.tickets, self.grantees, settings)
        self.http = self.door.test_client()

    def upload(self, data: bytes, name: str = "a.png", *, sha256: str = "", size: int | None = None) -> Upload:
        size = len(data) if size is None else size
        return Upload(upload=str(new_id()), school=SCHOOL, name=name, size=size, sha256=sha256, actor="account-1")

    def send(self, data: bytes, name: str = "a.png", **more):
        upload = self.upload(data, name, **more)
        return self.ingest.put(upload, 0, io.BytesIO(data), len(data))

    def left_behind(self) -> list[str]:
        kept = [p for p in (self.folder / "archive").rglob("*") if p.is_file()]
        return [str(p) for p in [*kept, *(self.folder / "spool").glob("*")]]

    def opened(self, data: bytes, name: str = "a.png", *, promise: bool = True):
        sha256 = hashlib.sha256(data).hexdigest() if promise else ""
        return self.application.open_upload(
            clerk(), OpenUpload(school=SCHOOL, name=name, size_bytes=len(data), sha256=sha256)
        )

    def put(self, opened, offset: int, piece: bytes, **headers):
        sent = {"Authorization": f"Ticket {opened.ticket}", "Upload-Offset": str(offset), **headers}
        length = {"CONTENT_LENGTH": str(len(piece))}
        return self.http.put(opened.url, data=piece, headers=sent, environ_overrides=length)

    def head(self, opened):
        return self.http.head(opened.url, headers={"Authorization": f"Ticket {opened.ticket}"})


@pytest.fixture(scope="module")
def inspector():
    made = SubprocessFileInspector()
    yield made
    made.close()


@pytest.fixture
def house(tmp_path, inspector):
    return House(tmp_path, inspector)


# ---- ingest


def test_a_file_is_kept_before_its_receipt_is_given(house):
    receipt = house.send(PNG, "Sơ đồ.png").receipt
    assert receipt is not None
    assert receipt.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (receipt.name, receipt.media_type, receipt.position) == ("Sơ đồ.png", "image/png", 1)
    row = house.application.row(receipt.document)
    with house.archive.open(row.sha256, row.version) as kept:
        assert kept.read() == PNG
    assert list((house.folder / "spool").glob("*.part")) == []


def test_every_bad_file_meets_its_problem_and_leaves_nothing(house, tmp_path):
    for bad in hostile(tmp_path / "hostile"):
        name = bad.path.name
        before = facts_of(house.application)
        if bad.path.stat().st_size in {0} or bad.problem == "tep-qua-lon":
            with pytest.raises(Problem) as told:
                house.application.open_upload(
                    clerk(), OpenUpload(school=SCHOOL, name=name, size_bytes=bad.path.stat().st_size)
                )
            assert told.value.type == bad.problem
            continue
        data = bad.path.read_bytes()
        if not bad.problem:
            assert house.send(data, name).receipt is not None
            continue
        with pytest.raises(Problem) as told:
            house.send(data, name)
        assert told.value.type == bad.problem, name
        assert facts_of(house.application) == before
    assert list((house.folder / "spool").glob("*.part")) == []
    names = [row.name for row in house.application.documents_to_lock()]
    assert all(name.isprintable() and "/" not in name for name in names)
    assert any("12.pdf" in name for name in names)


def test_a_wrong_checksum_is_refused_and_nothing_kept(house):
    with pytest.raises(WrongChecksum) as told:
        house.send(PNG, sha256="0" * 64)
    assert told.value.type == "sai-ma-bam"
    assert house.left_behind() == []
    assert facts_of(house.application) == []


def test_slices_may_come_one_by_one_and_the_offset_is_checked(house):
    upload = house.upload(PNG)
    assert house.ingest.put(upload, 0, io.BytesIO(PNG[:10]), 10).received == 10
    with pytest.raises(BeingUploaded) as told:
        house.ingest.put(upload, 4, io.BytesIO(PNG[4:]), len(PNG) - 4)
    assert told.value.data["received_bytes"] == 10
    assert house.ingest.progress(upload).received == 10
    assert house.ingest.put(upload, 10, io.BytesIO(PNG[10:]), len(PNG) - 10).receipt is not None
    assert house.ingest.progress(upload).receipt is not None


def test_what_came_of_a_broken_slice_stays_and_the_sender_goes_on(house):
    upload = house.upload(PNG)
    with pytest.raises(TruncatedFile, match="Tệp đến thiếu"):
        house.ingest.put(upload, 0, io.BytesIO(PNG[:20]), len(PNG))
    assert house.ingest.progress(upload).received == 20
    assert house.ingest.put(upload, 20, io.BytesIO(PNG[20:]), len(PNG) - 20).receipt is not None


def test_a_restart_takes_the_hash_again_from_the_file(house):
    upload = house.upload(PNG, sha256=hashlib.sha256(PNG).hexdigest())
    house.ingest.put(upload, 0, io.BytesIO(PNG[:20]), 20)
    again = Ingest(house.application, Spool(house.folder / "spool"), house.archive, house.inspector)
    assert again.put(upload, 20, io.BytesIO(PNG[20:]), len(PNG) - 20).receipt is not None


def test_more_bytes_than_announced_are_refused(house):
    upload = house.upload(PNG, size=10)
    with pytest.raises(WrongChecksum):
        house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG))
    assert house.left_behind() == []


def test_a_sender_that_missed_the_answer_gets_it_again(house):
    upload = house.upload(PNG)
    first = house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG)).receipt
    assert house.ingest.put(upload, len(PNG), io.BytesIO(b""), 0).receipt == first
    assert house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG)).receipt == first


def test_the_same_file_from_many_places_at_once_is_one_document(house):
    data = PNG
    answers, barrier = [], threading.Barrier(4)

    def send():
        barrier.wait()
        answers.append(house.send(data).receipt)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len({answer.document for answer in answers}) == 1
    assert sum(not answer.already_kept for answer in answers) == 1
    assert facts_of(house.application) == ["document-received"]


def test_two_that_write_one_upload_do_not_mix_their_bytes(house):
    upload = house.upload(PNG)
    with house.spool.acquire(upload.upload), pytest.raises(BeingUploaded) as told:
        house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG))
    assert told.value.type == "dang-tai"


def test_one_that_opened_before_the_end_cannot_write_into_what_is_kept(house):
    upload = house.upload(PNG)
    late = house.spool._part(upload.upload)
    house.ingest.put(upload, 0, io.BytesIO(PNG[:9]), 9)
    with late.open("ab+") as handle:
        house.ingest.put(upload, 9, io.BytesIO(PNG[9:]), len(PNG) - 9)
        with pytest.raises(BeingUploaded):
            house.spool._lock(handle, upload.upload)


def test_an_archive_that_is_away_keeps_the_bytes_for_another_try(house, monkeypatch):
    upload = house.upload(PNG)
    with monkeypatch.context() as patched:
        patched.setattr(house.archive, "put", lambda *_: (_ for _ in ()).throw(ArchiveUnavailable()))
        with pytest.raises(ArchiveUnavailable):
            house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG))
    assert facts_of(house.application) == []
    assert house.ingest.progress(upload).received == len(PNG)
    assert house.ingest.put(upload, len(PNG), io.BytesIO(b""), 0).receipt is not None


def test_a_log_that_is_away_after_the_archive_leaves_an_orphan_that_serves_the_next_try(house, monkeypatch):
    upload = house.upload(PNG)
    with monkeypatch.context() as patched:
        patched.setattr(house.application, "register_document", lambda *_: (_ for _ in ()).throw(Unavailable("log")))
        with pytest.raises(Unavailable):
            house.ingest.put(upload, 0, io.BytesIO(PNG), len(PNG))
    assert facts_of(house.application) == []
    receipt = house.ingest.put(upload, len(PNG), io.BytesIO(b""), 0).receipt
    assert receipt is not None
    assert house.application.row(receipt.document).version == "1"


class FullAfter:
    """A sender whose bytes meet a full disk after some writes."""

    def __init__(self, data: bytes, monkeypatch, after: int) -> None:
        self.data = io.BytesIO(data)
        self.calls = 0
        real = os.fsync

        def fsync(descriptor):
            self.calls += 1
            if self.calls > after:
                raise OSError(errno.ENOSPC, "full")
            real(descriptor)

        monkeypatch.setattr(spool_module.os, "fsync", fsync)

    def read(self, size: int, /) -> bytes:
        return self.data.read(size)


@pytest.mark.parametrize("after", range(12))
def test_a_disk_that_fills_up_at_any_step_keeps_nothing_half_done(house, monkeypatch, after):
    upload = house.upload(PNG)
    with monkeypatch.context() as patched:
        source = FullAfter(PNG, patched, after)
        try:
            receipt = house.ingest.put(upload, 0, source, len(PNG)).receipt
        except StorageFull:
            receipt = None
    kept = facts_of(house.application)
    assert (receipt is not None) == (kept == ["document-received"])
    if receipt is None:
        again = house.ingest.put(upload, house.ingest.progress(upload).received, io.BytesIO(PNG), len(PNG))
        assert again.receipt is not None
        assert facts_of(house.application) == ["document-received"]


def test_a_full_disk_takes_a_slice_back_so_that_the_offset_before_it_stands(house, monkeypatch):
    upload = house.upload(PNG)
    house.ingest.put(upload, 0, io.BytesIO(PNG[:20]), 20)
    with monkeypatch.context() as patched:
        source = FullAfter(PNG[20:], patched, 0)
        with pytest.raises(StorageFull):
            house.ingest.put(upload, 20, source, len(PNG) - 20)
    assert house.ingest.progress(upload).received == 20


def test_a_connection_that_breaks_keeps_what_came(house):
    class Breaking:
        def __init__(self):
            self.pieces = [PNG[:20]]

        def read(self, size: int, /) -> bytes:
            if self.pieces:
                return self.pieces.pop()
            raise ConnectionResetError

    upload = house.upload(PNG)
    with pytest.raises(ConnectionResetError):
        house.ingest.put(upload, 0, Breaking(), len(PNG))
    assert house.ingest.progress(upload).received == 20
    assert house.ingest.put(upload, 20, io.BytesIO(PNG[20:]), len(PNG) - 20).receipt is not None


def test_uploads_that_nobody_went_on_with_are_swept(house):
    upload = house.upload(PNG)
    house.ingest.put(upload, 0, io.BytesIO(PNG[:20]), 20)
    assert house.ingest.sweep() == 0
    os.utime(house.spool._part(upload.upload), (0, 0))
    assert house.ingest.sweep() == 1
    house.ingest.put(upload, 0, io.BytesIO(PNG[:20]), 20)
    yesterday = time.time() - house.application.settings.upload_ticket_s - 60
    os.utime(house.spool._part(upload.upload), (yesterday, yesterday))
    assert house.ingest.sweep() == 0
    assert house.ingest.sweep(short_of_room=True) == 1
    assert Spool(house.folder / "nowhere").sweep(1) == 0


def test_an_upload_counts_as_active_while_it_is_written_and_just_after(house):
    upload = house.upload(PNG).upload
    assert not house.spool.active(upload)
    with house.spool.acquire(upload):
        os.utime(house.spool._part(upload), (0, 0))
        assert house.spool.active(upload)
    assert not house.spool.active(upload)
    os.utime(house.spool._part(upload))
    assert house.spool.active(upload)


def test_an_upload_id_that_is_none_is_no_path(house):
    with pytest.raises(ValueError, match="UUID"):
        house.spool.received("../../etc/passwd")


def test_the_free_space_is_told(house):
    assert house.spool.free_bytes() > 0


def test_running_hashes_are_few(house, monkeypatch):
    monkeypatch.setattr(spool_module, "_MOST_RUNNING", 2)
    for _ in range(4):
        house.ingest.put(house.upload(PNG), 0, io.BytesIO(PNG[:20]), 20)
    assert len(house.spool._running) == 2


# ---- the file gateway: in


def test_a_file_goes_through_the_door_in_slices(house):
    opened = house.opened(PNG)
    first = house.put(opened, 0, PNG[:30])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "30")
    asked = house.head(opened)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "30")
    last = house.put(opened, 30, PNG[30:])
    assert last.status_code == 201
    assert last.headers["Consistency-Token"] == f"evidence={json.loads(last.data)['position']}"
    receipt = json.loads(last.data)
    assert receipt["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert receipt["already_kept"] is False
    again = house.put(opened, len(PNG), b"")
    assert (again.status_code, json.loads(again.data)) == (201, receipt)


def test_the_door_answers_where_its_prefix_was_stripped_before(house):
    opened = house.opened(PNG)
    headers = {"Authorization": f"Ticket {opened.ticket}"}
    assert house.http.put(opened.url.removeprefix("/door"), data=PNG, headers=headers).status_code == 201
    assert house.http.get("/door/health").status_code == house.http.get("/health").status_code == 200


def test_an_offset_that_is_wrong_is_told_the_right_one(house):
    opened = house.opened(PNG)
    house.put(opened, 0, PNG[:30])
    answer = house.put(opened, 10, PNG[10:])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "30")
    assert answer.json["type"] == "dang-tai"
    assert house.put(opened, 0, PNG, **{"Upload-Offset": "-1"}).status_code == 400


def test_an_upload_must_say_how_long_it_is(house):
    opened = house.opened(PNG)
    answer = house.http.put(
        opened.url,
        input_stream=io.BytesIO(PNG),
        headers={"Authorization": f"Ticket {opened.ticket}", "Transfer-Encoding": "chunked"},
    )
    assert (answer.status_code, answer.json["type"]) == (411, "thieu-do-dai")


def test_a_short_body_is_a_cut_file(house):
    opened = house.opened(PNG)
    headers = {"Authorization": f"Ticket {opened.ticket}"}
    length = {"CONTENT_LENGTH": str(len(PNG))}
    answer = house.http.put(opened.url, data=PNG[:40], headers=headers, environ_overrides=length)
    assert (answer.status_code, answer.json["type"]) == (422, "tep-dut")
    assert house.head(opened).headers["Upload-Offset"] == "40"


@pytest.mark.parametrize("scheme", ["", "Ticket ", "Ticket nonsense", "Bearer kd_x"])
def test_nobody_enters_without_a_ticket(house, scheme):
    opened = house.opened(PNG)
    answer = house.http.put(opened.url, data=PNG, headers={"Authorization": scheme})
    assert (answer.status_code, answer.json["type"]) == (401, "het-phien")
    assert house.left_behind() == []


def test_a_ticket_opens_only_what_it_was_issued_for(house):
    first, second = house.opened(PNG), house.opened(PNG + b"x")
    headers = {"Authorization": f"Ticket {first.ticket}"}
    assert house.http.put(second.url, data=PNG, headers=headers).status_code == 401
    assert house.http.get(f"/door/files?ticket={first.ticket}").status_code == 401
    form = house.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="", size_bytes=0))
    assert house.http.put(first.url, data=PNG, headers={"Authorization": f"Ticket {form.ticket}"}).status_code == 401


def photo_of_a_visit(house, data: bytes, name: str):
    request = OpenPhotoUpload(school=SCHOOL, inspection="v-1", name=name, size_bytes=len(data))
    return house.put(house.application.open_photo_upload(clerk(), request), 0, data)


def test_the_team_of_a_visit_brings_a_photo_in(house):
    answer = photo_of_a_visit(house, PNG, "a.png")
    assert (answer.status_code, answer.json["media_type"]) == (201, "image/png")


def test_a_paper_is_no_photo_of_a_visit_whatever_its_name(house):
    answer = photo_of_a_visit(house, picture("PDF"), "a.png")
    assert (answer.status_code, answer.json["type"]) == (415, "sai-loai")
    assert "Văn bản PDF thì trường tải lên" in answer.json["detail"]
    assert house.left_behind() == []


def test_a_ticket_for_a_photo_opens_as_long_as_its_grantee_may_send_photos(house):
    asked = []
    house.grantees.may_still = lambda **named: asked.append(named["operation"]) or False
    assert photo_of_a_visit(house, PNG, "a.png").status_code == 401
    assert asked == ["evidence.open_photo_upload"]


def test_the_economic_office_brings_in_photos_of_a_work_and_nothing_else_while_it_may(house):
    def sent(data: bytes):
        asked = OpenWorkPhotoUpload(school=SCHOOL, need="nc-1", name="a.png", size_bytes=len(data))
        return house.put(house.application.open_work_photo_upload(clerk(), asked), 0, data)

    assert (sent(PNG).status_code, sent(picture("PDF")).json["type"]) == (201, "sai-loai")
    form_asked = OpenWorkPhotoUpload(school=SCHOOL, need="nc-1", name="", size_bytes=0)
    ticket = house.application.open_work_photo_upload(clerk(), form_asked).ticket
    answer = form(house, [("a.png", PNG), ("b.png", picture("PDF"))], ticket=ticket, back="/xa/NAM-LAM/nhu-cau/nc-1")
    assert (len(told(answer)["bien-nhan"]), told(answer)["tu-choi"]) == (1, ["sai-loai"])
    asked = []
    house.grantees.may_still = lambda **named: asked.append(named["operation"]) or False
    assert sent(PNG + b"x").status_code == 401
    assert asked == ["evidence.open_work_photo_upload"]


def test_a_refusal_is_problem_json_with_safe_headers(house):
    opened = house.opened(b"MZ program", name="a.pdf")
    answer = house.put(opened, 0, b"MZ program")
    assert answer.status_code == 415
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "sai-loai"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_door_of_its_own_lets_the_portals_scripts_in_and_no_others(tmp_path, inspector):
    house = House(tmp_path, inspector, portal="https://portal.example")
    opened = house.opened(PNG)
    mine = house.http.options(opened.url, headers={"Origin": "https://portal.example"})
    assert mine.headers["Access-Control-Allow-Origin"] == "https://portal.example"
    assert "Upload-Offset" in mine.headers["Access-Control-Allow-Headers"]
    other = house.http.options(opened.url, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_an_unknown_address_and_an_inner_error_are_problems_too(house, monkeypatch):
    nothing = house.http.get("/door/nothing")
    assert (nothing.status_code, nothing.get_json()["type"]) == (404, "khong-co")
    monkeypatch.setattr(house.ingest, "progress", lambda _upload: 1 / 0)
    assert house.head(house.opened(PNG)).status_code == 500


# ---- the form


def test_a_form_of_photos_takes_images_and_nothing_else(house):
    asked = OpenPhotoUpload(school=SCHOOL, inspection="v-1", name="", size_bytes=0)
    ticket = house.application.open_photo_upload(clerk(), asked).ticket
    files = [("a.png", PNG), ("b.png", picture("PDF"))]
    answer = form(house, files, ticket=ticket, back="/xa/NAM-LAM/kiem-tra/v-1/anh?truong=TH-BC")
    assert answer.status_code == 303
    assert "/anh?truong=TH-BC&bien-nhan=" in answer.headers["Location"]
    assert (len(told(answer)["bien-nhan"]), told(answer)["tu-choi"]) == (1, ["sai-loai"])


def form(house, files, *, ticket: str | None = None, back: str = "", accept: str = "*/*"):
    if ticket is None:
        ticket = house.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="", size_bytes=0)).ticket
    data = {"ticket": ticket, "back": back, "tep": [(io.BytesIO(body), name) for name, body in files]}
    return house.http.post("/door/form", data=data, headers={"Accept": accept})


def told(answer) -> dict[str, list[str]]:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)


def test_a_form_with_several_files_goes_back_with_what_came_of_each(house):
    answer = form(house, [("a.png", PNG), ("b.png", PNG), ("c.pdf", b"MZ"), ("", b"")])
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/truong/{SCHOOL}/tai-len?")
    assert told(answer) == {"bien-nhan": ["1,1*"], "tu-choi": ["sai-loai"]}
    assert facts_of(house.application) == ["document-received"]


@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/truong/TH-BC/minh-chung?trang=2", "/truong/TH-BC/minh-chung?trang=2&"),
        ("//evil.example/x", f"/truong/{SCHOOL}/tai-len?"),
        ("https://evil.example", f"/truong/{SCHOOL}/tai-len?"),
        ("/\\evil.example", f"/truong/{SCHOOL}/tai-len?"),
        ("/a\r\nSet-Cookie: x", f"/truong/{SCHOOL}/tai-len?"),
    ],
)
def test_a_form_goes_back_to_the_portal_and_nowhere_else(house, back, path):
    assert form(house, [("a.png", PNG)], back=back).headers["Location"].startswith(path)


def test_a_file_too_large_for_the_form_is_refused_and_the_next_one_taken(tmp_path, inspector):
    house = House(tmp_path, inspector, limits=FileLimits(max_bytes=len(PNG)))
    answer = form(house, [("big.png", PNG + bytes(300_000)), ("a.png", PNG), ("empty.png", b"")])
    assert told(answer) == {"bien-nhan": ["1"], "tu-choi": ["tep-qua-lon,tep-rong"]}
    assert list((tmp_path / "spool").glob("*.part")) == []


def test_a_form_without_a_ticket_is_refused_as_a_page(house):
    answer = form(house, [("a.png", PNG)], ticket="", accept="text/html")
    assert answer.status_code == 401
    assert answer.content_type.startswith("text/html")
    assert "<h1>" in answer.text
    upload = house.opened(PNG)
    assert form(house, [("a.png", PNG)], ticket=upload.ticket).status_code == 401
    assert house.left_behind() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (
            b"--x\r\nContent-Disposition: form-data; name=tep; filename=a.png\r\n\r\nabc",
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"garbage", "multipart/form-data; boundary=x", 400),
        (b"a=b", "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_form_that_is_not_whole_is_refused(house, body, kind, status):
    answer = house.http.post("/door/form", data=body, content_type=kind)
    assert answer.status_code in {status, 401}
    assert facts_of(house.application) == []


def test_a_form_must_say_how_long_it_is(house):
    answer = house.http.post(
        "/door/form",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert (answer.status_code, answer.json["type"]) == (411, "thieu-do-dai")


def test_a_form_that_breaks_off_inside_a_file_keeps_nothing_of_it(house):
    ticket = house.application.open_upload(clerk(), OpenUpload(school=SCHOOL, name="", size_bytes=0)).ticket
    body = (
        f'--x\r\nContent-Disposition: form-data; name="ticket"\r\n\r\n{ticket}\r\n'
        '--x\r\nContent-Disposition: form-data; name="tep"; filename="a.png"\r\n\r\n'
    ).encode() + PNG
    answer = house.http.post("/door/form", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert facts_of(house.application) == []
    assert list((house.folder / "spool").glob("*.part")) == []


# ---- the file gateway: out


def download(house, document: str, **more):
    return house.http.get(house.application.open_download(clerk(), OpenDownload(document=document, **more)).url)


def test_the_original_comes_back_as_an_attachment_byte_for_byte(house):
    receipt = house.send(PNG, "Sơ đồ “lớp”.png").receipt
    answer = download(house, receipt.document)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.data == PNG
    assert answer.content_length == len(PNG)
    assert answer.content_type == "image/png"
    plain, star = answer.headers["Content-Disposition"].split("; ")[1:]
    assert (plain, star) == (
        'filename="So do _lop_.png"',
        "filename*=UTF-8''" + urllib.parse.quote("Sơ đồ “lớp”.png"),
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["ETag"] == f'"{receipt.sha256}"'
    answer.close()


def test_a_file_kept_by_its_content_says_so_and_is_saved_under_the_right_extension(house):
    receipt = house.send(picture("JPEG"), "Ảnh họp 12%20/5.heic").receipt
    assert (receipt.name, receipt.media_type) == ("Ảnh họp 12%20-5.heic", "image/jpeg")
    assert receipt.remarks == ["Tên tệp ghi .heic nhưng nội dung là JPEG; đã giữ theo nội dung."]
    asked = house.application.receipt(clerk(), ReceiptRequest(position=receipt.position))
    assert asked.remarks == receipt.remarks
    answer = download(house, receipt.document)
    assert 'filename="Anh hop 12_20-5.jpg"' in answer.headers["Content-Disposition"]
    assert answer.content_type == "image/jpeg"
    answer.close()


def part(house, receipt, asked: str, **more):
    url = house.application.open_download(clerk(), OpenDownload(document=receipt.document)).url
    return house.http.get(url, headers={"Range": asked, **more})


@pytest.mark.parametrize(
    ("asked", "bytes_of", "said"),
    [
        ("bytes=0-9", slice(0, 10), "bytes 0-9/{}"),
        ("bytes=100-", slice(100, None), "bytes 100-{last}/{}"),
        ("bytes=-7", slice(-7, None), "bytes {seventh}-{last}/{}"),
        ("bytes=10-999999", slice(10, None), "bytes 10-{last}/{}"),
    ],
)
def test_a_download_goes_on_where_it_broke_off(house, asked, bytes_of, said):
    receipt, size = house.send(PNG).receipt, len(PNG)
    answer = part(house, receipt, asked)
    assert (answer.status_code, answer.data) == (206, PNG[bytes_of])
    assert answer.headers["Content-Range"] == said.format(size, last=size - 1, seventh=size - 7)
    assert answer.content_length == len(PNG[bytes_of])
    assert answer.headers["ETag"] == f'"{receipt.sha256}"'
    answer.close()


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=", "bytes=" + "9" * 5000 + "-"])
def test_what_is_no_single_range_of_bytes_gets_the_whole(house, asked):
    answer = part(house, house.send(PNG).receipt, asked)
    assert (answer.status_code, answer.data) == (200, PNG)
    answer.close()


def test_a_range_beyond_the_end_is_told_how_long_the_file_is(house):
    for asked in (f"bytes={len(PNG)}-", "bytes=9999999-"):
        answer = part(house, house.send(PNG).receipt, asked)
        assert (answer.status_code, answer.json["type"]) == (416, "ngoai-tep")
        assert answer.headers["Content-Range"] == f"bytes */{len(PNG)}"


def test_a_download_goes_on_only_with_the_very_file_that_it_began_with(house):
    receipt = house.send(PNG).receipt
    same = part(house, receipt, "bytes=5-", **{"If-Range": f'"{receipt.sha256}"'})
    other = part(house, receipt, "bytes=5-", **{"If-Range": '"' + "0" * 64 + '"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert (same.data, other.data) == (PNG[5:], PNG)
    same.close()
    other.close()


def test_a_head_says_that_parts_are_given_and_reads_nothing(house, monkeypatch):
    receipt = house.send(PNG, "Sơ đồ.png").receipt
    monkeypatch.setattr(house.archive, "open", None)
    url = house.application.open_download(clerk(), OpenDownload(document=receipt.document)).url
    answer = house.http.head(url)
    assert (answer.status_code, answer.content_length, answer.data) == (200, len(PNG), b"")
    assert answer.headers["Accept-Ranges"] == "bytes"
    (kept,) = [p for p in (house.folder / "archive").rglob("*") if p.is_file()]
    kept.unlink()
    assert house.http.head(url).status_code == 500


def test_no_part_of_an_original_that_was_changed_is_given_out(house):
    receipt = house.send(PNG).receipt
    (kept,) = [p for p in (house.folder / "archive").rglob("*") if p.is_file()]
    kept.chmod(0o644)
    kept.write_bytes(PNG[:-1] + b"!")
    answer = part(house, receipt, "bytes=0-9")
    assert (answer.status_code, answer.json["type"]) == (500, "sai-lech")
    assert PNG[:10] not in answer.data


def test_an_original_that_was_changed_on_the_disk_is_not_given_out(house):
    receipt = house.send(PNG).receipt
    (kept,) = [p for p in (house.folder / "archive").rglob("*") if p.is_file()]
    kept.chmod(0o644)
    kept.write_bytes(PNG[:-1] + b"!")
    answer = download(house, receipt.document)
    assert (answer.status_code, answer.json["type"]) == (500, "sai-lech")
    assert PNG[:20] not in answer.data
    kept.unlink()
    assert download(house, receipt.document).json["type"] == "mat-ban-luu"


def test_page_images_are_given_once_they_are_made(house):
    receipt = house.send(PNG).receipt
    sha256 = house.application.record_text(clerk(), receipt.document, read_text("chữ"))
    view = house.application.document(clerk(), DocumentRequest(document=receipt.document))
    missing = house.http.get(view.pages[0].image_url)
    assert (missing.status_code, missing.json["type"]) == (404, "trang-khong-co")
    house.derived.put(image_key(receipt.document, sha256, "page-0001.webp"), b"RIFFpage")
    house.derived.put(image_key(receipt.document, sha256, "thumb-0001.webp"), b"RIFFthumb")
    page, thumbnail = house.http.get(view.pages[0].image_url), house.http.get(view.pages[0].thumbnail_url)
    assert (page.data, thumbnail.data, page.content_type) == (b"RIFFpage", b"RIFFthumb", "image/webp")


def test_a_ticket_for_a_file_runs_out(house):
    receipt = house.send(PNG).receipt
    url = house.application.open_download(clerk(), OpenDownload(document=receipt.document)).url
    house.clock.move(dt.timedelta(hours=1))
    assert house.http.get(url).status_code == 401
    assert house.http.get("/door/files").status_code == 401
