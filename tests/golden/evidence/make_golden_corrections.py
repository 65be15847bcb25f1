"""Writes the golden log of a document that was read, corrected, confirmed and read again, with what lies beside it.

Run once (`python -m tests.golden.evidence.make_golden_corrections`); the files are committed and never rewritten, for they
stand for the logs that are out there.
"""

from __future__ import annotations

import base64
import json

import msgspec

from services.evidence.domain.text import PageKind
from shared.contracts.calls.evidence import (
    ConfirmPage,
    CorrectPage,
    PageRequest,
    PagesToReviewRequest,
    PageToCorrectRequest,
    ReadingQualityRequest,
    RetryReading,
    WordChange,
    WordChangeKind,
)
from tests.golden.evidence.histories import FOLDER, keep
from tests.opened import scope
from tests.unit.evidence.evidence_kit import SCHOOL, World, auditor, clerk, read_text

BESIDE = FOLDER / "beside-corrections.json"


def story() -> World:
    """Two pages, one corrected and one confirmed, read again by a newer pipeline, corrected once more."""
    world = World()
    document = world.receive().document
    first = ("Số: 4B/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thừ", "---", "1 || 245")
    later = ("Số: 48/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thứ", "---", "1 245 §")
    _read(world, document, first, "layout-1")
    _correct(world, document, 1, 0, (1, "48/KH-TH"), (8, "Thử"))
    _correct(world, document, 2, 0, (1, ""))
    confirmed = {"document": document, "page": 2, "text_sha256": _shown(world, document, 2).text_sha256, "edition": 1}
    world.application.confirm_page(clerk(), ConfirmPage(**confirmed))
    world.application.retry_reading(clerk(), RetryReading(document=document))
    _read(world, document, later, "layout-2")
    _correct(world, document, 1, 1, (6, "Lô"))
    return world


def _read(world: World, document: str, lines: tuple[str, ...], pipeline: str) -> None:
    text = read_text(*lines, confidence=60)
    kinds = (PageKind.TEXT, PageKind.TABLE)
    pages = tuple(msgspec.structs.replace(page, kind=kind) for page, kind in zip(text.pages, kinds, strict=True))
    world.application.record_text(clerk(), document, msgspec.structs.replace(text, pages=pages, pipeline=pipeline))


def _shown(world: World, document: str, page: int):  # type: ignore[no-untyped-def]
    return world.application.page_to_correct(clerk(), PageToCorrectRequest(document=document, page=page))


def _correct(world: World, document: str, page: int, edition: int, *words: tuple[int, str]) -> None:
    changes = [
        WordChange(kind=WordChangeKind.REPLACED if text else WordChangeKind.REMOVED, word=at, text=text)
        for at, text in words
    ]
    sha256 = _shown(world, document, page).text_sha256
    request = CorrectPage(document=document, page=page, text_sha256=sha256, edition=edition, changes=changes)
    world.application.correct_page(clerk(), request)


def main() -> None:
    """Write all files."""
    world = story()
    beside = {
        "corrections": {
            key: [document, page, base64.b64encode(kept.salt).decode(), base64.b64encode(kept.content).decode()]
            for key, (document, page, kept) in world.corrections.rows.items()
        },
        "texts": {
            key: base64.b64encode(data).decode() for key, data in world.derived.objects.items() if key.endswith("text.json")
        },
    }
    BESIDE.write_text(json.dumps(beside, indent=1) + "\n", encoding="utf-8")
    keep("corrections", world, pages=asked(world))


def asked(world: World) -> dict[str, object]:
    """What the service answers of its pages."""
    document = str(world.application.log.read(0, 1)[0].entry.originator_id)
    pages = [world.application.page(clerk(), PageRequest(document=document, number=number)).page.text for number in (1, 2)]
    listed = world.application.pages_to_review(clerk(), PagesToReviewRequest(school=SCHOOL)).pages
    qualities = world.application.reading_quality(auditor(), ReadingQualityRequest()).qualities
    return {
        "texts": pages,
        "to_review": [one.page for one in listed],
        "qualities": [[one.kind, one.pipeline, one.pages, one.rejudged, one.letters_wrong] for one in qualities],
    }


if __name__ == "__main__":
    with scope():
        main()
