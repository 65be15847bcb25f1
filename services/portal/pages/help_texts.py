"""Help about the page one comes from: what it is for, and what to do on it, in two or three sentences."""

from __future__ import annotations

import re

_ABOUT: tuple[tuple[str, str, str], ...] = (
    (
        r"/truong/[^/]+",
        "Tổng quan của trường",
        (
            "Mỗi ô là một tiêu chí với ba lớp: trường, xã, Sở. Chưa mở đợt thì Hiệu trưởng hoặc Hội đồng bấm Mở đợt. "
            "Mục Còn thiếu dẫn tới đúng chỗ phải làm."
        ),
    ),
    (
        r"/truong/[^/]+/tai-len",
        "Tải lên",
        "Kéo tệp vào ô hoặc bấm chọn tệp: PDF, ảnh chụp, ảnh quét. Mỗi tệp xong có biên nhận; không có là chưa lưu.",
    ),
    (
        r"/tai-lieu/[^/]+/[^/]+/sua",
        "Sửa chữ đọc sai",
        (
            "So từng chữ được tô với ảnh: sai thì gõ lại, Enter sang chữ tiếp, Esc bỏ qua, Ctrl+Z lấy lại, Ctrl+Enter lưu. "
            "Đúng cả trang thì bấm Đúng rồi. Chữ đã sửa giữ nguyên cả khi đọc lại."
        ),
    ),
    (
        r"/truong/[^/]+/xem-lai",
        "Trang cần xem lại",
        "Những trang máy đọc chưa chắc, giấy mới nhất đứng đầu. Mở từng trang, so với ảnh, sửa hoặc bấm Đúng rồi.",
    ),
    (
        r"/tai-lieu/.*",
        "Một tài liệu",
        (
            "Đối chiếu thông tin máy đọc với ảnh trang rồi xác nhận, cấp mã minh chứng, gắn vào tiêu chí. "
            "Phím [ và ] qua trang, n tới chỗ tìm thấy sau."
        ),
    ),
    (
        r"/truong/[^/]+/minh-chung",
        "Minh chứng",
        "Danh sách minh chứng theo mã. Tài liệu chưa có mã thì mở ra, cấp mã trước khi gắn.",
    ),
    (
        r"/truong/[^/]+/danh-gia",
        "Tự đánh giá",
        "Bảng các tiêu chí của đợt. Mở từng tiêu chí để đánh giá, viết; còn thiếu gì thì xem ở Trước khi trình.",
    ),
    (
        r"/truong/[^/]+/danh-gia/[^/]+/phan-chung",
        "Phần chung của báo cáo",
        "Viết điểm mạnh, hạn chế của từng tiêu chuẩn và các phần không thuộc tiêu chí nào. Mỗi phần có nút Lưu riêng.",
    ),
    (
        r"/truong/[^/]+/danh-gia/.+/noi-ham",
        "Nội hàm của tiêu chí",
        "Mỗi dòng một điều mà chỉ báo đòi hỏi, câu hỏi để xét, minh chứng cần có và lấy ở đâu.",
    ),
    (
        r"/truong/[^/]+/danh-gia/.+",
        "Viết và đánh giá một tiêu chí",
        (
            "Chọn kết quả từng chỉ báo, viết từng câu kèm mã, gắn minh chứng; trang tự lưu. Xong thì nộp cho người soát. "
            "Phím 1 2 3 chọn, j k đổi dòng, [ chọn mã khi đang viết, c góp ý ở câu."
        ),
    ),
    (
        r"/truong/[^/]+/hoi-dong",
        "Hội đồng và phân công",
        (
            "Ai viết, ai soát, viết tới đâu. Tiêu chí chưa bắt đầu đứng riêng. Hiệu trưởng, Chủ tịch hoặc Thư ký "
            "chia nhóm, phân công. Phím mũi tên đi trong bảng, Enter mở."
        ),
    ),
    (
        r"/truong/[^/]+/hoi-dong/.+",
        "Quyết định, nhóm, phân công, kế hoạch",
        "Điền rồi bấm nút ở cuối trang. Điều chưa đúng quy định được nêu ra, khi ấy chưa ghi gì.",
    ),
    (
        r"/truong/[^/]+/hop",
        "Họp Hội đồng",
        (
            "Ghi cuộc họp, ai có mặt, rồi ghi phiếu ngay trong danh sách; phiếu cộng lại bằng số người có mặt. "
            "Mọi tiêu chí thông qua thì Chủ tịch phê duyệt."
        ),
    ),
    (
        r"/truong/[^/]+/giay-to.*",
        "Giấy tờ của năm",
        "Giấy quá hạn đứng trước. Bấm Word hay PDF để in; in xong, ký, thì chụp hoặc quét lại ở Đính bản đã ký.",
    ),
    (
        r"/truong/[^/]+/truoc-khi-trinh",
        "Trước khi trình",
        "Mỗi chỗ còn thiếu là một liên kết tới đúng ô. Đủ rồi thì Hiệu trưởng trình; sau đó ghi việc công bố ở đây.",
    ),
    (
        r"/truong/[^/]+/cai-tien.*",
        "Kế hoạch cải tiến",
        "Việc quá hạn đứng trước. Nút trong mỗi việc chuyển sang cột sau; xong thì chọn minh chứng.",
    ),
    (r"/truong/[^/]+/so-lieu", "Số liệu", "Ghi số của từng năm học kèm tài liệu nguồn. Ghi lại là sửa; số cũ vẫn còn."),
    (
        r"/truong/[^/]+/lich-su",
        "Lịch sử",
        "Nhập ngày có hiệu lực và điều nhật ký đã biết đến, bấm Xem. Thêm thời điểm B để so hai lúc.",
    ),
    (
        r"/truong/[^/]+/nam-nam",
        "Năm năm học gần nhất",
        "Mỗi năm một cột: mức từng tiêu chí của ba lớp, quyết định đang giữ, kiểm tra duy trì. Bộ tiêu chí khác đứng riêng.",
    ),
    (
        r"/truong/[^/]+/chenh-lech",
        "Chênh lệch giữa ba lớp",
        "Tiêu chí mà trường, xã, Sở không thể cùng đúng, từng năm. Chọn bộ tiêu chí ở trên, tải bảng CSV ở góc.",
    ),
    (
        r"/truong/[^/]+/duy-tri",
        "Duy trì sau công nhận",
        (
            "Xã hoặc Sở ghi mỗi năm học một kết quả, kèm đợt đã kết luận nếu có. Đây là việc nội bộ, không đổi Bằng; "
            "không duy trì thì Sở yêu cầu khắc phục trước."
        ),
    ),
    (
        r"/(xa/[^/]+|so)/duy-tri",
        "Duy trì hằng năm",
        "Các trường đang giữ Bằng hoặc Chứng nhận, xếp theo tên. Chọn năm học; bấm tên trường để ghi kết quả.",
    ),
    (
        r"/(xa/[^/]+|so)/chenh-lech",
        "Chênh lệch theo tiêu chí",
        "Đếm theo tiêu chí xem các lớp khác nhau mấy lần. Mở từng dòng để thấy trường, xếp theo tên; không xếp hạng.",
    ),
    (r"/tim", "Tìm", "Gõ bất kỳ từ nào có trong trang giấy, có dấu hay không dấu. Chỗ tìm thấy được tô vàng."),
    (
        r"/xa/[^/]+/chi-tieu.*",
        "Chỉ tiêu",
        (
            "Mỗi ô là mục tiêu của một trường ở một tiêu chí: mức phải đạt và hạn. Bấm ô để xem còn thiếu gì, sớm nhất khi "
            "nào, và để đặt, điều chỉnh hay bỏ. Chọn một lớp kết quả ở trên; phím mũi tên đi giữa các ô."
        ),
    ),
    (r"/xa/[^/]+", "Các trường của xã", "Mỗi dòng một trường, xếp theo tên. Bấm tên để xem hồ sơ, bấm Kiểm tra để lập đợt."),
    (
        r"/truong/[^/]+/nhu-cau.*",
        "Nhu cầu của trường",
        (
            "Nêu hạng mục, số lượng, kinh phí ước, năm cần có. Phòng Kinh tế thẩm định rồi bố trí vốn; mở một nhu cầu để "
            "xem đến đâu, gửi ảnh công trình, sửa hoặc rút khi còn sửa được."
        ),
    ),
    (
        r"/xa/[^/]+/nhu-cau.*",
        "Nhu cầu và nguồn vốn",
        (
            "Mỗi ô là vốn của một nguồn trong một năm, triệu đồng; bấm vào ô để xem nhu cầu của ô ấy. Phòng Kinh tế thẩm "
            "định, bố trí vốn, ghi tiến độ ở trang của từng nhu cầu."
        ),
    ),
    (
        r"/truong/[^/]+/kien-nghi",
        "Kiến nghị của đoàn",
        (
            "Việc phải trả lời đứng trước, kèm hạn. Viết trường đã làm gì, kèm giấy hoặc chụp trang giấy, rồi gửi. "
            "Đoàn xin giấy thì gắn minh chứng ở đúng tiêu chí ấy, rồi gửi giấy."
        ),
    ),
    (
        r"/truong/[^/]+/dang-ky",
        "Đăng ký đánh giá",
        "Hồ sơ đang ở bước nào, đến hạn ngày nào. Việc làm được bây giờ có biểu mẫu; việc chưa đến lúc ghi rõ vì sao.",
    ),
    (
        r"/(xa/[^/]+|so)/kien-nghi.*",
        "Kiến nghị theo hạn",
        "Quá hạn đứng trước. Bấm việc ở cuối dòng để trả lời, xác minh hoặc gia hạn ngay trong dòng ấy.",
    ),
    (
        r"/xa/[^/]+/ho-so",
        "Hồ sơ đăng ký của các trường",
        "Xếp theo hạn gần nhất. Bấm tên trường để xem hồ sơ đã đến đâu; bấm việc ở cuối dòng để làm.",
    ),
    (
        r"/so/ho-so",
        "Hồ sơ chờ xét",
        (
            "Xếp theo hạn gần nhất, kèm nguồn của hạn. Bấm tên trường để xem đường đi của hồ sơ và khi trường im lặng "
            "thì sao. Phím j k đổi dòng, Enter làm tiếp."
        ),
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so)/chuong-trinh",
        "Chương trình nhiều trường",
        "Chọn các trường, ghi ngày cho từng trường, lập một lần. Một dòng sai thì chưa lập đợt nào; dòng ấy nêu vì sao.",
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so)/[^/]+/nhieu-chi-bao",
        "Ghi nhiều chỉ báo một lần",
        "Chọn kết quả ở các dòng rồi ghi một lần. Dòng để trống thì giữ nguyên như đã ghi.",
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so)/[^/]+/thong-nhat",
        "Thống nhất, kiến nghị, biên bản, kết luận",
        (
            "Ý kiến từng người đứng cạnh nhau, mục lệch trước. Trưởng đoàn hoặc thư ký ghi kết quả; ý kiến khác vẫn giữ. "
            "Chỉ mục đã thống nhất của đợt đã kết luận mới vào kết quả."
        ),
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so)/[^/]+/doan",
        "Lập đoàn",
        "Ghi quyết định, từng người, tiêu chí xem trước và điều kiện. Chưa rõ thì để Chưa rõ; bấm Kiểm tra trước để xem.",
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so)/[^/]+",
        "Kiểm tra, đánh giá ngoài",
        (
            "Đọc câu trường viết và giấy, chọn kết quả, ghi nhận xét; trang tự lưu. Trước khi đi bấm Tải về máy: mất mạng "
            "vẫn ghi, chụp được, có mạng tự gửi. Phím 1 2 3 chọn, j k đổi dòng."
        ),
    ),
    (
        r"/(xa/[^/]+/kiem-tra|so/ho-so).*",
        "Kiểm tra, đánh giá ngoài",
        "Chọn trường, lập đợt, ghi phát hiện từng tiêu chí rồi kết luận. Kết luận rồi thì không ghi thêm.",
    ),
    (
        r"/so/quyet-dinh",
        "Quyết định công nhận",
        "Chọn trường, xem từng điều kiện kèm điều khoản rồi ghi. Dòng đã ghi không mất; sửa, thu hồi là dòng mới.",
    ),
    (
        r"/(so-cong-nhan|bang).*",
        "Sổ công nhận",
        "Gõ số quyết định hoặc một phần của số, hoặc tên trường không cần dấu; chọn ngày để xem hiệu lực ngày ấy.",
    ),
    (
        r"/kiem-toan",
        "Dòng thời gian",
        "Chọn trường để xem trường ấy ở bất kỳ thời điểm nào, so hai thời điểm và tải bản tự kiểm.",
    ),
    (r"/nhat-ky.*", "Nhật ký", "Mọi việc theo thứ tự đã ghi. Bấm Chi tiết ở một dòng để xem dữ liệu gốc."),
    (r"/quan-tri", "Đơn vị", "Lập xã trước, rồi lập trường. Mã đã dùng không lập lại được; đổi tên là việc riêng."),
    (
        r"/quan-tri/nguoi-dung",
        "Người dùng",
        (
            "Mời người bằng phiếu có đường dẫn dùng một lần. Quên mật khẩu thì đặt lại bằng đường dẫn mới. "
            "Luôn còn ít nhất một người quản trị đăng nhập được."
        ),
    ),
    (r"/quan-tri/ma-truy-cap", "Mã truy cập", "Mã cho chương trình, hiện một lần khi cấp. Lộ mã thì thu hồi ngay."),
    (r"/quan-tri/tin-chua-gui", "Tin chưa gửi", "Tin mà một nơi nhận chưa áp dụng được. Sửa nguyên nhân rồi bấm Thử lại."),
    (
        r"/quan-tri/tinh-trang",
        "Tình trạng",
        "Từng phần có chạy không, đĩa còn bao nhiêu. Phần nào không đáp thì xem Chi tiết.",
    ),
    (r"/tai-khoan", "Tài khoản của tôi", "Xem vai trò của mình và đổi mật khẩu. Không đưa mật khẩu cho ai."),
)


def about(path: str) -> tuple[str, str] | None:
    """Return the name of the page at a path of the portal, and what to do on it; None where there is nothing to say."""
    asked = path.partition("?")[0]
    return next(((name, text) for pattern, name, text in _ABOUT if re.fullmatch(pattern, asked)), None)
