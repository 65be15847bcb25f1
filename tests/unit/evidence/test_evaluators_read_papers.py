"""An external evaluator reads papers of the schools that he was sent to, and learns nothing of any other's."""

from __future__ import annotations

import datetime as dt

import pytest

from services.evidence.service import EvidenceService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.contracts.calls import Done
from shared.contracts.calls import evidence as e
from shared.identity.call_context import CallContext, Grant
from shared.identity.permissions import RULES
from shared.problems import Problem
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, SCHOOL, World, clerk

EVALUATOR = CallContext(
    actor="a", grants=(Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT, schools=(SCHOOL,)),)
)


PAPERS = {SCHOOL: "JBSWY3DPEHPK3PXPABCD", OTHER_SCHOOL: "KRSXG5BAORUGS4ZANFZQ"}


def printed(school: str) -> e.RegisterPrint:
    return e.RegisterPrint(
        school=school,
        paper=PAPERS[school],
        kind="bao_cao_tdg",
        cycle="2026-2027",
        valid_at=dt.date(2026, 9, 14),
        known_at=7,
        text_sha256="a" * 64,
        draft=False,
        pages=["Báo cáo"],
    )


def questions(school: str, document: str, position: int) -> dict[str, tuple[object, type]]:
    return {
        "documents": (e.DocumentsRequest(school=school), e.DocumentsAnswer),
        "progress": (e.ProgressRequest(school=school), e.ProgressAnswer),
        "search": (e.SearchRequest(query="bồi dưỡng", school=school), e.SearchAnswer),
        "document": (e.DocumentRequest(document=document), e.DocumentView),
        "page": (e.PageRequest(document=document, number=1), e.PageAnswer),
        "open_download": (e.OpenDownload(document=document), e.DownloadOpened),
        "receipt": (e.ReceiptRequest(position=position), e.Receipt),
        "register_print": (printed(school), Done),
        "document_fields": (
            e.DocumentFieldsRequest(school=school, documents=[document]),
            e.DocumentFieldsAnswer,
        ),
        "open_photo_upload": (
            e.OpenPhotoUpload(school=school, inspection="dot-1", name="cong.jpg", size_bytes=1000),
            e.UploadOpened,
        ),
        "signed_papers": (e.PrintsRequest(school=school), e.PrintsAnswer),
        "signed_paper": (e.SignedPaperRequest(paper=PAPERS[school]), e.SignedPaperAnswer),
    }


def test_an_evaluator_reads_papers_of_the_schools_he_was_sent_to_and_no_other():
    world = World()
    kept = {}
    for school in (SCHOOL, OTHER_SCHOOL):
        receipt = world.receive(school.encode(), school=school)
        world.read(receipt.document, f"Kế hoạch bồi dưỡng {school}")
        world.application.register_print(clerk(school), printed(school))
        kept[school] = questions(school, receipt.document, receipt.position)
    rpc_client = InProcessRpcClient({"evidence": (EvidenceService, world.application)})

    may_ask = {n.partition(".")[2] for n, roles in RULES.items() if Role.EXTERNAL_EVALUATOR in roles and "evidence." in n}
    assert may_ask - {"checkpoint"} == kept[SCHOOL].keys()
    for name, (request, answer) in kept[SCHOOL].items():
        rpc_client.call("evidence", name, EVALUATOR, request, answer)
    for name, (request, answer) in kept[OTHER_SCHOOL].items():
        with pytest.raises(Problem) as refused:
            rpc_client.call("evidence", name, EVALUATOR, request, answer)
        assert refused.value.status == 403, name

    everywhere = e.SearchRequest(query="bồi dưỡng")
    hits = rpc_client.call("evidence", "search", EVALUATOR, everywhere, e.SearchAnswer).hits
    assert {hit.school for hit in hits} == {SCHOOL}
    unsent = CallContext(actor="b", grants=(Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT),))
    assert rpc_client.call("evidence", "search", unsent, everywhere, e.SearchAnswer).hits == []
