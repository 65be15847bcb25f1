"""The public register: found by a part of a number, kept as a table, promising nothing that is not there."""

from __future__ import annotations

import csv
import io

import pytest

from services.portal.pages.csv_export import csv_file


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("214", ["214/QĐ-UBND"]),
        ("214/qd", ["214/QĐ-UBND"]),
        ("0119/CQG", ["0119/CQG"]),
        ("01", ["0162/CQG", "0119/CQG", "0175/CQG"]),
        ("khuoi sao", ["0175/CQG"]),
        ("999", []),
    ],
)
def test_a_part_of_a_number_or_a_name_without_accents_finds(enter, asked, numbers):
    html = enter(None).get("/bang", query_string={"so": asked}).text
    found = html[html.index('<div class="stack r1">') : html.index("Tự kiểm, không cần mạng")]

    assert [number for number in ("214/QĐ-UBND", "0162/CQG", "0119/CQG", "0203/CQG", "0175/CQG") if number in found] == [
        *numbers
    ]


def test_an_empty_question_finds_nothing(enter):
    assert "Không có quyết định số này trong sổ" in enter(None).get("/bang?so=").text


def test_the_register_promises_no_code_that_nothing_prints(enter):
    html = enter(None).get("/so-cong-nhan").text

    assert "mã vuông" not in html
    assert 'href="/so-cong-nhan.csv' in html


def test_the_register_is_kept_as_a_table(enter):
    response = enter(None).get("/so-cong-nhan.csv?ngay=01/9/2026")

    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="so-cong-nhan-2026-09-01.csv"'
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert rows[0] == ["Trường", "Mã trường", "Xã", "Quyết định", "Số", "Ngày ký", "Đến ngày", "Tình trạng", "Ghi chú"]
    assert ["Mầm non Sao Mai", "S-0119/CQG", "", "Mức độ 1", "0119/CQG", "30/9/2021", "30/9/2026", "Hết hạn", ""] in rows
    assert {len(row) for row in rows} == {9}


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\r=x"])
def test_no_cell_of_a_table_is_taken_for_a_formula(text):
    written = csv_file("x.csv", ["A", "B"], [[text, "a=1"]]).get_data().decode("utf-8-sig")

    (_, row) = csv.reader(io.StringIO(written, newline=""))
    assert row == [f"'{text}", "a=1"]
