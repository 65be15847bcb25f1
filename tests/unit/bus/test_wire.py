"""One call, as it is served and read, without a bus."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any, ClassVar

import msgspec
import pytest
from greenlet import GreenletExit

from shared.bus.events.publishing import cloud_event
from shared.bus.rpc.checkpoint_view import checkpoint_view
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase, feed, rpc
from shared.bus.rpc.wire import envelope, open_reply, with_correlation
from shared.clock import FixedClock
from shared.contracts.calls import (
    Answer,
    Call,
    CheckpointView,
    FeedAnswer,
    FeedRequest,
    Health,
    Nothing,
    SecretAnswer,
    SecretCall,
)
from shared.contracts.events.base import PublicEvent, from_json
from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact
from shared.eventlog.log import RecordedEvent
from shared.identity.call_context import CallContext, Grant, system
from shared.identity.call_token import CallTokens
from shared.ids import natural_id
from shared.logs import correlated
from shared.observability.health import HealthRegistry
from shared.problems import BadRequest, Conflict, NotAllowed, NotFound, NotSignedIn, Problem, Unavailable
from shared.tlog.checkpoint import Checkpoint
from shared.vocabulary.roles import Role, ScopeKind

MOMENT = dt.datetime(2026, 9, 1, 1, 2, 3, tzinfo=dt.UTC)
ADMIN = system("thử", correlation="c-1")


class SchoolCall(Call, frozen=True, kw_only=True):
    school: str = "TH-BC"
    commune: str | None = None
    what: str = ""


class Told(Answer, frozen=True, kw_only=True):
    what: str
    actor: str
    correlation: str


class AssessmentService(ServiceBase):
    name = "assessment"

    @rpc
    def status(self, acting: CallContext, request: SchoolCall) -> Told:
        if request.what == "problem":
            raise Conflict("Có người đã sửa.", at=3)
        if request.what == "error":
            raise ValueError("Nguyễn Văn A")
        if request.what == "leak":
            raise Leak("Nguyễn Văn A")
        if request.what == "exit":
            raise GreenletExit
        return Told(what=request.what, actor=acting.actor, correlation=acting.correlation)

    @rpc
    def nowhere_in_the_rules(self, acting: CallContext, request: Nothing) -> Told:
        raise AssertionError


class Leak(BaseException):
    pass


def rpc_client(application=None, call_tokens=None, health_registry=None) -> InProcessRpcClient:
    return InProcessRpcClient({"assessment": (AssessmentService, application)}, call_tokens, health_registry)


def reader(**grant) -> CallContext:
    return CallContext(actor="a1", grants=(Grant(role=Role.AUDITOR, **grant),), correlation="c-2")


EVERYWHERE = reader(scope_kind=ScopeKind.INSTALLATION)


def status(what: str = "", acting: CallContext = EVERYWHERE, **fields) -> Told:
    return rpc_client().call("assessment", "status", acting, SchoolCall(what=what, **fields), Told)


def test_a_call_comes_back_with_its_answer():
    assert status("xin chào") == Told(what="xin chào", actor="a1", correlation="c-2")


def test_a_problem_keeps_its_type_status_and_data():
    with pytest.raises(Problem) as raised:
        status("problem")
    assert (raised.value.type, raised.value.status, raised.value.detail) == ("da-sua", 409, "Có người đã sửa.")
    assert raised.value.data == {"at": 3}


@pytest.mark.parametrize("what", ["error", "leak"])
def test_an_unexpected_error_is_logged_and_tells_only_its_correlation(what, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(Problem) as raised:
        status(what)
    assert (raised.value.type, raised.value.status) == ("loi-noi-bo", 500)
    assert "Nguyễn" not in json.dumps(raised.value.to_document(), ensure_ascii=False)
    (record,) = caplog.records
    assert record.getMessage() == "call-failed"
    assert record.kiemdinh_fields["operation"] == "assessment.status"
    assert "Nguyễn" not in str(record.kiemdinh_fields)


def test_what_ends_the_process_is_not_swallowed():
    with pytest.raises(GreenletExit):
        status("exit")


def test_the_school_of_the_request_must_be_in_scope():
    inside = reader(scope_kind=ScopeKind.SCHOOL, scope="TH-BC")
    assert status(acting=inside).actor == "a1"
    with pytest.raises(Problem) as raised:
        status(acting=inside, school="THCS-XA")
    assert raised.value.type == NotAllowed.type


def test_an_operation_without_a_rule_is_refused():
    with pytest.raises(Problem) as raised:
        rpc_client().call("assessment", "nowhere_in_the_rules", ADMIN, Nothing(), Told)
    assert raised.value.type == NotAllowed.type


def test_an_expired_call_token_opens_nothing():
    clock = FixedClock(MOMENT)
    call_tokens = CallTokens(b"k" * 32, clock)
    service = AssessmentService()
    service.application, service.call_tokens, service.health_registry = None, call_tokens, HealthRegistry()
    call = envelope(call_tokens.issue(EVERYWHERE, 10), SchoolCall())
    assert "answer" in service.status(call)
    clock.move(dt.timedelta(seconds=11))
    with pytest.raises(Problem) as raised:
        open_reply(service.status(call), Told)
    assert raised.value.type == NotSignedIn.type


@pytest.mark.parametrize("garbage", [None, 7, [], {}, {"passport": 1, "request": 2}, {"passport": "x"}])
def test_what_is_no_call_is_a_bad_request(garbage):
    service = AssessmentService()
    service.application, service.call_tokens, service.health_registry = (
        None,
        CallTokens(b"k" * 32, FixedClock(MOMENT)),
        HealthRegistry(),
    )
    with pytest.raises(Problem) as raised:
        open_reply(service.status(garbage), Told)
    assert raised.value.type == BadRequest.type


def test_a_bad_request_says_where():
    class Wrong(Call, frozen=True, kw_only=True):
        school: list[int] = []

    with pytest.raises(Problem) as raised:
        rpc_client().call("assessment", "status", EVERYWHERE, Wrong(), Told)
    assert (raised.value.type, raised.value.data["path"]) == (BadRequest.type, "$.school")


def test_a_request_that_is_wrong_as_a_whole_is_wrong_at_its_root():
    service = AssessmentService()
    call_tokens = CallTokens(b"k" * 32, FixedClock(MOMENT))
    service.application, service.call_tokens, service.health_registry = None, call_tokens, HealthRegistry()
    with pytest.raises(Problem) as raised:
        open_reply(service.status({"passport": call_tokens.issue(EVERYWHERE), "request": "{"}), Told)
    assert raised.value.data["path"] == "$"


@pytest.mark.parametrize("reply", [None, "x", {}, {"answer": "{"}, {"answer": "{}"}, {"problem": "{"}])
def test_an_answer_that_cannot_be_read_is_a_fault_of_ours(reply):
    with pytest.raises(Problem) as raised:
        open_reply(reply, Told)
    assert raised.value.type == "loi-noi-bo"


def test_a_service_that_is_not_here_is_unavailable():
    with pytest.raises(Unavailable):
        rpc_client().call("evidence", "status", EVERYWHERE, SchoolCall(), Told)


def test_a_call_inside_another_one_keeps_the_correlation():
    silent = msgspec.structs.replace(EVERYWHERE, correlation="")
    with correlated("việc-7"):
        assert with_correlation(silent).correlation == "việc-7"
        assert with_correlation(EVERYWHERE).correlation == "c-2"
        assert status(acting=silent).correlation == "việc-7"
    assert with_correlation(silent).correlation == ""


# --- what every service answers ---


class Received(Fact, frozen=True, kw_only=True):
    TOPIC = "evidence.document-received"
    document: str


class ReceivedPublicly(PublicEvent, frozen=True, kw_only=True):
    SERVICE = "evidence"
    FACT = "document-received"
    document: str


class MemoryLog:
    """A log of so many facts."""

    def __init__(self, size: int, checkpoint=None) -> None:
        self.size = size
        self._checkpoint = checkpoint

    def head(self) -> int:
        return self.size

    def read(self, after: int, limit: int = 500) -> list[RecordedEvent]:
        return [logged(position) for position in range(after + 1, min(after + limit, self.size) + 1)]

    def checkpoint(self):
        return self._checkpoint


class Keeper:
    """An application with a log."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log

    def published(self, one: RecordedEvent):
        return cloud_event("thu", one, ReceivedPublicly(document=one.entry.fact.document), "document/1")


