"""`kiemdinh commune`, `school`, `user`, `token`: setting up offices, schools and people."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from client.api_client import Client
from shared.vocabulary.roles import Role
from shared.vocabulary.signing import SigningAs

commune = typer.Typer(no_args_is_help=True, help="Xã, phường có phòng Văn hóa – Xã hội quản lý trường.")
school = typer.Typer(no_args_is_help=True, help="Trường học.")
user = typer.Typer(no_args_is_help=True, help="Người dùng và vai trò.")
token = typer.Typer(no_args_is_help=True, help="Mã truy cập cho chương trình.")

SchoolCode = Annotated[str, typer.Argument(metavar="TRƯỜNG", help="Mã trường.")]
NewCode = Annotated[str, typer.Argument(metavar="MÃ")]
NewName = Annotated[str, typer.Argument(metavar="TÊN")]
OtherName = Annotated[str, typer.Argument(metavar="TÊN_MỚI")]
AccountId = Annotated[str, typer.Argument(metavar="MÃ_TÀI_KHOẢN")]
RoleName = Annotated[
    str,
    typer.Option(
        "--role",
        help=f"Một trong: {', '.join(Role)}.",
    ),
]
ScopeName = Annotated[str, typer.Option("--scope", help="truong:MÃ, xa:MÃ, so hoặc tat_ca.")]


UntilDay = Annotated[
    str, typer.Option("--until", metavar="NGÀY", help="Ngày cuối còn vai trò (YYYY-MM-DD); bỏ trống là không có ngày hết.")
]
Signing = Annotated[
    str,
    typer.Option("--signs", help=f"Ký giấy tờ như thế nào, một trong: {', '.join(SigningAs)}; bỏ trống là ký chính danh."),
]


def grant(role: str, scope: str) -> dict[str, str]:
    """Return a role in a scope as the API takes it; `scope` is ``truong:TH-BC``, ``xa:BM``, ``so`` or ``tat_ca``."""
    kind, _, code = scope.partition(":")
    return {"role": role, "scope_kind": kind, "scope": code}


def _on_terms(until: str, signs: str) -> dict[str, str]:
    return ({"until": until} if until else {}) | ({"signs": signs} if signs else {})


@client_command(commune, "add", epilog='Ví dụ: kiemdinh commune add NL "Xã Nậm Lam" --data ./kiemdinh-data')
def add_commune(
    client: Client,
    screen: Screen,
    code: NewCode,
    name: NewName,
) -> None:
    """Lập một xã."""
    done = client.post("communes", {"commune": code, "name": name})
    screen.show({"commune": code, "name": name, **done}, f"Đã lập {name} ({code}).")


@client_command(commune, "rename", epilog='Ví dụ: kiemdinh commune rename NL "Xã Nậm Lam"')
def rename_commune(
    client: Client,
    screen: Screen,
    code: Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")],
    name: OtherName,
) -> None:
    """Đổi tên một xã. Mã không đổi; tên cũ còn trong nhật ký."""
    screen.show(client.put(f"communes/{code}/name", {"name": name}), f"Xã {code} nay là {name}.")


@client_command(commune, "list", epilog="Ví dụ: kiemdinh commune list --json")
def list_communes(client: Client, screen: Screen) -> None:
    """Liệt kê các xã."""
    screen.rows(client.get("communes")["communes"], [("commune", "Mã"), ("name", "Tên")], empty="Chưa có xã nào.")


@client_command(school, "add", epilog='Ví dụ: kiemdinh school add TH-BC "Tiểu học Bản Chuông" --kind tieu_hoc --commune NL')
def add_school(
    client: Client,
    screen: Screen,
    code: NewCode,
    name: NewName,
    kind: Annotated[str, typer.Option("--kind", help="mam_non, tieu_hoc, thcs, thpt hoặc nhieu_cap.")],
    commune: Annotated[str, typer.Option("--commune", help="Mã xã.")],
    level: Annotated[list[str] | None, typer.Option("--level", help="Cấp học của trường nhiều cấp; lặp lại được.")] = None,
) -> None:
    """Lập một trường."""
    wanted = {"commune": commune, "code": code, "name": name, "kind": kind, "levels": level or []}
    done = client.post("schools", wanted)
    screen.show({"code": code, "name": name, "kind": kind, **done}, f"Đã lập {name} ({code}).")


@client_command(school, "rename", epilog='Ví dụ: kiemdinh school rename TH-BC "Trường Tiểu học Bản Chuông"')
def rename_school(client: Client, screen: Screen, code: SchoolCode, name: OtherName) -> None:
    """Đổi tên một trường. Mã không đổi; tên cũ còn trong nhật ký."""
    screen.show(client.put(f"schools/{code}/name", {"name": name}), f"Trường {code} nay là {name}.")


@client_command(
    school,
    "close",
    epilog='Ví dụ: kiemdinh school close TH-BC --number 15/QĐ-UBND --on 2026-08-01 --reason "Sáp nhập trường"',
)
def close_school(
    client: Client,
    screen: Screen,
    code: SchoolCode,
    number: Annotated[str, typer.Option("--number", help="Số quyết định đóng hay sáp nhập trường.")],
    on: Annotated[str, typer.Option("--on", help="Đóng từ ngày (YYYY-MM-DD).")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do, như trong quyết định.")],
) -> None:
    """Ghi quyết định đóng hay sáp nhập trường: không mở đợt, không giao việc nữa; kết quả đã công nhận giữ nguyên."""
    closed = client.post(f"schools/{code}/closing", {"number": number, "on": on, "reason": reason})
    screen.show(closed, f"Đã ghi: trường {code} đóng từ {on}.")


@client_command(school, "list", epilog="Ví dụ: kiemdinh school list --json")
def list_schools(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
) -> None:
    """Liệt kê các trường theo tên."""
    schools = client.get("schools", commune=commune)["schools"]
    rows = [{"code": row["code"], "name": row["name"], "kind": row["kind"]} for row in schools]
    screen.rows(rows, [("code", "Mã"), ("name", "Tên"), ("kind", "Loại")], empty="Chưa có trường nào.")


@client_command(
    school, "conditions", epilog="Ví dụ: kiemdinh school conditions TH-BC cohort_completed=true years_of_activity=12"
)
def state_conditions(
    client: Client,
    screen: Screen,
    code: SchoolCode,
    conditions: Annotated[list[str], typer.Argument(metavar="TÊN=GIÁ_TRỊ...")],
    on: Annotated[str, typer.Option("--on", help="Có hiệu lực từ ngày (YYYY-MM-DD).")] = "",
    document: Annotated[str, typer.Option("--document", help="Mã tài liệu làm căn cứ; bỏ trống là tự khai.")] = "",
) -> None:
    """Nêu các điều kiện công nhận: khóa hoàn thành, số năm hoạt động, số năm dữ liệu liên tiếp, cơ sở vật chất."""
    body: dict[str, Any] = {"school": code, "conditions": dict(map(_condition, conditions))}
    body |= ({"on": on} if on else {}) | ({"document": document} if document else {})
    done = client.post(f"schools/{code}/conditions", body)
    screen.show(done, f"Đã ghi {len(conditions)} điều kiện.")


def _condition(text: str) -> tuple[str, bool | int]:
    name, _, value = text.partition("=")
    if value in {"true", "false"}:
        return name, value == "true"
    if not value.isdecimal():
        raise typer.BadParameter(f"{text}: cần TÊN=true, TÊN=false hoặc TÊN=SỐ")
    return name, int(value)


@client_command(
    school,
    "figures",
    epilog="Ví dụ: kiemdinh school figures TH-BC 2026-2027 PT.2.2.Q03=18/20 PT.4.1.Q03=3 --document TÀI_LIỆU",
)
def state_figures(
    client: Client,
    screen: Screen,
    code: SchoolCode,
    year: Annotated[str, typer.Argument(metavar="NĂM_HỌC", help="Như 2025-2026.")],
    figures: Annotated[list[str], typer.Argument(metavar="SỐ_LIỆU=TỬ/MẪU...", help="Số đếm thì chỉ ghi một số.")],
    document: Annotated[str, typer.Option("--document", help="Mã tài liệu làm căn cứ cho các số liệu này.")] = "",
    note: Annotated[str, typer.Option("--note", help="Ghi chú cho các số liệu này.")] = "",
    cycle: Annotated[str, typer.Option("--cycle", help="Đợt có bộ tiêu chí để đối chiếu; bỏ trống là đợt mới nhất.")] = "",
    on: Annotated[str, typer.Option("--on", help="Có hiệu lực từ ngày (YYYY-MM-DD); bỏ trống là hôm nay.")] = "",
) -> None:
    """Ghi số liệu của một năm học; xem bằng lệnh figures. Ghi lại là sửa, số cũ vẫn còn trong nhật ký."""
    stated = [_figure(text) | {"document": document, "note": note} for text in figures]
    body: dict[str, Any] = {"school": code, "school_year": year, "figures": stated, "cycle": cycle}
    done = client.post(f"schools/{code}/figures", body | ({"on": on} if on else {}))
    screen.show(done, f"Đã ghi {len(stated)} số liệu năm học {year}. Số {done['position']}.")
    if not screen.as_json:
        _tell_missing_years(client, screen, code, cycle, {figure["figure"] for figure in stated})


def missing_words(row: dict[str, Any]) -> str:
    """Return which school years a threshold over several years still lacks, '' for none."""
    missing = row.get("missing_years") or []
    return f"còn thiếu năm {', '.join(missing)}" if missing else ""


def _tell_missing_years(client: Client, screen: Screen, code: str, cycle: str, stated: set[str]) -> None:
    """Say of the figures just stated which other years the law asks for."""
    found = client.get(f"schools/{code}/figures", cycle=cycle)["figures"]
    for line in dict.fromkeys(f"{row['figure']}: {missing_words(row)}" for row in found if row["figure"] in stated):
        if not line.endswith(": "):
            screen.show(None, line)


_FIGURE = re.compile(r"(?P<figure>[\w.]+)=(?P<numerator>\d+(?:[.,]\d+)?)(?:/(?P<denominator>\d+(?:[.,]\d+)?))?")


def _figure(text: str) -> dict[str, Any]:
    rows = _FIGURE.fullmatch(text)
    if rows is None:
        raise typer.BadParameter(f"{text}: cần SỐ_LIỆU=TỬ/MẪU hoặc SỐ_LIỆU=SỐ, như gv_dat_chuan_trinh_do=18/20")
    given = {name: value.replace(",", ".") for name, value in rows.groupdict().items() if value is not None}
    return given | {"figure": rows["figure"]}


@client_command(user, "add", epilog='Ví dụ: kiemdinh user add van-thu-1 "Văn thư" --role van_thu --scope truong:TH-BC')
def add_user(
    client: Client,
    screen: Screen,
    login: Annotated[str, typer.Argument(metavar="TÊN_ĐĂNG_NHẬP")],
    name: Annotated[str, typer.Argument(metavar="TÊN_HIỂN_THỊ")],
    role: RoleName,
    scope: ScopeName,
    until: UntilDay = "",
    signs: Signing = "",
) -> None:
    """Mời một người: in đường dẫn dùng một lần để người ấy tự đặt mật khẩu."""
    invited = client.post(
        "users", {"login": login, "display_name": name, "grants": [grant(role, scope) | _on_terms(until, signs)]}
    )
    screen.show(invited, f"Gửi đường dẫn này cho người dùng, dùng được một lần:\n{invited['invitation_url']}")


@client_command(user, "list", epilog="Ví dụ: kiemdinh user list --json")
def list_users(client: Client, screen: Screen) -> None:
    """Liệt kê người dùng."""
    columns = [("login", "Đăng nhập"), ("display_name", "Tên"), ("state", "Trạng thái"), ("account", "Mã")]
    screen.rows(client.get("users")["accounts"], columns, empty="Chưa có người dùng nào.")


@client_command(user, "grant", epilog="Ví dụ: kiemdinh user grant MÃ_TÀI_KHOẢN --role hoi_dong --scope truong:TH-BC")
def grant_role(
    client: Client,
    screen: Screen,
    account: AccountId,
    role: RoleName,
    scope: ScopeName,
    until: UntilDay = "",
    signs: Signing = "",
) -> None:
    """Giao thêm một vai trò; giao lại vai trò đang có là đổi ngày hết và cách ký."""
    done = client.post(f"users/{account}/roles", grant(role, scope) | _on_terms(until, signs))
    screen.show(done, "Đã giao vai trò.")


@client_command(user, "revoke", epilog="Ví dụ: kiemdinh user revoke MÃ_TÀI_KHOẢN --role hoi_dong --scope truong:TH-BC")
def revoke_role(
    client: Client,
    screen: Screen,
    account: AccountId,
    role: RoleName,
    scope: ScopeName,
) -> None:
    """Thu lại một vai trò; giao lại được. Vai trò quản trị của người cuối cùng đăng nhập được thì không thu."""
    done = client.delete(f"users/{account}/roles", grant(role, scope))
    screen.show(done, "Đã thu vai trò.")


@client_command(user, "close", epilog="Ví dụ: kiemdinh user close MÃ_TÀI_KHOẢN")
def close_account(client: Client, screen: Screen, account: AccountId) -> None:
    """Đóng hẳn một tài khoản: người ấy ra khỏi hệ thống ngay; việc đã làm vẫn còn."""
    done = client.delete(f"users/{account}")
    screen.show(done, "Đã đóng tài khoản.")


@client_command(
    token,
    "issue",
    epilog="Ví dụ: kiemdinh token issue cong-du-lieu --role chuong_trinh --scope tat_ca\n\n"
    "kiemdinh token issue may-cua-hieu-truong --for hieu-truong-1",
)
def issue_token(
    client: Client,
    screen: Screen,
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên chương trình.")],
    role: Annotated[
        str, typer.Option("--role", help=f"Một trong: {', '.join(Role)}. Đi với --for thì chỉ lấy vai trò này của người ấy.")
    ] = "",
    scope: Annotated[str, typer.Option("--scope", help="truong:MÃ, xa:MÃ, so hoặc tat_ca.")] = "",
    login: Annotated[
        str, typer.Option("--for", metavar="TÊN_ĐĂNG_NHẬP", help="Mã làm việc như người này, với các vai trò của người ấy.")
    ] = "",
) -> None:
    """Cấp mã truy cập cho một chương trình, hoặc để làm việc như một người (--for); mã chỉ hiện một lần."""
    if bool(role) != bool(scope) or not (role or login):
        raise typer.BadParameter("Cần cả --role và --scope, hoặc --for TÊN_ĐĂNG_NHẬP.")
    wanted: dict[str, Any] = {"name": name, "grants": [grant(role, scope)] if role else []}
    issued = client.post("tokens", wanted | ({"login": login} if login else {}))
    screen.show(issued | ({"for": login} if login else {}), f"Mã truy cập (chỉ hiện một lần): {issued['token']}")


@client_command(token, "list", epilog="Ví dụ: kiemdinh token list --json")
def list_tokens(client: Client, screen: Screen) -> None:
    """Liệt kê mã truy cập (không hiện mã)."""
    screen.rows(
        client.get("tokens")["tokens"],
        [("id", "Số"), ("name", "Tên"), ("login", "Như người"), ("state", "Trạng thái")],
        empty="Chưa có mã nào.",
    )


@client_command(token, "revoke", epilog="Ví dụ: kiemdinh token revoke SỐ")
def revoke_token(client: Client, screen: Screen, number: Annotated[str, typer.Argument(metavar="SỐ")]) -> None:
    """Thu hồi một mã truy cập."""
    screen.show(client.delete(f"tokens/{number}"), "Đã thu hồi.")
