"""What is typed or chosen: labelled fields."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, Id, classes, data, given, key_of
from components.kit.icon import icon as glyph
from i18n import _


def text_field(  # noqa: PLR0913 (one word an option)
    id_: Id,
    label: Children,
    *,
    value: str = "",
    type: str = "text",  # noqa: A002 (the attribute's name)
    hint: Children = None,
    error: Children = None,
    required: bool = False,
    autocomplete: str | None = None,
    name: str | None = None,
    placeholder: str | None = None,
    hidden_label: bool = False,
    **options: Any,  # noqa: ANN401 (of dbc.Input)
) -> Component:
    """A labelled line of text; the message below it is `<id>-error`, empty when all is well."""
    entry = dbc.Input(
        id=id_,
        value=value,
        type=type,
        required=required,
        invalid=error is not None,
        **given(autocomplete=autocomplete, name=name, placeholder=placeholder),
        **options,
    )
    return _field(id_, label, entry, hint=hint, error=error, hidden_label=hidden_label)


def textarea_field(  # noqa: PLR0913
    id_: Id,
    label: Children,
    *,
    value: str = "",
    rows: int = 3,
    hint: Children = None,
    error: Children = None,
    **options: Any,  # noqa: ANN401 (of dbc.Textarea)
) -> Component:
    """Some lines of text, as `text_field` is one."""
    entry = dbc.Textarea(id=id_, value=value, rows=rows, invalid=error is not None, **options)
    return _field(id_, label, entry, hint=hint, error=error)


def date_field(  # noqa: PLR0913
    id_: Id,
    label: Children,
    value: date | None,
    first: date | None = None,
    last: date | None = None,
    *,
    hint: Children = None,
    error: Children = None,
    hidden_label: bool = False,
    debounce: int | bool = 500,
) -> Component:
    """The browser's own date field; `value` is an ISO day, "" when empty.

    One that a press may take away waits for nothing (*debounce* False): dbc would read it gone.
    """
    entry = dbc.Input(
        id=id_,
        type="date",
        value=value.isoformat() if value else "",
        debounce=debounce,
        invalid=error is not None,
        **given(min=first and first.isoformat(), max=last and last.isoformat()),
    )
    return _field(id_, label, entry, hint=hint, error=error, hidden_label=hidden_label)


def select_field(  # noqa: PLR0913
    id_: Id,
    label: Children,
    options: Sequence[tuple[str, str]],
    value: str | None,
    *,
    hint: Children = None,
    error: Children = None,
    hidden_label: bool = False,
) -> Component:
    """The browser's own list; *options* are (value, words)."""
    entry = dbc.Select(
        id=id_,
        options=[{"value": key, "label": words} for key, words in options],
        value=value,
        invalid=error is not None,
    )
    return _field(id_, label, entry, hint=hint, error=error, hidden_label=hidden_label)


def switch(id_: Id, label: Children, value: bool) -> Component:  # noqa: FBT001 (the contract)
    """On or off; `value` is a boolean."""
    field: Component = dbc.Switch(id=id_, label=label, value=value, className="kit-switch")
    return field


def _field(  # noqa: PLR0913
    id_: Id,
    label: Children,
    entry: Component,
    *,
    hint: Children = None,
    error: Children = None,
    hidden_label: bool = False,
) -> Component:
    key = key_of(id_)
    words = html.Label(
        label,
        className=classes("field-label", "visually-hidden" if hidden_label else ""),
        **given(htmlFor=key if isinstance(id_, str) else None),
    )
    notes = [
        *([html.P(hint, className="field-hint", id=f"{key}-hint")] if hint is not None else []),
        html.P(error, className="field-error", id=f"{key}-error"),
    ]
    return html.Div([words, entry, *notes], className="field", **data(kit="field"))


def search_box(
    id_: str,
    label: str,
    placeholder: str,
    *,
    value: str = "",
    debounce: int = 300,
) -> Component:
    """A line that filters what is below it; `value` of *id_* follows the typing."""
    entry = dbc.Input(
        id=id_,
        type="search",
        value=value,
        placeholder=placeholder,
        debounce=debounce,
        autocomplete="off",
    )
    return html.Div(
        [
            html.Label(label, htmlFor=id_, className="visually-hidden"),
            glyph("search"),
            entry,
        ],
        className="search-box",
    )


def unsaved() -> dict[str, Any]:
    """What a form bears to ask before what is typed in it is lost (assets/kit-unsaved.js)."""
    return data(unsaved=_("Ce que vous avez saisi n’est pas enregistré. Quitter quand même ?"))


def at_most(most: int) -> dict[str, Any]:
    """What holds a text of at most *most* signs, and a `count_line`: nothing is cut short."""
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
    """How long the text is, once it comes near what it may be (assets/kit-count.js)."""
    return html.P(className="field-count", role="status")
