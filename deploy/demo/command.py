"""What `kiemdinh demo` does: plays the scenario where an installation runs, or starts one for as long as it lasts."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from client.api_client import Client
from deploy.demo.people import people_of_before
from deploy.demo.report import one_line, play, readable, sign_in_links, told_before
from deploy.demo.scenario import DemoInstallation
from deploy.installation.data_folder import DEMO_PEOPLE, DataFolder
from deploy.installation.settings import prepare_for_a_demo, role_environment
from shared.clock import SystemClock, today

START_TIMEOUT_S = 180


def run(data: Path | None, profile: str, url: str, token: str, *, once: bool, as_json: bool) -> int:
    """Play the scenario, print each step as it ends, and return the exit code: 0 only if every step held.

    `once`: where this year's story was told to its end, its people are invited anew and nothing is told.
    """
    people: list[dict[str, str]] = []

    def on_step(step: dict[str, Any]) -> None:
        people.extend(step.get("people", []))
        typer.echo(one_line(step) if as_json else readable(step))

    with _installation(data, profile, url, token) as place:
        if once and (again := people_of_before(Client(place.url, place.token), today(SystemClock()).year)):
            if not as_json:
                typer.echo(told_before())
            _show(again, place, as_json=as_json)
            return 0
        held = play(place, on_step)
        if held and place.stays:
            _show(people, place, as_json=as_json)
    return 0 if held else 1


def _show(people: list[dict[str, str]], place: DemoInstallation, *, as_json: bool) -> None:
    """Print the people's links, and leave them for the launcher that asked for the demo: `run/` is its owner's alone."""
    if place.data is not None:
        DataFolder(place.data).announce(DEMO_PEOPLE, {"people": people})
    if not as_json:
        typer.echo(sign_in_links(people))


@contextlib.contextmanager
def _installation(data: Path | None, profile: str, url: str, token: str) -> Iterator[DemoInstallation]:
    running = None if data is None else _running(data)
    if data is None or (url and (running is None or running["url"] != url.rstrip("/"))):
        if not token:
            raise typer.BadParameter(f"Cần --token của hệ thống {url}.")
        yield DemoInstallation(url=url, token=token, data=None, amqp=None)
        return
    if running:
        owner = token or (data / "run" / "owner.token").read_text(encoding="utf-8").strip()
        yield DemoInstallation(url=str(running["url"]), token=owner, data=data, amqp=running.get("amqp"))
        return
    command = [sys.executable, "-m", "cli.main", "up", "--profile", profile, "--data", str(data), "--json"]
    prepare_for_a_demo()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=role_environment()) as launcher:
        try:
            assert launcher.stdout is not None
            ready = json.loads(launcher.stdout.readline() or "null")
            if ready is None:
                raise typer.Exit(launcher.wait(timeout=START_TIMEOUT_S) or 1)
            owner = (data / "run" / "owner.token").read_text(encoding="utf-8").strip()
            yield DemoInstallation(url=ready["url"], token=owner, data=data, amqp=ready["amqp"], stays=False)
        finally:
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(timeout=START_TIMEOUT_S)


def _running(data: Path) -> dict[str, Any] | None:
    """Return what a running launcher wrote about itself, or None when it is not alive."""
    try:
        announced: dict[str, Any] = json.loads((data / "run" / "installation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return announced if _alive(int(announced["pid"])) else None


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
