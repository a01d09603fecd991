"""What became of a line of a file, in a word, a code and a sentence (domain.md §7)."""

from collections.abc import Mapping
from typing import NamedTuple

from data.rights.types import ImportedLine, LineState, RightState
from i18n import N_

CREATED, ASKED, EXISTS = "0000000000", "0000000002", "1000000003"


def code_of(state: RightState) -> str:
    """What the API says of a declaration that is taken, by the state that it begins in."""
    return CREATED if state is RightState.ACTIVE else ASKED


class Fate(NamedTuple):
    """A word, the code that the API has for it, and a sentence where no cell is to be told of."""

    word: str
    code: str = ""
    sentence: str = ""


_STATES: Mapping[LineState, Fate] = {
    LineState.ACCEPTED: Fate(N_("Déclarée")),  # and taken back since
    LineState.KNOWN: Fate(
        N_("Déjà connue"), EXISTS, N_("Ce droit était déjà là : rien n’a changé.")
    ),
    LineState.REJECTED: Fate(N_("Rejetée")),
    LineState.WAITING: Fate(N_("En attente")),
}
_BEGAN: Mapping[RightState, Fate] = {
    RightState.ACTIVE: Fate(N_("Créée"), CREATED, N_("Le droit est actif.")),
    RightState.PENDING: Fate(
        N_("À valider"), ASKED, N_("Le titulaire est sollicité : le droit attend sa réponse.")
    ),
    RightState.RECHECK: Fate(
        N_("À revérifier"), ASKED, N_("Le distributeur vérifie d’abord l’identité du titulaire.")
    ),
}


_RELAYED = Fate(
    N_("À valider"),
    ASKED,
    N_("Au moment du dépôt, le distributeur devait encore décider : voyez l’état actuel du droit."),
)


def fate_of(line: ImportedLine) -> Fate:
    """As its right began: what happened to it since is told by the right itself."""
    known = _STATES[line.state]
    if line.state is LineState.ACCEPTED and line.relayed:
        return _RELAYED
    if line.state is LineState.ACCEPTED and line.began:
        return _BEGAN.get(line.began, known)
    return known
