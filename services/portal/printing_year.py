"""Prints papers of a commune's year: what the inspection service says they tell, names from identity.

The archive is told of each print, so that a scan of the signed paper is recognised at every school of the commune.
"""

from __future__ import annotations

import datetime as dt

from services.portal.printing import PrintedFile, drawn, in_parts, require_format, with_gaps
from services.portal.web.context import call_service
from shared.contracts.calls import Call, Done
from shared.contracts.calls.evidence import RegisterYearPrint
from shared.contracts.calls.identity import CommunePeopleRequest, PeopleOnPapersAnswer
from shared.contracts.calls.papers import ComposedPaper
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.papers.model import Paper, PersonOnPaper
from shared.papers.qr import paper_id
from shared.papers.resolving import people_in, resolve
from shared.papers.text import printed_text, text_sha256
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import BEGINNING, CommuneCode, PaperId, PersonId, Position
from shared.vocabulary.self_assessment import PaperFormat


class YearPrintQuestion(Call, frozen=True, kw_only=True):
    """Print a paper of a commune's year. `known_at` is a log position (0: now), `valid_at` a day (none: today).

    `subject` is the id of the task, the class, the report … that it is about, '' for the newest or for all.
    """

    commune: CommuneCode
    year: int
    kind: YearPaperKind
    subject: str = ""
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING
    format: PaperFormat = PaperFormat.WORD


def print_year_paper(question: YearPrintQuestion) -> PrintedFile:
    """Print a paper. Raises NotInThisFormat, and whatever the service refuses: PaperSubjectMissing, NotYetKnown …"""
    request = ComposeYearPaper(
        commune=question.commune,
        year=question.year,
        kind=question.kind,
        subject=question.subject,
        valid_at=question.valid_at,
        known_at=question.known_at,
    )
    composed = call_service("inspection", "compose_year_paper", request, ComposedPaper)
    require_format(composed, question.format)
    paper, missing = with_gaps(_named(composed.paper, question.commune))
    registered = RegisterYearPrint(
        commune=question.commune,
        year=question.year,
        paper=PaperId(paper_id(paper)),
        kind=question.kind.value,
        subject=paper.subject,
        valid_at=paper.valid_at,
        known_at=Position(paper.known_at),
        text_sha256=text_sha256(paper),
        draft=paper.draft,
        pages=printed_text(paper),
    )
    call_service("evidence", "register_year_print", registered, Done)
    name = f"{question.kind}-{question.commune}-{question.year}.{question.format.value}"
    return drawn(paper, missing, question.format, name)


def _named(paper: Paper, commune: CommuneCode) -> Paper:
    people: dict[str, PersonOnPaper] = {}
    for some in in_parts(sorted(people_in(paper))):
        asked = CommunePeopleRequest(commune=commune, persons=[PersonId(person) for person in some])
        answer = call_service("identity", "commune_people", asked, PeopleOnPapersAnswer)
        people |= {found.person: PersonOnPaper(found.name, found.office) for found in answer.people}
    return resolve(paper, people, {})
