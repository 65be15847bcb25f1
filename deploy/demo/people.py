"""The people of a demo with their links; and those of one that was told before, invited anew instead of a second telling."""

from __future__ import annotations

from collections.abc import Mapping

from client.api_client import Client
from deploy.demo.commune import DemoPerson, last_commune


def link_of(person: DemoPerson, invited: Mapping[str, str]) -> dict[str, str]:
    """Return what is told of an invited person."""
    return {
        "who": person.who,
        "role": person.role,
        "scope": person.scope,
        "login": person.login,
        "account": invited["account"],
        "sign_in": invited["invitation_url"],
    }


def people_of_before(admin: Client, year: int) -> list[dict[str, str]]:
    """Return the people of the demo that was told here to its end in a year, each with a new link; none if it was not.

    Passwords that they have set stay until the link is used.
    """
    commune = last_commune({row["commune"] for row in admin.get("communes")["communes"]})
    if commune is None or not _reported(admin, commune.code, year):
        return []
    accounts = {row["login"]: row["account"] for row in admin.get("users")["accounts"] if row["state"] != "da_dong"}
    return [
        link_of(person, admin.post(f"users/{accounts[person.login]}/invitation", {}))
        for person in commune.people()
        if person.login in accounts
    ]


def _reported(admin: Client, commune: str, year: int) -> bool:
    """Whether the year was told to its last record: a report of it that was sent."""
    syntheses = admin.get(f"communes/{commune}/years/{year}/syntheses")["syntheses"]
    return any(line["sent"] for line in syntheses)
