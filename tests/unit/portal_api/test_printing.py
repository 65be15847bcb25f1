"""Printing over REST: names from identity, particulars from the archive, the print told to the archive, file and headers."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from typing import Any

import msgspec
import pytest

from shared.contracts.calls import evidence as e
from shared.contracts.calls.identity import PersonEntry, PersonRequest, RecordPeople
from shared.contracts.calls.papers import ComposedPaper, ComposePaper, PaperGround, PaperKindsAnswer, PaperKindView
from shared.contracts.calls.visit_papers import VisitPaperMoment
from shared.identity.call_context import system
from shared.papers.model import (
    Cell,
    Column,
    DocumentField,
    Paper,
    PaperForm,
    Paragraph,
    PersonName,
    PersonOffice,
    Row,
    Table,
    Text,
)
from shared.problems import Problem
from shared.vocabulary.ids import Position, SchoolCode
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import PaperKind
from tests.unit.portal_api.world import MONDAY, World

SCHOOL = "TH-A"
URL = f"/schools/{SCHOOL}/papers"
RECORDED = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
UNTIL = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
ADMIN = system("test")


class Office:
    """A gateway whose assessment service composes one paper and whose archive knows one document."""

    def __init__(self) -> None:
        self.world = World()
        entries = [PersonEntry(name="Lò Thị Hoa", office="Hiệu trưởng"), PersonEntry(name="Cà Văn Páo", office="Giáo viên")]
        recorded = RecordPeople(school=SchoolCode(SCHOOL), people=entries)
        self.chair, self.member = self.world.identity.record_people(ADMIN, recorded).persons
        self.composed(self.paper())
        fields = e.DocumentFields(document=DOCUMENT, number_and_date="12/KH-TH, 20/9/2026", issuer="Trường A")
        self.world.rpc_client.answers["evidence.document_fields"] = e.DocumentFieldsAnswer(documents=[fields])

    def paper(self, **changes: Any) -> Paper:
        row = Row((Cell((DocumentField(DOCUMENT, "number_and_date"),)), Cell((DocumentField(DOCUMENT, "issuer"),))))
        blocks = (
            Paragraph((PersonName(self.chair), Text(", "), PersonOffice(self.chair))),
            Paragraph((PersonName(self.member),)),
            Table((Column(40), Column(40)), (row,), sheet="Danh mục"),
        )
        given: dict[str, Any] = {
            "kind": "danh_muc_minh_chung",
            "title": "Danh mục",
            "subject": "2026-2027",
            "school": SCHOOL,
            "issuer": "Trường A",
            "form": PaperForm("Phụ lục 4"),
            "valid_at": dt.date(2026, 11, 1),
            "known_at": 41,
            "recorded_at": RECORDED,
            "blocks": blocks,
        }
        return Paper(**given | changes)

    def composed(self, paper: Paper, formats: tuple[str, ...] = ("docx", "xlsx", "pdf")) -> None:
        self.world.rpc_client.answers["assessment.compose_paper"] = ComposedPaper(
            paper=paper, cycle="2026-2027", formats=list(formats), known_until=UNTIL
        )

    def print(self, kind: str = "danh_muc_minh_chung", role: Role = Role.CLERK, **query: Any) -> Any:
        return self.world.call("GET", f"{URL}/{kind}", token=self.world.token(role), query_string=query)

    def asked(self, method: str) -> list[Any]:
        return [asked.request for asked in self.world.rpc_client.asked if asked.method == method]


@pytest.fixture
def office() -> Office:
    return Office()


def words(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        return parts.read("word/document.xml").decode()


def test_names_and_particulars_are_put_in_when_the_paper_is_printed(office: Office) -> None:
    said = words(office.print().data)

    assert "Lò Thị Hoa" in said
    assert "Hiệu trưởng" in said
    assert "12/KH-TH, 20/9/2026" in said
    assert "chưa có" not in said
    assert office.chair not in said


def test_the_archive_is_asked_for_what_it_knew_before_the_next_event(office: Office) -> None:
    office.print()
    (asked,) = office.asked("document_fields")
    assert (asked.school, asked.documents, asked.known_at_time) == (SCHOOL, [DOCUMENT], UNTIL)


def test_the_service_is_asked_for_the_paper_as_it_was_asked_of_the_gateway(office: Office) -> None:
    moment = {"cycle": "2026-2027", "valid_at": "2026-10-01", "known_at": "17", "meeting": "m-1", "criterion": "1.3"}
    office.print("phieu_tieu_chi", **moment)
    (asked,) = office.asked("compose_paper")
    assert asked == ComposePaper(
        school=SchoolCode(SCHOOL),
        kind=PaperKind.CRITERION_SHEET,
        cycle="2026-2027",
        criterion="1.3",
        meeting="m-1",
        valid_at=dt.date(2026, 10, 1),
        known_at=Position(17),
    )


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_answer_is_the_file_and_its_headers_say_what_it_tells(office: Office, form: str, start: bytes) -> None:
    answer = office.print(format=form)

    assert answer.status_code == 200
    assert answer.data.startswith(start)
    told = {name.removeprefix("X-Kiemdinh-"): value for name, value in answer.headers if name.startswith("X-Kiemdinh-")}
    assert told.pop("Paper").isalnum()
    digest = hashlib.sha256(answer.data).hexdigest()
    assert told == {"Known-At": "41", "Valid-At": "2026-11-01", "Draft": "false", "Gaps": "0", "Sha256": digest}
    name = f'attachment; filename="danh_muc_minh_chung-{SCHOOL}-2026-2027.{form}"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.mimetype.split("/")[1].split(".")[0] in ("vnd", "pdf")


def test_a_print_is_told_to_the_archive_with_its_text_and_the_id_in_its_code(office: Office) -> None:
    answer = office.print()
    (told,) = office.asked("register_print")

    assert told.paper == answer.headers["X-Kiemdinh-Paper"]
    assert (told.school, told.kind, told.subject, told.cycle) == (SCHOOL, "danh_muc_minh_chung", "2026-2027", "2026-2027")
    assert (told.known_at, told.valid_at, told.draft) == (41, dt.date(2026, 11, 1), False)
    assert told.pages == ["Lò Thị Hoa, Hiệu trưởng", "Cà Văn Páo", "12/KH-TH, 20/9/2026\tTrường A"]
    assert told.text_sha256 == hashlib.sha256(msgspec.json.encode(told.pages)).hexdigest()


def test_the_same_paper_in_another_format_is_the_same_print(office: Office) -> None:
    assert office.print(format="docx").headers["X-Kiemdinh-Paper"] == office.print(format="pdf").headers["X-Kiemdinh-Paper"]


def test_two_prints_have_equal_bytes(office: Office) -> None:
    first = office.print()
    office.world.clock.move(dt.timedelta(days=1))
    assert office.print().data == first.data


def test_who_was_erased_is_missing_and_makes_a_draft(office: Office) -> None:
    office.world.identity.erase_person(ADMIN, PersonRequest(person=office.member))

    answer = office.print()

    assert (answer.headers["X-Kiemdinh-Gaps"], answer.headers["X-Kiemdinh-Draft"]) == ("1", "true")
    said = words(answer.data)
    assert "Cà Văn Páo" not in said
    assert "Lò Thị Hoa" in said
    assert office.asked("register_print")[0].draft


def test_what_nobody_confirmed_of_a_document_is_missing(office: Office) -> None:
    office.world.rpc_client.answers["evidence.document_fields"] = e.DocumentFieldsAnswer(documents=[])
    answer = office.print()
    assert (answer.headers["X-Kiemdinh-Gaps"], answer.headers["X-Kiemdinh-Draft"]) == ("2", "true")


def test_many_documents_are_asked_for_in_parts(office: Office) -> None:
    many = [f"0198f2c4-6f1e-7d05-9d3e-{number:012}" for number in range(1001)]
    rows = tuple(Row((Cell((DocumentField(document, "number"),)),)) for document in many)
    office.composed(office.paper(blocks=(Table((Column(40),), rows),)))
    office.print()
    assert [len(asked.documents) for asked in office.asked("document_fields")] == [500, 500, 1]


def test_a_paper_that_names_nobody_asks_nobody(office: Office) -> None:
    office.composed(office.paper(blocks=(Paragraph((Text("Không tên ai"),)),)))
    assert office.print().status_code == 200
    assert office.asked("document_fields") == []


def test_a_format_that_the_paper_has_not_is_refused_and_nothing_is_registered(office: Office) -> None:
    office.composed(office.paper(title="Phiếu đánh giá tiêu chí 1.1"), formats=("docx", "pdf"))
    answer = office.print("phieu_tieu_chi", criterion="1.1", format="xlsx")

    assert (answer.status_code, answer.json["type"]) == (409, "khong-in-dang-nay")
    assert answer.json["formats"] == ["docx", "pdf"]
    assert "docx, pdf" in answer.json["detail"]
    assert office.asked("register_print") == []


def test_what_the_service_refuses_is_refused(office: Office) -> None:
    class Lacking(Problem):
        """No form."""

        type, status, title = "mau-khong-co", 409, "Bộ tiêu chí không có mẫu này"

    office.world.rpc_client.answers["assessment.compose_paper"] = Lacking("TT57/2026 không có mẫu này.")
    answer = office.print("phieu_tieu_chi", criterion="1.1")
    assert (answer.status_code, answer.json["type"]) == (409, "mau-khong-co")


@pytest.mark.parametrize(("path", "query"), [("khong_co", {}), ("bao_cao_tdg", {"format": "odt"})])
def test_an_unknown_kind_or_format_is_a_bad_request(office: Office, path: str, query: dict[str, str]) -> None:
    answer = office.print(path, **query)
    assert answer.status_code in (400, 404)
    assert office.asked("compose_paper") == []


def test_the_day_of_the_world_stands_nowhere_in_the_file(office: Office) -> None:
    with zipfile.ZipFile(io.BytesIO(office.print().data)) as parts:
        properties = parts.read("docProps/core.xml").decode()
    assert "2026-11-01T08:00:00Z" in properties
    assert MONDAY.strftime("%Y-%m-%dT%H") not in properties


# --- papers of visits: three questions


MOMENT = VisitPaperMoment(
    inspection="v-1", cycle="2026-2027", valid_at=dt.date(2026, 11, 1), known_at=Position(12), known_until=UNTIL
)
GROUND = PaperGround(
    school=SchoolCode(SCHOOL),
    school_name="Trường A",
    commune="NL01",
    commune_name="Xã Nậm Lam",
    superior="UBND xã Nậm Lam",
    place="Nậm Lam",
    digest="0" * 64,
)


@pytest.fixture
def visited(office: Office) -> Office:
    answers = office.world.rpc_client.answers
    answers["inspection.visit_paper_moment"] = MOMENT
    answers["assessment.paper_ground"] = GROUND
    answers["inspection.compose_visit_paper"] = answers["assessment.compose_paper"]
    return office


def test_a_paper_of_a_visit_stands_on_what_the_school_s_service_knew_at_its_moment(visited: Office) -> None:
    answer = visited.print("bien_ban_kiem_tra", Role.COMMUNE_OFFICER, inspection="v-1", valid_at="2026-11-05")

    assert answer.status_code == 200
    (moment,) = visited.asked("visit_paper_moment")
    assert (moment.kind, moment.inspection, moment.valid_at) == ("bien_ban_kiem_tra", "v-1", dt.date(2026, 11, 5))
    (ground,) = visited.asked("paper_ground")
    assert (ground.cycle, ground.valid_at, ground.known_at_time) == ("2026-2027", dt.date(2026, 11, 1), UNTIL)
    (composed,) = visited.asked("compose_visit_paper")
    assert (composed.known_at, composed.valid_at, composed.ground) == (12, dt.date(2026, 11, 1), GROUND)
    assert visited.asked("compose_paper") == []
    assert visited.asked("register_print")[0].kind == "bien_ban_kiem_tra"


def test_the_archive_is_told_of_a_print_of_a_commune_s_year_with_its_text(office: Office) -> None:
    plan = office.paper(kind="ke_hoach_xa", subject="2026", school="NL", blocks=(Paragraph((Text("Kế hoạch năm."),)),))
    office.world.rpc_client.answers["inspection.compose_year_paper"] = ComposedPaper(
        paper=plan, cycle="", formats=["docx", "pdf"], known_until=UNTIL
    )
    token = office.world.token(Role.COMMUNE_OFFICER)
    answer = office.world.call("GET", "/communes/NL/years/2026/papers/ke_hoach_xa", token=token)

    assert answer.status_code == 200
    (told,) = office.asked("register_year_print")
    assert (told.commune, told.year, told.kind, told.known_at) == ("NL", 2026, "ke_hoach_xa", 41)
    assert told.paper == answer.headers["X-Kiemdinh-Paper"]
    assert any("Kế hoạch năm." in page for page in told.pages)
    assert office.asked("register_print") == []


def test_a_kind_that_is_none_is_refused_before_anybody_is_asked(office: Office) -> None:
    answer = office.print("giay_la")
    assert answer.status_code == 400
    assert "kiemdinh paper kinds" in answer.json["detail"]
    assert office.world.rpc_client.asked == []


def test_the_kinds_of_both_services_are_one_list(office: Office) -> None:
    own = PaperKindView(kind="ke_hoach_tdg", title="Kế hoạch", regimes=[], formats=["docx"])
    later = PaperKindView(kind="to_trinh", title="Tờ trình", regimes=[], formats=["docx"], own_form=True)
    office.world.rpc_client.answers["assessment.paper_kinds"] = PaperKindsAnswer(kinds=[own])
    office.world.rpc_client.answers["inspection.visit_paper_kinds"] = PaperKindsAnswer(kinds=[later])
    told = office.world.call("GET", "/papers/kinds", token=office.world.token(Role.CLERK)).json["kinds"]
    assert [one["kind"] for one in told] == ["ke_hoach_tdg", "to_trinh"]
