"""`up --demo --json` tells the story on standard error and says on one line of standard output that it is ready."""

import urllib.request
from http.cookiejar import CookieJar

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_the_story_is_told_before_the_one_line_and_the_installation_stays_up(installation):
    running = installation("embedded", "--demo")
    assert running.said["ready"] is True
    assert running.process.poll() is None
    told = running.log.read_text(encoding="utf-8")
    assert told.count("✓ ") >= 8
    people = running.said["people"]
    walks_in = {"van_thu", "hoi_dong", "hieu_truong", "can_bo_xa", "kiem_tra", "danh_gia_ngoai", "can_bo_so"}
    assert {person["role"] for person in people} == walks_in | {"kiem_toan", "quan_tri"}
    for person in people:
        assert f"{person['who']}: {person['sign_in']}" in told
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with browser.open(person["sign_in"]) as page:
            assert "Đặt mật khẩu" in page.read().decode()
    running.process.terminate()
    assert running.process.wait(60) == 0
    assert running.process.stdout.read() == ""
    running.process.stdout.close()
