"""Digests sent to a real mail server on this machine: once a person and day, and under one Message-ID whatever is killed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email
import email.policy
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from services.notification.adapters.smtp import PLAIN, MailServer, SmtpMailer
from services.notification.errors import AddressNotProved, NoMail, TooManyCodes
from services.notification.settings import ReminderSettings
from shared.clock import FixedClock
from shared.contracts.calls import Nothing
from shared.contracts.calls.deadlines import ConfirmMailAddress, SetMailAddress
from shared.problems import BadRequest
from tests.opened import closed_later
from tests.unit.notification.deadline_kit import MONDAY, Town, acting, noon, opened

DAY = dt.timedelta(days=1)
PROCESS = Path(__file__).parents[2] / "chaos" / "reminding_process.py"
PORTAL = "https://kiemdinh.vi-du.vn"


class Postbox:
    """Keeps what a mail server was given; `after` is called once a mail was taken, before the sender hears of it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusing = False
        self.after: threading.Event | None = None
        self.held = threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        if self.refusing:
            return "451 Thu lai sau"
        taken = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(taken, EmailMessage)
        self.mails.append(taken)
        self.held.set()
        if self.after is not None:
            await asyncio.to_thread(self.after.wait)
        return "250 Da nhan"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox) -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield MailServer(host="127.0.0.1", port=port, sender="nhac@vi-du.vn", security=PLAIN)
    controller.stop()


def town_with_mail(server: MailServer, store: str = "sqlite://", views: str = "sqlite://") -> Town:
    clock = FixedClock(noon(MONDAY))
    made = opened(
        store, views, clock=clock, mailer=SmtpMailer(server), reminders=ReminderSettings(portal=PORTAL)
    )  # fmt: skip
    return Town(closed_later(made), clock=clock)


def send_all(town: Town) -> None:
    while town.application.send_one():
        pass


def prove(town: Town, postbox: Postbox, person: str = "xa") -> None:
    """Let a person ask for mail and confirm the address by the code that came."""
    town.application.set_mail_address(acting(person), SetMailAddress(address=f"{person}@vi-du.vn"))
    send_all(town)
    code = re.search(r"\d{8}", postbox.mails.pop().get_content())
    assert code
    town.application.confirm_mail_address(acting(person), ConfirmMailAddress(code=code[0]))


def test_a_person_who_asked_gets_one_digest_a_day_with_labels_days_and_links(server, postbox):
    town = town_with_mail(server)
    prove(town, postbox)
    town.task("t1", MONDAY + 7 * DAY)
    town.task("t2", MONDAY + 30 * DAY, "MN-SM")

    town.remind(MONDAY)
    send_all(town)
    town.remind(MONDAY)
    send_all(town)

    (mail,) = postbox.mails
    body = mail.get_content()
    assert (mail["To"], mail["From"]) == ("xa@vi-du.vn", "nhac@vi-du.vn")
    assert "Tiểu học Bản Chuông: báo cáo việc được giao" in body
    assert "hạn 21/9/2026, còn 7 ngày" in body
    assert f"{PORTAL}/xa/NL/viec/t1" in body


def test_two_tasks_of_a_school_on_one_day_are_told_apart_in_a_digest(server, postbox):
    town = town_with_mail(server)
    prove(town, postbox)
    town.task("t1", MONDAY + 7 * DAY)
    town.task("t2", MONDAY + 7 * DAY)

    town.remind(MONDAY)
    send_all(town)

    (mail,) = postbox.mails
    body = mail.get_content()
    assert "báo cáo việc được giao (việc thứ 1 năm 2026, giao 14/9/2026)" in body
    assert "báo cáo việc được giao (việc thứ 2 năm 2026, giao 14/9/2026)" in body


def test_nobody_who_did_not_ask_or_did_not_confirm_gets_mail(server, postbox):
    town = town_with_mail(server)
    town.application.set_mail_address(acting("truong-bc"), SetMailAddress(address="truong@vi-du.vn"))
    send_all(town)
    postbox.mails.clear()
    town.task("t1", MONDAY + 7 * DAY)

    town.remind(MONDAY)
    send_all(town)

    assert postbox.mails == []


