"""Finding: papers by code, number or name above, pages by their words below, in one school or all that may be read."""

from __future__ import annotations

import msgspec

from services.portal.pages import query_params
from services.portal.pages.paper_names import beside, paper_name
from services.portal.pages.papers import coded_of
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.assessment import EvidenceView
from shared.contracts.calls.evidence import Hit, Matched, PaperHit, SearchAnswer, SearchRequest
from shared.contracts.calls.identity import SchoolEntry
from shared.text import fold, vietnamese_key
from shared.vocabulary.ids import DocumentId, SchoolCode

HITS_A_PAGE = 20
FEW_SCHOOLS = 12
"""So many schools are offered as a list; of more, the one that is meant is typed."""
_MATCHED = {Matched.CODE: "mã", Matched.NUMBER: "số, ký hiệu", Matched.NAME: "tên"}


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A paper or a page as the results show it; `by` says by what a paper was found, `hit` is the page."""

    document: DocumentId
    school: SchoolCode
    name: str
    file_name: str
    code: str
    criteria: list[str]
    by: str = ""
    hit: Hit | None = None


class SearchScope(msgspec.Struct, frozen=True, kw_only=True):
    """Where is searched: one school, or all that may be read.

    `typed` is what was typed to name the school and `like` what may be meant; `few` are offered as a list,
    `many` counts them where they are too many for one.
    """

    school: SchoolCode
    typed: str
    like: list[SchoolEntry]
    few: list[SchoolEntry]
    many: int


@blueprint.get("/tim")
def search_page() -> str:
    """Find papers and pages."""
    query, number, scope = query_params.text("q", 200), query_params.number("trang", 1, low=1, high=100_000), _scope()
    answer = SearchAnswer(hits=[], total=0)
    if query:
        search_request = SearchRequest(
            query=query, school=scope.school, limit=HITS_A_PAGE, offset=(number - 1) * HITS_A_PAGE
        )
        answer = call_service("evidence", "search", search_request, SearchAnswer)
    by_title = query if number == 1 else ""
    shown = [(p.school, p.document) for p in answer.papers] + [(h.school, h.document) for h in answer.hits]
    coded = coded_of(shown, text=by_title, school=scope.school)
    papers = [_paper(paper, coded.get(paper.document)) for paper in answer.papers]
    titled = _titled(coded, {document for _, document in shown}, scope.school)
    return render(
        "tim.html",
        active="minh-chung",
        query=query,
        found=answer,
        papers=[*papers, *titled],
        papers_total=answer.papers_total + len(titled),
        hits=[_page(hit, coded.get(hit.document)) for hit in answer.hits],
        scope=scope,
        number=number,
        pages=-(-answer.total // HITS_A_PAGE),
    )


def _paper(paper: PaperHit, evidence: EvidenceView | None) -> SearchHit:
    return msgspec.structs.replace(_found(paper, evidence), by=_MATCHED[paper.matched])


def _page(hit: Hit, evidence: EvidenceView | None) -> SearchHit:
    return msgspec.structs.replace(_found(hit, evidence), hit=hit)


def _found(hit: PaperHit | Hit, evidence: EvidenceView | None) -> SearchHit:
    name = paper_name(file_name=hit.name, title=hit.title, coded_title=evidence.title if evidence else "")
    return SearchHit(
        document=hit.document,
        school=hit.school,
        name=name,
        file_name=beside(name, hit.name),
        code=evidence.code if evidence else "",
        criteria=_criteria(evidence),
    )


def _criteria(evidence: EvidenceView | None) -> list[str]:
    return list(dict.fromkeys(c.criterion for c in evidence.citations)) if evidence else []


def _titled(coded: dict[str, EvidenceView], shown: set[str], school: SchoolCode) -> list[SearchHit]:
    """Papers that only the title given with their code names."""
    return [
        SearchHit(
            document=view.document,
            school=school,
            name=view.title,
            file_name="",
            code=view.code,
            criteria=_criteria(view),
            by="tên minh chứng",
        )
        for view in coded.values()
        if view.document not in shown
    ]


def _scope() -> SearchScope:
    """Read where to search: a school's code, or what was typed of its name; a caller of one school searches there."""
    readable = [s for s in directory().schools() if may("evidence.search", school=s.code)]
    schools = sorted(readable, key=lambda s: vietnamese_key(s.name))
    school, typed = SchoolCode(query_params.text("truong", 60)), query_params.text("o", 240)
    like: list[SchoolEntry] = []
    if typed and not school:
        like = [s for s in schools if fold(typed) in fold(s.name) or fold(typed) == fold(s.code)]
        school = like[0].code if len(like) == 1 else SchoolCode("")
    if len(schools) == 1:
        school = schools[0].code
    few = schools if 1 < len(schools) <= FEW_SCHOOLS else []
    return SearchScope(
        school=school,
        typed=typed,
        like=like[:FEW_SCHOOLS] if len(like) != 1 else [],
        few=few,
        many=len(schools) if len(schools) > FEW_SCHOOLS else 0,
    )
