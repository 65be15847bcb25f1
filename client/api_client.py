"""Talks to a running installation over its REST API, and uploads files so that a dropped connection costs nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from shared import consistency
from shared.problems import Problem, Unavailable
from shared.vocabulary.ids import Position

_READ_BYTES = 1 << 20
_RETRY_PAUSES_S = (0.2, 0.5, 1, 2, 4, 8, 8, 8)
"""Pauses between attempts to reach an installation that went away in the middle of an upload: about half a minute."""


BEING_UPLOADED = "dang-tai"
"""The problem type of a slice that is not the next one, because more has arrived than this sender knows."""


class NoInstallation(Problem):
    """The client was not told which installation to talk to, or that one does not run."""

    type = "chua-co-may-chu"
    status = 503
    title = "Chưa biết hệ thống ở đâu"


class BadAddress(Problem):
    """The address given is not one of the web."""

    type = "dia-chi-sai"
    status = 400
    title = "Địa chỉ hệ thống không đúng dạng"


class CannotWrite(Problem):
    """A file of this machine could not be written."""

    type = "khong-ghi-duoc"
    status = 400
    title = "Không ghi được tệp"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApiResponse:
    """One HTTP answer that was not a problem."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON, or None when it is empty."""
        return json.loads(self.body) if self.body else None


