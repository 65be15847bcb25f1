"""What calls promise on every broker, written once: run from a plain process and inside one under eventlet.

``python -m tests.contract.bus.rpc_promises serve AMQP KEY`` serves until its input ends;
``… direct AMQP KEY`` is the same without the broker between caller and service;
``… check AMQP KEY`` serves and calls in the same eventlet process, and prints what each promise came to as JSON.
"""

from __future__ import annotations

import json
import select
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from shared.clock import SystemClock
from shared.consistency import carried, carrying, note, render
from shared.contracts.calls import Answer, Call, FeedAnswer, FeedRequest, Health, Nothing, SecretAnswer, SecretCall
from shared.identity.call_context import CallContext, Grant, system
from shared.identity.call_token import CallTokens
from shared.problems import Conflict, Problem
from shared.vocabulary.roles import Role, ScopeKind

if TYPE_CHECKING:
    from shared.bus.rpc.greenlets import GreenletRpcClient
    from shared.bus.rpc.pool import RpcConnectionPool
    from shared.bus.rpc.server import ServiceBase

ADMIN = system("thử", correlation="mã-tra-cứu")
CLERK = CallContext(actor="a1", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),))


class SchoolCall(Call, frozen=True, kw_only=True):
    school: str
    text: str = ""
    seconds: float = 0.0


class Whisper(SecretCall, frozen=True, kw_only=True):
    school: str
    text: str = ""


class Whispered(SecretAnswer, frozen=True, kw_only=True):
    text: str
    actor: str
    correlation: str


class Echo(Answer, frozen=True, kw_only=True):
    text: str
    actor: str
    correlation: str


class Hearing:
    """An application that has heard of inspection what it was last told to have heard."""

    def __init__(self) -> None:
        self.heard = 0

    def received_position(self, source: str) -> int:
        return self.heard if source == "inspection" else 0


def service() -> type[ServiceBase]:
    from shared.bus.rpc.server import ServiceBase, following, rpc
    from shared.identity.permissions import RULES

    RULES["assessment.undescribed"] = RULES["assessment.status"]  # a rule without a method

    class Assessment(ServiceBase):
        name = "assessment"

        @rpc
        def status(self, acting: CallContext, request: SchoolCall) -> Echo:
            return Echo(text=request.text, actor=acting.actor, correlation=acting.correlation)

        @rpc
        def school(self, acting: CallContext, request: SchoolCall) -> Echo:
            time.sleep(request.seconds)
            return self.status_of(acting, request)

        def status_of(self, acting: CallContext, request: SchoolCall) -> Echo:
            return Echo(text=f"ngủ {request.seconds}", actor=acting.actor, correlation=acting.correlation)

        @rpc
        def compare(self, acting: CallContext, request: Whisper) -> Whispered:
            return Whispered(text=request.text[::-1], actor=acting.actor, correlation=acting.correlation)

        @rpc
        def judge(self, acting: CallContext, request: SchoolCall) -> Echo:
            raise Conflict("Có người đã sửa trước.", now_at=7)

        @rpc
        def explain(self, acting: CallContext, request: SchoolCall) -> Echo:
            raise RuntimeError(f"bí mật {request.text}")

        @rpc
        def history(self, acting: CallContext, request: SchoolCall) -> Echo:
            import eventlet

            raise eventlet.Timeout(None)

        @rpc
        def state_figures(self, acting: CallContext, request: SchoolCall) -> Echo:
            """Hear of inspection up to the number in the text, and record an event of the same number."""
            self.application.heard = int(request.text)
            came = render(carried())
            note("assessment", int(request.text))
            return Echo(text=came, actor=acting.actor, correlation="")

        def _gaps(self, acting: CallContext, request: SchoolCall) -> Echo:
            return Echo(text=str(self.application.heard), actor=acting.actor, correlation="")

        _gaps.__name__ = "gaps"
        gaps = following(_gaps, ("inspection",))

        @rpc
        def secret(self, acting: CallContext, request: SchoolCall) -> Echo:
            raise AssertionError("an operation without a rule is nobody's")

    return Assessment


def serve(amqp: str, key: bytes, stop: threading.Event, ready: threading.Event) -> None:
    from shared.bus.hosting import run_services, service_config

    config = service_config(amqp, {"assessment": Hearing()}, CallTokens(key, SystemClock()), max_workers=4)
    run_services([service()], config, stop, ready=ready)


