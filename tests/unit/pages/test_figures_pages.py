"""A school's figures: stated by school year, exactly, with their source; contradictions shown where people look."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest

from services.portal.pages import figures
from shared.problems import BadRequest
from shared.vocabulary.roles import Role

PAGE = "/truong/TH-BC/so-lieu"
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"


def form_of(html: str) -> dict[str, str]:
    form = re.search(r'<form method="post">.*?</form>', html, re.S)
    assert form
    fields = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form[0])]
    return {f["name"]: f.get("value", "") for f in fields}


@pytest.mark.parametrize(
    ("text", "value"),
    [("29", "29"), ("84,96", "84.96"), ("84.96", "84.96"), ("18.204", "18204"), ("1.018.204,5", "1018204.5")],
)
def test_numbers_are_read_as_people_write_them_and_stay_exact(text, value):
    assert figures.number(text, "tu") == Decimal(value)


@pytest.mark.parametrize("text", ["chín", "1e9", "-3", "1,2,3", "∞", "9" * 30, "8٤"])
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(BadRequest, match="không phải là số"):
        figures.number(text, "tu")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("84.96", "84,96"),
        ("18204", "18.204"),
        ("200/3", "khoảng 66,67"),
        ("2549999/30000", "khoảng 84,999967"),
        ("-3", "-3"),
        (None, ""),
        ("0", "0"),
    ],
)
def test_exact_numbers_are_shown_exactly(text, shown):
    assert figures.exact(text) == shown


def test_only_what_was_changed_is_stated_with_its_source_document(enter, house):
    head = enter(Role.CLERK)
    form = form_of(head.get(PAGE).text)
    code = re.search(r'<option value="([^"]+)"', head.get(PAGE).text)[1]
    form |= {"nam": "2025–2026", "tu-PT.1.3.Q03": "12", "tl-PT.1.3.Q03": code}

    answer = head.post(PAGE, data=form)

    assert answer.status_code == 303
    assert "nam=2025-2026" in answer.location
    ((name, sent),) = house.rpc_client.commands
    assert (name, sent.school_year) == ("assessment.state_figures", "2025-2026")
    (given,) = sent.figures
    assert (given.figure, given.numerator, given.denominator) == ("PT.1.3.Q03", Decimal(12), None)
    assert given.document


def test_a_form_left_as_it_was_states_nothing(enter, house):
    clerk = enter(Role.CLERK)

    assert clerk.post(PAGE, data=form_of(clerk.get(PAGE).text)).status_code == 303
    assert house.rpc_client.commands == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tu-PT.2.2.Q01": ""}, "không xóa được"),
        ({"tu-PT.2.2.Q01": "ba"}, "không phải là số"),
        ({"tl-PT.2.2.Q01": "MC.9.9.99"}, "Không có tài liệu"),
        ({"nam": ""}, "Thiếu năm học"),
    ],
)
def test_a_refused_figure_keeps_what_was_typed_and_says_why(enter, house, change, said):
    clerk = enter(Role.CLERK)
    form = form_of(clerk.get(PAGE).text) | {"tu-PT.1.3.Q03": "777"} | change

    answer = clerk.post(PAGE, data=form)

    assert answer.status_code == 400
    assert said in answer.text
    assert house.rpc_client.commands == []
    if "nam" not in change:
        assert 'value="777"' in answer.text


def test_a_contradiction_is_shown_on_the_figure_and_on_the_indicator(enter):
    text = enter(Role.HEAD).get("/truong/TH-BC/danh-gia/2026-2027/2.2").text

    panel = text[text.index('id="sl"') :]
    assert "Mâu thuẫn" in panel
    assert "tham khảo đến 31/12/2028" in panel
    assert "khoảng 93,55%" in panel
    assert "Mâu thuẫn với số liệu" in text[: text.index('id="sl"')]
    assert "Mâu thuẫn" in enter(Role.HEAD).get(PAGE).text


def test_the_past_and_readers_get_no_field_to_write_in(enter):
    for role, path in ((Role.AUDITOR, PAGE), (Role.HEAD, f"{PAGE}?hieu-luc=2026-06-30&biet-den=13940")):
        assert 'name="tu-' not in enter(role).get(path).text


def test_a_threshold_over_years_says_which_are_missing_and_never_that_it_is_met(enter):
    for page in (PAGE, "/truong/TH-BC/danh-gia/2026-2027/2.2"):
        text = enter(Role.CLERK).get(page).text
        wanted = re.search(r'<span class="want small">([^w]*?2\.2 Mức\xa03 a: ít nhất 80% trong 05 năm[^<]*)</span>', text)
        assert wanted, page
        assert "còn thiếu năm 2022–2023, 2023–2024, 2024–2025, 2025–2026" in wanted[1]
        assert "Đủ" not in wanted[1]


def test_figures_stand_by_standard_with_a_way_to_each_and_the_save_bar_in_sight(enter):
    text = enter(Role.CLERK).get(PAGE).text
    anchors = re.findall(r'<a href="#(tc-\d+)">Tiêu chuẩn', text)
    assert anchors == re.findall(r'<h3 class="row" id="(tc-\d+)">Tiêu chuẩn', text)
    assert len(anchors) > 1
    assert '<div class="luu"><button class="b p">Lưu</button>' in text


def test_the_source_is_a_paper_chosen_by_name_and_no_id_stands_in_a_field(enter, house):
    clerk = enter(Role.CLERK)
    text = clerk.get(PAGE).text
    field = re.search(r'name="tl-PT\.2\.2\.Q01" value="([^"]*)"', text)
    assert field
    assert "Kế hoạch" in field[1]
    assert DOC not in field[1]
    assert f'<option value="{field[1]}"></option>' in text
    form = form_of(text) | {"tu-PT.1.3.Q03": "12", "tl-PT.1.3.Q03": html.unescape(field[1])}
    clerk.post(PAGE, data={name: html.unescape(value) for name, value in form.items()})
    ((_, sent),) = house.rpc_client.commands
    assert [one.document for one in sent.figures] == [DOC]


def test_an_evidence_code_alone_names_its_paper_too(enter, house):
    clerk = enter(Role.CLERK)
    form = {name: html.unescape(value) for name, value in form_of(clerk.get(PAGE).text).items()}
    clerk.post(PAGE, data=form | {"tu-PT.1.3.Q03": "12", "tl-PT.1.3.Q03": "MC.2.2.04"})
    ((_, sent),) = house.rpc_client.commands
    assert [one.document for one in sent.figures] == [DOC]
