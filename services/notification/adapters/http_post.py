"""Posts webhooks with the standard library: to public addresses unless told otherwise, no redirects, bounded.

The name is resolved once, every address it gives is looked at, and the connection goes to the very address that was looked
at: a name that answers differently the second time (DNS rebinding) leads nowhere else.

Home-made for that: of a client library we would use the connection, and fight its redirects, pools and proxies.
"""

from __future__ import annotations

import enum
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from services.notification.domain.delivery import WebhookResponse
from services.notification.errors import AddressRefused

LONGEST_URL = 2000
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to be reached from everywhere."""
_RESERVED = tuple(ipaddress.ip_network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))
"""What Python 3.11 takes for public, beside IANA's special-purpose registries (RFC 6890, 7526, 9637)."""

_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fec0::/10",
    )
)  # fmt: skip
_METADATA = frozenset(
    ipaddress.ip_address(address) for address in ("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254")
)
"""Where clouds tell a machine its secrets, as far as that is not link-local: Azure, Alibaba, AWS and Google over IPv6."""

_UNSPECIFIED, _LOOPBACK = 0, 1
"""`::` and `::1`, which lie among the IPv4-compatible addresses and wrap nothing."""


class AddressReach(enum.IntEnum):
    """Where an address leads, from harmless to never."""

    PUBLIC = 0
    PRIVATE = 1
    NEVER = 2


class _NoAnswer(Exception):
    """The name does not resolve, or nobody answers."""


class HttpPoster:
    """Posts over HTTP/1.1, a fresh connection for every event.

    `allow_private_targets` lets loopback and private addresses through: for a receiver on the same machine or network that
    the administrator vouches for. Link-local addresses, the metadata of clouds, multicast and what is reserved stay closed
    all the same. `timeout_s` bounds the whole exchange, `largest_answer` the bytes read of an answer.
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

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookResponse:
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
            return WebhookResponse(status=answer.status, retry_after_s=_seconds(answer.getheader("retry-after")))
        except AddressRefused:
            return WebhookResponse(status=0, refused=True)
        except (_NoAnswer, OSError, http.client.HTTPException, ValueError):
            return WebhookResponse(status=0)
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
        """Return where the name leads; raises AddressRefused when it may not go there, _NoAnswer when it leads nowhere."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            entries = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _NoAnswer(str(error)) from error
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries]
        if not addresses:
            raise _NoAnswer(parts.netloc)
        self._admit(max(reach(address) for address in addresses))
        return [(address, port) for address in addresses]

    def _admit(self, worst: AddressReach) -> None:
        if worst is AddressReach.NEVER:
            raise AddressRefused(
                "Địa chỉ này thuộc vùng mà webhook không bao giờ gửi tới (link-local, multicast, dành riêng). "
                "Dùng địa chỉ khác."
            )
        if worst is AddressReach.PRIVATE and not self._allow_private:
            raise AddressRefused(
                "Địa chỉ này dẫn vào mạng nội bộ hoặc chính máy này. Dùng địa chỉ công khai, hoặc nhờ người quản trị đặt "
                "allow_private_targets = true trong mục [webhooks] của kiemdinh.toml rồi khởi động lại."
            )


def reach(address: Address) -> AddressReach:
    """Return where an address leads; one that wraps another (mapped, compatible, 6to4, Teredo, NAT64) leads where that does.

    What is neither known to be public nor known to be private is never posted to.
    """
    inner = _wrapped(address)
    if inner is not None:
        return reach(inner)
    if address in _METADATA or any(address in network for network in _RESERVED):
        return AddressReach.NEVER
    if any(address in network for network in _PRIVATE):
        return AddressReach.PRIVATE
    given_out = address.version == 4 or address in _UNICAST
    return AddressReach.PUBLIC if given_out and address.is_global and not address.is_multicast else AddressReach.NEVER


def _wrapped(address: Address) -> ipaddress.IPv4Address | None:
    # By number: from Python 3.13 on, `is_loopback` looks inside a mapped address, earlier ones do not.
    if isinstance(address, ipaddress.IPv4Address) or int(address) in {_UNSPECIFIED, _LOOPBACK}:
        return None
    if address in _NAT64 or address in _IPV4_COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


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
