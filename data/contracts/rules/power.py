"""Which proof of power stands, for who may replace it from a page drawn before."""

from data.contracts.types import Power
from i18n import _

_BY_LAW = "law"


def mark_of(power: Power | None) -> str:
    """What tells a proof from another; "" for none."""
    if power is None:
        return ""
    return _BY_LAW if power.himself else power.sha256


def kept_since(power: Power | None, known: str) -> str:
    """What was kept since who saw *known*, and how to replace it; "" where nothing was."""
    if power is None or mark_of(power) in {"", known}:
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
