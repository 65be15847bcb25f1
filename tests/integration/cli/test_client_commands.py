"""The client commands against an installation that misbehaves in the ways a network does."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client import api_client as client_module
from client.api_client import Client

SLICE = 1000


class FakeInstallation(http.server.ThreadingHTTPServer):
    """Answers the upload calls of the API, and can drop connections, refuse, or have no space."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kept = bytearray()
        self.size = 0
        self.sha256 = ""
        self.drop_before_offset: list[int] = []
        self.drop_after_storing: list[int] = []
        self.others_sent: bytes = b""
        self.names: list[str] = []
        self.refuse: dict[str, Any] | None = None
        self.receipt: dict[str, Any] | None = None
        self.seen: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.original = b"%PDF-1.7 original bytes"
        self.cut_download_at: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def make_receipt(self) -> dict[str, Any]:
        return {"document": "d1", "sha256": self.sha256, "position": 7, "already_kept": False}


class _Handler(http.server.BaseHTTPRequestHandler):
    server: FakeInstallation
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, body: Any = None, **headers: str) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _seen(self) -> None:
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization", "")))
        self.server.tokens.append(self.headers.get("Consistency-Token", ""))

    def _drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_POST(self) -> None:
        body = json.loads(self._body())
        self._seen()
        if self.server.refuse is not None:
            self._answer(self.server.refuse["status"], self.server.refuse)
            return
        self.server.size, self.server.sha256 = body["size_bytes"], body["sha256"]
        self.server.names.append(body["name"])
        opened = {"upload": "u1", "url": "/door/uploads/u1", "ticket": "t", "slice_bytes": SLICE}
        self._answer(200, opened | {"received_bytes": len(self.server.kept), "receipt": self.server.receipt})

    def do_HEAD(self) -> None:
        self._seen()
        self._answer(200, None, Upload_Offset=str(len(self.server.kept)))

    def do_PUT(self) -> None:
        offset = int(self.headers["Upload-Offset"])
        self._seen()
        if offset in self.server.drop_before_offset:
            self.server.drop_before_offset.remove(offset)
            self._drop()
            return
        part = self._body()
        if self.server.others_sent:
            self.server.kept += self.server.others_sent
            self.server.others_sent = b""
            self._answer(409, {"type": "dang-tai", "status": 409, "title": "Đang tải", "detail": "Đang tải từ máy khác."})
            return
        assert offset == len(self.server.kept)
        self.server.kept += part
        if offset in self.server.drop_after_storing:
            self.server.drop_after_storing.remove(offset)
            self._drop()
            return
        if len(self.server.kept) == self.server.size:
            self._answer(201, self.server.make_receipt(), Consistency_Token="evidence=7")
        else:
            self._answer(204, None, Upload_Offset=str(len(self.server.kept)))

    def do_GET(self) -> None:
        self._seen()
        if self.path.endswith("/original"):
            self._answer(302, None, Location="/door/files?ticket=x")
        elif self.path.startswith("/door/files"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.server.original)))
            self.end_headers()
            self.wfile.write(self.server.original[: self.server.cut_download_at])
            if self.server.cut_download_at is not None:
                self.close_connection = True
        elif self.path.startswith("/api/v1/documents/"):
            page = {"pages_read": 1, "pages_total": 1, "state": "da_doc", "sha256": "0" * 64, "name": "a.pdf"}
            self._answer(200, page)
        else:
            problem = {"type": "khong-co", "status": 404, "title": "Không tìm thấy", "detail": "Không có trường này."}
            self._answer(404, problem)

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def installation() -> Iterator[FakeInstallation]:
    server = FakeInstallation()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_RETRY_PAUSES_S", (0.01, 0.01, 0.01))


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments))


def file_of(folder: Path, size: int) -> Path:
    file = folder / "văn bản.pdf"
    file.write_bytes(bytes(n % 251 for n in range(size)))
    return file


def test_the_economic_office_sends_a_photo_from_its_machine_under_the_need_and_then_shows_it(
    monkeypatch: pytest.MonkeyPatch, installation: FakeInstallation, tmp_path: Path
) -> None:
    photo, client = file_of(tmp_path, 2500), Client(installation.url, "kd_1")
    shown: list[tuple[str, Any]] = []
    monkeypatch.setattr(client, "get", lambda path: {"school": "TH-BC"} if path == "needs/nc-1" else {})
    opening = client.post
    monkeypatch.setattr(
        client,
        "post",
        lambda path, body: opening(path, body) if path.endswith("uploads") else shown.append((path, body)) or {},
    )
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: client))

    done = run("need", "photo", "nc-1", "--file", str(photo), "--note", "Lợp mái")

    assert done.exit_code == 0, done.output
    assert bytes(installation.kept) == photo.read_bytes()
    assert ("POST", "/api/v1/schools/TH-BC/needs/nc-1/uploads", "Bearer kd_1") in installation.seen
    assert shown == [("needs/nc-1/photos", {"need": "nc-1", "photos": ["d1"], "note": "Lợp mái"})]


