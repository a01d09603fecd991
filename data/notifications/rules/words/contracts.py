"""What a line of the inbox says of a contract, or of one of its amendments."""

from collections.abc import Mapping

from data.notifications.rules.words.told import Told, day_in, whole
from data.notifications.types import Kind
from i18n import N_, _, long_day, plural

_TITLES: Mapping[Kind, str] = {
    Kind.CONTRACT_SENT: N_("{what} : à lire et à signer"),
    Kind.CONTRACT_SIGNED: N_("{site} : {what} attend votre contresignature"),
    Kind.CONTRACT_COUNTERSIGNED: N_("{what} : signé par les deux parties"),
    Kind.CONTRACT_REFUSED: N_("{what} : signature refusée"),
    Kind.CONTRACT_EXPIRED: N_("{what} : arrivé à son terme le {day}"),
    Kind.CONTRACT_TERMINATED: N_("{what} : résilié"),
}
_REASONS: Mapping[Kind, str] = {
    Kind.CONTRACT_SENT: N_("{who} vous propose ce texte : il est figé jusqu’à votre réponse."),
    Kind.CONTRACT_SIGNED: N_("{who} a signé pour {site} : vérifiez son pouvoir, puis décidez."),
    Kind.CONTRACT_COUNTERSIGNED: N_("Il est en vigueur à partir du {day}."),
    Kind.CONTRACT_REFUSED: N_("{who} ne signe pas ce texte : un autre peut être proposé."),
    Kind.CONTRACT_ENDING: N_(
        "Ensuite, aucun droit déclaré, aucun export, et les droits d’accès sont perdus :"
        " renouvelez-le."
    ),
    Kind.PAPER_ENDING: N_(
        "Rien n’est encore signé dans l’espace client : ensuite, aucun droit déclaré ni export."
        " Préparez votre contrat."
    ),
    Kind.PAPERS_ENDING: N_(
        "Ces organisations n’ont rien signé dans l’espace client : ensuite, elles ne déclarent ni"
        " n’exportent plus."
    ),
    Kind.SEAL_ENDING: N_("Ensuite, plus rien ne peut être signé : faites-le remplacer."),
    Kind.CONTRACT_EXPIRED: N_("Sans un nouveau contrat, aucun droit déclaré ni export."),
    Kind.CONTRACT_TERMINATED: N_(
        "{who} y a mis fin : sans un autre contrat, aucun droit déclaré ni export."
    ),
}


_ENDING = frozenset({Kind.CONTRACT_ENDING, Kind.PAPER_ENDING, Kind.PAPERS_ENDING, Kind.SEAL_ENDING})


def what_of(kind: Kind, params: Mapping[str, object]) -> str:
    """`Contrat C-2026-000123`, `Avenant 2 au contrat C-2026-000123`, or what ends of another sort.

    The certificate of a demonstration says that it is one.
    """
    if kind is Kind.SEAL_ENDING:
        demo = bool(params.get("demo"))
        return _("Certificat de démonstration") if demo else _("Certificat de scellement")
    if kind is Kind.PAPER_ENDING:
        return _("Contrat sur papier")
    if kind is Kind.PAPERS_ENDING:
        count = int(str(params.get("count") or 1))
        one, many = N_("{count} contrat sur papier"), N_("{count} contrats sur papier")
        return plural(one, many, count)
    number, amendment = params.get("number", ""), params.get("amendment") or 0
    if amendment:
        return _("Avenant {rank} au contrat {number}", rank=amendment, number=number)
    return _("Contrat {number}", number=number)


def contract_title(told: Told) -> str:
    what = what_of(told.kind, told.params)
    if told.kind in _ENDING:
        days = whole(told, "days") or 0
        return plural(
            N_("{what} : fin dans {count} jour"), N_("{what} : fin dans {count} jours"),
            days, what=what,
        )  # fmt: skip
    return _(_TITLES[told.kind], what=what, site=told.site, day=_day(told))


def contract_note(told: Told) -> str:
    """Why it is told, then the words that somebody wrote."""
    who = str(told.params.get("who") or "")
    said = _(_REASONS[told.kind], who=who, site=told.site, day=_day(told))
    reason = str(told.params.get("reason") or "")
    return said + (" " + _("Motif : {motive}.", motive=reason.rstrip(".")) if reason else "")


def contract_act(kind: Kind) -> str:
    """What leads to it."""
    many = kind in {Kind.PAPERS_ENDING, Kind.SEAL_ENDING}
    return _("Voir les contrats") if many else _("Voir le contrat")


def _day(told: Told) -> str:
    return long_day(day_in(told, "day") or told.gas_day)
