"""Report in upstream words what the credentials do not allow, for a person to fix."""

from collections.abc import Mapping

from core.i18n import N_
from data.exchange.mirror.channels.error_messages import status_of
from data.exchange.mirror.rules.answers import FORBIDDEN
from data.exchange.mirror.types import NotTaken

LIST = N_(
    "Le distributeur vous reconnaît, mais ne vous laisse pas lire vos droits : il répond"
    " « {reply} » (code {code}). Demandez-lui d’ouvrir cet accès, puis testez la connexion."
)
READ = N_(
    "Le distributeur vous reconnaît, mais ne vous laisse pas lire ces données : il répond"
    " « {reply} » (code {code}). Demandez-lui d’ouvrir cet accès, ou ne les synchronisez plus,"
    " puis testez la connexion."
)
DECLARE = N_(
    "Le distributeur vous reconnaît, mais ne vous laisse pas déclarer de droits : il répond"
    " « {reply} » (code {code}). Demandez-lui d’ouvrir cet accès, puis testez la connexion."
)
REVOKE = N_(
    "Le distributeur vous reconnaît, mais ne vous laisse pas révoquer de droits : il répond"
    " « {reply} » (code {code}). Demandez-lui d’ouvrir cet accès, puis testez la connexion."
)
PROVE = N_(
    "Le distributeur vous reconnaît, mais ne vous laisse pas envoyer de preuves : il répond"
    " « {reply} » (code {code}). Demandez-lui d’ouvrir cet accès, puis testez la connexion."
)


def forbidden(body: Mapping[str, object], what: str) -> NotTaken:
    """Return the error saying that `what` is not allowed, with the words of `body`."""
    status = status_of(body)
    return NotTaken(what, reply=status["message"], code=status["code"] or str(FORBIDDEN))
