"""What papers of visits, registrations and decisions say: words, tables, order, what is missing, what is nobody else's."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from services.inspection.papers.catalogue import VISIT_PAPERS
from services.inspection.papers.evaluation_report import APPRAISAL_NOTE, FORM_NOTE
from services.inspection.papers.letters import ROUTE_NOTE
from services.inspection.papers.material import usual_kind
from services.inspection.papers.recognition_decision import TEXT_ONLY
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.filled import FilledTable
from shared.papers.imprint import imprint
from shared.papers.layout import nd30
from shared.papers.measuring import text_width_mm
from shared.papers.model import Missing, Table
from shared.papers.reading import read_office
from shared.papers.resolving import gaps, people_in, runs_of
from shared.papers.text import printed_text
from shared.papers.wording import OWN_FORM, words_of
from shared.papers.xlsx import to_xlsx
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import (
    DecisionOutcome,
    RecommendationState,
    RegistrationState,
    RegistrationStep,
    TeamRole,
    VisitKind,
    VisitPaperKind,
)
from tests.unit.inspection import visit_papers_kit as kit

K = VisitPaperKind
S = RegistrationStep


def said(material) -> str:
    """Return the words of the paper, names put in."""
    return "\n".join(printed_text(kit.named(kit.compose(material))))


def tables(material) -> list[Table]:
    return [block for block in kit.named(kit.compose(material)).blocks if isinstance(block, Table)]


def cells(row) -> list[str]:
    return [words_of(cell.runs) for cell in row.cells]


# --- every kind


@pytest.mark.parametrize("kind", K)
def test_a_paper_names_people_by_id_alone_and_says_at_its_foot_that_the_form_is_our_own(kind):
    paper = kit.compose(kit.usual(kind))
    assert not any(name in repr(paper) for name, _ in kit.NAMES.values())
    assert people_in(paper) <= set(kit.NAMES)
    assert OWN_FORM in "\n".join(imprint(kit.named(paper)).foot)
    assert (paper.kind, paper.school, paper.known_at) == (kind.value, kit.SCHOOL, 77)


@pytest.mark.parametrize("kind", K)
def test_a_whole_paper_has_no_gap_and_only_the_text_of_a_decision_stays_a_draft(kind):
    paper = kit.named(kit.compose(kit.usual(kind)))
    assert gaps(paper) == 0
    assert paper.draft is (kind is K.RECOGNITION_DECISION)


@pytest.mark.parametrize("kind", K)
def test_the_same_material_gives_the_same_bytes_and_word_reads_every_table(kind):
    paper = kit.named(kit.compose(kit.usual(kind)))
    data = to_docx(paper)
    assert data == to_docx(kit.named(kit.compose(kit.usual(kind))))
    read = [block for block in read_office(data).blocks if isinstance(block, FilledTable)]
    made = [block for block in paper.blocks if isinstance(block, Table)]
    firsts = [cells(table.header[0]) for table in made]
    assert [cells_of(table.rows[0]) for table in read if table.rows[0].header] == firsts


def cells_of(row) -> list[str]:
    return [cell.text for cell in row.cells]


@pytest.mark.parametrize(
    "kind", [kind for kind, paper in VISIT_PAPERS.items() if paper.layers and kind is not K.SUBMISSION_LETTER]
)
def test_without_a_visit_there_is_nothing_to_print(kind):
    material = kit.material(kind, visit=None, recommendations=())
    if VISIT_PAPERS[kind].of_all:
        assert "Không có kiến nghị nào." in said(material)
        return
    with pytest.raises(PaperSubjectMissing):
        kit.compose(material)


@pytest.mark.parametrize("kind", [K.VISIT_MINUTES, K.VISIT_REPORT, K.RECOMMENDATION_SHEET, K.EVALUATION_REPORT])
def test_what_a_visit_found_is_a_draft_until_it_is_concluded(kind):
    usual = kit.usual(kind)
    visit = msgspec.structs.replace(usual.visit, concluded=False, concluded_on=None)
    assert kit.compose(msgspec.structs.replace(usual, visit=visit)).draft


@pytest.mark.parametrize("kind", [K.TEAM_DECISION, K.VISIT_PLAN])
def test_what_is_decided_before_the_visit_is_no_draft_before_it(kind):
    visit = kit.visit(concluded=False, concluded_on=None, findings=[], minutes=None, opinions=[])
    assert not kit.compose(kit.material(kind, visit=visit)).draft


def narrowest_room(paper) -> float:
    """Return by how many mm the longest day is shorter than the inside of the narrowest column that has one."""
    width, usual = nd30().text_width_mm(paper.orientation), nd30().letters.table.size
    found = [_ROOM]
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        share = width / sum(column.width_mm for column in table.columns)
        day = text_width_mm("30/11/2026", table.size or usual)
        for row in (row for row in table.rows if len(row.cells) == len(table.columns)):
            dated = (DAY.search(said) is not None for said in cells(row))
            found += [
                column.width_mm * share - 2 * _PADDING - day
                for column, has_day in zip(table.columns, dated, strict=True)
                if has_day
            ]
    return min(found)


DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_PADDING, _ROOM = 1.5, 2.5


@pytest.mark.parametrize(
    "material",
    [*(kit.usual(kind) for kind in K), kit.material(K.VISIT_PLAN, visit=None, programme=kit.programme())],
    ids=[*K, "programme"],
)
def test_every_column_with_days_is_wide_enough_to_keep_the_longest_on_one_line(material):
    assert narrowest_room(kit.named(kit.compose(material))) >= _ROOM


# --- the minutes


def test_each_criterion_stands_beside_the_schools_own_level_with_remark_evidence_and_recommendation():
    table = tables(kit.material(K.VISIT_MINUTES))[0]
    titles = ("TT", "Tiêu chí", "Trường tự đánh giá", "Kết quả của Đoàn", "Nhận xét", "Minh chứng đã xem", "Kiến nghị, hạn")
    assert tuple(cells(table.header[0])) == titles
    rows = {cells(row)[1][:3]: cells(row) for row in table.rows}
    assert list(rows) == ["1.4", "3.1", "3.4"]
    assert [rows[code][2:4] for code in rows] == [["Mức 2", "Mức 2"], ["Mức 2", "Mức 1"], ["Mức 2", "Không đạt Mức 1"]]
    assert rows["1.4"][4].startswith("Không đạt: Mức 3 a, b.\n")
    assert "thiếu biên bản Tổ Văn phòng" in rows["1.4"][4]
    assert rows["1.4"][5] == "[H1-1.4-01]\n1 tài liệu chưa có mã"
    assert rows["3.4"][5] == "1 ảnh chụp tại chỗ"
    assert rows["3.4"][6] == "Số 2, 20/5/2026"
    assert rows["3.1"][5] == "Không ghi"


def test_the_minutes_hold_every_recommendation_own_and_taken_over_and_nothing_of_another_school():
    words = said(kit.material(K.VISIT_MINUTES))
    for text in ("Nộp kế hoạch khắc phục", "Sửa 02 buồng vệ sinh nữ", "Làm rãnh thoát nước sân tập"):
        assert text in words
    assert "mang sang từ đợt Giám sát đầu năm, 05/11/2025" in words
    assert "Việc của trường khác" not in words


def test_a_recommendation_that_the_visit_neither_made_nor_took_over_is_not_in_its_minutes():
    stray = kit.recommendation(5, inspection="v-9", text="Của đợt khác")
    assert "Của đợt khác" not in said(kit.material(K.VISIT_MINUTES, recommendations=(stray,)))


def test_the_minutes_follow_their_order_and_name_who_signs():
    words = said(kit.material(K.VISIT_MINUTES))
    order = (
        "NỘI DUNG VÀ CÁCH LÀM",
        "KẾT QUẢ THEO TIÊU CHÍ",
        "KIẾN NGHỊ",
        "KẾT LUẬN",
        "Ý KIẾN CỦA NHÀ TRƯỜNG",
        "TRƯỞNG ĐOÀN",
    )
    places = [words.index(title) for title in order]
    assert places == sorted(places)
    assert words.index("Lương Thị Hoài", places[-2]) < words.index("Lăng Thị Tâm", places[-2])
    assert "ngày 14 tháng 4 năm 2026" in words
    assert "Điểm trường Pá Kép" in words
    assert "Đủ điều kiện sau khi khắc phục" in words


def test_members_who_judged_otherwise_are_in_the_report_to_the_commune_and_not_in_the_minutes():
    assert "Ý kiến khác" not in said(kit.material(K.VISIT_MINUTES))
    words = said(kit.material(K.VISIT_REPORT))
    assert "Tiêu chí 3.1 Mức 2 a: Hứa Văn Đức: Đạt (Sân đã khô); Đoàn: Không đạt." in words
    assert "Tiêu chí 3.1 Mức 2 a: Lăng Thị Tâm chưa cho ý kiến." in words


def test_an_opinion_that_is_missing_is_told_with_its_reason():
    (_, asked) = kit.opinions()
    agreed = msgspec.structs.replace(asked.agreed, dissent=["p-9"], reason="ốm")
    visit = kit.visit(opinions=[msgspec.structs.replace(asked, agreed=agreed)])
    words = "\n".join(printed_text(kit.named(kit.compose(kit.material(K.VISIT_REPORT, visit=visit)))))
    assert "chưa cho ý kiến (ốm)." in words


def test_empty_parts_say_so_in_words():
    empty = kit.visit(
        concluded=False,
        concluded_on=None,
        findings=[],
        team=None,
        minutes=None,
        opinions=[],
        requests=[],
        photos=[],
        conclusion=None,
        summary="",
    )
    words = said(kit.material(K.VISIT_MINUTES, visit=empty, recommendations=()))
    for sentence in (
        "Đoàn không ghi nhận xét theo tiêu chí.",
        "Đoàn không có kiến nghị.",
        "Đoàn chưa kết luận; kết quả trên còn là dự thảo.",
        "Chưa ghi ý kiến của nhà trường.",
        "Chưa ghi người của nhà trường dự.",
        "Đợt này không lập đoàn theo danh sách người.",
    ):
        assert sentence in words


def test_days_that_were_not_written_down_are_those_of_the_findings_else_a_gap():
    found = kit.material(K.VISIT_MINUTES, visit=kit.visit(minutes=None))
    assert gaps(kit.compose(found)) == 0
    assert "phút, ngày 14 tháng 4 năm 2026." in said(found)
    paper = kit.compose(kit.material(K.VISIT_MINUTES, visit=kit.visit(minutes=None, findings=[])))
    assert [run.label for run in runs_of(paper) if isinstance(run, Missing)] == ["chưa ghi ngày làm việc"]


def test_a_conclusion_without_words_and_a_school_without_objection_say_so():
    visit = kit.visit(summary=" ", minutes=kit.minutes(school_opinion="", participants=[]))
    words = said(kit.material(K.VISIT_MINUTES, visit=visit))
    assert "Đoàn không ghi kết luận bằng lời." in words
    assert "Nhà trường không có ý kiến khác." in words


def test_a_team_that_saw_every_criterion_says_what_level_follows_and_one_that_did_not_does_not():
    everything = {code: (2, "") for code in kit.TT22.criteria if kit.TT22.criteria[code].standard}
    whole = said(kit.material(K.VISIT_MINUTES, visit=kit.visit(findings=kit.findings(everything))))
    assert "Theo kết quả từng tiêu chí, nhà trường đạt Mức 2." in whole
    assert "Đoàn đã xem 27/27 tiêu chí." in whole
    part = said(kit.material(K.VISIT_MINUTES, visit=kit.visit(findings=kit.findings({"1.4": (2, "")}))))
    assert "26 tiêu chí còn lại chưa xem nên Đoàn không kết luận mức chung" in part


def test_a_finding_that_asks_for_an_answer_names_the_day_and_evidence_asked_for_is_listed():
    found = msgspec.structs.replace(kit.findings()[0], answer_by=dt.date(2026, 5, 2))
    supplied = msgspec.structs.replace(kit.visit().requests[0], supplied_on=dt.date(2026, 4, 28))
    words = said(kit.material(K.VISIT_MINUTES, visit=kit.visit(findings=[found], requests=[supplied])))
    assert "Trả lời trước 02/5/2026" in words
    assert "Biên bản Tổ Văn phòng tháng 3; hạn 30/4/2026. Trường bổ sung ngày 28/4/2026." in words


def test_a_criterion_that_was_only_recommended_about_stands_as_not_looked_at():
    visit = kit.visit(findings=[], requests=[], opinions=[])
    rows = tables(kit.material(K.VISIT_MINUTES, visit=visit))[0].rows
    assert [cells(row)[1][:3] for row in rows] == ["3.1", "3.4"]
    assert {cells(row)[3] for row in rows} == {"Chưa xem"}


def found_of(results):
    """Return findings of criterion 3.1 without remarks: (level, indicator) → result."""
    (first, *_) = kit.findings()
    return [
        msgspec.structs.replace(first, criterion="3.1", level=level, indicator=letter, result=result, note="")
        for (level, letter), result in results.items()
    ]


MET, NOT_MET, OPEN = Result.MET, Result.NOT_MET, Result.NOT_ASSESSED


@pytest.mark.parametrize("kind", [K.VISIT_MINUTES, K.VISIT_REPORT, K.EVALUATION_REPORT])
@pytest.mark.parametrize(
    ("results", "words"),
    [
        ({(1, letter): MET for letter in "abc"}, "Mức 1 đạt, Mức 2 và 3 chưa xem"),
        ({(1, "a"): MET}, "Mức 1 a đạt còn b, c chưa xem, Mức 2 và 3 chưa xem"),
        ({(1, "a"): MET, (1, "b"): MET, (1, "c"): OPEN}, "Mức 1 a, b đạt còn c chưa đánh giá, Mức 2 và 3 chưa xem"),
        ({(2, "a"): OPEN, (2, "b"): OPEN}, "Mức 1 chưa xem, Mức 2 chưa đánh giá, Mức 3 chưa xem"),
        ({(2, "a"): NOT_MET}, "Mức 1 chưa xem, Mức 2 không đạt, Mức 3 chưa xem"),
    ],
)
def test_what_was_agreed_of_one_level_is_told_though_the_criterion_is_not_concluded(kind, results, words):
    usual = kit.usual(kind)
    visit = msgspec.structs.replace(usual.visit, findings=found_of(results), requests=[])
    material = msgspec.structs.replace(usual, visit=visit, recommendations=())
    table = next(one for one in tables(material) if "Kết quả của Đoàn" in cells(one.header[0]))
    assert [cells(row)[3] for row in table.rows] == [words]


def test_results_without_words_leave_no_empty_cell():
    only = [msgspec.structs.replace(kit.findings()[0], result=Result.MET, note="")]
    (row,) = tables(kit.material(K.VISIT_MINUTES, visit=kit.visit(findings=only, requests=[]), recommendations=()))[0].rows
    assert all(cell.strip() for cell in cells(row))


# --- decision and plan


def test_the_decision_lists_the_team_with_office_where_it_is_known_and_who_looks_at_what():
    words = said(kit.material(K.TEAM_DECISION))
    assert "Số: 64/QĐ-UBND" in words
    assert "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ NẬM LAM" in words
    rows = [cells(row) for row in tables(kit.material(K.TEAM_DECISION))[0].rows]
    assert rows[0] == ["1", "Nông Đức Lâm", "Trưởng phòng Văn hóa - Xã hội", "Trưởng đoàn"]
    assert rows[2] == ["3", "Hứa Văn Đức", "", "Thành viên; xem trước tiêu chí 3.1, 3.4"]


def test_a_decision_without_a_number_leaves_it_and_the_day_to_the_clerk():
    visit = kit.visit(team=kit.team(decision=""))
    heading = kit.compose(kit.material(K.TEAM_DECISION, visit=visit)).heading
    assert (heading.number, heading.symbol, heading.dated.day) == (None, "QĐ-UBND", None)


def test_a_team_without_a_head_is_a_draft_and_a_visit_without_a_team_has_no_decision():
    headless = kit.team(members=[one for one in kit.team().members if one.role is not TeamRole.HEAD])
    assert kit.compose(kit.material(K.TEAM_DECISION, visit=kit.visit(team=headless))).draft
    with pytest.raises(PaperSubjectMissing, match="chưa lập đoàn"):
        kit.compose(kit.material(K.TEAM_DECISION, visit=kit.visit(team=None)))


def test_a_team_of_the_department_is_decided_by_its_director():
    words = said(kit.material(K.TEAM_DECISION, visit=kit.evaluation_visit(team=kit.team(decision="9/QĐ-SGDĐT"))))
    assert "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO" in words
    assert "15/2025/TT-BGDĐT" not in words


def test_the_circular_of_the_communes_duties_is_a_basis_only_since_it_was_issued():
    assert "15/2025/TT-BGDĐT" in said(kit.material(K.VISIT_PLAN))
    early = kit.visit(on=dt.date(2025, 5, 6))
    assert "15/2025/TT-BGDĐT" not in said(kit.material(K.VISIT_PLAN, visit=early))


def test_the_plan_of_a_visit_says_that_its_day_was_moved_and_keeps_drafts_to_itself():
    open_ = kit.visit(concluded=False, concluded_on=None, moved_because="Mưa lũ")
    words = said(kit.material(K.VISIT_PLAN, visit=open_))
    assert "Ngày đã dời, vì: Mưa lũ." in words
    assert "Biên bản Tổ Văn phòng tháng 3" not in words


@pytest.mark.parametrize("count", [1, 200])
def test_a_programme_lists_every_visit_of_the_commune_by_day(count):
    material = kit.material(K.VISIT_PLAN, visit=None, programme=kit.programme(count))
    (table,) = tables(material)
    assert len(table.rows) == count
    assert f"Gồm {count:02d} đợt tại {count:02d} trường" in said(material)
    assert cells(table.rows[0])[4] == "Kiểm tra kỹ thuật năm 2026; Điểm trường chính (đã kết luận)"


# --- recommendations


def test_the_sheet_of_recommendations_tells_what_became_of_each_and_opens_in_excel():
    material = kit.material(K.RECOMMENDATION_SHEET)
    (table,) = tables(material)
    last = cells(table.rows[-1])
    assert last[6:] == [
        "Quá hạn",
        "01/4/2026: Đã làm rãnh thoát nước; 1 tài liệu kèm theo",
        "14/4/2026: Đạt một phần; Còn 10 m",
        "Đến 30/6/2026: Chờ vốn\nMang sang từ đợt Giám sát đầu năm, 05/11/2025",
    ]
    assert "03; chưa xong 03, trong đó quá hạn 01" in said(material)
    read = read_office(to_xlsx(kit.named(kit.compose(material))))
    assert read.sheet
    (sheet,) = read.blocks
    assert any("Làm rãnh thoát nước sân tập" in cell.text for row in sheet.rows for cell in row.cells)


def test_without_a_visit_the_sheet_tells_of_all_visits_to_the_school():
    material = kit.material(K.RECOMMENDATION_SHEET, visit=None)
    words = said(material)
    assert "của các đoàn đã đến" in words
    assert len(tables(material)[0].rows) == 3


def test_a_draft_recommendation_stands_on_the_papers_of_its_own_visit_alone():
    draft = (kit.recommendation(7, draft=True, text="Còn bàn"),)
    assert "Còn bàn" in said(kit.material(K.VISIT_MINUTES, recommendations=draft))
    assert "Còn bàn" not in said(kit.material(K.RECOMMENDATION_SHEET, visit=None, recommendations=draft))


def test_the_letter_lists_what_is_not_done_and_leaves_out_what_is():
    done = kit.recommendation(1, state=RecommendationState.DONE, text="Đã làm xong rồi")
    usual = kit.usual(K.SUBMISSION_LETTER)
    words = said(msgspec.structs.replace(usual, recommendations=(done, kit.recommendation(2, text="Chưa làm"))))
    assert "Chưa làm" in words
    assert "Đã làm xong rồi" not in words


def test_two_hundred_recommendations_are_two_hundred_rows():
    many = tuple(kit.recommendation(number) for number in range(200))
    assert len(tables(kit.material(K.RECOMMENDATION_SHEET, recommendations=many))[0].rows) == 200
    assert len(tables(kit.material(K.VISIT_MINUTES, recommendations=many))[1].rows) == 200


def test_the_report_counts_what_is_not_done_by_who_has_to_do_it():
    assert "Trường 02; Phòng Kinh tế 01." in said(kit.material(K.VISIT_REPORT))
    assert "Không còn kiến nghị chưa xong." in said(kit.material(K.VISIT_REPORT, recommendations=()))


def test_a_visit_without_dissent_and_without_days_is_reported_so():
    visit = kit.visit(opinions=[], minutes=None, findings=[], concluded_on=None, concluded=False)
    words = said(kit.material(K.VISIT_REPORT, visit=visit))
    assert "Trong Đoàn không có ý kiến khác được ghi." in words
    assert "theo lịch ngày 14/4/2026" in words


# --- the registration


def test_the_letter_tells_what_the_school_found_what_the_commune_saw_and_that_the_route_is_a_setting():
    words = said(kit.usual(K.SUBMISSION_LETTER))
    for sentence in (
        "Kính gửi:",
        "trình ngày 20/3/2026; kết quả tự đánh giá: đạt Mức 2",
        "Xã đã kiểm tra hồ sơ ngày 05/5/2026: đủ.",
        "Đoàn kiểm tra kỹ thuật kết luận ngày 15/4/2026: Đủ điều kiện sau khi khắc phục.",
        "Đường đi của hồ sơ: Trường → Xã → Sở.",
        ROUTE_NOTE,
    ):
        assert sentence in words


def test_a_dossier_that_lacks_something_or_was_not_checked_makes_the_letter_a_draft():
    lacking = kit.registration(S.OPEN, S.CHECK, missing=["Báo cáo tự đánh giá bản thứ hai"], route=[])
    material = kit.material(K.SUBMISSION_LETTER, registration=lacking, visit=None, recommendations=())
    assert kit.compose(material).draft
    words = said(material)
    assert "Báo cáo tự đánh giá bản thứ hai" in words
    assert "Chưa có đợt kiểm tra kỹ thuật nào kết luận." in words
    assert "Không còn kiến nghị chưa xong." in words
    unchecked = kit.material(K.SUBMISSION_LETTER, registration=kit.registration(S.OPEN, purpose=None, degree=0))
    assert kit.compose(unchecked).draft
    assert "Hồ sơ chưa được xã kiểm tra." in said(unchecked)


@pytest.mark.parametrize("kind", [K.SUBMISSION_LETTER, K.DOSSIER_NOTICE])
@pytest.mark.parametrize("registration", [None, kit.registration(state=RegistrationState.NONE, history=[])])
def test_without_a_registration_there_is_no_dossier_to_write_about(kind, registration):
    with pytest.raises(PaperSubjectMissing, match="chưa đăng ký"):
        kit.compose(kit.material(kind, registration=registration))


def test_a_dossier_taken_in_names_what_is_due_next_and_one_returned_the_reason():
    words = said(kit.usual(K.DOSSIER_NOTICE))
    assert "tiếp nhận hồ sơ" in words
    assert "Lập đoàn đánh giá ngoài: 05/8/2026 (TT17/2018 Đ28)" in words
    history = [kit.event(S.OPEN, dt.date(2026, 5, 4), 1), kit.event(S.RETURN, dt.date(2026, 5, 9), 2, text="Thiếu chữ ký")]
    returned = kit.registration(history=history, deadlines=[])
    words = said(kit.material(K.DOSSIER_NOTICE, visit=None, registration=returned))
    assert "trả lại hồ sơ" in words
    assert "Thiếu chữ ký" in words
    assert "Các hạn tiếp theo" not in words


def test_a_dossier_that_nobody_took_in_or_returned_has_no_notice():
    with pytest.raises(PaperSubjectMissing, match="chưa được tiếp nhận"):
        kit.compose(kit.material(K.DOSSIER_NOTICE, registration=kit.registration(S.OPEN)))


# --- the department


def test_the_survey_has_its_headings_and_is_a_draft_until_the_team_was_there():
    words = said(kit.usual(K.SURVEY_MINUTES))
    for title in ("KẾT QUẢ NGHIÊN CỨU HỒ SƠ", "YÊU CẦU ĐỐI VỚI NHÀ TRƯỜNG", "KẾ HOẠCH KHẢO SÁT CHÍNH THỨC"):
        assert title in words
    bare = kit.evaluation_visit(minutes=None, findings=[], requests=[])
    material = kit.material(K.SURVEY_MINUTES, visit=bare)
    assert kit.compose(material).draft
    assert "Đoàn chưa ghi kết quả nghiên cứu hồ sơ." in said(material)
    assert "Đoàn không yêu cầu bổ sung minh chứng." in said(material)


def test_the_report_of_an_evaluation_answers_every_point_and_says_that_its_form_is_not_known():
    words = said(kit.usual(K.EVALUATION_REPORT))
    assert FORM_NOTE in words
    assert "Tiêu chí 3.1 đã sửa xong; Đoàn tiếp thu: đã xem ảnh" in words
    assert "Đề nghị xem lại 3.4; Đoàn bảo lưu." in words
    assert "Tiêu chuẩn 3. " in words
    assert "1 tiêu chí đạt Mức 1; 1 tiêu chí không đạt Mức 1" in words
    assert "Đủ điều kiện" not in words


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((), "Nhà trường chưa phản hồi dự thảo báo cáo."),
        ((S.REPLY,), "Nhà trường đồng ý với dự thảo báo cáo."),
        ((S.SILENCE,), "Hết hạn phản hồi nhà trường không có ý kiến, coi như đồng ý."),
    ],
)
def test_what_the_school_replied_stands_in_the_draft_report(steps, sentence):
    registration = kit.registration(S.OPEN, S.ACCEPT, S.DRAFT, *steps)
    paper = kit.material(K.EVALUATION_REPORT, visit=kit.evaluation_visit(), registration=registration)
    assert kit.compose(paper).draft
    assert kit.compose(paper).heading.kind_name == "Dự thảo báo cáo"
    assert sentence in said(paper)


def test_an_appraisal_says_that_its_articles_are_not_known_and_a_point_may_still_wait():
    waiting = kit.g.ReplyPoint(number=1, text="Xem lại 1.1")
    registration = kit.registration(S.OPEN, S.REPLY, points=[waiting])
    visit = kit.evaluation_visit(kind=VisitKind.APPRAISAL, minutes=None, findings=[])
    ground = kit.ground(submitted_on=None)
    words = said(kit.material(K.EVALUATION_REPORT, visit=visit, registration=registration, ground=ground))
    assert APPRAISAL_NOTE in words
    assert "Xem lại 1.1; Đoàn chưa trả lời." in words
    assert "chưa ghi ngày làm việc" in words


def test_without_a_registration_the_report_is_a_draft():
    material = kit.material(K.EVALUATION_REPORT, visit=kit.evaluation_visit(kind=None))
    assert kit.compose(material).draft
    assert usual_kind(Layer.DEPARTMENT) is VisitKind.EXTERNAL_EVALUATION


# --- the decision


@pytest.mark.parametrize(
    ("outcome", "article"),
    [
        (DecisionOutcome.GRANTED, "Điều 1. Công nhận Trường Tiểu học Nậm Lam, xã Nậm Lam đạt chuẩn quốc gia Mức độ 1"),
        (DecisionOutcome.REFUSED, "Điều 1. Không công nhận Trường Tiểu học Nậm Lam, xã Nậm Lam đạt chuẩn quốc gia"),
        (DecisionOutcome.REVOKED, "Điều 1. Thu hồi quyết định công nhận Trường Tiểu học Nậm Lam, xã Nậm Lam"),
    ],
)
def test_the_text_of_each_decision_says_what_was_decided_and_that_it_is_not_the_decision(outcome, article):
    decision = kit.granted(outcome=outcome, reason="Tiêu chí 3.4 chưa đạt")
    material = kit.material(K.RECOGNITION_DECISION, visit=None, ground=kit.ground(decision=decision))
    words = said(material)
    assert article in words
    assert TEXT_ONLY in words
    assert ("Lý do: Tiêu chí 3.4 chưa đạt." in words) is (outcome is not DecisionOutcome.GRANTED)
    assert "Số: 215/QĐ-SGDĐT" in words
    assert kit.compose(material).draft


def test_a_final_report_after_the_last_decision_leads_to_a_text_with_its_number_left_open():
    material = kit.material(
        K.RECOGNITION_DECISION,
        visit=None,
        registration=kit.replied(),
        ground=kit.ground(decision=kit.granted(taken_on=dt.date(2021, 6, 30))),
    )
    paper = kit.compose(material)
    assert (paper.heading.number, paper.heading.dated.day) == (None, None)
    words = said(material)
    assert "Mức độ 1; thời hạn …… theo quy định" in words
    assert "Căn cứ báo cáo chính thức ngày 11 tháng 5 năm 2026" in words


def test_a_degree_that_nobody_named_is_left_to_be_written():
    registration = msgspec.structs.replace(kit.replied(), degree=0)
    words = said(kit.material(K.RECOGNITION_DECISION, visit=None, registration=registration))
    assert "đạt chuẩn quốc gia Mức độ ……" in words


def test_before_a_decision_and_a_final_report_there_is_no_text():
    with pytest.raises(PaperSubjectMissing, match="báo cáo chính thức"):
        kit.compose(kit.material(K.RECOGNITION_DECISION, visit=None, registration=kit.registration(S.OPEN)))


def test_under_the_circular_of_2018_the_province_decided():
    v2018 = load_library().get("v2018/tieu_hoc")
    ground = kit.ground(decision=kit.granted(number=""))
    words = said(kit.material(K.RECOGNITION_DECISION, visit=None, ground=ground, rulebook=v2018))
    assert "CHỦ TỊCH UBND CẤP TỈNH" in words
    assert "/QĐ-UBND" in words


V2018, TT57 = load_library().get("v2018/tieu_hoc"), load_library().get("v2026_tt57/pho_thong")


def text_of(decision, deciding):
    """Return the text of a decision that was taken under `deciding`, printed while the cycle is under TT57/2026."""
    ground = kit.ground(digest=TT57.digest, decision=decision)
    return said(kit.material(K.RECOGNITION_DECISION, visit=None, ground=ground, rulebook=TT57, deciding=deciding))


def test_a_decision_of_the_province_under_the_circular_of_2018_stays_one_in_a_cycle_of_2026():
    decision = kit.granted(
        number="31/QĐ-UBND", taken_on=dt.date(2025, 1, 20), digest=V2018.digest, decided_by="ubnd_tinh", degree=2
    )
    words = text_of(decision, V2018)
    assert "Thông tư số 17/2018/TT-BGDĐT" in words
    assert "57/2026" not in words
    assert "ỦY BAN NHÂN DÂN TỈNH" in words
    assert "CHỦ TỊCH UBND CẤP TỈNH" in words
    assert "GIÁM ĐỐC" not in words
    assert "Theo đề nghị của Giám đốc Sở Giáo dục và Đào tạo" in words


@pytest.mark.parametrize(
    ("deciding", "decided_by", "authority"),
    [
        (V2018, "so", "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (V2018, "", "CHỦ TỊCH UBND CẤP TỈNH"),
        (kit.TT22, "ubnd_tinh", "CHỦ TỊCH UBND CẤP TỈNH"),
        (kit.TT22, "so", "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (TT57, "so", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
    ],
)
def test_who_decided_stands_over_a_decision_and_signs_it(deciding, decided_by, authority):
    lines = text_of(kit.granted(number="", digest=deciding.digest, decided_by=decided_by), deciding).splitlines()
    by_province = "UBND" in authority
    assert authority in lines
    assert ("CHỦ TỊCH" in lines) is by_province
    assert ("GIÁM ĐỐC" in lines) is not by_province


def test_a_text_for_a_decision_still_to_be_taken_stands_on_the_rulebook_of_the_cycle():
    decision = kit.granted(taken_on=dt.date(2021, 6, 30), digest=V2018.digest, decided_by="ubnd_tinh")
    material = kit.material(
        K.RECOGNITION_DECISION,
        visit=None,
        registration=kit.replied(),
        ground=kit.ground(digest=TT57.digest, decision=decision),
        rulebook=TT57,
        deciding=V2018,
    )
    assert "57/2026/TT-BGDĐT" in said(material)
    assert "17/2018/TT-BGDĐT" not in said(material)
