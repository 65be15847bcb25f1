"""Writing a criterion: sentences with their codes, what is loose in them, the way to the council, comments on a place."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from services.portal.named_people import names_of
from services.portal.pages import forms, query_params
from services.portal.pages.as_of import PastMoment
from services.portal.pages.formatting import days_left
from services.portal.pages.rulebook_labels import law
from services.portal.web.context import call_service
from shared.clock import SystemClock, today, vietnam_date
from shared.contracts.calls import Done
from shared.contracts.calls import writing as w
from shared.contracts.calls.assessment import CriterionView, CyclesAnswer, SchoolRequest
from shared.problems import BadRequest, Conflict, NotFound
from shared.text import format_date, format_time
from shared.vocabulary.ids import CommentId, CriterionCode, CycleId, EvidenceCode, Position, SchoolCode
from shared.vocabulary.labels import CODE_STANDING_LABELS, CRITERION_STEP_LABELS
from shared.vocabulary.self_assessment import CodeStanding, CriterionStep, WritingState

_ROUTE = (CriterionStep.WRITING, CriterionStep.HANDED_IN, CriterionStep.REVIEWED, CriterionStep.PASSED)
_NAMES = {
    CriterionStep.WRITING: "Viết",
    CriterionStep.HANDED_IN: "Chờ soát",
    CriterionStep.REVIEWED: "Đã soát",
    CriterionStep.PASSED: "Hội đồng thông qua",
}
_STOP = re.compile(r"[.!?…]+[\"”’»)\]]*\s*$")


class ShownCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a sentence: where it leads, and what is wrong with it, '' for nothing."""

    code: EvidenceCode
    title: str
    href: str
    wrong: str
    issued: bool


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """The mark of a comment at its sentence, with the number that it has beside."""

    number: int
    resolved: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as it is read: without its codes, which stand beneath."""

    number: int
    text: str
    codes: list[ShownCode]
    pins: list[Pin]
    bare: bool

    @property
    def dangling(self) -> list[ShownCode]:
        """The codes that lead nowhere."""
        return [code for code in self.codes if code.wrong]


class ShownLevel(msgspec.Struct, frozen=True, kw_only=True):
    """What is written at a level: `text` is in the box, `theirs` what somebody else wrote meanwhile."""

    number: int
    lines: list[Line]
    text: str
    position: Position
    seen: str
    unread: bool
    said: str
    typed: bool = False
    theirs: str | None = None

    @property
    def key(self) -> str:
        """The part of the names of its fields."""
        return f"ht-{self.number}"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way: `state` is over, here or ahead."""

    name: str
    step: CriterionStep
    who: str
    state: str


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as it is shown: numbered as its pin, with the answers to it."""

    number: int
    comment: CommentId
    who: str
    when: str
    text: str
    place: str
    href: str
    resolved: bool
    resolved_by: str
    answers: list[tuple[str, str, str]]


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page shows about the writing of a criterion."""

    view: w.CriterionWorkView
    levels: dict[int, ShownLevel]
    stages: list[Stage]
    due: str
    late: bool
    remarks: list[Remark]
    places: list[tuple[str, str]]
    chosen: str
    loose: int
    first_loose: str
    request: str
    fell: str
    group: str
    why_not: str

    def allows(self, what: str) -> bool:
        """Say whether the caller may do something now, by the service's own names."""
        return what in self.view.may

    @property
    def open_remarks(self) -> int:
        """How many comments are open."""
        return sum(not remark.resolved for remark in self.remarks)

    @property
    def written(self) -> bool:
        """Whether a sentence stands anywhere."""
        return any(level.lines for level in self.levels.values())


def ask(school: SchoolCode, cycle: CycleId, criterion: CriterionCode, past: PastMoment | None) -> w.CriterionWorkView:
    """Return how far a criterion is, at a moment of the past if wanted."""
    moment: dict[str, Any] = {"valid_at": past.valid_at, "known_at": past.known_at} if past else {}
    request = w.CriterionWorkRequest(school=school, cycle=cycle, criterion=criterion, **moment)
    return call_service("assessment", "criterion_work", request, w.CriterionWorkView)


