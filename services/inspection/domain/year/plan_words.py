"""The words that are proposed for a plan: grounds by the law of its day, aims, goals, sections I to IV in own wording.

They say what such plans are for and who does what; no day, number or sum is invented. People change them as they like.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from services.inspection.domain.known_awards import KnownAward
from services.inspection.domain.year.plan_facts import PlanSection
from services.inspection.domain.year.plan_proposals import ListedSchool
from shared.papers.model import PartialDate
from shared.papers.wording import date_words
from shared.rulebook import Library, Rulebook, UnknownRulebook
from shared.rulebook.conventions import conventions
from shared.vocabulary.assessment import SchoolKind

_DEFAULT_KINDS = (SchoolKind.KINDERGARTEN, SchoolKind.PRIMARY, SchoolKind.LOWER_SECONDARY)
"""Kinds of school that a commune has as a rule, for one of which no school is known yet."""


_RULES = " ban hành Quy định về kiểm định chất lượng giáo dục và công nhận đạt chuẩn quốc gia đối với trường"
_ABOUT = {
    "17/2018/TT-BGDĐT": f"{_RULES} tiểu học",
    "18/2018/TT-BGDĐT": f"{_RULES} trung học cơ sở, trường trung học phổ thông và trường phổ thông có nhiều cấp học",
    "19/2018/TT-BGDĐT": f"{_RULES} mầm non",
    "22/2024/TT-BGDĐT": " sửa đổi, bổ sung một số điều của các Quy định nói trên",
}
"""What a circular is about, in the words of its name; of those that are not here the name was not read."""
_DAY = re.compile(r"ngày\s+(\d{1,2})(?:\s+tháng\s+|[/-])(\d{1,2})(?:\s+năm\s+|[/-])(\d{4})", re.IGNORECASE)


def grounds(schools: Sequence[ListedSchool], awards: Iterable[KnownAward], on: dt.date, library: Library) -> list[str]:
    """Return the circulars that a plan of a day rests on, each as a whole sentence without its last punctuation.

    Those in force for the commune's kinds of school, those under which decisions that still count were made, and the one on
    the commune's duties.
    """
    kinds = {school.kind for school in schools} or set(_DEFAULT_KINDS)
    rulebooks = [*_in_force(kinds, on, library), *_of_decisions(awards, on, library)]
    circulars = {circular.number: circular.issued for rulebook in rulebooks for circular in rulebook.circulars}
    duties = conventions().commune_duties
    if on >= duties.issued:
        circulars[duties.circular] = duties.issued
    dated = sorted(circulars.items(), key=lambda one: (one[1], one[0]))
    return [
        f"Căn cứ Thông tư số {number} {date_words(PartialDate.of(issued))} của Bộ trưởng Bộ Giáo dục và Đào tạo"
        f"{_ABOUT.get(number, '')}"
        for number, issued in dated
        if issued <= on
    ]


def ground_date(ground: str) -> dt.date | None:
    """Return the day of the document that a ground names, the first day that it tells; None where it tells none."""
    told = _DAY.search(ground)
    if told is None:
        return None
    day, month, year = (int(part) for part in told.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _in_force(kinds: Iterable[SchoolKind], on: dt.date, library: Library) -> list[Rulebook]:
    found = []
    for kind in sorted(kinds):
        try:
            found.append(library.choose(kind.value, on).rulebook)
        except UnknownRulebook:
            continue
    return found


def _of_decisions(awards: Iterable[KnownAward], on: dt.date, library: Library) -> list[Rulebook]:
    found = []
    for award in awards:
        if not award.decided_on <= on <= award.expires_on or award.revoked_by(on):
            continue
        try:
            found.append(library.by_digest(award.digest))
        except UnknownRulebook:
            continue
    return found


def aims() -> str:
    """Return what section I begins with."""
    return _item(
        "Xác định đúng mức chất lượng mà từng trường đã đạt, để mỗi trường có kế hoạch cải tiến sát thực tế và công "
        "khai kết quả với Nhân dân, với cơ quan quản lý.",
        "Lấy việc công nhận đạt chuẩn quốc gia làm căn cứ để xã và các nguồn lực xã hội tập trung đầu tư cho giáo dục.",
    )


def goals(year: int) -> str:
    """Return what section II begins with."""
    return (
        "Bảo đảm các điều kiện nâng cao chất lượng giáo dục của các trường trên địa bàn, gắn với phát triển kinh tế - "
        f"xã hội của xã; hoàn thành việc kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia năm {year}."
    )


def sections(year: int) -> list[PlanSection]:
    """Return sections I to IV."""
    closing = _item(
        "Công tác kiểm tra, sơ kết, tổng kết",
        f"Theo dõi tiến độ thường xuyên; sơ kết giữa năm và tổng kết cuối năm {year}.",
    )
    return [
        PlanSection(heading="Mục đích, yêu cầu", items=_REQUIREMENTS),
        PlanSection(heading="Mục tiêu", items=_TARGETS),
        PlanSection(heading="Nhiệm vụ, giải pháp", items=(*_WORK, closing)),
        PlanSection(heading="Tổ chức thực hiện", items=_UNITS),
    ]


def _item(*lines: str) -> str:
    """Return an item of several lines, the first of which is its heading."""
    return "\n".join(lines)


_REQUIREMENTS = (
    _item(
        "Yêu cầu",
        "Các trường thực hiện tự đánh giá trung thực, có minh chứng, đúng thời hạn; không chạy theo thành tích, không "
        "xếp hạng các trường.",
        "Các trường công nhận mới và công nhận lại chủ động rà soát, đề xuất sớm những việc vượt quá khả năng của trường.",
    ),
)
_TARGETS = (
    _item(
        "Mục tiêu cụ thể",
        "100% trường trên địa bàn có mục trong Kế hoạch, hoàn thành tự đánh giá và công khai báo cáo.",
        "100% kiến nghị bắt buộc của đoàn kiểm tra được trả lời đúng hạn.",
    ),
)
_WORK = (
    _item(
        "Công tác tuyên truyền nâng cao nhận thức",
        "Đưa nội dung kiểm định chất lượng và trường chuẩn quốc gia vào sinh hoạt của các thôn, đoàn thể và hệ thống "
        "truyền thanh của xã.",
    ),
    _item(
        "Công tác chỉ đạo, quản lý và giám sát việc thực hiện",
        "Kiện toàn Ban Chỉ đạo; kiểm tra kỹ thuật các trường công nhận mới, công nhận lại trước khi đăng ký đánh giá ngoài.",
    ),
    _item(
        "Công tác quy hoạch mạng lưới trường lớp, nâng cao chất lượng giáo dục",
        "Rà soát mạng lưới trường, điểm trường; bảo đảm tỷ lệ huy động học sinh; nâng cao chất lượng giáo dục.",
    ),
    _item(
        "Công tác xây dựng và phát triển đội ngũ cán bộ quản lý, giáo viên",
        "Xây dựng kế hoạch số lượng người làm việc sát nhu cầu từng trường; tập huấn về tự đánh giá và quản lý minh chứng.",
    ),
    _item(
        "Công tác đầu tư cơ sở vật chất, trang thiết bị trường học",
        "Tổng hợp nhu cầu của các trường theo tiêu chí; lồng ghép vốn các chương trình mục tiêu quốc gia, ngân sách "
        "các cấp và xã hội hóa; ưu tiên trường công nhận mới và công nhận lại.",
    ),
    _item(
        "Công tác phối hợp các lực lượng",
        "Phối hợp với Ủy ban Mặt trận Tổ quốc Việt Nam xã, các đoàn thể và Ban đại diện cha mẹ học sinh trong vận "
        "động, giám sát.",
    ),
)
_UNITS = (
    _item(
        "Phòng Văn hóa - Xã hội",
        "Là cơ quan thường trực; giao chỉ tiêu hoàn thiện tiêu chuẩn, tiêu chí cho từng trường; tổ chức tập huấn, kiểm "
        "tra; tổng hợp, định kỳ báo cáo Ủy ban nhân dân xã và Sở Giáo dục và Đào tạo.",
    ),
    _item(
        "Phòng Kinh tế",
        "Tham mưu cân đối, bố trí kinh phí; kiểm tra, hướng dẫn việc thi công công trình, mua sắm thiết bị trường học "
        "bảo đảm chất lượng và tiến độ.",
    ),
    _item(
        "Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam xã và các đoàn thể",
        "Tuyên truyền đoàn viên, hội viên và Nhân dân tham gia xã hội hóa giáo dục; giám sát, phản biện việc thực hiện "
        "Kế hoạch.",
    ),
    _item(
        "Các cơ sở giáo dục trực thuộc Ủy ban nhân dân xã",
        "Kiện toàn Hội đồng tự đánh giá; thực hiện đầy đủ quy trình tự đánh giá và kế hoạch cải tiến; đề xuất nội dung "
        "bồi dưỡng và nhu cầu cơ sở vật chất.",
    ),
)
