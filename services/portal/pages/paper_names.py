"""One name for a paper wherever it is shown: the title given with its code, else what it calls itself, else its file's."""

from __future__ import annotations

LONGEST = 240


def paper_name(*, file_name: str, title: str = "", coded_title: str = "") -> str:
    """Return the name of a paper.

    `coded_title` was given by a person with the evidence code; `title` is kind, number and abstract of its fields.
    """
    name = coded_title or title or file_name
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def beside(name: str, file_name: str) -> str:
    """Return the file name where it is worth showing beside a paper's name: where it is another."""
    return "" if name == file_name else file_name
