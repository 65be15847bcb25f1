"""Office files as zip packages whose bytes depend on their parts alone: no clock, no order of insertion, no name of a
machine.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from html import escape

from shared.clock import VIETNAM
from shared.papers.model import Paper
from shared.papers.wording import clean

CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip archive can hold."""
_UNIX = 3
_READABLE = 0o644 << 16


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the archive of the parts by their names, content types first, the rest sorted, all dated 1980-01-01."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        for name in sorted(parts, key=lambda part: (part != _FIRST, part)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            package.writestr(entry, parts[name], compresslevel=6)
    return archive.getvalue()


def core_properties(paper: Paper, paper_id: str) -> bytes:
    """Return the core properties: the paper's own title, issuer and moment (of its last fact, else the day it tells of)."""
    moment = paper.recorded_at or dt.datetime.combine(paper.valid_at, dt.time(), VIETNAM)
    stamp = f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    when = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>' for name in ("created", "modified"))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_said(paper.title)}</dc:title><dc:creator>{_said(paper.issuer)}</dc:creator>"
        f"<dc:identifier>{paper_id}</dc:identifier><dc:language>vi-VN</dc:language>"
        f"<cp:lastModifiedBy>kiemdinh</cp:lastModifiedBy><cp:version>{paper.known_at}</cp:version>{when}"
        "</cp:coreProperties>"
    ).encode()


def _said(text: str) -> str:
    return escape(clean(text).replace("\n", " "))
