"""The sentences of a notice: its title, why it is told, what happened."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from data.notifications.rules.words.names import error_name
from data.notifications.types import JSON, Kind
from i18n import (
    _,
    day_month,
    language,
    long_day,
    month_name,
    number,
    percent,
    short_day,
    short_month,
)


class Told(Protocol):
    """What is worded: a line of the inbox or of a message."""

    @property
    def kind(self) -> Kind: ...
    @property
    def pce_number(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def gas_day(self) -> date: ...
    @property
    def params(self) -> Mapping[str, JSON]: ...


def energy(wh: int) -> str:
    """`14 820 kWh`, never broken before its unit."""
    return f"{number(wh / 1000)}\u00a0kWh"


def title_of(told: Told) -> str:
    """Site, figure and period: the subject of a mail, the line of a list."""
    return _TITLES[told.kind](told)


def headline_of(told: Told) -> str:
    """What happened, in one sentence without figures."""
    return _HEADLINES[told.kind](told)


def reason_of(told: Told) -> str:
    """Why the reader is told, and since when it is known."""
    because = _REASONS[told.kind](told)
    learnt = _day(told, "learnt_on")
    if learnt is None:
        return because
    return because + " " + _("Appris le {day}.", day=day_month(learnt))


def story_of(told: Told) -> str:
    """What was consumed beside the limit; "" where there is no figure."""
    value, limit = _whole(told, "value_wh"), _whole(told, "limit_wh")
    if value is None or limit is None:
        return ""
    over = _share(told, "over_percent")
    said = _("{when}, le site a consommé {value}", when=_span(told), value=energy(value))
    if over is not None:
        gap = percent(over).lstrip("+").replace("\u2212", "")
        more = _("{gap} de plus que le seuil", gap=gap)
        said += ", " + (more if over >= 0 else _("{gap} de moins que le seuil", gap=gap))
    expected = _day(told, "expected_on")
    if expected is None or told.kind is not Kind.THRESHOLD_WARNED:
        return said + "."
    return said + ". " + _("À ce rythme, dépassement le {day}.", day=long_day(expected))


def facts_of(told: Told) -> list[tuple[str, str]]:
    """The figures of a mail: name and value, three or four of them."""
    value, limit = _whole(told, "value_wh"), _whole(told, "limit_wh")
    if value is None or limit is None:
        return []
    gap = ("+" if value > limit else "") + energy(value - limit)
    facts = [(_until(told), energy(value)), (_("Seuil"), energy(limit)), (_("Écart"), gap)]
    estimate = _whole(told, "estimate_wh")
    if estimate is not None:
        facts.append((_("Fin de période estimée"), energy(estimate)))
    return facts


def _whole(told: Told, name: str) -> int | None:
    value = told.params.get(name)
    return value if isinstance(value, int) else None


def _share(told: Told, name: str) -> float | None:
    value = told.params.get(name)
    return float(value) if isinstance(value, int | float) else None


def _day(told: Told, name: str) -> date | None:
    value = told.params.get(name)
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def _first(told: Told) -> date:
    return _day(told, "period_label") or told.gas_day


def _figure(told: Told) -> str:
    """`Gymnase Nord : 14 820 kWh en nov., seuil 14 000`."""
    value, limit = _whole(told, "value_wh"), _whole(told, "limit_wh")
    if value is None or limit is None:
        return f"{told.site} – {long_day(told.gas_day)}"
    return _(
        "{site} : {value} {when}, seuil {limit}",
        site=told.site,
        value=energy(value),
        when=_when(told),
        limit=number(limit / 1000),
    )


def _when(told: Told) -> str:
    period = told.params.get("period")
    if period == "month":
        return _("en {month}", month=short_month(_first(told)))
    if period == "year":
        return _("en {month}", month=_first(told).year)
    return _("le {day}", day=day_month(told.gas_day))


def _span(told: Told) -> str:
    """`Du 1er au 21 novembre`: the days that the figure counts."""
    if told.params.get("period") not in {"month", "year"}:
        return _("Le {day}", day=long_day(told.gas_day))
    first = _first(told)
    if first == told.gas_day:
        return _("Le {day}", day=long_day(first))
    if told.params.get("period") == "month":
        return _("Du 1er au {last}", last=long_day(told.gas_day))
    return _("Du {first} au {last}", first=day_month(first), last=long_day(told.gas_day))


def _until(told: Told) -> str:
    """`Novembre, au 21`: what the figure is of."""
    period, first = told.params.get("period"), _first(told)
    last = day_month(told.gas_day)
    if period == "month":
        return _("{month}, au {day}", month=month_name(first).capitalize(), day=told.gas_day.day)
    if period == "year":
        return _("{year}, au {day}", year=first.year, day=last)
    return _("Le {day}", day=last)


def _of_period(told: Told) -> str:
    """`son seuil de novembre`, `son seuil d’octobre`, `son seuil du jour`."""
    period, first = told.params.get("period"), _first(told)
    if period == "month":
        month = month_name(first)
        vowel = language() == "fr" and month[:1] in {"a", "o"}
        if vowel:
            return _("son seuil d’{month}", month=month)
        return _("son seuil de {month}", month=month)
    if period == "year":
        return _("son seuil de {month}", month=first.year)
    return _("son seuil du jour")


def _limit(told: Told) -> str:
    """`14 000 kWh par mois`, or the threshold's name where the limit is not given."""
    limit, period = _whole(told, "limit_wh"), told.params.get("period")
    if limit is None:
        return str(told.params.get("threshold") or told.site)
    if period == "month":
        return _("{limit} par mois", limit=energy(limit))
    if period == "year":
        return _("{limit} par an", limit=energy(limit))
    return _("{limit} par jour", limit=energy(limit))


