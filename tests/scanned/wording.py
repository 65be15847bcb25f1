"""Words of invented papers: people, places, numbers, dates and sentences, drawn from a seed."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import NamedTuple


def _split(text: str, by: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(by))


FAMILIES = _split(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lường Lò Quàng Cầm Vàng Giàng Thào Hà Tạ Chử "
    "Đèo Lương Khuất Mạc Nghiêm Ông Triệu Vi Tòng Sầm Hoàn Kiều Trịnh"
)
MIDDLES = _split(
    "Văn Thị Hữu Đức Ngọc Minh Quốc Thanh Xuân Thúy Bích Gia Khánh Bảo Đình Mỹ Như Công Viết Hồng Kim Tuấn A Thế"
)
GIVEN = _split(
    "An Ánh Bằng Bình Chiến Cường Dũng Dung Diệp Đạt Điệp Giang Hà Hạnh Hằng Hậu Hiếu Hòa Hoài Huệ Hưởng Hường Khuê Kiên "
    "Lan Lệ Liễu Lĩnh Long Lượng Mận Mến Nga Ngân Nghĩa Nguyệt Nhã Nhung Oanh Phượng Quý Quyên Sơn Tâm Thắm Thảo Thiện Thoa "
    "Thủy Tiến Toản Trường Tú Tuyết Uyên Vân Vinh Vượng Xuyến Yến Ỷ Ưng"
)
FIRST = _split("Nậm Khe Suối Bản Phiêng Thạch Cẩm Lũng Đồng Mường Pác Quỳnh Vĩnh Huổi Tà Cốc Hạ Thượng Yên Đằng")
SECOND = _split(
    "Lam Vầu Đĩa Khuông Ngoãng Trầm Hưởng Lựu Sậy Chuồn Búng Ươm Giềng Thuận Mỵ Đuống Quẽ Nghiền Bưởi Lạp Kỳ Uông"
)
LEVELS = (("Tiểu học", "TH"), ("Mầm non", "MN"), ("Trung học cơ sở", "THCS"), ("Tiểu học và Trung học cơ sở", "TH&THCS"))
SUBJECTS = _split(
    "Tiếng Việt,Toán,Ngữ văn,Lịch sử và Địa lí,Khoa học tự nhiên,Giáo dục công dân,Công nghệ,Tin học,Tiếng Anh,Âm nhạc,"
    "Mĩ thuật,Giáo dục thể chất,Hoạt động trải nghiệm,Đạo đức",
    ",",
)
ROLES = _split(
    "Hiệu trưởng,Phó Hiệu trưởng,Tổ trưởng Tổ Văn phòng,Tổ trưởng chuyên môn,Chủ tịch Công đoàn,Tổng phụ trách Đội,"
    "Thư ký Hội đồng,Giáo viên chủ nhiệm lớp 5A,Kế toán,Nhân viên y tế,Nhân viên thư viện,Giáo viên,"
    "Trưởng ban đại diện cha mẹ học sinh",
    ",",
)
ETHNIC = _split("Kinh,Thái,Mường,Tày,Nùng,Dao,Mông,Sán Dìu,Giáy,Khơ Mú", ",")
MATTERS = (
    "tự đánh giá chất lượng giáo dục",
    "kiểm tra hồ sơ phổ cập giáo dục",
    "rà soát cơ sở vật chất và thiết bị dạy học",
    "tổ chức hội nghị viên chức, người lao động",
    "tuyển sinh vào lớp 1 và lớp 6",
    "thực hiện quy chế dân chủ ở cơ sở",
    "phòng, chống đuối nước cho học sinh trong dịp hè",
    "bảo đảm an toàn thực phẩm tại bếp ăn bán trú",
    "xây dựng thư viện thân thiện",
    "kiểm kê tài sản công",
    "nâng cao chất lượng bữa ăn học đường",
    "bồi dưỡng thường xuyên cho giáo viên",
    "cải tạo nhà vệ sinh và hệ thống nước sạch",
    "quyên góp sách cũ tặng học sinh vùng khó khăn",
)
THINGS = (
    "biên bản họp tổ chuyên môn",
    "sổ theo dõi chất lượng học sinh",
    "kế hoạch bài dạy của giáo viên",
    "hồ sơ quản lý thiết bị dạy học",
    "danh sách học sinh thuộc hộ nghèo",
    "sổ đăng bộ, học bạ và giấy khai sinh",
    "báo cáo tài chính quý III",
    "quy chế chi tiêu nội bộ",
    "ảnh chụp các phòng học bộ môn",
    "phiếu dự giờ và nhận xét",
    "hợp đồng cung cấp thực phẩm",
    "sổ nhật ký của nhân viên y tế",
    "nghị quyết của Hội đồng trường",
    "bảng phân công chuyên môn học kỳ II",
    "quyết định khen thưởng học sinh",
    "kết quả khảo sát ý kiến cha mẹ học sinh",
)
_SENTENCES = (
    "Nhà trường có {n} lớp với {m} học sinh, trong đó {k} em là người dân tộc thiểu số.",
    "Tỷ lệ học sinh hoàn thành chương trình lớp học đạt {p}%, tăng {q}% so với năm học trước.",
    "Đội ngũ gồm {k} cán bộ, giáo viên và nhân viên; {n} người có trình độ trên chuẩn.",
    "Các tổ chuyên môn sinh hoạt hai tuần một lần, có ghi {thing} đầy đủ và lưu tại văn phòng.",
    "Đề nghị các đơn vị gửi {thing} về Phòng Văn hóa - Xã hội trước ngày {date} để tổng hợp.",
    "Việc {matter} được phân công cụ thể cho từng thành viên, có kiểm tra và rút kinh nghiệm.",
    "Ông {person} ({role}) chịu trách nhiệm theo dõi, đôn đốc và báo cáo kết quả vào cuối mỗi tháng.",
    "Bà {person} đề xuất bổ sung {thing} còn thiếu vì hồ sơ lưu trữ những năm đầu chưa được sắp xếp.",
    "Diện tích khuôn viên là {m} m2, bình quân {q} m2 một học sinh; sân chơi có bóng mát và bồn hoa.",
    "Kinh phí thực hiện khoảng {money} đồng, lấy từ ngân sách xã và nguồn huy động hợp pháp khác.",
    "Khi có mưa lũ kéo dài, giáo viên chủ nhiệm phải gọi điện cho từng gia đình trước khi cho học sinh về.",
    "Nhà trường đã mua thêm {n} bộ bàn ghế, sửa {k} cửa sổ và thay toàn bộ hệ thống điện của dãy nhà cấp bốn.",
    "Qua kiểm tra, {thing} của khối {d} ghi chép rõ ràng; một số trang còn tẩy xóa, chưa có chữ ký xác nhận.",
    "Ban đại diện cha mẹ học sinh phối hợp tốt trong việc {matter}.",
    "Trong năm học {year}, trường không có học sinh bỏ học giữa chừng, không xảy ra tai nạn thương tích.",
    "Các thành viên thảo luận sôi nổi, thống nhất cao với dự thảo và biểu quyết thông qua với tỷ lệ {p}%.",
    "Thư viện hiện có {m} đầu sách, mở cửa vào giờ ra chơi và buổi chiều thứ Năm hằng tuần.",
    "Giáo viên ứng dụng công nghệ thông tin thường xuyên; {k} tiết dạy có sử dụng bài giảng điện tử.",
    "Ủy ban nhân dân xã giao Hiệu trưởng các trường triển khai nghiêm túc, bảo đảm đúng quy định và tiết kiệm.",
    "Điểm yếu là một số giáo viên lớn tuổi còn ngại đổi mới phương pháp, kỹ năng tin học hạn chế.",
    "Học sinh được khám sức khỏe định kỳ mỗi năm {d} lần; tỷ lệ suy dinh dưỡng giảm còn {q}%.",
    "Căn cứ tình hình thực tế, thời gian hoàn thành được lùi đến hết ngày {date}.",
    "Mọi vướng mắc trong quá trình {matter} xin phản ánh về bộ phận thường trực để được hướng dẫn giải quyết.",
    "Trưởng thôn {place} đã vận động bà con góp {n} ngày công đổ bê tông lối vào điểm trường lẻ.",
    "Buổi tổng kết diễn ra lúc {hour} giờ {minute} phút tại hội trường, có {k} đại biểu tham dự.",
    "Chất lượng mũi nhọn chuyển biến rõ: {d} giải cấp tỉnh, {n} giải cấp xã, nhiều em đạt điểm tuyệt đối.",
    "Yêu cầu kế toán đối chiếu số liệu với Kho bạc, hoàn thiện {thing} và niêm yết công khai.",
    "Từ tháng {d} đến nay, nhà trường tổ chức {n} buổi ngoại khóa về an toàn giao thông và kỹ năng sống.",
    "Hội đồng đề xuất mức khen thưởng {money} đồng cho tập thể lớp có thành tích cao nhất.",
    "Sổ sách kế toán được mở đầy đủ, chứng từ sắp xếp khoa học; không phát hiện khoản chi sai nguồn.",
    "Ý kiến thứ {d}: cần giữ nguyên phương án cũ, vì đường vào {place} còn lầy lội, xe chở vật liệu khó đi.",
    "Trẻ đến lớp đúng độ tuổi đạt {p}%; bếp ăn một chiều, có tủ lưu mẫu thức ăn đủ hai mươi bốn giờ.",
    "Đoàn đã xem xét {thing}, phỏng vấn {k} người và quan sát {n} giờ dạy.",
    "Hồ sơ gồm: đơn đề nghị, tờ trình, {thing} và các văn bản có liên quan (nếu có).",
    "Những nội dung chưa thống nhất sẽ được đưa ra xin ý kiến tại cuộc họp ngày {date}.",
    "Chỉ tiêu phấn đấu: duy trì sĩ số 100%, lên lớp thẳng {p}%, xếp loại hạnh kiểm tốt trở lên.",
    "Giao {person} làm đầu mối liên hệ, số máy lẻ {m}, để tiếp nhận và trả lời thắc mắc của phụ huynh.",
    "Tường rào phía đông đổ {q} mét sau trận gió lốc, đã chằng chống tạm nhưng cần xây lại trước mùa khai giảng.",
    "Khuyến khích cá nhân, tổ chức ủng hộ sách vở, quần áo ấm; tuyệt đối không ép buộc dưới mọi hình thức.",
    "Nước uống được lọc và xét nghiệm {d} tháng một lần, kết quả gần nhất đạt tiêu chuẩn.",
)


class School(NamedTuple):
    """An invented school: its commune, full name, abbreviation as in the symbol of its papers."""

    commune: str
    name: str
    level: str
    symbol: str


def place(rng: Random) -> str:
    """Two words that sound like a commune."""
    return f"{rng.choice(FIRST)} {rng.choice(SECOND)}"


def school(rng: Random) -> School:
    """A school in a commune; the school mostly bears the commune's name."""
    commune = place(rng)
    level, short = rng.choice(LEVELS)
    own = commune if rng.random() < 0.7 else place(rng)
    letters = "".join(word[0] for word in own.split())
    return School(commune, f"Trường {level} {own}", level, f"{short}{letters}".replace("&", ""))


