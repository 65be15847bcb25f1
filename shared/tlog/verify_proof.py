#!/usr/bin/env python3
# ruff: noqa: T201 - a command speaks by printing
"""Kiểm một bản tự kiểm của kiemdinh mà không cần mạng, không cần cài gì ngoài Python 3.9 trở lên.

    python verify_proof.py ban-tu-kiem.json [--key KHOA_CONG_KHAI_HEX]

It checks one proof bundle with nothing but the standard library: the Ed25519 signature of the checkpoint (RFC 8032, written
out below), every event's leaf and its path to the signed root (RFC 6962), and that no version of a stream is left out.
Exit code 0: everything holds; 1: something does not; 2: the file cannot be read or says nothing. The key should come from
another place than the bundle (the installation publishes it); without --key the bundle's own is used, and the verdict
says so.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from typing import Any, NoReturn

FORMAT = "kiemdinh-proof-v1"
FORMAT_OF_SEVERAL = "kiemdinh-proof-v2"
GROUP_DIGITS = 16  # so many hexadecimal digits the ids of one group of streams have in common
LEAF_DOMAIN = b"kiemdinh-leaf-v1\x00"
DASH = "— "
EVENT_FIELDS = {
    "position": int,
    "originator_id": str,
    "originator_version": int,
    "topic": str,
    "recorded_at_us": int,
    "state": str,
    "leaf_hash": str,
    "inclusion": list,
}


class Broken(Exception):
    """Something in the bundle does not hold; says what, in Vietnamese."""


class NotABundle(Exception):
    """The file is no bundle; says why, in Vietnamese."""


# --- Ed25519, verification only (RFC 8032 section 5.1) ----------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def _recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _equal(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _decompress(data: bytes) -> Point | None:
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is the key owner's over the message."""
    if len(signature) != 64:
        return False
    key, commitment = _decompress(public_key), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    return _equal(_multiply(scalar, BASE), _add(commitment, _multiply(challenge, key)))


# --- Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1.3.2) -----------------------------------------------------


def leaf_hash(stream: str, version: int, topic: str, state: bytes, recorded_at_us: int) -> bytes:
    """Return the leaf hash of a stored event."""
    data = LEAF_DOMAIN
    for field in (stream.encode(), str(version).encode(), topic.encode(), state, str(recorded_at_us).encode()):
        data += len(field).to_bytes(8, "big") + field
    return hashlib.sha256(b"\x00" + data).digest()


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Say whether the path leads from the leaf at `index` to the root of the tree of `size` leaves."""
    if not 0 <= index < size:
        return False
    node, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            leaf = hashlib.sha256(b"\x01" + sibling + leaf).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + sibling).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and leaf == root


# --- the checkpoint (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) --------------------------------------------------


def open_checkpoint(note: str, origin: str, key: bytes) -> tuple[int, bytes]:
    """Return size and root of a checkpoint signed by `key` for the log `origin`; raises Broken."""
    body, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise Broken("Mốc niêm không có chữ ký.")
    text = body + "\n"
    key_hash = hashlib.sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
    if signatures != f"{DASH}{origin} {_signature_of(signatures, key_hash)}\n":
        raise Broken("Dòng chữ ký của mốc niêm đã bị sửa.")
    signature = base64.b64decode(_signature_of(signatures, key_hash))[4:]
    if not ed25519_verify(key, text.encode(), signature):
        raise Broken("Chữ ký của mốc niêm không đúng với khóa.")
    lines = text.split("\n")
    # More lines may follow: extensions (c2sp.org/tlog-checkpoint), under the signature like the rest.
    if len(lines) < 4 or "" in lines[3:-1] or lines[0] != origin or not lines[1].isdecimal():
        raise Broken("Mốc niêm là của nhật ký khác.")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def _signature_of(lines: str, key_hash: bytes) -> str:
    """Return the base64 of the signature whose key hash fits; raises Broken."""
    encoded = lines.strip("\n").rpartition(" ")[2]
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("Chữ ký của mốc niêm không đọc được.") from None
    if raw[:4] != key_hash or base64.b64encode(raw).decode() != encoded:
        raise Broken("Mốc niêm không được ký bằng khóa này.")
    return encoded


# --- the bundle -------------------------------------------------------------------------------------------------------


def read_bundle(text: bytes) -> Any:
    """Return the bundle's document; raises Unreadable."""
    try:
        document = json.loads(text)
    except ValueError:
        raise NotABundle("Tệp không phải JSON.") from None
    if not isinstance(document, dict) or document.get("format") not in (FORMAT, FORMAT_OF_SEVERAL):
        raise NotABundle(f"Tệp không phải bản tự kiểm {FORMAT} hay {FORMAT_OF_SEVERAL}.")
    for name, kind in (("origin", str), ("public_key", str), ("checkpoint", str), ("stream", str), ("events", list)):
        if not isinstance(document.get(name), kind):
            raise NotABundle(f"Bản tự kiểm thiếu mục {name}.")
    if set(document) != {"format", "origin", "public_key", "checkpoint", "stream", "events"}:
        raise NotABundle("Bản tự kiểm có mục lạ.")
    if not document["events"]:
        raise NotABundle("Bản tự kiểm không có sự kiện nào.")
    return document


