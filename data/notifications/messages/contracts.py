"""Write the mails about contracts, and the one with a signing code."""

from collections.abc import Mapping
from datetime import date

from core.i18n import N_, _, long_day, plural
from data.notifications.messages.sentences import Sentences
from data.notifications.rules import plain
from data.notifications.rules.words.contracts import what_of
from data.notifications.types import NotificationKind

_CONTRACT = "{address}/contrats?contrat={uid}"
KINDS: Mapping[NotificationKind, Sentences] = {
    NotificationKind.SIGNING_CODE: (
        N_("votre code pour signer"),
        (
            N_("Votre code pour signer « {what} » ({organisation}) :"),
            "{code}",
            N_(
                "Il sert une fois, dans les dix minutes, pour le texte que vous avez sous les yeux."
                " Ne le donnez à personne, pas même au distributeur."
            ),
            N_("Si vous n’avez rien à signer, ne faites rien et prévenez votre administrateur."),
        ),
    ),
    NotificationKind.CONTRACT_SENT: (
        N_("un contrat à signer"),
        (
            N_("{who} vous propose de signer pour {organisation} : {what}."),
            N_("Le texte est figé. Lisez-le, puis signez-le ou refusez-le :"),
            _CONTRACT,
        ),
    ),
    NotificationKind.CONTRACT_SIGNED: (
        N_("un contrat à contresigner"),
        (
            N_("{who} a signé pour {organisation} : {what}."),
            N_("Vérifiez l’identité et le pouvoir du signataire, puis contresignez ou refusez :"),
            _CONTRACT,
        ),
    ),
    NotificationKind.CONTRACT_COUNTERSIGNED: (
        N_("votre contrat est signé"),
        (
            N_("{what}, de {organisation}, est signé par les deux parties."),
            N_("Il est en vigueur à partir du {day}. Le document et ses preuves restent ici :"),
            _CONTRACT,
            "{invited}",
        ),
    ),
    NotificationKind.CONTRACT_REFUSED: (
        N_("une signature est refusée"),
        (
            N_("{who} refuse de signer : {what}, de {organisation}."),
            "{because}",
            N_("Corrigez ce qui ne va pas, et proposez un nouveau texte :"),
            _CONTRACT,
        ),
    ),
    NotificationKind.CONTRACT_ENDING: (
        N_("votre contrat se termine bientôt"),
        (
            N_("{what}, de {organisation}, se termine le {day} au soir."),
            N_(
                "Ensuite, aucun droit ne peut être déclaré, rien ne peut être exporté, et les"
                " droits d’accès de l’organisation sont perdus. Pour le renouveler :"
            ),
            _CONTRACT,
        ),
    ),
    NotificationKind.PAPER_ENDING: (
        N_("votre contrat sur papier se termine bientôt"),
        (
            N_(
                "{organisation} n’a pas de contrat signé dans l’espace client : un contrat sur"
                " papier y est présumé jusqu’au {day} au soir."
            ),
            N_(
                "Ensuite, aucun droit ne peut être déclaré et rien ne peut être exporté. Pour"
                " préparer et signer le vôtre :"
            ),
            "{address}/contrats",
        ),
    ),
    NotificationKind.PAPERS_ENDING: (
        N_("des contrats sur papier se terminent bientôt"),
        (
            N_(
                "{what}, d’organisations qui n’ont rien signé dans l’espace client :"
                " présumés jusqu’au {day} au soir."
            ),
            N_("Ensuite, ces organisations ne déclarent ni n’exportent plus. Pour les relancer :"),
            "{address}/contrats",
        ),
    ),
    NotificationKind.SEAL_ENDING: (
        N_("le certificat qui scelle les contrats est bientôt échu"),
        (
            N_("{what} « {owner} » : il vaut jusqu’au {day}."),
            N_(
                "Ensuite, plus rien ne peut être signé ni contresigné. Faites mettre le nouveau à"
                " la place de celui que PORTAL_SEAL_P12 désigne, puis redémarrer l’espace client."
            ),
            "{address}/contrats",
        ),
    ),
    NotificationKind.CONTRACT_EXPIRED: (
        N_("votre contrat est arrivé à son terme"),
        (
            N_("{what}, de {organisation}, est arrivé à son terme le {day}."),
            N_(
                "Sans un nouveau contrat, aucun droit ne peut être déclaré et rien ne peut être"
                " exporté :"
            ),
            _CONTRACT,
        ),
    ),
    NotificationKind.CONTRACT_TERMINATED: (
        N_("un contrat est résilié"),
        (
            N_("{who} a mis fin à : {what}, de {organisation}."),
            "{because}",
            N_("Les documents signés restent à disposition :"),
            _CONTRACT,
        ),
    ),
}


def blanks_of(kind: NotificationKind, params: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of the sentences; user text cannot add lines."""
    blanks = {name: plain(str(value)) for name, value in params.items()}
    day = blanks.get("day", "")
    reason = blanks.get("reason", "")
    return blanks | {
        "what": what_of(kind, params),
        "day": long_day(date.fromisoformat(day)) if day else "",
        "invited": _invited(params),
        "because": _("Motif : {motive}.", motive=reason.rstrip(".") or "–"),
    }


def _invited(params: Mapping[str, object]) -> str:
    """Return how many people a signed contract invites, as a sentence."""
    count = int(str(params.get("guests") or 0))
    if not count:
        return ""
    return plural(
        "{count} personne nommée dans le dossier est invitée par courriel ce jour-là"
        "\u00a0: l’administration des accès la montre en attente jusqu’à sa réponse.",
        "{count} personnes nommées dans le dossier sont invitées par courriel ce jour-là"
        "\u00a0: l’administration des accès les montre en attente jusqu’à leur réponse.",
        count,
    )
