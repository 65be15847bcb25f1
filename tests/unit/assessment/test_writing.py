"""Writing: sentences with their codes, two people at one text, who may write, and what is written of no criterion."""

from __future__ import annotations

import datetime as dt
import unicodedata

import msgspec
import pytest

from services.assessment.domain import facts as f
from services.assessment.errors import (
    AlreadySubmitted,
    ChangedMeanwhile,
    NoSuchSection,
    NothingCopied,
    NotYourDuty,
    WrittenElsewhere,
)
from shared.contracts.calls import writing
from shared.contracts.calls.assessment import DescribeCriterion
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.self_assessment import CodeStanding, CriterionStep, WritingState
from tests.unit.assessment.council_at_work import (
    CHAIR,
    CLERK,
    COUNCIL,
    CYCLE,
    FIFTH,
    OUTSIDER,
    REVIEWER,
    SCHOOL,
    SECRETARY,
    WRITER,
    AtWork,
    person,
)


@pytest.fixture
def at_work(office):
    return AtWork(office)


def test_a_text_is_kept_in_sentences_with_their_codes_and_tells_what_is_loose(at_work):
    cited, only_issued = at_work.code(), at_work.code(document="d-2", cite=False)
    written = at_work.write(f"Trường có kế hoạch ({cited}, {only_issued}). Có sổ.\n\nCó bảng tin (MC.1.1.99).")
    assert written.position == at_work.head()
    assert [one.text for one in written.sentences][1:] == ["Có sổ.", "Có bảng tin (MC.1.1.99)."]
    first = written.sentences[0]
    assert [(one.code, one.standing, one.document, one.title) for one in first.codes] == [
        (cited, CodeStanding.CITED, "d-1", "Kế hoạch năm học"),
        (only_issued, CodeStanding.NOT_CITED, "d-2", "Kế hoạch năm học"),
    ]
    assert written.unanchored == [2]
    assert [(one.sentence, one.code, one.standing) for one in written.dangling] == [
        (1, only_issued, CodeStanding.NOT_CITED),
        (3, "MC.1.1.99", CodeStanding.NOT_ISSUED),
    ]
    assert [one.starts_paragraph for one in written.sentences] == [True, False, True]


def test_a_code_cited_at_another_criterion_only_dangles_here(at_work):
    code = at_work.code(criterion="1.2")
    assert at_work.write(f"Có ({code}).").dangling[0].standing is CodeStanding.NOT_CITED


def test_under_2018_the_codes_of_2018_are_read(office):
    at_work = AtWork(office, rulebook="v2018/tieu_hoc", council_of=None)
    code = at_work.code()
    written = at_work.write(f"Có kế hoạch. [{code}] Có sổ (MC.1.1.01).")
    assert [[one.code for one in sentence.codes] for sentence in written.sentences] == [[code], []]


def test_the_same_text_again_records_nothing_and_answers_the_same(at_work):
    written = at_work.write("Có kế hoạch.")
    assert at_work.write("  Có kế hoạch. ", expected=0) == written
    assert at_work.head() == written.position


def test_the_same_command_again_records_nothing_also_when_others_wrote_since(at_work):
    at_work.write("Một.", command="k-1")
    other = at_work.write("Hai.", by=FIFTH)
    again = at_work.write("Một.", command="k-1")
    assert (again.text, again.position) == ("Hai.", other.position)
    assert at_work.head() == other.position


def test_a_text_may_be_emptied(at_work):
    at_work.write("Có kế hoạch.")
    emptied = at_work.write("")
    assert (emptied.text, emptied.sentences) == ("", [])
    assert at_work.work().levels[0].state is WritingState.NOT_WRITTEN


def test_what_people_type_is_kept_as_text_and_in_one_form(at_work):
    typed = unicodedata.normalize("NFD", "Trường {{ ten }} có <w:t>kế hoạch</w:t> =SUM(A1).")
    assert at_work.write(typed).text == unicodedata.normalize("NFC", typed)
    assert len(at_work.write("ữ" * 20_000, level=2).text) == 20_000
    with pytest.raises(BadRequest, match="20001"):
        at_work.write("ữ" * 20_001)


