"""Builders and in-memory stand-ins for the evidence service's tests."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from pathlib import Path

import msgspec

from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.application import EvidenceApplication
from services.evidence.domain.document import ReceivedFile
from services.evidence.domain.text import ReadPage, ReadText, ReadWord
from services.evidence.errors import ObjectMissing, RetentionActive
from services.evidence.ports import ArchiveProbe, DerivedObjectMissing, KeptCorrection, ObjectFacts
from services.evidence.settings import EvidenceSettings
from shared.clock import FixedClock
from shared.contracts.events.base import CloudEvent, source_urn
from shared.identity.call_context import CallContext, Grant
from shared.identity.file_token import FileTokens
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

MONDAY = dt.datetime(2026, 9, 14, 1, 30, tzinfo=dt.UTC)
SCHOOL, OTHER_SCHOOL = "TH-BC", "THCS-XM"
KEY = bytes(range(32))


def clerk(school: str = SCHOOL) -> CallContext:
    return CallContext(
        actor="account-1", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope=school),), correlation="c-1"
    )


def auditor() -> CallContext:
    return CallContext(actor="account-9", grants=(Grant(role=Role.AUDITOR, scope_kind=ScopeKind.INSTALLATION),))


class MemoryDerived:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key, data):
        self.objects[key] = data

    def get(self, key):
        try:
            return self.objects[key]
        except KeyError:
            raise DerivedObjectMissing(key) from None

    def discard(self, folder):
        for key in [key for key in self.objects if key.startswith(f"{folder}/")]:
            del self.objects[key]

    def put_file(self, key, path):
        self.put(key, path.read_bytes())

    def open(self, key):
        return io.BytesIO(self.get(key))


class MemoryCorrections:
    """Keeps what people made of pages, as `CorrectionTables` does."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, int, KeptCorrection]] = {}

    def keep(self, correction, document, page, kept):
        assert correction not in self.rows
        self.rows[correction] = (document, page, kept)

    def of_document(self, document):
        return {key: kept for key, (of, _, kept) in self.rows.items() if of == document}

    def erase(self, document, page):
        gone = [key for key, (of, number, _) in self.rows.items() if (of, number) == (document, page)]
        for key in gone:
            del self.rows[key]
        return len(gone)

    def alter(self, was: bytes, to: bytes) -> None:
        """Change what is kept, behind the service's back."""
        for key, (document, page_, kept) in self.rows.items():
            altered = msgspec.structs.replace(kept, content=kept.content.replace(was, to))
            self.rows[key] = (document, page_, altered)

    def close(self):
        pass


class MemoryArchive:
    name = "memory"

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.locks: dict[tuple[str, str], dt.datetime] = {}
        self.failing: Exception | None = None

    def put(self, spooled, sha256):
        self._fail()
        version = str(len(self.objects) + 1)
        self.objects[sha256, version] = Path(spooled).read_bytes()
        return version

    def keep(self, data: bytes) -> tuple[str, str]:
        key = hashlib.sha256(data).hexdigest(), str(len(self.objects) + 1)
        self.objects[key] = data
        return key

    def open(self, sha256, version):
        self._fail()
        try:
            return io.BytesIO(self.objects[sha256, version])
        except KeyError:
            raise ObjectMissing from None

    def stat(self, sha256, version):
        return ObjectFacts(size_bytes=len(self.objects[sha256, version]), retained_until=self.locks.get((sha256, version)))

    def lock(self, sha256, version, until):
        self._fail()
        if until < self.locks.get((sha256, version), until):
            raise RetentionActive
        self.locks[sha256, version] = until

    def discard(self, sha256, version):
        del self.objects[sha256, version]

    def probe(self):
        return ArchiveProbe(keeps_versions=True, enforces_locks=False, detail="")

    def _fail(self):
        if self.failing is not None:
            raise self.failing


