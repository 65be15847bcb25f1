"""The papers of a visit on a page of their own: which can be printed, which wait for what, and the links that print."""

from __future__ import annotations

import datetime as dt

import pytest

from services.portal.pages.visits import papers as visit_papers
from services.portal.printing import PrintedFile
from shared.contracts.problems import PaperSubjectMissing
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import PaperFormat

PAGE = "/truong/TH-BC/giay-doan"


@pytest.fixture
def printed(monkeypatch):
    asked = []

    def catch(question):
        asked.append(question)
        return PrintedFile(
            kind=question.kind,
            paper="A" * 20,
            sha256="0" * 64,
            known_at=5,
            valid_at=dt.date(2026, 11, 2),
            draft=False,
            gaps=0,
            name="giay.docx",
            media_type="application/pdf",
            content=b"x",
        )

    monkeypatch.setattr(visit_papers, "print_paper", catch)
    return asked


def test_a_paper_that_waits_says_for_what_and_has_no_link(enter):
    page = enter(Role.COMMUNE_OFFICER).get(f"{PAGE}?dot=kt-08").text
    assert "Đợt này chưa lập đoàn." in page
    assert "loai=qd_lap_doan" not in page
    assert "loai=bien_ban_kiem_tra" in page
    assert "Bản nháp" in page


def test_the_page_says_that_the_forms_are_our_own(enter):
    assert "Chưa tìm thấy mẫu chính thức" in enter(Role.COMMUNE_OFFICER).get(PAGE).text


def test_a_link_prints_the_paper_of_its_visit_in_its_format(enter, printed):
    answer = enter(Role.COMMUNE_OFFICER).get(f"{PAGE}/in?loai=bien_ban_kiem_tra&dot=kt-08&dang=pdf")
    assert answer.status_code == 200
    (question,) = printed
    assert (question.school, question.kind, question.inspection) == ("TH-BC", "bien_ban_kiem_tra", "kt-08")
    assert question.format is PaperFormat.PDF


def test_a_commune_prints_the_plan_of_all_its_visits(enter, printed):
    enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kiem-tra/lich?dang=xlsx")
    (question,) = printed
    assert (question.kind, question.inspection, question.format) == (VisitPaperKind.VISIT_PLAN, "", PaperFormat.SHEET)


def test_a_commune_that_is_not_there_has_no_plan(enter, printed):
    assert enter(Role.COMMUNE_OFFICER).get("/xa/KHONG-CO/kiem-tra/lich").status_code == 404
    assert printed == []


@pytest.mark.parametrize("query", ["loai=khong_co", "loai=qd_lap_doan&dang=odt"])
def test_what_is_no_paper_or_no_format_is_said_above_the_list(enter, printed, query):
    answer = enter(Role.COMMUNE_OFFICER).get(f"{PAGE}/in?{query}")
    assert answer.status_code == 404
    assert "Biên bản kiểm tra" in answer.text
    assert printed == []


def test_a_refused_print_says_why_above_the_list(enter, monkeypatch):
    def refuse(_):
        raise PaperSubjectMissing("Trường chưa đăng ký đánh giá ngoài.")

    monkeypatch.setattr(visit_papers, "print_paper", refuse)
    answer = enter(Role.COMMUNE_OFFICER).get(f"{PAGE}/in?loai=to_trinh")
    assert answer.status_code == 409
    assert "Trường chưa đăng ký đánh giá ngoài." in answer.text
