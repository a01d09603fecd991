"""Build AG Grid tables in the portal's style, without code in their options."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import dash_ag_grid as dag
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Id, data, given_properties, key_of
from components.kit.grid_models import DOWN
from core.i18n import _

ROW = 36
HEAD = 37
AUTO_ROWS = 40
SCROLLED = 560
WIDEST = 360
CHARACTER = 8  # px; a wide system font at 12-13 px
PADDING = 26
BLOCK = 100
MOST_LINES = 14

Row = Mapping[str, Any]
Renderer = Literal["KitLink", "KitChip", "KitText", "KitBar", "KitHeat", "KitDrift"]


def column(  # noqa: PLR0913 (what a column may be)
    field: str,
    title: str,
    *,
    unit: str | None = None,
    number: bool = False,
    strong: bool = False,
    width: int | None = None,
    flex: float | None = None,
    pinned: bool = False,
    sortable: bool = False,
    filtered: bool = False,
    renderer: Renderer | None = None,
    **more: Any,  # noqa: ANN401 (any other AG Grid column option)
) -> dict[str, Any]:
    """Return a column definition.

    `unit` follows the title in a lighter weight, `number` aligns right. `filtered` columns carry a
    filter of the screen; their header shows no filter.

    Renderers (code in `assets/kit-grid.js`) take a dict as the cell: `KitLink` {text, href, note?},
    `KitChip` {word, icon?, tone?, title?}, `KitText` {text, tone?: "soft"|"strong"|"bad", mark?:
    "▲", note?}, `KitHeat` {text, level, title?}, `KitDrift` {share between -1 and 1, level}; they
    also accept a plain string.
    """
    looks = [*(["number"] if number else []), *(["strong"] if strong else [])]
    return {
        "field": field,
        "headerName": title,
        "headerComponentParams": {"innerHeaderComponent": "KitHeader", "unit": unit},
        "sortable": sortable,
        **({"headerClass": "number"} if number else {}),
        **({"cellClass": looks} if looks else {}),
        **({"pinned": "left", "lockPinned": True} if pinned else {}),
        **(_FILTERED if filtered else {}),
        **given_properties(width=width, flex=flex, cellRenderer=renderer),
        **more,
    }


def chip_column(field: str, title: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a column of chips that carries a filter of the screen."""
    return column(field, title, renderer="KitChip", filtered=True, **options)


def grid(  # noqa: PLR0913
    id_: Id,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Row] | None = None,
    *,
    page_label: str,
    infinite: bool = False,
    height: int | None = None,
    pinned_bottom: Sequence[Row] | None = None,
    row_key: str = "id",
    phone: Sequence[str] = (),
    cards: int | None = None,
    grid_options: Mapping[str, Any] | None = None,
    **options: Any,  # noqa: ANN401
) -> Component:
    """Return a grid labelled `page_label`; cells are formatted strings, or inputs of a renderer.

    Each row has a text identity under `row_key`. `infinite` requests rows in blocks of 100 through
    `getRowsRequest`. Without `height` (px), up to 40 rows are shown in full and more scroll. On a
    phone, the `phone` columns come first (`name:96` is 96 px wide), no column is pinned left, and
    rows are tall enough; with `cards` (px, their height) each row is a card, laid out by the CSS of
    the feature. `grid_options` go to AG Grid, `options` to `dag.AgGrid`.
    """
    count = len(rows or ()) + len(pinned_bottom or ())
    fits_rows = height is None and not infinite and count <= AUTO_ROWS
    settings = (
        _options(infinite=infinite, fits_rows=fits_rows) | _bottom(pinned_bottom) | _carded(cards)
    )
    table = dag.AgGrid(
        id=id_,
        columnDefs=[fitted(definition, rows or ()) for definition in columns],
        defaultColDef=_DEFAULT_COLUMN,
        className="kit-grid",
        getRowId=f"params.data.{row_key}",
        dashGridOptions={**settings, **(grid_options or {})},
        style=_size(height, fits_rows=fits_rows),
        **({"rowModelType": "infinite"} if infinite else {"rowData": list(rows or ())}),
        **{"columnSize": "responsiveSizeToFit", **options},
    )
    attributes = given_properties(
        label=page_label, phone=" ".join(phone) or None, cards=cards and str(cards)
    )
    return html.Div(
        table,
        className="grid-box",
        id=f"{key_of(id_)}-box",
        style={"--grid-height": f"{(height or _tall(count, fits_rows=fits_rows)) / 16:g}rem"},
        **data(kit="grid", **attributes),
    )


def _bottom(rows: Sequence[Row] | None) -> dict[str, Any]:
    return given_properties(pinnedBottomRowData=rows and list(rows))


def _carded(cards: int | None) -> dict[str, Any]:
    """Return the option that renders all columns, which cards need."""
    return {"suppressColumnVirtualisation": True} if cards else {}


