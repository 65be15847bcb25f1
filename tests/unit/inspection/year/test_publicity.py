"""Notices and publicity: published for everybody, withdrawn, commented on by mass organisations alone."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors_year as e
from services.inspection.errors import VisitDateRefused
from shared.contracts.calls.year import publicity as p
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.roles import Role
from tests.unit.inspection.year.year_d_kit import (
    ECONOMY,
    ELSEWHERE,
    OFFICER,
    UNION,
    add_publicity,
    of_commune,
    publish,
    topics,
    village,
)

OTHER_UNION = of_commune(Role.MASS_ORGANISATION, actor="account-9")


@pytest.fixture
def application(team):
    return village(team)


def comment(application, number, text="Nên họp buổi tối.", who=UNION):
    return application.comment_notice(who, p.CommentNotice(notice=number, text=text)).id


def public(application, commune="NL01", **page):
    return application.public_items(p.PublicItemsRequest(commune=commune, **page))


def seen_by(application, who, **narrowed):
    return application.published_items(who, p.PublishedItemsRequest(**narrowed)).items


def withdraw(application, number, reason="Ghi nhầm ngày họp dân", who=OFFICER):
    return application.withdraw_notice(who, p.WithdrawNotice(notice=number, reason=reason))


def test_everybody_reads_what_is_published_the_newest_first(application):
    old = publish(application, title="Cũ", on=dt.date(2026, 10, 1))
    new = add_publicity(application, on=dt.date(2026, 11, 20), reach=400, section="II.3", link="https://xa.vn/tin?a=1")
    listed = public(application)
    assert ([one.id for one in listed.items], listed.total) == ([new, old], 2)
    assert (listed.items[0].link, listed.items[0].reach, listed.items[0].section) == ("https://xa.vn/tin?a=1", None, "")
    assert public(application, "BM").total == 0
    assert application.public_item(p.PublicItemRequest(notice=old)).title == "Cũ"


def test_the_same_words_again_are_the_same_notice(application):
    number = publish(application)
    assert publish(application, title=" họp  DÂN ") == number
    assert publish(application, body="20 giờ.") != number


def test_a_withdrawn_notice_is_gone_for_the_public_and_kept_for_offices(application):
    number = publish(application)
    gone = withdraw(application, number)
    assert (gone.withdrawn_on, gone.reason) == (dt.date(2026, 11, 24), "Ghi nhầm ngày họp dân")
    assert withdraw(application, number, "Một lý do khác") == gone
    assert public(application).total == 0
    with pytest.raises(e.NoticeUnknown):
        application.public_item(p.PublicItemRequest(notice=number))
    assert [one.id for one in seen_by(application, ECONOMY)] == [number]
    assert seen_by(application, UNION) == []
    with pytest.raises(e.NoticeGone):
        comment(application, number)
    with pytest.raises(e.NoticeGone):
        publish(application)


def test_a_comment_is_read_by_offices_and_its_author_until_the_office_shows_it(application):
    number = publish(application)
    made = comment(application, number)
    assert comment(application, number, " nên họp  buổi TỐI. ") == made
    read = {who.actor: [one.comments for one in seen_by(application, who)] for who in (OFFICER, UNION, OTHER_UNION)}
    assert [len(read[who.actor][0]) for who in (OFFICER, UNION, OTHER_UNION)] == [1, 1, 0]
    assert public(application).items[0].comments == []
    shown = p.ShowComment(notice=number, comment=made, shown=True)
    assert application.show_comment(OFFICER, shown).comments[0].shown
    (told,) = public(application).items[0].comments
    assert (told.text, told.person) == ("Nên họp buổi tối.", "")
    application.show_comment(OFFICER, shown)
    application.show_comment(OFFICER, p.ShowComment(notice=number, comment=made, shown=False))
    assert public(application).items[0].comments == []
    assert topics(application) == ["notice-published", "notice-commented", *["notice-comment-shown"] * 2]


def test_mass_organisations_of_another_commune_do_not_comment(application):
    number = publish(application)
    with pytest.raises(NotAllowed):
        comment(application, number, who=of_commune(Role.MASS_ORGANISATION, "BM", ("TH-X",)))
    with pytest.raises(NotAllowed):
        withdraw(application, number, who=ELSEWHERE)
    assert seen_by(application, ELSEWHERE) == []


def test_notices_and_publicity_are_listed_apart(application):
    notice, piece = publish(application), add_publicity(application)
    by_kind = {want: [one.id for one in seen_by(application, OFFICER, publicity=want)] for want in (True, False)}
    assert by_kind == {True: [piece], False: [notice]}
    assert seen_by(application, OFFICER, commune="NL01", year=2025) == []


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "x" * 301}, {"body": " "}])
def test_a_notice_without_words_is_refused(application, wrong):
    with pytest.raises(e.PublicityRefused):
        publish(application, **wrong)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "xa.vn/tin",
        "https://",
        "https://[",
        "https://x y.vn",
        "http://xa.vn/tin",
        "https://xa.vn@noi-khac.vn/tin",
        "https://noi-khac.vn\\@xa.vn/tin",
    ],
)
def test_a_link_that_is_no_address_of_the_web_is_refused(application, link):
    with pytest.raises(e.PublicityRefused):
        add_publicity(application, link=link)


def test_publicity_of_a_day_to_come_or_to_less_than_nobody_is_refused(application):
    with pytest.raises(VisitDateRefused):
        add_publicity(application, on=dt.date(2026, 11, 25))
    with pytest.raises(e.PublicityRefused):
        add_publicity(application, reach=-1)
    assert topics(application) == []


@pytest.mark.parametrize("number", ["", "tb-1", "0198f2c4-0000-7000-8000-00000000aaaa"])
def test_a_notice_that_is_none_is_not_found(application, number):
    for act in (lambda: withdraw(application, number), lambda: comment(application, number)):
        with pytest.raises(e.NoticeUnknown):
            act()
    with pytest.raises(e.NoticeUnknown):
        application.public_item(p.PublicItemRequest(notice=number))


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 201}, {"after": -1}])
def test_a_public_page_that_is_none_is_refused(application, page):
    with pytest.raises(BadRequest):
        public(application, **page)


def test_a_comment_of_no_words_and_one_that_is_none_are_refused(application):
    number = publish(application)
    with pytest.raises(BadRequest):
        comment(application, number, " ")
    with pytest.raises(e.NoticeUnknown):
        application.show_comment(OFFICER, p.ShowComment(notice=number, comment="không-có", shown=True))
