"""Name what a colleague asks for."""

from collections.abc import Mapping

from core.i18n import N_, _
from data.notifications.rules.words.lines import WordedLine
from data.notifications.types import HelpSubject

_ACTS: Mapping[HelpSubject, str] = {
    HelpSubject.PRICES: N_("saisir les prix du gaz"),
    HelpSubject.BILLS: N_("saisir les factures"),
    HelpSubject.BUDGETS: N_("fixer les budgets"),
    HelpSubject.RETROFITS: N_("déclarer les travaux"),
    HelpSubject.OPERAT: N_("décrire les sites pour OPERAT"),
    HelpSubject.THRESHOLDS: N_("poser des seuils"),
    HelpSubject.READERS: N_("répondre aux demandes de lecture"),
    HelpSubject.CONTRACT: N_("préparer le contrat"),
    HelpSubject.AMENDMENT: N_("préparer un avenant à son contrat"),
    HelpSubject.POINTS: N_("ajouter un point de livraison"),
}


def act_of(subject: HelpSubject) -> str:
    """Return `saisir les prix du gaz`."""
    return _(_ACTS[subject])


def help_note(event: WordedLine) -> str:
    """Return who asks: a colleague without the permission, or another organisation."""
    organisation = event.params.get("organisation")
    if organisation:
        return _("{who}, de {organisation}, attend votre réponse.",
                 who=event.site, organisation=str(organisation))  # fmt: skip
    return _(
        "{who}, de votre organisation, n’en a pas le droit. La page s’ouvre là où il faut le"
        " faire.",
        who=event.site,
    )


def help_act(event: WordedLine) -> str:
    """Return what an event asks for, and for which PCE."""
    subject, pce = str(event.params.get("subject")), event.params.get("pce")
    act = act_of(HelpSubject(subject)) if subject in set(HelpSubject) else subject
    return _("{act}, pour le PCE {pce}", act=act, pce=pce) if pce else act