def person(rng: Random) -> str:
    """A full name of three or four words."""
    words = [rng.choice(FAMILIES), rng.choice(MIDDLES), rng.choice(GIVEN)]
    if rng.random() < 0.3:
        words.insert(2, rng.choice(GIVEN))
    return " ".join(words)


def day(rng: Random) -> dt.date:
    """A day of the last years."""
    return dt.date(2021, 1, 1) + dt.timedelta(days=rng.randrange(2000))


def short_date(rng: Random) -> str:
    """A date as in tables, with or without leading zeros."""
    date = day(rng)
    return f"{date.day:02}/{date.month:02}/{date.year}" if rng.random() < 0.7 else f"{date.day}/{date.month}/{date.year}"


def long_date(date: dt.date) -> str:
    """A date as official papers write it: zeros before days below 10 and months 1 and 2."""
    month = f"{date.month:02}" if date.month < 3 else str(date.month)
    return f"ngày {date.day:02} tháng {month} năm {date.year}"


def school_year(rng: Random) -> str:
    """Two years, with or without spaces round the hyphen."""
    year = rng.randrange(2020, 2027)
    return f"{year} - {year + 1}" if rng.random() < 0.6 else f"{year}-{year + 1}"


def decimal(rng: Random, low: float, high: float) -> str:
    """A number with one digit after the comma."""
    return f"{rng.uniform(low, high):.1f}".replace(".", ",")


