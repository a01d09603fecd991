"""Write the sentences of a notice: title, reason and event."""

from collections.abc import Callable, Mapping

from core.i18n import N_, _, day_month, long_day, number, of_month, percent, plural, short_day
from data.notifications.rules.words.contracts import contract_note, contract_title
from data.notifications.rules.words.figures import back, figure
from data.notifications.rules.words.help import help_act, help_note
from data.notifications.rules.words.lines import (
    WordedLine,
    day_in,
    energy,
    first_of,
    is_low,
    is_period_over,
    is_relative,
    whole_line,
)
from data.notifications.rules.words.names import error_name, tag_of
from data.notifications.rules.words.points import point_note, point_title
from data.notifications.rules.words.proofs import proof_note, proof_title
from data.notifications.rules.words.winter import is_winter
from data.notifications.types import CONTRACT_KINDS, POINT_KINDS, PROOF_KINDS, NotificationKind


def label_of(event: WordedLine) -> str:
    """Return the tag at the start of its subject, and on its chip.

    A month that ends above its limit is not a return to normal.
    """
    return _("Période terminée") if is_period_over(event) else tag_of(event.kind)


def title_of(event: WordedLine) -> str:
    """Return site, figure and period: the subject of a mail, the line of a list."""
    return _TITLES[event.kind](event)


def headline_of(event: WordedLine) -> str:
    """Return what happened, in one sentence without figures."""
    return _HEADLINES[event.kind](event)


def reason_of(event: WordedLine) -> str:
    """Return why the reader is notified, and since when it is known."""
    because = _REASONS[event.kind](event)
    learnt = day_in(event, "learnt_on")
    if learnt is None:
        return because
    return because + " " + _("Appris le {day}.", day=day_month(learnt))


def _of_period(event: WordedLine) -> str:
    """Return `son seuil de novembre`, `son seuil d’octobre`, `son seuil du jour`."""
    period, first = event.params.get("period"), first_of(event)
    if is_winter(event):
        return _("son seuil corrigé du climat")
    if period == "month":
        return _("son seuil {of_month}", of_month=of_month(first))
    if period == "year":
        return _("son seuil de {month}", month=first.year)
    if event.params.get("day_kind") == "weekend":
        return _("son seuil de week-end")
    if event.params.get("day_kind") == "closed":
        return _("son seuil des jours fermés")
    return _("son seuil du jour")


def _limit(event: WordedLine) -> str:
    """Return `14 000 kWh par mois`, or the threshold's name when it has no fixed limit."""
    limit, period = whole_line(event, "limit_wh"), event.params.get("period")
    over = whole_line(event, "percent")
    if is_winter(event) and over is not None:
        gap = percent(over, 0).lstrip("+")
        return _("{over} de plus que l’attendu à ces températures", over=gap)
    if is_relative(event) and over is not None:
        return _("{over} de plus que l’an dernier", over=percent(over, 0).lstrip("+"))
    if limit is None:
        return str(event.params.get("threshold") or event.site)
    kind = event.params.get("day_kind") if period == "day" else period
    return _(_PER.get(str(kind), _PER["day"]), limit=energy(limit))


_PER: Mapping[str, str] = {
    "day": N_("{limit} par jour"),
    "weekend": N_("{limit} par jour de week-end"),
    "closed": N_("{limit} par jour fermé"),
    "month": N_("{limit} par mois"),
    "year": N_("{limit} par an"),
}


def _exceeded(event: WordedLine) -> str:
    if is_low(event):
        return _("{site} est descendu sous son seuil bas", site=event.site)
    return _("{site} a dépassé {threshold}", site=event.site, threshold=_of_period(event))


def _normal(event: WordedLine) -> str:
    if is_period_over(event):
        return _(
            "{site} : l’alerte sur {threshold} se termine avec la période",
            site=event.site, threshold=_of_period(event),
        )  # fmt: skip
    if is_low(event):
        return _("{site} est remonté au-dessus de son seuil bas", site=event.site)
    return _("{site} est revenu sous {threshold}", site=event.site, threshold=_of_period(event))


def _followed(event: WordedLine) -> str:
    """Return the first line of the mail of a threshold."""
    limit, day = _limit(event), day_month(event.gas_day)
    sentence = _(_FOLLOWED[event.kind], limit=limit, pce=event.pce_number, day=day)
    sentence = " ".join((*_unanswered(event), sentence))
    deposited = whole_line(event, "deposited")
    if not deposited:
        return sentence
    who = str(event.params.get("depositor") or "") or _("une organisation")
    whose = plural(
        "{count} jour compté est déposé par {organisation}, pas publié par le distributeur.",
        "{count} jours comptés sont déposés par {organisation}, pas publiés par le distributeur.",
        deposited,
        organisation=who,
    )
    return f"{sentence} {whose}"


def _unanswered(event: WordedLine) -> list[str]:
    """Return why a second person is notified."""
    hours = whole_line(event, "unanswered_hours")
    if not hours:
        return []
    return [
        plural(
            "Personne n’y a répondu depuis {count} heure : vous êtes prévenu en second.",
            "Personne n’y a répondu depuis {count} heures : vous êtes prévenu en second.",
            hours,
        )
    ]


def _withdrawn(event: WordedLine) -> str:
    """Describe a withdrawn alert by the source of the correction: deposit or distributor."""
    named = {"pce": event.pce_number, "day": long_day(event.gas_day)}
    if event.params.get("depositor"):
        return _(
            "Vous recevez ce message car une alerte du PCE {pce}, du {day}, est annulée : "
            "les valeurs ont été corrigées par un fichier de {organisation}.",
            organisation=event.params["depositor"], **named,
        )  # fmt: skip
    if event.params.get("corrected", True):
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


