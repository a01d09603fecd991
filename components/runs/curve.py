"""Render the curve of a file beside the known readings of its PCE."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.kit import base_layout, card, graph, html, palette
from components.runs.ids import Ids
from core.i18n import N_, _, number, plural, short_day, short_month

HEIGHT = 240
NARROW = 10  # month labels that fit on a phone
FEW_UNITS = 10  # below, daily values have a decimal: a house uses little in summer
HOVER = "%{text}<extra></extra><br>%{y:,.0f} "
_STEPS: Mapping[str, str] = {
    "day": N_("valeur de chaque jour"),
    "week": N_("moyenne par semaine"),
    "month": N_("moyenne par mois"),
}
_UNITS: Mapping[str, str] = {"energy_wh": N_("kWh par jour"), "volume_dm3": N_("m³ par jour")}


def curve_card(checked: Mapping[str, Any], theme: str, *, done: bool = False) -> Component | None:
    """Return known values as bars and the file as a line; None without curve.

    `done` changes the title once the file is stored.
    """
    curve = checked.get("curve")
    if not curve:
        return None
    measure, step = checked["measure"], curve["step"]
    unit, starts = _(_UNITS[measure]), [*map(date.fromisoformat, curve["starts"])]
    stored_values, file = _thousandths(curve["known"]), _thousandths(curve["file"])
    known_key = html.Li([html.Span(className="runs-key runs-key-known"), _("connu")])
    file_key = html.Li([html.Span(className="runs-key runs-key-file"), _("ce fichier")])
    has_known = any(value is not None for value in stored_values)
    legend = html.Ul([known_key, file_key] if has_known else [file_key], className="runs-legend")
    description, figure = (
        _spoken(starts, stored_values, file, unit),
        _figure(starts, stored_values, file, theme),
    )
    drawn = graph(Ids.CURVE, figure, description, height=HEIGHT)
    return card(
        [legend, html.P(unit, className="runs-unit"), drawn],
        title=_("Ce fichier comparé aux données connues avant")
        if done
        else _("Ce fichier comparé aux données connues"),
        hint=_(_STEPS[step]),
    )


def _thousandths(values: Sequence[int | None]) -> list[float | None]:
    return [None if value is None else value / 1000 for value in values]


def _spoken(
    starts: Sequence[date],
    stored_values: Sequence[float | None],
    file: Sequence[float | None],
    unit: str,
) -> str:
    """Return the text alternative: the means of both, and the period."""
    return _(
        "Du {first} au {last}, en {unit} : {known} connus, {file} dans ce fichier.",
        first=short_day(starts[0]),
        last=short_day(starts[-1]),
        unit=unit,
        known=_mean(stored_values),
        file=_mean(file),
    )


def _mean(values: Sequence[float | None]) -> str:
    known_values = [value for value in values if value is not None]
    return number(sum(known_values) / len(known_values)) if known_values else "–"


def _figure(
    starts: Sequence[date],
    stored_values: Sequence[float | None],
    file: Sequence[float | None],
    theme: str,
) -> dict[str, Any]:
    colours, places = palette(theme), list(range(len(starts)))
    day_labels = [short_day(start) for start in starts]
    bars = {
        "type": "bar",
        "x": places,
        "y": list(stored_values),
        "marker": {"color": colours.previous, "opacity": 0.45},
        "text": day_labels,
        "textposition": "none",
        "hovertemplate": HOVER + _("connu"),
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers" if len(starts) < 3 else "lines",  # noqa: PLR2004 (no line of one)
        "x": places,
        "y": list(file),
        "line": {"color": colours.current, "width": 2.25},
        "text": day_labels,
        "hovertemplate": HOVER + _("ce fichier"),
    }
    layout = base_layout(theme)
    bare = {"ticks": "", "showline": False}
    layout["xaxis"] |= bare | _ticks(starts)
    highest = max((value for value in (*stored_values, *file) if value is not None), default=0)
    marks = ",d" if highest >= FEW_UNITS else ",.1~f"  # else 0,5 and 1 would both be labelled 1
    layout["yaxis"] |= bare | {"rangemode": "tozero", "nticks": 5, "tickformat": marks}
    return {"data": [bars, line], "layout": layout}


def _ticks(starts: Sequence[date]) -> dict[str, Any]:
    """Return up to six month labels; the first one and each January have their year."""
    firsts = [n for n, day in enumerate(starts) if n == 0 or day.month != starts[n - 1].month]
    if len(firsts) > 1 and (firsts[1] - firsts[0]) * NARROW < len(starts):
        del firsts[0]  # too close to the next label
    tick_positions = firsts[:: -(-len(firsts) // 6)]
    words = [
        f"{short_month(starts[n])}<br>{starts[n].year}"
        if n == firsts[0] or starts[n].month == 1
        else short_month(starts[n])
        for n in tick_positions
    ]
    return {"tickvals": tick_positions, "ticktext": words, "tickangle": 0}


def doubt_title(doubt: Mapping[str, Any]) -> str:
    """Return a title such as `43 fois moins que ce PCE d’habitude`."""
    times = doubt["times"]
    if doubt["oddity"] == "coefficient":
        return _("L’énergie et le volume ne vont pas ensemble")
    if times is None and doubt["oddity"] == "nothing":
        return _("Zéro, là où ce PCE consomme d’habitude")
    if times is None:
        return _("Bien plus que ce PCE d’habitude")
    if doubt["oddity"] == "less":
        return plural(
            "{count} fois moins que ce PCE d’habitude",
            "{count} fois moins que ce PCE d’habitude",
            times,
        )
    return plural(
        "{count} fois plus que ce PCE d’habitude", "{count} fois plus que ce PCE d’habitude", times
    )


def doubt_text(checked: Mapping[str, Any]) -> str:
    """Return the means of the same months, or an impossible conversion coefficient."""
    doubt, energy = checked["doubt"], checked["measure"] == "energy_wh"
    if doubt["oddity"] == "coefficient":
        if not doubt["file"]:
            return _("le fichier donne de l’énergie sans volume : vérifiez l’unité des colonnes.")
        return _(
            "le fichier donne {file} kWh par m³, le gaz environ 11 : vérifiez l’unité des"
            " colonnes.",
            file=number(doubt["file"] / 1000, 2),
        )
    file, usual = doubt["file"] / 1000, doubt["usual"] / 1000
    template = (
        N_(
            "le fichier donne {file} kWh par jour ; pour les mêmes mois, ce PCE en consomme"
            " {usual}."
        )
        if energy
        else N_(
            "le fichier donne {file} m³ par jour ; pour les mêmes mois, ce PCE en consomme {usual}."
        )
    )
    return _(template, file=_a_day(file), usual=_a_day(usual))


def _a_day(amount: float) -> str:
    return number(amount, 1 if 0 < amount < FEW_UNITS else 0)
