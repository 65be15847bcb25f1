"""What the product asks of eventlet: patching before anything else is loaded, no deprecation notice, real threads."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def without_deprecation_warnings() -> Iterator[None]:
    """Import nameko and eventlet without their deprecation warnings, which we know (docs/adr) and cannot act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def monkey_patch() -> None:
    """Patch this process for eventlet: the first line of an eventlet role, before sockets, threads or databases are loaded.

    psycopg would block all greenlets during each query; waiting by selector it blocks for milliseconds (measured).
    """
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    with without_deprecation_warnings():
        import eventlet

        eventlet.monkey_patch()


def in_a_real_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do a slow computation (a password hash) in an eventlet process without holding up everybody else."""
    with without_deprecation_warnings():
        from eventlet import tpool

    return tpool.execute(work, *arguments)


def is_monkey_patched() -> bool:
    """Say whether this process was patched for eventlet."""
    with without_deprecation_warnings():
        from eventlet.patcher import is_monkey_patched

    return bool(is_monkey_patched("socket"))
