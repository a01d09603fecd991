"""Receive proofs of consent for a right whose control is open (domain.md §3.2)."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response

from api.adict.errors import BASE, answered, last_line
from api.adict.rights import NO_RIGHT
from api.context import now, portal, viewer_now
from api.uploads import check_kept, read_form, stored
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from data.controls import actions
from data.controls.queries.expected_proofs import find_open_control
from data.metering.pces.rules import storable
from data.rights.queries.program_rights import get_right_state
from data.rights.rules.outcomes import CREATED

_NOT_ASKED = "2000000003"
routes = Blueprint("adict_proofs", __name__, url_prefix=BASE)


@routes.put("/droit_acces/<uid>/preuves")
def send(uid: str) -> Response:
    """Store one to three pieces, and send them to the control that asks for them."""
    viewer = viewer_now()
    viewer.require(Permission.CONTROLS_ANSWER)
    control = _find_open_control(storable(uid))
    with _as_conflicts():
        _fields, files = read_form("preuves")
    if not files:
        raise Conflict(N_("Joignez au moins un fichier, dans une part « preuves »."))
    with portal().database.transaction() as db:  # before reading any of them
        actions.check_deposit(db, viewer, [control], beside_draft=True)
    with _as_conflicts(), stored(files) as pieces, portal().database.transaction() as db:
        if not actions.is_sent(db, viewer, control, pieces):  # else it was already answered
            actions.submit(db, viewer, control, pieces, now=now())
            check_kept(db, pieces)
    return answered(last_line(CREATED, _("Opération réussie.")))


def _find_open_control(uid: str) -> str:
    """Return the control that waits for the proof of a right; raise Conflict without one."""
    viewer = viewer_now()
    with portal().database.reading() as db:
        try:
            right = get_right_state(db, viewer, uid) if viewer.may(Permission.RIGHTS_READ) else None
        except NotFound as error:
            raise NotFound(error.message, code=NO_RIGHT) from None
        control = find_open_control(db, viewer, uid)
    if control is None:
        if right is None:
            raise NotFound(N_("Ce droit d’accès est introuvable."), code=NO_RIGHT)
        raise Conflict(N_("Aucune preuve n’est demandée pour ce droit."), code=_NOT_ASKED)
    return control


@contextmanager
def _as_conflicts() -> Iterator[None]:
    """Raise Conflict for the errors of files that have an ADICT code."""
    try:
        yield
    except Invalid as error:
        if "code" not in error.params:
            raise
        raise Conflict(error.message, **error.params) from None
