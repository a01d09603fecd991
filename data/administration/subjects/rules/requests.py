"""Check data requests, also for people without an account."""

from core.errors import Conflict, Invalid
from core.i18n import N_
from data.administration.subjects.types import IdentityCheck

WORD = N_("EFFACER")
# in both languages: the page's language may have changed meanwhile
WORDS = frozenset({"EFFACER", "ERASE"})
LONGEST_REFERENCE = 200
MOST_ARCHIVES = 3  # archives of one person available at once
STILL_STANDING = N_(
    "Cette personne est titulaire de droits en cours : elle les retire d’abord par le lien"
    " de son courriel, ou vous les révoquez."
)


def check_word(typed: str) -> None:
    """Raise Invalid unless `typed` is the word that confirms an erasure."""
    if typed.strip().upper() not in WORDS:
        raise Invalid(N_("Tapez le mot EFFACER pour confirmer : rien n’a été demandé."))


def check_in(text: str) -> IdentityCheck:
    """Return how the identity was checked. Raise Invalid for an unknown answer."""
    try:
        return IdentityCheck(text)
    except ValueError:
        raise Invalid(
            N_("Dites comment vous avez vérifié qui demande : choisissez une des trois façons.")
        ) from None


def reference_in(text: str) -> str:
    """Return the reference of the check, on one line. Raise Invalid if empty or too long."""
    reference = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not reference:
        raise Invalid(N_("Notez comment retrouver cette vérification : date, numéro de dossier…"))
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid(
            N_("Cette note est trop longue : {most} caractères au plus."), most=LONGEST_REFERENCE
        )
    return reference


def check_no_account(has_account: bool) -> None:  # noqa: FBT001
    """Raise Conflict if the person has an account and can make the request themselves."""
    if has_account:
        raise Conflict(
            N_(
                "Cette personne a un compte : elle peut le demander elle-même, dans « Mes"
                " données »."
            )
        )


def check_one(waiting: bool) -> None:  # noqa: FBT001
    """Raise Conflict while the same request is waiting."""
    if waiting:
        raise Conflict(N_("Cette demande est déjà en cours : attendez qu’elle soit traitée."))


def check_archives(count: int) -> None:
    """Raise Conflict when `MOST_ARCHIVES` archives or more are available."""
    if count >= MOST_ARCHIVES:
        raise Conflict(
            N_("{most} archives sont déjà prêtes : téléchargez la dernière."), most=MOST_ARCHIVES
        )


def check_standing(count: int) -> None:
    """Raise Conflict while `count` rights of a holder are in force: their proof is needed."""
    if count:
        raise Conflict(STILL_STANDING)
