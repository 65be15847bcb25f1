"""The stdlib-only verifier: RFC 8032 vectors, signatures made by another library, and bundles with any field touched."""

from __future__ import annotations

import ast
import copy
import datetime as dt
import json
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.clock import FixedClock
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.eventlog.proof import NothingToProve, prove_streams
from shared.ids import id_within, natural_id
from shared.storage.database_url import StoreSettings
from shared.tlog import verify_proof
from shared.tlog.checkpoint import Signer, log_origin

NOON = dt.datetime(2026, 9, 14, 5, 0, tzinfo=dt.UTC)

# RFC 8032 section 7.1: secret key left out, public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


class Said(Fact, frozen=True, kw_only=True):
    TOPIC = "talk.said"
    text: str


class Talk(Aggregate):
    def apply(self, fact, meta, version):
        pass


class TalkApplication(EventSourcedApplication):
    name = "talk"
    facts = FactRegistry([Said])


def application():
    app = TalkApplication(StoreSettings("sqlite://"), FixedClock(NOON), installation="thu")
    meta = EventMetadata(actor="a", occurred=NOON)
    for number in range(20):
        stream = STREAM if number % 4 == 1 else uuid.uuid4()
        app.change(Talk, stream, lambda talk, n=number: talk.record(Said(text=f"câu {n}"), meta))
    return app


STREAM = natural_id("talk")
ROOMS = (STREAM, id_within(STREAM, "room", "1"), id_within(STREAM, "room", "2"))


def bundle(app=None):
    app = app or application()
    signer = Signer.generate(log_origin("thu", "talk"))
    made = prove_streams(app.log, app.log.sign_checkpoint(signer), signer.verifier, STREAM)
    return json.loads(made.to_json())


def bundle_of_several():
    """Three streams of one group, others between them, in one log."""
    app = TalkApplication(StoreSettings("sqlite://"), FixedClock(NOON), installation="thu")
    meta = EventMetadata(actor="a", occurred=NOON)
    for number in range(12):
        stream = uuid.uuid4() if number % 4 == 3 else ROOMS[number % 4]
        app.change(Talk, stream, lambda talk, n=number: talk.record(Said(text=f"câu {n}"), meta))
    return bundle(app)


BUNDLES = pytest.mark.parametrize("made", [bundle, bundle_of_several], ids=["one stream", "several streams"])


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_hold_and_fail_when_touched(key, message, signature):
    public, text, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)

    assert verify_proof.ed25519_verify(public, text, signed)
    assert not verify_proof.ed25519_verify(public, text + b"x", signed)
    assert not verify_proof.ed25519_verify(public, text, signed[:-1])
    for byte in range(0, 64, 7):
        touched = bytearray(signed)
        touched[byte] ^= 1
        assert not verify_proof.ed25519_verify(public, text, bytes(touched))


def test_signatures_of_another_library_are_accepted():
    for number in range(5):
        key = Ed25519PrivateKey.generate()
        message = b"m" * number * 50
        public = key.public_key().public_bytes_raw()

        assert verify_proof.ed25519_verify(public, message, key.sign(message))


