"""Awards of a school, the recognition (a Bằng) and the certificate: granted, corrected, superseded, revoked.

One reading of the log for three uses: the school that decides, the replay of a moment, and the public register. An award is
known by the number it was granted under; a correction may change the number that is printed. A recognition and a certificate
stand side by side (TT17–19/2018 Đ34, Đ37), but of each kind a school holds one valid at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from services.assessment.domain import facts as f
from shared.eventlog.facts import Fact
from shared.rulebook import RecognitionState
from shared.text import fold, format_date
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.ids import Position

VALID, EXPIRED = RecognitionState.VALID.value, RecognitionState.EXPIRED.value
REVOKED, SUPERSEDED = "thu_hoi", "thay_the"
"""States of an award on a day."""

Granted = f.RecognitionGranted | f.CertificateGranted
Correction = f.RecognitionCorrected | f.CertificateCorrected
Revocation = f.RecognitionRevoked | f.CertificateRevoked

GRANTS: dict[type[Fact], AwardKind] = {
    f.RecognitionGranted: AwardKind.RECOGNITION,
    f.CertificateGranted: AwardKind.CERTIFICATE,
}
_LATER: dict[type[Fact], AwardKind] = {
    f.RecognitionCorrected: AwardKind.RECOGNITION,
    f.RecognitionRevoked: AwardKind.RECOGNITION,
    f.RemedyRequested: AwardKind.RECOGNITION,
    f.CertificateCorrected: AwardKind.CERTIFICATE,
    f.CertificateRevoked: AwardKind.CERTIFICATE,
}
ABOUT_AWARDS = tuple(GRANTS) + tuple(_LATER)
"""Every fact that `Awards` applies."""


class Particulars(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed: number, degree, days. `certificate_degree` is 0 where the decision names no certificate."""

    number: str
    degree: int
    certificate_degree: int = 0
    decided_on: dt.date
    expires_on: dt.date

    def text(self, what: Corrected) -> str:
        """Return one of them as it is stored in a correction: days as ISO 8601."""
        value = getattr(self, what.value)
        return value.isoformat() if isinstance(value, dt.date) else str(value)


class AwardHistory(msgspec.Struct, frozen=True, kw_only=True):
    """One award with everything that happened to it. `order` is its place in the log, or in the stream."""

    granted: Granted
    order: Position
    corrections: tuple[Correction, ...] = ()
    remedies: tuple[f.RemedyRequested, ...] = ()
    revoked: Revocation | None = None

    @property
    def key(self) -> str:
        """Return the number it was granted under, by which it is known for ever."""
        return self.granted.number

    def particulars(self, on: dt.date = dt.date.max) -> Particulars:
        """Return what is printed, as corrected by a day."""
        granted = self.granted
        printed = Particulars(
            number=granted.number,
            degree=granted.degree,
            certificate_degree=granted.certificate_degree if isinstance(granted, f.RecognitionGranted) else 0,
            decided_on=granted.decided_on,
            expires_on=granted.expires_on,
        )
        for correction in self.corrections_by(on):
            printed = corrected(printed, Corrected(correction.what), correction.new)
        return printed

    def corrections_by(self, on: dt.date) -> list[Correction]:
        """Return the corrections that were made by a day, in their order."""
        return [one for one in self.corrections if one.corrected_on <= on]

    def revoked_by(self, on: dt.date) -> Revocation | None:
        """Return the revocation if it holds on a day."""
        return self.revoked if self.revoked is not None and self.revoked.revoked_on <= on else None


class AwardStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An award as it stands on a day: valid through `expires_on` itself, unless it was superseded or revoked before."""

    award: AwardHistory
    printed: Particulars
    on: dt.date
    state: str
    superseded_by: str = ""
    superseded_on: dt.date | None = None

    @property
    def granted(self) -> Granted:
        """Return the decision as it was recorded first."""
        return self.award.granted


class Awards:
    """The awards of one school; apply its facts in the order of the log, or of valid time."""

    __slots__ = ("_by_kind",)

    def __init__(self) -> None:
        self._by_kind: dict[AwardKind, dict[str, AwardHistory]] = {kind: {} for kind in AwardKind}

    def apply(self, fact: Fact, order: Position) -> None:
        """Apply a grant, a correction, a request for remedy or a revocation; what names no known award is passed over."""
        if isinstance(fact, Granted):
            self._by_kind[GRANTS[type(fact)]][fact.number] = AwardHistory(granted=fact, order=order)
            return
        held = self._by_kind[_LATER[type(fact)]]
        award = held.get(fact.number)  # type: ignore[attr-defined]  # each of them has one
        if award is not None:
            held[award.key] = _with(award, fact)

    def find(self, kind: AwardKind, number: str) -> AwardHistory | None:
        """Return the award that bears a number now, else the one granted under it; “3/qđ” is “3/QĐ”."""
        wanted = number_key(number)
        # A log may hold two typings that were two numbers once: the one typed now comes first.
        held = sorted(self._by_kind[kind].values(), key=lambda one: number not in {one.particulars().number, one.key})
        bearing = (award for award in held if number_key(award.particulars().number) == wanted)
        return next(bearing, next((award for award in held if number_key(award.key) == wanted), None))

    def decided_by(self, kind: AwardKind, on: dt.date) -> list[AwardStatus]:
        """Return the awards decided by a day, the newest decision first, each in its state on it."""
        printed = [(award, award.particulars(on)) for award in self._by_kind[kind].values()]
        decided = [(award, particulars) for award, particulars in printed if particulars.decided_on <= on]
        decided.sort(key=lambda pair: (pair[1].decided_on, pair[0].order))
        statuses = [
            _held(award, particulars, decided[place + 1 :], on) for place, (award, particulars) in enumerate(decided)
        ]
        return statuses[::-1]

    def current(self, kind: AwardKind, on: dt.date) -> AwardStatus | None:
        """Return the award that counts on a day: the valid one, else the newest."""
        found = self.decided_by(kind, on)
        return next((one for one in found if one.state == VALID), found[0] if found else None)

    def valid(self, kind: AwardKind, on: dt.date) -> AwardStatus | None:
        """Return the award that is valid on a day."""
        held = self.current(kind, on)
        return held if held is not None and held.state == VALID else None

    def __iter__(self) -> Iterator[AwardHistory]:
        return (award for held in self._by_kind.values() for award in held.values())


def number_key(number: str) -> str:
    """Return what two ways of typing one decision's number have in common."""
    return fold(" ".join(number.split()))


def corrected(printed: Particulars, what: Corrected, new: str) -> Particulars:
    """Return particulars with one of them replaced; `new` is as `Particulars.text` writes it. Raises ValueError."""
    match what:
        case Corrected.DEGREE:
            return msgspec.structs.replace(printed, degree=int(new))
        case Corrected.CERTIFICATE_DEGREE:
            return msgspec.structs.replace(printed, certificate_degree=int(new))
        case Corrected.DECIDED_ON:
            return msgspec.structs.replace(printed, decided_on=dt.date.fromisoformat(new))
        case Corrected.EXPIRES_ON:
            return msgspec.structs.replace(printed, expires_on=dt.date.fromisoformat(new))
        case _:
            return msgspec.structs.replace(printed, number=new)


def printed_words(what: str, text: str) -> str:
    """Return one of the particulars as a person reads it: days as 05/10/2026."""
    if what in {Corrected.DECIDED_ON.value, Corrected.EXPIRES_ON.value}:
        return format_date(dt.date.fromisoformat(text))
    return text


def awards_of(facts: Iterable[tuple[Fact, Position]]) -> Awards:
    """Return the awards that facts of one school, in order, make."""
    histories = Awards()
    for fact, order in facts:
        histories.apply(fact, order)
    return histories


def _with(award: AwardHistory, fact: Fact) -> AwardHistory:
    if isinstance(fact, Correction):
        return msgspec.structs.replace(award, corrections=(*award.corrections, fact))
    if isinstance(fact, f.RemedyRequested):
        return msgspec.structs.replace(award, remedies=(*award.remedies, fact))
    assert isinstance(fact, Revocation)
    return msgspec.structs.replace(award, revoked=fact)


def _held(
    award: AwardHistory, printed: Particulars, later: list[tuple[AwardHistory, Particulars]], on: dt.date
) -> AwardStatus:
    if award.revoked_by(on) is not None:
        return AwardStatus(award=award, printed=printed, on=on, state=REVOKED)
    successor = next((pair for pair in later if _supersedes(*pair, award, printed, on)), None)
    if successor is not None:
        by = successor[1]
        return AwardStatus(
            award=award, printed=printed, on=on, state=SUPERSEDED, superseded_by=by.number, superseded_on=by.decided_on
        )
    return AwardStatus(award=award, printed=printed, on=on, state=EXPIRED if on > printed.expires_on else VALID)


def _supersedes(newer: AwardHistory, new: Particulars, older: AwardHistory, old: Particulars, on: dt.date) -> bool:
    """Say whether a later decision took the place of an earlier one that was still valid on its day.

    A decision that names what it supersedes does so for ever. One recorded before decisions named it does so while it is
    not revoked itself.
    """
    if new.decided_on > old.expires_on:
        return False
    return newer.granted.supersedes == older.key or newer.revoked_by(on) is None
