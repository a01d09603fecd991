"""Overlay HTML text on the chart, readable from a phone to a wide screen."""

from collections.abc import Sequence
from itertools import combinations

from dash.development.base_component import Component

from components.consumption.climate import correction_notes
from components.consumption.figure import margins, shows_temperature
from components.consumption.filters import either
from components.consumption.limits import limit_words
from components.consumption.scale import (
    LETTERS,
    BarState,
    Tick,
    bands,
    columns,
    in_thousands,
    mark_place,
    scale,
    share_of,
    states,
    ticks,
    values,
)
from components.consumption.spending import spending, surface_notes
from components.kit import fold, html
from components.marks.annotations import acts_on, days_words, shared_words
from core.i18n import N_, _, day_month, number
from data.metering.consumption.rules.labels import (
    absence_word,
    amount,
    emitted,
    factor_words,
    is_mostly,
)
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import ChartMark, Series, SeriesStep

PER = {
    SeriesStep.DAY: N_("{unit} par jour"),
    SeriesStep.WEEK: N_("{unit} par semaine"),
    SeriesStep.MONTH: N_("{unit} par mois"),
    SeriesStep.YEAR: N_("{unit} par an"),
}
AXIS = {
    SeriesStep.DAY: N_("Journées gazières (6 h – 6 h). Choisir un jour ouvre son détail."),
    SeriesStep.WEEK: N_(
        "Semaines, en journées gazières (6 h – 6 h). Choisir une semaine ouvre ses jours."
    ),
    SeriesStep.MONTH: N_(
        "Mois, en journées gazières (6 h – 6 h). Choisir un mois ouvre ses jours."
    ),
    SeriesStep.YEAR: N_(
        "Années, en journées gazières (6 h – 6 h). Choisir une année ouvre ses mois."
    ),
}
EXPLAINED = N_(
    "Cliquez sur un chiffre du tableau, ou appuyez sur O sur une barre, pour voir d’où il vient."
)
MEASURED = N_(
    "Jours mesurés seulement\u00a0: les jours estimés, reconstitués ou répartis comptent comme"
    " absents."
)
EVENTS = {
    "supplier": N_("Changement de fournisseur"),
    "tariff": N_("Changement de tarif"),
    "frequency": N_("Changement de fréquence de relève"),
    "meter": N_("Compteur changé"),
    "holder": N_("Changement de titulaire"),
    "commissioned": N_("Mise en service"),
    "works": N_("Travaux"),
    "stopped": N_("Chauffage arrêté"),
    "tenants": N_("Occupants"),
    "other": N_("Annotation"),
}
EMPTY_SHARE = 0.045  # share of the width: narrower bands have no label
SHORT = 0.08  # share of the height: lower bars have no room for a letter
ENDING = 0.7  # share of the width, beyond which event labels are on the left
WORDS = 0.22  # share of the width: length of a label
WIDE, PHONE = 640, 260  # px: least width of the plot, and that of a phone
MARK, DIGIT = 20, 7  # px: a mark with its gaps, and a character of its number
LETTER = {BarState.ESTIMATED: "E", BarState.RECONSTRUCTED: "R"}


def overlay(series: Series) -> list[Component]:
    """Return the labels over the plot, in percent of it, hidden from screen readers."""
    edges = margins(series)
    frame = {
        "left": f"{edges['l']}px",
        "right": f"{edges['r']}px",
        "top": f"{edges['t']}px",
        "bottom": f"{edges['b']}px",
    }
    inside = [
        *_values(series),
        *(_tick(tick, series) for tick in ticks(series)),
        *_bands(series),
        *_letters(series),
        *_event_labels(series),
        *limit_words(series),
    ]
    return [html.Div(inside, className="consumption-frame", style=frame)]


def units(series: Series) -> list[Component]:
    """Return the units of the two axes, shown above them."""
    per = PER[series.view.step]
    words = _(per, unit=UNITS[series.view.unit])
    value_unit = html.B(either(words, _(per, unit="MWh")) if in_thousands(series) else words)
    if not shows_temperature(series):
        return [value_unit]
    right = either(_("Température moyenne, °C (axe inversé)"), _("°C (axe inversé)"))
    return [value_unit, html.Span(right, className="consumption-temperature-unit")]


