"""Papers of a commune's year: the plan of a year and its list of schools."""

from __future__ import annotations

from services.inspection.domain.year import plan_facts as pf
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_plan import ListedEntry, PlanOnPaper, list_paper, plan_paper
from services.inspection.use_cases.year.plan import proposed_draft
from services.inspection.use_cases.year.plan_standing import PlanStanding
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.views.told import About
from services.inspection.views.year.commune_streams import Telling
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import PlanState, YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat


def _plan(year: YearOnPaper, material: YearMaterial) -> Paper:
    return plan_paper(material, _on_paper(year, material))


def _list(year: YearOnPaper, material: YearMaterial) -> Paper:
    return list_paper(material, _on_paper(year, material))


def _on_paper(year: YearOnPaper, material: YearMaterial) -> PlanOnPaper:
    """Return the plan at the moment. Raises PaperSubjectMissing when nobody had begun it.

    An issued plan is about the schools that were listed or left out then, a draft about those that are open now.
    """
    standing = PlanStanding(year, material.commune, material.year)
    plan = standing.plan
    if not plan.steps and not plan.entries:
        raise PaperSubjectMissing(
            f"Kế hoạch năm {material.year} chưa có gì vào lúc ấy. Soạn kế hoạch, hoặc chọn ngày khác, rồi in."
        )
    issued = plan.issues[-1] if plan.state is PlanState.ISSUED else None
    names = year.school_names
    entries = [ListedEntry(name=names.get(row.entry.school, row.entry.school), entry=row.entry) for row in plan.entries]
    missing = {school.school for school in standing.open_schools} - {row.entry.school for row in plan.entries}
    return PlanOnPaper(
        text=_words(year, standing),
        entries=sorted(entries, key=lambda one: vietnamese_key(one.name)),
        schools=len(entries) + len(issued.left_out if issued else missing),
        issued=issued,
    )


def _words(year: YearOnPaper, standing: PlanStanding) -> pf.PlanDrafted:
    text = standing.plan.text
    if text is None:
        return proposed_draft(year, standing, year.today)
    assert isinstance(text.fact, pf.PlanDrafted)
    return text.fact


_TELLS = (Telling(pf.PlanDrafted), Telling(pf.PlanEntrySet), Telling(pf.PlanIssued))

PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(kind=YearPaperKind.PLAN, title="Kế hoạch năm của xã", compose=_plan, tells=_TELLS, hears=frozenset(About)),
    YearPaperType(
        kind=YearPaperKind.SCHOOL_LIST,
        title="Danh sách trường trong kế hoạch năm",
        compose=_list,
        tells=_TELLS,
        hears=frozenset(About),
        formats=(PaperFormat.WORD, PaperFormat.SHEET, PaperFormat.PDF),
    ),
)
"""The papers of this part of the year, in its order."""
