"""What the composers of papers read: a visit, recommendations and a registration at a moment, and what they rest on."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import msgspec

from shared.contracts.calls.inspection import FindingView, InspectionView, OpinionView, TeamMemberView
from shared.contracts.calls.papers import PaperGround
from shared.contracts.calls.recommendations import RecommendationView
from shared.contracts.calls.registration import RegistrationEvent, RegistrationView
from shared.contracts.problems import PaperSubjectMissing
from shared.rulebook import Evaluation, IndicatorKey, Rulebook, SchoolFacts, evaluate
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, Position
from shared.vocabulary.inspection import RegistrationState, RegistrationStep, TeamRole, VisitKind, VisitPaperKind
from shared.vocabulary.labels import VISIT_KIND_LABELS

T = TypeVar("T")

DEPARTMENT = "Sở Giáo dục và Đào tạo"


class ProgrammeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of a programme: to which school, when, what for."""

    school_name: str
    on: dt.date
    title: str
    kind: VisitKind
    sites: tuple[str, ...] = ()
    held: bool = False


class VisitMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """A paper's visit, recommendations and registration at a moment; `valid_at` and `known_at` are the last they rest on.

    `recommendations` are those that the visit made, and those that it found open and took over. `programme` are the visits
    of the commune, for a plan that is about more than one. `deciding` is the rulebook that the newest decision about the
    school was taken under, which need not be that of the cycle; None where there is no decision or it is not known.
    """

    kind: VisitPaperKind
    ground: PaperGround
    rulebook: Rulebook
    valid_at: dt.date
    known_at: Position
    recorded_at: dt.datetime | None
    checkpoint: str
    visit: InspectionView | None = None
    recommendations: tuple[RecommendationView, ...] = ()
    registration: RegistrationView | None = None
    programme: tuple[ProgrammeLine, ...] = ()
    deciding: Rulebook | None = None

    # --- the school and the offices

    @property
    def school_name(self) -> str:
        """The school's name."""
        return self.ground.school_name

    @property
    def commune(self) -> str:
        """The commune with its kind inside a sentence, "xã Nậm Lam"."""
        name = self.ground.commune_name or "xã ……"
        return name[:1].lower() + name[1:]

    # --- the visit

    @property
    def visited(self) -> InspectionView:
        """The visit that the paper is about. Raises PaperSubjectMissing."""
        return required(self.visit, "Chưa có đợt kiểm tra nào của trường hợp với giấy này. Lập đợt kiểm tra trước, rồi in.")

    @property
    def layer(self) -> Layer:
        """The layer of the visit; that of the department where there is none."""
        return self.visit.layer if self.visit else Layer.DEPARTMENT

    @property
    def visit_kind(self) -> VisitKind:
        """Why the team went; the usual of the layer where the visit does not say."""
        return self.visited.kind or usual_kind(self.layer)

    @property
    def purpose(self) -> str:
        """What the team went for, inside a sentence: "kiểm tra kỹ thuật"."""
        return self.visit_label[:1].lower() + self.visit_label[1:]

    @property
    def visit_label(self) -> str:
        """What the team went for, at the head of a line: "Kiểm tra kỹ thuật"."""
        return VISIT_KIND_LABELS[self.visit_kind]

    @property
    def team_name(self) -> str:
        """What the team is called, "Đoàn kiểm tra kỹ thuật"."""
        return f"Đoàn {self.purpose}"

    def members(self, *roles: TeamRole) -> list[TeamMemberView]:
        """Return the members of the team in the order of the decision, those of `roles` where some are named."""
        team = self.visited.team
        return [member for member in team.members if not roles or member.role in roles] if team else []

    @property
    def places(self) -> str:
        """Where the visit is, "điểm trường Pá Kép, điểm trường Nà Tấu"; the school where no site is named."""
        visit = self.visited
        sites = (visit.minutes.sites if visit.minutes else []) or visit.sites
        return ", ".join(sites) or self.school_name

    @property
    def worked_on(self) -> list[dt.date]:
        """The days on which the team worked: as written down, else those on which it found something."""
        visit = self.visited
        if visit.minutes is not None and visit.minutes.held_on:
            return visit.minutes.held_on
        return sorted({finding.recorded_on for finding in visit.findings})

    # --- what the team found

    def team_evaluation(self) -> Evaluation:
        """Compute the levels that follow from what the visit found."""
        visit = self.visited
        results = {IndicatorKey(one.criterion, one.level, one.indicator): one.result for one in visit.findings}
        return evaluate(self.rulebook, results, SchoolFacts(layer=visit.layer.value), visit.concluded_on or visit.on)

    def seen(self) -> list[CriterionCode]:
        """Return the criteria of which the visit found something, in the order of the rulebook."""
        found = {finding.criterion for finding in self.visited.findings}
        return [code for code in self.rulebook.criteria if code in found]

    def findings_of(self, criterion: CriterionCode) -> list[FindingView]:
        """Return what the visit found of a criterion, in the order of the rulebook."""
        found = [finding for finding in self.visited.findings if finding.criterion == criterion]
        index = self.rulebook.index
        return sorted(found, key=lambda one: index.get(IndicatorKey(one.criterion, one.level, one.indicator), len(index)))

    def opinions_of(self, criterion: CriterionCode) -> list[OpinionView]:
        """Return what members judged of a criterion."""
        asked = (one for one in self.visited.opinions if one.criterion == criterion)
        return [opinion for indicator in asked for opinion in indicator.opinions]

    def numbered_recommendations(self) -> list[tuple[int, RecommendationView]]:
        """Return the recommendations of this school alone with their numbers on the paper: the visit's own, then others.

        A draft stands on the papers of its own visit alone.
        """
        visit = self.visit
        own = [one for one in self.recommendations if one.school == self.ground.school]
        if visit is None:
            own = [one for one in own if not one.draft]
        else:
            own = [one for one in own if visit.inspection in (one.inspection, *one.carried_into)]
        places = {code: place for place, code in enumerate(self.rulebook.criteria)}

        def order(one: RecommendationView) -> tuple[bool, int, Position]:
            carried = visit is not None and one.inspection != visit.inspection
            return carried, places.get(one.criterion, -1), one.position

        return list(enumerate(sorted(own, key=order), start=1))

    # --- the registration

    @property
    def registered(self) -> RegistrationView:
        """The registration. Raises PaperSubjectMissing while the school has opened none."""
        view = self.registration
        if view is None or view.state is RegistrationState.NONE:
            raise PaperSubjectMissing("Trường chưa đăng ký đánh giá ngoài, nên chưa có hồ sơ. Trường đăng ký trước, rồi in.")
        return view

    def last_step(self, *steps: RegistrationStep) -> RegistrationEvent | None:
        """Return the last of what was ever done to the registration among some steps, None while none of it was."""
        done = [event for event in self._history if event.step in steps]
        return done[-1] if done else None

    def round_step(self, *steps: RegistrationStep) -> RegistrationEvent | None:
        """Return the same since the school registered last: a dossier that was returned begins anew."""
        opened = self.last_step(RegistrationStep.OPEN)
        found = self.last_step(*steps)
        return found if found and opened and found.position >= opened.position else None

    @property
    def _history(self) -> list[RegistrationEvent]:
        history = self.registration.history if self.registration else []
        return sorted(history, key=lambda event: event.position)


def usual_kind(layer: Layer) -> VisitKind:
    """Return why a team of a layer goes where the visit does not say."""
    return VisitKind.TECHNICAL if layer is Layer.COMMUNE else VisitKind.EXTERNAL_EVALUATION


def required(value: T | None, sentence: str) -> T:
    """Return what a paper cannot do without; raises PaperSubjectMissing with the words of what is to be done first."""
    if value is None:
        raise PaperSubjectMissing(sentence)
    return value
