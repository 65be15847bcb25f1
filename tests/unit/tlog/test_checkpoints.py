"""Signed notes as C2SP writes them: made, read, refused; key files that are kept safe."""

from __future__ import annotations

import base64
import datetime as dt
import stat

import pytest

from shared.bus.rpc.checkpoint_view import checkpoint_view
from shared.tlog.checkpoint import BadNote, Checkpoint, Signer, Verifier, log_origin, parse_checkpoint_body

ROOT = bytes(range(32))
# From the documentation of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def signer():
    return Signer.generate(log_origin("thu", "evidence"))


def test_a_checkpoint_has_three_lines_and_a_signature(signer):
    lines = signer.sign(1234, ROOT).split("\n")

    assert lines[:4] == ["kiemdinh/thu/evidence", "1234", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith("— kiemdinh/thu/evidence ")
    assert lines[5:] == [""]


def test_what_was_signed_is_read_back(signer):
    statement = signer.verifier.open(signer.sign(7, ROOT))

    assert (statement.origin, statement.size, statement.root) == ("kiemdinh/thu/evidence", 7, ROOT)


def test_keys_and_signatures_are_those_of_other_tools():
    verifier = Verifier.parse(PETER)

    assert verifier.text == PETER
    with pytest.raises(BadNote, match="not a checkpoint"):  # the signature holds; the text is a saying
        verifier.open(PETERS_NOTE)
    with pytest.raises(BadNote, match="signature is wrong"):
        verifier.open(PETERS_NOTE.replace("problem is", "problem was"))


def test_one_signature_among_others_is_found(signer):
    other = Signer.generate("other/log")
    note = signer.sign(7, ROOT)
    witnessed = note + other.sign(7, ROOT).rpartition("\n\n")[2]

    assert signer.verifier.open(witnessed).size == 7


def test_notes_of_other_keys_names_or_texts_are_refused(signer):
    note = signer.sign(7, ROOT)
    wrong = [
        Signer.generate(signer.name).sign(7, ROOT),
        Signer.generate("other/log").sign(7, ROOT),
        note.replace("\n7\n", "\n8\n"),
        note.replace("\n\n", "\n"),
        note.replace("— ", "- "),
        note[:-10] + "!!!!\n",
        "",
    ]
    for text in wrong:
        with pytest.raises(BadNote):
            signer.verifier.open(text)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\nx\nAA==\n", "a\n01\n" + "A" * 43 + "=\n", "\n1\n" + "A" * 43 + "=\n", "a\n1\n!!\n", "a\n1\nAAAA\n"],
)
def test_texts_that_are_no_checkpoints_are_refused(text):
    with pytest.raises(BadNote):
        parse_checkpoint_body(text)


def test_a_checkpoint_may_carry_more_lines():
    assert parse_checkpoint_body(f"a\n1\n{base64.b64encode(ROOT).decode()}\nextension\n").size == 1


def test_a_key_file_is_the_owners_alone_and_is_never_overwritten(signer, tmp_path):
    path = tmp_path / "log.key"
    signer.save(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").startswith("PRIVATE+KEY+kiemdinh/thu/evidence+")
    with pytest.raises(FileExistsError):
        signer.save(path)
    loaded = Signer.load(path)
    assert loaded.verifier.text == signer.verifier.text
    assert loaded.sign(3, ROOT) == signer.sign(3, ROOT)


def test_files_that_are_no_keys_are_refused(signer, tmp_path):
    path = tmp_path / "log.key"
    signer.save(path)
    good = path.read_text(encoding="utf-8").strip()
    name, key_hash, key = good.removeprefix("PRIVATE+KEY+").split("+", 2)
    wrong = [
        "",
        signer.verifier.text,
        "PRIVATE+KEY+x",
        f"PRIVATE+KEY+{name}+00000000+{key}",
        f"PRIVATE+KEY+{name}+zz+{key}",
        f"PRIVATE+KEY+{name}+{key_hash}+AAAA",
        f"PRIVATE+KEY+{name}+{key_hash}+!!",
    ]
    for text in wrong:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadNote):
            Signer.load(path)
    with pytest.raises(BadNote):
        Verifier.parse(PETER.replace("c74f20a3", "c74f20a4"))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_names_that_would_break_a_note_are_refused(name):
    with pytest.raises(BadNote):
        Signer.generate(name)


def test_a_checkpoint_travels_with_its_root_in_base64():
    at = dt.datetime(2026, 9, 14, tzinfo=dt.UTC)
    view = checkpoint_view(Checkpoint(number=1, origin="o", size=2, root=ROOT, signed_at=at, note="n"))

    assert (view.number, view.origin, view.size, view.signed_at, view.note) == (1, "o", 2, at, "n")
    assert base64.b64decode(view.root) == ROOT


AT = dt.datetime(2026, 11, 28, 7, 30, 0, 123456, tzinfo=dt.UTC)


def test_the_time_of_signing_is_an_extension_line_under_the_signature(signer):
    note = signer.sign(7, ROOT, AT)

    assert note.split("\n")[3] == "signed-at 2026-11-28T07:30:00.123456Z"
    assert signer.verifier.open(note).signed_at == AT
    with pytest.raises(BadNote, match="signature is wrong"):
        signer.verifier.open(note.replace("07:30", "08:30"))


def test_a_note_of_before_has_no_time_and_still_holds(signer):
    assert signer.verifier.open(signer.sign(7, ROOT)).signed_at is None


@pytest.mark.parametrize(
    "line", ["signed-at soon", "signed-at 2026-11-28T07:30:00.123456Z\nsigned-at 2026-11-28T07:30:00.123457Z"]
)
def test_a_time_that_is_none_or_two_is_refused(line):
    with pytest.raises(BadNote, match="time of signing"):
        parse_checkpoint_body(f"log\n7\n{base64.b64encode(ROOT).decode()}\n{line}\n")


def test_other_peoples_extension_lines_are_passed_over():
    assert parse_checkpoint_body(f"log\n7\n{base64.b64encode(ROOT).decode()}\nwitnessed by somebody\n").size == 7


def test_notes_kept_together_in_one_file_are_read_one_by_one(signer):
    from shared.tlog.kept_notes import read_kept

    other = Signer.generate("other/log")
    text = "\n".join([signer.sign(7, ROOT, AT), other.sign(9, ROOT), signer.sign(12, ROOT, AT)])

    assert [(note.statement.origin, note.statement.size) for note in read_kept("x", text.replace("\n", "\r\n"))] == [
        (signer.name, 7),
        ("other/log", 9),
        (signer.name, 12),
    ]
    assert signer.verifier.open(read_kept("x", text)[2].text).signed_at == AT


@pytest.mark.parametrize("text", ["", "một tờ giấy", "log\nx\ny\n\n— log AAAA\n"])
def test_a_text_without_a_checkpoint_is_refused(text):
    from shared.tlog.kept_notes import read_kept

    with pytest.raises(BadNote):
        read_kept("x", text)
