"""The public register: found by a part of a number, kept as a table, promising nothing that is not there."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from services.assessment.domain import facts as f
from services.portal.pages.csv_export import csv_file
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.eventlog.facts import EventMetadata
from shared.text import format_date
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, Village


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
    assert rows[0] == [
        "Trường",
        "Mã trường",
        "Xã",
        "Quyết định",
        "Số",
        "Ngày ký",
        "Đến ngày",
        "Tình trạng",
        "Ghi chú",
        "Chép từ giấy",
    ]
    sao_mai = ["Mầm non Sao Mai", "S-0119/CQG", "", "Mức độ 1", "0119/CQG", "30/9/2021", "30/9/2026", "Hết hạn", "", "không"]
    assert sao_mai in rows
    assert {len(row) for row in rows} == {10}


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\r=x"])
def test_no_cell_of_a_table_is_taken_for_a_formula(text):
    written = csv_file("x.csv", ["A", "B"], [[text, "a=1"]]).get_data().decode("utf-8-sig")

    (_, row) = csv.reader(io.StringIO(written, newline=""))
    assert row == [f"'{text}", "a=1"]


# --- what a decision's code leads to, on a register that things happened to

NUMBER = "12/QĐ-SGDĐT"
SIGNED = dt.date(2024, 6, 30)


@pytest.fixture
def village() -> Village:
    return Village()


def grant(village: Village, number: str = NUMBER, on: dt.date = SIGNED, kind: str = "recognition") -> None:
    paper = {"override": "Quyết định ký trước khi có hệ thống", "copied_from_paper": village.paper(f"Bản quét {on}")}
    said: dict[str, Any] = {"school": SCHOOL, "number": number, "degree": 1, "decided_on": on, **paper}
    if kind == "certificate":
        village.do(Role.DEPARTMENT_OFFICER, "grant_certificate", a.GrantCertificate(**said), a.CertificateView)
    else:
        village.do(Role.DEPARTMENT_OFFICER, "grant_recognition", a.GrantRecognition(**said), a.RecognitionView)


def result(village: Village, **asked: str) -> str:
    html: str = village.enter(None).get("/bang", query_string=asked).text
    return html[html.index('<div class="stack r1">') : html.index("Tự kiểm, không cần mạng")]


def read_code(png: bytes) -> str:
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    (code,) = zxingcpp.read_barcodes(grey)
    return str(code.text)


def test_the_code_of_a_decision_leads_to_its_check_and_is_read_back(village: Village) -> None:
    grant(village)
    picture = village.enter(None).get("/bang/ma-vuong.png", query_string={"so": NUMBER})
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    address = urlsplit(read_code(picture.data))
    assert (address.scheme, address.netloc, address.path) == ("http", "localhost", "/bang")
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked == {"so": NUMBER, "ky": SIGNED.isoformat()}
    assert f"Bằng số {NUMBER} còn hiệu lực" in result(village, **asked)


def test_the_code_is_a_drawing_too_with_white_around_it(village: Village) -> None:
    grant(village)
    drawing = village.enter(None).get("/bang/ma-vuong.svg", query_string={"so": NUMBER})
    assert drawing.mimetype == "image/svg+xml"
    side = int(re.search(r'viewBox="0 0 (\d+)', drawing.text)[1])  # type: ignore[index]
    squares = [tuple(map(int, found)) for found in re.findall(r"M(\d+) (\d+)h(\d+)v1h-", drawing.text)]
    assert min(min(left, top) for left, top, _ in squares) == 4
    assert max(max(left + length, top + 1) for left, top, length in squares) == side - 4
    assert "style=" not in drawing.text


@pytest.mark.parametrize("number", ["13/QĐ", "12", "", "https://la.example/", "x" * 500])
def test_nobody_gets_a_code_of_what_the_register_does_not_hold(village: Village, number: str) -> None:
    grant(village)
    for ending in ("svg", "png"):
        assert village.enter(None).get(f"/bang/ma-vuong.{ending}", query_string={"so": number}).status_code in {400, 404}


def test_a_number_used_again_in_another_year_is_told_apart_by_the_day_of_signature(village: Village) -> None:
    grant(village, on=dt.date(2022, 3, 1), kind="certificate")
    grant(village, on=SIGNED)
    both = result(village, so=NUMBER)
    assert both.count('class="card seal') == 2
    older = result(village, so=NUMBER, ky="2022-03-01")
    assert older.count('class="card seal') == 1
    assert "01/3/2022" in older
    assert result(village, so=NUMBER, ky="2000-01-01").count('class="card seal') == 2
    assert result(village, so=NUMBER, ky="khong-phai-ngay").count('class="card seal') == 2


def test_a_check_is_for_a_day(village: Village) -> None:
    grant(village)
    assert "Không có quyết định số này trong sổ ngày 29/6/2024" in result(village, so=NUMBER, ngay="29/6/2024")
    assert "cho ngày 30/6/2024" in result(village, so=NUMBER, ngay="30/6/2024")
    assert "đã hết hạn" in result(village, so=NUMBER, ngay="01/7/2029")


def test_a_certificate_is_checked_as_well(village: Village) -> None:
    grant(village, "7/CN", kind="certificate")
    shown = result(village, so="7/CN")
    assert "Chứng nhận số 7/CN còn hiệu lực" in shown
    assert "Cấp độ 1" in shown
    assert "chuẩn quốc gia" not in shown


def test_what_was_corrected_replaced_or_revoked_is_told(village: Village) -> None:
    grant(village)
    correct = a.CorrectAward(
        school=SCHOOL,
        award=AwardKind.RECOGNITION,
        number=NUMBER,
        what=Corrected.NUMBER,
        new="21/QĐ-SGDĐT",
        reason="Gõ nhầm khi nhập sổ",
    )
    village.do(Role.DEPARTMENT_OFFICER, "correct_award", correct, a.AwardView)
    corrected = result(village, so=NUMBER)
    assert "Bằng số 21/QĐ-SGDĐT còn hiệu lực" in corrected
    assert "Đính chính" in corrected
    grant(village, "90/QĐ-SGDĐT", dt.date(2026, 1, 5))
    assert "đã được thay" in result(village, so="21/QĐ-SGDĐT")
    assert "còn hiệu lực" in result(village, so="21/QĐ-SGDĐT", ngay="04/1/2026")
    revoke(village, "90/QĐ-SGDĐT")
    assert "đã bị thu hồi" in result(village, so="90/QĐ-SGDĐT")
    rows = list(csv.reader(io.StringIO(village.enter(None).get("/so-cong-nhan.csv").data.decode("utf-8-sig"))))
    remarks = {row[4]: (row[8], row[9]) for row in rows[1:]}
    assert "Thay bằng số 90/QĐ-SGDĐT, 05/01/2026" in remarks["21/QĐ-SGDĐT"][0].replace("/1/", "/01/")
    assert "Đính chính" in remarks["21/QĐ-SGDĐT"][0]
    assert f"Thu hồi {format_date(today(SystemClock()))}" in remarks["90/QĐ-SGDĐT"][0]
    assert {copied for _, copied in remarks.values()} == {"có"}


def revoke(village: Village, number: str) -> None:
    fact = f.RecognitionRevoked(
        school=SCHOOL, number=number, revoked_on=today(SystemClock()), reason="Bị đình chỉ hoạt động"
    )
    record = lambda school: school.record(fact, EventMetadata(actor="thu", occurred=SystemClock().now()))  # noqa: E731
    village.services["assessment"].school_repository.change(SCHOOL, record)
    village.relay()


def test_nothing_is_said_of_a_refusal(village: Village) -> None:
    cycle = village.open_cycle()
    village.submit(cycle)
    fact = f.RecognitionRefused(
        school=SCHOOL, cycle=cycle, refused_on=today(SystemClock()), reason="Chưa đạt", number="55/TB-SGDĐT"
    )
    record = lambda school: school.record(fact, EventMetadata(actor="thu", occurred=SystemClock().now()))  # noqa: E731
    village.services["assessment"].school_repository.change(SCHOOL, record)
    village.relay()
    for asked in ("55/TB-SGDĐT", "Bản Chuông"):
        shown = result(village, so=asked)
        assert "Không có quyết định số này trong sổ" in shown
        assert "Chưa đạt" not in shown
    assert "55/TB" not in village.enter(None).get("/so-cong-nhan").text
    assert village.enter(None).get("/bang/ma-vuong.svg", query_string={"so": "55/TB-SGDĐT"}).status_code == 404