def fitted(definition: Mapping[str, Any], rows: Sequence[Row] = ()) -> dict[str, Any]:
    """Return a column at least as wide as its text, so that the table scrolls.

    Callers that change the columns of a rendered grid apply it too.
    """
    unit = definition.get("headerComponentParams", {}).get("unit") or ""
    head = len(f"{definition.get('headerName', '')} {unit}".strip()) * CHARACTER + PADDING
    head += 18 if definition.get("sortable") else 0
    field = definition.get("field", "")
    longest = max((len(_text(row.get(field))) for row in rows), default=0)
    narrowest = min(max(head, longest * CHARACTER + PADDING, definition.get("width", 0)), WIDEST)
    return {"minWidth": narrowest, **definition}


def sorted_by(definitions: Iterable[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Return the columns with the sort arrow on the one named by `sort` (`-`: descending)."""
    column_name, direction = sort.removeprefix(DOWN), "desc" if sort.startswith(DOWN) else "asc"
    return [
        {**definition, "sort": direction} if definition["field"] == column_name else definition
        for definition in definitions
    ]


def height_of(lines: int, most: int | None = None) -> int:
    """Return the height in px of a grid of `lines` rows.

    It scrolls beyond `most` rows, 14 by default.
    """
    return HEAD + ROW * max(1, min(lines, most or MOST_LINES)) + 2


def _text(cell: object) -> str:
    if isinstance(cell, Mapping):
        return " ".join(str(part) for name, part in cell.items() if name in _SHOWN)
    return "" if cell is None else str(cell)


_FILTERED = {"filter": "agTextColumnFilter", "suppressHeaderFilterButton": True}
_SHOWN = frozenset({"text", "word", "note", "mark", "source"})


_DEFAULT_COLUMN: dict[str, Any] = {
    "resizable": True,
    "sortable": False,
    "suppressMovable": True,
    "suppressHeaderMenuButton": True,
    "cellDataType": False,
}


def _tall(count: int, *, fits_rows: bool) -> int:
    """Return the height in px to reserve until the grid has loaded."""
    return HEAD + 2 + ROW * max(1, count) if fits_rows else SCROLLED


def _size(height: int | None, *, fits_rows: bool) -> dict[str, Any]:
    if fits_rows:
        return {"height": None, "width": "100%"}
    return {"height": f"{(height or SCROLLED) / 16:g}rem", "width": "100%"}


def _options(*, infinite: bool, fits_rows: bool) -> dict[str, Any]:
    blocks = {
        "cacheBlockSize": BLOCK,
        "maxBlocksInCache": 20,
        "infiniteInitialRowCount": BLOCK,
        "cacheOverflowSize": 2,
        "maxConcurrentDatasourceRequests": 2,
    }
    return {
        "theme": {"function": _THEME},
        "rowHeight": ROW,
        "headerHeight": HEAD,
        "ensureDomOrder": True,
        "enableCellTextSelection": True,
        "suppressMenuHide": True,
        "suppressColumnMoveAnimation": True,
        "suppressContentVisibilityAuto": True,  # printing and screenshots need rows below the fold
        "animateRows": False,
        "localeText": _words(),
        "selectionColumnDef": {
            "pinned": "left",
            "width": 52,
            "suppressSizeToFit": True,
            "resizable": False,
            "headerName": _("Sélection"),
            "headerComponentParams": {"innerHeaderComponent": "KitHeader", "hidden": True},
        },
        **(blocks if infinite else {}),
        **({"domLayout": "autoHeight"} if fits_rows else {}),
    }


_THEME = (
    "themeQuartz.withParams({"
    "backgroundColor:'var(--surface)',foregroundColor:'var(--ink)',textColor:'var(--ink)',"
    "accentColor:'var(--accent)',borderColor:'var(--grid)',"
    "headerBackgroundColor:'var(--sunken)',headerTextColor:'var(--ink-2)',"
    "headerFontWeight:600,headerFontSize:12,fontSize:13,fontFamily:'inherit',"
    "rowHoverColor:'var(--hover)',selectedRowBackgroundColor:'var(--accent-soft)',"
    "cellHorizontalPadding:12,wrapperBorder:false,wrapperBorderRadius:0,"
    "oddRowBackgroundColor:'transparent',columnBorder:false,headerColumnBorder:false,pinnedColumnBorder:false,"
    "browserColorScheme:'inherit',focusShadow:'none'"
    "})"
)


def _words() -> dict[str, str]:
    return {
        "noRowsToShow": _("Aucune ligne"),
        "noMatchingRows": _("Aucune ligne"),
        "loadingOoo": _("Chargement…"),
        "loadingError": _("Lignes non chargées"),
        "ariaRowSelect": _("Choisir la ligne"),
        "ariaRowSelectAll": _("Choisir toutes les lignes"),
        "ariaRowToggleSelection": _("Appuyer sur Espace pour choisir la ligne"),
        "ariaHeaderSelection": _("Sélection des lignes"),
        "ariaSortableColumn": _("Appuyer sur Entrée pour trier"),
        "ariaColumnSelectAll": _("Choisir toutes les lignes"),
        "ariaRowDeselect": _("Appuyer sur Espace pour ne plus choisir la ligne"),
        "ariaChecked": _("coché"),
        "ariaUnchecked": _("décoché"),
        "ariaVisible": _("visible"),
        "ariaHidden": _("caché"),
    }