class World:
    """What a promise may use: a pool of calls, and a way to make another."""

    def __init__(self, amqp: str, key: bytes, *, direct: bool = False) -> None:
        from shared.bus.rpc.greenlets import GreenletRpcClient
        from shared.bus.rpc.pool import RpcConnectionPool

        self.amqp = amqp
        self.key = key
        self.direct = direct
        call_tokens = CallTokens(key, SystemClock())
        self.pool: RpcConnectionPool | GreenletRpcClient = (
            GreenletRpcClient({"assessment": (service(), Hearing())}, call_tokens, workers=4)
            if direct
            else RpcConnectionPool(amqp, call_tokens, size=4)
        )

    def ask(
        self,
        method: str,
        request: Call,
        *,
        service: str = "assessment",
        acting: CallContext = ADMIN,
        answer: Any = Echo,
        timeout: float = 5.0,
    ) -> Any:
        return self.pool.call(service, method, acting, request, answer, timeout=timeout)

    def problem(self, method: str, request: Call, **options: Any) -> Problem:
        try:
            answer = self.ask(method, request, **options)
        except Problem as problem:
            return problem
        raise AssertionError(f"no problem but {answer}")


READER = msgspec.structs.replace(ADMIN, grants=CLERK.grants)


def a_call_carries_who_asks_and_what_it_is_part_of(world: World) -> None:
    text = 'Tiếng Việt "đủ dấu" \u2028 {"__type__": "datetime", "__value__": 1}'
    assert world.ask("status", SchoolCall(school="TH-BC", text=text), acting=READER) == Echo(
        text=text, actor=ADMIN.actor, correlation="mã-tra-cứu"
    )


def what_is_secret_comes_through_and_a_plain_answer_does_not_stand_in_for_it(world: World) -> None:
    asked = Whisper(school="TH-BC", text="mật khẩu")
    assert world.ask("compare", asked, acting=READER, answer=Whispered).text == "uẩhk tậm"
    assert world.problem("status", SchoolCall(school="TH-BC"), acting=READER, answer=Whispered).type == "loi-noi-bo"
    assert world.problem("compare", SchoolCall(school="TH-BC"), acting=READER, answer=Whispered).type == "het-phien"


def a_call_without_correlation_gets_one(world: World) -> None:
    assert len(world.ask("status", SchoolCall(school="TH-BC"), acting=CLERK).correlation) == 36


def scope_is_checked_before_anything_runs(world: World) -> None:
    problem = world.problem("explain", SchoolCall(school="THCS-KHAC"), acting=CLERK)
    assert (problem.type, problem.status) == ("khong-du-quyen", 403)


def an_operation_without_a_rule_is_refused_to_administrators_too(world: World) -> None:
    assert world.problem("secret", SchoolCall(school="TH-BC")).type == "khong-du-quyen"


def a_call_token_under_another_key_opens_nothing(world: World) -> None:
    stranger = World(world.amqp, b"x" * 32)
    assert stranger.problem("status", SchoolCall(school="TH-BC")).type == "het-phien"
    stranger.pool.close()


def a_wrong_request_is_told_where_it_is_wrong(world: World) -> None:
    class Wrong(Call, frozen=True, kw_only=True):
        school: int = 5

    class Unknown(Call, frozen=True, kw_only=True):
        school: str = "TH-BC"
        nickname: str = "x"

    wrong = world.problem("status", Wrong())
    assert (wrong.type, wrong.data["path"]) == ("yeu-cau-sai", "$.school")
    assert world.problem("status", Unknown()).type == "yeu-cau-sai"
    assert "$.school" in wrong.detail


def a_problem_crosses_the_bus_with_its_data(world: World) -> None:
    acting = msgspec.structs.replace(CLERK, grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),))
    problem = world.problem("judge", SchoolCall(school="TH-BC"), acting=acting)
    assert (problem.type, problem.status, problem.data) == ("da-sua", 409, {"now_at": 7})


def an_unexpected_error_tells_nothing_but_its_correlation(world: World) -> None:
    acting = msgspec.structs.replace(CLERK, correlation="tra-cứu-9")
    problem = world.problem("explain", SchoolCall(school="TH-BC", text="Nguyễn Văn A"), acting=acting)
    assert (problem.type, problem.status, problem.data) == ("loi-noi-bo", 500, {"correlation": "tra-cứu-9"})
    assert "bí mật" not in str(problem.to_document())


