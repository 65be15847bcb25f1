"""What pages say: three layers never merged, the past read only, reasons beside levels, words as the brief has them."""

from __future__ import annotations

import re

import msgspec
import pytest

from shared.contracts.calls.evidence import DocumentPaper, DocumentsRequest, PaperCodeState
from shared.contracts.catalogue import OPERATIONS
from shared.vocabulary.roles import Role

DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"


def text_of(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_dashboard_shows_three_layers_side_by_side_and_says_why(enter):
    text = text_of(enter(Role.HEAD).get("/truong/TH-BC").text)

    assert "Chưa kết luận" in text
    assert "Thấp nhất Không đạt , cao nhất Mức\u00a01 : còn 3 tiêu chí bắt buộc chưa kết luận (1.4, 2.2, 4.2)" in text
    assert "6 / 15 tiêu chí" in text
    assert "Chuẩn quốc gia Mức\u00a0độ\u00a01" in text
    assert "Vì sao?" in text
    assert "TT57/2026 Đ5 k1 a" in text


def test_what_is_missing_comes_with_a_link_that_does_it(enter):
    html = enter(Role.HEAD).get("/truong/TH-BC").text

    assert re.search(
        r'href="/truong/TH-BC/danh-gia/2026-2027/4.2">4.2 chưa đánh giá</a> \(bắt buộc\). Mới có 3 minh chứng', html
    )
    differing = text_of(html[html.index("Các lớp khác nhau") :])
    assert "4.1 : Xã Không đạt, Trường Mức\u00a01." in differing
    assert "khác nhau" not in html[html.index('id="thieu"') : html.index('id="khac"')]
    assert "Trả lời phát hiện 4.1" in html


def test_a_tile_is_one_link_that_reads_everything(enter):
    html = enter(Role.HEAD).get("/truong/TH-BC").text
    tile = re.search(r'<a class="tile[^>]*danh-gia/2026-2027/4\.1">.*?</a>', html, re.S)

    assert tile
    said = text_of(tile[0])
    assert "4.1" in said
    assert "bắt buộc" in said
    assert "15 MC" in said
    assert "Trường: Mức\u00a01." in said
    assert "Xã: Không đạt." in said
    assert "Sở: Chưa đánh giá." in said
    assert "ring" in tile[0]


def test_a_large_rulebook_is_drawn_small_with_names_for_the_phone(enter):
    html = enter(Role.HEAD).get("/truong/TH-BC?hieu-luc=2026-06-30&biet-den=13940").text

    assert 'class="card dense"' in html
    assert "Xem dạng bảng, có tên" in html


def test_the_past_has_an_amber_bar_with_both_clocks_and_no_writing_control(enter):
    client = enter(Role.HEAD)
    for path in ("/truong/TH-BC", "/truong/TH-BC/danh-gia", "/truong/TH-BC/danh-gia/2026-2027/2.2"):
        html = client.get(f"{path}?hieu-luc=2026-06-30&biet-den=13940").text
        assert "Đang xem quá khứ, chỉ đọc." in html
        assert "Ngày 30/6/2026, theo điều đã biết đến số 13.940" in html
        main = html[html.index("<main") :]
        assert 'method="post"' not in main
        assert "<textarea" not in main
        assert 'type="radio"' not in main


def test_links_inside_the_past_stay_in_the_past(enter):
    html = enter(Role.HEAD).get("/truong/TH-BC?hieu-luc=2026-06-30&biet-den=13940").text

    assert "/truong/TH-BC/danh-gia/2025-2026/1.1?hieu-luc=2026-06-30&amp;biet-den=13940" in html


def test_a_past_day_without_a_position_is_pinned_to_one_so_that_the_address_keeps_its_meaning(enter):
    response = enter(Role.HEAD).get("/truong/TH-BC?hieu-luc=30/6/2026")

    assert response.status_code == 302
    assert response.location == "/truong/TH-BC?hieu-luc=2026-06-30&biet-den=18297"


@pytest.mark.parametrize(
    ("query", "kind"), [("hieu-luc=31/02/2026", "ngay-sai"), ("hieu-luc=2026-01-01&biet-den=x", "yeu-cau-sai")]
)
def test_a_moment_that_does_not_exist_is_refused_by_name(enter, query, kind):
    response = enter(Role.HEAD).get(f"/truong/TH-BC?{query}")

    assert response.status_code in {400, 422}
    assert kind in response.text


def test_hits_are_marked_on_the_image_and_in_the_text_and_doubtful_words_are_dotted(enter):
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1?q=ke+hoach").text

    assert html.count('<rect class="hit') == 3
    assert html.count('class="hit cur"') == 1
    assert "<mark>kế hoạch bồi dưỡng</mark>" in html
    assert '<span class="doubt">31</span>' in html
    assert 'id="cho-sau"' in html


def test_fields_that_the_machine_doubts_open_as_inputs_and_one_button_confirms_all(enter):
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text

    assert "Xác nhận cả 6 mục" in html
    assert "Cần xác nhận 6 mục" in html
    assert "2 mục máy đọc chưa chắc" in html
    assert "74% · phải xem" in html
    assert html.index('<details class="edit">') < html.index('name="m-loai_van_ban"')


def test_somebody_who_may_only_read_sees_no_control_that_writes(enter):
    html = enter(Role.AUDITOR).get(f"/tai-lieu/{DOC}/1").text

    assert 'method="post" action="/tai-lieu' not in html


def test_a_document_that_is_not_read_yet_says_so_and_comes_again_by_itself(enter, house):
    from shared.contracts.calls.evidence import ReadingState
    from shared.problems import NotFound

    house.rpc_client.problems["evidence.page"] = NotFound("Chưa có trang.")
    waiting = house.canned.document(state=ReadingState.READING, pages_read=5, pages=[], fields=[])
    before = house.canned.CANNED["evidence.document"]
    house.canned.CANNED["evidence.document"] = lambda _: waiting
    try:
        html = enter_again(house).get(f"/tai-lieu/{DOC}/1").text
    finally:
        house.canned.CANNED["evidence.document"] = before

    assert "Đang đọc trang 5/12" in html
    assert 'http-equiv="refresh" content="5"' in html


def test_what_to_know_of_a_document_stands_above_it_in_words(enter, house):
    noted = house.canned.document(notes=["bieu-mau-xfa", "moi-la"])
    before = house.canned.CANNED["evidence.page"]
    house.canned.CANNED["evidence.page"] = lambda asked: msgspec.structs.replace(before(asked), document=noted)
    try:
        text = text_of(enter_again(house).get(f"/tai-lieu/{DOC}/1").text)
    finally:
        house.canned.CANNED["evidence.page"] = before

    assert "Tệp là biểu mẫu XFA động" in text
    assert "in ra PDF thường rồi gửi lại" in text
    assert "Có điều cần xem lại ở tệp này" in text
    assert "bieu-mau-xfa" not in text


def test_what_the_codes_of_prints_led_to_stands_above_the_document(enter, house):
    papers = [
        DocumentPaper(paper=f"{'A' * 19}{letter}", state=state, page=number, differences=differences)
        for letter, state, number, differences in (
            ("A", PaperCodeState.SIGNED, 1, 0),
            ("B", PaperCodeState.SIGNED, 2, 2),
            ("C", PaperCodeState.KNOWN, 3, 0),
            ("D", PaperCodeState.FOREIGN, 4, 0),
            ("E", PaperCodeState.UNKNOWN, 5, 0),
        )
    ]
    before = house.canned.CANNED["evidence.page"]
    told = house.canned.document(papers=papers)
    house.canned.CANNED["evidence.page"] = lambda asked: msgspec.structs.replace(before(asked), document=told)
    try:
        text = text_of(enter_again(house).get(f"/tai-lieu/{DOC}/1").text)
    finally:
        house.canned.CANNED["evidence.page"] = before

    assert "Bản đã ký của giấy AAAAAAAAAAAAAAAAAAAA: không khác bản in." in text
    assert "Bản đã ký của giấy AAAAAAAAAAAAAAAAAAAB: khác bản in 2 chỗ." in text
    assert "Trang 3 mang mã của giấy AAAAAAAAAAAAAAAAAAAC hệ thống đã in, chưa đính" in text
    assert "Trang 4 mang mã giấy của trường khác in. Chưa đính gì" in text
    assert "Trang 5 mang mã giấy AAAAAAAAAAAAAAAAAAAE, nhưng hệ thống không in văn bản nào như vậy" in text


def test_why_a_document_could_not_be_read_is_said_in_words_not_by_its_code(enter):
    text = text_of(enter(Role.CLERK).get("/truong/TH-BC/tai-len").text)

    assert "Chưa đọc được chữ. Tệp hỏng, đứt hoặc không mở được. Quét hoặc chép lại." in text
    assert "tep-hong" not in text


def enter_again(house):
    return house.enter(Role.CLERK)


def test_search_marks_hits_and_says_when_there_are_none(enter):
    client = enter(Role.CLERK)

    assert "38 trang có “ke hoach”" in client.get("/tim?q=ke+hoach").text
    assert "<mark>kế hoạch bồi dưỡng</mark>" in client.get("/tim?q=ke+hoach").text
    assert "Không trang nào có “khongco”" in client.get("/tim?q=khongco").text


def test_the_tray_shows_each_file_with_its_receipt_and_no_digest_in_a_clerks_face(enter):
    clerk = enter(Role.CLERK)
    html = clerk.get("/truong/TH-BC/tai-len").text

    assert "Số <b>18.204</b>" in html
    assert 'href="/bien-nhan/18204"' in html
    for page in (html, clerk.get(f"/tai-lieu/{DOC}/1").text):
        assert "9f3c\u00a071ab" not in page, "who compares files opens the receipt"
        assert "mã băm" not in page.lower()
    assert 'enctype="multipart/form-data"' in html
    assert 'name="ticket" value="kdt1.x"' in html


def test_files_refused_by_the_door_are_told_by_type_and_kept_before_is_no_error(enter):
    html = enter(Role.CLERK).get("/truong/TH-BC/tai-len?bien-nhan=18204*&tu-choi=pdf-co-mat-khau,%3Cb%3E").text

    assert "Mở tệp, chọn In → Lưu thành PDF" in html
    assert "tep-khong-nhan" in html
    assert "Không lưu lần hai; biên nhận cũ vẫn dùng được." in html


def test_what_a_clerk_should_know_of_a_file_stands_on_its_receipt_and_in_the_list(house, enter):
    said = "Tên tệp ghi .heic nhưng nội dung là JPEG; đã giữ theo nội dung."
    before = dict(house.canned.CANNED)
    receipt, listed = house.canned.receipt, house.canned.document(remarks=[said])
    answer = house.canned.documents(DocumentsRequest(school="TH-BC"))
    house.canned.CANNED["evidence.receipt"] = lambda asked: msgspec.structs.replace(receipt(asked), remarks=[said])
    house.canned.CANNED["evidence.documents"] = lambda _: msgspec.structs.replace(answer, documents=[listed])
    try:
        clerk = enter(Role.CLERK)
        assert said in clerk.get("/bien-nhan/18204").text
        assert said in clerk.get("/truong/TH-BC/tai-len?bien-nhan=18204").text
    finally:
        house.canned.CANNED.update(before)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("214/QĐ-UBND", "còn hiệu lực"),
        ("0119/cqg", "đã hết hạn"),
        ("0175/CQG", "đã bị thu hồi"),
        ("1/1", "Không có quyết định số này trong sổ"),
    ],
)
def test_anyone_checks_a_certificate(enter, number, said):
    html = enter(None).get("/bang", query_string={"so": number}).text

    assert said in html


