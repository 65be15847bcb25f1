"""A year begun from the last: texts to be read again, never results; across circulars evidence alone, as suggestions."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment import errors
from services.assessment.domain.work import DESCRIPTION
from services.assessment.published import public_event
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import deciding as d
from shared.problems import BadRequest
from shared.vocabulary.assessment import GapKind, Layer
from shared.vocabulary.self_assessment import CriterionStep
from tests.unit.assessment.conftest import DOCUMENT
from tests.unit.assessment.deciding_kit import HEAD, MEMBER, SCHOOL, AtWork

KEY = ("1.1", 1, "-")
NEXT = dt.date(2026, 11, 20)


@pytest.fixture
def last(office):
    """A cycle of 2025-2026 under TT57, judged, cited, with two texts and a description."""
    office.with_school()
    office.cycle = office.with_cycle(dt.date(2026, 1, 10), "2025-2026", rulebook="v2026_tt57/pho_thong")
    office.cite_all(office.cycle)
    work = AtWork(office.application, office.cycle)
    work.write("1.1", 1)
    work.write("1.1", 2)
    described = calls.DescribeCriterion(**work.place, criterion="1.2", strengths="Đội ngũ trẻ")
    work.application.describe_criterion(MEMBER, described)
    office.judge_all(office.cycle, on=dt.date(2026, 5, 10))
    return work


@pytest.fixture
def old(office):
    """A submitted cycle under TT22 with one document cited at two criteria."""
    office.with_school()
    office.cycle = office.with_cycle(dt.date(2025, 3, 1), "2024-2025", rulebook="v2018_tt22/tieu_hoc")
    office.tell_document()
    place = {"school": SCHOOL, "cycle": office.cycle.cycle, "document": DOCUMENT}
    office.application.code_evidence(
        office.acting, calls.CodeEvidence(**place, criterion="1.1", title="Kế hoạch chiến lược", cite=True)
    )
    office.application.link_evidence(office.acting, calls.LinkEvidence(**place, criterion="5.5"))
    return AtWork(office.application, office.cycle)


def carried(work, former=""):
    return work.application.carried_evidence(d.CarriedEvidenceRequest(**work.place, former=former))


def test_texts_come_along_to_be_read_again_and_no_result_does(last):
    new = last.copy("2026-2027", NEXT)
    assert (new.cycle.copies, new.cycle.opened_on) == ("2025-2026", NEXT)
    state = new.assessed().cycle
    assert state.judged[Layer.SCHOOL] == {}
    assert (new.work("1.1").unread, new.work("1.2").unread) == ({1, 2}, {DESCRIPTION})
    assert set(state.citations) == set(last.assessed().cycle.citations)
    assert new.steps()["1.1"] is CriterionStep.NOT_STARTED
    unread = [gap for gap in new.check().gaps if gap.kind is GapKind.UNREAD_COPY]
    assert [(gap.criterion, gap.level) for gap in unread] == [("1.1", 1), ("1.1", 2), ("1.2", DESCRIPTION)]
    assert all("chưa xem lại" in gap.text for gap in unread)


def test_a_copy_begins_with_what_the_log_held_whatever_day_it_is_told_for(last):
    new = last.copy("2026-2027", dt.date(2026, 9, 10))  # the texts were typed in November
    last.write("1.1", 3)
    last.write("1.1", 1, text="Sửa ở đợt trước.")
    assert set(new.work("1.1").texts) == {1, 2}
    assert new.work("1.1").texts[1].entry.fact.sentences[0].text == "Trường có kế hoạch."
    newer = new.copy("2027-2028", dt.date(2026, 10, 1))
    assert newer.work("1.1").unread == {1, 2}


def test_nothing_is_submitted_until_each_copied_text_was_touched_or_kept(last):
    new = last.copy("2026-2027", NEXT)
    new.judge(*new.rulebook.keys)
    with pytest.raises(errors.CopiedUnread) as refused:
        new.submit()
    assert len(refused.value.data["gaps"]) == 3
    new.write("1.1", 1)
    new.keep("1.1", 2)
    with pytest.raises(errors.CopiedUnread):
        new.submit()
    new.keep("1.2", DESCRIPTION)
    new.submit()


def test_a_repeat_gives_the_cycle_that_is_there(last):
    new, head = last.copy("2026-2027", NEXT), last.head()
    assert last.copy("2026-2027", NEXT).cycle == new.cycle
    assert last.head() == head


def test_a_year_that_has_a_cycle_is_not_begun_again(last, office):
    office.with_cycle()
    with pytest.raises(errors.CannotCopy, match="đã có đợt"):
        last.copy("2026-2027", NEXT)


@pytest.mark.parametrize("year", ["2025-2026", "2024-2025"])
def test_a_copy_is_for_a_later_year(last, year):
    with pytest.raises(errors.CannotCopy, match="sau đó"):
        last.copy(year, NEXT)


def test_a_copy_names_a_year_and_a_cycle_that_are_there(last):
    with pytest.raises(BadRequest):
        last.copy("2026", NEXT)
    missing = AtWork(last.application, last.cycle)
    with pytest.raises(errors.NoSuchCycle):
        missing.application.copy_cycle(HEAD, d.CopyCycle(school=SCHOOL, former="2020-2021", year="2026-2027"))
    with pytest.raises(errors.DateRefused):
        last.copy("2026-2027", dt.date(2026, 12, 1))


def test_under_another_circular_nothing_is_copied(old):
    new = old.copy("2026-2027", NEXT)
    assert new.cycle.copies == ""
    assert new.cycle.rulebook == "v2026_tt57/pho_thong"
    assert new.assessed().cycle.citations == {}
    assert new.assessed().cycle.work.criteria == {}
    assert old.copy("2026-2027", NEXT).cycle.cycle == "2026-2027"


def test_evidence_of_another_circular_is_offered_with_its_old_code(old):
    new = old.copy("2026-2027", NEXT)
    offered = carried(new)
    assert (offered.former, offered.rulebook_before, offered.confidence) == ("2024-2025", "v2018_tt22/tieu_hoc", "low")
    assert "Gợi ý" in offered.note
    assert [(one.criterion, one.code) for one in offered.evidence] == [("1.1", "H1-1.1-01"), ("5.5", "H1-1.1-01")]
    assert [one.criterion for one in offered.evidence[1].candidates] == ["3.5"]
    assert offered.evidence[0].candidates[0].title.startswith("Tầm nhìn")
    assert carried(new, "2024-2025") == offered


def test_a_person_confirms_and_the_old_code_stays_noted(old):
    new = old.copy("2026-2027", NEXT)
    coded = new.application.code_evidence(
        MEMBER, calls.CodeEvidence(**new.place, document=DOCUMENT, criterion="1.1", title="Kế hoạch", cite=True)
    )
    assert (coded.code, coded.replaces) == ("MC.1.1.01", "H1-1.1-01")
    assert {one.new_code for one in carried(new).evidence} == {"MC.1.1.01"}
    event = public_event(new.assessed().state.codes[DOCUMENT][-1].entry.fact)
    assert event.replaces == "H1-1.1-01"
    first = old.application.evidence(calls.EvidenceRequest(school=SCHOOL, cycle="2024-2025")).evidence[0]
    assert (first.code, first.replaces) == ("H1-1.1-01", "")


def test_nothing_is_offered_where_there_is_no_other_circular(last):
    assert carried(last).evidence == []
    assert carried(last).former == ""
    with pytest.raises(errors.NoSuchCycle):
        carried(last, "2019-2020")


def test_a_cycle_with_another_circular_between_offers_the_newest_of_them(old, office):
    office.with_cycle(dt.date(2025, 4, 1), "2025-2026", rulebook="v2018_tt22/tieu_hoc")
    new = old.copy("2026-2027", NEXT)
    assert carried(new).former == "2025-2026"
    assert carried(new).evidence == []
