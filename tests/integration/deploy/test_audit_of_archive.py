"""Locks, texts and page images: the log says until when and by which digest, and the auditor looks."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from shared.identity.call_context import system

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)


@pytest.fixture
def folder(tmp_path):
    return kit.busy_folder(tmp_path / "data")


def locks(folder):
    return sorted(folder.archive.rglob("*.lock"))


def test_locks_and_images_are_looked_at(folder):
    checked = kit.verified(folder).checked

    assert (checked.locks, checked.images, checked.images_not_covered) == (2, 4, 0)


def test_a_lock_that_was_removed_is_found(folder):
    locks(folder)[0].unlink()

    assert [one.kind for one in kit.verified(folder).findings] == ["lock-missing"]


@pytest.mark.parametrize("by", [dt.timedelta(seconds=1), dt.timedelta(days=3650)])
def test_a_lock_that_was_shortened_is_found(folder, by):
    file = locks(folder)[0]
    until = dt.datetime.fromisoformat(json.loads(file.read_bytes())["retained_until"])
    file.chmod(0o600)
    file.write_text(json.dumps({"retained_until": (until - by).isoformat()}))

    assert [one.kind for one in kit.verified(folder).findings] == ["lock-shortened"]


def test_a_lock_that_was_made_longer_is_no_finding(folder):
    file = locks(folder)[0]
    file.chmod(0o600)
    file.write_text('{"retained_until": "2999-01-01T00:00:00Z"}')

    assert kit.verified(folder).sound


def test_a_lock_of_rubbish_is_none(folder):
    file = locks(folder)[0]
    file.chmod(0o600)
    file.write_bytes(b"rubbish")

    assert kit.kinds(folder) == {"lock-missing"}


@pytest.mark.parametrize("name", ["page-0001.webp", "thumb-0001.webp", "text.json"])
def test_a_page_image_or_a_text_that_was_edited_is_found_and_how_to_mend_it_told(folder, name):
    file = sorted(folder.derived.rglob(name))[0]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"\x7f")

    found = kit.verified(folder).findings

    assert [(one.kind, one.where) for one in found] == [("derived-altered", f"evidence/derived: {file.parent.parent.name}")]
    assert "đọc lại" in found[0].detail


def test_two_images_that_changed_places_are_found(folder):
    one, other = (sorted(folder.derived.rglob(name))[0] for name in ("page-0001.webp", "thumb-0001.webp"))
    kept = one.read_bytes()
    for file in (one, other):
        file.chmod(0o600)
    one.write_bytes(other.read_bytes() + b"x")
    other.write_bytes(kept)

    assert kit.kinds(folder) == {"derived-altered"}


def test_images_that_are_lost_are_counted_and_no_finding(folder):
    shutil.rmtree(folder.derived)

    report = kit.verified(folder)

    assert report.sound
    assert report.checked.images_lost == 2


def test_images_of_before_without_a_digest_are_noted_as_not_covered(folder):
    container = kit.container_later(folder)
    document = sorted(folder.derived.iterdir())[0].name
    text = container.evidence.text(document, container.evidence.row(document).text_sha256)
    container.evidence.record_text(system("reader"), document, text)
    container.close()

    report = kit.verified(folder)

    assert report.sound
    assert (report.checked.images, report.checked.images_not_covered) == (2, 2)
    assert "image-not-covered" in {note.kind for note in report.notes}