def test_the_code_on_a_certificate_opens_its_check(enter):
    response = enter(None).get("/bang/0147/CQG")

    assert response.location == "/bang?so=0147%2FCQG"


def test_a_school_is_found_in_the_register_by_name_without_accents(enter):
    assert "Bằng số 214/QĐ-UBND còn hiệu lực" in enter(None).get("/bang?so=ban+chuong").text


def test_no_list_of_schools_is_sorted_by_level(enter):
    html = enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM").text

    names = re.findall(r'<th scope="row"><a href="/truong/([^"]+)"', html)
    assert names == ["MN-HB", "MN-SM", "THCS-NL", "TH-BC"]
    assert "không xếp hạng" in html


def test_the_comparison_tells_causes_and_how_late_they_were_known(enter):
    text = text_of(enter(Role.AUDITOR).get("/truong/TH-BC/lich-su?a=2026-09-30&a-biet=14600&b=2026-11-20&b-biet=18117").text)

    assert "Khác nhau giữa A và B: 3 thay đổi" in text
    assert "biết muộn 7 ngày" in text
    assert "không quy đổi" in text


def test_a_day_typed_as_known_at_becomes_the_last_position_of_that_day(enter):
    response = enter(Role.AUDITOR).get("/truong/TH-BC/lich-su?a=30/9/2026&a-biet=30/9/2026")

    assert response.status_code == 200
    assert re.search(r'name="a-biet" value="14\.\d{3}"', response.text)