def work_of(
    view: CriterionView, past: PastMoment | None, typed: Mapping[int, str] | None = None, *, conflict: bool = False
) -> Work:
    """Return what a criterion's page shows of its writing; `typed` are texts that were sent and not kept."""
    found = ask(view.school, view.cycle, view.criterion, past)
    if past is not None:  # nothing is written in the past
        found = msgspec.structs.replace(found, may=[])
    names = names_of(view.school, _people(found))
    remarks = _remarks(found, names)
    pins: dict[tuple[int, int], list[Pin]] = {}
    for remark, comment in zip(remarks, _first_ones(found), strict=True):
        place = (comment.place.level, comment.place.sentence)
        pins.setdefault(place, []).append(Pin(number=remark.number, resolved=remark.resolved))
    levels = {one.level: _level(one, pins, names, typed or {}, conflict=conflict) for one in found.levels}
    loose = [
        f"cau-{n}-{line.number}" for n, level in levels.items() for line in level.lines if line.bare or line.dangling
    ] + [f"muc-{n}" for n, level in levels.items() if level.unread]
    due = found.request.due if found.request and found.request.due else found.assigned.due
    late = due is not None and due < today(SystemClock()) and found.step in _WAITING
    return Work(
        view=found,
        levels=levels,
        stages=_stages(found, names),
        due=f"hạn {format_date(due)} · {days_left(due, today(SystemClock()))}" if due and found.step in _WAITING else "",
        late=late,
        remarks=remarks,
        places=_places(levels),
        chosen=query_params.text("o", 10),
        loose=len(loose),
        first_loose=loose[0] if loose else "",
        request=_request(found, names),
        fell=_fell(found, names),
        group=found.assigned.group_name if found.step is not CriterionStep.PASSED else "",
        why_not=_why_not(found, names),
    )


_WAITING = frozenset({CriterionStep.NOT_STARTED, CriterionStep.WRITING, CriterionStep.CHANGES_REQUESTED})


def _people(found: w.CriterionWorkView) -> Iterable[str]:
    yield from (found.by, found.changed_by, found.assigned.writer, found.assigned.reviewer)
    yield from (level.by for level in found.levels)
    yield from (person for comment in found.comments for person in (comment.by, comment.resolved_by))
    if found.request:
        yield found.request.by


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text that a person saw, to know whether they changed it."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _level(
    one: w.WrittenLevel,
    pins: Mapping[tuple[int, int], list[Pin]],
    names: Mapping[str, str],
    typed: Mapping[int, str],
    *,
    conflict: bool,
) -> ShownLevel:
    mine = typed.get(one.level, one.text)
    lost = mine != one.text
    said = f"{names.get(one.by, '')} viết {format_time(one.at)} ngày {format_date(vietnam_date(one.at))}" if one.at else ""
    return ShownLevel(
        number=one.level,
        lines=[_sentence(sentence, pins.get((one.level, sentence.number), [])) for sentence in one.sentences],
        text=mine,
        position=one.position,
        seen=fingerprint(one.text),
        unread=one.state is WritingState.UNREAD,
        said=said.strip(),
        typed=lost,
        theirs=one.text if lost and conflict else None,
    )


def _sentence(sentence: w.SentenceView, pins: list[Pin]) -> Line:
    return Line(
        number=sentence.number,
        text=_without_codes(sentence),
        codes=[
            ShownCode(
                code=code.code,
                title=code.title,
                href=f"/tai-lieu/{quote(code.document)}/1" if code.document else "",
                wrong="" if code.standing is CodeStanding.CITED else CODE_STANDING_LABELS[code.standing].lower(),
                issued=code.standing is not CodeStanding.NOT_ISSUED,
            )
            for code in sentence.codes
        ],
        pins=pins,
        bare=not sentence.codes,
    )


def _without_codes(sentence: w.SentenceView) -> str:
    """Return a sentence without the brackets that hold nothing but its codes: these stand beneath it."""
    if not sentence.codes:
        return sentence.text
    known = "|".join(re.escape(code.code) for code in sentence.codes)
    bare = re.sub(rf"\s*[\[(](?:\s*(?:{known})\s*[;,]?)+\s*[\])]", "", sentence.text)
    return bare if bare.strip(" .;,") else sentence.text


def _stages(found: w.CriterionWorkView, names: Mapping[str, str]) -> list[Stage]:
    step = found.step
    at = CriterionStep.WRITING if step in _WAITING else step
    here = _ROUTE.index(at)
    stages = []
    for place, one in enumerate(_ROUTE):
        name, sign = _NAMES[one], one
        if place == here and step in {CriterionStep.CHANGES_REQUESTED, CriterionStep.NOT_STARTED}:
            name, sign = CRITERION_STEP_LABELS[step], step
        state = "here" if place == here else "over" if place < here else "ahead"
        stages.append(Stage(name=name, step=sign, who=_who(found, one, names), state=state))
    return stages


