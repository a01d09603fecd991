"""The names of what contracts are in, of what happens to them, and of what a signature is worth."""

from collections.abc import Mapping

from data.contracts.types import (
    Actor,
    BodyKind,
    ContractState,
    Step,
    TextState,
    Trigger,
    Use,
)
from i18n import N_

STATES: Mapping[ContractState, str] = {
    ContractState.DRAFT: N_("Brouillon"),
    ContractState.SENT: N_("Envoyé"),
    ContractState.CLIENT_SIGNED: N_("Signé client"),
    ContractState.COUNTERSIGNED: N_("Contresigné"),
    ContractState.ACTIVE: N_("Actif"),
    ContractState.EXPIRED: N_("Échu"),
    ContractState.TERMINATED: N_("Résilié"),
    ContractState.ABANDONED: N_("Abandonné"),
}
TEXTS: Mapping[TextState, str] = {
    TextState.OFFERED: N_("À signer"),
    TextState.CLIENT_SIGNED: N_("À contresigner"),
    TextState.COUNTERSIGNED: N_("Signé par les deux parties"),
    TextState.TAKEN_BACK: N_("Retiré"),
    TextState.REFUSED: N_("Refusé"),
}
HAPPENED: Mapping[Trigger, str] = {
    Trigger.DRAFTED: N_("Contrat commencé"),
    Trigger.SENT: N_("Texte figé et proposé à la signature"),
    Trigger.TAKEN_BACK: N_("Texte retiré avant signature"),
    Trigger.REFUSED_BY_CLIENT: N_("Signature refusée par le client"),
    Trigger.SIGNED: N_("Signé par le client"),
    Trigger.REFUSED_BY_OPERATOR: N_("Contresignature refusée par le distributeur"),
    Trigger.COUNTERSIGNED: N_("Contresigné par le distributeur"),
    Trigger.STARTED: N_("Contrat entré en vigueur"),
    Trigger.EXPIRED: N_("Contrat arrivé à son terme"),
    Trigger.TERMINATED_BY_CLIENT: N_("Résilié par le client"),
    Trigger.TERMINATED_BY_OPERATOR: N_("Résilié par le distributeur"),
    Trigger.RENEWED: N_("Renouvellement commencé"),
    Trigger.ABANDONED: N_("Renouvellement abandonné"),
    Trigger.AMENDED: N_("Avenant signé par les deux parties"),
    Trigger.INVITED: N_("Personnes du dossier invitées"),
    Trigger.TEXT_DOWNLOADED: N_("Document téléchargé"),
    Trigger.PROOF_DOWNLOADED: N_("Dossier de preuve téléchargé"),
}
ACTORS: Mapping[Actor, str] = {
    Actor.CLIENT: N_("Client"),
    Actor.OPERATOR: N_("Distributeur"),
    Actor.SYSTEM: N_("Portail"),
}
STEPS: Mapping[Step, str] = {
    Step.IDENTITY: N_("Organisation"),
    Step.REPRESENTATIVE: N_("Représentant"),
    Step.POWER: N_("Pouvoir de signer"),
    Step.USES: N_("Usage des données"),
    Step.INVITES: N_("Personnes à inviter"),
    Step.IMPORTS: N_("PCE à importer"),
}
BODIES: Mapping[BodyKind, str] = {
    BodyKind.COMPANY: N_("Entreprise"),
    BodyKind.COLLECTIVITY: N_("Collectivité"),
}
USES: Mapping[Use, str] = {
    Use.FOLLOW: N_("Suivre les consommations de ses sites"),
    Use.BILLS: N_("Vérifier les factures d’énergie"),
    Use.WORKS: N_("Préparer et mesurer des travaux d’économie d’énergie"),
    Use.PERFORMANCE: N_("Suivre un contrat de performance énergétique"),
    Use.OBLIGATION: N_("Répondre à une obligation de déclaration des consommations"),
    Use.ADVICE: N_("Conseiller le titulaire du point de livraison"),
}
# What eIDAS calls it, in plain words: no certificate of the signer's own is asked for.
EIDAS = N_(
    "Signature électronique simple au sens du règlement eIDAS : le signataire est connu par sa"
    " session et un code envoyé à son adresse ; le portail scelle le document avec le certificat du"
    " distributeur. Elle vaut preuve, sans la présomption d’une signature qualifiée : si elle est"
    " contestée, le dossier de preuve dit qui a signé, quand et comment."
)
