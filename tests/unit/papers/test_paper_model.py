"""A paper is plain data that names no person; printing fills it in, and says in the foot whence the names are."""

import datetime as dt

import msgspec
import pytest

from shared.papers.grid import BadTable, placed
from shared.papers.model import (
    Addressees,
    AnnexHeading,
    Cell,
    Code,
    DocumentField,
    Listing,
    Missing,
    Paper,
    PaperSigner,
    PersonName,
    PersonOffice,
    PersonOnPaper,
    Row,
    Signatures,
    Text,
)
from shared.papers.resolving import NAMES_NOTE, documents_in, gaps, people_in, resolve, runs_of
from tests.unit.papers.samples import ALL, DOCUMENTS, PEOPLE, cell, decision, evidence_list, paper, said, words


@pytest.mark.parametrize("name", ALL)
def test_a_paper_goes_through_json_and_comes_back_the_same(name):
    made = ALL[name]()
    assert msgspec.json.decode(msgspec.json.encode(made), type=Paper) == made


@pytest.mark.parametrize("name", ALL)
def test_a_paper_holds_no_name_of_a_person(name):
    sent = msgspec.json.encode(ALL[name]()).decode()
    assert [person.name for person in PEOPLE.values() if person.name in sent] == []


@pytest.mark.parametrize("name", ALL)
def test_a_resolved_paper_has_no_reference_left(name):
    filled = resolve(ALL[name](), PEOPLE, DOCUMENTS)
    assert {type(run) for run in runs_of(filled)} <= {Text, Code, Missing}
    assert people_in(filled) == documents_in(filled) == frozenset()


def test_names_and_offices_stand_where_people_were_named():
    filled = resolve(
        paper(
            "x",
            said(PersonName("p1", bold=True), ", ", PersonOffice("p1")),
            Listing(((PersonName("p2"),),)),
            Addressees(((PersonOffice("p2"),),)),
            AnnexHeading("Danh sách", reference=(PersonName("p3"),)),
        ),
        PEOPLE,
        {},
    )
    assert list(runs_of(filled)) == [
        Text("Vàng Thị Mai", bold=True),
        Text(", "),
        Text("Hiệu trưởng"),
        Text("Lò Văn Sơn"),
        Text("Phó Hiệu trưởng"),
        Text("Quàng Thị Thoa"),
    ]


def test_a_person_erased_and_a_field_unknown_are_missing():
    made = paper(
        "x", said(PersonName("p1"), PersonOffice("p2"), DocumentField("d3", "number"), DocumentField("d9", "title"))
    )
    people = {"p2": PersonOnPaper("Lò Văn Sơn", "  ")}
    filled = resolve(made, people, DOCUMENTS)
    assert list(runs_of(filled)) == [Missing()] * 4
    assert gaps(filled) == 4


@pytest.mark.parametrize("office", ["", " ", "Trưởng đoàn"])
def test_an_office_that_the_paper_can_do_without_is_left_out_where_it_is_not_known_or_said_beside(office):
    wanted = PersonOffice("p1", needed=False, beside="Trưởng đoàn")
    filled = resolve(paper("x", said(wanted)), {"p1": PersonOnPaper("A", office)}, {})
    assert list(runs_of(filled)) == [Text("")]
    told = resolve(paper("x", said(wanted)), {"p1": PersonOnPaper("A", "Trưởng phòng")}, {})
    assert list(runs_of(told)) == [Text("Trưởng phòng")]


def test_signers_are_filled_in_with_both_their_offices():
    filled = resolve(evidence_list(), PEOPLE, DOCUMENTS)
    signatures = next(block for block in filled.blocks if isinstance(block, Signatures))
    assert [signer.name for signer in signatures.signers] == [words("Quàng Thị Thoa"), words("Vàng Thị Mai")]
    assert [signer.second_office for signer in signatures.signers] == [words("Tổ trưởng Tổ Văn phòng"), words("Hiệu trưởng")]


def test_a_paper_that_names_people_says_whence_the_names_are_and_says_it_once():
    filled = resolve(decision(), PEOPLE, DOCUMENTS)
    assert filled.notes == (NAMES_NOTE,)
    assert resolve(filled, {}, {}) == filled
    assert resolve(paper(), PEOPLE, DOCUMENTS).notes == ()


def test_a_paper_says_whom_and_what_it_needs():
    assert people_in(decision()) == frozenset(PEOPLE)
    assert documents_in(evidence_list()) == frozenset(DOCUMENTS)


def test_spans_of_cells_are_counted_to_places_in_the_grid():
    rows = (
        Row((cell("a", row_span=2), cell("b", column_span=2))),
        Row((cell("c"), cell("d"))),
    )
    assert [[(place.column, place.continued) for place in row] for row in placed(rows, 3)] == [
        [(0, False), (1, False)],
        [(0, True), (1, False), (2, False)],
    ]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ((), 0),
        ((Row((Cell(),)),), 2),
        ((Row((Cell(), Cell())),), 1),
        ((Row((Cell(column_span=2),)),), 1),
        ((Row((Cell(row_span=2),)),), 1),
        ((Row((Cell(), Cell(row_span=2))), Row((Cell(column_span=2),))), 2),
    ],
)
def test_a_table_that_does_not_fit_its_columns_is_refused(rows, columns):
    with pytest.raises(BadTable):
        placed(rows, columns)


@pytest.mark.parametrize("count", [0, 4])
def test_a_block_of_signatures_has_one_to_three_signers(count):
    with pytest.raises(ValueError, match=f"not {count}"):
        Signatures((PaperSigner(),) * count)


def test_moments_of_a_paper_are_read_as_they_were_sent():
    sent = msgspec.json.decode(msgspec.json.encode(paper(valid_at=dt.date(2026, 3, 1), known_at=7)), type=Paper)
    assert (sent.valid_at, sent.known_at, sent.recorded_at) == (dt.date(2026, 3, 1), 7, paper().recorded_at)
