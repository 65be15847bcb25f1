"""The set words of papers: how names of bodies begin, what they are made of, offices, headings, surnames."""

from __future__ import annotations

from shared.text import KINDS


def _listed(text: str) -> tuple[str, ...]:
    """Return what commas part, line ends being spaces."""
    return tuple(" ".join(part.split()) for part in text.split(","))


BODIES = _listed("""
    trường tiểu, trường mầm, trường mẫu, trường trung, trường phổ, trường, ủy ban nhân dân, ủy ban, ubnd, sở, phòng, bộ,
    hội đồng, ban, chi bộ, đảng ủy, công đoàn, liên đội, đoàn, tổ, trung tâm, văn phòng, cục, vụ, hội, nhóm, hđnd, đảng bộ,
    viện, kho bạc, công an
""")
"""How names of bodies begin; a line of a head that begins otherwise carries on the name above it."""

BODY_WORDS = tuple(
    phrase.upper()
    for phrase in _listed("""
        tiểu học và trung học cơ sở, trung học cơ sở và trung học phổ thông, phổ thông dân tộc bán trú,
        phổ thông dân tộc nội trú,
        giáo dục và đào tạo, giáo dục nghề nghiệp, giáo dục thường xuyên, trung học phổ thông, trung học cơ sở,
        hội đồng tự đánh giá, hội đồng nhân dân, ủy ban nhân dân, hội đồng trường, văn hóa - xã hội, đoàn thanh niên,
        ban chấp hành, công đoàn cơ sở, công đoàn, trung tâm, văn phòng, thành phố, liên đội, dân tộc bán trú,
        dân tộc nội trú, bán trú, tiểu học, mầm non, mẫu giáo, đảng ủy, chi bộ, thị trấn, thị xã, phường, trường, huyện, xã
    """)
)
"""What names of bodies are made of, in capitals; the longer before the shorter that it holds."""

HEADS = _listed("""
    hieu truong, chu tich, giam doc, truong phong, chu toa, chu tri, truong ban, truong doan, bi thu, vien truong,
    chanh van phong, tong phu trach, dai dien
""")
"""Offices of those who head a body or a meeting, folded."""

OTHER_OFFICES = _listed("""
    pho hieu truong, pho chu tich, pho giam doc, pho truong phong, pho truong ban, pho bi thu, to truong, nhom truong,
    truong nhom, thu ky, nguoi lap, nguoi viet, ke toan, giao vien, nguoi bao cao, nguoi lam don, nguoi ghi, van thu,
    nguoi kiem tra
""")
"""Other offices, and what those who wrote or keep a paper are called, folded."""

OTHER_TITLES = _listed("""
    Danh sách, Danh mục, Bảng ghi điểm, Bảng điểm, Bảng tổng hợp, Bảng phân công, Bảng thống kê, Bảng kê,
    Phiếu đánh giá tiêu chí, Phiếu khảo sát, Phiếu, Đơn, Giấy xác nhận, Giấy chứng nhận, Giấy khen, Lịch công tác,
    Thời khóa biểu, Nội quy, Phụ lục
""")
"""Headings of papers that the decree gives no abbreviation; the longer before the shorter that it begins with."""

TITLES = (*KINDS.values(), *OTHER_TITLES)
"""Every heading that names a kind of paper."""

SURNAMES = _listed("""
    Nguyễn, Trần, Lê, Phạm, Hoàng, Huỳnh, Phan, Vũ, Võ, Đặng, Bùi, Đỗ, Hồ, Ngô, Dương, Lý, Ly, Đinh, Trịnh, Mai, Đào, Đoàn,
    Lâm, Lương, Lường, Tô, Tạ, Trương, Hà, Chu, Cao, Thái, Kiều, Quách, Tống, Tòng, Lưu, Phùng, Vương, Triệu, Khuất, Kim, La,
    Lã, Lò, Lô, Nông, Mã, Mạ, Ma, Hứa, Đàm, Bế, Vi, Cầm, Quàng, Quan, Cà, Ca, Vàng, Giàng, Lầu, Mùa, Sùng, Thào, Hạng, Cứ,
    Thạch, Sơn, Châu, Danh, Mạc, Nghiêm, Ông, Ninh, Uông, Viên, Chử, Đèo, Sầm, Hầu, Lục, Lại, Nhâm, Từ, Tôn, Thân, Văn, Cù,
    Bạch, Doãn, Giáp, Khổng, Lăng, Lộc, Lỗ, Ngụy, Ôn, Phó, Phương, Tiêu, Tăng, Trang, Âu, An, Bạc, Cát, Chung, Diệp, Đồng,
    Đậu, Điêu, Đới, Đường, Hán, Hoa, Hùng, Liễu, Lù, Ngọ, Ngọc, Phí, Phù, Pờ, Sái, Tẩn, Thang, Thi, Thiều, Tiết, Tiến,
    Tráng, Ứng, Vừ, Xa, Y, Hoàn, Cư, Hờ, Thò, Chá, Cháng, Chảo, Phàn, Bàn, Sìn
""")
"""Surnames of Việt Nam's peoples, as they are spelled."""