def test_the_proof_is_a_file_named_without_any_person(enter):
    response = enter(Role.AUDITOR).get("/truong/TH-BC/ban-tu-kiem?biet-den=14.600")

    assert response.headers["Content-Disposition"].startswith('attachment; filename="ban-tu-kiem-TH-BC-')
    assert response.text == "{}"


def test_each_role_has_its_own_navigation_and_home(enter):
    homes = {
        Role.HEAD: "/truong/TH-BC",
        Role.COMMUNE_OFFICER: "/xa/NAM-LAM/hom-nay",  # a commune's day; its list of schools until the year gave it one
        Role.INSPECTOR: "/xa/NAM-LAM/hom-nay",
        Role.DEPARTMENT_OFFICER: "/so/ho-so",
        Role.EXTERNAL_EVALUATOR: "/so/ho-so",
        Role.AUDITOR: "/kiem-toan",
        Role.ADMINISTRATOR: "/quan-tri",
        None: "/vao",
    }
    for role, home in homes.items():
        assert enter(role).get("/").location == home


def test_a_page_asks_the_services_few_times(enter, house):
    enter(Role.HEAD).get("/truong/TH-BC")  # checkpoints are asked for now and then, and kept meanwhile
    for path in (
        "/truong/TH-BC",
        "/truong/TH-BC/danh-gia",
        "/truong/TH-BC/danh-gia/2026-2027/2.2",
        "/truong/TH-BC/tai-len",
        "/truong/TH-BC/lich-su",
        f"/tai-lieu/{DOC}/1",
        "/tim?q=a",
        "/so-cong-nhan",
    ):
        client = enter(Role.HEAD)
        house.rpc_client.calls.clear()
        client.get(path)
        # A criterion's page also shows its work (whose it is, its tabs, how far the others are); a school's its unsure
        # pages, what was recommended to it, and its registration.
        most = {"2.2": 6, "TH-BC": 6}.get(path.rpartition("/")[2], 3)
        assert len(house.rpc_client.calls) <= most, (path, house.rpc_client.calls)