# --- two people


def test_two_people_at_two_levels_never_meet(at_work):
    at_work.write("Mức một.", expected=0)
    at_work.write("Mức hai.", by=FIFTH, level=2, expected=0)
    assert [level.text for level in at_work.work().levels] == ["Mức một.", "Mức hai."]


def test_changes_of_different_sentences_are_both_kept(at_work):
    seen = at_work.write("Một. Hai. Ba.").position
    at_work.write("Một sửa. Hai. Ba.", by=FIFTH, expected=seen)
    both = at_work.write("Một. Hai. Ba sửa.", expected=seen)
    assert (both.text, both.merged) == ("Một sửa. Hai. Ba sửa.", True)
    assert at_work.work().levels[0].text == both.text
    assert both.position == at_work.head()


def test_a_stale_text_without_a_change_of_its_own_takes_over_what_stands(at_work):
    seen = at_work.write("Một. Hai.").position
    other = at_work.write("Một sửa. Hai.", by=FIFTH, expected=seen)
    mine = at_work.write("Một. Hai.", expected=seen)
    assert (mine.text, mine.merged, mine.position) == ("Một sửa. Hai.", True, other.position)


def test_a_change_of_the_same_sentence_is_refused_with_both_texts(at_work):
    seen = at_work.write("Một. Hai.").position
    other = at_work.write("Một bạn. Hai.", by=FIFTH, expected=seen)
    with pytest.raises(ChangedMeanwhile) as refused:
        at_work.write("Một tôi. Hai.", expected=seen)
    assert refused.value.data["theirs"] == "Một bạn. Hai."
    assert refused.value.data["yours"] == "Một tôi. Hai."
    assert refused.value.data["position"] == other.position == at_work.head()


def test_two_first_texts_of_a_place_are_not_put_together(at_work):
    at_work.write("Của bạn.", by=FIFTH, expected=0)
    with pytest.raises(ChangedMeanwhile):
        at_work.write("Của tôi.", expected=0)


@pytest.mark.parametrize("elsewhere", [{"level": 2}, {"criterion": "1.2"}])
def test_the_position_of_another_text_is_no_base(at_work, elsewhere):
    other = at_work.write("Nơi khác.", **elsewhere).position
    at_work.write("Một. Hai.")
    with pytest.raises(ChangedMeanwhile):
        at_work.write("Một. Ba.", expected=other)


def test_without_a_position_a_text_replaces_what_stands(at_work):
    at_work.write("Của bạn.", by=FIFTH)
    assert at_work.write("Của tôi.").text == "Của tôi."


def test_a_position_where_nothing_stands_any_text_is_stale(at_work):
    with pytest.raises(ChangedMeanwhile):
        at_work.write("Có.", expected=at_work.head())


# --- who


def test_a_criterion_of_nobody_is_written_by_every_member_and_by_nobody_else(at_work):
    for name in COUNCIL:
        at_work.write(f"Bản của {name}.", by=name)
    with pytest.raises(NotYourDuty):
        at_work.write("Ngoài Hội đồng.", by=OUTSIDER)


def test_an_assigned_criterion_is_written_by_its_writer_and_its_group_alone(at_work):
    at_work.group("nhom-1", REVIEWER, OUTSIDER)
    at_work.assign(group="nhom-1", writer=WRITER)
    for name in (WRITER, REVIEWER, OUTSIDER):
        at_work.write(f"Bản của {name}.", by=name)
    for name in (CHAIR, SECRETARY, FIFTH):
        with pytest.raises(NotYourDuty, match="đã giao"):
            at_work.write("Không phải việc của tôi.", by=name)


def test_without_a_council_whoever_has_a_role_of_it_writes(office):
    at_work = AtWork(office, council_of=None)
    assert at_work.write("Có.", by=OUTSIDER).position


def test_a_level_and_a_criterion_that_the_rulebook_lacks_are_refused(at_work):
    with pytest.raises(NoSuchCriterion, match="1, 2"):
        at_work.write("Có.", level=3)
    with pytest.raises(NoSuchCriterion, match="mức 0"):
        at_work.write("Có.", level=0)
    with pytest.raises(NoSuchCriterion):
        at_work.write("Có.", criterion="9.9")


