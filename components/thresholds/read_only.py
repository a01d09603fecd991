"""Render a threshold read-only: its values, its trial and its history."""

from collections.abc import Sequence
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components.kit import card, chip, definition_list, html, lead, page, table
from components.thresholds.chart import chart_card, chart_overlay, chart_text
from components.thresholds.editor import trial_card
from components.thresholds.editor_context import DraftTrial
from components.thresholds.history import history_list
from components.thresholds.ids import Ids
from components.thresholds.labels import kind_text
from components.thresholds.rows import scope_text, state_cell, valid_text
from components.thresholds.week import week_rows
from core.access import Viewer
from core.i18n import _, month_name, number, plural
from data.notifications.rules.words import severity_name
from data.thresholds.types import MONTHS, HistoryRow, ThresholdDraft, ThresholdKind, ThresholdRow


def reading_page(
    viewer: Viewer, tried: DraftTrial, row: ThresholdRow, history: Sequence[HistoryRow]
) -> Component:
    draft = tried.form.draft
    return page(
        row.name,
        _("Ce que ce seuil surveille, quand il aurait alerté en trois ans, qui l’a changé."),
        crumbs=((_("Alertes"), "/notifications"), (_("Seuils"), "/seuils"), (row.name, None)),
        lead=lead(chart_text(tried), id=Ids.LEAD) if tried.test else None,
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
            dcc.Store(
                id=Ids.DRAWN, data=chart_overlay(tried, viewer, fresh="read", editable=False)
            ),
        ],
    )


def facts(row: ThresholdRow, draft: ThresholdDraft, today: date) -> Component:
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


def _own(draft: ThresholdDraft) -> list[tuple[str, str]]:
    """Return the settings specific to some kinds."""
    if draft.kind is ThresholdKind.MISSING:
        return [(_("Délai"), plural("{count} jour", "{count} jours", draft.delay))]
    fact_rows = []
    if draft.kind is ThresholdKind.RELATIVE:
        fact_rows.append((_("Écart à l’an passé"), _("{value} %", value=number(draft.percent))))
    if draft.kind is ThresholdKind.WEATHER:
        days = plural("{count} jour", "{count} jours", draft.window)
        fact_rows.append((_("Écart à l’attendu"), _("{value} %", value=number(draft.percent))))
        fact_rows.append((_("Moyenne évaluée sur"), days))
    if draft.warn_at is not None:
        fact_rows.append((_("Approche"), _("{value} %", value=number(draft.warn_at))))
    return [
        *fact_rows,
        (_("Marge de retour à la normale"), _("{value} %", value=number(draft.hysteresis))),
    ]


def values_table(draft: ThresholdDraft) -> Component:
    monthly = len(draft.values_wh) == MONTHS
    rows = [
        [month_name(date(2000, rank + 1, 1)) if monthly else _("Valeur"), number(value / 1000)]
        for rank, value in enumerate(draft.values_wh)
    ]
    rows += [list(row) for row in week_rows(draft.week)]
    head = [_("Période"), _("kWh")]
    return card(
        table(head, rows, caption=_("Valeurs du seuil"), numbers=[1]),
        title=_("Valeurs du seuil"),
        flush=True,
    )
