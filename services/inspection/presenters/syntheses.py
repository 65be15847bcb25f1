"""How a synthesis is shown to those who read it: what was computed beside what people wrote."""

from __future__ import annotations

from collections.abc import Iterable

from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.counting_ground import CountedItem
from services.inspection.domain.year.numbers import MEANINGS
from services.inspection.views.year.reports_rows import SynthesisRow
from shared.contracts.calls.year.reports import ReportText
from shared.contracts.calls.year.syntheses import (
    CountedThing,
    MissingSchool,
    NumberView,
    ReportedFigureView,
    SchoolFigure,
    SendingView,
    StandingView,
    SynthesisNumberAnswer,
    SynthesisView,
)
from shared.text import vietnamese_key
from shared.vocabulary.ids import SchoolCode


def synthesis_view(row: SynthesisRow) -> SynthesisView:
    """Return a synthesis as it is shown."""
    drafted, names = row.drafted, names_of(row.drafted)
    return SynthesisView(
        id=drafted.synthesis,
        commune=drafted.commune,
        year=drafted.year,
        kind=drafted.kind,
        period=drafted.period,
        from_on=drafted.from_on,
        to_on=drafted.to_on,
        as_of=drafted.as_of,
        drafted_on=drafted.drafted_on,
        position=drafted.position,
        heard_position=drafted.heard_position,
        request=drafted.request,
        numbers=[_number(one.key, one.value) for one in drafted.numbers if one.key in MEANINGS],
        standings=[_standing(one) for one in drafted.standings],
        figures=[_figure(one, names) for one in drafted.figures],
        missing=[MissingSchool(school=school, name=names.get(school, school)) for school in missing_of(drafted)],
        sections=list(drafted.headings),
        texts=[ReportText(heading=one.heading, text=one.text) for one in row.texts],
        writings=row.writings,
        sent=[SendingView(to=one.to, number=one.number, sent_on=one.sent_on) for one in row.sent],
        changed_at=row.position,
        changed_on=row.changed_on,
    )


def number_answer(
    drafted: rf.SynthesisDrafted, key: str, value: int, things: Iterable[CountedItem]
) -> SynthesisNumberAnswer:
    """Return a number and what it counts, by school name and day."""
    names = names_of(drafted)
    told = [
        CountedThing(school=one.school, name=names.get(one.school, ""), thing=one.thing, on=one.on, amount=one.amount)
        for one in things
    ]
    told.sort(key=lambda one: (vietnamese_key(one.name), one.on.isoformat() if one.on else "", one.thing))
    return SynthesisNumberAnswer(number=_number(key, value), things=told)


def names_of(drafted: rf.SynthesisDrafted) -> dict[SchoolCode, str]:
    """Return what the schools were called when the synthesis was computed."""
    return {school.school: school.name for school in drafted.schools}


def missing_of(drafted: rf.SynthesisDrafted) -> list[SchoolCode]:
    """Return who had not sent, by name."""
    names = names_of(drafted)
    return sorted(drafted.missing, key=lambda school: vietnamese_key(names.get(school, "")))


def _number(key: str, value: int) -> NumberView:
    meaning = MEANINGS[key]
    return NumberView(
        key=key,
        group=meaning.group.value,
        label=meaning.label,
        unit=meaning.unit.value,
        value=value,
        counts=meaning.counts,
        page=meaning.page,
    )


def _standing(one: rf.SchoolStanding) -> StandingView:
    return StandingView(**{name: getattr(one, name) for name in StandingView.__struct_fields__})


def _figure(one: rf.GivenFigures, names: dict[SchoolCode, str]) -> ReportedFigureView:
    return ReportedFigureView(
        name=one.name,
        total=sum(value for _, value in one.given),
        given=[SchoolFigure(school=school, name=names.get(school, school), value=value) for school, value in one.given],
    )
