"""The measure by which readers of scanned pages are judged, and the pages it is applied to."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image

from tests.scanned.comparison import (
    Marked,
    Result,
    empties,
    fields_line,
    mark,
    mean,
    pooled,
    table,
    turns,
    worse_than_plain,
)
from tests.scanned.held_out import HELD_OUT
from tests.scanned.kinds import KINDS, draw
from tests.scanned.pages import JUDGE_SEEDS, TUNE_SEEDS, make_page, make_pages, pairs
from tests.scanned.readers import TIMEOUT, Answer, read_plainly, remembered
from tests.scanned.score import Rate, field_matches, fields_exact, folded, least_changes, letters_wrong, words_wrong
from tests.scanned.tables import Cell, Table
from tests.scanned.truth import Line, Segment, Truth, across, in_order, side_by_side
from tests.scanned.typesetting import Look, Sheet, families, words_of
from tests.scanned.wear import SIDEWAYS, TWO_PAGES, WEAR_NAMES


def page(*segments: tuple[str, ...]) -> Truth:
    return Truth(kind="", group="text", segments=tuple(Segment(orders) for orders in segments))


# --- the distance


@pytest.mark.parametrize(
    ("stands", "read", "changes"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("giáo dục", "giao dục", 1),
        ("bộ", "bô", 1),
        ("ab", "ba", 2),
        ("flaw", "lawn", 2),
    ],
)
def test_the_distance_of_one_order_is_that_of_levenshtein(stands, read, changes):
    assert least_changes([[stands]], read) == changes


def test_of_two_orders_the_cheaper_counts():
    assert least_changes([["left right", "right left"]], "right left") == 0
    assert least_changes([["left right", "right left"]], "right lost") == 2


def test_the_order_is_chosen_anew_in_each_segment():
    segments = [["ab", "ba"], ["cd", "dc"], ["ef", "fe"]]
    assert least_changes(segments, "abdcef") == 0
    assert least_changes(segments, "badcfe") == 0
    # "xb" and "ef" each are one change from one of their orders, "cd" is none.
    assert least_changes(segments, "xbcdee") == 2


def test_segments_out_of_their_order_cost():
    assert least_changes([["ab"], ["cd"]], "cdab") == 4


def test_a_reading_may_end_before_or_after_the_page_does():
    assert least_changes([["one", "eno"], ["two"]], "one") == 3
    assert least_changes([["one", "eno"]], "one two") == 4


def test_the_distance_equals_the_least_over_every_choice_of_orders():
    rng = Random(7)
    for _ in range(60):
        segments = [["".join(rng.choices("ab ", k=rng.randrange(5))) for _ in range(rng.randint(1, 3))] for _ in range(3)]
        read = "".join(rng.choices("abc ", k=rng.randrange(14)))
        every = [least_changes([[a + b + c]], read) for a in segments[0] for b in segments[1] for c in segments[2]]
        assert least_changes(segments, read) == min(every)


# --- what is compared


def test_marks_put_together_or_apart_are_the_same_letters():
    assert folded("ho\u0323c") == "h\u1ecdc"


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("Họ và tên:........ An ....", "Họ và tên: An"),
        ("Họ và tên: . . . . An", "Họ và tên: An"),
        ("Ý kiến…… khác_____", "Ý kiến khác"),
        ("☐ Có ☑ Không ☒", "Có Không"),
        ("thi hành./.", "thi hành./."),
        ("Số 1.2.3, trang 4.", "Số 1.2.3, trang 4."),
        ("a \n\n  b\tc", "a b c"),
    ],
)
def test_leaders_and_boxes_are_no_letters(read, kept):
    assert folded(read) == kept


def test_letters_are_counted_with_the_space_between_segments():
    truth = page(("Điều 1.",), ("Hiệu trưởng", "trưởng Hiệu"))
    assert letters_wrong(truth, "Điều 1.\nHiệu trưởng") == Rate(0, 7 + 1 + 11)
    assert letters_wrong(truth, "Điêu 1. trưởng Hiệu") == Rate(1, 19)
    assert letters_wrong(truth, "") == Rate(19, 19)


def test_words_are_compared_whole():
    truth = page(("một hai", "hai một"), ("ba",))
    assert words_wrong(truth, "hai một ba") == Rate(0, 3)
    assert words_wrong(truth, "hai mot ba bốn") == Rate(2, 3)


def test_a_page_of_leaders_has_no_letters_to_miss():
    assert letters_wrong(page((".....",)), "") == Rate(0, 0)
    assert Rate(0, 0).percent == 0.0
    assert Rate(2, 0).percent == 100.0
    assert Rate(1, 4).percent == 25.0


def test_pages_count_alike_and_none_for_more_than_all_of_it():
    assert mean([Rate(1, 10), Rate(300, 100), Rate(0, 5000)]) == pytest.approx((10 + 100 + 0) / 3)
    assert mean([]) == 0.0


@pytest.mark.parametrize(
    ("name", "stands", "read", "exact"),
    [
        ("trich_yeu", "tuyển sinh vào lớp 1", "V/v Tuyển sinh  vào lớp 1.", True),
        ("trich_yeu", "Về việc tuyển sinh", "tuyển sinh", True),
        ("trich_yeu", "tuyển sinh", "tuyên sinh", False),
        ("so_ky_hieu", "05/QĐ-THNL", "05/QĐ-THNL", True),
        ("so_ky_hieu", "05/QĐ-THNL", "05/QD-THNL", False),
        ("nguoi_ky", "Về An", "An", False),
    ],
)
def test_a_field_is_exact_but_for_case_spaces_and_what_stands_before_a_subject(name, stands, read, exact):
    assert field_matches(name, stands, read) is exact


def test_only_fields_that_stand_on_the_page_are_judged():
    assert fields_exact({"nguoi_ky": "Lò A An"}, {"so_ky_hieu": "1/X"}) == {"nguoi_ky": False}


def test_a_text_page_that_is_worse_than_plain_is_named_and_a_table_is_not():
    def result(name: str, group: str, ours: int, plain: int) -> Result:
        truth = Truth(kind="", group=group, segments=())
        marks = {
            reader: Marked(Rate(errors, 1000), Rate(0, 1), {}, True, False, 1.0)
            for reader, errors in (("product", ours), ("plain", plain))
        }
        return Result(name, truth, marks)

    results = [result("a", "text", 3, 2), result("b", "text", 9, 2), result("c", "table", 90, 2), result("d", "text", 40, 2)]
    assert [line.partition(":")[0] for line in worse_than_plain(results)] == ["d", "b"]


# --- orders of what stands beside each other


def test_lines_at_one_height_are_read_from_left_to_right():
    lines = [Line("phải", 500, 101, 40), Line("trái", 10, 100, 40), Line("dưới", 10, 150, 40)]
    assert across(lines) == "trái phải dưới"


def test_two_columns_may_be_read_one_after_the_other_or_across():
    left = [Line("UBND XÃ", 0, 100, 40), Line("TRƯỜNG", 0, 150, 40)]
    right = [Line("CỘNG HÒA", 600, 102, 40), Line("Độc lập", 600, 152, 40)]
    assert set(side_by_side([left, right]).orders) == {
        "UBND XÃ TRƯỜNG CỘNG HÒA Độc lập",
        "CỘNG HÒA Độc lập UBND XÃ TRƯỜNG",
        "UBND XÃ CỘNG HÒA TRƯỜNG Độc lập",
    }


def test_an_order_that_says_the_same_counts_once():
    assert in_order("a  b", "a b", "") == Segment(("a b",))


def blank_sheet() -> Sheet:
    return Sheet("thu", Look(family=sorted(families())[0]))


def test_a_row_of_a_table_is_read_cell_by_cell_or_line_by_line():
    sheet = blank_sheet()
    Table(sheet, (1, 1), size=12).add([Cell("một\nhai", middle=False), Cell("ba\nbốn", middle=False)])
    assert sheet.segments == [Segment(("một hai ba bốn", "một ba hai bốn"))]


def test_a_merged_head_may_be_read_by_its_groups():
    sheet = blank_sheet()
    top = [Cell("TT", rows=2), Cell("Lớp", columns=2), Cell("Ghi chú", rows=2)]
    Table(sheet, (1, 1, 1, 1), size=12).add(top, [Cell("Tổng"), Cell("Nữ")])
    orders = sheet.segments[0].orders
    assert "TT Lớp Ghi chú Tổng Nữ" in orders
    assert "TT Lớp Tổng Nữ Ghi chú" in orders


def test_a_row_without_room_is_not_drawn():
    sheet = blank_sheet()
    sheet.y = sheet.image.height - sheet.mm(24)
    assert not Table(sheet, (1,), size=12).add([Cell("a\nb\nc")])
    assert sheet.segments == []


def test_marks_in_a_text_are_looks_and_not_letters():
    words = words_of("<b>Điều 1.</b> cấp<s>2</s> bốn")
    assert ["".join(piece.text for piece in word) for word in words] == ["Điều", "1.", "cấp2", "bốn"]
    assert [word[0].face.bold for word in words] == [True, True, False, False]
    assert [piece.face.raised for piece in words[2]] == [False, True]


def test_a_paragraph_says_what_it_was_given():
    sheet = blank_sheet()
    sheet.paragraph("Nhà trường <b>giữ</b> sổ " * 30)
    assert sheet.segments[0].text == " ".join(["Nhà", "trường", "giữ", "sổ"] * 30)
    assert sheet.image.getextrema()[0][0] < 60


def test_a_truth_comes_back_from_its_json():
    truth = draw("cong-van", Random(3)).truth().with_wear("fax", 90, (204, 98))
    assert Truth.from_json(truth.to_json()) == truth


# --- pages by seed


@pytest.mark.parametrize("kind", [*KINDS, *HELD_OUT])
def test_every_kind_holds_letters_within_the_page_and_the_same_again(kind):
    sheet, again = draw(kind, Random(11)), draw(kind, Random(11))
    assert sheet.image.tobytes() == again.image.tobytes()
    assert sheet.truth() == again.truth()
    assert sheet.kind == kind
    assert len(sheet.truth().text) > 150
    assert "<" not in sheet.truth().text


def test_the_same_seed_gives_the_same_files(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        for wear in ("fax", "giay-nhiet", SIDEWAYS):
            make_page("bang-diem", wear, 5, 2).save(tmp_path / folder)
    first, second = (sorted((tmp_path / folder).iterdir()) for folder in ("one", "two"))
    assert len(first) == 6
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert make_page("bang-diem", "fax", 6, 2).truth != make_page("bang-diem", "fax", 5, 2).truth


def test_a_file_says_its_resolution(tmp_path):
    page = make_page("bang-ho", "fax", 4)
    with Image.open(page.save(tmp_path)) as image:
        assert image.mode == "1"
        assert tuple(round(float(part)) for part in image.info["dpi"]) == page.truth.dpi


def test_a_turned_page_stands_upright_when_turned_back():
    page = make_page("van-xuoi", "xoay", 9)
    assert page.truth.turned in {90, 180, 270}
    high, wide = page.scan.pixels.shape[:2]
    assert (high < wide) == (page.truth.turned != 180)


def test_a_sheet_of_two_pages_is_wide_and_reads_the_left_one_first():
    page = make_page("ke-hoach", TWO_PAGES, 9)
    assert page.scan.pixels.shape[1] > page.scan.pixels.shape[0]
    assert page.truth.turned == 0
    assert page.truth.text.index("KẾ HOẠCH") < len(page.truth.text) / 2


def test_a_sheet_fed_sideways_holds_a_wide_table():
    page = make_page("cong-van", SIDEWAYS, 9)
    assert page.truth.group == "table"
    assert page.truth.turned in {90, 270}
    assert page.scan.pixels.shape[0] > page.scan.pixels.shape[1]


def test_kinds_and_wears_meet_evenly():
    met = list(pairs(len(KINDS) * 6, tuple(KINDS), WEAR_NAMES))
    assert len(set(met)) == len(met)
    assert {kind: sum(pair[0] == kind for pair in met) for kind in KINDS} == dict.fromkeys(KINDS, 6)
    assert {wear for _, wear in met} == set(WEAR_NAMES)
    assert len(set(pairs(4, ("a", "b"), ("x", "y")))) == 4


def test_seeds_for_tuning_and_for_judging_never_meet_and_the_first_draw_no_held_out_kind():
    assert not set(TUNE_SEEDS) & set(JUDGE_SEEDS)
    assert not set(KINDS) & set(HELD_OUT)
    with pytest.raises(ValueError, match="held-out"):
        next(make_pages(TUNE_SEEDS[0], 1, held_out=True))
    with pytest.raises(ValueError, match="giay-la"):
        next(make_pages(1, 1, kinds=("giay-la",)))


# --- readers and what is told of them


def test_a_peers_answer_is_kept_by_the_image(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = []

    def reader(image):
        asked.append(image.name)
        return Answer(image.read_text("utf-8"), 1.5, failure="")

    image, other = tmp_path / "a.png", tmp_path / "b.png"
    image.write_text("một", "utf-8")
    other.write_text("hai", "utf-8")
    for _ in range(2):
        read = remembered("plain", reader, "5.3")
        assert [read(path).text for path in (image, other)] == ["một", "hai"]
    assert asked == ["a.png", "b.png"]
    image.write_text("ba", "utf-8")
    assert remembered("plain", reader, "5.3")(image) == Answer("ba", 1.5)
    assert remembered("plain", reader, "5.4")(other).text == "hai"
    assert asked == ["a.png", "b.png", "a.png", "b.png"]


def test_that_a_peer_took_too_long_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    image = tmp_path / "a.png"
    image.write_text("một", "utf-8")
    answers = iter((Answer("", 9.0, failure=TIMEOUT), Answer("một", 1.0)))
    read = remembered("plain", lambda _image: next(answers), "5.3")
    assert [read(image).text for _ in range(3)] == ["", "một", "một"]


def test_plain_tesseract_is_told_the_resolution_of_the_file(tmp_path, monkeypatch):
    program = tmp_path / "tesseract"
    program.write_text('#!/bin/sh\nprintf "%s " "$@"; printf "threads $OMP_THREAD_LIMIT"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    path = make_page("van-xuoi", "fax", 3).save(tmp_path)
    answer = read_plainly(path)
    assert answer.text == f"{path} stdout -l vie --dpi 204 threads 1"
    program.write_text("#!/bin/sh\necho no image >&2\nexit 1\n", "utf-8")
    assert read_plainly(path).failure == "no image"


def test_an_answer_is_marked_by_letters_words_fields_and_turn():
    truth = Truth("quyet-dinh", "text", (Segment(("một hai",)),), {"nguoi_ky": "Lò A An"}, "xoay", 90)
    found = mark(truth, Answer("một hại", 2.0, 90, {"nguoi_ky": "Lò A An"}))
    assert (found.letters, found.words, found.fields) == (Rate(1, 7), Rate(1, 2), {"nguoi_ky": True})
    assert found.upright is True
    assert not found.empty
    wrong = mark(truth, Answer(" \n", 2.0, 0))
    assert (wrong.empty, wrong.upright, wrong.fields) == (True, False, {"nguoi_ky": False})
    results = [Result("a", truth, {"product": found, "plain": mark(truth, Answer("", 1.0))})]
    assert turns(results)[0] == "orientation right: 1/1; upright pages turned: 0"
    assert empties(results, ["product", "plain"]) == ["empty, product: none", "empty, plain: a"]
    assert fields_line(results, "product")[0] == "fields exact: 1/1 = 100.0 %"
    assert "7.0x" in table(results, ["product", "plain"])[1]


def test_letters_of_all_pages_together_weigh_long_pages_more():
    def result(errors, length):
        marks = {"product": Marked(Rate(errors, length), Rate(0, 1), {}, True, False, 1.0)}
        return Result("a", Truth("", "text", ()), marks)

    assert pooled([result(10, 10), result(0, 990)], "product") == pytest.approx(1.0)