def test_after_the_submission_nothing_is_written(office):
    at_work = AtWork(office, council_of=None)
    office.submit_anyway(at_work.cycle)
    with pytest.raises(AlreadySubmitted):
        at_work.write("Có.")
    assert at_work.work(by=CHAIR).may == []


# --- a year copied


@pytest.fixture
def copied(office):
    """A cycle whose texts came from the year before: a status at level 1, strengths, nothing at level 2."""
    at_work = AtWork(office, council_of=None)
    at_work.write("Chép từ năm trước.")
    strengths = DescribeCriterion(school=SCHOOL, cycle=CYCLE, criterion="1.1", strengths="Rõ")
    office.application.describe_criterion(person(WRITER), strengths)
    opened = f.CycleOpened(
        school=SCHOOL,
        cycle="2027-2028",
        year="2027-2028",
        rulebook=at_work.cycle.rulebook,
        digest=at_work.cycle.digest,
        opened_on=office.application.school_repository.today(),
        copies=CYCLE,
        years_counted=True,
    )
    schools = office.application.school_repository
    meta, _ = schools.metadata_on(person(CHAIR))
    schools.done(SCHOOL, lambda school: school.record(opened, meta))
    return at_work


def in_the_new_year(at_work, operation, request, by=WRITER, **more):
    wanted = request(school=SCHOOL, cycle="2027-2028", criterion="1.1", **more)
    return getattr(at_work.do, operation)(person(by), wanted)


def work_of_the_new_year(at_work):
    return in_the_new_year(at_work, "criterion_work", writing.CriterionWorkRequest)


def test_a_copied_text_is_unread_until_it_is_written_or_kept(copied):
    work = work_of_the_new_year(copied)
    assert [level.state for level in work.levels] == [WritingState.UNREAD, WritingState.NOT_WRITTEN]
    assert (work.description, work.unread, work.step) == (WritingState.UNREAD, [0, 1], CriterionStep.NOT_STARTED)
    assert "keep" in work.may
    in_the_new_year(copied, "keep_copied", writing.KeepCopied, level=0)
    in_the_new_year(copied, "write_status", writing.WriteStatus, level=1, text="Chép từ năm trước.")
    read = work_of_the_new_year(copied)
    assert (read.levels[0].state, read.description, read.unread) == (
        WritingState.WRITTEN,
        WritingState.WRITTEN,
        [],
    )
    assert read.step is CriterionStep.WRITING
    assert "keep" not in read.may


def test_keeping_again_does_nothing_and_keeping_what_is_not_there_is_refused(copied):
    in_the_new_year(copied, "keep_copied", writing.KeepCopied, level=1)
    head = copied.head()
    in_the_new_year(copied, "keep_copied", writing.KeepCopied, level=1)
    assert copied.head() == head
    with pytest.raises(NothingCopied):
        in_the_new_year(copied, "keep_copied", writing.KeepCopied, level=2)
    with pytest.raises(NoSuchCriterion):
        in_the_new_year(copied, "keep_copied", writing.KeepCopied, level=7)


# --- what belongs to no criterion


def described(**more):
    return writing.DescribeStandard(school=SCHOOL, cycle=CYCLE, standard="1", **more)


def test_a_standard_is_described_by_any_member_and_stale_texts_are_refused_with_both(at_work):
    position = at_work.do.describe_standard(
        person(FIFTH), described(strengths=" Nền nếp ", trend="Tăng", expected=0)
    ).position
    standard = at_work.board().standards[0]
    assert (standard.strengths, standard.trend, standard.by, standard.position) == ("Nền nếp", "Tăng", FIFTH, position)
    assert standard.asked
    at_work.do.describe_standard(person(WRITER), described(strengths="Nền nếp", trend="Tăng", expected=0))
    assert at_work.head() == position
    with pytest.raises(ChangedMeanwhile) as refused:
        at_work.do.describe_standard(person(WRITER), described(strengths="Khác", expected=0))
    assert refused.value.data["theirs"]["strengths"] == "Nền nếp"
    assert refused.value.data["yours"]["strengths"] == "Khác"
    at_work.do.describe_standard(person(WRITER), described(strengths="Khác", expected=position))
    with pytest.raises(NotYourDuty):
        at_work.do.describe_standard(person(OUTSIDER), described())
    with pytest.raises(NoSuchCriterion):
        at_work.do.describe_standard(person(WRITER), msgspec.structs.replace(described(), standard="9"))