def logged(position: int) -> RecordedEvent:
    meta = EventMetadata(actor="a1", occurred=MOMENT, correlation="c-9", cause="e-1")
    entry = EventEnvelope(
        originator_id=natural_id("x"), originator_version=position, meta=meta, fact=Received(document=f"d{position}")
    )
    return RecordedEvent(position, MOMENT + dt.timedelta(seconds=1), entry, b"")


def test_the_envelope_of_a_stored_event_names_its_position_times_and_causes():
    event = Keeper(MemoryLog(1)).published(logged(4))
    assert (event.sequence, event.source, event.type) == (
        4,
        "urn:kiemdinh:thu:evidence",
        "vn.kiemdinh.evidence.document-received.v1",
    )
    assert (event.correlationid, event.causationid, event.data) == ("c-9", "e-1", {"document": "d4"})
    assert event.recordedtime - event.time == dt.timedelta(seconds=1)


def test_the_feed_goes_on_where_it_is_asked_to_and_tells_the_head():
    answer = rpc_client(Keeper(MemoryLog(7))).call("assessment", "feed", ADMIN, FeedRequest(after=2, limit=3), FeedAnswer)
    assert [from_json(text.encode()).sequence for text in answer.events] == [3, 4, 5]
    assert answer.head == 7


def test_the_feed_has_an_end():
    assert feed(Keeper(MemoryLog(2)), FeedRequest(after=2)) == FeedAnswer(events=[], head=2)


