"""Render the months that a right covers, year by year."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby

from dash.development.base_component import Component

from components.kit import aria, html
from components.rights.labels import span_text
from core.i18n import N_, _, month_year, number, short_month
from data.rights.rules.months import covered_months
from data.rights.types import Month, RightDataKind, RightDetail, RightRow, RightSpan, RightState

LOOKS = {
    "held": N_("couvert, données reçues"),
    "current": N_("mois en cours"),
    "without": N_("couvert, sans donnée à ce jour"),
    "ahead": N_("couvert, à venir"),
    "none": N_("hors droit"),
}
ASKED = {"asked": N_("demandé"), "none": N_("hors droit")}
YEARS = 5  # before today, for a right without first day, at least
FARTHEST = 15, 10  # limits in years, before and after today


def coverage_parts(
    detail: RightDetail, held_months: Collection[date], today: date
) -> list[Component]:
    """Return a square per month, as an accessible table; empty if the right covers none.

    `held_months` are the first days of the months with data.
    """
    if detail.readable is None:
        return _requested_months_text(detail.row, today)
    months = months_of(detail.readable, held_months, today)
    looks = {month.first: look_of(month, held_months, today) for month in months}
    coverage_label = coverage_text(detail.readable, list(looks.values()))
    return [_strip(_("Mois couverts par le droit"), coverage_label, months, looks)]


def _requested_months_text(row: RightRow, today: date) -> list[Component]:
    """Return the requested months of a right that is not, or no longer, readable."""
    if row.state is RightState.ACTIVE or not row.kinds & {
        RightDataKind.INFORMATIVE,
        RightDataKind.PUBLISHED,
    }:
        return []
    first, last = row.supply_first, row.supply_last
    if row.role.injection:
        first, last = row.injection_first, row.injection_last
    months = months_of(RightSpan(first, last), (), today)
    looks = {month.first: "asked" if month.covered else "none" for month in months}
    sentence = _(
        "Mois demandés {span} : {count}. Aucun n’est lisible.",
        count=number(sum(look == "asked" for look in looks.values())),
        span=span_text(first, last) if first or last else _("sans limite de dates"),
    )
    return [_strip(_("Mois demandés"), sentence, months, looks)]


def _strip(
    title: str, coverage_label: str, months: Sequence[Month], looks: Mapping[date, str]
) -> Component:
    years = [list(group) for _year, group in groupby(months, lambda one: one.first.year)]
    heads: list[Component] = [
        html.Th(html.Span(_("Année"), className="visually-hidden"), scope="col")
    ]
    heads += [_head(date(2026, month, 1)) for month in range(1, 13)]
    keys = ASKED if "asked" in looks.values() else LOOKS
    return html.Section(
        [
            html.H3(title),
            html.P(coverage_label, className="rights-told"),
            html.Table(
                [
                    html.Caption(title, className="visually-hidden"),
                    html.Thead(html.Tr(heads)),
                    html.Tbody([_year(year, looks) for year in years]),
                ],
                className="rights-months",
            ),
            html.Ul(
                [
                    html.Li([html.Span(className=f"rights-month rights-{look}"), _(word)])
                    for look, word in keys.items()
                ],
                className="rights-keys",
            ),
        ],
        className="drawer-part",
    )


def months_of(readable: RightSpan, held_months: Collection[date], today: date) -> tuple[Month, ...]:
    """Return the covered months, within limits for an open-ended right."""
    usual = min([*held_months, date(today.year - YEARS, 1, 1)])
    first = max(readable.first or usual, date(today.year - FARTHEST[0], 1, 1))
    last = readable.last or date(today.year, 12, 31)
    last = min(last, date(today.year + FARTHEST[1], 12, 31))
    return covered_months([readable], min(first, last), last)


def _head(month: date) -> Component:
    name = short_month(month)
    letter = html.Span(name[:1].upper(), **aria(hidden="true"))
    return html.Th([letter, html.Span(name, className="visually-hidden")], scope="col")


def _year(months: Sequence[Month], looks: Mapping[date, str]) -> Component:
    months_by_number = {month.first.month: month for month in months}
    cells = [_cell(months_by_number.get(place), looks) for place in range(1, 13)]
    return html.Tr([html.Th(str(months[0].first.year), scope="row"), *cells])


def _cell(month: Month | None, looks: Mapping[date, str]) -> Component:
    """Return a cell; months outside the strip count as not covered."""
    look = looks[month.first] if month else "none"
    word = _((LOOKS | ASKED)[look])
    note = word
    if month is not None:
        note = month_year(month.first) + _(" : {word}", word=word)
        if 0 < month.covered < month.days:
            share = f"{number(month.covered)}/{number(month.days)}"
            note = _("{note}, {share} j", note=note, share=share)
    return html.Td(
        [
            html.Span(className=f"rights-month rights-{look}", title=note),
            html.Span(word, className="visually-hidden"),
        ]
    )


def look_of(month: Month, held_months: Collection[date], today: date) -> str:
    if not month.covered:
        return "none"
    if month.first > today:
        return "ahead"
    if (month.first.year, month.first.month) == (today.year, today.month):
        return "current"  # incomplete: neither received nor missing
    return "held" if month.first in held_months else "without"


def coverage_text(readable: RightSpan, looks: Sequence[str]) -> str:
    """Return `Lisible du 01/09/2023 au 31/08/2028 : 38 mois avec des données, 1 sans…`."""
    counts = Counter(looks)
    coverage_label = _(
        "Lisible {span} : {held} mois avec des données, {without} sans donnée à ce jour,"
        " {ahead} à venir.",
        span=span_text(readable.first, readable.last)
        if readable.first or readable.last
        else _("sans limite de dates"),
        held=number(counts["held"]),
        without=number(counts["without"]),
        ahead=number(counts["ahead"]),
    )
    now = [_("Le mois en cours est à part.")] if counts["current"] else []
    return " ".join([coverage_label, *now])
