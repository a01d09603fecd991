"""The names of kinds, severities, ways, states and errors."""

from collections.abc import Mapping

from data.notifications.types import ChannelKind, Delivery, Grouping, Kind, Severity
from i18n import N_, _

_TAGS: Mapping[Kind, str] = {
    Kind.THRESHOLD_WARNED: N_("Bientôt dépassé"),
    Kind.THRESHOLD_EXCEEDED: N_("Dépassement"),
    Kind.THRESHOLD_NORMAL: N_("Retour à la normale"),
    Kind.THRESHOLD_WITHDRAWN: N_("Alerte annulée"),
    Kind.DATA_MISSING: N_("Données attendues"),
    Kind.DATA_BACK: N_("Données revenues"),
    Kind.CHANNEL_OFF: N_("Envois arrêtés"),
    Kind.MIRROR_HELD: N_("Fins de droits"),
    Kind.MIRROR_REFUSED: N_("Identifiants refusés"),
    Kind.PROOF_ASKED: N_("Preuve demandée"),
    Kind.PROOF_DECIDED: N_("Preuve décidée"),
    Kind.PROOF_MESSAGE: N_("Message"),
    Kind.PROOF_RETURNED: N_("Décision annulée"),
    Kind.CONTRACT_SENT: N_("Contrat à signer"),
    Kind.CONTRACT_SIGNED: N_("Contrat à contresigner"),
    Kind.CONTRACT_COUNTERSIGNED: N_("Contrat signé"),
    Kind.CONTRACT_REFUSED: N_("Signature refusée"),
    Kind.CONTRACT_ENDING: N_("Fin de contrat"),
    Kind.CONTRACT_EXPIRED: N_("Contrat échu"),
    Kind.CONTRACT_TERMINATED: N_("Contrat résilié"),
    Kind.PAPER_ENDING: N_("Fin du contrat sur papier"),
    Kind.PAPERS_ENDING: N_("Fin de contrats sur papier"),
    Kind.SEAL_ENDING: N_("Fin du certificat"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.PASSWORD_RESET: N_("Choix d’un nouveau mot de passe"),
    Kind.PASSWORD_CHANGED: N_("Mot de passe changé"),
    Kind.SECOND_FACTOR_ON: N_("Double authentification activée"),
    Kind.SECOND_FACTOR_OFF: N_("Double authentification désactivée"),
    Kind.PASSKEY_ADDED: N_("Clé d’accès ajoutée"),
    Kind.PASSKEY_REMOVED: N_("Clé d’accès retirée"),
    Kind.SECOND_FACTOR_RESET: N_("Double authentification remise à zéro"),
    Kind.CODES_GUESSED: N_("Codes incorrects essayés"),
    Kind.INVITED: N_("Invitation"),
    Kind.INVITED_KNOWN: N_("Invitation d’une personne qui a déjà un compte"),
    Kind.NEW_BROWSER: N_("Connexion d’un nouvel appareil"),
    Kind.PROVIDER_LINKED: N_("Connexion unique reliée à votre compte"),
    Kind.RIGHTS_MOVED: N_("Droits d’accès : du nouveau"),
    Kind.RIGHTS_DECLARED: N_("Droit déclaré sur vos PCE"),
    Kind.RIGHTS_FOUND: N_("Accès à vos PCE connu du distributeur"),
    Kind.RIGHTS_ANSWERED: N_("Votre réponse sur qui lit vos données"),
    Kind.RIGHTS_SETTLED: N_("Autre titulaire reconnu sur vos PCE"),
    Kind.RIGHTS_ENDING: N_("Droits d’accès bientôt finis"),
    Kind.PROOF_ASKED: N_("Preuve de consentement demandée"),
    Kind.PROOF_DUE: N_("Preuve bientôt attendue"),
    Kind.PROOF_DECIDED: N_("Preuve décidée"),
    Kind.PROOF_MESSAGE: N_("Message sur un contrôle"),
    Kind.PROOF_RETURNED: N_("Décision annulée par un nouveau dépôt"),
    Kind.SIGNING_CODE: N_("Code de signature"),
    Kind.CONTRACT_SENT: N_("Contrat à signer"),
    Kind.CONTRACT_SIGNED: N_("Contrat à contresigner"),
    Kind.CONTRACT_COUNTERSIGNED: N_("Contrat signé par les deux parties"),
    Kind.CONTRACT_REFUSED: N_("Signature d’un contrat refusée"),
    Kind.CONTRACT_ENDING: N_("Contrat bientôt fini"),
    Kind.CONTRACT_EXPIRED: N_("Contrat échu"),
    Kind.CONTRACT_TERMINATED: N_("Contrat résilié"),
    Kind.PAPER_ENDING: N_("Contrat sur papier bientôt fini"),
    Kind.PAPERS_ENDING: N_("Contrats sur papier bientôt finis"),
    Kind.SEAL_ENDING: N_("Certificat de scellement bientôt échu"),
    Kind.ADDRESS_CONFIRM: N_("Confirmation d’une adresse"),
    Kind.CHANNEL_TEST: N_("Message d’essai"),
    Kind.EXPORT_READY: N_("Export prêt"),
    Kind.EXPORT_FAILED: N_("Export impossible"),
    Kind.DATA_READY: N_("Données personnelles prêtes"),
    Kind.ERASURE_ASKED: N_("Effacement du compte demandé"),
    Kind.NOTICES: N_("Alertes"),
    Kind.THRESHOLD_WARNED: N_("Seuil bientôt dépassé"),
    Kind.THRESHOLD_EXCEEDED: N_("Seuil dépassé"),
    Kind.THRESHOLD_NORMAL: N_("Retour sous le seuil"),
    Kind.THRESHOLD_WITHDRAWN: N_("Alerte annulée par une correction"),
    Kind.DATA_MISSING: N_("Données absentes"),
    Kind.DATA_BACK: N_("Données de nouveau reçues"),
    Kind.CHANNEL_OFF: N_("Envois arrêtés par une erreur"),
    Kind.MIRROR_HELD: N_("Fins de droits en nombre chez le distributeur"),
    Kind.MIRROR_REFUSED: N_("Identifiants refusés par le distributeur"),
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
    ChannelKind.WEBHOOK: N_("Webhook"),
    ChannelKind.APPRISE: N_("Apprise"),
}
_STATES: Mapping[Delivery, str] = {
    Delivery.QUEUED: N_("En attente"),
    Delivery.SENDING: N_("En cours d’envoi"),
    Delivery.SENT: N_("Envoyé"),
    Delivery.FAILED: N_("Non remis"),
}
_ERRORS: Mapping[str, str] = {
    "private": N_("l’adresse est celle d’un réseau privé"),
    "unknown service": N_("ce service n’est pas connu, ou l’adresse est incomplète"),
    "not taken": N_("le service n’a pas pris le message"),
    "too long": N_("le service n’a pas répondu à temps"),
    "broken off": N_("le service a répondu bien plus que prévu"),
    "MemoryError": N_("le service a répondu bien plus que prévu"),
    "no tls": N_("le serveur n’offre pas de connexion chiffrée"),
    "down": N_("le serveur ne répond pas"),
    "off": N_("ce canal a été arrêté"),
    "refused": N_("son titulaire ne veut pas être sollicité"),
    # The names of errors of the network
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
_MEANS: Mapping[str, str] = {  # what it says, to who writes what is at an address
    **dict.fromkeys(("301", "302", "303", "307", "308"), _MOVED),
    "401": N_("elle demande une identification"),
    "403": N_("elle refuse l’accès"),
    "404": N_("il n’y a rien à cette adresse"),
    "410": N_("elle ne veut plus rien recevoir"),
    "413": N_("l’envoi est trop gros pour elle"),
}


def tag_of(kind: Kind) -> str:
    """What stands between brackets at the head of a subject."""
    return _(_TAGS[kind])


def kind_name(kind: Kind) -> str:
    return _(_KINDS[kind])


def severity_name(severity: Severity) -> str:
    return _(_SEVERITIES[severity])


def grouping_name(grouping: Grouping) -> str:
    return _(_GROUPINGS[grouping])


def channel_name(kind: ChannelKind) -> str:
    return _(_CHANNELS[kind])


def state_name(state: Delivery) -> str:
    return _(_STATES[state])


def error_name(error: str) -> str:
    """Why a message did not leave, in words; *error* is what the journal keeps."""
    if not error:
        return ""
    if error in _ERRORS:
        return _(_ERRORS[error])
    protocol, _space, code = error.partition(" ")
    if protocol in _REPLIES and code.isdigit():
        said = _(_REPLIES[protocol], code=code)
        means = _MEANS.get(code) if protocol == "http" else None
        return f"{said} ({_(means)})" if means else said
    return _("erreur inattendue ({error})", error=error)
