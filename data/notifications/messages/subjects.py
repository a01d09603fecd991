"""Write the mails about personal data."""

from collections.abc import Mapping
from datetime import datetime

from core.i18n import N_, clock
from data.notifications.messages.sentences import Sentences
from data.notifications.types import NotificationKind

KINDS: Mapping[NotificationKind, Sentences] = {
    NotificationKind.DATA_READY: (
        N_("vos données sont prêtes"),
        (
            N_(
                "L’archive de tout ce que le portail garde sur vous est prête. Téléchargez-la avant"
                " le {until}, une fois connecté :"
            ),
            "{address}/compte/donnees",
            N_("Si vous ne l’avez pas demandée, fermez vos sessions et changez de mot de passe :"),
            "{address}/mot-de-passe-oublie",
        ),
    ),
    NotificationKind.ERASURE_ASKED: (
        N_("votre compte sera effacé"),
        (
            N_(
                "La fermeture de votre compte et l’effacement de vos données sont demandés. Ils"
                " auront lieu le {until}."
            ),
            N_("D’ici là, connectez-vous pour annuler :"),
            "{address}/compte/donnees",
            N_("Si vous n’avez rien demandé, annulez et changez tout de suite de mot de passe."),
        ),
    ),
}


def blanks_of(params: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of the sentences, with the time as text."""
    return {"until": clock(datetime.fromisoformat(str(params["until"])))}
