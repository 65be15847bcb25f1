"""Facts keep their topics and versions, streams decide and evolve, stores are named by URL, leaves never change form."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import ClassVar

import msgspec
import pytest

from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact, FactRegistry, UnknownFact, metadata_of
from shared.eventlog.log import microseconds, moment
from shared.identity.call_context import CallContext
from shared.problems import Unavailable
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFull, translate_database_errors
from shared.tlog.leaf import leaf_bytes, leaf_hash

NOON = dt.datetime(2026, 9, 14, 5, 0, 0, 123456, tzinfo=dt.UTC)
META = EventMetadata(actor="a", occurred=NOON)


class Received(Fact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "test.received"
    VERSION: ClassVar[int] = 3
    size_bytes: int
    media_type: str


class Other(Fact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "test.other"


def entry(fact, meta=META):
    return EventEnvelope(originator_id=uuid.UUID(int=1), originator_version=1, meta=meta, fact=fact)


def to_bytes(data):
    return {"size_bytes": data.pop("size_kilobytes") * 1000, **data}


def with_type(data):
    return {**data, "media_type": "application/pdf"}


CATALOGUE = FactRegistry(
    [Received],
    upcasters={("test.received", 1): to_bytes, ("test.received", 2): with_type},
)


def test_a_fact_is_stored_with_its_version_and_read_back():
    fact = Received(size_bytes=5, media_type="image/tiff")
    meta = EventMetadata(actor="a", occurred=NOON, correlation="c", cause="b", command="d")

    state = CATALOGUE.encode(entry(fact, meta))

    assert state.startswith(b'{"v":3,"meta":{"actor":"a","occurred":"2026-09-14T05:00:00.123456Z"')
    assert CATALOGUE.decode("test.received", state) == (meta, fact)
    assert CATALOGUE.topics == ("test.received",)


def test_older_versions_are_raised_step_by_step():
    old = b'{"v":1,"meta":{"actor":"a","occurred":"2026-09-14T05:00:00.123456Z"},"data":{"size_kilobytes":5}}'

    assert CATALOGUE.decode("test.received", old) == (META, Received(size_bytes=5000, media_type="application/pdf"))


@pytest.mark.parametrize("version", [0, 4, 99])
def test_versions_that_nobody_knows_are_refused(version):
    state = b'{"v":%d,"meta":{"actor":"a","occurred":"2026-09-14T05:00:00Z"},"data":{}}' % version
    with pytest.raises(UnknownFact):
        CATALOGUE.decode("test.received", state)


def test_topics_and_facts_outside_the_registry_are_refused():
    with pytest.raises(UnknownFact):
        CATALOGUE.decode("test.other", b"{}")
    with pytest.raises(UnknownFact):
        CATALOGUE.encode(entry(Other()))


def test_stored_data_with_fields_of_nobody_is_refused():
    state = b'{"v":3,"meta":{"actor":"a","occurred":"2026-09-14T05:00:00Z"},"data":{"size_bytes":1,"media_type":"x","y":1}}'
    with pytest.raises(msgspec.ValidationError):
        CATALOGUE.decode("test.received", state)


def test_meta_says_who_why_and_when():
    acting = CallContext(actor="a", correlation="c", cause="b", command="d")

    assert metadata_of(acting, NOON) == EventMetadata(actor="a", occurred=NOON, correlation="c", cause="b", command="d")
    earlier = NOON - dt.timedelta(days=3)
    assert metadata_of(msgspec.structs.replace(acting, occurred=earlier), NOON).occurred == earlier


class Counter(Aggregate):
    def __init__(self, stream_id):
        super().__init__(stream_id)
        self.seen = []

    def apply(self, fact, meta, version):
        self.seen.append(version)


def test_a_stream_applies_what_it_records_and_hands_it_over_once():
    stream = Counter(uuid.UUID(int=1))
    assert not stream.changed
    stream.record(Other(), META)
    stream.record(Other(), META)

    assert stream.changed
    assert [e.originator_version for e in stream.collect_events()] == [1, 2]
    assert not stream.changed
    assert stream.collect_events() == []
    assert stream.seen == [1, 2]


def test_a_replayed_stream_stands_where_it_stood_and_knows_its_commands():
    stream = Counter(uuid.UUID(int=1))
    stream.record(Other(), msgspec.structs.replace(META, command="c-1"))
    stream.record(Other(), META)

    replayed = Counter(uuid.UUID(int=1)).replay(stream.collect_events())

    assert (replayed.version, replayed.seen, replayed.changed) == (2, [1, 2], False)
    assert stream.has_processed("c-1")
    assert replayed.has_processed("c-1")
    assert not replayed.has_processed("c-2")
    assert not replayed.has_processed("")


def test_the_form_of_a_leaf_is_fixed_for_ever():
    stream = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
    data = leaf_bytes(stream, 12, "test.chữ", b'{"v":1}', 1_764_000_000_123_456)

    assert data == (
        b"kiemdinh-leaf-v1\x00"
        b"\0\0\0\0\0\0\0\x2000112233445566778899aabbccddeeff"
        b"\0\0\0\0\0\0\0\x0212"
        b"\0\0\0\0\0\0\0\x0atest.ch\xe1\xbb\xaf"
        b'\0\0\0\0\0\0\0\x07{"v":1}'
        b"\0\0\0\0\0\0\0\x101764000000123456"
    )
    assert leaf_hash(stream, 12, "test.chữ", b'{"v":1}', 1_764_000_000_123_456) == hashlib.sha256(b"\0" + data).digest()


def test_moments_are_kept_to_the_microsecond():
    assert moment(microseconds(NOON)) == NOON
    assert microseconds(dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=dt.UTC)) == 1_000_000


def test_a_url_becomes_the_settings_of_one_store():
    file = StoreSettings("sqlite:////srv/kiem dinh/a%20b/log.sqlite")
    assert file.sqlite_database() == "/srv/kiem dinh/a%20b/log.sqlite"
    assert StoreSettings("sqlite:///relative.sqlite").sqlite_database() == "relative.sqlite"

    first, second = StoreSettings("sqlite://").sqlite_database(), StoreSettings("sqlite:///:memory:").sqlite_database()
    assert "mode=memory" in first
    assert first != second

    assert StoreSettings("postgresql://u:p%40ss@db.vn:5433/evidence").postgres_parameters() == {
        "dbname": "evidence",
        "host": "db.vn",
        "port": "5433",
        "user": "u",
        "password": "p@ss",
    }


@pytest.mark.parametrize("url", ["", "mysql://x", "/srv/log.sqlite", "sqlite:/x", "postgresql:x"])
def test_what_names_no_store_is_refused(url):
    with pytest.raises(ValueError, match="not a store"):
        StoreSettings(url)


def test_a_full_disk_and_a_store_that_is_away_are_told_apart():
    from eventsourcing.persistence import OperationalError

    for text, problem in (
        ("database or disk is full", StoreFull),
        ("No space left on device", StoreFull),
        ("locked", Unavailable),
    ):
        with pytest.raises(problem), translate_database_errors():
            raise OperationalError(text)
