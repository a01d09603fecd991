"""The months that a right covers, year by year."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from dash.development.base_component import Component

from components.kit import aria, html
from data.rights.types import Month, RightDetail
from i18n import N_, _, month_year, number, short_month

LOOKS = {
    "whole": N_("couvert"),
    "part": N_("couvert en partie"),
    "none": N_("hors droit"),
}


def covered(detail: RightDetail) -> list[Component]:
    """A square a month, said aloud by its table; nothing for a right that reads no month."""
    if not any(month.covered for month in detail.months):
        return []
    years = [list(group) for _year, group in groupby(detail.months, lambda one: one.first.year)]
    heads: list[Component] = [
        html.Th(html.Span(_("Année"), className="visually-hidden"), scope="col")
    ]
    heads += [_head(date(2026, month, 1)) for month in range(1, 13)]
    return [
        html.Section(
            [
                html.H3(_("Mois couverts par le droit")),
                html.Table(
                    [
                        html.Caption(said(detail.months), className="visually-hidden"),
                        html.Thead(html.Tr(heads)),
                        html.Tbody([_year(year) for year in years]),
                    ],
                    className="rights-months",
                ),
                html.Ul(
                    [
                        html.Li([html.Span(className=f"rights-month rights-{look}"), _(word)])
                        for look, word in LOOKS.items()
                    ],
                    className="rights-keys",
                ),
            ],
            className="drawer-part",
        )
    ]


def _head(month: date) -> Component:
    name = short_month(month)
    letter = html.Span(name[:1].upper(), **aria(hidden="true"))
    return html.Th([letter, html.Span(name, className="visually-hidden")], scope="col")


def _year(months: Sequence[Month]) -> Component:
    known = {month.first.month: month for month in months}
    cells = [_cell(known.get(place)) for place in range(1, 13)]
    return html.Tr([html.Th(str(months[0].first.year), scope="row"), *cells])


def _cell(month: Month | None) -> Component:
    if month is None:
        return html.Td()
    look = look_of(month)
    note = month_year(month.first) + _(" : {word}", word=_(LOOKS[look]))
    if look == "part":
        share = f"{number(month.covered)}/{number(month.days)}"
        note = _("{note}, {share} j", note=note, share=share)
    return html.Td(
        [
            html.Span(className=f"rights-month rights-{look}", title=note),
            html.Span(_(LOOKS[look]), className="visually-hidden"),
        ]
    )


def look_of(month: Month) -> str:
    if not month.covered:
        return "none"
    return "whole" if month.covered >= month.days else "part"


def said(months: Sequence[Month]) -> str:
    """`Mois couverts : 38 sur 61, de septembre 2023 à novembre 2026`."""
    found = [month for month in months if month.covered]
    return _(
        "Mois couverts : {count} sur {all}, de {first} à {last}",
        count=number(len(found)),
        all=number(len(months)),
        first=month_year(found[0].first),
        last=month_year(found[-1].first),
    )
