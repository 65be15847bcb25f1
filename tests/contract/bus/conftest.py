"""One suite, two brokers: every test here runs on the broker inside the process and on RabbitMQ."""

from __future__ import annotations

import uuid

import pytest

from shared.bus.transport.connections import INPROC_URL
from shared.bus.transport.inproc import forget_everything


@pytest.fixture(params=["inproc", pytest.param("rabbitmq", marks=pytest.mark.server)])
def amqp(request) -> str:
    if request.param == "rabbitmq":
        return request.getfixturevalue("rabbitmq")
    forget_everything()
    return INPROC_URL


@pytest.fixture
def consumer_name() -> str:
    # Queues are named after their consumer: a fresh name is a fresh queue.
    return f"c{uuid.uuid4().hex[:10]}"
