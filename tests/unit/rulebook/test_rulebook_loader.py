"""A rulebook loads whole or not at all, keeps its digest, and the one in force is found by day and kind of school."""

from __future__ import annotations

import datetime as dt
import unicodedata

import msgspec
import pytest
import yaml

from shared.rulebook import BrokenRulebook, UnknownRulebook, load_library
from shared.rulebook.document import RulebookDocument
from shared.rulebook.loader import Library, digest, from_document, from_file, from_tree, from_yaml, released
from shared.rulebook.model import Rulebook

IDS = [rb.id for rb in load_library()]


def tree(name: str = "v2026_tt57/pho_thong") -> dict:
    found: dict = msgspec.to_builtins(load_library().get(name).document)
    return found


def refused(changed: dict) -> str:
    with pytest.raises(BrokenRulebook) as error:
        from_tree(changed, "thu.yaml")
    return error.value.detail


def test_the_library_holds_the_three_regimes():
    assert IDS == [
        "v2018/mam_non",
        "v2018/tieu_hoc",
        "v2018/trung_hoc",
        "v2018_tt22/mam_non",
        "v2018_tt22/tieu_hoc",
        "v2018_tt22/trung_hoc",
        "v2026_tt57/mam_non",
        "v2026_tt57/pho_thong",
    ]
    assert len(load_library()) == 8
    assert load_library() is load_library()


def test_released_editions_keep_their_digests():
    found = {f"{rb.id}@{rb.edition}": rb.digest for rb in load_library().editions()}
    assert found == released()


@pytest.mark.parametrize("name", IDS)
def test_the_digest_depends_on_the_content_and_not_on_the_layout(name):
    rulebook = load_library().get(name)
    plain = msgspec.to_builtins(rulebook.document)
    backwards = dict(reversed(list(plain.items())))
    assert from_tree(backwards, "x").digest == rulebook.digest
    assert from_yaml(yaml.safe_dump(plain, allow_unicode=True), "x").digest == rulebook.digest
    plain["title"] += "."
    assert from_tree(plain, "x").digest != rulebook.digest


def test_a_word_in_another_normal_form_is_the_same_word():
    import unicodedata

    plain = tree()
    plain["title"] = unicodedata.normalize("NFD", plain["title"])
    assert from_tree(plain, "x").digest == load_library().get(plain["id"]).digest


def test_a_word_in_a_list_may_be_written_in_another_normal_form_too():
    rulebook = load_library().get("v2026_tt57/pho_thong")
    plain = msgspec.to_builtins(rulebook.document)
    schools = plain["applies_to"]["schools"]
    plain["applies_to"]["schools"] = [unicodedata.normalize("NFD", name) for name in schools]
    assert plain["applies_to"]["schools"] != schools
    assert from_tree(plain, "x").digest == rulebook.digest


def test_an_edition_is_found_by_its_digest():
    rulebook = load_library().get("v2018/mam_non")
    assert load_library().by_digest(rulebook.digest) is rulebook
    with pytest.raises(UnknownRulebook):
        load_library().by_digest("0" * 64)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UnknownRulebook) as error:
        load_library().get("v2099/mam_non")
    assert "v2026_tt57/pho_thong" in error.value.detail


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        ("mam_non", "2018-10-10", "v2018/mam_non"),
        ("tieu_hoc", "2025-01-24", "v2018/tieu_hoc"),
        ("thcs", "2025-01-25", "v2018_tt22/trung_hoc"),
        ("thpt", "2026-07-06", "v2018_tt22/trung_hoc"),
        ("nhieu_cap", "2026-07-07", "v2026_tt57/pho_thong"),
        ("tieu_hoc", "2040-01-01", "v2026_tt57/pho_thong"),
        ("mam_non", "2026-07-07", "v2026_tt57/mam_non"),
    ],
)
def test_the_day_and_the_kind_of_school_choose_the_regime(kind, on, expected):
    choice = load_library().choose(kind, dt.date.fromisoformat(on))
    assert choice.rulebook.id == expected
    assert choice.rulebook.circular in choice.because


def test_before_the_first_circular_and_for_other_kinds_nothing_governs():
    with pytest.raises(UnknownRulebook, match="10/10/2018"):
        load_library().choose("mam_non", dt.date(2018, 10, 9))
    with pytest.raises(UnknownRulebook, match="Không có bộ nào"):
        load_library().choose("dai_hoc", dt.date(2026, 8, 1))


def test_a_list_cut_short_computes_nothing():
    cut = tree()
    cut["standards"][0]["criteria"].pop()
    assert "counts.criteria: tệp ghi 15 nhưng nạp được 14" in refused(cut)
    empty = tree()
    empty["standards"] = []
    assert "standards" in refused(empty)


