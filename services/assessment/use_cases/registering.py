"""Use cases about communes and schools as such: their registration, and the conditions that recognition rests on."""

from __future__ import annotations

from services.assessment import views
from services.assessment.domain.school import Commune
from services.assessment.domain.streams import commune_stream
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import checked_code, checked_name, checked_number
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    CloseSchool,
    CommunesAnswer,
    CommuneView,
    RegisterCommune,
    RegisterSchool,
    RenameCommune,
    RenameSchool,
    SchoolRequest,
    SchoolsAnswer,
    SchoolsRequest,
    SchoolView,
    StateConditions,
)
from shared.contracts.problems import NoSuchCommune
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import vietnamese_key
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import SchoolKind

LEVELS = frozenset({"mam_non", "tieu_hoc", "thcs", "thpt"})


class Registering:
    """Registers, renames and lists communes and schools; takes what is stated of a school."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def register_commune(self, acting: CallContext, request: RegisterCommune) -> CommuneView:
        """Set up a commune office. Raises AlreadyRegistered, BadRequest."""
        code, name = checked_code(request.commune), checked_name(request.name, "tên")
        meta, _ = self._schools.metadata_on(acting)

        def decide(commune: Commune) -> str:
            commune.register(code, name, meta)
            return commune.name

        called, _ = self._schools.application.change(Commune, commune_stream(code), decide)
        return CommuneView(commune=code, name=called)

    def rename_commune(self, acting: CallContext, request: RenameCommune) -> CommuneView:
        """Give a commune office another name. Raises NoSuchCommune, BadRequest."""
        name = checked_name(request.name, "tên xã")
        meta, _ = self._schools.metadata_on(acting)
        rename = lambda commune: commune.rename(request.commune, name, meta)  # noqa: E731
        self._schools.application.change(Commune, commune_stream(request.commune), rename)
        return CommuneView(commune=request.commune, name=name)

    def communes(self) -> CommunesAnswer:
        """Return the commune offices by name."""
        with self._schools.views.reading() as conn:
            found = views.communes(conn)
        return CommunesAnswer(communes=sorted(found, key=lambda one: vietnamese_key(one.name)))

    def register_school(self, acting: CallContext, request: RegisterSchool) -> SchoolView:
        """Set up a school. Raises NoSuchCommune, AlreadyRegistered, BadRequest."""
        code, name = checked_code(request.code), checked_name(request.name, "tên trường")
        levels = _levels(request)
        with self._schools.views.reading() as conn:
            if not views.commune_exists(conn, request.commune):
                raise NoSuchCommune(
                    f"Chưa có xã mã {request.commune}. Lập xã trước, rồi lập trường.", commune=request.commune
                )
        meta, _ = self._schools.metadata_on(acting)
        self._schools.change(code, lambda school: school.register(code, name, request.kind, request.commune, levels, meta))
        return self._schools.view(code)

    def rename_school(self, acting: CallContext, request: RenameSchool) -> SchoolView:
        """Give a school another name. Raises NoSuchSchool, BadRequest."""
        name = checked_name(request.name, "tên trường")
        meta, _ = self._schools.metadata_on(acting)
        self._schools.change(request.school, lambda school: school.rename(name, meta))
        return self._schools.view(request.school)

    def close_school(self, acting: CallContext, request: CloseSchool) -> SchoolView:
        """Note that a school was closed by a decision. Raises NoSuchSchool, SchoolIsClosed, DateRefused, BadRequest."""
        number, reason = checked_number(request.number), typed_reason(request.reason)
        meta, on = self._schools.metadata_on(acting, request.on)
        self._schools.change(request.school, lambda school: school.close(number, on, reason, meta))
        return self._schools.view(request.school)

    def school(self, request: SchoolRequest) -> SchoolView:
        """Return one school; raises NoSuchSchool."""
        return self._schools.view(request.school)

    def schools(self, acting: CallContext, request: SchoolsRequest) -> SchoolsAnswer:
        """Return the schools the caller's roles reach, by Vietnamese order of name."""
        with self._schools.views.reading() as conn:
            found = views.schools(conn, request.commune)
        seen = [one for one in found if _reaches(acting, one)]
        return SchoolsAnswer(schools=sorted(seen, key=lambda one: vietnamese_key(one.name)))

    def state_conditions(self, acting: CallContext, request: StateConditions) -> Done:
        """State facts that recognition rests on, from a document or by word.

        Raises BadRequest, DateRefused, DocumentUnknown, NoSuchSchool.
        """
        meta, on = self._schools.metadata_on(acting, request.on)
        if request.document:
            self._schools.require_document(request.document, request.school)
        decide = lambda school: school.state_conditions(  # noqa: E731
            request.conditions, on, meta, document=request.document
        )
        return Done(position=self._schools.change(request.school, decide)[1])


def _reaches(acting: CallContext, school: SchoolView) -> bool:
    return any(grant.covers_school(school.code) or grant.covers_commune(school.commune) for grant in acting.grants)


def _levels(request: RegisterSchool) -> list[str]:
    if request.kind is not SchoolKind.MULTI_LEVEL:
        return []
    if not request.levels or not set(request.levels) <= LEVELS:
        raise BadRequest(f"Trường nhiều cấp phải ghi các cấp học: {', '.join(sorted(LEVELS))}.", path="$.levels")
    return sorted(set(request.levels))
