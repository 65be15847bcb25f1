"""Use cases about works and equipment that needs led to: begun, looked at, shown in photos, handed over."""

from __future__ import annotations

from collections.abc import Sequence

from services.inspection.domain.year import needs_facts as nf
from services.inspection.domain.year.need import Need
from services.inspection.errors_year import NeedRefused
from services.inspection.use_cases.kept_documents import require_kept
from services.inspection.use_cases.year.need_store import NeedStore
from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls.year.need_views import NeedRecorded
from shared.contracts.calls.year.needs import CheckWork, HandOverNeed, PhotographWork, StartWork
from shared.identity.call_context import CallContext
from shared.typed_texts import typed_text
from shared.vocabulary.ids import DocumentId, SchoolCode

_MOST_PHOTOS = 20
_ALL = 100


class NeedWorks:
    """Takes what the economic office sees of works, and the photos that it and schools send."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._store = NeedStore(year)

    def start_work(self, acting: CallContext, request: StartWork) -> NeedRecorded:
        """Begin. Raises NeedUnknown, NotAllowed, NeedOutOfStep, NeedRefused, VisitDateRefused."""
        meta, on = self._year.metadata_on(acting, request.on)

        def decide(need: Need) -> None:
            need.start(nf.WorkStarted(**need.named, started_on=on), meta)

        return self._store.change(acting, "start_work", request.need, decide)

    def check_work(self, acting: CallContext, request: CheckWork) -> NeedRecorded:
        """Say how far the work is.

        Raises NeedUnknown, NotAllowed, NeedOutOfStep, NeedRefused, DocumentUnknown, VisitDateRefused, BadRequest.
        """
        if not 0 <= request.progress_percent <= _ALL:
            raise NeedRefused("Tiến độ là số nguyên từ 0 đến 100. Chưa ghi gì.", path="$.progress_percent")
        quality, problem = typed_text(request.quality, "chất lượng"), typed_text(request.problem, "vướng mắc")
        photos = _photos(request.photos)
        meta, on = self._year.metadata_on(acting, request.on)

        def decide(need: Need) -> None:
            self._require_kept(photos, need.known.school)
            checked = nf.WorkChecked(
                **need.named,
                progress_percent=request.progress_percent,
                checked_on=on,
                quality=quality,
                problem=problem,
                photos=photos,
            )
            need.check(checked, meta)

        return self._store.change(acting, "check_work", request.need, decide)

    def photograph_work(self, acting: CallContext, request: PhotographWork) -> NeedRecorded:
        """Show photos that the school keeps.

        Raises NeedUnknown, NotAllowed, NeedOutOfStep, NeedRefused, DocumentUnknown, VisitDateRefused, BadRequest.
        """
        note, photos = typed_text(request.note, "ghi chú"), _photos(request.photos)
        if not photos:
            raise NeedRefused("Chưa chọn ảnh nào. Chưa gửi gì. Tải ảnh lên rồi chọn.", path="$.photos")
        meta, on = self._year.metadata_on(acting, request.on)

        def decide(need: Need) -> None:
            self._require_kept(photos, need.known.school)
            need.photograph(nf.WorkPhotographed(**need.named, photographed_on=on, photos=photos, note=note), meta)

        return self._store.change(acting, "photograph_work", request.need, decide)

    def hand_over_need(self, acting: CallContext, request: HandOverNeed) -> NeedRecorded:
        """Hand over. Raises NeedUnknown, NotAllowed, NeedOutOfStep, NeedRefused, VisitDateRefused, BadRequest."""
        remaining = typed_text(request.remaining, "việc còn lại")
        meta, on = self._year.metadata_on(acting, request.on)

        def decide(need: Need) -> None:
            need.hand_over(nf.NeedHandedOver(**need.named, handed_over_on=on, remaining=remaining), meta)

        return self._store.change(acting, "hand_over_need", request.need, decide)

    def _require_kept(self, photos: Sequence[DocumentId], school: SchoolCode) -> None:
        require_kept(self._year.known, photos, school)


def _photos(photos: Sequence[DocumentId]) -> tuple[DocumentId, ...]:
    chosen = tuple(dict.fromkeys(photos))
    if len(chosen) > _MOST_PHOTOS:
        raise NeedRefused(f"Mỗi lần gửi nhiều nhất {_MOST_PHOTOS} ảnh. Chưa gửi gì. Bỏ bớt.", path="$.photos")
    return chosen
