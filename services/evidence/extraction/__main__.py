"""The child's command line: ``pages FD``, ``inspect FD``, ``view SOURCE MEDIA INTO PAGE``, ``codes SOURCE MEDIA``.

Before these stand the name of the job and its limits. ``pages`` and ``inspect`` are told over that socket what to do.
``pdf SOURCE MEDIA TEXT INTO TITLE`` makes a PDF/A.
"""

from __future__ import annotations

import os
import sys

for _name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    # One core a worker: tesseract on its own choice of threads is 2.7 times slower on two cores. Before NumPy is loaded.
    os.environ[_name] = "1"

from services.evidence.extraction.protocol import ChildLimits, Exit  # noqa: E402
from services.evidence.extraction.sandbox import confine  # noqa: E402


def main(arguments: list[str]) -> int:
    """Do one job under limits; the exit status tells how it went."""
    job, limits = arguments[0], ChildLimits.parse(arguments[1])
    confine(limits)
    try:
        if job == "pages":
            from services.evidence.extraction.page_server import serve_pages

            serve_pages(int(arguments[2]), limits)
        elif job == "view":
            from services.evidence.extraction.single_jobs import view_document_page

            view_document_page(arguments[2], arguments[3], arguments[4], int(arguments[5]), limits)
        elif job == "codes":
            from services.evidence.extraction.single_jobs import tell_codes

            tell_codes(arguments[2], arguments[3], limits)
        elif job == "pdf":
            from services.evidence.extraction.renditions import write_pdf

            write_pdf(arguments[2], arguments[3], arguments[4], arguments[5], arguments[6], limits)
        else:
            from services.evidence.extraction.file_inspection import serve

            serve(int(arguments[2]), limits)
    except MemoryError:
        return Exit.MEMORY
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
