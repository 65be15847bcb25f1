"""Puts the client commands together, for the composition to add its own beside them."""

from __future__ import annotations

import typer

from cli import (
    council,
    deadlines,
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
    year_difficulties,
    year_needs,
    year_plan,
    year_publicity,
    year_reports,
    year_targets,
    year_tasks,
    year_training,
)

ADDING = (visit_requests, visit_teams, year_plan)
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
        ("task", year_tasks.task),
        ("directive", year_tasks.directive),
        ("committee", year_tasks.committee),
        ("need", year_needs.need),
        ("target", year_targets.target),
        ("report", year_reports.report),
        ("inspection", inspections.inspection),
        ("recognition", decisions.recognition),
        ("certificate", decisions.certificate),
        ("training", year_training.training),
        ("publicity", year_publicity.publicity),
        ("notice", year_publicity.notice),
        ("difficulty", year_difficulties.difficulty),
        ("deadline", deadlines.deadline),
        ("reminder", deadlines.reminder),
        ("webhook", events.webhook),
        ("audit", events.audit),
    ):
        app.add_typer(group, name=name)
    for group in (documents.documents, reading.rereading, judging.questions, events.events):
        app.registered_commands.extend(group.registered_commands)
