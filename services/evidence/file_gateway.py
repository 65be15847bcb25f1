"""The file gateway: bytes in and out over HTTP, opened by short-lived file tokens; everything else goes over the bus.

``PUT /door/uploads/{id}`` takes a slice (Content-Length and Upload-Offset required, ``Authorization: Ticket …``) and answers
204 with the new Upload-Offset, or 201 with the receipt when the file is whole. ``HEAD`` on the same address tells how much
is here. ``POST /door/form`` serves browsers without scripts. ``GET /door/files?ticket=…`` gives page images, originals and
searchable PDFs, of these two also a byte range (``Range``), and hOCR.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, Preamble
from werkzeug.wsgi import FileWrapper

from services.evidence.application import EvidenceApplication
from services.evidence.derived_objects import image_key
from services.evidence.domain.media import Media, download_name
from services.evidence.errors import (
    BeingUploaded,
    DigestMismatch,
    LengthRequired,
    NoSuchPage,
    ObjectMissing,
    RangeNotSatisfiable,
)
from services.evidence.extraction.protocol import page_file, thumbnail_file
from services.evidence.hocr import MEDIA_TYPE as HOCR_TYPE
from services.evidence.hocr import to_hocr
from services.evidence.ingest import Ingest, Upload, UploadStatus
from services.evidence.page_previews import PagePreviews
from services.evidence.ports import DerivedObjectMissing, DocumentArchive, Grantees, PageRenderer, PdfMaker
from services.evidence.renditions import Renditions, hocr_name, pdf_name
from services.evidence.use_cases.file_links import (
    FILE_TICKET,
    FORM_TICKET,
    PHOTO_FORM_TICKET,
    PHOTO_TICKET,
    UPLOAD_TICKET,
    WORK_FORM_TICKET,
    WORK_TICKET,
)
from shared import consistency
from shared.contracts.calls.evidence import DownloadKind, Receipt
from shared.identity.file_token import Claims, FileTokens
from shared.ids import new_id
from shared.logs import Journal, correlated
from shared.problems import BadRequest, NotFound, NotSignedIn, Problem, WrongMethod
from shared.text import format_bytes, unaccented
from shared.vocabulary.ids import DocumentId, SchoolCode

journal = Journal("evidence.door")

PREFIX = "/door"
_CHUNK = 1 << 18
_LONGEST_FIELD = 16_384
_MOST_PARTS = 200
_RANGE = re.compile(r"bytes=(?:\d{1,18}-\d{0,18}|-\d{1,18})")
_NOT_PLAIN = re.compile(r"[^ -~]|[\"\\%/]")
_BACK = re.compile(r"/(?![/\\])[^\x00-\x20\\]{0,500}")
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
}


class FileGatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """`portal` is the portal's origin (``https://kiemdinh.example.vn``) when the gateway has its own address, else empty."""

    portal: str = ""


class _GatewayContext(msgspec.Struct, frozen=True, kw_only=True):
    application: EvidenceApplication
    ingest: Ingest
    archive: DocumentArchive
    tickets: FileTokens
    grantees: Grantees
    settings: FileGatewaySettings
    previews: PagePreviews | None
    renditions: Renditions


def create_file_gateway(
    application: EvidenceApplication,
    ingest: Ingest,
    archive: DocumentArchive,
    tickets: FileTokens,
    grantees: Grantees,
    settings: FileGatewaySettings | None = None,
    viewer: PageRenderer | None = None,
    pdf_maker: PdfMaker | None = None,
) -> Flask:
    """Return the gateway as a WSGI application; it answers under ``/door`` whether or not that was stripped before.

    A ticket opens as long as its grantee may still have what it opens: `grantees` are asked each time. Without a `viewer`
    papers that are not read have no page images; without a `pdf_maker` only searchable PDFs that are kept are given.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions["door"] = _GatewayContext(
        application=application,
        ingest=ingest,
        archive=archive,
        tickets=tickets,
        grantees=grantees,
        settings=settings or FileGatewaySettings(),
        previews=PagePreviews(application, archive, viewer) if viewer is not None else None,
        renditions=Renditions(application, archive, pdf_maker),
    )
    app.register_blueprint(_blueprint, url_prefix=PREFIX)
    app.register_blueprint(_blueprint, url_prefix="/", name="stripped")
    app.register_error_handler(Problem, _say)
    app.register_error_handler(Exception, _broke)
    app.after_request(_finish)
    return app


_blueprint = Blueprint("door", __name__)


def _context() -> _GatewayContext:
    door: _GatewayContext = current_app.extensions["door"]
    return door


# ---- uploads ---------------------------------------------------------------------------------------------------------


@_blueprint.route("/uploads/<uuid:upload>", methods=["PUT"], provide_automatic_options=False)
def put_chunk(upload: object) -> Response:
    """Take a slice."""
    ticket = _upload(str(upload))
    length = request.content_length
    if length is None:
        raise LengthRequired("Phần gửi phải cho biết độ dài (Content-Length). Chưa lưu gì.")
    offset = _number(request.headers.get("Upload-Offset", "0"))
    with correlated(ticket.correlation):
        progress = _context().ingest.put(ticket, offset, request.environ["wsgi.input"], length)
    return _progress(progress, created=True)


@_blueprint.route("/uploads/<uuid:upload>", methods=["HEAD"], provide_automatic_options=False)
def upload_offset(upload: object) -> Response:
    """Tell how much of an upload is here."""
    return _progress(_context().ingest.progress(_upload(str(upload))), created=False)


@_blueprint.route("/uploads/<uuid:upload>", methods=["OPTIONS"], provide_automatic_options=False)
def cors_preflight(upload: object) -> Response:
    """Let the portal's scripts send slices where the gateway has an address of its own (CORS preflight)."""
    return Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "PUT, HEAD",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Upload-Offset",
            "Access-Control-Max-Age": "600",
        },
    )


