"""Folders that earlier versions left behind open, answer as they did, verify against their old checkpoints, and go on."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from client.api_client import Client
from deploy.installation.data_folder import DataFolder
from deploy.servers.postgresql import PostgreSQL

GOLDEN = Path(__file__).parents[2] / "golden" / "installations"
VERSIONS = sorted(folder.name for folder in GOLDEN.iterdir() if (folder / "embedded.json").exists())

spec = importlib.util.spec_from_file_location("make_golden_installation", GOLDEN / "make_golden.py")
made = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def unpack(version: str, profile: str, place: Path) -> Path:
    """The folder as it was left; on servers, with a cluster of today's PostgreSQL that holds what the databases held."""
    with tarfile.open(GOLDEN / version / f"{profile}.tar.xz") as archive:
        archive.extractall(place, filter="data")
    data = place / "data"
    data.chmod(0o711 if profile == "server" else 0o700)
    (data / "secrets").chmod(0o700)
    if profile == "server":
        load_databases(data, place / "databases")
    return data


def load_databases(data: Path, dumps: Path) -> None:
    """Put the dumps into a new cluster, each as the service that owns it."""
    psql = shutil.which("psql")
    assert psql, "PostgreSQL's own client comes with its server"
    folder = DataFolder(data)
    folder.servers.chmod(0o711)
    server = PostgreSQL(folder.servers / "postgresql")
    server.start()
    try:
        for sql in sorted(dumps.iterdir()):
            password = (data / "secrets" / f"database-{sql.stem}").read_text("ascii").strip()
            url = server.ensure_database(f"kiemdinh_{sql.stem}", password)
            subprocess.run([psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(sql), url], check=True, capture_output=True)
    finally:
        server.stop()


def part_of(before: object, seen: object, place: str = "") -> None:
    """Hold that all that was told is seen again; an answer may have grown meanwhile, as public answers do."""
    if isinstance(before, dict):
        assert isinstance(seen, dict), place
        for name, value in before.items():
            assert name in seen, f"{place}.{name} is gone"
            part_of(value, seen[name], f"{place}.{name}")
    elif isinstance(before, list):
        assert isinstance(seen, list), place
        assert len(before) == len(seen), place
        for number, (value_before, other) in enumerate(zip(before, seen, strict=True)):
            part_of(value_before, other, f"{place}[{number}]")
    else:
        assert before == seen, place


def seen_again(client: Client, question: str, answer: object) -> None:
    """Hold that an answer is as it was: at once, or as soon as views that are made anew have heard of others again."""
    until = time.monotonic() + 60
    while True:
        try:
            part_of(answer, client.get(question), question)
        except AssertionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("profile", ["embedded", pytest.param("server", marks=pytest.mark.server)])
def test_a_folder_of_an_earlier_version_opens_answers_verifies_and_goes_on(tmp_path, installation, version, profile):
    told = json.loads((GOLDEN / version / f"{profile}.json").read_text("utf-8"))
    running = installation(profile, data=unpack(version, profile, tmp_path))
    client = Client(running.url, running.token)

    for question, answer in told.items():
        if not question.startswith("checkpoints/"):
            seen_again(client, question, answer)
    assert "Kiểm toán" in made.Person(running.url).sign_in(made.LOGIN, made.PASSWORD)

    school = f"schools/{made.SCHOOL}"
    (told_history,) = (answer for question, answer in told.items() if question.startswith(f"{school}/history"))
    head = {"role": "hieu_truong", "scope_kind": "truong", "scope": made.SCHOOL}
    token = client.post("tokens", {"name": "hieu-truong", "grants": [head]})["token"]
    Client(running.url, token).post(f"{school}/conditions", {"conditions": {"years_of_activity": 13}})
    history = client.get(f"{school}/history", limit=1000)["items"]
    assert [item["fact"] for item in history[len(told_history["items"]) :]] == ["conditions-stated"]

    notes = []
    for name in made.SIGNED:
        note = tmp_path / f"{name}.checkpoint"
        note.write_text(told[f"checkpoints/{name}"]["note"], encoding="utf-8")
        notes += ["--checkpoint", str(note)]
    audit = subprocess.run(
        [sys.executable, "-m", "cli.main", "audit", "verify", "--data", str(running.data), "--json", *notes],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert audit.returncode == 0, audit.stdout + audit.stderr
    assert running.stop() == 0
