"""Test the connection to the distributor, outside any transaction."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from api.context import portal, viewer_now
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_
from data.exchange.mirror.actions.connection import try_out

routes = Blueprint("mirror", __name__)


@routes.post("/admin/connexions/essai")
def try_connection() -> ResponseReturnValue:
    """Test the connection; the result is stored and shown on the page."""
    viewer, here = viewer_now(), portal()
    viewer.require(Permission.MIRROR)
    if here.upstream is None:
        raise NotFound(N_("Les connexions ne sont pas ouvertes dans ce portail."))
    try_out(here.database, viewer, here.upstream, key=here.sealing_key, clock=here.clock)
    return redirect("/admin?part=connections", 303)
