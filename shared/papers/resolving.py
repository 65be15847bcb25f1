"""Puts the names of people and the facts of documents into a paper, at the moment of printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from shared.papers.model import (
    Addressees,
    AnnexHeading,
    Block,
    Cell,
    DocumentField,
    Listing,
    Missing,
    Paper,
    PaperSigner,
    Paragraph,
    PersonName,
    PersonOffice,
    PersonOnPaper,
    Row,
    Run,
    Runs,
    Signatures,
    Table,
    Text,
)

NAMES_NOTE = "tên người lấy từ danh bạ lúc in"


def resolve(paper: Paper, people: Mapping[str, PersonOnPaper], documents: Mapping[str, Mapping[str, str]]) -> Paper:
    """Return the paper with no reference left: its runs are Text, Code and Missing only.

    A person who is unknown or erased, an office or a document's field that is empty becomes Missing. Values of `documents`
    are words as they are to be printed (dates included). A paper that names people says in its foot where the names are
    from.
    """
    filled = msgspec.structs.replace(paper, blocks=tuple(_block(block, people, documents) for block in paper.blocks))
    if people_in(paper) and NAMES_NOTE not in paper.notes:
        return msgspec.structs.replace(filled, notes=(*paper.notes, NAMES_NOTE))
    return filled


def people_in(paper: Paper) -> frozenset[str]:
    """Return the ids of the people whom the paper names: what to ask identity for."""
    return frozenset(run.person for run in runs_of(paper) if isinstance(run, PersonName | PersonOffice))


def documents_in(paper: Paper) -> frozenset[str]:
    """Return the ids of the documents whose fields the paper shows: what to ask the archive for."""
    return frozenset(run.document for run in runs_of(paper) if isinstance(run, DocumentField))


def gaps(paper: Paper) -> int:
    """Return how many places of the paper say that something is missing; only a draft should have any."""
    return sum(isinstance(run, Missing) for run in runs_of(paper))


def runs_of(paper: Paper) -> Iterator[Run]:
    """All runs of the paper in reading order."""
    for block in paper.blocks:
        for runs in _runs_of(block):
            yield from runs


def _runs_of(block: Block) -> Iterator[Runs]:
    match block:
        case Paragraph(runs=runs) | AnnexHeading(reference=runs):
            yield runs
        case Listing(items=items) | Addressees(names=items):
            yield from items
        case Table():
            for row in (*block.header, *block.rows):
                for cell in row.cells:
                    yield cell.runs
        case Signatures():
            for signer in block.signers:
                yield signer.second_office
                yield signer.name
        case _:
            pass


class _Filler:
    """The runs of one printing."""

    def __init__(self, people: Mapping[str, PersonOnPaper], documents: Mapping[str, Mapping[str, str]]) -> None:
        self._people = people
        self._documents = documents

    def runs(self, runs: Runs) -> Runs:
        return tuple(self._run(run) for run in runs)

    def _run(self, run: Run) -> Run:
        match run:
            case PersonName():
                person = self._people.get(run.person)
                return _words(person.name if person else "", bold=run.bold)
            case PersonOffice():
                person = self._people.get(run.person)
                office = person.office if person else ""
                left_out = not run.needed and office.strip() in {"", run.beside}
                return Text("") if left_out else _words(office)
            case DocumentField():
                return _words(self._documents.get(run.document, {}).get(run.field, ""))
            case _:
                return run


def _words(text: str, *, bold: bool = False) -> Run:
    return Text(text, bold=bold) if text.strip() else Missing()


def _block(block: Block, people: Mapping[str, PersonOnPaper], documents: Mapping[str, Mapping[str, str]]) -> Block:
    fill = _Filler(people, documents)
    replace = msgspec.structs.replace
    match block:
        case Paragraph():
            return replace(block, runs=fill.runs(block.runs))
        case AnnexHeading():
            return replace(block, reference=fill.runs(block.reference))
        case Listing():
            return replace(block, items=tuple(fill.runs(item) for item in block.items))
        case Addressees():
            return replace(block, names=tuple(fill.runs(name) for name in block.names))
        case Table():
            return replace(
                block,
                header=tuple(_row(row, fill) for row in block.header),
                rows=tuple(_row(row, fill) for row in block.rows),
            )
        case Signatures():
            return replace(block, signers=tuple(_signer(signer, fill) for signer in block.signers))
        case _:
            return block


def _row(row: Row, fill: _Filler) -> Row:
    return msgspec.structs.replace(row, cells=tuple(_cell(cell, fill) for cell in row.cells))


def _cell(cell: Cell, fill: _Filler) -> Cell:
    return msgspec.structs.replace(cell, runs=fill.runs(cell.runs))


def _signer(signer: PaperSigner, fill: _Filler) -> PaperSigner:
    return msgspec.structs.replace(signer, name=fill.runs(signer.name), second_office=fill.runs(signer.second_office))
