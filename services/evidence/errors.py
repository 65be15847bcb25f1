"""What can be wrong with a file or its keeping, each said so that a clerk knows what happened and what to do."""

from __future__ import annotations

from shared.problems import Conflict, NotFound, Problem, Unavailable


class EmptyFile(Problem):
    """No byte arrived and none was meant to."""

    type = "tep-rong"
    status = 422
    title = "Tệp rỗng"


class TruncatedFile(Problem):
    """Fewer bytes than there should be: the sending stopped, or the file itself ends too early."""

    type = "tep-dut"
    status = 422
    title = "Tệp đến thiếu"


class FileTooLarge(Problem):
    """More bytes than this installation takes in one file."""

    type = "tep-qua-lon"
    status = 413
    title = "Tệp quá lớn"


class WrongKind(Problem):
    """Not a kind of file that is kept, or not the kind that its name says."""

    type = "sai-loai"
    status = 415
    title = "Tệp không đúng loại"


class LockedPdf(Problem):
    """A PDF that asks for a password."""

    type = "pdf-co-mat-khau"
    status = 422
    title = "PDF có mật khẩu"


class BrokenPdf(Problem):
    """A PDF that cannot be opened."""

    type = "pdf-hong"
    status = 422
    title = "PDF hỏng"


class BrokenImage(Problem):
    """An image whose header makes no sense."""

    type = "anh-hong"
    status = 422
    title = "Ảnh hỏng"


class ImageTooLarge(Problem):
    """More pixels than can be read."""

    type = "anh-qua-to"
    status = 422
    title = "Ảnh quá to"


class TooManyPages(Problem):
    """More pages than one file may have."""

    type = "nhieu-trang"
    status = 422
    title = "Tệp quá nhiều trang"


class WrongChecksum(Problem):
    """The bytes that arrived are not those that were sent."""

    type = "sai-ma-bam"
    status = 422
    title = "Tệp đến khác tệp gửi"


class LengthRequired(Problem):
    """An upload that does not say how long it is (RFC 9110 section 15.5.12)."""

    type = "thieu-do-dai"
    status = 411
    title = "Thiếu độ dài của phần gửi"


class RangeNotSatisfiable(Problem):
    """A range of a file was asked for that lies beyond its end (RFC 9110 section 15.5.17)."""

    type = "ngoai-tep"
    status = 416
    title = "Phần xin tải nằm ngoài tệp"


class BeingUploaded(Conflict):
    """The same upload is being written by somebody else, or stands at another offset than the sender thinks."""

    type = "dang-tai"
    title = "Tệp này đang được tải từ máy khác"


class UnknownSchool(NotFound):
    """A school that this installation does not know."""

    type = "truong-khong-co"
    title = "Không có trường này"


class NoSuchDocument(NotFound):
    """A document that is not kept here."""

    type = "tai-lieu-khong-co"
    title = "Không có tài liệu này"


class NoSuchPage(NotFound):
    """A page that the document does not have, or whose image is not made yet."""

    type = "trang-khong-co"
    title = "Không có trang này"


class NoRendition(NotFound):
    """A searchable PDF that cannot be given: the document is not read, or no PDF can be made of it."""

    type = "khong-co-ban-pdf"
    title = "Chưa có bản PDF tìm được chữ"


class NoSuchPaper(NotFound):
    """A print that this installation, or this school, does not know."""

    type = "giay-khong-co"
    title = "Không có giấy này"


class PaperIdTaken(Conflict):
    """The id of a print that already stands for another text, or for another school's paper."""

    type = "ma-giay-da-dung"
    title = "Mã giấy đã dùng"


class NoPaperCode(Conflict):
    """A document on which no code of a print of its school was found, and nobody said which print it is of."""

    type = "khong-thay-ma-giay"
    title = "Không thấy mã giấy"


class PrintedTextErased(Conflict):
    """What was printed was erased, so nothing can be compared with it."""

    type = "chu-in-da-xoa"
    title = "Không còn chữ của bản in"


class NotYetRead(Conflict):
    """A document whose text is needed and not there: it waits to be read, or could not be read."""

    type = "chua-doc-xong"
    title = "Tài liệu chưa đọc xong"


class UnknownField(Problem):
    """A descriptive field that does not exist, or a value that may not be written into the log."""

    type = "muc-sai"
    status = 422
    title = "Mục mô tả không ghi được"


class NotYetReadable(Conflict):
    """The document is being read already."""

    type = "dang-doc"
    title = "Tài liệu đang được đọc"


class PageChanged(Conflict):
    """Somebody corrected the page meanwhile, or it was read again: `theirs` is what it reads now, `edition` its number."""

    type = "trang-da-doi"
    title = "Trang đã đổi"


class ImpossibleCorrection(Problem):
    """A correction names a word that the page does not have, or says nothing."""

    type = "sua-khong-duoc"
    status = 422
    title = "Không sửa được như thế"


class StorageFull(Problem):
    """No room left for bytes or events; nothing was kept."""

    type = "kho-day"
    status = 507
    title = "Kho hết chỗ"

    def __init__(self, detail: str = "", /, **data: object) -> None:
        super().__init__(detail or "Kho hết chỗ. Chưa lưu gì, giữ bản giấy. Đã báo người quản trị.", **data)


class ArchiveUnavailable(Unavailable):
    """The archive does not answer."""

    title = "Chưa nối được kho"

    def __init__(self, detail: str = "", /, **data: object) -> None:
        super().__init__(detail or "Chưa nối được kho. Chưa lưu gì; giữ tệp lại. Thử lại sau ít phút.", **data)


class DigestMismatch(Problem):
    """Kept bytes that no longer have the SHA-256 they were kept under."""

    type = "sai-lech"
    status = 500
    title = "Tài liệu khác mã băm lúc lưu"

    def __init__(self, detail: str = "", /, **data: object) -> None:
        super().__init__(
            detail or "Tài liệu này khác mã băm lúc lưu. Đã ngừng hiển thị và báo kiểm toán.",
            **data,
        )


class RetentionActive(Conflict):
    """A version under retention that somebody tried to remove, or a retention somebody tried to shorten."""

    type = "dang-khoa"
    title = "Bản lưu đang trong thời hạn khóa"


class ObjectMissing(Problem):
    """The archive holds no such version: it was removed behind our back."""

    type = "mat-ban-luu"
    status = 500
    title = "Bản lưu không còn trong kho"


class TooManyDocuments(Problem):
    """A question names more documents than one question may."""

    type = "qua-nhieu-tai-lieu"
    status = 400
    title = "Hỏi quá nhiều tài liệu"
