"""Bringing paper in: the tray of files with their receipts; a plain form to the evidence door, improved by a script."""

from __future__ import annotations

import re

import msgspec

from services.portal.pages import asking
from services.portal.pages.school import keeping
from services.portal.pages.site import blueprint, render
from services.portal.web.context import ask, correlation, door_url, may
from shared.contracts.calls.evidence import OpenUpload, ReadingState, Receipt, ReceiptRequest, UploadOpened
from shared.problems import NotAllowed, Problem

SHOWN = 12
MOST_RECEIPTS = 20
_POSITIONS = re.compile(r"\d{1,15}\*?(?:,\d{1,15}\*?)*\Z")
_UNFINISHED = {ReadingState.WAITING, ReadingState.READING}


@blueprint.get("/truong/<school>/tai-len")
def upload_page(school: str) -> str:
    """Show where to drop files, and the latest ones with how far they are."""
    if not may("evidence.open_upload", school=school):
        raise NotAllowed("Vai trò hiện có chỉ xem được mục này. Xin quyền ở Hiệu trưởng.")
    opened = ask("evidence", "open_upload", OpenUpload(school=school, name="", size_bytes=0), UploadOpened)
    kept, _, _ = keeping(school, limit=SHOWN)
    return render(
        "tai-len.html",
        active="tai-len",
        school=school,
        kept=sorted(kept, key=lambda k: k.document.state not in _UNFINISHED),
        reading=any(k.document.state in _UNFINISHED for k in kept),
        opened=opened,
        action=door_url(opened.url),
        receipts=_receipts(asking.text("bien-nhan")),
        refused=_refused(),
        correlation=correlation(),
    )


def _receipts(text: str) -> list[Receipt]:
    """Return the receipts that the door named (``12,15*``: * was kept before), as far as the caller may read them."""
    if not _POSITIONS.match(text):
        return []
    found = []
    for part in list(dict.fromkeys(text.split(",")))[:MOST_RECEIPTS]:
        try:
            receipt = ask("evidence", "receipt", ReceiptRequest(position=int(part.rstrip("*"))), Receipt)
        except Problem as problem:
            if problem.status >= 500:
                raise
            continue
        found.append(msgspec.structs.replace(receipt, already_kept=part.endswith("*")))
    return found


def _refused() -> list[tuple[str, str]]:
    """Return types and sentences of what the door refused: looked up here, never shown as they came."""
    kinds = asking.text("tu-choi").split(",")[:MOST_RECEIPTS]
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
