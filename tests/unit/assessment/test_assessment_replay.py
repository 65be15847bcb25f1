"""Replay of a school at a moment of both clocks: the order, the bounds, and that the past never changes."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.domain import facts as f
from services.assessment.domain import replay as replaying
from services.assessment.domain.awards import EXPIRED, REVOKED, VALID
from services.assessment.domain.replay import SchoolHistory, replay
from services.assessment.domain.school_assessment import assess
from shared.rulebook import load_library
from shared.vocabulary.assessment import GapKind, Layer, Result

LIBRARY = load_library()
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
KEY = TT57.keys[0]
OPENED = dt.date(2026, 9, 25)
FAR = dt.date(2099, 1, 1)


def result_of(state, key=KEY, layer=Layer.SCHOOL, cycle="2026-2027"):
    return state.cycles[cycle].results(layer).get(key, Result.NOT_ASSESSED)


def test_of_every_fact_it_is_said_what_it_does_to_a_school():
    assert set(replaying._APPLY) == set(f.FACTS._by_topic.values())


def test_what_holds_later_is_not_seen_on_an_earlier_day(log):
    log.register()
    log.open(TT57, OPENED)
    log.judge(KEY, "met", dt.date(2026, 10, 2))
    before = replay(log.entries, valid_at=dt.date(2026, 10, 1), known_at=99)
    after = replay(log.entries, valid_at=dt.date(2026, 10, 2), known_at=99)
    assert (result_of(before), result_of(after)) == (Result.NOT_ASSESSED, Result.MET)


def test_what_was_not_yet_recorded_is_not_known(log):
    log.register()
    log.open(TT57, OPENED)
    late = log.judge(KEY, "met", dt.date(2026, 10, 2), recorded=dt.date(2026, 11, 1))
    assert result_of(replay(log.entries, valid_at=FAR, known_at=late.position - 1)) is Result.NOT_ASSESSED
    assert result_of(replay(log.entries, valid_at=FAR, known_at=late.position)) is Result.MET


def test_a_late_report_about_an_earlier_day_does_not_overrule_a_later_day(log):
    log.register()
    log.open(TT57, OPENED)
    log.judge(KEY, "met", dt.date(2026, 10, 10))
    log.judge(KEY, "not_met", dt.date(2026, 10, 5), recorded=dt.date(2026, 11, 1))
    assert result_of(replay(log.entries, valid_at=FAR, known_at=99)) is Result.MET
    assert result_of(replay(log.entries, valid_at=dt.date(2026, 10, 7), known_at=99)) is Result.NOT_MET


def test_of_two_judgements_of_one_day_the_later_recorded_holds(log):
    log.register()
    log.open(TT57, OPENED)
    log.judge(KEY, "met", dt.date(2026, 10, 10))
    log.judge(KEY, "not_met", dt.date(2026, 10, 10))
    assert result_of(replay(log.entries, valid_at=FAR, known_at=99)) is Result.NOT_MET


def test_a_day_is_a_day_in_viet_nam(log):
    log.register()
    log.open(TT57, OPENED)
    logged = log.judge(KEY, "met", dt.date(2026, 10, 10))
    late_evening_utc = dt.datetime(2026, 10, 9, 17, 0, tzinfo=dt.UTC)
    meta = type(logged.entry.meta)(actor="a", occurred=late_evening_utc)
    entry = type(logged.entry)(
        originator_id=logged.entry.originator_id, originator_version=3, meta=meta, fact=logged.entry.fact
    )
    log.entries[-1] = type(logged)(logged.position, logged.recorded_at, entry, b"")
    assert result_of(replay(log.entries, valid_at=dt.date(2026, 10, 9), known_at=99)) is Result.NOT_ASSESSED
    assert result_of(replay(log.entries, valid_at=dt.date(2026, 10, 10), known_at=99)) is Result.MET


def test_a_school_registered_today_is_known_by_name_at_every_valid_day(log):
    log.register(dt.date(2026, 11, 1))
    log.open(TT57, OPENED)
    state = replay(log.entries, valid_at=OPENED, known_at=99)
    assert state.school is not None
    assert state.cycle() is not None


def test_before_it_was_registered_the_log_does_not_know_the_school(log):
    log.register()
    assert replay(log.entries, valid_at=FAR, known_at=0).school is None


def test_the_newest_cycle_opened_by_then_speaks_unless_one_is_named(log):
    log.register()
    log.open(LIBRARY.get("v2018/tieu_hoc"), dt.date(2024, 3, 1), cycle="2023-2024")
    log.open(TT57, OPENED)
    state = replay(log.entries, valid_at=FAR, known_at=99)
    assert state.cycle().opened.cycle == "2026-2027"
    assert state.cycle("2023-2024").opened.cycle == "2023-2024"
    assert state.cycle("2030-2031") is None
    assert replay(log.entries, valid_at=dt.date(2025, 1, 1), known_at=99).cycle().opened.cycle == "2023-2024"
    assert replay(log.entries, valid_at=dt.date(2020, 1, 1), known_at=99).cycle() is None


def test_a_judgement_told_of_a_cycle_not_open_yet_does_not_open_it(log):
    log.register()
    log.judge(KEY, "met", dt.date(2026, 9, 1))
    state = replay(log.entries, valid_at=FAR, known_at=99)
    assert state.cycle() is None
    assert state.cycle("2026-2027") is None


def test_citations_come_and_go_and_are_counted_by_document(log):
    log.register()
    log.open(TT57, OPENED)
    common = {"school": "TH-BC", "cycle": "2026-2027", "document": "d1", "code": "MC.1.1.01", "criterion": "1.1"}
    log.add(f.EvidenceLinked(**common), OPENED)
    log.add(f.EvidenceLinked(**common, level=1, indicator="-"), OPENED)
    log.add(f.EvidenceLinked(**(common | {"document": "d2"})), OPENED)
    gone = log.add(f.EvidenceUnlinked(**(common | {"document": "d2"})), dt.date(2026, 10, 1))
    before = replay(log.entries, valid_at=OPENED, known_at=99)
    after = replay(log.entries, valid_at=FAR, known_at=gone.position)
    assert before.cycles["2026-2027"].documents() == {"1.1": {"d1", "d2"}}
    assert after.cycles["2026-2027"].documents() == {"1.1": {"d1"}}


def grant(log, number: str, decided: dt.date, *, expires: dt.date | None = None, degree: int = 1):
    fact = f.RecognitionGranted(
        school="TH-BC",
        school_name="Trường Bản Chuông",
        number=number,
        degree=degree,
        certificate_degree=0,
        decided_on=decided,
        expires_on=expires or decided.replace(year=decided.year + 5),
        cycle="",
        rulebook=TT57.id,
        digest=TT57.digest,
    )
    return log.add(fact, decided)


def find(log, key, result, day: dt.date):
    criterion, level, indicator = key
    fact = f.FindingTaken(
        school="TH-BC",
        cycle="2026-2027",
        layer=Layer.COMMUNE,
        inspection="v",
        criterion=criterion,
        level=level,
        indicator=indicator,
        result=Result(result),
        found_on=day,
    )
    return log.add(fact, day)


def correct(log, number: str, on: dt.date):
    fact = f.RecognitionCorrected(
        school="TH-BC",
        number=number,
        what="expires_on",
        old="",
        new="2030-01-01",
        reason="x",
        document="d",
        corrected_on=on,
    )
    return log.add(fact, on)


def revoke(log, number: str, on: dt.date):
    return log.add(f.RecognitionRevoked(school="TH-BC", number=number, revoked_on=on, reason="x"), on)


def test_a_recognition_is_valid_through_its_last_day_and_expired_the_day_after(log):
    log.register()
    grant(log, "1", dt.date(2021, 3, 15))
    states = [replay(log.entries, valid_at=dt.date(2026, 3, day), known_at=99) for day in (15, 16)]
    assert [state.recognition().state for state in states] == [VALID, EXPIRED]


def test_a_revocation_holds_from_its_day(log):
    log.register()
    grant(log, "1", dt.date(2025, 3, 15))
    revoke(log, "1", dt.date(2026, 5, 1))
    days = (dt.date(2026, 4, 30), dt.date(2026, 5, 1))
    states = [replay(log.entries, valid_at=day, known_at=99) for day in days]
    assert [state.recognition().state for state in states] == [VALID, REVOKED]


def test_a_valid_recognition_counts_before_a_newer_one_that_was_revoked(log):
    log.register()
    grant(log, "1", dt.date(2024, 3, 15))
    grant(log, "2", dt.date(2025, 3, 15))
    revoke(log, "2", dt.date(2026, 5, 1))
    revoke(log, "không có", dt.date(2026, 5, 1))
    assert replay(log.entries, valid_at=FAR.replace(year=2027), known_at=99).recognition().granted.number == "1"
    assert replay(log.entries, valid_at=dt.date(2026, 1, 1), known_at=99).recognition().granted.number == "2"


def test_a_revoked_recognition_is_not_one_the_school_holds(log):
    log.register()
    grant(log, "1", dt.date(2025, 3, 15))
    revoke(log, "1", dt.date(2026, 5, 1))
    held = assess(replay(log.entries, valid_at=dt.date(2026, 1, 1), known_at=99), LIBRARY)
    gone = assess(replay(log.entries, valid_at=dt.date(2026, 8, 1), known_at=99), LIBRARY)
    assert held.facts.recognised is not None
    assert gone.facts.recognised is None


def test_a_fact_that_is_not_about_a_school_changes_nothing(log):
    log.add(f.CommuneRegistered(commune="NL01", name="Xã"), OPENED)
    assert replay(log.entries, valid_at=FAR, known_at=99).school is None


# --- the past never changes

DAYS = st.dates(dt.date(2026, 9, 20), dt.date(2026, 12, 31))
RESULTS = st.sampled_from(list(Result)[:3])
KEYS = st.sampled_from(TT57.keys[:6])


def _conftest():
    path = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("assessment_builders", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BUILD = _conftest()


WHATS = (
    "judge",
    "condition",
    "link",
    "unlink",
    "submit",
    "grant",
    "revoke",
    "open",
    "describe",
    "answer",
    "withdraw",
    "reopen",
)


@st.composite
def happenings(draw):
    what = draw(
        st.sampled_from(
            ["judge", "condition", "link", "unlink", "submit", "grant", "revoke", "open", "describe", "answer", "withdraw"]
        )
    )
    named = "judge condition link unlink submit find grant correct revoke open describe"
    what = draw(st.sampled_from(named.split()))
    return what, draw(KEYS), draw(RESULTS), draw(st.sampled_from(list(Layer))), draw(st.integers(1, 3)), draw(DAYS)


def _gap(key):
    place = {"criterion": key[0], "level": key[1], "indicator": key[2]}
    return {"school": "TH-BC", "cycle": "2026-2027", "kind": GapKind.NO_EVIDENCE, **place}


def apply_happening(log, happening) -> None:
    what, key, result, layer, number, day = happening
    cycle = "2026-2027"
    citation = {"school": "TH-BC", "cycle": cycle, "document": f"d{number}", "code": "MC.1.1.01", "criterion": key[0]}
    match what:
        case "judge":
            log.judge(key, result, day, layer=layer)
        case "condition":
            log.add(f.ConditionsStated(school="TH-BC", conditions={"years_of_activity": number}, on=day), day)
        case "link":
            log.add(f.EvidenceLinked(**citation), day)
        case "unlink":
            log.add(f.EvidenceUnlinked(**citation), day)
        case "submit":
            log.add(f.SelfAssessmentSubmitted(school="TH-BC", cycle=cycle, submitted_on=day), day)
        case "grant":
            grant(log, str(number), day)
        case "revoke":
            revoke(log, str(number), day)
        case "answer":
            log.add(f.GapAnswered(**_gap(key), reason=f"Lý do số {number}"), day)
        case "withdraw":
            log.add(f.GapAnswerWithdrawn(**_gap(key)), day)
        case "reopen":
            log.open(TT57, day, cycle=f"2026-2027.{number + 1}", reopens="2026-2027")
        case "find":
            find(log, key, result, day)
        case "correct":
            correct(log, str(number), day)
        case "open":
            log.open(TT57, day, cycle=f"2026-2027.{number + 1}")
        case _:
            log.add(f.CriterionDescribed(school="TH-BC", cycle=cycle, criterion=key[0], strengths=str(number)), day)


def picture(entries, valid_at: dt.date, known_at: int):
    """Return everything an answer could be made of."""
    state = replay(entries, valid_at=valid_at, known_at=known_at)
    held = state.recognition()
    cycles = {
        name: (
            cycle.opened,
            cycle.submitted,
            cycle.judged,
            cycle.descriptions,
            cycle.citations,
            cycle.answers,
            cycle.drafts,
            cycle.visits,
        )
        for name, cycle in state.cycles.items()
    }
    spoken = state.cycle()
    level = assess(state, LIBRARY).evaluation(Layer.SCHOOL).school if state.school else None
    return (
        state.school,
        state.conditions,
        state.stated,
        cycles,
        state.codes,
        list(state.awards),
        state.applied,
        held,
        spoken.opened if spoken else None,
        level,
    )


@pytest.mark.slow
@settings(max_examples=150)
@given(before=st.lists(happenings(), max_size=15), later=st.lists(happenings(), min_size=1, max_size=15), valid_at=DAYS)
def test_a_state_never_changes_when_later_events_arrive_back_dated_or_not(before, later, valid_at):
    log = BUILD.LogBuilder()
    log.register()
    log.open(TT57, OPENED)
    for happening in before:
        apply_happening(log, happening)
    known_at = log.entries[-1].position
    answered = picture(log.entries, valid_at, known_at)
    for happening in later:
        apply_happening(log, happening)
    assert picture(log.entries, valid_at, known_at) == answered


@settings(max_examples=60)
@given(told=st.lists(happenings(), max_size=20), moments=st.lists(st.tuples(DAYS, st.integers(0, 25)), max_size=4))
def test_one_history_replayed_at_many_moments_gives_what_a_fresh_replay_gives(told, moments):
    log = BUILD.LogBuilder()
    log.register()
    log.open(TT57, OPENED)
    for happening in told:
        apply_happening(log, happening)
    half = len(log.entries) // 2
    history = SchoolHistory(log.entries[:half]).extended(log.entries[half:])
    for valid_at, known_at in moments:
        seen = history.at(valid_at, known_at)
        visible = history.visible(valid_at, known_at)
        assert [logged.position for logged in visible] == seen.applied
        assert seen.applied == replay(visible, valid_at=valid_at, known_at=known_at).applied
        assert seen.conditions == replay(visible, valid_at=valid_at, known_at=known_at).conditions


@settings(max_examples=40)
@given(results=st.dictionaries(st.sampled_from(TT57.keys), RESULTS, min_size=2), order=st.randoms(use_true_random=False))
def test_the_order_of_judgements_of_different_indicators_within_a_day_does_not_matter(results, order):
    shuffled = list(results.items())
    order.shuffle(shuffled)
    seen = []
    for judgements in (list(results.items()), shuffled):
        log = BUILD.LogBuilder()
        log.register()
        log.open(TT57, OPENED)
        for key, result in judgements:
            log.judge(key, result, OPENED)
        state = replay(log.entries, valid_at=FAR, known_at=999)
        seen.append((state.cycles["2026-2027"].results(Layer.SCHOOL), assess(state, LIBRARY).evaluation(Layer.SCHOOL)))
    assert seen[0] == seen[1]


def test_what_a_visit_found_is_a_draft_and_no_result_of_its_layer(log):
    log.register()
    log.open(TT57, OPENED)
    find(log, KEY, "not_met", OPENED)
    state = replay(log.entries, valid_at=FAR, known_at=99)
    assert result_of(state, layer=Layer.COMMUNE) is Result.NOT_ASSESSED
    assert list(state.cycles["2026-2027"].drafts["v"]) == [KEY]


@pytest.mark.parametrize("layer", list(Layer))
def test_layers_are_never_merged(log, layer):
    log.register()
    log.open(TT57, OPENED)
    log.judge(KEY, "met", OPENED, layer=layer)
    state = replay(log.entries, valid_at=FAR, known_at=99)
    assert {each: result_of(state, layer=each) for each in Layer if each is not layer} == {
        each: Result.NOT_ASSESSED for each in Layer if each is not layer
    }
    assert result_of(state, layer=layer) is Result.MET
