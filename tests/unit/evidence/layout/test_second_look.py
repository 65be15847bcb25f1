"""A second reading of doubtful lines: what is better stays, what was overlooked is put in, and it is bounded."""

from __future__ import annotations

import time

import cv2
import msgspec
import numpy as np
import pytest

from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from services.evidence.extraction.layout.wording.item_numbers import with_item_numbers
from services.evidence.extraction.layout.wording.second_look import best_reading, second_look, unread_lines
from services.evidence.extraction.layout.wording.syllables import is_syllable, plausibility

FAR = time.monotonic() + 3600


def word(
    text: str, left: int = 100, top: int = 100, *, sure: float = 95, wide: int = 60, line: int = 1, block: int = 1
) -> PixelWord:
    return PixelWord(
        text=text, confidence=sure, left=left, top=top, right=left + wide, bottom=top + 30, line=line, block=block
    )


def line(*texts: str, sure: float = 95, top: int = 100, number: int = 1, block: int = 1) -> list[PixelWord]:
    return [word(text, 100 + 80 * n, top, sure=sure, line=number, block=block) for n, text in enumerate(texts)]


class Reader:
    """Gives the same words to every line that it is asked for, and counts."""

    def __init__(self, *texts: str, sure: float = 95) -> None:
        self.texts, self.sure, self.asked = texts, sure, []

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        self.asked.append((mode, grey.shape))
        return [word(text, 20 + 80 * n, 15, sure=self.sure) for n, text in enumerate(self.texts)]


def texts(words: list[PixelWord]) -> list[str]:
    return [one.text for one in words]


def blank() -> np.ndarray:
    return np.full((800, 800), 250, np.uint8)


def test_a_page_that_was_read_well_costs_nothing():
    reader = Reader("khác")
    words = line("Trường", "tiểu", "học")
    assert second_look({"page": blank(), "soft": blank()}, words, reader, FAR) == words
    assert not reader.asked


def test_a_doubtful_word_gives_way_to_a_surer_reading_and_the_others_stay():
    words = [*line("Trường", "tiểu", "học"), *line("Kế", "hoach", "năm", sure=95, top=160, number=2)]
    words += [one for n in range(3, 9) for one in line("Trường", "tiểu", "học", top=60 * n + 100, number=n)]
    words[4] = word("h0ạch", 180, 160, sure=20, line=2)
    reader = Reader("Kế", "hoạch", "năm")
    read = second_look({"page": blank(), "soft": blank()}, words, reader, FAR)
    assert texts(read)[:7] == ["Trường", "tiểu", "học", "Kế", "hoạch", "năm", "Trường"]
    assert {one.line for one in read[3:6]} == {2}
    assert all(mode == PageMode.LINE for mode, _ in reader.asked)


def test_a_worse_reading_changes_nothing():
    words = [*line("Trường", "tiểu", "học"), *line("Cộng", "hoa", top=160, number=2, sure=60)]
    read = second_look({"page": blank(), "soft": blank()}, words, Reader("C0ng", "hxa", sure=40), FAR)
    assert texts(read) == texts(words)


def test_what_another_line_says_is_not_said_twice():
    words = [*line("Trường", "tiểu", "học"), *line("mờ", "mờ", "mờ", sure=30, top=110, number=2)]
    read = second_look({"page": blank(), "soft": blank()}, words, Reader("Trường", "tiểu", "học"), FAR)
    assert texts(read).count("tiểu") == 1


def test_after_its_time_nothing_is_read():
    reader = Reader("Kế")
    words = line("K3", sure=10)
    assert texts(second_look({"page": blank()}, words, reader, time.monotonic() - 1)) == ["K3"]
    assert not reader.asked


def test_ink_that_looks_like_a_line_and_was_not_read_is_read_and_put_in_its_place():
    page = blank()
    for left in range(100, 400, 26):
        cv2.rectangle(page, (left, 200), (left + 16, 226), 15, 4)
    words = [*line("Điều", "một"), *line("Điều", "ba", top=300, number=2)]
    assert len(unread_lines(page, words)) == 1
    read = second_look({"page": page}, words, Reader("Điều", "hai"), FAR)
    assert texts(read) == ["Điều", "một", "Điều", "hai", "Điều", "ba"]


def test_ink_within_words_is_read_already():
    page = blank()
    for left in range(100, 400, 26):
        cv2.rectangle(page, (left, 100), (left + 16, 126), 15, 4)
    assert unread_lines(page, [word("dài", 95, 95, wide=320)]) == []


def test_a_badly_read_page_is_read_again_coarser():
    reader = Reader("Cộng", "hòa", "xã", "hội")
    read = second_look({"page": blank(), "raw": blank()}, line("C0", "h4", sure=40), reader, FAR)
    assert texts(read) == ["Cộng", "hòa", "xã", "hội"]
    assert reader.asked[0] == (PageMode.AUTO, (400, 400))


def test_two_readings_that_agree_outweigh_one_that_is_a_little_surer():
    readings = [line("bắn", sure=80), line("bản", sure=78), line("bản", sure=78)]
    assert texts(best_reading(readings)) == ["bản"]


def test_spelling_breaks_a_tie():
    assert texts(best_reading([line("kiênm", sure=80), line("kiểm", sure=80)])) == ["kiểm"]


def test_of_ink_that_no_reading_is_sure_of_nothing_is_made():
    assert best_reading([line("~x", sure=20), []], first_is_old=False) == []


def test_numbers_read_as_a_column_of_their_own_go_before_their_lines():
    numbers = [word(f"{n}.", 40, 100 * n, wide=40, line=n, block=1) for n in (1, 2, 3)]
    names = [word(name, 100, 100 * n, line=n, block=2) for n, name in ((1, "An"), (2, "Bình"), (3, "Cảnh"))]
    assert texts(with_item_numbers([*numbers, *names])) == ["1.", "An", "2.", "Bình", "3.", "Cảnh"]


