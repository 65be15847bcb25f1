"""The jobs of a child that does one and leaves: the image of a page, the codes on a paper. Exits as `Exit` says."""

from __future__ import annotations

import sys
from pathlib import Path

from services.evidence.extraction.page_images import VIEW_SIDE, save_images
from services.evidence.extraction.pages import Damaged, Unsupported, open_pages, view_page
from services.evidence.extraction.paper_codes import find_codes
from services.evidence.extraction.protocol import ChildLimits, Exit


def view_document_page(source: str, media: str, into: str, number: int, limits: ChildLimits) -> None:
    """Make the image and the thumbnail of one page as it lies in the file."""
    try:
        save_images(view_page(source, media, number, limits, VIEW_SIDE), number, Path(into), limits.image_bytes)
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)


def tell_codes(source: str, media: str, limits: ChildLimits) -> None:
    """Print the codes of prints on the first page of a file that has any, one a line."""
    try:
        with open_pages(source, media, limits) as sources:
            for page in sources:
                found = find_codes(page.image)
                if found:
                    sys.stdout.write("".join(f"{code}\n" for code in found))
                    break
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)
