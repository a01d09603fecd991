"""Inbox texts about contracts and amendments."""

from collections.abc import Mapping

from core.i18n import N_, _, long_day, plural
from data.notifications.rules.words.lines import WordedLine, day_in, whole_line
from data.notifications.types import NotificationKind

_TITLES: Mapping[NotificationKind, str] = {
    NotificationKind.CONTRACT_SENT: N_("{what} : à lire et à signer"),
    NotificationKind.CONTRACT_SIGNED: N_("{site} : {what} attend votre contresignature"),
    NotificationKind.CONTRACT_COUNTERSIGNED: N_("{what} : signé par les deux parties"),
    NotificationKind.CONTRACT_REFUSED: N_("{what} : signature refusée"),
    NotificationKind.CONTRACT_EXPIRED: N_("{what} : arrivé à son terme le {day}"),
    NotificationKind.CONTRACT_TERMINATED: N_("{what} : résilié"),
}
_REASONS: Mapping[NotificationKind, str] = {
    NotificationKind.CONTRACT_SENT: N_(
        "{who} vous propose ce texte : il est figé jusqu’à votre réponse."
    ),
    NotificationKind.CONTRACT_SIGNED: N_(
        "{who} a signé pour {site} : vérifiez son pouvoir, puis décidez."
    ),
    NotificationKind.CONTRACT_COUNTERSIGNED: N_("Il est en vigueur à partir du {day}."),
    NotificationKind.CONTRACT_REFUSED: N_(
        "{who} ne signe pas ce texte : un autre peut être proposé."
    ),
    NotificationKind.CONTRACT_ENDING: N_(
        "Ensuite, aucun droit déclaré, aucun export, et les droits d’accès sont perdus :"
        " renouvelez-le."
    ),
    NotificationKind.PAPER_ENDING: N_(
        "Rien n’est encore signé dans l’espace client : ensuite, aucun droit déclaré ni export."
        " Préparez votre contrat."
    ),
    NotificationKind.PAPERS_ENDING: N_(
        "Ces organisations n’ont rien signé dans l’espace client : ensuite, elles ne déclarent ni"
        " n’exportent plus."
    ),
    NotificationKind.SEAL_ENDING: N_(
        "Ensuite, plus rien ne peut être signé : faites-le remplacer."
    ),
    NotificationKind.CONTRACT_EXPIRED: N_(
        "Sans un nouveau contrat, aucun droit déclaré ni export."
    ),
    NotificationKind.CONTRACT_TERMINATED: N_(
        "{who} y a mis fin : sans un autre contrat, aucun droit déclaré ni export."
    ),
}


_ENDING = frozenset(
    {
        NotificationKind.CONTRACT_ENDING,
        NotificationKind.PAPER_ENDING,
        NotificationKind.PAPERS_ENDING,
        NotificationKind.SEAL_ENDING,
    }
)


def what_of(kind: NotificationKind, params: Mapping[str, object]) -> str:
    """Return `Contrat C-2026-000123`, `Avenant 2 au contrat C-2026-000123`, or another title.

    A demo certificate is named as such.
    """
    if kind is NotificationKind.SEAL_ENDING:
        demo = bool(params.get("demo"))
        return _("Certificat de démonstration") if demo else _("Certificat de scellement")
    if kind is NotificationKind.PAPER_ENDING:
        return _("Contrat sur papier")
    if kind is NotificationKind.PAPERS_ENDING:
        count = int(str(params.get("count") or 1))
        singular, many = N_("{count} contrat sur papier"), N_("{count} contrats sur papier")
        return plural(singular, many, count)
    number, amendment = params.get("number", ""), params.get("amendment") or 0
    if amendment:
        return _("Avenant {rank} au contrat {number}", rank=amendment, number=number)
    return _("Contrat {number}", number=number)


def contract_title(event: WordedLine) -> str:
    what = what_of(event.kind, event.params)
    if event.kind in _ENDING:
        days = whole_line(event, "days") or 0
        return plural(
            N_("{what} : fin dans {count} jour"), N_("{what} : fin dans {count} jours"),
            days, what=what,
        )  # fmt: skip
    return _(_TITLES[event.kind], what=what, site=event.site, day=_day(event))


def contract_note(event: WordedLine) -> str:
    """Return the reason of a notice, then the text that somebody wrote."""
    who = str(event.params.get("who") or "")
    reason_text = _(_REASONS[event.kind], who=who, site=event.site, day=_day(event))
    reason = str(event.params.get("reason") or "")
    return reason_text + (" " + _("Motif : {motive}.", motive=reason.rstrip(".")) if reason else "")


def contract_act(kind: NotificationKind) -> str:
    """Return the label of the link."""
    many = kind in {NotificationKind.PAPERS_ENDING, NotificationKind.SEAL_ENDING}
    return _("Voir les contrats") if many else _("Voir le contrat")


def _day(event: WordedLine) -> str:
    return long_day(day_in(event, "day") or event.gas_day)
