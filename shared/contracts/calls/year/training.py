"""Calls of the inspection service about training: classes planned, held, cancelled, asked for, and who has attended."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COMMUNE_PLANNERS,
    YEAR_READERS,
    Operation,
    Scope,
    get,
    post,
    post_asked,
)
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import CommuneCode, PersonId, Position, SchoolCode, TrainingId


class PlanTraining(Call, frozen=True, kw_only=True):
    """Plan a class; the same title on the same days is the same class. `schools` empty: all. `budget_vnd`: whole đồng."""

    commune: CommuneCode
    year: int
    topic: TrainingTopic
    title: str
    days: list[dt.date]
    place: str
    schools: list[SchoolCode] = []
    budget_vnd: int = 0


class TrainingPlannedAnswer(Answer, frozen=True, kw_only=True):
    """A class was planned."""

    id: TrainingId
    position: Position


class AttendedById(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was asked to a class, by id; `school` '' for the commune's own people."""

    person: PersonId
    school: SchoolCode = SchoolCode("")
    present: bool = True
    result: str = ""


class HoldTraining(Call, frozen=True, kw_only=True):
    """Write down that a class was held, who attended, and which materials were given out.

    `held_on` is one of the days that were planned, or `reason` says why it was another one. `seen`: the `version` of the
    class that is corrected; 0 the first time.
    """

    training: TrainingId
    held_on: dt.date
    attendance: list[AttendedById]
    materials: str = ""
    reason: str = ""
    seen: int = 0


class AttendedGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was asked to a class, by login, by name and office, or by id when known already."""

    name: str = ""
    office: str = ""
    login: str = ""
    person: PersonId = PersonId("")
    school: SchoolCode = SchoolCode("")
    present: bool = True
    result: str = ""


class TrainingHeldGiven(Call, frozen=True, kw_only=True):
    """As `HoldTraining`, with people by login or name: identity keeps the names, the log gets ids."""

    training: TrainingId
    held_on: dt.date
    attendance: list[AttendedGiven]
    materials: str = ""
    reason: str = ""
    seen: int = 0


class CancelTraining(Call, frozen=True, kw_only=True):
    """Cancel a class, with the reason."""

    training: TrainingId
    reason: str


class AskTraining(Call, frozen=True, kw_only=True):
    """A school asks for a class on a topic; `year` 0 is this one."""

    school: SchoolCode
    topic: TrainingTopic
    text: str = ""
    year: int = 0


class TrainingRequest(Call, frozen=True, kw_only=True):
    """Ask for one class by its id alone."""

    training: TrainingId


class TrainingsRequest(Call, frozen=True, kw_only=True):
    """List classes that the caller may see, by day; of a commune and a year where they are named. `limit` 1 to 500."""

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    topic: TrainingTopic | None = None
    after: int = 0
    limit: int = 200


class AttendanceView(Answer, frozen=True, kw_only=True):
    """Who was asked to a class; `name` as identity has it, '' where the caller may not know or it was erased."""

    person: PersonId
    school: SchoolCode
    present: bool
    result: str
    name: str = ""


class TrainingView(Answer, frozen=True, kw_only=True):
    """One class. `held_on` and `cancelled_on` are absent until then; `schools` empty for all of the commune.

    `reason` says why it was cancelled, or held on a day that was not planned. `version` is what a correction of the
    attendance names as `seen`. Schools see of the attendance their own people.
    """

    id: TrainingId
    commune: CommuneCode
    year: int
    topic: TrainingTopic
    title: str
    days: list[dt.date]
    place: str
    schools: list[SchoolCode]
    budget_vnd: int
    held_on: dt.date | None
    present_count: int
    asked_count: int
    materials: str
    cancelled_on: dt.date | None
    reason: str
    version: int
    position: Position
    attendance: list[AttendanceView] = []


class WishView(Answer, frozen=True, kw_only=True):
    """A school asks for a class."""

    school: SchoolCode
    topic: TrainingTopic
    asked_on: dt.date
    text: str
    position: Position


class TrainingsAnswer(Answer, frozen=True, kw_only=True):
    """One page of classes without their attendance, how many there are, and what schools ask for."""

    trainings: list[TrainingView]
    total: int
    wishes: list[WishView] = []


class AttendedRequest(Call, frozen=True, kw_only=True):
    """Ask who has been present in classes of a commune, on a topic where one is named. `limit` 1 to 2,000, of each list."""

    commune: CommuneCode
    topic: TrainingTopic | None = None
    after: int = 0
    limit: int = 500


class AttendedView(Answer, frozen=True, kw_only=True):
    """Somebody was present in a class."""

    person: PersonId
    topic: TrainingTopic
    school: SchoolCode
    training: TrainingId
    held_on: dt.date


class SentPersonView(Answer, frozen=True, kw_only=True):
    """Somebody who was sent to a school in the team of a visit."""

    person: PersonId
    school: SchoolCode


class AttendedAnswer(Answer, frozen=True, kw_only=True):
    """Who was present, by day; and who went on visits to the commune's schools, whom classes for evaluators are for.

    One page of both lists, and how many lines the longer of them has.
    """

    attended: list[AttendedView]
    sent: list[SentPersonView]
    total: int


class UntrainedQuestion(Call, frozen=True, kw_only=True):
    """Ask who of a commune's councils (of teams of visits, for `danh_gia_ngoai`) has attended no class on a topic."""

    commune: CommuneCode
    topic: TrainingTopic


