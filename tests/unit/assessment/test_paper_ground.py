"""What papers of other services rest on: the school, its own levels, its codes, the newest decision, at a moment."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.errors import NoSuchCycle, NoSuchSchool
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.papers import GroundRequest
from shared.vocabulary.inspection import DecisionOutcome
from tests.unit.assessment.conftest import SCHOOL
from tests.unit.assessment.papers_kit import TT22, PaperOffice, document_id


def ground(office, **changes):
    return office.application.paper_ground(GroundRequest(**{"school": SCHOOL} | changes))


def test_the_ground_names_the_school_its_commune_and_the_schools_of_the_commune(office):
    office.with_school()
    told = ground(office)
    assert (told.school_name, told.commune_name, told.superior, told.place) == (
        "Trường Tiểu học Bản Chuông",
        "Xã Nà Lừa",
        "UBND xã Nà Lừa",
        "Nà Lừa",
    )
    assert told.commune_schools == {SCHOOL: "Trường Tiểu học Bản Chuông"}
    assert (told.cycle, told.submitted_on, told.decision) == ("", None, None)


def test_the_ground_tells_the_schools_own_levels_and_the_codes_of_its_documents(office):
    made = PaperOffice.opened(office, TT22)
    office.judge_all(made.cycle, on=dt.date(2026, 10, 1))
    (code,) = made.cite(["1.1"])
    told = ground(office, cycle=made.cycle.cycle)
    assert told.cycle == made.cycle.cycle
    assert set(told.levels) == set(made.rulebook.criteria)
    assert told.levels["1.1"] == max(made.rulebook.criteria["1.1"].levels)
    assert told.codes == {document_id(1): code}
    assert told.digest == made.rulebook.digest


def test_what_was_recorded_later_is_not_known_before(office):
    office.with_school()
    before = office.clock.now()
    office.clock.move(dt.timedelta(hours=1))
    office.with_cycle()
    assert ground(office, known_at_time=before).cycle == ""
    assert ground(office).cycle == "2026-2027"


def test_a_school_or_a_cycle_that_is_not_there_is_refused(office):
    with pytest.raises(NoSuchSchool):
        ground(office)
    office.with_school()
    with pytest.raises(NoSuchCycle):
        ground(office, cycle="2020-2021")


def recognised(office, number="12/QĐ-SGDĐT"):
    """Copy a recognition of 2024 from paper."""
    office.with_school()
    office.tell_document("0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52")
    granted = calls.GrantRecognition(
        school=SCHOOL,
        number=number,
        degree=1,
        certificate_degree=2,
        decided_on=dt.date(2024, 5, 6),
        copied_from_paper="0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52",
        override="Quyết định có trước khi dùng hệ thống",
    )
    return office.application.grant_recognition(office.acting, granted)


def test_a_recognition_is_the_newest_decision_until_it_is_revoked(office):
    held = recognised(office)
    told = ground(office).decision
    assert (told.outcome, told.number, told.degree) == (DecisionOutcome.GRANTED, held.number, 1)
    assert told.expires_on == held.expires_on
    assert (told.digest, told.decided_by) == (
        office.library.choose("tieu_hoc", dt.date(2024, 5, 6)).rulebook.digest,
        "ubnd_tinh",
    )
    office.application.request_remedy(
        office.acting,
        calls.RequestRemedy(
            school=SCHOOL, number=held.number, until=dt.date(2026, 11, 25), reason="Tiêu chí 3.4 không còn đạt"
        ),
    )
    office.clock.move(dt.timedelta(days=2))
    revoke = calls.RevokeRecognition(
        school=SCHOOL, number=held.number, revoked_on=dt.date(2026, 11, 26), reason="Không khắc phục trong hạn Sở giao"
    )
    office.application.revoke_recognition(office.acting, revoke)
    told = ground(office).decision
    assert (told.outcome, told.number) == (DecisionOutcome.REVOKED, "")
    assert told.reason == "Không khắc phục trong hạn Sở giao"
    assert (told.digest, told.decided_by) == (office.library.choose("tieu_hoc", dt.date(2026, 11, 26)).rulebook.digest, "")


def test_a_recognition_keeps_its_own_rulebook_while_the_cycle_is_under_a_later_one(office):
    recognised(office)
    office.with_cycle()
    told = ground(office)
    assert told.decision.digest == office.library.choose("tieu_hoc", dt.date(2024, 5, 6)).rulebook.digest
    assert told.decision.digest != told.digest


def test_a_refusal_was_decided_under_the_rulebook_of_its_cycle(office):
    office.with_school()
    cycle = office.with_cycle()
    office.submit_anyway(cycle, dt.date(2026, 11, 20))
    office.evaluate(cycle, "not_met", on=dt.date(2026, 11, 21))
    refusal = calls.RefuseRecognition(
        school=SCHOOL, cycle=cycle.cycle, refused_on=dt.date(2026, 11, 22), reason="chưa đủ điều kiện công nhận"
    )
    office.application.refuse_recognition(office.acting, refusal)
    told = ground(office).decision
    assert (told.outcome, told.digest, told.decided_by) == (DecisionOutcome.REFUSED, cycle.digest, "")
