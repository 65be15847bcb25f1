"""Log lines: what they hold, and what they never hold."""

from __future__ import annotations

import errno
import io
import json
import logging

import pytest

from shared.logs import Journal, configure, correlated, correlation


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure("evidence", "api", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_says_when_what_where_and_as_part_of_what(lines):
    with correlated("c-1"):
        Journal("x").info("document-kept", position=7)
    (line,) = lines()
    assert line.pop("ts").endswith("+00:00")
    assert line == {
        "level": "info",
        "service": "evidence",
        "role": "api",
        "event": "document-kept",
        "correlation": "c-1",
        "logger": "kiemdinh.x",
        "position": 7,
    }


def test_an_error_is_told_by_type_and_place_and_never_by_its_text(lines):
    try:
        raise ValueError("Nguyễn Văn A")
    except ValueError as error:
        Journal("x").error("failed", error=error, n=1)
        logging.getLogger("library").exception("it failed")
    ours, theirs = lines()
    assert ours["error"] == theirs["error"] == "ValueError"
    assert "test_logs.py" in ours["where"][0]
    assert "Nguyễn" not in json.dumps([ours, theirs], ensure_ascii=False)


def test_an_error_without_exception_is_a_line_too(lines):
    Journal("x").error("failed")
    Journal("x").warning("odd", reason="r")
    assert [line["level"] for line in lines()] == ["error", "warning"]


def test_talkative_libraries_are_heard_from_errors_on(lines):
    logging.getLogger("kombu").warning("body: %s", "Nguyễn Văn A")
    logging.getLogger("kombu").error("gone")
    assert [line["event"] for line in lines()] == ["gone"]


def test_correlations_nest_and_end():
    assert correlation() == ""
    with correlated() as outer:
        assert len(outer) == 36
        with correlated("inner"):
            assert correlation() == "inner"
        assert correlation() == outer
    assert correlation() == ""


def test_a_line_that_finds_no_room_is_lost_without_a_word(capsys):
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "full")

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        configure("evidence", "api", stream=Full())
        Journal("x").error("disk-full")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert capsys.readouterr().err == ""


def test_a_terminal_may_be_spared_what_only_the_file_needs():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream, kept = io.StringIO(), io.StringIO()
    try:
        configure("embedded", "embedded", shown=logging.WARNING, stream=stream)
        root.addHandler(logging.StreamHandler(kept))
        Journal("x").info("asked")
        Journal("x").warning("store-away")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["store-away"]
    assert len(kept.getvalue().splitlines()) == 2
