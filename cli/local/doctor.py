"""`kiemdinh doctor`: what is installed, reachable and wrong, and what to do about each wrong thing. Changes nothing."""

from __future__ import annotations

import enum
import http.client
import importlib.util
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from deploy.installation.data_folder import DataFolder, WrongFolder
from deploy.installation.disk_space import advice, room_of, size
from deploy.installation.settings import BadSettings, Profile, Settings
from deploy.processes.heartbeat import SILENT_AFTER_S, read_states
from deploy.provision.requirements import Detected, Purpose, RequirementState, states
from deploy.servers import MinIO, ProgramMissing
from deploy.servers.process import process_started
from shared.storage.disk_space import GIB, SpaceLevel, free_and_total

NEEDED_FREE_BYTES = GIB
COMFORTABLE_FREE_BYTES = 5 * GIB
TIMEOUT_S = 10
LONGEST_LAG = 1000
"""Events; a consumer that far behind will not catch up by itself within seconds."""

MODULES = (
    "argon2", "cachetools", "cryptography", "cv2", "eventlet", "eventsourcing", "flask", "img2pdf", "kombu", "minio",
    "msgspec", "nameko", "numpy", "ocrmypdf", "openpyxl", "pikepdf", "PIL", "pillow_heif", "prometheus_client",
    "psycopg", "psycopg_pool", "pypdfium2", "pytesseract", "yaml", "rich", "segno", "sqlalchemy", "structlog",
    "tesserocr", "typer", "urllib3", "waitress", "weasyprint", "zxingcpp",
)  # fmt: skip
CONSEQUENCES = {
    "tesseract": "tệp vẫn được lưu nhưng không đọc được chữ",
    "tesseract-vie": "không đọc được tiếng Việt",
    "fonts": "không vẽ được chữ Việt; chỉ bản diễn mẫu (demo) và giấy in ra PDF cần",
    "pango": "giấy không in ra PDF được; .docx và .xlsx vẫn in được",
    "harfbuzz": "giấy không in ra PDF được; .docx và .xlsx vẫn in được",
    "brackets": "dấu ⟨ ⟩ quanh chỗ chưa có trên giấy in ra PDF không vẽ được",
}
"""What does not work without a requirement of the embedded composition."""
NOT_FATAL = {"fonts", "pango", "harfbuzz", "brackets"}
PURPOSES = {Purpose.SERVER: "chỉ profile “server” cần", Purpose.TEST: "chỉ kiểm thử cần"}


class Severity(enum.StrEnum):
    """How one thing is: good, worth knowing, or wrong."""

    GOOD = "tot"
    NOTE = "luu_y"
    WRONG = "sai"


class DoctorCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; `fix` says what to do, empty when there is nothing to do.

    `doctor --json` calls these two `mood` and `mend`, as it always did.
    """

    name: str
    severity: Severity = msgspec.field(name="mood")
    detail: str
    fix: str = msgspec.field(default="", name="mend")


class DoctorReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that was looked at; `healthy` when nothing is wrong."""

    healthy: bool
    checks: list[DoctorCheck]


def examine(data: Path | None) -> DoctorReport:
    """Looks at the machine, and at an installation when `data` names its folder."""
    checks = [*machine_checks(data), *(installation_checks(data) if data is not None else [])]
    return DoctorReport(healthy=all(check.severity is not Severity.WRONG for check in checks), checks=checks)


# --- the machine


def machine_checks(data: Path | None) -> Iterator[DoctorCheck]:
    """What every installation on this machine needs."""
    server = data is not None and _profile(data) is Profile.SERVER
    yield _python()
    yield _modules()
    yield from (_requirement(state, server=server) for state in states(Purpose.TEST))
    yield _minio(needed=server)
    yield _space(data)


def _python() -> DoctorCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return DoctorCheck(
        name="python",
        severity=Severity.GOOD if good else Severity.WRONG,
        detail=version,
        fix="" if good else "Cài Python 3.11.",
    )


