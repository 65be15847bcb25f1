"""What is cached of who acts never outlives a change of this process, nor its seconds."""

from __future__ import annotations

from services.portal.ttl_cache import TtlCache


class Shelf:
    def __init__(self) -> None:
        self.now, self.asked, self.values = 0.0, 0, {"a": 1}
        self.remembered: TtlCache[int] = TtlCache(1.0, 2, monotonic=lambda: self.now)

    def look_up(self, key: str) -> int | None:
        self.asked += 1
        return self.values.get(key)

    def get(self, key: str) -> int | None:
        return self.remembered.get(key, self.look_up)


def test_a_value_is_looked_up_once_in_its_seconds():
    shelf = Shelf()
    assert (shelf.get("a"), shelf.get("a"), shelf.asked) == (1, 1, 1)


def test_a_value_is_looked_up_anew_when_its_seconds_are_over():
    shelf = Shelf()
    shelf.get("a")
    shelf.values["a"], shelf.now = 2, 1.0
    assert shelf.get("a") == 2


def test_what_is_forgotten_is_looked_up_anew_at_once():
    shelf = Shelf()
    shelf.get("a")
    shelf.values.clear()
    shelf.remembered.forget()
    assert shelf.get("a") is None


def test_what_was_not_found_is_asked_for_again():
    shelf = Shelf()
    assert shelf.get("b") is None
    shelf.values["b"] = 3
    assert shelf.get("b") == 3


def test_what_was_read_before_a_change_is_not_kept_after_it():
    shelf = Shelf()

    def overtaken(key: str) -> int | None:
        found = shelf.look_up(key)
        shelf.values.clear()
        shelf.remembered.forget()
        return found

    assert shelf.remembered.get("a", overtaken) == 1
    assert shelf.get("a") is None


def test_no_more_is_kept_than_allowed():
    shelf = Shelf()
    shelf.values = {"a": 1, "b": 2, "c": 3}
    for key in "abca":
        shelf.get(key)
    assert shelf.asked == 4
