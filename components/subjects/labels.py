"""Labels of data requests: kind and state."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components import kit
from core.i18n import N_, _, clock
from data.administration.subjects.types import (
    IdentityCheck,
    RequestKind,
    RequestState,
    SubjectRequestRow,
)

KINDS = {
    RequestKind.EXPORT: N_("Archive de données"),
    RequestKind.ERASURE: N_("Fermeture et effacement"),
}
CHECKS = {
    IdentityCheck.REPLY: N_("réponse depuis l’adresse"),
    IdentityCheck.CALLED: N_("rappel téléphonique"),
    IdentityCheck.PAPER: N_("pièce d’identité"),
}
_STATES: Mapping[RequestState, kit.StateLabel] = {
    RequestState.READY: kit.StateLabel("Prête", "check-circle", "ok"),
    RequestState.OVER: kit.StateLabel("Plus gardée", "archive", "mute"),
    RequestState.DONE: kit.StateLabel("Effacé", "check-circle", "ok"),
    RequestState.CANCELLED: kit.StateLabel("Annulé", "x", "mute"),
}


def state_chip(subject_request: SubjectRequestRow) -> Component:
    if subject_request.state is RequestState.WAITING:
        if subject_request.kind is RequestKind.EXPORT:
            return kit.chip(_("En attente"), icon="hourglass", tone="info")
        return kit.chip(
            _("Le {day}", day=clock(subject_request.due_at)), icon="hourglass", tone="warn"
        )
    if subject_request.outside:
        return kit.chip(_("À redemander"), icon="arrow-repeat", tone="warn")
    if subject_request.state is RequestState.OVER and subject_request.problem:
        return kit.chip(_("Échec"), icon="exclamation-triangle", tone="bad")
    return kit.label_chip(_STATES[subject_request.state])
