"""Render today's tasks and the data freshness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components import kit
from components.consumption.empty_state import NOTHING_AWAITED, no_pce
from components.home.connection import connection_group, count_connection
from components.home.contracts import (
    NO_CONTRACTS,
    ContractsDue,
    contracts_groups,
    count_contracts,
)
from components.home.controls import NOTHING_DUE, ControlsDue, controls_group
from components.home.episodes import episode_group, list_silent_pces, quiet_card
from components.home.figures import chart_card, kpis
from components.home.items import group
from components.home.money_links import money_card
from components.home.rights import NO_RIGHTS, RightsToDo, count_rights, rights_groups
from components.home.visits import visits_group
from components.kit import html
from components.runs import deposited, run_button, state_chip, summary
from core.access import Permission, Viewer
from core.i18n import _, day_month, number, plural, short_day
from data.analysis.signatures.types import Visits
from data.metering.consumption.types import FleetEqual, HomeFigures
from data.metering.pces.rules import days_late, due_on
from data.metering.pces.types import PceFreshness, PceRow
from data.rights.types import PendingRight
from data.runs.types import RunRow, RunState
from data.thresholds.types import HomeEpisodes
from data.upstream_message import UpstreamMessage

FEW = 5  # rows of a group


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """Content of the page."""

    figures: HomeFigures
    episodes: HomeEpisodes
    counts: Mapping[PceFreshness, int] = field(default_factory=dict)
    runs: Sequence[RunRow] = ()
    late: Sequence[PceRow] = ()
    unheld: int = 0  # unassigned PCEs, counted for viewers who can assign them
    rights: RightsToDo = NO_RIGHTS
    controls: ControlsDue = NOTHING_DUE
    contracts: ContractsDue = NO_CONTRACTS
    awaited: PendingRight = NOTHING_AWAITED  # loaded only for a viewer without PCEs
    visits: Visits = Visits()  # noqa: RUF009 (frozen)
    equal: FleetEqual | None = None  # 12 complete months, weather-corrected
    refused: UpstreamMessage | None = (
        None  # refused credentials, for viewers who can repair the connection
    )
    on_hold_count: int = 0  # rights that the distributor would end, to confirm


def home_page(viewer: Viewer, facts: HomeFacts) -> Component:
    title = _("Accueil")
    purpose = _("Ce qui demande une action aujourd’hui, puis les chiffres.")
    if not facts.figures.pces:
        due = [
            *contracts_groups(viewer, facts.contracts),
            *connection_group(facts.refused, facts.on_hold_count),
        ]
        first = [kit.card(due, title=_("À traiter aujourd’hui"), flush=True)] if due else []
        return kit.page(title, purpose, children=[*first, kit.card(no_pce(viewer, facts.awaited))])
    strip = kpis(facts.figures, viewer.today, facts.equal)
    return kit.page(
        title,
        purpose,
        actions=actions(viewer),
        lead=kit.lead(opening(facts)),
        children=[
            kit.columns([to_do(viewer, facts)], _beside(viewer, facts)),
            kit.section(_("Les chiffres"), [kit.stack(strip, chart_card(facts.figures, viewer))]),
        ],
    )


def _beside(viewer: Viewer, facts: HomeFacts) -> list[Component]:
    return [freshness_card(facts), *quiet_card(facts.episodes), money_card(viewer)]


def actions(viewer: Viewer) -> tuple[Component, ...]:
    see = kit.button(
        _("Voir les consommations"), href="/consommations", icon="bar-chart", kind="primary"
    )
    if viewer.may(Permission.READINGS_IMPORT):
        return (kit.button(_("Déposer des relevés"), href="/operations", icon="upload"), see)
    return (see,)


def count_to_do(facts: HomeFacts) -> int:
    refused = sum(run.state is RunState.REFUSED for run in facts.runs)
    late = count_late(facts) - facts.episodes.late  # one action per PCE
    request_count = (
        count_rights(facts.rights) + facts.controls.count + count_contracts(facts.contracts)
    )
    mirror = count_connection(facts.refused, facts.on_hold_count)
    others = facts.unheld + len(facts.visits.rows) + mirror
    return facts.episodes.to_do + refused + late + request_count + others


def count_late(facts: HomeFacts) -> int:
    """Return the number of late PCEs, as in the linked list, with or without alert."""
    return facts.counts.get(PceFreshness.STALE, 0)


def untold(facts: HomeFacts) -> list[PceRow]:
    alerted_pces = list_silent_pces(facts.episodes)
    return [row for row in facts.late if row.number not in alerted_pces]


def opening(facts: HomeFacts) -> list[Any]:
    """Return `3 actions vous attendent ; 396 PCE sur 412 à jour, données jusqu’au 21/11`."""
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
        fresh=number(facts.counts.get(PceFreshness.FRESH, 0)),
        all=number(facts.figures.pces - facts.counts.get(PceFreshness.CLOSED, 0)),
        day=day_month(until),
    )
    return [html.B(first), fresh]


def list_tasks(viewer: Viewer, facts: HomeFacts) -> list[Component]:
    """Return the tasks that are about no fleet: alerts, contracts, connection, controls, rights."""
    return [
        *episode_group(viewer, facts.episodes),
        *contracts_groups(viewer, facts.contracts),
        *connection_group(facts.refused, facts.on_hold_count),
        *controls_group(viewer, facts.controls),
        *rights_groups(viewer, facts.rights),
    ]


def to_do(viewer: Viewer, facts: HomeFacts) -> Component:
    groups = [
        *list_tasks(viewer, facts),
        *visits_group(facts.visits),
        *unheld_group(facts.unheld),
        *late_group(viewer, untold(facts)[:FEW], count_late(facts), facts.episodes.late),
        *run_group(viewer, facts.runs),
    ]
    if not groups:
        groups = [
            kit.empty(
                "check2-circle",
                _("Rien à traiter"),
                _("Les données arrivent comme prévu et aucun fichier ne vous attend."),
                heading=3,
            )
        ]
    return kit.card(groups, title=_("À traiter aujourd’hui"), flush=True)


def unheld_group(count: int) -> list[Component]:
    if not count:
        return []
    title = plural("{count} PCE n’a pas de titulaire", "{count} PCE n’ont pas de titulaire", count)
    note = _("Vous seul les voyez : attribuez-les à une organisation.")
    act = kit.button(_("Attribuer"), href="/pces?holder=none", small=True)
    return [
        group(
            _("PCE à attribuer"),
            count,
            "/pces?holder=none",
            [kit.item("building-exclamation", "warn", title, note, [act])],
        )
    ]


def late_group(
    viewer: Viewer, late: Sequence[PceRow], count: int, alerted_count: int
) -> list[Component]:
    """Return the first late PCEs without alert, and how many have one."""
    if count <= alerted_count or not late:
        return []
    note_label = plural(
        "dont {count} signalé par une alerte", "dont {count} signalés par une alerte", alerted_count
    )
    items = [
        kit.item(
            "clock-history",
            "bad",
            row.alias or row.number,
            late_note(row),
            [
                late_chip(row, viewer.today),
                kit.button(
                    _("Voir la courbe"), href=f"/consommations?pce={row.number}", small=True
                ),
            ],
        )
        for row in late
    ]
    title = _("Données en retard")
    return [
        group(title, count, "/pces?fresh=stale", items, note=note_label if alerted_count else "")
    ]


def late_chip(row: PceRow, today: date) -> Component:
    days = days_late(row.data_until, row.frequency, today) if row.data_until else 0
    word = plural("{count} j de retard", "{count} j de retard", days)
    return kit.chip(word, icon="clock-fill", tone="bad")


def late_note(row: PceRow) -> str:
    if row.data_until is None:
        return _("PCE {number}", number=row.number)
    return _(
        "PCE {number}, données jusqu’au {day}, suite attendue le {due}",
        number=row.number,
        day=short_day(row.data_until),
        due=short_day(due_on(row.data_until, row.frequency)),
    )


def run_group(viewer: Viewer, runs: Sequence[RunRow]) -> list[Component]:
    if not runs or not viewer.may(Permission.RUNS_READ):
        return []
    items = [
        kit.item(
            *run_look(run),
            run.file_name,
            [*summary(run), html.Br(), deposited(run)],
            [state_chip(run), run_button(run)],
        )
        for run in runs
    ]
    return [group(_("Derniers fichiers"), len(runs), "/operations", items)]


def run_look(run: RunRow) -> tuple[str, str]:
    """Return the icon and tone of a file."""
    if run.asks_pce:
        return "file-earmark-text", "warn"
    return (
        ("file-earmark-x", "bad") if run.state is RunState.REFUSED else ("file-earmark-check", "ok")
    )


BARS: tuple[tuple[PceFreshness, str], ...] = (
    (PceFreshness.FRESH, "info"),
    (PceFreshness.LATE, "warn"),
    (PceFreshness.STALE, "bad"),
    (PceFreshness.NEVER, "mute"),
    (PceFreshness.CLOSED, "mute"),
)


def freshness_label(state: PceFreshness) -> str:
    return {
        PceFreshness.FRESH: _("À jour pour leur fréquence de relève"),
        PceFreshness.LATE: _("En retard de 7 jours au plus"),
        PceFreshness.STALE: _("En retard de plus de 7 jours"),
        PceFreshness.NEVER: _("Aucune donnée quotidienne reçue"),
        PceFreshness.CLOSED: _("Fermés, plus aucune donnée attendue"),
    }[state]


def freshness_card(facts: HomeFacts) -> Component:
    total = facts.figures.pces
    rows = [
        html.Div(
            [
                html.Div(
                    [
                        html.Span(freshness_label(state)),
                        kit.link(number(facts.counts.get(state, 0)), f"/pces?fresh={state.value}"),
                    ],
                    className="fresh-line",
                ),
                kit.meter(
                    facts.counts.get(state, 0) / total, tone=tone, label=freshness_label(state)
                ),
            ],
            className="fresh",
        )
        for state, tone in BARS
        if state is not PceFreshness.CLOSED or facts.counts.get(state)
    ]
    hint = plural("{count} point de livraison", "{count} points de livraison", total)
    return kit.card(rows, title=_("Fraîcheur des données"), hint=hint)
