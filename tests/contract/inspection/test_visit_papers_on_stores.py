"""Papers of visits on every store: an earlier moment prints what it printed then, also after a restart and a rebuild."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls.visit_papers import ComposeVisitPaper, VisitPaperMoment, VisitPaperQuestion
from shared.contracts.events.assessment import CycleOpened, SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.papers.docx import to_docx
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection import visit_papers_kit as kit

NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
DAY, SCHOOL = dt.date(2026, 11, 24), "TH-BC"
LIBRARY = load_library()
RULEBOOK = LIBRARY.get("v2026_tt57/pho_thong")
GROUND = kit.ground(school=SCHOOL, digest=RULEBOOK.digest, levels={})
OFFICER = CallContext(
    actor="account-1",
    grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="NL01", schools=(SCHOOL,)),),
)


def hear(application, data):
    application.receive(
        envelope(
            installation="thu",
            data=data,
            sequence=application.received_position("assessment") + 1,
            subject=f"school/{SCHOOL}",
            occurred=NOW,
            recorded=NOW,
            correlation="",
            cause="",
        )
    )


def visit_to(application):
    """Plan a visit that finds one thing and recommends another; return it."""
    hear(application, SchoolRegistered(school=SCHOOL, name="Trường", kind=SchoolKind.PRIMARY, commune="NL01"))
    opened = CycleOpened(
        school=SCHOOL,
        cycle="2026-2027",
        year="2026-2027",
        rulebook=RULEBOOK.id,
        digest=RULEBOOK.digest,
        opened_on=dt.date(2026, 9, 25),
    )
    hear(application, opened)
    plan = i.PlanInspection(school=SCHOOL, cycle="2026-2027", layer=Layer.COMMUNE, on=DAY, title="Kiểm tra kỹ thuật")
    visit = application.plan(OFFICER, plan)
    found = i.Finding(criterion="1.1", level=1, indicator="-", result=Result.NOT_MET, note="Thiếu sổ")
    application.record_findings(
        OFFICER, i.RecordFindings(school=SCHOOL, inspection=visit.inspection, findings=[found], on=DAY)
    )
    add = r.AddRecommendation(
        school=SCHOOL, inspection=visit.inspection, criterion="1.1", text="Lập sổ", due=dt.date(2027, 1, 31)
    )
    application.add_recommendation(OFFICER, add)
    return visit


def minutes(application, visit, known_at=0) -> tuple[bytes, VisitPaperMoment]:
    """Return the minutes as a Word file, names put in, and the moment that they tell of."""
    named = {"school": SCHOOL, "kind": VisitPaperKind.VISIT_MINUTES, "inspection": visit.inspection}
    moment = application.visit_paper_moment(OFFICER, VisitPaperQuestion(**named, known_at=known_at))
    asked = ComposeVisitPaper(**named, known_at=moment.known_at, valid_at=moment.valid_at, ground=GROUND)
    return to_docx(kit.named(application.compose_visit_paper(OFFICER, asked).paper)), moment


def test_an_earlier_moment_prints_what_it_printed_then_also_after_a_restart_and_a_rebuild(start):
    first = start()
    visit = visit_to(first)
    before, moment = minutes(first, visit)
    conclude = i.ConcludeInspection(school=SCHOOL, inspection=visit.inspection, summary="Đã xem xong.", on=DAY)
    first.conclude(OFFICER, conclude)
    now, _ = minutes(first, visit)
    assert now != before

    again = start()
    again.views.rebuild()
    assert minutes(again, visit, moment.known_at)[0] == before
    assert minutes(again, visit)[0] == now
