"""A paper as PDF, by WeasyPrint from HTML: every installation prints, with no office program beside it.

Promises: text can be searched and copied, fonts are embedded, nothing is fetched. Processor time of tenths of a second a
page and some 100 MB of memory the first time: call it in a thread of the operating system or, where memory counts, in a
process of its own. The bytes are a rendition: they follow the fonts of the machine. What is promised for ever are the words
(`text_sha256`).
"""

from __future__ import annotations

import functools
from typing import Any, NoReturn

from shared.fonts import text_family_name
from shared.papers.imprint import imprint
from shared.papers.layout import nd30
from shared.papers.markup import to_html
from shared.papers.model import Paper


def to_pdf(paper: Paper) -> bytes:
    """Return the paper as PDF.

    Raises ValueError for a paper that is not resolved or a table that does not fit its columns, OSError where the libraries
    that draw text are not installed (`kiemdinh doctor` names them).
    """
    import weasyprint

    told = imprint(paper)
    html = to_html(paper, told, _families())
    written: bytes = weasyprint.HTML(string=html, url_fetcher=_refusing()).write_pdf(
        pdf_identifier=told.paper_id.encode("ascii")
    )
    return written


@functools.cache
def _families() -> tuple[str, ...]:
    """Fonts for the text: the one of this machine that draws every Vietnamese letter first, else letters of two fonts
    mix.
    """
    best = text_family_name()
    return (*([best] if best else []), *nd30().font.text.families)


@functools.cache
def _refusing() -> Any:
    """A fetcher that fetches nothing: the document has no address in it, and should one slip in, it leads nowhere."""
    from weasyprint.urls import URLFetcher

    class Refusing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> NoReturn:
            raise ValueError(f"a paper fetches nothing: {url[:80]}")

    return Refusing()
