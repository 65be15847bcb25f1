"""Nobody's words are lost: a form that is refused comes back as it was sent, with the refusal inside it.

It works on the page as it was rendered, so every form of the portal is covered and no template needs to know. Passwords,
hidden fields and files are never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser

import msgspec
from markupsafe import escape
from werkzeug.datastructures import MultiDict

BEGIN, END = "<!--loi-->", "<!--/loi-->"
"""Around the refusal, wherever the template put it (``parts.html``, problem_note)."""
_NOTE = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
VERSION_SEEN = "ban"
"""The hidden field of a form that says on which version it was filled in: a log position."""
_NOT_OURS = frozenset({"hidden", "password", "file", "submit", "button", "image", "reset"})
CONFIRMED = "chac"
"""What the page that asks first adds to a form (`services.portal.pages.confirmation`)."""
_TICKS = frozenset({"checkbox", "radio"})

Attributes = list[tuple[str, str | None]]


class _Form(msgspec.Struct, kw_only=True):
    """One form of the page: its hidden values, the names of its controls, the folds that hide it.

    `name` is its id: a control elsewhere on the page that names it (``form="…"``) is its own.
    """

    number: int
    name: str
    action: str
    sends: bool
    hidden: dict[str, str] = {}
    names: set[str] = set()
    buttons: set[tuple[str, str]] = set()
    folds: tuple[int, ...] = ()


def refill(html: str, path: str, sent: MultiDict[str, str], field: str = "") -> str:
    """Return the page with what was sent to `path` in the form that sent it, and the refusal at the top of that form.

    `field` names the control that the refusal is about. A page without such a form is returned as it is, with the refusal
    where its template put it.
    """
    reading = _Reading(html)
    form = _sender(reading.forms, path, sent)
    if form is None:
        return html
    note = _NOTE.search(html)
    if note is not None:
        html = html[: note.start()] + html[note.end() :]
    return _Writing(html, form, sent, field, note[1] if note else "").text


def _sender(forms: Iterable[_Form], path: str, sent: MultiDict[str, str]) -> _Form | None:
    """Return the form that was sent: the same hidden values (or button), and every field that came is one of its own.

    Which version was seen is no mark of the form: the page shows the newer one beside what was typed.
    """
    own = set(sent) - {"csrf", CONFIRMED}
    fitting = [
        form
        for form in forms
        if form.sends
        and form.action in {"", path}
        and all(sent.get(name) == value for name, value in form.hidden.items() if name != VERSION_SEEN)
        and all(name in form.names or name in form.hidden or (name, sent[name]) in form.buttons for name in own)
    ]
    return max(fitting, key=lambda form: len(form.hidden), default=None)


class _Reading(HTMLParser):
    """Learns which forms a page has."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self._inside = False
        self._open: list[int] = []
        self._folds = 0
        self._elsewhere: list[tuple[str, str, dict[str, str]]] = []
        self.feed(html)
        named = {form.name: form for form in self.forms if form.name}
        for name, tag, attributes in self._elsewhere:
            if name in named:
                self._control(named[name], tag, attributes)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._open.append(self._folds)
            self._folds += 1
        elif tag == "form":
            sends, action = attributes.get("method", "").lower() == "post", attributes.get("action", "").partition("?")[0]
            form = _Form(
                number=len(self.forms), name=attributes.get("id", ""), action=action, sends=sends, folds=tuple(self._open)
            )
            self.forms.append(form)
            self._inside = True
        elif attributes.get("name") not in {None, "csrf"}:
            if "form" in attributes:
                self._elsewhere.append((attributes["form"], tag, attributes))
            elif self._inside:
                self._control(self.forms[-1], tag, attributes)

    @staticmethod
    def _control(form: _Form, tag: str, given: dict[str, str]) -> None:
        name, value = given["name"], given.get("value", "")
        if tag == "button":
            form.buttons.add((name, value))
        elif given.get("type") == "hidden":
            form.hidden[name] = value
        else:
            form.names.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "details" and self._open:
            self._open.pop()


