"""Syntheses: computed at a known position, written on apart from what is computed, sent; never counted otherwise later."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors, errors_year
from shared.contracts.calls.inspection import ConcludeInspection, PlanInspection
from shared.contracts.calls.year.reports import AskReport
from shared.contracts.calls.year.syntheses import DraftSynthesis
from shared.contracts.events.assessment import CycleOpened, SchoolRegistered
from shared.problems import BadRequest, Conflict, NotFound
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from tests.unit.inspection.year.needs_kit import OFFICER as NEEDS_OFFICER
from tests.unit.inspection.year.needs_kit import Village
from tests.unit.inspection.year.reports_kit import OFFICER, STRANGER, TODAY, Reporting, numbers


@pytest.fixture
def year() -> Reporting:
    made = Reporting().hear_schools()
    made.hear_award()
    return made


def visited(year: Reporting, school="TH-PD"):
    book = load_library().get("v2026_tt57/pho_thong")
    named = {"school": school, "cycle": "2026-2027", "year": "2026-2027", "rulebook": book.id, "digest": book.digest}
    year.hear(CycleOpened(**named, opened_on=dt.date(2026, 9, 25)))
    plan = PlanInspection(school=school, layer=Layer.COMMUNE, on=TODAY, title="Kiểm tra kỹ thuật")
    number = year.application.plan(OFFICER, plan).inspection
    done = ConcludeInspection(school=school, inspection=number, summary="Đã kiểm tra tại trường.", on=TODAY)
    year.application.conclude(OFFICER, done)


def test_a_synthesis_tells_numbers_standings_figures_and_who_has_not_sent(year):
    asked = year.ask(figures=["Số phòng học"])
    year.hand_in(asked.id, "TH-PD", figures=[("Số phòng học", 14)])
    year.hand_in(asked.id, "TH-BC", figures=[("Số phòng học", 10)])
    visited(year)
    view = year.synthesise()
    told = numbers(view)
    assert (told["schools"], told["recognised"], told["visits_concluded"], told["reports_missing"]) == (3, 1, 1, 1)
    assert [one.school for one in view.missing] == ["MN-SM"]
    assert (view.figures[0].total, [one.school for one in view.figures[0].given]) == (24, ["TH-BC", "TH-PD"])
    assert [one.name for one in view.standings] == ["Mầm non Sao Mai", "Tiểu học Bản Chuông", "Tiểu học Pá Đông"]
    assert [one.award_number for one in view.standings] == ["", "12/QĐ", ""]
    assert (view.period, view.position) == ("Tháng 11", year.application.log.head() - 1)


def test_a_synthesis_made_anew_while_nothing_happened_is_the_same_one(year):
    year.ask()
    first = year.synthesise()
    year.write(first.id, [("Đề nghị", "Sửa hai phòng học.")])
    assert year.synthesise().id == first.id
    visited(year)
    assert year.synthesise().id != first.id


def test_what_comes_later_changes_neither_its_numbers_nor_what_they_count(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    view = year.synthesise()
    year.hand_in(asked.id, "TH-PD")
    year.give_back(asked.id, "TH-BC")
    year.hear_award("TH-PD", number="99/QĐ")
    year.hear(SchoolRegistered(school="TH-MOI", name="Tiểu học Mới", kind=SchoolKind.PRIMARY, commune="NL01"))
    year.hear(SchoolRegistered(school="TH-BC", name="Tên mới", kind=SchoolKind.PRIMARY, commune="NL01"))
    year.sleep(40)
    assert year.synthesis(view.id) == view
    for number in view.numbers:
        assert sum(one.amount for one in year.counted(view.id, number.key).things) == number.value
    received = year.counted(view.id, "reports_received")
    assert [(one.school, one.name) for one in received.things] == [("TH-BC", "Tiểu học Bản Chuông")]


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (ReportKind.PROGRESS, (dt.date(2026, 1, 1), TODAY, TODAY)),
        (ReportKind.MID_YEAR, (dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 6, 30))),
        (ReportKind.FINAL, (dt.date(2026, 1, 1), dt.date(2026, 12, 31), TODAY)),
    ],
)
def test_the_period_is_that_of_the_kind_unless_days_are_named(year, kind, days):
    view = year.synthesise(kind=kind)
    assert (view.from_on, view.to_on, view.as_of) == days
    named = year.synthesise(kind=kind, from_on=dt.date(2026, 9, 1), to_on=dt.date(2026, 9, 30))
    assert (named.from_on, named.to_on, named.as_of) == (dt.date(2026, 9, 1), dt.date(2026, 9, 30), dt.date(2026, 9, 30))


def test_the_period_of_the_request_is_that_of_its_synthesis(year):
    asked = year.ask(from_on=dt.date(2026, 10, 1), to_on=dt.date(2026, 10, 31))
    view = year.synthesise(request=asked.id)
    assert (view.from_on, view.to_on, view.request) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31), asked.id)


def test_a_period_that_cannot_be_is_refused(year):
    with pytest.raises(errors.VisitDateRefused, match="chưa đến"):
        year.synthesise(from_on=dt.date(2026, 12, 1), to_on=dt.date(2026, 12, 31))
    with pytest.raises(errors.VisitDateRefused):
        year.synthesise(from_on=dt.date(2026, 5, 1), to_on=dt.date(2026, 4, 1))
    with pytest.raises(errors_year.ReportUnknown):
        year.synthesise(request="0198f2c4-0000-7000-8000-000000000001")


def test_what_people_write_stands_apart_and_a_stale_writing_is_refused(year):
    view = year.synthesise()
    written = year.write(view.id, [("Đề nghị", " Sửa hai phòng học. ")])
    assert ([(one.heading, one.text) for one in written.texts], written.writings) == (
        [("Đề nghị", "Sửa hai phòng học.")],
        1,
    )
    assert written.numbers == view.numbers
    with pytest.raises(Conflict, match="Chưa ghi đè gì"):
        year.write(view.id, [("Đề nghị", "Bản khác.")])
    assert year.write(view.id, [("Đề nghị", "Sửa hai phòng học.")]).writings == 1
    with pytest.raises(BadRequest):
        year.write(view.id, [("Mục lạ", "chữ")], writings=1)


def test_a_sent_synthesis_is_read_only_and_goes_to_each_receiver_once(year):
    view = year.synthesise()
    sent = year.send(view.id)
    assert [(one.to, one.number, one.sent_on) for one in sent.sent] == [(ReportReceiver.LEADERS, "45/BC-VHXH", TODAY)]
    assert year.send(view.id) == sent
    with pytest.raises(errors_year.SynthesisAlreadySent):
        year.send(view.id, sign="46/BC-VHXH")
    with pytest.raises(errors_year.SynthesisAlreadySent, match="45/BC-VHXH"):
        year.write(view.id, [("Đề nghị", "Muộn rồi.")])
    assert len(year.send(view.id, ReportReceiver.DEPARTMENT, "46/BC-UBND").sent) == 2


def test_it_is_not_sent_in_the_future_nor_before_it_was_made(year):
    view = year.synthesise()
    for on in (TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)):
        with pytest.raises(errors.VisitDateRefused):
            year.send(view.id, on=on)


def test_another_commune_sees_no_synthesis(year):
    view = year.synthesise()
    with pytest.raises(errors_year.SynthesisUnknown):
        year.synthesis(view.id, STRANGER)
    with pytest.raises(errors_year.SynthesisUnknown):
        year.counted(view.id, "schools", STRANGER)
    with pytest.raises(errors_year.SynthesisUnknown):
        year.write(view.id, [], who=STRANGER)
    with pytest.raises(NotFound):
        year.counted(view.id, "la")


def test_the_log_is_asked_no_more_often_for_a_synthesis_of_a_commune_in_which_more_happened(year, monkeypatch):
    asked: list[str] = []
    tables = year.application.log.tables
    query = tables.query
    monkeypatch.setattr(tables, "query", lambda sql, parameters=(): asked.append(sql) or query(sql, parameters))

    def questions() -> int:
        asked.clear()
        year.synthesise()
        year.synthesise()
        return len(asked)

    year.ask()
    few = questions()
    for number in range(8):
        year.ask(period=f"Đợt {number}")
    assert questions() == few


def test_what_counts_in_another_year_only_makes_no_other_synthesis(year):
    year.ask()
    first = year.synthesise()
    elsewhere = AskReport(commune="NL01", year=2027, kind=ReportKind.PROGRESS, period="Tháng 1", due=dt.date(2027, 1, 20))
    year.application.ask_report(OFFICER, elsewhere)
    assert year.synthesise().id == first.id


def test_money_of_a_year_counts_for_a_need_of_another_year():
    needs = Village()
    needs.fund(needs.founded(year=2027), 5_000_000, year=2026)
    asked = DraftSynthesis(commune="NL", year=2026, kind=ReportKind.PROGRESS)
    told = numbers(needs.application.draft_synthesis(NEEDS_OFFICER, asked))
    assert (told["money_funded"], told["needs_raised"]) == (5_000_000, 0)