@pytest.mark.parametrize(
    "request_", [FeedRequest(after=-1), FeedRequest(after=0, limit=0), FeedRequest(after=0, limit=1001)]
)
def test_impossible_feed_requests_are_refused(request_):
    with pytest.raises(BadRequest):
        feed(Keeper(MemoryLog(2)), request_)


def test_health_tells_head_lag_and_trouble():
    health_registry = HealthRegistry()
    health_registry.set_lag("assessment<evidence", 4)
    health_registry.set_detail("hub", "3 ms")
    health_registry.report_failure("relay", "Mất nối.")
    told = rpc_client(Keeper(MemoryLog(7)), health_registry=health_registry).call(
        "assessment", "health", ADMIN, Nothing(), Health
    )
    assert told == Health(
        healthy=False,
        service="assessment",
        head=7,
        lag={"assessment<evidence": 4},
        details={"hub": "3 ms", "relay": "Mất nối."},
    )
    health_registry.clear_failure("relay")
    assert health_registry.healthy


def test_an_application_without_a_log_is_healthy_too():
    told = rpc_client(object()).call("assessment", "health", ADMIN, Nothing(), Health)
    assert (told.healthy, told.head) == (True, 0)


def test_the_checkpoint_is_told_once_there_is_one():
    signed = Checkpoint(number=1, origin="o", size=3, root=b"r" * 32, signed_at=MOMENT, note="n")

    told = rpc_client(Keeper(MemoryLog(3, signed))).call("assessment", "checkpoint", EVERYWHERE, Nothing(), CheckpointView)
    assert told == checkpoint_view(signed)
    with pytest.raises(Problem) as raised:
        rpc_client(Keeper(MemoryLog(3))).call("assessment", "checkpoint", EVERYWHERE, Nothing(), CheckpointView)
    assert raised.value.type == NotFound.type


# --- what must not be read or made on the way


class Whisper(SecretCall, frozen=True, kw_only=True):
    school: str
    word: str


class Whispered(SecretAnswer, frozen=True, kw_only=True):
    word: str


class WhisperingService(ServiceBase):
    name: ClassVar[str] = "assessment"

    @rpc
    def status(self, acting: CallContext, request: Whisper) -> Whispered:
        return Whispered(word=request.word[::-1])


def whispering() -> tuple[Any, CallTokens]:
    service, call_tokens = WhisperingService(), CallTokens(b"k" * 32, FixedClock(MOMENT))
    service.application, service.call_tokens, service.health_registry = None, call_tokens, HealthRegistry()
    return service, call_tokens


def test_a_secret_is_not_readable_on_the_way_there_and_back():
    service, call_tokens = whispering()
    call = envelope(call_tokens.issue(EVERYWHERE), Whisper(school="TH-BC", word="mat-khau"), call_tokens)

    reply = service.status(call)

    assert open_reply(reply, Whispered, call, call_tokens).word == "uahk-tam"
    for travelled in (*call.values(), *reply.values()):
        assert "mat-khau" not in travelled
        assert "uahk-tam" not in travelled


def test_who_has_no_key_can_neither_ask_in_secret_nor_answer_for_the_service():
    service, call_tokens = whispering()
    other = CallTokens(b"x" * 32, FixedClock(MOMENT))
    passport = call_tokens.issue(EVERYWHERE)
    call = envelope(passport, Whisper(school="TH-BC", word="mat-khau"), call_tokens)
    plain = '{"school": "TH-BC", "word": "mat-khau"}'

    for forged in (
        plain,
        other.hide(plain, passport),
        call_tokens.hide(plain, "another passport"),
        call["request"][:-4],
        "",
    ):
        with pytest.raises(Problem) as refused:
            open_reply(service.status({"passport": passport, "request": forged}), Whispered, call, call_tokens)
        assert refused.value.type == NotSignedIn.type
    for made in ('{"word": "toi"}', other.hide('{"word": "toi"}', passport), ""):
        with pytest.raises(Problem) as refused:
            open_reply({"answer": made}, Whispered, call, call_tokens)
        assert refused.value.type == "loi-noi-bo"


def test_an_answer_to_one_question_is_none_to_another():
    service, call_tokens = whispering()
    passport = call_tokens.issue(EVERYWHERE)
    one = envelope(passport, Whisper(school="TH-BC", word="a"), call_tokens)
    other = envelope(passport, Whisper(school="TH-BC", word="b"), call_tokens)

    with pytest.raises(Problem) as refused:
        open_reply(service.status(one), Whispered, other, call_tokens)

    assert refused.value.type == "loi-noi-bo"


def test_nothing_secret_is_sent_by_who_cannot_hide_it():
    with pytest.raises(TypeError):
        envelope("p", Whisper(school="TH-BC", word="mat-khau"))
