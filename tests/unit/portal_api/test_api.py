"""How the REST API reads requests and answers: forms, limits, moments, links, the feed, errors."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from services.portal.api.request_parsing import from_body
from services.portal.errors import HiddenDocument
from services.portal.requests import DeadLetterView, MachineStatus
from shared.contracts.calls import Call, Health
from shared.contracts.calls import assessment as a
from shared.contracts.calls import evidence as e
from shared.contracts.calls import notification as n
from shared.identity.secret_hash import hash_secret
from shared.ids import new_id
from shared.problems import Conflict, NotFound, Problem, Unavailable
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.portal_api.world import MONDAY, World, invented


@pytest.fixture
def world() -> World:
    return World()


SCHOOL = {"commune": "NL", "code": "TH-B", "name": "Trường B", "kind": "tieu_hoc"}
CLERK = {"role": "van_thu", "scope_kind": "truong", "scope": "TH-A"}


def problem(response, type_: str, status: int) -> dict:
    assert response.status_code == status, response.data
    assert response.content_type == "application/problem+json"
    told = response.get_json()
    assert (told["type"], told["status"]) == (type_, status)
    assert told["title"]
    assert told["detail"]
    assert told["correlation"] == response.headers["X-Correlation-Id"]
    return told


# --- reading requests


def test_a_request_reaches_the_service_as_the_caller_said_it(world: World) -> None:
    body = {"year": "2026-2027", "on": "2026-10-01"}

    world.call("POST", "/schools/TH-A/cycles", token=world.token(Role.HEAD), json=body)

    assert world.rpc_client.last.service == "assessment"
    assert world.rpc_client.last.method == "open_cycle"
    assert world.rpc_client.last.request == a.OpenCycle(school="TH-A", year="2026-2027", on=dt.date(2026, 10, 1))
    assert world.rpc_client.last.acting.occurred is None


def test_what_the_address_names_may_be_repeated_in_the_body_but_not_changed(world: World) -> None:
    token = world.token(Role.HEAD)

    same = world.call("POST", "/schools/TH-A/cycles", token=token, json={"school": "TH-A", "year": "2026-2027"})
    other = world.call("POST", "/schools/TH-A/cycles", token=token, json={"school": "TH-X", "year": "2026-2027"})

    assert same.status_code == 200
    assert problem(other, "yeu-cau-sai", 400)["path"] == "$.school"
    assert len(world.rpc_client.asked) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({**SCHOOL, "extra": 1}, "$.extra"),
        ({k: v for k, v in SCHOOL.items() if k != "name"}, "$.name"),
        ({**SCHOOL, "kind": "dai_hoc"}, "$.kind"),
        ({**SCHOOL, "levels": ["a", 5]}, "$.levels[1]"),
        ({**SCHOOL, "name": 5}, "$.name"),
        ({**SCHOOL, "name": "x" * 20_001}, "$.name"),
        ({**SCHOOL, "name": "a\x00b"}, "$.name"),
        ({**SCHOOL, "levels": ["a"] * 1001}, "$.levels"),
        ([SCHOOL], "$"),
        ("text", "$"),
    ],
)
def test_a_body_of_another_form_is_refused_with_the_path_of_what_is_wrong(world: World, body: object, path: str) -> None:
    response = world.call("POST", "/schools", json=body)

    assert problem(response, "yeu-cau-sai", 400)["path"] == path
    assert world.rpc_client.asked == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": 1} trailing', b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(world: World, body: bytes) -> None:
    response = world.call("POST", "/schools", data=body, content_type="application/json")

    problem(response, "yeu-cau-sai", 400)


def test_numbers_are_taken_exactly_as_they_are_written() -> None:
    class Figure(Call, frozen=True, kw_only=True):
        value: Decimal

    assert from_body(Figure, b'{"value": 84.960000000000000001}', {}).value == Decimal("84.960000000000000001")


def test_a_body_nested_too_deep_is_refused(world: World) -> None:
    body: dict = {}
    for _ in range(20):
        body = {"a": body}

    assert "lồng quá sâu" in problem(world.call("POST", "/schools", json=body), "yeu-cau-sai", 400)["detail"]


def test_a_body_of_another_kind_is_refused(world: World) -> None:
    response = world.call("POST", "/schools", data=b"commune=NL", content_type="application/x-www-form-urlencoded")

    assert problem(response, "yeu-cau-sai", 400)["expected"] == "application/json"


def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    response = world.call("POST", "/schools", data=b" " * ((1 << 20) + 1), content_type="application/json")

    assert problem(response, "yeu-cau-qua-lon", 413)["limit_bytes"] == 1 << 20


def test_a_body_without_its_length_is_taken_as_empty_and_not_waited_for(world: World) -> None:
    assert world.call("POST", "/schools").status_code == 400


def test_texts_are_taken_in_normal_form(world: World) -> None:
    world.call("POST", "/schools", json={**SCHOOL, "name": "Tru\u031bo\u031b\u0300ng B"})

    assert world.rpc_client.last.request.name == "Trường B"


@pytest.mark.parametrize(
    ("query", "path"),
    [("x=1", "x"), ("query=a", "query"), ("q=a&limit=vui", "limit"), ("q=a&q=b", "q"), (f"q={'a' * 513}", "q"), ("", "q")],
)
def test_a_query_of_another_form_is_refused_by_the_name_of_its_parameter(world: World, query: str, path: str) -> None:
    response = world.call("GET", f"/search?{query}")

    assert problem(response, "yeu-cau-sai", 400)["path"] in {path, f"$.{path}"}


def test_a_number_that_no_store_can_hold_is_refused(world: World) -> None:
    token = world.token(Role.ADMINISTRATOR)

    told = problem(world.call("GET", f"/feed?after={10**23}", token=token), "yeu-cau-sai", 400)
    assert told["path"] == "$.after"
    body = {"judgements": [{"criterion": "1.1", "level": 10**20, "indicator": "a", "result": "met"}]}
    place = "/schools/TH-A/cycles/2026-2027/judgements"
    told = problem(world.call("POST", place, token=token, json=body), "yeu-cau-sai", 400)
    assert told["path"].endswith("level")


def test_a_day_that_is_not_in_the_calendar_is_told_as_a_day(world: World) -> None:
    told = problem(world.call("GET", "/schools/TH-A/status?valid_at=2026-02-31"), "yeu-cau-sai", 400)

    assert "ngày" in told["detail"]
    assert told["expected"] == "YYYY-MM-DD"


def test_a_query_is_read_by_type_and_an_empty_parameter_counts_as_left_out(world: World) -> None:
    world.call("GET", "/search?q=ke%20hoach&school=&limit=5")

    assert world.rpc_client.last.request == e.SearchRequest(query="ke hoach", limit=5)


def test_parameters_on_a_command_are_refused(world: World) -> None:
    assert problem(world.call("POST", "/schools?force=1", json=SCHOOL), "yeu-cau-sai", 400)["path"] == "force"


def test_path_parts_fill_the_request(world: World) -> None:
    world.call("GET", "/documents/d-1/pages/3?q=h%E1%BB%8Dp")

    assert world.rpc_client.last.request == e.PageRequest(document="d-1", number=3, query="họp")


def test_a_page_or_position_that_is_no_number_is_not_found(world: World) -> None:
    for path in ("/documents/d-1/pages/x", "/receipts/x", "/receipts/-1", f"/receipts/{2**63}"):
        problem(world.call("GET", path), "khong-co", 404)


def test_a_nul_in_the_address_is_refused(world: World) -> None:
    assert world.call("GET", "/documents/a%00b").status_code == 400
    assert world.rpc_client.asked == []


def test_deleting_a_link_takes_a_body(world: World) -> None:
    link = {"cycle": "c", "document": "d", "criterion": "1.1"}

    response = world.call("DELETE", "/schools/TH-A/links", token=world.token(Role.CLERK), json=link)

    assert response.status_code == 200
    assert world.rpc_client.last.request == a.UnlinkEvidence(school="TH-A", **link)


# --- commands and correlation


def test_the_idempotency_key_becomes_the_command(world: World) -> None:
    world.call("POST", "/schools", json=SCHOOL, headers={"Idempotency-Key": "k-1"})

    assert world.rpc_client.last.acting.command == "k-1"


@pytest.mark.parametrize("key", ["a b", "é", "x" * 129])
def test_an_odd_idempotency_key_is_refused(world: World, key: str) -> None:
    response = world.call("POST", "/schools", json=SCHOOL, headers={"Idempotency-Key": key})

    problem(response, "yeu-cau-sai", 400)


def test_the_correlation_goes_in_through_and_out(world: World) -> None:
    response = world.call("POST", "/schools", json=SCHOOL, headers={"X-Correlation-Id": "viec-cua-toi-1"})

    assert response.headers["X-Correlation-Id"] == "viec-cua-toi-1"
    assert world.rpc_client.last.acting.correlation == "viec-cua-toi-1"


@pytest.mark.parametrize("given", ["", "ngắn", "a", "x" * 65, "a b c d e f", "x;y;z;1;2"])
def test_an_odd_correlation_is_replaced_by_our_own(world: World, given: str) -> None:
    headers = {"X-Correlation-Id": given.encode().decode("latin-1")} if given else {}
    response = world.call("GET", "/me", headers=headers)

    assert response.headers["X-Correlation-Id"] != given
    assert len(response.headers["X-Correlation-Id"]) == 32


# --- moments


def test_known_at_takes_a_position_or_a_moment(world: World) -> None:
    world.call("GET", "/schools/TH-A/status?known_at=17&layer=commune&valid_at=2026-06-30")
    by_position = world.rpc_client.last.request
    world.call("GET", "/schools/TH-A/status?known_at=2026-11-02T08:00:00%2B07:00")
    by_moment = world.rpc_client.last.request
    world.call("GET", "/schools/TH-A/status?known_at=2026-11-02T08:00:00+07:00")
    by_forgotten_escape = world.rpc_client.last.request

    assert by_position == a.StatusRequest(school="TH-A", known_at=17, layer=a.Layer.COMMUNE, valid_at=dt.date(2026, 6, 30))
    assert (by_moment.known_at, by_moment.known_at_time) == (0, MONDAY)
    assert by_forgotten_escape == by_moment


@pytest.mark.parametrize(
    "moment", ["hom-qua", "-1", "1.5", "2026-11-02", "2026-11-02T08:00:00", "0001-01-01T00:00:00Z", "9" * 30, "٣"]
)
def test_a_moment_of_another_form_is_refused(world: World, moment: str) -> None:
    response = world.call("GET", "/schools/TH-A/status", query_string={"known_at": moment})

    assert problem(response, "yeu-cau-sai", 400)["path"] == "known_at"


def test_where_a_service_takes_positions_only_a_moment_is_turned_into_one(world: World) -> None:
    status = invented(a.Status)
    known = a.KnownAt(position=41)
    world.rpc_client.answers["assessment.status"] = type(status)(**{**_fields(status), "known_at": known})
    moment = "2026-11-02T08:00:00Z"

    world.call("GET", f"/schools/TH-A/compare?a=2026-06-30&b=2026-11-02&a_known={moment}&b_known=50")
    compared = world.rpc_client.last.request
    world.call("GET", f"/schools/TH-A/explain?criterion=1.1&known_at={moment}")
    explained = world.rpc_client.last.request
    world.call("GET", f"/schools/TH-A/proof?known_at={moment}")
    proved = world.rpc_client.last.request
    world.call("GET", f"/schools/TH-A/cycles/c-1/criteria/1.1?known_at={moment}&valid_at=2026-10-01")
    criterion = world.rpc_client.last.request

    assert (compared.a.known_at, compared.b.known_at) == (41, 50)
    assert (explained.known_at, proved.known_at, criterion.known_at) == (41, 41, 41)
    assert criterion.valid_at == dt.date(2026, 10, 1)


def test_a_moment_before_everything_is_not_found(world: World) -> None:
    status = invented(a.Status)
    world.rpc_client.answers["assessment.status"] = type(status)(**{**_fields(status), "known_at": a.KnownAt(position=0)})

    response = world.call("GET", "/schools/TH-A/proof?known_at=2020-01-01T00:00:00Z")

    problem(response, "khong-co", 404)


def _fields(struct) -> dict:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


# --- schools, documents, addresses


def test_a_registered_school_is_in_the_directory_at_once(world: World) -> None:
    view = a.SchoolView(code="TH-B", name="Trường B", kind=a.SchoolKind.PRIMARY, commune="NL")
    world.rpc_client.answers["assessment.register_school"] = view
    world.rpc_client.answers["assessment.register_commune"] = a.CommuneView(commune="ZZ", name="Xã Z")

    world.call("POST", "/schools", json=SCHOOL)
    world.call("POST", "/communes", json={"commune": "ZZ", "name": "Xã Z"})

    assert world.identity.directory.codes_in("NL") == ("TH-A", "TH-B")
    assert world.identity.directory.commune("ZZ") is not None
    invited = world.call("POST", "/users", json=_invite("van-thu-b", "TH-B"))
    assert invited.status_code == 200


def test_a_renamed_school_and_commune_are_so_in_the_directory_at_once(world: World) -> None:
    world.rpc_client.answers["assessment.rename_school"] = a.SchoolView(
        code="TH-A", name="Trường Tên Mới", kind=a.SchoolKind.PRIMARY, commune="NL"
    )
    world.rpc_client.answers["assessment.rename_commune"] = a.CommuneView(commune="NL", name="Xã Tên Mới")

    assert world.call("PUT", "/schools/TH-A/name", json={"name": "Trường Tên Mới"}).status_code == 200
    assert world.call("PUT", "/communes/NL/name", json={"name": "Xã Tên Mới"}).status_code == 200

    school, commune = world.identity.directory.school("TH-A"), world.identity.directory.commune("NL")
    assert school is not None
    assert school.name == "Trường Tên Mới"
    assert commune is not None
    assert commune.name == "Xã Tên Mới"


def test_a_refused_name_does_not_reach_the_directory(world: World) -> None:
    before = world.identity.directory.school("TH-A")
    for operation in ("assessment.register_school", "assessment.rename_school"):
        world.rpc_client.answers[operation] = Conflict("Mã TH-A đã dùng cho Trường A.")

    problem(world.call("POST", "/schools", json=SCHOOL | {"code": "TH-A", "name": "Trùng mã"}), "da-sua", 409)
    problem(world.call("PUT", "/schools/TH-A/name", json={"name": "Trùng mã"}), "da-sua", 409)

    assert world.identity.directory.school("TH-A") == before


def test_a_school_that_was_refused_is_not_in_the_directory(world: World) -> None:
    world.rpc_client.answers["assessment.register_school"] = NotFound("Không có xã này.")

    problem(world.call("POST", "/schools", json=SCHOOL), "khong-co", 404)

    assert world.identity.directory.school("TH-B") is None


@pytest.mark.parametrize("given", ["/door/uploads/u", "https://door.example.vn/door/uploads/u"])
def test_addresses_of_the_door_are_handed_on_as_evidence_says_them(given: str) -> None:
    world = World(door="https://door.example.vn")
    page = e.PageView(number=1, width=1, height=1, confidence=1, text="", image_url=given, thumbnail_url="")
    view = e.DocumentView(**{**_fields(invented(e.DocumentView)), "pages": [page]})
    opened = e.UploadOpened(upload="u", url=given, ticket="t", received_bytes=0, slice_bytes=4)
    world.rpc_client.answers["evidence.open_upload"] = opened
    world.rpc_client.answers["evidence.open_download"] = e.DownloadOpened(url=given)
    world.rpc_client.answers["evidence.document"] = view
    world.rpc_client.answers["evidence.documents"] = e.DocumentsAnswer(documents=[view], total=1)
    world.rpc_client.answers["evidence.page"] = e.PageAnswer(document=view, page=page, words=[])

    upload = world.call("POST", "/schools/TH-A/uploads", json={"name": "a.pdf", "size_bytes": 3})
    files = [world.call("GET", f"/documents/d-1/{kind}") for kind in ("original", "pdf", "hocr")]
    one = world.call("GET", "/documents/d-1").get_json()
    many = world.call("GET", "/schools/TH-A/documents").get_json()
    paged = world.call("GET", "/documents/d-1/pages/1").get_json()

    assert upload.get_json()["url"] == given
    assert [(file.status_code, file.headers["Location"]) for file in files] == [(302, given)] * 3
    assert (one["pages"][0]["image_url"], one["pages"][0]["thumbnail_url"]) == (given, "")
    assert many["documents"][0]["pages"][0]["image_url"] == given
    assert paged["page"]["image_url"] == given


def test_a_document_of_another_school_does_not_exist_but_its_school_may_be_named(world: World) -> None:
    refusal = {"type": "khong-du-quyen", "status": 403, "title": "Không đủ quyền", "detail": "Không."}
    world.rpc_client.answers["evidence.document"] = Problem.from_document(refusal)
    token = world.token(Role.CLERK)

    hidden = world.call("GET", "/documents/d-1", token=token)
    world.rpc_client.answers["evidence.document"] = HiddenDocument("Không có tài liệu này trong kho.", document="d-1")
    missing = world.call("GET", "/documents/d-1", token=token)

    told = [problem(response, "tai-lieu-khong-co", 404) for response in (hidden, missing)]
    assert {**told[0], "correlation": ""} == {**told[1], "correlation": ""}
    world.rpc_client.answers["evidence.document"] = Unavailable("Dịch vụ chưa trả lời kịp.")
    problem(world.call("GET", "/documents/d-1", token=token), "may-chu-vang", 503)
    problem(world.call("GET", "/schools/TH-X", token=token), "khong-du-quyen", 403)
    problem(world.call("GET", "/documents/d-1", token=world.token(Role.SUBSCRIBER)), "khong-du-quyen", 403)


# --- the feed


def test_the_feed_gives_events_unchanged_and_where_to_go_on(world: World) -> None:
    texts = ['{"id":"a","position":4,"data":{"name":"Trường"}}', '{"id":"b","position":5,"data":{}}']
    world.rpc_client.answers["notification.feed"] = n.MergedFeedAnswer(events=texts, next_after=5, head=9)

    page = world.call("GET", "/feed?after=3&limit=2&types=a.v1,b.v1&types=c.v1").get_json()

    assert page == {"events": [json.loads(text) for text in texts], "next_after": 5, "head": 9}
    assert world.rpc_client.last.request == n.MergedFeedRequest(after=3, limit=2, types=["a.v1", "b.v1", "c.v1"])


def test_an_answer_that_did_not_change_is_not_sent_again(world: World) -> None:
    world.rpc_client.answers["notification.feed"] = n.MergedFeedAnswer(events=[], next_after=5, head=9)
    first = world.call("GET", "/feed?after=3")

    again = world.call("GET", "/feed?after=3", headers={"If-None-Match": first.headers["ETag"]})
    world.rpc_client.answers["notification.feed"] = n.MergedFeedAnswer(events=[], next_after=5, head=10)
    changed = world.call("GET", "/feed?after=3", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


# --- people and tokens over HTTP


def _invite(login: str, school: str = "TH-A") -> dict:
    return {"login": login, "display_name": "Người một", "grants": [{**CLERK, "scope": school}]}


def test_a_person_is_invited_given_roles_and_let_go(world: World) -> None:
    invited = world.call("POST", "/users", json=_invite("van-thu-1")).get_json()
    account = invited["account"]
    head = {"role": "hieu_truong", "scope_kind": "truong", "scope": "TH-A"}

    assert invited["invitation_url"].startswith("http://localhost/loi-moi/")
    assert world.call("POST", f"/users/{account}/roles", json=head).get_json() == {"position": 3}
    assert world.call("DELETE", f"/users/{account}/roles", json=CLERK).get_json() == {"position": 4}
    listed = world.call("GET", "/users").get_json()["accounts"]
    assert [g["role"] for g in listed[0]["grants"]] == ["hieu_truong"]
    renewed = world.call("POST", f"/users/{account}/invitation").get_json()
    assert renewed["invitation_url"] != invited["invitation_url"]
    assert world.call("DELETE", f"/users/{account}").get_json() == {"position": 5}
    assert world.call("GET", "/users").get_json()["accounts"][0]["state"] == "da_dong"


def test_links_carry_the_address_the_portal_is_known_by() -> None:
    world = World(public_url="https://kiemdinh.example.vn/")

    invited = world.call("POST", "/users", json=_invite("van-thu-1")).get_json()

    assert invited["invitation_url"].startswith("https://kiemdinh.example.vn/loi-moi/")


def test_a_programs_token_is_issued_works_and_is_revoked(world: World) -> None:
    wanted = {"name": "Cổng dữ liệu", "grants": [{"role": "chuong_trinh", "scope_kind": "tat_ca"}]}
    issued = world.call("POST", "/tokens", json=wanted).get_json()

    me = world.call("GET", "/me", token=issued["token"]).get_json()
    listed = world.call("GET", "/tokens").get_json()["tokens"]
    world.call("DELETE", f"/tokens/{issued['id']}")

    assert (me["actor"], me["account"], me["grants"][0]["role"]) == (issued["id"], "", "chuong_trinh")
    assert [(t["name"], t["state"]) for t in listed] == [("Cổng dữ liệu", "con_hieu_luc")]
    assert issued["token"] not in json.dumps(listed)
    problem(world.call("GET", "/me", token=issued["token"]), "het-phien", 401)


def test_a_token_of_a_person_is_that_person(world: World) -> None:
    browser = world.sign_in(Role.HEAD, "hieu-truong-1")
    person = browser.get("/api/v1/me").get_json()

    issued = world.call("POST", "/tokens", json={"name": "Máy", "login": "hieu-truong-1"}).get_json()
    me = world.call("GET", "/me", token=issued["token"]).get_json()
    world.call("GET", "/schools/TH-A/status?valid_at=2026-06-30", token=issued["token"])
    acting = world.rpc_client.last.acting

    assert me == person
    assert (acting.actor, acting.sitting) == (person["account"], hash_secret(issued["token"]))
    (listed,) = world.call("GET", "/tokens").get_json()["tokens"]
    assert (listed["login"], listed["grants"]) == ("hieu-truong-1", [])
    refused = world.call("POST", "/tokens", json={"name": "Máy", "login": "khong-ai"})
    assert problem(refused, "khong-co-tai-khoan", 422)


def test_people_on_papers_are_written_read_and_erased(world: World) -> None:
    world.sign_in(Role.COUNCIL_MEMBER, "hoi-dong-1")
    people = [{"name": "Lò Thị Mai", "office": "Tổ trưởng"}, {"name": "", "office": "Ủy viên", "login": "hoi-dong-1"}]

    mai, member = world.call("POST", "/schools/TH-A/people", json={"people": people}).get_json()["persons"]
    both = world.call("GET", f"/schools/TH-A/people?person={member}&person={mai}").get_json()["people"]
    done = world.call("DELETE", f"/people/{mai}")
    left = world.call("GET", "/schools/TH-A/people").get_json()["people"]
    accounts = world.call("GET", "/schools/TH-A/accounts").get_json()["accounts"]

    assert [(one["person"], one["name"], one["login"]) for one in both] == [
        (member, "Người một", "hoi-dong-1"),
        (mai, "Lò Thị Mai", ""),
    ]
    assert done.get_json()["position"] > 0
    assert [one["person"] for one in left] == [member]
    assert [(one["login"], one["account"], one["roles"]) for one in accounts] == [("hoi-dong-1", member, ["hoi_dong"])]
    refused = world.call("POST", "/schools/TH-A/people", json={"people": [{**people[1], "login": "khong-ai"}]})
    assert problem(refused, "khong-co-tai-khoan", 422)["path"] == "$.people[0].login"


def test_a_bad_token_is_told_so_even_beside_a_good_session(world: World) -> None:
    browser = world.sign_in()

    response = browser.get("/api/v1/me", headers={"Authorization": "Bearer kd_sai"})

    assert problem(response, "het-phien", 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert browser.get("/api/v1/me", headers={"Authorization": "Basic abc"}).status_code == 401


# --- the installation


class FakeOperations:
    def __init__(self) -> None:
        self.retried: list[str] = []
        self.letter = DeadLetterView(
            id="l-1",
            consumer="assessment",
            source="evidence",
            sequence=3,
            type="vn.kiemdinh.evidence.document-received.v1",
            kind="dung_nguon",
            state="dang_cho",
            reason="Lỗi",
            first_at=MONDAY,
            last_at=MONDAY,
            attempts=4,
        )

    def machine(self) -> MachineStatus:
        return MachineStatus(profile="embedded", free_bytes=5, total_bytes=9, dead_letters=1)

    def dead_letters(self) -> list[DeadLetterView]:
        return [self.letter]

    def retry_dead_letter(self, letter: str) -> None:
        if letter != self.letter.id:
            raise NotFound("Không có tin hỏng nào mang mã này.")
        self.retried.append(letter)


def test_the_administrator_sees_every_service_also_one_that_does_not_answer() -> None:
    world = World(installation_admin=FakeOperations())
    for service in ("evidence", "assessment", "notification"):
        world.rpc_client.answers[f"{service}.health"] = Health(healthy=True, service=service, head=3)
    world.rpc_client.answers["inspection.health"] = Unavailable("Dịch vụ chưa trả lời kịp.")

    told = world.call("GET", "/admin/status").get_json()

    assert told["healthy"] is False
    assert {s["service"]: s["healthy"] for s in told["services"]} == {
        "evidence": True,
        "assessment": True,
        "inspection": False,
        "notification": True,
        "identity": True,
    }
    assert told["machine"]["free_bytes"] == 5
    inspection = next(s for s in told["services"] if s["service"] == "inspection")
    assert inspection["problem"] == "Dịch vụ chưa trả lời kịp."


def test_dead_letters_are_shown_and_retried() -> None:
    operations = FakeOperations()
    world = World(installation_admin=operations)

    assert world.call("GET", "/admin/dead-letters").get_json()["letters"][0]["id"] == "l-1"
    assert world.call("POST", "/admin/dead-letters/l-1/retry").get_json() == {"letter": "l-1"}
    assert operations.retried == ["l-1"]
    problem(world.call("POST", "/admin/dead-letters/l-9/retry"), "khong-co", 404)


def test_an_installation_without_dead_letters_says_so(world: World) -> None:
    problem(world.call("GET", "/admin/dead-letters"), "may-chu-vang", 503)
    for service in ("evidence", "assessment", "inspection", "notification"):
        world.rpc_client.answers[f"{service}.health"] = Health(healthy=True, service=service)
    assert world.call("GET", "/admin/status").get_json()["healthy"] is True


def test_checkpoints_of_every_log(world: World) -> None:
    problem(world.call("GET", "/checkpoints/identity"), "khong-co", 404)
    problem(world.call("GET", "/checkpoints/portal"), "khong-co", 404)
    assert world.call("GET", "/checkpoints/evidence").status_code == 200
    assert world.rpc_client.last.service == "evidence"


def test_the_portals_own_checkpoint_is_told_when_it_is_signed(world: World) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from shared.tlog.checkpoint import Signer

    world.token(Role.CLERK)
    world.identity.log.sign_checkpoint(Signer("test/identity", Ed25519PrivateKey.generate()))

    told = world.call("GET", "/checkpoints/identity").get_json()

    assert (told["number"], told["size"]) == (1, 1)


# --- what is public


def test_strangers_are_told_that_it_runs_and_nothing_else(world: World) -> None:
    assert world.call("GET", "/health", token="").get_json() == {"healthy": True}


def test_a_portal_whose_log_does_not_answer_is_not_healthy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise Unavailable("Chưa nối được kho nhật ký.")

    monkeypatch.setattr(world.identity.log, "head", away)

    response = world.call("GET", "/health", token="")

    problem(response, "may-chu-vang", 503)
    assert response.headers["Retry-After"] == "5"


def test_anyone_reads_the_register_as_nobody(world: World) -> None:
    world.call("GET", "/recognitions?number=118%2FQ%C4%90-SG", token="")

    assert world.rpc_client.last.request == a.RegisterRequest(number="118/QĐ-SG")
    assert (world.rpc_client.last.acting.actor, world.rpc_client.last.acting.grants) == ("khach", ())


def test_a_service_that_is_away_is_told_as_such(world: World) -> None:
    world.rpc_client.answers["assessment.schools"] = Unavailable("Dịch vụ chưa trả lời kịp.", service="assessment")

    response = world.call("GET", "/schools")

    assert problem(response, "may-chu-vang", 503)["service"] == "assessment"


def test_an_unexpected_failure_tells_nothing_of_its_inside(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.rpc_client.answers["assessment.schools"] = RuntimeError("mật khẩu là 1234")

    response = world.call("GET", "/schools")

    assert "1234" not in response.get_data(as_text=True)
    assert "1234" not in caplog.text
    problem(response, "loi-noi-bo", 500)


def test_a_session_serves_the_api_with_a_form_token_only(world: World) -> None:
    browser = world.sign_in(Role.HEAD)
    body = {"year": "2026-2027"}

    refused = browser.post("/api/v1/schools/TH-A/cycles", json=body)
    token = _csrf(world, browser)
    taken = browser.post("/api/v1/schools/TH-A/cycles", json=body, headers={"X-CSRF-Token": token})

    problem(refused, "khong-du-quyen", 403)
    assert taken.status_code == 200
    assert world.rpc_client.last.acting.grants[0].role is Role.HEAD
    assert browser.get("/api/v1/me").get_json()["display_name"] == "Người một"


def _csrf(world: World, browser) -> str:
    from services.portal.web import csrf
    from services.portal.web.context import RequestContext

    cookie = browser.get_cookie("kd_phien")
    assert cookie is not None
    return csrf.token(RequestContext(correlation="x", session=cookie.value), world.settings)


def test_wide_scopes_reach_everything(world: World) -> None:
    token = world.token(Role.AUDITOR, (ScopeKind.INSTALLATION, ""))

    assert world.call("GET", "/schools/TH-X/status", token=token).status_code == 200
    assert world.call("DELETE", f"/tokens/{new_id()}").status_code == 404
