"""File tokens end with what they were given for: session, token, account and role, within seconds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.evidence.adapters.correction_texts import CorrectionTables
from services.evidence.adapters.folder_archive import FolderArchive
from services.evidence.adapters.folder_derived import FolderDerived
from services.evidence.adapters.grantees import FRESH_S, IdentityGrantees
from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.adapters.spool import Spool
from services.evidence.adapters.subprocesses import SubprocessFileInspector
from services.evidence.application import EvidenceApplication
from services.evidence.file_gateway import create_file_gateway
from services.evidence.ingest import Ingest
from services.evidence.service import EvidenceService
from services.identity.application import IdentityApplication
from services.identity.service import IdentityService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.contracts.calls.identity import (
    AccountRequest,
    GrantRequest,
    IssueToken,
    RoleChange,
    TokenRequest,
)
from shared.identity.call_context import system
from shared.identity.file_token import FileTokens
from shared.problems import Unavailable
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.evidence.test_ingest_and_file_gateway import picture
from tests.opened import closed_later
from tests.unit.evidence.evidence_kit import school_registered
from tests.unit.identity.as_gateway import AsGateway
from tests.unit.portal_api.world import OWNER_TOKEN, World

PNG = picture()
ADMIN = system("test")


class Late:
    """A rpc_client that is made before the portal it reaches."""

    def __init__(self) -> None:
        self.rpc_client: Any = None
        self.asked = 0
        self.away = False

    def call(self, service: str, method: str, *arguments: Any, **named: Any) -> Any:
        self.asked += (service, method) == ("identity", "standing")
        if self.away and service == "identity":
            raise Unavailable
        return self.rpc_client.call(service, method, *arguments, **named)


class Installation:
    """Portal, evidence and its file gateway, wired as a composition does it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rpc_client = Late()
        self.world = World(self.rpc_client)
        self.identity: IdentityApplication = self.world.identity
        clock = self.world.clock
        tickets = FileTokens(b"t" * 32, clock)
        spool, archive = Spool(folder / "spool"), FolderArchive(folder / "archive", clock)
        self.evidence = closed_later(
            EvidenceApplication(
                StoreSettings("sqlite://"),
                clock,
                installation="test",
                views_url="sqlite://",
                derived=FolderDerived(folder / "derived"),
                printed_texts=PrintedTextTables("sqlite://"),
                correction_texts=CorrectionTables("sqlite://"),
                uploads=spool,
                tickets=tickets,
            )
        )
        self.evidence.receive(school_registered("TH-A", 1))
        self.rpc_client.rpc_client = InProcessRpcClient(
            {
                "identity": (IdentityService, self.identity),
                "evidence": (EvidenceService, self.evidence),
            }
        )
        self.inspector = SubprocessFileInspector()
        ingest = Ingest(self.evidence, spool, archive, self.inspector)
        self.now = 1000.0
        grantees = IdentityGrantees(self.rpc_client, monotonic=lambda: self.now)
        self.door = create_file_gateway(self.evidence, ingest, archive, tickets, grantees).test_client()

    def put(self, opened: dict[str, Any], offset: int, piece: bytes) -> int:
        headers = {"Authorization": f"Ticket {opened['ticket']}", "Upload-Offset": str(offset)}
        length = {"CONTENT_LENGTH": str(len(piece))}
        return self.door.put(opened["url"], data=piece, headers=headers, environ_overrides=length).status_code

    def later(self) -> None:
        self.now += FRESH_S + 0.1


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.inspector.close()


BODY = {"name": "a.png", "size_bytes": len(PNG), "sha256": hashlib.sha256(PNG).hexdigest()}


def by_session(house: Installation, login: str = "van-thu-1") -> tuple[Any, dict[str, Any]]:
    browser = house.world.sign_in(Role.CLERK, login)
    return browser, opened_in(browser)


def opened_in(browser: Any) -> dict[str, Any]:
    form_token = browser.get("/them").get_data(as_text=True).partition('name="csrf" value="')[2].partition('"')[0]
    response = browser.post("/api/v1/schools/TH-A/uploads", json=BODY, headers={"X-CSRF-Token": form_token})
    assert response.status_code == 200, response.get_json()
    found: dict[str, Any] = response.get_json()
    return found


def account_of(house: Installation, login: str) -> str:
    return next(a.account for a in house.identity.accounts(ADMIN).accounts if a.login == login)


