"""So bản đã sửa trong Word, Excel: a real print, edited, is shown beside itself, and nothing of the school changes."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from services.portal.pages import filled_papers
from shared.contracts.calls import writing as w
from shared.contracts.calls.evidence import FilledCompared, FilledDifferenceView, FilledPartView
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import SheetPart
from tests.unit.pages.canned import HOSTILE
from tests.unit.pages.test_writing_pages import token
from tests.unit.pages.village import SCHOOL, Village
from tests.unit.papers.office_files import word

PAGE = f"/truong/{SCHOOL}/giay-to/so"


def send(client: Any, data: bytes, name: str = "phieu.docx", **fields: str) -> Any:
    form: dict[str, Any] = {"csrf": token(client, PAGE), "tep": (io.BytesIO(data), name), **fields}
    return client.post(PAGE, data=form, content_type="multipart/form-data")


def main(text: str) -> str:
    return text.partition("<main")[2]


class Edited:
    """A village whose head prints the sheet of criterion 1.1 and opens it in Word."""

    def __init__(self) -> None:
        self.village = Village()
        self.cycle = self.village.open_cycle("v2018_tt22/tieu_hoc")
        self.head = self.village.enter(Role.HEAD)
        asked = f"/truong/{SCHOOL}/giay-to/in?loai=phieu_tieu_chi&dot={self.cycle}&tieu-chi=1.1&dang=docx"
        printed = self.head.get(asked)
        assert printed.status_code == 200, printed.text
        self.printed = printed.data
        self.document = docx.Document(io.BytesIO(printed.data))

    def after(self, heading: str) -> Any:
        """The paragraph below a heading."""
        paragraphs = self.document.paragraphs
        return paragraphs[next(n for n, one in enumerate(paragraphs) if one.text == heading) + 1]

    def saved(self) -> bytes:
        kept = io.BytesIO()
        self.document.save(kept)
        return kept.getvalue()

    def heads(self) -> list[int]:
        return [one.log.head() for one in self.village.services.values()]


@pytest.fixture(scope="module")
def edited() -> Edited:
    return Edited()


def test_a_print_as_it_was_says_that_nothing_differs(edited):
    text = main(send(edited.head, edited.printed).text)
    assert "Tệp giống bản in" in text
    assert "Phiếu đánh giá tiêu chí 1.1" in text


def test_what_was_written_in_word_is_shown_at_its_place_and_led_to_where_it_is_written(edited):
    edited.after("Mức 2").text = "Chiến lược được rà soát hằng năm <b>."
    edited.after("2. Điểm mạnh").text = "Có chiến lược từ sớm."
    before = edited.heads()

    answer = send(edited.head, edited.saved())

    text = main(answer.text)
    assert answer.status_code == 200
    assert "Tệp khác bản in" in text
    assert '<th scope="row">Mức 2</th>' in text
    assert "<mark>Chiến lược được rà soát hằng năm &lt;b&gt;.</mark>" in text
    assert '<th scope="row">2. Điểm mạnh</th>' in text
    assert "readonly>Chiến lược được rà soát hằng năm &lt;b&gt;.</textarea>" in text
    assert f'href="/truong/{SCHOOL}/danh-gia/{edited.cycle}/1.1#o-ht-2"' in text
    assert edited.heads() == before, "nothing is recorded"


def test_what_was_shown_is_written_nowhere(edited):
    send(edited.head, edited.saved())
    request = w.CriterionWorkRequest(school=SCHOOL, cycle=edited.cycle, criterion="1.1")
    work = edited.village.do(Role.HEAD, "criterion_work", request, w.CriterionWorkView)
    assert "rà soát hằng năm" not in str(work)


def test_over_rest_the_same_person_gets_the_same_answer(edited):
    answer = edited.head.post(
        f"/api/v1/schools/{SCHOOL}/papers/compare",
        data=edited.printed,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": token(edited.head, PAGE)},
    )
    assert answer.status_code == 200, answer.json
    assert (answer.json["kind"], answer.json["criterion"], answer.json["differences"]) == ("phieu_tieu_chi", "1.1", [])


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        (b"", "", 400, "Chưa chọn tệp"),
        (b"%PDF-1.7", "quet.pdf", 422, "không phải tệp Word, Excel"),
        (word("<w:p/>"), "la.docx", 409, "Không thấy mã giấy"),
    ],
)
def test_a_file_that_cannot_be_compared_says_why(edited, data, name, status, said):
    answer = send(edited.head, data, name)
    assert answer.status_code == status
    assert said in answer.text


def test_a_file_that_lost_its_foot_is_compared_with_the_print_that_is_named(edited):
    answer = send(edited.head, word("<w:p/>"), **{"ma-giay": "A" * 20})
    assert answer.status_code == 404
    assert "Trường và xã của trường không in giấy nào mang mã" in answer.text


def test_the_list_of_papers_leads_here_for_who_may(enter):
    assert f'href="{PAGE}"' in enter(Role.CLERK).get(f"/truong/{SCHOOL}/giay-to").text
    assert f'href="{PAGE}"' not in enter(Role.COMMUNE_OFFICER).get(f"/truong/{SCHOOL}/giay-to").text
    assert enter(Role.COMMUNE_OFFICER).get(PAGE).status_code == 403


def test_hostile_words_stay_words(enter, monkeypatch):
    found = FilledCompared(
        paper="A" * 20,
        kind="phieu_tieu_chi",
        subject="2026-2027/2.2",
        cycle="2026-2027",
        known_at=41,
        criterion="2.2",
        differences=[FilledDifferenceView(printed=HOSTILE, filled="", place=HOSTILE)],
        parts=[FilledPartView(part=SheetPart.WEAKNESSES, level=0, filled=HOSTILE)],
    )
    monkeypatch.setattr(filled_papers, "compare_file", lambda _: found)
    text = send(enter(Role.CLERK), b"PK").text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;") == 3
    assert 'href="/truong/TH-BC/danh-gia/2026-2027/2.2"' in text
