"""Labels of kinds, severities, channels, states and errors."""

from collections.abc import Mapping

from core.i18n import N_, _
from data.notifications.types import (
    ChannelKind,
    Grouping,
    MessageDelivery,
    NotificationKind,
    Severity,
)

_TAGS: Mapping[NotificationKind, str] = {
    NotificationKind.THRESHOLD_WARNED: N_("Bientôt dépassé"),
    NotificationKind.THRESHOLD_EXCEEDED: N_("Dépassement"),
    NotificationKind.THRESHOLD_NORMAL: N_("Retour à la normale"),
    NotificationKind.THRESHOLD_WITHDRAWN: N_("Alerte annulée"),
    NotificationKind.DATA_MISSING: N_("Données attendues"),
    NotificationKind.DATA_BACK: N_("Données revenues"),
    NotificationKind.CHANNEL_OFF: N_("Envois arrêtés"),
    NotificationKind.HELP_ASKED: N_("Demande"),
    NotificationKind.POINT_CLAIMED: N_("PCE demandé"),
    NotificationKind.POINT_DECIDED: N_("Votre PCE"),
    NotificationKind.POINT_LEFT: N_("PCE attribué"),
    NotificationKind.MIRROR_HELD: N_("Fins de droits"),
    NotificationKind.MIRROR_REFUSED: N_("Identifiants refusés"),
    NotificationKind.PROOF_ASKED: N_("Preuve demandée"),
    NotificationKind.PROOF_DECIDED: N_("Preuve décidée"),
    NotificationKind.PROOF_MESSAGE: N_("Message"),
    NotificationKind.PROOF_RETURNED: N_("Décision annulée"),
    NotificationKind.CONTRACT_SENT: N_("Contrat à signer"),
    NotificationKind.CONTRACT_SIGNED: N_("Contrat à contresigner"),
    NotificationKind.CONTRACT_COUNTERSIGNED: N_("Contrat signé"),
    NotificationKind.CONTRACT_REFUSED: N_("Signature refusée"),
    NotificationKind.CONTRACT_ENDING: N_("Fin de contrat"),
    NotificationKind.CONTRACT_EXPIRED: N_("Contrat échu"),
    NotificationKind.CONTRACT_TERMINATED: N_("Contrat résilié"),
    NotificationKind.PAPER_ENDING: N_("Fin du contrat sur papier"),
    NotificationKind.PAPERS_ENDING: N_("Fin de contrats sur papier"),
    NotificationKind.SEAL_ENDING: N_("Fin du certificat"),
}
_KINDS: Mapping[NotificationKind, str] = {
    NotificationKind.PASSWORD_RESET: N_("Choix d’un nouveau mot de passe"),
    NotificationKind.PASSWORD_CHANGED: N_("Mot de passe changé"),
    NotificationKind.SECOND_FACTOR_ON: N_("Double authentification activée"),
    NotificationKind.SECOND_FACTOR_OFF: N_("Double authentification désactivée"),
    NotificationKind.PASSKEY_ADDED: N_("Clé d’accès ajoutée"),
    NotificationKind.PASSKEY_REMOVED: N_("Clé d’accès retirée"),
    NotificationKind.SECOND_FACTOR_RESET: N_("Double authentification remise à zéro"),
    NotificationKind.CODES_GUESSED: N_("Codes incorrects essayés"),
    NotificationKind.INVITED: N_("Invitation"),
    NotificationKind.INVITED_KNOWN: N_("Invitation d’une personne qui a déjà un compte"),
    NotificationKind.NEW_BROWSER: N_("Connexion d’un nouvel appareil"),
    NotificationKind.PROVIDER_LINKED: N_("Connexion unique reliée à votre compte"),
    NotificationKind.RIGHTS_MOVED: N_("Droits d’accès : du nouveau"),
    NotificationKind.RIGHTS_DECLARED: N_("Droit déclaré sur vos PCE"),
    NotificationKind.RIGHTS_FOUND: N_("Accès à vos PCE connu du distributeur"),
    NotificationKind.RIGHTS_ANSWERED: N_("Votre réponse sur qui lit vos données"),
    NotificationKind.RIGHTS_SETTLED: N_("Autre titulaire reconnu sur vos PCE"),
    NotificationKind.RIGHTS_ENDING: N_("Droits d’accès bientôt finis"),
    NotificationKind.PROOF_ASKED: N_("Preuve de consentement demandée"),
    NotificationKind.PROOF_DUE: N_("Preuve bientôt attendue"),
    NotificationKind.PROOF_DECIDED: N_("Preuve décidée"),
    NotificationKind.PROOF_MESSAGE: N_("Message sur un contrôle"),
    NotificationKind.PROOF_RETURNED: N_("Décision annulée par un nouveau dépôt"),
    NotificationKind.SIGNING_CODE: N_("Code de signature"),
    NotificationKind.CONTRACT_SENT: N_("Contrat à signer"),
    NotificationKind.CONTRACT_SIGNED: N_("Contrat à contresigner"),
    NotificationKind.CONTRACT_COUNTERSIGNED: N_("Contrat signé par les deux parties"),
    NotificationKind.CONTRACT_REFUSED: N_("Signature d’un contrat refusée"),
    NotificationKind.CONTRACT_ENDING: N_("Contrat bientôt fini"),
    NotificationKind.CONTRACT_EXPIRED: N_("Contrat échu"),
    NotificationKind.CONTRACT_TERMINATED: N_("Contrat résilié"),
    NotificationKind.PAPER_ENDING: N_("Contrat sur papier bientôt fini"),
    NotificationKind.PAPERS_ENDING: N_("Contrats sur papier bientôt finis"),
    NotificationKind.SEAL_ENDING: N_("Certificat de scellement bientôt échu"),
    NotificationKind.ADDRESS_CONFIRM: N_("Confirmation d’une adresse"),
    NotificationKind.CHANNEL_TEST: N_("Message d’essai"),
    NotificationKind.SMS_CODE: N_("Code de confirmation d’un mobile"),
    NotificationKind.EXPORT_READY: N_("Export prêt"),
    NotificationKind.EXPORT_FAILED: N_("Export impossible"),
    NotificationKind.DATA_READY: N_("Données personnelles prêtes"),
    NotificationKind.ERASURE_ASKED: N_("Effacement du compte demandé"),
    NotificationKind.NOTICES: N_("Alertes"),
    NotificationKind.THRESHOLD_WARNED: N_("Seuil presque atteint"),
    NotificationKind.THRESHOLD_EXCEEDED: N_("Seuil dépassé"),
    NotificationKind.THRESHOLD_NORMAL: N_("Retour sous le seuil"),
    NotificationKind.THRESHOLD_WITHDRAWN: N_("Alerte annulée par une correction"),
    NotificationKind.DATA_MISSING: N_("Données absentes"),
    NotificationKind.DATA_BACK: N_("Données de nouveau reçues"),
    NotificationKind.CHANNEL_OFF: N_("Envois arrêtés par une erreur"),
    NotificationKind.HELP_ASKED: N_("Demande d’un collègue"),
    NotificationKind.POINT_CLAIMED: N_("Demande d’une organisation pour un PCE"),
    NotificationKind.POINT_DECIDED: N_("Réponse à votre demande d’un PCE"),
    NotificationKind.POINT_LEFT: N_("PCE attribué à une autre organisation"),
    NotificationKind.MIRROR_HELD: N_("Fins de droits en nombre chez le distributeur"),
    NotificationKind.MIRROR_REFUSED: N_("Identifiants refusés par le distributeur"),
}
_SEVERITIES: Mapping[Severity, str] = {
    Severity.INFO: N_("Information"),
    Severity.WARNING: N_("Attention"),
    Severity.URGENT: N_("Urgent"),
}
_GROUPINGS: Mapping[Grouping, str] = {
    Grouping.IMMEDIATE: N_("Aussitôt"),
    Grouping.DAILY: N_("Un message par jour"),
    Grouping.WEEKLY: N_("Un message par semaine"),
}
_CHANNELS: Mapping[ChannelKind, str] = {
    ChannelKind.INBOX: N_("Espace client"),
    ChannelKind.EMAIL: N_("Courriel"),
    ChannelKind.WEBHOOK: N_("Logiciel"),
    ChannelKind.APPRISE: N_("Messagerie"),
    ChannelKind.SMS: N_("SMS"),
}
_STATES: Mapping[MessageDelivery, str] = {
    MessageDelivery.QUEUED: N_("En attente"),
    MessageDelivery.SENDING: N_("En cours d’envoi"),
    MessageDelivery.SENT: N_("Envoyé"),
    MessageDelivery.FAILED: N_("Non remis"),
}
_ERRORS: Mapping[str, str] = {
    "private": N_("l’adresse est celle d’un réseau privé"),
    "no gateway": N_("l’exploitant de ce portail n’envoie plus de SMS"),
    "unknown service": N_("ce service n’est pas connu, ou l’adresse est incomplète"),
    "not taken": N_("le service n’a pas pris le message"),
    "too long": N_("le service n’a pas répondu à temps"),
    "broken off": N_("le service a répondu bien plus que prévu"),
    "MemoryError": N_("le service a répondu bien plus que prévu"),
    "no tls": N_("le serveur n’offre pas de connexion chiffrée"),
    "down": N_("le serveur ne répond pas"),
    "off": N_("ce canal a été arrêté"),
    "refused": N_("son titulaire ne veut pas être sollicité"),
    # names of network errors
    "gaierror": N_("ce nom d’hôte n’existe pas : vérifiez l’adresse"),
    "ConnectionRefusedError": N_("connexion refusée : rien n’écoute à cette adresse"),
    "TimeoutError": N_("délai dépassé : l’adresse n’a pas répondu à temps"),
    "SSLCertVerificationError": N_("certificat refusé : il n’est pas valable pour cette adresse"),
    "SSLError": N_("la connexion chiffrée n’a pas pu s’établir"),
    "SSLEOFError": N_("la connexion chiffrée n’a pas pu s’établir"),
    "ConnectionResetError": N_("connexion coupée par l’autre côté"),
    "BrokenPipeError": N_("connexion coupée par l’autre côté"),
    "OSError": N_("l’adresse est injoignable, ou ne répond pas comme un webhook"),
}
_REPLIES: Mapping[str, str] = {
    "smtp": N_("le serveur de courriel a répondu {code}"),
    "http": N_("l’adresse a répondu {code}"),
}
_MOVED = N_("une redirection n’est pas suivie : donnez l’adresse finale")
_MEANS: Mapping[str, str] = {  # what a status means for the administrator of the address
    **dict.fromkeys(("301", "302", "303", "307", "308"), _MOVED),
    "401": N_("elle demande une identification"),
    "403": N_("elle refuse l’accès"),
    "404": N_("il n’y a rien à cette adresse"),
    "410": N_("elle ne veut plus rien recevoir"),
    "413": N_("l’envoi est trop gros pour elle"),
}


def tag_of(kind: NotificationKind) -> str:
    """Return the tag between brackets at the start of a subject."""
    return _(_TAGS[kind])


def kind_name(kind: NotificationKind) -> str:
    return _(_KINDS[kind])


def severity_name(severity: Severity) -> str:
    return _(_SEVERITIES[severity])


def grouping_name(grouping: Grouping) -> str:
    return _(_GROUPINGS[grouping])


def channel_name(kind: ChannelKind) -> str:
    return _(_CHANNELS[kind])


def state_name(state: MessageDelivery) -> str:
    return _(_STATES[state])


def error_name(error: str) -> str:
    """Return why a message was not sent, from the `error` in the journal."""
    if not error:
        return ""
    if error in _ERRORS:
        return _(_ERRORS[error])
    protocol, _space, code = error.partition(" ")
    if protocol in _REPLIES and code.isdigit():
        reply = _(_REPLIES[protocol], code=code)
        means = _MEANS.get(code) if protocol == "http" else None
        return f"{reply} ({_(means)})" if means else reply
    return _("erreur inattendue ({error})", error=error)
