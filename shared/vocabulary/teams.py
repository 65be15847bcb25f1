"""Who may sit in the team that judges a layer: read by the service that checks a team and by the page that offers one."""

from __future__ import annotations

from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role

TEAMS = {
    Layer.COMMUNE: frozenset({Role.COMMUNE_OFFICER, Role.INSPECTOR}),
    Layer.DEPARTMENT: frozenset({Role.EXTERNAL_EVALUATOR, Role.DEPARTMENT_OFFICER}),
}
"""The roles of each layer's team: the commune advises, the department decides (TT17–19/2018 Đ28–30; TT57/2026 Đ17).

The school's own layer has no team that visits.
"""
