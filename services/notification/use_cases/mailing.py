"""The use cases of mail: where a person's goes, proved by a code, and sending what waits."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from services.notification import deadline_views
from services.notification.deadline_views import DeadlineQuery
from services.notification.domain.deadlines import reach
from services.notification.domain.deadlines.addresses import address_of
from services.notification.domain.deadlines.wording import label_of
from services.notification.domain.digest import (
    DigestLine,
    Message,
    code_body,
    digest_body,
    is_address,
    message_id,
)
from services.notification.errors import AddressNotProved, NoMail, TooManyCodes
from services.notification.mail_store import CODE, GIVEN_UP, NOTHING, SENT, Mail, MailStore
from services.notification.ports import Mailer, SecretCipher
from services.notification.reminder_store import MailAddress
from services.notification.use_cases.deadlines import Deadlines, commune_of_school, state_of
from shared.clock import Clock, today
from shared.contracts.calls import Acknowledged, Nothing
from shared.contracts.calls.deadlines import ConfirmMailAddress, MailView, SetMailAddress
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import format_date
from shared.vocabulary.roles import SCHOOL_ROLES

CODE_S = 24 * 3600.0
MOST_TRIES = 5
CODES_A_DAY = 5
"""So many codes are sent for one person on a day, to whatever addresses: nobody's letter box is filled through us."""
MOST_ATTEMPTS = 12
LEASE_S = 120.0
"""A worker that took a mail and died gives it back after so long: longer than any server is waited for."""

_CODE_DIGITS = 8
SETTINGS_PAGE = "/tai-khoan/nhac-viec"