def test_what_the_installation_told_is_carried_to_it_and_to_nobody_else(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    told: dict[str, int] = {}
    clerk, council = (Client(installation.url, token, told) for token in ("kd_1", "kd_2"))

    clerk.upload("TH-BC", file_of(tmp_path, 900), lambda _: None)
    assert told == {"evidence": 7}
    council.get("documents/d1")
    assert installation.tokens == ["", "", "evidence=7"]

    council.request("GET", f"http://localhost:{installation.server_port}/api/v1/documents/d1")
    assert installation.tokens[-1] == ""


def test_an_upload_goes_in_slices_and_prints_the_receipt_on_one_line(installation: FakeInstallation, tmp_path: Path) -> None:
    file = file_of(tmp_path, 2500)

    done = run("upload", str(file), "--school", "TH-BC", "--url", installation.url, "--token", "kd_1", "--json")

    (line,) = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 0
    assert line == {
        "name": file.name,
        "document": "d1",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "position": 7,
        "already_kept": False,
        "remarks": [],
        "refused": None,
    }
    assert bytes(installation.kept) == file.read_bytes()
    assert [command for command, _, _ in installation.seen] == ["POST", "PUT", "PUT", "PUT"]


@pytest.mark.parametrize("how", ["drop_before_offset", "drop_after_storing"])
def test_a_dropped_connection_is_resumed_from_what_arrived(installation: FakeInstallation, tmp_path: Path, how: str) -> None:
    setattr(installation, how, [1000])
    file = file_of(tmp_path, 2500)

    done = run("upload", str(file), "--school", "TH-BC", "--url", installation.url, "--token", "kd_1", "--json")

    assert done.exit_code == 0, done.output
    assert bytes(installation.kept) == file.read_bytes()
    assert "HEAD" in [command for command, _, _ in installation.seen]


def test_an_upload_that_an_earlier_run_began_goes_on_where_it_stopped(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    file = file_of(tmp_path, 2500)
    installation.kept += file.read_bytes()[:1000]

    done = run("upload", str(file), "--school", "TH-BC", "--url", installation.url, "--token", "kd_1", "--json")

    assert done.exit_code == 0
    assert bytes(installation.kept) == file.read_bytes()


def test_a_file_that_another_machine_sends_at_the_same_time_goes_on_behind_it(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    file = file_of(tmp_path, 2500)
    installation.others_sent = file.read_bytes()[:1000]

    done = run("upload", str(file), "--school", "TH-BC", "--url", installation.url, "--token", "kd_1", "--json")

    assert done.exit_code == 0, done.output
    assert bytes(installation.kept) == file.read_bytes()


def test_a_file_name_in_another_encoding_is_sent_as_text(installation: FakeInstallation, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/v\xb8n b\xb6n.pdf"))
    file.write_bytes(b"%PDF-1.7 x")

    done = run("upload", str(file), "--school", "TH-BC", "--url", installation.url, "--token", "kd_1", "--json")

    assert done.exit_code == 0, done.output
    assert installation.names == ["v\ufffdn b\ufffdn.pdf"]
    assert json.loads(done.stdout)["name"] == "v\ufffdn b\ufffdn.pdf"


def test_a_refused_file_is_told_in_its_line_and_by_the_exit_code(installation: FakeInstallation, tmp_path: Path) -> None:
    installation.refuse = {"type": "tep-rong", "status": 422, "title": "Tệp rỗng", "detail": "Tệp rỗng, 0 byte."}

    done = run("upload", str(file_of(tmp_path, 5)), "--school", "TH-BC", "--url", installation.url, "--token", "x", "--json")

    (line,) = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert line["document"] is None
    assert line["refused"] == {"type": "tep-rong", "title": "Tệp rỗng", "detail": "Tệp rỗng, 0 byte."}


def test_one_refused_file_does_not_keep_the_others_from_being_sent(installation: FakeInstallation, tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(b"a" * 10)
    second.write_bytes(b"b" * 10)
    installation.receipt = {"document": "d0", "sha256": "s", "position": 3, "already_kept": True}

    done = run("upload", str(first), str(second), "--school", "TH-BC", "--url", installation.url, "--token", "x", "--json")

    assert [json.loads(line)["already_kept"] for line in done.stdout.splitlines()] == [True, True]
    assert done.exit_code == 0


def test_an_installation_that_does_not_answer_is_told_apart_from_a_refusal(tmp_path: Path) -> None:
    done = run("school", "list", "--url", "http://127.0.0.1:9", "--token", "x")

    assert done.exit_code == 3
    assert "Không nối được" in done.output


def test_a_problem_is_shown_with_its_stable_type(installation: FakeInstallation) -> None:
    done = run("status", "KHONG", "--url", installation.url, "--token", "x")

    assert done.exit_code == 1
    assert "Không có trường này." in done.output
    assert "khong-co" in done.output


def test_nothing_to_talk_to_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIEMDINH_URL", raising=False)

    done = run("school", "list")

    assert done.exit_code == 3
    assert "--data" in done.output


def test_a_data_folder_where_nothing_runs_says_how_to_start_it(tmp_path: Path) -> None:
    done = run("school", "list", "--data", str(tmp_path))

    assert done.exit_code == 3
    assert "kiemdinh up" in done.output


def test_the_original_comes_back_byte_for_byte_without_the_token_leaving_for_the_door(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    out = tmp_path / "back.pdf"

    done = run("document", "d1", "--original", str(out), "--url", installation.url, "--token", "kd_1", "--json")

    assert done.exit_code == 0
    assert out.read_bytes() == installation.original
    assert next(seen for seen in installation.seen if seen[1].startswith("/door"))[2] == ""


def test_a_download_that_is_cut_leaves_no_file_behind(installation: FakeInstallation, tmp_path: Path) -> None:
    installation.cut_download_at = 5
    out = tmp_path / "back.pdf"

    done = run("document", "d1", "--original", str(out), "--url", installation.url, "--token", "kd_1")

    assert done.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_an_original_that_cannot_be_written_is_not_blamed_on_the_network(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    for out in (tmp_path, tmp_path / "khong-co" / "back.pdf"):
        done = run("document", "d1", "--original", str(out), "--url", installation.url, "--token", "kd_1", "--json")

        assert done.exit_code == 2
        assert json.loads(done.stdout)["type"] == "khong-ghi-duoc"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["localhost:1", "ftp://vi-du.vn", "vi-du.vn"])
def test_an_address_that_is_not_of_the_web_is_a_wrong_command_line(address: str) -> None:
    done = run("school", "list", "--url", address, "--token", "x", "--json")

    assert done.exit_code == 2
    assert json.loads(done.stdout)["type"] == "dia-chi-sai"


def test_a_file_of_judgements_that_cannot_be_read_is_told_without_a_traceback(
    installation: FakeInstallation, tmp_path: Path
) -> None:
    wrong = tmp_path / "sai.json"
    wrong.write_text("[{", encoding="utf-8")
    for file, said in ((wrong, "không phải JSON"), (tmp_path / "khong-co.json", "Không đọc")):
        done = run("criterion", "judge-file", "TH-BC", str(file), "--cycle", "c", "--url", installation.url)

        assert done.exit_code == 2, done.output
        assert said in done.output
    assert installation.seen == []


def folder_of(tmp_path: Path, url: str) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "installation.json").write_text(json.dumps({"url": url}), encoding="utf-8")
    (tmp_path / "run" / "owner.token").write_text("kd_owner\n", encoding="utf-8")
    return tmp_path


def test_a_folder_on_the_command_line_outweighs_the_environment(
    installation: FakeInstallation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEMDINH_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("KIEMDINH_TOKEN", "kd_elsewhere")

    run("school", "list", "--data", str(folder_of(tmp_path, installation.url)))

    assert [seen[2] for seen in installation.seen] == ["Bearer kd_owner"]


def test_the_owners_token_goes_to_no_other_address_than_the_folders(installation: FakeInstallation, tmp_path: Path) -> None:
    run("school", "list", "--url", installation.url, "--data", str(folder_of(tmp_path, "http://127.0.0.1:9")))

    assert [seen[2] for seen in installation.seen] == [""]


def test_the_token_is_never_sent_to_another_host(installation: FakeInstallation) -> None:
    elsewhere = Client("http://127.0.0.1:1", "kd_secret")

    elsewhere.request("HEAD", f"{installation.url}/door/uploads/u1")

    assert installation.seen == [("HEAD", "/door/uploads/u1", "")]


@pytest.mark.parametrize(
    "arguments",
    [
        ("criterion", "judge", "TH-BC", "1.3=met"),
        ("school", "conditions", "TH-BC", "years=viele"),
        ("cycle", "open", "TH-BC", "--year", "2026-2027", "--on", "2026-02-31"),
    ],
)
def test_a_wrong_command_line_is_refused_before_anything_is_sent(
    installation: FakeInstallation, arguments: tuple[str, ...]
) -> None:
    done = (
        run(*arguments, "--cycle", "c", "--url", installation.url)
        if arguments[0] == "criterion"
        else run(*arguments, "--url", installation.url)
    )

    assert done.exit_code == 2
    assert installation.seen == []


def test_every_command_has_help_with_an_example_and_json() -> None:
    app = typer.Typer()
    add_client_commands(app)
    command = typer.main.get_command(app)

    def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
        for name, child in getattr(node, "commands", {}).items():
            if hasattr(child, "commands"):
                yield from leaves(child, (*path, name))
            else:
                yield (*path, name), child

    for path, leaf in leaves(command):
        assert leaf.help, path
        assert leaf.epilog.startswith("Ví dụ: kiemdinh"), path
        assert "--json" in {option for parameter in leaf.params for option in parameter.opts}, path
