"""Office files made by hand, as good and as bad as a test wants them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the archive of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def word(body: str, before: str = "", **parts: str) -> bytes:
    """Return a document with this body; `before` stands in front of its root."""
    root = f'{before}<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    return zipped({"word/document.xml": root, **parts})


def book(rows: str, *, merges: str = "", before: str = "", texts: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook of one sheet with these rows."""
    sheet = f'{before}<worksheet xmlns="{S}"><sheetData>{rows}</sheetData>{merges}</worksheet>'
    return zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            '<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="t"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": f'<sst xmlns="{S}">{texts}</sst>',
            **(parts or {}),
        }
    )


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return an archive with one part more, or that part in the place of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**parts, name: content})
