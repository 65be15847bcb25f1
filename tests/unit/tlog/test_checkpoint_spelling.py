"""A note that says the same in other letters is no note of ours: bits that carry nothing may not be flipped unseen."""

from __future__ import annotations

import pytest

from shared.tlog.checkpoint import BadNote, _decode


def test_base64_is_taken_only_as_an_encoder_writes_it():
    assert _decode("AAE=") == b"\0\1"
    for other in ("AAF=", "AAG=", "AAH="):
        with pytest.raises(BadNote):
            _decode(other)
