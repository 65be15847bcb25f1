"""What `kiemdinh.toml` says reaches what it is said to, is bounded, has the defaults of before, and is documented."""

import json
import re
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from deploy.compose import tuning
from deploy.installation.settings import BadSettings, Profile, ReadingSettings, Settings, read_settings, write_settings
from services.evidence.adapters.reading_children import STALL_S, processors
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.protocol import ChildLimits
from services.evidence.settings import EvidenceSettings
from services.identity.settings import Lifetimes
from services.notification.domain.delivery import DeliveryRetryPolicy
from services.notification.settings import ReminderSettings
from shared.bus.events.sequence import RetryPolicy

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
SECTIONS = ("evidence", "reading", "identity", "events", "webhooks", "disk", "registration", "holidays", "reminders", "mail")

SAID = """\
profile = "embedded"
installation = "abc"

[evidence]
max_file_mib = 7
max_pages = 8
max_megapixels = 90
retention_years = 30
upload_ticket_hours = 2
download_ticket_minutes = 3

[reading]
children = 5
page_seconds = 11
cpu_seconds = 120
memory_mib = 1024

[identity]
session_idle_minutes = 6
session_hours = 5
invitation_days = 4
sign_in_link_minutes = 7

[events]
retries_s = [0.5, 2]
halted_retry_s = 30
feed_poll_s = 3
longest_wait_s = 2

[webhooks]
pauses_s = [1, 2, 3]
rest_s = 9
"""


@pytest.fixture
def said(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    path.write_text(SAID, encoding="utf-8")
    return read_settings(path)


def stalls(settings):
    with closing(tuning.reading_children(settings)) as children:
        return children.count, children._stall_s, children.limits.memory_bytes


def plain():
    return Settings(profile=Profile.EMBEDDED, installation="abc")


def test_what_is_said_reaches_every_part(said):
    assert tuning.evidence_settings(said, "https://cua.vn/") == EvidenceSettings(
        limits=FileLimits(max_bytes=7 * 1024**2, max_pages=8, max_pixels=90_000_000),
        retention_years=30,
        door="https://cua.vn/door",
        upload_ticket_s=7200,
        download_ticket_s=180,
    )
    assert tuning.child_limits(said) == ChildLimits(
        memory_bytes=1024**3, cpu_seconds=120, page_seconds=11, max_pages=8, max_pixels=90_000_000
    )
    assert stalls(said) == (5, 71, 1024**3)
    assert tuning.lifetimes(said) == Lifetimes(
        session_idle_s=360, session_absolute_s=5 * 3600, invitation_s=4 * 86400, one_time_link_s=420
    )
    assert tuning.consumer_retry_policy(said) == RetryPolicy(retries=(0.5, 2.0), halted=30, poll=3, longest=2)
    assert tuning.delivery_retry_policy(said) == DeliveryRetryPolicy(pauses_s=(1.0, 2.0, 3.0), rest_s=9)


def test_who_says_nothing_gets_what_the_parts_would_do_by_themselves():
    assert tuning.evidence_settings(plain(), "") == EvidenceSettings()
    assert tuning.child_limits(plain()) == ChildLimits()
    assert stalls(plain()) == (processors(), STALL_S, ChildLimits().memory_bytes)
    assert tuning.lifetimes(plain()) == Lifetimes()
    assert tuning.consumer_retry_policy(plain()) == RetryPolicy()
    assert tuning.delivery_retry_policy(plain()) == DeliveryRetryPolicy()


def test_a_file_of_the_version_before_which_says_none_of_it_opens(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    path.write_text('profile = "server"\ninstallation = "abc"\n\n[reading]\nreaders = 3\n\n[webhooks]\n', encoding="utf-8")

    assert read_settings(path) == Settings(profile=Profile.SERVER, installation="abc", reading=ReadingSettings(readers=3))


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("evidence", "retention_years = 0"),
        ("evidence", "max_file_mib = 5000"),
        ("reading", "page_seconds = 1"),
        ("identity", "session_hours = 1000"),
        ("events", "retries_s = [61]"),
        ("events", "feed_poll_s = 0"),
        ("webhooks", "pauses_s = [4000]"),
        ("identity", "sesion_hours = 3"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path, section, line):
    path = tmp_path / "kiemdinh.toml"
    path.write_text(f'profile = "server"\ninstallation = "abc"\n\n[{section}]\n{line}\n', encoding="utf-8")
    with pytest.raises(BadSettings, match=section):
        read_settings(path)


def test_a_new_file_names_what_may_be_set(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    write_settings(path, plain())
    text = path.read_text("utf-8")

    for section in SECTIONS:
        assert f"[{section}]" in text
        for name in getattr(plain(), section).__struct_fields__:
            assert re.search(rf"^(# )?{name} = ", text, re.MULTILINE), name


def documented():
    rows = re.findall(r"^\| `\[(\w+)\] (\w+)` \| (.*?) \| (.*?) \| .+ \|$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    return {(section, name): (default, bounds) for section, name, default, bounds in rows}


def bounds_of(kind):
    if isinstance(kind, msgspec.inspect.VarTupleType):
        return f"each {bounds_of(kind.item_type)}"
    if isinstance(kind, msgspec.inspect.BoolType):
        return "true, false"
    if isinstance(kind, msgspec.inspect.LiteralType):
        return ", ".join(sorted(kind.values))
    if isinstance(kind, msgspec.inspect.DateType):
        return "a day"
    if isinstance(kind, msgspec.inspect.StrType):
        return "text"
    if isinstance(kind, msgspec.inspect.DictType):
        return f"for each name: {bounds_of(kind.value_type)}"
    return f"{kind.ge:g} … {kind.le:g}" if kind.le is not None else f"≥ {kind.ge:g}"


def told(value):
    if isinstance(value, tuple) and len(value) > 10:
        return "5, 30, 120, 600, 1800, then 33 × 3600"
    if value in ((), "", {}):
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and isinstance(value[0], str):
        return ", ".join(value)
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else json.dumps(value)


def test_the_table_of_settings_says_their_defaults_and_bounds():
    settings, expected = plain(), {}
    for section in SECTIONS:
        mine = getattr(settings, section)
        for field in msgspec.inspect.type_info(type(mine)).fields:
            expected[section, field.name] = (told(getattr(mine, field.name)), bounds_of(field.type))

    assert documented() == expected


def test_how_long_it_is_kept_what_people_were_told_is_said_in_the_file_within_bounds(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    said = 'profile = "server"\ninstallation = "abc"\n\n[reminders]\nkeep_days = {}\n'
    path.write_text(said.format(900), encoding="utf-8")

    assert tuning.reminder_settings(read_settings(path), "").keep_days == 900
    assert tuning.reminder_settings(plain(), "").keep_days == ReminderSettings().keep_days

    path.write_text(said.format(899), encoding="utf-8")
    with pytest.raises(BadSettings, match="keep_days"):
        read_settings(path)
