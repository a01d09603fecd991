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
        "Ensuite, ni droit déclaré ni export, et les droits d’accès tombent : renouvelez-le."
    ),
    Kind.CONTRACT_EXPIRED: N_("Ni droit déclaré ni export sans un nouveau contrat."),
    Kind.CONTRACT_TERMINATED: N_("{who} y a mis fin : ni droit déclaré ni export sans un autre."),
}


def what_of(params: Mapping[str, object]) -> str:
    """`Contrat C-2026-000123`, `Avenant 2 au contrat C-2026-000123`."""
    number, amendment = params.get("number", ""), params.get("amendment") or 0
    if amendment:
        return _("Avenant {rank} au contrat {number}", rank=amendment, number=number)
    return _("Contrat {number}", number=number)


def contract_title(told: Told) -> str:
    what = what_of(told.params)
    if told.kind is Kind.CONTRACT_ENDING:
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


def _day(told: Told) -> str:
    return long_day(day_in(told, "day") or told.gas_day)
