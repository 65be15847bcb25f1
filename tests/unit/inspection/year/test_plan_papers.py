"""The plan on paper: grounds, sections I to IV, who signs, the list attached; a past print says what was known then."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.calls.year.plan import DraftPlan, PlanSectionText
from shared.contracts.events.assessment import CommuneRegistered
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.model import Missing, Table
from shared.papers.pdf import to_pdf
from shared.papers.resolving import gaps, resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.inspection.year.plan_kit import COMMUNE, TT22, adjust, hear_award, hear_school, issue, set_entry

YEAR = 2026


@pytest.fixture
def commune(team):
    """Let a commune of three schools have a list: one new, one again, one to keep."""
    team.hear(CommuneRegistered(commune=COMMUNE, name="Xã Nậm Lam"))
    names = {
        "MN-NL": "Trường Mầm non Nậm Lam",
        "TH-NL": "Trường Tiểu học Nậm Lam",
        "THCS-NL": "Trường Trung học cơ sở Nậm Lam",
    }
    for school, name in names.items():
        hear_school(team, school, name)
    hear_award(team, "TH-NL", "218/QĐ-UBND", decided_on=dt.date(2021, 11, 20), expires_on=dt.date(2026, 11, 20))
    hear_award(team, "THCS-NL", "96/QĐ-UBND", decided_on=dt.date(2023, 5, 14), expires_on=dt.date(2028, 5, 14))
    wanted = {"target_level": 2, "target_degree": 1, "responsible": "Nhà trường; Phòng VH-XH"}
    set_entry(team, YEAR, "MN-NL", "cong_nhan_moi", register_by=dt.date(2026, 5, 30), **wanted)
    set_entry(team, YEAR, "TH-NL", "cong_nhan_lai", register_by=dt.date(2026, 6, 20), **wanted)
    set_entry(team, YEAR, "THCS-NL", "duy_tri", target_level=2)
    return team


def composed(team, kind=YearPaperKind.PLAN, **moment):
    request = ComposeYearPaper(commune=COMMUNE, year=YEAR, kind=kind, **moment)
    return team.application.compose_year_paper(request)


def text_of(team, kind=YearPaperKind.PLAN, **moment):
    return "\n".join(printed_text(resolve(composed(team, kind, **moment).paper, {}, {})))


def test_the_plan_reads_from_its_grounds_to_who_gets_it(commune):
    issue(commune, YEAR, on=dt.date(2026, 2, 5), signer_office="Phó Chủ tịch")
    told = text_of(commune)
    parts = (
        "XÃ NẬM LAM",
        "08/KH-UBND",
        "ngày 05 tháng 02 năm 2026",
        "KẾ HOẠCH",
        "trên địa bàn xã Nậm Lam",
        "Căn cứ Thông tư số 17/2018/TT-BGDĐT",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "2. Yêu cầu",
        "II. MỤC TIÊU",
        "1. Mục tiêu chung",
        "công nhận mới 01 trường, công nhận lại 01 trường, duy trì 01 trường; số trường có trong Kế hoạch: 03/03 (100%)",
        "III. NHIỆM VỤ, GIẢI PHÁP",
        "7. Công tác kiểm tra, sơ kết, tổng kết",
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Văn hóa - Xã hội",
        "2. Phòng Kinh tế",
    )
    places = [told.casefold().find(part.casefold()) for part in parts]
    assert -1 not in places, dict(zip(parts, places, strict=True))
    assert places == sorted(places)
    for said in ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Sở Giáo dục và Đào tạo (báo cáo)", "xem xét, giải quyết./."):
        assert said in told


def test_grounds_of_an_issued_plan_are_no_younger_than_the_plan(commune):
    issue(commune, YEAR, on=dt.date(2026, 2, 5))
    told = text_of(commune)
    assert "22/2024/TT-BGDĐT" in told
    assert "57/2026" not in told


def test_the_list_says_what_each_school_holds_and_is_to_reach_and_where_nothing_is_known_a_dash(commune):
    told = text_of(commune, YearPaperKind.SCHOOL_LIST)
    for said in (
        "Bằng công nhận hiện có",
        "218/QĐ-UBND",
        "ngày 20/11/2021",
        "20/11/2026",
        "Chưa có",
        "Đạt Mức 2; chuẩn quốc gia mức độ 1",
        "Duy trì các tiêu chí Mức 2",
        "20/6/2026",
        "Cộng: 03 trường (công nhận mới 01, công nhận lại 01, duy trì 01)",
    ):
        assert said in told, said


def test_the_list_is_headed_by_the_kinds_that_stand_in_it(commune):
    assert "trường học trong kế hoạch công nhận mới, công nhận lại và duy trì đạt chuẩn quốc gia" in text_of(commune).lower()


def test_a_draft_without_a_school_says_in_red_that_they_are_missing(team):
    team.hear(CommuneRegistered(commune=COMMUNE, name="Xã Nậm Lam"))
    team.application.draft_plan(team.officer, DraftPlan(commune=COMMUNE, year=YEAR))
    (table,) = [block for block in composed(team).paper.blocks if isinstance(block, Table)]
    assert table.rows[0].cells[0].runs == (Missing("chưa có trường nào trong danh sách"),)
    assert gaps(resolve(composed(team).paper, {}, {})) == 1


def test_a_plan_is_a_draft_until_it_is_issued_and_again_while_it_is_adjusted(commune):
    assert composed(commune).paper.draft
    issue(commune, YEAR)
    assert not composed(commune).paper.draft
    adjust(commune, YEAR)
    assert composed(commune).paper.draft


def test_a_past_print_says_what_was_known_then_whatever_became_of_it(commune):
    issue(commune, YEAR)
    then = commune.application.log.head()
    before = composed(commune, known_at=then).paper
    hear_award(
        commune,
        "TH-NL",
        "300/QĐ-UBND",
        decided_on=dt.date(2026, 11, 1),
        expires_on=dt.date(2031, 11, 1),
        rulebook=TT22,
        supersedes="218/QĐ-UBND",
    )
    adjust(commune, YEAR)
    set_entry(commune, YEAR, "TH-NL", "duy_tri")
    hear_school(commune, "TH-MOI", "Trường Tiểu học Mới")
    after = composed(commune, known_at=then).paper
    assert (to_docx(after), to_pdf(after)) == (to_docx(before), to_pdf(before))
    assert "218/QĐ-UBND" in "\n".join(printed_text(after))


def test_schools_left_out_are_counted_and_the_reason_is_printed(commune):
    hear_school(commune, "TH-MOI", "Trường Tiểu học Mới")
    issue(commune, YEAR, leave_out="Trường mới lập, chưa đủ khóa học")
    told = text_of(commune)
    assert "03/04 (75%)" in told
    assert "Để ngoài 01 trường, lý do: Trường mới lập, chưa đủ khóa học." in told


def test_the_list_is_also_a_worksheet(commune):
    made = composed(commune, YearPaperKind.SCHOOL_LIST)
    assert made.formats == [PaperFormat.WORD, PaperFormat.SHEET, PaperFormat.PDF]
    assert to_xlsx(made.paper)
    assert PaperFormat.SHEET not in composed(commune).formats


def test_items_of_one_line_are_paragraphs_and_those_of_several_have_a_heading(commune):
    words = DraftPlan(
        commune=COMMUNE,
        year=YEAR,
        aims="",
        sections=[PlanSectionText(heading="Phần một", items=["Một dòng.", "Có tên\nNội dung."])],
    )
    commune.application.draft_plan(commune.officer, words)
    told = text_of(commune)
    assert "1. Có tên" in told
    assert "Một dòng." in told
    assert "1. Mục tiêu chung" in told


def test_a_year_without_a_plan_has_no_paper(team):
    hear_school(team, "TH-A")
    with pytest.raises(PaperSubjectMissing):
        composed(team)


SIGNED = dt.date(2026, 2, 5)
"""A day long before the plan was typed."""


def test_a_plan_typed_after_it_was_signed_is_printed_at_the_day_of_its_issue_with_its_list(commune):
    issue(commune, YEAR, on=SIGNED)
    for kind in (YearPaperKind.PLAN, YearPaperKind.SCHOOL_LIST):
        told = composed(commune, kind, valid_at=SIGNED).paper
        assert (told.draft, told.valid_at) == (False, SIGNED)
        for school in ("Trường Mầm non Nậm Lam", "Trường Tiểu học Nậm Lam", "Trường Trung học cơ sở Nậm Lam"):
            assert school in text_of(commune, kind, valid_at=SIGNED), (kind, school)
    assert "03/03 (100%)" in text_of(commune, valid_at=SIGNED)


def test_before_the_day_of_its_issue_and_before_the_issue_was_known_nothing_holds(commune):
    known = commune.application.log.head()
    issue(commune, YEAR, on=SIGNED)
    with pytest.raises(PaperSubjectMissing):
        composed(commune, valid_at=SIGNED - dt.timedelta(days=1))
    with pytest.raises(PaperSubjectMissing):
        composed(commune, valid_at=SIGNED, known_at=known)


def test_what_is_adjusted_after_an_issue_in_the_past_does_not_hold_on_its_day(commune):
    issue(commune, YEAR, on=SIGNED)
    adjust(commune, YEAR)
    set_entry(commune, YEAR, "THCS-NL", "nang_muc", target_degree=2, override="Ban Giám hiệu và xã thống nhất nâng")
    before = text_of(commune, YearPaperKind.SCHOOL_LIST, valid_at=SIGNED)
    issue(commune, YEAR, number="09/KH-UBND")

    assert "Nâng mức" not in before
    assert text_of(commune, YearPaperKind.SCHOOL_LIST, valid_at=SIGNED) == before
    assert "Nâng mức" in text_of(commune, YearPaperKind.SCHOOL_LIST)
