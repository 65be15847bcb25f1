"""The linter finds what a person would rely on wrongly, in the packaged rulebooks and in drafts; the docs are current."""

# ruff: noqa: E501 - one fault a line
from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.rulebook import load_library
from shared.rulebook.docs import low_confidence, page
from shared.rulebook.lint import lint
from shared.rulebook.loader import from_tree, released
from shared.rulebook.model import Rulebook

LIBRARY = load_library()


def changed(name: str, change) -> Rulebook:
    tree = msgspec.to_builtins(LIBRARY.get(name).document)
    change(tree)
    return from_tree(tree, "x")


def faults(rulebook: Rulebook) -> list[tuple[str, str]]:
    return [(f.where, f.what) for f in lint([rulebook], {f"{rulebook.id}@{rulebook.edition}": rulebook.digest})]


def test_the_packaged_rulebooks_have_no_fault():
    assert lint(LIBRARY.editions(), released()) == []


PHO_THONG = "v2026_tt57/pho_thong"


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        (PHO_THONG, lambda t: t["forms"][0].update(source="nghe nói"), "forms.bao_cao_tdg"),
        (PHO_THONG, lambda t: t["rules"]["validity"].update(source="TT17/2018 Đ38"), "rules.validity"),
        (PHO_THONG, lambda t: t["in_force"].update(to="2020-01-01"), "in_force"),
        (PHO_THONG, lambda t: t["circulars"][0].update(issued="2027-01-01"), "circulars"),
        (PHO_THONG, lambda t: t["applies_to"]["kinds"].append("dai_hoc"), "applies_to.kinds"),
        (PHO_THONG, lambda t: t["rules"]["recognition"].update(degrees={1: 2, 2: 1}), "rules.recognition.degrees"),
        (PHO_THONG, lambda t: t["rules"]["recognition"]["conditions"][1].update(id="cohort_completed"), "rules.recognition.conditions"),
        (PHO_THONG, lambda t: t["rules"]["school"]["levels"][1].update(mandatory=2), "rules.school.levels.1"),
        (PHO_THONG, lambda t: t["rules"]["school"]["levels"][2].update(mandatory=0, others_at_least=0, rest=0), "rules.school.levels.1"),
        (PHO_THONG, lambda t: t["rules"]["school"]["levels"][1].update(mandatory=0, others_at_least=0), "rules.school"),
        (PHO_THONG, lambda t: t["evidence_code"].update(pattern="MC.{number}"), "evidence_code.pattern"),
        (PHO_THONG, lambda t: t["evidence_code"].update(pattern="MC.{nothing}"), "evidence_code.pattern"),
        (PHO_THONG, lambda t: t["evidence_code"].update(separator="; "), "evidence_code.example"),
        (PHO_THONG, lambda t: t["standards"][0]["criteria"][2]["data_items"][0].update(figure="PT.1.4.Q09"), "1.3.data_items"),
        ("v2018_tt22/tieu_hoc", lambda t: t["repealed"][0].update(criterion="9.9"), "repealed.9.9.2.a"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(name, change, where):
    assert where in [place for place, _ in faults(changed(name, change))]


def threshold(**change):
    def apply(tree):
        tree["standards"][0]["criteria"][2]["levels"][2]["indicators"]["a"]["thresholds"][0].update(change)

    return apply


@pytest.mark.parametrize(
    "change",
    [threshold(value=None), threshold(op="non_decreasing"), threshold(binding=False)],
    ids=["none", "op", "binding"],
)
def test_a_threshold_that_says_nothing_must_say_why(change):
    (fault,) = faults(changed("v2018/tieu_hoc", change))
    assert fault[0] == "1.3 Mức 2 a.thresholds.to_chuc_dang_so_nam_hoan_thanh_tot"


def test_a_criterion_that_a_gap_makes_unreachable_is_found():
    def cut(tree):
        del tree["standards"][0]["criteria"][0]["levels"][1]["indicators"]["c"]
        tree["counts"]["indicators"][1] -= 1

    assert faults(changed("v2018/tieu_hoc", cut)) == []


def test_content_changed_under_a_released_edition_is_found():
    rulebook = changed(PHO_THONG, lambda t: t.update(title="Khác"))
    (fault,) = lint([rulebook], {f"{PHO_THONG}@1": LIBRARY.get(PHO_THONG).digest})
    assert (fault.where, "đã đổi" in fault.what) == ("edition", True)


def test_an_edition_not_written_down_or_lost_is_found():
    rulebook = LIBRARY.get(PHO_THONG)
    assert [f.where for f in lint([rulebook], {})] == ["edition"]
    lost = lint([rulebook], {f"{PHO_THONG}@1": rulebook.digest, "v1999/x@1": "0"})
    assert [(f.rulebook, f.where) for f in lost] == [("v1999/x@1", "editions.yaml")]


def test_overlapping_intervals_are_found():
    other = changed(PHO_THONG, lambda t: t.update(id="v2027/pho_thong"))
    findings = lint([LIBRARY.get(PHO_THONG), other], {f"{rb.id}@1": rb.digest for rb in (LIBRARY.get(PHO_THONG), other)})
    assert [f.where for f in findings] == ["in_force"]
    assert "thcs" in findings[0].what


def test_the_page_of_rulebooks_is_current():
    written = Path("docs/rulebooks.md").read_text(encoding="utf-8")
    assert written == page(LIBRARY), "chạy lại: python -m shared.rulebook.docs"


def test_what_is_only_remembered_or_inferred_is_counted():
    assert low_confidence(LIBRARY.get("v2018_tt22/tieu_hoc")) > low_confidence(LIBRARY.get("v2018/tieu_hoc"))
