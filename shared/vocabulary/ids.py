"""What identifiers, hashes and places in a log are called: types of their own, so that one is not taken for another.

At run time each is the text, the bytes or the number it is made of: nothing is wrapped, and what is stored or sent is as it
was. Whoever parses a form, a route or a row says which it is, once; from there on the type checker refuses a mix-up.
Positions, leaves and sizes are off by one from each other: what turns one into another has a name and stands here. Rows of
a log's tables come with their position (`shared.eventlog.recorders`).
"""

from __future__ import annotations

from typing import Final, NewType

SchoolCode = NewType("SchoolCode", str)
"""A school, as its commune registered it: 2 to 24 of A–Z, 0–9 and '-' ("TH-BC")."""

CommuneCode = NewType("CommuneCode", str)
"""A commune office, as the department registered it ("X-BC")."""

DocumentId = NewType("DocumentId", str)
"""A kept document: the UUID that follows from its school and the SHA-256 of its bytes, with hyphens."""

CorrectionId = NewType("CorrectionId", str)
"""What a person made of a page that was read: a UUID, with hyphens; the words lie beside the log under it."""

PaperId = NewType("PaperId", str)
"""A print of a paper: 20 letters of base32, in the code at the foot of its pages ("JBSWY3DPEHPK3PXPABCD")."""

CycleId = NewType("CycleId", str)
"""A self-assessment cycle of a school: the school year ("2026-2027"), with a version once it is reopened ("2026-2027.2")."""

CriterionCode = NewType("CriterionCode", str)
"""A criterion of a rulebook, as its circular numbers it ("1.3")."""

EvidenceCode = NewType("EvidenceCode", str)
"""The code of evidence that a document of a school got for good, bare as it is stored ("H1-1.1-01", "MC.1.1.01")."""

InspectionId = NewType("InspectionId", str)
"""A visit of the commune or the department to a school: a UUID, with hyphens."""

RecommendationId = NewType("RecommendationId", str)
"""A recommendation of a visit: a UUID, with hyphens."""

EvidenceRequestId = NewType("EvidenceRequestId", str)
"""What a team asked a school for during a visit: a UUID, with hyphens."""

RegistrationId = NewType("RegistrationId", str)
"""A school's registration for external evaluation under one cycle: a UUID, with hyphens."""

TaskId = NewType("TaskId", str)
"""A task that a commune gave to a school or a unit: a UUID, with hyphens."""

DirectiveId = NewType("DirectiveId", str)
"""A directive in a commune's register: a UUID, with hyphens."""

TargetId = NewType("TargetId", str)
"""A criterion that a school is to reach by a day: a UUID, with hyphens."""

RecurringTaskId = NewType("RecurringTaskId", str)
"""A rule by which a task comes again every month or quarter of a year: a UUID, with hyphens."""

TrainingId = NewType("TrainingId", str)
"""A training class: a UUID, with hyphens."""

PublicityId = NewType("PublicityId", str)
"""One piece of a commune's publicity, or one public notice: a UUID, with hyphens."""

DifficultyId = NewType("DifficultyId", str)
"""A difficulty that a school raised: a UUID, with hyphens."""

NeedId = NewType("NeedId", str)
"""Something that a school needs and asks money for: a UUID, with hyphens."""

ReportRequestId = NewType("ReportRequestId", str)
"""A report that a commune asked of schools: a UUID, with hyphens."""

SynthesisId = NewType("SynthesisId", str)
"""A synthesis of a commune's year: a UUID, with hyphens."""

DeadlineId = NewType("DeadlineId", str)
"""A day by which somebody owes something: what it is of and its id, joined by ':' ("task:6f1c…")."""

PersonId = NewType("PersonId", str)
"""A person who stands on papers of a school: the account's id for one who signs in, else a UUID; never a name."""

GroupId = NewType("GroupId", str)
"""A working group of a school's self-assessment council, as the school calls it within a cycle ("thu-ky", "nhom-1")."""

MeetingId = NewType("MeetingId", str)
"""A meeting of a self-assessment council: a UUID, with hyphens."""

ImprovementId = NewType("ImprovementId", str)
"""An item of a school's improvement plan: a UUID, with hyphens."""

CommentId = NewType("CommentId", str)
"""A comment on a self-assessment: a UUID, with hyphens."""

Sha256 = NewType("Sha256", str)
"""A SHA-256 as 64 lower-case hexadecimal digits: of a document, of a text that was read, of a rulebook (FIPS 180-4)."""

Digest = NewType("Digest", bytes)
"""A SHA-256 as its 32 bytes: a leaf, a node or the root of the Merkle tree (RFC 6962 section 2.1)."""

Position = NewType("Position", int)
"""The place of an event in a log, dense from 1: of the service that it is of, of `notification` for the merged feed.

The first is the `sequence` of its public event, the second the `position`.
"""

LeafIndex = NewType("LeafIndex", int)
"""The place of a leaf in the Merkle tree over a log, dense from 0 (RFC 6962 section 2.1)."""

TreeSize = NewType("TreeSize", int)
"""How many leaves a Merkle tree has, from 0; a checkpoint signs one (C2SP tlog-checkpoint)."""

BEGINNING: Final = Position(0)
"""Where a log begins: before its first event."""


def position_of(leaf: LeafIndex) -> Position:
    """Return the position of the event whose leaf this is."""
    return Position(leaf + 1)


def leaf_of(position: Position) -> LeafIndex:
    """Return the leaf of the event at a position (from 1)."""
    return LeafIndex(position - 1)


def leaf_after(position: Position) -> LeafIndex:
    """Return the leaf of the event that follows a position: the first leaf of all, for the beginning."""
    return LeafIndex(position)


def next_position(position: Position) -> Position:
    """Return the position that follows."""
    return Position(position + 1)


def position_before(position: Position) -> Position:
    """Return the position that comes before: the beginning, for the first."""
    return Position(position - 1)


def last_position(size: TreeSize) -> Position:
    """Return the position of the last event of a log with so many leaves: the beginning, where it has none."""
    return Position(size)
