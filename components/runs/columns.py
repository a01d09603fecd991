"""Render the columns of a deposited table: how each is read, and how to change it."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import NONE, Child, button, card, html, select_field, table
from components.runs.ids import column_field, columns_button
from core.i18n import N_, _
from data.metering.consumption.files.columns import guess_uses
from data.runs.rules import column_letters
from data.runs.types import ColumnUse, DepositColumn, RunRow, RunState

IGNORED = "-"  # the browser shows no label for an empty value
USES: Mapping[ColumnUse, str] = {
    ColumnUse.IGNORED: N_("ne pas lire"),
    ColumnUse.DAY: N_("Journée gazière"),
    ColumnUse.ENERGY: N_("Énergie (kWh)"),
    ColumnUse.ENERGY_MWH: N_("Énergie (MWh)"),
    ColumnUse.ENERGY_WH: N_("Énergie (Wh)"),
    ColumnUse.VOLUME: N_("Volume (m³)"),
    ColumnUse.START: N_("Index début (m³)"),
    ColumnUse.END: N_("Index fin (m³)"),
    ColumnUse.COEFFICIENT: N_("Coefficient (kWh/m³)"),
    ColumnUse.TEMPERATURE: N_("Température (°C)"),
    ColumnUse.QUALITY: N_("Qualification"),
    ColumnUse.STATUS: N_("Statut"),
    ColumnUse.PCE: N_("PCE"),
    ColumnUse.ALIAS: N_("Alias"),
}


def columns_card(run: RunRow) -> Component:
    """Return the columns of a file and their meaning, which can be changed here."""
    head = [_("Colonne"), _("En-tête du fichier"), _("Exemples"), _("Ce que c’est")]
    unsaid = run.state is RunState.REFUSED and not run.column_uses
    uses = guess_uses(run.columns) if unsaid else [column.use for column in run.columns]
    rows = [_row(run.id, place, column, uses[place]) for place, column in enumerate(run.columns)]
    body = [table(head, rows, caption=_("Colonnes du fichier et ce qu’elles sont")), _way(run)]
    if run.state is RunState.REFUSED:
        return card(body, title=_("Colonnes du fichier"), className="column-mapping")
    summary = html.Summary(_("Colonnes et unités du fichier"))
    return card(html.Details([summary, *body]), className="column-mapping")


def _way(run: RunRow) -> Component:
    first = run.state is RunState.REFUSED
    check_button = button(
        _("Continuer") if first else _("Vérifier de nouveau"),
        id=columns_button(run.id),
        kind="primary" if first else "secondary",
    )
    return html.Div(check_button, className="form-actions")


def _row(run_id: int, place: int, column: DepositColumn, use: str) -> list[Child]:
    letter = column_letters(place)
    sample = html.Span(" · ".join(column.sample) or NONE, className="soft")
    if column.use == ColumnUse.SOURCE:
        return [letter, column.header, sample, _("Source (ne se change pas)")]
    choice = select_field(
        column_field(run_id, place),
        _("Ce qu’est la colonne {letter}", letter=letter),
        [(offered or IGNORED, _(words)) for offered, words in USES.items()],
        use or IGNORED,
        hidden_label=True,
    )
    return [letter, column.header or NONE, sample, choice]


def changed_columns_text(run: RunRow) -> str:
    """Return the columns whose meaning a person changed."""
    uses = sorted((int(place), ColumnUse(use)) for place, use in run.column_uses.items())
    return ", ".join(
        _("« {header} » lue comme {use}", header=_name(run, place), use=_(USES[use]))
        for place, use in uses
        if place < len(run.columns)
    )


def _name(run: RunRow, place: int) -> str:
    return run.columns[place].header or column_letters(place)
