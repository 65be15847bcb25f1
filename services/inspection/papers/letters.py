"""Papers of a registration: the commune's letter that forwards it, the department's notice that takes or returns it."""

from __future__ import annotations

from services.inspection.papers import heads
from services.inspection.papers.material import DEPARTMENT, VisitMaterial, required
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.recommendations_table import open_table
from shared.contracts.calls.registration import RegistrationDeadline
from shared.papers import phrases as words
from shared.papers.model import (
    Addressees,
    Block,
    Listing,
    Paper,
    PaperSigner,
    Paragraph,
    Signatures,
    Style,
    Text,
)
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RegistrationPurpose, RegistrationStep, RouteStation
from shared.vocabulary.labels import (
    FORWARDED_TO_LABELS,
    REGISTRATION_PURPOSE_LABELS,
    ROUTE_STATION_LABELS,
    VISIT_CONCLUSION_LABELS,
)

ROUTE_NOTE = "Từ 01/7/2025 chưa tìm thấy điều khoản định đường đi của hồ sơ; đường đi trên là cài đặt của hệ thống."


def submission_letter(material: VisitMaterial) -> Paper:
    """Return the letter with which the commune forwards a school's registration. Raises PaperSubjectMissing without one."""
    registered = material.registered
    forwarded = material.round_step(RegistrationStep.FORWARD)
    purpose = _purpose(registered.purpose)
    blocks: list[Block] = [
        Addressees(((Text(_receiver(material)),),)),
        *heads.legal_bases(material),
        Paragraph(
            (
                Text(
                    f"{material.school_name} đã hoàn thành tự đánh giá năm học {words.school_year(material.ground.year)}"
                    f"{_submitted(material)}; kết quả tự đánh giá: "
                ),
                *words.school_level(material.ground.school_level),
                Text(f". Nhà trường đăng ký đánh giá ngoài để được xem xét {purpose}{_degree(registered.degree)}."),
            )
        ),
        words.plain("I. Kiểm tra của xã", Style.HEADING_1),
        *_checked(material),
        words.plain("II. Kiến nghị còn theo dõi", Style.HEADING_1),
        *open_table(material),
        words.plain("III. Đề nghị", Style.HEADING_1),
        words.plain(f"Ủy ban nhân dân {material.commune} trình {_receiver(material)} xem xét, tổ chức đánh giá ngoài./."),
        Signatures(
            (PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),),
            ("Như trên", material.school_name, "Lưu: VT"),
        ),
        words.plain(_route(registered.route), Style.NOTE),
    ]
    return paper_of(
        material,
        "Tờ trình đề nghị đánh giá ngoài",
        blocks,
        draft=material.round_step(RegistrationStep.CHECK, RegistrationStep.FORWARD) is None or bool(registered.missing),
        heading=heads.office_heading(
            material,
            "Tờ trình",
            f"Về việc đề nghị đánh giá ngoài {material.school_name}",
            "TTr",
            layer=Layer.COMMUNE,
            number=forwarded.number if forwarded else "",
            dated=forwarded.on if forwarded else None,
        ),
    )


def dossier_notice(material: VisitMaterial) -> Paper:
    """Return the notice that a dossier was accepted or returned; PaperSubjectMissing while neither was done."""
    registered = material.registered
    last = required(
        material.last_step(RegistrationStep.ACCEPT, RegistrationStep.RETURN),
        "Hồ sơ chưa được tiếp nhận hay trả lại. Ghi việc tiếp nhận hoặc trả hồ sơ, rồi in thông báo.",
    )
    accepted = last.step is RegistrationStep.ACCEPT
    done = "tiếp nhận" if accepted else "trả lại"
    reason = [words.plain("Lý do:", keep=True), *words.lines(last.text)] if not accepted else []
    next_ = (
        "Sở tổ chức các bước tiếp theo và báo thời gian cho nhà trường."
        if accepted
        else "Nhà trường bổ sung, sửa hồ sơ rồi gửi lại theo đường đã gửi."
    )
    blocks: list[Block] = [
        Addressees(((Text(material.school_name),), (Text(f"Ủy ban nhân dân {material.commune}"),))),
        *heads.legal_bases(material),
        words.plain(
            f"{DEPARTMENT} {done} hồ sơ đăng ký {_purpose(registered.purpose)} của {material.school_name} "
            f"từ ngày {format_date(last.on)}."
        ),
        *reason,
        *_deadlines(registered.deadlines),
        words.plain(f"{next_}/."),
        Signatures((PaperSigner(authority=("GIÁM ĐỐC",)),), ("Như trên", "Lưu: VT")),
    ]
    about = f"{done.capitalize()} hồ sơ đăng ký đánh giá ngoài của {material.school_name}"
    return paper_of(
        material,
        f"Thông báo {done} hồ sơ",
        blocks,
        draft=False,
        heading=heads.office_heading(
            material, "Thông báo", about, "TB", layer=Layer.DEPARTMENT, number=last.number, dated=last.on
        ),
    )


def _commune_signer() -> PaperSigner:
    return PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))


def _receiver(material: VisitMaterial) -> str:
    to = material.registered.forwarded_to
    return FORWARDED_TO_LABELS[to] if to else DEPARTMENT


def _purpose(purpose: RegistrationPurpose | None) -> str:
    label = REGISTRATION_PURPOSE_LABELS[purpose or RegistrationPurpose.BOTH]
    return label[:1].lower() + label[1:]


def _degree(degree: int) -> str:
    return f" Mức độ {degree}" if degree else ""


def _submitted(material: VisitMaterial) -> str:
    day = material.ground.submitted_on
    return f", trình ngày {format_date(day)}" if day else ""


def _checked(material: VisitMaterial) -> list[Block]:
    missing = material.registered.missing
    blocks: list[Block] = []
    checked = material.round_step(RegistrationStep.CHECK)
    if checked is None:
        blocks.append(words.plain("Hồ sơ chưa được xã kiểm tra."))
    elif missing:
        blocks += [words.plain(f"Ngày {format_date(checked.on)} hồ sơ còn thiếu:", keep=True)]
        blocks.append(Listing(tuple((Text(one),) for one in missing)))
    else:
        blocks.append(words.plain(f"Xã đã kiểm tra hồ sơ ngày {format_date(checked.on)}: đủ."))
    visit = material.visit
    if visit is None or visit.layer is not Layer.COMMUNE or not visit.concluded:
        return [*blocks, words.plain("Chưa có đợt kiểm tra kỹ thuật nào kết luận.")]
    assert visit.concluded_on is not None
    said = f": {VISIT_CONCLUSION_LABELS[visit.conclusion]}" if visit.conclusion else ""
    blocks.append(words.plain(f"{material.team_name} kết luận ngày {format_date(visit.concluded_on)}{said}."))
    return [*blocks, *(words.lines(visit.summary) if visit.summary.strip() else [])]


def _route(route: list[RouteStation]) -> str:
    stations = " → ".join(ROUTE_STATION_LABELS[station] for station in route)
    return f"Đường đi của hồ sơ: {stations}. {ROUTE_NOTE}" if stations else ROUTE_NOTE


def _deadlines(deadlines: list[RegistrationDeadline]) -> list[Block]:
    waiting = [one for one in deadlines if one.due is not None and one.met_on is None]
    if not waiting:
        return []
    items = tuple((Text(f"{one.what}: {format_date(one.due)} ({one.source})"),) for one in waiting if one.due)
    return [words.plain("Các hạn tiếp theo:", keep=True), Listing(items)]
