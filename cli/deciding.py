"""`kiemdinh meeting`, `cycle approve`, `copy`, `candidates`, `publish`: what a council decides, a year from the last."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.judging import CriterionCode, On, cycle, day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.labels import CONFIDENCE_LABELS

meeting = typer.Typer(no_args_is_help=True, help="Họp Hội đồng tự đánh giá, biểu quyết.")

Document = Annotated[str, typer.Option("--document", help="Mã tài liệu đã tải lên, như biên bản.")]


def _people(*told: list[str] | None) -> list[str]:
    """Return logins told in any of the ways people write them: several times, with commas, or one after the other."""
    return [one for some in told for text in some or [] for one in text.replace(",", " ").split()]


@client_command(
    meeting,
    "hold",
    epilog='Ví dụ: kiemdinh meeting hold TH-BC --on 2026-11-20 --present hien lan dung --agenda "Thông qua tiêu chí 1.1"',
)
def hold_meeting(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    also_present: Annotated[
        list[str] | None, typer.Argument(metavar="[NGƯỜI]...", help="Người có mặt, viết tiếp sau --present.")
    ] = None,
    *,
    present: Annotated[list[str], typer.Option("--present", help="Tên đăng nhập (hoặc mã) của người có mặt; nhiều người.")],
    agenda: Annotated[str, typer.Option("--agenda", help="Nội dung họp.")],
    on: On = "",
    document: Document = "",
    cycle: Cycle = "",
) -> None:
    """Ghi một cuộc họp Hội đồng: Thư ký, Chủ tịch hoặc Hiệu trưởng ghi."""
    chosen = newest_cycle(client, school, cycle)
    body: dict[str, Any] = {"school": school, "cycle": chosen, "present": _people(present, also_present), "agenda": agenda}
    body |= day_given(on) | ({"document": document} if document else {})
    held = client.post(f"schools/{school}/cycles/{chosen}/meetings", body)
    screen.show(held, f"Đã ghi cuộc họp {held['id']}.")


@client_command(meeting, "list", epilog="Ví dụ: kiemdinh meeting list TH-BC")
def list_meetings(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Các cuộc họp Hội đồng của đợt, mới trước."""
    chosen = newest_cycle(client, school, cycle)
    meetings = client.get(f"schools/{school}/cycles/{chosen}/meetings")["meetings"]
    rows = meetings if screen.as_json else [_meeting(one) for one in meetings]
    columns = [("id", "Mã"), ("on", "Ngày"), ("present", "Có mặt"), ("agenda", "Nội dung"), ("votes", "Biểu quyết")]
    screen.rows(rows, columns, empty=f"Đợt {chosen} chưa ghi cuộc họp nào.")


def _meeting(one: dict[str, Any]) -> dict[str, Any]:
    passed = [vote["criterion"] for vote in one["votes"] if vote["passed"]]
    return one | {"present": len(one["present"]), "votes": f"{len(passed)}/{len(one['votes'])} thông qua"}


@client_command(
    meeting, "vote", epilog="Ví dụ: kiemdinh meeting vote TH-BC 1.3 --meeting MÃ_HỌP --for 6 --against 1 --abstain 0"
)
def vote(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    criterion: CriterionCode,
    meeting: Annotated[str, typer.Option("--meeting", help="Mã cuộc họp, do “meeting hold” trả về.")],
    votes_for: Annotated[int, typer.Option("--for", help="Số phiếu thuận.")],
    against: Annotated[int, typer.Option("--against", help="Số phiếu không thuận.")] = 0,
    abstain: Annotated[int, typer.Option("--abstain", help="Số phiếu trắng.")] = 0,
    opinion: Annotated[list[str] | None, typer.Option("--opinion", help="Ý kiến; lặp lại được.")] = None,
    cycle: Cycle = "",
) -> None:
    """Ghi kết quả biểu quyết một tiêu chí đã soát; tổng phiếu bằng số người có mặt."""
    chosen = newest_cycle(client, school, cycle)
    votes = {"for": votes_for, "against": against, "abstain": abstain}
    body = {"school": school, "cycle": chosen, "criterion": criterion, "meeting": meeting, "opinions": opinion or []} | votes
    voted = client.post(f"schools/{school}/cycles/{chosen}/criteria/{criterion}/votes", body)
    screen.show(voted, f"Tiêu chí {criterion}: {voted['because']}")


