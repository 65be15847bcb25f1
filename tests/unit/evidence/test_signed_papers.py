"""A signed paper comes home: prints are registered, found by their code, filed and compared, and nothing is decided."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.evidence.domain.text import FailureReason, FoundCode
from services.evidence.errors import NoPaperCode, NoSuchDocument, NoSuchPaper, NotYetRead, PaperIdTaken, UnknownSchool
from services.evidence.published import published
from shared.contracts.calls.evidence import (
    AttachSigned,
    DocumentPaper,
    DocumentRequest,
    ErasePrintedText,
    PaperCodeState,
    PrintsRequest,
    RegisterPrint,
    RegisterYearPrint,
    RetryReading,
    SignedPaperRequest,
    YearPrintsRequest,
)
from shared.contracts.problems import NoSuchCommune
from shared.identity.call_context import CallContext, Grant
from shared.papers.code import PaperCode, code_of, is_paper_id, parse_code
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import (
    MONDAY,
    OTHER_SCHOOL,
    SCHOOL,
    World,
    auditor,
    clerk,
    commune_registered,
    facts_of,
    read_text,
    school_registered,
)

COMMUNE = "XM"

PAPER, OTHER_PAPER = "JBSWY3DPEHPK3PXPABCD", "KRSXG5BAORUGS4ZANFZQ"
SHA256 = "5d41402abc4b2a76b9719d911017c592ae2b0c3d4e5f60718293a4b5c6d7e8f9"
LINES = (
    "QUYẾT ĐỊNH",
    "Thành lập Hội đồng tự đánh giá gồm 09 thành viên",
    "Hội đồng họp ngày 12 tháng 10 năm 2026",
    "Chủ tịch Hội đồng: Lò Thị Thử",
)


def head(school: str = SCHOOL) -> CallContext:
    return CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school),))


def print_of(school: str = SCHOOL, paper: str = PAPER, **changes) -> RegisterPrint:
    made = RegisterPrint(
        school=school,
        paper=paper,
        kind="qd_hoi_dong",
        subject="2026-2027",
        cycle="2026-2027",
        valid_at=dt.date(2026, 9, 14),
        known_at=41,
        text_sha256=SHA256,
        draft=False,
        pages=["\n".join(LINES)],
    )
    return msgspec.structs.replace(made, **changes)


def register(world: World, school: str = SCHOOL, paper: str = PAPER, **changes) -> None:
    world.application.register_print(clerk(school), print_of(school, paper, **changes))


def scan(*lines: str, codes: tuple[tuple[int, str], ...] = ((1, str(code_of(PAPER, SHA256))),)):
    return msgspec.structs.replace(read_text(*lines), codes=tuple(FoundCode(page, text) for page, text in codes))


def come_home(world: World, text, *, data: bytes = b"scan", school: str = SCHOOL) -> str:
    document = world.receive(data, school=school).document
    world.application.record_text(clerk(school), document, text)
    return document


def newest(world: World, school: str = SCHOOL):
    (found,) = world.application.signed_papers(PrintsRequest(school=school)).prints
    return found


def papers_of(world: World, document: str) -> list[DocumentPaper]:
    return world.application.document(auditor(), DocumentRequest(document=document)).papers


# ---- codes


def test_a_code_is_read_whatever_its_case_and_nothing_else_is_taken_for_one():
    code = parse_code(f" kd:1:{PAPER.lower()}:{SHA256[:16].upper()}\n")
    assert code == PaperCode(PAPER, SHA256[:16]) == parse_code(str(code))
    assert code is not None
    assert (code.fits(SHA256), code.fits("0" * 64)) == (True, False)
    others = (
        "",
        "https://example.vn",
        f"KD:2:{PAPER}:{SHA256[:16]}",
        f"KD:1:{PAPER[:-1]}1:{SHA256[:16]}",
        f"KD:1:{PAPER}:12",
    )
    assert [parse_code(text) for text in others] == [None] * 5
    assert (is_paper_id(PAPER), is_paper_id(PAPER[:-1]), is_paper_id(f"{PAPER[:-1]}1")) == (True, False, False)


# ---- printing


def test_a_print_is_registered_once_and_names_nobody():
    world = World()
    first = world.application.register_print(clerk(), print_of())
    again = world.application.register_print(clerk(), print_of(draft=True, pages=["other"]))

    assert facts_of(world.application) == ["paper-printed"]
    assert (first.position, again.position) == (1, 1)
    (logged,) = world.application.log.read(0)
    event = published("test", logged)
    assert event.subject == f"paper/{PAPER}"
    assert "Lò Thị Thử" not in str(event.data) + str(logged.entry.fact)
    found = newest(world)
    assert (found.paper, found.kind, found.cycle, found.draft) == (PAPER, "qd_hoi_dong", "2026-2027", False)
    assert (found.printed_at, found.document, found.signed_at) == (MONDAY, "", None)


@pytest.mark.parametrize("change", [{"text_sha256": "0" * 64}, {"school": OTHER_SCHOOL}])
def test_the_id_of_a_print_never_stands_for_another_text_or_school(change):
    world = World()
    register(world)
    with pytest.raises(PaperIdTaken):
        world.application.register_print(clerk(change.get("school", SCHOOL)), print_of(**change))
    assert facts_of(world.application) == ["paper-printed"]


@pytest.mark.parametrize(
    "change",
    [
        {"paper": "short"},
        {"kind": "Quyết định"},
        {"subject": "Lò Thị Thử"},
        {"cycle": "năm học"},
        {"text_sha256": "ABC"},
        {"known_at": -1},
        {"pages": ["a"] * 2001},
        {"pages": ["a" * 4_000_001]},
    ],
)
def test_a_print_that_is_none_is_refused(change):
    world = World()
    with pytest.raises(BadRequest):
        world.application.register_print(clerk(), print_of(**change))
    assert facts_of(world.application) == []


def test_a_print_of_a_school_that_nobody_knows_is_refused():
    with pytest.raises(UnknownSchool):
        World(schools=()).application.register_print(clerk(), print_of())


# ---- coming home


def test_a_scan_is_filed_by_its_code_when_it_is_read():
    world = World()
    register(world)
    document = come_home(world, scan(*LINES))

    assert facts_of(world.application)[-1] == "paper-signed"
    found = newest(world)
    assert (found.document, found.differences, found.signed_at) == (document, 0, MONDAY)
    answer = world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER))
    assert (answer.print, answer.differences, answer.compared) == (found, [], True)
    assert papers_of(world, document) == [
        DocumentPaper(paper=PAPER, state=PaperCodeState.SIGNED, page=1, kind="qd_hoi_dong", differences=0)
    ]


def test_another_day_on_the_signed_paper_is_named():
    world = World()
    register(world)
    come_home(world, scan(*(line.replace("ngày 12", "ngày 15") for line in LINES)))

    answer = world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER))
    (found,) = answer.differences
    assert (found.before, found.printed, found.read, found.page, found.confidence) == ("ngày", "12", "15", 1, 95)
    assert newest(world).differences == 1


def test_the_same_text_again_files_nothing_and_another_reading_only_counts_anew():
    world = World()
    register(world)
    document = come_home(world, scan(*LINES))
    before = facts_of(world.application)
    world.application.record_text(clerk(), document, scan(*LINES))
    assert facts_of(world.application) == before

    world.application.retry_reading(clerk(), RetryReading(document=document))
    world.application.record_text(clerk(), document, scan(*(line.replace("09", "11") for line in LINES)))
    assert facts_of(world.application).count("paper-signed") == 2
    assert (newest(world).document, newest(world).differences) == (document, 1)


def test_the_newest_scan_is_the_signed_version_and_reading_an_old_one_anew_does_not_change_that():
    world = World()
    register(world)
    first = come_home(world, scan(*LINES), data=b"first")
    second = come_home(world, scan(*LINES), data=b"second")
    world.application.retry_reading(clerk(), RetryReading(document=first))
    world.application.record_text(clerk(), first, scan(*(line.replace("09", "11") for line in LINES)))

    assert newest(world).document == second


def test_two_papers_in_one_scan_are_filed_and_compared_each_with_its_pages():
    world = World()
    register(world)
    register(world, paper=OTHER_PAPER, kind="ke_hoach_tdg", pages=["KẾ HOẠCH", "Họp ngày 20 tháng 11 năm 2026 tại trường"])
    codes = ((1, str(code_of(PAPER, SHA256))), (2, str(code_of(OTHER_PAPER, SHA256))))
    come_home(world, scan(*LINES, "---", "KẾ HOẠCH", "---", "Họp ngày 21 tháng 11 năm 2026 tại trường", codes=codes))

    prints = {one.paper: one.differences for one in world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints}
    assert prints == {PAPER: 0, OTHER_PAPER: 1}
    (found,) = world.application.signed_paper(clerk(), SignedPaperRequest(paper=OTHER_PAPER)).differences
    assert (found.printed, found.read, found.page) == ("20", "21", 3)


@pytest.mark.parametrize(
    ("school", "code", "state"),
    [
        (OTHER_SCHOOL, code_of(PAPER, SHA256), PaperCodeState.FOREIGN),
        (SCHOOL, code_of(OTHER_PAPER, SHA256), PaperCodeState.UNKNOWN),
        (SCHOOL, PaperCode(PAPER, "0" * 16), PaperCodeState.UNKNOWN),
    ],
)
def test_a_code_of_another_school_or_of_nothing_files_nothing_and_is_shown(school, code, state):
    world = World()
    register(world)
    document = come_home(world, scan(*LINES, codes=((2, str(code)),)), school=school)

    assert "paper-signed" not in facts_of(world.application)
    assert papers_of(world, document) == [DocumentPaper(paper=code.paper, state=state, page=2)]
    with pytest.raises(NoPaperCode):
        world.application.attach_signed(clerk(school), AttachSigned(school=school, document=document))


# ---- attached by a person


def test_a_paper_that_lost_its_code_is_attached_by_its_id():
    world = World()
    register(world)
    document = come_home(world, scan(*(line.replace("09", "11") for line in LINES), codes=()))
    with pytest.raises(NoPaperCode, match="--paper"):
        world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document))

    attached = world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))

    assert (attached.paper, attached.document) == (PAPER, document)
    assert [(one.printed, one.read) for one in attached.differences] == [("09", "11")]
    assert [(one.paper, one.page) for one in papers_of(world, document)] == [(PAPER, 0)]
    again = world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))
    assert again == attached
    assert facts_of(world.application).count("paper-signed") == 1


def test_what_was_attached_by_hand_is_compared_anew_when_it_is_read_anew():
    world = World()
    register(world)
    document = come_home(world, scan(*(line.replace("09", "11") for line in LINES), codes=()))
    world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))
    world.application.retry_reading(clerk(), RetryReading(document=document))
    world.application.record_text(clerk(), document, scan(*LINES, codes=()))

    assert newest(world).differences == 0
    assert world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER)).differences == []


def test_another_paper_attached_by_mistake_differs_as_a_whole():
    world = World()
    register(world)
    document = come_home(world, scan("KẾ HOẠCH", "Bồi dưỡng giáo viên hè, lớp tập huấn tin học", codes=()))
    attached = world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))
    (found,) = attached.differences
    assert found.printed.startswith("QUYẾT ĐỊNH Thành lập")
    assert found.read.startswith("KẾ HOẠCH Bồi dưỡng")


def test_a_print_that_was_registered_after_its_scan_came_is_attached_by_the_code():
    world = World()
    document = come_home(world, scan(*LINES))
    register(world)
    assert [one.state for one in papers_of(world, document)] == [PaperCodeState.KNOWN]

    assert world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document)).paper == PAPER


def test_what_is_not_read_or_not_there_is_not_attached():
    world = World()
    register(world)
    unread, broken = world.receive(b"unread").document, world.receive(b"broken").document
    world.application.fail_reading(clerk(), broken, FailureReason.DAMAGED)
    for document in (unread, broken):
        with pytest.raises(NotYetRead):
            world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))
    home = come_home(world, scan(*LINES), data=b"home")
    for paper in (OTHER_PAPER, "x"):
        with pytest.raises(NoSuchPaper):
            world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=home, paper=paper))
    with pytest.raises(NoSuchDocument):
        world.application.attach_signed(clerk(OTHER_SCHOOL), AttachSigned(school=OTHER_SCHOOL, document=home, paper=PAPER))


def test_another_school_learns_nothing_of_a_print():
    world = World()
    register(world)
    other = come_home(world, scan(*LINES, codes=()), school=OTHER_SCHOOL)
    with pytest.raises(NoSuchPaper):
        world.application.attach_signed(clerk(OTHER_SCHOOL), AttachSigned(school=OTHER_SCHOOL, document=other, paper=PAPER))
    with pytest.raises(NotAllowed):
        world.application.signed_paper(clerk(OTHER_SCHOOL), SignedPaperRequest(paper=PAPER))
    with pytest.raises(NoSuchPaper):
        world.application.signed_paper(clerk(), SignedPaperRequest(paper=OTHER_PAPER))


# ---- what is kept


def test_prints_are_listed_newest_first_and_by_cycle():
    world = World()
    register(world)
    register(world, paper=OTHER_PAPER, cycle="2025-2026")
    listed = world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints
    assert [one.paper for one in listed] == [OTHER_PAPER, PAPER]
    assert [
        one.paper for one in world.application.signed_papers(PrintsRequest(school=SCHOOL, cycle="2025-2026")).prints
    ] == [OTHER_PAPER]
    assert world.application.signed_papers(PrintsRequest(school=OTHER_SCHOOL)).prints == []


def test_an_erased_text_stays_erased_and_the_paper_is_still_recognised():
    world = World()
    register(world)
    come_home(world, scan(*LINES), data=b"first")
    with pytest.raises(NotAllowed):
        world.application.erase_printed_text(clerk(), ErasePrintedText(paper=PAPER))
    world.application.erase_printed_text(head(), ErasePrintedText(paper=PAPER))
    with pytest.raises(NoSuchPaper):
        world.application.erase_printed_text(head(), ErasePrintedText(paper=OTHER_PAPER))
    register(world)

    second = come_home(world, scan(*(line.replace("12", "15") for line in LINES)), data=b"second")

    assert newest(world).document == second
    answer = world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER))
    assert (answer.differences, answer.compared) == ([], False)


def test_prints_and_codes_are_there_again_when_the_views_are_rebuilt():
    world = World()
    register(world)
    document = come_home(world, scan(*(line.replace("12", "15") for line in LINES)))
    before = (newest(world), papers_of(world, document))
    world.application.views.rebuild()
    assert (newest(world), papers_of(world, document)) == before
    assert len(world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER)).differences) == 1


# ---- papers of a commune's year


def year_print(**changes) -> RegisterYearPrint:
    made = RegisterYearPrint(
        commune=COMMUNE,
        year=2027,
        paper=PAPER,
        kind="ke_hoach_xa",
        subject="2027",
        valid_at=dt.date(2027, 2, 5),
        known_at=94,
        text_sha256=SHA256,
        draft=False,
        pages=["\n".join(LINES)],
    )
    return msgspec.structs.replace(made, **changes)


def of_commune(role: Role, commune: str = COMMUNE) -> CallContext:
    return CallContext(actor="account-9", grants=(Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune),))


def commune_world(schools: tuple[str, ...] = (SCHOOL, OTHER_SCHOOL)) -> World:
    """The service when it has heard of two communes."""
    world = World(schools=schools)
    for sequence, commune in enumerate((COMMUNE, "BM"), start=101):
        world.application.receive(commune_registered(commune, sequence))
    return world


def year_prints(world: World, commune: str = COMMUNE, year: int = 2027):
    return world.application.year_prints(YearPrintsRequest(commune=commune, year=year)).prints


def test_the_signed_plan_of_a_commune_is_recognised_at_a_school_of_the_commune():
    world = commune_world()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    document = come_home(world, scan(*LINES[:2], "Hội đồng họp ngày 15 tháng 10 năm 2026", LINES[3]))

    (found,) = year_prints(world)
    assert (found.commune, found.year, found.school, found.kind) == (COMMUNE, 2027, "", "ke_hoach_xa")
    assert (found.document, found.differences) == (document, 1)
    (told,) = papers_of(world, document)
    assert (told.state, told.kind, told.differences) == (PaperCodeState.SIGNED, "ke_hoach_xa", 1)
    answer = world.application.signed_paper(of_commune(Role.COMMUNE_OFFICER), SignedPaperRequest(paper=PAPER))
    assert [(one.printed, one.read) for one in answer.differences] == [("12", "15")]
    assert world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints == [], "it is no print of the school"


def test_a_school_of_another_commune_files_nothing_on_the_plan():
    world = commune_world((SCHOOL,))
    elsewhere = school_registered(OTHER_SCHOOL, 103)
    world.application.receive(msgspec.structs.replace(elsewhere, data=elsewhere.data | {"commune": "BM"}))
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    document = come_home(world, scan(*LINES), school=OTHER_SCHOOL)
    (told,) = papers_of(world, document)
    assert told.state is PaperCodeState.FOREIGN
    with pytest.raises(NoSuchPaper):
        world.application.attach_signed(
            clerk(OTHER_SCHOOL), AttachSigned(school=OTHER_SCHOOL, document=document, paper=PAPER)
        )
    assert year_prints(world)[0].document == ""


def test_a_scan_without_a_code_is_attached_to_the_plan_by_hand():
    world = commune_world()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    document = come_home(world, scan(*LINES, codes=()))
    attached = world.application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=document, paper=PAPER))
    assert (attached.paper, attached.differences) == (PAPER, [])
    assert year_prints(world)[0].document == document


def test_prints_of_a_year_name_nobody_and_are_read_in_their_commune_alone():
    world = commune_world()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    (logged,) = world.application.log.read(0)
    assert "Lò Thị Thử" not in str(published("test", logged).data) + str(logged.entry.fact)
    assert (year_prints(world, "BM"), year_prints(world, year=2026)) == ([], [])
    with pytest.raises(NoSuchCommune):
        year_prints(world, "KHAC")
    for stranger in (of_commune(Role.COMMUNE_OFFICER, "BM"), clerk()):
        with pytest.raises(NotAllowed):
            world.application.signed_paper(stranger, SignedPaperRequest(paper=PAPER))
    with pytest.raises(NotAllowed):
        world.application.erase_printed_text(of_commune(Role.COMMUNE_OFFICER), ErasePrintedText(paper=PAPER))


def test_the_id_of_a_commune_s_print_never_stands_for_a_school_s():
    world = World()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print(commune=SCHOOL))
    with pytest.raises(PaperIdTaken):
        register(world)