class FakeUploads:
    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.busy: set[str] = set()

    def received(self, upload):
        return self.sizes.get(upload, 0)

    def active(self, upload):
        return upload in self.busy


class World:
    """An evidence service in memory that knows one school."""

    def __init__(
        self, *, store: str = "sqlite://", views: str = "sqlite://", schools=(SCHOOL, OTHER_SCHOOL), **settings
    ) -> None:
        self.clock = FixedClock(MONDAY)
        self.derived = MemoryDerived()
        self.uploads = FakeUploads()
        self.tickets = FileTokens(KEY, self.clock)
        self.corrections = MemoryCorrections()
        made = EvidenceApplication(
            StoreSettings(store),
            self.clock,
            installation="test",
            views_url=views,
            derived=self.derived,
            printed_texts=PrintedTextTables("sqlite://"),
            correction_texts=self.corrections,
            uploads=self.uploads,
            tickets=self.tickets,
            settings=EvidenceSettings(**settings),
        )
        self.application = closed_later(made)
        for sequence, school in enumerate(schools, start=1):
            self.application.receive(school_registered(school, sequence))

    def receive(self, data: bytes = b"bytes", *, school: str = SCHOOL, name: str = "Kế hoạch.pdf", pages: int = 2):
        return self.application.register_document(clerk(school), received_file(data, school=school, name=name, pages=pages))

    def read(self, document: str, *lines: str, confidence: int = 95):
        return self.application.record_text(clerk(), document, read_text(*lines, confidence=confidence))


def received_file(
    data: bytes = b"bytes", *, school: str = SCHOOL, name: str = "Kế hoạch.pdf", pages: int = 2
) -> ReceivedFile:
    return ReceivedFile(
        school=school,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        media_type="application/pdf",
        name=name,
        version="v-1",
        pages=pages,
    )


def school_registered(
    school: str, sequence: int, *, kind: str = "vn.kiemdinh.assessment.school-registered.v1"
) -> CloudEvent:
    return CloudEvent(
        id=f"event-{sequence}",
        source=source_urn("test", "assessment"),
        type=kind,
        subject=f"school/{school}",
        time=MONDAY,
        recordedtime=MONDAY,
        sequence=sequence,
        data={"school": school, "name": "Trường thử", "kind": "tieu_hoc", "commune": "XM", "levels": []},
    )


def commune_registered(commune: str, sequence: int) -> CloudEvent:
    told = school_registered("", sequence, kind="vn.kiemdinh.assessment.commune-registered.v1")
    return msgspec.structs.replace(told, subject=f"commune/{commune}", data={"commune": commune, "name": "Xã Thử"})


def page(*lines: str, number: int = 1, confidence: int = 95) -> ReadPage:
    """A page whose words stand in a grid: one line each 40 thousandths, one word each 60; "§" starts the right half."""
    words = []
    for row, line in enumerate(lines):
        left = 100
        for text in line.split():
            if text == "§":
                left = max(left, 600)
                continue
            width = 10 * len(text)
            words.append(ReadWord(text, confidence, left, 40 * row + 20, width, 30, row, 0))
            left += width + 10
    return ReadPage(number=number, width=1240, height=1754, confidence=confidence, source="tesseract", words=tuple(words))


def read_text(*lines: str, confidence: int = 95) -> ReadText:
    """A text whose pages are parted by a line of "---"."""
    pages: list[list[str]] = [[]]
    for line in lines:
        if line == "---":
            pages.append([])
        else:
            pages[-1].append(line)
    made = tuple(page(*rows, number=n, confidence=confidence) for n, rows in enumerate(pages, start=1))
    return ReadText(engine="tesseract", engine_version="5.3.0", language="vie", pages=made)


def facts_of(application: EvidenceApplication) -> list[str]:
    return [logged.entry.fact.TOPIC.partition(".")[2] for logged in application.log.read(0)]


def plain(struct) -> dict:
    return msgspec.to_builtins(struct)
