"""Says in a clerk's words why a document could not be read, and what to know of one that was; for pages and the command."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.calls.evidence import DocumentPaper, PaperCodeState
from shared.vocabulary import labels

FIELD_NAMES = {
    "loai_van_ban": "Loại văn bản",
    "so_ky_hieu": "Số, ký hiệu",
    "ngay_ban_hanh": "Ngày ban hành",
    "co_quan": "Cơ quan ban hành",
    "trich_yeu": "Trích yếu",
    "nguoi_ky": "Người ký",
}
"""Name of a descriptive field, as the log has it → its label."""

FAILURES = {
    "qua-gio": "Đọc quá giờ. Tách tệp thành nhiều phần rồi gửi từng phần.",
    "het-bo-nho": "Hết bộ nhớ khi đọc. Quét lại ở 300 dpi hoặc tách tệp.",
    "tep-hong": "Tệp hỏng, đứt hoặc không mở được. Quét hoặc chép lại.",
    "kieu-nen-la": "Ảnh nén theo kiểu máy đọc không mở được. Lưu lại thành PDF hoặc TIFF thường rồi gửi lại.",
    "qua-lon": "Trang quá lớn để đọc. Quét lại ở 300 dpi.",
    "may-doc-loi": "Máy đọc chữ gặp lỗi. Đọc lại; nếu vẫn lỗi, báo người quản trị chạy kiemdinh doctor.",
}
"""Stable word of the evidence service → why a document could not be read, and what to do."""

NOTES = {
    "bieu-mau-xfa": (
        "Tệp là biểu mẫu XFA động: nội dung điền trong đó không đọc được ở đây. Mở bằng phần mềm đã tạo ra, in ra PDF "
        "thường rồi gửi lại."
    ),
}
"""Stable word of the evidence service → what to know of a document that was read, and what to do."""

DOUBTS = {
    "trang-khong-chu": ("{pages} có vết mực nhưng không đọc được chữ nào.", "Trang nào có mực cũng đọc được chữ."),
    "doc-chua-chac": ("{pages} đọc chưa chắc; so với ảnh trước khi dùng.", "Chữ mọi trang đọc đủ chắc."),
    "trang-chua-doc": (
        "{pages} chưa đọc được: ảnh không mở được, hoặc đọc quá giờ, quá bộ nhớ.",
        "Không trang nào bị bỏ lại.",
    ),
    "con-cho-chua-doc": ("{pages} còn vết mực giống chữ chưa đọc.", "Không còn vết mực giống chữ nào chưa đọc."),
    "chu-mo": ("{pages} chữ mờ.", "Chữ mọi trang đủ đậm."),
    "anh-nhoe": ("{pages} ảnh nhòe.", "Ảnh mọi trang đủ nét."),
    "anh-tho": ("{pages} quét thô, dưới 150 điểm một inch.", "Ảnh mọi trang đủ mịn."),
}
"""Stable word of the evidence service → why a person should look at pages, and what is said where none has it."""


_PAPERS = {
    PaperCodeState.KNOWN: "Trang {page} mang mã của giấy {paper} hệ thống đã in, chưa đính làm bản đã ký.",
    PaperCodeState.FOREIGN: "Trang {page} mang mã giấy của trường khác in. Chưa đính gì; xem lại có tải nhầm trường không.",
    PaperCodeState.UNKNOWN: "Trang {page} mang mã giấy {paper}, nhưng hệ thống không in văn bản nào như vậy. Chưa đính gì.",
}


def paper_hint(paper: DocumentPaper) -> str:
    """Return what the code of a print on a document's pages led to."""
    if paper.state is not PaperCodeState.SIGNED:
        return _PAPERS[paper.state].format(page=paper.page, paper=paper.paper)
    compared = f"khác bản in {paper.differences} chỗ" if paper.differences else "không khác bản in"
    return f"Bản đã ký của giấy {paper.paper}: {compared}."


def page_doubt(word: str, pages: Sequence[int]) -> str:
    """Return what is doubtful about these pages of a document; without any, that nothing is."""
    doubtful, sure = DOUBTS.get(word, ("{pages} cần xem lại.", "Không có gì cần xem lại."))
    return doubtful.format(pages=f"Trang {_ranges(pages)}") if pages else sure


def _ranges(pages: Sequence[int]) -> str:
    """Return page numbers in order as people write them: 1, 3–5, 9."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def reading_failure(word: str) -> str:
    """Return why a document could not be read."""
    return FAILURES.get(word, "Máy không đọc được tệp này.")


def reading_note(word: str) -> str:
    """Return what to know of a document that was read."""
    return NOTES.get(word, "Có điều cần xem lại ở tệp này. So chữ đọc được với bản gốc.")


def page_doubts(doubts: Sequence[str], unplaced: int) -> str:
    """Return in a few words why a person should look at a page."""
    why = [labels.PAGE_DOUBT_LABELS.get(word, "có chỗ cần xem") for word in doubts]
    if unplaced:
        why.append(f"{unplaced} chỗ đã sửa không còn khớp")
    return ", ".join(dict.fromkeys(why)) or labels.PAGE_DOUBT_LABELS["doc-chua-chac"]


def page_kind(kind: str) -> str:
    """Return what a page is, '' where nobody said."""
    return labels.PAGE_KIND_LABELS.get(kind, "")
