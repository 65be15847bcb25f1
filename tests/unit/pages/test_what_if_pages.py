"""What if: nothing is kept, only what differs from the rulebook is sent, and the law's own rule computes the answer."""

from __future__ import annotations

import re

import pytest

from services.portal.pages.what_if import draft_changes, thresholds, trial
from shared.contracts.calls.assessment import LevelView
from shared.problems import BadRequest
from shared.rulebook.evaluator import SchoolFacts, evaluate
from shared.rulebook.loader import load_library
from shared.rulebook.model import IndicatorKey
from shared.rulebook.simulation import DraftChanges, draft
from shared.vocabulary.roles import Role

PAGE = "/xa/NAM-LAM/thu-nghiem"
NEW = "v2026_tt57/pho_thong"


def text_of(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_schools_that_would_change_come_by_name_with_the_criteria_that_make_it(enter, house):
    html = enter(Role.COMMUNE_OFFICER).get(f"{PAGE}?bo={NEW}&lop=department").text
    text = text_of(html)

    assert "Xét thử, không lưu." in text
    assert "2 / 3 trường đổi mức" in text
    assert "1.1, 4.2" in text
    assert text.index("Mầm non") < text.index("THCS Nậm Lam") < text.index("Bản Chuông")
    assert house.rpc_client.commands == []


def test_without_a_choice_nothing_is_computed(enter, house):
    enter(Role.COMMUNE_OFFICER).get(PAGE)

    assert "assessment.simulate" not in house.rpc_client.calls


@pytest.mark.parametrize("query", ["bo=khong-co", f"bo={NEW}&muc-1-rest=x", "bo=v2018/tieu_hoc&nguong-0={key}&gia-tri-0=y"])
def test_a_draft_that_cannot_be_read_says_what_is_wrong(enter, query):
    key = thresholds(load_library().get("v2018/tieu_hoc"))[0].key
    answer = enter(Role.AUDITOR).get(f"{PAGE}?{query.format(key=key)}")

    assert answer.status_code in {400, 404, 422}
    assert 'role="alert"' in answer.text
    assert "đổi mức" not in answer.text


def test_only_what_differs_from_the_rulebook_is_sent_and_makes_a_draft():
    book = load_library().get(NEW)
    one = book.rules.school.levels[2]
    optional = next(c.code for c in book.criteria.values() if not c.mandatory)
    must = next(c.code for c in book.criteria.values() if c.mandatory)
    asked = {f"tc-{optional}": "bat-buoc", f"tc-{must}": "khong", "muc-2-others_at_least": "4", "muc-1-mandatory": "1"}

    changes = draft_changes(book, asked | {"muc-2-mandatory": str(one.mandatory), "tc-3.1": ""})

    assert changes == {
        "mandatory": {optional: True, must: False},
        "school_levels": {"2": {"others_at_least": 4}},
    }
    made = draft(book, DraftChanges(mandatory=changes["mandatory"]))
    assert made.criteria[optional].mandatory
    assert draft_changes(book, {f"tc-{must}": "bat-buoc", f"tc-{optional}": "khong"}) == {}
    assert draft_changes(book, {"tc-1.1": "bo"}) == {"drop": ["1.1"]}


def test_a_threshold_is_changed_by_its_place_and_an_exact_number():
    book = load_library().get("v2018/tieu_hoc")
    one = thresholds(book)[0]

    (sent,) = draft_changes(book, {"nguong-0": one.key, "gia-tri-0": "84,96", "nguong-1": "khong", "gia-tri-1": "3"})[
        "thresholds"
    ]

    assert (sent["criterion"], sent["level"], sent["figure"], sent["value"]) == (
        one.criterion,
        one.level,
        one.figure,
        "84.96",
    )
    with pytest.raises(BadRequest):
        draft_changes(book, {"nguong-0": one.key, "gia-tri-0": "nhiều"})


@pytest.mark.parametrize("rulebook", [NEW, "v2018/tieu_hoc", "v2018_tt22/trung_hoc", "v2018/mam_non"])
def test_trying_says_what_the_evaluator_would_say_if_the_criterion_were_judged_so(rulebook):
    book = load_library().get(rulebook)
    for code in list(book.criteria)[:6]:
        levels = sorted(book.criteria[code].levels)
        for top in (0, 1, 2):
            results = {
                IndicatorKey(c, n, i.code): ("met" if c != code or n <= top else "not_assessed")
                for c, criterion in book.criteria.items()
                for n, level in criterion.levels.items()
                for i in level.indicators
            }
            from shared.vocabulary.assessment import Result

            def run(found):
                typed = {k: Result(v) for k, v in found.items()}
                return evaluate(book, typed, SchoolFacts(), book.in_force.start)

            before = run(results)
            views = {
                c: LevelView(level=v.level, floor=v.floor, ceiling=v.ceiling, final=v.final)
                for c, v in before.criteria.items()
            }
            for wanted in levels:
                after = run(results | {k: "met" for k in results if k.criterion == code and k.level <= wanted})
                found = trial(book, views, {code: wanted})
                assert (found.level.floor, found.level.ceiling) == (after.school.floor, after.school.ceiling)
                assert found.because == list(after.school.because)


def test_the_dashboard_leads_to_a_trial_that_keeps_nothing(enter, house):
    head = enter(Role.HEAD)
    link = re.search(r'href="(/truong/TH-BC/thu\?neu=[^"]+)">Thử: nếu 4\.2 đạt\?', head.get("/truong/TH-BC").text)

    assert link
    text = text_of(head.get(link[1]).text)
    assert "Xét thử, không lưu." in text
    assert "4.2 Mức\u00a01" in text
    assert "Ngắn nhất để lên Mức\u00a01" in text
    assert house.rpc_client.commands == []


def test_a_criterion_that_is_not_in_the_law_is_refused(enter):
    assert enter(Role.HEAD).get("/truong/TH-BC/thu?neu=9.9").status_code == 400
