"""Ask the sandboxed decoder (`core.sandbox`) for the bill of an e-invoice."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.errors import Unreadable
from core.i18n import N_
from core.sandbox import run_sandboxed
from data.money.bills.types import EInvoice, EInvoiceProblem, Nature

MOST_BYTES = 10_000_000
_PROGRAM = (sys.executable, "-m", __package__)
_BY_HAND = N_(
    "Ce PDF ne contient pas de données de facture : recopiez ses chiffres ci-dessous, ou demandez"
    " à votre fournisseur la facture électronique (Factur-X)."
)
PROBLEMS: Mapping[EInvoiceProblem, str] = {
    EInvoiceProblem.NO_DATA: _BY_HAND,
    EInvoiceProblem.DAMAGED: N_(
        "Ce PDF est abîmé et ne peut pas être lu : téléchargez-le de nouveau chez votre"
        " fournisseur."
    ),
    EInvoiceProblem.ENCRYPTED: N_(
        "Ce PDF est protégé par un mot de passe : enregistrez-le sans protection, puis déposez-le."
    ),
    EInvoiceProblem.TOO_LARGE: N_(
        "Ce fichier est trop lourd ou trop compliqué pour une facture : recopiez ses chiffres"
        " ci-dessous."
    ),
    EInvoiceProblem.NOT_XML: N_(
        "Ce fichier n’est ni un PDF, ni un XML bien formé : déposez la facture telle que votre"
        " fournisseur l’a envoyée."
    ),
    EInvoiceProblem.DOCUMENT_TYPE: N_(
        "Ce XML déclare un type de document (DOCTYPE), ce qu’aucune facture ne fait : il n’est pas"
        " lu. Demandez à votre fournisseur le fichier d’origine."
    ),
    EInvoiceProblem.NOT_INVOICE: N_(
        "Ce XML n’est pas une facture Factur-X, UBL ou CII d’un profil connu : recopiez ses"
        " chiffres ci-dessous, ou demandez un autre format à votre fournisseur."
    ),
    EInvoiceProblem.INVALID: N_(
        "Cette facture électronique ne suit pas sa norme (ligne {where} du XML) : recopiez ses"
        " chiffres ci-dessous, et signalez-le à votre fournisseur."
    ),
}


def read(content: bytes, *, program: Sequence[str] = _PROGRAM) -> EInvoice:
    """Return what an e-invoice says of a bill. Raise Unreadable with what to do."""
    output = run_sandboxed(program, content) if len(content) <= MOST_BYTES else None
    result: dict[str, Any] = {"problem": EInvoiceProblem.TOO_LARGE}
    if output is not None:
        result = json.loads(output)
    if "problem" in result:
        problem = EInvoiceProblem(result["problem"])
        raise Unreadable(PROBLEMS[problem], where=result.get("where", ""))
    return bill_in(result["bill"])


def bill_in(fields: Mapping[str, Any]) -> EInvoice:
    """Return the bill of its JSON. Raise Unreadable if it is not one."""
    try:
        return EInvoice(
            pces=tuple(map(str, fields["pces"])),
            number=str(fields["number"]),
            nature=Nature(fields["nature"]),
            first=_day(fields["first"]),
            last=_day(fields["last"]),
            energy_wh=_figure(fields["energy_wh"]),
            start_dm3=_figure(fields["start_dm3"]),
            end_dm3=_figure(fields["end_dm3"]),
            coefficient_e4=_figure(fields["coefficient_e4"]),
            cents=_figure(fields["cents"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Unreadable(PROBLEMS[EInvoiceProblem.DAMAGED]) from None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _figure(value: object) -> int | None:
    return None if value is None else int(str(value))