def _who(found: w.CriterionWorkView, step: CriterionStep, names: Mapping[str, str]) -> str:
    if step is CriterionStep.WRITING:
        return names.get(found.assigned.writer, "") or found.assigned.group_name
    if step is CriterionStep.HANDED_IN:
        return names.get(found.assigned.reviewer, "")
    return names.get(found.by, "") if step is CriterionStep.REVIEWED and found.step is step else ""


def _first_ones(found: w.CriterionWorkView) -> list[w.CommentView]:
    return [comment for comment in found.comments if not comment.answers]


def _remarks(found: w.CriterionWorkView, names: Mapping[str, str]) -> list[Remark]:
    return [
        Remark(
            number=number,
            comment=one.comment,
            who=names.get(one.by, ""),
            when=_when(one.at),
            text=one.text,
            place=place_name(one.place),
            href=_place_href(one.place),
            resolved=one.resolved,
            resolved_by=names.get(one.resolved_by, ""),
            answers=[
                (names.get(reply.by, ""), _when(reply.at), reply.text)
                for reply in found.comments
                if reply.answers == one.comment
            ],
        )
        for number, one in enumerate(_first_ones(found), 1)
    ]


def _when(at: dt.datetime) -> str:
    day = vietnam_date(at)
    return format_time(at) if day == today(SystemClock()) else format_date(day)


def place_name(place: w.CommentPlace) -> str:
    """Say what a comment is on: "Mức 1, câu 2"."""
    if place.document:
        return f"trang {place.page} của tài liệu" if place.page else "tài liệu"
    if not place.level:
        return "cả tiêu chí"
    level = f"Mức\u00a0{place.level}"
    return f"{level}, câu\u00a0{place.sentence}" if place.sentence else level


def _place_href(place: w.CommentPlace) -> str:
    if place.document:
        return f"/tai-lieu/{quote(place.document)}/{place.page or 1}"
    if not place.level:
        return "#ten"
    return f"#cau-{place.level}-{place.sentence}" if place.sentence else f"#muc-{place.level}"


def _places(levels: Mapping[int, ShownLevel]) -> list[tuple[str, str]]:
    """Return where a comment may be put: the criterion, each level, each sentence."""
    places = [("", "Cả tiêu chí")]
    for number, level in levels.items():
        places.append((str(number), place_name(w.CommentPlace(level=number))))
        places += [
            (f"{number}.{line.number}", place_name(w.CommentPlace(level=number, sentence=line.number)))
            for line in level.lines
        ]
    return places


def _request(found: w.CriterionWorkView, names: Mapping[str, str]) -> str:
    asked = found.request
    if asked is None:
        return ""
    until = f", trước {format_date(asked.due)}" if asked.due else ""
    return f"{names.get(asked.by, 'Người soát')} yêu cầu sửa ngày {format_date(vietnam_date(asked.at))}{until}: {asked.text}"


def _fell(found: w.CriterionWorkView, names: Mapping[str, str]) -> str:
    if found.fell_from is None:
        return ""
    who = names.get(found.changed_by, "Có người")
    return f"{who} đã sửa sau bước “{CRITERION_STEP_LABELS[found.fell_from]}”, nên phải nộp và soát lại."


def _why_not(found: w.CriterionWorkView, names: Mapping[str, str]) -> str:
    """Say why the caller may not write here."""
    if "write" in found.may:
        return ""
    if found.step is CriterionStep.HANDED_IN and found.fell_from is None:
        return "Đã nộp để soát, hiện trạng chỉ để đọc. Người viết bấm Lấy lại để viết tiếp."
    writer = names.get(found.assigned.writer, "") or found.assigned.group_name
    return f"{writer} viết tiêu chí này." if writer else "Thành viên Hội đồng viết hiện trạng."


# --- saving


