"""`POST …/papers/compare`: the file as it is becomes a question to the archive, and what is no paper comes no further."""

from __future__ import annotations

import pytest

from services.evidence.errors import NoPaperCode, NoSuchPaper
from services.portal.printing import MEDIA_TYPES
from shared.contracts.calls.evidence import CompareFilled
from shared.papers.docx import to_docx
from shared.papers.qr import paper_id
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.papers import samples
from tests.unit.papers.office_files import word, zipped
from tests.unit.papers.test_reading import resolved
from tests.unit.portal_api.world import World

PATH = "/schools/TH-A/papers/compare"
WORD, SHEET = MEDIA_TYPES[PaperFormat.WORD], MEDIA_TYPES[PaperFormat.SHEET]
BOMB = zipped({"word/document.xml": b"<a>" + b" " * (40 << 20) + b"</a>"})


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def send(world, data, kind=WORD, **options):
    token = world.token(options.pop("role", Role.CLERK))
    return world.call("POST", options.pop("path", PATH), token=token, data=data, content_type=kind, **options)


@pytest.mark.parametrize("kind", [WORD, "application/octet-stream"])
def test_a_document_is_asked_about_by_its_words(world, kind):
    paper = resolved()
    answer = send(world, to_docx(paper), kind)

    assert answer.status_code == 200, answer.json
    assert {"paper", "kind", "subject", "known_at", "differences"} <= answer.json.keys()
    asked = world.rpc_client.last
    assert (asked.service, asked.method) == ("evidence", "compare_filled")
    assert isinstance(asked.request, CompareFilled)
    assert (asked.request.school, asked.request.paper, asked.request.filled.paper) == ("TH-A", "", paper_id(paper))
    assert not asked.request.filled.sheet


def test_a_workbook_is_asked_about_by_its_words(world):
    send(world, to_xlsx(resolved(samples.evidence_list)), SHEET)
    assert world.rpc_client.last.request.filled.sheet


def test_the_print_may_be_named_in_the_address_in_small_letters(world):
    named = "jbswy3dpehpk3pxpabcd"
    assert send(world, word("<w:p/>"), query_string={"paper": named}).status_code == 200
    assert world.rpc_client.last.request.paper == named.upper()


@pytest.mark.parametrize(
    ("data", "kind", "status", "type_"),
    [
        (b"{}", "application/json", 400, "yeu-cau-sai"),
        (b"a=b", "application/x-www-form-urlencoded", 400, "yeu-cau-sai"),
        (b"", WORD, 422, "tep-van-phong-khong-doc-duoc"),
        (b"%PDF-1.7", WORD, 422, "tep-van-phong-khong-doc-duoc"),
        (word("&a;", before='<!DOCTYPE a [<!ENTITY a "b">]>'), WORD, 422, "tep-van-phong-khong-doc-duoc"),
        (BOMB, WORD, 413, "tep-van-phong-qua-lon"),
        (b"0" * ((1 << 20) + 1), WORD, 413, None),
    ],
    ids=["json", "form", "empty", "pdf", "entities", "bomb", "large"],
)
def test_what_is_no_paper_comes_no_further(world, data, kind, status, type_):
    before = len(world.rpc_client.asked)
    answer = send(world, data, kind)
    assert answer.status_code == status, answer.json
    assert type_ in {None, answer.json["type"]}
    assert len(world.rpc_client.asked) == before


def test_a_parameter_that_nobody_knows_is_refused(world):
    for name in ("content", "school", "khac"):
        assert send(world, word("<w:p/>"), query_string={name: "x"}).status_code == 400


@pytest.mark.parametrize("problem", [NoPaperCode("Không thấy mã."), NoSuchPaper("Không có.")])
def test_what_the_archive_refuses_is_told(world, problem):
    world.rpc_client.answers["evidence.compare_filled"] = problem
    try:
        answer = send(world, word("<w:p/>"))
    finally:
        del world.rpc_client.answers["evidence.compare_filled"]
    assert (answer.status_code, answer.json["type"]) == (problem.status, problem.type)


def test_a_person_in_a_browser_needs_the_form_token(world):
    browser = world.sign_in(login="van-thu-so")
    refused = browser.post(f"/api/v1{PATH}", data=word("<w:p/>"), content_type=WORD)
    assert refused.status_code == 403
