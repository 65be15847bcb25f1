"""What a refusal says, it says once, and it says what to do next: every kind of problem there is."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import services
import shared
from services.portal.pages.formatting import said
from shared.problems import BadRequest, Problem
from shared.text import fold


def _kinds() -> list[type[Problem]]:
    for package in (services, shared):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] in {"errors", "problems", "answers", "entering", "model"}:
                importlib.import_module(module.name)
    found, waiting = [], [Problem]
    while waiting:
        kind = waiting.pop()
        # A kind with arguments of its own words itself.
        if kind.__module__.split(".")[0] in {"services", "shared"} and kind.__init__ is Problem.__init__:
            found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(set(found), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


KINDS = _kinds()


def test_there_are_many_kinds():
    assert len(KINDS) > 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("more", [None, "", ". Chưa ghi gì.", ", 0 byte. Chưa ghi gì."])
def test_a_problem_says_its_title_once_and_what_to_do_next(kind, more):
    problem = kind() if more is None else kind(f"{kind.title.rstrip('.')}{more}")
    first, rest = said(problem)

    whole = fold(f"{first} {rest}")
    assert whole.count(fold(problem.title.rstrip("."))) == 1
    assert first.endswith(".")
    assert rest


def test_a_form_that_was_filled_in_wrongly_is_told_what_is_missing_not_that_a_form_has_a_form():
    assert said(BadRequest("Thiếu tên trường. Chưa ghi gì.")) == ("Thiếu tên trường.", "Chưa ghi gì.")


@pytest.mark.parametrize("path", ["/khong-co-trang-nay", "/truong/KHONG-CO"])
def test_the_page_of_an_error_says_it_once_and_keeps_the_navigation(enter, path):
    from shared.vocabulary.roles import Role

    page = enter(Role.HEAD).get(path).text
    heading = page[page.index("<h1>") + 4 : page.index("</h1>")]

    assert page[page.index("<body") :].count(heading.rstrip(".")) == 1
    assert 'aria-label="Chính"' in page


def test_a_wrong_password_is_told_once(enter):
    import re

    guest = enter(None)
    csrf = re.search(r'name="csrf" value="([^"]+)"', guest.get("/vao").text)
    assert csrf
    page = guest.post("/vao", data={"csrf": csrf[1], "login": "van.thu", "password": "sai"}).text

    assert page.count("Sai tên đăng nhập hoặc mật khẩu") == 1
