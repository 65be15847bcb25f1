"""Every operation × each role of a commune × the own and another commune, by a matrix that was written by hand.

It says what the plan of the year says of the roles, and is compared with the tables of operations: not derived from them.
What it does not name is refused. Parts that are not here are passed over; one that is here has all of its operations.

- The leader reads what the office reads, plans, gives tasks, funds and decides; acts in no school's and no team's place.
- The economic office works on needs, money and works; of assessments it knows which schools there are, and nothing else.
- The steering committee reads the year, and what schools submitted; it acts only on what was given to it.
- Mass organisations see what is published, comment on it, and report on what was given to them.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.catalogue import OPERATIONS
from shared.contracts.operations import Scope
from shared.identity.call_context import CallContext
from shared.identity.permissions import PUBLIC_OPERATIONS
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.portal_api.test_every_rpc import ALL, acting, every_field, outcome

LEADER, ECONOMY = Role.COMMUNE_LEADER, Role.ECONOMIC_OFFICE
COMMITTEE, MASSES = Role.STEERING_COMMITTEE, Role.MASS_ORGANISATION
ROLES = (LEADER, ECONOMY, COMMITTEE, MASSES)

_L, _LC = frozenset({LEADER}), frozenset({LEADER, COMMITTEE})
_LE, _E = frozenset({LEADER, ECONOMY}), frozenset({ECONOMY})
_LEC, _ALL = frozenset({LEADER, ECONOMY, COMMITTEE}), frozenset(ROLES)
_NOBODY: frozenset[Role] = frozenset()

READ_OF_SCHOOLS = {
    "assessment": {
        "communes": _LEC,
        "schools": _LEC,
        "school": _LEC,
        "cycles": _LC,
        "status": _LC,
        "criterion": _LC,
        "explain": _LC,
        "submissions": _LC,
        **dict.fromkeys(
            ("cycle_changes", "coded_documents", "evidence", "gaps", "figures", "history", "compare", "prove", "simulate"),
            _L,
        ),
        **dict.fromkeys(
            ("council", "plan", "facets", "criterion_work", "work_board", "comments", "meetings", "check_cycle"), _L
        ),
        "council_members": _LC,
        **dict.fromkeys(("carried_evidence", "improvements", "years", "divergence", "divergences", "checkpoint"), _L),
        **dict.fromkeys(("paper_kinds", "papers", "compose_paper", "paper_ground"), _L),
    },
    "evidence": dict.fromkeys(("register_year_print", "year_prints"), _LEC)
    | {"open_work_photo_upload": _E, "own_photo": _E}
    | dict.fromkeys(
        (
            "checkpoint",
            "receipt",
            "document",
            "page",
            "documents",
            "search",
            "progress",
            "open_download",
            "document_fields",
            "register_print",
            "signed_papers",
            "signed_paper",
        ),
        _L,
    ),
    "inspection": {
        **dict.fromkeys(("visits", "registration", "registrations", "commune_registrations"), _LC),
        **dict.fromkeys(("renewals", "maintenance", "maintenance_list"), _LC),
        **dict.fromkeys(("checkpoint", "inspection", "inspections", "findings"), _L),
        **dict.fromkeys(("visit_paper_kinds", "visit_papers", "visit_paper_moment", "compose_visit_paper"), _L),
        **dict.fromkeys(("recommendation", "school_recommendations", "recommendations"), _L),
        **dict.fromkeys(("year_paper_kinds", "compose_year_paper"), _LEC),
    },
    "notification": dict.fromkeys(("feed", "checkpoint"), _L),
    "identity": {
        **dict.fromkeys(("checkpoint", "holders", "people_on_papers", "record_commune_people"), _L),
        "commune_people": _LEC,
    },
}
"""What was there before the year, by service; of everything else of it, all four are refused."""

YEAR: dict[str, dict[str, frozenset[Role]]] = {
    "plan": {
        **dict.fromkeys(("draft_plan", "set_plan_entry", "take_plan_proposals", "drop_plan_entry"), _L),
        **dict.fromkeys(("issue_plan", "adjust_plan"), _L),
        **dict.fromkeys(("plan_proposals", "commune_plan", "plan_progress", "compare_plan"), _LEC),
    },
    "targets": {
        **dict.fromkeys(("set_targets", "revise_target", "drop_target"), _L),
        **dict.fromkeys(("target_board", "target_backtest", "target", "school_targets"), _LEC),
    },
    "tasks": {
        **dict.fromkeys(("give_task", "accept_task", "return_task", "extend_task", "cancel_task"), _L),
        **dict.fromkeys(("end_recurring_task", "set_committee", "issue_directive"), _L),
        **dict.fromkeys(("recurring_tasks", "committee", "directives"), _LEC),
        **dict.fromkeys(("task", "tasks", "commune_tasks", "report_task"), _ALL),
    },
    "training": {
        **dict.fromkeys(("plan_training", "hold_training", "cancel_training", "add_publicity"), _L),
        **dict.fromkeys(("publish_notice", "withdraw_notice", "show_comment"), _L),
        **dict.fromkeys(("training", "trainings", "commune_trainings", "attended_trainings"), _LEC),
        **dict.fromkeys(("published_items", "commune_published_items", "public_items", "public_item"), _ALL),
        "ask_training": _NOBODY,
        "comment_notice": frozenset({MASSES}),
    },
    "difficulties": {
        **dict.fromkeys(("take_difficulty", "forward_difficulty", "merge_difficulty"), _L),
        "answer_difficulty": _LEC,  # of which only the unit that took it, and the leader, may
        "decide_difficulty": _LE,
        **dict.fromkeys(("difficulty", "difficulties", "commune_difficulties"), _LEC),
        **dict.fromkeys(("raise_difficulty", "close_difficulty"), _NOBODY),
    },
    "needs": {
        **dict.fromkeys(("appraise_need", "start_work", "check_work", "photograph_work", "hand_over_need"), _E),
        **dict.fromkeys(("fund_need", "withdraw_need"), _LE),
        **dict.fromkeys(("need", "needs", "commune_needs", "need_sums", "commune_need_sums"), _LEC),
        **dict.fromkeys(("raise_need", "change_need"), _NOBODY),
    },
    "reports": {
        **dict.fromkeys(("ask_report", "return_report", "accept_report", "close_report"), _L),
        **dict.fromkeys(("draft_synthesis", "write_synthesis", "send_synthesis"), _L),
        **dict.fromkeys(("report_requests", "year_report_requests", "report_request", "missing_reports"), _LEC),
        **dict.fromkeys(("syntheses", "commune_syntheses", "synthesis", "synthesis_number"), _LEC),
        "hand_in_report": _NOBODY,
    },
}
"""The commune's year by part: who may do each of its operations."""

