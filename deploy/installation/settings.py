"""The settings of an installation: `kiemdinh.toml`, then the environment. The only place that reads either."""

from __future__ import annotations

import datetime as dt
import enum
import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

CONFIGURATION = "kiemdinh.toml"
PRIVATE_WEBHOOKS = "WEBHOOKS_ALLOW_PRIVATE_TARGETS"


class Profile(enum.StrEnum):
    """The two compositions."""

    EMBEDDED = "embedded"
    SERVER = "server"


class BadSettings(Exception):
    """The configuration cannot be used; the text says where and why, in Vietnamese."""


class Http(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the portal listens. Port 0 takes any free one.

    `public_url` is how people reach it from outside, if not so. In the server composition the file gateway has a port of
    its own, and `door_url` is how people reach that one; with a `public_url` alone, the proxy in front sends `/door` there.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    door_port: int = 0
    door_url: str = ""
    hosts: tuple[str, ...] = ()
    proxies: int = 0


class ObjectStore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An S3 server. Empty `endpoint` ("host:port"): the launcher starts its own MinIO."""

    endpoint: str = ""
    access_key: str = ""
    secret_key: str = ""
    bucket: str = "kiemdinh"
    secure: bool = False


SubscriberName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,40}\Z")]


class Servers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Servers that stand elsewhere; what is empty, the launcher starts itself.

    `amqp` is ``amqp://user:password@host:5672/vhost``; `postgresql` names a user who may create databases and roles.
    `subscribers_amqp` is the address for subscribing programs when `amqp` stands elsewhere: another account on it,
    confined to listening. Empty: they are given none, for the platform's own account may do everything.
    `subscribers` names programs that get an account each on the launcher's own RabbitMQ: none reads another's queues.
    """

    amqp: str = ""
    subscribers_amqp: str = ""
    subscribers: tuple[SubscriberName, ...] = ()
    postgresql: str = ""
    objects: ObjectStore = ObjectStore()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one file may be, how long originals are locked, and how long its tickets are good.

    A shorter retention is for documents received from now on; a lock that is set is never shortened.
    """

    max_file_mib: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 500
    max_pages: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 1000
    max_megapixels: Annotated[int, msgspec.Meta(ge=10, le=1000)] = 200
    retention_years: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    upload_ticket_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24
    download_ticket_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 15


class ReadingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents are read: `children` pages at once, by a child each; 0: as many as processors.

    `readers` documents are in hand at once; 0: one more than children. What one child may use: `page_seconds` for a page,
    `memory_mib` of address space; `cpu_seconds` of processor time are for a document, a long one gets `page_seconds` a page.
    What one child may use: `page_seconds` for a page, `cpu_seconds` for a document, `memory_mib` of address space. A page
    whose words were read less surely than `doubtful_below` percent on average is listed for a person to look at.
    """

    children: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    readers: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    page_seconds: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 90
    cpu_seconds: Annotated[int, msgspec.Meta(ge=60, le=86400)] = 3600
    memory_mib: Annotated[int, msgspec.Meta(ge=512, le=65536)] = 3072
    doubtful_below: Annotated[int, msgspec.Meta(ge=0, le=95)] = 75


class IdentitySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a sign-in lasts without and with use, and how long invitations and one-time links are good."""

    session_idle_minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] = 120
    session_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 12
    invitation_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 7
    sign_in_link_minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] = 30


ShortPause = Annotated[float, msgspec.Meta(ge=0, le=60)]
LongPause = Annotated[float, msgspec.Meta(ge=0.1, le=3600)]


class Events(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How patient consumers of events are, in seconds.

    `retries_s` are the pauses before an event that fails is tried again, then its source is halted and tried each
    `halted_retry_s`; `feed_poll_s` is the time between two looks at a source's feed; `longest_wait_s` bounds the growing
    pauses while a server is away.
    """

    retries_s: Annotated[tuple[ShortPause, ...], msgspec.Meta(max_length=20)] = (0.2, 1.0, 5.0)
    halted_retry_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 60.0
    feed_poll_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 10.0
    longest_wait_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 5.0


class Webhooks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether webhooks may go to private and loopback addresses, and how long a receiver is waited for.

    A subscriber could else make this machine speak to whatever stands behind its firewall, and see what that answers.
    `pauses_s` are the pauses before the second, third … attempt, then the event is given up; none is longer than an hour,
    for what comes later from the same source waits behind it. `rest_s` bounds how long a receiver that fails is left alone.
    """

    allow_private_targets: bool = False
    pauses_s: Annotated[tuple[LongPause, ...], msgspec.Meta(max_length=200)] = (
        *(5.0, 30.0, 120.0, 600.0, 1800.0),
        *(3600.0,) * 33,
    )
    rest_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 60.0


class Disk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When people are warned that the disk fills (MiB, or percent of it, free), and the MiB below which nothing is taken in.

    The reserve is what databases, read models and logs go on with: too small, and reading stops with writing.
    """

    warn_free_mib: Annotated[int, msgspec.Meta(ge=0)] = 1024
    warn_free_percent: Annotated[float, msgspec.Meta(ge=0, le=100)] = 5.0
    reserve_mib: Annotated[int, msgspec.Meta(ge=0)] = 256


ROUTES: tuple[tuple[Literal["truong", "xa", "so"], ...], ...] = (("truong", "xa", "so"), ("truong", "so"))
"""The ways a registration may go; which one the law means since 01/7/2025 is not known."""


class RegistrationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By whom a registration for external evaluation goes: from the school, by the commune or not, to the department."""

    route: tuple[Literal["truong", "xa", "so"], ...] = ROUTES[0]

    def __post_init__(self) -> None:
        """Refuse a route that no registration could go; msgspec names the place in the file."""
        if self.route not in ROUTES:
            raise ValueError('route phải là ["truong", "xa", "so"] hoặc ["truong", "so"]')


class HolidaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public holidays, of as many years as are known: days on which no office works, beside Saturdays and Sundays."""

    days: tuple[dt.date, ...] = ()


LeadDays = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0, le=730)], ...], msgspec.Meta(max_length=12)]


class RemindersSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days before a deadline people are told, 0 for the day itself, and every how many days once it is overdue.

    `by_kind` says it otherwise for some kinds of deadlines ("task"). From `from_hour` on, in Việt Nam, a day's are told.
    What was told is kept for `keep_days`: never shorter than a step may lie before the next one.
    """

    lead_days: LeadDays = (60, 30, 7, 0)
    overdue_every_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7
    by_kind: dict[str, LeadDays] = {}
    from_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 6
    keep_days: Annotated[int, msgspec.Meta(ge=900, le=36500)] = 1100


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server that takes mail; an empty `host`: none is sent. `sender` is the address it comes from.

    `password_file` lies in the data folder, or anywhere with a full path; it is read when the role starts.
    """

    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""

    def __post_init__(self) -> None:
        """Refuse a server without a sender; msgspec names the place in the file."""
        if self.host and "@" not in self.sender:
            raise ValueError("sender phải là một địa chỉ thư, như nhac-viec@kiemdinh.example.vn")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One installation. `installation` names it in logs, events and keys, and never changes."""

    profile: Profile
    installation: str
    office: str = "Kiểm định chất lượng giáo dục"
    http: Http = Http()
    servers: Servers = Servers()
    evidence: Evidence = Evidence()
    reading: ReadingSettings = ReadingSettings()
    identity: IdentitySettings = IdentitySettings()
    events: Events = Events()
    webhooks: Webhooks = Webhooks()
    disk: Disk = Disk()
    registration: RegistrationSettings = RegistrationSettings()
    holidays: HolidaySettings = HolidaySettings()
    reminders: RemindersSettings = RemindersSettings()
    mail: MailSettings = MailSettings()

    @property
    def documents_in_hand(self) -> int:
        """How many documents are read side by side."""
        return self.reading.readers or 1 + (self.reading.children or os.cpu_count() or 1)


def read_settings(path: Path) -> Settings:
    """Return the settings of a configuration file, addresses overridden by the environment; raises BadSettings."""
    try:
        # Decoded first and converted then: a day may be written with quotes around it, or without as TOML has it.
        settings = msgspec.convert(msgspec.toml.decode(path.read_bytes()), Settings, str_keys=True)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadSettings(f"{path}: {error}") from error
    return _with_environment(settings)


def write_settings(path: Path, settings: Settings) -> None:
    """Writes a new configuration file with what a person may want to change, explained."""
    path.touch(mode=0o600)  # passwords of servers elsewhere may be written into it
    path.write_text(
        TEMPLATE.format(**{name: json.dumps(value, ensure_ascii=False) for name, value in _flat(settings)}), "utf-8"
    )


TEMPLATE = """\
# Cấu hình của hệ thống trên thư mục này. Sửa xong thì khởi động lại.
profile = {profile}
installation = {installation}   # tên của hệ thống trong nhật ký và chữ ký: không đổi
office = {office}