def test_a_stop_that_was_read_with_the_line_is_not_doubled():
    numbers = [word(str(n), 40, 100 * n, wide=40, line=n, block=1) for n in (1, 2, 3)]
    names = [
        part
        for n, name in ((1, "An"), (2, "Bình"), (3, "Cảnh"))
        for part in (word(".", 84, 100 * n, wide=8, line=n, block=2), word(name, 100, 100 * n, line=n, block=2))
    ]
    assert texts(with_item_numbers([*numbers, *names])) == ["1.", "An", "2.", "Bình", "3.", "Cảnh"]


def test_fewer_than_three_numbers_are_no_list():
    words = [word("1.", 40, 100, wide=40, line=1), word("An", 100, 100, line=2, block=2)]
    assert with_item_numbers(words) == words


class Numbering:
    """Reads every line as the next number of a list and a name."""

    def __init__(self) -> None:
        self.asked = 0

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        self.asked += 1
        return [word(f"{self.asked}.", 25, 15, wide=40), word("Bình", 85, 15)]


def test_the_words_of_a_line_that_runs_down_the_page_are_no_words():
    page = blank()
    for top in (100, 200, 300):
        cv2.rectangle(page, (30, top), (46, top + 26), 15, 4)
        cv2.rectangle(page, (58, top), (74, top + 26), 15, 4)
    down = [word(text, 40, top, wide=34, line=1, block=1) for text, top in (("N", 100), ("mới", 200), ("đó", 300))]
    names = [word("Bình", 100, top, line=top, block=2) for top in (100, 200, 300)]
    read = second_look({"page": page, "soft": page}, [*down, *names], Numbering(), FAR)
    assert texts(read) == ["1.", "Bình", "2.", "Bình", "3.", "Bình"]


def test_a_line_whose_words_touch_and_one_that_leans_do_not_run_down():
    page = blank()
    touching = [word("Trường", 100, wide=80), word("tiểu", 175), word("học", 230)]
    leaning = [word("Kế", 100, 200, line=2), word("hoạch", 170, 232, line=2), word("năm", 240, 264, line=2)]
    lines = [*touching, *leaning, word("Mẫu", 100, 360, line=3), *line("Trường", "tiểu", top=420, number=4)]
    reader = Reader("khác")
    assert second_look({"page": page, "soft": page}, lines, reader, FAR) == lines
    assert not reader.asked


def test_lines_that_are_read_again_keep_their_blocks_and_numbers():
    class Anywhere(Reader):
        def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
            return [
                msgspec.structs.replace(one, block=7, line=9) for one in super().words(grey, mode=mode, dpi=dpi, only=only)
            ]

    words = [*line("Kế", "h0ạch", sure=50, number=4, block=2), *line("Kế", "h0qch", sure=50, top=160, number=5, block=2)]
    words += line("Ke", "hoạch", sure=50, top=400, number=5, block=3)
    read = second_look({"page": blank(), "soft": blank()}, words, Anywhere("Kế", "hoạch"), FAR, whole=False)
    assert [(one.text, one.block, one.line) for one in read] == [
        (text, *place) for place in ((2, 4), (2, 5), (3, 5)) for text in ("Kế", "hoạch")
    ]


def test_a_page_whose_rows_were_put_together_is_never_read_whole_again():
    bad = line("Cong", "hoa", sure=70)
    reader = Reader("Cộng", "hòa", "xã", "hội")
    second_look({"page": blank(), "raw": blank()}, bad, reader, FAR, whole=False)
    assert {mode for mode, _ in reader.asked} == {PageMode.LINE}
    second_look({"page": blank(), "raw": blank()}, bad, reader, FAR)
    assert PageMode.AUTO in {mode for mode, _ in reader.asked}


def test_a_single_number_goes_before_a_line_that_begins_with_its_full_stop():
    number = word("7", 40, 100, wide=40, line=1)
    begun = [word(".", 84, 100, wide=8, line=2, block=2), word("Bình", 100, 100, line=2, block=2)]
    read = with_item_numbers([number, *begun])
    assert [(one.text, one.block, one.line) for one in read] == [("7.", 2, 2), ("Bình", 2, 2)]
    assert texts(with_item_numbers([number, begun[1]])) == ["7", "Bình"]


def test_of_two_numbers_only_the_one_whose_full_stop_begins_a_line_goes():
    words = [
        word("7", 40, 100, wide=40, line=1),
        word("8", 40, 200, wide=40, line=2),
        word(".", 84, 100, wide=8, line=1, block=2),
        word("Bình", 100, 100, line=1, block=2),
        word("An", 100, 200, line=2, block=2),
    ]
    assert texts(with_item_numbers(words)) == ["8", "7.", "Bình", "An"]


GOOD = "Trường nghiêng quốc giếng gì khuỷu thuở uống yêu Đắk ghế nguyễn loà hoè quỳnh xoong huơ"


@pytest.mark.parametrize("syllable", GOOD.split())
def test_what_is_spelled_by_the_rules_is_a_syllable(syllable):
    assert is_syllable(syllable)


@pytest.mark.parametrize("letters", ["kiênm", "hoach", "cế", "ngi", "gha", "tiệmg", "học1", "xx", "cấấ", "mợtt", "bac"])
def test_what_breaks_the_rules_is_none(letters):
    assert not is_syllable(letters)


def test_codes_numbers_and_abbreviations_say_nothing():
    assert plausibility("17/2018/TT-BGDĐT") is None
    assert plausibility("UBND") is None
    assert plausibility("trường,") == 1.0
    assert plausibility("trường-hqc") == 0.5
