"""Calls of the inspection service: technical inspections of the commune and evaluations of the department."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.assessment import Layer, Result


class PlanInspection(Call, frozen=True, kw_only=True):
    """Plan a visit. `layer` is commune (technical inspection, advisory) or department (external evaluation, deciding).

    `members` are account ids.
    """

    school: str
    cycle: str
    layer: Layer
    on: dt.date
    title: str
    members: list[str] = []


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the team found of one indicator; `answer_by` asks the school to answer by a day."""

    criterion: str
    level: int
    indicator: str
    result: Result
    note: str = ""
    answer_by: dt.date | None = None


class RecordFindings(Call, frozen=True, kw_only=True):
    """Record findings of a visit; a later finding on the same indicator replaces the earlier one in the state."""

    school: str
    inspection: str
    findings: list[Finding]
    on: dt.date | None = None


class ConcludeInspection(Call, frozen=True, kw_only=True):
    """Close a visit with a summary."""

    school: str
    inspection: str
    summary: str
    on: dt.date | None = None


class InspectionRequest(Call, frozen=True, kw_only=True):
    """Ask for one inspection."""

    school: str
    inspection: str


class InspectionsRequest(Call, frozen=True, kw_only=True):
    """List inspections of a school, newest first."""

    school: str


class FindingView(Answer, frozen=True, kw_only=True):
    """One recorded finding."""

    criterion: str
    level: int
    indicator: str
    result: Result
    note: str
    recorded_on: dt.date
    position: int
    answer_by: dt.date | None = None


class InspectionView(Answer, frozen=True, kw_only=True):
    """One inspection with its findings."""

    inspection: str
    school: str
    cycle: str
    layer: Layer
    on: dt.date
    title: str
    concluded: bool
    summary: str
    findings: list[FindingView]
    position: int


class InspectionsAnswer(Answer, frozen=True, kw_only=True):
    """Inspections, newest first."""

    inspections: list[InspectionView]