def _values(series: Series) -> list[Component]:
    """Return the labels of the value axis; large kWh values are in MWh on a phone."""
    axis, short = scale(series), in_thousands(series)
    labels: list[Component] = []
    for value in values(axis):
        words = number(value, _decimals(value))
        mega = value / 1000
        text = either(words, number(mega, _decimals(mega))) if short else words
        style = {"bottom": f"{value / axis.top * 100:.3f}%"}
        labels.append(html.Span(text, className="consumption-value", style=style))
    return labels


def _decimals(value: float) -> int:
    """Return the number of decimals needed, at most 3."""
    return next((n for n in range(3) if round(value, n) == round(value, 6)), 3)


def _left_share(at: float, series: Series) -> str:
    return f"{share_of(at, series) * 100:.3f}%"


def _tick(tick: Tick, series: Series) -> Component:
    lines = [
        *([html.Span(tick.weekday)] if tick.weekday else []),
        html.Span(tick.text),
        *_under(tick),
        *([html.B(tick.note)] if tick.note else []),
    ]
    look = "consumption-tick" + ("" if tick.major else " consumption-tick-minor")
    return html.Span(lines, className=look, style={"left": _left_share(tick.rank, series)})


def _under(tick: Tick) -> list[Component]:
    if not (tick.under or tick.phone):
        return []
    words = tick.under if tick.under == tick.phone else either(tick.under, tick.phone)
    return [html.Span(words, className="consumption-tick-under")]


def _bands(series: Series) -> list[Component]:
    return [
        _band(first, last, kind, series)
        for first, last, kind in bands(series)
        if (last - first + 1) / columns(series) >= EMPTY_SHARE
    ]


def _band(first: int, last: int, kind: BarState, series: Series) -> Component:
    waited = any(series.buckets[rank].days_awaited for rank in range(first, last + 1))
    unpriced = any(series.buckets[rank].days_unpriced for rank in range(first, last + 1))
    word = absence_word(series.view.unit) if unpriced else _("Absent")
    word_parts: list[Component] = [html.B(word)] if kind is BarState.ABSENT else []
    if waited and series.expected_on:
        word_parts.append(html.Span(_("attendu vers le {day}", day=day_month(series.expected_on))))
    elif not word_parts:
        word_parts.append(html.Span(_("pas encore reçu")))
    share = (last - first + 1) / columns(series) * 100
    style = {
        "left": _left_share((first + last) / 2, series),
        "maxWidth": f"max({share:.2f}%, 1.25rem)",
    }
    narrow = " consumption-band-narrow" if share < 5 else ""  # noqa: PLR2004 (percent)
    return html.Span(word_parts, className=f"consumption-band{narrow}", style=style)


def _letters(series: Series) -> list[Component]:
    """Return E, R or D boxes on bars that are not measured by the distributor."""
    if len(series.buckets) > LETTERS:
        return []
    top = scale(series).top
    letters: list[Component] = []
    for rank, (bucket, kind) in enumerate(zip(series.buckets, states(series), strict=True)):
        own = "D" if is_mostly(bucket, bucket.days_deposited) else None
        letter, value = LETTER.get(kind, own), amount(bucket, series.view.unit)
        if letter and value is not None:
            share = value / 1000 / top
            height = share / 2 if share > SHORT else share + SHORT / 2  # above a short bar
            style = {"left": _left_share(rank, series), "bottom": f"{height * 100:.2f}%"}
            letters.append(html.Span(letter, className="consumption-letter", style=style))
    return letters


def _event_labels(series: Series) -> list[Component]:
    labels: list[Component] = []
    crowd = " consumption-event-crowd" if _crowded(series) else ""
    placed = list_placed_events(series)
    places = [share_of(at, series) for _mark, at in placed]
    numbers = zip(number_marks(places, WIDE), number_marks(places, PHONE), strict=True)
    for (mark, at), (wide, phone) in zip(placed, numbers, strict=True):
        side = " consumption-event-end" if share_of(at, series) > ENDING else ""
        words = html.Span(event_words(mark), className="consumption-event-words")
        inside = [
            html.Span(className="consumption-event-mark"),
            html.Span(either(wide, phone), className="consumption-event-number"),
            words,
        ]
        style = {"left": _left_share(at, series)}
        note = " consumption-event-note" if mark.annotation else ""
        look = f"consumption-event{side}{crowd}{note}"
        labels.append(html.Span(inside, className=look, style=style))
    return labels


