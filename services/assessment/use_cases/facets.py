"""Use cases about facets of requirements (nội hàm): defined by those who work on a criterion, shown with suggestions."""

from __future__ import annotations

from services.assessment import council_presenters
from services.assessment.domain import council
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.facets import checked_facets, facets_at
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school import School
from services.assessment.domain.streams import council_stream
from services.assessment.use_cases.council import work_of
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.council import DefineFacets, FacetsRequest, FacetsView
from shared.identity.call_context import CallContext


class DefiningFacets:
    """Defines and shows facets."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def define_facets(self, acting: CallContext, request: DefineFacets) -> Done:
        """Define the facets of an indicator, or define them anew; the same again does nothing.

        Raises NotYourDuty, NoSuchCriterion, BadRequest, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        given = sf.FacetsDefined(
            school=request.school,
            cycle=request.cycle,
            criterion=request.criterion,
            level=request.level,
            indicator=request.indicator,
            facets=tuple(
                sf.Facet(text=one.text, question=one.question, evidence=one.evidence, where=one.where, note=one.note)
                for one in request.facets
            ),
        )

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            defined = checked_facets(assessed.rulebook, given)
            council.require_working(work, defined.criterion, acting.actor)
            if facets_at(work.seen(defined.criterion), defined.level, defined.indicator) != defined.facets:
                school.add_work(defined, meta, council_stream(school.code, request.cycle))

        return self._schools.done(request.school, decide)

    def facets(self, request: FacetsRequest) -> FacetsView:
        """Return the facets of a criterion; raises NoSuchCriterion, NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        cycle = work_of(assessed, request.school)
        return council_presenters.facets_view(criterion_of(assessed.rulebook, request.criterion), cycle)
