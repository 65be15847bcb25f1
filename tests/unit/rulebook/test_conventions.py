"""Settings where the law is silent: each says how sure it is, and the days fall where a school year puts them."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.rulebook import load_library
from shared.rulebook.conventions import conventions, dossier_of, last_day_of


def test_every_setting_says_how_sure_it_is_and_from_where():
    settings = conventions()
    for setting in (settings.voting, settings.review_days, *settings.last_days, *settings.dossiers):
        assert setting.note
        assert setting.source
    assert settings.voting.text.startswith("Quy ước")


def test_a_last_day_is_of_a_deadline_that_the_rulebooks_of_its_regime_have():
    for rule in conventions().last_days:
        of_regime = [rulebook for rulebook in load_library().editions() if rulebook.regime == rule.regime]
        assert of_regime
        for rulebook in of_regime:
            deadline = next(one for one in rulebook.deadlines if one.id == rule.deadline)
            assert f"{rule.day}/{rule.month}" in deadline.when
            assert deadline.source == rule.source


@pytest.mark.parametrize(
    ("regime", "deadline", "day"),
    [
        ("v2026_tt57", "phe_duyet_bao_cao", dt.date(2027, 6, 15)),
        ("v2018", "phe_duyet_bao_cao", None),
        ("v2026_tt57", "cong_khai", None),
    ],
)
def test_a_last_day_lies_in_the_second_half_of_the_school_year(regime, deadline, day):
    assert last_day_of(regime, deadline, "2026-2027") == day


def test_a_dossier_is_of_regimes_that_there_are_and_unknown_where_nothing_was_found():
    known = {rulebook.regime for rulebook in load_library().editions()}
    for dossier in conventions().dossiers:
        assert set(dossier.regimes) <= known
    assert dossier_of("v2018_tt22").report_copies == 2
    assert dossier_of("v2026_tt57") is None