[http]
host = {host}
port = {port}            # 0: lấy cổng nào đang trống
public_url = {public_url}      # địa chỉ người dùng gõ, nếu đứng sau một proxy: "https://kiemdinh.example.vn"
door_port = {door_port}       # profile "server": cổng của cửa nhận tệp; 0: cổng trống
door_url = {door_url}        # địa chỉ người dùng gõ tới cửa ấy; trống mà có public_url: proxy chuyển /door tới cổng trên
hosts = []             # tên máy được trả lời; để trống: mọi tên
proxies = {proxies}            # số proxy đứng trước

# Chỉ dùng cho profile "server". Để trống thì hệ thống tự chạy máy chủ riêng trong thư mục này.
[servers]
amqp = {amqp}            # "amqp://ten:matkhau@may:5672/vhost"
subscribers_amqp = {subscribers_amqp}   # tài khoản chỉ được nghe, cho chương trình ngoài: docs/operations.md
subscribers = []         # chương trình ngoài có tài khoản riêng trên RabbitMQ tự chạy: ["phong-gd"]
postgresql = {postgresql}      # "postgresql://quantri:matkhau@may:5432/postgres"

[servers.objects]
endpoint = {endpoint}        # "may:9000"
access_key = {access_key}
secret_key = {secret_key}
bucket = {bucket}
secure = {secure}

[evidence]
max_file_mib = {max_file_mib}       # tệp lớn nhất được nhận (MiB)
max_pages = {max_pages}         # số trang nhiều nhất của một tệp
max_megapixels = {max_megapixels}     # ảnh lớn nhất (triệu điểm ảnh)
retention_years = {retention_years}     # bản gốc bị khóa bao nhiêu năm; chỉ áp dụng cho tệp nhận từ nay
upload_ticket_hours = {upload_ticket_hours}         # vé gửi tệp dùng được bao lâu
download_ticket_minutes = {download_ticket_minutes}     # vé xem tệp dùng được bao lâu

[reading]
children = {children}           # số trang đọc cùng lúc; 0: theo số bộ xử lý
readers = {readers}            # số tệp đọc cùng lúc; 0: hơn số trang một
page_seconds = {page_seconds}      # lâu nhất cho một trang
cpu_seconds = {cpu_seconds}     # giờ bộ xử lý nhiều nhất cho một tệp
memory_mib = {memory_mib}      # bộ nhớ nhiều nhất của một lần đọc
doubtful_below = {doubtful_below}    # trang đọc chắc dưới bấy nhiêu phần trăm thì cần người xem lại

[identity]
session_idle_minutes = {session_idle_minutes}   # không dùng lâu hơn thì phải đăng nhập lại
session_hours = {session_hours}           # dùng liên tục lâu hơn cũng phải đăng nhập lại
invitation_days = {invitation_days}          # thư mời dùng được bao lâu
sign_in_link_minutes = {sign_in_link_minutes}    # đường dẫn vào một lần dùng được bao lâu

[events]
retries_s = {retries_s}   # nghỉ bao lâu (giây) trước mỗi lần thử lại một sự kiện; hết thì dừng nguồn ấy
halted_retry_s = {halted_retry_s}     # nguồn đã dừng: bao lâu tự thử lại một lần
feed_poll_s = {feed_poll_s}        # bao lâu nhìn lại nhật ký của nguồn một lần
longest_wait_s = {longest_wait_s}      # lúc máy chủ khác vắng: nghỉ lâu nhất giữa hai lần thử

[disk]
warn_free_mib = {warn_free_mib}     # còn ít hơn (MiB) thì nhắc ở trang Tình trạng, doctor và nhật ký
warn_free_percent = {warn_free_percent}  # hoặc còn ít hơn phần trăm này của ổ đĩa
reserve_mib = {reserve_mib}        # còn ít hơn (MiB) thì ngừng nhận thêm, vẫn đọc được; có chỗ lại thì tự nhận tiếp

# Hồ sơ đăng ký đánh giá ngoài đi qua đâu. Chưa tìm thấy điều khoản nào sau 01/7/2025, nên là cài đặt.
[registration]
route = {route}   # ["truong", "so"]: xã không kiểm tra và chuyển

# Ngày nghỉ lễ, để tính ngày làm việc. Năm nào không có ngày nào ở đây thì chỉ trừ thứ Bảy, Chủ nhật, và hạn ghi rõ như vậy.
[holidays]
days = {days}   # ["2026-09-01", "2026-09-02", "2027-01-01"]

# Nhắc hạn: trước bao nhiêu ngày (0: đúng ngày), rồi bao lâu một lần khi đã quá hạn. Rơi vào ngày nghỉ thì nhắc ngày làm việc
# kế tiếp, riêng đúng ngày thì nhắc ngày làm việc trước đó.
[reminders]
lead_days = {lead_days}
overdue_every_days = {overdue_every_days}
from_hour = {from_hour}          # từ mấy giờ thì nhắc
keep_days = {keep_days}       # lời nhắc cũ hơn bấy nhiêu ngày thì xóa
# by_kind = {{ task = [7, 1, 0], training = [14, 3, 0] }}   # loại hạn: docs/how-to/remind-people.md

