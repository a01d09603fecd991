"""Describe a line's outcome: label, code and sentence (domain.md §7)."""

from collections.abc import Mapping
from typing import NamedTuple

from core.i18n import N_
from data.rights.types import ImportedLine, LineState, RightState

CREATED, ASKED, EXISTS = "0000000000", "0000000002", "1000000003"


def code_of(state: RightState) -> str:
    """Return the API's code of a new declaration, by its initial state."""
    return CREATED if state is RightState.ACTIVE else ASKED


class DeclarationFate(NamedTuple):
    """A label, the API's code, and a sentence when no cell has to be reported."""

    word: str
    code: str = ""
    sentence: str = ""


_STATES: Mapping[LineState, DeclarationFate] = {
    LineState.ACCEPTED: DeclarationFate(N_("Déclarée")),  # also when cancelled since
    LineState.KNOWN: DeclarationFate(
        N_("Déjà connue"), EXISTS, N_("Ce droit était déjà là : rien n’a changé.")
    ),
    LineState.REJECTED: DeclarationFate(N_("Rejetée")),
    LineState.WAITING: DeclarationFate(N_("En attente")),
}
_BEGAN: Mapping[RightState, DeclarationFate] = {
    RightState.ACTIVE: DeclarationFate(N_("Créée"), CREATED, N_("Le droit est actif.")),
    RightState.PENDING: DeclarationFate(
        N_("À valider"), ASKED, N_("Le titulaire est sollicité : le droit attend sa réponse.")
    ),
    RightState.RECHECK: DeclarationFate(
        N_("À revérifier"), ASKED, N_("Le distributeur vérifie d’abord l’identité du titulaire.")
    ),
}


_RELAYED = DeclarationFate(
    N_("À valider"),
    ASKED,
    N_("Au moment du dépôt, le distributeur devait encore décider : voyez l’état actuel du droit."),
)


def fate_of(line: ImportedLine) -> DeclarationFate:
    """Return the fate of a line as its right started; the right itself shows what followed."""
    state_fate = _STATES[line.state]
    if line.state is LineState.ACCEPTED and line.relayed:
        return _RELAYED
    if line.state is LineState.ACCEPTED and line.began:
        return _BEGAN.get(line.began, state_fate)
    return state_fate
