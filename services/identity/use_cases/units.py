"""Use cases about the directory: which communes and schools there are."""

from __future__ import annotations

from services.identity.directory import Directory
from shared.contracts.calls import Acknowledged
from shared.contracts.calls.identity import NoteUnits, UnitsAnswer, UnitsRequest
from shared.identity import permissions
from shared.identity.call_context import CallContext


class Units:
    """Tells of communes and schools, and takes in what was just set up."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def units(self, acting: CallContext, request: UnitsRequest) -> UnitsAnswer:
        """Return every commune and school, unless the caller knows this version."""
        permissions.require(acting, "identity.units")
        return self._directory.told(request.known)

    def note_units(self, acting: CallContext, request: NoteUnits) -> Acknowledged:
        """Take in what was just set up, ahead of its events."""
        permissions.require(acting, "identity.note_units")
        for commune in request.communes:
            self._directory.put_commune(commune)
        for school in request.schools:
            self._directory.put_school(school)
        for visit in request.evaluations:
            self._directory.put_evaluation(visit.inspection, visit.code, visit.members.split())
        return Acknowledged()
