"""Evidence that a cycle may take over from one under another circular: each document with candidates for its criterion.

Texts and results never cross to another circular. A document keeps its former code; the one it gets here is given by a
person, who may follow the suggestion or not (`shared.rulebook.carry`).
"""

from __future__ import annotations

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.replay import CycleState, SchoolState
from shared.rulebook import Library, Rulebook
from shared.rulebook.carry import CarryTable, carry_table
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, EvidenceCode


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A document that the former cycle cited under a criterion, its code there, where it might belong, its code here."""

    document: DocumentId
    title: str
    code: EvidenceCode
    criterion: CriterionCode
    candidates: list[CriterionCode]
    new_code: EvidenceCode = EvidenceCode("")


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What may be taken over from `former`; without a table nobody can suggest where it belongs."""

    former: CycleState | None
    before: Rulebook | None
    table: CarryTable | None
    evidence: list[Offered]


def carried(state: SchoolState, library: Library, cycle: CycleId, former: CycleId = CycleId("")) -> Carried:
    """Return the evidence of a former cycle under another rulebook; '' takes the newest opened before this one."""
    here = state.cycles[cycle]
    source = state.cycle(former) if former else _newest_before(state, here)
    if source is None or source.opened is None or here.opened is None:
        return Carried(former=None, before=None, table=None, evidence=[])
    before, after = library.by_digest(source.opened.digest), library.by_digest(here.opened.digest)
    table = carry_table(before, after)
    return Carried(former=source, before=before, table=table, evidence=_offered(state, source, before, after, table))


def _newest_before(state: SchoolState, here: CycleState) -> CycleState | None:
    opened = state.opened_cycles()
    older = opened[opened.index(here) + 1 :]
    return next((one for one in older if one.opened and here.opened and one.opened.digest != here.opened.digest), None)


def _offered(
    state: SchoolState, source: CycleState, before: Rulebook, after: Rulebook, table: CarryTable | None
) -> list[Offered]:
    places = {(document, criterion) for document, criterion, _, _ in source.citations}
    order = {code: number for number, code in enumerate(before.criteria)}
    found = []
    for document, criterion in sorted(places, key=lambda place: (order.get(place[1], len(order)), place[0])):
        old = _coded(state, document, before)
        assert old is not None  # what is cited has a code of the cycle's circular
        new = _coded(state, document, after) if _pattern(before) != _pattern(after) else None
        found.append(
            Offered(
                document=document,
                title=old.title,
                code=old.code,
                criterion=criterion,
                candidates=[code for code in (table.candidates(criterion) if table else []) if code in after.criteria],
                new_code=new.code if new else EvidenceCode(""),
            )
        )
    return found


def _coded(state: SchoolState, document: DocumentId, rulebook: Rulebook) -> f.EvidenceCoded | None:
    facts = (logged.entry.fact for logged in state.codes.get(document, []))
    return next((fact for fact in facts if isinstance(fact, f.EvidenceCoded) and fact.pattern == _pattern(rulebook)), None)


def _pattern(rulebook: Rulebook) -> str:
    return rulebook.document.evidence_code.pattern
