"""Calls of the assessment service that look back over five school years: levels by layer, and where layers differed.

Three layers stand side by side and are never merged; schools are never put in an order of merit.
"""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.assessment import CertificateView, LevelView, RecognitionView
from shared.contracts.operations import (
    BOARD_READERS,
    READERS,
    Operation,
    Scope,
    get,
)
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, CycleId, Position, SchoolCode
from shared.vocabulary.roles import Role

MOST_SCHOOLS_COMPARED = 200
"""Schools of one sheet of divergences; each is replayed."""


class YearsRequest(Call, frozen=True, kw_only=True):
    """Ask how a school stood in the last five school years. `known_at` is a log position (0: now)."""

    school: SchoolCode
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class LayerYear(Answer, frozen=True, kw_only=True):
    """What one layer came to in a school year: its last word on `cycle`. `criteria` are those it judged."""

    cycle: CycleId
    level: LevelView
    criteria: dict[str, LevelView]


class SchoolYear(Answer, frozen=True, kw_only=True):
    """A school year of a school. `layers` (school, commune, department) are those that judged a cycle of that year.

    `cycle` is the newest version, '' where none was opened; `rulebook` is the one it is pinned to. Awards stand as they did
    on `on`, the last day of the year (or the day asked for): the one that counts, in its state on it.
    """

    year: str
    on: dt.date
    cycle: CycleId
    rulebook: str
    layers: dict[str, LayerYear]
    submitted_on: dt.date | None = None
    recognition: RecognitionView | None = None
    certificate: CertificateView | None = None


class YearsAnswer(Answer, frozen=True, kw_only=True):
    """Five school years, the earliest first, by the log up to `known_at`."""

    school: SchoolCode
    name: str
    valid_at: dt.date
    known_at: Position
    years: list[SchoolYear]


class DivergenceRequest(Call, frozen=True, kw_only=True):
    """Ask on which criteria the layers of one school differed in the last five school years.

    `family` names the rulebooks that are compared ("2018/tieu_hoc"); '' is that of the newest cycle. Families never mix.
    """

    school: SchoolCode
    family: str = ""
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class RulebookFamily(Answer, frozen=True, kw_only=True):
    """Rulebooks whose criteria are the same ones; `rulebook` is the newest of them, `schools` have a cycle under one."""

    family: str
    rulebook: str
    schools: int


class ComparedYear(Answer, frozen=True, kw_only=True):
    """What at least two layers came to for one criterion of one cycle; `differs`: they cannot both be right."""

    year: str
    cycle: CycleId
    levels: dict[str, LevelView]
    differs: bool


class CriterionOverYears(Answer, frozen=True, kw_only=True):
    """One criterion of a school in the years in which two layers judged it, the earliest first."""

    criterion: CriterionCode
    title: str
    years: list[ComparedYear]
    differed: int


class DivergenceAnswer(Answer, frozen=True, kw_only=True):
    """The sheet of one school: every criterion of one family, in the order of the rulebook; `families` are all it has."""

    school: SchoolCode
    name: str
    family: str
    rulebook: str
    years: list[str]
    criteria: list[CriterionOverYears]
    families: list[RulebookFamily]


class DivergencesRequest(Call, frozen=True, kw_only=True):
    """Ask on which criteria the layers differed at the schools that the caller reaches, in the last five school years.

    `family` '' is the one that most schools have a cycle under. At most 200 schools: a larger province asks by commune.
    """

    commune: CommuneCode = CommuneCode("")
    family: str = ""


class SchoolDivergence(Answer, frozen=True, kw_only=True):
    """A school and a year in which its layers differed on the criterion it stands behind."""

    school: SchoolCode
    school_name: str
    year: str
    levels: dict[str, LevelView]


class CriterionDivergence(Answer, frozen=True, kw_only=True):
    """How often two layers judged a criterion, and how often they differed; `schools` by name, never by number."""

    criterion: CriterionCode
    title: str
    compared: int
    differed: int
    schools: list[SchoolDivergence]


class DivergencesAnswer(Answer, frozen=True, kw_only=True):
    """The sheet of an office: every criterion of one family, in the order of the rulebook."""

    family: str
    rulebook: str
    years: list[str]
    schools: int
    criteria: list[CriterionDivergence]
    families: list[RulebookFamily]


_LOOK_BACK = READERS - {Role.EXTERNAL_EVALUATOR}
"""An evaluator reads the submitted report of one cycle; former years hold drafts that were never submitted."""

OPERATIONS = (
    Operation(
        name="years",
        request=YearsRequest,
        answer=YearsAnswer,
        roles=_LOOK_BACK,
        scope=Scope.SCHOOL,
        summary="Năm năm học gần nhất của một trường: mức từng tiêu chí ở ba lớp, quyết định đang giữ cuối mỗi năm.",
        routes=(get("/schools/{school}/years"),),
    ),
    Operation(
        name="divergence",
        request=DivergenceRequest,
        answer=DivergenceAnswer,
        roles=_LOOK_BACK,
        scope=Scope.SCHOOL,
        summary="Tiêu chí mà trường, xã và Sở đánh giá khác nhau trong năm năm học gần nhất, ở một trường.",
        routes=(get("/schools/{school}/divergence"),),
    ),
    Operation(
        name="divergences",
        request=DivergencesRequest,
        answer=DivergencesAnswer,
        roles=BOARD_READERS,
        scope=Scope.NARROWED,
        summary="Số lần trường, xã và Sở đánh giá khác nhau theo từng tiêu chí, ở các trường của xã; không xếp hạng trường.",
        routes=(
            get("/communes/{commune}/divergence"),
            get("/divergence", "Như trên, ở mọi trường được xem."),
        ),
        timeout_s=60.0,
    ),
)
"""What may be asked, by whom."""
