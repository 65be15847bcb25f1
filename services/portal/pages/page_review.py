"""Pages that were read none too surely: the list of a school's, and one beside its image, corrected word by word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.paper_names import paper_name
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, may
from shared.contracts.calls.evidence import (
    ConfirmPage,
    CorrectableWord,
    CorrectPage,
    PageChecked,
    PagesToReviewAnswer,
    PagesToReviewRequest,
    PageToCorrect,
    PageToCorrectRequest,
    PageToReview,
    WordChange,
    WordChangeKind,
)
from shared.problems import BadRequest, Conflict, Problem
from shared.vocabulary.ids import DocumentId, SchoolCode, Sha256

A_PAGE = 50


class PaperToReview(msgspec.Struct, frozen=True, kw_only=True):
    """A paper with the pages of it that want a look."""

    name: str
    document: DocumentId
    pages: list[PageToReview]


class ReviewList(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the list is shown."""

    path: str
    number: int

    def link(self, *, number: int) -> str:
        """Return the address of another part of the list."""
        return keep(self.path, trang=number if number > 1 else "")


class WordLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page to be typed over; `first` counts its first word on the page, `opens` says that a block begins."""

    first: int
    words: list[CorrectableWord]
    opens: bool

    @property
    def text(self) -> str:
        """Return what the line reads."""
        return " ".join(word.text for word in self.words)

    @property
    def doubtful(self) -> list[str]:
        """Return the words of the line that are to be looked at."""
        return [word.text for word in self.words if word.doubtful]

    @property
    def places(self) -> str:
        """Return for the script where words lie, whether doubtful (1) or a person's (2); '' where one has a space in it."""
        if any(len(word.text.split()) != 1 for word in self.words):
            return ""
        marked = ((word.box, 1 if word.doubtful else 2 if word.corrected else 0) for word in self.words)
        return " ".join(f"{b.left},{b.top},{b.width},{b.height},{mark}" for b, mark in marked)


# ---- the list --------------------------------------------------------------------------------------------------------


