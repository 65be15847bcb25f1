"""The frame around every page: help about the page one comes from, whose page it is, and what an auditor takes along."""

from __future__ import annotations

import csv
import html
import io
import subprocess
import sys

import msgspec
import pytest

from services.portal.pages.help_texts import about
from shared.contracts.calls.notification import MergedFeedAnswer
from shared.contracts.events.catalogue import public_events
from shared.contracts.reference import sample_envelope
from shared.vocabulary.ids import Position
from shared.vocabulary.roles import Role


def test_help_is_about_the_page_one_comes_from_and_keeps_the_navigation(enter):
    clerk = enter(Role.CLERK)
    assert 'href="/tro-giup?tu=%2Ftruong%2FTH-BC%2Ftai-len"' in clerk.get("/truong/TH-BC/tai-len").text

    page = clerk.get("/tro-giup?tu=/truong/TH-BC/tai-len").text

    assert "Trang này: Tải lên" in page
    assert 'aria-label="Chính"' in page
    assert "Trang này" not in enter(None).get("/tro-giup?tu=/khong-co").text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/truong/TH-BC", "Tổng quan của trường"),
        ("/truong/TH-BC/danh-gia/2026-2027/2.2", "Viết và đánh giá một tiêu chí"),
        ("/quan-tri/nguoi-dung?tim=a", "Người dùng"),
        ("/so/ho-so/kt-08", "Kiểm tra, đánh giá ngoài"),
    ],
)
def test_every_page_has_its_own_help(path, name):
    found = about(path)
    assert found is not None
    assert found[0] == name


def test_the_brand_says_whose_page_it_is(enter):
    assert '<span class="of">Xã Nậm Lam</span>' in enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM").text
    assert '<span class="of">xã Nậm Lam, tỉnh An Sơn</span>' in enter(Role.AUDITOR).get("/kiem-toan").text


def test_an_auditor_finds_a_school_without_accents(enter):
    page = enter(Role.AUDITOR).get("/kiem-toan?tim=hoa ban").text

    assert "Mầm non Hoa Ban" in page
    assert "/truong/THCS-NL/" not in page


def test_the_program_that_checks_a_proof_is_handed_out_and_runs_alone(enter, tmp_path):
    response = enter(None).get("/ban-tu-kiem/verify_proof.py")
    assert response.headers["Content-Disposition"] == 'attachment; filename="verify_proof.py"'
    program = tmp_path / "verify_proof.py"
    program.write_bytes(response.data)

    (tmp_path / "sai.json").write_text("{}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(tmp_path / "sai.json")], capture_output=True, text=True, timeout=60
    )

    assert done.returncode not in {0, None}
    assert "Traceback" not in done.stderr
    assert 'href="/ban-tu-kiem/verify_proof.py"' in enter(None).get("/tro-giup/tu-kiem").text


def test_what_differs_is_kept_as_a_table(enter):
    asked = "a=2026-09-30&a-biet=14600&b=2026-11-20&b-biet=18117"
    response = enter(Role.AUDITOR).get(f"/truong/TH-BC/khac-nhau.csv?{asked}")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))

    assert rows[0][0] == "Tiêu chí hoặc mục"
    assert len(rows) == 4
    assert any(row[7] == "7" for row in rows)
    assert enter(Role.AUDITOR).get("/truong/TH-BC/khac-nhau.csv?a=2026-09-30").status_code == 400
    assert f"khac-nhau.csv?{asked}" in enter(Role.AUDITOR).get(f"/truong/TH-BC/lich-su?{asked}").text.replace("&amp;", "&")


def test_the_journal_speaks_in_sentences_and_folds_the_rest(enter):
    page = enter(Role.AUDITOR).get("/nhat-ky").text

    assert "Đánh giá chỉ báo</" in page or "Đánh giá chỉ báo<span" in page
    assert ": lớp Xã, tiêu chí 4.1, Không đạt" in page


@pytest.mark.parametrize("kind", public_events(), ids=lambda kind: kind.__name__)
def test_the_journal_tells_of_every_kind_of_event(enter, house, monkeypatch, kind):
    told = msgspec.json.encode(sample_envelope(kind)).decode()
    answer = MergedFeedAnswer(events=[told], next_after=Position(1), head=Position(1))
    monkeypatch.setitem(house.canned.CANNED, "notification.feed", lambda _: answer)

    page = enter(Role.AUDITOR).get("/nhat-ky")

    assert page.status_code == 200
    assert kind.LABEL in html.unescape(page.text)


def test_the_state_of_the_installation_names_each_part_once_in_vietnamese(enter):
    page = enter(Role.ADMINISTRATOR).get("/quan-tri/tinh-trang").text
    seen = page[page.index('id="dv"') : page.index("</table>")]

    for name in ("Đánh giá, công nhận", "Minh chứng", "Kiểm tra", "Tài khoản, vai trò", "Tin gửi đi"):
        assert seen.count(f'<th scope="row">{name}</th>') == 1
    assert "assessment" not in seen