def test_under_2018_strengths_are_written_at_the_criterion(office):
    at_work = AtWork(office, rulebook="v2018/tieu_hoc", council_of=None)
    with pytest.raises(WrittenElsewhere):
        at_work.do.describe_standard(person(WRITER), described(strengths="Rõ"))
    assert not any(standard.asked for standard in at_work.board().standards)


def test_a_part_of_the_report_is_written_by_its_key(at_work):
    part = writing.WriteSection(school=SCHOOL, cycle=CYCLE, section="I.2", text="Xã vùng cao.", expected=0)
    first = at_work.do.write_section(person(WRITER, "k-9"), part).position
    at_work.do.write_section(person(WRITER, "k-9"), part)
    sections = {one.section: one for one in at_work.board().sections}
    assert (sections["I.2"].text, sections["I.2"].by, sections["I.2"].position) == ("Xã vùng cao.", WRITER, first)
    assert sections["I.3"].text == ""
    assert at_work.head() == first
    with pytest.raises(ChangedMeanwhile):
        at_work.do.write_section(person(FIFTH), msgspec.structs.replace(part, text="Xã biên giới."))
    with pytest.raises(NoSuchSection) as refused:
        at_work.do.write_section(person(WRITER), msgspec.structs.replace(part, section="IX.9"))
    assert "I.2" in refused.value.data["sections"]


# --- how far


def test_the_board_has_a_line_for_every_criterion_in_the_order_of_the_rulebook(at_work):
    at_work.assign(writer=WRITER, due=at_work.office.clock.now().date())
    at_work.code()
    at_work.write("Có (MC.1.1.01). Có sổ. Lạ (MC.9.9.09).")
    board = at_work.board()
    assert [line.criterion for line in board.criteria] == list(at_work.rulebook.criteria)
    line = board.criteria[0]
    assert (line.step, line.sentences, line.unanchored, line.dangling) == (CriterionStep.WRITING, 3, 1, 1)
    assert (line.assigned.writer, line.last_change_by, line.last_change) == (WRITER, WRITER, at_work.office.clock.now())
    assert not line.overdue
    assert board.criteria[1].step is CriterionStep.NOT_STARTED


def test_a_criterion_past_its_day_is_overdue_until_it_is_handed_in(at_work):
    at_work.assign(writer=WRITER, due=at_work.office.clock.now().date())
    at_work.write("Có.")
    at_work.office.clock.move(dt.timedelta(days=1))
    assert at_work.board().criteria[0].overdue
    at_work.hand_in()
    assert not at_work.board().criteria[0].overdue


def test_the_work_is_asked_at_a_past_position(at_work):
    first = at_work.write("Một.").position
    at_work.write("Hai.")
    past = at_work.work(known_at=first)
    assert (past.levels[0].text, past.known_at) == ("Một.", first)
    assert at_work.work().levels[0].text == "Hai."
    assert at_work.board(known_at=first).known_at == first


def test_what_one_may_do_now_is_told_to_each(at_work):
    at_work.assign(writer=WRITER, reviewer=REVIEWER)
    assert at_work.work(by=WRITER).may == ["write", "comment"]
    at_work.write("Có.")
    assert at_work.work(by=WRITER).may == ["write", "hand_in", "comment"]
    at_work.hand_in()
    assert at_work.work(by=WRITER).may == ["take_back", "comment"]
    assert at_work.work(by=REVIEWER).may == ["review", "request_changes", "comment"]
    assert at_work.work(by=SECRETARY).may == ["request_changes", "comment"]
    assert at_work.work(by=FIFTH).may == ["comment"]
    assert at_work.work(by=CLERK).may == ["comment"]
    assert at_work.work(by=OUTSIDER).may == []
