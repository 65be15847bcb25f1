"""Writes the sixth golden log: two self-assessments from council to improvement, one under each family of rulebooks.

Run once (`python tests/golden/assessment/make_golden_work.py`); like the first, its files are never rewritten. The facts are
recorded as they are, not through operations: what is guarded is how they are stored and what they add up to.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.school import School
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from shared.contracts.calls import assessment as calls
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.self_assessment import CouncilRole, GroupKind, ImprovementStatus, ReviewOccasion

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden_submission", FOLDER / "make_golden_submission.py")
assert SPEC
assert SPEC.loader
third = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(third)
first = third.first

LOG = FOLDER / "log-work.jsonl"
EXPECTED = FOLDER / "expected-work.json"
SCHOOL = "TH-BC"

MOMENTS = [
    ("2024-04-04", 0),
    ("2024-04-06", 33),
    ("2024-04-06", 34),
    ("2026-10-07", 0),
    ("2026-11-05", 0),
    ("2026-11-24", 60),
    ("2027-10-10", 0),
]
"""Days and positions (0: the whole log) at which the story is asked for."""

CHAIR, SECRETARY, WRITER, REVIEWER, FIFTH = (f"0198f2c4-0000-7000-8000-00000000010{number}" for number in range(1, 6))
MEETING, COMMENT, REPLY, ITEM = ("1", "2", "3", "4")


class Story(third.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        self.set_up()
        old = calls.OpenCycle(school=SCHOOL, year="2023-2024", on=self.on(2024, 3, 1), rulebook="v2018/tieu_hoc")
        self.assess_itself(app.open_cycle(first.ADMIN, old), dt.date(2024, 4, 1))
        cycle = self.cycle(self.on(2026, 9, 25), "2026-2027")
        self.evidence(cycle)
        self.assess_itself(cycle, dt.date(2026, 10, 5))
        self.on(2026, 11, 10)
        reopen = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sở trả hồ sơ, viết lại tiêu chí 1.1")
        again = app.reopen_cycle(first.ADMIN, reopen)
        self.by(WRITER, self.status_of(again, 2, "Trường rà soát kế hoạch mỗi năm."))
        self.copy(again)
        return app

    def assess_itself(self, cycle: calls.CycleView, begun: dt.date) -> None:
        """Take all seven steps, a day each, with every fact there is about the work."""
        here: Any = {"school": SCHOOL, "cycle": cycle.cycle}
        sheet: Any = here | {"criterion": "1.1"}
        days = (begun + dt.timedelta(days=number) for number in range(1000))
        next_day = lambda: self.on(*next(days).timetuple()[:3])  # noqa: E731  # a name for what is done between all steps

        next_day()
        self.by(CHAIR, self.council(cycle, begun), *self.groups(cycle))
        self.by(
            SECRETARY,
            sf.CriterionAssigned(
                **sheet, group="nhom-1", writer=WRITER, reviewer=REVIEWER, due=begun + dt.timedelta(days=30)
            ),
            sf.CriterionAssigned(**here, criterion="1.2"),
        )
        planned = self.by(SECRETARY, self.plan(cycle, begun))
        self.by(CHAIR, sf.PlanApproved(**here, plan=planned, approved_on=begun))
        next_day()
        key = self.application.library.by_digest(cycle.digest).keys[0]
        facet = sf.Facet(text="Kế hoạch có đủ mục tiêu", question="Mục tiêu nào?", evidence="Kế hoạch", where="Văn thư")
        self.by(WRITER, sf.FacetsDefined(**sheet, level=1, indicator=key.indicator, facets=(facet,)))
        self.by(WRITER, self.status_of(cycle, 1, "Trường có kế hoạch.", "Kế hoạch được công bố."))
        described = calls.DescribeCriterion(**sheet, strengths="Kế hoạch rõ")
        self.application.describe_criterion(first.ADMIN, described)
        of = self.by(WRITER, sf.CopiedTextKept(**sheet, level=0))
        next_day()
        self.by(WRITER, sf.CriterionHandedIn(**sheet, of=of), sf.CriterionTakenBack(**sheet))
        of = self.by(WRITER, sf.CriterionHandedIn(**sheet, of=of))
        next_day()
        self.by(
            REVIEWER,
            sf.CommentAdded(
                **sheet,
                comment=COMMENT,
                place=sf.CommentedPlace(criterion="1.1", level=1, sentence=2),
                text="Công bố ở đâu?",
            ),
            sf.ChangesRequested(**sheet, text="Ghi rõ nơi công bố", due=begun + dt.timedelta(days=20)),
        )
        self.by(WRITER, self.status_of(cycle, 1, "Trường có kế hoạch.", "Kế hoạch niêm yết tại trường."))
        place = sf.CommentedPlace(criterion="1.1", document="golden-1", page=2, box=(0.1, 0.25, 0.5, 0.75))
        self.by(
            WRITER,
            sf.CommentAdded(**sheet, comment=REPLY, place=place, text="Trang 2", answers=COMMENT),
            sf.CommentResolved(**sheet, comment=COMMENT),
            sf.CommentResolved(**sheet, comment=REPLY, resolved=False),
        )
        of = self.by(WRITER, sf.CriterionHandedIn(**sheet, of=of))
        next_day()
        of = self.by(REVIEWER, sf.CriterionReviewed(**sheet, of=of))
        self.by(
            WRITER,
            sf.StandardDescribed(
                **here, standard="1", strengths="Nền nếp", limits="Chậm", causes="Thiếu người", trend="Tăng", priorities="Sổ"
            ),
            sf.ReportSectionWritten(**here, section="I.2", text="Xã vùng cao."),
        )
        next_day()
        self.council_decides(cycle, of)

    def council_decides(self, cycle: calls.CycleView, of: int) -> None:
        """Vote on a criterion, judge it otherwise afterwards, vote again, approve, submit and publish."""
        here: Any = {"school": SCHOOL, "cycle": cycle.cycle}
        today = self.clock.now().date()
        met = sf.CouncilMet(
            **here,
            meeting=MEETING,
            met_on=today,
            present=(CHAIR, SECRETARY, WRITER, REVIEWER),
            agenda="Thông qua tiêu chí 1.1",
        )
        self.by(SECRETARY, met)
        of = self.by(SECRETARY, self.vote(cycle, of, 2, 2))
        of = self.by(SECRETARY, self.vote(cycle, of, 4, 0))
        # Told for a day before the vote, and recorded after it: it takes the criterion back all the same.
        key = self.application.library.by_digest(cycle.digest).keys[0]
        judgement = calls.Judgement(**key._asdict(), result=calls.Result.NOT_MET)
        judge = calls.Judge(**here, layer=calls.Layer.SCHOOL, judgements=[judgement], on=today - dt.timedelta(days=3))
        self.application.judge(first.ADMIN, judge)
        item = sf.ImprovementItemSet(
            **here,
            item=ITEM,
            criterion="1.1",
            standard="1",
            problem="Công bố chậm",
            aim="Công bố trước 30/9",
            action="Lập lịch công bố",
            measure="Ngày niêm yết",
            starts=today,
            ends=today + dt.timedelta(days=200),
            owner="Tổ văn phòng",
            person=FIFTH,
            cost_vnd=1_500_000,
            source="Chi thường xuyên",
            evidence_expected="Biên bản niêm yết",
        )
        self.by(FIFTH, item)
        of = self.by(SECRETARY, self.vote(cycle, self.application.log.head(), 4, 0, "Cần bổ sung ảnh chụp"))
        self.by(CHAIR, sf.ReportApproved(**here, of=of, approved_on=today))
        self.on(today.year, today.month, today.day + 2)
        self.submit(cycle)
        after: list[Fact] = [
            sf.ReportPublished(
                **here, published_on=today, channels=("Trang thông tin điện tử", "Bảng tin"), document="golden-1"
            ),
            sf.ImprovementReviewed(
                **here,
                item=ITEM,
                occasion=ReviewOccasion.FIRST_TERM,
                reviewed_on=today,
                status=ImprovementStatus.AWAITING_EVIDENCE,
                result="Đã niêm yết",
                adjustment="Lùi một tuần",
                evidence=("golden-1",),
            ),
        ]
        self._record(FIFTH, after, School.add_to_submitted)

    def submit(self, cycle: calls.CycleView) -> None:
        criteria = self.application.library.by_digest(cycle.digest).criteria
        kinds = (calls.GapKind.NOT_ASSESSED, calls.GapKind.NO_EVIDENCE)
        why = "Trường mới chuyển hồ sơ, đang quét"
        gaps = [calls.GapReason(kind=kind, criterion=code, reason=why) for kind in kinds for code in criteria]
        request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, gaps=gaps)
        self.application.submit_self_assessment(first.ADMIN, request)

    def council(self, cycle: calls.CycleView, begun: dt.date) -> sf.CouncilSetUp:
        roles = (CouncilRole.CHAIR, CouncilRole.SECRETARY, CouncilRole.MEMBER, CouncilRole.MEMBER, CouncilRole.VICE_CHAIR)
        people = zip((CHAIR, SECRETARY, WRITER, REVIEWER, FIFTH), roles, strict=True)
        members = tuple(sf.CouncilMember(person=p, role=role, office="Giáo viên", task="Viết") for p, role in people)
        return sf.CouncilSetUp(school=SCHOOL, cycle=cycle.cycle, decision="12/QĐ-THBC", decided_on=begun, members=members)

    def groups(self, cycle: calls.CycleView) -> Iterable[sf.GroupFormed]:
        here: Any = {"school": SCHOOL, "cycle": cycle.cycle}
        yield sf.GroupFormed(
            **here, group="thu-ky", name="Nhóm thư ký", kind=GroupKind.SECRETARIAT, head=SECRETARY, members=(SECRETARY,)
        )
        working: Any = here | {"name": "Nhóm 1", "kind": GroupKind.WORKING, "head": REVIEWER, "task": "Tiêu chuẩn 1"}
        yield sf.GroupFormed(**working, group="nhom-1", members=(REVIEWER, WRITER))
        yield sf.GroupFormed(**working, group="nhom-2", members=(REVIEWER, FIFTH))
        yield sf.GroupFormed(**here, group="nhom-2", name="", kind=GroupKind.WORKING, head="", members=())

    def plan(self, cycle: calls.CycleView, begun: dt.date) -> sf.SelfAssessmentPlanned:
        week = dt.timedelta(days=7)
        return sf.SelfAssessmentPlanned(
            school=SCHOOL,
            cycle=cycle.cycle,
            sections={"I": "Xác định mức đạt được.", "II": "Mọi hoạt động của trường."},
            timetable=(sf.TimetableItem(starts=begun, ends=begun + week, activity="Thu thập minh chứng", who="Nhóm 1"),),
            resources=(sf.Resource(criterion="1.1", what="Máy quét", when="Tuần 2", note="Mượn"),),
        )

    def status_of(self, cycle: calls.CycleView, level: int, *texts: str) -> sf.StatusWritten:
        rulebook = self.application.library.by_digest(cycle.digest)
        code = rulebook.evidence_code("1.1", 1)
        sentences = tuple(
            sf.Sentence(text=f"{text[:-1]} {rulebook.render_codes([code])}.", codes=(code,), starts_paragraph=number == 0)
            for number, text in enumerate(texts)
        )
        return sf.StatusWritten(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", level=level, sentences=sentences)

    def vote(self, cycle: calls.CycleView, of: int, votes_for: int, against: int, *opinions: str) -> sf.CriterionVoted:
        return sf.CriterionVoted(
            school=SCHOOL,
            cycle=cycle.cycle,
            criterion="1.1",
            meeting=MEETING,
            votes_for=votes_for,
            votes_against=against,
            abstentions=0,
            opinions=opinions,
            of=of,
            passed=votes_for > 2,
            convention="over_half_present_of_half",
        )

    def copy(self, former: calls.CycleView) -> None:
        """Begin the next year with the texts of this one."""
        on = self.on(2027, 9, 20)
        opened = f.CycleOpened(
            school=SCHOOL,
            cycle="2027-2028",
            year="2027-2028",
            rulebook=former.rulebook,
            digest=former.digest,
            opened_on=on,
            copies=former.cycle,
            years_counted=True,
        )
        self._record(CHAIR, [opened], School.record)
        self.on(2027, 10, 1)
        self.by(WRITER, sf.CopiedTextKept(school=SCHOOL, cycle="2027-2028", criterion="1.1", level=1))

    def by(self, person: str, *facts: Fact) -> int:
        """Record facts of an open cycle as done by a person; return the position of the last."""
        return self._record(person, facts, School.add_work)

    def _record(self, person: str, facts: Iterable[Fact], record: Any) -> int:
        schools = self.application.school_repository
        position = 0
        for fact in facts:
            meta, _ = schools.metadata_on(first.CallContext(actor=person, grants=first.ADMIN.grants, correlation="golden"))
            position = schools.done(SCHOOL, lambda school, fact=fact, meta=meta: record(school, fact, meta)).position
        return position


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    schools = application.school_repository
    state = schools.history(SCHOOL).at(valid_at, known_at or application.log.head())
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": state.known_at,
        "cycles": {one.opened.cycle: _work(one.work) for one in reversed(state.opened_cycles()) if one.opened},
    }


def _work(work: SelfAssessmentWork) -> dict[str, Any]:
    single = ("council", "plan", "plan_approval", "approval", "publication")
    by_name = ("groups", "standards", "sections", "meetings", "improvements")
    return {
        **{name: _position(getattr(work, name)) for name in single},
        **{name: {key: logged.position for key, logged in getattr(work, name).items()} for name in by_name},
        "reviews": {item: [logged.position for logged in reviews] for item, reviews in work.reviews.items()},
        "criteria": {code: _criterion(work.criteria[code]) for code in sorted(work.criteria)},
    }


def _criterion(work: CriterionWork) -> dict[str, Any]:
    return {
        "step": [work.step.value, work.at, work.by],
        "changed": [work.changed, work.changed_by],
        "fell_from": work.fell_from.value if work.fell_from else None,
        "assignment": _position(work.assignment),
        "request": _position(work.request),
        "vote": _position(work.vote),
        "texts": {str(level): logged.position for level, logged in work.texts.items()},
        "facets": {f"{level}{letter}": logged.position for (level, letter), logged in work.facets.items()},
        "comments": {comment: logged.position for comment, logged in work.comments.items()},
        "resolved": {comment: logged.position for comment, logged in work.resolved.items()},
        "unread": sorted(work.unread),
        "writers": sorted(work.writers),
    }


def _position(logged: RecordedEvent | None) -> int:
    return logged.position if logged else 0


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = first.rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {"size": len(stored), "root": application.log.root(len(stored)).hex(), "answers": asked(application)}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
