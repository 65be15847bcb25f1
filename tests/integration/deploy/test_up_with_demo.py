"""`up --demo --json` tells the story on standard error and says on one line of standard output that it is ready.

What people then find is looked at as they do: by the link that lets in once, and the pages of the year of their commune.
"""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from client.api_client import Client
from shared.clock import SystemClock, today

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AT_SCHOOLS = {"van_thu", "hoi_dong", "hieu_truong"}
IN_COMMUNE = {"can_bo_xa", "lanh_dao_xa", "phong_kinh_te", "ban_chi_dao", "doan_the", "kiem_tra"}
ELSEWHERE = {"danh_gia_ngoai", "can_bo_so", "kiem_toan", "quan_tri"}
COMMUNE, SCHOOL, LATE = "NL01", "TH-BC01", "Trường THCS Nậm Lam 1"
PASSWORD = "nui cao song dai ben ban"
PAGES_OF_THE_YEAR = {
    "hom-nay": LATE,
    "ke-hoach": "08/KH-UBND",
    "chi-tieu": "1 đạt",
    "viec": "Gửi kế hoạch cải tiến chất lượng",
    "tap-huan": "Có mặt 2/3",
    "kho-khan": "Sân trường ngập khi mưa lớn",
    "nhu-cau": "Phòng học bộ môn",
    "bao-cao": "45/BC-UBND",
    "thong-bao": "Tiếp dân về trường đạt chuẩn quốc gia",
    "ban-chi-dao": "15/QĐ-UBND",
}
OTHERWISE = {
    "phong_kinh_te": {"hom-nay": "Thẩm định 1 nhu cầu", "viec": "Khảo sát phòng học của ba trường"},
    "ban_chi_dao": {"viec": "Họp Ban Chỉ đạo, rà tiến độ từng trường"},
    "kiem_tra": {"hom-nay": "Kiểm tra kỹ thuật: Trường THCS"},
}
"""What a role sees of these pages where it does not see all."""
SEEN_BY_ORGANISATIONS = {
    "hom-nay": "báo cáo việc được giao",
    "viec": "Vận động phụ huynh",
    "thong-bao": "Tiếp dân về trường đạt chuẩn quốc gia",
}
SEEN_BY_A_SCHOOL = {"viec": "Báo cáo lộ trình đăng ký đánh giá ngoài"}


class Visitor:
    """Somebody who came by the link that lets in once."""

    def __init__(self, url: str, link: str) -> None:
        self.url = url
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        asked = self._open(link)
        assert "Đặt mật khẩu" in asked
        fields = dict(re.findall(r'<input[^>]* name="(csrf|login)" value="([^"]*)"', asked))
        self._open(f"{url}/loi-moi", fields | {"password": PASSWORD, "again": PASSWORD})

    def words(self, path: str) -> str:
        """Return what a page says, without its marks."""
        page = re.sub(r"<(script|style).*?</\1>", "", self._open(f"{self.url}/{path}"), flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page).replace("\u00a0", " "))

    def _open(self, address: str, form: dict[str, str] | None = None) -> str:
        body = urllib.parse.urlencode(form).encode() if form else None
        with self._browser.open(urllib.request.Request(address, body, {"Origin": self.url})) as answer:
            return answer.read().decode()


def pages_of(role: str) -> dict[str, str]:
    """Return what stands on which page for a role of the commune or of its first school."""
    if role in AT_SCHOOLS:
        return {f"truong/{SCHOOL}/{page}": words for page, words in SEEN_BY_A_SCHOOL.items()}
    seen = SEEN_BY_ORGANISATIONS if role == "doan_the" else PAGES_OF_THE_YEAR | OTHERWISE.get(role, {})
    return {f"xa/{COMMUNE}/{page}": words for page, words in seen.items()}


def test_the_story_is_told_once_a_year_and_people_walk_into_a_year_that_lives(installation):
    running = installation("embedded", "--demo")
    assert running.said["ready"] is True
    assert running.process.poll() is None
    told = running.log.read_text(encoding="utf-8")
    assert told.count("✓ ") == 12
    people = running.said["people"]
    assert {person["role"] for person in people} == AT_SCHOOLS | IN_COMMUNE | ELSEWHERE
    for person in people:
        assert f"{person['who']}: {person['sign_in']}" in told
        if person["scope"] in {COMMUNE, SCHOOL}:
            visitor = Visitor(running.url, person["sign_in"])
            for path, words in pages_of(person["role"]).items():
                assert words in visitor.words(path), f"{person['role']} {path}"
    of_before = everything(running)
    assert running.stop() == 0

    again = installation("embedded", "--demo")
    assert "✓ " not in again.log.read_text(encoding="utf-8").removeprefix(told)
    assert everything(again) == of_before
    assert [one["account"] for one in again.said["people"]] == [one["account"] for one in people]
    assert {one["sign_in"] for one in again.said["people"]}.isdisjoint(one["sign_in"] for one in people)
    leader = next(one for one in again.said["people"] if one["role"] == "lanh_dao_xa")
    assert "08/KH-UBND" in Visitor(again.url, leader["sign_in"]).words(f"xa/{COMMUNE}/ke-hoach")
    assert again.process.poll() is None
    again.process.terminate()
    assert again.process.wait(60) == 0
    assert again.process.stdout.read() == ""
    again.process.stdout.close()


def everything(running) -> dict[str, object]:
    """Return how much of each thing there is."""
    owner = Client(running.url, running.token)
    place = f"communes/{COMMUNE}/years/{today(SystemClock()).year}"
    return {
        "communes": [row["commune"] for row in owner.get("communes")["communes"]],
        "accounts": [row["login"] for row in owner.get("users")["accounts"]],
        "issues": owner.get(f"{place}/plan")["issues"],
        "tasks": owner.get(f"{place}/tasks")["total"],
        "needs": owner.get(f"{place}/needs")["total"],
        "syntheses": len(owner.get(f"{place}/syntheses")["syntheses"]),
    }
