"""The home page: what needs me today, then the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.kit import (
    Kpi,
    badge,
    base_layout,
    button,
    card,
    columns,
    delta,
    empty,
    graph,
    icon,
    kpi_strip,
    lead,
    link,
    meter,
    page,
    palette,
    section,
    stack,
)
from components.runs import problem_text, state_chip, summary
from data.access import Permission, Viewer
from data.consumption.types import FleetMonth, HomeFigures
from data.pces.types import Freshness, PceRow
from data.runs.types import RunRow, RunState
from i18n import _, day_month, month_name, number, plural, short_day, short_month

CHART_HEIGHT = 260


class Ids(StrEnum):
    CHART = "home-chart"


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """Everything the page shows, read beforehand."""

    figures: HomeFigures
    counts: Mapping[Freshness, int]
    runs: Sequence[RunRow]
    late: Sequence[PceRow]
    unheld: int


def home_page(viewer: Viewer, facts: HomeFacts) -> Component:
    title = _("Accueil")
    purpose = _("Ce qui demande une action aujourd’hui, puis les chiffres.")
    if not facts.figures.pces:
        return page(title, purpose, children=[nothing_yet(viewer)])
    return page(
        title,
        purpose,
        actions=actions(viewer),
        lead=lead(opening(facts)),
        children=[
            columns([to_do(viewer, facts)], [freshness_card(facts)]),
            section(
                _("Les chiffres"), [stack(kpis(facts.figures), chart_card(facts.figures, viewer))]
            ),
        ],
    )


def nothing_yet(viewer: Viewer) -> Component:
    deposit = button(_("Déposer des relevés"), href="/operations", kind="primary")
    return card(
        empty(
            "diagram-3",
            _("Aucun PCE pour l’instant"),
            _(
                "Aucun point de livraison n’est rattaché à votre organisation. Votre chargé de "
                "compte s’en occupe ; vos consommations apparaîtront ici."
            ),
            actions=[deposit] if viewer.may(Permission.READINGS_IMPORT) else (),
        )
    )


def actions(viewer: Viewer) -> tuple[Component, ...]:
    see = button(
        _("Voir les consommations"), href="/consommations", icon="bar-chart", kind="primary"
    )
    if viewer.may(Permission.READINGS_IMPORT):
        return (button(_("Déposer des relevés"), href="/operations", icon="upload"), see)
    return (see,)


def count_to_do(facts: HomeFacts) -> int:
    refused = sum(run.state is RunState.REFUSED for run in facts.runs)
    return refused + facts.counts.get(Freshness.STALE, 0) + facts.unheld


def opening(facts: HomeFacts) -> list[Any]:
    """As in `3 actions vous attendent ; 396 PCE sur 412 à jour, données jusqu’au 21/11`."""
    waiting = count_to_do(facts)
    first = (
        plural("{count} action vous attend", "{count} actions vous attendent", waiting)
        if waiting
        else _("Rien ne vous attend aujourd’hui")
    )
    until = facts.figures.data_until
    if until is None:
        return [html.B(first), _("\u202f; aucune donnée n’est encore arrivée.")]
    fresh = _(
        "\u202f; {fresh} PCE sur {all} à jour, données jusqu’au {day}.",
        fresh=number(facts.counts.get(Freshness.FRESH, 0)),
        all=number(facts.figures.pces),
        day=day_month(until),
    )
    return [html.B(first), fresh]


def to_do(viewer: Viewer, facts: HomeFacts) -> Component:
    groups = [
        *unheld_group(facts.unheld),
        *late_group(facts.late, facts.counts.get(Freshness.STALE, 0)),
        *run_group(viewer, facts.runs),
    ]
    if not groups:
        groups = [
            empty(
                "check2-circle",
                _("Rien à traiter"),
                _("Les données arrivent comme prévu et aucun fichier ne vous attend."),
                heading=3,
            )
        ]
    return card(groups, title=_("À traiter aujourd’hui"), flush=True)


def group(title: str, count: int, href: str, items: Sequence[Component]) -> Component:
    head = html.Div(
        [html.H3([title, " ", badge(count)]), link(_("Tout voir"), href)], className="item-head"
    )
    return html.Div([head, html.Ul(list(items), className="item-list")])


def item(glyph: str, tone: str, title: str, note: str, acts: Sequence[Component]) -> Component:
    return html.Li(
        [
            html.Span(icon(glyph), className=f"item-icon item-{tone}"),
            html.Div(
                [
                    html.Div(title, className="item-title"),
                    html.Div(note, className="item-note"),
                ],
                className="item-main",
            ),
            *acts,
        ],
        className="item",
    )


def unheld_group(count: int) -> list[Component]:
    if not count:
        return []
    title = plural("{count} PCE n’a pas de titulaire", "{count} PCE n’ont pas de titulaire", count)
    note = _("Personne d’autre que vous ne les voit : attribuez-les à une organisation.")
    act = button(_("Attribuer"), href="/pces?holder=none", small=True)
    return [
        group(
            _("PCE à attribuer"),
            count,
            "/pces?holder=none",
            [item("building-exclamation", "warn", title, note, [act])],
        )
    ]


def late_group(late: Sequence[PceRow], count: int) -> list[Component]:
    if not late:
        return []
    items = [
        item(
            "clock-history",
            "bad",
            row.alias or row.number,
            late_note(row),
            [button(_("Voir la courbe"), href=f"/consommations?pce={row.number}", small=True)],
        )
        for row in late
    ]
    return [group(_("Données en retard"), count, "/pces?fresh=stale", items)]


def late_note(row: PceRow) -> str:
    day = short_day(row.data_until) if row.data_until else "–"
    return _("PCE {number}, dernières données du {day}", number=row.number, day=day)


def run_group(viewer: Viewer, runs: Sequence[RunRow]) -> list[Component]:
    if not runs or not viewer.may(Permission.RUNS_READ):
        return []
    items = [
        item(
            "file-earmark-check" if run.state is not RunState.REFUSED else "file-earmark-x",
            "bad" if run.state is RunState.REFUSED else "ok",
            run.file_name,
            problem_text(run) or summary(run),
            [
                state_chip(run.state),
                button(_("Voir le reçu"), href=f"/operations?run={run.id}", small=True),
            ],
        )
        for run in runs
    ]
    return [group(_("Derniers fichiers"), len(runs), "/operations", items)]


BARS: tuple[tuple[Freshness, str], ...] = (
    (Freshness.FRESH, "info"),
    (Freshness.LATE, "warn"),
    (Freshness.STALE, "bad"),
    (Freshness.NEVER, "mute"),
)


def freshness_label(state: Freshness) -> str:
    return {
        Freshness.FRESH: _("À jour, à 4 jours près"),
        Freshness.LATE: _("En retard de 5 à 7 jours"),
        Freshness.STALE: _("En retard de plus de 7 jours"),
        Freshness.NEVER: _("Aucune donnée reçue"),
    }[state]


def freshness_card(facts: HomeFacts) -> Component:
    total = facts.figures.pces
    rows = [
        html.Div(
            [
                html.Div(
                    [
                        html.Span(freshness_label(state)),
                        link(number(facts.counts.get(state, 0)), f"/pces?fresh={state.value}"),
                    ],
                    className="fresh-line",
                ),
                meter(facts.counts.get(state, 0) / total, tone=tone, label=freshness_label(state)),
            ],
            className="fresh",
        )
        for state, tone in BARS
    ]
    hint = plural("{count} PCE", "{count} PCE", total)
    return card(rows, title=_("Fraîcheur des données"), hint=hint)


def gap(now: int | None, before: int | None) -> float | None:
    """The gap in percent, None when either side is unknown or nothing."""
    if now is None or not before:
        return None
    return (now - before) / before * 100


def kwh(wh: int | None) -> str:
    return "–" if wh is None else number(round(wh / 1000))


def kpis(figures: HomeFigures) -> Component:
    current, year = figures.months[-1], figures.year
    last = figures.months[-2]
    return kpi_strip(
        [
            Kpi(
                _("{month}, en cours", month=month_name(current.month).capitalize()),
                kwh(current.energy_wh),
                "kWh",
                plural("{count} PCE a des données", "{count} PCE ont des données", current.pces),
            ),
            month_kpi(_("{month}, complet", month=month_name(last.month).capitalize()), last),
            month_kpi(_("12 mois complets"), year),
            Kpi(
                _("Jours mesurés"),
                number(share(year), 1),
                "%",
                _("des jours connus sur 12 mois"),
                meter=share(year) / 100,
            ),
        ]
    )


def share(month: FleetMonth) -> float:
    """Measured days among the days known or absent, in percent."""
    days = month.days_known + month.days_absent
    return 100 * month.days_measured / days if days else 0.0


def month_kpi(label: str, month: FleetMonth) -> Kpi:
    change = gap(month.this_wh, month.before_wh)
    note: Any = _("pas de quoi comparer à l’an dernier")
    if change is not None:
        note = [delta(change), " ", _("sur les mêmes PCE et les mêmes jours")]
    return Kpi(label, kwh(month.energy_wh), "kWh", note)


def chart_card(figures: HomeFigures, viewer: Viewer) -> Component:
    title = _("Consommation de tous mes PCE")
    return card(
        graph(Ids.CHART, figure(figures, viewer.theme), chart_text(figures), height=CHART_HEIGHT),
        title=title,
        hint=_("MWh par mois ; contour : l’année d’avant ; hachuré : mois en cours"),
    )


def chart_text(figures: HomeFigures) -> str:
    """The chart in words: each month and its figure."""
    months = ", ".join(f"{month_name(m.month)} {mwh(m.energy_wh)}" for m in figures.months)
    return _("Consommation par mois en MWh : {months}", months=months)


def mwh(wh: int | None) -> str:
    return "–" if wh is None else number(wh / 1_000_000, 1)


def figure(figures: HomeFigures, theme: str) -> dict[str, Any]:
    """Thirteen months, the last one hatched, the year before as an outline."""
    colours = palette(theme)
    months = figures.months
    # A month under way has no fair outline: the roll-up cannot be cut at its last day.
    earlier = [None if m.current or m.earlier_wh is None else m.earlier_wh / 1e6 for m in months]
    values = [None if m.energy_wh is None else m.energy_wh / 1e6 for m in months]
    hover = [
        f"<b>{month_name(m.month)} {m.month.year}</b><br>{mwh(m.energy_wh)} MWh" for m in months
    ]
    hatch = ["/" if m.current else "" for m in months]
    pattern = {
        "shape": hatch,
        "fgcolor": colours.current,
        "bgcolor": colours.current_hatch,
        "size": 7,
        "solidity": 0.3,
    }
    layout = base_layout(theme, barmode="overlay", hovermode="closest")
    layout["xaxis"] = layout["xaxis"] | {
        "tickvals": list(range(len(months))),
        "ticktext": [tick(m, n) for n, m in enumerate(months)],
    }
    layout["yaxis"] = layout["yaxis"] | {"rangemode": "tozero", "nticks": 5, "tickformat": ",d"}
    rank = list(range(len(months)))
    outline = {"color": "rgba(0,0,0,0)", "line": {"color": colours.previous, "width": 1.5}}
    return {
        "data": [
            {
                "type": "bar",
                "x": rank,
                "y": earlier,
                "width": 0.76,
                "marker": outline,
                "hoverinfo": "skip",
            },
            {
                "type": "bar",
                "x": rank,
                "y": values,
                "width": 0.56,
                "marker": {"color": colours.current, "pattern": pattern},
                "text": hover,
                "textposition": "none",
                "hovertemplate": "%{text}<extra></extra>",
            },
        ],
        "layout": layout,
    }


def tick(month: FleetMonth, rank: int) -> str:
    year = f"<br>{month.month.year}" if rank == 0 or month.month.month == 1 else ""
    return f"{short_month(month.month)}{year}"
