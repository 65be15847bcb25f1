"""A village whose commune keeps its year: browsers in any role, forms sent as a person sends them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from shared.clock import SystemClock, today
from shared.contracts.calls.identity import GrantRequest, Invite
from shared.identity.call_context import system
from shared.text import format_date
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.village import COMMUNE, PASSWORD, SCHOOL, Village
from tests.unit.portal_api.world import accept

TODAY = today(SystemClock())
YEAR = TODAY.year
OF_COMMUNE = (Role.COMMUNE_LEADER, Role.ECONOMIC_OFFICE, Role.MASS_ORGANISATION)
TRAINING, DIFFICULTIES, NOTICES = (f"/xa/{COMMUNE}/{page}" for page in ("tap-huan", "kho-khan", "thong-bao"))
OF_SCHOOL = f"/truong/{SCHOOL}/kho-khan"


def day(days: int) -> str:
    """Return a day so many days from today, as people type it."""
    return format_date(TODAY + dt.timedelta(days=days))


def peopled() -> Village:
    """Return a village whose leader, economic office and front have people too."""
    village = Village()
    for role in OF_COMMUNE:
        login = role.value.replace("_", ".")
        if login not in {one.login for one in village.identity.accounts(system("thu")).accounts}:
            grant = GrantRequest(role=role, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE)
            invited = village.identity.invite(system("thu"), Invite(login=login, display_name="Người Thử", grants=[grant]))
            accept(village.identity, invited, PASSWORD)
    village.relay()
    return village


def send(village: Village, role: Role, path: str, **fields: Any) -> Any:
    """Send a form of a page, and let the services hear of it; a name is written with hyphens."""
    browser = village.enter(role)
    token = re.search(r'name="csrf" content="([^"]+)"', browser.get(path).text)
    assert token
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    answer = browser.post(path, data={"csrf": token[1], **named}, headers={"Accept": "text/html"})
    village.relay()
    return answer


def sent(village: Village, role: Role, path: str, **fields: Any) -> str:
    """Send a form that is taken; return where it leads."""
    answer = send(village, role, path, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def main_of(village: Village, role: Role | None, path: str) -> str:
    """Return what a page says, without its frame."""
    answer = village.enter(role).get(path)
    assert answer.status_code == 200, answer.text
    found = re.search(r"<main.*?</main>", answer.text, re.S)
    assert found
    return found[0]


def words_of(html: str) -> str:
    """Return the words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