def _silent(event: WordedLine) -> str:
    sentence = _(
        "Vous recevez ce message car vous suivez la réception des données du PCE {pce} : "
        "rien n’est publié depuis le {day}.",
        pce=event.pce_number, day=long_day(event.gas_day),
    )  # fmt: skip
    return " ".join((*_unanswered(event), sentence))


def _reported_text(event: WordedLine) -> str:
    return _(
        "Vous recevez ce message car vous suivez la réception des données du PCE {pce} : "
        "elles sont de nouveau publiées, jusqu’au {day}.",
        pce=event.pce_number, day=long_day(day_in(event, "until") or event.gas_day),
    )  # fmt: skip


def _stopped(event: WordedLine) -> str:
    reason = error_name(str(event.params.get("error", "")))
    return _(
        "Les alertes ne partent plus par « {site} » depuis le {day} : {reason}. "
        "Corrigez-le, puis remettez-le en marche depuis vos préférences.",
        site=event.site, day=short_day(event.gas_day), reason=reason,
    )  # fmt: skip


def _held_text(event: WordedLine) -> str:
    return _(
            "La liste de vos droits reçue du distributeur le {day} en clôturerait {count} d’un"
            " coup, plus de la moitié des vôtres : rien n’est réparé sans vous. Vérifiez ces"
            " écarts, puis réparez-les s’ils sont justes.",
        day=short_day(event.gas_day), count=number(whole_line(event, "count") or 0),
    )  # fmt: skip


def _not_taken(event: WordedLine) -> str:
    """Return the reason of refused credentials, with the distributor's words if known."""
    text = str(event.params.get("text") or "")
    if text:
        return _(
            "Depuis le {day}, le distributeur ne permet pas à votre connexion ce qui lui est"
            " demandé : il répond « {text} » (code {code}). Rien ne lui est demandé ni envoyé"
            " tant que ce n’est pas corrigé.",
            day=short_day(event.gas_day),
            text=text,
            code=event.params.get("code", ""),
        )
    return _(
        "Depuis le {day}, le distributeur refuse les identifiants de votre connexion : rien ne lui"
        " est demandé ni envoyé tant qu’ils ne sont pas corrigés.",
        day=short_day(event.gas_day),
    )


_TITLES: Mapping[NotificationKind, Callable[[WordedLine], str]] = {
    NotificationKind.THRESHOLD_WARNED: figure,
    NotificationKind.THRESHOLD_EXCEEDED: figure,
    NotificationKind.THRESHOLD_NORMAL: back,
    NotificationKind.THRESHOLD_WITHDRAWN: lambda told: _(
        "{site} : alerte du {day} annulée", site=told.site, day=long_day(told.gas_day)
    ),
    NotificationKind.DATA_MISSING: lambda told: _(
        "{site} : aucune donnée depuis le {day}", site=told.site, day=long_day(told.gas_day)
    ),
    NotificationKind.DATA_BACK: lambda told: _(
        "{site} : données reçues jusqu’au {day}",
        site=told.site,
        day=long_day(day_in(told, "until") or told.gas_day),
    ),
    **dict.fromkeys(PROOF_KINDS, proof_title),
    **dict.fromkeys(CONTRACT_KINDS, contract_title),
    NotificationKind.MIRROR_HELD: lambda told: _(
        "{site} : {count} droits seraient clos d’un coup",
        site=told.site,
        count=number(whole_line(told, "count") or 0),
    ),
    NotificationKind.MIRROR_REFUSED: lambda told: _(
        "{site} : identifiants refusés par le distributeur", site=told.site
    ),
    NotificationKind.HELP_ASKED: lambda told: _(
        "{who} vous demande de {act}", who=told.site, act=help_act(told)
    ),
    **dict.fromkeys(POINT_KINDS, point_title),
    NotificationKind.CHANNEL_OFF: lambda told: _(
        "Plus rien ne part par « {site} »", site=told.site
    ),
}
_HEADLINES: Mapping[NotificationKind, Callable[[WordedLine], str]] = {
    **_TITLES,
    NotificationKind.THRESHOLD_WARNED: lambda told: _(
        "{site} approche {threshold}", site=told.site, threshold=_of_period(told)
    ),
    NotificationKind.THRESHOLD_EXCEEDED: _exceeded,
    NotificationKind.THRESHOLD_NORMAL: _normal,
}
_FOLLOWED: Mapping[NotificationKind, str] = {
    NotificationKind.THRESHOLD_WARNED: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "dont le niveau d’avertissement est atteint le {day}."
    ),
    NotificationKind.THRESHOLD_EXCEEDED: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "franchi le {day}."
    ),
    NotificationKind.THRESHOLD_NORMAL: N_(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce} : "
        "l’alerte a pris fin le {day}."
    ),
}
_REASONS: Mapping[NotificationKind, Callable[[WordedLine], str]] = {
    **dict.fromkeys(_FOLLOWED, _followed),
    NotificationKind.THRESHOLD_WITHDRAWN: _withdrawn,
    NotificationKind.DATA_MISSING: _silent,
    NotificationKind.DATA_BACK: _reported_text,
    **dict.fromkeys(PROOF_KINDS, proof_note),
    **dict.fromkeys(CONTRACT_KINDS, contract_note),
    NotificationKind.HELP_ASKED: help_note,
    **dict.fromkeys(POINT_KINDS, point_note),
    NotificationKind.CHANNEL_OFF: _stopped,
    NotificationKind.MIRROR_HELD: _held_text,
    NotificationKind.MIRROR_REFUSED: _not_taken,
}
