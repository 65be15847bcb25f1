"""The school's stream: what it accepts, what it refuses, and with which words."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment import errors
from services.assessment.domain import facts as f
from services.assessment.domain import streams
from services.assessment.domain.awards import ABOUT_AWARDS
from services.assessment.domain.school import Citation, Commune, IndicatorVerdict, School
from services.assessment.domain.stream_kinds import StreamKind
from services.assessment.domain.streams import commune_stream
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import RecordedEvent
from shared.problems import BadRequest
from shared.rulebook import load_library
from shared.rulebook import problems as rulebook_problems
from shared.vocabulary.assessment import AwardKind, Layer, Result, SchoolKind

LIBRARY = load_library()
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
OLD = LIBRARY.get("v2018/mam_non")
OPENED = dt.date(2026, 9, 25)


def meta(day: dt.date = OPENED, command: str = "") -> EventMetadata:
    return EventMetadata(
        actor="account-1", occurred=dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC), command=command
    )


def school(kind: SchoolKind = SchoolKind.PRIMARY) -> School:
    made = School()
    made.register("TH-BC", "Trường Bản Chuông", kind, "NL01", [], meta())
    return made


def with_cycle(rulebook=TT57) -> School:
    made = school()
    made.open_cycle("2026-2027", OPENED, rulebook, meta(), named=False)
    return made


def recorded(stream) -> list[str]:
    return [entry.fact.TOPIC.partition(".")[2] for entry in stream.collect_events()]


def judge(made: School, key, result=Result.MET, *, expected=None, day=OPENED, note="", rulebook=TT57, command=""):
    one = IndicatorVerdict(key=key, result=result, note=note, expected=expected)
    made.judge("2026-2027", [one], day, rulebook, meta(day, command))


def test_a_commune_is_registered_once_and_may_be_renamed():
    commune = Commune(commune_stream("NL01"))
    for name in ("Xã Nà Lừa", "Xã Nà Lừa", "Xã Nà Lừa mới"):
        (commune.rename if commune.name else commune.register)("NL01", name, meta())
    assert recorded(commune) == ["commune-registered", "commune-registered"]


def test_a_school_registered_again_is_not_recorded_again():
    made = school()
    made.register("TH-BC", "Trường Bản Chuông", SchoolKind.PRIMARY, "NL01", [], meta())
    assert recorded(made) == ["school-registered"]


def test_a_school_may_be_renamed_but_its_code_is_not_given_to_another():
    made = school()
    made.rename("Trường mới", meta())
    assert made.name == "Trường mới"
    with pytest.raises(errors.AlreadyRegistered, match="Mã TH-BC đã dùng cho Trường mới"):
        made.register("TH-BC", "Trường khác", SchoolKind.PRIMARY, "NL01", [], meta())
    with pytest.raises(errors.AlreadyRegistered, match="Mã TH-BC đã dùng cho Trường mới"):
        made.register("TH-BC", "Trường mới", SchoolKind.KINDERGARTEN, "NL01", [], meta())


def test_a_school_that_was_never_registered_refuses_everything():
    with pytest.raises(errors.NoSuchSchool):
        School().state_conditions({}, OPENED, meta())


def test_only_conditions_that_differ_are_recorded():
    made = school()
    made.state_conditions({"cohort_completed": True, "years_of_activity": 12}, OPENED, meta())
    made.state_conditions({"cohort_completed": True, "years_of_activity": 13}, OPENED, meta())
    made.state_conditions({"cohort_completed": True, "years_of_activity": 13}, OPENED, meta())
    stated = [e.fact.conditions for e in made.collect_events() if isinstance(e.fact, f.ConditionsStated)]
    assert stated == [{"cohort_completed": True, "years_of_activity": 12}, {"years_of_activity": 13}]


@pytest.mark.parametrize(
    "wrong", [{"sunny": True}, {"cohort_completed": 1}, {"years_of_activity": True}, {"years_of_activity": -1}]
)
def test_a_condition_of_unknown_name_or_wrong_type_is_refused(wrong):
    with pytest.raises(BadRequest, match="cohort_completed"):
        school().state_conditions(wrong, OPENED, meta())


def test_opening_the_open_cycle_of_a_year_again_gives_that_cycle():
    made = with_cycle()
    assert made.open_cycle("2026-2027", OPENED, OLD, meta(), named=False) == "2026-2027"
    assert recorded(made) == ["school-registered", "cycle-opened"]


def test_a_cycle_under_another_rulebook_is_opened_only_when_it_is_asked_for_by_name():
    made = with_cycle()
    assert made.open_cycle("2026-2027", OPENED, OLD, meta(), named=True) == "2026-2027.2"
    assert made.open_cycle("2026-2027", OPENED, OLD, meta(), named=True) == "2026-2027.2"


def test_after_submission_the_year_gets_a_further_version():
    made = with_cycle()
    made.submit("2026-2027", OPENED, meta())
    assert made.open_cycle("2026-2027", OPENED, TT57, meta(), named=False) == "2026-2027.2"


def test_submission_is_recorded_once_and_closes_the_schools_layer():
    made = with_cycle()
    made.submit("2026-2027", OPENED, meta())
    made.submit("2026-2027", OPENED, meta())
    assert recorded(made).count("self-assessment-submitted") == 1
    place = Citation("d1", "1.1", 0, "")
    attempts = [
        lambda: judge(made, TT57.keys[0]),
        lambda: made.code_evidence("2026-2027", "d1", "1.1", TT57, meta(), title="", box=1, number=0),
        lambda: made.link_evidence("2026-2027", place, TT57, meta()),
        lambda: made.unlink_evidence("2026-2027", place, TT57, meta()),
        lambda: made.describe_criterion(
            f.CriterionDescribed(school="TH-BC", cycle="2026-2027", criterion="1.1"), TT57, meta()
        ),
    ]
    for attempt in attempts:
        with pytest.raises(errors.AlreadySubmitted, match="đã trình ngày 25/9/2026") as refused:
            attempt()
        assert refused.value.to_document()["submitted_on"] == "2026-09-25"


def test_nothing_holds_before_the_cycle_was_opened():
    made = with_cycle()
    with pytest.raises(errors.DateRefused, match="trước ngày mở đợt"):
        judge(made, TT57.keys[0], day=dt.date(2026, 9, 24))
    with pytest.raises(errors.DateRefused):
        made.submit("2026-2027", dt.date(2026, 9, 24), meta())


def test_a_cycle_that_does_not_exist_is_refused():
    with pytest.raises(errors.NoSuchCycle, match="không có đợt"):
        judge(school(), TT57.keys[0])


# --- evidence


def code(made: School, document: str, criterion="1.1", *, number=0, rulebook=TT57, cycle="2026-2027", box=1) -> str:
    return made.code_evidence(cycle, document, criterion, rulebook, meta(), title="", box=box, number=number)


def test_codes_follow_the_pattern_and_take_the_next_free_number():
    made = with_cycle()
    assert [code(made, "d1"), code(made, "d2"), code(made, "d3", "1.2")] == ["MC.1.1.01", "MC.1.1.02", "MC.1.2.01"]


def test_a_document_keeps_its_first_code():
    made = with_cycle()
    first = code(made, "d1")
    assert code(made, "d1", "1.2", number=7) == first


def test_a_number_is_free_until_it_is_taken_and_never_again():
    made = with_cycle()
    assert code(made, "d1", number=2) == "MC.1.1.02"
    assert [code(made, "d2"), code(made, "d3")] == ["MC.1.1.01", "MC.1.1.03"]
    with pytest.raises(errors.CodeTaken, match=r"MC\.1\.1\.02 đã cấp"):
        code(made, "d4", number=2)


def test_under_a_rulebook_with_another_pattern_a_document_gets_a_code_of_that_pattern_beside_the_first():
    made = with_cycle()
    made.open_cycle("2026-2027", OPENED, OLD, meta(), named=True)
    assert code(made, "d1") == "MC.1.1.01"
    assert code(made, "d1", rulebook=OLD, cycle="2026-2027.2", box=3) == "H3-1.1-01"
    assert code(made, "d1") == "MC.1.1.01"


def test_a_code_needs_a_criterion_of_the_rulebook():
    with pytest.raises(rulebook_problems.NoSuchCriterion, match=r"TT57/2026 không có tiêu chí 5\.5"):
        code(with_cycle(), "d1", "5.5")


def test_a_citation_needs_a_code_and_a_place_in_the_rulebook():
    made = with_cycle()
    with pytest.raises(errors.NotCoded, match="Cấp mã trước"):
        made.link_evidence("2026-2027", Citation("d1", "1.1", 0, ""), TT57, meta())
    code(made, "d1")
    for wrong in (("9.9", 0, ""), ("1.1", 7, ""), ("1.1", 7, "-"), ("1.1", 1, "zz"), ("1.1", 0, "-")):
        with pytest.raises(rulebook_problems.NoSuchCriterion):
            made.link_evidence("2026-2027", Citation("d1", *wrong), TT57, meta())


def test_a_citation_is_recorded_once_and_can_be_taken_back_once():
    made = with_cycle()
    code(made, "d1")
    place = Citation("d1", "1.1", 1, "-")
    made.collect_events()
    made.link_evidence("2026-2027", place, TT57, meta())
    made.link_evidence("2026-2027", place, TT57, meta())
    made.unlink_evidence("2026-2027", place, TT57, meta(command="c-1"))
    made.unlink_evidence("2026-2027", place, TT57, meta(command="c-1"))
    assert recorded(made) == ["evidence-linked", "evidence-unlinked"]
    with pytest.raises(errors.NotLinked, match=r"không gắn ở tiêu chí 1\.1"):
        made.unlink_evidence("2026-2027", place, TT57, meta())


# --- judging


def test_the_same_judgement_on_the_same_day_is_recorded_once():
    made = with_cycle()
    judge(made, TT57.keys[0])
    judge(made, TT57.keys[0])
    assert recorded(made).count("indicator-judged") == 1


def test_a_repeated_back_dated_judgement_is_recorded_once():
    made = with_cycle()
    judge(made, TT57.keys[0], day=dt.date(2026, 10, 5))
    for _ in range(2):
        judge(made, TT57.keys[0], Result.NOT_MET, day=dt.date(2026, 10, 1))
    assert recorded(made).count("indicator-judged") == 2


def test_a_repeat_of_the_same_command_does_not_meet_its_own_change():
    made = with_cycle()
    for _ in range(2):
        judge(made, TT57.keys[0], expected=0, command="c-7")
    assert recorded(made).count("indicator-judged") == 1


def test_a_judgement_of_something_that_was_changed_meanwhile_is_refused_and_says_what_changed():
    made = with_cycle()
    judge(made, TT57.keys[0], Result.NOT_MET, note="thiếu", day=dt.date(2026, 10, 1))
    with pytest.raises(
        errors.ChangedMeanwhile, match=r"Có người đã sửa tiêu chí 1\.1 Mức.1 lúc 10:00 ngày 01/10/2026"
    ) as refused:
        judge(made, TT57.keys[0], expected=0, day=dt.date(2026, 10, 2))
    assert refused.value.data["changed"] == [
        {"criterion": "1.1", "level": 1, "indicator": "-", "result": "not_met", "note": "thiếu"}
    ]
    assert recorded(made).count("indicator-judged") == 1


def test_a_change_told_with_a_day_only_is_named_without_a_time():
    made = with_cycle()
    midnight = dt.datetime(2026, 9, 30, 17, 0, tzinfo=dt.UTC)
    one = IndicatorVerdict(key=TT57.keys[0], result=Result.MET)
    made.judge("2026-2027", [one], OPENED, TT57, EventMetadata(actor="a", occurred=midnight))
    with pytest.raises(errors.ChangedMeanwhile, match=r"Mức.1 ngày 01/10/2026\."):
        judge(made, TT57.keys[0], expected=0, day=dt.date(2026, 10, 2))


def test_a_judgement_that_was_expected_but_is_not_there_is_a_change_too():
    with pytest.raises(errors.ChangedMeanwhile) as refused:
        judge(with_cycle(), TT57.keys[0], expected=5)
    assert refused.value.data["changed"][0]["result"] == "not_assessed"


def test_a_judgement_with_the_position_seen_is_taken():
    made = with_cycle()
    judge(made, TT57.keys[0])
    judge(made, TT57.keys[0], Result.NOT_MET, expected=3)
    assert recorded(made).count("indicator-judged") == 2


def test_what_was_judged_later_about_an_earlier_day_is_not_the_judgement_in_effect():
    made = with_cycle()
    judge(made, TT57.keys[0], day=dt.date(2026, 10, 5))
    seen = 3  # after the registration and the opening
    judge(made, TT57.keys[0], Result.NOT_MET, day=dt.date(2026, 10, 1))
    judge(made, TT57.keys[0], Result.NOT_MET, expected=seen, day=dt.date(2026, 10, 6))
    assert recorded(made).count("indicator-judged") == 3


def test_one_wrong_judgement_keeps_the_whole_call_out():
    made = with_cycle()
    good, wrong = (
        IndicatorVerdict(key=TT57.keys[0], result=Result.MET),
        IndicatorVerdict(key=("1.1", 1, "zz"), result=Result.MET),
    )
    with pytest.raises(rulebook_problems.NoSuchCriterion, match=r"Mức.1 chỉ báo “zz”"):
        made.judge("2026-2027", [good, wrong], OPENED, TT57, meta())
    assert "indicator-judged" not in recorded(made)


@pytest.mark.parametrize(("key", "said"), [(("9.9", 1, "-"), "tiêu chí 9.9"), (("1.1", 4, "-"), "tiêu chí 1.1 Mức.4")])
def test_a_criterion_or_level_that_the_circular_does_not_have_is_named(key, said):
    with pytest.raises(rulebook_problems.NoSuchCriterion, match=f"TT57/2026 không có {said}") as refused:
        judge(with_cycle(), key)
    assert refused.value.type == "tieu-chi-khong-co"


def test_a_repealed_indicator_is_refused_with_the_article_of_the_repeal():
    amended = LIBRARY.get("v2018_tt22/mam_non")
    gone = next(key for key in amended.repealed if key.level in amended.criteria[key.criterion].levels)
    with pytest.raises(rulebook_problems.NoSuchCriterion, match="đã bãi bỏ"):
        judge(with_cycle(amended), gone, rulebook=amended)


def test_not_applicable_is_taken_only_where_the_text_says_if_any():
    made = with_cycle(OLD)
    optional = next(key for key in OLD.keys if OLD.indicator(key).optional)
    strict = next(key for key in OLD.keys if not OLD.indicator(key).optional)
    judge(made, optional, Result.NOT_APPLICABLE, rulebook=OLD)
    with pytest.raises(rulebook_problems.NotApplicableRefused, match="không ghi “nếu có”"):
        judge(made, strict, Result.NOT_APPLICABLE, rulebook=OLD)


def finding(result=Result.MET, day=OPENED, inspection="visit-1", layer=Layer.DEPARTMENT) -> f.FindingTaken:
    criterion, level, indicator = TT57.keys[0]
    return f.FindingTaken(
        school="TH-BC",
        cycle="2026-2027",
        layer=layer,
        inspection=inspection,
        criterion=criterion,
        level=level,
        indicator=indicator,
        result=result,
        found_on=day,
    )


def test_a_finding_is_a_draft_until_its_visit_is_concluded_and_then_a_judgement_of_its_layer():
    made = with_cycle()
    made.submit("2026-2027", OPENED, meta())
    for result in (Result.NOT_MET, Result.MET, Result.MET):
        made.take_finding(finding(result), TT57, meta())
    assert recorded(made)[-2:] == ["finding-taken", "finding-taken"]
    for _ in range(2):
        made.conclude_visit("2026-2027", Layer.DEPARTMENT, "visit-1", dt.date(2026, 10, 1), meta(dt.date(2026, 10, 1)))
    concluded, judged = [entry.fact for entry in made.collect_events()][-2:]
    assert (concluded.first_day, concluded.concluded_on) == (OPENED, dt.date(2026, 10, 1))
    assert (judged.layer, judged.inspection, judged.result) == (Layer.DEPARTMENT, "visit-1", Result.MET)


def test_a_visit_that_found_nothing_began_on_the_day_it_was_concluded():
    made = with_cycle()
    made.conclude_visit("2026-2027", Layer.COMMUNE, "visit-2", OPENED, meta())
    assert made.collect_events()[-1].fact.first_day == OPENED


def test_a_visit_whose_findings_a_former_version_took_for_judgements_began_with_the_first_of_them():
    made = with_cycle()
    early = f.IndicatorJudged(
        school="TH-BC",
        cycle="2026-2027",
        layer=Layer.DEPARTMENT,
        criterion="1.1",
        level=1,
        indicator="-",
        result=Result.MET,
        inspection="visit-1",
    )
    made.record(early, meta(dt.date(2026, 9, 28)))
    made.conclude_visit("2026-2027", Layer.DEPARTMENT, "visit-1", dt.date(2026, 10, 1), meta(dt.date(2026, 10, 1)))
    assert made.collect_events()[-1].fact.first_day == dt.date(2026, 9, 28)


def test_a_finding_from_before_the_cycle_is_refused():
    with pytest.raises(errors.DateRefused):
        with_cycle().take_finding(finding(day=dt.date(2026, 9, 1)), TT57, meta(dt.date(2026, 9, 1)))


def test_a_description_is_recorded_when_it_changes():
    made = with_cycle()
    for words in ("tốt", "tốt", "khá"):
        described = f.CriterionDescribed(school="TH-BC", cycle="2026-2027", criterion="1.1", strengths=words)
        made.describe_criterion(described, TT57, meta())
    assert recorded(made).count("criterion-described") == 2


# --- recognition


def granted(number="118/QĐ-SGDĐT", degree=1, override="", day=OPENED) -> f.RecognitionGranted:
    return f.RecognitionGranted(
        school="TH-BC",
        school_name="Trường Bản Chuông",
        number=number,
        degree=degree,
        certificate_degree=0,
        decided_on=day,
        expires_on=day.replace(year=2031),
        cycle="2026-2027",
        rulebook=TT57.id,
        digest=TT57.digest,
        override=override,
    )


def test_a_recognition_with_open_conditions_is_refused_unless_it_is_copied_from_paper():
    made = with_cycle()
    for override in ("", "quyết định ký năm ngoái"):
        with pytest.raises(errors.ConditionsNotMet, match="đủ 3 năm – chưa rõ") as refused:
            made.grant(granted(override=override), ["đủ 3 năm – chưa rõ"], meta())
        assert refused.value.data["conditions"] == ["đủ 3 năm – chưa rõ"]
    copied = msgspec.structs.replace(granted(override="quyết định ký năm ngoái"), copied_from_paper="d1")
    made.grant(copied, ["đủ 3 năm – chưa rõ"], meta())
    assert recorded(made)[-1] == "recognition-granted"


def test_a_recognition_is_recorded_once_and_its_number_not_used_for_another():
    made = with_cycle()
    made.grant(granted(), [], meta())
    made.grant(granted(), [], meta())
    assert recorded(made).count("recognition-granted") == 1
    with pytest.raises(errors.NumberTaken, match="118/QĐ-SGDĐT đã ghi"):
        made.grant(granted(degree=2), [], meta())


def revoke(made, on, rulebook=OLD, document=""):
    made.revoke(AwardKind.RECOGNITION, "118/QĐ-SGDĐT", on, rulebook, meta(), reason="hết điều kiện", document=document)


def test_only_a_recognition_that_exists_is_revoked_once_and_not_before_it_was_granted():
    made = with_cycle()
    with pytest.raises(errors.NoSuchRecognition):
        revoke(made, OPENED)
    made.grant(granted(), [], meta())
    with pytest.raises(errors.DateRefused, match="trước ngày quyết định"):
        revoke(made, dt.date(2026, 9, 1))
    for _ in range(2):
        revoke(made, OPENED)
    assert recorded(made).count("recognition-revoked") == 1


def test_under_the_law_of_2026_a_recognition_is_revoked_after_the_time_to_remedy_or_with_a_document():
    made = with_cycle()
    made.grant(granted(), [], meta())
    day = dt.date(2026, 11, 1)
    with pytest.raises(errors.RemedyNotOver, match="Chưa có yêu cầu khắc phục nào"):
        revoke(made, day, TT57)
    asked = f.RemedyRequested(
        school="TH-BC", number="118/QĐ-SGDĐT", requested_on=OPENED, until=day, reason="Bổ sung phòng học"
    )
    for _ in range(2):
        made.request_remedy(asked, meta())
    assert recorded(made).count("remedy-requested") == 1
    with pytest.raises(errors.RemedyNotOver, match="đến hết 01/11/2026"):
        revoke(made, day, TT57)
    revoke(made, dt.date(2026, 11, 2), TT57)
    assert recorded(made)[-1] == "recognition-revoked"
    other = with_cycle()
    other.grant(granted(), [], meta())
    revoke(other, day, TT57, document="d1")
    assert recorded(other)[-1] == "recognition-revoked"


def test_every_fact_says_itself_which_stream_it_goes_to():
    """One without could not be recorded; of one that inherits it nobody was asked."""
    silent = [kind for kind in f.FACTS._by_topic.values() if not isinstance(vars(kind).get("STREAM"), StreamKind)]
    assert silent == []
    assert set(streams._STREAMS) == set(StreamKind)


def test_every_fact_about_awards_goes_to_their_stream():
    assert {kind.STREAM for kind in ABOUT_AWARDS} == {StreamKind.AWARDS}


@pytest.mark.parametrize("layer", list(Layer))
def test_what_the_school_judges_lies_on_the_sheet_and_what_visits_found_with_the_cycle(layer):
    judged = f.IndicatorJudged(
        school="TH-BC", cycle="c", layer=layer, criterion="1.1", level=1, indicator="-", result=Result.MET
    )
    own = layer is Layer.SCHOOL
    expected = streams.sheet_stream("TH-BC", "c", "1.1") if own else streams.cycle_stream("TH-BC", "c")
    assert streams.stream_of(judged) == expected


def test_a_stream_is_known_by_the_whole_of_its_name():
    named = [
        streams.school_stream("A"),
        streams.codes_stream("A"),
        streams.awards_stream("A"),
        streams.cycle_stream("A", "c"),
        streams.cycle_stream("A", "c.2"),
        streams.sheet_stream("A", "c", "1.1"),
        streams.sheet_stream("A", "c", "1.2"),
        streams.sheet_stream("A", "c.2", "1.1"),
        streams.sheet_stream("B", "c", "1.1"),
        streams.cycle_stream("B", "c"),
        streams.awards_stream("B"),
    ]
    assert len(set(named)) == len(named)
    assert len({one.int >> 64 for one in named}) == 2


def stored(made: School) -> School:
    """The same school as another opener reads it."""
    entries = made.collect_events()
    return School().replay(
        RecordedEvent(number, entry.meta.occurred, entry, b"") for number, entry in enumerate(entries, start=1)
    )


def test_a_judgement_rests_on_its_cycle_and_on_a_sheet_that_it_names_and_leaves_as_it_is():
    made = with_cycle()
    judge(made, TT57.keys[0])
    again = stored(made)
    same = IndicatorVerdict(key=TT57.keys[0], result=Result.MET)
    other = IndicatorVerdict(key=next(key for key in TT57.keys if key.criterion == "1.2"), result=Result.MET)
    again.judge("2026-2027", [same, other], OPENED, TT57, meta())
    (news,) = again.collect_events()
    assert (news.originator_id, news.originator_version) == (streams.sheet_stream("TH-BC", "2026-2027", "1.2"), 1)
    assert again.expected == {
        streams.cycle_stream("TH-BC", "2026-2027"): 0,
        streams.sheet_stream("TH-BC", "2026-2027", "1.1"): 1,
    }