@blueprint.get("/truong/<school>/xem-lai")
def pages_to_review(school: SchoolCode) -> str:
    """Show the pages of a school that a person should look at, paper by paper."""
    at = ReviewList(path=f"/truong/{quote(school)}/xem-lai", number=query_params.number("trang", 1, low=1, high=10_000))
    asked = PagesToReviewRequest(school=school, limit=A_PAGE, offset=(at.number - 1) * A_PAGE)
    listed = call_service("evidence", "pages_to_review", asked, PagesToReviewAnswer)
    return render(
        "xem-lai.html",
        active="minh-chung",
        school=school,
        listed=listed,
        papers=[_paper(pages) for _, pages in groupby(listed.pages, key=lambda page: page.document)],
        at=at,
        pages=-(-listed.total // A_PAGE),
        correcting=may("evidence.correct_page", school=school),
    )


def _paper(pages: Iterable[PageToReview]) -> PaperToReview:
    found = list(pages)
    name = paper_name(file_name=found[0].name, title=found[0].title)
    return PaperToReview(name=name, document=found[0].document, pages=found)


def to_review(school: SchoolCode) -> int:
    """Return how many pages of a school want a look, 0 for who may not correct them."""
    if not may("evidence.correct_page", school=school):
        return 0
    return call_service(
        "evidence", "pages_to_review", PagesToReviewRequest(school=school, limit=1), PagesToReviewAnswer
    ).total


def address(page: PageToReview) -> str:
    """Return where a page is corrected."""
    return f"/tai-lieu/{quote(page.document)}/{page.page}/sua"


# ---- one page --------------------------------------------------------------------------------------------------------


@blueprint.get("/tai-lieu/<document>/<int:number>/sua")
def page_to_correct(document: DocumentId, number: int) -> str:
    """Show a page beside its image, to be corrected."""
    return _show(_asked(document, number))


@blueprint.post("/tai-lieu/<document>/<int:number>/sua")
def correct_page(document: DocumentId, number: int) -> str | Response:
    """Take corrections, or that the page is read right; then go on to the next page that wants a look."""
    page = _asked(document, number)
    # In one field: the form comes back as it was typed only while the page is still the one that was seen.
    sha256, _, edition = forms.text("doc").rpartition(".")
    seen = Sha256(sha256), int(edition) if edition.isdecimal() else -1
    stale = seen != (page.text_sha256, page.edition)
    try:
        if stale and not forms.text("thay"):
            raise _changed_meanwhile()
        changes = _changes(page)
        checked = _send(document, number, seen, changes)
    except Problem as problem:
        return _show(_asked(document, number), problem, mine=_typed(page) if stale or problem.status == 409 else [])
    told = f"sua-{len(changes)}" if changes else "dung-1"
    next_ = address(checked.after) if checked.after else f"/truong/{quote(page.school)}/xem-lai"
    return forms.go(keep(next_, lam=told))


def _asked(document: DocumentId, number: int) -> PageToCorrect:
    return call_service("evidence", "page_to_correct", PageToCorrectRequest(document=document, page=number), PageToCorrect)


def _send(document: DocumentId, number: int, seen: tuple[Sha256, int], changes: list[WordChange]) -> PageChecked:
    sha256, edition = seen
    if forms.text("viec") != "dung":
        corrected = CorrectPage(document=document, page=number, text_sha256=sha256, edition=edition, changes=changes)
        return call_service("evidence", "correct_page", corrected, PageChecked)
    if changes:
        raise BadRequest("Có chỗ đã gõ khác bản đọc. Bấm “Lưu chỗ đã sửa” để giữ. Chưa ghi gì.", path="viec")
    confirmed = ConfirmPage(document=document, page=number, text_sha256=sha256, edition=edition)
    return call_service("evidence", "confirm_page", confirmed, PageChecked)


def _changed_meanwhile() -> Problem:
    return Conflict("Có người đã sửa trang này, hoặc trang vừa được đọc lại. Chưa ghi đè gì. Xem hai bản rồi sửa tiếp.")


def _show(page: PageToCorrect, problem: Problem | None = None, mine: Sequence[tuple[str, str]] = ()) -> str:
    lines = word_lines(page.words)
    name = paper_name(file_name=page.name, title=page.title)
    return render(
        "xem-lai-trang.html",
        active="minh-chung",
        school=page.school,
        page=page,
        title=name,
        lines=lines,
        doubtful=[word for word in page.words if word.doubtful],
        height=round(1000 * page.height / page.width) if page.width else 1414,
        problem=problem,
        mine=mine,
        script=forms.text("thay") if problem is not None and problem.status != 409 else "",
        correcting=may("evidence.correct_page", school=page.school),
        before=address(page.before) if page.before else "",
        after=address(page.after) if page.after else "",
        here=f"/tai-lieu/{quote(page.document)}/{page.page}",
    )


def word_lines(words: Sequence[CorrectableWord]) -> list[WordLine]:
    """Return the lines of a page in reading order."""
    lines: list[WordLine] = []
    at, block = 0, -1
    for (of_block, _), found in groupby(words, key=lambda word: (word.block, word.line)):
        line = list(found)
        lines.append(WordLine(first=at, words=line, opens=bool(lines) and of_block != block))
        at, block = at + len(line), of_block
    return lines


# ---- what was typed --------------------------------------------------------------------------------------------------


def _changes(page: PageToCorrect) -> list[WordChange]:
    """Return what the form says: word by word from the script, or line by line as it was typed."""
    script = forms.text("thay")
    made = [change for change, _ in _scripted(script)] if script else []
    if not script:
        for line in word_lines(page.words):
            name = f"d-{line.first}"
            if name in request.form:
                made += _of_line(line, forms.text(name).split())
    added = [" ".join(line.split()) for line in forms.text("them").split("\n")]
    return made + [WordChange(kind=WordChangeKind.ADDED_LINE, text=line) for line in added if line]


def _scripted(script: str) -> list[tuple[WordChange, str]]:
    """Return the changes that the script sent, each with what the word read before. Raises BadRequest."""
    try:
        sent = msgspec.json.decode(script, type=list[tuple[WordChangeKind, int, str, str]])
    except msgspec.MsgspecError:
        raise BadRequest("Không hiểu chỗ sửa gửi lên. Mở lại trang rồi sửa. Chưa ghi gì.", path="thay") from None
    return [(WordChange(kind=kind, word=word, text=text), was) for kind, word, text, was in sent]


def _of_line(line: WordLine, typed: list[str]) -> Iterator[WordChange]:
    """Say word by word how a line was typed over."""
    read = [word.text for word in line.words]
    if typed == " ".join(read).split():
        return
    for what, start, end, from_, to in difflib.SequenceMatcher(None, read, typed, autojunk=False).get_opcodes():
        new = typed[from_:to]
        if what == "insert":
            kind = WordChangeKind.ADDED_AFTER if start else WordChangeKind.ADDED_BEFORE
            yield WordChange(kind=kind, word=line.first + max(start - 1, 0), text=" ".join(new))
        elif what != "equal":
            # The last word of a stretch takes what is left over: two words may have been read as one.
            count = end - start
            for at in range(count):
                text = " ".join(new[at:] if at == count - 1 else new[at : at + 1])
                kind = WordChangeKind.REPLACED if text else WordChangeKind.REMOVED
                yield WordChange(kind=kind, word=line.first + start + at, text=text)


def _typed(page: PageToCorrect) -> list[tuple[str, str]]:
    """Return what a person typed that was not taken, beside what they had before them where that is known."""
    try:
        scripted = [(was, change.text) for change, was in _scripted(forms.text("thay"))] if forms.text("thay") else []
    except BadRequest:
        scripted = []
    now = {line.text for line in word_lines(page.words)}
    names = [name for name in request.form if name.startswith("d-")] if not scripted else []
    lines = [("", typed) for name in names if (typed := " ".join(forms.text(name).split())) and typed not in now]
    return [*scripted, *lines, *(("", line) for line in forms.text("them").split("\n") if line.strip())]
