"""Serve export files, with resumable downloads, to viewers who can still read all their PCEs."""

import base64
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal
from core.access import Permission
from core.errors import Conflict
from core.i18n import N_
from data.exports.actions import note_download
from data.exports.files import folder_of, path_of
from data.exports.queries import get_export, get_stored
from data.exports.queries.contents import can_still_read
from data.exports.types import ExportDownload

routes = Blueprint("exported", __name__)
_TYPES = {
    "csv": "text/csv",  # Flask says its charset
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}


@routes.get("/exports/<int:export>/fichier")
def download(export: int) -> ResponseReturnValue:
    """Serve the file of an export; a `Range` resumes an interrupted download.

    A person whose rights no longer cover the file is redirected to the page that explains it.
    """
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        db, viewer = context.db, context.viewer
        stored = get_stored(db, viewer, export)
        if not can_still_read(db, viewer, get_export(db, viewer, export)):
            if request.headers.get("Sec-Fetch-Mode") == "navigate":
                return redirect(f"/exports?export={export}", 303)
            raise Conflict(
                N_(
                    "Certaines données de ce fichier ne vous sont plus accessibles : un droit a"
                    " changé depuis. Demandez l’export à nouveau."
                )
            )
    path = path_of(folder_of(portal().var), stored.stored_name)
    if not path.is_file():
        raise Conflict(N_("Ce fichier n’est plus sur le serveur : demandez l’export à nouveau."))
    if request.method == "GET" and _begins():
        with open_writing() as context:
            note_download(context.db, viewer, export, now=context.now)
    return _sent(path, stored)


def _begins() -> bool:
    """Return whether the first byte is requested: resuming is not another download."""
    byte_range = None if _is_vague() else request.range
    return byte_range is None or not byte_range.ranges or byte_range.ranges[0][0] == 0


def _is_vague() -> bool:
    """Return whether the range may be of an older file, which is then sent whole."""
    return request.headers.get("If-Range", "").startswith("W/")


def _sent(path: Path, stored: ExportDownload) -> Response:
    ending = stored.file_name.rpartition(".")[2]
    answer = send_file(
        path.resolve(),
        mimetype=_TYPES[ending],
        as_attachment=True,
        download_name=stored.file_name,
        conditional=not _is_vague(),
        etag=stored.sha256,
        last_modified=stored.finished_at,
    )
    digest = base64.b64encode(bytes.fromhex(stored.sha256)).decode("ascii")
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return answer
