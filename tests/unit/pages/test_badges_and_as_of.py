"""Levels as marks, what is missing, moments, text marks: the small parts that pages are made of."""

from __future__ import annotations

import datetime as dt

import pytest

from services.portal.pages import formatting
from services.portal.pages.as_of import position
from services.portal.pages.judging import fingerprint
from services.portal.pages.level_badges import disagree, level_badge
from services.portal.pages.page_text import marked_text
from services.portal.pages.papers import where_of
from services.portal.pages.timeline import draw
from shared.contracts.calls.assessment import HistoryItem, LevelView
from shared.contracts.calls.evidence import Box, Word
from shared.problems import BadRequest
from shared.vocabulary.assessment import Layer


def level(n: int | None, low: int = 0, high: int = 2) -> LevelView:
    return LevelView(level=n, floor=low if n is None else n, ceiling=high if n is None else n, final=n is not None)


@pytest.mark.parametrize(
    ("view", "css", "short", "spoken"),
    [
        (None, "ln", "–", "Chưa đánh giá"),
        (level(None, 0, 2), "ln", "–", "Chưa đánh giá"),
        (level(0), "l0", "✕", "Không đạt"),
        (level(2), "l2", "2", "Mức\u00a02"),
        (level(None, 1, 2), "lq", "1–2", "Chưa kết luận, thấp nhất Mức\u00a01, cao nhất Mức\u00a02"),
        (level(None, 0, 1), "lq", "✕–1", "Chưa kết luận, thấp nhất Không đạt, cao nhất Mức\u00a01"),
    ],
)
def test_a_level_is_colour_shape_and_words(view, css, short, spoken):
    mark = level_badge(view, 2)

    assert (mark.css, mark.short, mark.spoken) == (css, short, spoken)


def test_not_assessed_never_looks_like_failing():
    assert level_badge(None, 2).css != level_badge(level(0), 2).css
    assert level_badge(level(None, 0, 2), 2, touched=True).short == "✕–2"


def test_layers_disagree_only_when_both_judged_and_cannot_both_be_right():
    assert disagree({Layer.SCHOOL: level(1), Layer.COMMUNE: level(0)}, 2)
    assert not disagree({Layer.SCHOOL: level(None, 1, 2), Layer.COMMUNE: level(1)}, 2)
    assert not disagree({Layer.SCHOOL: level(1), Layer.COMMUNE: None}, 2)


def test_a_position_is_read_as_people_write_it():
    assert position("18.204") == 18204
    assert position("số 18204") == 18204
    assert position("") == 0
    with pytest.raises(BadRequest):
        position("mười")


def test_a_place_to_cite_is_read_from_one_field():
    assert where_of("2.2") == ("2.2", 0, "")
    assert where_of("2.2_1_-") == ("2.2", 1, "-")
    with pytest.raises(BadRequest):
        where_of("2.2_x_a")


def word(text: str, *, hit: bool = False, confidence: int = 96) -> Word:
    return Word(text=text, confidence=confidence, box=Box(left=0, top=0, width=1, height=1), hit=hit)


def test_neighbouring_hits_are_one_mark_but_not_across_lines():
    text = "kế hoạch\nbồi dưỡng"
    read = [word("kế", hit=True), word("hoạch", hit=True), word("bồi", hit=True), word("dưỡng")]

    assert marked_text(text, read) == "<mark>kế hoạch</mark>\n<mark>bồi</mark> dưỡng"


def test_text_that_the_words_do_not_cover_is_kept_and_escaped():
    assert marked_text("<b>a</b> & c", [word("a"), word("z")]) == "&lt;b&gt;a&lt;/b&gt; &amp; c"
    assert marked_text("a", [word("a", hit=True)]) == "<mark>a</mark>"


def test_the_fingerprint_of_what_a_person_saw_covers_result_and_note():
    assert fingerprint("met", "a") == fingerprint("met", "a")
    assert fingerprint("met", "a") != fingerprint("met", "b")
    assert fingerprint("met", "a") != fingerprint("not_met", "a")


def test_confidence_is_colour_disc_and_words():
    assert "97% · chắc" in formatting.confidence(97)
    assert "91% · nên xem" in formatting.confidence(91)
    assert "74% · phải xem" in formatting.confidence(74)


def test_days_hashes_and_sizes_read_as_the_brief_has_them():
    assert formatting.days_left(dt.date(2027, 3, 15), dt.date(2026, 11, 23)) == "còn 112 ngày"
    assert formatting.days_left(dt.date(2026, 11, 20), dt.date(2026, 11, 23)) == "quá 3 ngày"
    assert formatting.days_left(dt.date(2026, 11, 23), dt.date(2026, 11, 23)) == "hôm nay"
    assert formatting.short_hash("9f3c71ab" + "0" * 52 + "e204") == "9f3c\u00a071ab\u00a0…\u00a0e204"
    assert formatting.date(dt.date(2026, 11, 5)) == "05/11/2026"
    assert formatting.marked("a ⟦b⟧ <i>") == "a <mark>b</mark> &lt;i&gt;"
    assert formatting.initials("Lường Thị Minh Tâm") == "MT"
    assert formatting.initials("Văn thư 1") == "VT"


def item(day: dt.date, fact: str, layer: str = "") -> HistoryItem:
    when = dt.datetime.combine(day, dt.time(3), tzinfo=dt.UTC)
    data = {"layer": layer} if layer else {}
    return HistoryItem(
        position=1, fact=fact, summary="", occurred=when, recorded=when, actor="", cause="", correlation="", data=data
    )


def test_the_timeline_puts_each_kind_of_event_on_its_own_track():
    items = [
        item(dt.date(2026, 3, 1), "evidence-linked"),
        item(dt.date(2026, 3, 2), "indicator-judged", "school"),
        item(dt.date(2026, 3, 3), "indicator-judged", "commune"),
        item(dt.date(2026, 3, 4), "recognition-granted"),
        item(dt.date(2025, 3, 4), "recognition-granted"),
    ]
    drawing = draw(items, 2026, None, None)

    assert [m.shape for m in drawing.marks] == ["bar", "S", "T", "X"]
    assert len({m.y for m in drawing.marks if m.shape != "bar"}) == 3
