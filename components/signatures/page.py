"""Render a signature: chart, figures and the year's breakdown."""

from datetime import date
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.fleet.labels import more_euros
from components.kit import (
    alert,
    button,
    card,
    columns,
    definition_list,
    graph,
    html,
    page,
    table,
    tabs,
)
from components.kit.page import Tab
from components.signatures.figure import figure
from components.signatures.labels import PATH, reason_words
from components.signatures.temperature_source import warmth_facts
from core.access import Viewer
from core.i18n import N_, _, month_name, number, percent, plural, short_day
from data.analysis.signatures.types import Baseload, Fit, Portrait, Split
from data.metering.weather.types import BASE, DegreeDayMethod

HEIGHT = 380
METHODS = ((DegreeDayMethod.METEO, N_("Météo")), (DegreeDayMethod.COSTIC, N_("COSTIC")))
OFFERED = (15.0, 16.0, 17.0, 18.0, 19.0, 20.0)


def signature_page(portrait: Portrait, viewer: Viewer, *, degree_days: bool) -> Component:
    """Return the page; `degree_days` selects the x axis, else temperature."""
    fit = portrait.requested_fit if degree_days else portrait.best_fit
    here = {"pce": portrait.number}
    back = f"/consommations?{urlencode(here)}"
    return page(
        _("Signature de {site}", site=portrait.alias or portrait.number),
        _("Voir ce qui dépend du climat, ce qui n’en dépend pas, et pourquoi l’année diffère."),
        crumbs=((_("Consommations"), back), (_("Signature énergétique"), None)),
        actions=button(_("Voir l’histogramme"), href=back, icon="bar-chart"),
        lead=opening(portrait.split, portrait.drift_cost),
        children=[
            *_refused(fit),
            columns(_cloud_card(portrait, viewer, fit, degree_days=degree_days), _facts(portrait)),
            *_parts(portrait),
        ],
        id="signatures-page",
    )


def opening(split: Split | None, drift_cost: int | None = None) -> str:
    """Return the gap of the year, the part due to weather, and the drift, in kWh and euros."""
    if split is None or not split.before_wh:
        return _("Aucune année mesurée ne peut encore être comparée à celle d’avant.")
    gap_sentence = _(
        "Du {first} au {last} : {after}, {gap} par rapport à l’année d’avant",
        first=short_day(split.first),
        last=short_day(split.last),
        after=_kwh(split.after_wh),
        gap=_signed(split.difference_wh),
    )
    if split.reason:
        return _("{said} ; pas de correction climatique.", said=gap_sentence)
    sentence = _(
        "{said}, dont {climate} dus au climat.",
        said=gap_sentence,
        climate=_signed(split.climate_wh),
    )
    if split.drift_wh is None:
        return sentence
    gap = _signed(split.drift_wh)
    if drift_cost is None:
        drift = _("Dérive à climat égal\u00a0: {gap} par an.", gap=gap)
    else:
        amount = f"{more_euros(drift_cost)}\u00a0€"
        drift = _("Dérive à climat égal\u00a0: {gap} et {amount} par an.", gap=gap, amount=amount)
    return f"{sentence} {drift}"


def _refused(fit: Fit) -> list[Component]:
    if fit.reason is None:
        return []
    title = _("Cette signature n’est pas fiable : rien n’est corrigé du climat")
    words = reason_words(fit.reason)
    return [alert(title, words[0].upper() + words[1:] + ".", "warn")]


def _cloud_card(portrait: Portrait, viewer: Viewer, fit: Fit, *, degree_days: bool) -> Component:
    here = {"pce": portrait.number}
    against: list[Tab] = [
        (_("Température"), f"{PATH}?{urlencode(here)}", not degree_days),
        (_("DJU"), _address(portrait, portrait.base), degree_days),
    ]
    bases: list[Tab] = [
        (_("Base {base}", base=number(base)), _address(portrait, base), base == portrait.base)
        for base in OFFERED
    ]
    methods: list[Tab] = [
        (_(name), _address(portrait, portrait.base, method), method is portrait.method)
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
            _weeks_table(portrait),
        ],
        title=_("Signature énergétique"),
        hint=_("une semaine entière par point, une couleur par année"),
    )


