"""Quyết định công nhận, không công nhận, thu hồi: a text to work with, never the decision, which is the signed scan."""

from __future__ import annotations

import datetime as dt

from services.inspection.papers.heads import ROOM, legal_bases
from services.inspection.papers.material import DEPARTMENT, VisitMaterial
from services.inspection.papers.paper_of import paper_of
from shared.contracts.calls.papers import DecisionTaken
from shared.contracts.problems import PaperSubjectMissing
from shared.papers import phrases as words
from shared.papers.model import Block, Heading, Paper, PaperSigner, PartialDate, Signatures, Style
from shared.rulebook import Rulebook
from shared.rulebook.document import AwardRule
from shared.text import format_date
from shared.vocabulary.inspection import DecisionOutcome, RegistrationStep

TEXT_ONLY = "Đây là bản thảo lời văn. Quyết định là bản giấy đã ký; bản quét của nó trong kho là căn cứ."
_PROVINCE = "UBND"
_BY_PROVINCE = "ubnd_tinh"
_ABOUT = {
    DecisionOutcome.GRANTED: "công nhận trường đạt chuẩn quốc gia",
    DecisionOutcome.REFUSED: "không công nhận trường đạt chuẩn quốc gia",
    DecisionOutcome.REVOKED: "thu hồi quyết định công nhận trường đạt chuẩn quốc gia",
}


def recognition_decision(material: VisitMaterial) -> Paper:
    """Return the text of the decision that was taken, or of the one that the final report leads to.

    It is a draft always. Raises PaperSubjectMissing where neither a decision nor a final report is known.
    """
    taken = _taken(material)
    about = _ABOUT[taken.outcome]
    blocks: list[Block] = [
        words.plain(TEXT_ONLY, Style.NOTE),
        *legal_bases(material, *_grounds(material, taken), rulebook=_rulebook(material, taken)),
        words.plain("QUYẾT ĐỊNH:", Style.AUTHORITY),
        words.article(1, _first(material, taken)),
        words.article(2, _second(taken)),
        words.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. {material.school_name}, Ủy ban nhân dân {material.commune} và "
            "các cơ quan, đơn vị liên quan chịu trách nhiệm thi hành Quyết định này./.",
        ),
        Signatures((PaperSigner(authority=_signs(material, taken)),), ("Như Điều 3", "Lưu: VT, hồ sơ đánh giá")),
    ]
    return paper_of(
        material,
        f"Quyết định {about}",
        blocks,
        draft=True,
        heading=_heading(material, taken, f"Về việc {about}"),
        notes=("bản thảo lời văn, không phải quyết định",),
    )


def _taken(material: VisitMaterial) -> DecisionTaken:
    """Return the decision that is known; else the grant that the newest final report leads to, its day still open."""
    final = material.round_step(RegistrationStep.FINAL)
    known = material.ground.decision
    if known is not None and (final is None or known.taken_on >= final.on):
        return known
    if final is None:
        raise PaperSubjectMissing(
            "Chưa có quyết định nào về trường và hồ sơ chưa có báo cáo chính thức. "
            "Ghi báo cáo chính thức hoặc quyết định, rồi in."
        )
    degree = material.registration.degree if material.registration else 0
    return DecisionTaken(outcome=DecisionOutcome.GRANTED, number="", taken_on=material.valid_at, degree=degree)


def _heading(material: VisitMaterial, taken: DecisionTaken, abstract: str) -> Heading:
    number, _, symbol = taken.number.partition("/")
    by_province = _by_province(material, taken)
    return Heading(
        body=(f"Ủy ban nhân dân tỉnh {ROOM}",) if by_province else (DEPARTMENT,),
        superior="" if by_province else f"UBND tỉnh {ROOM}",
        symbol=symbol or ("QĐ-UBND" if by_province else "QĐ-SGDĐT"),
        number=number or None,
        place=ROOM,
        dated=PartialDate.of(taken.taken_on) if number else PartialDate(taken.taken_on.year),
        kind_name="Quyết định",
        abstract=abstract,
        authority=_decided_by(material, taken),
    )


def _rulebook(material: VisitMaterial, taken: DecisionTaken) -> Rulebook:
    """Return the rulebook that a decision was taken under; that of the cycle for one that is still to be taken."""
    return material.deciding if taken.digest and material.deciding else material.rulebook


def _decided_by(material: VisitMaterial, taken: DecisionTaken) -> str:
    """Return who decided: in the words of the decision's rulebook, unless another was recorded than it names."""
    usual = _award(material, taken).decided_by
    if not taken.decided_by or (_PROVINCE in usual) is (taken.decided_by == _BY_PROVINCE):
        return usual
    return f"Chủ tịch {_PROVINCE} cấp tỉnh" if taken.decided_by == _BY_PROVINCE else f"Giám đốc {DEPARTMENT}"


def _by_province(material: VisitMaterial, taken: DecisionTaken) -> bool:
    return _PROVINCE in _decided_by(material, taken)


def _award(material: VisitMaterial, taken: DecisionTaken) -> AwardRule:
    return _rulebook(material, taken).rules.recognition


def _signs(material: VisitMaterial, taken: DecisionTaken) -> tuple[str, ...]:
    return ("CHỦ TỊCH",) if _by_province(material, taken) else ("GIÁM ĐỐC",)


def _grounds(material: VisitMaterial, taken: DecisionTaken) -> list[str]:
    grounds = []
    final = material.round_step(RegistrationStep.FINAL)
    if final is not None:
        grounds.append(f"Căn cứ báo cáo chính thức {words.long_date(final.on)} của Đoàn về {material.school_name}")
    proposes = f"Giám đốc {DEPARTMENT}" if _by_province(material, taken) else "phòng chuyên môn"
    grounds.append(f"Theo đề nghị của {proposes}")
    return grounds


def _first(material: VisitMaterial, taken: DecisionTaken) -> str:
    name = f"{material.school_name}, {material.commune}"
    award = _award(material, taken)
    if taken.outcome is DecisionOutcome.GRANTED:
        degree = f" {award.degree_name} {taken.degree}" if taken.degree else f" {award.degree_name} {ROOM}"
        return f"Công nhận {name} đạt chuẩn quốc gia{degree}; thời hạn {_until(taken.expires_on)}."
    if taken.outcome is DecisionOutcome.REFUSED:
        return f"Không công nhận {name} đạt chuẩn quốc gia ở đợt đăng ký này.{_because(taken.reason)}"
    return f"Thu hồi quyết định công nhận {name} đạt chuẩn quốc gia.{_because(taken.reason)}"


def _second(taken: DecisionTaken) -> str:
    match taken.outcome:
        case DecisionOutcome.GRANTED:
            return "Nhà trường giữ vững, nâng chất lượng; thực hiện kế hoạch cải tiến và các kiến nghị của Đoàn."
        case DecisionOutcome.REFUSED:
            return "Nhà trường khắc phục các nội dung chưa đạt; khi đủ điều kiện thì đăng ký lại theo quy định."
        case DecisionOutcome.REVOKED:
            return "Quyết định công nhận trước đây hết hiệu lực từ ngày Quyết định này có hiệu lực."


def _until(day: dt.date | None) -> str:
    return f"đến ngày {format_date(day)}" if day else f"{ROOM} theo quy định"


def _because(reason: str) -> str:
    said = reason.strip()
    return f" Lý do: {said}{'' if said.endswith('.') else '.'}" if said else ""
