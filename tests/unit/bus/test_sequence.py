"""The pure decisions of a consumer."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.events.sequence import EventDecoder, MalformedMessage, RetryPolicy, SequenceCheck, check_sequence
from shared.contracts.events.base import CloudEvent, event_id, source_urn, to_json

URN = source_urn("thu", "evidence")
KNOWN = "vn.kiemdinh.evidence.document-received.v1"


def an_event(sequence: int = 3, **changes) -> CloudEvent:
    moment = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    event = CloudEvent(
        id=event_id(URN, sequence),
        source=URN,
        type=KNOWN,
        subject="s",
        time=moment,
        recordedtime=moment,
        sequence=sequence,
        data={},
    )
    return msgspec.structs.replace(event, **changes)


@pytest.mark.parametrize(
    ("position", "sequence", "step"),
    [
        (0, 1, SequenceCheck.APPLY),
        (7, 8, SequenceCheck.APPLY),
        (7, 7, SequenceCheck.DUPLICATE),
        (7, 1, SequenceCheck.DUPLICATE),
        (0, 2, SequenceCheck.GAP),
        (7, 9, SequenceCheck.GAP),
    ],
)
def test_only_the_next_event_is_applied(position, sequence, step):
    assert check_sequence(position, sequence) is step


@given(st.permutations(range(1, 9)).flatmap(lambda order: st.tuples(st.just(order), st.lists(st.integers(1, 8)))))
def test_whatever_the_order_and_the_duplicates_applying_what_is_next_and_fetching_gaps_gives_each_once(deliveries):
    order, duplicates = deliveries
    applied: list[int] = []
    for sequence in [*order, *duplicates]:
        step = check_sequence(len(applied), sequence)
        if step is SequenceCheck.GAP:
            applied.extend(range(len(applied) + 1, sequence + 1))
        elif step is SequenceCheck.APPLY:
            applied.append(sequence)
    assert applied == list(range(1, 9))


def test_an_event_of_the_source_is_read_from_bytes_and_from_text():
    reader = EventDecoder("thu", "evidence", {KNOWN})
    assert reader.read(to_json(an_event())) == an_event()
    assert reader.read(to_json(an_event()).decode()) == an_event()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", "\ud800", b"null", b'{"sequence": "x"}'])
def test_what_is_no_event_is_unreadable(body):
    with pytest.raises(MalformedMessage, match="Không đọc được"):
        EventDecoder("thu", "evidence").read(body)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source": source_urn("khac", "evidence")}, "nguồn khác"),
        ({"source": source_urn("thu", "assessment")}, "nguồn khác"),
        ({"specversion": "0.3"}, "nguồn khác"),
        ({"sequence": 0}, "không khớp"),
        ({"sequence": -1}, "không khớp"),
        ({"id": "x"}, "không khớp"),
        ({"type": "vn.kiemdinh.assessment.document-received.v1"}, "Tên loại"),
        ({"type": "vn.kiemdinh.evidence.document-received.v0"}, "Tên loại"),
        ({"type": "vn.kiemdinh.evidence.document-received.v1\n"}, "Tên loại"),
        ({"type": "vn.kiemdinh.evidence.document-received.v2"}, "chưa biết"),
    ],
)
def test_an_event_that_is_not_one_of_the_source_says_why(changes, reason):
    with pytest.raises(MalformedMessage, match=reason) as refused:
        EventDecoder("thu", "evidence", {KNOWN}).read(to_json(an_event(**changes)))
    assert refused.value.sequence >= 0


def test_a_type_that_we_do_not_know_has_its_place_in_the_sources_own_feed():
    newer = an_event(type="vn.kiemdinh.evidence.something-new.v9")
    assert EventDecoder("thu", "evidence", {KNOWN}).read_own(to_json(newer)) == newer


def test_pauses_grow_up_to_the_longest():
    retry_policy = RetryPolicy(longest=5.0)
    assert [round(retry_policy.backoff(n), 1) for n in (1, 2, 3, 6, 7, 100)] == [0.1, 0.2, 0.4, 3.2, 5.0, 5.0]
