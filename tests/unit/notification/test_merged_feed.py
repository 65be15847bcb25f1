"""The merged feed: every event once and in order, by scope, by type, page after page."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.domain import feed
from services.notification.errors import AddressRefused
from services.notification.use_cases.feed import LOOKED_THROUGH
from shared.clock import FixedClock
from shared.contracts.calls.notification import MergedFeedRequest
from shared.contracts.events.base import CloudEvent, event_id, from_json, source_urn
from shared.eventlog.application import AlreadyReceived
from shared.identity.call_context import CallContext, Grant, system
from shared.problems import BadRequest
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

NOON = dt.datetime(2026, 9, 14, 5, 0, tzinfo=dt.UTC)
ADMINISTRATOR = system("test")
GRANTED = "vn.kiemdinh.assessment.recognition-granted.v1"
JUDGED = "vn.kiemdinh.assessment.indicator-judged.v1"


class NoPoster:
    def check(self, url):
        if "refused" in url:
            raise AddressRefused

    def post(self, url, headers, body):
        raise AssertionError


def application(**options):
    made = NotificationApplication(
        StoreSettings("sqlite://"),
        options.pop("clock", FixedClock(NOON)),
        installation="thu",
        views_url=options.pop("views_url", "sqlite://"),
        poster=options.pop("poster", NoPoster()),
        secret_cipher=AesGcmCipher(b"k" * 32),
        **options,
    )
    return closed_later(made)


def event(service="assessment", sequence=1, fact="indicator-judged", **data):
    source = source_urn("thu", service)
    return CloudEvent(
        id=event_id(source, sequence),
        source=source,
        type=f"vn.kiemdinh.{service}.{fact}.v1",
        subject="school/TH-BC",
        time=NOON,
        recordedtime=NOON,
        sequence=sequence,
        correlationid="c",
        causationid="b",
        data=data or {"school": "TH-BC"},
    )


def grant(role, kind, scope="", schools=()):
    return CallContext(actor="a", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=schools),))


def read(app, acting=ADMINISTRATOR, **request):
    answer = app.feed(acting, MergedFeedRequest(**request))
    return [from_json(text.encode()) for text in answer.events], answer


def test_what_a_source_said_is_kept_under_its_own_sequence():
    app = application()
    for sequence in (1, 2, 3):
        app.receive(event(sequence=sequence))
    app.receive(event("evidence", 1))

    versions = [logged.entry.originator_version for logged in app.log.read(0)]
    assert versions == [1, 2, 3, 1]


def test_events_of_several_sources_get_dense_positions_in_the_order_of_arrival():
    app = application()
    for one in (event("evidence", 1), event("assessment", 1), event("evidence", 2)):
        app.receive(one)

    events, answer = read(app)

    assert [(e.position, e.service, e.sequence) for e in events] == [
        (1, "evidence", 1),
        (2, "assessment", 1),
        (3, "evidence", 2),
    ]
    assert (answer.next_after, answer.head) == (3, 3)
    assert app.received_position("evidence") == 2
    assert app.received_position("identity") == 0


def test_an_event_comes_out_as_it_went_in_but_for_its_position():
    app = application()
    given = event("assessment", 1, "recognition-granted", school="TH-BC", degree=1, decided_on="2026-09-14")
    app.receive(given)

    events, _ = read(app)

    assert events == [msgspec.structs.replace(given, position=1)]


def test_an_event_received_twice_is_in_the_feed_once():
    app = application()
    app.receive(event(sequence=1))

    with pytest.raises(AlreadyReceived):
        app.receive(event(sequence=1))

    assert app.log.head() == 1


def test_who_relayed_and_why_is_kept_with_the_event():
    app = application()
    app.receive(event(sequence=1))

    meta = app.log.read(0)[0].entry.meta

    assert (meta.actor, meta.occurred, meta.correlation) == ("system:notification", NOON, "c")
    assert meta.cause == event(sequence=1).id


def test_pages_lead_from_one_to_the_next():
    app = application()
    for sequence in range(1, 8):
        app.receive(event(sequence=sequence))

    seen, after = [], 0
    while True:
        events, answer = read(app, after=after, limit=3)
        if not events:
            break
        seen += [e.position for e in events]
        after = answer.next_after

    assert seen == list(range(1, 8))
    assert answer.next_after == answer.head == 7


def test_a_page_may_be_narrowed_by_type():
    app = application()
    for sequence in range(1, 7):
        app.receive(event(sequence=sequence, fact="recognition-granted" if sequence % 3 == 0 else "indicator-judged"))

    events, answer = read(app, types=[GRANTED], limit=1)
    assert ([e.position for e in events], answer.next_after) == ([3], 3)
    events, answer = read(app, types=[GRANTED, "vn.kiemdinh.nothing.v1"])
    assert ([e.position for e in events], answer.next_after) == ([3, 6], 6)
    events, answer = read(app, types=["vn.kiemdinh.nothing.v1"], after=2)
    assert (events, answer.next_after, answer.head) == ([], 6, 6)


def test_a_rare_type_is_looked_for_a_stretch_at_a_time(monkeypatch):
    monkeypatch.setattr("services.notification.use_cases.feed.LOOKED_THROUGH", 4)
    monkeypatch.setattr("services.notification.use_cases.feed._BATCH", 2)
    assert LOOKED_THROUGH > 4
    app = application()
    for sequence in range(1, 8):
        app.receive(event(sequence=sequence, fact="recognition-granted" if sequence == 7 else "indicator-judged"))

    events, answer = read(app, types=[GRANTED])
    assert (events, answer.next_after, answer.head) == ([], 4, 7)
    events, answer = read(app, types=[GRANTED], after=4)
    assert [e.position for e in events] == [7]


def test_an_empty_feed_and_its_end_answer_with_nothing():
    app = application()
    assert read(app)[1].next_after == 0
    app.receive(event(sequence=1))
    events, answer = read(app, after=9)
    assert (events, answer.next_after, answer.head) == ([], 9, 9)


@pytest.mark.parametrize("request_", [{"after": -1}, {"limit": 0}, {"limit": 1001}])
def test_impossible_pages_are_refused(request_):
    with pytest.raises(BadRequest):
        read(application(), **request_)


SEEN_BY = [
    ("their own school", grant(Role.CLERK, ScopeKind.SCHOOL, "TH-BC"), {"school": "TH-BC"}, "evidence", True),
    ("not another school", grant(Role.CLERK, ScopeKind.SCHOOL, "TH-BC"), {"school": "MN-HS"}, "evidence", False),
    (
        "a school of the commune",
        grant(Role.INSPECTOR, ScopeKind.COMMUNE, "X1", ("TH-BC",)),
        {"school": "TH-BC"},
        "inspection",
        True,
    ),
    (
        "a school of another commune",
        grant(Role.INSPECTOR, ScopeKind.COMMUNE, "X1", ("TH-BC",)),
        {"school": "Z"},
        "inspection",
        False,
    ),
    ("their own commune", grant(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "X1"), {"commune": "X1"}, "assessment", True),
    ("not another commune", grant(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "X1"), {"commune": "X2"}, "assessment", False),
    (
        "every school for the department",
        grant(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT),
        {"school": "Z"},
        "assessment",
        True,
    ),
    (
        "no accounts for the department",
        grant(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT),
        {"account": "p"},
        "identity",
        False,
    ),
    ("accounts for the auditor", grant(Role.AUDITOR, ScopeKind.INSTALLATION), {"account": "p"}, "identity", True),
    ("all of it for a subscriber", grant(Role.SUBSCRIBER, ScopeKind.INSTALLATION), {"school": "Z"}, "assessment", True),
    ("what is about no place", grant(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT), {"other": 1}, "assessment", True),
    ("nothing about no place", grant(Role.CLERK, ScopeKind.SCHOOL, "TH-BC"), {"other": 1}, "assessment", False),
    ("nothing without a role", CallContext(actor="a"), {"school": "TH-BC"}, "assessment", False),
]


@pytest.mark.parametrize(
    ("acting", "data", "service", "seen"), [one[1:] for one in SEEN_BY], ids=[one[0] for one in SEEN_BY]
)
def test_everybody_sees_what_their_scope_reaches(acting, data, service, seen):
    app = application()
    app.receive(event(service, 1, "something", **data))

    events, answer = read(app, acting)

    assert bool(events) is seen
    assert answer.next_after == 1


def test_recognitions_are_public():
    stranger = CallContext(actor="a", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="MN-HS"),))

    assert feed.may_see(stranger, event(fact="recognition-granted", school="TH-BC"))
    assert feed.may_see(stranger, event(fact="recognition-revoked", school="TH-BC"))


def test_what_the_log_holds_is_published_with_its_position():
    app = application()
    app.receive(event(sequence=1))

    assert app.published(app.log.read(0)[0]).position == 1
    assert app.event_at(1).sequence == 1


OF_A_YEAR = {"commune": "X1", "year": 2027}
OF_THE_COMMUNE = [
    ("task-given", "inspection", {**OF_A_YEAR, "task": "t"}),
    ("difficulty-raised", "inspection", {**OF_A_YEAR, "school": "TH-BC"}),
    ("recommendation-made", "inspection", {"school": "TH-BC"}),
    ("indicator-judged", "assessment", {"school": "TH-BC"}),
    ("document-received", "evidence", {"school": "TH-BC"}),
    ("person-of-commune-recorded", "identity", {"commune": "X1", "person": "p"}),
    ("school-closed", "assessment", {"school": "TH-BC"}),
    ("notice-published", "inspection", {**OF_A_YEAR, "notice": "n"}),
    ("recognition-granted", "assessment", {"school": "TH-BC"}),
]


def seen_of_the_commune(role):
    acting = grant(role, ScopeKind.COMMUNE, "X1", ("TH-BC",))
    return [fact for fact, service, data in OF_THE_COMMUNE if feed.may_see(acting, event(service, fact=fact, **data))]


def test_mass_organisations_see_what_is_published_and_nothing_of_the_communes_work():
    assert seen_of_the_commune(Role.MASS_ORGANISATION) == ["notice-published", "recognition-granted"]


@pytest.mark.parametrize("role", [Role.ECONOMIC_OFFICE, Role.STEERING_COMMITTEE])
def test_who_works_for_the_year_sees_the_year_and_no_step_of_an_assessment_or_a_visit(role):
    assert seen_of_the_commune(role) == [
        "task-given",
        "difficulty-raised",
        "school-closed",
        "notice-published",
        "recognition-granted",
    ]


def test_an_evaluator_sees_the_visited_school_and_nothing_of_its_communes_year():
    acting = grant(Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, "", ("TH-BC",))
    seen = [fact for fact, service, data in OF_THE_COMMUNE if feed.may_see(acting, event(service, fact=fact, **data))]
    assert "recommendation-made" in seen
    assert not {"task-given", "difficulty-raised"} & set(seen)


@pytest.mark.parametrize("role", [Role.COMMUNE_LEADER, Role.COMMUNE_OFFICER])
def test_leader_and_officer_of_a_commune_see_all_of_it(role):
    assert seen_of_the_commune(role) == [fact for fact, _, _ in OF_THE_COMMUNE]


def test_a_notice_of_another_commune_is_not_in_the_feed_of_a_mass_organisation():
    acting = grant(Role.MASS_ORGANISATION, ScopeKind.COMMUNE, "X1")

    assert not feed.may_see(acting, event("inspection", fact="notice-published", commune="X2", year=2027, notice="n"))
