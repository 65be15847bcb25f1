"""Portals for tests that build many: routes and templates are compiled once a process, who is asked is each one's own."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

from flask import Flask

from services.portal.app import wire, with_routes


@functools.cache
def _routes(routes: Callable[[Flask], None] | None) -> Flask:
    """The routes of every portal of this process, 80 ms, and a second for the templates that it comes to show."""
    app = with_routes()
    if routes:
        routes(app)
    return app


def portal_app(*parts: Any, routes: Callable[[Flask], None] | None = None, **more: Any) -> Flask:
    """Return what `services.portal.app.create_app` returns for the same arguments; nothing may be added to its routes.

    What `routes` adds is added once a process: it may be a function of a module only.
    """
    app = copy.copy(_routes(routes))
    app.config = copy.copy(app.config)
    app.extensions = dict(app.extensions)
    wire(app, *parts, **more)
    return app
