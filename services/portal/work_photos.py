"""Photos that the economic office sends of works: the portal asks first whether the need is there and takes photos."""

from __future__ import annotations

from services.portal.web.context import call_service
from shared.contracts.calls.evidence import OpenWorkPhotoUpload, UploadOpened
from shared.contracts.calls.year.need_views import NeedView
from shared.contracts.calls.year.needs import NeedRequest
from shared.problems import Conflict, NotFound
from shared.vocabulary.commune_year import NeedState

TAKES_PHOTOS = frozenset({NeedState.FUNDED, NeedState.UNDER_WAY, NeedState.HANDED_OVER})
"""The states in which there is something to be photographed."""
WHY_NOT = "Gửi ảnh sau khi nhu cầu được bố trí vốn."


def open_work_photo_upload(request: OpenWorkPhotoUpload) -> UploadOpened:
    """Open the upload of a photo of a work; the evidence service knows no needs. Raises NotFound, Conflict."""
    need = call_service("inspection", "need", NeedRequest(need=request.need), NeedView)
    if need.school != request.school:
        raise NotFound("Trường này không có nhu cầu ấy. Chưa gửi gì. Chọn trong danh sách nhu cầu.")
    if need.state not in TAKES_PHOTOS:
        raise Conflict(f"Chưa gửi gì. {WHY_NOT}")
    return call_service("evidence", "open_work_photo_upload", request, UploadOpened)
