"""What each paper says: from the facts of a whole self-assessment, and from one in which almost nothing was done."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.errors import NoSuchCycle, NoSuchForm, NoSuchSchool
from services.assessment.papers import heads, results, sentences
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.papers import ComposePaper
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Code, Heading, Missing, Orientation, Signatures, Text
from shared.papers.resolving import NAMES_NOTE, gaps, people_in, runs_of
from shared.papers.text import printed_text
from shared.papers.wording import words_of
from shared.problems import Problem
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.assessment import Layer
from shared.vocabulary.self_assessment import CriterionStep, PaperKind
from tests.opened import scope
from tests.unit.assessment.conftest import Office
from tests.unit.assessment.deciding_kit import person
from tests.unit.assessment.papers_kit import (
    NAMES,
    REGIMES,
    TT22,
    TT57,
    PaperOffice,
    cells,
    document_id,
    headed,
    named,
    tables,
)

OWN = (PaperKind.MINUTES, PaperKind.REGISTRATION_LETTER, PaperKind.PUBLICATION_NOTICE)
ONLY_2018 = (PaperKind.COUNCIL_DECISION, PaperKind.PLAN, PaperKind.FACET_SHEET, PaperKind.CRITERION_SHEET)
EVERY = [(TT22, kind) for kind in PaperKind if kind is not PaperKind.IMPROVEMENT_PLAN]
EVERY += [(TT57, kind) for kind in PaperKind if kind not in ONLY_2018]


@pytest.fixture(scope="module")
def complete():
    """One whole self-assessment a regime; the tests of this module only read it."""
    with scope():
        yield {regime: PaperOffice.opened(Office(), regime).complete(documents=8) for regime in REGIMES}


@pytest.fixture(params=REGIMES)
def bare(request, office):
    """A cycle that was opened and nothing else."""
    return PaperOffice.opened(office, request.param)


@pytest.fixture
def old(office):
    return PaperOffice.opened(office, TT22)


@pytest.fixture
def new(office):
    return PaperOffice.opened(office, TT57)


def told(paper) -> str:
    """Return the words of a paper, one block a line."""
    return "\n".join(printed_text(paper))


# --- every kind


@pytest.mark.parametrize(("regime", "kind"), EVERY)
def test_every_kind_of_a_whole_self_assessment_says_what_it_is_and_about_what(complete, regime, kind):
    work = complete[regime]
    paper = work.printable(kind)

    assert (paper.kind, paper.school, paper.issuer) == (kind.value, "TH-BC", "Trường Tiểu học Bản Chuông")
    assert paper.subject.partition("/")[0] == work.cycle.cycle
    assert len(told(paper)) > 300
    assert paper.known_at == work.head()
    assert paper.form.source == (None if kind in OWN else work.compose(kind).paper.form.source)
    assert bool(paper.form.source) == (kind not in OWN)


@pytest.mark.parametrize(("regime", "kind"), EVERY)
def test_nobody_is_named_before_the_paper_is_printed(complete, regime, kind):
    paper = complete[regime].paper(kind)

    assert not any(name in repr(paper) for name in NAMES)
    assert bool(people_in(paper)) == (NAMES_NOTE in named(paper).notes)


@pytest.mark.parametrize("regime", REGIMES)
def test_forms_of_our_own_print_under_every_regime_and_say_so(complete, regime):
    for kind in OWN:
        assert complete[regime].paper(kind).form.source is None


@pytest.mark.parametrize(("regime", "kind"), [*((TT57, kind) for kind in ONLY_2018), (TT22, PaperKind.IMPROVEMENT_PLAN)])
def test_a_form_that_the_circular_lacks_is_refused(complete, regime, kind):
    work = complete[regime]
    assert kind not in work.kinds()

    with pytest.raises(NoSuchForm, match="không có mẫu") as refusal:
        work.paper(kind)

    assert (refusal.value.type, refusal.value.status) == ("mau-khong-co", 409)
    assert refusal.value.detail.startswith("TT57/2026" if regime == TT57 else "TT17/2018, TT22/2024")


def test_the_kinds_name_the_rulebooks_that_have_their_form(complete):
    kinds = {kind.kind: kind for kind in complete[TT22].application.paper_kinds().kinds}
    rulebooks = [rulebook.id for rulebook in complete[TT22].application.library]

    assert list(kinds) == list(PaperKind)
    for kind in OWN:
        assert (kinds[kind].regimes, kinds[kind].own_form) == (rulebooks, True)
    for kind in ONLY_2018:
        assert TT22 in kinds[kind].regimes
        assert not any(name.startswith("v2026") for name in kinds[kind].regimes)
    assert {name.partition("/")[0] for name in kinds[PaperKind.IMPROVEMENT_PLAN].regimes} == {"v2026_tt57"}
    with_sheets = [kind for kind in kinds if "xlsx" in kinds[kind].formats]
    assert with_sheets == [PaperKind.EVIDENCE_LIST, PaperKind.IMPROVEMENT_PLAN]


@pytest.mark.parametrize(("regime", "kind"), EVERY)
def test_every_code_that_stands_in_a_text_is_one_word(complete, regime, kind):
    rulebook = complete[regime].rulebook
    found = 0
    for run in runs_of(complete[regime].printable(kind)):
        if isinstance(run, Code):
            assert rulebook.codes_in(run.text)
            found += 1
        elif isinstance(run, Text):
            assert not rulebook.codes_in(run.text), run.text
    if kind in (PaperKind.CRITERION_SHEET, PaperKind.REPORT, PaperKind.EVIDENCE_LIST):
        assert found


# --- almost nothing was done


def test_a_cycle_in_which_nothing_was_done_prints_drafts_that_say_what_is_missing(bare):
    for kind in bare.kinds():
        if kind in (PaperKind.COUNCIL_DECISION, PaperKind.PLAN, PaperKind.MINUTES):
            with pytest.raises(PaperSubjectMissing, match="Chưa") as refusal:
                bare.paper(kind)
            assert (refusal.value.status, refusal.value.type) == (409, "chua-co-de-in")
            assert "rồi in" in refusal.value.detail
        else:
            paper = bare.printable(kind)
            assert paper.draft
            assert gaps(paper)


def test_a_sheet_names_its_criterion(old):
    with pytest.raises(PaperSubjectMissing, match=r"Nêu tiêu chí, như 1\.3"):
        old.application.compose_paper(old_request(old, criterion=""))
    with pytest.raises(NoSuchCriterion):
        old.application.compose_paper(old_request(old, criterion="9.9"))


def old_request(work, **fields):
    return ComposePaper(kind=PaperKind.CRITERION_SHEET, **work.place, **fields)


def test_an_unknown_school_cycle_or_position_is_refused(old):
    for fields, refused in (({"school": "TH-KHONG"}, NoSuchSchool), ({"cycle": "1999-2000"}, NoSuchCycle)):
        with pytest.raises(refused):
            old.paper(PaperKind.REPORT, **fields)
    with pytest.raises(Problem, match="Nhật ký mới đến số"):
        old.paper(PaperKind.REPORT, known_at=old.head() + 1)


# --- the council


def test_the_decision_names_the_council_its_groups_and_the_circulars(complete):
    paper = complete[TT22].printable(PaperKind.COUNCIL_DECISION)
    head = paper.heading
    assert isinstance(head, Heading)

    assert (head.number, head.symbol, head.place, head.superior) == ("12", "QĐ", "Nà Lừa", "UBND xã Nà Lừa")
    assert (head.dated.day, head.dated.month, head.dated.year) == (1, 10, 2026)
    text = told(paper)
    assert "Căn cứ Thông tư số 17/2018/TT-BGDĐT ngày 22 tháng 8 năm 2018 của Bộ trưởng Bộ Giáo dục và Đào tạo;" in text
    assert "Căn cứ Thông tư số 22/2024/TT-BGDĐT ngày 10 tháng 12 năm 2024" in text
    assert "gồm 09 người; giúp việc Hội đồng có Nhóm thư ký gồm 02 người và 02 nhóm công tác (danh sách kèm" in text
    council, secretariat, groups = tables(paper)
    assert [cells(row) for row in council.rows][:2] == [
        ["1", "Lò Thị Hoa", "Hiệu trưởng", "Chủ tịch; Nhiệm vụ 1"],
        ["2", "Quàng Văn Minh", "Giáo viên", "Thư ký; Nhiệm vụ 2"],
    ]
    assert [cells(row)[3] for row in secretariat.rows] == ["Trưởng nhóm", "Thành viên"]
    assert cells(groups.rows[0])[0].startswith("Nhóm công tác 1\nTiêu chí 1.1, 1.3")
    assert not paper.draft
    assert gaps(paper) == 0


def test_a_decision_without_a_number_leaves_room_for_the_clerk(old):
    old.set_up(7)
    council = old.assessed().cycle.work.council.entry.fact
    old.fact(sf.CouncilSetUp(**old.place, decision="", decided_on=dt.date(2026, 9, 30), members=council.members))

    paper = old.printable(PaperKind.COUNCIL_DECISION)

    assert (paper.heading.number, paper.heading.symbol, paper.heading.dated.day) == (None, "QĐ-THBC", None)
    assert (paper.heading.dated.month, paper.heading.dated.year) == (9, 2026)
    assert "(Kèm theo Quyết định số /QĐ-THBC ngày tháng 9 năm 2026" in told(paper)
    assert "chưa lập nhóm thư ký" in told(paper).replace("\u00a0", " ")


def test_a_council_that_breaks_the_rules_is_a_draft(old):
    members = tuple(
        sf.CouncilMember(person=person(number), role=member.role, office=member.office)
        for number, member in enumerate(_members(old), start=1)
    )
    old.fact(sf.CouncilSetUp(**old.place, decision="12/QĐ", decided_on=dt.date(2026, 9, 30), members=members[:4]))
    assert old.paper(PaperKind.COUNCIL_DECISION).draft


def _members(work):
    work.set_up(7)
    return work.assessed().cycle.work.council.entry.fact.members


@pytest.mark.parametrize(
    ("office_held", "signs"), [("Hiệu trưởng", True), ("", True), ("Phó Hiệu trưởng", False), ("Hiệu trưởng trường", True)]
)
def test_the_head_signs_by_name_only_where_the_chair_is_the_head(old, office_held, signs):
    chair, *others = _members(old)
    members = (sf.CouncilMember(person=chair.person, role=chair.role, office=office_held), *others)
    old.fact(sf.CouncilSetUp(**old.place, decision="12/QĐ", decided_on=dt.date(2026, 9, 30), members=members))

    signed = [block for block in old.paper(PaperKind.COUNCIL_DECISION).blocks if isinstance(block, Signatures)]

    assert bool(signed[0].signers[0].name) == signs


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Trường Tiểu học Bản Chuông", "QĐ-THBC"),
        ("Trường PTDTBT TH Nậm Lam", "QĐ-PTDTBTTHNL"),
        ("Mầm non Số 1 – Đồi Cao", "QĐ-MNS1ĐC"),
    ],
)
def test_the_symbol_of_a_paper_has_the_short_name_of_the_school(complete, name, symbol):
    class Named:
        school_name = name

    assert heads.symbol(Named(), "QĐ") == symbol
    assert heads.symbol(Named()) == symbol.removeprefix("QĐ-")


def test_the_plan_has_the_parts_of_the_form_and_what_was_typed_there(complete):
    paper = complete[TT22].printable(PaperKind.PLAN)
    text = told(paper)

    for part in ("I. MỤC ĐÍCH", "V. TẬP HUẤN", "VII. THUÊ CHUYÊN GIA", "IX. THỜI GIAN, NỘI DUNG HOẠT ĐỘNG"):
        assert part in text
    assert "VII. THUÊ CHUYÊN GIA\nKhông có." in text
    assert cells(headed(paper, "Thời gian").rows[0]) == ["01/10/2026 – 31/10/2026", "Thu thập minh chứng", "Các nhóm"]
    assert cells(headed(paper, "Tiêu chuẩn").rows[0]) == ["1", "1.1", "Máy quét", "Tháng 10", "-"]
    assert cells(headed(paper, "Nhóm").rows[1])[1] == "Cà Thị Lan"
    assert paper.heading.dated.day == 2
    assert not paper.draft
    assert "V. TẬP HUẤN\n⟨chưa có⟩" in text.replace("\u00a0", " ")


def test_a_plan_is_a_draft_until_it_is_approved(old):
    old.fact(sf.SelfAssessmentPlanned(**old.place, sections={"I": "Cải tiến."}))
    paper = old.printable(PaperKind.PLAN)
    assert paper.draft
    assert (paper.heading.dated.day, paper.heading.dated.month) == (None, None)
    assert "Không cần huy động thêm nguồn lực." in told(paper)


def test_minutes_name_who_was_there_who_was_not_and_every_vote(complete):
    for work in complete.values():
        paper = work.printable(PaperKind.MINUTES)
        text = told(paper)
        assert "Có mặt 05/09 thành viên:" in text
        assert "- Lò Thị Hoa, Hiệu trưởng, Chủ tịch Hội đồng" in text
        assert "Vắng 04:" in text
        votes = headed(paper, "Tiêu chí")
        assert [cells(row)[0] for row in votes.rows] == list(work.rulebook.criteria)
        assert {tuple(cells(row)[1:]) for row in votes.rows} == {("5", "0", "0", "Thông qua")}
        assert "nhiều hơn một nửa số có mặt" in text
        assert "Chưa tìm thấy điều khoản nào quy định." in text
        assert f"Hội đồng thông qua {len(work.rulebook.criteria)} tiêu chí: 1.1, 1.2" in text


def test_minutes_of_a_meeting_tell_opinions_and_what_did_not_pass(old):
    old.set_up(7)
    old.office.judge_all(old.cycle)
    old.write("1.1")
    old.write("1.2")
    old.review("1.1", "1.2")
    first = old.hold().id
    old.vote("1.1", first, votes=(2, 3, 0), opinions=("Cần thêm biên bản",))
    old.vote("1.2", first)
    second = old.hold(agenda="Họp lại\nThông qua tiêu chí 1.1").id

    told_first = told(old.printable(PaperKind.MINUTES, meeting=first))
    told_last = told(old.printable(PaperKind.MINUTES))

    assert "Tiêu chí 1.1: Cần thêm biên bản" in told_first
    assert "Chưa thông qua: 1.1; nhóm phụ trách sửa và trình lại." in told_first
    assert "Cuộc họp này không biểu quyết tiêu chí nào." in told_last
    assert old.paper(PaperKind.MINUTES).subject == f"{old.cycle.cycle}/{second}"
    assert "Họp lại\nThông qua tiêu chí 1.1" in told_last
    with pytest.raises(PaperSubjectMissing):
        old.paper(PaperKind.MINUTES, meeting="khong-co")


def test_minutes_name_the_convention_of_the_time_of_the_vote(old):
    old.set_up(7)
    meeting = old.hold().id
    vote = {"votes_for": 5, "votes_against": 0, "abstentions": 0, "of": old.head(), "passed": True}
    old.fact(sf.CriterionVoted(**old.place, criterion="1.1", meeting=meeting, convention="over_2_3_present_of_half", **vote))
    assert "Quy ước áp dụng lúc biểu quyết: over_2_3_present_of_half." in told(old.printable(PaperKind.MINUTES))


# --- sheets


def test_the_table_of_a_sheet_is_what_criterion_answers(old):
    given = ["met", "not_met", "not_assessed", "met"]
    keys = [key for key in old.rulebook.keys if key.criterion == "1.1"]
    results_of = {tuple(key): given[number % 4] for number, key in enumerate(keys)}
    old.judge(*(key for key, result in results_of.items() if result == "met"))
    old.judge(*(key for key, result in results_of.items() if result == "not_met"), result="not_met")

    table = headed(old.printable(PaperKind.CRITERION_SHEET), "Mức 1")
    view = old.application.criterion(calls.CriterionRequest(school="TH-BC", cycle=old.cycle.cycle, criterion="1.1"))
    words = {"met": "Đạt", "not_met": "Không đạt", "not_assessed": "⟨chưa đánh giá⟩"}
    answered = {
        (indicator.level, indicator.indicator): words[indicator.results.get(Layer.SCHOOL, "not_assessed")]
        for indicator in view.indicators
    }

    printed = {}
    *body, last = table.rows
    for row in body:
        shown = [cell.replace("\u00a0", " ") for cell in cells(row)]
        for level in (1, 2, 3):
            letter, result = shown[2 * level - 2 : 2 * level]
            if letter != "-":
                printed[level, "-" if letter == "*" else letter] = result
    assert printed == answered
    reached = view.levels[Layer.SCHOOL].level
    assert reached == 0
    assert cells(last) == ["Kết quả: Không đạt"]


@pytest.mark.parametrize("criterion", ["1.1", "1.2", "5.5"])
def test_a_level_with_fewer_indicators_is_filled_with_dashes_and_the_only_one_is_a_star(complete, criterion):
    work = complete[TT22]
    asked = work.rulebook.criteria[criterion].levels
    table = headed(work.printable(PaperKind.CRITERION_SHEET, criterion), "Mức 1")

    assert [cells(table.header[0])[place] for place in range(len(asked))] == [f"Mức {level}" for level in asked]
    rows = [cells(row) for row in table.rows[:-1]]
    assert len(rows) == max(len(level.indicators) for level in asked.values())
    for place, level in enumerate(sorted(asked)):
        codes = [indicator.code for indicator in asked[level].indicators]
        column = [row[2 * place] for row in rows]
        assert column == [*("*" if code == "-" else code for code in codes), *["-"] * (len(rows) - len(codes))]
        assert [row[2 * place + 1] for row in rows] == [*["Đạt"] * len(codes), *["-"] * (len(rows) - len(codes))]
    assert cells(table.rows[-1]) == [f"Kết quả: Đạt Mức {max(asked)}"]


def test_a_sheet_keeps_paragraphs_and_its_results_on_one_page(complete):
    paper = complete[TT22].printable(PaperKind.CRITERION_SHEET)
    text = told(paper)
    assert "Nhóm: Nhóm công tác 1" in text
    assert "Tiêu chuẩn 1: " in text
    assert text.count("Kế hoạch được rà soát, bổ sung hằng năm") == 3
    assert headed(paper, "Mức 1").whole
    assert cells(headed(paper, "Mục tiêu").rows[0]) == [
        "Đủ 25 máy",
        "Mua thêm 12 máy tính cho phòng Tin học",
        "01/11/2026 – 31/5/2027",
        "Tổ Tin học: Tòng Văn Sơn",
        "12.500.000 đồng, ngân sách xã",
        "Biên bản bàn giao",
    ]
    without = told(complete[TT22].printable(PaperKind.CRITERION_SHEET, "1.3"))
    assert "Năm học tới tham mưu với xã sửa chữa." in without


def test_a_sheet_is_a_draft_until_the_council_passed_it(old):
    old.set_up()
    old.write("1.1", text="Trường có kế hoạch.")
    assert old.paper(PaperKind.CRITERION_SHEET).draft
    assert "Nhóm: ⟨chưa phân công⟩" in told(old.printable(PaperKind.CRITERION_SHEET)).replace("\u00a0", " ")
    old.office.judge_all(old.cycle)
    old.review("1.1")
    old.vote("1.1", old.hold().id)
    assert old.steps()["1.1"] is CriterionStep.PASSED
    assert not old.paper(PaperKind.CRITERION_SHEET).draft
    old.write("1.1", text="Sửa lại.")
    assert old.paper(PaperKind.CRITERION_SHEET).draft


def test_what_level_4_asks_for_follows_forms_of_its_own(complete):
    work = complete[TT22]
    sheet, facets = work.printable(PaperKind.CRITERION_SHEET, "22"), work.printable(PaperKind.FACET_SHEET, "22")

    assert "Phụ lục 5b" in sheet.form.source
    assert "Phụ lục 3" in facets.form.source
    assert "PHIẾU ĐÁNH GIÁ MỨC 4" in told(sheet)
    assert "PHIẾU XÁC ĐỊNH NỘI HÀM MỨC 4" in told(facets)
    table = headed(sheet, "Mức 4")
    assert cells(table.header[1]) == ["Khoản", "Đạt/Không đạt"]
    assert cells(table.rows[-1]) == ["Kết quả: Đạt"]
    assert cells(facets_table(facets).header[0])[0] == "Tiêu chí (khoản Điều 22)"
    assert "Phụ lục 5a" in work.paper(PaperKind.CRITERION_SHEET, "1.1").form.source


def facets_table(paper):
    return next(table for table in tables(paper) if table.sheet == "Nội hàm")


def test_facets_stand_beside_their_indicator_and_undefined_ones_are_missing(complete):
    work = complete[TT22]
    paper = work.printable(PaperKind.FACET_SHEET)
    rows = facets_table(paper).rows

    assert paper.orientation is Orientation.LANDSCAPE
    assert len(facets_table(paper).columns) == 6
    assert [cells(row)[0] for row in rows if row.band] == ["Mức 1", "Mức 2", "Mức 3"]
    assert cells(rows[1])[0].startswith("a) ")
    assert rows[1].cells[0].row_span == 2
    assert cells(rows[1])[1:] == ["Có kế hoạch", "Đã ban hành chưa?", "Kế hoạch chiến lược", "Văn thư", "-"]
    assert not paper.draft
    assert work.paper(PaperKind.FACET_SHEET, "1.2").draft
    assert gaps(work.paper(PaperKind.FACET_SHEET, "1.2"))


# --- the list of evidence


def test_a_paper_cited_at_three_criteria_is_one_coded_row_and_two_that_point_there(old):
    (code,) = old.cite(["1.1", "1.3", "2.2"])
    table = tables(old.printable(PaperKind.EVIDENCE_LIST))[0]

    assert len(table.columns) == 7
    shown = old.rulebook.render_codes([code])
    rows = [[cell.replace("\u2011", "-") for cell in cells(row)] for row in table.rows]
    assert [(row[0], row[1], row[2], row[6]) for row in rows] == [
        ("1.1", "1", shown, ""),
        ("1.3", "1", "", f"Mã đã cấp: {shown}"),
        ("2.2", "1", "", f"Mã đã cấp: {shown}"),
    ]
    title = "Kế hoạch số 1 về bồi dưỡng chuyên môn, nghiệp vụ cho giáo viên năm học"
    assert {tuple(row[3:6]) for row in rows} == {(title, "12/KH-TH, 20/9/2026", "Trường TH Bản Chuông")}
    assert "Danh mục có 1 minh chứng, 3 dòng." in told(old.printable(PaperKind.EVIDENCE_LIST))


def test_the_list_of_2026_has_each_paper_once_with_every_criterion_that_uses_it(new):
    (code,) = new.cite(["1.1", "1.3", "2.2"])
    new.cite(["2.2"], first=2)
    table = tables(new.printable(PaperKind.EVIDENCE_LIST))[0]

    assert len(table.columns) == 5
    assert [cells(row) for row in table.rows if row.band] == [["Tiêu chí 1.1"], ["Tiêu chí 2.2"]]
    rows = [cells(row) for row in table.rows if not row.band]
    assert rows[0][:2] == ["1", code]
    assert rows[0][3:] == ["PDF; kho số", "Dùng cho 1.1, 1.3, 2.2"]
    assert rows[1][4] == ""
    assert "Danh mục có 2 minh chứng." in told(new.printable(PaperKind.EVIDENCE_LIST))


def test_evidence_taken_from_a_former_circular_is_listed_with_its_code_of_then(old):
    old.cite(["1.1"])
    new = PaperOffice(old.office, old.office.with_cycle())
    place = {**new.place, "document": document_id(1)}
    for criterion in ("1.1", "1.2"):
        coded = calls.CodeEvidence(**place, criterion="1.1", title="Kế hoạch")
        new.application.code_evidence(new.office.acting, coded)
        new.application.link_evidence(new.office.acting, calls.LinkEvidence(**place, criterion=criterion))
        rows = [cells(row) for row in tables(new.printable(PaperKind.EVIDENCE_LIST))[0].rows if not row.band]
        assert [row[1] for row in rows] == ["MC.1.1.01"]
        used = "Mã trước đây" if criterion == "1.1" else "Dùng cho 1.1, 1.2; mã trước đây"
        assert [row[4] for row in rows] == [f"{used}: H1-1.1-01"]
    assert [cells(row)[2] for row in tables(old.printable(PaperKind.EVIDENCE_LIST))[0].rows] == ["[H1-1.1-01]"]


def test_a_code_is_shown_where_it_was_given_while_it_is_cited_there_else_at_the_first_use(old):
    old.cite(["1.3", "1.1"])
    place = {**old.place, "document": document_id(1)}
    first = [cells(row)[0] for row in tables(old.printable(PaperKind.EVIDENCE_LIST))[0].rows if cells(row)[2]]
    assert first == ["1.3"]
    old.application.unlink_evidence(old.office.acting, calls.UnlinkEvidence(**place, criterion="1.3"))
    rows = [cells(row) for row in tables(old.printable(PaperKind.EVIDENCE_LIST))[0].rows]
    assert [(row[0], bool(row[2])) for row in rows] == [("1.1", True)]


@pytest.mark.parametrize("regime", REGIMES)
def test_the_list_inside_the_report_has_the_columns_of_the_list(complete, regime):
    work = complete[regime]
    alone = tables(work.printable(PaperKind.EVIDENCE_LIST))[0]
    assert alone in tables(work.printable(PaperKind.REPORT))


def test_the_list_is_a_draft_until_submission(new):
    new.office.judge_all(new.cycle)
    new.office.cite_all(new.cycle)
    assert new.paper(PaperKind.EVIDENCE_LIST).draft
    new.office.submit(new.cycle)
    assert not new.paper(PaperKind.EVIDENCE_LIST).draft


# --- the report


def test_the_report_of_2018_has_every_criterion_its_results_and_the_level(complete):
    work = complete[TT22]
    paper = work.printable(PaperKind.REPORT)
    text = told(paper)

    for criterion in work.rulebook.criteria.values():
        if criterion.standard:
            assert f"Tiêu chí {criterion.code}: {criterion.title}" in text
    summary = headed(paper, "Tiêu chuẩn, tiêu chí")
    marks = {cells(row)[0]: cells(row)[1:] for row in summary.rows if not row.band}
    assert marks["Tiêu chí 1.1"] == ["", "x", "x", "x"]
    assert marks["Tiêu chí 1.2"] == ["", "x", "x", "-"]
    assert cells(headed(paper, "Tiêu chí (khoản").rows[0])[1] == "x"
    assert "Trường Tiểu học Bản Chuông tự đánh giá: đạt Mức 4." in text
    three = [code for code, asked in work.rulebook.criteria.items() if asked.standard and 3 in asked.levels]
    assert f"Số tiêu chí đạt Mức 3: {len(three)}/{len(three)}, tỷ lệ 100,0%." in text
    assert not paper.draft
    for part in ("PHẦN I. CƠ SỞ DỮ LIỆU", "PHẦN II. TỰ ĐÁNH GIÁ", "PHẦN III. KẾT LUẬN CHUNG", "PHẦN IV. PHỤ LỤC"):
        assert part in text
    assert cells(headed(paper, "Số liệu").header[0])[1:] == ["2024 - 2025", "2025 - 2026"]
    assert "Nội dung phần II.A.1" in text
    assert "Nội dung phần II.B.I.1.mo-dau" in text


def test_a_criterion_that_fails_or_is_open_is_marked_so(old):
    old.office.judge_all(old.cycle)
    old.judge(("1.1", 1, "a"), result="not_met")
    old.judge(("1.2", 1, "a"), result="not_assessed")
    paper = old.printable(PaperKind.REPORT)

    marks = {cells(row)[0]: cells(row)[1:] for row in headed(paper, "Tiêu chuẩn, tiêu chí").rows if not row.band}
    assert marks["Tiêu chí 1.1"] == ["x", "", "", ""]
    assert [cell.replace("\u00a0", " ") for cell in marks["Tiêu chí 1.2"]] == ["⟨chưa kết luận⟩"]
    sheet = headed(old.printable(PaperKind.CRITERION_SHEET), "Mức 1")
    assert cells(sheet.rows[-1]) == ["Kết quả: Không đạt"]
    assert paper.draft


def test_level_4_is_not_looked_at_below_level_3(old):
    old.office.judge_all(old.cycle)
    old.judge(("1.1", 1, "a"), result="not_met")
    paper = old.printable(PaperKind.REPORT)
    assert "Không xét Mức 4 vì nhà trường chưa đạt Mức 3." in told(paper)
    assert cells(headed(paper, "Tiêu chí (khoản").rows[0])[1:] == ["", "", "Không xét"]


def test_the_report_of_2026_has_a_table_a_criterion_and_strengths_at_each_standard(complete):
    work = complete[TT57]
    paper = work.printable(PaperKind.REPORT)
    text = told(paper)

    per_criterion = [table for table in tables(paper) if table.header and cells(table.header[0])[0] == "Mức"]
    assert len(per_criterion) == len(work.rulebook.criteria)
    assert all([cells(row)[0] for row in table.rows] == ["Mức 1", "Mức 2"] for table in per_criterion)
    assert {cells(row)[2] for table in per_criterion for row in table.rows} == {"Đạt"}
    for standard in work.rulebook.standards:
        assert f"Nhận định về tiêu chuẩn {standard.number}" in text
        assert f"limits của tiêu chuẩn {standard.number}.\ncauses của tiêu chuẩn {standard.number}." in text
    counts = headed(paper, "Tiêu chuẩn, tiêu chí").rows[-1]
    assert cells(counts) == ["Cộng chung", "0", "0", str(len(work.rulebook.criteria))]
    shares = next(table for table in tables(paper) if table.header and cells(table.header[0])[0] == "Tiêu chuẩn")
    assert cells(shares.rows[-1]) == ["Cộng chung", "15", "0", "0,0", "0", "0,0", "15", "100,0"]
    assert "Quyết định số 12/QĐ và kế hoạch tự đánh giá, bản sao kèm theo." in text
    assert not paper.draft


def test_in_2026_a_level_is_met_when_its_indicators_are(new):
    new.office.judge_all(new.cycle)
    key = next(key for key in new.rulebook.keys if key.criterion == "1.1" and key.level == 2)
    new.judge(tuple(key), result="not_met")
    table = headed(new.printable(PaperKind.REPORT), "Mức")
    assert [cells(row)[2] for row in table.rows] == ["Đạt", "Không đạt"]
    assert "Kết luận tiêu chí 1.1: Đạt Mức 1." in told(new.printable(PaperKind.REPORT))
    new.judge(tuple(key), result="not_assessed")
    row = headed(new.printable(PaperKind.REPORT), "Mức").rows[1]
    assert isinstance(row.cells[2].runs[0], Missing)


def test_a_report_that_changed_after_its_approval_is_a_draft_again(office):
    work = PaperOffice.opened(office, TT57)
    office.judge_all(work.cycle)
    work.set_up()
    work.pass_all()
    work.approve()
    assert not work.paper(PaperKind.REPORT).draft
    work.write("1.1", text="Viết lại sau khi phê duyệt.")
    assert work.paper(PaperKind.REPORT).draft


def test_figures_of_later_school_years_are_not_in_the_report(office):
    work = PaperOffice.opened(office, TT57)
    work.state_figures()
    table = headed(work.printable(PaperKind.REPORT), "Số liệu")
    assert cells(table.header[0]) == ["Số liệu", "2025 - 2026", "2026 - 2027"]
    earlier = PaperOffice(office, office.with_cycle(dt.date(2025, 11, 2), "2025-2026"))
    table = headed(earlier.printable(PaperKind.REPORT), "Số liệu")
    assert cells(table.header[0]) == ["Số liệu", "2025 - 2026"]


# --- the improvement plan, the letter, the notice


def test_the_improvement_plan_has_ten_columns_and_what_was_looked_at(complete):
    paper = complete[TT57].printable(PaperKind.IMPROVEMENT_PLAN)
    plan = next(table for table in tables(paper) if table.sheet == "Kế hoạch cải tiến")

    assert (len(plan.columns), paper.orientation) == (10, Orientation.LANDSCAPE)
    assert cells(plan.header[0]) == complete[TT57].rulebook.document.forms[1].columns
    assert cells(plan.rows[0]) == [
        "1",
        "Tiêu chí 1.1",
        "Đủ 25 máy",
        "Mua thêm 12 máy tính cho phòng Tin học",
        "25 máy dùng được",
        "01/11/2026 – 31/5/2027",
        "Tổ Tin học: Tòng Văn Sơn",
        "12.500.000 đồng, ngân sách xã",
        "Biên bản bàn giao",
        "Đang làm",
    ]
    followed = next(table for table in tables(paper) if table.sheet == "Theo dõi")
    assert cells(followed.rows[0]) == ["1", "Lần khác, 20/11/2026", "Đã mua 6 máy", "Đang làm", "-"]
    assert "Thông tư số 57/2026/TT-BGDĐT" in told(paper)


def test_a_dropped_item_is_not_in_the_plan(new):
    new.set_up()
    item = new.improve(criterion="1.1").id
    new.improve(criterion="1.2", aim="Nâng chuẩn")
    new.review_item(item, "bo", adjustment="Không cần nữa")
    plan = next(t for t in tables(new.printable(PaperKind.IMPROVEMENT_PLAN)) if t.sheet == "Kế hoạch cải tiến")
    assert [cells(row)[2] for row in plan.rows] == ["Nâng chuẩn"]


def test_an_item_of_a_standard_is_told_by_its_standard(new):
    new.fact(sf.ImprovementItemSet(**new.place, item="i", standard="2", aim="Đủ", action="Mua", ends=dt.date(2027, 5, 31)))
    plan = next(t for t in tables(new.printable(PaperKind.IMPROVEMENT_PLAN)) if t.sheet == "Kế hoạch cải tiến")
    assert cells(plan.rows[0])[1] == "Tiêu chuẩn 2"
    assert cells(plan.rows[0])[5] == "31/5/2027"


def submitted(office, regime, **changes):
    """Return a school that judged everything met but for `changes` and submitted."""
    work = PaperOffice.opened(office, regime)
    office.judge_all(work.cycle)
    office.cite_all(work.cycle)
    for result, key in changes.items():
        work.judge(key, result=result)
    assert work.paper(PaperKind.REGISTRATION_LETTER).draft
    office.submit_anyway(work.cycle)
    return work


def test_the_letter_registers_what_was_submitted(office):
    letter = submitted(office, TT57).printable(PaperKind.REGISTRATION_LETTER)
    text = told(letter)
    assert not letter.draft
    assert "theo Thông tư số 57/2026/TT-BGDĐT, trình ngày 24/11/2026; kết quả tự đánh giá: đạt Mức 2." in text
    assert letter.heading.correspondence
    assert (letter.heading.symbol, letter.heading.number) == ("THBC", None)
    assert "Nhà trường đăng ký đánh giá ngoài, đề nghị xem xét:" in text
    assert "- Công nhận trường đạt chuẩn quốc gia Mức độ 2." in text


def test_the_letter_asks_for_the_degrees_that_the_level_opens(office):
    text = told(submitted(office, TT22).printable(PaperKind.REGISTRATION_LETTER))
    assert "- Chứng nhận trường đạt kiểm định chất lượng giáo dục Cấp độ 4;" in text
    assert "- Công nhận trường đạt chuẩn quốc gia Mức độ 2." in text


def test_a_school_below_level_1_asks_for_no_degree_and_its_letter_stays_a_draft(office):
    letter = submitted(office, TT22, not_met=("1.1", 1, "a")).printable(PaperKind.REGISTRATION_LETTER)
    assert letter.draft
    assert "kết quả tự đánh giá: chưa đạt Mức 1." in told(letter)
    assert "Nhà trường đăng ký đánh giá ngoài.\n" in told(letter)


def test_the_notice_says_that_the_result_is_the_schools_own_and_where_it_is_published(complete, office):
    assert complete[TT57].printable(PaperKind.PUBLICATION_NOTICE).draft
    work = PaperOffice.opened(office, TT57)
    office.judge_all(work.cycle)
    work.judge(("1.1", 1, "-"), result="not_met")
    work.judge(("1.2", 1, "-"), result="not_assessed")
    assert "Chưa kết luận: 1 tiêu chí" in told(work.printable(PaperKind.PUBLICATION_NOTICE))
    office.submit_anyway(work.cycle)
    assert not work.paper(PaperKind.PUBLICATION_NOTICE).draft
    assert "Nơi công bố" not in told(work.printable(PaperKind.PUBLICATION_NOTICE))
    work.publish()
    notice = work.printable(PaperKind.PUBLICATION_NOTICE)
    text = told(notice)
    assert not notice.draft
    assert "Không đạt: 1 tiêu chí" in text
    assert "- Bảng tin nhà trường" in text
    assert "chưa phải kết quả đánh giá ngoài" in text


# --- words


def test_codes_in_a_sentence_stay_whole_and_the_words_around_them_as_typed():
    written = sf.Sentence(text="Có kế hoạch [H1-1.1-01], [H1-1.1-010].", codes=("H1-1.1-01", "H1-1.1-010"))
    runs = sentences.sentence(written)
    assert [run.text for run in runs if isinstance(run, Code)] == ["H1-1.1-01", "H1-1.1-010"]
    assert words_of(runs).replace("\u2011", "-") == written.text


def test_shares_round_half_up_and_of_nothing_are_nothing():
    assert [results.percent(*share) for share in ((1, 3), (2, 3), (1, 16), (0, 7), (0, 0))] == [
        "33,3",
        "66,7",
        "6,3",
        "0,0",
        "0",
    ]


# ---- whose school it is


@pytest.mark.parametrize(
    ("commune", "place"),
    [("Xã Nậm Lam", "Nậm Lam"), ("Thị trấn Đồng Mỏ", "Đồng Mỏ"), ("Đặc khu Vân Đồn", "Vân Đồn"), ("Xuân Lam", "Xuân Lam")],
)
def test_the_place_of_a_paper_is_the_commune_without_its_kind(office, commune, place):
    work = PaperOffice.opened(office, TT57)
    request = calls.RenameCommune(commune="NL01", name=commune)
    work.application.rename_commune(work.office.acting, request)
    heading = work.paper(PaperKind.REGISTRATION_LETTER).heading
    assert (heading.place, heading.superior) == (place, f"UBND {commune[0].lower()}{commune[1:]}")


def test_a_school_with_upper_secondary_classes_is_the_departments(office):
    work = PaperOffice(office, office.with_school(name="Trường THPT Bản Chuông", kind="thpt").with_cycle())
    letter = work.paper(PaperKind.REGISTRATION_LETTER)
    assert letter.heading.superior == "Sở Giáo dục và Đào tạo"
    assert told(letter).count("Sở Giáo dục và Đào tạo") == 1


def test_how_many_copies_go_along_is_said_where_the_law_says_it(office):
    assert "Báo cáo tự đánh giá (02 bản);" in told(submitted(office, TT22).printable(PaperKind.REGISTRATION_LETTER))
    assert "Báo cáo tự đánh giá;" in told(submitted(Office(), TT57).printable(PaperKind.REGISTRATION_LETTER))