@_blueprint.route("/health", methods=["GET"])
def health() -> Response:
    """Say that the gateway answers."""
    return Response('{"healthy":true}', mimetype="application/json")


_UPLOADS = {
    UPLOAD_TICKET: "evidence.open_upload",
    PHOTO_TICKET: "evidence.open_photo_upload",
    WORK_TICKET: "evidence.open_work_photo_upload",
}
_FORMS = {
    FORM_TICKET: "evidence.open_upload",
    PHOTO_FORM_TICKET: "evidence.open_photo_upload",
    WORK_FORM_TICKET: "evidence.open_work_photo_upload",
}
"""Kind of ticket → the operation that gives it, which its holder must still be allowed."""
_OF_PHOTOS = {PHOTO_TICKET, PHOTO_FORM_TICKET, WORK_TICKET, WORK_FORM_TICKET}
"""Tickets that take nothing but images."""


def _upload(upload: str) -> Upload:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    claims = _context().tickets.open(text.strip()) if scheme == "Ticket" else _closed()
    kind = claims.pop("kind", "")
    operation = _UPLOADS.get(str(kind), "")
    if not operation or claims.get("upload") != upload:
        _closed()
    _require_still_allowed(claims, operation)
    return msgspec.convert({**claims, "images_only": kind in _OF_PHOTOS}, Upload)


def _require_still_allowed(claims: Claims, operation: str) -> None:
    """Require that who was given the ticket may still do what it opens; raises NotSignedIn."""
    actor, sitting, school = (str(claims.get(name, "")) for name in ("actor", "sitting", "school"))
    if not _context().grantees.may_still(actor=actor, sitting=sitting, operation=operation, school=SchoolCode(school)):
        raise NotSignedIn("Phiên hoặc quyền mở tệp này đã hết. Phần đã gửi vẫn giữ. Đăng nhập lại rồi tải tiếp.")


def _closed() -> NoReturn:
    raise NotSignedIn("Vé tải tệp không đúng. Mở lại trang rồi thử lần nữa.")


def _progress(progress: UploadStatus, *, created: bool) -> Response:
    headers = {"Upload-Offset": str(progress.received), "Cache-Control": "no-store"}
    if progress.receipt is None or not created:
        return Response(status=204 if created else 200, headers=headers)
    headers[consistency.HEADER] = consistency.render({EvidenceApplication.name: progress.receipt.position})
    return Response(msgspec.json.encode(progress.receipt), status=201, headers=headers, mimetype="application/json")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise BadRequest("Upload-Offset phải là số byte không âm.", path="Upload-Offset")
    return int(text)


# ---- the form, for browsers without scripts --------------------------------------------------------------------------


@_blueprint.route("/form", methods=["POST"])
def receive_form() -> Response:
    """Take the files of a form (fields `ticket` and `back` before them) and go back to the portal with what came of each."""
    form = _MultipartForm(request.environ["wsgi.input"], request.mimetype_params.get("boundary", ""), request.content_length)
    positions: list[str] = []
    refused: list[str] = []
    for name, part in form.files():
        upload = _form_upload(form.fields.get("ticket", ""), name)
        try:
            with correlated(upload.correlation):
                receipt = _context().ingest.put_whole(upload, part)
            positions.append(f"{receipt.position}{'*' if receipt.already_kept else ''}")
        except Problem as problem:
            refused.append(problem.type)
        part.drain()
    claims = _form_claims(form.fields.get("ticket", ""))
    back = form.fields.get("back", "")
    path = back if _BACK.fullmatch(back) else f"/truong/{claims['school']}/tai-len"
    query = urllib.parse.urlencode({"bien-nhan": ",".join(positions), "tu-choi": ",".join(refused)})
    joint = "&" if "?" in path else "?"
    return Response(status=303, headers={"Location": f"{_context().settings.portal}{path}{joint}{query}"})