class Mailing:
    """Keeps addresses and sends mail; without a `mailer` the installation sends none."""

    def __init__(
        self,
        views: ReadModel,
        mails: MailStore,
        deadlines: Deadlines,
        clock: Clock,
        cipher: SecretCipher,
        mailer: Mailer | None,
        new_secret: Callable[[int], bytes],
        installation: str,
    ) -> None:
        self._views = views
        self._mails = mails
        self._deadlines = deadlines
        self._clock = clock
        self._cipher = cipher
        self._mailer = mailer
        self._new_secret = new_secret
        self._installation = installation

    # --- where a person's mail goes

    def mail(self, acting: CallContext, request: Nothing) -> MailView:
        """Return where the caller's mail goes."""
        kept = self._mails.address(acting.actor)
        if kept is None:
            return MailView(enabled=self._mailer is not None, address="", confirmed=False)
        address = self._open(kept.address, acting.actor)
        return MailView(enabled=self._mailer is not None, address=address, confirmed=kept.confirmed)

    def set_mail_address(self, acting: CallContext, request: SetMailAddress) -> MailView:
        """Keep an address, and send a code to it. Raises BadRequest, NoMail, TooManyCodes."""
        if self._mailer is None:
            raise NoMail("Người quản trị chưa đặt máy chủ thư ([mail] trong kiemdinh.toml). Chưa ghi gì.")
        address = request.address.strip()
        if not is_address(address):
            raise BadRequest("Địa chỉ thư không đúng dạng, như ten@coquan.gov.vn. Chưa ghi gì.", path="$.address")
        code = f"{int.from_bytes(self._new_secret(8)) % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"
        until = self._clock.now().timestamp() + CODE_S
        person = acting.actor
        kept = MailAddress(
            person=person,
            address=self._cipher.encrypt(address.encode(), _name(person)),
            confirmed=False,
            code=self._cipher.encrypt(code.encode(), _name(person)),
            code_until=until,
        )
        if not self._mails.ask_for_proof(kept, today(self._clock), most=CODES_A_DAY):
            raise TooManyCodes(f"Hôm nay đã gửi {CODES_A_DAY} mã. Chưa đổi gì. Đặt lại địa chỉ vào ngày mai.")
        return self.mail(acting, Nothing())

    def confirm_mail_address(self, acting: CallContext, request: ConfirmMailAddress) -> MailView:
        """Confirm the caller's address by the code that was sent there; raises AddressNotProved."""
        now, given = self._clock.now().timestamp(), request.code.strip()

        def matches(kept: MailAddress) -> bool:
            if not kept.code or kept.tries >= MOST_TRIES or now > kept.code_until:
                return False
            return hmac.compare_digest(self._open(kept.code, kept.person).encode(), given.encode())

        kept = self._mails.address(acting.actor)
        if kept is not None and not kept.confirmed and not self._mails.confirm(acting.actor, matches):
            raise AddressNotProved("Mã không đúng, đã hết hạn hoặc nhập sai quá 5 lần. Xem lại thư, hoặc xin mã mới.")
        return self.mail(acting, Nothing())

    def remove_mail_address(self, acting: CallContext, request: Nothing) -> Acknowledged:
        """Forget the caller's address and send nothing more."""
        self._mails.forget_address(acting.actor)
        return Acknowledged()

    # --- sending

    def send_one(self) -> bool:
        """Send one mail that waits, noted before and after; say whether there was one.

        Whoever dies in between leaves it to be sent again under the same Message-ID. Raises nothing that a server of mail
        brings about: it is tried again later, twelve times.
        """
        if self._mailer is None:
            return False
        now = self._clock.now().timestamp()
        mail = self._mails.claim(today(self._clock), now, now + LEASE_S)
        if mail is None:
            return False
        message = self._message(mail)
        if message is None:
            self._mails.settle(mail, NOTHING)
            return True
        if not mail.body:
            self._mails.write_body(mail, message.body)
        if self._mailer.send(message):
            self._mails.settle(mail, SENT)
        elif mail.attempts + 1 >= MOST_ATTEMPTS:
            self._mails.settle(mail, GIVEN_UP)
        else:
            self._mails.put_off(mail, now + min(60.0 * 2**mail.attempts, 3600.0))
        return True

    def _message(self, mail: Mail) -> Message | None:
        """Return what is to be sent; None when there is nobody to send it to, or nothing left to say."""
        kept = self._mails.address(mail.person)
        if kept is None or (mail.purpose != CODE and not kept.confirmed):
            return None
        page = self._deadlines.settings.portal + SETTINGS_PAGE
        if mail.purpose == CODE:
            subject, body = "Mã xác nhận địa chỉ nhận thư nhắc", code_body(self._open(kept.code, mail.person), page)
        else:
            lines = self._lines(mail)
            if not lines and not mail.body:
                return None
            subject = f"Các hạn cần biết ngày {format_date(mail.day)}"
            body = mail.body or digest_body(mail.day, lines, page)
        return Message(
            id=message_id(self._installation, mail.id),
            to=self._open(kept.address, mail.person),
            subject=subject,
            body=body,
            day=mail.day,
        )

    def _lines(self, mail: Mail) -> list[DigestLine]:
        """Return what a digest tells: what its person was told and is still owed."""
        told = {one.deadline for one in self._mails.told_in(mail)}
        found, schools = self._deadlines.standing(DeadlineQuery())
        with self._views.reading() as conn:
            held = deadline_views.holders(conn, mail.person).get(mail.person, [])
        at_school = bool(held) and all(one.role in SCHOOL_ROLES for one in held)
        communes, lines = commune_of_school(schools), list[DigestLine]()
        for one in found:
            deadline, due = one.deadline, one.deadline.due
            if deadline.id not in told or not one.is_owed or due is None:
                continue
            school = schools.get(deadline.school)
            path = address_of(deadline, reach.commune_of(deadline, communes), at_school=at_school)
            lines.append(
                DigestLine(
                    label=label_of(deadline, school.name if school else deadline.school),
                    due=due,
                    state=state_of(one, mail.day),
                    days_left=(due - mail.day).days,
                    address=self._deadlines.settings.portal + path if path else "",
                )
            )
        return sorted(lines, key=lambda line: (line.due, line.label))

    def _open(self, ciphertext: bytes, person: str) -> str:
        return self._cipher.decrypt(ciphertext, _name(person)).decode() if ciphertext else ""


def _name(person: str) -> str:
    return f"mail:{person}"
