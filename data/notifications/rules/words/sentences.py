"""The sentences of a notice: its title, why it is told, what happened."""

from collections.abc import Callable, Mapping

from data.notifications.rules.words.contracts import contract_note, contract_title
from data.notifications.rules.words.figures import back, figure
from data.notifications.rules.words.names import error_name, tag_of
from data.notifications.rules.words.proofs import proof_note, proof_title
from data.notifications.rules.words.told import (
    Told,
    day_in,
    energy,
    first_of,
    is_low,
    is_period_over,
    is_relative,
    whole,
)
from data.notifications.rules.words.winter import is_winter
from data.notifications.types import CONTRACT_KINDS, PROOF_KINDS, Kind
from i18n import N_, _, day_month, long_day, number, of_month, percent, plural, short_day


def label_of(told: Told) -> str:
    """What stands between brackets at the head of its subject, and on its chip.

    A month that ends above its limit is no return to normal.
    """
    return _("Période terminée") if is_period_over(told) else tag_of(told.kind)


def title_of(told: Told) -> str:
    """Site, figure and period: the subject of a mail, the line of a list."""
    return _TITLES[told.kind](told)


def headline_of(told: Told) -> str:
    """What happened, in one sentence without figures."""
    return _HEADLINES[told.kind](told)


def reason_of(told: Told) -> str:
    """Why the reader is told, and since when it is known."""
    because = _REASONS[told.kind](told)
    learnt = day_in(told, "learnt_on")
    if learnt is None:
        return because
    return because + " " + _("Appris le {day}.", day=day_month(learnt))


def _of_period(told: Told) -> str:
    """`son seuil de novembre`, `son seuil d’octobre`, `son seuil du jour`."""
    period, first = told.params.get("period"), first_of(told)
    if is_winter(told):
        return _("son seuil corrigé du climat")
    if period == "month":
        return _("son seuil {of_month}", of_month=of_month(first))
    if period == "year":
        return _("son seuil de {month}", month=first.year)
    return _("son seuil du jour")


def _limit(told: Told) -> str:
    """`14 000 kWh par mois`, or the threshold's name where the limit is not given.

    A limit that follows last year's days has no value of its own.
    """
    limit, period = whole(told, "limit_wh"), told.params.get("period")
    over = whole(told, "percent")
    if is_winter(told) and over is not None:
        gap = percent(over, 0).lstrip("+")
        return _("{over} de plus que l’attendu à ces températures", over=gap)
    if is_relative(told) and over is not None:
        return _("{over} de plus que l’an dernier", over=percent(over, 0).lstrip("+"))
    if limit is None:
        return str(told.params.get("threshold") or told.site)
    if period == "month":
        return _("{limit} par mois", limit=energy(limit))
    if period == "year":
        return _("{limit} par an", limit=energy(limit))
    return _("{limit} par jour", limit=energy(limit))


def _exceeded(told: Told) -> str:
    if is_low(told):
        return _("{site} est descendu sous son seuil bas", site=told.site)
    return _("{site} a dépassé {threshold}", site=told.site, threshold=_of_period(told))


def _normal(told: Told) -> str:
    if is_period_over(told):
        return _(
            "{site} : l’alerte sur {threshold} se termine avec la période",
            site=told.site, threshold=_of_period(told),
        )  # fmt: skip
    if is_low(told):
        return _("{site} est remonté au-dessus de son seuil bas", site=told.site)
    return _("{site} est revenu sous {threshold}", site=told.site, threshold=_of_period(told))


def _followed(told: Told) -> str:
    """The first line of the mail of a threshold."""
    limit, day = _limit(told), day_month(told.gas_day)
    said = _(_FOLLOWED[told.kind], limit=limit, pce=told.pce_number, day=day)
    deposited = whole(told, "deposited")
    if not deposited:
        return said
    who = str(told.params.get("depositor") or "") or _("une organisation")
    whose = plural(
        "{count} jour compté est déposé par {organisation}, pas publié par le distributeur.",
        "{count} jours comptés sont déposés par {organisation}, pas publiés par le distributeur.",
        deposited,
        organisation=who,
    )
    return f"{said} {whose}"


def _withdrawn(told: Told) -> str:
    """Whose correction it is: a file of an organisation is none of the distributor's."""
    named = {"pce": told.pce_number, "day": long_day(told.gas_day)}
    if told.params.get("depositor"):
        return _(
            "Vous recevez ce message car une alerte du PCE {pce}, du {day}, est annulée : "
            "les valeurs ont été corrigées par un fichier de {organisation}.",
            organisation=told.params["depositor"], **named,
        )  # fmt: skip
    if told.params.get("corrected", True):
        return _(
            "Vous recevez ce message car une alerte du PCE {pce}, du {day}, est annulée : "
            "les valeurs ont été corrigées par le distributeur.",
            **named,
        )
    return _(
        "Vous recevez ce message car une alerte du PCE {pce}, du {day}, est annulée : "
        "les valeurs ont changé.",
        **named,
    )


