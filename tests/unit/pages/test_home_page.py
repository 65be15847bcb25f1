"""The home page says what is so: complete only when it is, a draft never as a verdict, waiting never as failing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.portal.pages.todo_list import condition_verdict
from shared.contracts.calls.assessment import ConditionView
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.village import SCHOOL, Village

NOTHING_MISSING = "Không còn thiếu gì"


@pytest.fixture
def school() -> Any:
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "met")
        yield village, cycle


def home(village: Village, role: Role = Role.HEAD) -> str:
    return main_of(village.enter(role).get(f"/truong/{SCHOOL}").text)


def prove_all(village: Village, cycle: str) -> None:
    village.paper("Hồ sơ chung", cycle, *village.status().criteria, level=0)


def test_the_highest_level_without_evidence_is_not_complete_and_what_is_missing_stands_there(school: Any) -> None:
    village, _ = school

    page = home(village)

    assert NOTHING_MISSING not in page
    assert "Để trình báo cáo" in words_of(page)
    assert "1.1 Tầm nhìn, mục tiêu, kế hoạch: Mức 1, Mức 2: đạt, chưa có minh chứng." in words_of(page)


def test_what_is_judged_and_proven_at_the_highest_level_is_complete(school: Any) -> None:
    village, cycle = school
    prove_all(village, cycle)

    assert NOTHING_MISSING in home(village)


@pytest.mark.parametrize("result", ["not_met", "not_assessed"])
def test_a_judgement_taken_back_makes_it_incomplete_again(result: str, school: Any) -> None:
    village, cycle = school
    prove_all(village, cycle)

    village.judge(cycle, result, "4.2")

    assert NOTHING_MISSING not in home(village)


def test_a_visit_that_is_not_concluded_is_a_draft_and_no_verdict(school: Any) -> None:
    village, cycle = school
    prove_all(village, cycle)
    visit = village.visit(cycle, ("1.1", "not_met"), ("2.2", "met"))

    page = home(village)
    assert "mới xem 2/15 tiêu chí: còn là dự thảo" in page
    assert "Các lớp khác nhau" not in page

    village.conclude(visit)
    page = home(village)
    assert "dự thảo" not in page
    assert "Các lớp khác nhau" in page
    assert NOTHING_MISSING not in page


def test_what_a_concluded_visit_wrote_is_one_step_from_the_criterion(school: Any) -> None:
    village, cycle = school
    village.conclude(village.visit(cycle, ("1.1", "not_met")))
    browser = village.enter(Role.HEAD)

    assert f'href="/truong/{SCHOOL}/kien-nghi"' in main_of(browser.get(f"/truong/{SCHOOL}/danh-gia/{cycle}/1.1").text)
    assert "Xem điều đoàn đã ghi" not in browser.get(f"/truong/{SCHOOL}/danh-gia/{cycle}/1.2").text
    assert "Đã xem tại chỗ." in browser.get(f"/truong/{SCHOOL}/kien-nghi").text


def test_a_submitted_school_is_told_since_when_it_waits(school: Any) -> None:
    village, cycle = school
    village.submit(cycle)

    page = home(village)

    assert "Đã trình" in page
    assert "Để trình báo cáo" not in words_of(page)


def test_who_merely_waits_for_the_department_has_not_failed(school: Any) -> None:
    village, cycle = school
    prove_all(village, cycle)

    page = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/danh-gia").text)

    line = page[: page.index("Sở xem xét, công nhận")].rpartition("<li>")[2]
    assert "Chưa rõ" in line
    assert "Không:" not in line


@pytest.mark.parametrize(
    ("id_", "satisfied", "verdict"),
    [
        ("deciding_layer", False, "unknown"),
        ("waiting_time", False, "unknown"),
        ("facilities_met", False, "no"),
        ("facilities_met", None, "unknown"),
        ("facilities_met", True, "yes"),
    ],
)
def test_only_what_can_be_failed_is_shown_as_failed(id_: str, satisfied: bool | None, verdict: str) -> None:
    assert condition_verdict(ConditionView(id=id_, satisfied=satisfied, article="", text="")) == verdict


def test_why_tells_each_reason_once_the_wanted_one_first_and_shows_no_digest_to_the_school(school: Any) -> None:
    village, cycle = school
    village.judge(cycle, "not_met", "4.1")

    page = home(village)
    sums = words_of(page[page.index('class="card sums') : page.index('id="tc"')])

    sentences = [one for one in re.split(r"(?<=[a-zđ0-9])\. ", sums) if len(one) > 25]
    assert len(sentences) == len(set(sentences))
    assert sums.count("Trường không đạt Mức 1") == 1
    assert sums.index("Trường không đạt Mức 1") < sums.index("Đợt 2026-2027 mở ngày")
    assert "<code>" not in page
    assert "<code>" in home(village, Role.AUDITOR)


DIGEST, RULEBOOK = re.compile("[0-9a-f]{4}\u00a0[0-9a-f]{4}\u00a0…"), re.compile(r"v20\d\d\w*/\w+")


@pytest.mark.parametrize("role", [Role.HEAD, Role.COUNCIL_MEMBER, Role.CLERK, Role.COMMUNE_OFFICER])
def test_no_digest_and_no_id_of_a_rulebook_stands_in_the_face_of_those_who_work_with_it(role: Role, school: Any) -> None:
    village, cycle = school
    base, browser = f"/truong/{SCHOOL}", village.enter(role)

    for path in ("", "/danh-gia", f"/danh-gia/{cycle}/2.2", "/so-lieu", "/lich-su", "/thu?neu=2.2", "/minh-chung"):
        page = main_of(browser.get(base + path).text)
        # The foot of a printed paper carries them: there they let anyone check it.
        seen = re.sub(r'<p class="(?:nguon|printfoot)">.*?</p>', "", page)
        assert not DIGEST.search(seen), path
        assert not RULEBOOK.search(words_of(seen)), path
