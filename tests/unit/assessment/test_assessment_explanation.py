"""Derivations are minimal at the level of events; comparisons and sentences say what happened."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment import published
from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.event_descriptions import describe, level_words
from services.assessment.domain.explanation import derivation, reasons
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.school_assessment import assess
from shared.contracts.events import assessment as public
from shared.contracts.events import self_assessment as public_work
from shared.contracts.events.base import PublicEvent
from shared.eventlog.facts import EventEnvelope, EventMetadata
from shared.eventlog.log import RecordedEvent
from shared.ids import natural_id
from shared.rulebook import load_library
from shared.rulebook.evaluator import SchoolFacts, evaluate
from shared.vocabulary.assessment import GapKind, Layer, Result, SchoolKind
from shared.vocabulary.inspection import RegistrationStep
from shared.vocabulary.self_assessment import CouncilRole, GroupKind, ImprovementStatus, ReviewOccasion

LIBRARY = load_library()
OPENED = dt.date(2026, 9, 25)
FAR = dt.date(2026, 12, 31)
STREAM = natural_id("school", "TH-BC")


def logged(position: int, fact) -> RecordedEvent:
    meta = EventMetadata(actor="a", occurred=dt.datetime(2026, 10, 1, 3, tzinfo=dt.UTC))
    entry = EventEnvelope(originator_id=STREAM, originator_version=position, meta=meta, fact=fact)
    return RecordedEvent(position, meta.occurred, entry, b"")


def school_log(rulebook, results: dict) -> list[RecordedEvent]:
    """Return a log in which each indicator was judged at most once, in the school's layer."""
    registered = f.SchoolRegistered(school="TH-BC", name="Trường", kind=SchoolKind.PRIMARY, commune="NL01")
    opened = f.CycleOpened(
        school="TH-BC",
        cycle="c",
        year="2026-2027",
        rulebook=rulebook.id,
        digest=rulebook.digest,
        opened_on=OPENED,
        because="vì thế",
    )
    judged = [
        f.IndicatorJudged(
            school="TH-BC",
            cycle="c",
            layer=Layer.SCHOOL,
            criterion=key.criterion,
            level=key.level,
            indicator=key.indicator,
            result=result,
        )
        for key, result in results.items()
    ]
    return [logged(number, fact) for number, fact in enumerate([registered, opened, *judged], start=1)]


def told(entries, criterion=""):
    """Return what is explained, and the positions that are cited for it."""
    assessed = assess(SchoolHistory(entries).at(FAR, 10_000), LIBRARY)
    if assessed.cycle is None:
        return None, set()
    derived = derivation(assessed, Layer.SCHOOL, criterion)
    result = derived.result
    cited = {position for reason in reasons(assessed, Layer.SCHOOL, derived) for position in reason.events}
    return (result.level, result.floor, result.ceiling), cited


def level_of(entries, criterion=""):
    """Return the result alone, as the law gives it: to be asked a hundred times, where explaining it would take seconds."""
    assessed = assess(SchoolHistory(entries).at(FAR, 10_000), LIBRARY)
    if assessed.cycle is None:
        return None
    law = evaluate(assessed.rulebook, assessed.results[Layer.SCHOOL], SchoolFacts(), FAR)
    result = law.criteria[criterion] if criterion else law.school
    return result.level, result.floor, result.ceiling


def without(entries, position):
    return [one for one in entries if one.position != position]


@st.composite
def judged_schools(draw):
    rulebook = LIBRARY.get(draw(st.sampled_from(["v2026_tt57/pho_thong", "v2018/tieu_hoc"])))
    mostly = draw(st.sampled_from([Result.MET, Result.MET, Result.NOT_ASSESSED]))
    results = dict.fromkeys(rulebook.keys, mostly)
    some = draw(
        st.dictionaries(
            st.sampled_from(rulebook.keys), st.sampled_from([Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]), max_size=8
        )
    )
    return rulebook, results | some


@pytest.mark.no_cover  # replays whole logs
@settings(max_examples=40)
@given(school=judged_schools())
def test_a_cited_event_matters_and_no_other_does(school):
    rulebook, results = school
    entries = school_log(rulebook, {key: result for key, result in results.items() if result is not Result.NOT_ASSESSED})
    result, cited = told(entries)
    assert level_of(entries) == result
    for entry in entries[1:]:
        changed = level_of(without(entries, entry.position)) != result
        assert changed == (entry.position in cited), (entry.entry.fact, result)