def _low(told: Told) -> bool:
    return bool(told.params.get("low")) or told.params.get("threshold_kind") == "low"


def _exceeded(told: Told) -> str:
    if _low(told):
        return _("{site} est descendu sous son seuil bas", site=told.site)
    return _("{site} a dépassé {threshold}", site=told.site, threshold=_of_period(told))


def _normal(told: Told) -> str:
    if _low(told):
        return _("{site} est remonté au-dessus de son seuil bas", site=told.site)
    return _("{site} est revenu sous {threshold}", site=told.site, threshold=_of_period(told))


def _followed(told: Told) -> str:
    """The first line of the mail of an exceedance."""
    return _(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "franchi le {day}.",
        limit=_limit(told), pce=told.pce_number, day=day_month(told.gas_day),
    )  # fmt: skip


def _approaching(told: Told) -> str:
    return _(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce}, "
        "dont le niveau d’avertissement est atteint le {day}.",
        limit=_limit(told), pce=told.pce_number, day=day_month(told.gas_day),
    )  # fmt: skip


def _calmed(told: Told) -> str:
    return _(
        "Vous recevez ce message car vous suivez le seuil de {limit} du PCE {pce} : "
        "le dépassement a pris fin le {day}.",
        limit=_limit(told), pce=told.pce_number, day=day_month(told.gas_day),
    )  # fmt: skip


def _withdrawn(told: Told) -> str:
    return _(
        "Vous recevez ce message car une alerte du PCE {pce}, du {day}, est annulée : "
        "les valeurs ont été corrigées par le distributeur.",
        pce=told.pce_number, day=long_day(told.gas_day),
    )  # fmt: skip


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
        pce=told.pce_number, day=long_day(told.gas_day),
    )  # fmt: skip


def _stopped(told: Told) -> str:
    reason = error_name(str(told.params.get("error", "")))
    return _(
        "Les alertes ne partent plus par « {site} » depuis le {day} : {reason}. "
        "Corrigez-le, puis remettez-le en marche depuis vos préférences.",
        site=told.site, day=short_day(told.gas_day), reason=reason,
    )  # fmt: skip


_TITLES: Mapping[Kind, Callable[[Told], str]] = {
    Kind.THRESHOLD_WARNED: _figure,
    Kind.THRESHOLD_EXCEEDED: _figure,
    Kind.THRESHOLD_NORMAL: _figure,
    Kind.THRESHOLD_WITHDRAWN: lambda told: _(
        "{site} : alerte du {day} annulée", site=told.site, day=long_day(told.gas_day)
    ),
    Kind.DATA_MISSING: lambda told: _(
        "{site} : aucune donnée depuis le {day}", site=told.site, day=long_day(told.gas_day)
    ),
    Kind.DATA_BACK: lambda told: _(
        "{site} : données reçues jusqu’au {day}", site=told.site, day=long_day(told.gas_day)
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
_REASONS: Mapping[Kind, Callable[[Told], str]] = {
    Kind.THRESHOLD_WARNED: _approaching,
    Kind.THRESHOLD_EXCEEDED: _followed,
    Kind.THRESHOLD_NORMAL: _calmed,
    Kind.THRESHOLD_WITHDRAWN: _withdrawn,
    Kind.DATA_MISSING: _silent,
    Kind.DATA_BACK: _heard,
    Kind.CHANNEL_OFF: _stopped,
}