def test_a_lost_indicator_or_threshold_is_noticed():
    lost = tree("v2018/tieu_hoc")
    del lost["standards"][0]["criteria"][0]["levels"][1]["indicators"]["c"]
    assert "counts.indicators" in refused(lost)
    lost = tree("v2018/tieu_hoc")
    lost["standards"][0]["criteria"][2]["levels"][2]["indicators"]["a"]["thresholds"].pop()
    assert "counts.thresholds" in refused(lost)
    lost = tree()
    lost["standards"][0]["criteria"][2]["data_items"].pop()
    assert "counts.data_items" in refused(lost)


def test_a_file_that_holds_more_than_it_says_is_refused_too():
    for name in ("standards", "criteria", "mandatory", "others", "thresholds", "data_items"):
        said = tree("v2026_tt57/pho_thong")
        said["counts"][name] -= 1
        assert f"counts.{name}" in refused(said)


def test_a_criterion_that_lost_its_obligation_is_noticed():
    changed = tree()
    changed["standards"][0]["criteria"][2]["mandatory"] = False
    assert "counts.mandatory" in refused(changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t["standards"][1].update(number=1), "tiêu chuẩn 1 có 2 lần"),
        (lambda t: t["standards"][0]["criteria"][1].update(code="1.1"), "tiêu chí 1.1 có 2 lần"),
        (lambda t: t["standards"][0]["criteria"][1].update(code="9.2"), "không thuộc tiêu chuẩn 1"),
        (lambda t: t["rules"]["school"]["levels"].pop(2), "phải đủ các mức 1 đến 2"),
        (lambda t: t["rules"]["recognition"]["degrees"].update({3: 3}), "có mức không tồn tại"),
        (lambda t: t["rules"]["school"]["levels"][1].update(others_at_least=8), "đòi 8 tiêu chí còn lại nhưng chỉ có 7"),
        (lambda t: t["rules"]["school"]["levels"][1].update(mandatory=3), "đòi mức ngoài 1 đến 2"),
        (lambda t: t.update(levels=1), "phải đủ các mức 1 đến 1"),
        (lambda t: t.update(colour="red"), "colour"),
        (lambda t: t["standards"][0]["criteria"][0].update(short="x" * 35), "short"),
        (lambda t: t["in_force"].pop("source"), "in_force"),
        (lambda t: t["in_force"].update({"from": "hôm qua"}), "in_force.from"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_place(change, said):
    changed = tree()
    change(changed)
    assert said in refused(changed)


def test_a_level_beyond_the_highest_is_refused():
    changed = tree()
    levels = changed["standards"][0]["criteria"][0]["levels"]
    levels[3] = levels[2]
    changed["counts"]["indicators"][3] = 1
    assert "tiêu chí 1.1: có mức ngoài 1 đến 2" in refused(changed)


def test_what_is_repealed_cannot_be_asked_too():
    changed = tree("v2018_tt22/tieu_hoc")
    changed["repealed"].append({**changed["repealed"][0], "criterion": "1.1", "level": 1, "indicator": "a"})
    assert "1.1 Mức 1 a vừa bãi bỏ vừa còn xét" in refused(changed)


def test_broken_yaml_is_refused_by_name():
    for text, said in (("a: [", "không phải YAML"), ("a: 1\na: 2", "viết hai lần"), ("", "thu.yaml"), ("[1]", "thu.yaml")):
        with pytest.raises(BrokenRulebook, match=r"thu\.yaml") as error:
            from_yaml(text, "thu.yaml")
        assert said in error.value.detail


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BrokenRulebook):
        from_file(tmp_path / "không có.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenRulebook):
        from_file(tmp_path / "latin.yaml")
    (tmp_path / "good.yaml").write_text(yaml.safe_dump(tree(), allow_unicode=True), encoding="utf-8")
    assert from_file(tmp_path / "good.yaml").digest == load_library().get("v2026_tt57/pho_thong").digest


def changed_edition(edition: int, **fields) -> Rulebook:
    plain = tree()
    plain.update(edition=edition, **fields)
    return from_tree(plain, "x")


def test_a_newer_edition_governs_and_the_older_one_stays_to_be_found():
    first, second = changed_edition(1), changed_edition(2, title="Bản sửa")
    library = Library([second, first])
    assert library.get(first.id) is second
    assert library.by_digest(first.digest) is first
    assert [rb.edition for rb in library.editions()] == [1, 2]


def test_two_contents_cannot_be_the_same_edition():
    with pytest.raises(BrokenRulebook, match="ấn bản 1"):
        Library([changed_edition(1), changed_edition(1, title="Khác")])


def test_two_rulebooks_cannot_govern_the_same_school_on_the_same_day():
    other = changed_edition(1, id="v2027/pho_thong")
    with pytest.raises(BrokenRulebook, match="cùng có hiệu lực"):
        Library([changed_edition(1), other])


def test_a_document_and_its_rulebook_agree_on_the_digest():
    document = load_library().get("v2018/tieu_hoc").document
    assert isinstance(document, RulebookDocument)
    assert from_document(document, "x").digest == digest(document)
