"""A school that was closed takes up nothing new; what it did and what it was awarded stay."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment import errors
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import deciding
from shared.contracts.problems import SchoolIsClosed
from shared.problems import BadRequest

SCHOOL = "TH-BC"
CLOSING = calls.CloseSchool(
    school=SCHOOL, number="15/QĐ-UBND", on=dt.date(2026, 11, 1), reason="Sáp nhập vào trường của bản bên"
)


@pytest.fixture
def closed(office):
    office.with_school()
    office.application.close_school(office.acting, CLOSING)
    return office


def test_it_is_told_closed_from_its_day_and_a_repeat_records_nothing(closed):
    head = closed.application.log.head()

    again = closed.application.close_school(closed.acting, CLOSING)

    assert again.closed_on == dt.date(2026, 11, 1)
    assert closed.application.log.head() == head
    listed = closed.application.schools(closed.acting, calls.SchoolsRequest()).schools
    assert [(one.code, one.closed_on) for one in listed] == [(SCHOOL, dt.date(2026, 11, 1))]


def test_another_decision_on_a_closed_school_is_refused(closed):
    other = msgspec.structs.replace(CLOSING, number="16/QĐ-UBND")

    with pytest.raises(SchoolIsClosed, match="đã đóng từ 01/11/2026 theo quyết định 15/QĐ-UBND") as refused:
        closed.application.close_school(closed.acting, other)
    assert (refused.value.type, refused.value.status) == ("truong-da-dong", 409)


def test_a_closed_school_opens_no_cycle_and_a_name_given_later_does_not_open_it(closed):
    closed.application.rename_school(closed.acting, calls.RenameSchool(school=SCHOOL, name="Trường Cũ"))

    with pytest.raises(SchoolIsClosed):
        closed.application.open_cycle(closed.acting, calls.OpenCycle(school=SCHOOL, year="2026-2027"))
    view = closed.application.school(calls.SchoolRequest(school=SCHOOL))
    assert (view.name, view.closed_on) == ("Trường Cũ", dt.date(2026, 11, 1))


def test_a_cycle_that_is_open_goes_on_and_a_repeat_to_open_it_is_one(office):
    office.with_school()
    ask = calls.OpenCycle(school=SCHOOL, year="2026-2027", on=dt.date(2026, 9, 25))
    cycle = office.application.open_cycle(office.acting, ask)
    office.application.close_school(office.acting, CLOSING)

    assert office.application.open_cycle(office.acting, ask) == cycle
    copied = deciding.CopyCycle(school=SCHOOL, former=cycle.cycle, year="2027-2028", on=CLOSING.on)
    with pytest.raises(SchoolIsClosed):
        office.application.copy_cycle(office.acting, copied)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"number": " "}, BadRequest),
        ({"number": "1" * 121}, BadRequest),
        ({"reason": "ok"}, BadRequest),
        ({"on": dt.date(2030, 1, 1)}, errors.DateRefused),
        ({"school": "KHONG"}, errors.NoSuchSchool),
    ],
)
def test_what_is_told_wrongly_closes_nothing(office, wrong, refusal):
    app = office.with_school().application

    with pytest.raises(refusal):
        app.close_school(office.acting, msgspec.structs.replace(CLOSING, **wrong))
    assert app.school(calls.SchoolRequest(school=SCHOOL)).closed_on is None
