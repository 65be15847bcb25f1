"""The one folder an installation lives in: where everything lies, its secrets, and what is written when it is first made.

::

    kiemdinh.toml            what a person may change
    secrets/                 0700: keys and passwords, made once, to be backed up
    <service>/               a service's log and read models (embedded)
    evidence/archive, spool  the archive (embedded), and files on their way in
    servers/                 own RabbitMQ, PostgreSQL and MinIO (server)
    run/                     0700: lock, addresses, states of roles; void when nothing runs
    logs/                    what the roles said
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from deploy.installation.settings import CONFIGURATION, BadSettings, Profile, Settings, read_settings, write_settings

PRIVATE = 0o700
SECRET = 0o600
LOGGED = ("evidence", "assessment", "inspection", "notification", "identity")
"""The logs of an installation, by the name of their source."""
KEYS = ("passport", "tickets", "portal", "webhooks")
"""The keys that every installation has had since its first start, beside one for each log. A key that a later version adds
does not belong here: folders of before do not have it, and it is made when it is first asked for."""
DEMO_PEOPLE = "story.json"
"""In `run/`: the people of the demo that was told here, each with the link that lets in once."""
LEFT_BEHIND = frozenset({f".{CONFIGURATION}.part", "lost+found"})
"""What a folder may hold and still count as new: our own unfinished beginning, and what a fresh disk comes with."""


class WrongFolder(Exception):
    """The folder cannot be used for this; the text says why, in Vietnamese."""


def write_atomically(path: Path, data: bytes, *, mode: int = SECRET, durable: bool = True) -> None:
    """Writes a file whole or not at all: readers see the old bytes or the new ones, never a part.

    Not `durable`: it may be gone after a power cut, which costs nothing for what is only true while something runs.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            if durable:
                out.flush()
                os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class DataFolder:
    """The folder of one installation. `open` makes it when there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @classmethod
    def open(cls, path: Path, profile: Profile) -> DataFolder:
        """The folder, made when it is new; raises WrongFolder when it holds something else, or the other composition."""
        folder = cls(path)
        try:
            return folder._opened(profile)
        except OSError as error:
            raise WrongFolder(f"Không dùng được thư mục {folder.path}: {error.strerror}. Chọn thư mục khác.") from error

    def _opened(self, profile: Profile) -> DataFolder:
        if self.exists:
            present = self.settings().profile
            if present is not profile:
                raise WrongFolder(
                    f"Thư mục {self.path} đang chứa dữ liệu của profile “{present}”, không mở được bằng “{profile}”. "
                    f"Dùng --profile {present}, hoặc chọn thư mục khác."
                )
        else:
            self._make(profile)
        self._make_rooms(profile)
        return self

    @property
    def exists(self) -> bool:
        """Whether an installation was made here."""
        return (self.path / CONFIGURATION).exists()

    def settings(self) -> Settings:
        """The settings; raises BadSettings, or WrongFolder when there is no installation."""
        if not self.exists:
            raise WrongFolder(f"Thư mục {self.path} không có hệ thống nào. Chạy: kiemdinh up --data {self.path}")
        return read_settings(self.path / CONFIGURATION)

    # places

    @property
    def run(self) -> Path:
        """What is true while the installation runs."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """What the roles said."""
        return self.path / "logs"

    @property
    def servers(self) -> Path:
        """Own servers."""
        return self.path / "servers"

    @property
    def archive(self) -> Path:
        """The write-once folder archive of the embedded composition."""
        return self.path / "evidence" / "archive"

    @property
    def spool(self) -> Path:
        """Files on their way in."""
        return self.path / "evidence" / "spool"

    @property
    def incoming(self) -> Path:
        """Bodies of requests that are still coming in; what a killed process leaves here is nobody's."""
        return self.path / "evidence" / "incoming"

    @property
    def derived(self) -> Path:
        """Page images and texts that can be made again."""
        return self.path / "evidence" / "derived"

    def log_url(self, service: str) -> str:
        """The SQLite log of a service."""
        return f"sqlite:///{self.path / service / 'log.sqlite'}"

    def views_url(self, service: str) -> str:
        """The SQLite read models of a service."""
        return f"sqlite:///{self.path / service / 'views.sqlite'}"

    def log_key(self, service: str) -> Path:
        """The Ed25519 key that signs the checkpoints of a service's log."""
        return self.path / "secrets" / f"log-{service}.key"

    # secrets

    @property
    def was_prepared(self) -> bool:
        """Whether an installation ever got as far as to make its logs here, as far as files tell."""
        kept = [*(self.path / service / "log.sqlite" for service in LOGGED), self.servers / "postgresql"]
        return any(place.exists() for place in kept)

    def missing_keys(self) -> list[str]:
        """The keys that are not in `secrets/`; all of them in a folder where nothing ran yet."""
        needed = [self.path / "secrets" / name for name in KEYS] + [self.log_key(service) for service in LOGGED]
        return [key.name for key in needed if not key.is_file() or key.stat().st_size == 0]

    def lost_keys(self, missing: list[str]) -> str:
        """What is said when keys are gone from an installation that has something to protect with them."""
        return (
            f"Thiếu khóa trong {self.path / 'secrets'}: {', '.join(missing)}. Nhật ký đã có sự kiện nên không tạo khóa mới: "
            f"khóa mới không ký tiếp được nhật ký cũ. Khôi phục thư mục secrets từ bản sao lưu rồi chạy lại. Chưa đổi gì."
        )

    def secret(self, name: str) -> bytes:
        """32 random bytes, made when first asked for."""
        return bytes.fromhex(self._secret_text(name, secrets.token_hex(32)))

    def password(self, name: str) -> str:
        """A generated password, made when first asked for."""
        return self._secret_text(name, secrets.token_urlsafe(24))

    def _secret_text(self, name: str, fresh: str) -> str:
        path = self.path / "secrets" / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(fresh + "\n")
            out.flush()
            os.fsync(out.fileno())
        return fresh

    def owner_token(self) -> str:
        """The token of the folder's owner, who is the administrator; good as long as the installation runs."""
        return (self.run / "owner.token").read_text(encoding="ascii").strip()

    def owner_token_sha256(self) -> str:
        """Its hash, which is all that the portal gets."""
        return hashlib.sha256(self.owner_token().encode()).hexdigest()

    # what is true while it runs

    def announce(self, name: str, facts: dict[str, Any]) -> None:
        """Writes one of the small files in `run/` whole."""
        write_atomically(self.run / name, json.dumps(facts, ensure_ascii=False).encode())

    def announced(self, name: str) -> dict[str, Any] | None:
        """Reads one; None when it is not there."""
        try:
            facts: dict[str, Any] = json.loads((self.run / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return facts

    def withdraw(self) -> None:
        """Removes what is no longer true when nothing runs; the lock file stays, whoever holds it."""
        for name in ("installation.json", "owner.token", "addresses.json", "launcher.json", DEMO_PEOPLE):
            (self.run / name).unlink(missing_ok=True)
        for state in (self.run / "roles").glob("*"):
            state.unlink(missing_ok=True)

    # making it

    def _make(self, profile: Profile) -> None:
        if self.path.exists() and any(entry.name not in LEFT_BEHIND for entry in self.path.iterdir()):
            raise WrongFolder(
                f"Thư mục {self.path} đã có thứ khác bên trong. Chọn một thư mục trống hoặc chưa có, để không lẫn dữ liệu."
            )
        self.path.mkdir(parents=True, exist_ok=True)
        part = self.path / f".{CONFIGURATION}.part"
        write_settings(part, Settings(profile=profile, installation=secrets.token_hex(6)))
        part.replace(self.path / CONFIGURATION)

    def _make_rooms(self, profile: Profile) -> None:
        # A server of our own runs as another user when we are root: he must pass, and sees nothing on the way.
        self.path.chmod(0o711 if profile is Profile.SERVER else PRIVATE)
        for name in ("secrets", "run", "run/roles", "logs", "evidence", "evidence/spool", "evidence/incoming"):
            (self.path / name).mkdir(exist_ok=True, mode=PRIVATE)
        if profile is Profile.SERVER:
            self.servers.mkdir(exist_ok=True, mode=0o711)
            return
        for service in LOGGED:
            (self.path / service).mkdir(exist_ok=True, mode=PRIVATE)


__all__ = ["LOGGED", "BadSettings", "DataFolder", "WrongFolder", "write_atomically"]
