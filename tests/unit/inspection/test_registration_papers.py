"""Papers of a live registration: the letter, the notice, the report of the evaluation, the text of the decision."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from shared.contracts.calls.visit_papers import ComposeVisitPaper, VisitPaperQuestion
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.text import printed_text
from shared.problems import NotAllowed
from shared.rulebook import load_library
from shared.vocabulary.inspection import ForwardedTo, VisitPaperKind
from tests.unit.inspection import visit_papers_kit as kit
from tests.unit.inspection.registration_kit import V2018, Path

K = VisitPaperKind
GROUND = kit.ground(school="TH-BC", school_name="Trường Tiểu học Bản Chuông", digest=V2018.digest, cycle="2026-2027")


@pytest.fixture
def path():
    return Path()


def paper(path, kind, ground=GROUND, **more):
    """Ask for a paper of the department as the gateway does."""
    question = VisitPaperQuestion(school="TH-BC", kind=kind, **more)
    moment = path.application.visit_paper_moment(path.department, question)
    request = ComposeVisitPaper(
        school="TH-BC", kind=kind, valid_at=moment.valid_at, known_at=moment.known_at, ground=ground, **more_of(more)
    )
    return path.application.compose_visit_paper(path.department, request)


def more_of(more):
    return {name: value for name, value in more.items() if name in {"inspection", "cycle"}}


def words(composed):
    return "\n".join(printed_text(kit.named(composed.paper)))


def test_the_letter_has_the_number_the_day_and_the_receiver_that_the_commune_recorded(path):
    path.submitted()
    path.open()
    path.check()
    assert "Số: /TTr-UBND" in words(paper(path, K.SUBMISSION_LETTER))
    path.forward(number="31/TTr-UBND", to=ForwardedTo.PROVINCE)
    said = words(paper(path, K.SUBMISSION_LETTER))
    assert "Số: 31/TTr-UBND" in said
    assert "ngày 01 tháng 10 năm 2026" in said
    assert "UBND tỉnh" in said
    assert "Đường đi của hồ sơ: Trường → Xã → Sở." in said


def test_a_dossier_that_was_returned_begins_anew_and_its_notice_stays(path):
    path.to_department()
    path.give_back(number="7/TB-SGDĐT")
    notice = words(paper(path, K.DOSSIER_NOTICE))
    assert "Số: 7/TB-SGDĐT" in notice
    assert "Thiếu phụ lục số liệu" in notice
    path.open(on=dt.date(2026, 10, 9))
    letter = paper(path, K.SUBMISSION_LETTER)
    assert letter.paper.draft
    assert "Hồ sơ chưa được xã kiểm tra." in words(letter)


def test_the_notice_of_a_dossier_taken_in_tells_the_next_times(path):
    path.to_department()
    path.accept(number="8/TB-SGDĐT")
    said = words(paper(path, K.DOSSIER_NOTICE))
    assert "tiếp nhận hồ sơ" in said
    assert "Các hạn tiếp theo:" in said


def test_the_report_of_an_evaluation_is_a_draft_until_it_is_final_and_answers_each_point(path):
    path.to_draft()
    draft = paper(path, K.EVALUATION_REPORT)
    assert draft.paper.draft
    assert "Nhà trường chưa phản hồi dự thảo báo cáo." in words(draft)
    path.reply("Tiêu chí 1.1 đã có văn bản mới")
    path.final((1, "tiep_thu"), on=dt.date(2026, 11, 12))
    final = paper(path, K.EVALUATION_REPORT)
    assert not final.paper.draft
    assert "Tiêu chí 1.1 đã có văn bản mới; Đoàn tiếp thu." in words(final)


def test_a_paper_of_an_earlier_position_tells_of_the_registration_as_it_stood(path):
    path.to_draft()
    known = path.application.log.head()
    path.clock.move(dt.timedelta(days=1))
    path.reply("Tiêu chí 1.1 đã có văn bản mới")
    assert "chưa phản hồi" in words(paper(path, K.EVALUATION_REPORT, known_at=known))


def test_a_final_report_leads_to_the_text_of_a_decision(path):
    path.to_draft()
    with pytest.raises(PaperSubjectMissing):
        paper(path, K.RECOGNITION_DECISION)
    path.reply()
    path.final(on=dt.date(2026, 11, 12))
    text = paper(path, K.RECOGNITION_DECISION)
    assert text.paper.draft
    assert text.cycle == "2026-2027"
    assert "Điều 1. Công nhận Trường Tiểu học Bản Chuông" in words(text)


def test_a_letter_tells_of_a_concluded_visit_of_the_commune_whatever_visit_is_named(path):
    path.to_department()
    path.accept()
    of_department = path.evaluate()
    open_ = path.plan(on=dt.date(2026, 11, 20), title="Kiểm tra lại")
    said = words(paper(path, K.SUBMISSION_LETTER, inspection=of_department.inspection))
    assert "Chưa có đợt kiểm tra kỹ thuật nào kết luận." in said
    path.conclude(open_, on=dt.date(2026, 11, 20), summary="Đã xem đủ 27 tiêu chí.")
    assert "Đã xem đủ 27 tiêu chí." in words(paper(path, K.SUBMISSION_LETTER))


def test_the_school_does_not_print_the_text_of_a_decision(path):
    path.to_final()
    question = VisitPaperQuestion(school="TH-BC", kind=K.RECOGNITION_DECISION)
    with pytest.raises(NotAllowed):
        path.application.visit_paper_moment(path.head, question)


def test_a_decision_is_printed_under_the_circular_it_was_taken_under_whatever_the_cycle_is_under(path):
    path.submitted()
    decision = kit.granted(number="31/QĐ-UBND", digest=V2018.digest, decided_by="ubnd_tinh")
    tt57 = load_library().get("v2026_tt57/pho_thong")
    ground = msgspec.structs.replace(GROUND, digest=tt57.digest, decision=decision)
    said = words(paper(path, K.RECOGNITION_DECISION, ground))
    assert "17/2018/TT-BGDĐT" in said
    assert "57/2026" not in said
