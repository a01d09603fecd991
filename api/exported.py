"""The files of exports: whole, resumable, and only to who may still read all that is in them."""

import base64
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file
from flask.typing import ResponseReturnValue

from api.portal import now, portal, viewer_now
from data.access import Permission
from data.errors import Conflict
from data.exports.actions import note_download
from data.exports.files import folder_of, path_of
from data.exports.queries import get_export, get_stored
from data.exports.queries.reading import may_read_again
from data.exports.types import Stored
from i18n import N_

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
    """The file of an export; a `Range` takes up a download that broke.

    Who clicks on a file that a right has closed meanwhile is led to the page that says so.
    """
    viewer = viewer_now()
    viewer.require(Permission.CONSUMPTION_EXPORT)
    with portal().database.reading() as db:
        stored = get_stored(db, viewer, export)
        if not may_read_again(db, viewer, get_export(db, viewer, export)):
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
        with portal().database.transaction() as db:
            note_download(db, viewer, export, now=now())
    return _sent(path, stored)


def _begins() -> bool:
    """Whether this asks for the first octet: the rest of a download is not another one."""
    asked = None if _is_vague() else request.range
    return asked is None or not asked.ranges or asked.ranges[0][0] == 0


def _is_vague() -> bool:
    """Whether the part asked for is of a file that may have been another: it is sent whole."""
    return request.headers.get("If-Range", "").startswith("W/")


def _sent(path: Path, stored: Stored) -> Response:
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