def test_a_code_is_good_for_five_tries_and_a_day(server, postbox):
    town = town_with_mail(server)
    town.application.set_mail_address(acting("xa"), SetMailAddress(address="xa@vi-du.vn"))
    send_all(town)
    code = re.search(r"\d{8}", postbox.mails[0].get_content())
    assert code

    for _ in range(5):
        with pytest.raises(AddressNotProved):
            town.application.confirm_mail_address(acting("xa"), ConfirmMailAddress(code="00000000"))

    with pytest.raises(AddressNotProved):
        town.application.confirm_mail_address(acting("xa"), ConfirmMailAddress(code=code[0]))


def test_nobody_has_more_than_five_codes_a_day_sent_wherever_to_and_taking_the_address_back_does_not_help(server, postbox):
    town = town_with_mail(server)
    for number in range(5):
        town.application.set_mail_address(acting("xa"), SetMailAddress(address=f"ai-{number}@vi-du.vn"))
        send_all(town)
        town.application.remove_mail_address(acting("xa"), Nothing())

    with pytest.raises(TooManyCodes):
        town.application.set_mail_address(acting("xa"), SetMailAddress(address="ai-5@vi-du.vn"))

    assert [mail["To"] for mail in postbox.mails] == [f"ai-{number}@vi-du.vn" for number in range(5)]
    town.application.set_mail_address(acting("truong-bc"), SetMailAddress(address="truong@vi-du.vn"))


@pytest.mark.parametrize("address", ["", "khong-phai", "a@b", "a@b.vn\nBcc: c@d.vn", f"{'a' * 65}@b.vn"])
def test_what_is_no_address_is_refused(server, postbox, address):
    with pytest.raises(BadRequest):
        town_with_mail(server).application.set_mail_address(acting("xa"), SetMailAddress(address=address))


def test_an_installation_without_a_server_takes_no_address():
    with pytest.raises(NoMail):
        Town().application.set_mail_address(acting("xa"), SetMailAddress(address="xa@vi-du.vn"))


def test_what_was_done_meanwhile_is_not_in_the_mail(server, postbox):
    town = town_with_mail(server)
    prove(town, postbox)
    town.task("t1", MONDAY + 7 * DAY)
    town.remind(MONDAY)

    town.tell("inspection.task-accepted", commune="NL", year=2026, task="t1", school="TH-BC", unit="")
    send_all(town)

    assert postbox.mails == []


def test_whoever_takes_the_address_back_gets_nothing_and_nothing_of_it_is_kept(server, postbox):
    town = town_with_mail(server)
    prove(town, postbox)
    town.task("t1", MONDAY + 7 * DAY)
    town.remind(MONDAY)

    town.application.remove_mail_address(acting("xa"), Nothing())
    send_all(town)

    assert postbox.mails == []
    assert town.application.mail(acting("xa"), Nothing()).address == ""


def test_a_server_that_will_not_take_a_mail_is_asked_again_later(server, postbox):
    town = town_with_mail(server)
    prove(town, postbox)
    town.task("t1", MONDAY + 7 * DAY)
    town.remind(MONDAY)

    postbox.refusing = True
    send_all(town)
    postbox.refusing = False
    at_once = town.application.send_one()
    town.clock.move(dt.timedelta(minutes=2))
    send_all(town)

    assert not at_once
    assert len(postbox.mails) == 1


def test_a_sender_killed_after_the_server_took_it_sends_the_same_words_under_the_same_id(server, postbox, tmp_path):
    store, views = f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    town = town_with_mail(server, store, views)
    prove(town, postbox)
    for number in range(5):
        town.task(f"t{number}", MONDAY + 7 * DAY)
    town.remind(MONDAY)
    postbox.after = threading.Event()
    postbox.held.clear()

    with _sender(store, views, server.port) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write(f"{MONDAY.isoformat()}\n")
        child.stdin.flush()
        assert postbox.held.wait(30)
        child.kill()
    postbox.after.set()
    postbox.after = None
    town.task("t9", MONDAY + 7 * DAY)
    town.remind(MONDAY)
    town.clock.move(dt.timedelta(minutes=5))
    send_all(town)
    town.clock.move(DAY)
    send_all(town)

    by_id = {mail["Message-ID"]: mail.get_content() for mail in postbox.mails}
    assert len(postbox.mails) == 3
    assert len(by_id) == 2
    assert postbox.mails[0].get_content() == postbox.mails[1].get_content()
    assert [body.count("báo cáo việc được giao") for body in by_id.values()] == [5, 1]


@contextlib.contextmanager
def _sender(store: str, views: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process that sends mail; it is dead at the end."""
    command = [sys.executable, str(PROCESS), store, views, "mail", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        yield child
        child.kill()
