"""People correct pages beside the image: listed, kept beside the log, shown everywhere, counted, forgotten on demand."""

from __future__ import annotations

import msgspec
import pytest

from services.evidence.domain.facts import CATALOGUE, TextCorrected
from services.evidence.domain.text import PageDoubt, PageKind
from services.evidence.errors import ImpossibleCorrection, NoSuchPage, NotYetRead, PageChanged
from shared.contracts.calls.evidence import (
    Box,
    ConfirmFields,
    ConfirmPage,
    CorrectPage,
    DocumentRequest,
    EraseCorrections,
    PageRequest,
    PagesToReviewRequest,
    PageToCorrectRequest,
    ReadingQualityRequest,
    RetryReading,
    SearchRequest,
    WordChange,
)
from shared.contracts.calls.evidence import WordChangeKind as K
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, SCHOOL, World, auditor, clerk, facts_of, read_text
from tests.unit.evidence.test_signed_papers import LINES, come_home, papers_of, register, scan

BODY = ("Số: 48/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thừ")
LATER = ("Số: 48/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thứ")


def head(school: str = SCHOOL) -> CallContext:
    return CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school),))


def member() -> CallContext:
    grant = Grant(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL)
    return CallContext(actor="account-3", grants=(grant,))


class Desk(World):
    """A school with one paper that was read none too surely."""

    def __init__(self, *lines: str, confidence: int = 60, **more) -> None:
        super().__init__(**more)
        self.document = self.receive().document
        self.reads(*(lines or BODY), confidence=confidence)

    def reads(self, *lines: str, confidence: int = 60, pipeline: str = "layout-1", doubts=(), kind=PageKind.TEXT) -> None:
        text = read_text(*lines, confidence=confidence)
        pages = tuple(msgspec.structs.replace(one, kind=kind, doubts=tuple(doubts)) for one in text.pages)
        self.application.record_text(clerk(), self.document, msgspec.structs.replace(text, pages=pages, pipeline=pipeline))

    def shown(self, number: int = 1, acting: CallContext | None = None):
        return self.application.page_to_correct(acting or clerk(), PageToCorrectRequest(document=self.document, page=number))

    def words(self, number: int = 1) -> list[str]:
        return [word.text for word in self.shown(number).words]

    def correct(self, *changes: WordChange, acting: CallContext | None = None, shown=None, number: int = 1):
        shown = shown or self.shown(number)
        at = {"document": self.document, "page": number, "text_sha256": shown.text_sha256, "edition": shown.edition}
        return self.application.correct_page(acting or clerk(), CorrectPage(**at, changes=list(changes)))

    def replace(self, was: str, text: str, *, shown=None, acting=None, number: int = 1):
        words = [word.text for word in (shown or self.shown(number)).words]
        change = WordChange(kind=K.REPLACED, word=words.index(was), text=text)
        return self.correct(change, shown=shown, acting=acting, number=number)

    def confirm(self, acting: CallContext | None = None, shown=None):
        shown = shown or self.shown()
        at = {"document": self.document, "page": 1, "text_sha256": shown.text_sha256, "edition": shown.edition}
        return self.application.confirm_page(acting or clerk(), ConfirmPage(**at))

    def listed(self, school: str = SCHOOL) -> list[tuple[str, int]]:
        answer = self.application.pages_to_review(clerk(school), PagesToReviewRequest(school=school))
        assert answer.total == len(answer.pages)
        return [(one.document, one.page) for one in answer.pages]

    def found(self, query: str) -> int:
        return self.application.search(clerk(), SearchRequest(query=query, school=SCHOOL)).total

    def errors(self) -> list[tuple]:
        qualities = self.application.reading_quality(auditor(), ReadingQualityRequest()).qualities
        return [
            (one.kind, one.pipeline, one.pages, one.rejudged, one.words_wrong, one.words_missing, one.words_superfluous)
            for one in qualities
        ]

    def kept(self) -> str:
        contents = self.corrections.of_document(self.document).values()
        return " ".join(one.content.decode() for one in contents)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_a_page_read_none_too_surely_is_listed_until_a_person_says_something_of_it():
    desk = Desk()
    assert desk.listed() == [(desk.document, 1)]
    assert desk.listed(OTHER_SCHOOL) == []
    answer = desk.replace("Thừ", "Thử")
    assert (desk.listed(), answer.to_review, answer.after, answer.edition) == ([], 0, None, 1)


