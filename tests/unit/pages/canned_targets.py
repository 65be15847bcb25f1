"""Canned targets of a commune: six schools, every state, and a name that is markup."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Done
from shared.contracts.calls.year import targets as t
from shared.rulebook.loader import load_library
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState

HOSTILE = '<script>alert("x")</script>'
BOOK = load_library().get("v2026_tt57/pho_thong")
DAY = dt.date(2026, 11, 23)
NAMES = {
    "THCS-KV": "PTDTBT THCS Khe Vàng",
    "TH-PC": "TH và THCS Pù Cang",
    "THCS-NL": "THCS Nậm Lam",
    "TH-BC": "Trường Tiểu học Bản Chuông",
    "TH-NL": "Tiểu học Nậm Lam",
    "TH-PD": "Tiểu học Pá Đông",
}
STATES = (TargetState.ON_THE_WAY, TargetState.MET, TargetState.LATE, TargetState.MET, TargetState.NONE, TargetState.MET)


def target(school: str, criterion: str, state: TargetState) -> t.TargetView:
    met = state is TargetState.MET
    late = state is TargetState.LATE
    return t.TargetView(
        id=f"{school}-{criterion}",
        school=school,
        criterion=criterion,
        level=1,
        by=dt.date(2026, 10, 31) if late else dt.date(2026, 12, 31),
        lead=TargetLead.ECONOMIC_OFFICE,
        means=HOSTILE,
        layer=Layer.SCHOOL,
        state=state,
        met_on=DAY if met else None,
        earliest=None if met or late else dt.date(2027, 3, 15),
        because="Đã đạt ngày 23/11/2026."
        if met
        else f"Còn thiếu {criterion} Mức 1; chưa rõ ngày: nhu cầu: chưa có nguồn vốn.",
        rulebook=BOOK.id,
    )


def board(request: t.TargetBoardRequest) -> t.TargetBoard:
    targets = [
        target(school, criterion, STATES[(row + 2 * column) % 6])
        for column, school in enumerate(NAMES)
        for row, criterion in enumerate(BOOK.criteria)
        if STATES[(row + 2 * column) % 6] is not TargetState.NONE
    ]
    return t.TargetBoard(
        commune=request.commune,
        year=request.year,
        layer=request.layer,
        day=DAY,
        targets=targets,
        schools=[
            t.TargetSchool(school=code, name=name, rulebook=BOOK.id, digest=BOOK.digest, counts={})
            for code, name in NAMES.items()
        ],
        counts={},
    )


def one(request: t.TargetRequest) -> t.TargetDetail:
    criterion = BOOK.criteria[request.criterion]
    return t.TargetDetail(
        school=request.school,
        school_name=NAMES.get(request.school, request.school),
        criterion=request.criterion,
        title=criterion.title,
        rulebook=BOOK.id,
        levels=list(criterion.levels),
        target=target(request.school, request.criterion, TargetState.LATE) if request.criterion == "1.1" else None,
        missing=["1.1 Mức 1"],
        steps=[t.TargetStep(what="Việc cải tiến", by=DAY, why=""), t.TargetStep(what="Nhu cầu", by=None, why="chưa có vốn")],
        acts=[
            t.TargetAct(
                kind="criterion-target-revised", on=DAY, level=1, by=DAY, text=HOSTILE, actor="account-1", position=7
            )
        ],
        version=1,
    )


TARGETS = {
    "inspection.target_board": board,
    "inspection.target": one,
    "inspection.set_targets": lambda _: t.TargetsSet(ids=[], position=18298),
    "inspection.revise_target": lambda _: Done(position=18298),
    "inspection.drop_target": lambda _: Done(position=18298),
}
