"""What forms do: only what was changed is sent, nobody's words are lost, every refusal comes back with the form."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.portal.pages.judging import fingerprint_of_texts
from shared.problems import Conflict
from shared.vocabulary.assessment import Result
from shared.vocabulary.roles import Role

DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
CRITERION = "/truong/TH-BC/danh-gia/2026-2027/2.2"
FIELD = re.compile(r'<(?:input|textarea)\b[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>(?:([^<]*)</textarea>)?')


def form_of(html: str, marker: str = 'id="phieu"') -> dict[str, str]:
    """Read a form as a browser without scripts would send it."""
    form = html[html.index(marker) :]
    form = form[: form.index("</form>")]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>|<textarea\b[^>]*>[^<]*</textarea>|<select\b.*?</select>", form, re.S):
        name = re.search(r'name="([^"]+)"', tag)
        if not name:
            continue
        if re.search('type="(radio|checkbox)"', tag) and " checked" not in tag:
            continue
        import html as entities

        value = re.search(r'value="([^"]*)"', tag)
        area = re.search(r">([^<]*)</textarea>", tag)
        found[name[1]] = entities.unescape(area[1] if area else value[1] if value else "")
    return found


@pytest.fixture
def council(enter) -> Any:
    return enter(Role.COUNCIL_MEMBER)


def test_only_the_changed_indicator_is_judged_with_the_position_that_was_seen(council, house):
    form = form_of(council.get(CRITERION).text)
    form["kq-2_-"] = "met"
    form["gc-2_-"] = "Có sổ theo dõi."

    response = council.post(CRITERION, data=form)

    assert response.status_code == 303
    assert response.location == f"{CRITERION}?xong=18298"
    ((name, sent),) = house.rpc_client.commands
    assert name == "assessment.save_criterion"
    assert sent.description is None
    (judgement,) = sent.judgements
    assert (judgement.level, judgement.indicator, judgement.result, judgement.expected) == (2, "-", Result.MET, 0)
    assert judgement.note == "Có sổ theo dõi."


def test_a_form_sent_unchanged_writes_nothing(council, house):
    form = form_of(council.get(CRITERION).text)

    assert council.post(CRITERION, data=form).status_code == 303
    assert house.rpc_client.commands == []


def test_the_descriptions_are_written_whole_when_one_of_them_changed(council, house):
    form = form_of(council.get(CRITERION).text)
    form["improvement"] = "Tháng 1 ban hành mẫu."

    council.post(CRITERION, data=form)

    ((name, sent),) = house.rpc_client.commands
    assert name == "assessment.save_criterion"
    assert sent.judgements == []
    assert sent.description.improvement == "Tháng 1 ban hành mẫu."
    assert sent.description.strengths.startswith("Đủ giáo viên")


def test_when_somebody_else_judged_first_both_versions_are_shown_and_nothing_is_written(council, house):
    form = form_of(council.get(CRITERION).text)
    form |= {"kq-1_-": "not_met", "gc-1_-": "28/31 dạy đúng chuyên môn", "vt-1_-": "17000"}

    response = council.post(CRITERION, data=form)

    assert response.status_code == 409
    assert house.rpc_client.commands == []
    assert "Đang có" in response.text
    assert "28/31 dạy đúng chuyên môn" in response.text
    assert "31 giáo viên trên 31 theo định mức" in response.text


def test_a_conflict_found_by_the_service_keeps_the_words_on_the_page(council, house):
    form = form_of(council.get(CRITERION).text)
    form |= {"kq-2_-": "met", "gc-2_-": "Bản của tôi"}
    house.rpc_client.problems["assessment.save_criterion"] = Conflict(
        "Có người đã sửa ô này lúc 14:20. Chưa ghi đè gì. Xem hai bản."
    )

    response = council.post(CRITERION, data=form)

    assert response.status_code == 409
    assert "lúc 14:20" in response.text
    assert "Bản của tôi" in response.text


def test_a_description_is_sent_with_the_version_the_person_saw_and_a_refusal_keeps_both_texts(council, house):
    form = form_of(council.get(CRITERION).text)
    form |= {"strengths": "Bản khác", "vt-mo-ta": "17000"}
    house.rpc_client.problems["assessment.save_criterion"] = Conflict("Có người đã sửa ô này lúc 14:20. Xem hai bản.")

    response = council.post(CRITERION, data=form)

    assert response.status_code == 409
    assert house.rpc_client.commands == []
    assert "Bản khác" in response.text
    assert "Đủ giáo viên" in response.text
    house.rpc_client.problems.clear()
    council.post(CRITERION, data=form)
    assert house.rpc_client.commands[0][1].description.expected == 17000


def test_a_description_left_as_it_was_is_not_sent_even_when_somebody_changed_it_meanwhile(council, house):
    form = form_of(council.get(CRITERION).text)
    old = {"strengths": "Cũ", "weaknesses": "", "improvement": ""}
    form |= old | {"cu-mo-ta": fingerprint_of_texts(old), "kq-2_-": "met"}

    council.post(CRITERION, data=form)

    ((name, sent),) = house.rpc_client.commands
    assert (name, len(sent.judgements), sent.description) == ("assessment.save_criterion", 1, None)


def test_one_press_of_save_is_one_command_with_judgements_and_descriptions(council, house):
    form = form_of(council.get(CRITERION).text) | {"kq-2_-": "met", "weaknesses": "Chưa đều."}

    council.post(CRITERION, data=form)

    ((name, sent),) = house.rpc_client.commands
    assert (name, sent.description.weaknesses, len(sent.judgements)) == ("assessment.save_criterion", "Chưa đều.", 1)


def test_the_script_saves_one_field_and_gets_json(council, house):
    form = form_of(council.get(CRITERION).text)
    one = {k: form[k] for k in ("csrf", "vt-2_-", "cu-2_-", "gc-2_-")} | {"kq-2_-": "not_met"}

    response = council.post(CRITERION, data=one, headers={"Accept": "application/json"})

    assert response.json["position"] == 18298
    assert house.rpc_client.commands[0][1].judgements[0].result is Result.NOT_MET


def test_the_script_gets_a_conflict_as_problem_json(council, house):
    form = form_of(council.get(CRITERION).text)
    one = {k: form[k] for k in ("csrf", "cu-1_-", "gc-1_-")} | {"kq-1_-": "not_met", "vt-1_-": "1"}

    response = council.post(CRITERION, data=one, headers={"Accept": "application/json"})

    assert response.status_code == 409
    assert response.json["type"] == "da-sua"


def test_a_result_outside_the_list_is_refused(council):
    form = form_of(council.get(CRITERION).text) | {"kq-1_-": "tot"}

    assert council.post(CRITERION, data=form).status_code == 400


def test_a_form_without_its_token_is_refused(council, house):
    form = form_of(council.get(CRITERION).text) | {"csrf": "x", "kq-2_-": "met"}

    assert council.post(CRITERION, data=form).status_code == 403
    assert house.rpc_client.commands == []


def test_text_is_brought_to_one_normal_form(council, house):
    import unicodedata

    form = form_of(council.get(CRITERION).text)
    form |= {"kq-2_-": "met", "gc-2_-": unicodedata.normalize("NFD", "Đủ giáo viên")}
    council.post(CRITERION, data=form)

    assert house.rpc_client.commands[0][1].judgements[0].note == "Đủ giáo viên"


def token(client: Any, path: str) -> str:
    found = re.search(r'name="csrf" content="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: Any, path: str, page: str = "", **fields: str) -> Any:
    return client.post(
        path, data={"csrf": token(client, page or path)} | {k.replace("_", "-"): v for k, v in fields.items()}
    )


@pytest.mark.parametrize(
    ("role", "path", "page", "fields", "command"),
    [
        (Role.HEAD, "/truong/TH-BC/danh-gia", "", {"viec": "mo", "nam": "2026-2027"}, "assessment.open_cycle"),
        (
            Role.HEAD,
            "/truong/TH-BC/truoc-khi-trinh",
            "",
            {"viec": "trinh", "dot": "2026-2027", "chac": "co"},
            "assessment.submit_self_assessment",
        ),
        (
            Role.HEAD,
            "/truong/TH-BC/truoc-khi-trinh",
            "",
            {"viec": "mo-lai", "dot": "2026-2027", "ly_do": "Sở trả hồ sơ, bổ sung số liệu"},
            "assessment.reopen_cycle",
        ),
        (
            Role.COUNCIL_MEMBER,
            "/truong/TH-BC/danh-gia/2026-2027/2.2/tra-loi",
            "/truong/TH-BC/danh-gia/2026-2027/2.2",
            {"cho": "contradiction:1:-", "ly_do": "Hai giáo viên đang học nâng chuẩn"},
            "assessment.answer_gap",
        ),
        (
            Role.HEAD,
            "/truong/TH-BC/danh-gia/2026-2027/2.2/tra-loi",
            "/truong/TH-BC/danh-gia/2026-2027/2.2",
            {"cho": "no_evidence:1:-", "viec": "rut"},
            "assessment.withdraw_gap_answer",
        ),
        (
            Role.CLERK,
            f"/tai-lieu/{DOC}",
            f"/tai-lieu/{DOC}/1",
            {"viec": "xac-nhan", "trang": "1"},
            "evidence.confirm_fields",
        ),
        (Role.CLERK, f"/tai-lieu/{DOC}", f"/tai-lieu/{DOC}/1", {"viec": "doc-lai"}, "evidence.retry_reading"),
        (
            Role.CLERK,
            f"/tai-lieu/{DOC}",
            f"/tai-lieu/{DOC}/1",
            {"viec": "ma", "truong": "TH-BC", "dot": "2026-2027", "noi": "2.2_1_-", "ten": "Kế hoạch", "dong_y": "co"},
            "assessment.code_evidence",
        ),
        (
            Role.CLERK,
            f"/tai-lieu/{DOC}",
            f"/tai-lieu/{DOC}/1",
            {"viec": "gan", "truong": "TH-BC", "dot": "2026-2027", "noi": "3.2"},
            "assessment.link_evidence",
        ),
        (
            Role.CLERK,
            f"/tai-lieu/{DOC}",
            f"/tai-lieu/{DOC}/1",
            {"viec": "bo-gan", "truong": "TH-BC", "dot": "2026-2027", "noi": "2.2_1_-"},
            "assessment.unlink_evidence",
        ),
        (
            Role.COUNCIL_MEMBER,
            "/truong/TH-BC/gan",
            "/truong/TH-BC/minh-chung",
            {"tai_lieu": DOC, "dot": "2026-2027", "gan": "2.2_1_-"},
            "assessment.link_evidence",
        ),
        (
            Role.COMMUNE_OFFICER,
            "/xa/NAM-LAM/kiem-tra",
            "",
            {"truong": "TH-BC", "dot": "2026-2027", "ngay": "05/11/2026", "ten": "Kiểm tra lần 1"},
            "inspection.plan",
        ),
        (
            Role.DEPARTMENT_OFFICER,
            "/so/ho-so",
            "",
            {"truong": "TH-BC", "dot": "2026-2027", "ngay": "", "ten": "Đánh giá ngoài"},
            "inspection.plan",
        ),
        (
            Role.CLERK,
            "/truong/TH-BC/kien-nghi",
            "/truong/TH-BC/kien-nghi",
            {
                "dot": "kt-07",
                "tieu_chi": "2.2",
                "muc": "1",
                "chi_bao": "-",
                "tra_loi": "Đã bổ sung sổ.",
                "tai_lieu": DOC,
            },
            "inspection.answer_finding",
        ),
        (
            Role.COMMUNE_OFFICER,
            "/xa/NAM-LAM/kiem-tra/kt-08",
            "/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC",
            {"truong": "TH-BC", "viec": "doi-ngay", "ngay": "12/11/2026", "ly_do": "Mưa lũ"},
            "inspection.reschedule",
        ),
        (
            Role.INSPECTOR,
            "/xa/NAM-LAM/kiem-tra/kt-08",
            "/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC",
            {"truong": "TH-BC", "viec": "ket-luan", "tom_tat": "Xong", "chac": "co"},
            "inspection.conclude",
        ),
        (
            Role.DEPARTMENT_OFFICER,
            "/so/quyet-dinh",
            "",
            {"truong": "TH-BC", "so": "147/QĐ", "ngay": "20/11/2026", "muc_do": "1", "het_han": "", "dot": "2026-2027"},
            "assessment.grant_recognition",
        ),
        (
            Role.DEPARTMENT_OFFICER,
            "/so/quyet-dinh",
            "",
            {
                "viec": "thu-hoi",
                "truong": "TH-BC",
                "giay": "recognition 147/QĐ",
                "ngay": "20/11/2026",
                "ly_do": "Không khắc phục",
                "chac": "co",
            },
            "assessment.revoke_recognition",
        ),
        (Role.ADMINISTRATOR, "/quan-tri", "", {"viec": "xa", "ma": "DONG", "ten": "Xã Đồng"}, "assessment.register_commune"),
        (
            Role.ADMINISTRATOR,
            "/quan-tri",
            "",
            {"viec": "truong", "xa": "NAM-LAM", "ma": "TH-X", "ten": "Trường X", "loai": "tieu_hoc"},
            "assessment.register_school",
        ),
    ],
)
def test_a_form_becomes_one_command_and_the_answer_is_a_redirect(enter, house, role, path, page, fields, command):
    client = enter(role)
    response = send(client, path, page, **fields)

    assert response.status_code == 303, response.text[:1500]
    # A page with a camera asks for a place to upload to when it is shown.
    assert [name for name, _ in house.rpc_client.commands if name != "evidence.open_upload"] == [command]


def test_an_opinion_carries_its_indicator_result_note_and_what_was_seen(enter, house):
    client = enter(Role.INSPECTOR)
    path = "/xa/NAM-LAM/kiem-tra/kt-09"
    data = {
        "csrf": token(client, f"{path}?truong=TH-BC"),
        "truong": "TH-BC",
        "tieu-chi": "4.1",
        "kq-1_-": "met",
        "gc-1_-": "Đã sửa phòng 5",
        "vt-1_-": "17602",
        "kq-2_-": "met",
        "gc-2_-": "",
        "vt-2_-": "17604",
    }
    response = client.post(path, data=data)

    assert response.status_code == 303
    (opinion,) = house.rpc_client.commands[0][1].opinions
    assert (opinion.criterion, opinion.level, opinion.indicator, opinion.result) == ("4.1", 1, "-", Result.MET)
    assert (opinion.note, opinion.seen) == ("Đã sửa phòng 5", 17602)


@pytest.mark.parametrize(
    ("role", "path", "page", "fields", "said"),
    [
        (
            Role.HEAD,
            "/truong/TH-BC/truoc-khi-trinh",
            "",
            {"viec": "trinh", "dot": "2026-2027", "con-thieu": "co"},
            "Chưa trình gì",
        ),
        (Role.CLERK, f"/tai-lieu/{DOC}", f"/tai-lieu/{DOC}/1", {"viec": "ma"}, "Chưa cấp mã nào"),
        (Role.CLERK, f"/tai-lieu/{DOC}", f"/tai-lieu/{DOC}/1", {"viec": "la"}, "Chưa ghi gì"),
        (
            Role.DEPARTMENT_OFFICER,
            "/so/quyet-dinh",
            "",
            {"truong": "TH-BC", "so": "1", "ngay": "31/02/2026"},
            "không có trong lịch",
        ),
        (Role.DEPARTMENT_OFFICER, "/so/quyet-dinh", "", {"truong": "TH-BC", "so": ""}, "Thiếu số quyết định"),
        (
            Role.COMMUNE_OFFICER,
            "/xa/NAM-LAM/kiem-tra",
            "",
            {"truong": "TH-BC", "dot": "2026-2027"},
            "Thiếu tên đợt kiểm tra",
        ),
        (
            Role.ADMINISTRATOR,
            "/quan-tri",
            "",
            {"viec": "truong", "xa": "NAM-LAM", "ma": "A", "ten": "B", "loai": "la"},
            "Loại trường không có trong danh sách",
        ),
    ],
)
def test_what_is_refused_comes_back_with_the_form_and_the_state_of_the_data(enter, house, role, path, page, fields, said):
    client = enter(role)
    response = send(client, path, page, **fields)

    assert said in response.text
    assert 'role="alert"' in response.text
    assert house.rpc_client.commands == []


def test_an_invitation_link_is_shown_once_and_lets_the_person_in(enter, house):
    admin = enter(Role.ADMINISTRATOR)
    page = send(
        admin,
        "/quan-tri/nguoi-dung",
        viec="moi",
        ho_ten="Người Mới",
        ten_dang_nhap="moi.bch",
        vai_tro="van_thu",
        pham_vi="truong:TH-BC",
    ).text
    link = re.search(r"/loi-moi/[A-Za-z0-9_-]+", page)
    assert link
    assert link[0] not in admin.get("/quan-tri/nguoi-dung").text

    guest = house.enter(None)
    assert guest.get(link[0]).location == "/loi-moi"
    shown = guest.get("/loi-moi").text
    assert "moi.bch" in shown
    csrf = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert csrf
    weak = guest.post("/loi-moi", data={"csrf": csrf[1], "password": "ngan", "again": "ngan"})
    assert weak.status_code == 422
    assert "mat-khau-yeu" in weak.text
    differ = guest.post("/loi-moi", data={"csrf": csrf[1], "password": "nui cao song dai 1", "again": "khac"})
    assert "Hai lần nhập chưa giống nhau" in differ.text
    entered = guest.post("/loi-moi", data={"csrf": csrf[1], "password": "nui cao song dai 1", "again": "nui cao song dai 1"})
    assert entered.location == "/"
    assert guest.get("/").location == "/truong/TH-BC"
    assert "duong-dan-het-han" in house.enter(None).get(link[0], follow_redirects=True).text


def test_signing_in_goes_where_the_person_wanted_but_never_to_another_site(enter, house):
    for wanted, goes in [
        ("/truong/TH-BC/minh-chung", "/truong/TH-BC/minh-chung"),
        ("//xau.vn/", "/"),
        ("https://xau.vn", "/"),
        ("/\\xau", "/"),
    ]:
        guest = house.enter(None)
        csrf = re.search(r'name="csrf" value="([^"]+)"', guest.get("/vao").text)
        assert csrf
        response = guest.post(
            "/vao", data={"csrf": csrf[1], "login": "van.thu", "password": "nui cao song dai 2026", "tiep": wanted}
        )
        assert response.location == goes


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(enter):
    guest = enter(None)
    csrf = re.search(r'name="csrf" value="([^"]+)"', guest.get("/vao").text)
    assert csrf
    response = guest.post("/vao", data={"csrf": csrf[1], "login": "van.thu", "password": "sai"})

    assert response.status_code == 401
    assert "Sai tên đăng nhập hoặc mật khẩu" in response.text


def test_the_one_time_link_signs_the_administrator_in_once_and_a_preview_does_not_use_it_up(enter, house):
    link = house.identity.one_time_link()
    guest = enter(None)

    assert guest.head(link).status_code == 200
    assert guest.get(link).location == "/"
    assert guest.get("/").location == "/quan-tri"
    spent = house.enter(None).get(link)
    assert spent.status_code == 410


def test_signing_out_ends_the_session(enter):
    client = enter(Role.CLERK)
    response = send(client, "/ra", "/them")

    assert response.location == "/vao"
    assert client.get("/truong/TH-BC").status_code == 303


def test_a_token_is_shown_once_and_can_be_taken_back(enter):
    client = enter(Role.ADMINISTRATOR)
    page = send(client, "/quan-tri/ma-truy-cap", ten="Cổng tỉnh", vai_tro="chuong_trinh", pham_vi="tat_ca:", ngay="30").text
    secret = re.search(r"kd_[A-Za-z0-9_-]{20,}", page)
    assert secret
    listed = client.get("/quan-tri/ma-truy-cap").text
    assert secret[0] not in listed
    ident = re.search(r'name="ma" value="([^"]+)"', listed)
    assert ident
    asked = send(client, "/quan-tri/ma-truy-cap", viec="thu-hoi", ma=ident[1]).text
    assert "Thu hồi mã truy cập của Cổng tỉnh?" in asked
    assert "Đã thu hồi" not in client.get("/quan-tri/ma-truy-cap").text
    client.post("/quan-tri/ma-truy-cap", data=form_of(asked, 'class="acts"'))
    assert "Đã thu hồi" in client.get("/quan-tri/ma-truy-cap").text
