"""One question gives the codes of many papers, and one command gives a code and cites it."""

from __future__ import annotations

import msgspec
import pytest

from shared.contracts.calls import assessment as calls
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest
from shared.rulebook import problems as rulebook_problems
from shared.vocabulary.roles import Role, ScopeKind

SCHOOL = "TH-BC"


def code(office, cycle, document, title="Kế hoạch", criterion="1.1", **more):
    office.tell_document(document)
    request = calls.CodeEvidence(
        school=SCHOOL, cycle=cycle.cycle, document=document, criterion=criterion, title=title, **more
    )
    return office.application.code_evidence(office.acting, request)


def answered(office, text="", acting=None, **documents):
    asked = calls.CodedDocuments(documents=documents, text=text)
    return [one.document for one in office.application.coded_documents(acting or office.acting, asked).evidence]


def clerk_of(school):
    return CallContext(actor="a", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope=school),))


def test_only_the_papers_that_were_asked_for_are_told_and_only_of_schools_the_caller_may_read(office):
    cycle = office.with_school().with_cycle()
    for document in ("d1", "d2", "d3"):
        code(office, cycle, document)

    asked = {SCHOOL: ["d1", "d3", "unknown"]}
    assert answered(office, **asked) == ["d1", "d3"]
    assert answered(office, acting=clerk_of(SCHOOL), **asked) == ["d1", "d3"]
    assert answered(office, acting=clerk_of("TH-X"), **asked) == []


def test_papers_are_found_by_words_of_their_title_without_accents(office):
    cycle = office.with_school().with_cycle()
    code(office, cycle, "d1", "Kế hoạch bồi dưỡng")
    code(office, cycle, "d2", "Biên bản họp")

    assert answered(office, "boi duong", **{SCHOOL: []}) == ["d1"]
    assert answered(office, "họp", **{SCHOOL: ["d1"]}) == ["d1", "d2"]
    assert answered(office, "không có", **{SCHOOL: []}) == []


def test_a_question_too_large_or_about_a_title_in_several_schools_is_refused(office):
    office.with_school()
    with pytest.raises(BadRequest, match="nhiều nhất"):
        answered(office, **{SCHOOL: ["d"] * 401})
    with pytest.raises(BadRequest, match="một trường"):
        answered(office, "bồi dưỡng", **{SCHOOL: [], "TH-X": []})


def test_a_code_and_its_citation_are_one_command_and_one_answer(office):
    cycle = office.with_school().with_cycle()

    made = code(office, cycle, "d1", cite=True, level=1, indicator="-")

    assert made.code == "MC.1.1.01"
    assert [(c.criterion, c.level, c.indicator) for c in made.citations] == [("1.1", 1, "-")]


def test_where_the_citation_is_refused_no_code_is_given_either(office):
    cycle = office.with_school().with_cycle()
    with pytest.raises(rulebook_problems.NoSuchCriterion):
        code(office, cycle, "d1", cite=True, level=9, indicator="-")

    assert office.application.evidence(calls.EvidenceRequest(school=SCHOOL)).evidence == []


def test_a_coded_paper_keeps_its_code_and_is_cited_where_it_was_asked(office):
    cycle = office.with_school().with_cycle()
    first = code(office, cycle, "d1")

    again = code(office, cycle, "d1", criterion="1.2", cite=True)

    assert again.code == first.code
    assert [c.criterion for c in again.citations] == ["1.2"]
    assert msgspec.structs.replace(again, citations=[]) == msgspec.structs.replace(first, citations=[])