def _silent(told: Told) -> str:
    return _(
        "Vous recevez ce message car vous suivez la réception des données du PCE {pce} : "
        "rien n’est publié depuis le {day}.",
        pce=told.pce_number, day=long_day(told.gas_day),
    )  # fmt: skip


def _heard(told: Told) -> str:
    return _(
        "Vous recevez ce message car vous suivez la réception des données du PCE {pce} : "
        "elles sont de nouveau publiées, jusqu’au {day}.",
        pce=told.pce_number, day=long_day(day_in(told, "until") or told.gas_day),
    )  # fmt: skip


def _stopped(told: Told) -> str:
    reason = error_name(str(told.params.get("error", "")))
    return _(
        "Les alertes ne partent plus par « {site} » depuis le {day} : {reason}. "
        "Corrigez-le, puis remettez-le en marche depuis vos préférences.",
        site=told.site, day=short_day(told.gas_day), reason=reason,
    )  # fmt: skip


def _held(told: Told) -> str:
    return _(
            "La liste de vos droits reçue du distributeur le {day} en clôturerait {count} d’un"
            " coup, plus de la moitié des vôtres : rien n’est réparé sans vous. Vérifiez ces"
            " écarts, puis réparez-les s’ils sont justes.",
        day=short_day(told.gas_day), count=number(whole(told, "count") or 0),
    )  # fmt: skip


def _not_taken(told: Told) -> str:
    """With the words of the distributor, of credentials that it knows."""
    text = str(told.params.get("text") or "")
    if text:
        return _(
            "Depuis le {day}, le distributeur ne permet pas à votre connexion ce qui lui est"
            " demandé : il répond « {text} » (code {code}). Rien ne lui est demandé ni envoyé"
            " tant que ce n’est pas corrigé.",
            day=short_day(told.gas_day),
            text=text,
            code=told.params.get("code", ""),
        )
    return _(
        "Depuis le {day}, le distributeur refuse les identifiants de votre connexion : rien ne lui"
        " est demandé ni envoyé tant qu’ils ne sont pas corrigés.",
        day=short_day(told.gas_day),
    )


_TITLES: Mapping[Kind, Callable[[Told], str]] = {
    Kind.THRESHOLD_WARNED: figure,
    Kind.THRESHOLD_EXCEEDED: figure,
    Kind.THRESHOLD_NORMAL: back,
    Kind.THRESHOLD_WITHDRAWN: lambda told: _(
        "{site} : alerte du {day} annulée", site=told.site, day=long_day(told.gas_day)
    ),
    Kind.DATA_MISSING: lambda told: _(
        "{site} : aucune donnée depuis le {day}", site=told.site, day=long_day(told.gas_day)
    ),
    Kind.DATA_BACK: lambda told: _(
        "{site} : données reçues jusqu’au {day}",
        site=told.site,
        day=long_day(day_in(told, "until") or told.gas_day),
    ),
    **dict.fromkeys(PROOF_KINDS, proof_title),
    **dict.fromkeys(CONTRACT_KINDS, contract_title),
    Kind.MIRROR_HELD: lambda told: _(
        "{site} : {count} droits seraient clos d’un coup",
        site=told.site,
        count=number(whole(told, "count") or 0),
    ),
    Kind.MIRROR_REFUSED: lambda told: _(
        "{site} : identifiants refusés par le distributeur", site=told.site
    ),
    Kind.CHANNEL_OFF: lambda told: _("Plus rien ne part par « {site} »", site=told.site),
}
_HEADLINES: Mapping[Kind, Callable[[Told], str]] = {
    **_TITLES,
    Kind.THRESHOLD_WARNED: lambda told: _(
        "{site} approche {threshold}", site=told.site, threshold=_of_period(told)
    ),
    Kind.THRESHOLD_EXCEEDED: _exceeded,
    Kind.THRESHOLD_NORMAL: _normal,
}
_FOLLOWED: Mapping[Kind, str] = {
    Kind.THRESHOLD_WARNED: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "dont le niveau d’avertissement est atteint le {day}."
    ),
    Kind.THRESHOLD_EXCEEDED: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "franchi le {day}."
    ),
    Kind.THRESHOLD_NORMAL: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce} : "
        "l’alerte a pris fin le {day}."
    ),
}
_REASONS: Mapping[Kind, Callable[[Told], str]] = {
    **dict.fromkeys(_FOLLOWED, _followed),
    Kind.THRESHOLD_WITHDRAWN: _withdrawn,
    Kind.DATA_MISSING: _silent,
    Kind.DATA_BACK: _heard,
    **dict.fromkeys(PROOF_KINDS, proof_note),
    **dict.fromkeys(CONTRACT_KINDS, contract_note),
    Kind.CHANNEL_OFF: _stopped,
    Kind.MIRROR_HELD: _held,
    Kind.MIRROR_REFUSED: _not_taken,
}
