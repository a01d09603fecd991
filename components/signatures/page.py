"""Render a signature: what changed, why the year differs, the weeks, and the figures behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.costs import RETROFITS
from components.fleet.walk import list_crumbs, rank_words, turn_links
from components.kit import (
    alert,
    button,
    card,
    columns,
    definition_list,
    fold,
    graph,
    html,
    lead,
    page,
    table,
    tabs,
)
from components.kit.page import Crumb, Tab
from components.signatures.answer import answer, evidence
from components.signatures.figure import figure
from components.signatures.labels import PATH, reason_words
from components.signatures.review import review_place
from components.signatures.temperature_source import warmth_facts
from components.signatures.waterfall import description, steps_of, waterfall
from core.access import Permission, Viewer
from core.i18n import N_, _, month_name, number, percent, plural, short_day
from core.query_string import query_string
from data.analysis.signatures.types import Baseload, DriftPlace, Fit, Portrait, Split
from data.metering.consumption.types import WorkList
from data.metering.weather.types import BASE, DegreeDayMethod

HEIGHT = 380


@dataclass(frozen=True, slots=True)
class Trail:
    """The list of drifts that led to a page, of `write_drift_list`, and the place in it."""

    drifts: str = ""
    place: DriftPlace | None = None


NO_TRAIL, NO_WORK = Trail(), WorkList()
METHODS = ((DegreeDayMethod.METEO, N_("Météo")), (DegreeDayMethod.COSTIC, N_("COSTIC")))
OFFERED = (15.0, 16.0, 17.0, 18.0, 19.0, 20.0)


def signature_page(
    portrait: Portrait,
    viewer: Viewer,
    trail: Trail = NO_TRAIL,
    work: WorkList = NO_WORK,
    *,
    degree_days: bool,
) -> Component:
    """Return the page; `degree_days` selects the x axis, else temperature."""
    fit = portrait.requested_fit if degree_days else portrait.best_fit
    here = {"pce": portrait.number}
    back = f"/consommations{query_string(here | {'drifts': trail.drifts})}"
    may_alert = viewer.may(Permission.THRESHOLDS_WRITE)
    alert_address = f"/seuils?new=1&{urlencode(here)}"
    cards = [
        *([_why_card(portrait.split, portrait.drift_cost, viewer)] if portrait.split else []),
        _cloud_card(portrait, viewer, trail, degree_days=degree_days),
    ]
    return page(
        _("Signature de {site}", site=portrait.alias or portrait.number),
        crumbs=_crumbs(trail, back),
        actions=[
            *([button(_("Me prévenir"), href=alert_address, icon="bell")] if may_alert else []),
            button(_("Travaux"), href=f"{RETROFITS}?{urlencode(here)}", icon="tools"),
            button(_("Consommation"), href=back, icon="bar-chart"),
            review_place(portrait.number, work, viewer),
        ],
        lead=lead(answer(portrait)),
        children=[
            *evidence(portrait),
            *_refused(fit),
            columns(*cards, kind="1-1") if len(cards) > 1 else cards[0],
            html.Div(_folds(portrait), className="card folds"),
        ],
        id="signatures-page",
    )


def _crumbs(trail: Trail, back: str) -> Sequence[Crumb]:
    if not trail.drifts:
        return ((_("Consommations"), back), (_("Signature énergétique"), None))
    here = html.Span(_("Signature énergétique"))
    if trail.place:
        rank = html.Span(rank_words(trail.place))
        here = html.Span([rank, turn_links(trail.place, PATH, trail.drifts)])
    return (*list_crumbs(trail.drifts), (here, None))


def _refused(fit: Fit) -> list[Component]:
    if fit.reason is None:
        return []
    title = _("Cette signature n’est pas fiable : rien n’est corrigé du climat")
    words = reason_words(fit.reason)
    return [alert(title, words[0].upper() + words[1:] + ".", "warn")]


def _cloud_card(
    portrait: Portrait, viewer: Viewer, trail: Trail, *, degree_days: bool
) -> Component:
    fit = portrait.requested_fit if degree_days else portrait.best_fit
    here = {"pce": portrait.number, "drifts": trail.drifts}
    against: list[Tab] = [
        (_("Température"), PATH + query_string(here), not degree_days),
        (_("DJU"), _address(portrait, trail, portrait.base), degree_days),
    ]
    bases: list[Tab] = [
        (
            _("Base {base}", base=number(base)),
            _address(portrait, trail, base),
            base == portrait.base,
        )
        for base in OFFERED
    ]
    methods: list[Tab] = [
        (_(name), _address(portrait, trail, portrait.base, method), method is portrait.method)
        for method, name in METHODS
    ]
    description = _(
        "Nuage de {count} semaines, kWh par jour : talon {baseload} par jour, {slope} par"
        " degré-jour sous {base} °C, R² {r2}, CVRMSE {cvrmse}.",
        count=fit.weeks,
        **_figures(fit),
    )
    return card(
        [
            tabs(_("En fonction de"), against),
            *([tabs(_("Base des degrés-jours"), bases)] if degree_days else []),
            *([tabs(_("Méthode des degrés-jours"), methods)] if degree_days else []),
            graph(
                "signatures-cloud",
                figure(portrait, viewer.theme, degree_days=degree_days),
                description,
                height=HEIGHT,
            ),
        ],
        title=_("kWh par jour selon le froid")
        if degree_days
        else _("kWh par jour selon la température"),
        hint=_("une semaine entière par point"),
    )


def _address(
    portrait: Portrait, trail: Trail, base: float, method: DegreeDayMethod | None = None
) -> str:
    here = {"pce": portrait.number, "drifts": trail.drifts}
    parameters = here | {"x": "dju", "base": f"{base:g}"}
    if (method or portrait.method) is DegreeDayMethod.COSTIC:
        parameters["method"] = DegreeDayMethod.COSTIC.value
    return PATH + query_string(parameters)


def _figures(fit: Fit) -> dict[str, str]:
    return {
        "baseload": _kwh(fit.baseload_wh),
        "slope": _kwh(fit.slope_wh),
        "base": number(fit.base, 1),
        "r2": number(fit.r2, 2),
        "cvrmse": percent(fit.cvrmse * 100).lstrip("+"),
    }


def _folds(portrait: Portrait) -> list[Component]:
    """Return the figures, the weeks and the normal year, each behind its title."""
    fit = portrait.best_fit
    figures = _figures(fit)
    hint = _("talon {baseload} par jour, {slope} par degré-jour, base {base} °C", **figures)
    weeks = plural("{count} ligne", "{count} lignes", len(portrait.weeks))
    normal = portrait.normal
    return [
        fold(_("Détails"), _facts(portrait), hint=hint),
        *([fold(_("Semaines"), _weeks_table(portrait), hint=weeks)] if portrait.weeks else []),
        *(
            [fold(_("Année de climat normal"), _normal_table(normal), hint=_kwh(sum(normal)))]
            if normal
            else []
        ),
    ]


def _weeks_table(portrait: Portrait) -> Component:
    rows = [
        [short_day(monday), number(energy), number(degrees, 1), number(cold, 1)]
        for monday, energy, degrees, cold in reversed(portrait.weeks)
    ]
    head = [_("Semaine du"), _("kWh par jour"), "°C", _("DJU par jour")]
    return table(head, rows, caption=_("Les semaines mesurées"), numbers=(1, 2, 3))


def _facts(portrait: Portrait) -> list[Component]:
    fit = portrait.best_fit
    fit_labels = _figures(fit)
    meteo, costic = (
        ("–" if degree_day_sum is None else number(degree_day_sum))
        for degree_day_sum in portrait.degree_days
    )
    pairs: list[tuple[str, str]] = [
        (_("Semaines mesurées"), number(fit.weeks)),
        (_("Base trouvée"), f"{fit_labels['base']}\u00a0°C"),
        (_("Talon par jour (hors chauffage, toute l’année)"), fit_labels["baseload"]),
        (_("Par degré-jour"), fit_labels["slope"]),
        ("R²", fit_labels["r2"]),
        ("CVRMSE", fit_labels["cvrmse"]),
        (_("DJU de l’année, base {base}", base=number(portrait.base or BASE, 1)), meteo),
        (_("Les mêmes, méthode COSTIC"), costic),
        *_habits(portrait),
        *warmth_facts(portrait),
    ]
    helps = _(
        "R² : la part des écarts entre semaines expliquée par les températures, 1 au mieux."
        " CVRMSE : l’écart moyen d’une semaine à la droite, en part de sa consommation ; plus il"
        " est bas, plus la signature est fiable."
    )
    return [definition_list(pairs), html.P(helps)]


def _habits(portrait: Portrait) -> list[tuple[str, str]]:
    habit_rows: list[tuple[str, str]] = []
    if portrait.summer:
        habit_rows.append((_("Un jour d’été (juin à août)"), _kwh(portrait.summer.day_wh)))
        habit_rows.append((_("365 jours comme un jour d’été"), _yearly(portrait.summer)))
    if portrait.season:
        first, last = portrait.season.first, portrait.season.last
        since = _("depuis le {first}, en cours", first=short_day(first))
        span = f"{short_day(first)} – {short_day(last)}" if last else since
        habit_rows.append((_("Dernière saison de chauffe"), span))
    if portrait.idle:
        share, ratio = (percent(fraction * 100).lstrip("+") for fraction in portrait.idle)
        habit_rows.append((_("Jours sans occupation (week-ends, jours fériés)"), share))
        habit_rows.append((_("Un jour sans occupation, comparé à un jour occupé"), ratio))
    if portrait.estimate:
        year = portrait.estimate
        habit_rows.append(
            (_("Année {year} estimée", year=_year(portrait.until)), _kwh(year.total_wh))
        )
        span = f"{_kwh(year.low_wh)} – {_kwh(year.high_wh)}"
        habit_rows.append((_("Fourchette probable (80 %)"), span))
    return habit_rows


def _yearly(summer: Baseload) -> str:
    """Return the yearly baseload and its cost, at today's price of an additional kWh."""
    energy = _kwh(summer.year_wh)
    return energy if summer.cost is None else f"{energy} · {number(summer.cost)}\u00a0€"


def _year(until: date | None) -> str:
    return str(until.year) if until else ""


def _why_card(split: Split, drift_cost: int | None, viewer: Viewer) -> Component:
    """Return the gap of a year as a waterfall, its parts in figures behind a title."""
    steps = steps_of(split, drift_cost)
    figure_drawn = waterfall(steps, viewer.theme)
    reason = reason_words(split.reason) if split.reason else ""
    refused = _("Climat et calendrier ne sont pas séparés : {reason}.", reason=reason)
    hint = _(
        "du {first} au {last} : {gap}",
        first=short_day(split.first),
        last=short_day(split.last),
        gap=_signed(split.difference_wh),
    )
    return card(
        [
            graph("signatures-why", figure_drawn, description(steps), height=HEIGHT),
            *([html.P(refused)] if reason else []),
            fold(_("Les parts en chiffres"), _parts_table(split)),
        ],
        title=_("Pourquoi\u202f?"),
        hint=hint,
    )


def _parts_table(split: Split) -> Component:
    """Return the parts of the gap, which add up to it exactly."""
    parts: list[list[str]] = []
    if split.reason is None:
        parts.append([_("Climat"), _gap(split.climate_wh), _("l’effet du climat de l’année")])
        if split.fit is None or split.fit.reason is None:
            days = _("week-ends, jours fériés, 29 février")
            parts.append([_("Calendrier"), _gap(split.calendar_wh), days])
    rest = _("les autres changements du site") if split.reason is None else _("tout le reste")
    rows = [
        [_("Année d’avant"), _number(split.before_wh), ""],
        *parts,
        [_("Jours manquants"), _gap(split.missing_wh), _missing(split)],
        *_estimated(split),
        [_("Le reste"), _gap(split.rest_wh), rest],
        [_("Cette année"), _number(split.after_wh), ""],
    ]
    caption = _("Ce qui explique l’écart, et dont la somme est exacte")
    return table([_("Cause"), "kWh", _("En mots")], rows, caption=caption, numbers=(1,))


def _missing(split: Split) -> str:
    here = plural("{count} jour sans valeur", "{count} jours sans valeur", split.missing_after)
    before = _("{before} l’année d’avant", before=split.missing_before)
    return f"{here}, {before}"


def _estimated(split: Split) -> list[list[str]]:
    """Return the share of days that were not measured but have a value."""
    if not split.estimated_after + split.estimated_before:
        return []
    name = _("Jours estimés ou reconstitués")
    count = split.estimated_after
    here = plural("{count} jour non mesuré", "{count} jours non mesurés", count)
    before = _("{before} l’année d’avant", before=split.estimated_before)
    return [[name, _gap(split.estimated_wh), f"{here}, {before}"]]


def _normal_table(months: Sequence[int]) -> Component:
    rows = [
        [month_name(date(2025, month, 1)).capitalize(), _number(value)]
        for month, value in enumerate(months, start=1)
    ]
    rows.append([_("Année"), _number(sum(months))])
    caption = _("Répartie selon les DJU normaux, non par douzièmes")
    return table([_("Mois"), "kWh"], rows, caption=caption, numbers=(1,))


def _number(wh: float) -> str:
    """Format an energy in Wh as kWh without unit, for columns with a unit in the header."""
    return number(wh / 1000)


def _gap(wh: float) -> str:
    return f"{'+' if wh > 0 else ''}{_number(wh)}"


def _kwh(wh: float) -> str:
    return f"{_number(wh)}\u00a0kWh"


def _signed(wh: float) -> str:
    return f"{_gap(wh)}\u00a0kWh"
