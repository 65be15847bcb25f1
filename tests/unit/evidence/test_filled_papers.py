"""A paper that comes back filled in: compared with the school's own print, and nothing is recorded."""

from __future__ import annotations

import msgspec
import pytest

from services.evidence.domain import filled_comparison
from services.evidence.errors import NoPaperCode, NoSuchPaper, PrintedTextErased
from services.evidence.service import EvidenceService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.contracts.calls.evidence import CompareFilled, ErasePrintedText, FilledCompared
from shared.identity.call_context import CallContext, Grant
from shared.papers.filled import FilledCell, FilledPaper, FilledParagraph, FilledRow, FilledTable
from shared.problems import BadRequest, Problem
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import SheetPart
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, SCHOOL, World, facts_of
from tests.unit.evidence.test_signed_papers import OTHER_PAPER, PAPER, head, register

SHEET = [
    "Tiêu chí 1.3: Đảng",
    "1. Mô tả hiện trạng",
    "Mức 1",
    "Có chi bộ.",
    "2. Điểm mạnh",
    "⟨chưa có⟩",
    "TT\tViệc",
    "1\tHọp",
]


def filled(
    *lines: str, paper: str = PAPER, rows: tuple[tuple[str, ...], ...] = (("TT", "Việc"), ("1", "Họp"))
) -> FilledPaper:
    table = FilledTable(
        tuple(FilledRow(tuple(FilledCell(t, n) for n, t in enumerate(r)), header=r[0] == "TT") for r in rows)
    )
    paragraphs = tuple(FilledParagraph(line) for line in lines or SHEET[:6])
    return FilledPaper(paper=paper, sheet=False, blocks=(*paragraphs, table))


def registered(**changes: object) -> World:
    world = World()
    changes = {"kind": "phieu_tieu_chi", "subject": "2026-2027/1.3", "pages": SHEET, **changes}
    register(world, **changes)
    return world


def ask(world: World, sent: FilledPaper, **changes: object) -> FilledCompared:
    return world.application.compare_filled(CompareFilled(school=SCHOOL, filled=sent, **changes))


def test_the_answer_says_of_which_print_and_moment_and_where_it_differs():
    world = registered()
    found = ask(world, filled(*SHEET[:5], "Đảng viên 60%.", rows=(("TT", "Việc"), ("1", "Họp hai tuần một lần"))))

    assert (found.paper, found.kind, found.subject, found.criterion) == (PAPER, "phieu_tieu_chi", "2026-2027/1.3", "1.3")
    assert (found.known_at, found.cycle) == (41, "2026-2027")
    assert [(one.place, one.printed, one.filled, one.part) for one in found.differences] == [
        ("2. Điểm mạnh", "⟨chưa có⟩", "Đảng viên 60%.", SheetPart.STRENGTHS),
        ("1 › Việc", "Họp", "Họp hai tuần một lần", SheetPart.STRENGTHS),
    ]
    assert [(one.part, one.level) for one in found.parts] == [(SheetPart.STRENGTHS, 0)]


def test_nothing_is_recorded_or_kept_however_often_it_is_asked():
    world = registered()
    before = world.application.log.head()
    first = ask(world, filled("Khác hẳn."))
    assert ask(world, filled("Khác hẳn.")) == first
    assert ask(world, filled()).differences == []
    assert (world.application.log.head(), facts_of(world.application)) == (before, ["paper-printed"])


def test_another_kind_of_paper_has_no_criterion_and_no_parts():
    found = ask(registered(kind="bao_cao_tdg", subject="2026-2027"), filled(*SHEET[:5], "Đảng viên 60%."))
    assert (found.criterion, found.parts, len(found.differences)) == ("", [], 1)


def test_a_print_that_the_caller_names_goes_before_what_the_file_says():
    world = registered()
    assert ask(world, filled(paper=OTHER_PAPER), paper=PAPER).paper == PAPER


def test_a_file_that_names_no_print_is_refused_with_what_to_do():
    with pytest.raises(NoPaperCode, match="Nêu mã giấy"):
        ask(registered(), filled(paper=""))


@pytest.mark.parametrize("paper", [OTHER_PAPER, "không phải mã", "A" * 20])
def test_a_print_that_nobody_made_is_not_found(paper):
    with pytest.raises(NoSuchPaper):
        ask(registered(), filled(paper=paper))


def test_a_print_of_another_school_is_not_found():
    world = World()
    register(world, school=OTHER_SCHOOL)
    with pytest.raises(NoSuchPaper):
        ask(world, filled())


def test_a_print_whose_text_was_erased_says_so():
    world = registered()
    world.application.erase_printed_text(head(), ErasePrintedText(paper=PAPER))
    with pytest.raises(PrintedTextErased, match="In lại"):
        ask(world, filled())


def test_more_than_any_paper_holds_is_refused(monkeypatch):
    world = registered()
    with pytest.raises(BadRequest, match="dài"):
        ask(world, filled("a" * 4_000_001))
    monkeypatch.setattr(filled_comparison, "MOST_LINES", 3)
    with pytest.raises(BadRequest, match="dài"):
        ask(world, filled())


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD}])
def test_only_clerks_and_the_council_of_the_school_compare(role):
    rpc_client = InProcessRpcClient({"evidence": (EvidenceService, registered().application)})
    acting = CallContext(actor="x", grants=(Grant(role=role, scope_kind=ScopeKind.INSTALLATION, scope=""),))
    with pytest.raises(Problem) as refused:
        rpc_client.call("evidence", "compare_filled", acting, CompareFilled(school=SCHOOL, filled=filled()), FilledCompared)
    assert refused.value.status == 403


def test_what_is_asked_and_answered_survives_the_bus():
    asked = CompareFilled(school=SCHOOL, filled=filled("Khác."))
    assert msgspec.json.decode(msgspec.json.encode(asked), type=CompareFilled) == asked
