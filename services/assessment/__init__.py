"""The assessment service: schools, evidence codes, cycles, judgements, levels, recognition, and any school at any moment.

Owns: the streams of each school (registration with conditions and figures, evidence codes, each cycle, the sheet of each
criterion, awards), one stream a commune. A cycle is pinned to a rulebook. Levels are never stored: they are computed.
Says: `vn.kiemdinh.assessment.*` (see `shared.contracts.events.assessment`), one public event for each stored fact.
Listens: to evidence (which documents are kept, for which school) and to inspection (findings are drafts; with the
conclusion of their visit they become the layer of the commune or the department, exactly once).
Promises: a school's state at a moment of both clocks never changes when later events arrive.
"""
