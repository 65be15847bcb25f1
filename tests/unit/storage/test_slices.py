"""Ids are asked for in questions that either database takes."""

import pytest

from shared.storage.slices import slices


@pytest.mark.parametrize("number", [0, 1, 500, 501, 1_700])
def test_every_value_is_in_one_question_once_and_in_order(number):
    values = [f"{one:05}" for one in range(number)]

    asked = list(slices([*reversed(values), *values]))

    assert [one for some in asked for one in some] == values
    assert all(0 < len(some) <= 500 for some in asked)
