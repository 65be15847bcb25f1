"""A form that is refused comes back as it was sent, with the refusal in it, once: every form of every page."""

from __future__ import annotations

import html as entities
import re
from html.parser import HTMLParser

import pytest
from werkzeug.datastructures import MultiDict

from services.portal.pages.form_refill import refill
from shared.identity.permissions import RULES
from shared.problems import Problem
from tests.unit.pages.test_every_page import EVERY

READING = re.compile(
    r"\.(health|checkpoint|feed|status|criterion|explain|history|compare|prove|simulate|figures|evidence|register|council|"
    r"check_cycle|work_board|signed_paper|maintenance|maintenance_list|divergence)$|s$"
)
"""Operations that pages ask to show something; all others write."""
WRITING = {operation for operation in RULES if not READING.search(operation)} | {
    "assessment.judge",
    "assessment.state_figures",
    "assessment.state_conditions",
    "evidence.confirm_fields",
    "inspection.record_findings",
    "inspection.record_opinions",
    "inspection.agree_findings",
    "assessment.define_facets",
    "assessment.request_changes",
    "inspection.set_targets",
    "inspection.take_plan_proposals",
    "inspection.draft_synthesis",
    "inspection.write_synthesis",
    "inspection.send_synthesis",
    "notification.set_mail_address",
    "notification.confirm_mail_address",
    "notification.remove_mail_address",
}
SHOWN = (
    "evidence.document",
    "evidence.page",
    "evidence.search",
    "evidence.receipt",
    "evidence.page_to_correct",
    "evidence.pages_to_review",
    "assessment.school",
    "inspection.inspection",
    "inspection.registration",
    "inspection.commune_plan",
    "inspection.committee",
    "inspection.need",
    "evidence.open_work_photo_upload",
    "evidence.own_photo",
    "inspection.report_request",
    "inspection.synthesis",
    "inspection.target",
    "inspection.target_board",
    "inspection.task",
    "inspection.training",
    "notification.mail",
    "assessment.criterion_work",
    "assessment.work_board",
    "assessment.council",
    "assessment.plan",
    "assessment.facets",
)


class Refusal(Problem):
    """What every service says in these tests."""

    type = "thu-tu-choi"
    status = 422
    title = "Thử từ chối"


