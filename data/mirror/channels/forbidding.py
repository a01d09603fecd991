"""What the credentials do not allow, in the words of the other side: a person is to mend it."""

from collections.abc import Mapping

from data.mirror.channels.saying import status_of
from data.mirror.rules.answers import FORBIDDEN
from data.mirror.types import NotTaken
from i18n import N_

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


def forbidden(told: Mapping[str, object], what: str) -> NotTaken:
    """*what* is not allowed, which the other side says by *told*."""
    said = status_of(told)
    return NotTaken(what, reply=said["message"], code=said["code"] or str(FORBIDDEN))
