"""The pages people see: rendered on the server, in Vietnamese, from answers of the services; scripts only improve them.

Owns every HTML route of the portal, its templates, style sheet and scripts. Says nothing on the bus; listens to nothing:
each page asks the services through `services.portal.web.context.ask`.
"""

from services.portal.pages import (
    administration,
    decisions,
    documents,
    entering,
    figures,
    finding,
    judging,
    log,
    offices,
    papers,
    people,
    recommendations,
    register,
    school,
    timeline,
    trying,
    uploads,
    visiting,
)
from services.portal.pages.errors import problem_page
from services.portal.pages.site import blueprint

__all__ = ["blueprint", "problem_page"]

del (
    administration,
    decisions,
    documents,
    entering,
    figures,
    finding,
    judging,
    log,
    offices,
    papers,
    people,
    recommendations,
    register,
    school,
    timeline,
    trying,
    uploads,
    visiting,
)