def money(rng: Random) -> str:
    """An amount in đồng with dots between thousands."""
    return f"{rng.randrange(12, 9000) * 50_000:,}".replace(",", ".")


def sentence(rng: Random) -> str:
    """One invented sentence."""
    return rng.choice(_SENTENCES).format(
        n=f"{rng.randrange(3, 40):02}",
        m=rng.randrange(120, 4900),
        k=rng.randrange(12, 99),
        d=rng.randrange(1, 6),
        p=decimal(rng, 82, 100),
        q=decimal(rng, 0.3, 19),
        thing=rng.choice(THINGS),
        matter=rng.choice(MATTERS),
        date=short_date(rng),
        person=person(rng),
        role=rng.choice(ROLES),
        place=place(rng),
        money=money(rng),
        year=school_year(rng),
        hour=f"{rng.randrange(7, 17):02}",
        minute=f"{rng.randrange(0, 12) * 5:02}",
    )


def paragraph(rng: Random, least: int = 2, most: int = 4) -> str:
    """Some sentences that follow each other."""
    chosen: list[str] = []
    while len(chosen) < rng.randint(least, most):
        said = sentence(rng)
        if said not in chosen:
            chosen.append(said)
    return " ".join(chosen)


def paper_number(rng: Random, *marks: str) -> str:
    """The number of a paper with one of some symbols: 05/QĐ-UBND."""
    return f"{rng.randrange(1, 320):02}/{rng.choice(marks)}"


def dated_number(rng: Random, *marks: str) -> str:
    """The number of a paper and its date."""
    return f"{paper_number(rng, *marks)} {long_date(day(rng))}"


def capital(text: str) -> str:
    """The text with its first letter upper."""
    return text[:1].upper() + text[1:]


def birthday(rng: Random) -> dt.date:
    """When a pupil was born."""
    return dt.date(rng.randint(2009, 2019), rng.randint(1, 12), rng.randint(1, 28))
