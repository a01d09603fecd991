"""Detect that the proof of power changed since the page was drawn."""

from core.i18n import _
from data.contracts.types import Power

_BY_LAW = "law"


def mark_of(power: Power | None) -> str:
    """Return a mark that identifies a proof, "" for none."""
    if power is None:
        return ""
    return _BY_LAW if power.himself else power.sha256


def kept_since(power: Power | None, previous_mark: str) -> str:
    """Return a notice that a proof was stored since `previous_mark`, "" otherwise."""
    if power is None or mark_of(power) in {"", previous_mark}:
        return ""
    if power.himself:
        return _(
            "Entre-temps, le signataire a été déclaré représentant légal. Envoyez de nouveau"
            " votre fichier pour le remplacer par cette pièce."
        )
    return _(
        "Entre-temps, «\u00a0{found}\u00a0» a été enregistré comme pièce. Envoyez de"
        " nouveau votre fichier pour le remplacer.",
        found=power.name,
    )
