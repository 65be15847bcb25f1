"""The pages people see: rendered on the server, in Vietnamese, from answers of the services; scripts only improve them.

Owns every HTML route of the portal, its templates, style sheet and scripts. Says nothing on the bus; listens to nothing:
each page asks the services through `services.portal.web.context.call_service`.
"""

from services.portal.pages import (
    administration,
    audit_log,
    before_submission,
    council,
    decisions,
    documents,
    figures,
    filled_papers,
    former_years,
    improvement,
    inbox,
    judging,
    maintenance,
    meetings,
    offices,
    owed_papers,
    page_review,
    papers,
    people,
    register,
    report_parts,
    school,
    search,
    sign_in,
    timeline,
    uploads,
    what_if,
)
from services.portal.pages.errors import problem_page
from services.portal.pages.registrations import queue, registration
from services.portal.pages.site import blueprint
from services.portal.pages.visits import (
    agreement,
    many_indicators,
    offline,
    programme,
    recommendation_boards,
    recommendations,
    team,
    visit,
)
from services.portal.pages.visits import papers as visit_papers
from services.portal.pages.year import plan as year_plan
from services.portal.pages.year import today as year_today

__all__ = ["blueprint", "problem_page"]

del (
    administration,
    before_submission,
    council,
    report_parts,
    decisions,
    documents,
    sign_in,
    figures,
    improvement,
    inbox,
    search,
    judging,
    meetings,
    owed_papers,
    page_review,
    filled_papers,
    former_years,
    maintenance,
    audit_log,
    offices,
    papers,
    people,
    register,
    school,
    timeline,
    what_if,
    uploads,
    registration,
    queue,
    agreement,
    many_indicators,
    offline,
    programme,
    recommendation_boards,
    recommendations,
    team,
    visit,
    visit_papers,
    year_plan,
    year_today,
)
