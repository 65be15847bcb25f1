"""Bringing paper in: the tray of files with their receipts; a plain form to the file gateway, improved by a script."""

from __future__ import annotations

import re

import msgspec

from services.portal.pages import query_params
from services.portal.pages.papers import ListedPaper, keeping
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, correlation, may
from shared.contracts.calls.evidence import (
    DocumentsAnswer,
    DocumentsRequest,
    OpenUpload,
    PaperState,
    ReadingState,
    UploadOpened,
)
from shared.problems import NotAllowed
from shared.vocabulary.ids import Position, SchoolCode

SHOWN = 12
MOST_SENT = 50
"""So many papers of one upload are shown as the server knows them; those before them stand in the list."""
_LONGEST_POSITIONS = 4_000
_POSITIONS = re.compile(r"\d{1,15}\*?(?:,\d{1,15}\*?)*\Z")
_UNREAD = {ReadingState.WAITING, ReadingState.READING}


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of this upload as the server knows it now; `again` marks one that was kept before."""

    kept: ListedPaper
    again: bool


@blueprint.get("/truong/<school>/tai-len")
def upload_page(school: SchoolCode) -> str:
    """Show where to drop files, what became of those just sent, and the latest others; what is unfinished stands first."""
    if not may("evidence.open_upload", school=school):
        raise NotAllowed("Vai trò hiện có chỉ xem được mục này. Xin quyền ở Hiệu trưởng.")
    opened = call_service("evidence", "open_upload", OpenUpload(school=school, name="", size_bytes=0), UploadOpened)
    positions = _positions(query_params.text("bien-nhan", _LONGEST_POSITIONS))
    latest = call_service(
        "evidence", "documents", DocumentsRequest(school=school, limit=SHOWN + len(positions)), DocumentsAnswer
    )
    documents = [d for d in latest.documents if d.position not in positions][:SHOWN]
    if positions:
        sent_request = DocumentsRequest(school=school, limit=MOST_SENT, positions=list(positions))
        documents += call_service("evidence", "documents", sent_request, DocumentsAnswer).documents
    papers = sorted(keeping(documents), key=lambda k: k.finished)
    return render(
        "tai-len.html",
        active="tai-len",
        school=school,
        sent=[Sent(kept=k, again=positions[at]) for k in papers if (at := k.document.position) in positions],
        kept=[k for k in papers if k.document.position not in positions],
        uncoded=latest.states.get(PaperState.UNCODED, 0),
        reading=any(k.document.state in _UNREAD for k in papers),
        opened=opened,
        action=opened.url,
        refused=_refused(),
        correlation=correlation(),
    )


def _positions(text: str) -> dict[Position, bool]:
    """Return the receipts that the gateway named (``12,15*``), the last ones of many; * says that it was kept before."""
    # The address was cut at a length: what stands before the last comma is whole.
    whole = text if len(text) < _LONGEST_POSITIONS else text.rpartition(",")[0]
    if not _POSITIONS.match(whole):
        return {}
    return {Position(int(part.rstrip("*"))): part.endswith("*") for part in whole.split(",")[-MOST_SENT:]}


def sent_positions() -> list[Position]:
    """Return the receipts of what the file gateway just took in for the page that is asked for, the last ones of many."""
    return list(_positions(query_params.text("bien-nhan", _LONGEST_POSITIONS)))


def _refused() -> list[tuple[str, str]]:
    """Return types and sentences of what the file gateway refused: looked up here, never shown as they came."""
    kinds = query_params.text("tu-choi").split(",")[:MOST_SENT]
    return [
        (k if k in REFUSALS else "tep-khong-nhan", REFUSALS.get(k, "Tệp không nhận được. Chưa lưu gì.")) for k in kinds if k
    ]


REFUSALS = {
    "tep-rong": "Tệp rỗng, 0 byte. Quét lại rồi tải lên.",
    "tep-dut": "Tệp đến thiếu. Chưa lưu gì. Tải lại.",
    "tep-qua-lon": "Tệp lớn hơn giới hạn. Tách thành nhiều tệp theo văn bản.",
    "sai-loai": "Bên trong không phải PDF hay ảnh. Lưu lại thành PDF rồi tải.",
    "pdf-co-mat-khau": "Tệp có mật khẩu. Mở tệp, chọn In → Lưu thành PDF, rồi tải bản mới.",
    "pdf-hong": "Không mở được PDF này. Quét lại rồi tải.",
    "anh-hong": "Không mở được ảnh này. Chụp hoặc quét lại, hoặc lưu lại thành PDF, rồi tải.",
    "anh-qua-to": "Ảnh quá lớn để đọc. Quét lại ở 300 dpi.",
    "nhieu-trang": "Tệp quá nhiều trang. Tách theo văn bản.",
    "sai-ma-bam": "Tệp đến khác tệp gửi. Chưa lưu gì. Kiểm tra dây mạng rồi tải lại.",
    "dang-tai": "Tệp này đang được tải từ máy khác. Biên nhận sẽ hiện ở cả hai nơi.",
    "kho-day": "Kho hết chỗ. Chưa lưu gì, giữ bản giấy. Đã báo người quản trị.",
    "may-chu-vang": "Chưa nối được kho. Chưa lưu gì; giữ tệp lại. Thử lại sau ít phút.",
    "het-phien": "Hết phiên. Chưa lưu gì. Đăng nhập lại rồi tải.",
}
"""What the door may refuse a file for, in words (the same as the door's own, without its numbers)."""
