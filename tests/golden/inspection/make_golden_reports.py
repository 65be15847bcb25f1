"""Writes the golden log of reports and syntheses as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_reports`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import reports as calls
from shared.contracts.calls.year import syntheses as syntheses_calls
from shared.contracts.events.assessment import CommuneRegistered, RecognitionGranted, SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

COMMUNE, YEAR = "NL01", 2026
SCHOOLS = {"TH-BC": "Trường Tiểu học Bản Chuông", "MN-SM": "Trường Mầm non Sao Mai"}
OFFICER = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000001",
    grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE, schools=tuple(SCHOOLS)),),
    correlation="golden",
)
HEAD = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000002",
    grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),),
    correlation="golden",
)


def tell() -> InspectionApplication:
    """Let a commune ask, a school hand in twice, the office return, accept, close, compute, write and send."""
    clock = FixedClock(dt.datetime(2026, 7, 2, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    hear(application, clock.now())
    asked = application.ask_report(
        OFFICER,
        calls.AskReport(
            commune=COMMUNE,
            year=YEAR,
            kind=ReportKind.MID_YEAR,
            period="Sáu tháng đầu năm",
            due=dt.date(2026, 7, 10),
            sections=["Kết quả", "Khó khăn"],
            figures=["Số phòng học kiên cố"],
            text="Ghi ngắn gọn.",
            from_on=dt.date(2026, 1, 1),
            to_on=dt.date(2026, 6, 30),
        ),
    ).id
    _hand_in(application, asked, 12)
    named: dict[str, Any] = {"school": "TH-BC", "request": asked}
    application.return_report(OFFICER, calls.ReturnReport(**named, reason="Số phòng học chưa khớp kiểm kê"))
    _hand_in(application, asked, 14)
    application.accept_report(OFFICER, calls.AcceptReport(**named))
    drafted = application.draft_synthesis(
        OFFICER, syntheses_calls.DraftSynthesis(commune=COMMUNE, year=YEAR, kind=ReportKind.MID_YEAR, request=asked)
    )
    texts = [calls.ReportText(heading="Đề nghị", text="Bố trí kinh phí sửa hai phòng học.")]
    application.write_synthesis(OFFICER, syntheses_calls.WriteSynthesis(synthesis=drafted.id, texts=texts, writings=0))
    send = syntheses_calls.SendSynthesis(
        synthesis=drafted.id, to=ReportReceiver.LEADERS, number="45/BC-VHXH", on=dt.date(2026, 7, 2)
    )
    application.send_synthesis(OFFICER, send)
    application.close_report(OFFICER, calls.CloseReport(request=asked, reason="Đã gửi báo cáo sơ kết"))
    return application


def hear(application: InspectionApplication, now: dt.datetime) -> None:
    """Let the service hear of the commune, its schools and an award."""
    news: list[PublicEvent] = [CommuneRegistered(commune=COMMUNE, name="Xã Nậm Lam")]
    news += [
        SchoolRegistered(school=school, name=name, kind=SchoolKind.PRIMARY, commune=COMMUNE)
        for school, name in SCHOOLS.items()
    ]
    news.append(
        RecognitionGranted(
            school="TH-BC",
            school_name=SCHOOLS["TH-BC"],
            number="118/QĐ-SGDĐT",
            degree=1,
            certificate_degree=0,
            decided_on=dt.date(2026, 3, 30),
            expires_on=dt.date(2031, 3, 30),
            rulebook="v2018_tt22/tieu_hoc",
            digest="0" * 64,
        )
    )
    for sequence, data in enumerate(news, start=1):
        event = envelope(
            installation="golden",
            data=data,
            sequence=sequence,
            subject="",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
        application.receive(event)


def _hand_in(application: InspectionApplication, request: str, rooms: int) -> None:
    call = calls.HandInReport(
        school="TH-BC",
        request=request,
        texts=[
            calls.ReportText(heading="Kết quả", text="Đã xong 12 tiêu chí."),
            calls.ReportText(heading="Khó khăn", text="Không"),
        ],
        figures=[calls.GivenFigure(name="Số phòng học kiên cố", value=rooms)],
    )
    application.hand_in_report(HEAD, call)


def told(application: InspectionApplication) -> Any:
    """Return what is told of reports and syntheses."""
    asked = calls.ReportsAsked(commune=COMMUNE, year=YEAR)
    made = syntheses_calls.SynthesesAsked(commune=COMMUNE, year=YEAR)
    return [
        msgspec.to_builtins(application.report_requests(OFFICER, asked)),
        msgspec.to_builtins(application.syntheses(OFFICER, made)),
    ]


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("reports", application, told(application))


if __name__ == "__main__":
    main()