def test_a_page_that_is_read_right_is_taken_off_the_list():
    desk = Desk()
    answer = desk.confirm()
    assert (desk.listed(), answer.edition) == ([], 1)
    assert facts_of(desk.application)[-1] == "page-confirmed"


def test_a_better_reading_takes_a_page_off_the_list():
    desk = Desk()
    desk.application.retry_reading(clerk(), RetryReading(document=desk.document))
    desk.reads(*BODY, confidence=97)
    assert desk.listed() == []


def test_doubts_list_a_page_however_sure_its_words_are_and_a_blank_page_is_no_doubt():
    desk = Desk(confidence=99)
    assert desk.listed() == []
    desk.reads("---", *BODY, confidence=99, doubts=[PageDoubt.UNREAD])
    assert desk.listed() == [(desk.document, 1), (desk.document, 2)]
    desk.reads("---", *BODY, confidence=99)
    assert desk.listed() == []


def test_what_is_doubtful_is_a_setting():
    desk = Desk(confidence=60, doubtful_below=60)
    assert desk.listed() == []
    assert not any(word.doubtful for word in desk.shown().words)
    assert Desk(confidence=60, doubtful_below=61).listed() != []


def test_the_list_is_narrowed_to_a_paper_and_told_in_parts():
    desk = Desk("một", "---", "hai", "---", "ba")
    request = PagesToReviewRequest(school=SCHOOL, document=desk.document, limit=2)
    first = desk.application.pages_to_review(clerk(), request)
    rest = desk.application.pages_to_review(clerk(), msgspec.structs.replace(request, offset=2))
    assert ([one.page for one in first.pages], [one.page for one in rest.pages]) == ([1, 2], [3])
    assert (first.total, first.papers, first.doubtful_below) == (3, 1, 75)
    assert first.pages[0].thumbnail_url.startswith("/door/files?ticket=")
    none = msgspec.structs.replace(request, document="0" * 36)
    assert desk.application.pages_to_review(clerk(), none).total == 0
    for wrong in ({"limit": 0}, {"limit": 201}, {"offset": -1}):
        with pytest.raises(BadRequest):
            desk.application.pages_to_review(clerk(), msgspec.structs.replace(request, **wrong))


def test_one_goes_from_page_to_page_and_what_was_skipped_comes_again():
    desk = Desk("một", "---", "hai", "---", "ba")
    middle = desk.shown(2)
    assert (middle.before.page, middle.after.page, middle.to_review, middle.pages) == (1, 3, 3, 3)
    assert desk.replace("hai", "hải", number=2).after.page == 3
    last = desk.replace("ba", "bà", number=3)
    assert (last.after.page, last.to_review) == (1, 1)


def test_who_may_list_and_correct():
    desk = Desk()
    for other in (clerk(OTHER_SCHOOL), head(OTHER_SCHOOL)):
        with pytest.raises(NotAllowed):
            desk.shown(acting=other)
    for reader in (member(), auditor()):
        shown = desk.shown(acting=reader)
        with pytest.raises(NotAllowed):
            desk.replace("Thừ", "Thử", shown=shown, acting=reader)
        with pytest.raises(NotAllowed):
            desk.confirm(acting=reader)
    desk.replace("Thừ", "Thử", acting=head())


# ---- correcting ------------------------------------------------------------------------------------------------------