OWN_REMINDERS = frozenset(
    {
        *("deadlines", "inbox", "unseen", "see_reminders", "snooze_reminder"),
        *("mail", "set_mail_address", "confirm_mail_address", "remove_mail_address"),
        *("open_calendar", "calendars", "close_calendar"),
    }
)
"""What a person does about what is due to that person: everybody's."""

TITLES = "inspection.titles"
"""Everybody asks what things are called; only those are told that they may read one by one, as its own tests say."""

RECOMMENDED_TO_THE_ECONOMIC_OFFICE = frozenset({"recommendation", "recommendations", "answer_recommendation"})
"""What the economic office does about recommendations that are its own; that it sees no other, its own tests say."""


LISTS_OF_THE_YEAR = frozenset(
    {"tasks", "trainings", "published_items", "difficulties", "needs", "need_sums", "report_requests", "syntheses"}
)
"""Lists that show, when nothing is named, what the caller may see: everybody asks, who may see nothing is shown nothing."""


def expected(operation: str) -> frozenset[Role]:
    """Return who of the four may do an operation, by the matrix."""
    service, _, name = operation.partition(".")
    if operation in PUBLIC_OPERATIONS:
        return _ALL
    if operation == TITLES or (service == "notification" and name in OWN_REMINDERS):
        return _ALL
    if service == "inspection" and name in LISTS_OF_THE_YEAR:
        return _ALL
    found = READ_OF_SCHOOLS.get(service, {}).get(name, _NOBODY)
    if service == "inspection":
        found = next((part[name] for part in YEAR.values() if name in part), found)
    return found


def optional(operation: str) -> frozenset[Role]:
    """Return who may be let in or not: the operation rests on a part that may not be here."""
    return _E if operation.removeprefix("inspection.") in RECOMMENDED_TO_THE_ECONOMIC_OFFICE else _NOBODY


CASES = [(kind, name) for kind, name in ALL if f"{kind.name}.{name}" in OPERATIONS]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind.name}.{name}" for kind, name in CASES])
def test_each_role_of_a_commune_does_in_it_exactly_what_the_matrix_says(kind: Any, name: str) -> None:
    operation = f"{kind.name}.{name}"
    let_in = {role for role in ROLES if outcome(kind, name, acting(role)) == "reached"}

    assert let_in - optional(operation) == expected(operation) - optional(operation)


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind.name}.{name}" for kind, name in CASES])
def test_no_role_of_a_commune_does_anything_in_another(kind: Any, name: str) -> None:
    operation = f"{kind.name}.{name}"
    named = OPERATIONS[operation].scope in {Scope.SCHOOL, Scope.COMMUNE} or "commune" in every_field(kind, name)
    if operation in PUBLIC_OPERATIONS or not named:
        return
    for role in ROLES:
        refused = outcome(
            kind, name, acting(role), school="TH-X", commune="BM", names_commune="commune" in every_field(kind, name)
        )
        assert refused == "refused", role


@pytest.mark.parametrize("name", sorted(LISTS_OF_THE_YEAR))
def test_a_list_of_the_year_that_names_the_commune_is_for_who_reads_it(name: str) -> None:
    kind, _ = next(one for one in CASES if one[1] == name and one[0].name == "inspection")
    let_in = {role for role in ROLES if outcome(kind, name, acting(role), names_commune=True) == "reached"}

    assert let_in == next(part[name] for part in YEAR.values() if name in part)


def test_a_role_of_a_commune_is_worth_nothing_without_its_commune() -> None:
    reaching_nothing = CallContext(actor="a", grants=acting(LEADER, (ScopeKind.COMMUNE, "")).grants)

    kind, name = next((kind, name) for kind, name in CASES if name == "commune_people")
    assert outcome(kind, name, reaching_nothing) == "refused"


@pytest.mark.parametrize("part", YEAR)
def test_a_part_of_the_year_that_is_here_has_every_operation_of_the_matrix(part: str) -> None:
    here = {name for name in YEAR[part] if f"inspection.{name}" in OPERATIONS}

    assert here in (set(), set(YEAR[part]))


def test_the_matrix_names_operations_that_there_are() -> None:
    named = {f"{service}.{name}" for service, part in READ_OF_SCHOOLS.items() for name in part}

    assert named <= set(OPERATIONS)
