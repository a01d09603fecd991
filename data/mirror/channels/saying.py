"""Why something was refused there, or that nothing of an answer is missing (domain.md §4.9)."""

from collections.abc import Mapping
from typing import Any

from data.mirror.types import Down
from data.runs.files.refused import clean
from i18n import N_

CODE, WORDS = "code_statut_traitement", "message_retour_traitement"
_DONE = "0000000000"
_SAYS = N_("Le distributeur répond « {reply} » (code {code}) : nouvel essai plus tard.")


def require_done(told: Mapping[str, object]) -> None:
    """Down unless the last line says that nothing is missing."""
    status = status_of(told)
    if status["code"] != _DONE:
        raise Down(_SAYS, code=status["code"], reply=status["message"])


def status_of(told: Mapping[str, object]) -> dict[str, str]:
    """What was said of a request; an answer that says nothing of it has neither code nor words."""
    code, words = (told.get(name) for name in (CODE, WORDS))
    return {"code": _short(code, 20), "message": _short(words, 500)}


def refused(told: Mapping[str, object], http: int) -> dict[str, Any]:
    """Why it is refused, and nothing else of it; without a code, that of HTTP is the one."""
    said = status_of(told) if CODE in told else restored(told)
    code = said.get("code") or str(http)
    return {"statut_restitution": {**said, "code": code}}


def _short(said: object, most: int) -> str:
    return clean(str(said)[:most]) if isinstance(said, str | int) else ""


def restored(told: Mapping[str, object]) -> Mapping[str, object]:
    status = told.get("statut_restitution")
    return status if isinstance(status, dict) else {}
