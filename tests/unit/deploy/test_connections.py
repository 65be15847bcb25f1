"""Which connection goes, when, and which head is refused: decided without a socket."""

from __future__ import annotations

import errno

from hypothesis import given
from hypothesis import strategies as st

from deploy.serving import request_head
from deploy.serving.connections import NO_DESCRIPTORS, ClientConnection, ConnectionLimits, ConnectionTable, Phase, fitting
from deploy.serving.refusals import refusal, wants_page
from deploy.serving.wsgi import limits_for

LIMITS = ConnectionLimits(most=3, most_per_address=2, head_s=10, idle_s=60, body_s=60, body_bytes=100)


class Door:
    """Lines with what was cut."""

    def __init__(self, limits: ConnectionLimits = LIMITS) -> None:
        self.clients = ConnectionTable(limits)
        self.cut: list[str] = []

    def come(self, name: str, address: str = "", now: float = 0.0) -> ClientConnection | None:
        client = ClientConnection(address or name, now, lambda: self.cut.append(name))
        return client if self.clients.admit(client) else None


def test_a_full_house_cuts_the_one_that_has_been_silent_for_longest() -> None:
    door = Door()
    for n, name in enumerate("abc"):
        door.come(name, now=n)

    assert door.come("d", now=9)
    assert door.cut == ["a"]
    assert len(door.clients) == 3


def test_one_that_is_being_answered_is_never_cut_and_then_the_new_one_is_refused() -> None:
    door = Door()
    for name in "abc":
        client = door.come(name)
        assert client
        client.turn(Phase.ANSWER, 1.0)

    assert door.come("d") is None
    assert door.cut == []


def test_an_upload_that_stands_still_goes_before_one_that_moves() -> None:
    door = Door()
    for n, name in enumerate("abc"):
        client = door.come(name)
        assert client
        client.turn(Phase.BODY, n)
        client.receive(1, 10.0 - n, LIMITS)
        client.wait(10.0)

    assert door.come("d", now=20.0)
    assert door.cut == ["c"]


def test_an_address_has_its_share_and_gives_it_back() -> None:
    door = Door()
    first = door.come("a1", "a")
    door.come("a2", "a", now=1)
    door.come("a3", "a", now=2)
    assert door.cut == ["a1"]
    assert first
    door.clients.leave(first)  # the server notices later that it was cut
    assert len(door.clients) == 2


def test_a_head_has_its_time_from_the_beginning_and_a_body_only_while_it_is_waited_for() -> None:
    client = ClientConnection("a", 0.0, lambda: None)
    client.receive(5, 9.0, LIMITS)
    assert (client.is_overdue(9.9, LIMITS), client.is_overdue(10.1, LIMITS)) == (False, True)

    client.turn(Phase.BODY, 20.0)
    assert not client.is_overdue(1000.0, LIMITS), "the server is busy itself"
    client.wait(1000.0)
    client.receive(99, 1050.0, LIMITS)
    client.wait(1050.0)
    assert (client.is_overdue(1059.0, LIMITS), client.is_overdue(1061.0, LIMITS)) == (False, True)
    client.receive(1, 1061.0, LIMITS)
    client.wait(1061.0)
    assert not client.is_overdue(1120.0, LIMITS), "a hundred bytes begin a new minute"


def test_limits_fit_the_descriptors_and_a_proxy_counts_addresses_itself() -> None:
    assert fitting(ConnectionLimits(), 64).most == 32
    assert fitting(ConnectionLimits(), 64).most_per_address == 32
    assert fitting(ConnectionLimits(), 16_384) == ConnectionLimits()
    assert limits_for(1).most_per_address == 0
    assert limits_for(0) == ConnectionLimits()
    assert {errno.EMFILE, errno.ENFILE} <= NO_DESCRIPTORS


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_a_head(head: bytes) -> None:
    assert request_head.fault(*request_head.split(head)) in {0, 400, 414, 431, 501, 505}
    wants_page(head)


@given(st.lists(st.sampled_from([b"Content-Length: 5", b"content-length: 5", b"Transfer-Encoding: chunked", b"Host: a"])))
def test_the_end_of_a_request_is_said_once_or_it_is_refused(fields: list[bytes]) -> None:
    said = [field for field in fields if not field.startswith(b"Host")]
    taken = request_head.fault(b"POST / HTTP/1.1", fields) == 0

    assert taken == (len(said) <= 1 and len(fields) - len(said) <= 1)


def test_every_refusal_is_told_in_vietnamese_in_both_forms() -> None:
    for status in (400, 404, 408, 413, 414, 431, 500, 501, 503, 505, 599):
        client, headers, body = refusal(status, page=True)
        assert 'lang="vi"' in body.decode()
        assert dict(headers)["Content-Length"] == str(len(body))
        assert int(client[:3]) in {status, 400, 500}
        assert b'"detail"' in refusal(status, page=False)[2]
