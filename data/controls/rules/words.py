"""The words of motives, as screens, mails and packs say them."""

from collections.abc import Mapping

from data.controls.types import Motive
from i18n import N_

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
