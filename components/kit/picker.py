"""Build the picker: a combobox whose options the server provides."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, aria, classes, data
from components.kit.icon import icon as glyph
from core.i18n import _

PickerRow = tuple[str, Children, Children]


def picker(  # noqa: PLR0913
    id_: str,
    label: str,
    value_text: str,
    placeholder: str,
    *,
    rows: Sequence[PickerRow] = (),
    icon: str | None = None,
    hidden_label: bool = True,
    chosen: str = "",
    names_only: bool = False,
) -> Component:
    """Return a combobox filled by the server.

    A callback reads `value` of `id_` (the typed text) and writes `picker_options(rows)` in
    `children` of `<id>-list`; a choice sets `data` of `<id>-choice` to the row's value. `rows` are
    the first suggestions, `chosen` the value of the first choice. `assets/kit.js` handles keys and
    ARIA.
    """
    hidden = "visually-hidden" if hidden_label else ""
    return html.Div(
        [
            html.Label(label, htmlFor=id_, className=classes("field-label", hidden)),
            _entry(id_, value_text, placeholder, icon or "chevron-down"),
            html.Div(
                picker_options(rows, names_only=names_only) if rows else [],
                id=f"{id_}-list",
                className="picker-list",
                role="listbox",
                **aria(label=label),
            ),
            dcc.Store(id=f"{id_}-choice", data=chosen or None),
        ],
        className=classes("picker", "picker-search" if icon else ""),
        **data(kit="picker", settles="250", chosen=chosen, **{"for": id_}),
    )


def picker_field(
    id_: str, label: str, value_text: str, placeholder: str, error: Children = None
) -> Component:
    """Return a picker as a field of a form: its `value` is the text shown, its list is empty."""
    entry = _entry(id_, value_text, placeholder, "chevron-down", wrong=error is not None)
    names = {"role": "listbox", "className": "picker-list", **aria(label=label)}
    listed = html.Div(id=f"{id_}-list", **names)
    store = dcc.Store(id=f"{id_}-choice")
    marks = data(kit="picker", settles="250", **{"for": id_})
    return html.Div(
        [
            html.Label(label, htmlFor=id_, className="field-label"),
            html.Div([entry, listed, store], className="picker", **marks),
            html.P(error, className="field-error", id=f"{id_}-error"),
        ],
        className="field",
        **data(kit="field"),
    )


def _entry(id_: str, value: str, placeholder: str, icon: str, *, wrong: bool = False) -> Component:
    entry = dbc.Input(
        id=id_,
        type="text",
        value=value,
        placeholder=placeholder,
        debounce=True,
        autocomplete="off",
        invalid=wrong,
    )
    return html.Div([glyph(icon), entry], className="picker-entry")


def picker_options(rows: Sequence[PickerRow], *, names_only: bool = False) -> list[Component]:
    """Return the options of a picker, one per (value, title, note), or the "no result" option.

    A selected row shows its title in the field, and its value when that differs, unless
    `names_only`.
    """
    if not rows:
        return [
            html.Div(
                _("Aucun résultat"),
                className="picker-none",
                role="option",
                **aria(disabled="true", selected="false"),
            )
        ]
    return [
        html.Div(
            [html.Span(title, className="picker-title"), html.Span(note, className="picker-note")],
            className="picker-option",
            role="option",
            **data(
                value=value,
                shown=f"{title}" if names_only or title == value else f"{title} {value}",
            ),
            **aria(selected="false"),
        )
        for value, title, note in rows
    ]
