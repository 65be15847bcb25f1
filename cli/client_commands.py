"""Puts the client commands together, for the composition to add its own beside them."""

from __future__ import annotations

import typer

from cli import (
    council,
    deciding,
    decisions,
    documents,
    events,
    filled_papers,
    improving,
    inspections,
    judging,
    maintenance,
    offices,
    reading,
    recommendations,
    registration,
    submissions,
    visit_requests,
    visit_teams,
    writing,
    year_reports,
)

ADDING = (visit_requests, visit_teams)
"""Modules that add commands to the group of another one."""


def add_client_commands(app: typer.Typer) -> None:
    """Add every command that talks to an installation through its public API."""
    for name, group in (
        ("commune", offices.commune),
        ("school", offices.school),
        ("user", offices.user),
        ("token", offices.token),
        ("evidence", documents.evidence),
        ("reading", reading.reading),
        ("paper", filled_papers.paper),
        ("cycle", submissions.cycle),
        ("criterion", judging.criterion),
        ("standard", writing.standard),
        ("section", writing.section),
        ("comment", writing.comment),
        ("work", writing.work),
        ("meeting", deciding.meeting),
        ("improve", improving.improve),
        ("council", council.council),
        ("group", council.group),
        ("plan", council.plan),
        ("facet", council.facet),
        ("recommendation", recommendations.recommendation),
        ("registration", registration.registration),
        ("maintenance", maintenance.maintenance),
        ("report", year_reports.report),
        ("inspection", inspections.inspection),
        ("recognition", decisions.recognition),
        ("certificate", decisions.certificate),
        ("webhook", events.webhook),
        ("audit", events.audit),
    ):
        app.add_typer(group, name=name)
    for group in (documents.documents, reading.rereading, judging.questions, events.events):
        app.registered_commands.extend(group.registered_commands)