def test_a_signature_with_a_scalar_above_the_group_order_is_refused():
    public, text, signed = (bytes.fromhex(part) for part in VECTORS[1])
    scalar = int.from_bytes(signed[32:], "little") + verify_proof.L

    assert not verify_proof.ed25519_verify(public, text, signed[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("key", [b"\xff" * 32, b"\x01" + b"\0" * 30 + b"\x80", b"\x02" + b"\0" * 31, b"short"])
def test_a_key_that_is_no_point_is_refused(key):
    _, text, signed = (bytes.fromhex(part) for part in VECTORS[0])

    assert not verify_proof.ed25519_verify(key, text, signed)


def test_an_untouched_bundle_holds():
    document = bundle()

    assert verify_proof.check_bundle(document, None) == 20
    assert verify_proof.check_bundle(document, bytes.fromhex(document["public_key"])) == 20
    assert len(document["events"]) == 5


def paths(document, at=()):
    """Every place in the document that holds a plain value."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from paths(value, (*at, name))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from paths(value, (*at, index))
    else:
        yield at


def touched(value):
    """Values near the given one: what a flipped bit or a quick hand would leave."""
    if isinstance(value, int):
        return [value + 1, value - 1, value ^ 1, bool(value), str(value), float(value), None]
    middle = len(value) // 2
    flipped = value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :]
    case = value.swapcase() if value.swapcase() != value else value + " "
    return [flipped, value[:-1], value + "0", value[::-1] + "x", case, "", None, 5]


def put(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return changed


def test_a_bundle_of_several_streams_tells_each_from_its_first_event_on(tmp_path, capsys):
    document = bundle_of_several()
    assert document["format"] == "kiemdinh-proof-v2"
    assert {event["originator_id"] for event in document["events"]} == {stream.hex for stream in ROOMS}
    assert [event["position"] for event in document["events"]] == [1, 2, 3, 5, 6, 7, 9, 10, 11]
    file = tmp_path / "ban-tu-kiem.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert verify_proof.main([str(file)]) == 0
    assert "9 sự kiện còn nguyên, trong 3 dòng, mỗi dòng nối liền từ bản 1" in capsys.readouterr().out


def test_an_event_of_another_school_is_not_taken_for_one_of_several_streams():
    document = bundle_of_several()
    foreign = natural_id("elsewhere").hex
    with pytest.raises(verify_proof.Broken, match="không nối tiếp"):
        verify_proof.check_bundle(put(document, ("events", 0, "originator_id"), foreign), None)
    with pytest.raises(verify_proof.Broken, match="của dòng khác"):
        verify_proof.check_bundle({**document, "stream": id_within(STREAM, "room", "3").hex}, None)


@pytest.mark.slow
@BUNDLES
def test_a_bundle_with_any_field_touched_is_refused(made):
    document = made()
    tried = 0
    for path in paths(document):
        original = document
        for part in path:
            original = original[part]
        for value in touched(original):
            if type(value) is type(original) and value == original:
                continue
            with pytest.raises((verify_proof.Broken, verify_proof.NotABundle)):
                verify_proof.check_bundle(verify_proof.read_bundle(json.dumps(put(document, path, value)).encode()), None)
            tried += 1
    assert tried > 200


def test_events_left_out_swapped_or_doubled_are_refused():
    document = bundle()
    events = document["events"]
    for wrong in (events[1:], events[:1] + events[2:], [events[1], events[0], *events[2:]], [events[0], *events], []):
        with pytest.raises((verify_proof.Broken, verify_proof.NotABundle)):
            verify_proof.check_bundle(verify_proof.read_bundle(json.dumps({**document, "events": wrong}).encode()), None)


def test_fields_missing_or_added_are_refused():
    document = bundle()
    for name in document:
        with pytest.raises(verify_proof.NotABundle):
            verify_proof.read_bundle(json.dumps({k: v for k, v in document.items() if k != name}).encode())
    with pytest.raises(verify_proof.NotABundle):
        verify_proof.read_bundle(json.dumps({**document, "note": "x"}).encode())
    for name in document["events"][0]:
        changed = copy.deepcopy(document)
        del changed["events"][0][name]
        with pytest.raises(verify_proof.Broken):
            verify_proof.check_bundle(changed, None)


def test_the_checkpoint_of_another_log_or_another_key_is_refused():
    document = bundle()
    other = Signer.generate(log_origin("thu", "other"))
    same_name = Signer.generate(document["origin"])
    size, root = verify_proof.open_checkpoint(
        document["checkpoint"], document["origin"], bytes.fromhex(document["public_key"])
    )
    assert size == 20

    for signer in (other, same_name):
        with pytest.raises(verify_proof.Broken):
            verify_proof.check_bundle({**document, "checkpoint": signer.sign(size, root)}, None)


def test_a_key_named_by_the_reader_must_be_the_one_that_signed():
    document = bundle()

    with pytest.raises(verify_proof.Broken):
        verify_proof.check_bundle(document, b"\x01" * 32)


def test_a_proof_up_to_an_earlier_position_has_only_what_was_there():
    app = application()
    signer = Signer.generate(log_origin("thu", "talk"))
    checkpoint = app.log.sign_checkpoint(signer)

    early = prove_streams(app.log, checkpoint, signer.verifier, STREAM, upto=9)

    assert [event.position for event in early.events] == [2, 6]
    verify_proof.check_bundle(json.loads(early.to_json()), signer.verifier.public_key)
    with pytest.raises(NothingToProve):
        prove_streams(app.log, checkpoint, signer.verifier, uuid.UUID(int=9 << 64))


def test_the_verifier_imports_nothing_but_the_standard_library():
    tree = ast.parse(Path(verify_proof.__file__).read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [({}, 0, "ĐÚNG"), ({"origin": "khác"}, 1, "SAI LỆCH"), ({"format": "khác"}, 2, "KHÔNG KIỂM ĐƯỢC")],
)
def test_the_command_says_its_verdict_in_vietnamese_and_in_its_exit_code(tmp_path, capsys, change, code, word):
    file = tmp_path / "ban-tu-kiem.json"
    file.write_text(json.dumps({**bundle(), **change}), encoding="utf-8")

    try:
        given = verify_proof.main([str(file)])
    except SystemExit as ended:
        given = ended.code

    said = capsys.readouterr()
    assert given == code
    assert word in said.out + said.err


def test_the_command_takes_a_key_and_needs_it_to_be_one(tmp_path, capsys):
    document = bundle()
    file = tmp_path / "ban-tu-kiem.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    assert verify_proof.main([str(file), "--key", document["public_key"]]) == 0
    assert "--key" not in capsys.readouterr().out
    assert verify_proof.main([str(file), "--key", "00" * 32]) == 1
    for wrong in ([str(file), "--key", "xyz"], [str(tmp_path / "khong-co.json")]):
        with pytest.raises(SystemExit) as ended:
            verify_proof.main(wrong)
        assert ended.value.code == 2


def test_the_file_runs_alone_without_the_project(tmp_path):
    file = tmp_path / "ban-tu-kiem.json"
    file.write_text(json.dumps(bundle()), encoding="utf-8")
    script = tmp_path / "verify_proof.py"
    script.write_bytes(Path(verify_proof.__file__).read_bytes())

    done = subprocess.run([sys.executable, "-I", "-S", script, file], capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ĐÚNG. 5 sự kiện")