@pytest.mark.no_cover  # replays whole logs
@settings(max_examples=40)
@given(school=judged_schools(), number=st.integers(0, 14))
def test_a_criterions_derivation_cites_what_it_rests_on(school, number):
    rulebook, results = school
    criterion = list(rulebook.criteria)[number]
    entries = school_log(rulebook, {key: result for key, result in results.items() if result is not Result.NOT_ASSESSED})
    result, cited = told(entries, criterion)
    assert level_of(entries, criterion) == result
    for entry in entries[1:]:
        changed = level_of(without(entries, entry.position), criterion) != result
        assert changed == (entry.position in cited)


@pytest.mark.no_cover  # replays whole logs
@settings(max_examples=40)
@given(school=judged_schools())
def test_what_is_missing_suffices_for_the_next_level_and_nothing_less_does(school):
    rulebook, results = school
    entries = school_log(rulebook, results)
    assessed = assess(SchoolHistory(entries).at(FAR, 10_000), LIBRARY)
    path = derivation(assessed, Layer.SCHOOL).path

    def floor(done):
        met = school_log(rulebook, results | dict.fromkeys(done, Result.MET))
        return level_of(met)[1]

    if path.level is None:
        assert floor(rulebook.keys) == floor([])
        return
    assert floor(path.indicators) >= path.level
    for one in path.indicators[:6]:
        assert floor([key for key in path.indicators if key != one]) < path.level


