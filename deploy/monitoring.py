"""The address at which a monitoring system reads the metrics of all processes; only an administrator's token opens it.

Here and not in the portal, which knows no other process: each writes its numbers to the data folder
(`deploy.processes.heartbeat`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from deploy.installation.data_folder import DataFolder
from deploy.processes.heartbeat import read_metrics
from services.portal.web.context import caller
from shared.identity.permissions import require
from shared.observability.metrics import Gathered, http_timer

PATH = "/api/v1/metrics"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


def add_metrics(app: Flask, folder: DataFolder, dead_letters: Callable[[], int]) -> None:
    """Gives the portal the address, and times its answers. `dead_letters` counts those that wait for somebody."""

    def metrics() -> Response:
        require(caller(), "installation.health")
        gathered = Gathered(read_metrics(folder), [_waiting(dead_letters())])
        return Response(gathered.text(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule(PATH, "metrics", metrics)
    app.after_request(_timed)


def _waiting(letters: int) -> Metric:
    family = GaugeMetricFamily("kiemdinh_dead_letters", "Events that a consumer could not apply, waiting for somebody.")
    family.add_metric((), letters)
    return family


def _timed(response: Response) -> Response:
    context = g.get("request_context")
    if context is not None:
        # The method is chosen by the caller; one that no route knows must not become a label.
        method = request.method if request.method in _METHODS else "other"
        http_timer(method, context.route, response.status_code).observe(time.perf_counter() - context.started)
    return response
