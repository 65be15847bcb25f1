"""The client side of calls: what calls services, and the Problem when there is no answer."""

from __future__ import annotations

from typing import Protocol, TypeVar

from shared.contracts.calls import Call
from shared.contracts.operations import EXPECTED_REPLY_S
from shared.identity.call_context import CallContext
from shared.problems import Unavailable

T = TypeVar("T")


class RpcClient(Protocol):
    """Calls services."""

    def call(
        self,
        service: str,
        method: str,
        acting: CallContext,
        request: Call,
        answer: type[T],
        *,
        timeout: float = EXPECTED_REPLY_S,
    ) -> T:
        """Return the answer within `timeout` seconds, or raise a Problem (Unavailable when there is none in time)."""
        ...


MISUNDERSTOOD = "Dịch vụ không hiểu lời gọi: các phần của hệ thống không cùng phiên bản. Báo người quản trị."


def unavailable(service: str) -> Unavailable:
    """Return the Problem of a call that a service does not answer in time."""
    return Unavailable(
        "Dịch vụ chưa trả lời kịp. Tải lại trang để xem việc đã lưu hay chưa; nếu chưa, thử lại sau ít giây.",
        service=service,
    )
