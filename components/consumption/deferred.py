"""List the parts of the screen that are rendered after the bars."""

from collections.abc import Mapping
from typing import Any

from dash import no_update

from components.consumption.ids import Ids
from components.kit import make_static

# Rendered once the bars, which the user waits for, are drawn: (id, property).
LATER: Mapping[str, tuple[Ids, str]] = {
    "pce": (Ids.PICKER, "value"),
    "other": (Ids.OTHER, "value"),
    "period_words": (Ids.PERIOD_WORDS, "children"),
    "step_words": (Ids.STEP_WORDS, "children"),
    "compare_words": (Ids.COMPARE_WORDS, "children"),
    "unit_words": (Ids.UNIT_WORDS, "children"),
    "label": (Ids.CHART_BOX, "aria-label"),
    "title": (Ids.TITLE, "children"),
    "crumb": (Ids.CRUMB, "children"),
    "lead": (Ids.LEAD, "children"),
    "asked": (Ids.ASKED, "children"),
    "kpis": (Ids.KPIS, "children"),
    "injected": (Ids.INJECTED, "children"),
    "trail": (Ids.TRAIL, "children"),
    "legend": (Ids.LEGEND, "children"),
    "units": (Ids.UNITS, "children"),
    "notes": (Ids.NOTES, "children"),
    "episodes": (Ids.EPISODES, "children"),
    "episode": (Ids.EPISODE, "children"),
    "empty": (Ids.EMPTY, "children"),
    "table_title": (Ids.TABLE_TITLE, "children"),
    "head": (Ids.HEAD, "children"),
    "acts": (Ids.ACTS, "children"),
    "exports": (Ids.EXPORTS, "children"),
    "table_files": (Ids.TABLE_FILES, "children"),
    "columns": (Ids.TABLE, "columnDefs"),
    "rows": (Ids.TABLE, "rowData"),
    "style": (Ids.TABLE, "style"),
    "foot": (Ids.TABLE, "foot"),  # a grid option, set by assets/consumption.js
}


def bars_first(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Move the deferrable outputs of `parts` into one, `later`: {id: {property: value}}."""
    waiting: dict[str, dict[str, Any]] = {}
    for name, (id_, prop) in LATER.items():
        if outputs[name] is not no_update:
            value = make_static(outputs[name]) if prop == "children" else outputs[name]
            waiting.setdefault(id_, {})[prop] = value
    now = {name: value for name, value in outputs.items() if name not in LATER}
    return now | {"later": waiting}