def _address(portrait: Portrait, base: float, method: DegreeDayMethod | None = None) -> str:
    parameters = {"pce": portrait.number, "x": "dju", "base": f"{base:g}"}
    if (method or portrait.method) is DegreeDayMethod.COSTIC:
        parameters["method"] = DegreeDayMethod.COSTIC.value
    return f"{PATH}?{urlencode(parameters)}"


def _figures(fit: Fit) -> dict[str, str]:
    return {
        "baseload": _kwh(fit.baseload_wh),
        "slope": _kwh(fit.slope_wh),
        "base": number(fit.base, 1),
        "r2": number(fit.r2, 2),
        "cvrmse": percent(fit.cvrmse * 100).lstrip("+"),
    }


def _weeks_table(portrait: Portrait) -> Component:
    rows = [
        [short_day(monday), number(energy), number(degrees, 1), number(cold, 1)]
        for monday, energy, degrees, cold in reversed(portrait.weeks[-12:])
    ]
    head = [_("Semaine du"), _("kWh par jour"), "°C", _("DJU par jour")]
    return table(head, rows, caption=_("Les douze dernières semaines"), numbers=(1, 2, 3))


def _facts(portrait: Portrait) -> Component:
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
    return card([definition_list(pairs), html.P(helps)], title=_("Ce qu’elle indique"))


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


def _parts(portrait: Portrait) -> list[Component]:
    """Return the two narrow tables, side by side."""
    why = [_why_card(portrait.split)] if portrait.split else []
    normal = [_normal_card(portrait.normal)] if portrait.normal else []
    return [columns(*why, *normal)] if why and normal else [*why, *normal]


def _why_card(split: Split) -> Component:
    """Return the parts of the gap, which add up to it exactly."""
    rows = [[_("Année d’avant"), _number(split.before_wh), ""]]
    if split.reason is None:
        climate = _("l’effet du climat de l’année")
        days = _("week-ends, jours fériés, 29 février")
        rows.append([_("Climat"), _gap(split.climate_wh), climate])
        if split.fit is None or split.fit.reason is None:
            rows.append([_("Calendrier"), _gap(split.calendar_wh), days])
    rest = _("les autres changements du site") if split.reason is None else _("tout le reste")
    rows += [
        [_("Jours manquants"), _gap(split.missing_wh), _missing(split)],
        *_estimated(split),
        [_("Le reste"), _gap(split.rest_wh), rest],
        [_("Cette année"), _number(split.after_wh), ""],
    ]
    caption = _("Ce qui explique l’écart, et dont la somme est exacte")
    refused = (
        []
        if split.reason is None
        else [
            alert(_("Climat et calendrier ne sont pas séparés"), reason_words(split.reason), "info")
        ]
    )
    causes_table = table([_("Cause"), "kWh", _("En mots")], rows, caption=caption, numbers=(1,))
    return card([*refused, causes_table], title=_("Pourquoi ?"), hint=caption)


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


def _normal_card(months: tuple[int, ...]) -> Component:
    rows = [
        [month_name(date(2025, month, 1)).capitalize(), _number(value)]
        for month, value in enumerate(months, start=1)
    ]
    rows.append([_("Année"), _number(sum(months))])
    caption = _("Répartie selon les DJU normaux, non par douzièmes")
    months_table = table([_("Mois"), "kWh"], rows, caption=caption, numbers=(1,))
    return card(months_table, title=_("Une année de climat normal"), hint=caption)


def _number(wh: float) -> str:
    """Format an energy in Wh as kWh without unit, for columns with a unit in the header."""
    return number(wh / 1000)


def _gap(wh: float) -> str:
    return f"{'+' if wh > 0 else ''}{_number(wh)}"


def _kwh(wh: float) -> str:
    return f"{_number(wh)}\u00a0kWh"


def _signed(wh: float) -> str:
    return f"{_gap(wh)}\u00a0kWh"