def _modules() -> DoctorCheck:
    # What is loaded is there; kombu has no spec to ask for once it is.
    missing = [name for name in MODULES if name not in sys.modules and importlib.util.find_spec(name) is None]
    if missing:
        return DoctorCheck(name="packages", severity=Severity.WRONG, detail=f"Thiếu: {', '.join(missing)}", fix="make setup")
    return DoctorCheck(name="packages", severity=Severity.GOOD, detail=f"{len(MODULES)} gói đủ cả")


def _requirement(state: RequirementState, *, server: bool) -> DoctorCheck:
    """How something of the system stands that the provisioning installs."""
    requirement = state.requirement
    if state.met:
        assert state.found is not None
        return DoctorCheck(name=requirement.name, severity=Severity.GOOD, detail=_described(state.found))
    why = PURPOSES.get(requirement.purpose) or CONSEQUENCES[requirement.name]
    needed = requirement.purpose is Purpose.EMBEDDED or (server and requirement.purpose is Purpose.SERVER)
    severity = Severity.WRONG if needed and requirement.name not in NOT_FATAL else Severity.NOTE
    fix = f"apt-get install {requirement.package}"
    if state.found is None:
        return DoctorCheck(name=requirement.name, severity=severity, detail=f"Chưa cài: {why}.", fix=fix)
    detail = f"{_described(state.found)}: cũ hơn bản {'.'.join(map(str, requirement.least))} đã thử; {why}."
    return DoctorCheck(name=requirement.name, severity=severity, detail=detail, fix=fix)


def _described(detected: Detected) -> str:
    version = ".".join(map(str, detected.version))
    return detected.what if version in detected.what else f"{detected.what} ({version})"


def _minio(*, needed: bool) -> DoctorCheck:
    try:
        return DoctorCheck(name="minio", severity=Severity.GOOD, detail=str(MinIO.find()))
    except ProgramMissing as missing:
        severity = Severity.WRONG if needed else Severity.NOTE
        return DoctorCheck(
            name="minio", severity=severity, detail=f"Chưa cài: {PURPOSES[Purpose.SERVER]}.", fix=missing.install_hint
        )


def _space(data: Path | None) -> DoctorCheck:
    folder = DataFolder(data or Path.cwd())
    try:
        settings = folder.settings()
    except (WrongFolder, BadSettings, OSError):
        return _space_for_a_new_one(folder.path)
    room = room_of(folder, settings)
    space = room.measure_fullest()
    detail = f"{size(space.free_bytes)} trống ở {space.place}"
    severity = {SpaceLevel.AMPLE: Severity.GOOD, SpaceLevel.LOW: Severity.NOTE, SpaceLevel.SPENT: Severity.WRONG}[
        space.plenty
    ]
    return DoctorCheck(name="disk", severity=severity, detail=detail, fix=advice(space, room.margins))


def _space_for_a_new_one(place: Path) -> DoctorCheck:
    free, _ = free_and_total(place)
    detail = f"{size(free)} trống ở {place}"
    if free < NEEDED_FREE_BYTES:
        return DoctorCheck(
            name="disk",
            severity=Severity.WRONG,
            detail=detail,
            fix="Giải phóng đĩa, hoặc chuyển thư mục dữ liệu sang đĩa khác.",
        )
    severity = Severity.GOOD if free >= COMFORTABLE_FREE_BYTES else Severity.NOTE
    return DoctorCheck(
        name="disk",
        severity=severity,
        detail=detail,
        fix="" if severity is Severity.GOOD else "Sắp hết chỗ: tính đến đĩa lớn hơn.",
    )


# --- an installation


