"""Signed statements of a log's size and root: C2SP signed notes (c2sp.org/signed-note) with tlog checkpoints inside.

A note reads ``origin, size, root in base64`` on three lines, ``signed-at TIME`` on a fourth (an extension line, which other
tools pass over; notes of before have none), an empty line, and ``— name signature``. Keys are written as
C2SP and Go's sumdb write them, so other people's tools read them: ``name+hash+key`` for those who check, and
``PRIVATE+KEY+name+hash+key`` in the signer's file.

Home-made, for no kept library in Python writes signed notes; the signature itself (Ed25519) is cryptography's.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.vocabulary.ids import Digest, TreeSize

_ED25519 = b"\x01"
_DASH = "— "
_SIGNED_AT = "signed-at "
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class BadNote(ValueError):
    """A text that is not a checkpoint signed by the expected key, or a key that cannot be read."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One signed checkpoint. `number` counts from 1; `signed_at` (UTC) is when the log's owner says he signed it.

    The note says so too, under the signature, unless it was signed by software of before.
    """

    number: int
    origin: str
    size: TreeSize
    root: Digest
    signed_at: dt.datetime
    note: str


class CheckpointBody(msgspec.Struct, frozen=True):
    """What a checkpoint says: the log's name, how many leaves it has, their Merkle root, and when (UTC) it was signed.

    `signed_at` is None in a note that does not say.
    """

    origin: str
    size: TreeSize
    root: Digest
    signed_at: dt.datetime | None = None

    def text(self) -> str:
        """Return the lines that are signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.signed_at is not None:
            lines.append(f"{_SIGNED_AT}{self.signed_at.astimezone(dt.UTC).strftime(_TIME)}")
        return "\n".join(lines) + "\n"


def log_origin(installation: str, service: str) -> str:
    """Return the name of one service's log: the first line of its checkpoints and the name of its key."""
    return f"kiemdinh/{installation}/{service}"


def _key_hash(name: str, key: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + _ED25519 + key).digest()[:4]


class Verifier:
    """Checks notes against one public key."""

    def __init__(self, name: str, public_key: bytes) -> None:
        self.name = name
        self.public_key = public_key
        self._hash = _key_hash(name, public_key)

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read ``name+hash+key``; raises BadNote."""
        name, key_hash, key = _parse_key(text)
        verifier = cls(name, key)
        if verifier._hash != key_hash:
            msg = "the key does not fit its hash"
            raise BadNote(msg)
        return verifier

    @property
    def text(self) -> str:
        """Return the key as ``name+hash+key``."""
        return f"{self.name}+{self._hash.hex()}+{base64.b64encode(_ED25519 + self.public_key).decode()}"

    def open(self, note: str) -> CheckpointBody:
        """Return what a note says; raises BadNote when it is not signed by this key or is not a checkpoint."""
        body, separator, signatures = note.rpartition("\n\n")
        if not separator:
            msg = "not a signed note"
            raise BadNote(msg)
        text = body + "\n"
        signature = self._signature(signatures)
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature as error:
            msg = "the signature is wrong"
            raise BadNote(msg) from error
        return parse_checkpoint_body(text)

    def _signature(self, lines: str) -> bytes:
        for line in lines.split("\n"):
            name, _, value = line.removeprefix(_DASH).partition(" ")
            if line.startswith(_DASH) and name == self.name:
                raw = _decode(value)
                if raw[:4] == self._hash:
                    return raw[4:]
        msg = f"not signed by {self.name}"
        raise BadNote(msg)


class Signer:
    """Signs checkpoints of one log with its Ed25519 key."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        if not name or any(letter.isspace() for letter in name) or "+" in name:
            msg = f"not a key name: {name!r}"
            raise BadNote(msg)
        self.name = name
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Signer:
        """Return a signer with a fresh key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> Signer:
        """Read a key file; raises BadNote when it is not one, OSError when it cannot be read."""
        prefix, text = "PRIVATE+KEY+", path.read_text(encoding="utf-8").strip()
        if not text.startswith(prefix):
            msg = f"{path.name} is not a private key"
            raise BadNote(msg)
        name, key_hash, seed = _parse_key(text.removeprefix(prefix))
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if signer.verifier._hash != key_hash:
            msg = f"{path.name}: the key does not fit its hash"
            raise BadNote(msg)
        return signer

    def save(self, path: Path) -> None:
        """Write the key file, readable by its owner alone; raises FileExistsError, for a key must not be lost."""
        seed = base64.b64encode(_ED25519 + self._key.private_bytes_raw()).decode()
        text = f"PRIVATE+KEY+{self.name}+{self.verifier._hash.hex()}+{seed}\n"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def sign(self, size: TreeSize, root: Digest, at: dt.datetime | None = None) -> str:
        """Return the signed note of a tree; `at` (aware) is when it is signed."""
        text = CheckpointBody(self.name, size, root, at).text()
        signature = _key_hash(self.name, self.verifier.public_key) + self._key.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {base64.b64encode(signature).decode()}\n"


def parse_checkpoint_body(text: str) -> CheckpointBody:
    """Read the lines of a checkpoint without looking at signatures; raises BadNote."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isdecimal() or lines[1] != str(int(lines[1])):
        msg = "not a checkpoint"
        raise BadNote(msg)
    root = _decode(lines[2])
    if len(root) != 32:
        msg = "not a root"
        raise BadNote(msg)
    return CheckpointBody(lines[0], TreeSize(int(lines[1])), Digest(root), _signed_at(lines[3:-1]))


def _signed_at(extensions: list[str]) -> dt.datetime | None:
    """Return the time among the extension lines; raises BadNote when it is none, or when there are two."""
    times = [line.removeprefix(_SIGNED_AT) for line in extensions if line.startswith(_SIGNED_AT)]
    if not times:
        return None
    try:
        (text,) = times
        return dt.datetime.strptime(text, _TIME).replace(tzinfo=dt.UTC)
    except ValueError as error:
        msg = "not a time of signing"
        raise BadNote(msg) from error


def _parse_key(text: str) -> tuple[str, bytes, bytes]:
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        msg = "not a key"
        raise BadNote(msg)
    name, key_hash, encoded = parts
    key = _decode(encoded)
    if key[:1] != _ED25519 or len(key) != 33:
        msg = "not an Ed25519 key"
        raise BadNote(msg)
    try:
        return name, bytes.fromhex(key_hash), key[1:]
    except ValueError as error:
        msg = "not a key hash"
        raise BadNote(msg) from error


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        msg = "not base64"
        raise BadNote(msg) from error
    # The last letter has bits that carry nothing: text that says the same in another way was not written by a signer.
    if base64.b64encode(data).decode("ascii") != text:
        msg = "not base64 as it is written"
        raise BadNote(msg)
    return data