class _Writing(HTMLParser):
    """Writes a page out again as it was, but for one form."""

    def __init__(self, html: str, form: _Form, sent: MultiDict[str, str], field: str, note: str) -> None:
        super().__init__(convert_charrefs=False)
        self._form, self._sent, self._field, self._note = form, sent, field, note
        self._out: list[str] = []
        self._forms, self._folds = 0, 0
        self._inside = False
        self._area: str | None = None
        self._chosen: list[str] | None = None
        self._option: tuple[Attributes, list[str]] | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """The page."""
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        raw = self.get_starttag_text() or ""
        if tag == "details":
            raw = _tag(tag, [*_without(attrs, "open"), ("open", None)]) if self._folds in self._form.folds else raw
            self._folds += 1
        elif tag == "form":
            self._inside = self._forms == self._form.number
            self._forms += 1
            raw += self._note if self._inside else ""
        elif self._owns(tag, attrs):
            raw = self._filled(tag, attrs, raw)
        self._out.append(raw)

    def _owns(self, tag: str, attrs: Attributes) -> bool:
        if tag == "option":
            return self._chosen is not None
        named = dict(attrs).get("form")
        return self._inside if named is None else bool(named) and named == self._form.name

    def _filled(self, tag: str, attrs: Attributes, raw: str) -> str:
        attributes = {name: value or "" for name, value in attrs}
        name = attributes.get("name", "")
        if name and name == self._field:
            attrs = _joined([*_without(attrs, "aria-invalid"), ("aria-invalid", "true"), ("aria-describedby", "loi")])
            raw = _tag(tag, attrs)
        if tag == "option" and self._chosen is not None:
            return self._opened(attrs, attributes, raw)
        if tag == "select":
            self._chosen = self._sent.getlist(name) if name in self._sent else None
        elif tag == "textarea" and name in self._sent:
            self._area = self._sent[name]
        elif tag == "input":
            return self._input(attrs, attributes, raw)
        return raw

    def _input(self, attrs: Attributes, given: dict[str, str], raw: str) -> str:
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or kind in _NOT_OURS:
            return raw
        if kind in _TICKS:
            on = given.get("value", "on") in self._sent.getlist(name)
            return _tag("input", _without(attrs, "checked") + ([("checked", None)] if on else []))
        return _tag("input", [*_without(attrs, "value"), ("value", self._sent[name])]) if name in self._sent else raw

    def _opened(self, attrs: Attributes, given: dict[str, str], raw: str) -> str:
        if "value" in given:
            return _option(attrs, given["value"] in (self._chosen or []))
        self._option = (attrs, [])
        return ""

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        raw = self.get_starttag_text() or ""
        self._out.append(self._filled(tag, attrs, raw) if self._owns(tag, attrs) else raw)

    def handle_endtag(self, tag: str) -> None:
        if tag == "option" and self._option is not None:
            attrs, words = self._option
            self._option = None
            self._out.append(_option(attrs, "".join(words).strip() in (self._chosen or [])) + str(escape("".join(words))))
        if tag == "textarea" and self._area is not None:
            # A browser drops the first line end of a box.
            self._out.append("\n" * self._area.startswith(("\n", "\r")) + str(escape(self._area)))
            self._area = None
        self._inside = self._inside and tag != "form"
        self._chosen = None if tag == "select" else self._chosen
        self._out.append(f"</{tag}>")

    def _put(self, raw: str, text: str) -> None:
        if self._option is not None:
            self._option[1].append(text)
        elif self._area is None:
            self._out.append(raw)

    def handle_data(self, data: str) -> None:
        self._put(data, data)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};", unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};", unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        self._out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._out.append(f"<!{decl}>")


def _option(attrs: Attributes, chosen: bool) -> str:
    return _tag("option", _without(attrs, "selected") + ([("selected", None)] if chosen else []))


def _without(attrs: Attributes, name: str) -> Attributes:
    return [(key, value) for key, value in attrs if key != name]


def _joined(attrs: Attributes) -> Attributes:
    """Return attributes in which several aria-describedby are one."""
    said = " ".join(value or "" for name, value in attrs if name == "aria-describedby")
    return [*_without(attrs, "aria-describedby"), *([("aria-describedby", said)] if said else [])]


def _tag(tag: str, attrs: Attributes) -> str:
    given = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
    return f"<{tag}{given}>"