def installation_checks(data: Path) -> Iterator[DoctorCheck]:
    """What one folder's installation is like, running or not."""
    folder = DataFolder(data)
    try:
        settings = folder.settings()
    except (WrongFolder, BadSettings) as error:
        yield DoctorCheck(
            name="settings", severity=Severity.WRONG, detail=str(error), fix="Xem lại --data, hoặc sửa kiemdinh.toml."
        )
        return
    yield DoctorCheck(
        name="settings", severity=Severity.GOOD, detail=f"profile {settings.profile}, mã {settings.installation}"
    )
    yield _private(folder)
    yield _keys(folder)
    yield from _stores(folder, settings)
    yield from _running(folder, settings)


def _private(folder: DataFolder) -> DoctorCheck:
    open_ones = [
        str(place.relative_to(folder.path))
        for place in (folder.path / "secrets", *(folder.path / "secrets").glob("*"), folder.run)
        if place.exists() and place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_ones:
        fix = f"chmod -R go-rwx {folder.path / 'secrets'} {folder.run}"
        return DoctorCheck(
            name="permissions", severity=Severity.WRONG, detail=f"Người khác đọc được: {', '.join(open_ones)}", fix=fix
        )
    owner = folder.path.stat().st_uid
    if owner != os.geteuid():
        detail = f"Thư mục thuộc người dùng số {owner}, lệnh này chạy bằng số {os.geteuid()}"
        return DoctorCheck(name="permissions", severity=Severity.NOTE, detail=detail, fix="Chạy bằng đúng chủ của thư mục.")
    return DoctorCheck(name="permissions", severity=Severity.GOOD, detail="Khóa và mật khẩu chỉ chủ thư mục đọc được")


def _stores(folder: DataFolder, settings: Settings) -> Iterator[DoctorCheck]:
    """Whether this software knows the schema of everything that is stored; on servers, while they run."""
    from deploy.compose.addresses import embedded_addresses, load_addresses
    from deploy.compose.stores import STORES, newer_stores

    try:
        embedded = settings.profile is Profile.EMBEDDED
        addresses = embedded_addresses(folder, host="", port=0, public_url="") if embedded else load_addresses(folder)
    except (OSError, msgspec.ValidationError):
        return
    newer = newer_stores(addresses)
    for error in newer:
        yield DoctorCheck(name="stores", severity=Severity.WRONG, detail=str(error), fix="Cài lại bản phần mềm mới hơn.")
    if not newer:
        yield DoctorCheck(
            name="stores", severity=Severity.GOOD, detail=f"{len(STORES.migrated())} kho có lược đồ mà bản này biết"
        )


def _keys(folder: DataFolder) -> DoctorCheck:
    missing = folder.missing_keys()
    if not missing:
        return DoctorCheck(name="keys", severity=Severity.GOOD, detail="Đủ khóa ký nhật ký, vé và phiên")
    if not folder.was_prepared:
        return DoctorCheck(name="keys", severity=Severity.NOTE, detail="Chưa có khóa; lần chạy đầu tiên sẽ tạo.")
    fix = f"Khôi phục {folder.path / 'secrets'} từ bản sao lưu; hệ thống không chạy với khóa mới trên nhật ký cũ."
    return DoctorCheck(name="keys", severity=Severity.WRONG, detail=f"Thiếu: {', '.join(missing)}", fix=fix)


def _running(folder: DataFolder, settings: Settings) -> Iterator[DoctorCheck]:
    announced = folder.announced("installation.json")
    if announced is None or process_started(int(announced["pid"])) is None:
        command = f"kiemdinh up --profile {settings.profile} --data {folder.path}"
        yield DoctorCheck(name="launcher", severity=Severity.NOTE, detail="Không chạy", fix=command)
        return
    yield DoctorCheck(name="launcher", severity=Severity.GOOD, detail=f"pid {announced['pid']} tại {announced['url']}")
    yield from _roles(folder)
    yield from _status(folder, str(announced["url"]))


def _roles(folder: DataFolder) -> Iterator[DoctorCheck]:
    for state in read_states(folder):
        memory = f"{state.memory_bytes // 1024**2} MB"
        if not state.alive or state.silent_for > SILENT_AFTER_S / 2:
            detail = f"Im lặng {state.silent_for:.0f} giây"
            fix = f"Bộ chạy sẽ khởi động lại; nếu lặp lại, xem {folder.logs / (state.role + '.log')}"
            yield DoctorCheck(name=f"role:{state.role}", severity=Severity.WRONG, detail=detail, fix=fix)
        elif not state.healthy:
            trouble = "; ".join(text for part, text in sorted(state.details.items()) if part != "hub")
            yield DoctorCheck(
                name=f"role:{state.role}",
                severity=Severity.NOTE,
                detail=f"{memory}: {trouble}",
                fix=f"Xem {folder.logs}/{state.role}.log",
            )
        else:
            yield DoctorCheck(name=f"role:{state.role}", severity=Severity.GOOD, detail=memory)


def _status(folder: DataFolder, url: str) -> Iterator[DoctorCheck]:
    """Asks the portal, as the owner, for queues, dead letters and lag."""
    try:
        status = _asked(url, folder.owner_token())
    except (OSError, ValueError, http.client.HTTPException) as error:
        detail = f"Cổng thông tin không trả lời ({type(error).__name__})"
        yield DoctorCheck(name="portal", severity=Severity.WRONG, detail=detail, fix=f"Xem {folder.logs}")
        return
    yield DoctorCheck(name="portal", severity=Severity.GOOD, detail=f"Trả lời ở {url}")
    for service in status["services"]:
        yield _service(service)
    yield _dead_letters(int(status["machine"]["dead_letters"]))
    for queue in status["machine"]["queues"]:
        if queue["waiting"] > LONGEST_LAG:
            detail = f"{queue['waiting']} sự kiện đang chờ, {queue['consumers']} nơi nhận"
            yield DoctorCheck(
                name=f"queue:{queue['name']}", severity=Severity.NOTE, detail=detail, fix="Xem vai nhận có chạy không."
            )


def _service(service: dict[str, Any]) -> DoctorCheck:
    name = f"service:{service['service']}"
    late = {part: lag for part, lag in service["lag"].items() if lag > LONGEST_LAG}
    if service["problem"]:
        return DoctorCheck(
            name=name, severity=Severity.WRONG, detail=service["problem"], fix="Xem nhật ký của vai tương ứng trong logs/"
        )
    if late:
        detail = ", ".join(f"{part} chậm {lag} sự kiện" for part, lag in sorted(late.items()))
        return DoctorCheck(
            name=name, severity=Severity.NOTE, detail=detail, fix="Chờ ít phút; nếu không giảm, xem mục thư chết."
        )
    if not service["healthy"]:
        detail = "; ".join(text for part, text in sorted(service["details"].items()) if part != "hub")
        return DoctorCheck(
            name=name, severity=Severity.NOTE, detail=detail or "Có trục trặc", fix="Thường tự hết; nếu không, xem logs/"
        )
    return DoctorCheck(name=name, severity=Severity.GOOD, detail=f"nhật ký đến số {service['head']}")


def _dead_letters(count: int) -> DoctorCheck:
    if not count:
        return DoctorCheck(name="dead-letters", severity=Severity.GOOD, detail="Không có thư chết")
    fix = "Trang quản trị, mục Thư chết: xem lý do, sửa nguyên nhân rồi bấm Thử lại."
    return DoctorCheck(name="dead-letters", severity=Severity.WRONG, detail=f"{count} thư chết đang chờ", fix=fix)


def _asked(url: str, token: str) -> dict[str, Any]:
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "127.0.0.1", address.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/api/v1/admin/status", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise ValueError(f"HTTP {answer.status}")
    status: dict[str, Any] = json.loads(body)
    return status


def _profile(data: Path) -> Profile | None:
    try:
        return DataFolder(data).settings().profile
    except (WrongFolder, BadSettings):
        return None
