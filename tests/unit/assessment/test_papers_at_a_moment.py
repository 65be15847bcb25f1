"""A paper is of a moment: the same bytes then and ever after, whatever came later, and nothing moves by printing it."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
import pytest

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.errors import NoSuchSchool
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.papers import ComposedPaper
from shared.papers.docx import to_docx
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.self_assessment import PaperKind
from tests.unit.assessment.deciding_kit import SCHOOL
from tests.unit.assessment.papers_kit import REGIMES, TT57, PaperOffice, named


@pytest.fixture(params=REGIMES)
def work(request, office):
    made = PaperOffice.opened(office, request.param)
    made.set_up()
    office.judge_all(made.cycle)
    made.write_everywhere(made.cite(list(made.rulebook.criteria)[:3], 2))
    made.hold()
    made.fact(sf.SelfAssessmentPlanned(**made.place, sections={"I": "Cải tiến."}))
    return made


def content(composed: ComposedPaper) -> bytes:
    return msgspec.json.encode(composed.paper)


def digests(work, **moment) -> dict[str, str]:
    """Return the SHA-256 of every kind as Word, and of the list as Excel."""
    found = {kind.value: hashlib.sha256(to_docx(named(work.paper(kind, **moment)))).hexdigest() for kind in work.kinds()}
    sheet = to_xlsx(named(work.paper(PaperKind.EVIDENCE_LIST, **moment)))
    return found | {"xlsx": hashlib.sha256(sheet).hexdigest()}


def change_much(work):
    """Change what every kind of paper tells."""
    work.write("1.1", text="Viết lại.")
    work.judge(next(iter(work.rulebook.keys)), result="not_met")
    work.cite(["2.1"], 1, first=3)
    work.set_up(9)
    work.hold(agenda="Họp lại")
    work.fact(sf.SelfAssessmentPlanned(**work.place, sections={"I": "Mục đích khác."}))
    work.fact(sf.ImprovementItemSet(**work.place, item="i-9", criterion="1.1", aim="Đủ", action="Mua"))
    work.fact(sf.FacetsDefined(**work.place, criterion="1.1", level=1, indicator="a", facets=(sf.Facet(text="x"),)))


def test_composing_and_listing_move_no_position(work):
    before = work.head()
    for kind in work.kinds():
        work.paper(kind)
    work.listed()
    work.application.paper_kinds()
    assert work.head() == before


def test_two_prints_with_nothing_between_have_equal_bytes(work):
    first = digests(work)
    work.office.clock.move(dt.timedelta(days=3))
    assert digests(work) == first


def test_what_was_printed_then_is_printed_again_after_everything_changed(work):
    then = {kind: work.compose(kind) for kind in work.kinds()}
    bytes_then = digests(work)
    known_at = {composed.paper.known_at for composed in then.values()}
    assert known_at == {work.head()}

    work.office.clock.move(dt.timedelta(days=200))
    change_much(work)
    work.office.clock.move(dt.timedelta(days=200))

    now = digests(work)
    assert digests(work, known_at=known_at.pop()) == bytes_then
    assert not {kind for kind, digest in now.items() if digest == bytes_then[kind]}


def test_what_another_school_does_and_days_that_pass_make_no_other_paper(work):
    first, position = digests(work), work.head()
    work.application.register_school(
        work.office.acting,
        calls.RegisterSchool(commune="NL01", code="TH-KHAC", name="Trường Khác", kind=calls.SchoolKind.PRIMARY),
    )
    work.office.clock.move(dt.timedelta(days=40))

    assert work.head() > position
    assert digests(work) == first
    assert digests(work, known_at=work.head()) == first
    assert work.paper(PaperKind.EVIDENCE_LIST).known_at == position


def test_the_commune_has_the_name_of_the_moment(work):
    then = work.head()
    work.office.clock.move(dt.timedelta(days=2))
    work.application.rename_commune(work.office.acting, calls.RenameCommune(commune="NL01", name="Phường Mường Thanh"))

    now = work.paper(PaperKind.REGISTRATION_LETTER)
    assert (now.heading.superior, now.heading.place) == ("UBND phường Mường Thanh", "Mường Thanh")
    assert now.known_at == work.head()
    before = work.paper(PaperKind.REGISTRATION_LETTER, known_at=then)
    assert (before.heading.superior, before.heading.place) == ("UBND xã Nà Lừa", "Nà Lừa")
    assert work.paper(PaperKind.REGISTRATION_LETTER, valid_at=dt.date(2026, 11, 24)).heading == before.heading


def test_the_archive_is_asked_as_of_the_next_event_of_the_school(work):
    then = work.head()
    assert work.compose(PaperKind.EVIDENCE_LIST).known_until is None
    work.office.clock.move(dt.timedelta(days=5))
    work.write("1.1", text="Viết lại.")
    assert work.compose(PaperKind.EVIDENCE_LIST).known_until is None
    assert work.compose(PaperKind.EVIDENCE_LIST, known_at=then).known_until == work.office.clock.now()


def test_a_paper_of_an_earlier_day_tells_what_was_true_that_day(work):
    work.office.clock.move(dt.timedelta(days=10))
    before = work.paper(PaperKind.REPORT, valid_at=dt.date(2026, 11, 24))
    work.write("1.1", text="Viết hôm nay.")
    after = work.paper(PaperKind.REPORT, valid_at=dt.date(2026, 11, 24))
    assert (after, after.valid_at) == (before, dt.date(2026, 11, 24))
    assert work.paper(PaperKind.REPORT).valid_at == dt.date(2026, 12, 4)


def test_a_moment_before_the_cycle_has_no_paper(work):
    with pytest.raises(NoSuchSchool, match="đến thời điểm này nhật ký chưa biết"):
        work.paper(PaperKind.REPORT, known_at=1)


def test_the_foot_tells_position_day_time_and_checkpoint(office):
    work = PaperOffice.opened(office, TT57)
    paper = work.paper(PaperKind.REPORT)
    assert paper.known_at == work.head()
    assert paper.recorded_at == office.clock.now()
    root = work.application.log.root(work.head()).hex()
    assert root.startswith(paper.checkpoint)
    assert len(paper.checkpoint) == 8
    assert paper.valid_at == dt.date(2026, 11, 24)
    assert paper.school == SCHOOL
