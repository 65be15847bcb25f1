"""Papers of the live service: of which visit, at which moment, for whom; an earlier moment prints what it printed then."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection.errors import NoSuchInspection, VisitNotConcluded
from shared.contracts.calls.recommendations import AddRecommendation
from shared.contracts.calls.visit_papers import ComposeVisitPaper, VisitPaperQuestion, VisitPapersRequest
from shared.contracts.problems import NotYetKnown, PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.model import PersonOnPaper
from shared.papers.resolving import people_in, resolve
from shared.papers.text import printed_text
from shared.problems import NotAllowed
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.inspection import team_kit as kit_of_team
from tests.unit.inspection import visit_papers_kit as kit
from tests.unit.inspection.conftest import TT57

K = VisitPaperKind
SCHOOL = "TH-BC"
KEY, OTHER_KEY = ("1.1", 1, "-"), ("1.2", 1, "-")
GROUND = kit.ground(
    school=SCHOOL,
    school_name="Trường Tiểu học Bản Chuông",
    digest=TT57.digest,
    levels=dict.fromkeys(TT57.criteria, 1),
    commune_schools={SCHOOL: "Trường Tiểu học Bản Chuông", "TH-HAI": "Trường Tiểu học Hai"},
)


def asked(team, kind, who=None, **more):
    """Ask for a paper as the gateway does: which moment it tells of, then what it says at that moment."""
    acting = who or team.officer
    question = VisitPaperQuestion(school=SCHOOL, kind=kind, **more)
    moment = team.application.visit_paper_moment(acting, question)
    request = ComposeVisitPaper(
        **{name: getattr(question, name) for name in ("school", "kind", "inspection", "cycle")},
        valid_at=moment.valid_at,
        known_at=moment.known_at,
        ground=GROUND,
    )
    return team.application.compose_visit_paper(acting, request), moment


def words(composed) -> str:
    return "\n".join(printed_text(kit.named(composed.paper)))


@pytest.fixture
def visited(team):
    """Return a team that found something in a visit that is not concluded."""
    team.hear_school()
    team.hear_cycle()
    visit = team.plan()
    team.find(visit, {KEY: "not_met"}, note="Thiếu sổ theo dõi")
    return team, visit


def test_the_minutes_of_a_visit_tell_what_it_found_and_are_a_draft_until_it_is_concluded(visited):
    team, visit = visited
    draft, _ = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    assert draft.paper.draft
    assert "Thiếu sổ theo dõi" in words(draft)
    team.conclude(visit)
    done, _ = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    assert not done.paper.draft
    assert "Đã kiểm tra tại trường." in words(done)
    assert done.cycle == "2026-2027"
    assert done.formats == [PaperFormat.WORD, PaperFormat.PDF]


def test_a_paper_of_an_earlier_moment_has_the_bytes_that_it_had_then(visited):
    team, visit = visited
    before, moment = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    assert (moment.known_at, moment.known_until) == (2, None)
    team.clock.move(dt.timedelta(days=3))
    team.find(visit, {OTHER_KEY: "met"}, note="Có kế hoạch")
    team.conclude(visit)
    after, later = asked(team, K.VISIT_MINUTES, inspection=visit.inspection, known_at=2)
    assert later.known_until is not None
    assert to_docx(kit.named(after.paper)) == to_docx(kit.named(before.paper))
    assert "Có kế hoạch" in words(asked(team, K.VISIT_MINUTES, inspection=visit.inspection)[0])


def test_what_another_school_does_and_days_that_pass_make_no_other_paper(visited):
    team, visit = visited
    before, _ = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    team.hear_school("TH-HAI")
    team.hear_cycle(school="TH-HAI")
    officer = msgspec.structs.replace(
        team.officer, grants=tuple(msgspec.structs.replace(g, schools=(SCHOOL, "TH-HAI")) for g in team.officer.grants)
    )
    team.plan(who=officer, school="TH-HAI")
    team.clock.move(dt.timedelta(days=9))
    after, moment = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    assert moment.known_at == 2
    assert to_docx(kit.named(after.paper)) == to_docx(kit.named(before.paper))


def test_what_held_only_later_is_not_on_the_paper_of_an_earlier_day(visited):
    team, visit = visited
    day = dt.date(2026, 10, 30)
    with pytest.raises(NoSuchInspection):
        asked(team, K.VISIT_MINUTES, inspection=visit.inspection, valid_at=day)


def test_a_position_that_the_log_has_not_reached_is_refused(visited):
    team, _ = visited
    with pytest.raises(NotYetKnown):
        asked(team, K.VISIT_MINUTES, known_at=99)


def test_without_a_name_the_paper_is_of_the_last_concluded_visit(visited):
    team, visit = visited
    assert asked(team, K.VISIT_MINUTES)[1].inspection == visit.inspection
    team.conclude(visit)
    team.clock.move(dt.timedelta(days=1))
    team.plan(on=dt.date(2026, 11, 26), title="Kiểm tra lại")
    assert asked(team, K.VISIT_MINUTES)[1].inspection == visit.inspection


def test_a_visit_that_is_not_there_or_of_another_layer_is_refused(visited):
    team, visit = visited
    with pytest.raises(NoSuchInspection):
        asked(team, K.VISIT_MINUTES, inspection="khong-co")
    with pytest.raises(PaperSubjectMissing, match="giấy của đợt do Sở lập"):
        asked(team, K.EVALUATION_REPORT, inspection=visit.inspection)
    with pytest.raises(PaperSubjectMissing):
        asked(team, K.SURVEY_MINUTES)


def test_a_visit_of_another_school_is_not_told_of(visited):
    team, visit = visited
    question = VisitPaperQuestion(school="TH-HAI", kind=K.VISIT_MINUTES, inspection=visit.inspection)
    with pytest.raises(NoSuchInspection):
        team.application.visit_paper_moment(team.officer, question)


def test_the_school_prints_what_a_visit_found_once_it_is_concluded_and_its_internal_report_never(visited):
    team, visit = visited
    assert not asked(team, K.VISIT_PLAN, team.head, inspection=visit.inspection)[0].paper.draft
    with pytest.raises(VisitNotConcluded):
        asked(team, K.VISIT_MINUTES, team.head, inspection=visit.inspection)
    team.conclude(visit)
    minutes, _ = asked(team, K.VISIT_MINUTES, team.head, inspection=visit.inspection)
    assert minutes.paper == asked(team, K.VISIT_MINUTES, inspection=visit.inspection)[0].paper
    with pytest.raises(NotAllowed, match="giấy của đoàn và của cơ quan"):
        asked(team, K.VISIT_REPORT, team.head, inspection=visit.inspection)


def test_a_sheet_tells_of_the_day_of_the_question(visited):
    team, visit = visited
    team.clock.move(dt.timedelta(days=30))
    sheet, moment = asked(team, K.RECOMMENDATION_SHEET, inspection=visit.inspection)
    assert moment.valid_at == dt.date(2026, 12, 24)
    assert PaperFormat.SHEET in sheet.formats
    assert "tính đến ngày 24/12/2026" in words(sheet)


def test_a_plan_of_one_visit_is_no_sheet_and_that_of_the_commune_is_one(visited):
    team, visit = visited
    one, _ = asked(team, K.VISIT_PLAN, inspection=visit.inspection)
    assert PaperFormat.SHEET not in one.formats
    whole, _ = asked(team, K.VISIT_PLAN)
    assert PaperFormat.SHEET in whole.formats
    assert "Gồm 01 đợt tại 01 trường" in words(whole)
    assert "Trường Tiểu học Bản Chuông" in words(whole)


def test_the_plan_of_the_commune_is_for_who_reaches_all_its_schools_and_of_one_year(visited, grants):
    team, _ = visited
    team.hear_school("TH-HAI")
    with pytest.raises(NotAllowed):
        asked(team, K.VISIT_PLAN, grants((Role.HEAD, ScopeKind.SCHOOL, SCHOOL)))
    both = grants((Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01"))
    both = msgspec.structs.replace(both, grants=(msgspec.structs.replace(both.grants[0], schools=(SCHOOL, "TH-HAI")),))
    assert "Gồm 01 đợt" in words(asked(team, K.VISIT_PLAN, both)[0])
    with pytest.raises(PaperSubjectMissing, match="Năm 2027"):
        asked(team, K.VISIT_PLAN, both, valid_at=dt.date(2027, 2, 1))


def test_a_school_without_any_visit_and_registration_has_nothing_to_print(team):
    team.hear_school()
    for kind in (K.VISIT_MINUTES, K.DOSSIER_NOTICE, K.RECOGNITION_DECISION):
        with pytest.raises(PaperSubjectMissing):
            asked(team, kind)


# --- what can be printed


def offered(team, who=None, **more):
    request = VisitPapersRequest(school=SCHOOL, ground=GROUND, **more)
    return {one.kind: one for one in team.application.visit_papers(who or team.officer, request).papers}


def test_the_papers_of_a_visit_are_listed_with_what_each_waits_for(visited):
    team, visit = visited
    papers = offered(team, inspection=visit.inspection)
    assert papers[K.VISIT_MINUTES].draft
    assert papers[K.VISIT_PLAN].because == ""
    assert "chưa lập đoàn" in papers[K.TEAM_DECISION].because
    assert K.EVALUATION_REPORT not in papers
    assert K.DOSSIER_NOTICE not in papers


def test_the_school_is_offered_no_internal_paper_and_no_draft(visited):
    team, visit = visited
    papers = offered(team, team.head, inspection=visit.inspection)
    assert K.VISIT_REPORT not in papers
    assert "chưa kết luận" in papers[K.VISIT_MINUTES].because


def test_without_a_visit_the_papers_of_the_registration_are_listed(visited):
    team, _ = visited
    assert list(offered(team)) == [K.SUBMISSION_LETTER, K.DOSSIER_NOTICE, K.RECOGNITION_DECISION]


def test_every_kind_is_told_with_its_formats_and_as_a_form_of_our_own(team):
    kinds = {view.kind: view for view in team.application.visit_paper_kinds().kinds}
    assert list(kinds) == [kind.value for kind in K]
    assert all(view.own_form for view in kinds.values())
    assert kinds[K.RECOMMENDATION_SHEET].formats == [PaperFormat.SHEET, PaperFormat.WORD, PaperFormat.PDF]


# --- recommendations


def test_the_minutes_of_the_second_visit_hold_what_it_made_and_what_it_found_open(visited):
    team, first = visited
    recommend(team, first, "Bổ sung sổ theo dõi")
    team.conclude(first)
    team.clock.move(dt.timedelta(days=5))
    second = team.plan(on=dt.date(2026, 11, 29), title="Kiểm tra lại")
    team.find(second, {OTHER_KEY: "met"}, on=dt.date(2026, 11, 29))
    recommend(team, second, "Niêm yết kế hoạch")
    said = words(asked(team, K.VISIT_MINUTES, inspection=second.inspection)[0])
    assert "Bổ sung sổ theo dõi" in said
    assert "mang sang từ đợt Kiểm tra kỹ thuật" in said
    assert "Niêm yết kế hoạch" in said
    assert "Niêm yết kế hoạch" not in words(asked(team, K.VISIT_MINUTES, inspection=first.inspection)[0])


def test_what_is_recommended_later_is_not_in_the_minutes_of_an_earlier_moment(visited):
    team, visit = visited
    before = to_docx(kit.named(asked(team, K.VISIT_MINUTES, inspection=visit.inspection)[0].paper))
    recommend(team, visit, "Bổ sung sổ theo dõi")
    earlier, _ = asked(team, K.VISIT_MINUTES, inspection=visit.inspection, known_at=2)
    assert to_docx(kit.named(earlier.paper)) == before


def recommend(team, visit, text):
    request = AddRecommendation(
        school=SCHOOL, inspection=visit.inspection, criterion="1.1", text=text, due=dt.date(2026, 12, 20)
    )
    return team.application.add_recommendation(team.officer, request)


# --- teams


def test_papers_of_a_team_tell_what_it_agreed_on_with_whom_and_who_judged_otherwise(visited):
    team, former = visited
    team.conclude(former)
    visit = team.plan(on=kit_of_team.DAY, title="Kiểm tra có đoàn")
    kit_of_team.set_up(team, visit)
    kit_of_team.judge(team, visit, kit_of_team.HEAD, {KEY: "met"})
    kit_of_team.judge(team, visit, kit_of_team.LAN, {KEY: "not_met"}, note="Chưa thấy văn bản")
    before = asked(team, K.VISIT_REPORT, inspection=visit.inspection)[1].known_at
    kit_of_team.agree(team, visit, {KEY: "met"}, note="Đã xem văn bản")
    kit_of_team.hold(
        team, visit, participants=[{"person": kit_of_team.MINH, "office": "Hiệu trưởng"}], sites=["Điểm Pá Kép"]
    )
    report, _ = asked(team, K.VISIT_REPORT, inspection=visit.inspection)
    people = people_in(report.paper)
    assert {kit_of_team.LAN} <= people
    said = "\n".join(printed_text(resolve(report.paper, {one: PersonOnPaper(one) for one in people}, {})))
    assert f"Tiêu chí 1.1 Mức 1: {kit_of_team.LAN}: Không đạt (Chưa thấy văn bản); Đoàn: Đạt." in said
    assert "Điểm Pá Kép" in said
    minutes, _ = asked(team, K.VISIT_MINUTES, inspection=visit.inspection)
    assert people_in(minutes.paper) == {kit_of_team.HEAD, kit_of_team.SECRETARY, kit_of_team.LAN, kit_of_team.MINH}
    earlier, _ = asked(team, K.VISIT_REPORT, inspection=visit.inspection, known_at=before)
    assert "Đã xem văn bản" not in repr(earlier.paper)


def test_the_decision_of_a_team_is_printed_before_anybody_went(visited):
    team, former = visited
    team.conclude(former)
    visit = team.plan(on=dt.date(2026, 12, 2), title="Đợt sau")
    kit_of_team.set_up(team, visit)
    decision, _ = asked(team, K.TEAM_DECISION, team.head, inspection=visit.inspection)
    assert not decision.paper.draft
    assert decision.paper.heading.number == "12"


def test_a_day_before_the_plan_was_written_down_has_no_visit_to_print(team):
    team.hear_school()
    visit = team.plan(cycle="", on=dt.date(2026, 11, 2))
    team.hear_cycle()
    team.find(visit, {KEY: "met"}, on=dt.date(2026, 11, 2))
    with pytest.raises(NoSuchInspection):
        asked(team, K.VISIT_MINUTES, inspection=visit.inspection, valid_at=dt.date(2026, 11, 10))
