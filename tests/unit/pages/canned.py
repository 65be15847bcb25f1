"""Rich answers of the services for one fictional commune, so that every page can be drawn without any service."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from shared.contracts.calls import CheckpointView, Done, Health, Nothing
from shared.contracts.calls import assessment as a
from shared.contracts.calls import evidence as e
from shared.contracts.calls import inspection as i
from shared.contracts.calls import notification as n
from shared.identity import permissions
from shared.problems import NotFound, Problem
from shared.rulebook.loader import load_library
from tests.unit.pages import canned_inspecting
from tests.unit.pages.canned_deadlines import CANNED_DEADLINES, INBOX_COMMANDS
from tests.unit.pages.canned_deciding import COMMANDS, DECIDING
from tests.unit.pages.canned_targets import TARGETS
from tests.unit.pages.canned_visits import ENDED_VISIT, TEAM_VISIT, VISIT_COMMANDS, VISITS, ended, view
from tests.unit.pages.canned_work import RECORDED, WORK
from tests.unit.pages.canned_years import canned_years
from tests.unit.pages.year import canned_plan
from tests.unit.pages.year.canned_tasks import TASK_COMMANDS, TASKS
from tests.unit.pages.year.canned_work_of_year import CANNED_WORK_OF_YEAR

HOSTILE = '<script>alert("x")</script>'
NEW, OLD = "v2026_tt57/pho_thong", "v2018_tt22/tieu_hoc"
SCHOOL, NAME = "TH-BC", "Trường Tiểu học Bản Chuông"
CYCLE = "2026-2027"
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
NOW = dt.datetime(2026, 11, 23, 7, 22, tzinfo=dt.UTC)
L = a.Layer


def level(n: int | None, low: int = 0, high: int = 0, because: str = "") -> a.LevelView:
    known = n is not None
    return a.LevelView(
        level=n,
        floor=n if n is not None else low,
        ceiling=n if n is not None else high,
        final=known,
        because=[because] if because else [],
    )


OPEN = level(None, 1, 2)
SCHOOL_LEVELS = {
    "1.1": level(2),
    "1.2": level(2),
    "1.3": level(2),
    "1.4": OPEN,
    "2.1": level(2),
    "2.2": OPEN,
    "2.3": level(1),
    "3.1": level(2),
    "3.2": level(2),
    "3.3": level(2),
    "3.4": level(1),
    "3.5": level(2),
    "4.1": level(1),
    "4.2": level(None, 0, 2),
    "4.3": level(1),
}
COMMUNE_LEVELS = {"1.1": level(2), "1.3": level(2), "2.1": level(2), "2.2": level(1), "3.1": level(2), "4.1": level(0)}
COUNTS = dict(zip(SCHOOL_LEVELS, [9, 7, 12, 8, 10, 14, 5, 16, 13, 11, 6, 9, 15, 3, 8], strict=True))

RECOGNITION = a.RecognitionView(
    number="214/QĐ-UBND",
    school=SCHOOL,
    school_name=NAME,
    degree=1,
    certificate_degree=2,
    decided_on=dt.date(2022, 3, 15),
    expires_on=dt.date(2027, 3, 15),
    rulebook="v2018/tieu_hoc",
    state="con_hieu_luc",
    position=9812,
)


def status(request: a.StatusRequest) -> a.Status:
    old = request.valid_at is not None and request.valid_at < dt.date(2026, 7, 7)
    position = request.known_at or 18297
    criteria = _old_levels() if old else SCHOOL_LEVELS
    other = {} if old else COMMUNE_LEVELS
    department = {code: level(2) for code in criteria} if old else {}
    school = level(None, 0, 1, "còn 1 tiêu chí bắt buộc chưa đánh giá (4.2).")
    book = load_library().get(OLD if old else NEW)
    return a.Status(
        school=request.school,
        name=NAME,
        rulebook=book.id,
        digest=book.digest,
        cycle="2025-2026" if old else CYCLE,
        year="2025-2026" if old else "2026-2027",
        layer=request.layer,
        valid_at=request.valid_at or dt.date(2026, 11, 23),
        known_at=a.KnownAt(position=position, recorded_at=dt.datetime(2026, 6, 30, 10, 0, tzinfo=dt.UTC)),
        criteria=criteria,
        school_level=school,
        certificate={"degree": None},
        conditions=[
            a.ConditionView(
                id="cohort_completed",
                satisfied=True,
                article="TT57/2026 Đ16 k1 a",
                text="Có một khóa học sinh hoàn thành chương trình",
                how="tu_khai",
                document=DOC,
                stated=True,
            ),
            a.ConditionView(
                id="consecutive_years_of_data",
                satisfied=None,
                article="TT57/2026 Đ16 k1 b",
                text="Có dữ liệu ba năm học liên tiếp",
                how="tinh",
                stated=9,
                counted=2,
                note="Chưa được xác nhận: năm học theo thông tư trước được tính.",
            ),
            a.ConditionView(
                id="facilities_met",
                satisfied=False,
                article="TT57/2026 Đ16 k1 d",
                text="Cơ sở vật chất đáp ứng mức xét",
                how="tu_khai",
                stated=False,
            ),
        ],
        recognition=RECOGNITION,
        because=["Đợt 2026-2027 mở ngày 05/9/2026."],
        layers={L.SCHOOL: criteria, L.COMMUNE: other, L.DEPARTMENT: department},
        layer_levels={L.SCHOOL: school, L.COMMUNE: level(None, 0, 1), L.DEPARTMENT: level(None, 0, 2)},
        evidence_counts={} if old else COUNTS,
    )


def _old_levels() -> dict[str, a.LevelView]:
    three = {"1.1", "1.3", "1.4", "2.1", "2.4", "4.1", "4.2", "5.2", "5.3", "5.4"}
    codes = [c for s in load_library().get(OLD).standards for c in s.criteria]
    found = {c.code: level(3 if c.code in three and 3 in c.levels else min(2, max(c.levels))) for c in codes}
    return found | {"3.3": level(1), "3.6": level(None, 2, 3), "5.5": level(None, 0, 3)}


def explain(request: a.ExplainRequest) -> a.ExplainAnswer:
    if request.criterion:
        reasons = [
            a.Reason(
                verdict="yes",
                text="Mức 1 đạt. Chỉ báo của Mức 1 đạt.",
                article="Điều 5 khoản 2 điểm a",
                events=[17541, 17552],
                alternatives=[17560, 17561, 17562, 17563, 17564],
            ),
            a.Reason(
                verdict="unknown",
                text="Mức 2 chưa kết luận. Chưa đánh giá không phải là không đạt.",
                article="Điều 5 khoản 2 điểm a",
            ),
        ]
        missing = [f"{request.criterion} Mức\u00a02"]
        found = level(None, 1, 2)
    else:
        reasons = [
            a.Reason(
                verdict="yes", text="Đợt 2026-2027 mở ngày 05/9/2026, theo TT57/2026.", article="TT57/2026", events=[15001]
            ),
            a.Reason(
                verdict="no",
                text="Tiêu chí 4.1: Mức 1. 4.1 Mức 2 không đạt.",
                article="TT57/2026 Phụ lục II",
                events=[17402],
            ),
            a.Reason(
                verdict="unknown", text="Tiêu chí 4.2 chưa đánh giá, là tiêu chí bắt buộc.", article="TT57/2026 Đ5 k1 a"
            ),
        ]
        missing = ["4.2 Mức\u00a01"]
        found = level(None, 0, 1, "còn 1 tiêu chí bắt buộc chưa đánh giá (4.2).")
    book = load_library().get(NEW)
    return a.ExplainAnswer(level=found, rulebook=NEW, digest=book.digest, reasons=reasons, next_level=1, missing=missing)


def figure_views(criterion: str = "", year: str = "") -> list[a.FigureView]:
    """Three figures of 2026, one stated and disagreeing, and one of 2018 with two thresholds."""

    def one(figure: str, code: str, **said: Any) -> a.FigureView:
        plain: dict[str, Any] = {"name": f"tỷ lệ {figure}", "level": None, "indicator": None, "op": None, "required": None}
        plain |= {"unit": "%", "binding": False, "advisory": "tham khảo đến 31/12/2028", "article": "Phụ lục II"}
        return a.FigureView(figure=figure, criterion=code, **(plain | said))

    stated: dict[str, Any] = {"numerator": "29", "denominator": "31", "value": "2900/31", "position": 17000}
    stated |= {"school_year": "2026-2027", "document": DOC}
    against = {"level": 1, "indicator": "-", "op": ">=", "required": "95"}
    views = [
        one("PT.2.2.Q01", "2.2", name="giáo viên hiện có", **stated),
        one("PT.2.2.Q02", "2.2", **against, meets=False, contradiction=f"2.2 đạt, số liệu 93,5% {HOSTILE}", **stated),
        one("PT.2.2.Q02", "2.2", **(against | {"level": 2, "required": "90"}), meets=True, **stated),
        one(
            "gv_cnn_kha_tro_len",
            "2.2",
            name="giáo viên đạt chuẩn nghề nghiệp khá trở lên",
            **(against | {"level": 3, "required": "80", "indicator": "a"}),
            meets=None,
            window_years=5,
            missing_years=["2022-2023", "2023-2024", "2024-2025", "2025-2026"],
            **stated,
        ),
        one("PT.1.3.Q03", "1.3", name=f"số nội dung {HOSTILE}", unit="nội dung", op="non_decreasing"),
        one("PT.4.1.Q01", "4.1", unit="nội dung", numerator="18204", advisory="", binding=True, meets=None),
    ]
    if year == "2024-2025":
        views = [msgspec.structs.replace(v, numerator=None, denominator=None, value=None, document="") for v in views]
    return [v for v in views if criterion in {"", v.criterion}]


def figures(request: a.FiguresRequest) -> a.FiguresAnswer:
    book = load_library().get(NEW)
    return a.FiguresAnswer(
        school=request.school,
        cycle=CYCLE,
        rulebook=NEW,
        digest=book.digest,
        valid_at=request.valid_at or dt.date(2026, 11, 23),
        known_at=a.KnownAt(position=request.known_at or 18297, recorded_at=NOW),
        school_years=["2026-2027", "2025-2026"],
        figures=figure_views(year=request.school_year),
    )


def simulate(request: a.SimulateRequest) -> a.SimulateAnswer:
    """Two schools that change and one that does not."""
    book = load_library().get(request.rulebook)

    def one(code: str, name: str, before: a.LevelView, after: a.LevelView, *by: str) -> a.SimulatedSchool:
        return a.SimulatedSchool(
            school=code,
            name=name,
            rulebook=NEW,
            before=before,
            after=after,
            changed=before != after,
            by=list(by),
            next_level=2,
            missing=["4.2 Mức\u00a02"],
        )

    schools_ = [
        one("MN-SM", f"Mầm non {HOSTILE}", level(1), level(1)),
        one("THCS-NL", "THCS Nậm Lam", level(2), level(0), "1.1", "4.2"),
        one(SCHOOL, NAME, level(None, 0, 1), level(None, 0, 2), "4.1"),
    ]
    return a.SimulateAnswer(rulebook=request.rulebook, digest=book.digest, schools=schools_)


def cycles(_: a.SchoolRequest) -> a.CyclesAnswer:
    book = load_library().get(NEW)
    view = a.CycleView(
        cycle=CYCLE,
        school=SCHOOL,
        year="2026-2027",
        rulebook=NEW,
        digest=book.digest,
        opened_on=dt.date(2026, 9, 5),
        because="TT57/2026 có hiệu lực từ 07/7/2026.",
        position=15001,
    )
    return a.CyclesAnswer(cycles=[view])


def _evidence(code: str, title: str, criterion: str, *, document: str = "", box: int = 0) -> a.EvidenceView:
    cited = a.CitationView(cycle=CYCLE, criterion=criterion, level=1, indicator="-")
    return a.EvidenceView(
        document=document or f"doc-{code}",
        code=code,
        rendered=f"({code})",
        title=title,
        criterion=criterion,
        cycle=CYCLE,
        position=17000 + box,
        citations=[cited],
    )


def gaps(request: a.GapsRequest) -> a.GapsAnswer:
    """A criterion with two kinds of gap, one with many, and one that was answered."""
    kinds = a.GapKind

    def one(kind: a.GapKind, code: str, level: int = 1, **said: Any) -> a.GapView:
        return a.GapView(kind=kind, criterion=code, level=level, indicator="-", **said)

    found = [
        one(kinds.NOT_ASSESSED, "1.4", 2),
        one(kinds.NOT_ASSESSED, "4.2"),
        one(kinds.NOT_ASSESSED, "4.2", 2),
        one(kinds.NO_EVIDENCE, "4.2"),
        one(kinds.NO_EVIDENCE, "3.1", answer=f"Xem trực tiếp tại trường {HOSTILE}", position=17900),
        one(kinds.CONTRADICTION, "2.2", text=f"số liệu là 93,5% {HOSTILE}"),
        one(kinds.FINDING, "4.1", text="Trường đánh giá đạt, xã ghi không đạt."),
    ]
    return a.GapsAnswer(school=request.school, cycle=request.cycle, gaps=found)


def cycle_changes(request: a.CycleChangesRequest) -> a.CycleChangesAnswer:
    """Two results, one with its words only, a citation added and one taken back, and a description."""
    met, not_met = a.Result.MET, a.Result.NOT_MET
    place: dict[str, Any] = {"level": 1, "indicator": "-"}
    results = [
        a.ResultChange(criterion="1.1", **place, before=not_met, after=met, words_changed=True),
        a.ResultChange(criterion="1.2", **place, part="thcs", before=met, after=met, words_changed=True),
    ]
    evidence = [
        a.EvidenceChange(criterion="1.1", **place, document=DOC, code="MC.1.1.02", added=True),
        a.EvidenceChange(criterion="1.3", level=0, indicator="", document=DOC, code="MC.1.3.01", added=False),
    ]
    return a.CycleChangesAnswer(
        school=request.school,
        cycle=request.cycle,
        reopens=CYCLE,
        reason=f"Sở trả hồ sơ {HOSTILE}",
        results=results,
        evidence=evidence,
        descriptions=["2.2"],
    )


EVIDENCE = [
    _evidence("MC.2.2.01", "Danh sách giáo viên 2026–2027", "2.2"),
    _evidence("MC.2.2.02", "Quyết định giao biên chế", "2.2"),
    _evidence("MC.2.2.04", "Kế hoạch 47/KH-THBC", "2.2", document=DOC),
    _evidence("MC.1.2.05", f"Phân công {HOSTILE}", "1.2"),
]


def evidence(request: a.EvidenceRequest) -> a.EvidenceAnswer:
    return a.EvidenceAnswer(evidence=[x for x in EVIDENCE if not request.criterion or x.criterion == request.criterion])


def _gaps_of(code: str) -> list[a.GapView]:
    place: dict[str, Any] = {"criterion": code, "level": 1, "indicator": "-"}
    told = a.GapView(kind=a.GapKind.NO_EVIDENCE, **place, answer=f"Xem tại trường {HOSTILE}", position=17900)
    return [told, a.GapView(kind=a.GapKind.CONTRADICTION, **place, text=f"số liệu là 93,5% {HOSTILE}")]


def criterion(request: a.CriterionRequest) -> a.CriterionView:
    old = request.cycle == "2025-2026"
    book = load_library().get(OLD if old else NEW)
    found = book.criteria.get(request.criterion)
    if found is None:
        raise NotFound(f"{book.circular} không có tiêu chí {request.criterion}. Chọn trong danh sách.")
    indicators = []
    for number, lvl in found.levels.items():
        for indicator in lvl.indicators:
            own = a.Result.MET if number == 1 else a.Result.NOT_ASSESSED
            results = {L.SCHOOL: own}
            if number == 1:
                results[L.COMMUNE] = a.Result.NOT_MET if request.criterion == "4.1" else a.Result.MET
            indicators.append(
                a.IndicatorView(
                    level=number,
                    indicator=indicator.code,
                    text=indicator.text,
                    source=indicator.source,
                    optional=indicator.optional,
                    results=results,
                    note="31 giáo viên trên 31 theo định mức; có đủ giáo viên Tin học, Tiếng Anh." if number == 1 else "",
                    position=17541 if number == 1 else 0,
                    evidence=EVIDENCE[:3] if number == 1 else [],
                    contradiction=f"số liệu là 93,5% {HOSTILE}" if number == 1 else "",
                    gaps=_gaps_of(found.code) if number == 1 else [],
                )
            )
    return a.CriterionView(
        school=request.school,
        cycle=request.cycle,
        criterion=found.code,
        title=found.title,
        mandatory=found.mandatory,
        standard=found.standard,
        standard_title=next((s.title for s in book.standards if s.number == found.standard), ""),
        levels={L.SCHOOL: OPEN, L.COMMUNE: level(1), L.DEPARTMENT: level(None, 0, 2)},
        indicators=indicators,
        evidence=EVIDENCE[:3],
        strengths="Đủ giáo viên, đúng cơ cấu; tổ chuyên môn sinh hoạt đều 02 lần mỗi tháng (MC.2.2.04).",
        weaknesses=f"Chưa tổng hợp việc vận dụng sau bồi dưỡng. {HOSTILE}",
        improvement="Tháng 12/2026 ban hành mẫu theo dõi.",
        position=17560,
        figures=figure_views(found.code),
    )


def _page(number: int, text: str = "", hits: int = 0) -> e.PageView:
    return e.PageView(
        number=number,
        width=1240,
        height=1754,
        confidence=96,
        text=text,
        hits=hits,
        image_url="/static/icon.svg",
        thumbnail_url="/static/icon.svg",
    )


TEXT = (
    "ỦY BAN NHÂN DÂN XÃ NẬM LAM\nTRƯỜNG TIỂU HỌC BẢN CHUÔNG\nSố: 47/KH-THBC\n\nKẾ HOẠCH\n"
    "Bồi dưỡng thường xuyên cán bộ quản lý, giáo viên\n"
    "Căn cứ Kế hoạch giáo dục nhà trường, Trường Tiểu học Bản Chuông xây dựng kế hoạch bồi dưỡng thường xuyên như sau:\n"
    f"1. Giúp 31 giáo viên cập nhật kiến thức. {HOSTILE}"
)


def document(
    request: Any = None, *, name: str = "KH boi duong thuong xuyen 2026-2027.pdf", ident: str = DOC, **changes: Any
) -> e.DocumentView:
    values: dict[str, Any] = {
        "document": ident,
        "school": SCHOOL,
        "name": name,
        "sha256": "9f3c71ab" + "0" * 52 + "e204",
        "size_bytes": 8_600_000,
        "media_type": "application/pdf",
        "received_at": dt.datetime(2026, 11, 23, 1, 41, tzinfo=dt.UTC),
        "position": 18204,
        "checkpoint": 412,
        "sealed": True,
        "state": e.ReadingState.READ,
        "pages_total": 12,
        "pages_read": 12,
        "confidence": 96,
        "pages": [_page(k) for k in range(1, 13)],
        "title": "Kế hoạch 47/KH-THBC · Bồi dưỡng thường xuyên cán bộ quản lý, giáo viên",
        "waiting": 6,
        "fields": [
            e.Field(
                name="loai_van_ban",
                value="Kế hoạch",
                confidence=99,
                page=1,
                box=e.Box(left=420, top=165, width=140, height=22),
            ),
            e.Field(
                name="so_ky_hieu",
                value="47/KH-THBC",
                confidence=97,
                page=1,
                box=e.Box(left=220, top=120, width=120, height=20),
            ),
            e.Field(
                name="ngay_ban_hanh",
                value="14/9/2026",
                confidence=98,
                page=1,
                box=e.Box(left=520, top=120, width=350, height=20),
            ),
            e.Field(name="co_quan", value="Trường Tiểu học Bản Chuông", confidence=96),
            e.Field(name="trich_yeu", value="Bồi dưỡng thường xuyên cán bộ quản lý, giáo viên", confidence=91),
            e.Field(
                name="nguoi_ky",
                value="Lường Thị Minh Tâm",
                confidence=74,
                page=1,
                box=e.Box(left=610, top=870, width=240, height=20),
            ),
        ],
    }
    return e.DocumentView(**(values | changes))


def page(request: e.PageRequest) -> e.PageAnswer:
    words = []
    for k, text in enumerate(TEXT.split()):
        box = e.Box(left=60 + 90 * (k % 9), top=80 + 30 * (k // 9), width=80, height=18)
        hit = bool(request.query) and text.lower() in {"kế", "hoạch", "bồi", "dưỡng"}
        place = (words[-1].place if words and words[-1].hit else max((w.place for w in words), default=0) + 1) if hit else 0
        words.append(e.Word(text=text, confidence=70 if text in {"31", "kiến"} else 96, box=box, hit=hit, place=place))
    if request.number > 12:
        raise NotFound("Không có trang này.")
    return e.PageAnswer(
        document=document(),
        page=_page(request.number, TEXT, 2),
        words=words,
        around=[_page(k) for k in range(max(1, request.number - 6), min(12, request.number + 6) + 1)],
        found=[e.PageHits(number=n, places=p) for n, p in ((1, 3), (3, 1), (5, 1))] if request.query else [],
    )


def _doubtful(ident: str, number: int) -> e.PageToReview:
    return e.PageToReview(
        document=ident,
        name=f"quet {HOSTILE}.pdf",
        title="" if ident == "doc-9" else "Kế hoạch 47/KH-THBC",
        page=number,
        kind=["van-ban", "bang", "bieu-mau", ""][number % 4],
        words=0 if number == 3 else 120,
        confidence=30 + number,
        doubts=["trang-khong-chu"] if number == 3 else ["chu-mo", "con-cho-chua-doc"] if number % 2 else [],
        unplaced=2 if number == 5 else 0,
        pipeline="layout-1",
        thumbnail_url="/door/files?ticket=x",
    )


def pages_to_review(request: e.PagesToReviewRequest) -> e.PagesToReviewAnswer:
    pages = [_doubtful(DOC, number) for number in range(1, 48)] + [_doubtful("doc-9", number) for number in range(1, 14)]
    some = pages[request.offset : request.offset + request.limit]
    return e.PagesToReviewAnswer(pages=some, total=len(pages), papers=2, doubtful_below=75)


def page_to_correct(request: e.PageToCorrectRequest) -> e.PageToCorrect:
    """A page of forty lines, some words of it doubtful; the third page is empty."""
    words = []
    for k, text in enumerate(f"{TEXT} {HOSTILE}".split() * 9 if request.page != 3 else []):
        box = e.Box(left=60 + 90 * (k % 9), top=40 + 22 * (k // 9), width=80, height=18)
        doubtful = text in {"31", "kiến"}
        words.append(
            e.CorrectableWord(
                text=text, confidence=41 if doubtful else 96, box=box, line=k // 9, block=k // 45, doubtful=doubtful
            )
        )
    return e.PageToCorrect(
        document=request.document,
        school=SCHOOL,
        name=f"quet {HOSTILE}.pdf",
        title="Kế hoạch 47/KH-THBC",
        page=request.page,
        pages=12,
        width=1240,
        height=1754,
        kind="van-ban",
        confidence=61,
        doubts=["chu-mo"],
        pipeline="layout-1",
        text_sha256="a" * 64,
        edition=0,
        waiting=request.page == 2,
        image_url="/door/files?ticket=x",
        words=words,
        unplaced=[e.WordCorrection(read=HOSTILE, right="Thủ", box=e.Box(left=1, top=1, width=1, height=1))],
        before=_doubtful(DOC, 1),
        after=_doubtful("doc-9", 4),
        to_review=60,
    )


def documents(request: e.DocumentsRequest) -> e.DocumentsAnswer:
    listed = _documents()
    wanted = [
        d
        for d in listed.documents
        if (not request.positions or d.position in request.positions)
        and (not request.documents or d.document in request.documents)
    ]
    return msgspec.structs.replace(listed, documents=wanted)


def coded_documents(request: a.CodedDocuments) -> a.EvidenceAnswer:
    asked = {document for documents in request.documents.values() for document in documents}
    return a.EvidenceAnswer(evidence=[x for x in EVIDENCE if x.document in asked])


def _documents() -> e.DocumentsAnswer:
    return e.DocumentsAnswer(
        documents=[
            document(),
            document(
                ident="doc-2",
                name="Quyet dinh phan cong chuyen mon.tif",
                state=e.ReadingState.READING,
                pages_read=5,
                fields=[],
                title="",
                waiting=0,
                media_type="image/tiff",
                position=18203,
            ),
            document(
                ident="doc-3",
                name=f"{HOSTILE}.jpg",
                state=e.ReadingState.WAITING,
                pages_read=0,
                fields=[],
                title="",
                waiting=0,
                media_type="image/jpeg",
                position=18202,
            ),
            document(
                ident="doc-4",
                name="Hong.pdf",
                state=e.ReadingState.FAILED,
                failure="tep-hong",
                fields=[],
                title="",
                waiting=0,
                position=18201,
            ),
            document(
                ident="doc-MC.2.2.01",
                name="Bao cao.pdf",
                position=18200,
                fields=[e.Field(name="loai_van_ban", value="Báo cáo", confidence=99, confirmed=True)],
                title="Báo cáo",
                waiting=0,
            ),
        ],
        total=5,
        matching=5,
        coded=2,
        states={
            e.PaperState.UNREAD: 2,
            e.PaperState.FAILED: 1,
            e.PaperState.UNCONFIRMED: 1,
            e.PaperState.UNCODED: 3,
            e.PaperState.UNCITED: 0,
        },
        kinds=["Báo cáo", "Kế hoạch"],
        years=[2026],
        criteria=["1.2", "2.2"],
    )


def search(request: e.SearchRequest) -> e.SearchAnswer:
    if "khongco" in request.query:
        return e.SearchAnswer(hits=[], total=0)
    box = [e.Box(left=520, top=270, width=230, height=24), e.Box(left=180, top=420, width=230, height=24)]
    hits = [
        e.Hit(
            document=DOC,
            school=SCHOOL,
            name="KH boi duong thuong xuyen 2026-2027.pdf",
            page=1,
            boxes=box,
            title="Kế hoạch 47/KH-THBC · Bồi dưỡng thường xuyên cán bộ quản lý, giáo viên",
            code="MC.2.2.04",
            places=2,
            snippet="…Trường Tiểu học Bản Chuông xây dựng ⟦kế hoạch bồi dưỡng⟧ thường xuyên "
            "cán bộ quản lý, giáo viên như sau: … lập ⟦kế hoạch bồi dưỡng⟧…",
        ),
        e.Hit(
            document="doc-2",
            school=SCHOOL,
            name=f"Bao cao {HOSTILE}.pdf",
            page=23,
            boxes=box[:1],
            places=1,
            snippet=f"…100% giáo viên hoàn thành ⟦kế hoạch bồi dưỡng⟧ theo ba nội dung {HOSTILE}…",
        ),
    ]
    papers = [
        e.PaperHit(document=DOC, school=SCHOOL, name=hits[0].name, matched=e.Matched.NUMBER, title=hits[0].title),
        e.PaperHit(document="doc-2", school=SCHOOL, name=hits[1].name, matched=e.Matched.NAME),
    ]
    asked = request.query == "47/KH-THBC"
    return e.SearchAnswer(hits=hits, total=38, papers=papers if asked else [], papers_total=25 if asked else 0)


def receipt(request: e.ReceiptRequest) -> e.Receipt:
    return e.Receipt(
        document=DOC,
        school=SCHOOL,
        name="KH boi duong thuong xuyen 2026-2027.pdf",
        sha256="9f3c71ab" + "0" * 52 + "e204",
        size_bytes=8_600_000,
        media_type="application/pdf",
        position=request.position,
        recorded_at=dt.datetime(2026, 11, 23, 1, 41, tzinfo=dt.UTC),
        checkpoint=412,
    )


INSPECTION = i.InspectionView(
    inspection="kt-08",
    school=SCHOOL,
    cycle=CYCLE,
    layer=L.COMMUNE,
    on=dt.date(2026, 11, 5),
    title="Kiểm tra kỹ thuật lần 1",
    concluded=False,
    summary="",
    position=17390,
    findings=[
        i.FindingView(
            criterion="4.1",
            level=1,
            indicator="-",
            result=a.Result.NOT_MET,
            note="2 phòng học xuống cấp.",
            recorded_on=dt.date(2026, 11, 5),
            position=17402,
            answer_by=dt.date(2026, 11, 27),
        ),
        i.FindingView(
            criterion="2.2",
            level=1,
            indicator="-",
            result=a.Result.MET,
            note=HOSTILE,
            recorded_on=dt.date(2026, 11, 5),
            position=17403,
        ),
    ],
)


ANSWERED = msgspec.structs.replace(
    INSPECTION.findings[0],
    state="da_tra_loi",
    answers=[i.AnswerView(text=HOSTILE, documents=[DOC], answered_on=dt.date(2026, 11, 20), position=17500)],
)
CONCLUDED = msgspec.structs.replace(
    INSPECTION,
    inspection="kt-07",
    title="Kiểm tra kỹ thuật năm trước",
    on=dt.date(2026, 10, 5),
    concluded=True,
    concluded_on=dt.date(2026, 10, 6),
    summary="Trường cần bổ sung sổ.",
    findings=[ANSWERED, msgspec.structs.replace(INSPECTION.findings[0], criterion="2.2", state="mo")],
    requests=[canned_inspecting.REQUEST, canned_inspecting.SUPPLIED],
)


def findings(_: i.FindingsRequest) -> i.FindingsAnswer:
    asked = [
        i.AskedFinding(
            school=SCHOOL,
            inspection="kt-07",
            cycle=CYCLE,
            layer=L.COMMUNE,
            title=CONCLUDED.title,
            on=CONCLUDED.on,
            concluded_on=dt.date(2026, 10, 6),
            finding=finding,
        )
        for finding in CONCLUDED.findings
    ]
    return i.FindingsAnswer(findings=asked, counts={"mo": 1, "da_tra_loi": 1, "qua_han": 0}, total=2)


def inspections(_: i.InspectionsRequest) -> i.InspectionsAnswer:
    return i.InspectionsAnswer(inspections=[INSPECTION, CONCLUDED])


def inspection(request: i.InspectionRequest) -> i.InspectionView:
    return {TEAM_VISIT: view, ENDED_VISIT: ended}.get(request.inspection, lambda: INSPECTION)()


def _item(position: int, fact: str, summary: str, when: dt.datetime, late: int = 0, **data: Any) -> a.HistoryItem:
    return a.HistoryItem(
        position=position,
        fact=fact,
        summary=summary,
        occurred=when,
        recorded=when + dt.timedelta(days=late),
        actor="0199",
        cause="",
        correlation="c",
        data={"school": SCHOOL, **data},
    )


def history(request: a.HistoryRequest) -> a.HistoryAnswer:
    day = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)
    items = [
        _item(
            9812,
            "recognition-granted",
            "Sở công nhận đạt chuẩn quốc gia Mức độ 1, số 214/QĐ-UBND.",
            dt.datetime(2022, 3, 15, 2, tzinfo=dt.UTC),
        )
    ]
    items.append(_item(22, "evidence-coded", "Cấp mã minh chứng MC.1.1.01.", day))
    for k in range(40):
        when = day + dt.timedelta(days=7 * k + (k * k) % 5)
        items.append(_item(13000 + 40 * k, "evidence-linked", f"Gắn minh chứng MC.1.1.{k:02}.", when, criterion="1.1"))
        if k % 4 == 1:
            items.append(
                _item(
                    13010 + 40 * k,
                    "indicator-judged",
                    "Trường tự đánh giá 1.2 Mức 1: Đạt.",
                    when,
                    7 if k == 33 else 0,
                    layer="school",
                    criterion="1.2",
                    result="met",
                )
            )
        if k in (10, 37, 43):
            items.append(
                _item(
                    13020 + 40 * k,
                    "indicator-judged",
                    "Xã kiểm tra kỹ thuật 4.1 Mức 1: Không đạt.",
                    when,
                    layer="commune",
                    criterion="4.1",
                    result="not_met",
                )
            )
    items.append(_item(14990, "cycle-opened", "Mở đợt tự đánh giá 2026-2027.", dt.datetime(2026, 9, 5, 2, tzinfo=dt.UTC)))
    items.sort(key=lambda item: item.position)
    return a.HistoryAnswer(items=[x for x in items if x.position > request.after][: request.limit], head=18297)


def compare(request: a.CompareRequest) -> a.CompareAnswer:
    first, second = (
        status(a.StatusRequest(school=SCHOOL, valid_at=m.valid_at, known_at=m.known_at)) for m in (request.a, request.b)
    )
    cause = _item(
        16102,
        "indicator-judged",
        "Trường tự đánh giá 1.2 Mức 1: Đạt.",
        dt.datetime(2026, 10, 14, 2, tzinfo=dt.UTC),
        7,
        layer="school",
    )
    differences = [
        a.Difference(
            what="level",
            criterion="1.2",
            layer="school",
            before="Chưa đánh giá",
            after="Mức 2",
            causes=[cause],
            known_late_days=7,
        ),
        a.Difference(
            what="level", criterion="4.1", layer="commune", before="Chưa đánh giá", after="Không đạt", causes=[cause]
        ),
        a.Difference(what="rulebook", criterion="", layer="", before="TT57/2026", after=HOSTILE, causes=[]),
    ]
    return a.CompareAnswer(a=first, b=second, differences=differences)


def register(request: a.RegisterRequest) -> a.RegisterAnswer:
    def one(number: str, name: str, state: str, decided: dt.date, degree: int = 1) -> a.RecognitionView:
        return a.RecognitionView(
            number=number,
            school=f"S-{number}",
            school_name=name,
            degree=degree,
            certificate_degree=degree,
            decided_on=decided,
            expires_on=decided.replace(year=decided.year + 5),
            rulebook="v2018/tieu_hoc",
            state=state,
            position=9000,
            revoked_on=dt.date(2025, 6, 12) if state == "thu_hoi" else None,
        )

    listed = [
        one("0162/CQG", "Mầm non Hoa Ban", "con_hieu_luc", dt.date(2022, 5, 20)),
        one("0119/CQG", "Mầm non Sao Mai", "het_han", dt.date(2021, 9, 30)),
        one("0203/CQG", f"THCS {HOSTILE}", "con_hieu_luc", dt.date(2023, 9, 2)),
        RECOGNITION,
        one("0175/CQG", "THCS Khuổi Sao", "thu_hoi", dt.date(2022, 8, 19)),
    ]
    return a.RegisterAnswer(recognitions=[r for r in listed if not request.number or r.number == request.number])


def schools(_: a.SchoolsRequest) -> a.SchoolsAnswer:
    return a.SchoolsAnswer(
        schools=[
            a.SchoolView(code="MN-HB", name="Mầm non Hoa Ban", kind=a.SchoolKind.KINDERGARTEN, commune="NAM-LAM"),
            a.SchoolView(code="MN-SM", name=f"Mầm non {HOSTILE}", kind=a.SchoolKind.KINDERGARTEN, commune="NAM-LAM"),
            a.SchoolView(code="THCS-NL", name="THCS Nậm Lam", kind=a.SchoolKind.LOWER_SECONDARY, commune="NAM-LAM"),
            a.SchoolView(code=SCHOOL, name="Tiểu học Bản Chuông", kind=a.SchoolKind.PRIMARY, commune="NAM-LAM"),
        ]
    )


def feed(request: n.MergedFeedRequest) -> n.MergedFeedAnswer:
    event = (
        '{{"specversion":"1.0","id":"e{0}","source":"urn:kiemdinh:demo:assessment","type":"vn.kiemdinh.assessment.indicator-judged.v1","subject":"TH-BC",'
        '"time":"2026-11-05T02:00:00Z","sequence":{0},"position":{0},"data":{{"school":"TH-BC","criterion":"4.1","result":"not_met","layer":"commune"}}}}'
    )
    events = [event.format(k) for k in range(request.after + 1, min(request.after + request.limit, 120) + 1)]
    return n.MergedFeedAnswer(events=events, next_after=request.after + len(events), head=120)


def checkpoint(_: Nothing) -> CheckpointView:
    return CheckpointView(
        number=412, origin="kiemdinh/demo/assessment", size=18297, root="3f9a20c4" * 8, signed_at=NOW, note="note"
    )


VISIT = i.VisitLine(
    inspection="kt-08",
    school=SCHOOL,
    cycle=CYCLE,
    layer=L.COMMUNE,
    on=dt.date(2026, 11, 5),
    title=f"Kiểm tra {HOSTILE}",
    criteria_seen=2,
    criteria_total=15,
)
SUBMISSION = a.SubmissionView(
    school=SCHOOL,
    cycle=CYCLE,
    year=CYCLE,
    rulebook=NEW,
    opened_on=dt.date(2026, 9, 25),
    submitted_on=dt.date(2026, 10, 30),
    gaps=[a.GapReason(kind=a.GapKind.NO_EVIDENCE, criterion="1.1", level=1, indicator="-", reason=f"Vì {HOSTILE}")],
)


CANNED: dict[str, Any] = (
    {
        "assessment.status": status,
        "assessment.explain": explain,
        "assessment.cycles": cycles,
        "assessment.gaps": gaps,
        "assessment.cycle_changes": cycle_changes,
        "assessment.reopen_cycle": lambda _: cycles(a.SchoolRequest(school=SCHOOL)).cycles[0],
        "assessment.figures": figures,
        "assessment.simulate": simulate,
        "assessment.evidence": evidence,
        "assessment.coded_documents": coded_documents,
        "assessment.criterion": criterion,
        "assessment.history": history,
        "assessment.compare": compare,
        "assessment.register": register,
        "assessment.schools": schools,
        "assessment.communes": lambda _: a.CommunesAnswer(communes=[a.CommuneView(commune="NAM-LAM", name="Xã Nậm Lam")]),
        "assessment.prove": lambda _: a.ProofAnswer(bundle="{}"),
        "assessment.register_commune": lambda r: a.CommuneView(commune=r.commune, name=r.name),
        "assessment.rename_commune": lambda r: a.CommuneView(commune=r.commune, name=r.name),
        "assessment.rename_school": lambda r: a.SchoolView(
            code=r.school, name=r.name, kind=a.SchoolKind.KINDERGARTEN, commune="NAM-LAM"
        ),
        "assessment.register_school": lambda r: a.SchoolView(code=r.code, name=r.name, kind=r.kind, commune=r.commune),
        "assessment.open_cycle": lambda _: cycles(a.SchoolRequest(school=SCHOOL)).cycles[0],
        "assessment.code_evidence": lambda r: _evidence("MC.2.2.05", r.title, r.criterion, document=r.document),
        "evidence.page": page,
        "evidence.document": document,
        "evidence.pages_to_review": pages_to_review,
        "evidence.page_to_correct": page_to_correct,
        "evidence.correct_page": lambda r: e.PageChecked(position=18299, edition=1, after=_doubtful(DOC, 2), to_review=59),
        "evidence.confirm_page": lambda r: e.PageChecked(position=18299, edition=1),
        "evidence.documents": documents,
        "evidence.search": search,
        "evidence.receipt": receipt,
        "evidence.progress": lambda _: e.ProgressAnswer(
            waiting=1, reading=1, read=3, failed=1, under_way=[document(pages_read=5, state=e.ReadingState.READING)]
        ),
        "evidence.open_upload": lambda r: e.UploadOpened(
            upload="u1", url="/door/uploads/u1", ticket="kdt1.x", received_bytes=0, slice_bytes=4 << 20
        ),
        "evidence.open_photo_upload": lambda r: e.UploadOpened(
            upload="", url="/door/form", ticket="kdt1.y", received_bytes=0, slice_bytes=0
        ),
        "evidence.open_work_photo_upload": lambda r: e.UploadOpened(
            upload="", url="/door/form", ticket="kdt1.z", received_bytes=0, slice_bytes=0
        ),
        "evidence.own_photo": receipt,
        "evidence.open_download": lambda r: e.DownloadOpened(url="/door/files?ticket=x"),
        "inspection.inspections": inspections,
        "inspection.findings": findings,
        "inspection.visits": lambda _: i.VisitsAnswer(visits=[VISIT], total=1),
        "assessment.submissions": lambda _: a.SubmissionsAnswer(submissions=[SUBMISSION]),
        "inspection.reschedule": lambda _: INSPECTION,
        "inspection.answer_finding": lambda _: CONCLUDED,
        "inspection.inspection": inspection,
        "inspection.plan": lambda _: INSPECTION,
        "inspection.record_findings": lambda _: INSPECTION,
        "inspection.conclude": lambda _: INSPECTION,
        "assessment.grant_recognition": lambda _: RECOGNITION,
        "assessment.revoke_recognition": lambda _: RECOGNITION,
        "notification.feed": feed,
        **CANNED_DEADLINES,
    }
    | {
        "inspection.supply_evidence": lambda _: CONCLUDED,
        "inspection.record_opinions": lambda _: INSPECTION,
        "inspection.plan_programme": lambda r: canned_inspecting.programme(r, INSPECTION),
    }
    | WORK
    | DECIDING
    | canned_inspecting.INSPECTING
    | TASKS
    | VISITS
    | {
        # A visit's own recommendations are other ones than those of the school as a whole.
        "inspection.school_recommendations": lambda r: (
            VISITS["inspection.school_recommendations"](r) if r.inspection else canned_inspecting.school_recommendations(r)
        ),
    }
    | dict(canned_years(RECOGNITION))
    | dict(canned_plan.CANNED_PLAN)
    | CANNED_WORK_OF_YEAR
    | TARGETS
)


CHANGING = {
    "register_commune",
    "register_school",
    "rename_commune",
    "rename_school",
    "plan",
    "code_evidence",
    "record_findings",
    "conclude",
    "grant_recognition",
}
"""Commands whose answer is a view."""


class FakeRpcClient:
    """Answers as the services would, after the same permission check; commands are recorded in `commands`."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Any]] = []
        self.problems: dict[str, Problem] = {}
        self.calls: list[str] = []

    def call(self, service: str, method: str, acting: Any, request: Any, answer: type[Any], *, timeout: float = 5.0) -> Any:
        name = f"{service}.{method}"
        if name != "notification.unseen":  # the bell of the frame, which any page may ask for
            self.calls.append(name)
        permissions.require(acting, name, school=getattr(request, "school", ""), commune=getattr(request, "commune", ""))
        if name in self.problems:
            raise self.problems[name]
        if method == "checkpoint":
            return checkpoint(request)
        if method == "health":
            return Health(healthy=True, service=service, head=18297, lag={"evidence": 0}, details={})
        found = CANNED[name](request) if name in CANNED else Done(position=18298)
        if (
            answer is Done
            or name not in CANNED
            or "open" in method
            or method in RECORDED | COMMANDS | VISIT_COMMANDS | TASK_COMMANDS | INBOX_COMMANDS | canned_inspecting.ASKING
            or method
            in {
                "register_commune",
                "register_school",
                "rename_commune",
                "rename_school",
                "plan",
                "code_evidence",
                "record_findings",
                "conclude",
                "answer_finding",
                "reschedule",
                "grant_recognition",
                "revoke_recognition",
            }
        ):
            self.commands.append((name, request))
        assert isinstance(found, answer), name
        return found
