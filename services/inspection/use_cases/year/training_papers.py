"""Papers of a commune's year: training classes and public notices."""

from __future__ import annotations

from services.inspection.domain.year.publicity_facts import NoticePublished
from services.inspection.domain.year.training_facts import TrainingPlanned
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_notice import notice
from services.inspection.papers.year_training import attendance_list, invitation
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.views.told import About
from services.inspection.views.year import publicity_rows, training_rows
from services.inspection.views.year.commune_streams import Telling
from services.inspection.views.year.publicity_rows import PublicItemRow, Sort
from services.inspection.views.year.training_rows import TrainingRow
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat


def training_paper(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the invitation of a class, its list once it was held; the newest class where none is named.

    Raises PaperSubjectMissing for none, and for one that was cancelled.
    """
    with year.views.reading() as conn:
        one = _class(training_rows.trainings(conn, material.commune, material.year), material.subject)
        attendance = training_rows.attendance(conn, one.training)
    names = year.school_names
    if one.held_on is not None:
        return attendance_list(material, one, attendance, names)
    open_then = {school.school for school in year.schools(material.commune) if not school.closed_by(one.first_day)}
    invited = [school for school in names if school in (one.schools or open_then)]
    return invitation(material, one, invited, names)


def notice_paper(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return a notice as a paper, the newest where none is named; raises PaperSubjectMissing, for a withdrawn one too."""
    with year.views.reading() as conn:
        found = publicity_rows.public_items(conn, material.commune, year=material.year, sort=Sort.NOTICE)
    return notice(material, _notice(found, material.subject))


def _class(found: list[TrainingRow], subject: str) -> TrainingRow:
    standing = [one for one in found if one.cancelled_on is None and subject in {"", one.training}]
    if not standing:
        raise PaperSubjectMissing(
            "Năm này chưa có lớp tập huấn ấy, hoặc lớp đã hủy. Lập lớp rồi in."
            if subject
            else "Năm này chưa có lớp tập huấn nào để in. Lập lớp rồi in."
        )
    return max(standing, key=lambda one: (one.first_day, one.position))


def _notice(found: list[PublicItemRow], subject: str) -> PublicItemRow:
    standing = [one for one in found if subject in {"", one.item}]
    if not standing:
        raise PaperSubjectMissing("Năm này chưa có thông báo ấy, hoặc thông báo đã gỡ. Đăng thông báo rồi in.")
    return standing[0]


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.TRAINING,
        title="Giấy mời, danh sách và kết quả tập huấn",
        compose=training_paper,
        tells=(Telling(TrainingPlanned),),
        formats=(PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET),
    ),
    YearPaperType(
        kind=YearPaperKind.NOTICE,
        title="Thông báo",
        compose=notice_paper,
        tells=(Telling(NoticePublished),),
        hears=frozenset({About.COMMUNE}),
    ),
)
"""The papers of this part of the year, in its order."""
