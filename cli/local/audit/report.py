"""The auditor's verdict: what was looked at, what is not as it was stored, and what is only worth knowing."""

from __future__ import annotations

import dataclasses
from collections import Counter

import msgspec

from shared.eventlog.verify import AuditFinding, Unverifiable

EXIT_TAMPERED, EXIT_CANNOT_TELL = 1, 2


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How much was looked at."""

    events: int
    objects: int
    checkpoints: int
    relayed: int = 0
    orphans: int = 0
    times_not_signed: int = 0
    kept_checkpoints: int = 0
    effects: int = 0
    view_rows: int = 0
    locks: int = 0
    images: int = 0
    images_not_covered: int = 0
    images_lost: int = 0


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """The auditor's verdict on a data folder. `notes` are no faults: what was not covered, and why."""

    sound: bool
    checked: Checked
    findings: list[AuditFinding]
    notes: list[AuditFinding] = []


@dataclasses.dataclass(slots=True)
class Tally:
    """What the checks have come to so far."""

    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    findings: list[AuditFinding] = dataclasses.field(default_factory=list)
    notes: list[AuditFinding] = dataclasses.field(default_factory=list)
    untold: list[AuditFinding] = dataclasses.field(default_factory=list)
    """What could not be looked at: with nothing else found, the verdict is that nobody can tell."""

    def find(self, kind: str, where: str, detail: str) -> None:
        """Write down a fault."""
        self.findings.append(AuditFinding(kind=kind, where=where, detail=detail))

    def note(self, kind: str, where: str, detail: str) -> None:
        """Write down what is worth knowing and no fault."""
        self.notes.append(AuditFinding(kind=kind, where=where, detail=detail))

    def cannot_tell(self, where: str, detail: str) -> None:
        """Write down what could not be looked at."""
        self.untold.append(AuditFinding(kind="cannot-tell", where=where, detail=detail))

    def report(self) -> AuditReport:
        """Return the verdict; raises Unverifiable when something could not be looked at and nothing was found elsewhere."""
        if self.untold and not self.findings:
            raise Unverifiable("; ".join(f"{finding.where}: {finding.detail}" for finding in self.untold))
        checked = {name: self.counts[name] for name in Checked.__struct_fields__}
        findings = [*self.findings, *self.untold]
        return AuditReport(sound=not findings, checked=Checked(**checked), findings=findings, notes=self.notes)
