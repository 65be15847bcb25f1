"""Papers of a commune's year tell of a position: names and schools as known there, read from what is needed alone."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.application import InspectionApplication
from services.inspection.use_cases.year import paper_moment
from shared.contracts.events.assessment import CommuneRegistered
from shared.papers.docx import to_docx
from shared.papers.text import printed_text
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.commune_year import YearPaperKind
from tests.opened import closed_later
from tests.unit.inspection.year.past_papers_kit import CLOCK, SCHOOLS, TODAY, PrintedYear, named

TRAINING, PLAN, COMMITTEE = YearPaperKind.TRAINING, YearPaperKind.PLAN, YearPaperKind.COMMITTEE_DECISION


@pytest.fixture
def year() -> PrintedYear:
    store = StoreSettings("sqlite://")
    made = InspectionApplication(store, CLOCK, installation="thu", views_url="sqlite://", library=load_library())
    year = PrintedYear(closed_later(made))
    year.begin()
    return year


def composed(year: PrintedYear, **moment):
    return {kind: year.compose(kind, **moment).paper for kind in YearPaperKind}


def test_a_print_of_now_is_the_print_of_the_last_position_and_nothing_is_replayed_for_it(year, monkeypatch):
    year.schools_change()
    year.go_on()
    head = year.application.log.head()
    replayed = {}
    with monkeypatch.context() as patched:
        patched.setattr(paper_moment.PaperQuestion, "_is_about_now", lambda _: False)
        replayed = composed(year)
    monkeypatch.setattr(paper_moment, "PastHistory", lambda *_: pytest.fail("replayed"))
    assert composed(year) == composed(year, known_at=head) == replayed


def test_a_print_of_the_past_replays_the_streams_that_it_tells_of(year, monkeypatch):
    then = year.application.log.head()
    year.go_on()
    read = {}

    class Counted(paper_moment.PastHistory):
        def __init__(self, visits, streams):
            super().__init__(visits, streams)
            read.update(dict.fromkeys(logged.entry.fact.TOPIC.removeprefix("inspection.") for logged in self.events))

    monkeypatch.setattr(paper_moment, "PastHistory", Counted)
    for kind, topics in (
        (PLAN, {"plan-entry-set"}),
        (TRAINING, {"training-planned"}),
        (YearPaperKind.NEEDS, {"need-raised", "need-appraised"}),
        (YearPaperKind.REMINDER_SHEET, {"task-given", "report-asked"}),
    ):
        read.clear()
        year.compose(kind, known_at=then)
        assert set(read) == topics


def test_a_class_for_all_schools_invites_those_of_the_position(year):
    then = year.application.log.head()
    year.schools_change()
    before, now = year.words(TRAINING, known_at=then), year.words(TRAINING)
    for name in SCHOOLS.values():
        assert name in before
        assert name not in now
    assert "An Bình mới lập" not in before
    assert "An Bình mới lập" in now
    # It closes before the class: nobody there is invited any more.
    assert "Trường tên mới MN-BC" not in now


def test_a_print_of_an_earlier_day_says_what_held_by_then(year):
    later = TODAY + dt.timedelta(days=3)
    year.hear_school("TH-BC", "Tiểu học Tên Sau", on=CLOCK.now() + dt.timedelta(days=3))
    year.hear_school("TH-SAU", "Tiểu học Sau", on=CLOCK.now() + dt.timedelta(days=3))
    before, after = year.words(TRAINING, valid_at=TODAY), year.words(TRAINING, valid_at=later)
    assert "Tiểu học Bản Chuông" in before
    assert "Sau" not in before
    assert "Tiểu học Tên Sau" in after
    assert "Tiểu học Sau" in after


def test_a_school_that_was_written_down_after_the_day_has_the_first_name_that_it_was_given(year):
    year.hear_school("TH-MUON", "Tiểu học Ghi Muộn", on=CLOCK.now() + dt.timedelta(days=3))
    year.set_target("TH-MUON")
    assert "Tiểu học Ghi Muộn" in year.words(YearPaperKind.TARGETS, valid_at=TODAY)


def test_news_after_every_event_of_the_log_is_printed_now_and_the_foot_says_so(year):
    before = year.compose(COMMITTEE).paper
    assert before.notes == ()
    year.hear(CommuneRegistered(commune="NL01", name="Xã Tên Mới"))
    now = year.compose(COMMITTEE).paper
    assert "xã Tên Mới" in "\n".join(printed_text(named(now)))
    assert now.known_at == before.known_at
    assert now.notes[0].startswith("xã, trường theo tin ghi lúc")
    assert year.compose(COMMITTEE, known_at=now.known_at).paper == before
    # With the next event, whatever it is about, there is a position that tells the same.
    year.publish("Ngày hội")
    next_one = year.compose(COMMITTEE).paper
    assert (next_one.blocks, next_one.notes, next_one.known_at) == (now.blocks, (), year.application.log.head())
    assert year.compose(COMMITTEE, known_at=next_one.known_at).paper == next_one


def test_what_a_foot_says_prints_the_same_again(year):
    year.schools_change()
    year.publish("Ngày hội")
    year.go_on()
    year.hear_school("TH-KHAC", "Tiểu học Khác")
    year.publish("Họp chợ")
    for kind, paper in composed(year).items():
        # What is overdue is of the day of the question; everything else, of the day at the foot.
        assert year.compose(kind, known_at=paper.known_at, valid_at=paper.valid_at).paper == paper


def test_a_person_is_called_as_identity_calls_them_on_the_day_of_printing_and_the_rest_stays(year):
    then = year.application.log.head()
    before = year.compose(COMMITTEE, known_at=then).paper
    year.go_on()
    again = year.compose(COMMITTEE, known_at=then).paper
    assert again == before
    assert to_docx(named(again)) == to_docx(named(before))
    old, new = printed_text(named(before)), printed_text(named(again, "Nông Văn Hai"))
    assert [line.replace("Nông Văn Hai", "Nông Văn Một") for line in new] == old
    assert "Nông Văn Hai" in "\n".join(new)
    assert any("tên" in note for note in named(again).notes)
