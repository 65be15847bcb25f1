"""Worked examples of the law, each with its article: H01–H29 from the survey of the circulars, C… our own corner cases.

They go through the public JSON interface, so they also hold what other programs rely on.
"""

# ruff: noqa: E501 - one worked example a line
from __future__ import annotations

import datetime as dt

import pytest

from shared.rulebook import HeldRecognition, LevelResult, RecognitionState, load_library, recognition_dates, state
from shared.rulebook.errors import BadInput
from shared.rulebook.governance import RevocationStep, check_council, revocation
from shared.rulebook.json_io import evaluate_case, figures_case

ON = dt.date(2026, 10, 1)
READY = {
    "cohort_completed": True,
    "years_of_activity": 12,
    "consecutive_years_of_data": 3,
    "facilities_met": True,
}
TH, MN, TRH = "v2018/tieu_hoc", "v2018/mam_non", "v2018/trung_hoc"
PT57, MN57 = "v2026_tt57/pho_thong", "v2026_tt57/mam_non"
MANDATORY = ["1.3", "1.4", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"]
OTHERS = ["1.1", "1.2", "2.3", "3.3", "3.4", "3.5", "4.3"]


def failing(*names: str) -> dict:
    """Build results in which the named indicators ("5.2/2/b") are not met."""
    return judged("not_met", *names)


def judged(result: str, *names: str) -> dict:
    results: dict = {}
    for name in names:
        code, level, letter = name.split("/")
        results.setdefault(code, {}).setdefault(level, {})[letter] = result
    return results


def all_of(rulebook: str, level: int, result: str = "not_met") -> dict:
    """Build results in which every indicator of a level has one result."""
    keys = [k for k in load_library().get(rulebook).keys if k.level == level]
    return judged(result, *(f"{k.criterion}/{k.level}/{k.indicator}" for k in keys))


def merged(*parts: dict) -> dict:
    whole: dict = {}
    for part in parts:
        for code, levels in part.items():
            for level, letters in levels.items():
                whole.setdefault(code, {}).setdefault(level, {}).update(letters)
    return whole


def levels57(**reached: int) -> dict:
    """Build 2026 results from levels: levels57(**{"1.3": 1}) fails Mức 2 of 1.3; 0 fails both."""
    names = [f"{code}/{n}/-" for code, level in reached.items() for n in (1, 2) if n > level]
    return failing(*names)


def ask(rulebook: str, results: dict | None = None, school: dict | None = None, default: str = "met", **more) -> dict:
    facts = READY if school is None else school
    case = {"rulebook": rulebook, "default": default, "results": results or {}, "school": facts, "on": str(ON), **more}
    return evaluate_case(load_library(), case, ON)


# id, rulebook, results, school facts, expected (criterion levels, school, certificate, recognition), article
CASES = [
    ("H01", TH, merged(failing("5.2/2/b"), all_of(TH, 3)), None, {"5.2": 1}, 1, 1, None, "Đ6, Đ34, Đ37"),
    ("H02", TH, failing("3.5/1/c"), None, {"3.5": 0}, 0, None, None, "Đ2, Đ6"),
    ("H03", TH, all_of(TH, 4), None, {"1.2": 2, "1.5": 2, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 2, "3.4": 2, "5.1": 2}, 3, 3, 2, "Đ6, Đ17–21, Đ37"),
    ("H04", TH, merged(all_of(TH, 4), failing("2.3/3/b")), None, {"2.3": 2}, 2, 2, 1, "Đ6, Đ37"),
    ("H05", TH, failing("22/4/22.3"), None, {"22": 0}, 3, 3, 2, "Đ6, Đ22"),
    ("H06", TH, {}, None, {"22": 4}, 4, 4, 2, "Đ34, Đ37"),
    ("H07", MN, all_of(MN, 3), {**READY, "years_of_activity": 4}, {}, 2, None, None, "TT19 Đ34 k1 a, Đ37"),
    ("H08", TH, all_of(TH, 3), {**READY, "cohort_completed": False}, {}, 2, None, None, "TT17 Đ34 k1 a"),
    ("H09", TH, failing("1.1/1/a"), None, {"1.1": 0}, 0, None, None, "Đ2"),
    ("H12", MN, judged("not_applicable", "5.4/2/c"), None, {"5.4": 3}, 4, 4, 2, "TT19 Đ16 k4 c “(nếu có)”"),
    ("H13", TRH, failing("5.6/3/a"), None, {"5.6": 2}, 2, 2, 1, "TT18 Đ21 k4"),
    ("H14", "v2018_tt22/tieu_hoc", merged(failing("2.2/2/a"), all_of("v2018_tt22/tieu_hoc", 3)), None, {"2.2": 2}, 2, 2, 1, "TT22 Đ1 bãi bỏ điểm a k2 Đ13"),
    ("H17", PT57, levels57(**dict.fromkeys(MANDATORY, 1), **dict.fromkeys(OTHERS[:5], 1), **dict.fromkeys(OTHERS[5:], 0)), None, {"4.3": 0}, 1, None, 1, "TT57 Đ5 k3"),
    ("H18", PT57, levels57(**{"4.2": 0}), None, {"4.2": 0}, 0, None, None, "TT57 Đ5 k3"),
    ("H19", PT57, levels57(**{"3.5": 1, "4.3": 0}), None, {"3.5": 1, "4.3": 0}, 1, None, 1, "TT57 Đ5 k3"),
    ("H20", PT57, levels57(**{"3.5": 1, "4.3": 1}), None, {"3.5": 1, "4.3": 1}, 2, None, 2, "TT57 Đ5 k3"),
    ("H21", PT57, levels57(**{"1.3": 1}), None, {"1.3": 1}, 1, None, 1, "TT57 Đ5 k3"),
    ("H22", PT57, levels57(**dict.fromkeys(MANDATORY, 1), **dict.fromkeys(OTHERS[:4], 1), **dict.fromkeys(OTHERS[4:], 0)), None, {}, 0, None, None, "TT57 Đ5 k3"),
    ("H23", PT57, {}, {**READY, "consecutive_years_of_data": 2}, {}, 2, None, None, "TT57 Đ16 k1 b"),
    ("H29", "v2018_tt22/tieu_hoc", all_of("v2018_tt22/tieu_hoc", 3), None, {"1.5": 1}, 2, 2, 1, "TT22 Đ1 bãi bỏ k5 Đ12"),
    # Our own.
    ("C01", MN, all_of(MN, 3), {**READY, "years_of_activity": 5}, {}, 2, 2, 1, "TT19 Đ34 k1 a: ít nhất 05 năm"),
    ("C02", MN, all_of(MN, 3), {"years_of_activity": 5}, {}, 2, 2, 1, "TT19 hỏi số năm, không hỏi khóa trẻ"),
    ("C03", MN57, {}, {**READY, "years_of_activity": 1}, {}, 2, None, 2, "TT57 Đ16 k1 a: bỏ điều kiện 05 năm"),
    ("C04", PT57, {}, {**READY, "cohort_completed": False}, {}, 2, None, None, "TT57 Đ16 k1 a"),
    ("C05", PT57, {}, {**READY, "facilities_met": False}, {}, 2, None, None, "TT57 Đ16 k1 d"),
    ("C06", PT57, {}, {**READY, "facilities_met": None}, {}, 2, None, None, "TT57 Đ16 k1 d: chưa rõ khác không đạt"),
    ("C07", TH, all_of(TH, 3), {**READY, "facilities_met": False}, {}, 2, 2, 1, "Đ37 không hỏi điều kiện của TT57 Đ16 k1 d"),
    ("C08", TH, merged(all_of(TH, 2), all_of(TH, 3)), None, {"1.1": 1}, 1, 1, None, "Đ34 k2, Đ37: Mức 1 không đủ công nhận"),
    ("C09", TH, failing("22/4/22.1", "22/4/22.2", "22/4/22.3", "22/4/22.4", "22/4/22.5"), None, {"22": 0}, 3, 3, 2, "Đ22"),
    ("C10", TH, failing("1.5/2/a"), None, {"1.5": 1}, 1, 1, None, "TT17 Đ12 k5 còn hiệu lực trước TT22"),
    ("C11", "v2018_tt22/tieu_hoc", failing("1.5/2/a", "1.5/2/b", "1.5/2/c"), None, {"1.5": 1}, 4, 4, 2, "TT22 bãi bỏ k5 Đ12: không hỏi nữa"),
    ("C12", "v2018_tt22/trung_hoc", failing("5.3/1/a", "5.4/1/b", "5.5/1/c"), None, {"5.3": 2, "5.4": 2, "5.5": 3}, 4, 4, 2, "TT22 Đ2 bãi bỏ k3–5 Đ11"),
    ("C13", "v2018_tt22/trung_hoc", failing("5.3/2/-"), None, {"5.3": 0}, 1, 1, None, "5.3 chỉ còn Mức 2: không đạt thì trường dừng ở Mức 1"),
    ("C14", "v2018_tt22/trung_hoc", failing("1.5/2/-", "1.5/3/-"), None, {"1.5": 1}, 4, 4, 2, "TT22 Đ2 bãi bỏ k5 Đ12, k4 Đ17"),
    ("C15", TRH, failing("1.5/3/-"), None, {"1.5": 2}, 2, 2, 1, "TT18 Đ17 k4"),
    ("C16", "v2018_tt22/mam_non", failing("2.2/2/a", "2.2/3/a"), None, {"2.2": 3}, 4, 4, 2, "TT22 Đ4 k3"),
    ("C17", "v2018_tt22/mam_non", failing("3.2/2/-"), None, {"3.2": 1}, 1, 1, None, "TT22: TC3 mầm non còn 3.1–3.3"),
    ("C18", MN, judged("not_applicable", "5.4/2/c", "5.4/3/b"), None, {"5.4": 3}, 4, 4, 2, "TT19 Đ16 k4 c, Đ21 “(nếu có)”"),
    ("C19", PT57, levels57(**dict.fromkeys(OTHERS[:2], 1)), None, {}, 2, None, 2, "TT57 Đ5 k3: đúng 5/7 còn lại ở Mức 2"),
    ("C20", PT57, levels57(**dict.fromkeys(OTHERS[:3], 1)), None, {}, 1, None, 1, "TT57 Đ5 k3: 4/7 còn lại ở Mức 2"),
    ("C21", PT57, levels57(**dict.fromkeys(OTHERS[:2], 0), **dict.fromkeys(OTHERS[2:], 1)), None, {}, 1, None, 1, "TT57 Đ5 k3"),
    ("C22", PT57, failing("1.3/1/-"), None, {"1.3": 0}, 0, None, None, "TT57 Đ5 k2 a: Mức 2 chỉ xét khi Mức 1 đạt"),
    ("C23", MN57, levels57(**{"3.1": 1, "3.2": 1}), None, {"3.1": 1}, 1, None, 1, "TT57 Phụ lục I: cùng tám tiêu chí bắt buộc"),
    ("C24", TH, {}, {**READY, "layer": "school"}, {}, 4, None, None, "Đ34: chỉ kết quả đánh giá ngoài cấp chứng nhận"),
    ("C25", TH, {}, {**READY, "layer": "department"}, {}, 4, 4, 2, "Đ34, Đ37"),
]  # fmt: skip


@pytest.mark.parametrize(("rulebook", "results", "school", "criteria", "level", "certificate", "degree", "article"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_a_worked_example_comes_out_as_the_law_says(
    rulebook, results, school, criteria, level, certificate, degree, article
):
    answer = ask(rulebook, results, school)
    assert answer["school"] == {"level": level, "floor": level, "ceiling": level, "final": True}, article
    for code, expected in criteria.items():
        assert answer["criteria"][code]["level"] == expected, (code, article)
    assert answer["certificate"]["degree"] == certificate, article
    assert answer["recognition"]["degree"] == degree, article


def figure(numerator: object, denominator: object = None) -> dict:
    return {"numerator": numerator} if denominator is None else {"numerator": numerator, "denominator": denominator}


def checked(rulebook: str, name: str, value: dict, **setting) -> dict[tuple, dict]:
    case = {"rulebook": rulebook, "on": str(ON), "area": "other", "figures": {name: value}, **setting}
    rows = figures_case(load_library(), case, ON)
    return {(r["criterion"], r["level"], r["indicator"], r["required"]): r for r in rows if r["figure"] == name}


def test_h10_in_a_disadvantaged_area_80_percent_of_five_year_olds_is_enough():
    rows = checked(MN, "tre_5_tuoi_hoan_thanh_chuong_trinh", figure(40, 50), area="disadvantaged")
    row = rows["5.4", 1, "b", 80]
    assert (row["value"], row["meets"], row["binding"]) == ("80", True, True)  # TT19 Đ11 k4 b
    assert ("5.4", 1, "b", 85) not in rows


def test_h11_84_96_percent_is_not_85_percent():
    row = checked(MN, "tre_5_tuoi_hoan_thanh_chuong_trinh", figure(2124, 2500))["5.4", 1, "b", 85]
    assert (row["value"], row["meets"]) == ("84.96", False)  # TT19 Đ11 k4 b
    row = checked(MN, "tre_5_tuoi_hoan_thanh_chuong_trinh", figure(85, 100))["5.4", 1, "b", 85]
    assert (row["value"], row["meets"]) == ("85", True)


def test_h13_a_multi_level_school_is_checked_for_its_primary_classes_too():
    rows = checked(TRH, "hs_hoan_thanh_chuong_trinh_lop", figure(94, 100), levels=["tieu_hoc", "thcs"])
    assert rows["5.6", 3, "a", 95]["meets"] is False  # TT18 Đ21 k4
    assert not checked(TRH, "hs_hoan_thanh_chuong_trinh_lop", figure(94, 100), levels=["thcs"])


def test_h15_the_dates_of_a_certificate_follow_from_its_day():
    dates = recognition_dates(load_library().get(TH), HeldRecognition(degree=1, on=dt.date(2021, 3, 15)))
    assert dates.expires == dt.date(2026, 3, 15)  # Đ38: 05 năm
    assert dates.register_by == dt.date(2025, 10, 15)  # trước 05 tháng
    assert state(dates.expires, dt.date(2026, 3, 16)) is RecognitionState.EXPIRED
    assert state(dates.expires, dt.date(2026, 3, 15)) is RecognitionState.VALID


@pytest.mark.parametrize(
    ("rulebook", "earliest"),
    [(TH, "2026-01-10"), ("v2018_tt22/tieu_hoc", "2025-01-25"), (PT57, "2026-01-10")],  # 2 năm; TT22 1 năm; TT57 Đ19 k4
)
def test_h16_the_wait_for_a_higher_degree_changed_twice(rulebook, earliest):
    held = {**READY, "recognised": {"degree": 1, "on": "2024-01-10", "printed_expiry": None}}
    assert ask(rulebook, school=held)["dates"]["earliest_upgrade"] == earliest


def test_h24_under_the_2026_circular_a_figure_warns_and_never_decides():
    row = checked(PT57, "PT.2.2.Q03", figure(88, 100))["2.2", None, None, None]
    assert (row["value"], row["meets"], row["binding"]) == ("88", None, False)  # TT57 Đ27 k4
    assert ask(PT57)["criteria"]["2.2"]["level"] == 2


def test_h25_the_size_of_a_council_depends_on_the_regime():
    library = load_library()
    assert [check_council(library.get(TH), n).lawful for n in (5, 6, 7, 8)] == [False, False, True, True]  # Đ24
    assert [check_council(library.get(PT57), n).lawful for n in (5, 6, 7, 8)] == [True, False, True, False]  # TT57 Đ9


def test_h26_an_older_certificate_holds_to_its_printed_day():
    held = HeldRecognition(degree=1, on=dt.date(2025, 6, 1), printed_expiry=dt.date(2028, 5, 20))
    dates = recognition_dates(load_library().get(PT57), held)
    assert dates.expires == dt.date(2028, 5, 20)  # TT57 Đ27 k2
    assert state(dates.expires, dt.date(2026, 11, 23)) is RecognitionState.VALID


def test_h27_one_criterion_not_assessed_leaves_the_school_open():
    unknown = judged("not_assessed", "4.1/1/a", "4.1/1/b", "4.1/1/c")
    answer = ask(TH, merged(all_of(TH, 3), unknown))
    assert answer["school"] == {"level": None, "floor": 0, "ceiling": 2, "final": False}
    assert answer["certificate"]["degree"] is None
    assert answer["recognition"]["degree"] is None


def test_h28_a_school_that_fell_behind_and_did_not_mend_it_is_proposed_for_revocation():
    school = LevelResult(level=1, floor=1, ceiling=1, final=True)
    for name in (TH, PT57):
        degree = 1 if name == TH else 2
        assert revocation(load_library().get(name), degree, school, remedied=False).step is RevocationStep.PROPOSE
    asked = revocation(load_library().get(PT57), 2, school)
    assert asked.step is RevocationStep.ASK_REMEDY  # TT57 Đ20 k1: trước hết cho thời hạn khắc phục


def test_c26_an_upgrade_waits_and_a_renewal_does_not():
    held = {**READY, "recognised": {"degree": 1, "on": "2025-06-01", "printed_expiry": None}}
    answer = ask(PT57, school=held)  # 10/2026: chưa đủ 02 năm (TT57 Đ19 k4)
    waiting = next(c for c in answer["recognition"]["conditions"] if c["id"] == "waiting_time")
    assert (waiting["satisfied"], answer["recognition"]["degree"]) == (False, None)
    again = ask(PT57, levels57(**{"1.3": 1}), held)  # công nhận lại Mức độ 1 không phải chờ
    assert again["recognition"]["degree"] == 1


def test_c27_the_printed_day_wins_and_moves_the_last_day_to_register():
    held = {**READY, "recognised": {"degree": 2, "on": "2022-07-31", "printed_expiry": "2027-07-31"}}
    dates = ask(TH, school=held)["dates"]
    assert dates == {
        "expires": "2027-07-31",
        "register_by": "2027-02-28",
        "earliest_upgrade": None,
    }  # tháng 2 không có ngày 31


def test_c28_the_2026_circular_knows_no_last_day_to_register():
    held = {**READY, "recognised": {"degree": 1, "on": "2026-09-01", "printed_expiry": None}}
    assert ask(PT57, school=held)["dates"] == {
        "expires": "2031-09-01",
        "register_by": None,
        "earliest_upgrade": "2028-09-01",
    }


def test_c29_a_leap_day_ends_on_the_last_day_of_february():
    held = {**READY, "recognised": {"degree": 1, "on": "2024-02-29", "printed_expiry": None}}
    assert ask(TH, school=held)["dates"]["expires"] == "2029-02-28"


def test_c30_not_applicable_stands_only_where_the_law_says_if_any():
    with pytest.raises(BadInput) as refused:
        ask(MN, judged("not_applicable", "5.4/2/b"))
    assert refused.value.path == "results.5.4.2.b"


def test_c31_article_22_not_assessed_leaves_the_certificate_open_but_not_the_recognition():
    answer = ask(TH, judged("not_assessed", "22/4/22.3"))
    assert answer["school"] == {"level": None, "floor": 3, "ceiling": 4, "final": False}
    assert answer["certificate"]["degree"] is None  # Cấp độ 3 hay 4 chưa rõ
    assert answer["recognition"]["degree"] == 2  # Đ37: Mức 3 trở lên đều là Mức độ 2


def test_c32_a_school_not_yet_judged_is_not_a_failed_school():
    answer = ask(PT57, default="not_assessed")
    assert answer["school"] == {"level": None, "floor": 0, "ceiling": 2, "final": False}


def test_c33_a_level_reached_for_certain_says_so_while_the_degree_is_open():
    unknown = all_of(TH, 3, "not_assessed")
    answer = ask(TH, unknown)
    assert answer["school"] == {"level": None, "floor": 2, "ceiling": 4, "final": False}
    reached = next(c for c in answer["recognition"]["conditions"] if c["id"] == "level_reached")
    assert reached["satisfied"] is None
    assert answer["recognition"]["degree"] is None


def test_c34_an_extremely_disadvantaged_commune_is_a_disadvantaged_area_too():
    rows = checked(TH, "gv_cnn_kha_tro_len", figure(55, 100), area="extremely_disadvantaged")
    assert rows["2.2", 2, "b", 50]["meets"] is True  # TT17 Đ13 k2 b
    rows = checked(TH, "tre_11_tuoi_hoan_thanh_ctth", figure(75, 100), area="extremely_disadvantaged")
    assert rows["5.5", 2, "b", 70]["meets"] is True  # TT17 Đ16: xã ĐBKK
    rows = checked(TH, "tre_11_tuoi_hoan_thanh_ctth", figure(75, 100), area="disadvantaged")
    assert rows["5.5", 2, "b", 80]["meets"] is False  # vùng khó khăn thường không được hạ ở điểm này


def test_c35_after_circular_22_secondary_results_use_the_new_scale():
    name = "v2018_tt22/trung_hoc"
    setting = {"levels": ["thcs"], "area": "other"}
    assert checked(name, "hoc_tap_kha", figure(35, 100), **setting)["5.6", 3, "a", 35]["meets"] is True  # TT22 Đ2 k16
    assert not checked(name, "hs_xep_loai_gioi", figure(35, 100), **setting)
    row = checked(name, "hoc_tap_chua_dat", figure(1, 100), specialised=True, levels=["thpt"])["5.6", 3, "a", 0]
    assert row["meets"] is False  # trường chuyên: 0 %


def test_c36_a_specialised_school_is_measured_by_its_own_numbers():
    rows = checked(TRH, "hs_bo_hoc", figure(1, 200), specialised=True, levels=["thpt"])
    assert [r["required"] for r in rows.values()] == [0]  # TT18 Đ21 k4 b
    rows = checked(TRH, "hs_bo_hoc", figure(1, 200), levels=["thpt"])
    assert [(r["required"], r["meets"]) for r in rows.values()] == [(1, True)]