def _form_claims(ticket: str) -> dict[str, str | int]:
    claims = _context().tickets.open(ticket) if ticket else _closed()
    operation = _FORMS.get(str(claims.get("kind", "")), "")
    if not operation:
        _closed()
    _require_still_allowed(claims, operation)
    return claims


def _form_upload(ticket: str, name: str) -> Upload:
    claims = _form_claims(ticket)
    images_only = claims.pop("kind") in _OF_PHOTOS
    sent = {"upload": str(new_id()), "name": name, "size": 0, "sha256": "", "images_only": images_only}
    return msgspec.convert({**claims, **sent}, Upload)


class _MultipartForm:
    """A multipart body read as it comes: small fields are kept, files are handed on piece by piece."""

    def __init__(self, body: BinaryIO, boundary: str, length: int | None) -> None:
        if length is None:
            raise LengthRequired("Biểu mẫu phải cho biết độ dài (Content-Length). Chưa lưu gì.")
        if not boundary:
            raise BadRequest("Biểu mẫu không đúng dạng multipart/form-data. Chưa lưu gì.")
        self.fields: dict[str, str] = {}
        self._body = body
        self._left = length
        self._decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=None, max_parts=_MOST_PARTS)

    def files(self) -> Iterator[tuple[str, _FormPart]]:
        """Yield each chosen file's name and bytes; fields that stand before it are known by then."""
        while True:
            event = self.next()
            if isinstance(event, Epilogue):
                return
            if isinstance(event, Field):
                self.fields[event.name] = _FormPart(self).text()
            elif isinstance(event, File):
                part = _FormPart(self)
                if event.filename:
                    yield event.filename, part
                part.drain()

    def next(self) -> Event:
        """Return the next event of the body."""
        try:
            event = self._decoder.next_event()
            while isinstance(event, (NeedData, Preamble)):
                if isinstance(event, NeedData):
                    self._feed()
                event = self._decoder.next_event()
        except ValueError as error:
            raise BadRequest("Biểu mẫu đến không trọn. Chưa lưu tệp cuối. Tải lại.") from error
        return event

    def _feed(self) -> None:
        data = self._body.read(min(_CHUNK, self._left)) if self._left else b""
        self._left -= len(data)
        self._decoder.receive_data(data or None)


class _FormPart:
    """The bytes of one part of a form, as a source for the spool."""

    def __init__(self, form: _MultipartForm) -> None:
        self._form = form
        self._waiting = b""
        self._more = True

    def read(self, size: int, /) -> bytes:
        while not self._waiting and self._more:
            event = self._form.next()
            if not isinstance(event, Data):
                raise BadRequest("Biểu mẫu đến không trọn. Chưa lưu tệp cuối. Tải lại.")
            self._waiting, self._more = bytes(event.data), event.more_data
        piece, self._waiting = self._waiting[:size], self._waiting[size:]
        return piece

    def text(self) -> str:
        data = self.read(_LONGEST_FIELD)
        while len(data) < _LONGEST_FIELD and (more := self.read(_LONGEST_FIELD - len(data))):
            data += more
        self.drain()
        return data.decode("utf-8", "replace")

    def drain(self) -> None:
        while self.read(_CHUNK):
            pass


# ---- files -----------------------------------------------------------------------------------------------------------


@_blueprint.route("/files", methods=["GET"])
def send_file() -> Response:
    """Give an original, a searchable PDF, hOCR or a page image, whichever the ticket names."""
    claims = _context().tickets.open(request.args.get("ticket", ""))
    if claims.get("kind") != FILE_TICKET:
        _closed()
    _require_still_allowed(claims, "evidence.open_download")
    document, what, page = DocumentId(str(claims["document"])), DownloadKind(str(claims["what"])), int(claims["page"])
    match what:
        case DownloadKind.ORIGINAL:
            return _original(document)
        case DownloadKind.PDF:
            return _searchable(document)
        case DownloadKind.HOCR:
            return _hocr(document)
        case _:
            return _image(document, what, page)


def _original(document: DocumentId) -> Response:
    row = _context().application.row(document)
    response = Response(mimetype=row.media_type)
    response.content_length = row.size_bytes
    response.set_etag(row.sha256)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-store"
    # Never shown inside the page: what a stranger scanned is not our script.
    response.headers["Content-Disposition"] = _attachment(download_name(row.name, row.media_type))
    try:
        if request.method == "HEAD":
            # No byte is given out, so none is read.
            _context().archive.stat(row.sha256, row.version)
            return response
        file = _context().archive.open(row.sha256, row.version)
    except (DigestMismatch, ObjectMissing) as problem:
        journal.error("archive-differs", document=document, type=problem.type)
        raise
    response.response, response.direct_passthrough = FileWrapper(file, _CHUNK), True
    return _part_of(response, row.size_bytes)