# Máy chủ thư để gửi thư nhắc mỗi ngày một thư cho người xin nhận. host để trống: không gửi thư.
[mail]
host = {mail_host}
port = {mail_port}
security = {mail_security}    # "starttls", "tls" hoặc "none"
user = {mail_user}
password_file = {mail_password_file}   # tệp chứa mật khẩu, trong thư mục này: "secrets/mail"
sender = {mail_sender}         # "nhac-viec@kiemdinh.example.vn"

[webhooks]
allow_private_targets = {allow_private_targets}   # true: gửi được tới máy trong mạng nội bộ và chính máy này
rest_s = {rest_s}           # nơi nhận đang hỏng: để yên lâu nhất bao nhiêu giây
# pauses_s = [5, 30, 120, 600, 1800, 3600]   # nghỉ bao lâu trước mỗi lần gửi lại, hết thì thôi; để trống: chừng 34 giờ
"""


_REMINDERS_SHOWN = ("lead_days", "overdue_every_days", "from_hour", "keep_days")


def _flat(settings: Settings) -> list[tuple[str, Any]]:
    http, servers, objects = settings.http, settings.servers, settings.servers.objects
    return [
        *((name, getattr(settings, name)) for name in ("profile", "installation", "office")),
        *((name, getattr(http, name)) for name in ("host", "port", "public_url", "door_port", "door_url", "proxies")),
        *((name, getattr(servers, name)) for name in ("amqp", "subscribers_amqp", "postgresql")),
        *((name, getattr(objects, name)) for name in ("endpoint", "access_key", "secret_key", "bucket", "secure")),
        *(
            (name, value)
            for section in (settings.evidence, settings.reading, settings.identity, settings.events, settings.disk)
            for name, value in msgspec.structs.asdict(section).items()
        ),
        *((name, getattr(settings.webhooks, name)) for name in ("allow_private_targets", "rest_s")),
        ("route", settings.registration.route),
        ("days", [day.isoformat() for day in settings.holidays.days]),
        *((name, getattr(settings.reminders, name)) for name in _REMINDERS_SHOWN),
        *((f"mail_{name}", value) for name, value in msgspec.structs.asdict(settings.mail).items()),
    ]


def _with_environment(settings: Settings) -> Settings:
    """Containers get addresses by the environment, so that no secret need be written to a file."""
    servers, objects = settings.servers, settings.servers.objects
    objects = msgspec.structs.replace(
        objects,
        endpoint=_env("S3_ENDPOINT") or objects.endpoint,
        access_key=_env("S3_ACCESS_KEY") or objects.access_key,
        secret_key=_env("S3_SECRET_KEY") or objects.secret_key,
        bucket=_env("S3_BUCKET") or objects.bucket,
    )
    servers = msgspec.structs.replace(
        servers,
        amqp=_env("AMQP_URL") or servers.amqp,
        subscribers_amqp=_env("SUBSCRIBERS_AMQP_URL") or servers.subscribers_amqp,
        postgresql=_env("POSTGRESQL_URL") or servers.postgresql,
        objects=objects,
    )
    webhooks = settings.webhooks
    if _env(PRIVATE_WEBHOOKS):
        webhooks = msgspec.structs.replace(webhooks, allow_private_targets=_is_yes(_env(PRIVATE_WEBHOOKS)))
    return msgspec.structs.replace(settings, servers=servers, webhooks=webhooks)


def prepare_for_a_demo() -> None:
    """Lets webhooks of what this process starts or becomes go to this very machine: the demo's receiver stands here."""
    os.environ[f"KIEMDINH_{PRIVATE_WEBHOOKS}"] = "true"


def _is_yes(text: str) -> bool:
    return text.lower() in {"1", "true", "yes"}


def _env(name: str) -> str:
    return os.environ.get(f"KIEMDINH_{name}", "")


def cache_folder() -> Path:
    """Where programs built once for this machine are kept: $KIEMDINH_CACHE, else the user's cache folder."""
    own = _env("CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "kiemdinh"


def in_ci() -> bool:
    """Whether the run is a continuous-integration one, where a missing server is a failure and not a skip."""
    return _is_yes(os.environ.get("CI", ""))


def role_environment() -> dict[str, str]:
    """The environment of our own child processes: the caller's, with UTF-8 and unbuffered output whatever the locale."""
    return {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
