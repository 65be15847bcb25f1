"""Registrations: every step in its order, what is late says so, silence falls on its day, the queue by what is due."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from services.inspection import errors
from services.inspection.domain import registration_facts as rf
from services.inspection.domain.facts import FACTS
from services.inspection.domain.registration import Registration
from services.inspection.published import public_event
from services.inspection.settings import InspectionSettings
from services.inspection.silence_worker import SilenceWorker
from services.inspection.use_cases.registration_answers import RegistrationAnswers
from services.inspection.use_cases.registrations import RegistrationRepository
from shared.contracts.calls import registration as c
from shared.contracts.events import registration as public
from shared.contracts.events.assessment import (
    CertificateGranted,
    RecognitionCorrected,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionRevoked,
)
from shared.contracts.events.base import PublicEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.problems import DocumentUnknown
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed, Problem
from shared.storage.errors import StoreFull
from shared.vocabulary.inspection import RegistrationState
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.conftest import acting
from tests.unit.inspection.registration_kit import (
    ACCEPTED,
    HOLIDAYS,
    SENT,
    STRAIGHT,
    SUBMITTED,
    TT57,
    V2018,
    VISITED,
    Path,
)
from tests.unit.inspection.registration_samples import SAMPLES
from tests.unit.inspection.team_kit import HEAD, agree, judge, person, set_up

DUE = dt.date(2026, 11, 23)
FIRST = next(iter(V2018.keys))
TODAY = dt.date(2026, 11, 24)


def steps(view):
    return [str(done.step) for done in view.history]


# --- the way


def test_a_registration_goes_from_the_letter_to_the_final_report_and_tells_its_state_at_each_step():
    path = Path().submitted()
    states = [
        path.show().state,
        path.open().state,
        path.check("Quyết định lập Hội đồng").state,
        path.check().state,
        path.forward().state,
        path.accept().state,
    ]
    path.evaluate()
    states += [
        path.show().state,
        path.draft().state,
        path.reply("Một điểm").state,
        path.final((1, "tiep_thu"), on=SENT).state,
    ]
    assert [str(state) for state in states] == [
        "chua_dang_ky",
        "da_dang_ky",
        "thieu_ho_so",
        "da_kiem_tra",
        "da_chuyen",
        "da_tiep_nhan",
        "danh_gia",
        "du_thao",
        "da_phan_hoi",
        "chinh_thuc",
    ]
    shown = path.show()
    assert [(point.text, point.answer) for point in shown.points] == [("Một điểm", "tiep_thu")]
    assert [done.by for done in shown.history] == ["account-1"] * 8
    assert shown.history[1].text == "Còn thiếu: Quyết định lập Hội đồng"


def nothing(path):
    path.submitted()


def opened(path):
    path.submitted().open()


def checked(path):
    opened(path)
    path.check()


def lacking(path):
    opened(path)
    path.check("Phụ lục số liệu")


def with_the_department(path):
    path.to_department()


def accepted(path):
    path.to_department().accept()


def going_on(path):
    accepted(path)
    path.evaluate(conclude=False)


def begun_too_early(path):
    path.to_department()
    path.evaluate(on=dt.date(2026, 10, 4))
    path.accept()


def evaluated(path):
    accepted(path)
    path.evaluate()


def drafted(path):
    path.clock.move(dt.timedelta(days=-5))  # the time to reply runs
    path.to_draft()


def replied(path):
    path.to_draft().reply("Một", "Hai")


def given_back(path):
    path.to_department().give_back()


def final(path):
    path.to_final()


def decided(path):
    path.to_final().hear(RecognitionRefused(school="TH-BC", cycle="2026-2027", refused_on=SENT))


OUT_OF_ORDER = [
    (lambda path: None, lambda path: path.open(), "chua-trinh"),
    (nothing, lambda path: path.open(on=SUBMITTED - dt.timedelta(1)), "chua-trinh"),
    (nothing, lambda path: path.check(), "chua-dang-ky"),
    (nothing, lambda path: path.forward(), "chua-dang-ky"),
    (nothing, lambda path: path.accept(), "chua-dang-ky"),
    (nothing, lambda path: path.draft(), "chua-dang-ky"),
    (nothing, lambda path: path.reply(), "chua-dang-ky"),
    (nothing, lambda path: path.final(), "chua-dang-ky"),
    (opened, lambda path: path.open(number="khác"), "dang-xet"),
    (opened, lambda path: path.forward(), "chua-kiem-tra-ho-so"),
    (opened, lambda path: path.accept(), "chua-kiem-tra-ho-so"),
    (opened, lambda path: path.give_back(), "chua-kiem-tra-ho-so"),
    (lacking, lambda path: path.forward(), "ho-so-con-thieu"),
    (lacking, lambda path: path.accept(), "ho-so-con-thieu"),
    (checked, lambda path: path.accept(), "chua-chuyen"),
    (checked, lambda path: path.draft(), "chua-chuyen"),
    (with_the_department, lambda path: path.check("Muộn"), "da-chuyen"),
    (with_the_department, lambda path: path.forward(number="khác"), "da-chuyen"),
    (with_the_department, lambda path: path.draft(), "chua-tiep-nhan"),
    (with_the_department, lambda path: path.final(), "chua-tiep-nhan"),
    (given_back, lambda path: path.accept(), "da-tra-lai"),
    (accepted, lambda path: path.give_back(), "da-tiep-nhan"),
    (accepted, lambda path: path.accept(number="khác"), "da-tiep-nhan"),
    (accepted, lambda path: path.draft(), "chua-ket-luan"),
    (going_on, lambda path: path.draft(), "chua-ket-luan"),
    (begun_too_early, lambda path: path.draft(), "chua-ket-luan"),
    (evaluated, lambda path: path.reply(), "chua-gui-du-thao"),
    (evaluated, lambda path: path.final(on=SENT), "chua-gui-du-thao"),
    (drafted, lambda path: path.draft(summary="khác"), "da-gui-du-thao"),
    (replied, lambda path: path.reply("Ba"), "da-phan-hoi"),
    (replied, lambda path: path.final((1, "tiep_thu"), on=SENT), "chua-tra-loi-phan-hoi"),
    (replied, lambda path: path.final((1, "tiep_thu"), (2, "bao_luu"), (3, "bao_luu"), on=SENT), "chua-tra-loi-phan-hoi"),
    (final, lambda path: path.draft(summary="khác"), "da-chinh-thuc"),
    (final, lambda path: path.reply("Muộn"), "da-chinh-thuc"),
    (final, lambda path: path.final((1, "tiep_thu"), on=TODAY), "da-chinh-thuc"),
    (decided, lambda path: path.open(number="khác"), "da-quyet-dinh"),
    (decided, lambda path: path.final((1, "tiep_thu"), on=TODAY), "da-quyet-dinh"),
]


@pytest.mark.parametrize(("so_far", "step", "refusal"), OUT_OF_ORDER)
def test_every_step_out_of_order_is_refused_by_name_and_writes_nothing(so_far, step, refusal):
    path = Path()
    so_far(path)
    head = path.application.log.head()
    with pytest.raises(Problem) as refused:
        step(path)
    assert (refused.value.type, refused.value.status) == (refusal, 409)
    assert "hưa ghi gì" in refused.value.detail
    assert path.application.log.head() == head


def test_a_final_report_before_reply_and_silence_is_refused_and_names_the_last_day():
    path = Path()
    path.clock.move(dt.timedelta(days=-5))
    path.to_draft()
    with pytest.raises(errors.ReplyTimeRuns, match="đến hết ngày 23/11/2026"):
        path.final()


def test_a_step_done_again_does_nothing_on_a_later_day_too():
    path = Path().to_final()
    head = path.application.log.head()
    path.final(on=TODAY)
    assert path.application.log.head() == head
    other = Path()
    drafted(other)
    head = other.application.log.head()
    other.draft(on=SENT + dt.timedelta(2))
    other.accept(on=SENT)
    other.open(on=SENT)
    assert other.application.log.head() == head


def test_a_command_that_is_sent_twice_is_carried_out_once():
    path = Path().submitted()
    once = msgspec.structs.replace(path.head, command="c-1")
    path.open(who=once, number="1")
    assert path.open(who=once, number="2").position == path.application.log.head() == 1


def test_a_day_before_the_step_before_is_refused():
    path = Path().to_department()
    with pytest.raises(errors.VisitDateRefused, match="Bước trước ghi ngày 01/10/2026"):
        path.give_back(on=SUBMITTED - dt.timedelta(1))
    path.accept()
    path.evaluate()
    with pytest.raises(errors.VisitDateRefused, match="Đoàn kết luận ngày 02/11/2026"):
        path.draft(on=VISITED - dt.timedelta(1))
    with pytest.raises(errors.VisitDateRefused, match="chưa đến"):
        path.draft(on=TODAY + dt.timedelta(1))


def test_a_returned_dossier_is_registered_again_and_goes_the_whole_way_anew():
    path = Path().to_department()
    back = path.give_back(due=dt.date(2026, 10, 20))
    assert back.state is RegistrationState.RETURNED
    assert (back.deadlines[1].due, back.deadlines[1].confidence) == (dt.date(2026, 10, 20), "high")
    assert back.history[-1].text == "Thiếu phụ lục số liệu"
    assert [station.done_on for station in back.stations] == [None] * 9
    again = path.open(on=dt.date(2026, 10, 12))
    assert (again.state, again.registration) == (RegistrationState.REGISTERED, back.registration)
    with pytest.raises(errors.DossierNotChecked):
        path.accept(on=dt.date(2026, 10, 12))
    assert steps(again) == ["dang_ky", "kiem_tra", "chuyen", "tra_lai", "dang_ky"]
    with pytest.raises(errors.VisitDateRefused, match="sau ngày trả"):
        path.give_back(due=ACCEPTED)


# --- whose step it is


def test_only_the_team_of_the_visit_drafts_and_makes_final():
    path = Path().to_department()
    path.accept()
    path.hear_school()
    sent = acting((path.evaluator.grants[0].role, path.evaluator.grants[0].scope_kind, ""), actor="account-2")
    visit = path.plan("department", on=VISITED, title="Đánh giá ngoài")
    path.conclude(visit)
    assert path.draft(who=sent).state is RegistrationState.DRAFT_SENT, "where nobody was named, anybody of the team may"
    with pytest.raises(NotAllowed):
        path.final(who=path.officer)


def test_a_head_who_works_at_the_school_does_not_evaluate_it():
    path = Path().to_department()
    path.accept()
    path.evaluate()
    both = msgspec.structs.replace(path.evaluator, grants=(*path.evaluator.grants, *path.head.grants))
    with pytest.raises(NotAllowed, match="Người thuộc trường"):
        path.draft(who=both)


# --- silence


def test_silence_falls_when_the_last_day_is_over_in_viet_nam_and_not_before():
    path = Path().to_draft()
    worker = SilenceWorker(path.application)
    path.clock.move(dt.datetime(2026, 11, 23, 16, 59, 59, tzinfo=dt.UTC) - path.clock.now())
    assert (worker.step(), path.show().state) == (0, RegistrationState.DRAFT_SENT)
    path.clock.move(dt.timedelta(seconds=1))
    assert (worker.step(), worker.step()) == (1, 0)
    shown = path.show()
    assert (shown.state, shown.history[-1].on, shown.history[-1].by) == (
        RegistrationState.SILENCE,
        DUE,
        "system:registration",
    )
    assert path.final().state is RegistrationState.FINAL


def test_a_holiday_that_is_set_moves_the_day_on_which_silence_falls():
    path = Path(holidays=HOLIDAYS).to_draft()
    assert path.show().state is RegistrationState.DRAFT_SENT, "24 November is the last day, for the 20th is a holiday"
    assert path.show().deadlines[2].due == TODAY
    path.clock.move(dt.timedelta(days=1))
    shown = path.show()
    assert (shown.state, shown.history[-1].on) == (RegistrationState.SILENCE, TODAY)


def test_whoever_asks_before_the_worker_looked_is_answered_as_if_it_had():
    path = Path().to_draft()
    assert path.queue().registrations[0].state is RegistrationState.SILENCE
    assert path.application.take_silences() == 0
    other = Path().to_draft()
    assert other.final().state is RegistrationState.FINAL
    assert steps(other.show())[-2:] == ["im_lang", "chinh_thuc"]


def test_a_full_disk_keeps_nobody_from_reading_that_the_time_is_over():
    path = Path().to_draft()
    room, head = path.application.room, path.application.log.head()
    path.application.room = FullDisk()
    shown = path.show()
    assert (shown.state, shown.history[-1].position) == (RegistrationState.SILENCE, 0)
    assert path.queue().registrations[0].state is RegistrationState.SILENCE
    with pytest.raises(StoreFull):
        path.final()
    assert path.application.log.head() == head
    path.application.room = room
    assert path.show().history[-1].position == head + 1


class FullDisk:
    """A disk without room for a new fact."""

    def require(self):
        raise StoreFull


def test_a_final_report_of_a_day_on_which_the_school_could_still_reply_is_refused():
    path = Path().to_draft()
    with pytest.raises(errors.ReplyTimeRuns, match="đến hết ngày 23/11/2026"):
        path.final(on=DUE)


def test_a_reply_after_its_time_is_taken_and_says_how_late_it_is():
    path = Path().to_draft()
    path.application.take_silences()
    late = path.reply("Muộn rồi", on=TODAY)
    assert (late.state, late.history[-1].late_days) == (RegistrationState.REPLIED, 1)
    assert any("quá hạn 1 ngày" in warning for warning in late.warnings)
    assert steps(late)[-2:] == ["im_lang", "phan_hoi"]


def test_a_reply_in_time_that_is_told_later_leaves_no_silence():
    path = Path().to_draft()
    told = path.reply(on=DUE)
    assert (steps(told)[-1], told.history[-1].late_days, told.history[-1].text) == ("phan_hoi", 0, "Nhất trí")
    assert "im_lang" not in steps(told)


def test_a_silence_that_was_recorded_before_a_reply_in_time_was_told_is_marked_in_the_history():
    path = Path().to_draft()
    assert path.application.take_silences() == 1
    assert path.show().history[-1].text == ""
    told = path.reply("Một điểm", on=DUE)
    assert [(done.step, done.text) for done in told.history[-2:]] == [
        ("im_lang", "Trường đã phản hồi trong hạn, ghi sau"),
        ("phan_hoi", "Nêu 1 điểm"),
    ]


def test_a_silence_before_a_reply_that_came_late_stands_as_it_is():
    path = Path().to_draft()
    path.application.take_silences()
    assert path.reply("Muộn rồi", on=TODAY).history[-2].text == ""


def test_silence_is_not_taken_twice_nor_after_a_reply():
    stream = Registration(uuid.uuid4())
    assert stream.take_silence(DUE, TODAY, None) is False
    path = Path().to_draft()
    path.reply()
    assert path.application.take_silences() == 0


# --- the route


def test_where_the_route_leaves_the_commune_out_its_steps_do_not_exist_and_acceptance_follows():
    path = Path(route=STRAIGHT).submitted()
    path.open()
    for step in (path.check, path.forward):
        with pytest.raises(errors.StepNotOnRoute) as refused:
            step()
        assert (refused.value.type, refused.value.status) == ("khong-co-buoc-nay", 409)
    shown = path.accept()
    assert shown.state is RegistrationState.ACCEPTED
    assert [str(station.step) for station in shown.stations] == [
        "dang_ky",
        "tiep_nhan",
        "danh_gia",
        "du_thao",
        "phan_hoi",
        "chinh_thuc",
        "quyet_dinh",
    ]
    assert path.queue().coming == 0
    assert [str(station) for station in shown.route] == ["truong", "so"]


def test_a_dossier_that_was_accepted_on_another_route_shows_no_step_that_was_left_out():
    path = Path(route=STRAIGHT).submitted()
    path.open()
    path.accept()
    shown = shown_under(path, InspectionSettings())
    assert [str(station.step) for station in shown.stations][:3] == ["dang_ky", "tiep_nhan", "danh_gia"]
    assert [str(station.step) for station in shown.stations if station.now] == ["danh_gia"]


def test_a_step_of_the_commune_that_was_done_stays_on_the_strip_when_the_route_leaves_it_out():
    path = Path().to_department()
    path.accept()
    shown = shown_under(path, InspectionSettings(route=STRAIGHT))
    assert [str(station.step) for station in shown.stations][:4] == ["dang_ky", "kiem_tra", "chuyen", "tiep_nhan"]
    assert all(station.done_on for station in shown.stations[:4])


def shown_under(path, settings):
    registrations = RegistrationRepository(path.application.visit_repository, settings)
    return RegistrationAnswers(registrations).registration(c.RegistrationRequest(school="TH-BC"))


def test_a_strip_says_what_is_done_what_is_next_and_why_a_step_cannot_be_taken():
    path = Path().to_department()
    strip = path.show().stations
    assert [station.step.value for station in strip if station.now] == ["tiep_nhan"]
    refusals = {station.step.value: station.refusal for station in strip}
    assert refusals["tiep_nhan"] == ""
    assert "Sở chưa tiếp nhận" in refusals["quyet_dinh"]
    assert [station.done_on for station in strip][:4] == [SUBMITTED, SUBMITTED, SUBMITTED, None]
    assert path.show().stations[0].label == "Đăng ký"


# --- times


def granted(**more):
    told = {
        "school": "TH-BC",
        "school_name": "Trường",
        "number": "7/QĐ",
        "degree": 1,
        "certificate_degree": 0,
        "decided_on": dt.date(2025, 6, 30),
        "expires_on": dt.date(2030, 6, 30),
        "rulebook": V2018.id,
        "digest": V2018.digest,
    }
    return RecognitionGranted(**told | more)


def register_by(path):
    return path.show().deadlines[0]


def test_the_day_to_register_again_is_by_the_rulebook_under_which_the_decision_was_granted():
    path = Path(rulebook=TT57)
    assert (register_by(path).due, path.show().state) == (None, RegistrationState.NONE)
    path.hear(granted())
    assert (register_by(path).due, register_by(path).confidence) == (dt.date(2030, 1, 30), "high")
    path.hear(RecognitionCorrected(**slip("expires_on", "2030-07-31")))
    assert register_by(path).due == dt.date(2030, 2, 28)
    path.hear(RecognitionCorrected(**slip("degree", "2")))
    path.hear(granted(number="8/QĐ", decided_on=dt.date(2026, 8, 1), digest=TT57.digest, expires_on=dt.date(2031, 8, 1)))
    assert register_by(path).due is None
    assert "TT57/2026" in register_by(path).source
    path.hear(RecognitionRevoked(school="TH-BC", number="8/QĐ", revoked_on=dt.date(2026, 9, 1)))
    assert register_by(path).due == dt.date(2030, 2, 28)


def slip(what, new):
    return {"school": "TH-BC", "number": "7/QĐ", "what": what, "old": "", "new": new, "corrected_on": TODAY}


def test_a_school_with_a_certificate_alone_registers_again_by_it():
    path = Path()
    told = {"school": "TH-BC", "school_name": "Trường", "number": "9/CN", "degree": 1, "rulebook": V2018.id}
    days = {"decided_on": dt.date(2025, 6, 30), "expires_on": dt.date(2030, 6, 30)}
    path.hear(CertificateGranted(**told, **days, digest=V2018.digest))
    assert register_by(path).due == dt.date(2030, 1, 30)
    assert "Chứng nhận" in register_by(path).note


def test_a_late_registration_is_taken_and_says_by_how_many_days():
    path = Path().submitted()
    path.hear(granted(decided_on=dt.date(2022, 2, 1), expires_on=dt.date(2027, 2, 1)))
    late = path.open(on=dt.date(2026, 10, 1))
    assert (late.state, late.history[0].late_days) == (RegistrationState.REGISTERED, 30)
    assert any("trễ 30 ngày" in warning for warning in late.warnings)
    assert late.deadlines[0].met_on == dt.date(2026, 10, 1)


def test_the_times_of_the_path_begin_with_its_steps_and_say_how_sure_they_are():
    shown = Path().to_final().show()
    told = [(one.what.partition(";")[0], one.due, one.confidence, one.met_on) for one in shown.deadlines[1:]]
    assert told == [
        ("Sở lập đoàn và tiến hành đánh giá ngoài", dt.date(2027, 1, 5), "low", VISITED),
        ("Trường phản hồi dự thảo báo cáo", DUE, "low", SENT),
        ("Đoàn trả lời từng điểm phản hồi và hoàn thiện báo cáo", DUE, "low", SENT),
        ("Sở quyết định sau báo cáo chính thức", dt.date(2026, 12, 7), "high", None),
    ]
    convention = Path(rulebook=TT57).to_final().show()
    assert {one.confidence for one in convention.deadlines[1:]} == {"low"}
    assert any("TT57/2026 Đ11–15 chưa tìm thấy" in warning for warning in convention.warnings)


# --- decided


def test_a_decision_on_the_final_report_ends_the_registration_once():
    path = Path().to_final()
    visit = path.show().visit
    for _ in range(2):
        path.hear(granted(decided_on=SENT, based_on=visit, number="118/QĐ"))
    told = {"school": "TH-BC", "school_name": "Trường", "number": "9/CN", "degree": 1, "rulebook": V2018.id}
    days = {"decided_on": SENT, "expires_on": dt.date(2031, 6, 30)}
    path.hear(CertificateGranted(**told, **days, digest=V2018.digest, based_on=visit))
    shown = path.show()
    assert shown.state is RegistrationState.GRANTED
    assert steps(shown)[-3:] == ["chinh_thuc", "quyet_dinh", "quyet_dinh"]
    assert [done.text for done in shown.history[-2:]] == ["Bằng số 118/QĐ", "Chứng nhận số 9/CN"]
    assert (path.queue().total, path.queue(decided=True).total) == (0, 1)
    assert shown.deadlines[-1].met_on == SENT


def test_a_refusal_ends_it_and_what_is_copied_from_paper_or_rests_on_nothing_does_not():
    path = Path().to_draft()
    path.hear(RecognitionRefused(school="TH-BC", cycle="2026-2027", refused_on=TODAY))
    path.hear(granted(decided_on=TODAY))
    path.hear(RecognitionRefused(school="KHAC", cycle="2026-2027", refused_on=TODAY))
    assert "quyet_dinh" not in steps(path.show())
    path.reply()
    path.final(on=SENT)
    path.hear(RecognitionRefused(school="TH-BC", cycle="2026-2027", refused_on=SENT - dt.timedelta(1)))
    assert path.show().state is RegistrationState.FINAL
    path.hear(RecognitionRefused(school="TH-BC", cycle="2026-2027", refused_on=TODAY))
    assert path.show().state is RegistrationState.REFUSED
    assert path.show().history[-1].text == "Không công nhận"


# --- what is registered


def test_the_newest_submitted_cycle_is_registered_and_one_that_was_opened_again_is_not():
    path = Path().submitted()
    path.hear_cycle(rulebook=V2018, cycle="2027-2028", opened_on=dt.date(2026, 11, 20))
    assert path.open().cycle == "2026-2027"
    with pytest.raises(errors.SubmissionMissing):
        path.open(cycle="2027-2028")
    with pytest.raises(errors.CycleUnknown) as unknown:
        path.open(cycle="1999-2000")
    assert unknown.value.awaits_news
    path.hear_cycle(rulebook=V2018, cycle="2026-2027.2", opened_on=dt.date(2026, 11, 20))
    with pytest.raises(errors.NotTheNewest, match=r"2026-2027\.2"):
        path.open(number="1")


def test_a_letter_names_a_paper_that_the_school_keeps():
    path = Path().submitted()
    with pytest.raises(DocumentUnknown) as missing:
        path.open(document="d-1")
    assert missing.value.awaits_news
    path.hear(DocumentReceived(document="d-1", school="TH-BC", sha256="0", size_bytes=1, media_type="x/y"))
    path.hear(DocumentReceived(document="d-2", school="KHAC", sha256="0", size_bytes=1, media_type="x/y"))
    with pytest.raises(DocumentUnknown):
        path.open(document="d-2")
    assert path.open(document="d-1", number=" 12/CV  ").history[0].text == "Công văn 12/CV"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("open", {"degree": 10}),
        ("open", {"copies": -1}),
        ("open", {"number": "9" * 121}),
    ],
)
def test_what_no_letter_says_is_refused(step, told):
    with pytest.raises(BadRequest):
        getattr(Path().submitted(), step)(**told)


def test_empty_points_too_many_points_and_points_answered_twice_are_refused():
    path = Path().to_draft()
    for points in ([" "], ["x"] * 101):
        with pytest.raises(BadRequest):
            path.reply(*points)
    path.reply("Một")
    with pytest.raises(BadRequest, match="hai lần"):
        path.final((1, "tiep_thu"), (1, "bao_luu"))
    with pytest.raises(BadRequest, match="vì sao trả lại"):
        path.give_back(reason="x")


def test_a_check_names_a_concluded_visit_of_the_school():
    path = Path().submitted()
    path.open()
    concluded_on = dt.date(2026, 10, 20)
    visit = path.plan(on=concluded_on)
    with pytest.raises(errors.VisitNotConcluded, match="chưa kết luận") as refused:
        path.check(inspection=visit.inspection)
    assert (refused.value.type, refused.value.status) == ("chua-ket-luan", 409)
    path.conclude(visit, on=concluded_on)
    with pytest.raises(errors.VisitDateRefused, match="Chọn ngày từ 20/10/2026"):
        path.check(inspection=visit.inspection, on=concluded_on - dt.timedelta(days=1))
    assert path.show().state is RegistrationState.REGISTERED
    assert path.check(inspection=visit.inspection, on=concluded_on).state is RegistrationState.CHECKED
    with pytest.raises(errors.NoSuchInspection):
        path.check(inspection=str(uuid.uuid4()))


# --- the queue


def test_the_queue_shows_what_is_due_first_how_many_days_are_left_and_who_evaluates():
    path = Path().to_draft()
    path.reply()
    queue = path.queue()
    line = queue.registrations[0]
    assert (line.state, line.since, line.commune) == (RegistrationState.REPLIED, SENT, "NL01")
    assert (line.next.due, line.days_left) == (DUE, -1)
    assert (queue.total, queue.counts["da_phan_hoi"], queue.coming) == (1, 1, 0)
    assert path.queue(state=RegistrationState.FINAL).registrations == []
    assert path.queue(commune="NL01").total == 1
    assert path.queue(commune="XA").total == 0
    assert path.queue(mine=True).total == 0
    assert path.queue(after=1).registrations == []
    for wrong in ({"limit": 0}, {"limit": 501}, {"after": -1}):
        with pytest.raises(BadRequest):
            path.queue(**wrong)


def test_a_queue_looks_once_for_news_of_each_registration_that_waits_for_no_reply(monkeypatch):
    path = Path().to_department()
    looked = []
    last = path.application.last_position
    monkeypatch.setattr(path.application, "last_position", lambda stream: looked.append(stream) or last(stream))
    assert path.queue().total == 1
    assert len(looked) == 1


def test_a_queue_of_a_whole_province_is_replayed_once_and_not_at_every_look(monkeypatch):
    path = Path()
    registrations = RegistrationRepository(path.application.visit_repository, InspectionSettings())
    read = []
    replayed = path.application.log.stream
    monkeypatch.setattr(path.application.log, "stream", lambda stream: read.append(stream) or replayed(stream))
    for _ in range(2):
        for number in range(600):
            registrations.current(f"TH-{number}", "2026-2027")
    assert len(read) == 600


def test_the_queue_counts_what_waits_at_the_commune_and_shows_nobody_elses_schools():
    path = Path().submitted()
    path.open()
    assert path.queue().coming == 1
    assert path.queue().registrations[0].days_left is None
    stranger = acting((path.officer.grants[0].role, path.officer.grants[0].scope_kind, "XA"))
    assert path.queue(who=stranger).total == 0


# --- facts


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.TOPIC)
def test_every_fact_of_a_registration_has_a_public_face_without_what_people_typed(fact):
    told = public_event(fact)
    assert isinstance(told, PublicEvent)
    assert f"inspection.{told.FACT}" == fact.TOPIC
    assert "BÍ MẬT" not in msgspec.json.encode(told).decode()


def test_the_samples_are_every_fact_and_public_event_there_is():
    assert {type(fact) for fact in SAMPLES} == set(rf.REGISTRATION_FACTS)
    assert {fact.TOPIC for fact in rf.REGISTRATION_FACTS} <= set(FACTS.topics)
    kinds = {kind for kind in vars(public).values() if isinstance(kind, type) and kind.__module__ == public.__name__}
    assert {type(public_event(fact)) for fact in SAMPLES} == kinds


def test_asking_for_a_cycle_that_was_never_registered_is_answered():
    path = Path().to_final()
    none = path.show(cycle="2025-2026")
    assert (none.state, none.history, none.cycle) == (RegistrationState.NONE, [], "")
    assert isinstance(none, c.RegistrationView)


# --- who is to register again


def renewals(path, who=None, **told):
    return path.application.renewals(who or path.department, c.RenewalsRequest(**told)).renewals


def test_a_school_is_listed_from_the_day_on_which_its_time_to_register_again_comes_near():
    path = Path(rulebook=TT57)
    path.hear(granted())
    assert renewals(path) == []
    assert renewals(path, on=dt.date(2029, 1, 29)) == []
    (line,) = renewals(path, on=dt.date(2029, 1, 30))
    assert (line.school, line.deadline.due, line.days_left) == ("TH-BC", dt.date(2030, 1, 30), 365)
    (late,) = renewals(path, on=dt.date(2030, 2, 2), within_months=0)
    assert (late.days_left, late.expires_on) == (-3, dt.date(2030, 6, 30))


def test_where_the_circular_names_no_day_to_register_by_a_decision_is_listed_by_its_last_day():
    path = Path(rulebook=TT57)
    path.hear(granted(digest=TT57.digest, rulebook=TT57.id))
    assert renewals(path, on=dt.date(2029, 6, 29)) == []
    (line,) = renewals(path, on=dt.date(2029, 6, 30))
    assert (line.deadline.due, line.days_left) == (None, None)


def test_a_school_that_has_registered_since_its_decision_says_when():
    path = Path().submitted()
    path.hear(granted(decided_on=dt.date(2022, 6, 1), expires_on=dt.date(2027, 6, 1)))
    path.open()
    (line,) = renewals(path)
    assert (line.registered_on, line.deadline.met_on) == (SUBMITTED, SUBMITTED)
    assert renewals(path, on=dt.date(2026, 9, 30))[0].registered_on is None
    path.check()
    path.forward()
    path.give_back()
    assert renewals(path)[0].registered_on is None


def test_an_office_sees_its_own_schools_and_no_further_ahead_than_a_decision_lasts():
    path = Path()
    path.hear(granted(expires_on=dt.date(2027, 6, 30)))
    assert len(renewals(path)) == 1
    assert renewals(path, commune="KHAC") == []
    nobody = CallContext(actor="a", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="KHAC"),))
    assert renewals(path, who=nobody) == []
    for months in (-1, 61):
        with pytest.raises(BadRequest, match="60 tháng"):
            renewals(path, within_months=months)


# --- what a stranger tried


def test_what_a_team_did_before_the_acceptance_is_no_evaluation():
    path = Path().to_department()
    early = dt.date(2026, 10, 3)
    visit = path.plan("department", on=early, title="Đánh giá ngoài")
    set_up(path, visit, on=early)
    judge(path, visit, HEAD, {FIRST: "met"}, on=early)
    path.accept(on=dt.date(2026, 10, 5))
    agree(path, visit, {FIRST: "met"}, on=dt.date(2026, 10, 6), reason="Cả đoàn thống nhất")
    path.conclude(visit, on=dt.date(2026, 10, 6), who=person(HEAD, visit.layer))
    with pytest.raises(errors.VisitNotConcluded, match="từ ngày tiếp nhận"):
        path.draft(on=dt.date(2026, 10, 6))


def test_a_draft_of_a_day_whose_time_to_reply_has_run_out_is_told_with_the_paper_that_was_sent():
    path = Path().to_department()
    path.accept()
    path.evaluate()
    with pytest.raises(BadRequest, match="hạn phản hồi 16/11/2026 đã qua") as refused:
        path.draft(on=dt.date(2026, 11, 2), document="")
    assert refused.value.data["path"] == "$.document"
    assert path.draft(on=dt.date(2026, 11, 10), document="").state is RegistrationState.DRAFT_SENT


def test_a_past_draft_out_of_order_is_refused_by_the_name_of_the_step_that_is_missing():
    path = Path().to_department()
    with pytest.raises(errors.NotAccepted):
        path.draft(on=dt.date(2026, 11, 2), document="")