def number_marks(places: Sequence[float], width: int) -> list[str]:
    """Return the number of each mark, in a plot `width` px wide where they are in order.

    Neighbours too close for their numbers share one, such as `2–3`, at the last of them.
    """
    numbers: list[str] = []
    first = 0  # of the marks that share a number
    for rank, at in enumerate(places):
        needed = (MARK + DIGIT * len(numbers[-1])) / width if numbers else 0
        if numbers and at - places[rank - 1] < needed:
            numbers[-1] = ""
            numbers.append(f"{first + 1}–{rank + 1}")
        else:
            first = rank
            numbers.append(str(rank + 1))
    return numbers


def _crowded(series: Series) -> bool:
    """Return whether event labels would overlap."""
    places = [share_of(at, series) for _mark, at in list_placed_events(series)]
    spans = [(at - WORDS, at) if at > ENDING else (at, at + WORDS) for at in places]
    return any(span[0] < other[1] and other[0] < span[1] for span, other in combinations(spans, 2))


def list_placed_events(series: Series) -> Sequence[tuple[ChartMark, float]]:
    """Return the events within the chart, with their positions."""
    mark_places = ((mark, mark_place(mark, series)) for mark in series.marks)
    return [(mark, at) for mark, at in mark_places if at is not None]


def event_name(mark: ChartMark) -> str:
    return _(EVENTS.get(mark.kind, N_("Événement")))


def event_words(mark: ChartMark) -> str:
    """Return an event such as `Changement de fournisseur, 01/04/2026`."""
    return f"{event_name(mark)}, {days_words(mark.day, mark.last or mark.day)}"


def event_story(mark: ChartMark) -> str:
    """Return details: `Changement de compteur le 07/02/2026 : de 168B310477 à 226K104820`."""
    sentence = _dated(mark)
    if mark.before and mark.after:
        return _(
            "{said} : de {before} à {after}", said=sentence, before=mark.before, after=mark.after
        )
    if mark.after:
        return _("{said} : {after}", said=sentence, after=mark.after)
    return sentence


def _dated(mark: ChartMark) -> str:
    """Return an event with its date, and the author of an annotation."""
    last = mark.last or mark.day
    days = days_words(mark.day, last)
    if mark.day == last:
        days = _("le {day}", day=days)
    sentence = _("{event} {days}", event=event_name(mark), days=days)
    if mark.author:
        sentence = _("{said}, par {author}", said=sentence, author=mark.author)
    return shared_words(mark, sentence)


def _event_notes(series: Series) -> list[Component]:
    """Return the events, numbered as on the chart, or plain if the chart has labels."""
    placed_marks = [mark for mark, _at in list_placed_events(series)]
    if not placed_marks:
        return []
    items = [
        html.Li(
            [event_story(mark), *acts_on(mark)],
            className="" if mark.after else "consumption-event-told",
        )
        for mark in placed_marks
    ]  # fmt: skip
    look = "consumption-events" + ("" if _crowded(series) else " consumption-events-plain")
    return [html.Ol(items, className=look)]


def notes(series: Series) -> list[Component]:
    """Return the texts below the chart: axis, events, prorated periods."""
    shared = _(
        "Périodes publiées ou relevées par mois réparties au prorata des jours : les totaux sont"
        " exacts sur chaque période, pas jour par jour."
    )
    explained = [
        html.P(f"{_(AXIS[series.view.step])} {_(EXPLAINED)}", className="consumption-axis"),
        *_emitted(series),
    ]
    return [
        *([html.P(shared, className="consumption-axis")] if series.prorated else []),
        *([html.P(_(MEASURED), className="consumption-axis")] if series.view.measured else []),
        *correction_notes(series),
        *spending(series),
        *surface_notes(series),
        *_event_notes(series),
        fold(_("Comment lire ce graphique, et ses émissions"), explained),
    ]


def _emitted(series: Series) -> list[Component]:
    """Return the emissions of the period, with their factor and its source."""
    grams = emitted(series.total, series) if series.total else None
    if grams is None or series.carbon is None:
        return []
    sentence = _(
        "Émissions de la période : {value}, à {factor}.",
        value=f"{number(grams / 1000)}\u00a0kg\u00a0CO₂e",
        factor=factor_words(series.carbon),
    )
    return [html.P(sentence, className="consumption-axis")]
