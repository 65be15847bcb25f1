"""What the register of a year makes of a school: which kind of plan is proposed, and which it contradicts.

The register is judged as of 1 January of the plan's year, by the law of that day: whoever asks later gets the same answer.
Only closing is looked at until the end of the year, since a closed school can take no entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.inspection.domain.known_awards import KnownAward, valid_award
from shared.rulebook import HeldRecognition, Library, Rulebook, UnknownRulebook, recognition_dates
from shared.rulebook.dates import add_months
from shared.text import format_date
from shared.vocabulary.assessment import AwardKind, SchoolKind
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.ids import SchoolCode

UNCLEAR = "chưa rõ"


class ListedSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school of the commune: its kind, and when it closed if it did."""

    school: SchoolCode
    kind: SchoolKind
    closed_on: dt.date | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for a school. `held`: its recognition on the reference day, run out unless `valid`.

    `register_by` is None where no law names a day. `upgrade_from` is the first day on which a higher degree may be asked
    for, None where there is no higher one or no rule is known.
    """

    school: SchoolCode
    kind: PlanKind
    because: str
    register_by: dt.date | None = None
    held: KnownAward | None = None
    valid: bool = False
    upgrade_from: dt.date | None = None


def reference_day(year: int) -> dt.date:
    """Return the day as of which the register is judged for a plan."""
    return dt.date(year, 1, 1)


def closed_in(school: ListedSchool, year: int) -> dt.date | None:
    """Return when a school closed if it did by the end of a year."""
    closed = school.closed_on
    return closed if closed is not None and closed <= dt.date(year, 12, 31) else None


def propose(school: ListedSchool, awards: Iterable[KnownAward], year: int, library: Library) -> Proposal:
    """Return what is proposed for a school in a year."""
    closed = closed_in(school, year)
    if closed is not None:
        because = f"Trường đóng cửa từ ngày {format_date(closed)}."
        return Proposal(school=school.school, kind=PlanKind.NOTHING, because=because)
    on = reference_day(year)
    known = [award for award in awards if award.decided_on <= on]
    held = _held(known, on)
    if held is None:
        return Proposal(school=school.school, kind=PlanKind.RECOGNISE_NEW, because=_without(known, on))
    return _of_holder(school, held, year, library)


def contradiction(kind: PlanKind, degree: int, proposal: Proposal, year: int) -> str:
    """Return why the register speaks against a kind and a target degree, '' when it does not."""
    held, on = proposal.held, format_date(reference_day(year))
    if kind is PlanKind.RECOGNISE_NEW and proposal.valid and held is not None:
        return f"ngày {on} trường có Bằng số {held.number}, còn đến {format_date(held.expires_on)}"
    if kind is PlanKind.RECOGNISE_AGAIN and held is None:
        return f"ngày {on} trường chưa có Bằng nào để công nhận lại"
    if kind not in {PlanKind.MAINTAIN, PlanKind.RAISE}:
        return ""
    if not proposal.valid or held is None:
        return f"ngày {on} trường không có Bằng còn hiệu lực"
    if kind is PlanKind.MAINTAIN:
        return ""
    if degree <= held.degree:
        return f"trường đang ở mức độ {held.degree}, mục tiêu mức độ {degree} không cao hơn"
    if proposal.upgrade_from is not None and proposal.upgrade_from > dt.date(year, 12, 31):
        return f"sớm nhất {format_date(proposal.upgrade_from)} mới được đăng ký mức độ cao hơn"
    return ""


def usual_target(kind: PlanKind, proposal: Proposal, law: Rulebook | None) -> tuple[int, int]:
    """Return the level and the degree that an entry of a kind is for unless somebody says otherwise; 0: not known.

    The degree is the first, the one held, or the next; the level the lowest that the law gives that degree for.
    """
    held = proposal.held.degree if proposal.held else 1
    degree = {PlanKind.RECOGNISE_NEW: 1, PlanKind.RAISE: held + 1}.get(kind, held)
    degrees = law.rules.recognition.degrees if law is not None else {}
    return min((level for level, given in degrees.items() if given == degree), default=0), degree


def law_of(library: Library, school: ListedSchool, year: int) -> Rulebook | None:
    """Return the rulebook by which a school is judged in a plan, None where none was in force."""
    return _law(library, school, reference_day(year))


def _held(known: list[KnownAward], on: dt.date) -> KnownAward | None:
    """Return the recognition that counts on a day: the valid one, else the last that ran out and was neither taken back nor
    replaced.
    """
    valid = valid_award(known, AwardKind.RECOGNITION, on)
    if valid is not None:
        return valid
    recognitions = [award for award in known if award.kind is AwardKind.RECOGNITION]
    replaced = {award.supersedes for award in recognitions if award.supersedes}
    ended = [a for a in recognitions if a.granted_number not in replaced and not a.revoked_by(on)]
    return max(ended, key=lambda award: award.expires_on, default=None)


def _without(known: list[KnownAward], on: dt.date) -> str:
    day = format_date(on)
    certificate = valid_award(known, AwardKind.CERTIFICATE, on)
    if certificate is not None:
        return f"Ngày {day} chỉ có Chứng nhận kiểm định số {certificate.number}, chưa có Bằng đạt chuẩn quốc gia."
    revoked = [award for award in known if award.kind is AwardKind.RECOGNITION and award.revoked_by(on)]
    if revoked:
        last = max(revoked, key=lambda award: award.revoked_on or on)
        return f"Bằng số {last.number} đã bị thu hồi; ngày {day} không còn Bằng nào."
    return f"Ngày {day} chưa có Bằng đạt chuẩn quốc gia trong Sổ công nhận."


def _of_holder(school: ListedSchool, held: KnownAward, year: int, library: Library) -> Proposal:
    on = reference_day(year)
    law = _law(library, school, on)
    upgrade = _upgrade_from(law, held)
    proposal = Proposal(
        school=school.school,
        kind=PlanKind.MAINTAIN,
        because="",
        held=held,
        valid=held.expires_on >= on,
        upgrade_from=upgrade,
    )
    named = f"Bằng số {held.number}, mức độ {held.degree},"
    expires = format_date(held.expires_on)
    if held.expires_on <= dt.date(year + 1, 12, 31):
        register_by, source = _register_by(library, held)
        ended = f"đã hết hạn ngày {expires}" if held.expires_on < on else f"hết hạn {expires}, trước hết năm {year + 1}"
        day = format_date(register_by) if register_by else UNCLEAR
        because = f"{named} {ended}. Đăng ký trước: {day} ({source})."
        return msgspec.structs.replace(proposal, kind=PlanKind.RECOGNISE_AGAIN, because=because, register_by=register_by)
    if law is not None and upgrade is not None:
        rule = law.rules.upgrade
        said = f"{named} còn đến {expires}; xét mức độ cao hơn sớm nhất {format_date(upgrade)} ({rule.source})."
        kind = PlanKind.RAISE if upgrade <= dt.date(year, 12, 31) else PlanKind.MAINTAIN
        return msgspec.structs.replace(proposal, kind=kind, because=said)
    return msgspec.structs.replace(proposal, because=f"{named} còn đến {expires}, sau năm {year + 1}.")


def _law(library: Library, school: ListedSchool, on: dt.date) -> Rulebook | None:
    try:
        return library.choose(school.kind.value, on).rulebook
    except UnknownRulebook:
        return None


def _upgrade_from(law: Rulebook | None, held: KnownAward) -> dt.date | None:
    if law is None:
        return None
    recognised = HeldRecognition(degree=held.degree, on=held.decided_on, printed_expiry=held.expires_on)
    return recognition_dates(law, recognised).earliest_upgrade


def _register_by(library: Library, held: KnownAward) -> tuple[dt.date | None, str]:
    """Return by when the holder registers again by the rulebook of the decision, and where that is written."""
    try:
        renewal = library.by_digest(held.digest).rules.renewal
    except UnknownRulebook:
        return None, f"không rõ Bằng cấp theo quy định nào, {UNCLEAR} hạn"
    if renewal.register_months_before is None:
        return None, renewal.source
    return add_months(held.expires_on, -renewal.register_months_before), renewal.source