def test_words_are_replaced_taken_away_and_added_and_all_who_read_the_page_see_it():
    desk = Desk("Số: 48/KH-TH", "KẾ HOẠCH", "|| Hiệu Lò Thị Thừ")
    desk.correct(
        WordChange(kind=K.REMOVED, word=4),
        WordChange(kind=K.ADDED_AFTER, word=5, text="trưởng"),
        WordChange(kind=K.REPLACED, word=8, text="Bua"),
        WordChange(kind=K.ADDED_BEFORE, word=2, text="BẢN"),
        WordChange(kind=K.ADDED_LINE, text="Nơi nhận: như trên"),
    )
    words = ["Số:", "48/KH-TH", "BẢN", "KẾ", "HOẠCH", "Hiệu", "trưởng", "Lò", "Thị", "Bua", "Nơi", "nhận:", "như", "trên"]
    assert desk.words() == words
    told = desk.application.page(clerk(), PageRequest(document=desk.document, number=1))
    assert [word.text for word in told.words] == words
    assert (desk.found('"Hiệu trưởng Lò Thị Bua"'), desk.found('"Thị Thừ"')) == (1, 0)
    flags = {word.text: (word.corrected, word.doubtful) for word in desk.shown().words}
    assert (flags["Bua"], flags["Lò"]) == ((True, False), (False, True))


def test_fields_are_found_in_what_people_corrected_and_those_confirmed_stay():
    desk = Desk("Sô: 4B/KH-TH", "KẾ HOẠCH", "Thực hiện năm học mới")
    desk.application.confirm_fields(clerk(), ConfirmFields(document=desk.document, fields={"loai_van_ban": "Kế hoạch năm"}))
    desk.correct(WordChange(kind=K.REPLACED, word=0, text="Số:"), WordChange(kind=K.REPLACED, word=1, text="48/KH-TH"))
    fields = {f.name: f.value for f in desk.application.document(clerk(), DocumentRequest(document=desk.document)).fields}
    assert (fields["so_ky_hieu"], fields["loai_van_ban"]) == ("48/KH-TH", "Kế hoạch năm")
    desk.reads("Sô: 4B/KH-TH", "KẾ HOACH", "Thực hiện năm học mới", confidence=70)
    fields = {f.name: f.value for f in desk.application.document(clerk(), DocumentRequest(document=desk.document)).fields}
    assert (fields["so_ky_hieu"], fields["loai_van_ban"]) == ("48/KH-TH", "Kế hoạch năm")


def test_an_empty_page_is_typed_line_by_line():
    desk = Desk("---", "sau")
    desk.correct(*(WordChange(kind=K.ADDED_LINE, text=line) for line in BODY))
    page_ = desk.application.page(clerk(), PageRequest(document=desk.document, number=1)).page
    assert page_.text == "\n".join(BODY)
    assert desk.found('"KẾ HOẠCH"') == 1


def test_a_line_is_added_where_a_person_drew_it():
    desk = Desk()
    box = Box(left=100, top=500, width=300, height=20)
    desk.correct(WordChange(kind=K.ADDED_LINE, text="đã ký", box=box))
    last = desk.shown().words[-1]
    assert (last.text, last.box.top) == ("ký", 500)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [WordChange(kind=K.REPLACED, word=99, text="x")],
        [WordChange(kind=K.REPLACED, word=0, text="  ")],
        [WordChange(kind=K.REPLACED, word=0, text="a\x00b")],
        [WordChange(kind=K.REPLACED, word=0, text="x" * 301)],
        [WordChange(kind=K.REPLACED, word=0, text="Số:")],
        [WordChange(kind=K.REMOVED, word=0), WordChange(kind=K.REPLACED, word=0, text="x")],
        [WordChange(kind=K.ADDED_AFTER, word=-1, text="x")],
        [WordChange(kind=K.REMOVED, word=0)] * 3001,
    ],
)
def test_what_says_nothing_or_is_impossible_is_refused_and_nothing_is_kept(changes):
    desk = Desk()
    before = facts_of(desk.application)
    with pytest.raises(ImpossibleCorrection):
        desk.correct(*changes)
    assert (facts_of(desk.application), desk.kept()) == (before, "")


