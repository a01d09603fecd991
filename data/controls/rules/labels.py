"""Labels of motives, states and facts, for screens, mails, files and packs."""

from collections.abc import Mapping

from core.i18n import N_
from data.controls.types import Fact, Motive
from data.rights.types import ProofState

MOTIVES: Mapping[Motive, str] = {
    Motive.HOLDER: N_("Le titulaire nommé n’est pas celui du contrat"),
    Motive.NUMBER: N_("Le PCE n’est pas écrit, ou n’est pas le bon"),
    Motive.THIRD_PARTY: N_("Le tiers n’est pas nommé"),
    Motive.PERIMETER: N_("Les données ou leur période ne sont pas couvertes"),
    Motive.DATE: N_("La date manque, ou vient après le droit"),
    Motive.SIGNATURE: N_("La signature ou le cachet manque"),
    Motive.UNREADABLE: N_("La pièce est illisible"),
    Motive.OTHER: N_("Autre motif"),
    Motive.NOTHING_SENT: N_("Aucune preuve n’a été transmise à temps"),
}
ELSEWHERE = N_(
    "Un autre distributeur décide de cette preuve, sur son propre portail : écrivez-lui là-bas,"
    " vos messages d’ici ne lui parviennent pas."
)
STATES: Mapping[ProofState, str] = {
    ProofState.AWAITED: N_("Preuve en attente"),
    ProofState.UNDER_CHECK: N_("Preuve en cours de vérification"),
    ProofState.ACCEPTED: N_("Preuve validée"),
    ProofState.REJECTED: N_("Preuve refusée"),
}
FACTS: Mapping[Fact, str] = {
    Fact.OPENED: N_("Campagne ouverte"),
    Fact.ASKED: N_("Preuve demandée"),
    Fact.SENT: N_("Preuve envoyée"),
    Fact.WRITTEN: N_("Message écrit"),
    Fact.CHECKED: N_("Points du contrôle vérifiés"),
    Fact.NOTED: N_("Note interne écrite"),
    Fact.ASSIGNED: N_("Contrôle confié"),
    Fact.REMINDED: N_("Échéance rappelée"),
    Fact.ACCEPTED: N_("Preuve validée"),
    Fact.AGAIN: N_("Nouvelle pièce demandée"),
    Fact.REJECTED: N_("Preuve refusée"),
    Fact.LATE: N_("Délai dépassé sans preuve"),
    Fact.UNDONE: N_("Décision annulée"),
    Fact.APPLIED: N_("Décision appliquée"),
    Fact.CLOSED: N_("Droit terminé avant la décision"),
    Fact.PACKED: N_("Dossier de preuve remis"),
}
