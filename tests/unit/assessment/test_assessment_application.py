"""Use cases of the assessment service, with log and read models in memory."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
from eventsourcing.persistence import Tracking

from services.assessment import errors
from services.assessment.domain.streams import cycle_stream, school_stream
from shared.contracts import problems as event_problems
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.assessment import Moment
from shared.contracts.events import evidence as told_by_evidence
from shared.contracts.events import inspection as told_by_inspection
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest
from shared.rulebook import UnknownRulebook
from shared.rulebook import problems as rulebook_problems
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.roles import Role, ScopeKind

TODAY = dt.date(2026, 11, 24)
OPENED = dt.date(2026, 9, 25)
SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
CONDITIONS = {"cohort_completed": True, "consecutive_years_of_data": 3, "facilities_met": True}


# --- communes and schools


def test_communes_and_schools_are_listed_in_vietnamese_order(office):
    app = office.with_school(name="Trường Ân Thi").application
    for code, name in (("TH-B", "Trường Đa Tốn"), ("TH-C", "Trường Dương Xá"), ("TH-D", "Trường An Khánh")):
        request = calls.RegisterSchool(commune="NL01", code=code, name=name, kind=calls.SchoolKind.PRIMARY)
        app.register_school(office.acting, request)
    app.register_commune(office.acting, calls.RegisterCommune(commune="AA", name="Xã  An Bình "))
    listed = app.schools(office.acting, calls.SchoolsRequest()).schools
    assert [one.name for one in listed] == ["Trường An Khánh", "Trường Ân Thi", "Trường Dương Xá", "Trường Đa Tốn"]
    assert [one.name for one in app.communes().communes] == ["Xã An Bình", "Xã Nà Lừa"]


def test_a_list_of_schools_shows_what_the_callers_roles_reach(office):
    app = office.with_school().application
    app.register_commune(office.acting, calls.RegisterCommune(commune="NL02", name="Xã Khác"))
    other = calls.RegisterSchool(commune="NL02", code="MN-X", name="Trường Khác", kind=calls.SchoolKind.KINDERGARTEN)
    app.register_school(office.acting, other)

    def seen(role, scope_kind, scope="", commune=""):
        acting = CallContext(actor="a", grants=(Grant(role=role, scope_kind=scope_kind, scope=scope),))
        return [one.code for one in app.schools(acting, calls.SchoolsRequest(commune=commune)).schools]

    assert seen(Role.CLERK, ScopeKind.SCHOOL, "MN-X") == ["MN-X"]
    assert seen(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01") == ["TH-BC"]
    assert seen(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT) == ["MN-X", "TH-BC"]
    assert seen(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, commune="NL02") == ["MN-X"]
    assert seen(Role.CLERK, ScopeKind.SCHOOL, "KHAC") == []


def test_a_school_needs_a_commune(office):
    request = calls.RegisterSchool(commune="KHONG", code="TH-B", name="Trường", kind=calls.SchoolKind.PRIMARY)
    with pytest.raises(event_problems.NoSuchCommune, match="Lập xã trước"):
        office.application.register_school(office.acting, request)


@pytest.mark.parametrize("code", ["", "A", "th-bc", "TH BC", "-TH", "TH-", "A" * 25, "TH/BC"])
def test_a_code_of_another_form_is_refused(office, code):
    with pytest.raises(BadRequest):
        office.application.register_commune(office.acting, calls.RegisterCommune(commune=code, name="Xã"))


def test_a_name_of_nothing_is_refused(office):
    with pytest.raises(BadRequest, match="Chưa nhập tên"):
        office.application.register_commune(office.acting, calls.RegisterCommune(commune="NL01", name=" \t"))


def test_a_school_of_several_levels_says_which(office):
    app = office.with_school().application
    request = calls.RegisterSchool(commune="NL01", code="NC", name="Trường", kind=calls.SchoolKind.MULTI_LEVEL)
    for levels in ([], ["đại học"]):
        with pytest.raises(BadRequest, match="nhiều cấp"):
            app.register_school(office.acting, msgspec.structs.replace(request, levels=levels))
    made = app.register_school(office.acting, msgspec.structs.replace(request, levels=["thcs", "tieu_hoc", "thcs"]))
    assert made.levels == ["thcs", "tieu_hoc"]


def test_a_renamed_school_and_its_conditions_are_seen_at_once(office):
    office.with_school()
    office.application.rename_school(office.acting, calls.RenameSchool(school=SCHOOL, name="Trường  Mới"))
    office.state(dt.date(2026, 10, 1), cohort_completed=True, years_of_activity=12)
    office.state(dt.date(2026, 9, 1), years_of_activity=3)
    school = office.application.school(calls.SchoolRequest(school=SCHOOL))
    assert (school.name, school.conditions) == ("Trường Mới", {"cohort_completed": True, "years_of_activity": 12})


def test_a_used_code_never_renames(office):
    app = office.with_school(name="Trường Một").application
    before = app.log.head()
    request = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường Một", kind=calls.SchoolKind.PRIMARY)

    for other in ({"name": "Trùng mã"}, {"kind": calls.SchoolKind.KINDERGARTEN}):
        with pytest.raises(errors.AlreadyRegistered, match=f"Mã {SCHOOL} đã dùng cho Trường Một") as refused:
            app.register_school(office.acting, msgspec.structs.replace(request, **other))
    assert (refused.value.status, refused.value.type, refused.value.data["holder"]) == (409, "ma-da-dung", "Trường Một")
    with pytest.raises(errors.AlreadyRegistered, match="Mã NL01 đã dùng cho Xã Nà Lừa"):
        app.register_commune(office.acting, calls.RegisterCommune(commune="NL01", name="Xã gõ nhầm"))

    app.register_school(office.acting, request)
    app.register_commune(office.acting, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
    assert app.log.head() == before
    assert app.school(calls.SchoolRequest(school=SCHOOL)).name == "Trường Một"


def test_renaming_is_told_and_what_does_not_exist_is_not_renamed(office):
    app = office.with_school().application
    assert app.rename_commune(office.acting, calls.RenameCommune(commune="NL01", name=" Xã  Mới ")).name == "Xã Mới"
    assert [one.name for one in app.communes().communes] == ["Xã Mới"]
    head = app.log.head()

    app.rename_commune(office.acting, calls.RenameCommune(commune="NL01", name="Xã Mới"))
    with pytest.raises(event_problems.NoSuchCommune):
        app.rename_commune(office.acting, calls.RenameCommune(commune="KHONG", name="Xã"))
    with pytest.raises(errors.NoSuchSchool):
        app.rename_school(office.acting, calls.RenameSchool(school="KHONG", name="Trường"))
    with pytest.raises(BadRequest, match="Chưa nhập tên"):
        app.rename_school(office.acting, calls.RenameSchool(school=SCHOOL, name=" "))
    assert app.log.head() == head


def test_a_repeated_command_to_register_does_not_undo_a_rename_nor_fail(office):
    app = office.with_school().application
    acting = msgspec.structs.replace(office.acting, command="lap-1")
    commune = calls.RegisterCommune(commune="NL02", name="Xã Cũ")
    school = calls.RegisterSchool(commune="NL02", code="MN-1", name="Trường Cũ", kind=calls.SchoolKind.KINDERGARTEN)
    app.register_commune(acting, commune)
    app.register_school(acting, school)
    app.rename_commune(office.acting, calls.RenameCommune(commune="NL02", name="Xã Mới"))
    app.rename_school(office.acting, calls.RenameSchool(school="MN-1", name="Trường Mới"))

    assert app.register_commune(acting, commune).name == "Xã Mới"
    assert app.register_school(acting, school).name == "Trường Mới"
    assert "Xã Mới" in [one.name for one in app.communes().communes]


def test_a_school_that_does_not_exist_is_not_found(office):
    for ask in (
        lambda: office.application.school(calls.SchoolRequest(school="KHONG")),
        lambda: office.application.cycles(calls.SchoolRequest(school="KHONG")),
        lambda: office.status(school="KHONG"),
        lambda: office.application.history(calls.HistoryRequest(school="KHONG")),
        lambda: office.application.prove(calls.ProveRequest(school="KHONG")),
        lambda: office.with_cycle(school="KHONG"),
    ):
        with pytest.raises(errors.NoSuchSchool):
            ask()


# --- cycles


def test_a_cycle_is_opened_under_the_rulebook_in_force_that_day_and_says_why(office):
    office.with_school()
    opened = [
        office.with_cycle(on=day, year=year).rulebook
        for day, year in (
            (dt.date(2024, 3, 1), "2023-2024"),
            (dt.date(2025, 3, 1), "2024-2025"),
            (dt.date(2026, 11, 1), "2026-2027"),
        )
    ]
    assert opened == ["v2018/tieu_hoc", "v2018_tt22/tieu_hoc", "v2026_tt57/pho_thong"]
    listed = office.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles
    assert [one.year for one in listed] == ["2026-2027", "2024-2025", "2023-2024"]
    assert "TT57/2026" in listed[0].because


def test_a_rulebook_may_be_named_when_it_is_made_for_the_kind_of_school(office):
    office.with_school()
    named = office.with_cycle(rulebook="v2018/tieu_hoc")
    assert (named.rulebook, named.because) == ("v2018/tieu_hoc", "Chọn đích danh TT17/2018 (v2018/tieu_hoc).")
    with pytest.raises(errors.RulebookDoesNotApply, match="không dành cho loại trường này"):
        office.with_cycle(rulebook="v2018/mam_non", year="2025-2026")
    with pytest.raises(UnknownRulebook):
        office.with_cycle(rulebook="v1999/x", year="2025-2026")


@pytest.mark.parametrize("year", ["2026", "2026-2026", "2026-2028", "26-27", "2026-2027 "])
def test_a_school_year_is_two_years_in_a_row(office, year):
    with pytest.raises(BadRequest, match="Ghi như 2026-2027"):
        office.with_school().with_cycle(year=year)


def test_days_to_come_and_days_of_another_age_are_refused(office):
    office.with_school()
    with pytest.raises(errors.DateRefused, match="25/11/2026 chưa đến"):
        office.with_cycle(on=dt.date(2026, 11, 25))
    with pytest.raises(errors.DateRefused, match="quá xa"):
        office.with_cycle(on=dt.date(1, 1, 1))


def test_something_of_today_holds_now_and_something_of_another_day_from_its_start(office):
    office.with_school()
    cycle = office.with_cycle()
    key = office.rulebook(cycle).keys[0]
    for on in (None, TODAY, dt.date(2026, 10, 1)):
        office.judge(cycle, {key: "met" if on != TODAY else "not_met"}, on=on)
    items = office.application.history(calls.HistoryRequest(school=SCHOOL)).items
    starts = [item.occurred for item in items if item.fact == "indicator-judged"]
    assert starts == [office.clock.now(), office.clock.now(), dt.datetime(2026, 9, 30, 17, tzinfo=dt.UTC)]


def test_a_caller_may_say_that_something_held_earlier_but_not_that_it_will(office):
    office.with_school()
    earlier = msgspec.structs.replace(office.acting, occurred=dt.datetime(2026, 10, 5, tzinfo=dt.UTC))
    cycle = office.with_cycle()
    office.judge(cycle, {office.rulebook(cycle).keys[0]: "met"}, acting=earlier)
    assert office.status(valid_at=dt.date(2026, 10, 4)).criteria["1.1"].floor == 0
    assert office.status(valid_at=dt.date(2026, 10, 5)).criteria["1.1"].floor == 1
    later = msgspec.structs.replace(office.acting, occurred=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(errors.DateRefused):
        office.judge(cycle, {office.rulebook(cycle).keys[0]: "met"}, acting=later)


# --- evidence


def coded(office, cycle, document=DOCUMENT, criterion="1.1", **more):
    request = calls.CodeEvidence(
        school=SCHOOL, cycle=cycle.cycle, document=document, criterion=criterion, title="Kế hoạch", **more
    )
    return office.application.code_evidence(office.acting, request)


def cite(office, cycle, kind=calls.LinkEvidence, **where):
    request = kind(**{"school": SCHOOL, "cycle": cycle.cycle, "document": DOCUMENT, "criterion": "1.1", **where})
    act = office.application.link_evidence if kind is calls.LinkEvidence else office.application.unlink_evidence
    return act(office.acting, request)


def test_a_document_is_coded_cited_and_listed_as_the_rulebook_prints_it(office):
    cycle = office.with_school().with_cycle()
    office.tell_document()
    first = coded(office, cycle)
    assert (first.code, first.rendered, first.title, first.citations) == ("MC.1.1.01", "(MC.1.1.01)", "Kế hoạch", [])
    cite(office, cycle)
    cite(office, cycle, criterion="1.2", level=1, indicator="-")
    assert coded(office, cycle, criterion="1.2").position == first.position
    listed = office.application.evidence(calls.EvidenceRequest(school=SCHOOL)).evidence
    assert [(c.criterion, c.level, c.indicator) for c in listed[0].citations] == [("1.1", 0, ""), ("1.2", 1, "-")]
    assert office.status().evidence_counts == {"1.1": 1, "1.2": 1}
    cite(office, cycle, calls.UnlinkEvidence)
    assert office.status().evidence_counts == {"1.2": 1}


def test_evidence_is_listed_by_code_and_narrowed_by_cycle_and_criterion(office):
    office.with_school()
    old = office.with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    new = office.with_cycle()
    for document in ("d1", "d2", "d3"):
        office.tell_document(document)
    coded(office, new, "d1", "1.2")
    coded(office, new, "d2", number=10)
    coded(office, new, "d3", number=9)
    coded(office, old, "d1", box=4)
    cite(office, new, document="d1", criterion="1.2")

    def codes(**narrow):
        return [one.code for one in office.application.evidence(calls.EvidenceRequest(school=SCHOOL, **narrow)).evidence]

    assert codes() == ["MC.1.1.09", "MC.1.1.10", "MC.1.2.01", "H4-1.1-01"]
    assert codes(cycle=new.cycle) == ["MC.1.1.09", "MC.1.1.10", "MC.1.2.01"]
    assert codes(cycle=old.cycle) == ["H4-1.1-01"]
    assert codes(cycle=new.cycle, criterion="1.2") == ["MC.1.2.01"]
    assert codes(criterion="3.1") == []
    with pytest.raises(errors.NoSuchCycle):
        codes(cycle="1999-2000")


def test_a_document_that_nobody_has_yet_may_be_on_its_way(office):
    cycle = office.with_school().with_cycle()
    with pytest.raises(event_problems.DocumentUnknown, match="thử lại sau vài giây") as refused:
        coded(office, cycle)
    assert refused.value.awaits_news


def test_a_document_of_another_school_is_not_waited_for(office):
    cycle = office.with_school().with_cycle()
    office.tell_document(school="KHAC")
    with pytest.raises(event_problems.DocumentUnknown) as refused:
        coded(office, cycle)
    assert not refused.value.awaits_news


# --- judging


def test_only_the_schools_own_layer_is_judged_by_call(office):
    cycle = office.with_school().with_cycle()
    request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=Layer.DEPARTMENT, judgements=[])
    with pytest.raises(errors.LayerRefused, match="qua đợt kiểm tra"):
        office.application.judge(office.acting, request)


def test_a_judgement_names_the_position_it_expects_and_is_refused_when_another_came_between(office):
    cycle = office.with_school().with_cycle()
    first = office.judge(cycle, {office.rulebook(cycle).keys[0]: "met"}).position

    def judge(expected, result):
        one = calls.Judgement(criterion="1.1", level=1, indicator="-", result=Result(result), expected=expected)
        request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=Layer.SCHOOL, judgements=[one])
        return office.application.judge(office.acting, request)

    second = judge(first, "not_met").position
    assert second == first + 1
    for stale in (0, first, 999):
        with pytest.raises(errors.ChangedMeanwhile):
            judge(stale, "met")
    assert judge(None, "met").position == second + 1


def test_a_repeat_gives_the_position_there_was(office):
    cycle = office.with_school().with_cycle()
    key = office.rulebook(cycle).keys[0]
    assert office.judge(cycle, {key: "met"}).position == office.judge(cycle, {key: "met"}).position


def test_a_criterion_shows_everything_a_council_needs(office):
    cycle = office.with_school().with_cycle()
    office.tell_document()
    coded(office, cycle)
    cite(office, cycle, level=1, indicator="-")
    position = office.judge(cycle, {("1.1", 1, "-"): "met"}).position
    office.visit(cycle, {("1.1", 1, "-"): "not_met"}, "commune")
    words = {"strengths": "Rõ ", "weaknesses": "Chậm", "improvement": "Nhanh hơn"}
    described = office.application.describe_criterion(
        office.acting, calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", **words)
    )
    seen = office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion="1.1"))
    one = seen.indicators[0]
    assert one.results == {"school": Result.MET, "commune": Result.NOT_MET, "department": Result.NOT_ASSESSED}
    assert (one.position, [view.code for view in one.evidence]) == (position, ["MC.1.1.01"])
    assert [view.code for view in seen.evidence] == ["MC.1.1.01"]
    assert (seen.strengths, seen.weaknesses, seen.improvement, seen.position) == (
        "Rõ",
        "Chậm",
        "Nhanh hơn",
        described.position,
    )
    assert (seen.levels["school"].floor, seen.levels["commune"].ceiling) == (1, 0)
    assert (seen.standard, seen.mandatory) == (1, False)
    assert all([seen.standard_title, one.text, one.source])


def test_words_somebody_changed_meanwhile_are_not_overwritten(office):
    cycle = office.with_school().with_cycle()

    def write(words, **more):
        request = calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths=words, **more)
        return office.application.describe_criterion(office.acting, request).position

    first = write("Rõ", expected=0)
    second = write("Rõ hơn", expected=first)
    for stale in (0, first):
        with pytest.raises(errors.ChangedMeanwhile, match="đã sửa nhận định"):
            write("Khác", expected=stale)
    assert write("Rõ nhất") == second + 1
    once = msgspec.structs.replace(office.acting, command="c-3")
    request = calls.DescribeCriterion(
        school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Một lần", expected=second + 1
    )
    positions = {office.application.describe_criterion(once, request).position for _ in range(2)}
    assert positions == {second + 2}


def test_texts_and_calls_have_their_limits(office):
    cycle = office.with_school().with_cycle()
    long = "x" * 20_001
    with pytest.raises(BadRequest, match="nhiều nhất 20000"):
        office.application.describe_criterion(
            office.acting, calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", weaknesses=long)
        )
    one = calls.Judgement(criterion="1.1", level=1, indicator="-", result=Result.MET)
    for judgements in ([one] * 501, [msgspec.structs.replace(one, note=long)]):
        request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=Layer.SCHOOL, judgements=judgements)
        with pytest.raises(BadRequest, match="nhiều nhất"):
            office.application.judge(office.acting, request)


def test_a_criterion_that_was_not_described_has_no_words_and_one_beyond_the_standards_no_standard(office):
    cycle = office.with_school().with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    seen = office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle="", criterion="22"))
    assert (seen.strengths, seen.position, seen.standard, seen.standard_title) == ("", 0, 0, "")
    with pytest.raises(rulebook_problems.NoSuchCriterion, match="không có tiêu chí 99"):
        office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion="99"))


def test_a_criterion_is_asked_of_a_cycle_that_was_open(office):
    office.with_school()
    with pytest.raises(errors.NoSuchCycle, match="chưa mở đợt"):
        office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle="", criterion="1.1"))
    cycle = office.with_cycle()
    past = calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", valid_at=dt.date(2026, 9, 1))
    with pytest.raises(errors.NoSuchCycle):
        office.application.criterion(past)


# --- status


def test_without_a_cycle_nothing_is_concluded_under_the_rulebook_in_force_that_day(office):
    office.with_school()
    now, then = office.status(), office.status(valid_at=dt.date(2024, 3, 1))
    assert (now.rulebook, then.rulebook) == ("v2026_tt57/pho_thong", "v2018/tieu_hoc")
    assert (now.school_level.level, now.cycle, now.recognition) == (None, "", None)
    assert now.because[0] == "Chưa mở đợt tự đánh giá nào đến ngày này, nên chưa có kết quả."
    with pytest.raises(UnknownRulebook, match="Bộ sớm nhất"):
        office.status(valid_at=dt.date(2000, 1, 1))


def test_levels_follow_from_judgements_and_layers_stand_side_by_side(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle)
    office.visit(cycle, {("1.3", 1, "-"): "not_met"}, "commune")
    status = office.status()
    assert status.school_level.level == 2
    assert {code: level.level for code, level in status.criteria.items()} == dict.fromkeys(status.criteria, 2)
    assert status.layers["commune"]["1.3"].level == 0
    assert (status.layer_levels["commune"].level, status.layer_levels["department"].level) == (0, None)
    assert office.status(layer=Layer.COMMUNE).school_level.level == 0


def test_only_the_departments_layer_gives_a_certificate(office):
    cycle = office.with_school().with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    office.state(dt.date(2024, 3, 1), cohort_completed=True)
    office.judge_all(cycle)
    office.evaluate(cycle)
    assert office.status().certificate == {"degree": None}
    assert office.status(layer=Layer.DEPARTMENT).certificate == {"degree": 4}


def test_a_status_names_both_clocks_so_that_the_same_question_can_be_asked_again(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle)
    first = office.status()
    office.clock.move(dt.timedelta(days=3))
    office.judge_all(cycle, "not_met", on=dt.date(2026, 11, 24))
    again = office.status(valid_at=first.valid_at, known_at=first.known_at.position)
    assert again == first
    assert office.status(valid_at=first.valid_at).school_level.level == 0


def test_known_at_may_be_a_time(office):
    cycle = office.with_school().with_cycle()
    before = office.clock.now()
    office.clock.move(dt.timedelta(minutes=5))
    office.judge_all(cycle)
    assert office.status(known_at_time=before).criteria["1.1"].level is None
    assert office.status(known_at_time=office.clock.now()).criteria["1.1"].level == 2
    with pytest.raises(errors.NoSuchSchool, match="nhật ký chưa biết"):
        office.status(known_at_time=before - dt.timedelta(days=9))
    for wrong in (dt.datetime(2026, 11, 24), office.clock.now() + dt.timedelta(seconds=1)):  # noqa: DTZ001
        with pytest.raises(errors.DateRefused):
            office.status(known_at_time=wrong)


def test_a_position_that_the_log_has_not_reached_is_refused_for_its_answer_would_change(office):
    office.with_school()
    for wrong in (3, -1):
        with pytest.raises(event_problems.NotYetKnown, match="Nhật ký mới đến số 2"):
            office.status(known_at=wrong)


def test_before_the_school_was_registered_the_log_did_not_know_it(office):
    office.with_school()
    with pytest.raises(errors.NoSuchSchool):
        office.status(known_at=1)


def test_a_cycle_that_is_not_there_is_refused(office):
    office.with_school()
    with pytest.raises(errors.NoSuchCycle):
        office.status(cycle="1999-2000")


def test_as_if_counts_only_what_the_other_rulebook_asks_in_the_same_words(office):
    cycle = office.with_school().with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    office.judge_all(cycle)
    amended = office.status(rulebook="v2018_tt22/tieu_hoc")
    assert amended.rulebook == "v2018_tt22/tieu_hoc"
    assert any(level.floor > 0 for level in amended.criteria.values())
    assert any("giữ nguyên lời" in reason for reason in amended.because)
    other = office.status(rulebook="v2026_tt57/pho_thong")
    assert {level.floor for level in other.criteria.values()} == {0}
    assert any("không có bảng quy đổi" in reason for reason in other.because)
    with pytest.raises(UnknownRulebook):
        office.status(rulebook="không có")


# --- explain, history, compare, prove


def explain(office, **wanted):
    return office.application.explain(calls.ExplainRequest(school=SCHOOL, **wanted))


def test_a_derivation_cites_the_cycle_and_the_judgements_the_level_rests_on(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle)
    failed = office.judge(cycle, {("4.2", 2, "-"): "not_met"}).position
    why = explain(office)
    assert (why.level.level, why.next_level, why.missing) == (1, 2, ["4.2 Mức\u00a02"])
    assert why.reasons[0].events == [cycle.position]
    refusal = next(reason for reason in why.reasons if reason.verdict == "no")
    assert refusal.events == [failed]
    assert refusal.article


def test_where_several_failures_each_suffice_none_is_cited_and_all_are_named(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle)
    failed = [office.judge(cycle, {(code, 1, "-"): "not_met"}).position for code in ("1.3", "4.2")]
    refusal = next(reason for reason in explain(office).reasons if reason.verdict == "no")
    assert (refusal.events, refusal.alternatives) == ([], failed)


def test_a_criterion_is_explained_by_its_own_judgements(office):
    cycle = office.with_school().with_cycle()
    position = office.judge(cycle, {("1.1", 1, "-"): "met"}).position
    why = explain(office, criterion="1.1")
    assert (why.level.level, why.level.floor, why.next_level, why.missing) == (None, 1, 2, ["1.1 Mức\u00a02"])
    assert [reason.events for reason in why.reasons] == [[cycle.position], [position], []]
    with pytest.raises(rulebook_problems.NoSuchCriterion):
        explain(office, criterion="9.9")


def test_without_a_cycle_the_derivation_says_so(office):
    office.with_school()
    why = explain(office)
    assert (why.level.level, why.reasons[0].verdict, why.reasons[0].events) == (None, "unknown", [])


def test_history_is_in_the_order_of_the_log_and_says_nothing_private(office):
    cycle = office.with_school().with_cycle()
    office.tell_document()
    coded(office, cycle)
    one = calls.Judgement(criterion="1.1", level=1, indicator="-", result=Result.MET, note="Cô Lan nói")
    office.application.judge(
        office.acting, calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=Layer.SCHOOL, judgements=[one])
    )
    told = office.application.history(calls.HistoryRequest(school=SCHOOL, after=2, limit=2))
    assert [item.fact for item in told.items] == ["cycle-opened", "evidence-coded"]
    assert told.items[1].summary == "Cấp mã minh chứng MC.1.1.01."
    assert (told.items[0].actor, told.items[0].correlation) == ("account-1", "c-1")
    everything = msgspec.json.encode(office.application.history(calls.HistoryRequest(school=SCHOOL))).decode()
    assert "Lan" not in everything
    assert "Kế hoạch" not in everything


@pytest.mark.parametrize("wrong", [{"after": -1}, {"limit": 0}, {"limit": 1001}])
def test_history_is_asked_for_within_limits(office, wrong):
    office.with_school()
    with pytest.raises(BadRequest):
        office.application.history(calls.HistoryRequest(school=SCHOOL, **wrong))


def compare(office, a, b):
    found = office.application.compare(calls.CompareRequest(school=SCHOOL, a=a, b=b))
    return {(one.what, one.criterion, one.layer): one for one in found.differences}


def test_two_moments_differ_by_what_happened_between_and_it_says_how_late_that_was_known(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle, on=dt.date(2026, 10, 1))
    known = office.status().known_at.position
    late = office.judge(cycle, {("4.2", 1, "-"): "not_met"}, on=dt.date(2026, 11, 4)).position
    found = compare(office, Moment(valid_at=TODAY, known_at=known), Moment(valid_at=TODAY))
    assert set(found) == {("criterion", "4.2", "school"), ("school_level", "", "school")}
    one = found["criterion", "4.2", "school"]
    assert (one.before, one.after) == ("Mức\u00a02", "Không đạt")
    assert [cause.position for cause in one.causes] == [late]
    assert one.known_late_days == 20


def test_a_judgement_that_was_replaced_is_no_cause(office):
    cycle = office.with_school().with_cycle()
    start = office.status().known_at.position
    first = office.judge(cycle, {("1.1", 1, "-"): "not_met"}).position
    last = office.judge(cycle, {("1.1", 1, "-"): "met"}).position
    found = compare(office, Moment(valid_at=TODAY, known_at=start), Moment(valid_at=TODAY))
    causes = [cause.position for cause in found["criterion", "1.1", "school"].causes]
    assert last in causes
    assert first not in causes


def test_a_judgement_repeated_later_with_the_same_result_is_no_cause(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle, on=dt.date(2026, 10, 1))
    start = office.status().known_at.position
    again = office.judge(cycle, {("4.2", 2, "-"): "met"}, on=dt.date(2026, 10, 5)).position
    failed = office.judge(cycle, {("4.2", 1, "-"): "not_met"}, on=dt.date(2026, 10, 5)).position
    found = compare(office, Moment(valid_at=TODAY, known_at=start), Moment(valid_at=TODAY))
    assert [cause.position for cause in found["criterion", "4.2", "school"].causes] == [failed]
    assert again < failed


def test_two_circulars_are_shown_both_and_never_converted(office):
    office.with_school()
    old = office.with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    office.judge_all(old, on=dt.date(2024, 4, 1))
    new = office.with_cycle()
    found = compare(office, Moment(valid_at=dt.date(2024, 5, 1)), Moment(valid_at=TODAY))
    assert found["rulebook", "", ""].after == "v2026_tt57/pho_thong"
    assert [cause.position for cause in found["cycle", "", ""].causes] == [new.position]
    assert not [key for key in found if key[0] == "criterion"]
    first = compare(office, Moment(valid_at=dt.date(2024, 1, 1)), Moment(valid_at=dt.date(2024, 5, 1)))
    assert (first["cycle", "", ""].before, first["cycle", "", ""].after) == ("Chưa mở đợt", "Đợt 2023-2024")


def copy_grant(office):
    office.tell_document()
    decision = calls.GrantRecognition(
        school=SCHOOL,
        number="118/QĐ-SGDĐT",
        decided_on=dt.date(2026, 11, 20),
        degree=1,
        override="Quyết định ký trên giấy",
        copied_from_paper=DOCUMENT,
    )
    return office.application.grant_recognition(office.acting, decision)


def test_conditions_submission_and_recognition_are_differences_too(office):
    cycle = office.with_school().with_cycle()
    start = Moment(valid_at=TODAY, known_at=office.status().known_at.position)
    assert compare(office, start, start) == {}
    office.state(OPENED, **CONDITIONS)
    office.submit_anyway(cycle)
    copy_grant(office)
    found = office.application.compare(calls.CompareRequest(school=SCHOOL, a=start, b=Moment(valid_at=TODAY))).differences
    told = [(one.what, one.before, one.after, len(one.causes)) for one in found]
    assert ("cycle", "Đợt 2026-2027", "Đợt 2026-2027, đã trình", 1) in told
    assert (
        "conditions",
        "số năm học liên tiếp có dữ liệu: chưa rõ",
        "số năm học liên tiếp có dữ liệu: 3",
        1,
    ) in told
    assert (
        "conditions",
        "có khóa học hoàn thành chương trình: chưa rõ",
        "có khóa học hoàn thành chương trình: có",
        1,
    ) in told
    assert told[-1] == ("recognition", "Chưa có Bằng", "Mức độ 1, số 118/QĐ-SGDĐT, còn hiệu lực", 1)


def test_a_recognition_that_expired_by_itself_is_a_difference_without_a_cause(office):
    office.with_school().with_cycle()
    copy_grant(office)
    found = compare(office, Moment(valid_at=TODAY), Moment(valid_at=dt.date(2040, 1, 1)))
    assert found["recognition", "", ""].after.endswith("hết hạn")
    assert found["recognition", "", ""].causes == []
    assert found["recognition", "", ""].known_late_days == 0


def test_what_if_names_the_schools_that_would_change_level_and_by_which_criteria(office):
    cycle = office.with_school().with_cycle()
    office.with_school(code="MN-AB", name="Trường Mầm non", kind="mam_non").with_school(code="TH-AN", name="Trường An")
    office.judge_all(cycle)
    office.judge(cycle, {("1.1", 1, "-"): "not_met"})
    head = office.application.log.head()
    asked = calls.SimulateRequest(commune="NL01", rulebook="v2026_tt57/pho_thong", changes={"mandatory": {"1.1": True}})
    found = office.application.simulate(asked)
    assert [one.school for one in found.schools] == ["TH-AN", "TH-BC"]
    one = found.schools[1]
    assert (one.before.level, one.after.level, one.changed, one.by) == (1, 0, True, ["1.1"])
    assert (one.next_level, one.missing) == (1, ["1.1 Mức\u00a01"])
    assert found.digest != cycle.digest
    assert office.application.log.head() == head
    same = office.application.simulate(msgspec.structs.replace(asked, changes={}))
    assert [one.changed for one in same.schools] == [False, False]
    with pytest.raises(BadRequest, match="Dự thảo không đúng dạng"):
        office.application.simulate(msgspec.structs.replace(asked, changes={"drop": 3}))


def test_a_proof_holds_the_schools_events_up_to_a_position(office):
    cycle = office.with_school().with_cycle()
    office.judge_all(cycle)
    bundle = json.loads(office.application.prove(calls.ProveRequest(school=SCHOOL, known_at=3)).bundle)
    assert [event["position"] for event in bundle["events"]] == [2, 3]
    assert bundle["stream"] == school_stream(SCHOOL).hex


# --- what other services tell


def test_a_finding_is_recorded_exactly_once_with_what_caused_it(office):
    cycle = office.with_school().with_cycle()
    event = office.tell_finding(cycle, ("1.1", 1, "-"))
    head = office.application.log.head()
    office.application.receive(event)
    assert office.application.log.head() == head
    assert office.application.received_position("inspection") == 1
    item = office.application.history(calls.HistoryRequest(school=SCHOOL)).items[-1]
    assert (item.cause, item.correlation, item.actor) == (event.id, "c-9", "system:inspection")
    assert item.occurred == dt.datetime(2026, 11, 1, 17, tzinfo=dt.UTC)


def test_a_finding_received_by_another_process_a_moment_before_is_done(office, monkeypatch):
    cycle = office.with_school().with_cycle()
    event = office.tell_finding(cycle, ("1.1", 1, "-"))
    app = office.application
    monkeypatch.setattr(type(app), "logged_position", lambda *_: 0)
    monkeypatch.setattr(type(app), "_require_new", lambda *_: (_ for _ in ()).throw(_already()))
    head = app.log.head()
    app.receive(msgspec.structs.replace(event, data=event.data | {"result": "not_met"}))
    assert app.log.head() == head


def _already():
    from shared.eventlog.application import AlreadyReceived

    return AlreadyReceived("inspection 1")


def test_a_finding_that_fits_nowhere_is_a_problem_and_is_not_counted_as_received(office):
    cycle = office.with_school().with_cycle()
    for number, (wrong, problem) in enumerate(
        [
            ({"cycle": "1999-2000"}, errors.NoSuchCycle),
            ({"school": "KHONG"}, errors.NoSuchSchool),
            ({"key": ("9.9", 1, "-")}, rulebook_problems.NoSuchCriterion),
            ({"on": dt.date(2026, 1, 1)}, errors.DateRefused),
        ],
        start=1,
    ):
        with pytest.raises(problem):
            office.tell_finding(**{"cycle": cycle, "key": ("1.1", 1, "-"), "sequence": number, **wrong})
    assert office.application.received_position("inspection") == 0


def test_a_finding_in_a_version_nobody_here_knows_is_a_problem_not_a_loss(office):
    cycle = office.with_school().with_cycle()
    event = office.tell_finding(cycle, ("1.1", 1, "-"))
    newer = msgspec.structs.replace(event, type="vn.kiemdinh.inspection.finding-recorded.v2", sequence=2)
    with pytest.raises(event_problems.UnknownEventVersion, match="Chưa hiểu sự kiện"):
        office.application.receive(newer)
    assert office.application.received_position("inspection") == 1


def test_other_events_are_passed_over_and_counted(office):
    office.with_school()
    office.tell(
        told_by_inspection.InspectionPlanned(inspection="v", school=SCHOOL, cycle="c", layer=Layer.COMMUNE, planned_on=TODAY)
    )
    office.tell(told_by_evidence.DocumentSealed(document=DOCUMENT, school=SCHOOL, retained_until=TODAY))
    assert office.application.received_position("inspection") == 1
    assert office.application.received_position("evidence") == 1


def test_a_document_told_twice_is_known_once(office):
    office.with_school()
    event = office.tell_document()
    office.application.receive(event)
    office.application.receive(msgspec.structs.replace(event, sequence=2))
    assert office.application.received_position("evidence") == 2


def test_a_tracked_position_is_stored_with_the_event(office):
    cycle = office.with_school().with_cycle()
    office.tell_finding(cycle, ("1.1", 1, "-"), sequence=5)
    app = office.application
    assert app.recorder.has_tracking_id("inspection", 5)
    assert [one.entry.fact.TOPIC for one in app.log.stream(cycle_stream(SCHOOL, cycle.cycle))] == [
        "assessment.finding-taken"
    ]
    assert Tracking("inspection", 5).notification_id == 5


def test_every_stored_event_has_a_public_face_in_an_envelope(office):
    cycle = office.with_school().with_cycle()
    office.judge(cycle, {("1.1", 1, "-"): "met"})
    told = [office.application.published(logged) for logged in office.application.log.read(0)]
    assert [event.sequence for event in told] == [1, 2, 3, 4]
    assert [event.subject for event in told] == ["commune/NL01", "school/TH-BC", "school/TH-BC", "school/TH-BC"]
    assert told[-1].type == "vn.kiemdinh.assessment.indicator-judged.v1"
    assert told[-1].source == "urn:kiemdinh:thu:assessment"


def test_a_kept_history_is_caught_up_with_what_came_since_from_anybody(office, monkeypatch):
    cycle = office.with_school().with_cycle()
    assert office.status().criteria["1.1"].floor == 0
    office.with_school(code="TH-AN", name="Trường An")
    office.judge(cycle, {("1.1", 1, "-"): "met"})
    assert office.status().criteria["1.1"].floor == 1
    monkeypatch.setattr("services.assessment.histories._CAUGHT_UP_EVENTS", 0)
    office.judge(cycle, {("1.1", 2, "-"): "met"})
    caught_up = office.status()
    assert caught_up.criteria["1.1"].floor == 2
    office.application._histories._kept.clear()
    assert office.status() == caught_up


def test_few_events_are_kept_in_memory(office, monkeypatch):
    monkeypatch.setattr("services.assessment.histories._CACHED_EVENTS", 3)
    for code in ("TH-A1", "TH-A2", "TH-A3", "TH-A4"):
        office.with_school(code=code)
        office.with_cycle(school=code)
        assert office.status(school=code).cycle == "2026-2027"
    kept = office.application._histories._kept
    assert len(kept) == 1
    assert office.status(school="TH-A1").cycle == "2026-2027"
