"""Interpret upstream refusals, and check that an answer is complete (domain.md §4.9)."""

from collections.abc import Mapping
from typing import Any

from core.i18n import N_
from data.exchange.mirror.types import UpstreamDown
from data.runs.files.refusals import clean

CODE, WORDS = "code_statut_traitement", "message_retour_traitement"
_DONE = "0000000000"
_SAYS = N_("Le distributeur répond « {reply} » (code {code}) : nouvel essai plus tard.")


def require_done(body: Mapping[str, object]) -> None:
    """Raise UpstreamDown unless the last line says that nothing is missing."""
    status = status_of(body)
    if status["code"] != _DONE:
        raise UpstreamDown(_SAYS, code=status["code"], reply=status["message"])


def status_of(body: Mapping[str, object]) -> dict[str, str]:
    """Return the code and message of an answer; "" when missing."""
    code, words = (body.get(name) for name in (CODE, WORDS))
    return {"code": _short(code, 20), "message": _short(words, 500)}


def refused(told: Mapping[str, object], http: int) -> dict[str, Any]:
    """Return a refusal with only its code and message; without a code, the HTTP status."""
    status = status_of(told) if CODE in told else restored(told)
    code = status.get("code") or str(http)
    return {"statut_restitution": {**status, "code": code}}


def _short(value: object, most: int) -> str:
    return clean(str(value)[:most]) if isinstance(value, str | int) else ""


def restored(body: Mapping[str, object]) -> Mapping[str, object]:
    status = body.get("statut_restitution")
    return status if isinstance(status, dict) else {}