def test_a_page_that_is_not_there_or_not_read_is_refused():
    desk = Desk()
    with pytest.raises(NoSuchPage):
        desk.shown(7)
    seven = {"document": desk.document, "page": 7, "text_sha256": desk.shown().text_sha256, "edition": 0}
    with pytest.raises(NoSuchPage):
        desk.application.confirm_page(clerk(), ConfirmPage(**seven))
    unread = desk.receive(b"other").document
    with pytest.raises(NotYetRead):
        desk.application.page_to_correct(clerk(), PageToCorrectRequest(document=unread, page=1))
    at = {"document": unread, "page": 1, "text_sha256": "0" * 64, "edition": 0}
    with pytest.raises(NotYetRead):
        desk.application.confirm_page(clerk(), ConfirmPage(**at))


# ---- two people ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_what_the_first_made_of_the_page():
    desk = Desk()
    shown = desk.shown()
    desk.replace("Thừ", "Thử", shown=shown)
    with pytest.raises(PageChanged) as refused:
        desk.replace("Lò", "Lô", shown=shown, acting=head())
    assert refused.value.status == 409
    assert (refused.value.data["edition"], "Thị Thử" in refused.value.data["theirs"]) == (1, True)
    assert desk.words()[-3:] == ["Lò", "Thị", "Thử"]
    with pytest.raises(PageChanged):
        desk.confirm(shown=shown)


def test_a_form_that_is_sent_twice_is_taken_once():
    desk = Desk()
    shown = desk.shown()
    first = desk.replace("Thừ", "Thử", shown=shown)
    again = desk.replace("Thừ", "Thử", shown=shown)
    assert (again.position, again.edition) == (first.position, 1)
    assert facts_of(desk.application).count("text-corrected") == 1
    desk.confirm(shown=desk.shown())
    with pytest.raises(PageChanged):
        desk.replace("Thừ", "Thử", shown=shown)


def test_what_was_impossible_before_the_other_saved_is_no_repeat():
    desk = Desk()
    shown = desk.shown()
    desk.replace("Thừ", "Thử Nghiệm", shown=shown)
    with pytest.raises(PageChanged):
        desk.correct(WordChange(kind=K.REPLACED, word=9, text="x"), shown=shown)


def test_a_page_that_was_read_again_meanwhile_is_not_corrected_blindly():
    desk = Desk()
    shown = desk.shown()
    desk.reads(*LATER)
    with pytest.raises(PageChanged):
        desk.replace("Thừ", "Thử", shown=shown)


def test_of_two_who_save_at_once_the_second_is_refused():
    desk = Desk()
    shown, keep = desk.shown(), desk.corrections.keep

    def others_first(*what) -> None:
        keep(*what)
        desk.corrections.keep = keep
        desk.replace("Lò", "Lô", shown=shown, acting=head())

    desk.corrections.keep = others_first
    with pytest.raises(PageChanged):
        desk.replace("Thừ", "Thử", shown=shown)
    assert desk.words()[-3:] == ["Lô", "Thị", "Thừ"]


# ---- beside the log --------------------------------------------------------------------------------------------------


def test_no_word_of_a_correction_enters_the_log_and_its_digest_is_salted():
    desk = Desk()
    desk.replace("Thừ", "Thử Nghiệm")
    stored = b"".join(CATALOGUE.encode(one.entry) for one in desk.application.log.read(0)).decode()
    assert "Nghiệm" not in stored
    assert "Nghiệm" in desk.kept()
    fact = next(one.entry.fact for one in desk.application.log.read(0) if isinstance(one.entry.fact, TextCorrected))
    assert (fact.page, fact.kind, fact.pipeline) == (1, "van-ban", "layout-1")
    assert (fact.errors.words_wrong, fact.errors.words_missing, fact.errors.letters_wrong) == (1, 1, 8)
    other = Desk()
    other.replace("Thừ", "Thử Nghiệm")
    digests = {
        one.entry.fact.content_digest
        for world in (desk, other)
        for one in world.application.log.read(0)
        if isinstance(one.entry.fact, TextCorrected)
    }
    assert len(digests) == 2


