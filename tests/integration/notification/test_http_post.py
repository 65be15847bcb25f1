"""Posting to real receivers on this machine, and to none that hide inside the network."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import ssl
import subprocess
import threading
import time

import pytest

from services.notification.adapters import http_post
from services.notification.adapters.http_post import AddressReach, HttpPoster, reach
from services.notification.domain.delivery import WebhookResponse
from services.notification.errors import AddressRefused


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["content-length"])
        self.server.received.append((self.path, dict(self.headers), self.rfile.read(length)))
        self.server.answer(self)

    def log_message(self, *arguments):
        pass


def answer_with(status, headers=(), body=b""):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.received = []
    server.answer = answer_with(204)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url_of(server, path="/nhan?a=1", scheme="http", host="127.0.0.1"):
    return f"{scheme}://{host}:{server.server_address[1]}{path}"


def local(**options):
    return HttpPoster(allow_private_targets=True, **options)


def test_headers_body_and_path_arrive_as_they_were_given(receiver):
    reply = local().post(url_of(receiver), {"webhook-id": "e-1", "content-type": "application/json"}, b'{"a":"\xc3\xa1"}')

    assert reply == WebhookResponse(status=204)
    [(path, headers, body)] = receiver.received
    assert path == "/nhan?a=1"
    assert headers["webhook-id"] == "e-1"
    assert headers["Host"] == f"127.0.0.1:{receiver.server_address[1]}"
    assert body == b'{"a":"\xc3\xa1"}'


def test_redirects_are_not_followed(receiver):
    receiver.answer = answer_with(302, [("location", url_of(receiver, "/elsewhere"))])

    assert local().post(url_of(receiver, ""), {}, b"x").status == 302
    assert [path for path, _, _ in receiver.received] == ["/"]


@pytest.mark.parametrize(
    ("given", "seconds"), [("120", 120), ("-5", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("9" * 20, 0)]
)
def test_a_wish_to_be_called_later_is_passed_on(receiver, given, seconds):
    receiver.answer = answer_with(503, [("retry-after", given)])

    assert local().post(url_of(receiver), {}, b"x") == WebhookResponse(status=503, retry_after_s=seconds)


def test_a_long_answer_is_not_read_to_its_end(receiver):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(10_000):
                handler.wfile.write(b"x" * 65536)
                sent.append(65536)
        except OSError:
            handler.close_connection = True

    receiver.answer = endless

    assert local(largest_answer=1000).post(url_of(receiver), {}, b"x").status == 200
    time.sleep(0.1)
    assert sum(sent) < 50_000_000


def test_a_receiver_that_dribbles_is_cut_off(receiver):
    def dribble(handler):
        handler.send_response(200)
        try:
            for number in range(100):
                handler.wfile.write(f"x-{number}: 1\r\n".encode())
                handler.flush_headers()
                time.sleep(0.05)
        except OSError:
            handler.close_connection = True

    receiver.answer = dribble
    began = time.monotonic()

    assert local(timeout_s=0.4).post(url_of(receiver), {}, b"x") == WebhookResponse(status=0)
    assert time.monotonic() - began < 2


def test_a_receiver_that_says_nothing_or_nonsense_or_is_away_is_no_answer(receiver):
    receiver.answer = lambda handler: handler.wfile.write(b"not http at all\r\n\r\n")
    assert local().post(url_of(receiver), {}, b"x") == WebhookResponse(status=0)
    receiver.answer = lambda handler: None
    assert local().post(url_of(receiver), {}, b"x") == WebhookResponse(status=0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert local(timeout_s=1).post(away, {}, b"x") == WebhookResponse(status=0)


def test_names_that_resolve_nowhere_are_refused_at_registration_and_unanswered_later(monkeypatch):
    def nowhere(*arguments, **options):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(AddressRefused):
        HttpPoster().check("https://khong-co.vn/")
    assert HttpPoster().post("https://khong-co.vn/", {}, b"x") == WebhookResponse(status=0)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: [])
    with pytest.raises(AddressRefused):
        HttpPoster().check("https://khong-co.vn/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1:8080/x",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://localhost/",
        "ftp://vi-du.vn/",
        "file:///etc/passwd",
        "//vi-du.vn/",
        "https://",
        "https://[::1",
        "https://vi-du.vn:0/",
        "https://vi-du.vn:99999/",
        "https://ten:mat-khau@vi-du.vn/",
        "https://ví-dụ.vn/",
        "https://vi-du.vn/a b",
        "https://vi-du.vn/\r\nx: y",
        "https://vi-du.vn/" + "x" * 2000,
        "",
    ],
)
def test_addresses_inside_or_malformed_are_refused(url):
    with pytest.raises(AddressRefused):
        HttpPoster().check(url)
    assert HttpPoster(timeout_s=0.5).post(url, {}, b"x") == WebhookResponse(status=0, refused=True)


def test_a_name_with_one_inner_address_among_public_ones_is_refused(monkeypatch):
    entries = [(None, None, None, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: entries)

    with pytest.raises(AddressRefused):
        HttpPoster().check("http://vi-du.vn/")


def test_a_public_name_is_accepted(monkeypatch):
    entries = [(None, None, None, "", ("93.184.215.14", 443)), (None, None, None, "", ("2606:2800:21f:cb07::1", 443, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: entries)

    HttpPoster().check("https://vi-du.vn/nhan")


def test_the_connection_goes_to_the_address_that_was_looked_at(receiver, monkeypatch):
    asked = []
    port = receiver.server_address[1]

    def resolve_once(host, port_, **options):
        asked.append(host)
        return [(None, None, None, "", (address, port_)) for address in ("127.0.0.9", "127.0.0.1")]

    real = socket.create_connection

    def connect(address, timeout):
        assert address[0] in {"127.0.0.9", "127.0.0.1"}
        if address[0] == "127.0.0.9":
            raise ConnectionRefusedError
        asked.append(address[0])
        sock = socket.socket()
        sock.settimeout(timeout)
        sock.connect(address)
        return sock

    assert real
    monkeypatch.setattr(http_post.socket, "getaddrinfo", resolve_once)
    monkeypatch.setattr(http_post.socket, "create_connection", connect)

    assert local().post(f"http://vi-du.vn:{port}/", {}, b"x").status == 204
    assert asked == ["vi-du.vn", "127.0.0.1"]
    assert receiver.received[0][1]["Host"] == f"vi-du.vn:{port}"


def test_a_certificate_that_nobody_vouches_for_is_no_answer(receiver, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    receiver.handle_error = lambda *arguments: None

    assert local(timeout_s=3).post(url_of(receiver, scheme="https"), {}, b"x") == WebhookResponse(status=0)
    assert receiver.received == []


def test_a_certificate_is_checked_against_the_name_and_the_event_goes_through(receiver, tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    receiver.handle_error = lambda *arguments: None
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http_post.ssl, "create_default_context", lambda: trusting)

    assert local(timeout_s=5).post(url_of(receiver, scheme="https", host="localhost"), {}, b"x").status == 204
    assert local(timeout_s=5).post(url_of(receiver, scheme="https"), {}, b"x").status == 0


PUBLIC, PRIVATE, NEVER = AddressReach.PUBLIC, AddressReach.PRIVATE, AddressReach.NEVER


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("8.8.8.8", PUBLIC),
        ("2606:4700:4700::1111", PUBLIC),
        ("127.0.0.1", PRIVATE),
        ("10.255.0.1", PRIVATE),
        ("172.31.0.1", PRIVATE),
        ("192.168.0.1", PRIVATE),
        ("100.64.0.1", PRIVATE),
        ("::1", PRIVATE),
        ("fd00::1", PRIVATE),
        ("fec0::1", PRIVATE),
        ("0.0.0.0", NEVER),
        ("0.1.2.3", NEVER),
        ("::", NEVER),
        ("169.254.169.254", NEVER),
        ("fe80::1", NEVER),
        ("fd00:ec2::254", NEVER),
        ("fd20:ce::254", NEVER),
        ("100.100.100.200", NEVER),
        ("168.63.129.16", NEVER),
        ("192.0.0.192", NEVER),
        ("192.88.99.1", NEVER),
        ("224.0.0.1", NEVER),
        ("239.255.255.250", NEVER),
        ("ff02::1", NEVER),
        ("ff0e::1", NEVER),
        ("255.255.255.255", NEVER),
        ("240.0.0.1", NEVER),
        ("198.18.0.1", NEVER),
        ("192.0.2.1", NEVER),
        ("2001:db8::1", NEVER),
        ("3fff::1", NEVER),
        ("5f00::1", NEVER),
        ("100::1", NEVER),
        ("64:ff9b:1::7f00:1", NEVER),
        ("::ffff:0:127.0.0.1", NEVER),
    ],
)
def test_every_address_is_public_private_or_never_posted_to(address, leads):
    assert reach(ipaddress.ip_address(address)) is leads


@pytest.mark.parametrize(("inner", "leads"), [("8.8.8.8", PUBLIC), ("127.0.0.1", PRIVATE), ("169.254.169.254", NEVER)])
@pytest.mark.parametrize("form", ["mapped", "compatible", "nat64", "6to4", "teredo"])
def test_addresses_that_wrap_others_are_judged_by_what_they_wrap(form, inner, leads):
    number = int(ipaddress.IPv4Address(inner))
    wrapping = {
        "mapped": (0xFFFF << 32) | number,
        "compatible": number,
        "nat64": (0x0064FF9B << 96) | number,
        "6to4": (0x2002 << 112) | (number << 80) | 1,
        "teredo": (0x20010000 << 96) | (0x41360000 << 64) | (number ^ 0xFFFFFFFF),
    }

    assert reach(ipaddress.IPv6Address(wrapping[form])) is leads


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://0xa9fea9fe/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::169.254.169.254]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
    ],
)
def test_no_setting_opens_link_local_metadata_multicast_and_reserved_addresses(url):
    with pytest.raises(AddressRefused, match=r"không bao giờ|Không tìm thấy"):
        local().check(url)
    assert local(timeout_s=0.5).post(url, {}, b"x").status == 0


def test_a_refused_private_address_is_told_how_it_can_be_allowed():
    with pytest.raises(AddressRefused, match="allow_private_targets = true"):
        HttpPoster().check("http://127.0.0.1:9/")


def answering(monkeypatch, *answers):
    """A resolver that answers differently every time; returns what it was asked."""
    left, asked = list(answers), []

    def resolve(host, port, **options):
        asked.append(host)
        return [(None, None, None, "", (left.pop(0), port))]

    monkeypatch.setattr(http_post.socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_led_outside_when_it_was_registered_and_inside_later_is_not_posted_to(receiver, monkeypatch):
    url = url_of(receiver, host="vi-du.vn")
    asked = answering(monkeypatch, "93.184.215.14", "127.0.0.1")
    poster = HttpPoster()

    poster.check(url)
    reply = poster.post(url, {}, b"x")

    assert reply == WebhookResponse(status=0, refused=True)
    assert asked == ["vi-du.vn"] * 2
    assert receiver.received == []


def test_a_name_is_asked_for_once_an_attempt_so_its_second_answer_leads_nowhere(receiver, monkeypatch):
    real = socket.getaddrinfo
    asked = []

    def rebinding(host, port, *arguments, **options):
        if host != "vi-du.vn":
            return real(host, port, *arguments, **options)  # socket.create_connection looks at the literal address
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    assert local(timeout_s=2).post(url_of(receiver, host="vi-du.vn"), {}, b"x").status == 204
    assert asked == ["vi-du.vn"]
