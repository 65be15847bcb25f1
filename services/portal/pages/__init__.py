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
    improvement,
    judging,
    many_indicators,
    meetings,
    offices,
    owed_papers,
    page_review,
    papers,
    people,
    recommendation_boards,
    recommendations,
    register,
    registration_queue,
    registrations,
    report_parts,
    school,
    search,
    sign_in,
    timeline,
    uploads,
    visit_programme,
    visits,
    what_if,
)
from services.portal.pages.errors import problem_page
from services.portal.pages.site import blueprint

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
    search,
    judging,
    many_indicators,
    meetings,
    owed_papers,
    page_review,
    filled_papers,
    audit_log,
    offices,
    papers,
    people,
    recommendation_boards,
    recommendations,
    register,
    registration_queue,
    registrations,
    school,
    timeline,
    what_if,
    uploads,
    visit_programme,
    visits,
)
