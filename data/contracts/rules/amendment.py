"""Check the text of an amendment and of a reason."""

from datetime import date

from core.errors import Conflict, Invalid
from core.i18n import N_
from core.unicode_safety import undirected
from data.contracts.types import RESERVED, Amendment

MOST_SUBJECT = 120
MOST_TEXT = 2000
MOST_REASON = 500
_FULL = N_("Ce contrat a déjà {most} avenants, sa dernière annexe est pleine : renouvelez-le.")
_ORDER = N_("Le prochain avenant de ce contrat porte le numéro {rank}.")
_SUBJECT = N_("Donnez l’objet de l’avenant, en {most} signes au plus.")
_TEXT = N_("Écrivez ce qui change, en {most} signes au plus.")
_PAST = N_("Un avenant ne prend pas effet dans le passé : choisissez aujourd’hui ou après.")
_REASON = N_("Dites en quelques mots pourquoi, en {most} signes au plus.")


def next_number(last: int) -> int:
    """Return the number of the next amendment; raise Conflict when all places are used."""
    if last >= RESERVED:
        raise Conflict(_FULL, most=RESERVED)
    return last + 1


def checked_amendment(amendment: Amendment, number: int, today: date) -> Amendment:
    next_number(number - 1)
    if amendment.number != number:
        raise Conflict(_ORDER, rank=number)
    if not 0 < len(amendment.subject.strip()) <= MOST_SUBJECT:
        raise Invalid(_SUBJECT, most=MOST_SUBJECT)
    if not 0 < len(amendment.text.strip()) <= MOST_TEXT:
        raise Invalid(_TEXT, most=MOST_TEXT)
    if amendment.effective_on < today:
        raise Invalid(_PAST)
    return amendment


def checked_reason(text: str) -> str:
    """Return a reason on one line; raise Invalid when empty or too long."""
    words = " ".join(undirected(text).split())
    if not 0 < len(words) <= MOST_REASON:
        raise Invalid(_REASON, most=MOST_REASON)
    return words
