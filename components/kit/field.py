"""Build labelled form fields."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, Id, aria, classes, data, given_properties, key_of
from components.kit.button import multi_segments
from components.kit.icon import icon as glyph
from core.i18n import _

_RESTS = 500  # ms without a key press, while a date is typed


class FieldNotes(TypedDict, total=False):
    """What a field writes around its entry; the error has the id `<id>-error`."""

    hint: Children
    error: Children
    hidden_label: bool


def text_field(  # noqa: PLR0913 (one word an option)
    id_: Id,
    label: Children,
    *,
    value: str = "",
    type: str = "text",  # noqa: A002 (the attribute's name)
    hint: Children = None,
    error: Children = None,
    required: bool = False,
    hidden_label: bool = False,
    settles: int | None = None,
    **options: Any,  # noqa: ANN401 (of dbc.Input)
) -> Component:
    """Return a labelled text input; the message below has the id `<id>-error`, empty if valid.

    With `settles`, in ms, the value is sent after a pause of that length in typing, or on a click
    (assets/kit-typed.js).
    """
    entry = dbc.Input(
        id=id_,
        value=value,
        type=type,
        required=required,
        invalid=error is not None,
        **_debounce(settles),
        **options,
    )
    notes: FieldNotes = {"hint": hint, "error": error, "hidden_label": hidden_label}
    return _field(id_, label, entry, settles, **notes)


def textarea_field(  # noqa: PLR0913
    id_: Id,
    label: Children,
    *,
    value: str = "",
    rows: int = 3,
    hint: Children = None,
    error: Children = None,
    settles: int | None = None,
    **options: Any,  # noqa: ANN401 (of dbc.Textarea)
) -> Component:
    """Return a labelled multi-line text input, with the options of `text_field`."""
    settle_options, wrong = _debounce(settles), error is not None
    entry = dbc.Textarea(id=id_, value=value, rows=rows, invalid=wrong, **settle_options, **options)
    return _field(id_, label, entry, settles, hint=hint, error=error)


def date_field(
    id_: Id,
    label: Children,
    value: date | None,
    first: date | None = None,
    last: date | None = None,
    **notes: Unpack[FieldNotes],
) -> Component:
    """Return the browser's native date field; `value` is an ISO date, "" when empty.

    The value is sent after a pause in typing, or on a click, so that a partial year is not sent.
    """
    entry = dbc.Input(
        id=id_,
        type="date",
        value=value.isoformat() if value else "",
        invalid=notes.get("error") is not None,
        **_debounce(_RESTS),
        **given_properties(min=first and first.isoformat(), max=last and last.isoformat()),
    )
    return _field(id_, label, entry, _RESTS, **notes)


def select_field(
    id_: Id,
    label: Children,
    options: Sequence[tuple[str, str]],
    value: str | None,
    **notes: Unpack[FieldNotes],
) -> Component:
    """Return the browser's native select; `options` are (value, label) pairs."""
    entry = dbc.Select(
        id=id_,
        options=[{"value": key, "label": words} for key, words in options],
        value=value,
        invalid=notes.get("error") is not None,
    )
    return _field(id_, label, entry, **notes)


def choice_field(
    id_: Id,
    label: str,
    options: Sequence[tuple[str, str]],
    values: Sequence[str],
    *,
    error: Children = None,
    hidden_label: bool = False,
) -> Component:
    """Return `multi_segments` with a label and an error message."""
    words = html.P(label, className="field-label", **aria(hidden="true"))
    return html.Div(
        [
            *([] if hidden_label else [words]),
            multi_segments(id_, label, options, values, wrong=error is not None),
            html.P(error, className="field-error", id=f"{key_of(id_)}-error"),
        ],
        className="field",
        **data(kit="field"),
    )


def switch(id_: Id, label: Children, value: bool) -> Component:  # noqa: FBT001 (the contract)
    """Return a switch; its `value` is a boolean."""
    field: Component = dbc.Switch(id=id_, label=label, value=value, className="kit-switch")
    return field


def _field(
    id_: Id,
    label: Children,
    entry: Component,
    settles: int | None = None,
    **notes: Unpack[FieldNotes],
) -> Component:
    key, hint = key_of(id_), notes.get("hint")
    words = html.Label(
        label,
        className=classes("field-label", "visually-hidden" if notes.get("hidden_label") else ""),
        **given_properties(htmlFor=key if isinstance(id_, str) else None),
    )
    under = [
        *([html.P(hint, className="field-hint", id=f"{key}-hint")] if hint is not None else []),
        html.P(notes.get("error"), className="field-error", id=f"{key}-error"),
    ]
    marks = data(kit="field", **_settling(settles))
    return html.Div([words, entry, *under], className="field", **marks)


def _debounce(settles: int | None) -> dict[str, bool]:
    """Return the dbc option that sends the value on blur, for fields that settle.

    A delay in ms would send the value after the click, or read a field that was removed.
    """
    return {} if settles is None else {"debounce": True}


def _settling(settles: int | None) -> dict[str, str]:
    return {} if settles is None else {"settles": str(settles)}


def search_box(
    id_: str,
    label: str,
    placeholder: str,
    *,
    value: str = "",
    settles: int = 300,
) -> Component:
    """Return an input that filters the content below it; `value` of `id_` follows the typing."""
    entry = dbc.Input(
        id=id_,
        type="search",
        value=value,
        placeholder=placeholder,
        autocomplete="off",
        **_debounce(settles),
    )
    return html.Div(
        [
            html.Label(label, htmlFor=id_, className="visually-hidden"),
            glyph("search"),
            entry,
        ],
        className="search-box",
        **data(**_settling(settles)),
    )


def unsaved(*, refused: bool = False) -> dict[str, Any]:
    """Return the attributes of a form that warns before unsaved values are lost.

    The warning is in assets/kit-unsaved.js. A form shown again after it was refused warns from the
    start.
    """
    asks = _("Ce que vous avez saisi n’est pas enregistré. Quitter quand même ?")
    return data(unsaved=asks, **({"refused": ""} if refused else {}))


def at_most(most: int) -> dict[str, Any]:
    """Return the attributes that limit a text to `most` characters.

    Longer texts are not truncated.
    """
    return data(
        most=str(most),
        near=_("{count} signes sur {most}", count="{count}", most="{most}"),
        over=_(
            "{count} signes sur {most}\u00a0: {over} de trop",
            count="{count}",
            most="{most}",
            over="{over}",
        ),
    )


def count_line() -> Component:
    """Return the line that shows the length of a text near its limit (assets/kit-count.js)."""
    return html.P(className="field-count", role="status")
