"""The years after a recognition: only what a school holds can be kept, and of one year the later check holds."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection import errors, views
from services.inspection.domain.known_awards import KnownAward, any_valid_award, valid_award
from shared.contracts.calls import maintenance as calls
from shared.contracts.events import assessment as told
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind

YEAR = "2026-2027"
DAY = dt.date(2026, 11, 20)


def granted(number="118/QĐ", school="TH-BC", kind=told.RecognitionGranted, **more):
    values = {
        "school": school,
        "school_name": "Trường",
        "number": number,
        "degree": 1,
        "decided_on": dt.date(2025, 6, 30),
        "expires_on": dt.date(2030, 6, 30),
        "rulebook": "v2018_tt22/tieu_hoc",
        "digest": "0" * 64,
    }
    return kind(**values | ({"certificate_degree": 0} if kind is told.RecognitionGranted else {}) | more)


def check(team, result="duy_tri", year=YEAR, who=None, school="TH-BC", on=DAY, **more):
    request = calls.CheckMaintenance(school=school, year=year, result=MaintenanceResult(result), on=on, **more)
    return team.application.check_maintenance(who or team.officer, request)


def checks(team, school="TH-BC"):
    return team.application.maintenance(calls.MaintenanceRequest(school=school)).checks


def awards(team, school="TH-BC"):
    with team.application.views.reading() as conn:
        return views.awards(conn, school)


# --- what is recorded


def test_a_check_is_recorded_with_its_day_its_note_and_who_made_it(team):
    team.hear(granted())
    made = check(team, "nguy_co", note=" Thiếu một phòng ")
    assert made == calls.MaintenanceCheckView(
        year=YEAR,
        result=MaintenanceResult.AT_RISK,
        note="Thiếu một phòng",
        checked_on=DAY,
        by="account-1",
        position=1,
    )
    assert checks(team) == [made]


def test_the_later_check_of_a_year_holds_and_the_earlier_stays_in_the_log(team):
    team.hear(granted())
    check(team, "nguy_co", on=dt.date(2026, 10, 1))
    assert check(team, "duy_tri").result is MaintenanceResult.KEPT
    assert [one.result for one in checks(team)] == [MaintenanceResult.KEPT]
    assert [logged.entry.fact.result for logged in team.application.log.read(0)] == ["nguy_co", "duy_tri"]


def test_of_one_day_the_check_recorded_last_holds(team):
    team.hear(granted())
    check(team, "nguy_co")
    assert check(team, "khong").result is MaintenanceResult.NOT_KEPT


def test_a_check_of_an_earlier_day_told_late_does_not_take_the_place_of_a_later_one(team):
    team.hear(granted())
    check(team, "duy_tri")
    answered = check(team, "khong", on=dt.date(2026, 9, 1))
    assert (answered.result, answered.checked_on) == (MaintenanceResult.KEPT, DAY)
    assert team.application.log.head() == 2
    assert [one.result for one in checks(team)] == [MaintenanceResult.KEPT]


def test_the_same_check_again_and_a_repeated_command_record_nothing(team):
    team.hear(granted())
    once = msgspec.structs.replace(team.officer, command="c-7")
    check(team, who=once)
    check(team)
    check(team, "khong", who=once)
    assert team.application.log.head() == 1


def test_years_are_listed_newest_first(team):
    team.hear(granted())
    check(team, year="2025-2026")
    check(team, year=YEAR)
    assert [one.year for one in checks(team)] == [YEAR, "2025-2026"]


def test_the_event_tells_neither_note_nor_person(team):
    team.hear(granted())
    check(team, note="BÍ MẬT")
    event = team.application.published(team.application.log.read(0)[0])
    assert (event.type, event.subject) == ("vn.kiemdinh.inspection.maintenance-checked.v1", "school/TH-BC")
    assert event.data == {"school": "TH-BC", "year": YEAR, "result": "duy_tri", "checked_on": "2026-11-20"}


# --- what is refused


@pytest.mark.parametrize("year", ["2026", "2026-2028", "2026-2026", "26-27", "2026-2027 ", "٢٠٢٦-٢٠٢٧", ""])
def test_what_is_no_school_year_is_refused(team, year):
    team.hear(granted())
    with pytest.raises(errors.SchoolYearRefused, match="Ghi như 2026-2027"):
        check(team, year=year)


def test_a_year_that_had_not_begun_on_the_day_is_refused(team):
    team.hear(granted())
    for year, on in (("2027-2028", DAY), (YEAR, dt.date(2026, 6, 30))):
        with pytest.raises(errors.SchoolYearRefused, match="chưa bắt đầu"):
            check(team, year=year, on=on)
    assert check(team, on=dt.date(2026, 7, 1)).checked_on == dt.date(2026, 7, 1)


def test_a_day_to_come_is_refused(team):
    team.hear(granted())
    with pytest.raises(errors.VisitDateRefused):
        check(team, on=dt.date(2026, 11, 25))


def test_a_school_of_which_no_award_is_known_yet_is_refused_until_it_is(team):
    with pytest.raises(errors.NotRecognised) as caught:
        check(team)
    assert caught.value.awaits_news
    assert team.application.log.head() == 0
    team.hear(granted())
    assert check(team).position == 1


def test_a_certificate_is_enough(team):
    team.hear(granted("9/CN", kind=told.CertificateGranted))
    assert check(team).result is MaintenanceResult.KEPT


@pytest.mark.parametrize(
    "later",
    [
        told.RecognitionRevoked(school="TH-BC", number="118/QĐ", revoked_on=DAY),
        told.RecognitionCorrected(
            school="TH-BC", number="118/QĐ", what="expires_on", old="2030-06-30", new="2026-11-19", corrected_on=DAY
        ),
        told.RecognitionCorrected(
            school="TH-BC", number="118/QĐ", what="decided_on", old="2025-06-30", new="2026-11-21", corrected_on=DAY
        ),
    ],
    ids=["revoked", "run-out", "not-yet"],
)
def test_what_is_not_valid_on_the_day_cannot_be_kept(team, later):
    team.hear(granted())
    team.hear(later)
    with pytest.raises(errors.NotRecognised, match="20/11/2026"):
        check(team)


def test_an_award_of_another_school_does_not_help(team):
    team.hear(granted(school="KHAC"))
    with pytest.raises(errors.NotRecognised):
        check(team)


# --- the visit that a check rests on


def test_a_check_may_rest_on_a_concluded_visit_of_the_school(team):
    team.hear(granted())
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(errors.VisitNotConcluded, match="Chưa ghi gì"):
        check(team, inspection=visit.inspection)
    team.conclude(visit)
    with pytest.raises(errors.VisitDateRefused, match="02/11/2026"):
        check(team, inspection=visit.inspection, on=dt.date(2026, 11, 1))
    assert check(team, inspection=visit.inspection).inspection == visit.inspection
    event = team.application.published(team.application.log.read(2)[0])
    assert event.data["inspection"] == visit.inspection


def test_a_visit_to_another_school_and_one_that_is_not_are_refused(team):
    for school in ("TH-BC", "KHAC"):
        team.hear(granted(school=school))
    team.hear_cycle(school="KHAC")
    other = team.plan(school="KHAC", who=_officer_of_both())
    for inspection in (other.inspection, "abc", "00000000-0000-0000-0000-000000000007"):
        with pytest.raises(errors.NoSuchInspection):
            check(team, inspection=inspection)


def _officer_of_both():
    grant = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="NL01", schools=("TH-BC", "KHAC"))
    return CallContext(actor="account-1", grants=(grant,), correlation="c-1")


# --- lists across schools


def listed(team, who=None, **asked):
    request = calls.MaintenanceListRequest(**{"year": YEAR} | asked)
    return team.application.maintenance_list(who or team.officer, request)


def test_the_list_of_a_year_holds_the_schools_that_the_caller_reaches(team):
    both = _officer_of_both()
    for school, commune in (("TH-BC", "NL01"), ("KHAC", "NL02")):
        team.hear_school(school, commune)
        team.hear(granted(school=school))
        check(team, school=school, who=both)
    check(team, year="2025-2026")
    assert [(one.school, one.check.result) for one in listed(team).checks] == [("TH-BC", MaintenanceResult.KEPT)]
    assert [one.school for one in listed(team, both).checks] == ["KHAC", "TH-BC"]
    assert [one.school for one in listed(team, both, commune="NL02").checks] == ["KHAC"]
    page = listed(team, both, after=1, limit=1)
    assert ([one.school for one in page.checks], page.total) == (["TH-BC"], 2)
    assert listed(team, year="2024-2025").total == 0


@pytest.mark.parametrize("asked", [{"year": "2026"}, {"limit": 0}, {"limit": 2001}, {"after": -1}])
def test_a_list_that_cannot_be_given_is_refused(team, asked):
    with pytest.raises(BadRequest):
        listed(team, **asked)


# --- what is known of awards


def test_awards_are_known_as_they_were_corrected_remedied_and_revoked(team):
    team.hear(granted())
    for what, new in (("number", "119/QĐ"), ("degree", "2"), ("certificate_degree", "2"), ("expires_on", "2029-06-30")):
        team.hear(told.RecognitionCorrected(school="TH-BC", number="118/QĐ", what=what, old="", new=new, corrected_on=DAY))
    for until in (dt.date(2027, 5, 1), dt.date(2027, 3, 1)):
        team.hear(told.RemedyRequested(school="TH-BC", number="118/QĐ", requested_on=DAY, until=until))
    (award,) = awards(team)
    assert (award.granted_number, award.number, award.degree) == ("118/QĐ", "119/QĐ", 2)
    assert (award.expires_on, award.remedy_until) == (dt.date(2029, 6, 30), dt.date(2027, 5, 1))
    assert (award.kind, award.rulebook) == (AwardKind.RECOGNITION, "v2018_tt22/tieu_hoc")
    team.hear(granted("118/QĐ", kind=told.CertificateGranted))
    team.hear(told.CertificateRevoked(school="TH-BC", number="118/QĐ", revoked_on=DAY))
    assert [(one.kind, one.revoked_on) for one in awards(team)] == [
        (AwardKind.CERTIFICATE, DAY),
        (AwardKind.RECOGNITION, None),
    ]


def known(number, **more):
    values = {
        "school": "TH-BC",
        "kind": AwardKind.RECOGNITION,
        "granted_number": number,
        "number": number,
        "degree": 1,
        "decided_on": dt.date(2020, 1, 1),
        "expires_on": dt.date(2025, 1, 1),
        "rulebook": "v2018/tieu_hoc",
        "digest": "0" * 64,
    }
    return KnownAward(**values | more)


def test_an_award_is_valid_from_its_decision_through_its_last_day():
    award = known("1")
    days = [dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 1, 2)]
    assert [valid_award([award], AwardKind.RECOGNITION, on) for on in days] == [None, award, award, None]
    assert valid_award([award], AwardKind.CERTIFICATE, days[1]) is None


def test_a_replaced_award_stays_replaced_when_the_newer_is_revoked():
    old = known("1")
    new = known("2", decided_on=dt.date(2023, 1, 1), expires_on=dt.date(2028, 1, 1), supersedes="1")
    revoked = msgspec.structs.replace(new, revoked_on=dt.date(2024, 1, 1))
    assert valid_award([old, new], AwardKind.RECOGNITION, dt.date(2022, 1, 1)) == old
    assert valid_award([old, new], AwardKind.RECOGNITION, dt.date(2024, 1, 1)) == new
    assert valid_award([old, revoked], AwardKind.RECOGNITION, dt.date(2023, 6, 1)) == revoked
    assert valid_award([old, revoked], AwardKind.RECOGNITION, dt.date(2024, 1, 1)) is None


def test_a_recognition_counts_before_a_certificate():
    certificate, recognition = known("1", kind=AwardKind.CERTIFICATE), known("2")
    assert any_valid_award([certificate, recognition], dt.date(2021, 1, 1)) == recognition
    assert any_valid_award([certificate], dt.date(2021, 1, 1)) == certificate
    assert any_valid_award([], dt.date(2021, 1, 1)) is None
