"""Which passwords are taken, and how pauses grow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.login_throttle import BY_ADDRESS, BY_LOGIN, FailedLogins, ThrottlePolicy
from services.identity.domain.passwords import MINIMUM_LENGTH, check_password, normal
from services.identity.errors import WeakPassword


@pytest.mark.parametrize(
    "password",
    [
        "con trâu ăn cỏ non",
        "Bốn mùa hoa nở 4",
        "correct horse battery",
        "7391-0852-4417",
        "đường về quê nội",
        "x9$Lq2!mVb7z",
    ],
)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    check_password(password, "van-thu-1")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "ít nhất"),
        ("ngắn quá", "ít nhất"),
        ("a" * 257, "tối đa"),
        ("x-van-thu-1-x!", "tên đăng nhập"),
        ("Matkhau123456", "dễ đoán"),
        ("mật khẩu 2026!", "dễ đoán"),
        ("Password1234!", "dễ đoán"),
        ("hiệu trưởng 01", "dễ đoán"),
        ("123456789012", "dễ đoán"),
        ("987654321098", "dễ đoán"),
        ("abcdefghijklm", "dễ đoán"),
        ("aaaaaaaaaaaaaa", "dễ đoán"),
        ("111122223333", "dễ đoán"),
        ("01012026010120", "dễ đoán"),
        ("adminadmin12", "dễ đoán"),
        ("truongtieuhoc1", "dễ đoán"),
        ("Hanoi2026!!!!", "dễ đoán"),
        ("P@ssw0rd2026!!", "dễ đoán"),
        ("qwerty123456", "dễ đoán"),
        ("1qaz2wsx3edc", "dễ đoán"),
        ("Vietnam@2026", "dễ đoán"),
        ("nguyenvanhung1990", "dễ đoán"),
        ("Tiểu học @ 123456", "dễ đoán"),
        ("anhyeuem123456", "dễ đoán"),
        ("iloveyou2026!", "dễ đoán"),
        ("Abc@12345678", "dễ đoán"),
        ("kiemdinh2026!!", "dễ đoán"),
        ("Trường.TieuHoc.2026", "dễ đoán"),
        ("MatKhauMoi@2026", "dễ đoán"),
        ("Tuyen Quang 20262026", "dễ đoán"),
        ("h4n0i-h4n0i-h4n0i", "dễ đoán"),
        ("20112026 20112026", "dễ đoán"),
        ("giáo viên 2026!", "dễ đoán"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why):
        check_password(password, "van-thu-1")


@pytest.mark.parametrize(
    "password", ["Khuoi Nua 2026!", "thkhuoinua2026", "Bế Thị Sằm 1990", "be.thi.sam.2026", "KHUOINUA-khuoinua"]
)
def test_the_own_name_and_school_are_tried_first_by_others(password: str) -> None:
    known = ["Bế Thị Sằm", "TH-KHUOI-NUA", "Trường Tiểu học Khuổi Nủa"]

    with pytest.raises(WeakPassword, match="tên trường"):
        check_password(password, "vt-khuoi", known)


@given(st.lists(st.sampled_from(["rổ", "măng", "đèo", "sương", "bếp", "thác", "vượn", "gùi"]), min_size=4, max_size=6))
def test_a_sentence_of_ones_own_is_always_taken(words: list[str]) -> None:
    sentence = " ".join([*words, "kề"])
    if len(sentence) >= MINIMUM_LENGTH and len(set(words)) > 1:
        check_password(sentence, "van-thu-1", ["Bế Thị Sằm", "Trường Tiểu học Khuổi Nủa"])


@pytest.mark.parametrize("password", ["a" * 11 + "b", "x" * 255 + "y", "😀" * 12, "\u0301" * 12, "٣" * 12, "0" * 256])
def test_no_odd_password_breaks_the_check(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "van-thu-1")


def test_a_very_short_login_inside_a_password_does_not_matter() -> None:
    check_password("một vườn cây ăn quả abc", "abc")


def test_both_keyboards_ways_to_type_an_accent_give_the_same_password() -> None:
    assert normal("mu\u0323c tie\u0302u") == normal("mục tiêu")


def test_the_shortest_password_that_is_taken_has_twelve_characters() -> None:
    check_password("rau muong xanh"[:MINIMUM_LENGTH], "q")
    with pytest.raises(WeakPassword):
        check_password("rau muong xanh"[: MINIMUM_LENGTH - 1], "q")


def fail(times: int, policy: ThrottlePolicy, *, now: int = 1000) -> FailedLogins:
    tries = FailedLogins()
    for _ in range(times):
        tries = tries.failed(now, policy)
    return tries


def test_the_first_failures_cost_nothing() -> None:
    assert fail(BY_LOGIN.free, BY_LOGIN).wait_s(1000) == 0
    assert fail(BY_ADDRESS.free, BY_ADDRESS).wait_s(1000) == 0


def test_each_further_failure_doubles_the_pause() -> None:
    waits = [fail(BY_LOGIN.free + n, BY_LOGIN).wait_s(1000) for n in range(1, 6)]

    assert waits == [1, 2, 4, 8, 16]


@given(st.integers(0, 10_000))
def test_no_number_of_failures_locks_out_for_ever(failures: int) -> None:
    tries = FailedLogins(failures=failures, last_at=1000).failed(1000, BY_LOGIN)

    assert tries.wait_s(1000) <= BY_LOGIN.cap_s
    assert tries.wait_s(1000 + BY_LOGIN.cap_s) == 0


def test_after_a_day_without_a_failure_the_count_starts_anew() -> None:
    tries = fail(50, BY_LOGIN)

    later = tries.failed(1000 + BY_LOGIN.forget_s + 1, BY_LOGIN)

    assert later.failures == 1
    assert later.wait_s(1000 + BY_LOGIN.forget_s + 1) == 0


def test_a_try_that_turned_out_right_does_not_count_against_the_address() -> None:
    tries = fail(BY_ADDRESS.free + 1, BY_ADDRESS)

    assert tries.wait_s(1000) == 1
    assert tries.forgiven(BY_ADDRESS).wait_s(1000) == 0
    assert tries.failed(1000, BY_ADDRESS).forgiven(BY_ADDRESS).wait_s(1000) > 0
    assert FailedLogins().forgiven(BY_ADDRESS).failures == 0
