"""Opens office files that strangers wrote: a zip whose parts are read within limits, and XML without a document type.

Nothing of the file is ever run, followed or written to disk: macros, external links, pictures and embedded files stay
unread. Limits keep a small file from becoming a large one (a zip bomb) and a flat one from becoming deep.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from shared.problems import Problem

MOST_PARTS = 2_000
MOST_BYTES = 24 << 20
"""Of all parts that are read together, unpacked: a report of hundreds of pages has less than a fifth of it."""
MOST_ELEMENTS = 400_000
DEEPEST = 120

_STORED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_NO_ARCHIVE = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError)
"""What `zipfile` raises for bytes it does not open; the last for a later version of the format (APPNOTE 4.4.3)."""
_NO_PART = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
"""What `zipfile` raises for a part it does not unpack: broken, locked; the last for patched data and strong encryption."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PREFIXES: Mapping[str, str] = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "s",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "s",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_OTHER = "x"


class UnreadableOfficeFile(Problem):
    """Not a .docx or .xlsx that can be read: another kind, locked, broken, or made to do harm."""

    type = "tep-van-phong-khong-doc-duoc"
    status = 422
    title = "Không đọc được tệp Word, Excel"


class OfficeFileTooLarge(Problem):
    """More than a paper ever holds, once unpacked."""

    type = "tep-van-phong-qua-lon"
    status = 413
    title = "Tệp Word, Excel quá lớn"


def broken() -> UnreadableOfficeFile:
    """Return the problem of a file that cannot be read."""
    return UnreadableOfficeFile(
        "Tệp hỏng hoặc không phải tệp Word, Excel thường. Mở lại bằng Word hoặc Excel, lưu dạng .docx hoặc .xlsx rồi gửi "
        "bản mới."
    )


def too_large() -> OfficeFileTooLarge:
    """Return the problem of a file that holds too much."""
    return OfficeFileTooLarge(
        "Tệp chứa nhiều hơn mọi giấy hệ thống in ra nên không đọc. Gửi đúng tệp đã in, bỏ phần dán thêm không phải của giấy."
    )


class OfficeFile:
    """The parts of an office file, read on demand and counted: all of them together stay within the limits.

    Raises UnreadableOfficeFile, OfficeFileTooLarge.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise UnreadableOfficeFile(
                "Tệp đặt mật khẩu, hoặc là dạng cũ (.doc, .xls). Bỏ mật khẩu, lưu thành .docx hoặc .xlsx rồi gửi lại."
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _NO_ARCHIVE as error:
            raise broken() from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            self._entries.setdefault(entry.filename, entry)
        if len(self._zip.infolist()) > MOST_PARTS:
            raise too_large()
        self._bytes = MOST_BYTES
        self._elements = MOST_ELEMENTS

    @property
    def names(self) -> list[str]:
        """Return the names of the parts, sorted."""
        return sorted(self._entries)

    def tree(self, name: str) -> Element | None:
        """Return a part as a tree, None when there is no such part.

        Names of elements and attributes have a short prefix for the namespaces that are read here ("w-p"), "x-" for all
        others, none for an attribute without a namespace.
        """
        entry = self._entries.get(name)
        return None if entry is None else self._parsed(self._read(entry))

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _STORED:
            raise broken()
        if entry.file_size > self._bytes:
            raise too_large()
        try:
            with self._zip.open(entry) as part:
                data = part.read(self._bytes + 1)
        except _NO_PART as error:
            raise broken() from error
        if len(data) > self._bytes:
            raise too_large()
        self._bytes -= len(data)
        return data

    def _parsed(self, data: bytes) -> Element:
        builder = TreeBuilder()
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._elements -= 1
            if depth > DEEPEST:
                raise broken()
            if self._elements < 0:
                raise too_large()
            builder.start(_short(name), {_short(key, ""): value for key, value in attributes.items()})

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            builder.end(_short(name))

        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = builder.data
        parser.StartDoctypeDeclHandler = _no_document_type
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise broken() from error
        return builder.close()


def _no_document_type(*_: Any) -> NoReturn:
    # Office writes none, and only with one could a part name entities and files of its own.
    raise broken()


def _short(name: str, none: str = _OTHER) -> str:
    uri, parted, local = name.rpartition("}")
    if not parted:
        return f"{none}-{local}" if none else local
    return f"{_PREFIXES.get(uri, _OTHER)}-{local}"