class UntrainedPerson(Answer, frozen=True, kw_only=True):
    """Somebody who attended no class on the topic; `stated`: what the school itself wrote of its council's member."""

    person: PersonId
    school: SchoolCode
    name: str = ""
    office: str = ""
    stated: bool | None = None


class UntrainedAnswer(Answer, frozen=True, kw_only=True):
    """Who has attended no class on a topic, school by school; `of` is how many people were looked at."""

    people: list[UntrainedPerson]
    of: int


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="plan_training",
        request=PlanTraining,
        answer=TrainingPlannedAnswer,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Lập một lớp tập huấn: cho ai, ngày nào, ở đâu, kinh phí bao nhiêu.",
        routes=(post("/communes/{commune}/years/{year}/trainings"),),
        commands=("training plan",),
        follows=("assessment",),
    ),
    Operation(
        name="hold_training",
        request=HoldTraining,
        answer=TrainingView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Ghi lớp tập huấn đã mở: ngày, điểm danh, kết quả, tài liệu.",
        routes=(post_asked("/trainings/{training}/attendance", question=TrainingHeldGiven),),
        commands=("training held",),
        follows=("assessment",),
    ),
    Operation(
        name="cancel_training",
        request=CancelTraining,
        answer=TrainingView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Hủy một lớp tập huấn, kèm lý do.",
        routes=(post("/trainings/{training}/cancellation"),),
        commands=("training cancel",),
    ),
    Operation(
        name="ask_training",
        request=AskTraining,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Trường đề nghị mở lớp tập huấn về một nội dung.",
        routes=(post("/schools/{school}/training-wishes"),),
        commands=("training ask",),
        follows=("assessment",),
    ),
    Operation(
        name="training",
        request=TrainingRequest,
        answer=TrainingView,
        roles=YEAR_READERS | CLERKS_AND_COUNCIL,
        scope=Scope.BY_ID,
        summary="Một lớp tập huấn với điểm danh; trường chỉ thấy người của mình.",
        routes=(get("/trainings/{training}"),),
        commands=("training show",),
    ),
    Operation(
        name="trainings",
        request=TrainingsRequest,
        answer=TrainingsAnswer,
        roles=YEAR_READERS | CLERKS_AND_COUNCIL,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Các lớp tập huấn được xem, theo ngày.",
        routes=(get("/trainings"),),
        commands=("training list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_trainings",
        request=TrainingsRequest,
        answer=TrainingsAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Các lớp tập huấn của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/trainings"),),
        follows=("assessment",),
    ),
    Operation(
        name="attended_trainings",
        request=AttendedRequest,
        answer=AttendedAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Ai đã dự lớp tập huấn nào của xã; ai đã đi trong các đoàn đến trường của xã.",
        routes=(get("/communes/{commune}/training-attendance"),),
        commands=("training untrained",),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
