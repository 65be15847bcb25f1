"""Checkpoints kept elsewhere: printed by the command, given back to the auditor, they show what no key can mend."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from shared.tlog.checkpoint import Signer, log_origin

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)

RUNNER = CliRunner()


@pytest.fixture
def folder(tmp_path):
    return kit.busy_folder(tmp_path / "data")


def note_of(folder, service):
    container = kit.container_of(folder)
    note = kit.application(container, service).log.checkpoint().note
    container.close()
    return note


def verify(folder, *files):
    more = [word for file in files for word in ("--checkpoint", str(file))]
    done = RUNNER.invoke(app, ["audit", "verify", "--data", str(folder.path), "--json", *more])
    return done.exit_code, json.loads(done.stdout)


def test_what_nothing_inside_shows_a_checkpoint_kept_elsewhere_does(folder, tmp_path):
    paper = tmp_path / "moc.txt"
    paper.write_text(note_of(folder, "evidence") + "\n" + note_of(folder, "assessment"))
    assert verify(folder, paper)[0] == 0
    # The name of a file is in no public event: rewritten and signed anew with the own key, all is well inside.
    kit.rewrite(folder, "evidence", "scan-40.png", "scan-41.png")
    kit.forget_views(folder)
    inside, _ = verify(folder)

    code, said = verify(folder, paper)

    assert inside == 0
    assert code == 1
    assert [one["kind"] for one in said["findings"]] == ["kept-checkpoint-disagrees"]
    assert said["checked"]["kept_checkpoints"] == 2


def test_the_json_that_the_command_printed_is_taken_as_well(folder, tmp_path):
    note = note_of(folder, "identity")
    one, all_ = tmp_path / "one.json", tmp_path / "all.json"
    one.write_text(json.dumps({"number": 1, "note": note}))
    all_.write_text(json.dumps({"checkpoints": [{"note": note}, {"note": note_of(folder, "evidence")}]}))

    code, said = verify(folder, one, all_)

    assert (code, said["checked"]["kept_checkpoints"]) == (0, 3)


@pytest.mark.parametrize("text", ["một tờ giấy", "", "\x00\xff"])
def test_a_file_without_a_checkpoint_is_said_to_be_none_and_nothing_is_judged(folder, tmp_path, text):
    (tmp_path / "x").write_text(text)

    code, said = verify(folder, tmp_path / "x")

    assert (code, said["sound"]) == (2, None)


def test_a_checkpoint_of_another_installation_is_said_to_be_so(folder, tmp_path):
    (tmp_path / "x").write_text(Signer.generate(log_origin("khac", "evidence")).sign(1, b"\1" * 32))

    code, said = verify(folder, tmp_path / "x")

    assert code == 2
    assert "không phải của thư mục này" in said["findings"][0]["detail"]


def test_a_log_whose_checkpoints_were_all_removed_is_found_by_the_age_of_its_events(folder):
    kit.tamper(folder, "inspection", "DELETE FROM log_checkpoints")

    assert kit.kinds(folder) == {"checkpoint-absent"}


def test_the_command_gives_every_logs_checkpoint_to_be_kept_and_the_auditor_takes_it_back(installation, tmp_path):
    running, out = installation("embedded"), tmp_path / "moc-niem.txt"
    kit.eventually(
        lambda: RUNNER.invoke(app, ["audit", "checkpoint", "identity", "--data", str(running.data)]).exit_code == 0
    )

    done = RUNNER.invoke(app, ["audit", "checkpoint", "--data", str(running.data), "--out", str(out)])
    again = RUNNER.invoke(app, ["audit", "checkpoint", "--data", str(running.data), "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert again.exit_code != 0, "what is kept is not overwritten"
    code, said = verify(kit.DataFolder(running.data), out)
    assert code == 0, said
    assert said["checked"]["kept_checkpoints"] >= 1
