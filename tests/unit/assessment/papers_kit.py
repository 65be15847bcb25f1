"""A school with a whole self-assessment to print: a council of nine, sixty papers, every criterion written and voted on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.report_sections import report_sections
from services.assessment.papers.catalogue import PAPERS, has_form
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import deciding as d
from shared.contracts.calls.papers import ComposedPaper, ComposePaper, PapersRequest
from shared.papers.model import Paper, PersonOnPaper, Row, Table
from shared.papers.resolving import documents_in, people_in, resolve
from shared.papers.wording import words_of
from shared.rulebook.figure_schema import figure_schemas
from shared.vocabulary.self_assessment import GroupKind, ImprovementStatus, PaperKind, ReviewOccasion
from tests.unit.assessment.conftest import Office
from tests.unit.assessment.deciding_kit import HEAD, MEMBER, SCHOOL, AtWork, person

TT22, TT57 = "v2018_tt22/tieu_hoc", "v2026_tt57/pho_thong"
OPENED = {TT22: (dt.date(2025, 9, 25), "2025-2026"), TT57: (dt.date(2026, 9, 25), "2026-2027")}
REGIMES = tuple(OPENED)
NAMES = (
    "Lò Thị Hoa",
    "Quàng Văn Minh",
    "Cà Thị Lan",
    "Tòng Văn Sơn",
    "Lường Thị Mai",
    "Nguyễn Thị Phương Thảo",
    "Vàng A Páo",
    "Điêu Chính Ước",
    "Hà Thị Bích Ngọc",
)
_STATUS = (
    "Nhà trường có kế hoạch chiến lược xây dựng và phát triển, được Ủy ban nhân dân xã phê duyệt và niêm yết tại bảng tin. ",
    "Kế hoạch được rà soát, bổ sung hằng năm sau khi lấy ý kiến giáo viên, cha mẹ học sinh.",
)


def document_id(number: int) -> str:
    """Return the id of the `number`-th paper of the archive."""
    return str(uuid.UUID(int=10_000 + number))


class PaperOffice(AtWork):
    """A cycle of one regime, and shorthands for what is printed of it."""

    def __init__(self, office: Office, cycle: calls.CycleView) -> None:
        super().__init__(office.application, cycle)
        self.office = office

    @classmethod
    def opened(cls, office: Office, regime: str) -> PaperOffice:
        """Open a cycle under a regime; nothing else has been done."""
        on, year = OPENED[regime]
        cycle = office.with_school().with_cycle(on=on, year=year)
        made = cls(office, cycle)
        assert made.rulebook.id == regime
        return made

    # --- what is done

    def cite(self, criteria, count=1, *, first=1, each=None):
        """Code so many papers under the first of `criteria` and cite them under all; `each`: one after the other instead."""
        codes = []
        for number in range(first, first + count):
            chosen = criteria if each is None else [criteria[(number - first) % len(criteria)]]
            document = document_id(number)
            self.office.tell_document(document)
            place = {**self.place, "document": document}
            title = f"Kế hoạch số {number} về bồi dưỡng chuyên môn, nghiệp vụ cho giáo viên năm học"
            coded = calls.CodeEvidence(**place, criterion=chosen[0], title=title)
            codes.append(self.application.code_evidence(self.office.acting, coded).code)
            for criterion in chosen:
                self.application.link_evidence(self.office.acting, calls.LinkEvidence(**place, criterion=criterion))
        return codes

    def write_everywhere(self, codes=()):
        """Write every level of every criterion, each second sentence with a code."""
        named = list(codes)
        for number, (code, criterion) in enumerate(self.rulebook.criteria.items()):
            for level in criterion.levels:
                cited = tuple(named[number % len(named) :][:1]) if named else ()
                shown = f" {self.rulebook.render_codes(cited)}" if cited else ""
                sentences = (
                    sf.Sentence(text=_STATUS[0].strip(), starts_paragraph=True),
                    sf.Sentence(text=_STATUS[1] + shown, codes=cited),
                )
                self.fact(sf.StatusWritten(**self.place, criterion=code, level=level, sentences=sentences))

    def describe_everywhere(self):
        """Write strengths and weaknesses where the regime has them: at each criterion, or at each standard."""
        if self.rulebook.regime.startswith("v2026"):
            for standard in self.rulebook.standards:
                texts = {name: f"{name} của tiêu chuẩn {standard.number}." for name in ("strengths", "limits", "causes")}
                outlook = dict.fromkeys(("trend", "priorities"), "Tăng đều qua ba năm.")
                self.fact(sf.StandardDescribed(**self.place, standard=str(standard.number), **texts, **outlook))
            return
        for code in self.rulebook.criteria:
            request = calls.DescribeCriterion(
                **self.place,
                criterion=code,
                strengths="Đội ngũ trẻ, nhiệt tình, gắn bó với nhà trường.",
                weaknesses="Một số phòng học xuống cấp.",
                improvement="Năm học tới tham mưu với xã sửa chữa.",
            )
            self.application.describe_criterion(MEMBER, request)

    def fill_report(self):
        """Write every part of the report that belongs to no criterion."""
        for section in report_sections(self.rulebook):
            text = f"Nội dung phần {section.key}: nhà trường có 12 lớp, 345 học sinh, 26 cán bộ, giáo viên, nhân viên."
            self.fact(sf.ReportSectionWritten(**self.place, section=section.key, text=text))

    def form_groups(self):
        """Form a secretariat and two working groups, and give every criterion to one of them."""
        groups = (("tk", "Nhóm thư ký", GroupKind.SECRETARIAT, 2, (2, 6)), *_WORKING)
        for group, name, kind, head, people in groups:
            members = tuple(person(one) for one in people)
            self.fact(
                sf.GroupFormed(**self.place, group=group, name=name, kind=kind, head=person(head), members=members, task=""),
                self.council_stream,
            )
        for number, code in enumerate(self.rulebook.criteria):
            assigned = sf.CriterionAssigned(
                **self.place,
                criterion=code,
                group=_WORKING[number % 2][0],
                writer=person(3 + number % 2),
                due=dt.date(2027, 1, 15),
            )
            self.fact(assigned)

    def plan_work(self):
        """Write and approve the plan."""
        planned = sf.SelfAssessmentPlanned(
            **self.place,
            sections={
                "I": "Xác định mức độ đáp ứng tiêu chuẩn của nhà trường để cải tiến chất lượng.",
                "II": "Toàn bộ hoạt động.",
                "III": "Bộ tiêu chuẩn.",
            },
            timetable=(
                sf.TimetableItem(
                    starts=dt.date(2026, 10, 1), ends=dt.date(2026, 10, 31), activity="Thu thập minh chứng", who="Các nhóm"
                ),
                sf.TimetableItem(starts=dt.date(2026, 11, 1), ends=dt.date(2027, 3, 31), activity="Viết báo cáo"),
            ),
            resources=(sf.Resource(criterion="1.1", what="Máy quét", when="Tháng 10"),),
        )
        position = self.fact(planned)
        self.fact(sf.PlanApproved(**self.place, plan=position, approved_on=dt.date(2026, 10, 2)))

    def define_facets(self, criterion="1.1"):
        """Define two facets at every indicator of a criterion."""
        for level, asked in self.rulebook.criteria[criterion].levels.items():
            for indicator in asked.indicators:
                facets = (
                    sf.Facet(
                        text="Có kế hoạch", question="Đã ban hành chưa?", evidence="Kế hoạch chiến lược", where="Văn thư"
                    ),
                    sf.Facet(
                        text="Phù hợp mục tiêu", question="Dựa vào đâu?", evidence="Biên bản họp", where="Thư ký", note="x"
                    ),
                )
                self.fact(
                    sf.FacetsDefined(**self.place, criterion=criterion, level=level, indicator=indicator.code, facets=facets)
                )

    def improve_twice(self):
        """Set two items of the improvement plan and review the first."""
        money = {"cost_vnd": 12_500_000, "source": "ngân sách xã", "owner": "Tổ Tin học"}
        days = {"starts": dt.date(2026, 11, 1), "ends": dt.date(2027, 5, 31)}
        item = sf.ImprovementItemSet(
            **self.place,
            item="i-1",
            criterion="1.1",
            problem="Thiếu máy tính",
            aim="Đủ 25 máy",
            action="Mua thêm 12 máy tính cho phòng Tin học",
            measure="25 máy dùng được",
            person=person(4),
            evidence_expected="Biên bản bàn giao",
            **money,
            **days,
        )
        self.fact(item)
        self.fact(sf.ImprovementItemSet(**self.place, item="i-2", criterion="1.2", aim="Nâng chuẩn", action="Cử đi học"))
        reviewed = sf.ImprovementReviewed(
            **self.place,
            item="i-1",
            occasion=ReviewOccasion.OTHER,
            reviewed_on=dt.date(2026, 11, 20),
            status=ImprovementStatus.UNDER_WAY,
            result="Đã mua 6 máy",
        )
        self.fact(reviewed)

    def state_figures(self):
        """State one figure for two school years."""
        first = int(self.cycle.year[:4])
        for year in (first - 1, first):
            given = [
                calls.FigureGiven(figure=name, numerator=Decimal(18), denominator=Decimal(20) if needed else None)
                for name, needed in _figures(self.rulebook)
            ]
            if given:
                request = calls.StateFigures(
                    school=SCHOOL, school_year=f"{year}-{year + 1}", figures=given, cycle=self.cycle.cycle
                )
                self.application.state_figures(self.office.acting, request)

    def complete(self, *, documents=60, members=9):
        """Do the whole work up to the approval of the report by the chair."""
        self.office.judge_all(self.cycle)
        self.set_up(members)
        self.form_groups()
        self.plan_work()
        self.define_facets()
        criteria = list(self.rulebook.criteria)
        codes = self.cite(criteria[:3], 1)
        codes += self.cite(criteria, documents - 1, first=2, each=True)
        self.write_everywhere(codes)
        self.describe_everywhere()
        self.fill_report()
        self.improve_twice()
        self.state_figures()
        self.pass_all()
        self.approve()
        return self

    def publish(self):
        """Make the result public; it has been submitted."""
        channels = ["Bảng tin nhà trường", "Trang thông tin điện tử"]
        return self.application.publish_report(HEAD, d.PublishReport(**self.place, channels=channels))

    # --- what is printed

    def compose(self, kind, criterion="", **moment) -> ComposedPaper:
        """Compose one paper."""
        kind = PaperKind(kind)
        criterion = criterion or ("1.1" if kind in (PaperKind.CRITERION_SHEET, PaperKind.FACET_SHEET) else "")
        wanted = {**self.place, "criterion": criterion, **moment}
        return self.application.compose_paper(ComposePaper(kind=kind, **wanted))

    def paper(self, kind, criterion="", **moment) -> Paper:
        """Return one paper, people and documents by id."""
        return self.compose(kind, criterion, **moment).paper

    def printable(self, kind, criterion="", **moment) -> Paper:
        """Return one paper with names and particulars put in."""
        return named(self.paper(kind, criterion, **moment))

    def kinds(self) -> list[PaperKind]:
        """Return the kinds that the regime prints."""
        return [kind for kind, paper in PAPERS.items() if has_form(paper, self.rulebook)]

    def listed(self):
        """Return the papers that the cycle owes."""
        return self.application.papers(PapersRequest(**self.place)).papers

    def state_of(self, kind, criterion=""):
        """Return where a paper of a kind stands."""
        return next(one for one in self.listed() if one.kind == PaperKind(kind) and one.criterion in ("", criterion))


_WORKING = (
    ("n-1", "Nhóm công tác 1", GroupKind.WORKING, 3, (3, 5, 7)),
    ("n-2", "Nhóm công tác 2", GroupKind.WORKING, 4, (4, 8, 9)),
)


def _figures(rulebook) -> list[tuple[str, bool]]:
    return [(name, schema.required) for name, schema in figure_schemas(rulebook).items()][:6]


def named(paper: Paper) -> Paper:
    """Return a paper as the gateway names it: people by number, documents with what the archive confirmed."""
    people = {who: PersonOnPaper(NAMES[(uuid.UUID(who).int - 1) % len(NAMES)], "Giáo viên") for who in people_in(paper)}
    fields = {"number_and_date": "12/KH-TH, 20/9/2026", "issuer": "Trường TH Bản Chuông", "location": "PDF; kho số"}
    return resolve(paper, people, dict.fromkeys(documents_in(paper), fields))


def tables(paper: Paper) -> list[Table]:
    """Return the tables of a paper."""
    return [block for block in paper.blocks if isinstance(block, Table)]


def cells(row: Row) -> list[str]:
    """Return the words of a row that is resolved."""
    return [words_of(cell.runs) for cell in row.cells]


def headed(paper: Paper, title: str) -> Table:
    """Return the table whose header begins with a title."""
    return next(table for table in tables(paper) if table.header and cells(table.header[0])[0].startswith(title))


def everything(work: PaperOffice) -> Iterator[tuple[PaperKind, Paper]]:
    """Yield one paper of every kind that the regime prints, names put in."""
    for kind in work.kinds():
        yield kind, work.printable(kind)