def check_bundle(document: Any, trusted_key: bytes | None) -> int:
    """Check everything; return the size of the signed log; raises Broken."""
    key = _hexadecimal(document["public_key"], "Khóa công khai")
    if trusted_key is not None and trusted_key != key:
        raise Broken("Khóa trong bản tự kiểm khác khóa đã cho.")
    size, root = open_checkpoint(document["checkpoint"], document["origin"], key)
    whole = _hexadecimal(document["stream"], "Dòng", 16).hex()
    beginning = whole if document["format"] == FORMAT else whole[:GROUP_DIGITS]
    versions: dict[str, int] = {}
    position = recorded = 0
    for number, event in enumerate(document["events"], 1):
        try:
            place_in_stream(event, number, beginning, versions)
            position, recorded = check_event(event, number, position, recorded, size, root)
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
            raise Broken(f"Sự kiện thứ {number} không đọc được.") from None
    if whole not in versions:
        raise Broken("Các sự kiện là của dòng khác.")
    return size


def place_in_stream(event: Any, number: int, beginning: str, versions: dict[str, int]) -> None:
    """Check that an event is the next of a stream whose id begins so; `versions` has the last of each; raises Broken."""
    where = f"Sự kiện thứ {number}"
    if {name: type(value) for name, value in event.items()} != EVENT_FIELDS:
        raise Broken(f"{where} không đúng dạng.")
    stream, version = event["originator_id"], event["originator_version"]
    if stream[: len(beginning)] != beginning or version != versions.get(stream, 0) + 1:
        raise Broken(f"{where} không nối tiếp sự kiện trước của dòng này.")
    versions[stream] = version


def check_event(event: Any, number: int, position: int, recorded: int, size: int, root: bytes) -> tuple[int, int]:
    """Check the `number`-th event of a bundle; return its position and time; raises Broken."""
    where = f"Sự kiện thứ {number}"
    state = base64.b64decode(event["state"], validate=True)
    if base64.b64encode(state).decode() != event["state"]:
        raise Broken(f"{where}: nội dung viết không đúng dạng.")
    leaf = leaf_hash(event["originator_id"], event["originator_version"], event["topic"], state, event["recorded_at_us"])
    if leaf.hex() != event["leaf_hash"]:
        raise Broken(f"{where}: nội dung khác mã băm của nó.")
    if event["position"] <= position or event["recorded_at_us"] < recorded:
        raise Broken(f"{where} đứng sai thứ tự.")
    path = [_hexadecimal(node, where) for node in event["inclusion"]]
    if not is_included(leaf, event["position"] - 1, size, path, root):
        raise Broken(f"{where} không nằm ở số {event['position']} của nhật ký đã ký.")
    return event["position"], event["recorded_at_us"]


def _hexadecimal(text: Any, what: str, size: int = 32) -> bytes:
    try:
        data = bytes.fromhex(text)
    except (ValueError, TypeError):
        data = b""
    if len(data) != size or data.hex() != text:
        raise Broken(f"{what} không phải {size} byte viết bằng số hex.")
    return data


def _signing_time(note: str) -> str:
    """Return when a note that was checked says it was signed; nothing for one of before, which does not say."""
    times = [line.partition(" ")[2] for line in note.split("\n")[3:] if line.startswith("signed-at ")]
    return f" lúc {times[0]}" if times else ""


def _usage_error(message: str) -> NoReturn:
    print(f"KHÔNG KIỂM ĐƯỢC. {message}", file=sys.stderr)
    raise SystemExit(2)


def main(arguments: list[str] | None = None) -> int:
    """Check the file named on the command line, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(description="Kiểm một bản tự kiểm, không cần mạng.")
    parser.add_argument("bundle", help="tệp bản tự kiểm (.json)")
    parser.add_argument("--key", help="khóa công khai của nhật ký (64 số hex), lấy từ nguồn khác bản tự kiểm")
    options = parser.parse_args(arguments)
    try:
        trusted = _hexadecimal(options.key.lower(), "Khóa đã cho") if options.key else None
        with open(options.bundle, "rb") as file:  # noqa: PTH123
            document = read_bundle(file.read())
    except (OSError, NotABundle, Broken) as error:
        _usage_error(str(error))
    try:
        size = check_bundle(document, trusted)
    except Broken as error:
        print(f"SAI LỆCH. {error}")
        return 1
    count = len(document["events"])
    streams = len({event["originator_id"] for event in document["events"]})
    joined = f"nối liền từ bản 1 đến bản {count}" if streams == 1 else f"trong {streams} dòng, mỗi dòng nối liền từ bản 1"
    print(f"ĐÚNG. {count} sự kiện còn nguyên, {joined}, nằm trong nhật ký đã ký.")
    print(f"Nhật ký {document['origin']}, mốc niêm ký {size} sự kiện{_signing_time(document['checkpoint'])}.")
    if trusted is None:
        print(f"Khóa lấy từ chính bản tự kiểm: {document['public_key']}. Đối chiếu với khóa đã công bố bằng --key.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
