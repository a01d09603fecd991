"""The description of the API, for programs and for those who write them: both are public."""

import orjson
from flask import Blueprint, Response, render_template

from api.adict.described.codes import CODES, STATUSES
from api.adict.described.document import document
from api.adict.described.page import entries_of
from api.adict.refusals import BASE
from api.adict.silence import every
from api.portal import now, portal
from data.programs.rules import commands
from i18n import _, number

routes = Blueprint("described", __name__)
DOCUMENT = f"{BASE}/openapi.json"


@routes.get(DOCUMENT)
def give_document() -> Response:
    answer = Response(orjson.dumps(document()), mimetype="application/json")
    answer.vary.add("Accept-Language")
    return answer


@routes.get("/documentation-api")
def show() -> str:
    """The same document, for a person."""
    told = document()
    return render_template(
        "described.html",
        about=told["info"],
        entries=entries_of(told),
        address=portal().address,
        document=DOCUMENT,
        commands=commands(portal().address, now().year),
        pace=portal().pace,
        statuses={status: _(sentence) for status, sentence in STATUSES.items()},
        codes={code: _(sentence) for code, sentence in CODES.items()},
        number=number,
        silences={one.code: _(one.sentence) for one in every()},
    )
