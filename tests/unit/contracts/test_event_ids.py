"""The id of an event never changes: subscribers recognise a repeat by it."""

from __future__ import annotations

import pytest

from shared.contracts.events.base import event_id, source_urn
from shared.ids import natural_id


def test_the_id_of_an_event_is_pinned():
    assert event_id(source_urn("pho-tay-ho", "evidence"), 7) == "33eafa66-df75-5f09-a124-809b1d64216e"


@pytest.mark.parametrize(
    ("source", "sequence", "known"),
    [
        ("urn:kiemdinh:trường:evidence", 2**53, "f0c7d010-eb18-56bc-995f-56fcf4e0bf4a"),
        ("", 0, "4ce90abd-f6ed-5133-b771-34631f859233"),
    ],
)
def test_ids_that_subscribers_have_seen_stay_what_they_were(source, sequence, known):
    assert event_id(source, sequence) == known
    assert event_id(source, sequence) == str(natural_id("event", source, str(sequence)))
