"""How long an invitation lasts, how often it may leave again, who may be given which role."""

from datetime import datetime, timedelta

from data.access import OrganisationKind, Role, roles_of
from data.errors import Conflict, Invalid, TooMany
from i18n import N_

LASTS = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=10)
MOST_OPEN = 500  # invitations of one organisation that wait
MOST_LINES = 500  # of one sheet
LONGEST_NAME = 80
LAST_ADMINISTRATOR = N_(
    "C’est le dernier administrateur actif de cette organisation : donnez d’abord ce rôle à"
    " quelqu’un d’autre."
)
OVER = N_("Cette invitation n’est plus valable : demandez-en une autre à qui vous a invité.")


def check_role(role: Role, kind: OrganisationKind) -> None:
    """Raise Invalid unless *role* may be given in an organisation of *kind*."""
    if role not in roles_of(kind):
        raise Invalid(N_("Ce rôle n’existe pas dans cette organisation."))


def check_again(sent_at: datetime, now: datetime) -> None:
    """Raise TooMany when an invitation left a moment ago: more of them fill a mailbox."""
    if now - sent_at < AGAIN_AFTER:
        raise TooMany(
            N_("Cette invitation vient de partir : attendez {minutes} minutes pour la renvoyer."),
            minutes=int(AGAIN_AFTER.total_seconds() // 60),
        )


def check_open(count: int) -> None:
    """Raise Conflict once *count* invitations of an organisation wait."""
    if count >= MOST_OPEN:
        raise Conflict(
            N_("{most} invitations attendent déjà une réponse : retirez-en avant d’en envoyer."),
            most=MOST_OPEN,
        )


def name_in(text: str) -> str:
    """The name that *text* is, in one line. Raises Invalid."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    name = " ".join(plain.split())
    if not name:
        raise Invalid(N_("Indiquez un nom."))
    if len(name) > LONGEST_NAME:
        raise Invalid(N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_NAME)
    return name
