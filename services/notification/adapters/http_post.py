"""Posts webhooks with the standard library: to public addresses only, no redirects, bounded in time and size.

The name is resolved once, every address it gives is looked at, and the connection goes to the very address that was looked
at: a name that answers differently the second time (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from services.notification.domain.delivery import Reply
from services.notification.errors import AddressRefused

LONGEST_URL = 2000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _NoAnswer(Exception):
    """The name does not resolve, or nobody answers."""


class HttpPoster:
    """Posts over HTTP/1.1, a fresh connection for every event.

    `allow_private_targets` lets loopback and private addresses through: for a receiver on the same machine or network that
    the administrator vouches for. `timeout_s` bounds the whole exchange, `largest_answer` the bytes read of an answer.
    """

    def __init__(
        self, *, allow_private_targets: bool = False, timeout_s: float = 10.0, largest_answer: int = 64 * 1024
    ) -> None:
        self._allow_private = allow_private_targets
        self._timeout = timeout_s
        self._largest = largest_answer

    def check(self, url: str) -> None:
        parts = _parts(url)
        try:
            self._addresses(parts)
        except _NoAnswer as error:
            raise AddressRefused("Không tìm thấy máy của địa chỉ này. Kiểm tra lại tên máy.") from error

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection: http.client.HTTPConnection | None = None
        timer: threading.Timer | None = None
        try:
            parts = _parts(url)
            connection = self._connect(parts)
            # A receiver that sends a byte now and then would never run into the socket's own timeout.
            timer = threading.Timer(self._timeout, _cut, args=(connection.sock,))
            timer.daemon = True
            timer.start()
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            answer.read(self._largest)
            return Reply(status=answer.status, retry_after_s=_seconds(answer.getheader("retry-after")))
        except (AddressRefused, _NoAnswer, OSError, http.client.HTTPException, ValueError):
            return Reply(status=0)
        finally:
            if timer is not None:
                timer.cancel()
            if connection is not None:
                connection.close()

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        """Return a connection, open to one of the addresses that were looked at."""
        host = parts.hostname or ""
        failure: OSError | None = None
        for address, port in self._addresses(parts):
            try:
                sock: socket.socket = socket.create_connection((str(address), port), self._timeout)
            except OSError as error:
                failure = error
                continue
            try:
                if parts.scheme == "https":
                    sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            except OSError:
                sock.close()
                raise
            return _opened(sock, host, parts)
        raise _NoAnswer(str(failure))

    def _addresses(self, parts: SplitResult) -> list[tuple[Address, int]]:
        """Return where the name leads; raises AddressRefused when it leads inside, _NoAnswer when it leads nowhere."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _NoAnswer(str(error)) from error
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise AddressRefused(
                "Địa chỉ này dẫn vào mạng nội bộ. Dùng địa chỉ công khai, hoặc nhờ người quản trị cho phép."
            )
        if not addresses:
            raise _NoAnswer(parts.netloc)
        return [(address, port) for address in addresses]


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet, also when it wraps another (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("Địa chỉ phải là http:// hoặc https://, viết bằng chữ không dấu, không có dấu cách.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Không để tên và mật khẩu trong địa chỉ. Chữ ký đã chứng thực bên gửi.")
    return parts


def _opened(sock: socket.socket, host: str, parts: SplitResult) -> http.client.HTTPConnection:
    """Return an HTTP connection over an open socket; the host goes into the request, not to a resolver."""
    default = 443 if parts.scheme == "https" else 80
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, parts.port or default)
    connection.sock = sock
    connection.auto_open = 0  # it must never connect by itself, to wherever the name leads then
    return connection


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already


def _seconds(text: str | None) -> float:
    """Read a Retry-After in seconds; dates (RFC 9110 allows them) are not worth the trouble here."""
    return float(text) if text is not None and text.isdecimal() and len(text) < 7 else 0.0