FACTS = [
    f.CommuneRegistered(commune="NL01", name="Xã Nà Lừa"),
    f.SchoolRegistered(school="TH-BC", name="Trường", kind=SchoolKind.PRIMARY, commune="NL01"),
    f.ConditionsStated(school="TH-BC", conditions={"cohort_completed": False, "years_of_activity": 3}, on=OPENED),
    f.CycleOpened(school="TH-BC", cycle="c", year="y", rulebook="r", digest="d", opened_on=OPENED, because="BÍ MẬT"),
    f.EvidenceCoded(
        school="TH-BC",
        cycle="c",
        document="d",
        code="MC.1.1.01",
        pattern="p",
        criterion="1.1",
        number=1,
        box=1,
        title="BÍ MẬT",
    ),
    f.EvidenceLinked(school="TH-BC", cycle="c", document="d", code="MC.1.1.01", criterion="1.1", level=2, indicator="b"),
    f.EvidenceUnlinked(school="TH-BC", cycle="c", document="d", code="MC.1.1.01", criterion="1.1"),
    f.IndicatorJudged(
        school="TH-BC",
        cycle="c",
        layer=Layer.DEPARTMENT,
        criterion="5.2",
        level=2,
        indicator="b",
        result=Result.NOT_MET,
        note="BÍ MẬT",
    ),
    f.CriterionDescribed(school="TH-BC", cycle="c", criterion="1.1", strengths="BÍ MẬT"),
    f.SelfAssessmentSubmitted(
        school="TH-BC",
        cycle="c",
        submitted_on=OPENED,
        gaps=(f.NamedGap(kind=GapKind.NO_EVIDENCE, criterion="1.1", reason="BÍ MẬT"),),
    ),
    f.RecognitionGranted(
        school="TH-BC",
        school_name="Trường",
        number="118/QĐ",
        degree=1,
        certificate_degree=0,
        decided_on=OPENED,
        expires_on=OPENED,
        cycle="c",
        rulebook="r",
        digest="d",
        override="BÍ MẬT",
    ),
    f.RecognitionRevoked(school="TH-BC", number="118/QĐ", revoked_on=OPENED, reason="BÍ MẬT", document="d"),
    f.FiguresStated(
        school="TH-BC",
        school_year="2025-2026",
        figures=(
            f.StatedFigure(figure="gv", numerator=Decimal("84.5"), denominator=Decimal(100), unit="%", note="BÍ MẬT"),
            f.StatedFigure(figure="so_lop", numerator=Decimal(1500), unit="lớp", document="d"),
        ),
    ),
    f.PartJudged(
        school="TH-BC",
        cycle="c",
        layer=Layer.SCHOOL,
        part="thcs",
        criterion="5.2",
        level=2,
        indicator="b",
        result=Result.MET,
        note="BÍ MẬT",
    ),
    f.GapAnswered(
        school="TH-BC",
        cycle="c",
        kind=GapKind.CONTRADICTION,
        criterion="5.2",
        level=2,
        indicator="b",
        reason="BÍ MẬT",
    ),
    f.GapAnswerWithdrawn(school="TH-BC", cycle="c", kind=GapKind.FINDING, criterion="5.2", level=2, indicator="b"),
    f.FindingTaken(
        school="TH-BC",
        cycle="c",
        layer=Layer.COMMUNE,
        inspection="v",
        criterion="5.2",
        level=2,
        indicator="b",
        result=Result.NOT_MET,
        found_on=OPENED,
    ),
    f.VisitConcluded(school="TH-BC", cycle="c", layer=Layer.COMMUNE, inspection="v", first_day=OPENED, concluded_on=OPENED),
    f.LinkingReopened(
        school="TH-BC", cycle="c", layer=Layer.COMMUNE, criterion="1.1", inspection="v", request="q", due=OPENED
    ),
    f.RegistrationStepTaken(school="TH-BC", cycle="c", registration="r", step=RegistrationStep.SILENCE, on=OPENED),
    f.RecognitionRefused(school="TH-BC", cycle="c", refused_on=OPENED, reason="BÍ MẬT", document="d"),
    f.RemedyRequested(school="TH-BC", number="118/QĐ", requested_on=OPENED, until=FAR, reason="BÍ MẬT", document="d"),
    f.RecognitionCorrected(
        school="TH-BC",
        number="118/QĐ",
        what="decided_on",
        old="2026-09-25",
        new="2026-09-24",
        reason="BÍ MẬT",
        document="d",
        corrected_on=OPENED,
    ),
    f.CertificateGranted(
        school="TH-BC",
        school_name="Trường",
        number="9/CN",
        degree=1,
        decided_on=OPENED,
        expires_on=OPENED,
        cycle="c",
        rulebook="r",
        digest="d",
        override="BÍ MẬT",
        copied_from_paper="d",
        supersedes="8/CN",
    ),
    f.CertificateCorrected(
        school="TH-BC",
        number="9/CN",
        what="degree",
        old="1",
        new="2",
        reason="BÍ MẬT",
        document="d",
        corrected_on=OPENED,
    ),
    f.CertificateRevoked(school="TH-BC", number="9/CN", revoked_on=OPENED, reason="BÍ MẬT", document="d"),
    sf.CouncilSetUp(
        school="TH-BC",
        cycle="c",
        decision="BÍ MẬT",
        decided_on=OPENED,
        members=(
            sf.CouncilMember(person="BÍ MẬT", role=CouncilRole.CHAIR, office="BÍ MẬT", task="BÍ MẬT", trained=True),
            sf.CouncilMember(person="p-2", role=CouncilRole.SECRETARY),
        ),
    ),
    sf.GroupFormed(
        school="TH-BC",
        cycle="c",
        group="nhom-1",
        name="BÍ MẬT",
        kind=GroupKind.WORKING,
        head="BÍ MẬT",
        members=("BÍ MẬT", "p-2"),
        task="BÍ MẬT",
    ),
    sf.CriterionAssigned(
        school="TH-BC", cycle="c", criterion="1.1", group="nhom-1", writer="BÍ MẬT", reviewer="BÍ MẬT", due=FAR
    ),
    sf.SelfAssessmentPlanned(
        school="TH-BC",
        cycle="c",
        sections={"I": "BÍ MẬT"},
        timetable=(sf.TimetableItem(starts=OPENED, ends=FAR, activity="BÍ MẬT", who="BÍ MẬT"),),
        resources=(sf.Resource(criterion="1.1", what="BÍ MẬT", when="BÍ MẬT", note="BÍ MẬT"),),
    ),
    sf.PlanApproved(school="TH-BC", cycle="c", plan=4, approved_on=OPENED),
    sf.FacetsDefined(
        school="TH-BC",
        cycle="c",
        criterion="1.1",
        level=1,
        indicator="a",
        facets=(sf.Facet(text="BÍ MẬT", question="BÍ MẬT", evidence="BÍ MẬT", where="BÍ MẬT", note="BÍ MẬT"),),
    ),
    sf.StatusWritten(
        school="TH-BC",
        cycle="c",
        criterion="1.1",
        level=1,
        sentences=(sf.Sentence(text="BÍ MẬT (MC.1.1.01).", codes=("MC.1.1.01",), starts_paragraph=True),),
    ),
    sf.CopiedTextKept(school="TH-BC", cycle="c", criterion="1.1", level=0),
    sf.StandardDescribed(
        school="TH-BC",
        cycle="c",
        standard="1",
        strengths="BÍ MẬT",
        limits="BÍ MẬT",
        causes="BÍ MẬT",
        trend="BÍ MẬT",
        priorities="BÍ MẬT",
    ),
    sf.ReportSectionWritten(school="TH-BC", cycle="c", section="I.2", text="BÍ MẬT"),
    sf.CriterionHandedIn(school="TH-BC", cycle="c", criterion="1.1", of=9),
    sf.CriterionTakenBack(school="TH-BC", cycle="c", criterion="1.1"),
    sf.ChangesRequested(school="TH-BC", cycle="c", criterion="1.1", text="BÍ MẬT", due=FAR),
    sf.CriterionReviewed(school="TH-BC", cycle="c", criterion="1.1", of=9),
    sf.CommentAdded(
        school="TH-BC",
        cycle="c",
        criterion="1.1",
        comment="0198f2c4-6f1e-7d05-9d3e-000000000001",
        place=sf.CommentedPlace(criterion="1.1", document="d", page=2, box=(0.1, 0.2, 0.5, 0.4)),
        text="BÍ MẬT",
        answers="0198f2c4-6f1e-7d05-9d3e-000000000000",
    ),
    sf.CommentResolved(school="TH-BC", cycle="c", criterion="1.1", comment="0198f2c4-6f1e-7d05-9d3e-000000000001"),
    sf.CouncilMet(
        school="TH-BC",
        cycle="c",
        meeting="0198f2c4-6f1e-7d05-9d3e-000000000002",
        met_on=OPENED,
        present=("BÍ MẬT", "p-2"),
        agenda="BÍ MẬT",
        document="d",
    ),
    sf.CriterionVoted(
        school="TH-BC",
        cycle="c",
        criterion="1.1",
        meeting="0198f2c4-6f1e-7d05-9d3e-000000000002",
        votes_for=5,
        votes_against=1,
        abstentions=1,
        opinions=("BÍ MẬT",),
        of=9,
        passed=True,
        convention="over_half_present_of_half",
    ),
    sf.ReportApproved(school="TH-BC", cycle="c", of=12, approved_on=OPENED),
    sf.ReportPublished(school="TH-BC", cycle="c", published_on=OPENED, channels=("BÍ MẬT",), document="d"),
    sf.ImprovementItemSet(
        school="TH-BC",
        cycle="c",
        item="0198f2c4-6f1e-7d05-9d3e-000000000003",
        criterion="1.1",
        standard="1",
        problem="BÍ MẬT",
        aim="BÍ MẬT",
        action="BÍ MẬT",
        measure="BÍ MẬT",
        starts=OPENED,
        ends=FAR,
        owner="BÍ MẬT",
        person="BÍ MẬT",
        cost_vnd=15_000_000,
        source="BÍ MẬT",
        evidence_expected="BÍ MẬT",
    ),
    sf.ImprovementReviewed(
        school="TH-BC",
        cycle="c",
        item="0198f2c4-6f1e-7d05-9d3e-000000000003",
        occasion=ReviewOccasion.FIRST_TERM,
        reviewed_on=OPENED,
        status=ImprovementStatus.UNDER_WAY,
        result="BÍ MẬT",
        adjustment="BÍ MẬT",
        evidence=("d",),
    ),
    f.SchoolClosed(school="TH-BC", number="15/QĐ-UBND", closed_on=OPENED, reason="BÍ MẬT"),
]


def test_the_samples_here_are_every_fact_there_is():
    assert sorted(fact.TOPIC for fact in FACTS) == list(f.FACTS.topics)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TOPIC)
def test_every_fact_has_a_sentence_and_a_public_face_of_its_own_name_without_what_people_typed(fact):
    public_event = published.public_event(fact)
    assert describe(fact).endswith(".")
    assert fact.TOPIC.partition(".")[2] == public_event.FACT
    assert "BÍ MẬT" not in describe(fact)
    assert "BÍ MẬT" not in msgspec.json.encode(public_event).decode()
    assert msgspec.convert(msgspec.to_builtins(public_event), type(public_event)) == public_event


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TOPIC)
def test_every_fact_is_stored_and_read_back(fact):
    entry = logged(1, fact).entry
    assert f.FACTS.decode(fact.TOPIC, f.FACTS.encode(entry)) == (entry.meta, fact)


def test_every_public_event_comes_from_a_fact():
    kinds = {type(published.public_event(fact)) for fact in FACTS}
    declared = (*vars(public).values(), *vars(public_work).values())
    assert kinds == {kind for kind in declared if isinstance(kind, type) and issubclass(kind, PublicEvent)} - {PublicEvent}


def test_figures_are_told_with_both_their_numbers():
    assert describe(FACTS[12]) == "Ghi số liệu năm học 2025-2026: gv: 84,5/100; so_lop: 1.500\u00a0lớp."
    assert published.public_event(FACTS[12]).figures[1] == public.FigureTold(
        figure="so_lop", numerator="1500", denominator="", unit="lớp"
    )


