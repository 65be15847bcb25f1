"""Facets of requirements: where they may stand, who defines them, what the circular's guidance suggests."""

from __future__ import annotations

import pytest

from services.assessment.errors import NotYourDuty
from shared.contracts.calls import council as calls
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from tests.unit.assessment.council_kit import STRANGER, CouncilOffice, caller, person

FACET = calls.FacetEntry(
    text="Phù hợp mục tiêu giáo dục",
    question="Chiến lược có phù hợp mục tiêu không?",
    evidence="Chiến lược phát triển",
    where="Văn phòng",
    note="Bản ký",
)


@pytest.fixture
def old(office):
    place = CouncilOffice(office.with_school(), office.with_cycle(rulebook="v2018_tt22/tieu_hoc"))
    place.set_up()
    return place


def at(view, level, indicator):
    return next(one for one in view.indicators if (one.level, one.indicator) == (level, indicator))


def test_facets_stand_at_their_indicator_with_what_it_requires(old):
    position = old.define(FACET).position
    view = old.facets()
    shown = at(view, 1, "a")
    assert (shown.facets, shown.position) == ([FACET], position)
    assert shown.requirement == old.rulebook.criteria["1.1"].levels[1].indicators[0].text
    assert (at(view, 1, "b").facets, at(view, 1, "b").position) == ([], 0)


def test_a_level_as_a_whole_has_facets_of_its_own(old):
    old.define(FACET, indicator="")
    assert at(old.facets(), 1, "").facets == [FACET]


def test_the_same_again_records_nothing_and_none_takes_them_away(old):
    position = old.define(FACET).position
    assert old.define(FACET).position == position == old.head_position
    old.define()
    assert at(old.facets(), 1, "a").facets == []


@pytest.mark.parametrize(("level", "indicator"), [(7, "a"), (1, "z")])
def test_facets_stand_only_where_the_circular_asks_something(old, level, indicator):
    with pytest.raises(NoSuchCriterion):
        old.define(FACET, level=level, indicator=indicator)


def test_facets_are_of_a_level_say_something_and_are_not_too_many(old):
    for wrong in (
        lambda: old.define(FACET, level=0, indicator=""),
        lambda: old.define(calls.FacetEntry(text=" ")),
        lambda: old.define(*[FACET] * 51),
    ):
        with pytest.raises(BadRequest):
            wrong()


def test_members_of_the_council_and_of_the_group_define_facets_and_nobody_else(old):
    old.form(others=(50,))
    old.assign(calls.Assignment(criterion="1.1", group="nhom-1"))
    old.define(FACET, acting=caller(50))
    for acting, criterion in ((STRANGER, "1.1"), (caller(50), "1.2")):
        with pytest.raises(NotYourDuty):
            old.define(FACET, criterion=criterion, acting=acting)


def test_while_no_council_is_set_up_the_schools_writers_define_them(office):
    place = CouncilOffice(office.with_school(), office.with_cycle())
    place.define(FACET, indicator="-", acting=STRANGER)
    assert at(place.facets(), 1, "-").facets == [FACET]


def test_what_the_guidance_names_is_a_suggestion(office):
    place = CouncilOffice(office.with_school(kind="mam_non"), office.with_cycle())
    hinted = next(one for one in place.rulebook.criteria.values() if one.evidence_hints)
    suggestions = place.facets(hinted.code).suggestions
    assert [one.evidence for one in suggestions] == list(hinted.evidence_hints)
    assert {one.mark for one in suggestions} == {"gợi ý"}
    with pytest.raises(NoSuchCriterion):
        place.facets("9.9")


def test_who_is_asked_about_is_told_by_id_alone(old):
    assert person(3) == old.view().members[2].person
    assert {(member.name, member.login) for member in old.view().members} == {("", "")}
