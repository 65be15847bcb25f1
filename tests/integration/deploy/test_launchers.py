"""Both launchers: one line when everything answers, a clean end, on again where they stopped, nothing left behind."""

import http.client
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.api_client import Client

PROFILES = ["embedded", pytest.param("server", marks=[pytest.mark.server, pytest.mark.slow])]
pytestmark = pytest.mark.timeout(300)


def get(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def processes_of(data):
    """Every process that names the folder in its command line or environment."""
    commands = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                command, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(data).encode() in command + environment:
                commands[int(entry.name)] = command.replace(b"\0", b" ").decode()
    return commands


def eventually(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def kiemdinh(*words):
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_an_installation_comes_up_goes_on_where_it_stopped_and_leaves_nothing_behind(installation, profile):
    first = installation(profile)
    assert set(first.said) == {"ready", "url", "sign_in", "people", "profile", "data", "amqp"}
    assert first.said["people"] == [], "only a story has people"
    assert first.said["ready"] is True
    assert first.said["profile"] == profile
    assert first.said["data"] == str(first.data)
    assert (first.said["amqp"] is None) == (profile == "embedded")
    admin = Client(first.url, first.token)
    admin.post("communes", {"commune": "BC", "name": "Xã Bản Chuông"})

    used = get(first.said["sign_in"])
    assert used.status in {302, 303}
    assert "Set-Cookie" in used.headers
    assert get(first.said["sign_in"]).status >= 400

    assert first.stop(signal.SIGINT) == 0
    assert not (first.data / "run" / "installation.json").exists()
    assert not (first.data / "run" / "owner.token").exists()
    eventually(lambda: processes_of(first.data) == {}, 10)

    second = installation(profile)
    assert second.url == first.url
    assert [one["commune"] for one in Client(second.url, second.token).get("communes")["communes"]] == ["BC"]
    assert second.stop(signal.SIGTERM) == 0


def test_the_second_launcher_on_a_folder_refuses_and_says_why(installation):
    first = installation("embedded")
    second = kiemdinh("up", "--profile", "embedded", "--data", str(first.data), "--json")
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"pid {first.process.pid}" in second.stderr
    assert first.url in second.stderr


def test_a_port_that_is_taken_is_refused_by_name(installation, tmp_path):
    port = urlsplit(installation("embedded").url).port
    second = kiemdinh("up", "--data", str(tmp_path / "other"), "--port", str(port))
    assert second.returncode == 1
    assert f"Cổng {port}" in second.stderr


def test_the_embedded_composition_stays_within_its_memory(installation):
    running = installation("embedded")
    get(running.url + "/vao")
    told = eventually(lambda: json.loads((running.data / "run" / "roles" / "embedded.json").read_bytes()), 10)
    assert 0 < told["memory_bytes"] < 300 * 1024**2


def test_a_killed_installation_comes_up_again_on_its_folder(installation):
    first = installation("embedded")
    Client(first.url, first.token).post("communes", {"commune": "BC", "name": "Xã Bản Chuông"})
    first.stop(signal.SIGKILL)
    second = installation("embedded")
    assert [one["commune"] for one in Client(second.url, second.token).get("communes")["communes"]] == ["BC"]


def test_keys_are_for_their_owner_only(installation):
    data = installation("embedded").data
    for place in (data, data / "secrets", data / "run"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    for key in [*(data / "secrets").iterdir(), data / "run" / "owner.token", data / "kiemdinh.toml"]:
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_doctor_finds_nothing_wrong_with_a_running_installation(installation):
    running = installation("embedded")

    def healthy():
        asked = kiemdinh("doctor", "--data", str(running.data), "--json")
        report = json.loads(asked.stdout)
        assert (asked.returncode == 0) == report["healthy"]
        return report["healthy"]

    eventually(healthy, 30)


def test_doctor_names_a_key_that_others_can_read_and_the_mend(installation):
    running = installation("embedded")
    running.stop()
    (running.data / "secrets" / "passport").chmod(0o644)
    asked = kiemdinh("doctor", "--data", str(running.data), "--json")
    assert asked.returncode == 1
    (wrong,) = [check for check in json.loads(asked.stdout)["checks"] if check["mood"] == "sai"]
    assert "secrets/passport" in wrong["detail"]
    assert wrong["mend"].startswith("chmod ")


@pytest.mark.server
@pytest.mark.slow
def test_killed_roles_and_servers_are_started_again_and_a_killed_launcher_leaves_no_orphans(installation):
    running = installation("server")
    admin = Client(running.url, running.token)
    admin.post("communes", {"commune": "BC", "name": "Xã Bản Chuông"})

    def pid_of(text):
        return next((pid for pid, command in processes_of(running.data).items() if text in command), None)

    for text in (
        "deploy.processes.role portal",
        "deploy.processes.role assessment-api",
        "bin/minio",
        "beam.smp",
        "bin/postgres -D",
    ):
        killed = pid_of(text)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda text=text, killed=killed: (pid_of(text) or killed) != killed)

    def answers():
        try:
            return [one["commune"] for one in admin.get("communes")["communes"]] == ["BC"]
        except Exception:
            return False

    eventually(answers)
    told = {child["name"]: child for child in json.loads((running.data / "run" / "launcher.json").read_bytes())["children"]}
    assert told["portal"]["restarts"] >= 1

    running.stop(signal.SIGKILL)
    eventually(lambda: processes_of(running.data) == {}, 30)
    again = installation("server")
    assert [one["commune"] for one in Client(again.url, again.token).get("communes")["communes"]] == ["BC"]
