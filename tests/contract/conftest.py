"""Stores that several processes share, and the same store opened twice: promises between processes are tested with it."""

from __future__ import annotations

import contextlib

import pytest


@pytest.fixture(params=["sqlite-file", pytest.param("postgresql", marks=pytest.mark.server)])
def shared_url(request, tmp_path) -> str:
    """The URL of an empty database that several processes can open."""
    if request.param == "sqlite-file":
        return f"sqlite:///{tmp_path}/shared.sqlite"
    return str(request.getfixturevalue("postgresql").new_database())


@pytest.fixture
def two_openers(shared_url):
    """Opens one store twice, each with connections of its own, as two processes would.

    ``first, second = two_openers(open_it)`` calls ``open_it(url)`` twice; both are closed at the end of the test.
    """
    with contextlib.ExitStack() as stack:

        def open_both(open_it):
            return tuple(stack.enter_context(contextlib.closing(open_it(shared_url))) for _ in range(2))

        yield open_both
