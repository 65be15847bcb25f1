"""Puts the portal's application together with its real adapters; called by compositions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from services.portal.adapters.passwords import Argon2Hasher
from services.portal.adapters.people import PeopleTables
from services.portal.application import FRESH_S, PortalApplication
from services.portal.settings import Lifetimes
from shared.clock import Clock
from shared.eventlog.store import StoreSettings


def portal_application(
    store: StoreSettings,
    clock: Clock,
    *,
    installation: str,
    views_url: str,
    people_url: str = "",
    run_blocking: Callable[..., Any] | None = None,
    lifetimes: Lifetimes | None = None,
    fresh_s: float = FRESH_S,
) -> PortalApplication:
    """Return the portal's application.

    `people_url` is the database of names, logins and password hashes: to be backed up, for no log can give it back. Left
    out, it is ``people.sqlite`` beside the views, or the same PostgreSQL database. `run_blocking`
    (``eventlet.tpool.execute`` in a green process) keeps slow password hashes from holding up everything else. `fresh_s` is
    how late this process may learn what another one changed about who may act: one that is alone may take longer.
    """
    with contextlib.ExitStack() as opened:
        people = opened.enter_context(contextlib.closing(PeopleTables(people_url or people_beside(views_url))))
        application = PortalApplication(
            store,
            clock,
            installation=installation,
            views_url=views_url,
            people=people,
            passwords=Argon2Hasher(run=run_blocking) if run_blocking else Argon2Hasher(),
            lifetimes=lifetimes,
            fresh_s=fresh_s,
        )
        opened.pop_all()  # the application has them now
    return application


def people_beside(views_url: str) -> str:
    """Return where people are kept when nobody says."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/people.sqlite"
    return views_url
