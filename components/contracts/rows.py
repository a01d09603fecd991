"""The columns of the distributor's list of contracts, and one line of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from components.contracts.filters import Wanted
from components.contracts.words import LOOKS, step_text
from components.kit import DOWN, column, fitted
from data.access import Viewer
from data.contracts.rules.words import STATES
from data.contracts.types import ContractRow, ContractSort
from i18n import _, clock, short_day

_QUIET: Mapping[str, Any] = {"filter": "agTextColumnFilter", "suppressHeaderFilterButton": True}


def columns(wanted: Wanted) -> list[dict[str, Any]]:
    made = [
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
        column(ContractSort.NUMBER, _("Numéro"), width=150, minWidth=140, sortable=True, **_QUIET),
        column(
            ContractSort.STATE,
            _("État"),
            width=150,
            minWidth=146,
            sortable=True,
            renderer="KitChip",
            **_QUIET,
        ),
        column("step", _("Qui doit agir, avant quand"), width=300, minWidth=270, **_QUIET),
        column(ContractSort.STARTS, _("Début"), width=110, sortable=True),
        column(ContractSort.ENDS, _("Fin"), width=110, sortable=True, **_QUIET),
        column(ContractSort.CHANGED, _("Dernier mouvement"), width=160, sortable=True),
    ]
    return [_sorted(fitted(one), wanted) for one in made]


def _sorted(definition: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    if definition["field"] != wanted.sort.removeprefix(DOWN):
        return definition
    return {**definition, "sort": "desc" if wanted.descending else "asc"}


def grid_row(row: ContractRow, viewer: Viewer) -> dict[str, object]:
    """One line, every cell already a text."""
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