def test_a_page_waits_for_an_answer_as_long_as_its_operation_takes(enter, house, monkeypatch):
    waited, call = {}, house.rpc_client.call

    def noted(service, method, *asked, timeout):
        waited[f"{service}.{method}"] = timeout
        return call(service, method, *asked, timeout=timeout)

    monkeypatch.setattr(house.rpc_client, "call", noted)
    enter(Role.HEAD).get("/truong/TH-BC/ban-tu-kiem")
    enter(Role.HEAD).get("/truong/TH-BC")

    assert waited["assessment.prove"] == OPERATIONS["assessment.prove"].timeout_s == 30
    assert waited["assessment.status"] == OPERATIONS["assessment.status"].timeout_s == 5


def test_a_service_that_is_away_gives_a_page_that_says_so(enter, house):
    from shared.problems import Unavailable

    client = enter(Role.HEAD)
    house.rpc_client.problems["assessment.status"] = Unavailable("Chưa nối được máy chủ. Thử lại sau ít phút.")
    response = client.get("/truong/TH-BC")

    assert response.status_code == 503
    assert "may-chu-vang" in response.text
    assert "Thử lại" in response.text


def test_two_circulars_are_both_named_and_drawn_and_never_converted(enter):
    path = "/truong/TH-BC/lich-su?a=2026-06-30&a-biet=13940&b=2026-11-20&b-biet=18117"
    html = enter(Role.AUDITOR).get(path).text
    text = text_of(html)

    assert "TT17/2018, sửa bởi TT22/2024 , B theo TT57/2026 . Hai bộ đứng riêng, không quy đổi." in text
    assert html.count('class="law"') == 1
    assert "biết muộn 7 ngày" in text


def test_a_reason_leads_to_the_event_it_rests_on(enter):
    head = enter(Role.HEAD)
    html = head.get("/truong/TH-BC/danh-gia/2026-2027/2.2").text

    assert 'href="/truong/TH-BC/lich-su?so=17541#so-17541"' in html
    assert "một trong các số 17.560 , 17.561 , 17.562 , 17.563 và 1 số nữa cũng đủ" in text_of(html)
    assert 'id="so-14320"' in head.get("/truong/TH-BC/lich-su?so=14320").text
