"""A printed paper as an answer: the file, and what a program wants to know of it in headers of our own."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.portal.printing import PrintedFile


def file_response(printed: PrintedFile) -> Response:
    """Return the file as a download; `X-Kiemdinh-Known-At` is the log position that it tells of."""
    return Response(
        printed.content,
        content_type=printed.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{printed.name}"',
            "X-Kiemdinh-Paper": printed.paper,
            "X-Kiemdinh-Known-At": str(printed.known_at),
            "X-Kiemdinh-Valid-At": printed.valid_at.isoformat(),
            "X-Kiemdinh-Draft": "true" if printed.draft else "false",
            "X-Kiemdinh-Gaps": str(printed.gaps),
            "X-Kiemdinh-Sha256": printed.sha256,
        },
    )
