"""A threshold for who may not change it: its values, its trial, its history."""

from collections.abc import Sequence
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components.kit import card, chip, definition_list, html, lead, page, table
from components.thresholds.chart import chart_card, put, said
from components.thresholds.editor import trial_card
from components.thresholds.facts import Tried
from components.thresholds.history import history_list
from components.thresholds.ids import Ids
from components.thresholds.rows import scope_text, state_cell, valid_text
from components.thresholds.words import kind_text
from data.access import Viewer
from data.notifications.rules.words import severity_name
from data.thresholds.types import MONTHS, Draft, HistoryRow, ThresholdKind, ThresholdRow
from i18n import _, month_name, number, plural


def reading_page(
    viewer: Viewer, tried: Tried, row: ThresholdRow, history: Sequence[HistoryRow]
) -> Component:
    draft = tried.form.draft
    return page(
        row.name,
        _("Ce que ce seuil surveille, quand il aurait alerté en trois ans, qui l’a changé."),
        crumbs=((_("Seuils"), "/seuils"), (row.name, None)),
        lead=lead(said(tried), id=Ids.LEAD) if tried.test else None,
        children=[
            html.Div(
                [
                    html.Div(
                        [
                            *([chart_card(viewer, tried, editable=False)] if tried.test else []),
                            *([values_table(draft)] if draft.values_wh else []),
                        ],
                        className="stack",
                    ),
                    html.Div(
                        [facts(row, draft, viewer.today), trial_card(tried, saved=True)],
                        className="stack",
                    ),
                ],
                className="columns thresholds-columns",
            ),
            card(history_list(history), title=_("Historique des changements")),
            dcc.Store(id=Ids.DRAWN, data=put(tried, viewer, fresh="read", editable=False)),
        ],
    )


def facts(row: ThresholdRow, draft: Draft, today: date) -> Component:
    state = state_cell(row, today)
    pairs: list[tuple[str, str | Component]] = [
        (_("État"), chip(state["word"], icon=state["icon"], tone=state["tone"])),  # type: ignore[arg-type]
        (_("Type"), kind_text(row.kind, row.period)),
        (_("Portée"), scope_text(row)),
        *_own(draft),
        (_("Gravité"), severity_name(row.severity)),
        (_("Validité"), valid_text(row)),
        *([(_("Organisation"), row.organisation)] if row.organisation else []),
    ]
    return card(definition_list(pairs), title=_("Réglages"))


def _own(draft: Draft) -> list[tuple[str, str]]:
    """What only some kinds have."""
    if draft.kind is ThresholdKind.MISSING:
        return [(_("Délai"), plural("{count} jour", "{count} jours", draft.delay))]
    found = []
    if draft.kind is ThresholdKind.RELATIVE:
        found.append((_("Écart à l’an passé"), _("{value} %", value=number(draft.percent))))
    if draft.kind is ThresholdKind.WEATHER:
        days = plural("{count} jour", "{count} jours", draft.window)
        found.append((_("Écart à l’attendu"), _("{value} %", value=number(draft.percent))))
        found.append((_("Moyenne évaluée sur"), days))
    if draft.warn_at is not None:
        found.append((_("Approche"), _("{value} %", value=number(draft.warn_at))))
    return [
        *found,
        (_("Marge de retour à la normale"), _("{value} %", value=number(draft.hysteresis))),
    ]


def values_table(draft: Draft) -> Component:
    monthly = len(draft.values_wh) == MONTHS
    rows = [
        [month_name(date(2000, rank + 1, 1)) if monthly else _("Valeur"), number(value / 1000)]
        for rank, value in enumerate(draft.values_wh)
    ]
    head = [_("Période"), _("kWh")]
    return card(
        table(head, rows, caption=_("Valeurs du seuil"), numbers=[1]),
        title=_("Valeurs du seuil"),
        flush=True,
    )
