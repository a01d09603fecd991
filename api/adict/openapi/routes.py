"""Serve the API description as JSON and as pages; both are public."""

import orjson
from flask import Blueprint, Response, render_template

from api.adict.errors import BASE
from api.adict.openapi.codes import CODES, STATUSES
from api.adict.openapi.document import document
from api.adict.openapi.page import entries_of
from api.adict.silence import every
from api.context import now, portal
from core.i18n import _, number
from data.identity.programs.rules import commands

routes = Blueprint("described", __name__)
DOCUMENT = f"{BASE}/openapi.json"


@routes.get(DOCUMENT)
def give_document() -> Response:
    answer = Response(orjson.dumps(document()), mimetype="application/json")
    answer.vary.add("Accept-Language")
    return answer


@routes.get("/documentation-api")
def show() -> str:
    """Render the same document for people."""
    specification = document()
    return render_template(
        "described.html",
        about=specification["info"],
        entries=entries_of(specification),
        address=portal().address,
        document=DOCUMENT,
        commands=commands(portal().address, now().year),
        pace=portal().pace,
        statuses={status: _(sentence) for status, sentence in STATUSES.items()},
        codes={code: _(sentence) for code, sentence in CODES.items()},
        number=number,
        silences={silence.code: _(silence.sentence) for silence in every()},
    )