def an_error_that_is_no_exception_does_not_eat_a_worker(world: World) -> None:
    for _ in range(6):  # more than there are workers
        assert world.problem("history", SchoolCall(school="TH-BC"), acting=CLERK).type == "loi-noi-bo"


def a_slow_service_is_given_up_at_the_deadline_and_the_next_call_is_answered(world: World) -> None:
    start = time.monotonic()
    problem = world.problem("school", SchoolCall(school="TH-BC", seconds=1.0), acting=CLERK, timeout=0.3)
    assert (problem.type, problem.status) == ("may-chu-vang", 503)
    assert 0.25 < time.monotonic() - start < 0.8
    for n in range(5):  # the late answer reaches nobody
        assert world.ask("status", SchoolCall(school="TH-BC", text=str(n)), acting=CLERK).text == str(n)


def a_service_that_is_not_there_is_unavailable(world: World) -> None:
    start = time.monotonic()
    assert world.problem("status", Nothing(), service="nobody", timeout=2.0).type == "may-chu-vang"
    assert time.monotonic() - start < 2.5


def a_method_that_is_not_there_is_a_fault_of_ours(world: World) -> None:
    for _ in range(3):
        assert world.problem("undescribed", Nothing()).type == "loi-noi-bo"


def an_answer_of_another_shape_is_a_fault_of_ours(world: World) -> None:
    assert world.problem("status", SchoolCall(school="TH-BC"), acting=CLERK, answer=FeedAnswer).type == "loi-noi-bo"


def more_callers_than_lines_wait_their_turn_and_none_gets_anothers_answer(world: World) -> None:
    def one(n: int) -> bool:
        return world.ask("status", SchoolCall(school="TH-BC", text=str(n)), acting=CLERK).text == str(n)

    with ThreadPoolExecutor(16) as callers:
        assert all(callers.map(one, range(200)))


def a_caller_who_finds_no_free_line_is_told_so_within_his_deadline(world: World) -> None:
    sleeper = SchoolCall(school="TH-BC", seconds=0.8)
    with ThreadPoolExecutor(4) as callers:
        busy = [callers.submit(world.ask, "school", sleeper, acting=CLERK) for _ in range(4)]
        time.sleep(0.2)
        start = time.monotonic()
        assert world.problem("status", SchoolCall(school="TH-BC"), acting=CLERK, timeout=0.2).type == "may-chu-vang"
        assert time.monotonic() - start < 0.5
        assert all(one.result().text == "ngủ 0.8" for one in busy)


def malformed_messages_do_not_take_the_service_down(world: World) -> None:
    from shared.bus.transport.connections import connected

    malformed: list[tuple[Any, dict[str, Any]]] = [
        ("{bad", {"content_type": "application/json", "content_encoding": "utf-8"}),
        (b"\x80\x04x", {"content_type": "application/x-python-serialize"}),
        ([], {}),
        ({"args": [], "kwargs": {}}, {}),
        ({"args": [{"passport": 1, "request": 2}], "kwargs": {}}, {"reply_to": "nobody", "correlation_id": "1"}),
        ({"args": 7, "kwargs": []}, {"reply_to": "nobody", "correlation_id": "1"}),
        (
            {"args": [{}], "kwargs": {}},
            {"reply_to": "nobody", "correlation_id": "1", "headers": {"nameko.call_id_stack": 5}},
        ),
    ]
    with connected(world.amqp) as connection:
        producer = connection.Producer()
        for body, properties in malformed:
            producer.publish(body, exchange="nameko-rpc", routing_key="assessment.status", **properties)
    for n in range(10):
        assert world.ask("status", SchoolCall(school="TH-BC", text=str(n)), acting=CLERK).text == str(n)


def every_service_tells_its_health_to_administrators_only(world: World) -> None:
    health = world.ask("health", Nothing(), answer=Health)
    assert (health.service, health.healthy) == ("assessment", True)
    assert world.problem("health", Nothing(), acting=CLERK).type == "khong-du-quyen"


def impossible_feed_limits_are_refused(world: World) -> None:
    for request in (FeedRequest(after=-1), FeedRequest(after=0, limit=0), FeedRequest(after=0, limit=1001)):
        assert world.problem("feed", request, answer=FeedAnswer).type == "yeu-cau-sai"


def heard(world: World, position: int) -> Echo:
    found: Echo = world.ask("state_figures", SchoolCall(school="TH-BC", text=str(position)), acting=CLERK)
    return found


