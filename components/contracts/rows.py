"""Define the columns and rows of the distributor's list of contracts."""

from datetime import date
from typing import Any

from components.contracts.filters import ContractQuery
from components.contracts.labels import LOOKS, step_text
from components.kit import chip_column, column, fitted, sorted_by
from core.access import Viewer
from core.i18n import _, clock, short_day
from data.contracts.rules.labels import STATES
from data.contracts.types import ContractRow, ContractSort


def columns(wanted: ContractQuery) -> list[dict[str, Any]]:
    definitions = [
        column(
            ContractSort.ORGANISATION,
            _("Organisation"),
            width=230,
            minWidth=180,
            flex=1,
            pinned=True,
            sortable=True,
            cellRenderer="ContractsOpen",
        ),
        column(
            ContractSort.NUMBER, _("Numéro"), width=150, minWidth=140, sortable=True, filtered=True
        ),
        chip_column(ContractSort.STATE, _("État"), width=150, minWidth=146, sortable=True),
        column("step", _("Qui doit agir, avant quand"), width=300, minWidth=270, filtered=True),
        column(ContractSort.STARTS, _("Début"), width=110, sortable=True),
        column(ContractSort.ENDS, _("Fin"), width=110, sortable=True, filtered=True),
        column(ContractSort.CHANGED, _("Dernier mouvement"), width=160, sortable=True),
    ]
    return sorted_by(map(fitted, definitions), wanted.sort)


def grid_row(row: ContractRow, viewer: Viewer) -> dict[str, object]:
    """Return a grid row; cells are formatted for display."""
    glyph, tone = LOOKS[row.state]
    return {
        "uid": row.uid,
        ContractSort.ORGANISATION.value: {"text": row.organisation, "uid": row.uid},
        ContractSort.NUMBER.value: row.number or "–",
        ContractSort.STATE.value: {"word": _(STATES[row.state]), "icon": glyph, "tone": tone},
        "step": step_text(row, viewer),
        ContractSort.STARTS.value: _day(row.starts_on),
        ContractSort.ENDS.value: _day(row.ends_on),
        ContractSort.CHANGED.value: clock(row.changed_at)[:10],
    }


def _day(day: date | None) -> str:
    return short_day(day) if day else "–"
