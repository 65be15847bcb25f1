"""Starts and ends the processes of `services.evidence.extraction`: each leads a group of its own, and all of it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import services

LOOK_SECONDS = 0.05
"""Waiting is `time.sleep` between two looks: the same code serves threads and greenlets."""

_ROOT = str(Path(next(iter(services.__path__))).resolve().parent)
_MODULE = "services.evidence.extraction"


def start_child(
    arguments: list[str],
    output: BinaryIO | int,
    errors: BinaryIO | int = subprocess.DEVNULL,
    *,
    descriptors: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a child with a job (see `services.evidence.extraction.__main__`). Raises OSError where there is no room."""
    # A session of its own, so that tesseract dies with the child; a list, so that no shell ever sees a name.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, arguments are paths we made
        [sys.executable, "-m", _MODULE, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        cwd=_ROOT,
        start_new_session=True,
        pass_fds=descriptors,
    )


def end_child(child: subprocess.Popen[bytes]) -> int:
    """Kill the child's whole process group and reap it; return the child's exit status."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    while (status := child.poll()) is None:
        time.sleep(LOOK_SECONDS)
    return status


@contextmanager
def started(arguments: list[str], output: BinaryIO, errors: BinaryIO | int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a child and end it at the end of the block, whatever happens in it."""
    child = start_child(arguments, output, errors)
    try:
        yield child
    finally:
        end_child(child)
