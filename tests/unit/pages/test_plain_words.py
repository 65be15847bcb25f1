"""No id, digest or word of the machine stands in the face of those who work with a page; a fold may hold it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages.test_every_page import EVERY

_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I)
_DIGEST = re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b")
_IDS = re.compile(
    r"(?<![\w/.@-])(?:[a-z]+_[a-z_]+|" + "|".join(kind for kind in ScopeKind if kind != "so") + r")(?![\w/@-])"
)
"""What only programs call so: snake_case names of roles, states, scopes and figures."""
_SAID_SO = frozenset({"xa", "truong"})
"""Short scope names that are also syllables without accents: not searched for."""
_ENGLISH = re.compile(
    r"\b(?:document|layer|result|department|commune|school|met|not met|embedded|server|relay|lag|queue|consumer|head|true|"
    r"false|null|none|criterion|indicator|evidence|assessment|inspection|notification|identity|account|role|grant|token|event|feed|"
    r"digest|hash|position|status|error|warning|submitted|judged|recognition|engine|tesseract|mean|confidence|percent)\b"
)


class Visible(HTMLParser):
    """The text of a page that a reader sees without unfolding anything called "Chi tiết"."""

    _EMPTY = frozenset({"input", "meta", "link", "br", "img", "hr", "path", "circle", "rect", "use", "source", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._hidden: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._EMPTY:
            return
        given = dict(attrs)
        away = tag in {"script", "style", "svg", "title", "option", "textarea"} or "hidden" in given
        self._hidden.append(away or bool({"chi-tiet", "printfoot"} & set((given.get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._EMPTY and self._hidden:
            self._hidden.pop()
        if tag in {"p", "li", "td", "th", "dd", "dt", "div", "h1", "h2", "h3", "a", "label", "span"}:
            self.text += " "

    def handle_data(self, data: str) -> None:
        if not any(self._hidden):
            self.text += data


def offences(html: str) -> list[str]:
    """Return what of a page's visible text only a machine would say."""
    text = Visible(html).text
    found = _UUID.findall(text) + _DIGEST.findall(text)
    found += [word for word in _IDS.findall(text) if word not in _SAID_SO]
    return found + _ENGLISH.findall(text)


@pytest.mark.parametrize(("role", "path"), [one for one in EVERY if one[0] not in {Role.ADMINISTRATOR}], ids=str)
def test_people_read_words_of_their_work_only(enter, role, path):
    page = enter(role).get(path)
    assert page.status_code == 200
    found = offences(page.text)
    assert sorted(set(found)) == []
