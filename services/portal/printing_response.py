"""A printed paper as an answer: the file, and what a program wants to know of it in headers of our own."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.portal.printing import PRINT_HEADERS, PrintedFile


def file_response(printed: PrintedFile) -> Response:
    """Return the file as a download; `X-Kiemdinh-Known-At` is the log position that it tells of."""
    told = (
        printed.paper,
        str(printed.known_at),
        printed.valid_at.isoformat(),
        "true" if printed.draft else "false",
        str(printed.gaps),
        printed.sha256,
    )
    headers = dict(zip(PRINT_HEADERS, told, strict=True))
    headers["Content-Disposition"] = f'attachment; filename="{printed.name}"'
    return Response(printed.content, content_type=printed.media_type, headers=headers)
