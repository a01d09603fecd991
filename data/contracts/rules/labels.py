"""Labels of contract states, events and signature levels."""

from collections.abc import Mapping

from core.i18n import N_
from data.contracts.types import (
    BodyKind,
    ContractActor,
    ContractState,
    ContractTrigger,
    DataUse,
    DossierStep,
    TextState,
)

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
HAPPENED: Mapping[ContractTrigger, str] = {
    ContractTrigger.DRAFTED: N_("Contrat commencé"),
    ContractTrigger.SENT: N_("Texte figé et proposé à la signature"),
    ContractTrigger.TAKEN_BACK: N_("Texte retiré avant signature"),
    ContractTrigger.REFUSED_BY_CLIENT: N_("Signature refusée par le client"),
    ContractTrigger.SIGNED: N_("Signé par le client"),
    ContractTrigger.REFUSED_BY_OPERATOR: N_("Contresignature refusée par le distributeur"),
    ContractTrigger.COUNTERSIGNED: N_("Contresigné par le distributeur"),
    ContractTrigger.STARTED: N_("Contrat entré en vigueur"),
    ContractTrigger.EXPIRED: N_("Contrat arrivé à son terme"),
    ContractTrigger.TERMINATED_BY_CLIENT: N_("Résilié par le client"),
    ContractTrigger.TERMINATED_BY_OPERATOR: N_("Résilié par le distributeur"),
    ContractTrigger.RENEWED: N_("Renouvellement commencé"),
    ContractTrigger.ABANDONED: N_("Renouvellement abandonné"),
    ContractTrigger.AMENDED: N_("Avenant signé par les deux parties"),
    ContractTrigger.INVITED: N_("Personnes du dossier invitées"),
    ContractTrigger.TEXT_DOWNLOADED: N_("Document téléchargé"),
    ContractTrigger.PROOF_DOWNLOADED: N_("Dossier de preuve téléchargé"),
}
ACTORS: Mapping[ContractActor, str] = {
    ContractActor.CLIENT: N_("Client"),
    ContractActor.OPERATOR: N_("Distributeur"),
    ContractActor.SYSTEM: N_("Portail"),
}
STEPS: Mapping[DossierStep, str] = {
    DossierStep.IDENTITY: N_("Organisation"),
    DossierStep.REPRESENTATIVE: N_("Représentant"),
    DossierStep.POWER: N_("Pouvoir de signer"),
    DossierStep.USES: N_("Usage des données"),
    DossierStep.INVITES: N_("Personnes à inviter"),
    DossierStep.IMPORTS: N_("PCE à importer"),
}
BODIES: Mapping[BodyKind, str] = {
    BodyKind.COMPANY: N_("Entreprise"),
    BodyKind.COLLECTIVITY: N_("Collectivité"),
}
USES: Mapping[DataUse, str] = {
    DataUse.FOLLOW: N_("Suivre les consommations de ses sites"),
    DataUse.BILLS: N_("Vérifier les factures d’énergie"),
    DataUse.WORKS: N_("Préparer et mesurer des travaux d’économie d’énergie"),
    DataUse.PERFORMANCE: N_("Suivre un contrat de performance énergétique"),
    DataUse.OBLIGATION: N_("Répondre à une obligation de déclaration des consommations"),
    DataUse.ADVICE: N_("Conseiller le titulaire du point de livraison"),
}
# The eIDAS level in plain words: the signer needs no certificate of their own.
EIDAS = N_(
    "Signature électronique simple au sens du règlement eIDAS : le signataire est connu par sa"
    " session et un code envoyé à son adresse ; le portail scelle le document avec le certificat du"
    " distributeur. Elle vaut preuve, sans la présomption d’une signature qualifiée : si elle est"
    " contestée, le dossier de preuve dit qui a signé, quand et comment."
)
