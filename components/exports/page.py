"""Render the exports page: the form, its estimate and the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dash import dcc
from dash.development.base_component import Component

from components.consumption.empty_state import no_pce
from components.exports.form import ask_card, form
from components.exports.ids import Ids
from components.exports.listing import is_busy, list_card, poll, schedules_card
from components.kit import card, columns, page
from components.readings import EXPORTS, readings_tabs
from core.access import Viewer
from core.i18n import N_, _
from data.exports.types import ExportForm, ExportRow, ScheduleRow
from data.rights.types import PendingRight

PURPOSE = N_("Exporter les données de vos PCE : le fichier se prépare pendant que vous continuez.")


@dataclass(frozen=True, slots=True)
class ExportPageFacts:
    """Initial content of the page."""

    export_form: ExportForm
    tags: Sequence[tuple[str, int]]
    total: int
    rows: Sequence[ExportRow]
    schedules: Sequence[ScheduleRow]
    estimate: Sequence[Component]
    today: date
    now: datetime
    pick: int = 0  # selection named in the address
    needed: Sequence[Component] = ()  # alert shown without a contract


def nothing_page(viewer: Viewer, awaited: PendingRight) -> Component:
    """Return the page of a viewer who cannot see any PCE."""
    return page(_("Exports"), _(PURPOSE), children=card(no_pce(viewer, awaited)))


def exports_page(viewer: Viewer, facts: ExportPageFacts) -> Component:
    fields = form(facts.export_form, facts.tags, facts.total, facts.today)
    return page(
        _("Exports"),
        _(PURPOSE),
        children=[
            *readings_tabs(viewer, EXPORTS),
            *facts.needed,
            columns(
                card(fields, title=_("Que voulez-vous exporter ?"), className="exports-form"),
                [ask_card(facts.estimate), schedules_card(facts.schedules)],
            ),
            list_card(facts.rows, facts.now),
            dcc.Store(id=Ids.PICKED, data=facts.pick),
            poll(Ids.POLL, active=is_busy(facts.rows)),
        ],
    )
