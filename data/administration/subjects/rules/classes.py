"""Table of data classes, which deletions, the report and the privacy page use."""

from core.i18n import N_
from data.administration.people.rules import KEPT as INVITATIONS_KEPT
from data.administration.subjects.types import (
    ClassRule,
    DataClass,
    LegalBasis,
    Periods,
    RetentionSpan,
)
from data.identity.accounts.rules import KNOWN_FOR, TRIES_KEPT
from data.runs.rules import KEPT as FILES_KEPT

REQUESTS_YEARS = 3  # period in which someone may still complain about an answer


def _endless(_periods: Periods) -> RetentionSpan:
    return RetentionSpan()


RULES: tuple[ClassRule, ...] = (
    ClassRule(
        DataClass.ACCOUNT,
        N_("Compte : nom, adresse électronique, rôle, préférences, double authentification"),
        N_("vous reconnaître et n’ouvrir que ce à quoi vous avez droit"),
        LegalBasis.CONTRACT,
        N_("la fermeture du compte"),
        lambda periods: RetentionSpan(years=periods.accounts_years),
    ),
    ClassRule(
        DataClass.SESSIONS,
        N_("Sessions : appareil, adresse réseau, heures"),
        N_("protéger le service, vous prévenir d’une connexion inhabituelle"),
        LegalBasis.INTEREST,
        N_("le début de la session"),
        lambda _periods: RetentionSpan(days=KNOWN_FOR.days),
    ),
    ClassRule(
        DataClass.TRIES,
        N_("Essais de mot de passe et de code, liens de nouveau mot de passe"),
        N_("protéger le service, et empêcher de deviner les mots de passe"),
        LegalBasis.INTEREST,
        N_("l’essai, ou la fin du lien"),
        lambda _periods: RetentionSpan(days=TRIES_KEPT.days),
    ),
    ClassRule(
        DataClass.INVITATIONS,
        N_("Invitations : nom et adresse de la personne invitée"),
        N_("ouvrir un compte aux personnes choisies par l’organisation"),
        LegalBasis.INTEREST,
        N_("la fin du lien"),
        lambda _periods: RetentionSpan(days=INVITATIONS_KEPT.days),
    ),
    ClassRule(
        DataClass.JOURNAL,
        N_("Journal : qui a fait ou lu quoi, et quand, par numéro de compte et sans nom"),
        N_("prouver qui a lu des données, et protéger le service"),
        LegalBasis.LEGAL,
        N_("le fait"),
        lambda periods: RetentionSpan(years=periods.journal_years),
    ),
    ClassRule(
        DataClass.NOTICES,
        N_("Alertes et messages envoyés, et comment vous voulez être prévenu"),
        N_("vous prévenir"),
        LegalBasis.CONTRACT,
        N_("l’envoi"),
        lambda periods: RetentionSpan(days=periods.notices_days),
    ),
    ClassRule(
        DataClass.FILES,
        N_("Fichiers déposés qui attendent"),
        N_("lire ce que vous déposez"),
        LegalBasis.CONTRACT,
        N_("le dépôt"),
        lambda _periods: RetentionSpan(days=FILES_KEPT.days),
    ),
    ClassRule(
        DataClass.RECEIPTS,
        N_("Reçus d’imports, avec les lignes refusées, et exports demandés"),
        N_("vous informer de la suite donnée à un fichier"),
        LegalBasis.CONTRACT,
        N_("la fin du traitement"),
        lambda periods: RetentionSpan(days=periods.receipts_days),
    ),
    ClassRule(
        DataClass.RIGHTS,
        N_("Droits d’accès : titulaire, réponses et leur preuve"),
        N_("ne communiquer les données d’un point qu’aux personnes autorisées par son titulaire"),
        LegalBasis.CONSENT,
        N_("la fin du droit"),
        lambda periods: RetentionSpan(years=periods.rights_years),
    ),
    ClassRule(
        DataClass.LETTERS,
        N_("Courriels envoyés aux titulaires sans compte"),
        N_("demander un accord, et permettre de le retirer"),
        LegalBasis.CONSENT,
        N_("l’envoi"),
        lambda periods: RetentionSpan(years=periods.letters_years),
    ),
    ClassRule(
        DataClass.STOPS,
        N_("Adresses qui ne veulent plus de courriel"),
        N_("ne plus leur écrire"),
        LegalBasis.LEGAL,
        N_("la demande"),
        _endless,
    ),
    ClassRule(
        DataClass.PROOFS,
        N_("Preuves de consentement déposées"),
        N_("contrôler que les droits déclarés sont vrais"),
        LegalBasis.LEGAL,
        N_("la fin du contrôle et du droit"),
        lambda periods: RetentionSpan(years=periods.proofs_years),
    ),
    ClassRule(
        DataClass.CONTRACTS,
        N_("Contrats, signatures et leur preuve, dossier de l’organisation"),
        N_("conclure et prouver le contrat"),
        LegalBasis.CONTRACT,
        N_("la fin du contrat"),
        lambda periods: RetentionSpan(years=periods.contracts_years),
    ),
    ClassRule(
        DataClass.READINGS,
        N_("Relevés de consommation"),
        N_("suivre la consommation de chaque point"),
        LegalBasis.CONTRACT,
        N_("la journée gazière"),
        lambda periods: RetentionSpan(years=periods.readings_years),
    ),
    ClassRule(
        DataClass.REQUESTS,
        N_("Demandes d’accès et d’effacement"),
        N_("y répondre, et prouver la réponse"),
        LegalBasis.LEGAL,
        N_("la réponse"),
        lambda _periods: RetentionSpan(years=REQUESTS_YEARS),
    ),
    ClassRule(
        DataClass.WORK,
        N_("Points de livraison, seuils, alertes traitées : ce que l’organisation fait ici"),
        N_("rendre le service à l’organisation"),
        LegalBasis.CONTRACT,
        N_("l’écriture"),
        _endless,
    ),
)
BASES = {
    LegalBasis.CONTRACT: N_("contrat"),
    LegalBasis.CONSENT: N_("consentement du titulaire"),
    LegalBasis.LEGAL: N_("obligation légale"),
    LegalBasis.INTEREST: N_("intérêt légitime : la sécurité du service"),
}


def rule_of(key: DataClass) -> ClassRule:
    return next(rule for rule in RULES if rule.key is key)
