"""Limits that the child lays on itself, and the watch that ends it when its parent is gone."""

from __future__ import annotations

import math
import os
import resource
import signal
import threading
import time

from services.evidence.extraction.protocol import ChildLimits


def confine(limits: ChildLimits) -> None:
    """Limit memory, file size and processor time of this process and its children, and die with the parent."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    # A write past the limit should be an error to handle (EFBIG), not a signal.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.nice(limits.niceness)
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()


def allow_processor_time(seconds: int) -> None:
    """Let this process use so many seconds of processor time from now on; beyond, it is ended (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))


def _die_with(parent: int) -> None:
    """End the whole process group when the parent is gone: a killed service leaves no tesseract behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(os.getpgrp(), signal.SIGKILL)
