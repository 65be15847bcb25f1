"""The JSON interface is read strictly: every fault is named by its path, nothing is guessed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from shared.rulebook import BadInput, load_library
from shared.rulebook.json_io import (
    evaluate_case,
    figures_case,
    one_or_many,
    read_json,
    rulebook_json,
    simulate_case,
    summary_json,
)

LIBRARY = load_library()
TODAY = dt.date(2026, 8, 1)
GOOD: dict = {
    "rulebook": "v2018/tieu_hoc",
    "default": "met",
    "results": {"5.2": {"2": {"b": "not_met"}}, "22": {"4": {"22.3": "not_assessed"}}},
    "school": {
        "cohort_completed": True,
        "years_of_activity": 12,
        "consecutive_years_of_data": 3,
        "facilities_met": True,
        "disadvantaged_area": False,
        "recognised": {"degree": 1, "on": "2024-01-10", "printed_expiry": None},
    },
    "on": "2025-03-01",
}


def evaluated(case):
    return one_or_many(case, lambda one: evaluate_case(LIBRARY, one, TODAY))


def with_(path: str, value) -> dict:
    changed = json.loads(json.dumps(GOOD))
    target = changed
    *parents, last = path.split("/")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value
    return changed


def fault(call, *args) -> str:
    with pytest.raises(BadInput) as error:
        call(*args)
    return error.value.path


def test_a_case_is_answered_in_the_form_of_the_interface():
    answer = evaluated(GOOD)
    assert set(answer) == {"criteria", "school", "certificate", "recognition", "dates", "because"}
    assert answer["criteria"]["5.2"] == {"level": 1, "floor": 1, "ceiling": 1, "final": True}
    assert answer["criteria"]["22"] == {"level": None, "floor": 0, "ceiling": 4, "final": False}
    assert answer["school"] == {"level": 1, "floor": 1, "ceiling": 1, "final": True}
    assert answer["certificate"] == {"degree": 1}
    assert answer["recognition"]["degree"] is None
    assert {frozenset(c) for c in answer["recognition"]["conditions"]} == {frozenset({"id", "satisfied", "article", "text"})}
    assert answer["dates"] == {"expires": "2029-01-10", "register_by": "2028-08-10", "earliest_upgrade": "2026-01-10"}
    assert any("chỉ báo b không đạt" in sentence for sentence in answer["because"])
    json.dumps(answer)


def test_an_array_is_answered_in_order_and_an_empty_one_with_none():
    assert [a["school"]["level"] for a in evaluated([GOOD, with_("results", {})])] == [1, 4]
    assert evaluated([]) == []


def test_what_is_left_out_is_unknown():
    answer = evaluated({"rulebook": "v2026_tt57/pho_thong"})
    assert answer["school"] == {"level": None, "floor": 0, "ceiling": 2, "final": False}
    assert [c["satisfied"] for c in answer["recognition"]["conditions"]] == [None] * 4
    assert answer["dates"] == {"expires": None, "register_by": None, "earliest_upgrade": None}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("rulebook", "v2018/dai_hoc", "rulebook"),
        ("rulebook", None, "rulebook"),
        ("rulebook", 7, "rulebook"),
        ("default", "maybe", "default"),
        ("default", "not_applicable", "default"),
        ("default", None, "default"),
        ("results", [], "results"),
        ("results/9.9", {"1": {"a": "met"}}, "results.9.9"),
        ("results/9.9", {}, "results.9.9"),
        ("results/5.2", [], "results.5.2"),
        ("results/5.2/2", "met", "results.5.2.2"),
        ("results/5.2/two", {"a": "met"}, "results.5.2.two"),
        ("results/5.2/4", {"a": "met"}, "results.5.2.4"),
        ("results/5.2/4", {}, "results.5.2.4"),
        ("results/5.2/02", {"b": "met"}, "results.5.2.02"),
        ("results/5.2/2x", {"b": "met"}, "results.5.2.2x"),
        ("results/5.2/2/z", "met", "results.5.2.2.z"),
        ("results/5.2/2/b", "yes", "results.5.2.2.b"),
        ("results/5.2/2/b", 1, "results.5.2.2.b"),
        ("results/5.2/2/b", "not_applicable", "results.5.2.2.b"),
        ("school", [], "school"),
        ("school/cohort_completed", "yes", "school.cohort_completed"),
        ("school/years_of_activity", True, "school.years_of_activity"),
        ("school/years_of_activity", -1, "school.years_of_activity"),
        ("school/years_of_activity", 1.5, "school.years_of_activity"),
        ("school/colour", "red", "school.colour"),
        ("school/layer", "ministry", "school.layer"),
        ("school/recognised", 1, "school.recognised"),
        ("school/recognised/degree", 3, "school.recognised.degree"),
        ("school/recognised/degree", 0, "school.recognised.degree"),
        ("school/recognised/degree", True, "school.recognised.degree"),
        ("school/recognised/degree", None, "school.recognised.degree"),
        ("school/recognised/on", None, "school.recognised.on"),
        ("school/recognised/on", "10/01/2024", "school.recognised.on"),
        ("school/recognised/printed_expiry", "2020-01-01", "school.recognised.printed_expiry"),
        ("school/recognised/why", "x", "school.recognised.why"),
        ("on", "2025-02-30", "on"),
        ("on", "20250301", "on"),
        ("on", "2025-W10-6", "on"),
        ("on", "2025-3-01", "on"),
        ("on", "9999-01-01", "on"),
        ("on", 2025, "on"),
        ("resluts", {}, "resluts"),
    ],
)
def test_a_fault_is_named_by_its_path(path, value, expected):
    assert fault(evaluated, with_(path, value)) == expected


def test_a_certificate_may_expire_on_its_own_day():
    answer = evaluated(with_("school/recognised/printed_expiry", "2024-01-10"))
    assert answer["dates"]["expires"] == "2024-01-10"


def test_a_fault_in_an_array_is_named_by_its_position():
    assert fault(evaluated, [GOOD, with_("results/5.2/2/z", "met")]) == "[1].results.5.2.2.z"
    assert fault(evaluated, [GOOD, 5]) == "[1]"
    assert fault(evaluated, 5) == "$"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{", "$"),
        ("", "$"),
        ('{"a": 1e9999999999999999999}', "$"),
        ('{"a": NaN}', "$"),
        ('{"a": 1, "a": 2}', "a"),
        ("[" * 100000, "$"),
        ("9" * 5000, "$"),
    ],
)
def test_what_is_no_json_is_refused(text, path):
    assert fault(read_json, text) == path


def test_levels_of_education_are_evaluated_apart_and_combined():
    case = {
        "rulebook": "v2026_tt57/pho_thong",
        "default": "met",
        "parts": {"tieu_hoc": {}, "thcs": {"1.3": {"2": {"-": "not_met"}}}},
        "on": "2026-08-01",
    }
    answer = evaluated(case)
    assert answer["school"]["level"] == 1
    assert {name: part["school"]["level"] for name, part in answer["parts"].items()} == {"tieu_hoc": 2, "thcs": 1}
    assert "lowest" in answer["because"][0]
    assert evaluated({**case, "combination": "separate"})["school"]["level"] is None
    assert fault(evaluated, {**case, "combination": "highest"}) == "combination"
    assert fault(evaluated, {**case, "rulebook": "v2018/trung_hoc", "parts": {"thcs": {}}}) == "parts"
    assert fault(evaluated, {**case, "parts": {"thcs": {"9.9": {"1": {"-": "met"}}}}}) == "parts.thcs.9.9"


FIGURES: dict = {
    "rulebook": "v2018/mam_non",
    "on": "2024-05-01",
    "area": "other",
    "specialised": False,
    "figures": {"chuyen_can_5_tuoi": {"numerator": 2124, "denominator": 2500}},
}


def compared(case):
    return one_or_many(case, lambda one: figures_case(LIBRARY, one, TODAY))


def test_figures_are_answered_in_the_form_of_the_interface():
    rows = compared(FIGURES)
    keys = {"criterion", "level", "indicator", "figure", "op", "required", "unit", "value", "meets", "binding"}
    assert {frozenset(row) for row in rows} == {frozenset(keys)}
    (row,) = [r for r in rows if r["figure"] == "chuyen_can_5_tuoi" and r["level"] == 1]
    assert row == {
        "criterion": "5.4",
        "level": 1,
        "indicator": "a",
        "figure": "chuyen_can_5_tuoi",
        "op": ">=",
        "required": 90,
        "unit": "%",
        "value": "84.96",
        "meets": False,
        "binding": True,
    }
    json.dumps(rows)


def test_decimals_are_read_exactly_and_arrays_answered_in_order():
    text = json.dumps(FIGURES).replace("2124", "84.96").replace("2500", "100")
    many = compared([read_json(text), {**FIGURES, "figures": {}}])
    values = [next(r["value"] for r in rows if r["figure"] == "chuyen_can_5_tuoi") for rows in many]
    assert values == ["84.96", None]
    third = compared({**FIGURES, "figures": {"chuyen_can_5_tuoi": {"numerator": 1, "denominator": 3}}})
    assert next(r["value"] for r in third if r["figure"] == "chuyen_can_5_tuoi") == "100/3"


def test_every_row_says_whether_the_figure_satisfies_the_number_in_that_row():
    """In town 6 m² a pupil are asked, in the country 10; the interface does not say which, so each row speaks for itself."""
    case = {**FIGURES, "rulebook": "v2018/trung_hoc", "levels": ["thcs"], "figures": {"dien_tich_moi_hs": {"numerator": 8}}}
    rows = [(r["required"], r["value"], r["meets"]) for r in compared(case) if r["figure"] == "dien_tich_moi_hs"]
    assert rows == [(6, "8", True), (10, "8", False)]
    unknown = {name: value for name, value in FIGURES.items() if name != "area"}
    rows = [(r["required"], r["meets"]) for r in compared(unknown) if r["value"] is not None and r["level"] == 1]
    assert rows == [(90, False), (85, False)]


def test_the_2026_circular_has_no_thresholds_and_tells_a_data_item_back_where_it_is_given():
    new = {**FIGURES, "rulebook": "v2026_tt57/pho_thong", "on": "2026-10-01"}
    assert compared({**new, "figures": {}}) == []
    assert compared(new) == []
    (row,) = compared({**new, "figures": {"PT.2.2.Q03": {"numerator": 88, "denominator": 100}}})
    assert row == {
        "criterion": "2.2",
        "level": None,
        "indicator": None,
        "figure": "PT.2.2.Q03",
        "op": None,
        "required": None,
        "unit": "%",
        "value": "88",
        "meets": None,
        "binding": False,
    }


def test_what_a_school_is_may_be_left_open():
    case = {**FIGURES, "rulebook": "v2018/trung_hoc", "figures": {}}
    both = {(r["figure"], r["required"]) for r in compared({**case, "specialised": None, "levels": ["thcs"]})}
    assert {("hs_hanh_kiem_kha_tot", 90), ("hs_hanh_kiem_kha_tot", 98)} <= both
    assert not any(r["figure"].startswith("hs_xep_loai") for r in compared({**case, "levels": []}))


@pytest.mark.parametrize(
    "number",
    ["1e31", "1e-31", "1e30000", "9" * 31, "0." + "1" * 31, "9" * 4000],
)
def test_a_number_longer_than_any_school_has_is_refused_and_not_computed_with(number):
    for text in (f'{{"numerator": {number}, "denominator": 1}}', f'{{"numerator": 1, "denominator": {number}}}'):
        given = {**FIGURES, "figures": {"chuyen_can_5_tuoi": read_json(text)}}
        assert fault(compared, given).startswith("figures.chuyen_can_5_tuoi.")


def test_a_share_of_nothing_is_not_given_and_something_of_nothing_is_wrong():
    none = compared({**FIGURES, "figures": {"chuyen_can_5_tuoi": {"numerator": 0, "denominator": 0}}})
    assert {(r["value"], r["meets"]) for r in none if r["figure"] == "chuyen_can_5_tuoi"} == {(None, None)}
    wrong = {**FIGURES, "figures": {"chuyen_can_5_tuoi": {"numerator": 1, "denominator": 0}}}
    assert fault(compared, wrong) == "figures.chuyen_can_5_tuoi.denominator"


def test_a_figure_of_another_rulebook_is_known_and_not_used():
    rows = compared({**FIGURES, "figures": {"hs_bo_hoc": {"numerator": 1, "denominator": 100}}})
    assert "hs_bo_hoc" not in {r["figure"] for r in rows}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"area": "city"}, "area"),
        ({"levels": "thcs"}, "levels"),
        ({"levels": ["thcs", "dai_hoc"]}, "levels[1]"),
        ({"specialised": "no"}, "specialised"),
        ({"urban": "yes"}, "urban"),
        ({"figures": []}, "figures"),
        ({"figures": {"x": {"numerator": 1}}}, "figures.x"),
        ({"figures": {"so_nhom_lop": 5}}, "figures.so_nhom_lop"),
        ({"figures": {"so_nhom_lop": {}}}, "figures.so_nhom_lop.numerator"),
        ({"figures": {"so_nhom_lop": {"numerator": True}}}, "figures.so_nhom_lop.numerator"),
        ({"figures": {"so_nhom_lop": {"numerator": "20"}}}, "figures.so_nhom_lop.numerator"),
        ({"figures": {"so_nhom_lop": {"numerator": -1}}}, "figures.so_nhom_lop.numerator"),
        ({"figures": {"so_nhom_lop": {"numerator": 1, "unit": "m"}}}, "figures.so_nhom_lop.unit"),
        ({"figures": {"chuyen_can_5_tuoi": {"numerator": 85}}}, "figures.chuyen_can_5_tuoi.denominator"),
        ({"figures": {"chuyen_can_5_tuoi": {"numerator": 1, "denominator": 0}}}, "figures.chuyen_can_5_tuoi.denominator"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_fault_in_figures_is_named_by_its_path(change, path):
    assert fault(compared, {**FIGURES, **change}) == path


def test_a_number_that_would_fill_the_memory_is_refused():
    text = '{"rulebook": "v2018/mam_non", "figures": {"so_nhom_lop": {"numerator": 1e999999999}}}'
    assert fault(compared, read_json(text)) == "figures.so_nhom_lop.numerator"


def trial(**change) -> dict:
    base = {
        "rulebook": "v2026_tt57/pho_thong",
        "draft": {"changes": {"mandatory": {"4.3": True}}},
        "on": "2026-08-01",
        "schools": [
            {"code": "TH-1", "name": "Một", "default": "met", "results": {"4.3": {"1": {"-": "not_met"}}}},
            {"code": "TH-2", "default": "met"},
        ],
    }
    return {**base, **change}


def simulated(case, folder: Path = Path()):
    return simulate_case(LIBRARY, case, TODAY, folder)


def test_a_simulation_tells_which_schools_change_and_by_which_criteria():
    answer = simulated(trial())
    assert answer["changed"] == 1
    first, second = answer["schools"]
    assert (first["before"]["level"], first["after"]["level"], first["by"]) == (1, 0, ["4.3"])
    assert first["next"] == {"level": 1, "indicators": [{"criterion": "4.3", "level": 1, "indicator": "-"}]}
    assert (second["changed"], second["criteria"]) == (False, {})
    json.dumps(answer)


def test_a_draft_may_be_another_rulebook_or_a_file_beside_the_case(tmp_path):
    other = simulated(trial(rulebook="v2018/tieu_hoc", draft={"rulebook": "v2018_tt22/tieu_hoc"}, schools=[]))
    assert other["draft"]["id"] == "v2018_tt22/tieu_hoc"
    source = Path("shared/rulebook/data/v2026_tt57-pho_thong.yaml").read_text(encoding="utf-8")
    (tmp_path / "nhap.yaml").write_text(source.replace("others_at_least: 5", "others_at_least: 7"), encoding="utf-8")
    answer = simulated(trial(draft={"file": "nhap.yaml"}), tmp_path)
    assert answer["schools"][0]["after"]["level"] == 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"draft": None}, "draft"),
        ({"draft": {"rulebook": "x/y"}}, "draft.rulebook"),
        ({"draft": {"file": "không có.yaml"}}, "draft.file"),
        ({"draft": {"changes": {"colour": 1}}}, "draft.changes"),
        ({"draft": {"changes": {"drop": ["9.9"]}}}, "draft.changes.drop[0]"),
        ({"draft": {"color": 1}}, "draft.color"),
        ({"schools": None}, "schools"),
        ({"schools": [{}]}, "schools[0].code"),
        ({"schools": [{"code": "a"}, 5]}, "schools[1]"),
        ({"schools": [{"code": "a", "results": {"9.9": {"1": {"-": "met"}}}}]}, "schools[0].results.9.9"),
        ({"schools": [{"code": "a", "figures": {"x": {"numerator": 1}}}]}, "schools[0].figures.x"),
    ],
)
def test_a_fault_in_a_simulation_is_named_by_its_path(change, path):
    assert fault(simulated, trial(**change)) == path


def test_a_rulebook_is_listed_and_shown_as_data():
    rulebook = LIBRARY.get("v2018/tieu_hoc")
    line = summary_json(rulebook)
    assert {k: line[k] for k in ("id", "kind", "regime", "in_force", "digest")} == {
        "id": "v2018/tieu_hoc",
        "kind": "tieu_hoc",
        "regime": "v2018",
        "in_force": ["2018-10-10", "2025-01-24"],
        "digest": rulebook.digest,
    }
    assert summary_json(LIBRARY.get("v2026_tt57/mam_non"))["in_force"] == ["2026-07-07", None]
    json.dumps(rulebook_json(rulebook))
