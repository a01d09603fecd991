"""Callback of the buttons that ask colleagues for what the viewer cannot do."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, ctx
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED
from callbacks.outputs import TOASTS
from components.colleagues import all_of, ask_button
from components.kit import toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import _
from data.metering.pces.queries import get_scope
from data.notifications.actions import ask_colleagues
from data.notifications.types import HelpSubject
from data.request import Request

on = CallbackGroup()


@on.click(ask_button(ALL, ALL), TOASTS, permission=Permission.NOTICES, writes=True)
def ask(*, request: Request) -> list[Component]:
    subject, pce = read_button(ctx.triggered_id)
    db, viewer = request.db, request.viewer
    number = get_scope(db, viewer, pce).number if pce else ""
    names = ask_colleagues(db, viewer, subject, number, now=request.now)
    return [
        toast(_("Demande envoyée à {names}", names=all_of(names)), _("Avec le lien de la page."))
    ]


def read_button(button: Mapping[str, Any] | None) -> tuple[HelpSubject, str]:
    """Return the subject and the PCE of an untrusted button. Raise Invalid."""
    match button:
        case {"subject": str(subject), "pce": str(pce)} if subject in set(HelpSubject):
            return HelpSubject(subject), pce[:20]
    raise Invalid(MALFORMED)
