"""Mail over SMTP (RFC 5321): one connection a mail, with STARTTLS unless the installation says otherwise."""

from __future__ import annotations

import datetime as dt
import email.policy
import email.utils
import smtplib
import ssl
from email.message import EmailMessage

import msgspec

from services.notification.domain.digest import Message
from shared.clock import VIETNAM
from shared.logs import Journal

STARTTLS, TLS, PLAIN = "starttls", "tls", "none"

journal = Journal("notification.mail")


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that takes mail: `security` is starttls, tls or none; without a `user` nobody signs in there."""

    host: str
    port: int
    sender: str
    security: str = STARTTLS
    user: str = ""
    password: str = ""
    timeout_s: float = 30.0

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


class SmtpMailer:
    """Hands mail to one server."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, message: Message) -> bool:
        """Hand over one mail; say whether the server took it."""
        try:
            with self._connected() as smtp:
                smtp.send_message(as_mail(message, self._server.sender))
        except (OSError, smtplib.SMTPException) as error:
            journal.warning("mail-not-taken", error=type(error).__name__)
            return False
        return True

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == TLS:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        try:
            if server.security == STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def as_mail(message: Message, sender: str) -> EmailMessage:
    """Return a mail as it is sent: plain text, dated by its day, never answered by a machine (RFC 3834)."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Message-ID"] = message.id
    mail["Date"] = email.utils.format_datetime(dt.datetime.combine(message.day, dt.time(6), VIETNAM))
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail
