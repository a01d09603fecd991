"""Render the sites worth a visit: stakes, reason and link."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.kit import alert, button, card, chip, empty, html, item
from components.signatures.labels import PATH as SIGNATURE
from components.signatures.labels import reason_words
from core.i18n import N_, _, number, plural, short_day
from data.analysis.signatures.types import Cause, Reason, VisitRow, Visits

WEEKS = timedelta(days=56)  # before the anomaly, to show the change
LOOKS: Mapping[Cause, tuple[str, str, str]] = {  # icon, tone, likely cause
    Cause.BASELOAD: ("arrow-up-right", "warn", N_("Le talon a monté, quel que soit le temps")),
    Cause.OUT_OF_USE: (
        "calendar-week", "warn", N_("Chauffé le week-end et les jours fériés comme en semaine"),
    ),
    Cause.HEATING: ("thermometer-half", "warn", N_("Consomme plus par degré-jour qu’avant")),
    Cause.NOT_STOPPED: ("sun", "warn", N_("Le chauffage n’a pas été arrêté")),
    Cause.EARLY: ("calendar-plus", "warn", N_("Le chauffage a repris tôt")),
    Cause.ZERO: ("slash-circle", "bad", N_(
        "Plus aucune consommation : compteur, coupure ou arrêt")),
    Cause.MISSING: ("question-circle", "mute", N_("Les données n’arrivent plus")),
}  # fmt: skip

_STAKES: Mapping[Cause, str] = {  # about the days of the row, not a year
    Cause.NOT_STOPPED: N_("{energy} de trop sur ces jours"),
    Cause.EARLY: N_("{energy} de trop sur ces jours"),
    Cause.ZERO: N_("{energy} les mêmes jours un an avant"),
    Cause.MISSING: N_("environ {energy} consommés depuis, estimés sur ses jours habituels"),
}


def visits_card(visits: Visits, today: date) -> Component:
    """Return the ten costliest sites, or why there are none."""
    title = _("À visiter cette semaine")
    hint = _(
        "ce que chaque site consomme de plus que par le passé, dans les mêmes conditions de"
        " température"
    )
    if not visits.rows:
        return card([_nothing(visits), *_unjudged(visits)], title=title, hint=hint)
    lines = html.Ul([_line(row, today) for row in visits.rows], className="item-list")
    return card([lines, *_unjudged(visits)], title=title, hint=hint)


def _nothing(visits: Visits) -> Component:
    if not visits.reliable:
        words = _(
            "Aucun site n’a encore de signature fiable : les dérives ne peuvent pas être évaluées."
        )
        return empty("question-circle", _("Non évalué"), words, heading=3)
    words = plural(
        "{count} site est suivi, et consomme ce que son historique laisse attendre.",
        "{count} sites sont suivis, et consomment ce que leur historique laisse attendre.",
        visits.reliable,
    )
    return empty("check2-circle", _("Aucun site à visiter"), words, heading=3)


def _line(row: VisitRow, today: date) -> Component:
    glyph, tone, words = LOOKS[row.cause]
    note = _("PCE {number}, {when}", number=row.number, when=_when(row))
    acts = [
        chip(stake_words(row)),
        button(_("Voir"), href=evidence_address(row, today), small=True),
    ]
    site = row.alias or row.number
    return item(glyph, tone, [html.B(site), " · ", _(words)], note, acts)


def _when(row: VisitRow) -> str:
    if row.cause in {Cause.ZERO, Cause.MISSING}:
        return _("depuis le {day}", day=short_day(row.since))
    ends = {"first": short_day(row.since), "last": short_day(row.until)}
    return _("du {first} au {last}", **ends)


def stake_words(row: VisitRow) -> str:
    """Return `12 400 kWh par an · 1 240 €`: possible savings, or unmeasured consumption."""
    energy = f"{number(row.stake_wh / 1000)}\u00a0kWh"
    stake_label = (
        _("{energy} par an", energy=energy) if row.yearly else _(_STAKES[row.cause], energy=energy)
    )
    if row.euros is None:
        return stake_label
    return f"{stake_label} · {number(row.euros)}\u00a0€"


def evidence_address(row: VisitRow, today: date) -> str:
    """Return the address that shows an anomaly: the signature, or the days around it."""
    here = {"pce": row.number}
    if row.cause in {Cause.BASELOAD, Cause.HEATING}:
        return f"{SIGNATURE}?{urlencode(here)}"
    first, last = row.since - WEEKS // 2, today if row.cause is Cause.MISSING else row.until
    days = {"from": first.isoformat(), "to": last.isoformat(), "step": "day"}
    return f"/consommations?{urlencode(here | days)}"


def _unjudged(visits: Visits) -> list[Component]:
    """Return how many sites were not evaluated, and why."""
    sentences = [_refused(reason, count) for reason, count in visits.refused]
    if visits.unread:
        sentences.append(
            plural(
                "{count} site : pas encore évalué, ou sur des jours que votre droit ne couvre pas",
                "{count} sites : pas encore évalués, ou sur des jours que votre droit ne couvre"
                " pas",
                visits.unread,
            )
        )
    if not sentences:
        return []
    lines = html.Ul([html.Li(words) for words in sentences])
    return [alert(_("Sites non évalués"), lines, "info")]


def _refused(reason: Reason, count: int) -> str:
    return plural("{count} site : {why}", "{count} sites : {why}", count, why=reason_words(reason))