def test_words_whose_fact_was_never_stored_change_nothing():
    desk = Desk()
    record = desk.application.change_together

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    desk.application.change_together = killed
    with pytest.raises(KeyboardInterrupt):
        desk.replace("Thừ", "Bua")
    desk.application.change_together = record
    assert "Bua" in desk.kept()
    assert (desk.words()[-1], desk.listed()) == ("Thừ", [(desk.document, 1)])
    desk.replace("Thừ", "Bua")
    desk.application.views.rebuild()
    assert desk.words()[-1] == "Bua"


def test_words_that_somebody_altered_beside_the_log_are_not_believed():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    desk.corrections.alter(b"Th\xe1\xbb\xad", b"Th\xe1\xbb\xaf")
    desk.application.views.rebuild()
    assert desk.words()[-1] == "Thừ"


def test_the_words_that_a_person_gave_are_forgotten_when_asked():
    desk = Desk()
    desk.replace("Thừ", "Bua")
    desk.application.erase_corrections(head(), EraseCorrections(document=desk.document, page=1))
    assert (desk.kept(), desk.words()[-1], desk.found('"Thị Bua"'), desk.found('"Thị Thừ"')) == ("", "Thừ", 0, 1)
    assert desk.errors() == [("van-ban", "layout-1", 1, 0, 1, 0, 0)]
    with pytest.raises(NotAllowed):
        desk.application.erase_corrections(clerk(), EraseCorrections(document=desk.document, page=1))
    unread = desk.receive(b"other").document
    desk.application.erase_corrections(head(), EraseCorrections(document=unread, page=1))


# ---- read again ------------------------------------------------------------------------------------------------------


def test_corrections_lie_over_what_is_read_later():
    desk = Desk()
    desk.replace("Thừ", "Bua")
    desk.reads(*LATER, confidence=62, pipeline="layout-2")
    assert desk.words()[-1] == "Bua"
    assert desk.found('"Thị Bua"') == 1
    # It reads as the person left it: nobody need look again.
    assert desk.listed() == []
    desk.application.views.catch_up()
    assert desk.errors() == [("van-ban", "layout-1", 1, 0, 1, 0, 0), ("van-ban", "layout-2", 1, 1, 1, 0, 0)]


def test_a_later_reading_that_differs_from_what_a_person_left_is_listed_when_it_is_doubtful():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    desk.reads("Số: 48/KH-TH", "KẾ HOAOH", "Hiệu trưởng Lò Thị Thứ")
    assert desk.listed() == [(desk.document, 1)]
    assert desk.words()[-1] == "Thử"


def test_a_correction_without_a_place_is_told_and_the_page_is_listed():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    desk.reads("Số: 48/KH-TH", "KẾ HOẠCH", "Một câu dài hơn nhiều so với lần trước", confidence=98)
    shown = desk.shown()
    assert [(one.read, one.right) for one in shown.unplaced] == [("Thừ", "Thử")]
    listed = desk.application.pages_to_review(clerk(), PagesToReviewRequest(school=SCHOOL)).pages
    assert [(one.page, one.unplaced) for one in listed] == [(1, 1)]
    desk.confirm()
    assert desk.listed() == []
    assert len(desk.shown().unplaced) == 1


