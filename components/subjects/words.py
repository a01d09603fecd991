"""The words of requests: what was asked, and where it stands."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components import kit
from components.kit.shown import Tone
from data.subjects.types import Check, Request, RequestKind, RequestState
from i18n import N_, _, clock

KINDS = {
    RequestKind.EXPORT: N_("Archive de données"),
    RequestKind.ERASURE: N_("Fermeture et effacement"),
}
CHECKS = {
    Check.REPLY: N_("réponse depuis l’adresse"),
    Check.CALLED: N_("rappel téléphonique"),
    Check.PAPER: N_("pièce d’identité"),
}
_STATES: Mapping[RequestState, tuple[str, str, Tone]] = {
    RequestState.READY: (N_("Prête"), "check-circle", "ok"),
    RequestState.OVER: (N_("Plus gardée"), "archive", "mute"),
    RequestState.DONE: (N_("Effacé"), "check-circle", "ok"),
    RequestState.CANCELLED: (N_("Annulé"), "x", "mute"),
}


def state_chip(one: Request) -> Component:
    if one.state is RequestState.WAITING:
        if one.kind is RequestKind.EXPORT:
            return kit.chip(_("En attente"), icon="hourglass", tone="info")
        return kit.chip(_("Le {day}", day=clock(one.due_at)), icon="hourglass", tone="warn")
    if one.outside:
        return kit.chip(_("À redemander"), icon="arrow-repeat", tone="warn")
    if one.state is RequestState.OVER and one.problem:
        return kit.chip(_("Échec"), icon="exclamation-triangle", tone="bad")
    words, icon, tone = _STATES[one.state]
    return kit.chip(_(words), icon=icon, tone=tone)
