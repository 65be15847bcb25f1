"""A whole self-assessment over REST by three people, from the first sentence to the reopened version, and who may what."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.calls import assessment as calls
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from tests.unit.portal_api.test_council_routes import CYCLE, SCHOOL, Village, people
from tests.unit.portal_api.world import MONDAY

HERE = f"/schools/{SCHOOL}/cycles/{CYCLE}"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
WHY = "Hồ sơ giấy đang quét, bổ sung sau"


def done(answer: Any) -> Any:
    assert answer.status_code == 200, answer.json
    return answer.json


def refused(answer: Any, status: int, kind: str) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, kind), answer.json
    return answer.json


class Council(Village):
    """The village with a council of five (hoa chair, minh secretary, lan writes) and one kept document."""

    def __init__(self) -> None:
        super().__init__()
        data = DocumentReceived(
            document=DOCUMENT, school=SCHOOL, sha256="0" * 64, size_bytes=9, media_type="application/pdf"
        )
        event = envelope(
            installation="thu",
            data=data,
            sequence=1,
            subject=f"school/{SCHOOL}",
            occurred=MONDAY,
            recorded=MONDAY,
            correlation="c",
            cause="",
        )
        self.assessment.receive(event)
        done(self.set_up(people()))
        self.persons = [one["person"] for one in self.call("GET", f"{HERE}/council").json["members"]]
        cycle = self.assessment.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0]
        self.rulebook = self.assessment.library.by_digest(cycle.digest)

    def post(self, path: str, login: str, **body: Any) -> Any:
        return self.call("POST", f"{HERE}/{path}", login, json=body)

    def check(self) -> Any:
        return done(self.call("GET", f"{HERE}/check"))

    def work_through(self, *criteria: str) -> None:
        """Judge, cite, write, hand in and review criteria."""
        for code in criteria:
            cited = {"school": SCHOOL, "cycle": CYCLE, "document": DOCUMENT, "criterion": code}
            done(self.call("POST", f"/schools/{SCHOOL}/evidence", "minh", json=cited | {"title": "Kế hoạch"}))
            done(self.call("POST", f"/schools/{SCHOOL}/links", "minh", json=cited))
            judged = [
                {"criterion": key.criterion, "level": key.level, "indicator": key.indicator, "result": "met"}
                for key in self.rulebook.keys
                if key.criterion == code
            ]
            done(self.post("judgements", "lan", layer="school", judgements=judged))
            text = {"level": 1, "text": "Trường có kế hoạch (MC.1.1.01)."}
            done(self.call("PUT", f"{HERE}/criteria/{code}/texts", "lan", json=text))
            done(self.post(f"criteria/{code}/hand-in", "lan"))
            done(self.post(f"criteria/{code}/review", "hoa"))

    def vote(self, code: str, meeting: str, login: str = "minh", **votes: int) -> Any:
        return self.post(f"criteria/{code}/votes", login, meeting=meeting, **(votes or {"for": 3}))

    def hold(self, login: str = "minh", **fields: Any) -> Any:
        told = {"present": ["hoa", "MINH ", self.persons[3]], "agenda": "Thông qua báo cáo", "on": "2026-11-02", **fields}
        return self.post("meetings", login, **told)


@pytest.fixture
def village() -> Council:
    return Council()


def test_a_whole_self_assessment(village: Council) -> None:
    criteria = list(village.rulebook.criteria)
    village.work_through(*criteria)
    meeting = done(village.hold())["id"]
    for code in criteria:
        voted = done(village.vote(code, meeting))
        assert (voted["for"], voted["passed"], voted["convention"]) == (3, True, "over_half_present_of_half")

    refused(village.post("approval", "lan"), 403, "khong-phai-viec-trong-hoi-dong")
    refused(village.post("submission", "hoa"), 409, "chua-phe-duyet")
    approved = done(village.post("approval", "hoa"))
    assert set(approved) == {"position"}
    assert village.check() | {"ready": True, "gaps": []} == village.check()

    key = {"criterion": "1.1", "level": 1, "indicator": "-", "result": "not_met"}
    done(village.post("judgements", "lan", layer="school", judgements=[key]))
    steps = {line["criterion"]: line["step"] for line in village.call("GET", f"{HERE}/meetings").json["criteria"]}
    assert {code for code, step in steps.items() if step == "da_soat"} == {"1.1"}
    named = refused(village.post("submission", "hoa"), 409, "tieu-chi-chua-thong-qua")
    assert [gap["criterion"] for gap in named["gaps"]] == ["1.1"]
    gaps = village.check()["gaps"]
    assert [gap["kind"] for gap in gaps] == ["not_passed", "not_approved"]
    assert set(gaps[0]) == {"kind", "criterion", "level", "indicator", "text", "link"}
    assert gaps[0]["link"] == f"/truong/{SCHOOL}/danh-gia/{CYCLE}/1.1"

    done(village.vote("1.1", done(village.hold(agenda="Biểu quyết lại"))["id"]))
    assert done(village.post("approval", "hoa"))["position"] > approved["position"]
    done(village.post("submission", "hoa"))
    done(village.post("publication", "hoa", channels=["Bảng tin của trường"]))
    refused(village.post("publication", "lan", channels=["Bảng tin"]), 403, "khong-du-quyen")
    reopened = done(village.post("reopening", "hoa", reason="Sở trả hồ sơ để bổ sung số liệu"))
    assert reopened["cycle"] == f"{CYCLE}.2"


def test_people_are_told_by_login_or_id_and_stored_by_id(village: Council) -> None:
    meeting = done(village.hold())["id"]
    shown = village.call("GET", f"{HERE}/meetings", "lan").json["meetings"][0]
    assert shown["id"] == meeting
    assert shown["present"] == [village.persons[0], village.persons[1], village.persons[3]]
    assert village.hold(present=["khong-ai"]).status_code == 400
    refused(village.hold("lan"), 403, "khong-phai-viec-trong-hoi-dong")


def test_votes_that_do_not_add_up_are_told_with_both_numbers(village: Council) -> None:
    village.work_through("1.1")
    meeting = done(village.hold())["id"]
    wrong = refused(village.vote("1.1", meeting, **{"for": 2, "against": 0, "abstain": 0}), 409, "phieu-khong-khop")
    assert (wrong["votes"], wrong["present"]) == (2, 3)
    refused(village.vote("1.1", meeting, "lan"), 403, "khong-phai-viec-trong-hoi-dong")
    refused(village.vote("1.2", meeting), 409, "chua-soat")
    lost = done(village.vote("1.1", meeting, **{"for": 1, "against": 2, "abstain": 0}))
    assert (lost["passed"], lost["against"], lost["stands"]) == (False, 2, True)


def test_submitting_incomplete_lists_everything(village: Council) -> None:
    lacking = village.check()["gaps"]
    assert village.post("submission", "hoa", incomplete=True, reason="").status_code == 400
    done(village.post("submission", "hoa", incomplete=True, reason=WHY))
    cycle = village.call("GET", f"/schools/{SCHOOL}/cycles").json["cycles"][0]
    assert [(gap["kind"], gap["criterion"]) for gap in cycle["gaps"]] == [(gap["kind"], gap["criterion"]) for gap in lacking]
    assert {gap["reason"] for gap in cycle["gaps"]} == {WHY}


def test_a_year_is_copied_and_the_copied_text_is_unread(village: Council) -> None:
    village.work_through("1.1")
    copied = village.call("POST", f"{HERE}/copies", json={"year": "2027-2028"})
    assert (done(copied)["cycle"], copied.json["copies"]) == ("2027-2028", CYCLE)
    checked = village.call("GET", f"/schools/{SCHOOL}/cycles/2027-2028/check").json
    assert [(gap["criterion"], gap["level"]) for gap in checked["gaps"] if gap["kind"] == "unread_copy"] == [("1.1", 1)]
    asked = village.call("GET", f"/schools/{SCHOOL}/cycles/2027-2028/evidence-candidates")
    assert done(asked)["evidence"] == []
    refused(village.call("POST", f"{HERE}/copies", json={"year": CYCLE}), 409, "khong-chep-duoc")


def test_the_improvement_plan(village: Council) -> None:
    told = {"criterion": "1.1", "aim": "Đủ máy", "action": "Mua máy", "from": "2026-12-01", "to": "2027-05-31"}
    money = {"cost_vnd": 120_000_000, "source": "Ngân sách xã", "person": "lan"}
    item = done(village.post("improvements", "lan", **told, **money))["id"]
    place = f"improvements/{item}"
    refused(village.post(f"{place}/reviews", "lan", occasion="hk1", status="xong"), 409, "xong-can-minh-chung")
    changed = told | money | {"action": "Mua 12 máy", "person": village.persons[2]}
    done(village.call("PUT", f"{HERE}/{place}", "minh", json=changed))
    done(village.post(f"{place}/reviews", "lan", occasion="hk1", status="xong", evidence=[DOCUMENT]))
    plan = village.call("GET", f"{HERE}/improvements").json
    one = plan["items"][0]
    assert (one["from"], one["to"], one["action"], one["person"]) == (
        *[told["from"], told["to"]],
        "Mua 12 máy",
        village.persons[2],
    )
    assert (one["status"], one["overdue"], plan["total_vnd"]) == ("xong", False, 120_000_000)
    assert village.call("GET", f"{HERE}/improvements?overdue=true").json["items"] == []
