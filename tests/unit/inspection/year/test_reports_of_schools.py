"""Reports: asked of many schools at once, handed in by each, returned or accepted; who has not sent is named."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection import errors, errors_year
from services.inspection.views.year.reports_rows import report_parts
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.plan_years import YearRefused
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.commune_year import HandedInState, ReportKind
from tests.unit.inspection.year.reports_kit import DUE, OFFICER, SCHOOLS, STRANGER, Reporting, head


@pytest.fixture
def year() -> Reporting:
    return Reporting().hear_schools()


def states(view):
    return {part.school: part.state.value for part in view.parts}


def test_a_report_is_asked_of_every_school_of_the_commune_at_once(year):
    asked = year.ask()
    assert asked.schools == sorted(SCHOOLS)
    view = year.one(asked.id)
    assert (view.period, view.due, view.sections, view.figures) == ("Tháng 11", DUE, ["Nội dung báo cáo"], [])
    assert [part.name for part in view.parts] == ["Mầm non Sao Mai", "Tiểu học Bản Chuông", "Tiểu học Pá Đông"]
    assert set(states(view).values()) == {"da_hoi"}


def test_the_same_request_again_is_one_request(year):
    assert year.ask() == year.ask(period=" tháng  11 ")
    assert year.application.log.head() == 1


def test_another_due_day_for_a_period_that_was_asked_for_is_refused_and_names_what_stands(year):
    year.ask()
    with pytest.raises(errors_year.ReportStands, match="hạn 20/11/2026"):
        year.ask(due=dt.date(2026, 11, 25))
    assert year.ask(kind=ReportKind.THEMATIC).id != year.ask().id


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"due": dt.date(2026, 11, 1)}, errors.VisitDateRefused),
        ({"due": dt.date(2028, 11, 1)}, errors.VisitDateRefused),
        ({"schools": ["TH-XA"]}, errors_year.SchoolElsewhere),
        ({"schools": ["TH-KHONG"]}, errors_year.SchoolUnknown),
        ({"period": "  "}, BadRequest),
        ({"period": "x" * 201}, BadRequest),
        ({"sections": ["Kết quả", "kết quả"]}, BadRequest),
        ({"figures": [f"Số {number}" for number in range(41)]}, BadRequest),
        ({"from_on": dt.date(2026, 11, 1)}, BadRequest),
        ({"from_on": dt.date(2026, 11, 2), "to_on": dt.date(2026, 11, 1)}, errors.VisitDateRefused),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_nothing_is_recorded(year, wrong, problem):
    with pytest.raises(problem):
        year.ask(**wrong)
    assert year.application.log.head() == 0


def test_a_year_without_a_plan_is_refused(year):
    with pytest.raises(YearRefused):
        year.synthesise(year=1990)


def test_a_school_hands_in_words_and_figures_and_the_office_accepts_them(year):
    asked = year.ask(sections=["Kết quả", "Khó khăn"], figures=["Số phòng học"])
    texts = [("Khó khăn", "Không"), ("kết quả", "Đã xong 12 tiêu chí.")]
    year.hand_in(asked.id, "TH-BC", texts=texts, figures=[("Số phòng học", 14)])
    part = next(one for one in year.one(asked.id).parts if one.school == "TH-BC")
    assert part.state is HandedInState.HANDED_IN
    assert [(one.heading, one.text) for one in part.texts] == [("Kết quả", "Đã xong 12 tiêu chí."), ("Khó khăn", "Không")]
    assert [(one.name, one.value) for one in part.figures] == [("Số phòng học", 14)]
    year.accept(asked.id, "TH-BC")
    assert states(year.one(asked.id))["TH-BC"] == "da_duyet"


def test_what_was_handed_in_is_handed_in_anew_until_it_is_accepted(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    head_before = year.application.log.head()
    year.hand_in(asked.id, "TH-BC")
    assert year.application.log.head() == head_before
    year.hand_in(asked.id, "TH-BC", texts=[("Nội dung báo cáo", "Bản thứ hai.")])
    year.accept(asked.id, "TH-BC")
    with pytest.raises(errors_year.ReportAlreadyAccepted, match="trả lại"):
        year.hand_in(asked.id, "TH-BC", texts=[("Nội dung báo cáo", "Bản thứ ba.")])


def version(year, asked) -> int:
    return next(one.version for one in year.one(asked.id).parts if one.school == "TH-BC")


def test_who_accepts_or_returns_rests_on_what_was_read(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    read = version(year, asked)
    year.hand_in(asked.id, "TH-BC", texts=[("Nội dung báo cáo", "Bản thứ hai.")])
    for act in (year.accept, year.give_back):
        with pytest.raises(errors_year.ReportChanged, match="trường đã gửi lại ngày") as refused:
            act(asked.id, "TH-BC", seen=read)
        assert refused.value.data == {"seen": version(year, asked), "state": "da_nop"}
    assert states(year.one(asked.id))["TH-BC"] == "da_nop"

    year.accept(asked.id, "TH-BC", seen=version(year, asked))

    assert states(year.one(asked.id))["TH-BC"] == "da_duyet"


def test_accepted_or_returned_once_more_nothing_happens_unless_another_version_was_read(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    read = version(year, asked)
    year.give_back(asked.id, "TH-BC", seen=read)
    head = year.application.log.head()
    year.give_back(asked.id, "TH-BC", seen=read)
    assert year.application.log.head() == head
    with pytest.raises(errors_year.ReportNotHandedIn):
        year.accept(asked.id, "TH-BC")
    year.hand_in(asked.id, "TH-BC")
    year.accept(asked.id, "TH-BC", seen=version(year, asked))
    with pytest.raises(errors_year.ReportChanged, match="có người đã duyệt"):
        year.accept(asked.id, "TH-BC", seen=read)


def test_a_returned_report_is_awaited_again_with_its_reason_and_comes_again(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    year.give_back(asked.id, "TH-BC")
    part = next(one for one in year.one(asked.id).parts if one.school == "TH-BC")
    assert (part.state, part.reason) == (HandedInState.RETURNED, "Thiếu số phòng học kiên cố")
    with pytest.raises(errors_year.ReportNotHandedIn, match="chưa gửi lại"):
        year.accept(asked.id, "TH-BC")
    year.hand_in(asked.id, "TH-BC")
    assert states(year.one(asked.id))["TH-BC"] == "da_nop"


def test_nothing_is_accepted_or_returned_that_was_not_handed_in(year):
    asked = year.ask()
    with pytest.raises(errors_year.ReportNotHandedIn):
        year.accept(asked.id, "TH-BC")
    with pytest.raises(errors_year.ReportNotHandedIn):
        year.give_back(asked.id, "TH-BC")
    with pytest.raises(BadRequest, match="lý do"):
        year.give_back(asked.id, "TH-BC", reason="ok")


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": [("Mục lạ", "chữ")], "figures": [("Số phòng học", 1)]},
        {"texts": [("Kết quả", "a"), ("kết quả", "b")], "figures": [("Số phòng học", 1)]},
        {"texts": [("Kết quả", "chữ")]},
        {"texts": [("Kết quả", "chữ")], "figures": [("Số phòng học", -1)]},
        {"texts": [("Kết quả", "chữ")], "figures": [("Số phòng học", 10**13 + 1)]},
        {"texts": [("Kết quả", "x" * 20_001)], "figures": [("Số phòng học", 1)]},
    ],
)
def test_a_part_that_does_not_fit_what_was_asked_is_refused(year, wrong):
    asked = year.ask(sections=["Kết quả"], figures=["Số phòng học"])
    with pytest.raises(BadRequest):
        year.hand_in(asked.id, "TH-BC", **wrong)
    assert states(year.one(asked.id))["TH-BC"] == "da_hoi"


def test_an_empty_report_is_refused(year):
    asked = year.ask()
    with pytest.raises(BadRequest, match="Còn mục chưa viết: Nội dung báo cáo"):
        year.hand_in(asked.id, "TH-BC", texts=[("Nội dung báo cáo", "  ")])
    assert states(year.one(asked.id))["TH-BC"] == "da_hoi"


@pytest.mark.parametrize("second", [[], [("Khó khăn", "")], [("Khó khăn", " \n ")]])
def test_a_section_that_was_asked_for_and_is_empty_is_refused_by_its_name(year, second):
    asked = year.ask(sections=["Kết quả", "Khó khăn"])
    with pytest.raises(BadRequest, match="Còn mục chưa viết: Khó khăn") as refused:
        year.hand_in(asked.id, "TH-BC", texts=[("Kết quả", "Đã xong."), *second])
    assert refused.value.data["path"] == "$.texts"


def test_where_figures_alone_were_asked_for_no_word_is_needed(year):
    asked = year.ask(figures=["Số phòng học"])
    year.hand_in(asked.id, "TH-BC", texts=[], figures=[("Số phòng học", 14)])
    assert states(year.one(asked.id))["TH-BC"] == "da_nop"


def test_papers_of_a_report_are_kept_documents_of_the_school(year):
    asked = year.ask()
    with pytest.raises(DocumentUnknown):
        year.hand_in(asked.id, "TH-BC", documents=["d-1"])
    year.hear(DocumentReceived(document="d-1", school="TH-BC", sha256="0" * 64, size_bytes=1, media_type="application/pdf"))
    year.hand_in(asked.id, "TH-BC", documents=["d-1"])
    part = next(one for one in year.one(asked.id).parts if one.school == "TH-BC")
    assert part.documents == ["d-1"]


def test_a_school_that_was_not_asked_hands_nothing_in(year):
    asked = year.ask(schools=["TH-BC"])
    with pytest.raises(errors_year.SchoolNotAsked):
        year.hand_in(asked.id, "TH-PD")
    for number in ("không phải mã", "0198f2c4-0000-7000-8000-000000000001"):
        with pytest.raises(errors_year.ReportUnknown):
            year.hand_in(number, "TH-BC")


def test_after_its_day_a_report_is_overdue_until_it_comes(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    year.sleep(21)
    view = year.one(asked.id)
    assert states(view) == {"MN-SM": "qua_han", "TH-BC": "da_nop", "TH-PD": "qua_han"}
    assert [part.days_late for part in view.parts] == [3, 3, 0]


def test_who_has_not_sent_is_named_with_days_and_a_text_to_paste(year):
    asked = year.ask(figures=["Số phòng học", "Số lớp"])
    year.hand_in(asked.id, "TH-BC", figures=[("Số phòng học", 1), ("Số lớp", 1)])
    year.sleep(21)
    first, second = year.missing(asked.id)
    assert (first.school, first.days, second.school) == ("MN-SM", 3, "TH-PD")
    assert first.path == f"/truong/MN-SM/bao-cao/{asked.id}"
    assert first.text == (
        "Phòng Văn hóa – Xã hội xã Nậm Lam nhắc Mầm non Sao Mai: báo cáo tiến độ Tháng 11 hạn 20/11/2026, "
        "hôm nay quá 3 ngày. "
        f"Nhà trường mở {first.path}, điền 2 số, viết 1 mục, bấm Gửi. Chưa làm được thì ghi lý do ở cùng trang."
    )


def test_a_closed_request_awaits_nobody_and_takes_nothing(year):
    asked = year.ask()
    year.close(asked.id)
    year.close(asked.id)
    assert year.missing(asked.id) == []
    assert year.one(asked.id).closed_reason == "Gộp vào báo cáo sơ kết"
    with pytest.raises(errors_year.ReportRequestEnded, match="02/11/2026"):
        year.hand_in(asked.id, "TH-BC")


def test_a_repeat_of_the_same_command_records_nothing(year):
    once = msgspec.structs.replace(OFFICER, command="c-7")
    asked = year.ask(who=once)
    assert year.ask(who=once, due=dt.date(2026, 11, 25)).id == asked.id
    assert year.one(asked.id).due == DUE


# --- who sees what


def test_a_head_sees_the_request_and_nothing_of_another_school(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-PD", texts=[("Nội dung báo cáo", "Riêng của Pá Đông.")])
    seen = year.one(asked.id, head("TH-BC"))
    assert [part.school for part in seen.parts] == ["TH-BC"]
    assert b"P\xc3\xa1" not in msgspec.json.encode(seen)
    assert [one.id for one in year.listed(head("TH-BC"))] == [asked.id]
    only = year.ask(schools=["TH-PD"], period="Riêng")
    assert [one.id for one in year.listed(head("TH-BC"))] == [asked.id]
    with pytest.raises(errors_year.ReportUnknown):
        year.one(only.id, head("TH-BC"))


def test_another_commune_knows_nothing_of_a_request_and_does_nothing_about_it(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    assert year.listed(STRANGER) == []
    with pytest.raises(errors_year.ReportUnknown):
        year.one(asked.id, STRANGER)
    with pytest.raises(errors_year.ReportUnknown):
        year.missing(asked.id, STRANGER)
    for act in (year.give_back, year.accept):
        with pytest.raises(NotAllowed):
            act(asked.id, "TH-BC", who=STRANGER)
    with pytest.raises(NotAllowed):
        year.close(asked.id, who=STRANGER)


def test_requests_are_listed_newest_first_and_by_year_and_school(year):
    first, second = year.ask(), year.ask(schools=["TH-PD"], period="Tháng 12")
    assert [one.id for one in year.listed()] == [second.id, first.id]
    assert [one.id for one in year.listed(school="TH-BC")] == [first.id]
    assert year.listed(year=2025) == []


def test_of_what_many_schools_handed_in_only_the_parts_of_those_asked_about_are_read(year):
    asked = year.ask()
    for school in ("TH-PD", "TH-BC"):
        year.hand_in(asked.id, school)
    with year.application.views.reading() as conn:
        assert set(report_parts(conn, [asked.id], ["TH-PD", "MN-SM"])) == {(asked.id, "TH-PD")}


def test_a_part_of_a_closed_request_is_not_returned_for_the_school_could_not_send_it_again(year):
    asked = year.ask()
    year.hand_in(asked.id, "TH-BC")
    year.close(asked.id)
    head_before = year.application.log.head()
    with pytest.raises(errors_year.ReportRequestEnded, match="lập yêu cầu mới"):
        year.give_back(asked.id, "TH-BC")
    assert year.application.log.head() == head_before
