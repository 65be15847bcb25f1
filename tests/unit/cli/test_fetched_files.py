"""A file that is fetched is written whole or not at all, and its headers are what the program goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from client.api_client import CannotWrite, Client


class Reply(NamedTuple):
    body: bytes
    headers: dict[str, str]

    def json(self) -> str:
        return self.body.decode()


class Answering(Client):
    """A client whose installation answers every request with one file."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.sent: tuple[bytes, dict[str, str]] = (b"", {})

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
        self.asked.append((method, path))
        self.sent = (body, headers or {})
        return Reply(b"PK\x03", {"x-kiemdinh-known-at": "41"})


def test_the_file_is_written_and_the_headers_returned(tmp_path: Path) -> None:
    client, out = Answering(), tmp_path / "a.docx"
    out.write_bytes(b"before")
    assert client.fetch_file("schools/TH-A/papers/bao_cao_tdg", out) == {"x-kiemdinh-known-at": "41"}
    assert out.read_bytes() == b"PK\x03"
    assert client.asked == [("GET", "api/v1/schools/TH-A/papers/bao_cao_tdg")]
    assert [path.name for path in tmp_path.iterdir()] == ["a.docx"]


def test_a_folder_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    client = Answering()
    with pytest.raises(CannotWrite, match="là một thư mục"):
        client.fetch_file("x", tmp_path)
    assert client.asked == []


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="Chưa ghi gì"):
        Answering().fetch_file("x", tmp_path / "khong-co" / "a.docx")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_posted_as_it_is_and_empty_parameters_are_left_out(tmp_path: Path) -> None:
    client, file = Answering(), tmp_path / "a.docx"
    file.write_bytes(b"PK\x05\xff")
    assert client.post_file("schools/TH-A/papers/compare", file, paper="") == "PK\x03"
    client.post_file("schools/TH-A/papers/compare", file, paper="A B")
    assert client.sent == (b"PK\x05\xff", {"Content-Type": "application/octet-stream"})
    address = "api/v1/schools/TH-A/papers/compare"
    assert client.asked == [("POST", address), ("POST", f"{address}?paper=A+B")]
