"""The measurement of pages says what it knows: times of many answers, a clear line for few, none or wrong ones."""

import argparse
import json

import pytest

from tests.bench.bench_http import FEWEST, Load, report


def met(answers: int, *, wrong: str = "", each_s: float = 0.1) -> dict:
    load = Load()
    load.times += [each_s] * answers
    if wrong:
        load.wrong[wrong] += 3
    return load.row(2.0, 1.0)


def told(capsys, rows, *, as_json: bool = False) -> str:
    report(rows, "http://x", "embedded", argparse.Namespace(clients=20, seconds=2.0, json=as_json))
    return capsys.readouterr().out


def page(row: dict, read: dict) -> dict:
    return row | {f"reading_{key}": value for key, value in read.items()}


def test_many_answers_are_told_with_their_times_and_their_part_of_the_bare_limit(capsys):
    said = told(capsys, {"bare Flask": met(200), "page school": page(met(50), met(40))})

    assert "25/s  p50   100.0 ms  p95   100.0 ms" in said
    assert "0.25 of bare" in said
    assert "missed by: none; too few answers to say: 0" in said


@pytest.mark.parametrize("answers", [0, 1, FEWEST - 1])
def test_few_answers_are_told_as_few(capsys, answers):
    said = told(capsys, {"bare Flask": met(200), "page school": page(met(answers), met(answers, wrong="503"))})

    assert f"only {answers} answers in 2 s, too few to tell times" in said
    assert f"only {answers} answers in 2 s, too few to tell times (3× 503)" in said
    assert "missed by: none; too few answers to say: 1" in said


def test_without_a_bare_limit_no_ratio_is_made_up(capsys):
    said = told(capsys, {"bare Flask": met(0, wrong="ConnectionRefusedError"), "api me": met(50, wrong="500")})

    assert "of bare" not in said
    assert "there is no limit to compare with" in said
    assert "(3× 500)" in said


def test_slow_pages_miss_the_aim(capsys):
    said = json.loads(
        told(capsys, {"bare Flask": met(200), "page school": page(met(50), met(40, each_s=0.3))}, as_json=True)
    )

    assert said["missed"] == ["page school"]
    assert said["unknown"] == []