@client_command(cycle, "approve", epilog="Ví dụ: kiemdinh cycle approve TH-BC")
def approve_report(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Chủ tịch Hội đồng phê duyệt báo cáo như đang có trong nhật ký."""
    chosen = newest_cycle(client, school, cycle)
    approved = client.post(f"schools/{school}/cycles/{chosen}/approval", {"school": school, "cycle": chosen})
    screen.show(approved, f"Đã phê duyệt báo cáo đợt {chosen}, bản ghi số {approved['position']}.")


@client_command(cycle, "copy", epilog="Ví dụ: kiemdinh cycle copy TH-BC --from 2025-2026 --year 2026-2027")
def copy_cycle(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    former: Annotated[str, typer.Option("--from", help="Đợt đem chép.")],
    year: Annotated[str, typer.Option("--year", help="Năm học của đợt mới, như 2026-2027.")],
    on: On = "",
) -> None:
    """Mở đợt mới từ phần viết của đợt trước, mỗi phần phải xem lại; không chép kết quả."""
    body = {"school": school, "former": former, "year": year} | day_given(on)
    opened = client.post(f"schools/{school}/cycles/{former}/copies", body)
    texts = (
        "Phần viết được chép sang, mỗi phần phải xem lại." if opened["copies"] else "Khác thông tư: không chép phần viết."
    )
    screen.show(opened, f"Đã mở đợt {opened['cycle']} theo {opened['rulebook']}. {texts}")


@client_command(cycle, "candidates", epilog="Ví dụ: kiemdinh cycle candidates TH-BC --from 2024-2025")
def candidates(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    former: Annotated[str, typer.Option("--from", help="Đợt trước; bỏ trống là đợt mới nhất theo thông tư khác.")] = "",
    cycle: Cycle = "",
) -> None:
    """Minh chứng của đợt theo thông tư trước, kèm gợi ý tiêu chí mới; cấp mã bằng evidence code."""
    chosen = newest_cycle(client, school, cycle)
    answer = client.get(f"schools/{school}/cycles/{chosen}/evidence-candidates", former=former)
    rows = answer["evidence"]
    if not screen.as_json:
        rows = [one | {"candidates": [candidate["criterion"] for candidate in one["candidates"]]} for one in rows]
        if answer["note"]:
            screen.notes.print(f"{answer['note']} (độ chắc: {CONFIDENCE_LABELS[answer['confidence']]}).", markup=False)
    columns = [
        ("code", "Mã cũ"),
        ("title", "Tài liệu"),
        ("criterion", "Tiêu chí cũ"),
        ("candidates", "Gợi ý"),
        ("new_code", "Mã mới"),
        ("document", "Mã tài liệu"),
    ]
    screen.rows(rows, columns, empty="Không có minh chứng nào của thông tư trước để đưa sang.")


@client_command(
    cycle, "publish", epilog='Ví dụ: kiemdinh cycle publish TH-BC --channel "Bảng tin của trường" --on 2027-06-20'
)
def publish_report(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    channel: Annotated[list[str], typer.Option("--channel", help="Nơi công bố; lặp lại được.")],
    document: Document = "",
    on: On = "",
    cycle: Cycle = "",
) -> None:
    """Hiệu trưởng ghi việc công bố kết quả tự đánh giá, sau khi trình."""
    chosen = newest_cycle(client, school, cycle)
    body: dict[str, Any] = {"school": school, "cycle": chosen, "channels": channel} | day_given(on)
    body |= {"document": document} if document else {}
    done = client.post(f"schools/{school}/cycles/{chosen}/publication", body)
    screen.show(done, f"Đã ghi công bố. Số {done['position']}.")
