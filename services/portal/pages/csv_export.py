"""Tables as files that a spreadsheet opens: CSV in UTF-8 with its mark, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from werkzeug.wrappers import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a text for a formula and carries it out (OWASP, CSV injection)."""


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Return a table to be kept as `name`; the mark at its beginning lets Excel read Vietnamese."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(header)
    sheet.writerows([_cell(value) for value in row] for row in rows)
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
