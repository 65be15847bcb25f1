"""Looks into PDFs for the intake: pages, password, damage. Stays a while, since starting costs more than looking."""

from __future__ import annotations

import os
import socket
import struct

import msgspec
import pikepdf

from services.evidence.domain.admission import PdfFacts
from services.evidence.reading.protocol import ChildLimits, InspectPdf

_TAIL_BYTES = 2048


def serve(descriptor: int, limits: ChildLimits) -> None:
    """Answer questions over a socket until it is closed or nobody has asked for a while."""
    with socket.socket(fileno=descriptor) as peer:
        peer.settimeout(limits.idle_seconds)
        while True:
            try:
                question = _receive(peer)
            except (TimeoutError, ConnectionError):
                return
            if question is None:
                return
            facts = inspect_pdf(msgspec.json.decode(question, type=InspectPdf).path)
            answer = msgspec.json.encode(facts)
            peer.sendall(struct.pack(">I", len(answer)) + answer)


def inspect_pdf(path: str) -> PdfFacts:
    """Return what qpdf says of a file. Owner passwords do not hinder reading, so they count as none."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            mended = any("reconstruct" in str(warning) or "damaged" in str(warning) for warning in pdf.get_warnings())
            return PdfFacts(pages=pages, broken=mended and not _has_end(path))
    except pikepdf.PasswordError:
        return PdfFacts(locked=True)
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, OSError, MemoryError):
        return PdfFacts(broken=True)


def _has_end(path: str) -> bool:
    """Say whether the file reaches its end marker: a mended middle is harmless, a missing end loses pages."""
    with open(path, "rb") as file:  # noqa: PTH123 - an os-level path from the parent
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        return b"%%EOF" in file.read()


def _receive(peer: socket.socket) -> bytes | None:
    head = _exactly(peer, 4)
    return None if head is None else _exactly(peer, struct.unpack(">I", head)[0])


def _exactly(peer: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            return None
        data += more
    return data
