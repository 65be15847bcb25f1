"""What lets a visit be judged without a network: the service worker, what a device asks before it sends, photos by form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app, jsonify
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, render
from services.portal.pages.visits.frame import Opened, open_visit
from services.portal.pages.visits.sheet import opinions_of
from services.portal.web.context import call_service, public
from services.portal.web.csrf import csrf_token
from shared.clock import SystemClock
from shared.contracts.calls.evidence import DocumentsAnswer, DocumentsRequest, OpenPhotoUpload, UploadOpened
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.teams import TakePhoto
from shared.problems import NotAllowed, Problem
from shared.vocabulary.ids import CommuneCode, CriterionCode, DocumentId, InspectionId, Position

WORKER = "ngoai-tuyen.js"
MOST_PHOTOS = 20


@blueprint.get(f"/{WORKER}")
@public
def service_worker() -> Response:
    """Serve the service worker; from the root, for a browser lets a script look after nothing above its own address."""
    # Read whole: a file that is streamed stays open where nobody reads the answer.
    script = Path(current_app.static_folder or "") / WORKER
    return Response(script.read_bytes(), mimetype="text/javascript")


# --- what a device asks before it sends


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>/may")
def commune_device(commune: CommuneCode, inspection: InspectionId) -> Response:
    """Tell a device who is signed in, the form token, and what the server has of the caller's opinions."""
    return _device(open_visit(commune_office(commune), inspection))


@blueprint.get("/so/ho-so/<inspection>/may")
def department_device(inspection: InspectionId) -> Response:
    """Tell a device who is signed in, the form token, and what the server has of the caller's opinions."""
    return _device(open_visit(department_office(), inspection))


def _device(found: Opened) -> Response:
    opinions = opinions_of(found.view, found.seat.person)
    kept: dict[str, dict[str, Any]] = {
        f"{criterion}_{level}_{indicator}": {
            "result": one.result.value,
            "note": one.note,
            "position": one.position,
            "documents": list(one.documents),
            "others": len(one.others),
        }
        for (criterion, level, indicator), one in opinions.items()
    }
    return jsonify(
        account=found.seat.person,
        csrf=csrf_token(),
        now=SystemClock().now().isoformat(),
        judging=found.seat.judging,
        opinions=kept,
    )


# --- photos without a script: the file goes to the gateway, which comes back with its receipt


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>/anh")
def commune_photos(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show the form that sends photos of a visit, and those that were just sent."""
    return _photos(open_visit(commune_office(commune), inspection))


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>/anh")
def keep_commune_photo(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Keep a sent photo as one of the visit."""
    return _keep(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>/anh")
def department_photos(inspection: InspectionId) -> str:
    """Show the form that sends photos of a visit, and those that were just sent."""
    return _photos(open_visit(department_office(), inspection))


@blueprint.post("/so/ho-so/<inspection>/anh")
def keep_department_photo(inspection: InspectionId) -> str | Response:
    """Keep a sent photo as one of the visit."""
    return _keep(department_office(), inspection)


def _photos(found: Opened, problem: Problem | None = None) -> str:
    if not found.seat.judging:
        raise NotAllowed(found.seat.why_not or "Chỉ thành viên của đoàn, khi đợt chưa kết luận, gửi ảnh. Chưa ghi gì.")
    school = found.view.school
    upload = OpenPhotoUpload(school=school, inspection=found.view.inspection, name="", size_bytes=0)
    opened = call_service("evidence", "open_photo_upload", upload, UploadOpened)
    receipts = [part.rstrip("*") for part in query_params.text("bien-nhan").split(",")]
    positions = [Position(int(part)) for part in receipts if part.isdecimal() and len(part) < 16][:MOST_PHOTOS]
    asked = DocumentsRequest(school=school, positions=positions, limit=MOST_PHOTOS)
    taken = {photo.document for photo in found.view.photos}
    sent = call_service("evidence", "documents", asked, DocumentsAnswer).documents if positions else []
    return render(
        "kiem-tra-anh.html",
        active=found.office.active,
        found=found,
        view=found.view,
        criterion=query_params.text_or_field("tieu-chi"),
        sent=[one for one in sent if one.document not in taken],
        opened=opened,
        back=found.href("anh", query_params.text_or_field("tieu-chi")),
        refused=bool(query_params.text("tu-choi")),
        problem=problem,
    )


def _keep(office: OfficeView, inspection: InspectionId) -> str | Response:
    found = open_visit(office, inspection)
    try:
        photo = TakePhoto(
            school=found.view.school,
            inspection=found.view.inspection,
            document=DocumentId(forms.required("tai-lieu", "ảnh")),
            taken_at=SystemClock().now(),
            criterion=CriterionCode(forms.text("tieu-chi")),
            place=forms.text("noi-chup"),
        )
        done = call_service("inspection", "take_photo", photo, InspectionView).position
    except Problem as problem:
        return _photos(found, problem)
    return forms.go(found.href(criterion=photo.criterion), done)