class SentTexts(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a form changed, and the position of the one that its writer saw."""

    level: int
    text: str
    expected: Position


def changed_texts(levels: Iterable[int]) -> list[SentTexts]:
    """Return the texts of a form that differ from what its writer saw."""
    found = []
    for number in levels:
        text = forms.text(f"gc-ht-{number}")
        if forms.text(f"cu-ht-{number}") not in {"", fingerprint(text)}:
            expected = Position(forms.whole(f"vt-ht-{number}"))
            found.append(SentTexts(level=number, text=text, expected=expected))
    return found


def save_texts(view: CriterionView, sent: Iterable[SentTexts]) -> tuple[Position, bool]:
    """Write texts, and return the last position and whether somebody else's change is in one of them."""
    position, merged = Position(0), False
    for one in sent:
        request = w.WriteStatus(
            school=view.school,
            cycle=view.cycle,
            criterion=view.criterion,
            level=one.level,
            text=one.text,
            expected=one.expected,
        )
        answer = call_service("assessment", "write_status", request, w.WrittenStatus)
        position, merged = answer.position, merged or answer.merged
    return position, merged


# --- acts


def act(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> tuple[Position, str]:
    """Carry out what a button of the page wants; return the position and the fragment to go to. Raises Problem."""
    where: dict[str, Any] = {"school": school, "cycle": cycle, "criterion": criterion}
    what, _, level = forms.text("viec").partition(":")
    match what:
        case "nop":
            return _done("hand_in", w.HandIn(**where)), ""
        case "lay-lai":
            return _done("take_back", w.TakeBack(**where)), ""
        case "soat":
            return _done("review_criterion", w.ReviewCriterion(**where)), ""
        case "yeu-cau":
            wanted = w.RequestChanges(text=forms.required("yeu-cau", "điều cần sửa"), due=forms.date("han-sua"), **where)
            return _done("request_changes", wanted), ""
        case "giu":
            return _done("keep_copied", w.KeepCopied(level=_small(level, "viec"), **where)), ""
        case "gop-y":
            return _comment(where), "#y-kien"
        case "xong" | "mo":
            comment = CommentId(forms.required("gop-y", "ý kiến"))
            resolve = w.ResolveComment(school=school, cycle=cycle, comment=comment, resolved=what == "xong")
            return _done("resolve_comment", resolve), "#y-kien"
    if forms.text("cau"):
        return _code_in(school, cycle, criterion)
    raise BadRequest("Nút này không có trên trang. Mở lại trang rồi làm lại. Chưa ghi gì.")


def _small(text: str, path: str) -> int:
    """Return a level or the number of a sentence, 0 when empty. Raises BadRequest for what no button of the page sends."""
    if text and not (text.isdecimal() and len(text) <= 4):
        raise BadRequest("Chỗ này không có trong danh sách. Chưa ghi gì.", path=path)
    return int(text or 0)


def _done(operation: str, request: Any) -> Position:
    return call_service("assessment", operation, request, Done).position


def _comment(where: Mapping[str, Any]) -> Position:
    level, _, sentence = forms.text("o").partition(".")
    request = w.AddComment(
        text=forms.required("loi", "ý kiến"),
        place=w.CommentPlace(level=_small(level, "o"), sentence=_small(sentence, "o")),
        answers=CommentId(forms.text("tra-loi-cho")),
        **where,
    )
    return call_service("assessment", "add_comment", request, w.CommentMade).position


def _code_in(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> tuple[Position, str]:
    """Put a code into one sentence, or another in the place of one that leads nowhere."""
    level_text, _, rest = forms.text("cau").partition(":")
    sentence_text, _, old = rest.partition(":")
    level, number = _small(level_text, "cau"), _small(sentence_text, "cau")
    code = EvidenceCode(forms.required(f"ma-{level}-{number}", "mã minh chứng"))
    found = ask(school, cycle, criterion, None)
    text = next((one for one in found.levels if one.level == level), None)
    if text is None or not 0 < number <= len(text.sentences):
        raise NotFound("Câu này không còn. Mở lại trang rồi làm lại. Chưa ghi gì.")
    if forms.whole(f"vt-ht-{level}") != text.position:
        raise Conflict("Có người đã sửa hiện trạng sau khi trang này mở. Chưa ghi gì. Xem lại câu rồi làm lại.")
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    brackets = next((law(one.rulebook).brackets for one in cycles if one.cycle == cycle), "()")
    sentences = [
        (
            with_code(one.text, code, old, brackets) if one.number == number else one.text,
            one.starts_paragraph,
        )
        for one in text.sentences
    ]
    request = w.WriteStatus(
        school=school,
        cycle=cycle,
        criterion=criterion,
        level=level,
        text=joined(sentences),
        expected=text.position,
    )
    return call_service("assessment", "write_status", request, w.WrittenStatus).position, f"#cau-{level}-{number}"


def with_code(sentence: str, code: str, old: str, brackets: str) -> str:
    """Return a sentence with a code in brackets before its stop, or with the code in the place of `old`."""
    if old and old in sentence:
        return sentence.replace(old, code)
    stop = _STOP.search(sentence)
    head, tail = (sentence[: stop.start()], sentence[stop.start() :]) if stop else (sentence, "")
    return f"{head.rstrip()} {brackets[0]}{code}{brackets[1]}{tail}"


def joined(sentences: Iterable[tuple[str, bool]]) -> str:
    """Return sentences as one text: a blank line before each that begins a paragraph."""
    text = ""
    for sentence, starts in sentences:
        text += (("\n\n" if starts else " ") if text else "") + sentence
    return text
