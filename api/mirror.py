"""The connection to the distributor is tried: it is asked outside of any transaction."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from api.portal import portal, viewer_now
from data.access import Permission
from data.errors import NotFound
from data.mirror.actions.connecting import try_out
from i18n import N_

routes = Blueprint("mirror", __name__)


@routes.post("/admin/connexions/essai")
def try_connection() -> ResponseReturnValue:
    """What came of it is kept, and shown on the page."""
    viewer, here = viewer_now(), portal()
    viewer.require(Permission.MIRROR)
    if here.upstream is None:
        raise NotFound(N_("Les connexions ne sont pas ouvertes dans ce portail."))
    try_out(here.database, viewer, here.upstream, key=here.sealing_key, clock=here.clock)
    return redirect("/admin?part=connections", 303)