def test_a_confirmed_page_that_is_read_the_same_again_stays_off_the_list():
    desk = Desk()
    desk.confirm()
    desk.reads(*BODY, confidence=50, pipeline="layout-2")
    assert desk.listed() == []
    desk.reads(*LATER, confidence=50, pipeline="layout-3")
    assert desk.listed() == [(desk.document, 1)]
    assert desk.errors()[-1] == ("van-ban", "layout-3", 1, 1, 1, 0, 0)


def test_views_made_again_say_the_same():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    desk.reads(*LATER, confidence=62, pipeline="layout-2")
    desk.replace("Lò", "Lô")
    before = (desk.words(), desk.listed(), desk.errors())
    desk.application.views.rebuild()
    assert (desk.words(), desk.listed(), desk.errors()) == before


def test_a_reading_whose_text_is_lost_takes_corrections_once_it_is_read_again():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    for key in [key for key in desk.derived.objects if key.endswith("text.json")]:
        del desk.derived.objects[key]
    desk.application.views.rebuild()
    assert desk.listed() == []
    desk.reads(*BODY)
    assert desk.words()[-1] == "Thử"


def test_a_signed_paper_is_compared_as_people_corrected_it():
    world = World()
    register(world)
    lines = [line.replace("ngày 12", "ngày 15") for line in LINES]
    document = come_home(world, scan(*lines))
    assert [one.differences for one in papers_of(world, document)] == [1]
    shown = world.application.page_to_correct(clerk(), PageToCorrectRequest(document=document, page=1))
    wrong = next(at for at, word in enumerate(shown.words) if word.text == "15")
    request = CorrectPage(
        document=document,
        page=1,
        text_sha256=shown.text_sha256,
        edition=0,
        changes=[WordChange(kind=K.REPLACED, word=wrong, text="12")],
    )
    world.application.correct_page(clerk(), request)
    assert [one.differences for one in papers_of(world, document)] == [0]
    world.application.erase_corrections(head(), EraseCorrections(document=document, page=1))


# ---- counted ---------------------------------------------------------------------------------------------------------


def test_what_was_corrected_is_counted_by_kind_of_page_and_pipeline():
    desk = Desk()
    desk.reads("1 || 245", kind=PageKind.TABLE, pipeline="layout-2")
    desk.correct(
        WordChange(kind=K.REPLACED, word=2, text="254"),
        WordChange(kind=K.REMOVED, word=1),
        WordChange(kind=K.ADDED_AFTER, word=2, text="em"),
    )
    (quality,) = desk.application.reading_quality(auditor(), ReadingQualityRequest(school=SCHOOL)).qualities
    assert (quality.kind, quality.pipeline, quality.pages, quality.words_read) == ("bang", "layout-2", 1, 3)
    assert quality.words_wrong + quality.words_missing + quality.words_superfluous in {2, 3}
    assert quality.letters_read == 6
    assert quality.word_errors_percent is not None
    assert desk.application.reading_quality(auditor(), ReadingQualityRequest(school=OTHER_SCHOOL)).qualities == []


def test_a_page_corrected_twice_counts_once_with_all_that_was_wrong():
    desk = Desk()
    desk.replace("Thừ", "Thử")
    desk.replace("Lò", "Lô")
    desk.replace("Lô", "Là")
    desk.confirm()
    assert desk.errors() == [("van-ban", "layout-1", 1, 0, 2, 0, 0)]


def test_an_empty_page_has_no_share_of_errors():
    desk = Desk("---", "sau")
    desk.correct(WordChange(kind=K.ADDED_LINE, text="chữ"))
    (quality,) = desk.application.reading_quality(auditor(), ReadingQualityRequest()).qualities
    assert (quality.word_errors_percent, quality.words_missing) == (None, 1)


def test_quality_is_for_those_who_oversee():
    desk = Desk()
    with pytest.raises(NotAllowed):
        desk.application.reading_quality(clerk(), ReadingQualityRequest(school=SCHOOL))
    local = CallContext(actor="a", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL),))
    desk.confirm()
    assert len(desk.application.reading_quality(local, ReadingQualityRequest()).qualities) == 1
