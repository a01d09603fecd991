"""Fill an account without delivery point with a sample, and erase it, each in one press."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from api.context import open_writing
from core.access import Permission
from core.i18n import set_language
from data.administration.samples import actions

routes = Blueprint("samples", __name__)


@routes.post("/exemple")
def create() -> ResponseReturnValue:
    with open_writing(Permission.PCES_ADD) as context:
        set_language(context.viewer.language)
        actions.create_sample(context.db, context.viewer, now=context.now)
    return redirect("/", 303)


@routes.post("/exemple/fin")
def erase() -> ResponseReturnValue:
    with open_writing(Permission.PCES_ADD) as context:
        actions.erase_sample(context.db, context.viewer, now=context.now)
    return redirect("/", 303)
