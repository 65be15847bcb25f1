"""Puts the identity application together with its real adapters; called by compositions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from services.identity.adapters.passwords import Argon2Hasher
from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.settings import Lifetimes
from shared.clock import Clock
from shared.storage.database_url import StoreSettings


def identity_application(
    store: StoreSettings,
    clock: Clock,
    *,
    installation: str,
    views_url: str,
    people_url: str = "",
    run_blocking: Callable[..., Any] | None = None,
    lifetimes: Lifetimes | None = None,
) -> IdentityApplication:
    """Return the identity application.

    `people_url` is the database of names, logins and password hashes: to be backed up, for no log can give it back. Left
    out, it is ``people.sqlite`` beside the views, or the same PostgreSQL database. `run_blocking`
    (``eventlet.tpool.execute`` in an eventlet process) keeps slow password hashes from holding up everything else.
    """
    with contextlib.ExitStack() as opened:
        people = opened.enter_context(contextlib.closing(PeopleTables(people_url or people_beside(views_url))))
        application = IdentityApplication(
            store,
            clock,
            installation=installation,
            views_url=views_url,
            people=people,
            passwords=Argon2Hasher(run=run_blocking) if run_blocking else Argon2Hasher(),
            lifetimes=lifetimes,
        )
        opened.pop_all()  # the application has them now
    return application


def people_beside(views_url: str) -> str:
    """Return where people are kept when nobody says."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/people.sqlite"
    return views_url
