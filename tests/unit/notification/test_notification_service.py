"""The service on the wire: the merged feed under the name `feed`, webhooks by role."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from services.notification.service import NotificationService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.contracts.calls import Done, Health, Nothing
from shared.contracts.calls.notification import (
    MergedFeedAnswer,
    MergedFeedRequest,
    RegisterWebhook,
    WebhookRegistered,
    WebhookRequest,
    WebhooksAnswer,
)
from shared.contracts.events.base import from_json
from shared.identity.call_context import CallContext, Grant, system
from shared.problems import Problem
from shared.vocabulary.roles import Role, ScopeKind

spec = importlib.util.spec_from_file_location("merged_feed_builders_2", Path(__file__).with_name("test_merged_feed.py"))
builders = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = builders
spec.loader.exec_module(builders)


def test_the_feed_and_webhooks_are_served_by_role():
    app = builders.application()
    app.receive(builders.event(sequence=1))
    rpc_client = InProcessRpcClient({"notification": (NotificationService, app)})
    subscriber = CallContext(actor="tok-1", grants=(Grant(role=Role.SUBSCRIBER, scope_kind=ScopeKind.INSTALLATION),))
    clerk = CallContext(actor="p-1", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),))

    feed = rpc_client.call("notification", "feed", clerk, MergedFeedRequest(), MergedFeedAnswer)
    made = rpc_client.call(
        "notification", "register_webhook", subscriber, RegisterWebhook(url="https://a.vn"), WebhookRegistered
    )
    listed = rpc_client.call("notification", "webhooks", subscriber, Nothing(), WebhooksAnswer)
    done = rpc_client.call("notification", "remove_webhook", subscriber, WebhookRequest(webhook=made.webhook), Done)
    health = rpc_client.call("notification", "health", system("test"), Nothing(), Health)

    assert [from_json(text.encode()).position for text in feed.events] == [1]
    assert [one.webhook for one in listed.webhooks] == [made.webhook]
    assert (done.position, health.head) == (1, 1)
    with pytest.raises(Problem):
        rpc_client.call("notification", "webhooks", clerk, Nothing(), WebhooksAnswer)
