"""The id of an event never changes: subscribers recognise a repeat by it."""

from __future__ import annotations

import pytest

from shared.contracts.events.base import event_id, source_urn
from shared.ids import natural_id


def test_the_id_of_an_event_is_pinned():
    assert event_id(source_urn("pho-tay-ho", "evidence"), 7) == "33eafa66-df75-5f09-a124-809b1d64216e"


@pytest.mark.parametrize("sequence", [0, 1, 9, 10, 2**53])
@pytest.mark.parametrize("source", ["urn:kiemdinh:a:assessment", "urn:kiemdinh:trường:evidence", ""])
def test_an_event_id_is_the_natural_id_of_source_and_sequence(source, sequence):
    assert event_id(source, sequence) == str(natural_id("event", source, str(sequence)))
    assert event_id(source, sequence) == event_id(source, sequence)
