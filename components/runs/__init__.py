"""Files on their way in: the deposit, what each run is doing, and its receipt."""

from collections.abc import Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.kit import card, empty, file_field, html, page, text_field
from components.runs.check import check_body, check_page, check_ways
from components.runs.ids import EVERY, Ids, keep_button, undo_button
from components.runs.receipts import receipt, receipt_facts, run_page
from components.runs.words import (
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
from data.runs.types import MOST_SHOWN, RunRow, RunState
from i18n import _

__all__ = [
    "EVERY",
    "Ids",
    "check_body",
    "check_page",
    "check_ways",
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
]

ACCEPTED = ".xlsx,.csv,.json,.ndjson,.txt,text/csv,text/plain,application/json"


def runs_page(rows: Sequence[RunRow], now: datetime, *, may_import: bool) -> Component:
    """The deposit above, the last runs below, refreshed while one is at work."""
    children: list[Component] = []
    if may_import:
        children.append(deposit())
    latest = _("les {count} plus récents", count=MOST_SHOWN)
    children.append(
        card(
            html.Div(run_list(rows, now), id=Ids.LIST),
            title=_("Derniers fichiers"),
            hint=latest,
            flush=True,
        )
    )
    return page(
        _("Opérations"),
        _("Déposer des relevés, suivre chaque fichier, retrouver son reçu."),
        children=[*children, poll(Ids.POLL, active=is_busy(rows))],
    )


def deposit() -> Component:
    pce = text_field(
        Ids.PCE,
        _("PCE, si le fichier ne le dit pas"),
        hint=_("14 chiffres, ou GI et 6 chiffres. Laissez vide si la cellule est remplie."),
        placeholder="09999999910001",
    )
    field = file_field(
        Ids.FILES,
        _("Fichiers de relevés"),
        ACCEPTED,
        action="/operations/depot",
        send=_("Vérifier"),
        answer=Ids.DEPOSITED,
        fields={"pce": Ids.PCE},
        beside=pce,
        hint=_(
            "Feuilles XLSX (jour, semaine, mois) ou JSON (relevés, températures) de l’Espace"
            " Client, lignes ADICT ou notre CSV ; plusieurs à la fois."
        ),
    )
    hint = _("vous voyez ce qu’il changerait avant que rien ne soit enregistré")
    return card(field, title=_("Déposer des relevés"), hint=hint)


def run_list(rows: Sequence[RunRow], now: datetime) -> Component:
    if not rows:
        return empty(
            "inbox",
            _("Aucun fichier pour l’instant"),
            _("Un fichier déposé apparaît ici avec son état, puis son reçu."),
        )
    return html.Ul([run_item(row, now) for row in rows], className="item-list")


def _when(row: RunRow) -> list[str]:
    """The days that the file is about, then when it came and from whom."""
    period = period_text(row.days)
    return [deposited(row)] if row.days == (None, None) else [period, " · ", deposited(row)]


def run_item(row: RunRow, now: datetime) -> Component:
    """One line: name, what came of it and when, state, and the way to its receipt."""
    busy = " item-busy" if is_busy([row]) else ""
    return html.Li(
        [
            html.Div(
                [
                    html.Div(row.file_name, className="item-title"),
                    html.Div([*summary(row), html.Br(), *_when(row)], className="item-note"),
                    *([run_progress(row)] if row.state is RunState.WORKING else []),
                ],
                className="item-main",
            ),
            state_chip(row),
            *undo_ways(row, now, small=True),
            run_button(row),
        ],
        className=f"item{busy}",
    )
