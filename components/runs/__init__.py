"""Deposited files: the deposit, its progress and its receipt."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.consumption.filters import pce_options
from components.kit import (
    NONE,
    Child,
    UploadTexts,
    card,
    empty,
    file_field,
    html,
    link,
    page,
    picker,
    table,
)
from components.readings import DEPOSITS, readings_tabs
from components.runs.check import check_body, check_page, check_ways
from components.runs.columns import IGNORED
from components.runs.ids import (
    EVERY,
    Ids,
    choose_button,
    column_field,
    columns_button,
    keep_button,
    undo_button,
    unit_button,
)
from components.runs.labels import (
    deposited,
    is_busy,
    period_text,
    poll,
    run_button,
    run_progress,
    state_chip,
    summary,
    undo_ways,
)
from components.runs.receipts import curve_address, receipt, receipt_facts, run_page
from core.access import Viewer
from core.i18n import _, clock, number, plural
from data.metering.pces.types import PceRow
from data.runs.types import MOST_SHOWN, RunRow, RunState

__all__ = [
    "EVERY",
    "IGNORED",
    "Ids",
    "check_body",
    "check_page",
    "check_ways",
    "choose_button",
    "column_field",
    "columns_button",
    "deposited",
    "is_busy",
    "keep_button",
    "receipt",
    "receipt_facts",
    "run_button",
    "run_list",
    "run_page",
    "runs_page",
    "state_chip",
    "summary",
    "undo_button",
    "unit_button",
]

ACCEPTED = ".xlsx,.csv,.json,.ndjson,.txt,text/csv,text/plain,application/json"


def runs_page(
    viewer: Viewer,
    rows: Sequence[RunRow],
    names: Mapping[str, str],
    now: datetime,
    sites: Sequence[PceRow] | None,
    pce: str = "",
) -> Component:
    """Return the deposit form and the latest runs, refreshed while one is in progress.

    `names` are those of the PCEs, by number. `sites` are offered to a file that does not name its
    PCE; None where the viewer deposits nothing. `pce` is that of the page that led here.
    """
    children: list[Component] = []
    if sites is not None:
        children.append(deposit(sites, pce))
    latest = _("les {count} plus récents", count=MOST_SHOWN)
    children.append(
        card(
            html.Div(run_list(rows, names, now), id=Ids.LIST),
            title=_("Mes dépôts") if all(row.own for row in rows) else _("Derniers fichiers"),
            hint=latest,
            flush=True,
        )
    )
    return page(
        _("Relevés"),
        _("Déposer des relevés, suivre chaque fichier, retrouver son reçu."),
        children=[
            *readings_tabs(viewer, DEPOSITS),
            *children,
            poll(Ids.POLL, active=is_busy(rows)),
        ],
    )


def deposit(sites: Sequence[PceRow], pce: str) -> Component:
    """Return the site, where one is chosen already or alone, and the files, sent once chosen."""
    only = sites[0].number if len(sites) == 1 else ""
    first_site = next((site for site in sites if site.number == (pce or only)), None)
    site = picker(
        Ids.MISSING_PCE,
        _("Site, si le fichier ne dit pas son PCE"),
        f"{first_site.alias} {first_site.number}".strip() if first_site else "",
        _("Nom, PCE ou commune"),
        rows=pce_options(sites),
        hidden_label=False,
        chosen=first_site.number if first_site else "",
    )
    field = file_field(
        Ids.FILES,
        _("Fichiers de relevés"),
        ACCEPTED,
        action="/operations/depot",
        send=_("Vérifier"),
        answer=Ids.DEPOSITED,
        fields={"pce": Ids.MISSING_PCE},
        way=UploadTexts(at_once=True),
        hint=_(
            "Feuilles XLSX (jour, semaine, mois) ou JSON (relevés, températures) de l’Espace"
            " Client, lignes ADICT, ou CSV avec un jour et des kWh par ligne ; plusieurs à la fois."
        ),
    )
    hint = _("vous voyez ce qu’il changerait avant tout enregistrement")
    error = html.P(id=Ids.MISSING_PCE_ERROR, className="field-error", role="alert")
    return card(
        [html.Div([site, error], className="runs-site"), field],
        title=_("Déposer des relevés"),
        hint=hint,
    )


def run_list(rows: Sequence[RunRow], names: Mapping[str, str], now: datetime) -> Component:
    if not rows:
        return empty(
            "inbox",
            _("Aucun fichier pour l’instant"),
            _("Un fichier déposé apparaît ici avec son état, puis son reçu."),
        )
    return table(
        [
            _("Quand"), _("Fichier"), _("Point de livraison"), _("Période"), _("Énergie"),
            _("État"), _("Actions"),
        ],
        [run_line(row, names, now) for row in rows],
        caption=_("Fichiers déposés, les plus récents d’abord"),
        numbers=(4,),
        cards=True,
    )  # fmt: skip


def run_line(row: RunRow, names: Mapping[str, str], now: datetime) -> list[Child]:
    """Return the line of a run: date, author, outcome, content, state and links."""
    summary_part = html.Div([*summary(row)], className="item-note")
    busy = [run_progress(row)] if row.state is RunState.WORKING else []
    kwh = row.counts.get("kwh", 0)
    return [
        html.Span([clock(row.created_at), html.Br(), html.Small(row.who, className="muted")]),
        html.Div([html.Div(row.file_name, className="item-title"), summary_part, *busy]),
        point_of(row, names),
        NONE if row.days == (None, None) else html.Span(period_text(row.days), className="nowrap"),
        html.Span(f"{number(kwh)}\u00a0kWh", className="nowrap") if kwh else NONE,
        state_chip(row),
        html.Div([*undo_ways(row, now, small=True), run_button(row)], className="runs-ways"),
    ]


def point_of(row: RunRow, names: Mapping[str, str]) -> Child:
    """Return the site of a file, with a link to its days; if there are several, their number."""
    if row.point is not None:
        address, name = curve_address(row), names.get(row.point)
        title = name or row.point
        site = title if address is None else link(title, address)
        return html.Div([site, html.Div(row.point, className="item-note")]) if name else site
    pces = row.counts.get("pces", 0)
    return plural("{count} PCE", "{count} PCE", pces) if pces else NONE
