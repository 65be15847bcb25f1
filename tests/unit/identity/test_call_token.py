"""Call tokens and file tokens: what opens, what does not, and how long."""

from __future__ import annotations

import base64
import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import FixedClock, SystemClock
from shared.identity.call_context import CallContext, Grant
from shared.identity.call_token import CallTokens
from shared.identity.file_token import FileTokens
from shared.identity.signing import BadSignature, TokenSigner
from shared.problems import NotSignedIn
from shared.vocabulary.roles import Role, ScopeKind

KEY = bytes(range(32))
MONDAY = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)


def somebody() -> CallContext:
    grant = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="X-01", schools=("TH-A", "TH-B"))
    return CallContext(actor="0191-a", grants=(grant,), correlation="c-1", command="k-1", occurred=MONDAY)


def test_a_call_token_gives_back_exactly_who_acts() -> None:
    call_tokens = CallTokens(KEY, FixedClock(MONDAY))

    assert call_tokens.open(call_tokens.issue(somebody())) == somebody()


def test_a_call_token_opens_until_its_time_is_up_and_not_after() -> None:
    clock = FixedClock(MONDAY)
    call_tokens = CallTokens(KEY, clock)
    passport = call_tokens.issue(somebody(), ttl_s=60)

    clock.move(dt.timedelta(seconds=59))
    assert call_tokens.open(passport) == somebody()
    clock.move(dt.timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        call_tokens.open(passport)


def test_a_call_token_of_another_installation_does_not_open() -> None:
    other = CallTokens(bytes(32), FixedClock(MONDAY)).issue(somebody())

    with pytest.raises(NotSignedIn):
        CallTokens(KEY, FixedClock(MONDAY)).open(other)


@given(st.data())
def test_no_single_changed_character_leaves_a_call_token_valid(data: st.DataObject) -> None:
    call_tokens = CallTokens(KEY, FixedClock(MONDAY))
    passport = call_tokens.issue(somebody())
    at = data.draw(st.integers(0, len(passport) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_.").filter(lambda c: c != passport[at]))
    changed = passport[:at] + letter + passport[at + 1 :]

    try:
        opened = call_tokens.open(changed)
    except NotSignedIn:
        return
    assert opened == somebody(), "only the unused bits of the last base64 character may differ"
    assert at == len(passport) - 1


@pytest.mark.parametrize(
    "text", ["", "kdp1.", "kdp1.!!!", "kdp2.AAAA", "kdp1.AAAA", "kdp1.ạ", "x" * 5000, "kdp1." + "A" * 80]
)
def test_rubbish_is_refused_as_not_signed_in(text: str) -> None:
    with pytest.raises(NotSignedIn):
        CallTokens(KEY, FixedClock(MONDAY)).open(text)
    with pytest.raises(NotSignedIn):
        FileTokens(KEY, FixedClock(MONDAY)).open(text)


def test_a_file_token_never_opens_as_a_call_token_nor_a_call_token_as_a_file_token() -> None:
    call_tokens, tickets = CallTokens(KEY, FixedClock(MONDAY)), FileTokens(KEY, FixedClock(MONDAY))
    ticket, passport = tickets.issue({"actor": "0191-a"}, 60), call_tokens.issue(somebody())

    for opener, text in (
        (call_tokens, ticket),
        (tickets, passport),
        (call_tokens, "kdp1" + ticket[4:]),
        (tickets, "kdt1" + passport[4:]),
    ):
        with pytest.raises(NotSignedIn):
            opener.open(text)


def test_a_ticket_gives_back_its_claims_until_it_expires() -> None:
    clock = FixedClock(MONDAY)
    tickets = FileTokens(KEY, clock)
    ticket = tickets.issue({"upload": "u-1", "size": 12}, 30)

    assert tickets.open(ticket) == {"upload": "u-1", "size": 12}
    clock.move(dt.timedelta(seconds=31))
    with pytest.raises(NotSignedIn):
        tickets.open(ticket)


def test_signed_rubbish_is_still_refused() -> None:
    signer = TokenSigner(KEY, "kdp1", FixedClock(MONDAY))

    with pytest.raises(NotSignedIn):
        CallTokens(KEY, FixedClock(MONDAY)).open(signer.sign(b'{"actor": 5}', 60))


def test_what_was_signed_by_an_earlier_version_still_opens() -> None:
    signer = TokenSigner(b"k" * 32, "kdp1", FixedClock(MONDAY))
    signed_then = "kdp1.AABq5-DMnIkIdbrfMogQSqn2IxPAZDk7xniyI255q9Iipt0xLVZ0csaw4budbmc"

    assert signer.open(signed_then).decode() == "trường"
    assert signer.sign("trường".encode(), 60) == signed_then


def test_a_text_that_signs_nothing_but_its_time_opens_too() -> None:
    signer = TokenSigner(KEY, "kdp1", FixedClock(MONDAY))

    assert signer.open(signer.sign(b"", 60)) == b""


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CallTokens(b"short", FixedClock(MONDAY))


def test_the_signature_covers_the_expiry() -> None:
    signer = TokenSigner(KEY, "kdp1", FixedClock(MONDAY))
    text = signer.sign(b"hello", 60)
    raw = bytearray(base64.urlsafe_b64decode(text[5:] + "=" * (-len(text[5:]) % 4)))
    raw[5] ^= 0x40

    with pytest.raises(BadSignature):
        signer.open("kdp1." + base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode())


def test_a_call_token_takes_less_than_40_microseconds_each_way() -> None:
    call_tokens = CallTokens(KEY, SystemClock())
    passport = call_tokens.issue(somebody())

    def best(call: object) -> float:
        times = []
        for _ in range(20):
            start = time.perf_counter()
            for _ in range(50):
                call()  # type: ignore[operator]
            times.append((time.perf_counter() - start) / 50)
        return min(times)

    assert best(lambda: call_tokens.issue(somebody())) < 40e-6
    assert best(lambda: call_tokens.open(passport)) < 40e-6
