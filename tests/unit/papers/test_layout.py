"""The layout is data within what Nghị định 30/2020/NĐ-CP allows, and says of every number how sure we are."""

import importlib.resources

import msgspec
import pytest
import yaml

from shared.papers.layout import Layout, LayoutConfidence, nd30
from shared.papers.looks import LookPart, looks
from shared.papers.measuring import lines_needed, text_width_mm
from shared.papers.model import Orientation, Style

TOLD = yaml.safe_load(importlib.resources.files("shared.papers").joinpath("nd30.yaml").read_text(encoding="utf-8"))
ENTRIES = [(f"{group}.{name}", entry) for group, entries in TOLD.items() for name, entry in entries.items()]


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_what_we_print_is_within_what_the_annex_allows(name, entry):
    ranges = entry.get("range", {})
    if not isinstance(ranges, dict):
        key = next(key for key in ("size", "length", "points", "ratio", "part") if key in entry)
        ranges, entry = {key: ranges}, {key: entry[key]}
    assert all(low <= entry[key] <= high for key, (low, high) in ranges.items())


@pytest.mark.parametrize("field", ["confidence", "source"])
def test_an_entry_without_its_confidence_or_source_is_refused(field):
    told = yaml.safe_load(yaml.safe_dump(TOLD))
    del told["letters"]["motto"][field]
    with pytest.raises(msgspec.ValidationError, match=r"letters\.motto"):
        msgspec.convert(told, Layout)


def test_an_entry_that_nobody_reads_is_refused():
    told = yaml.safe_load(yaml.safe_dump(TOLD))
    told["letters"]["mottos"] = told["letters"]["motto"]
    with pytest.raises(msgspec.ValidationError, match="mottos"):
        msgspec.convert(told, Layout)


def test_what_is_not_in_the_decree_is_not_called_certain():
    layout = nd30()
    assert layout.page.landscape.confidence is LayoutConfidence.LOW
    assert layout.additions.code.confidence is LayoutConfidence.LOW
    assert layout.page.portrait.confidence is LayoutConfidence.HIGH


def test_text_and_margins_make_up_the_sheet():
    layout = nd30()
    assert (layout.text_width_mm(Orientation.PORTRAIT), layout.text_height_mm(Orientation.PORTRAIT)) == (165, 252)
    assert (layout.text_width_mm(Orientation.LANDSCAPE), layout.text_height_mm(Orientation.LANDSCAPE)) == (257, 160)


def test_the_foot_with_its_code_fits_into_the_bottom_margin():
    layout = nd30()
    assert layout.additions.code.side == 16
    assert layout.page.foot_from_edge.length + layout.additions.code.side < layout.page.portrait.bottom


def test_every_kind_of_paragraph_has_a_look_of_its_own_name():
    assert set(looks()) == {*Style, *LookPart}
    names = [look.name for look in looks().values()]
    assert len(set(names)) == len(names)


def test_a_text_is_as_long_as_times_new_roman_makes_it():
    # 1000/500 of 12 points for ten digits; the accent of ế adds nothing, the horn of ư a little.
    assert text_width_mm("0123456789", 12) == pytest.approx(10 * 6 * 25.4 / 72)
    assert text_width_mm("ế", 14) == text_width_mm("e", 14) == text_width_mm("e\u0302\u0301", 14)
    assert text_width_mm("ư", 14) > text_width_mm("u", 14)
    assert text_width_mm("Độc lập - Tự do - Hạnh phúc", 13, bold=True) == pytest.approx(56.1, abs=0.2)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 50, 1), ("một hai", 50, 1), ("một hai ba bốn năm sáu bảy", 30, 2), ("a\nb\n", 50, 3), ("x" * 100, 30, 8)],
)
def test_lines_break_at_spaces_and_inside_words_that_are_too_long(text, width, lines):
    assert lines_needed(text, width, 12) == lines