class Forms(HTMLParser):
    """The forms of a page that change something: action, and each control with its kind and value."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, list[dict[str, str]]]] = []
        self._inside = False
        self._area: dict[str, str] | None = None
        self._select: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method") == "post" and given.get("action") not in {"/ra", "/vao"}
            if self._inside:
                self.forms.append((given.get("action", ""), []))
        if not self._inside or "form" in given:  # a control that names a form is that form's, wherever it stands
            return
        if tag in {"input", "button"} and "name" in given:
            self.forms[-1][1].append({"kind": given.get("type", tag if tag == "button" else "text")} | given)
        elif tag == "select":
            self._select = given | {"kind": "select", "value": "", "options": ""}
            self.forms[-1][1].append(self._select)
        elif tag == "option" and self._select is not None:
            self._select["options"] += f"{given.get('value', '')}\n"
            if "selected" in given or not self._select["value"]:
                self._select["value"] = given.get("value", "")
        elif tag == "textarea":
            self._area = given | {"kind": "textarea", "value": ""}
            self.forms[-1][1].append(self._area)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area["value"] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"
        self._area = None if tag == "textarea" else self._area
        self._select = None if tag == "select" else self._select


def typed_into(controls: list[dict[str, str]]) -> dict[str, str]:
    """Fill a form in as a person would who types something of their own into every box and takes the last choice."""
    sent: dict[str, str] = {}
    for control in controls:
        name, kind, value = control.get("name", ""), control["kind"], control.get("value", "")
        if kind == "hidden":
            sent[name] = value
        elif kind == "button":
            # A button that only looks something up, or adds empty rows, is not the form's: there is nothing to refuse.
            if value not in {"tim", "them-hang"} and not any(c["kind"] == "button" and c["name"] in sent for c in controls):
                sent[name] = value
        elif kind in {"text", "search", "textarea"}:
            sent[name] = f"tôi gõ <{name}> & “thế”"
        elif kind in {"radio", "checkbox"}:
            sent[name] = value or "on"
        elif kind == "select":
            sent[name] = control["options"].strip().split("\n")[-1]
    return sent


def kept_in(html: str, sent: dict[str, str]) -> list[str]:
    """Return the names of what was typed and did not come back, in the form of the page that keeps the most."""
    lost = []
    for _, controls in Forms(html).forms:
        by_name: dict[str, list[dict[str, str]]] = {}
        for control in controls:
            by_name.setdefault(control.get("name", ""), []).append(control)
        lost.append(
            [n for n, v in sent.items() if n in by_name and not _keeps(by_name[n], v)]
            + [n for n in sent if n not in by_name]
        )
    return min(lost, key=len, default=list(sent))


def _keeps(controls: list[dict[str, str]], value: str) -> bool:
    if controls[0]["kind"] in {"radio", "checkbox"}:
        return any("checked" in c and (c.get("value") or "on") == value for c in controls)
    return controls[0]["kind"] in {"hidden", "button"} or controls[0].get("value", "").lstrip("\n") == value


@pytest.mark.parametrize(("role", "path"), [one for one in EVERY if one[0] is not None], ids=lambda one: str(one))
def test_what_was_typed_comes_back_with_the_refusal_once(enter, house, role, path):
    page = enter(role).get(path).text
    for action, controls in Forms(page).forms:
        if not any(c["kind"] in {"text", "textarea", "radio"} and c.get("name") != "csrf" for c in controls):
            continue
        if any(c["kind"] == "file" for c in controls) or action.startswith("/door"):
            continue
        browser = enter(role)
        house.rpc_client.problems.update(
            {name: Refusal("Thử từ chối. Chưa ghi gì.") for name in WRITING if name not in SHOWN}
        )
        sent = typed_into(controls) | {"chac": "co"}  # where a form asks first, it was confirmed
        sent["csrf"] = re.search(r'name="csrf" content="([^"]+)"', browser.get(path).text)[1]  # type: ignore[index]

        # A form without an action goes to the address of its page, with all that stands in it (HTML, form submission).
        response = browser.post(action or path, data=sent, headers={"Accept": "text/html"})

        assert response.status_code != 303, (path, action, response.location)
        if response.status_code == 409:
            continue  # both versions are shown, which has tests of its own
        assert response.text.count('role="alert"') == 1, (path, action)
        assert kept_in(response.text, {n: v for n, v in sent.items() if n not in {"csrf", "chac"}}) == [], (path, action)


FORM = (
    '<!doctype html><main><!--loi--><p id="loi">Sai</p><!--/loi--><form action="/khac" method="post"><input name="a"></form>'
    '<details class="x"><summary>Mở</summary><form method="post" action="/day"><input type="hidden" name="csrf" value="s">'
    '<input type="hidden" name="viec" value="moi"><label>A<input name="a" value="cu" aria-describedby="goi-y"/></label>'
    '<input type="password" name="p"><textarea name="b">c&#361; &amp; c</textarea>'
    '<select name="s"><option value="1" selected>Một</option><option value="2">Hai</option></select>'
    '<select name="t"><option>Một</option><option>Hai &amp; ba</option></select>'
    '<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="d" value="1">'
    '<svg viewBox="0 0 1 1"><path d="M0"/></svg><button name="nut" value="x">Gửi</button></form></details></main>'
)


def test_only_the_form_that_was_sent_is_filled_and_nothing_secret_or_hidden_is():
    sent = MultiDict(
        {
            "csrf": "khac",
            "viec": "moi",
            "a": '"><b>',
            "p": "mật khẩu",
            "b": "\nhai\ndòng",
            "s": "2",
            "t": "Hai & ba",
            "d": "1",
        }
    )
    out = refill(FORM, "/day", sent, "a")

    assert '<form action="/khac" method="post"><input name="a"></form>' in out
    assert '<details class="x" open>' in out
    assert '<form method="post" action="/day"><p id="loi">Sai</p>' in out
    assert out.count('id="loi"') == 1
    assert 'name="a" aria-invalid="true" aria-describedby="goi-y loi" value="&#34;&gt;&lt;b&gt;"' in out
    assert "mật khẩu" not in out
    assert 'name="csrf" value="s"' in out
    assert entities.unescape(re.search(r'name="b">(.*?)</textarea>', out, re.S)[1]) == "\n\nhai\ndòng"  # type: ignore[index]
    assert '<option value="1">Một</option><option value="2" selected>Hai</option>' in out
    assert "<option>Một</option><option selected>Hai &amp; ba</option>" in out
    assert '<input type="checkbox" name="c" value="1">' in out
    assert '<input type="checkbox" name="d" value="1" checked>' in out
    assert '<svg viewBox="0 0 1 1"><path d="M0"/></svg>' in out


@pytest.mark.parametrize("sent", [{"viec": "khac", "a": "x"}, {"viec": "moi", "la": "x"}, {"viec": "moi", "nut": "y"}])
def test_a_page_without_the_form_that_was_sent_stays_as_it_is(sent):
    assert refill(FORM, "/day", MultiDict(sent)) == FORM


def test_a_button_tells_which_form_was_sent():
    assert refill(FORM, "/day", MultiDict({"viec": "moi", "nut": "x"})) != FORM
