"""The auditor beside a running installation: while events come in it finds nothing, however often it looks."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from client.api_client import Client

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)

PROFILES = ["embedded", pytest.param("server", marks=[pytest.mark.server, pytest.mark.slow])]


def verify(data):
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "audit", "verify", "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("profile", PROFILES)
def test_verifying_while_events_come_in_and_after_the_stop_finds_nothing(installation, profile, tmp_path):
    running = installation(profile)
    client, stop, made = Client(running.url, running.token), threading.Event(), []
    client.post("communes", {"commune": "BC", "name": "Xã Bản Chuông"})

    def work():
        while not stop.is_set():
            code = f"TH-{len(made):04d}"
            client.post(
                "schools", {"commune": "BC", "code": code, "name": f"Trường {code}", "kind": "tieu_hoc", "levels": []}
            )
            scan = tmp_path / f"{code}.png"
            scan.write_bytes(kit.png(len(made) % 256))
            client.upload(code, scan, lambda done: None)
            made.append(code)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        seen = [verify(running.data) for _ in range(3)]
    finally:
        stop.set()
        worker.join()
    running.stop()
    seen.append(verify(running.data))

    assert [(code, said["findings"]) for code, said in seen] == [(0, [])] * 4
    assert len(made) > 5
    assert seen[-1][1]["checked"]["events"] > seen[0][1]["checked"]["events"]
    assert seen[-1][1]["checked"]["relayed"] > 0
    assert seen[-1][1]["checked"]["objects"] > 5
    assert seen[-1][1]["checked"]["view_rows"] > 0