def _searchable(document: DocumentId) -> Response:
    row = _context().application.row(document)
    made = _context().renditions.pdf(row)
    response = Response(mimetype=Media.PDF.value)
    response.content_length = made.size_bytes
    response.set_etag(made.sha256)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = _attachment(pdf_name(row))
    response.response, response.direct_passthrough = FileWrapper(made.file, _CHUNK), True
    return _part_of(response, made.size_bytes)


def _hocr(document: DocumentId) -> Response:
    row = _context().application.row(document)
    response = Response(to_hocr(_context().renditions.text(row), row.name), mimetype=HOCR_TYPE)
    response.headers["Cache-Control"] = "private, no-store"
    # Never shown inside the page: what a stranger's paper says is not our page.
    response.headers["Content-Disposition"] = _attachment(hocr_name(row))
    return response


def _part_of(response: Response, size: int) -> Response:
    """Answer a range where one is asked for (RFC 9110 section 14), for a download that goes on where it broke off.

    A range is proven like the whole: the archive compared all bytes with the SHA-256 before it handed out the file that the
    range is cut from, and the ETag, which If-Range names, is that SHA-256. What is no single range of bytes gets the whole.
    """
    environ = dict(request.environ)
    if not _RANGE.fullmatch(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise RangeNotSatisfiable(f"Tệp chỉ có {format_bytes(size)}. Tải lại từ đầu.", size_bytes=size) from None
    # The server writes the date itself.
    response.headers.pop("Date", None)
    return response


def _attachment(name: str) -> str:
    """Return a Content-Disposition with the name as it is, and in ASCII for programs that know only that (RFC 6266)."""
    plain = _NOT_PLAIN.sub("_", unaccented(name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{urllib.parse.quote(name, safe='')}"


def _image(document: DocumentId, what: DownloadKind, page: int) -> Response:
    row = _context().application.row(document)
    file = page_file(page) if what is DownloadKind.PAGE else thumbnail_file(page)
    previews = _context().previews
    if not row.text_sha256 and previews is not None:
        response = Response(previews.image(row, file, page), mimetype="image/webp")
        response.headers["Cache-Control"] = "private, max-age=60"
        return response
    try:
        data = _context().application.derived.get(image_key(document, row.text_sha256, file))
    except DerivedObjectMissing as lost:
        raise NoSuchPage("Ảnh của trang này chưa có. Đợi đọc xong, hoặc cho đọc lại tài liệu.") from lost
    response = Response(data, mimetype="image/webp")
    response.headers["Cache-Control"] = "private, max-age=900"
    return response


# ---- every answer ----------------------------------------------------------------------------------------------------


def _finish(response: Response) -> Response:
    for name, value in _SAFE.items():
        response.headers[name] = value
    portal = _context().settings.portal
    if portal and request.headers.get("Origin") == portal:
        response.headers["Access-Control-Allow-Origin"] = portal
        response.headers["Access-Control-Expose-Headers"] = "Upload-Offset"
        response.headers["Vary"] = "Origin"
    return response


def _say(problem: Problem) -> Response:
    """Answer a problem: as a page where a person posted a form, else as problem+json."""
    if request.method == "POST" and "text/html" in request.headers.get("Accept", ""):
        title, detail = html.escape(problem.title), html.escape(problem.detail)
        text = f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><p>{detail}</p>'
        return Response(text, status=problem.status, mimetype="text/html")
    body = msgspec.json.encode(problem.to_document())
    response = Response(body, status=problem.status, mimetype="application/problem+json")
    if isinstance(problem, BeingUploaded):
        response.headers["Upload-Offset"] = str(problem.data.get("received_bytes", 0))
    if isinstance(problem, RangeNotSatisfiable):
        response.headers["Content-Range"] = f"bytes */{problem.data['size_bytes']}"
    return response


def _broke(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code == 404:
        return _say(NotFound("Không có gì ở địa chỉ này."))
    if isinstance(error, HTTPException):
        answer = _say(WrongMethod() if error.code == 405 else BadRequest("Máy chủ không đọc được yêu cầu. Chưa lưu gì."))
        answer.headers.extend([(n, v) for n, v in error.get_headers() if n == "Allow"])
        return answer
    journal.error("door-broke", error, route=str(request.url_rule))
    return _say(Problem())


__all__ = ["PREFIX", "FileGatewaySettings", "Receipt", "create_file_gateway"]