def sign_out(house: Installation, browser: Any) -> None:
    AsGateway(house.identity).sign_out(browser.get_cookie("kd_phien").value)


def close(house: Installation, _browser: Any) -> None:
    house.identity.close_account(ADMIN, AccountRequest(account=account_of(house, "van-thu-1")))


def take_role(house: Installation, _browser: Any) -> None:
    account = account_of(house, "van-thu-1")
    change = RoleChange(account=account, role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
    house.identity.revoke_role(ADMIN, change)


@pytest.mark.parametrize("end", [sign_out, close, take_role])
def test_an_upload_ticket_ends_with_the_session_the_account_and_the_role(
    house: Installation, end: Callable[[Installation, Any], None]
) -> None:
    browser, opened = by_session(house)
    assert house.put(opened, 0, PNG[:20]) == 204

    end(house, browser)
    house.later()

    assert house.put(opened, 20, PNG[20:]) == 401
    assert house.evidence.log.head() == 0


def test_a_new_sign_in_goes_on_with_the_same_upload(house: Installation) -> None:
    browser, opened = by_session(house)
    assert house.put(opened, 0, PNG[:20]) == 204
    sign_out(house, browser)
    house.later()
    assert house.put(opened, 20, PNG[20:]) == 401

    _, secret = AsGateway(house.identity).sign_in("van-thu-1", "con trâu ăn cỏ non")
    browser.set_cookie("kd_phien", secret)
    for part in house.folder.glob("spool/*.part"):  # signing in takes a person more than the three seconds of a busy upload
        os.utime(part, (part.stat().st_atime - 10, part.stat().st_mtime - 10))
    again = opened_in(browser)

    assert (again["upload"], again["received_bytes"]) == (opened["upload"], 20)
    assert house.put(again, 20, PNG[20:]) == 201


def test_a_programs_ticket_ends_with_its_token(house: Installation) -> None:
    grant = GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
    issued = house.identity.issue_token(ADMIN, IssueToken(name="máy quét", grants=[grant]))
    opened = house.world.call("POST", "/schools/TH-A/uploads", token=issued.token, json=BODY).get_json()
    assert house.put(opened, 0, PNG[:20]) == 204

    house.identity.revoke_token(ADMIN, TokenRequest(token=issued.id))
    assert house.put(opened, 20, PNG[20:21]) == 204, "for three seconds more"
    house.later()

    assert house.put(opened, 21, PNG[21:]) == 401


def test_a_ticket_that_a_person_got_by_a_token_ends_with_the_token(house: Installation) -> None:
    browser, _ = by_session(house)
    issued = house.identity.issue_token(ADMIN, IssueToken(name="máy của văn thư", login="van-thu-1"))
    opened = house.world.call("POST", "/schools/TH-A/uploads", token=issued.token, json=BODY).get_json()
    assert house.put(opened, 0, PNG[:20]) == 204
    house.later()
    assert house.put(opened, 20, PNG[20:21]) == 204

    house.identity.revoke_token(ADMIN, TokenRequest(token=issued.id))
    house.later()

    assert house.put(opened, 21, PNG[21:]) == 401
    assert browser.get("/api/v1/me").status_code == 200, "the person is still in"


def test_the_form_and_the_files_end_with_the_session(house: Installation) -> None:
    browser, opened = by_session(house)
    assert house.put(opened, 0, PNG) == 201
    document = house.world.call("GET", "/schools/TH-A/documents").get_json()["documents"][0]["document"]
    url = browser.get(f"/api/v1/documents/{document}/original").headers["Location"]
    with house.door.get(url) as file:
        assert file.data == PNG
    sign_out(house, browser)
    house.later()

    assert house.door.get(url).status_code == 401


def test_the_owner_of_the_folder_uploads_without_a_session(house: Installation) -> None:
    opened = house.world.call("POST", "/schools/TH-A/uploads", token=OWNER_TOKEN, json=BODY).get_json()

    assert house.put(opened, 0, PNG) == 201


def test_many_slices_ask_once_and_nothing_opens_when_nobody_can_be_asked(house: Installation) -> None:
    _, opened = by_session(house)
    before = house.rpc_client.asked
    for offset in range(10):
        assert house.put(opened, offset, PNG[offset : offset + 1]) == 204
    assert house.rpc_client.asked == before + 1

    house.later()
    house.rpc_client.away = True
    assert house.put(opened, 10, PNG[10:]) == 503
    house.rpc_client.away = False
    assert house.put(opened, 10, PNG[10:]) == 201
