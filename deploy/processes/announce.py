"""What a launcher announces: files for clients on this machine, and one line on standard output once everything answers."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import msgspec

from deploy.compose.addresses import Addresses
from deploy.installation.data_folder import DEMO_PEOPLE, DataFolder, write_atomically
from deploy.installation.folder_lock import FolderLock
from deploy.installation.settings import Profile, role_environment
from shared.logs import Journal

journal = Journal("launcher")

REPORT_EVERY_S = 2.0
"""How often a launcher says how its processes do."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """That an installation answers. `sign_in` lets the administrator in once.

    `amqp` is where subscribing programs listen, None without a broker, or without an account of theirs on it. `people` are
    those of the demo, each with the role, the login and the link that lets in once; empty without a demo.
    """

    ready: bool = True
    url: str
    sign_in: str
    profile: Profile
    data: str
    amqp: str | None
    people: list[dict[str, str]] = []


def ready_line(folder: DataFolder, addresses: Addresses, sign_in_path: str) -> Ready:
    """What is announced of a running installation."""
    return Ready(
        url=addresses.url,
        sign_in=addresses.url + sign_in_path,
        profile=addresses.profile,
        data=str(folder.path),
        amqp=addresses.subscribers_amqp or None,
    )


def make_owner_token(folder: DataFolder) -> None:
    """A fresh token for the folder's owner, good until the launcher ends."""
    write_atomically(folder.run / "owner.token", f"kd_{secrets.token_urlsafe(32)}\n".encode())


def announce(folder: DataFolder, lock: FolderLock, ready: Ready, *, took_s: float) -> None:
    """Writes where the installation answers, for client programs on this machine and for another start of the folder."""
    lock.note_address(url=ready.url)
    folder.announce(
        "installation.json",
        {"url": ready.url, "profile": ready.profile.value, "pid": os.getpid(), "amqp": ready.amqp},
    )
    journal.info("ready", seconds=round(took_s, 1), url=ready.url)


def print_ready_line(folder: DataFolder, ready: Ready, *, as_json: bool) -> None:
    """Prints the one line, with the people of the story that was told here, if one was."""
    if as_json:
        told = folder.announced(DEMO_PEOPLE) or {}
        line = msgspec.structs.replace(ready, people=told.get("people", []))
        sys.stdout.write(json.dumps(msgspec.to_builtins(line), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"Đã sẵn sàng: {ready.url} · đăng nhập lần đầu (dùng một lần): {ready.sign_in} · dừng: Ctrl-C\n")
    sys.stdout.flush()


class DemoFailed(Exception):
    """A step of the demo did not hold; its output says which."""


def play_demo(folder: DataFolder, *, as_json: bool, stopped: Callable[[], bool]) -> None:
    """Plays the demo against the running installation, once a year, in a process of its own; raises DemoFailed.

    With `as_json` its output goes to standard error, for standard output is one line then.
    """
    command = [sys.executable, "-m", "cli.main", "demo", "--once", "--data", str(folder.path)]
    demo = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=2 if as_json else None,
        env=role_environment(),
    )
    pause = threading.Event()
    while demo.poll() is None:
        if stopped():
            demo.terminate()
            demo.wait()
            return
        pause.wait(0.2)
    if demo.returncode:
        raise DemoFailed(f"exit code {demo.returncode}")


def write_launcher_state(folder: DataFolder, url: str, children: list[dict[str, Any]]) -> None:
    """Writes what `doctor` and the administrator's page read of the launcher; on a full disk the former state stays."""
    with contextlib.suppress(OSError):
        folder.announce("launcher.json", {"pid": os.getpid(), "url": url, "children": children})
