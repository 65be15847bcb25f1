"""Every shortcut to a recognition, tried every way there is: the bus, REST, the command line, the page. None leads there."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner
from werkzeug.serving import make_server

from cli.client_commands import add_client_commands
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.problems import Problem
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.village import SCHOOL, Village

NUMBER = "118/QĐ-SGDĐT"
CONDITIONS = {"cohort_completed": True, "facilities_met": True}
TODAY = today(SystemClock())


class Ways:
    """The four ways in which a department officer records a decision; each answers the type of the refusal, '' for none."""

    def __init__(self, village: Village) -> None:
        self.village = village
        grant = GrantRequest(role=Role.DEPARTMENT_OFFICER, scope_kind=ScopeKind.DEPARTMENT, scope="")
        self._token = village.identity.issue_token(system("thu"), IssueToken(name="Sở", grants=[grant], days=1)).token
        self._server = make_server("127.0.0.1", 0, village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.all: dict[str, Callable[[dict[str, Any]], str]] = {
            "bus": self.bus,
            "rest": self.rest,
            "command line": self.command_line,
            "page": self.page,
        }

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def bus(self, decision: dict[str, Any]) -> str:
        request = a.GrantRecognition(school=SCHOOL, **decision)
        try:
            self.village.do(Role.DEPARTMENT_OFFICER, "grant_recognition", request, a.RecognitionView)
        except Problem as refused:
            return refused.type
        return ""

    def rest(self, decision: dict[str, Any]) -> str:
        body = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in decision.items()}
        answer = self.village.app.test_client().post(
            f"/api/v1/schools/{SCHOOL}/recognitions", json=body, headers={"Authorization": f"Bearer {self._token}"}
        )
        return "" if answer.status_code == 200 else str(answer.get_json()["type"])

    def command_line(self, decision: dict[str, Any]) -> str:
        names = {
            "degree": "--degree",
            "decided_on": "--on",
            "expires_on": "--expires",
            "certificate_degree": "--certificate",
            "override": "--override",
            "copied_from_paper": "--copied-from-paper",
        }
        options = [part for name, value in decision.items() if name in names for part in (names[name], str(value))]
        where = ["--url", f"http://127.0.0.1:{self._server.server_port}", "--token", self._token, "--json"]
        app = typer.Typer()
        add_client_commands(app)
        done = CliRunner().invoke(app, ["recognition", "grant", SCHOOL, decision["number"], *options, *where])
        problem = json.loads(done.stdout.splitlines()[-1])
        return "" if done.exit_code == 0 else str(problem["type"])

    def page(self, decision: dict[str, Any]) -> str:
        client = self.village.enter(Role.DEPARTMENT_OFFICER)
        address = f"/so/quyet-dinh?truong={SCHOOL}"
        token = re.search(r'name="csrf" value="([^"]+)"', client.get(address).text)
        assert token
        days = {name: f"{value:%d/%m/%Y}" for name, value in decision.items() if isinstance(value, dt.date)}
        fields = {
            "csrf": token[1],
            "viec": "cong-nhan",
            "truong": SCHOOL,
            "so": decision["number"],
            "ngay": days["decided_on"],
            "muc-do": str(decision["degree"]),
            "het-han": days.get("expires_on", ""),
            "ly-do": decision.get("override", ""),
            "tai-lieu": decision.get("copied_from_paper", ""),
        }
        answer = client.post("/so/quyet-dinh", data=fields)
        if answer.status_code == 303:
            return ""
        refusal = re.search(r'id="loi" data-loai="([a-z-]+)"', answer.text)
        assert refusal, answer.text[:2000]
        return refusal[1]


@pytest.fixture
def ways() -> Iterator[Ways]:
    made = Ways(Village())
    yield made
    made.close()


def findings(village: Village) -> list[i.Finding]:
    keys = village.services["assessment"].library.by_digest(village.status().digest).keys
    return [i.Finding(criterion=c, level=n, indicator=x, result=a.Result.MET) for c, n, x in keys]


def visited(village: Village, layer: a.Layer, role: Role, cycle: str, *, concluded: bool) -> None:
    plan = i.PlanInspection(school=SCHOOL, cycle=cycle, layer=layer, on=TODAY, title="Đánh giá tại trường")
    visit = village.do(role, "plan", plan, i.InspectionView, "inspection").inspection
    record = i.RecordFindings(school=SCHOOL, inspection=visit, findings=findings(village))
    village.do(role, "record_findings", record, i.InspectionView, "inspection")
    if concluded:
        ending = i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đoàn thống nhất đạt Mức 2.")
        village.do(role, "conclude", ending, i.InspectionView, "inspection")


def judged(village: Village) -> str:
    village.hand_in_earlier_years()
    cycle = village.open_cycle()
    stated = a.StateConditions(school=SCHOOL, conditions=CONDITIONS, document=village.paper("Hồ sơ cơ sở vật chất"))
    village.do(Role.HEAD, "state_conditions", stated, Done)
    village.judge(cycle, "met")
    return cycle


def nothing(village: Village) -> None:
    """Do nothing: the school never opened a cycle."""


def never_submitted(village: Village) -> None:
    judged(village)


def never_visited(village: Village) -> None:
    village.submit(judged(village))


def visited_by_the_commune_only(village: Village) -> None:
    cycle = judged(village)
    village.submit(cycle)
    visited(village, a.Layer.COMMUNE, Role.COMMUNE_OFFICER, cycle, concluded=True)


def never_concluded(village: Village) -> None:
    cycle = judged(village)
    village.submit(cycle)
    visited(village, a.Layer.DEPARTMENT, Role.DEPARTMENT_OFFICER, cycle, concluded=False)


def after(*steps: str, evaluated: bool = True) -> Callable[[Village], None]:
    """Return what submits a cycle and takes steps of its registration; the department's visit is after the acceptance.

    Where nothing was accepted the visit is at the end: it is concluded all the same.
    """

    def walk(village: Village) -> None:
        cycle = judged(village)
        village.submit(cycle)
        before = [step for step in steps if step not in {"draft", "reply", "final"}]
        village.take_steps(*before)
        if evaluated:
            visited(village, a.Layer.DEPARTMENT, Role.DEPARTMENT_OFFICER, cycle, concluded=True)
        village.take_steps(*steps[len(before) :])

    return walk


walked = after("open", "check", "forward", "accept", "draft", "reply", "final")


LONG_AGO, FAR = dt.date(2021, 3, 15), dt.date(2091, 1, 1)
SHORTCUTS: dict[str, tuple[Callable[[Village], None], dict[str, Any], str]] = {
    "nothing at all": (nothing, {}, "chua-trinh"),
    "judged, never submitted": (never_submitted, {}, "chua-trinh"),
    "submitted, never visited": (never_visited, {}, "chua-ket-luan"),
    "visited by the commune only": (visited_by_the_commune_only, {}, "chua-ket-luan"),
    "a visit that was never concluded": (never_concluded, {}, "chua-ket-luan"),
    "evaluated, never registered": (after(), {}, "chua-dang-ky"),
    "registered only": (after("open"), {}, "chua-tiep-nhan"),
    "checked, never forwarded": (after("open", "check"), {}, "chua-tiep-nhan"),
    "forwarded, never accepted": (after("open", "check", "forward"), {}, "chua-tiep-nhan"),
    "returned": (after("open", "check", "forward", "return"), {}, "chua-tiep-nhan"),
    "accepted, never visited": (after("open", "check", "forward", "accept", evaluated=False), {}, "chua-ket-luan"),
    "no draft report": (after("open", "check", "forward", "accept"), {}, "chua-gui-du-thao"),
    "the school may still reply": (after("open", "check", "forward", "accept", "draft"), {}, "chua-het-han-phan-hoi"),
    "no final report": (after("open", "check", "forward", "accept", "draft", "reply"), {}, "chua-chinh-thuc"),
    "before the path was walked": (walked, {"decided_on": TODAY - dt.timedelta(days=1)}, "chua-trinh"),
    "a degree that does not exist": (walked, {"degree": 9}, "muc-do-khong-co"),
    "a degree that does not exist, with a reason": (nothing, {"degree": 9, "override": "x"}, "chep-tu-giay-thieu"),
    "valid for seventy years": (nothing, {"decided_on": LONG_AGO, "expires_on": FAR}, "han-qua-dai"),
    "a reason that says nothing": (nothing, {"override": "."}, "chep-tu-giay-thieu"),
    "a reason without a paper": (nothing, {"override": "Quyết định ký trên giấy"}, "chep-tu-giay-thieu"),
    "a paper nobody keeps": (
        nothing,
        {"override": "Quyết định ký trên giấy", "copied_from_paper": "không-có"},
        "tai-lieu-chua-biet",
    ),
}


@pytest.mark.parametrize("name", SHORTCUTS)
def test_no_shortcut_leads_to_a_recognition_whichever_way_it_is_tried(ways: Ways, name: str) -> None:
    before, decision, refusal = SHORTCUTS[name]
    before(ways.village)
    head = ways.village.services["assessment"].log.head()

    answers = {
        way: attempt({"number": NUMBER, "degree": 1, "decided_on": TODAY} | decision) for way, attempt in ways.all.items()
    }

    assert answers == dict.fromkeys(ways.all, refusal)
    assert ways.village.services["assessment"].log.head() == head


@pytest.mark.parametrize("way", ["bus", "rest", "command line", "page"])
def test_along_the_path_every_way_leads_to_a_recognition(ways: Ways, way: str) -> None:
    walked(ways.village)

    assert ways.all[way]({"number": NUMBER, "degree": 2, "decided_on": TODAY}) == ""

    register = ways.village.do(Role.DEPARTMENT_OFFICER, "register", a.RegisterRequest(), a.RegisterAnswer)
    (held,) = register.recognitions
    assert (held.number, held.degree, held.state, held.copied_from_paper) == (NUMBER, 2, "con_hieu_luc", "")
    assert held.based_on
    assert held.submission
