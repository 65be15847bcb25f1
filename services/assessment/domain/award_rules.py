"""Decides about awards: what may be granted, corrected, revoked, and what takes whose place. Pure; `School` records.

A recognition cannot be had by leaving something out: degree and validity are those of the circular whatever else is said,
and only the kept document of a decision that was taken on paper stands in for the path to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.awards import (
    GRANTS,
    SUPERSEDED,
    AwardHistory,
    Awards,
    AwardStatus,
    Granted,
    Particulars,
    corrected,
    printed_words,
)
from services.assessment.errors import (
    ConditionsNotMet,
    CopyIncomplete,
    DateRefused,
    NoSuchDegree,
    NoSuchRecognition,
    NotTheSame,
    NumberTaken,
    RemedyNotOver,
    ValidTooLong,
)
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.rulebook.dates import add_months
from shared.text import format_date
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.ids import DocumentId
from shared.vocabulary.labels import AWARD_KIND_LABELS

SLACK = dt.timedelta(days=31)
"""What a printed expiry may lie beyond the validity: some Bằng print the end of the month, or the day of handing over."""

DECIDERS = {"so": "Giám đốc Sở", "ubnd_tinh": "Chủ tịch UBND tỉnh"}
"""Who may have decided (TT17–19/2018 Đ35, Đ38; TT22/2024; TT57/2026 Đ17)."""


# --- what is checked whatever the reason


def check_printed(rulebook: Rulebook, kind: AwardKind, printed: Particulars) -> None:
    """Check what is printed on an award against the rulebook of its day; no reason excuses what the circular does not have.

    Raises NoSuchDegree, DateRefused, ValidTooLong.
    """
    rules = rulebook.rules
    known = set((rules.recognition if kind is AwardKind.RECOGNITION else rules.certificate).degrees.values())
    _check_degree(rulebook, kind, printed.degree, known)
    if printed.certificate_degree:
        _check_degree(rulebook, AwardKind.CERTIFICATE, printed.certificate_degree, set(rules.certificate.degrees.values()))
    if printed.expires_on <= printed.decided_on:
        raise DateRefused(
            f"Hạn {format_date(printed.expires_on)} không sau ngày quyết định {format_date(printed.decided_on)}. "
            "Chưa ghi gì."
        )
    latest = add_months(printed.decided_on, 12 * rules.validity.years) + SLACK
    if printed.expires_on > latest:
        raise ValidTooLong(
            f"Hạn {format_date(printed.expires_on)} dài hơn {rules.validity.years} năm kể từ "
            f"{format_date(printed.decided_on)} ({rules.validity.source}). Chưa ghi gì. Xem lại ngày hết hạn in trên giấy.",
            path="$.expires_on",
            latest=latest.isoformat(),
        )


def _check_degree(rulebook: Rulebook, kind: AwardKind, degree: int, known: set[int]) -> None:
    if degree in known:
        return
    award = rulebook.rules.recognition if kind is AwardKind.RECOGNITION else rulebook.rules.certificate
    listed = ", ".join(f"{award.degree_name} {known_degree}" for known_degree in sorted(known))
    only = f"Chỉ có {listed}" if known else f"Chưa thấy điều khoản nào cấp {award.name.lower()}"
    raise NoSuchDegree(
        f"{rulebook.circular} không có {award.degree_name} {degree}. {only} ({award.source}). Chưa ghi gì.",
        degree=degree,
        degrees=sorted(known),
    )


def copied_because(reason: str, document: DocumentId) -> str:
    """Return why a decision is copied from paper, '' when it is not. Raises CopyIncomplete when half of that is missing."""
    if not reason.strip() and not document:
        return ""
    why = typed_reason(reason, "vì sao ghi lại một quyết định trên giấy", path="$.override", refusal=CopyIncomplete)
    if not document:
        raise CopyIncomplete(
            "Thiếu bản quét quyết định. Chưa ghi gì. Tải bản quét vào kho của trường, rồi ghi mã tài liệu ấy. "
            "Lý do không thay được điều kiện của thông tư.",
            path="$.copied_from_paper",
        )
    return why


def decider(rulebook: Rulebook, kind: AwardKind, named: str) -> str:
    """Return who decided, as stored: what is said, else what the rulebook says. Raises BadRequest for another word."""
    if named and named not in DECIDERS:
        raise BadRequest(f"Người quyết định là một trong: {', '.join(DECIDERS)}. Chưa ghi gì.", path="$.decided_by")
    award = rulebook.rules.recognition if kind is AwardKind.RECOGNITION else rulebook.rules.certificate
    return named or ("ubnd_tinh" if "UBND" in award.decided_by else "so")


# --- decisions


def grant(awards: Awards, granted: Granted, unsatisfied: Sequence[str]) -> Granted | None:
    """Return the grant to record, naming what it supersedes; None when it is a repeat.

    `unsatisfied` are the conditions, in words, that the log does not show satisfied; a copy from paper needs none of them.
    Raises NumberTaken, ConditionsNotMet.
    """
    kind = GRANTS[type(granted)]
    present = awards.find(kind, granted.number)
    if present is not None:
        printed = present.particulars()
        if (printed.degree, printed.decided_on) == (granted.degree, granted.decided_on):
            return None
        raise NumberTaken(
            f"Số {granted.number} đã ghi cho trường này, ngày {format_date(printed.decided_on)}. Chưa ghi gì. "
            "Ghi sai thì đính chính, không ghi lại.",
            number=granted.number,
        )
    if unsatisfied and not granted.copied_from_paper:
        raise ConditionsNotMet(
            "Chưa đủ điều kiện: " + "; ".join(unsatisfied) + ". Chưa ghi gì. "
            "Bổ sung điều kiện; quyết định đã có trên giấy thì ghi kèm bản quét và lý do.",
            conditions=list(unsatisfied),
        )
    held = awards.valid(kind, granted.decided_on)
    # A decision is copied late sometimes: it does not take the place of one that was taken after it.
    return msgspec.structs.replace(granted, supersedes=held.award.key) if held is not None else granted


def correct(
    awards: Awards, kind: AwardKind, number: str, what: Corrected, new: str, old: str
) -> tuple[AwardHistory, Particulars, str, str]:
    """Return the award, its particulars once corrected, and both texts; equal texts say that nothing changes.

    Raises NoSuchRecognition, NotTheSame, NumberTaken, BadRequest.
    """
    award = find(awards, kind, number)
    printed = award.particulars()
    now = printed.text(what)
    try:
        after = corrected(printed, what, new.strip())
    except ValueError as error:
        raise BadRequest(
            f"“{new}” không đúng dạng. Chưa ghi gì. Ngày ghi như 2026-10-05, mức độ là số.", path="$.new"
        ) from error
    if what is Corrected.CERTIFICATE_DEGREE and kind is AwardKind.CERTIFICATE:
        raise BadRequest("Chứng nhận chỉ có một cấp độ. Đính chính cấp độ.", path="$.what")
    if what is Corrected.NUMBER and (bearing := awards.find(kind, after.number)) is not None and bearing.key != award.key:
        raise NumberTaken(
            f"Số {after.number} đã ghi cho trường này. Chưa ghi gì. Xem lại số in trên giấy.", number=after.number
        )
    if old and old.strip() != now and after.text(what) != now:
        raise NotTheSame(
            f"Sổ đang ghi “{printed_words(what, now)}”, không phải “{old.strip()}”. Chưa ghi gì. Xem lại rồi đính chính.",
            now=now,
        )
    return award, after, now, after.text(what)


def revocable(awards: Awards, kind: AwardKind, number: str, on: dt.date) -> AwardHistory | None:
    """Return the award to revoke; None when it is revoked already. Raises NoSuchRecognition, DateRefused."""
    award = find(awards, kind, number)
    if award.revoked is not None:
        return None
    printed = award.particulars()
    if on < printed.decided_on:
        raise DateRefused(
            f"Ngày thu hồi {format_date(on)} trước ngày quyết định {format_date(printed.decided_on)}. Chưa ghi gì."
        )
    held = _held_award(awards, kind, award, on)
    if held is not None and held.state == SUPERSEDED:
        raise DateRefused(
            f"{AWARD_KIND_LABELS[kind]} số {printed.number} đã được thay bằng số {held.superseded_by}. Chưa ghi gì. "
            "Thu hồi số đang có hiệu lực."
        )
    return award


def remediable(awards: Awards, number: str, on: dt.date) -> AwardHistory:
    """Return the recognition whose school is asked to remedy on a day. Raises NoSuchRecognition, DateRefused."""
    award = find(awards, AwardKind.RECOGNITION, number)
    decided = award.particulars().decided_on
    if on < decided:
        raise DateRefused(f"Ngày {format_date(on)} trước ngày quyết định {format_date(decided)}. Chưa ghi gì.")
    return award


def check_remedy(rulebook: Rulebook, award: AwardHistory, on: dt.date, document: DocumentId) -> None:
    """Check that the time to remedy has run out where the circular asks for one, or that a document makes it needless.

    TT57/2026 Đ20 k1. Raises RemedyNotOver.
    """
    rule = rulebook.rules.revocation
    if not rule.remedy_first or document:
        return
    deadlines = [remedy.until for remedy in award.remedies if remedy.requested_on <= on]
    if deadlines and max(deadlines) < on:
        return
    until = f" Thời hạn khắc phục đến hết {format_date(max(deadlines))}." if deadlines else " Chưa có yêu cầu khắc phục nào."
    raise RemedyNotOver(
        f"{rule.text} ({rule.source}).{until} Chưa ghi gì. Ghi yêu cầu khắc phục và chờ hết hạn, "
        "hoặc kèm văn bản đình chỉ đã lưu trong kho.",
        until=max(deadlines).isoformat() if deadlines else "",
    )


def find(awards: Awards, kind: AwardKind, number: str) -> AwardHistory:
    """Return an award by the number it bears, or was granted under. Raises NoSuchRecognition."""
    award = awards.find(kind, number)
    if award is None:
        raise NoSuchRecognition(
            f"Trường không có {AWARD_KIND_LABELS[kind]} số {number} trong sổ. Xem lại số in trên giấy.", number=number
        )
    return award


def _held_award(awards: Awards, kind: AwardKind, award: AwardHistory, on: dt.date) -> AwardStatus | None:
    return next((one for one in awards.decided_by(kind, on) if one.award.key == award.key), None)


def correction_of(kind: AwardKind, **fields: object) -> f.RecognitionCorrected | f.CertificateCorrected:
    """Return the fact of a correction of this kind of award."""
    made = f.RecognitionCorrected if kind is AwardKind.RECOGNITION else f.CertificateCorrected
    return made(**fields)  # type: ignore[arg-type]  # the two have the same fields


def revocation_of(kind: AwardKind, **fields: object) -> f.RecognitionRevoked | f.CertificateRevoked:
    """Return the fact of a revocation of this kind of award."""
    made = f.RecognitionRevoked if kind is AwardKind.RECOGNITION else f.CertificateRevoked
    return made(**fields)  # type: ignore[arg-type]  # the two have the same fields
