"""What else of the year waits for a school stands on its list under a heading of its own, and leads to its page."""

from __future__ import annotations

import datetime as dt

from shared.clock import SystemClock, today
from shared.contracts.calls.year import reports, targets, training
from shared.vocabulary.commune_year import ReportKind, TrainingTopic
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

DAY = today(SystemClock())
OF = {"commune": COMMUNE, "year": DAY.year}


def test_reports_targets_and_classes_stand_under_their_headings_with_their_days():
    village = Village()
    village.open_cycle()
    soon = DAY + dt.timedelta(days=20)
    asked = reports.AskReport(**OF, kind=ReportKind.PROGRESS, period="tháng 11", due=soon)
    request = village.do(Role.COMMUNE_OFFICER, "ask_report", asked, reports.ReportWasAsked, "inspection").id
    wanted = targets.SetTargets(**OF, targets=[targets.TargetWanted(school=SCHOOL, criterion="1.1", level=1, by=soon)])
    village.do(Role.COMMUNE_OFFICER, "set_targets", wanted, targets.TargetsSet, "inspection")
    named = {"topic": TrainingTopic.COUNCIL, "title": "Tập huấn Hội đồng", "days": [DAY], "place": "Hội trường xã"}
    planned = training.PlanTraining(**OF, **named)
    village.do(Role.COMMUNE_OFFICER, "plan_training", planned, training.TrainingPlannedAnswer, "inspection")

    page = village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/viec").text

    said = words_of(main_of(page))
    assert f'href="/truong/{SCHOOL}/bao-cao/{request}"' in page
    assert "Báo cáo tiến độ tháng 11" in said
    assert "Tiêu chí 1.1 đạt Mức 1" in said
    assert "Tập huấn Hội đồng, Hội trường xã" in said


def test_a_school_for_which_nothing_else_waits_is_told_so():
    said = words_of(main_of(Village().enter(Role.HEAD).get(f"/truong/{SCHOOL}/viec").text))
    for none in ("Không có báo cáo nào phải gửi.", "Không có chỉ tiêu nào chưa đạt.", "Không có lớp nào sắp mở."):
        assert none in said