class Client:
    """A caller of the REST API.

    `url` is the installation's address (``http://127.0.0.1:8080``), `token` a program's token or the owner's. What it was
    told is carried to the next request (consistency token); clients that share `token_positions` see what the others did.
    """

    def __init__(self, url: str, token: str, token_positions: dict[str, Position] | None = None) -> None:
        self.url = url.rstrip("/") + "/"
        self._token = token
        self._token_positions = {} if token_positions is None else token_positions
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=60), retries=False, maxsize=4)

    @classmethod
    def choose(cls, *, url: str, token: str, data: Path | None) -> Client:
        """Return a client for the address given, or for the installation that runs on a data folder of this machine.

        The owner's token of a folder goes to the installation of that folder only, never to another address.
        Raises NoInstallation with what to do next.
        """
        if data is not None and not (url and token):
            address, owner = data / "run" / "installation.json", data / "run" / "owner.token"
            try:
                there = str(json.loads(address.read_text(encoding="utf-8"))["url"])
                here = not url or _same_place(url, there)
                return cls(url or there, token or (owner.read_text(encoding="utf-8").strip() if here else ""))
            except (OSError, ValueError, KeyError):
                raise NoInstallation(
                    f"Không có hệ thống nào đang chạy trên thư mục {data}. "
                    f"Chạy: kiemdinh up --profile embedded --data {data}",
                ) from None
        if not url:
            raise NoInstallation("Nêu --url và --token (hoặc KIEMDINH_URL, KIEMDINH_TOKEN), hoặc --data THƯ_MỤC.")
        if urlsplit(url).scheme not in {"http", "https"}:
            raise BadAddress(f"Địa chỉ {url} cần bắt đầu bằng http:// hoặc https://.")
        return cls(url, token)

    def get(self, path: str, **query: Any) -> Any:
        """GET a resource under /api/v1; parameters that are None or empty are left out."""
        wanted = {k: v for k, v in query.items() if v not in (None, "")}
        return self.request("GET", f"api/v1/{path}" + (f"?{urlencode(wanted, doseq=True)}" if wanted else "")).json()

    def lines(self, path: str, name: str, **query: Any) -> list[Any]:
        """GET a list under /api/v1 whole, page by page: the field `name` of each answer, up to its `total`."""
        found: list[Any] = []
        while True:
            page = self.get(path, **query, after=len(found) or None)
            found += page[name]
            if not page[name] or len(found) >= page["total"]:
                return found

    def post(self, path: str, body: Any, *, command: str = "") -> Any:
        """POST JSON under /api/v1; `command` makes a repeat of the same call recognisable (Idempotency-Key)."""
        return self._send("POST", path, body, {"Idempotency-Key": command} if command else {})

    def post_file(self, path: str, file: Path, **query: str) -> Any:
        """POST the bytes of a file under /api/v1; parameters that are empty are left out."""
        wanted = {name: value for name, value in query.items() if value}
        asked = f"?{urlencode(wanted)}" if wanted else ""
        return self.request(
            "POST", f"api/v1/{path}{asked}", file.read_bytes(), {"Content-Type": "application/octet-stream"}
        ).json()

    def put(self, path: str, body: Any) -> Any:
        """PUT JSON under /api/v1."""
        return self._send("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> Any:
        """DELETE a resource under /api/v1."""
        return self._send("DELETE", path, body)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.request(method, f"api/v1/{path}", raw, {"Content-Type": "application/json", **(headers or {})}).json()

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> ApiResponse:
        """Send one request; `path` is relative to the installation or absolute.

        The token goes to the installation itself only. Raises the Problem that the answer carries, or Unavailable.
        """
        address = urljoin(self.url, path)
        sent = dict(headers or {})
        if self._token and "Authorization" not in sent and _same_place(address, self.url):
            sent["Authorization"] = f"Bearer {self._token}"
            if self._token_positions:
                sent[consistency.HEADER] = consistency.render(self._token_positions)
        answer = self._open(method, address, body, sent)
        reply = ApiResponse(
            status=answer.status, headers={k.lower(): v for k, v in answer.headers.items()}, body=answer.data
        )
        self._learn(reply)
        if answer.status >= 400:
            raise _problem(reply)
        return reply

    def _learn(self, reply: ApiResponse) -> None:
        with contextlib.suppress(consistency.NoToken):
            for source, position in consistency.parse(reply.headers.get(consistency.HEADER.lower(), "")).items():
                consistency.add(self._token_positions, source, position)

    def _open(self, method: str, address: str, body: bytes, headers: dict[str, str], **options: Any) -> Any:
        try:
            return self._http.request(method, address, body=body or None, headers=headers, redirect=False, **options)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            detail = f"Không nối được {self.url}: hệ thống chưa chạy hoặc mạng đứt. ({type(error).__name__})"
            raise Unavailable(detail) from error

    def download(self, path: str, out: Path) -> None:
        """Write what `path` leads to into `out`, whole or not at all; raises CannotWrite, Unavailable."""
        if out.is_dir():
            raise CannotWrite(f"{out} là một thư mục. Nêu tên tệp.")
        opened = self.request("GET", f"api/v1/{path}")
        part = out.with_name(out.name + ".part")
        answer = self._open("GET", urljoin(self.url, opened.headers["location"]), b"", {}, preload_content=False)
        try:
            if answer.status >= 400:
                raise _problem(ApiResponse(status=answer.status, headers={}, body=answer.read()))
            with part.open("wb") as target:
                for block in answer.stream(_READ_BYTES):
                    target.write(block)
            part.replace(out)
        except urllib3.exceptions.HTTPError as error:
            part.unlink(missing_ok=True)
            raise Unavailable("Mạng đứt khi đang tải về. Chưa ghi gì; chạy lại lệnh.") from error
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise CannotWrite(f"Không ghi được {out}: {error.strerror}. Chưa ghi gì.") from error
        finally:
            answer.release_conn()

    def fetch_file(self, path: str, out: Path) -> dict[str, str]:
        """Write the file that `path` answers with into `out`, whole or not at all, and return the answer's headers.

        Raises CannotWrite, Unavailable, and the Problem that the answer carries.
        """
        if out.is_dir():
            raise CannotWrite(f"{out} là một thư mục. Nêu tên tệp.")
        reply = self.request("GET", f"api/v1/{path}")
        part = out.with_name(out.name + ".part")
        try:
            part.write_bytes(reply.body)
            part.replace(out)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise CannotWrite(f"Không ghi được {out}: {error.strerror}. Chưa ghi gì.") from error
        return reply.headers

    def upload(self, school: str, file: Path, progress: Callable[[int], None], *, need: str = "") -> dict[str, Any]:
        """Send one file in slices and return its receipt; goes on where a dropped connection stopped.

        With `need` it is a photo of the work that this need led to.
        `progress` is called with the bytes the installation has. Raises the Problem of a refusal.
        """
        size, digest = file.stat().st_size, _sha256(file)
        wanted = {"school": school, "name": shown_name(file), "size_bytes": size, "sha256": digest}
        door = f"schools/{school}/needs/{need}/uploads" if need else f"schools/{school}/uploads"
        opened = self._patiently(lambda: self.post(door, wanted | ({"need": need} if need else {})))
        if opened.get("receipt"):
            progress(size)
            receipt: dict[str, Any] = opened["receipt"]
            return receipt
        return self._send_slices(file, size, opened, progress)

    def _send_slices(self, file: Path, size: int, opened: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
        offset, pauses = int(opened["received_bytes"]), iter(_RETRY_PAUSES_S)
        with file.open("rb") as source:
            while True:
                progress(offset)
                source.seek(offset)
                part = source.read(int(opened["slice_bytes"]))
                try:
                    reply = self.request("PUT", opened["url"], part, _slice_headers(opened, offset, len(part)))
                except Unavailable:
                    _pause(pauses)
                    offset = self._received(opened, pauses)
                    continue
                except Problem as problem:
                    if problem.type != BEING_UPLOADED:
                        raise
                    # Somebody sends the same file, or a slice arrived whose answer was lost: go on behind it.
                    _pause(pauses)
                    offset = self._received(opened, pauses)
                    continue
                pauses = iter(_RETRY_PAUSES_S)
                if reply.status == 201:
                    progress(size)
                    receipt: dict[str, Any] = reply.json()
                    return receipt
                offset = int(reply.headers.get("upload-offset", offset + len(part)))

    def _received(self, opened: dict[str, Any], pauses: Iterator[float]) -> int:
        while True:
            try:
                reply = self.request("HEAD", opened["url"], headers={"Authorization": f"Ticket {opened['ticket']}"})
            except Unavailable:
                _pause(pauses)
            else:
                return int(reply.headers["upload-offset"])

    def _patiently(self, call: Callable[[], Any]) -> Any:
        pauses = iter(_RETRY_PAUSES_S)
        while True:
            try:
                return call()
            except Unavailable:
                _pause(pauses)

    def follow(self, after: int, *, wait_s: float = 0.5) -> Iterator[dict[str, Any]]:
        """Yield the events of the merged feed after a position for ever, waiting for new ones."""
        while True:
            answer = self.get("feed", after=after, limit=500)
            yield from answer["events"]
            after = answer["next_after"]
            if not answer["events"]:
                time.sleep(wait_s)


def shown_name(file: Path) -> str:
    """Return a file's name as text; bytes of another encoding become replacement characters."""
    return os.fsencode(file.name).decode("utf-8", "replace")


def _same_place(address: str, base: str) -> bool:
    return urlsplit(address)[:2] == urlsplit(base)[:2]


def _slice_headers(opened: dict[str, Any], offset: int, length: int) -> dict[str, str]:
    return {
        "Authorization": f"Ticket {opened['ticket']}",
        "Upload-Offset": str(offset),
        "Content-Length": str(length),
        "Content-Type": "application/offset+octet-stream",
    }


def _pause(pauses: Iterator[float]) -> None:
    pause = next(pauses, None)
    if pause is None:
        raise Unavailable("Mất nối quá lâu. Phần đã gửi còn nguyên; chạy lại lệnh để tải tiếp.")
    time.sleep(pause)


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _problem(reply: ApiResponse) -> Problem:
    try:
        document = reply.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"status": reply.status, "title": "Máy chủ trả lời không hiểu được", "detail": f"HTTP {reply.status}"}
    document.setdefault("status", reply.status)
    if reply.status in {502, 503, 504} and document.get("type") == Unavailable.type:
        return Unavailable(str(document.get("detail", "")))
    return Problem.from_document(document)