def asked_after(world: World, position: int) -> Echo:
    with carrying({"inspection": position}):
        found: Echo = world.ask("gaps", SchoolCall(school="TH-BC"), acting=CLERK)
    return found


def a_token_travels_with_a_call_and_gains_what_was_recorded(world: World) -> None:
    with carrying({"evidence": 3}) as token:
        assert heard(world, 2).text == "evidence=3"
        assert token == {"evidence": 3, "assessment": 2}
        assert heard(world, 1).text == "assessment=2, evidence=3"
        assert token == {"evidence": 3, "assessment": 2}, "a token never goes back"


def an_operation_waits_for_what_its_caller_was_told_elsewhere(world: World) -> None:
    heard(world, 10)
    assert asked_after(world, 10).text == "10"
    with ThreadPoolExecutor(1) as callers:
        start = time.monotonic()
        asked = callers.submit(asked_after, world, 11)
        time.sleep(0.3)
        heard(world, 11)
        assert asked.result().text == "11"
        assert 0.25 < time.monotonic() - start < 2.0


def what_does_not_come_in_time_is_told_as_such_and_the_next_call_is_answered(world: World) -> None:
    heard(world, 20)
    start = time.monotonic()
    with carrying({"inspection": 21}):
        problem = world.problem("gaps", SchoolCall(school="TH-BC"), acting=CLERK)
    assert (problem.type, problem.status, problem.data["sources"]) == ("chua-kip-cap-nhat", 503, ["inspection"])
    assert 1.5 < time.monotonic() - start < 4.0
    assert asked_after(world, 20).text == "20"


def a_token_that_cannot_be_holds_nobody_up(world: World) -> None:
    start = time.monotonic()
    for token in ({"inspection": 10**12}, {"inspection": -1}, {"inspection": 10**18}, {str(n): 1 for n in range(9)}):
        with carrying(token):
            assert world.problem("gaps", SchoolCall(school="TH-BC"), acting=CLERK).type == "yeu-cau-sai"
    assert time.monotonic() - start < 1.5


PROMISES: dict[str, Callable[[World], None]] = {
    promise.__name__: promise
    for promise in (
        a_call_carries_who_asks_and_what_it_is_part_of,
        what_is_secret_comes_through_and_a_plain_answer_does_not_stand_in_for_it,
        a_call_without_correlation_gets_one,
        scope_is_checked_before_anything_runs,
        an_operation_without_a_rule_is_refused_to_administrators_too,
        a_call_token_under_another_key_opens_nothing,
        a_wrong_request_is_told_where_it_is_wrong,
        a_problem_crosses_the_bus_with_its_data,
        an_unexpected_error_tells_nothing_but_its_correlation,
        an_error_that_is_no_exception_does_not_eat_a_worker,
        a_slow_service_is_given_up_at_the_deadline_and_the_next_call_is_answered,
        a_service_that_is_not_there_is_unavailable,
        a_method_that_is_not_there_is_a_fault_of_ours,
        an_answer_of_another_shape_is_a_fault_of_ours,
        more_callers_than_lines_wait_their_turn_and_none_gets_anothers_answer,
        a_caller_who_finds_no_free_line_is_told_so_within_his_deadline,
        malformed_messages_do_not_take_the_service_down,
        every_service_tells_its_health_to_administrators_only,
        impossible_feed_limits_are_refused,
        a_token_travels_with_a_call_and_gains_what_was_recorded,
        an_operation_waits_for_what_its_caller_was_told_elsewhere,
        what_does_not_come_in_time_is_told_as_such_and_the_next_call_is_answered,
        a_token_that_cannot_be_holds_nobody_up,
    )
}


def outcome(promise: Callable[[World], None], world: World) -> str:
    try:
        promise(world)
    except BaseException:
        return traceback.format_exc()
    return ""


def main() -> None:
    from shared.bus.transport.eventlet_support import monkey_patch

    monkey_patch()
    mode, amqp, key = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
    stop, ready = threading.Event(), threading.Event()
    server = threading.Thread(target=serve, args=(amqp, key, stop, ready))
    server.start()
    assert ready.wait(20)
    if mode == "serve":
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], 0.2)[0]:  # a plain read would stop every greenlet
            pass
    else:
        world = World(amqp, key, direct=mode == "direct")
        print(json.dumps({name: outcome(promise, world) for name, promise in PROMISES.items()}), flush=True)
        world.pool.close()
    stop.set()
    server.join(20)


if __name__ == "__main__":
    main()