def test_sentences_name_layer_place_and_result():
    assert describe(FACTS[7]) == "Đoàn của Sở đánh giá tiêu chí 5.2 Mức\u00a02 chỉ báo b: Không đạt."
    assert describe(FACTS[13]) == "Trường tự đánh giá tiêu chí 5.2 Mức\u00a02 chỉ báo b, riêng cấp THCS: Đạt."
    assert describe(FACTS[2]) == (
        "Xác nhận điều kiện từ 25/9/2026: có khóa học hoàn thành chương trình: không; số năm hoạt động giáo dục: 3."
    )


def test_sentences_about_the_work_say_how_much_and_by_when_but_not_who():
    told = {type(fact): describe(fact) for fact in FACTS}
    assert told[sf.CouncilSetUp] == "Lập Hội đồng tự đánh giá ngày 25/9/2026, 2 thành viên."
    assert told[sf.CriterionAssigned] == "Phân công tiêu chí 1.1, hạn 31/12/2026."
    assert told[sf.StatusWritten] == "Viết hiện trạng tiêu chí 1.1 Mức\u00a01: 1 câu."
    assert told[sf.CriterionVoted] == (
        "Biểu quyết tiêu chí 1.1: 5 tán thành, 1 không tán thành, 1 không có ý kiến; thông qua."
    )
    dissolved = sf.GroupFormed(school="TH-BC", cycle="c", group="g", name="", kind=GroupKind.WORKING, head="", members=())
    assert describe(dissolved) == "Giải thể nhóm công tác."
    of_a_standard = sf.ImprovementItemSet(school="TH-BC", cycle="c", item="i", standard="2", aim="A", action="B")
    assert describe(of_a_standard) == "Ghi việc cải tiến ở tiêu chuẩn 2."


def test_sentences_about_awards_say_what_took_whose_place_and_that_a_correction_is_none_but_that():
    told = {type(fact): describe(fact) for fact in FACTS}
    assert told[f.CertificateGranted] == (
        "Sở cấp Chứng nhận kiểm định chất lượng giáo dục Cấp độ 1, số 9/CN, hiệu lực đến 25/9/2026. "
        "Thay Chứng nhận số 8/CN. Chép từ quyết định trên giấy."
    )
    assert told[f.RecognitionCorrected] == (
        "Đính chính Bằng số 118/QĐ: ngày quyết định từ 25/9/2026 thành 24/9/2026. Không phải thu hồi."
    )
    assert told[f.CertificateCorrected] == ("Đính chính Chứng nhận số 9/CN: mức độ từ 1 thành 2. Không phải thu hồi.")


@pytest.mark.parametrize(
    ("level", "floor", "ceiling", "words"),
    [
        (0, 0, 0, "Không đạt"),
        (2, 2, 2, "Mức\u00a02"),
        (None, 0, 2, "Chưa kết luận (✕–2)"),
        (None, 1, 2, "Chưa kết luận (1–2)"),
    ],
)
def test_levels_are_told_in_words(level, floor, ceiling, words):
    assert level_words(level, floor, ceiling) == words
