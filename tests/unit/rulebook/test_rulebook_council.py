"""What each circular asks of a council: read from its own sentences, so that no other rulebook asks it."""

from __future__ import annotations

import pytest

from shared.rulebook import load_library
from shared.rulebook.council import (
    asks_one_secretary,
    asks_task_in_writing,
    council_sentences,
    plan_form,
    plans_with_groups,
    prefers_trained_members,
)
from shared.vocabulary.self_assessment import GroupKind

BOOKS = {rulebook.id: rulebook for rulebook in load_library()}


@pytest.mark.parametrize("name", BOOKS)
def test_one_secretary_a_written_task_and_training_are_asked_by_the_circular_of_2026_alone(name):
    of_2026 = BOOKS[name].regime == "v2026_tt57"
    for asks in (asks_one_secretary, asks_task_in_writing, prefers_trained_members):
        assert asks(BOOKS[name]) is of_2026


@pytest.mark.parametrize("name", BOOKS)
def test_the_form_of_a_plan_and_its_groups_are_of_the_circulars_of_2018(name):
    of_2018 = BOOKS[name].regime != "v2026_tt57"
    assert plans_with_groups(BOOKS[name]) is of_2018
    assert (plan_form(BOOKS[name]) is not None) is of_2018


def test_every_kind_of_group_has_a_size_by_custom():
    assert set(council_sentences().group_sizes.sizes) == {kind.value for kind in GroupKind}
