"""Build buttons, links and segmented controls."""

from collections.abc import Sequence
from typing import Any, Literal

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import (
    Child,
    Children,
    Id,
    aria,
    as_list,
    classes,
    given_properties,
    key_of,
)
from components.kit.icon import icon as glyph

_Link: Any = html.quick(dcc.Link(href="/"))
Kind = Literal["primary", "secondary", "danger", "ghost"]
_KINDS: dict[str, str] = {
    "primary": "btn-primary",
    "secondary": "btn-secondary",
    "danger": "btn-danger",
    "ghost": "btn-ghost",
}


def button(  # noqa: PLR0913 (one word an option)
    label: Children,
    *,
    id: Id | None = None,  # noqa: A002 (Dash's own name)
    icon: str | None = None,
    kind: Kind = "secondary",
    small: bool = False,
    href: str | None = None,
    download: bool = False,
    disabled: bool = False,
    **attributes: Any,  # noqa: ANN401
) -> Component:
    """Return a button, or with `href` a link styled as a button.

    `download` marks an address outside the pages of the application (an export, a form that the
    server renders): the browser fetches it, instead of the page router. `attributes` go to the
    element: `type`, `title`, `className`, `**{"aria-…": …, "data-…": …}`.
    """
    size = 14 if small else 16
    inside = [glyph(icon, size), html.Span(label)] if icon else as_list(label)
    look = classes("btn", _KINDS[kind], "btn-sm" if small else "", attributes.pop("className", ""))
    if href is not None:
        attributes |= {"className": look, **given_properties(id=id)}
        return _anchor(inside, href, download=download, **attributes)
    return html.Button(
        inside,
        className=look,
        disabled=disabled,
        **{"type": "button", **given_properties(id=id), **attributes},
    )


def icon_button(
    label: str,
    icon: str,
    *,
    id: Id | None = None,  # noqa: A002
    href: str | None = None,
    **attributes: Any,  # noqa: ANN401
) -> Component:
    """Return a button with an icon only; `label` is its accessible name and tooltip."""
    look = classes("btn-icon", attributes.pop("className", ""))
    named = html.Span(label, className="visually-hidden")
    if href is not None:
        return _anchor(
            [glyph(icon), named],
            href,
            className=classes("btn", look),
            title=label,
            **given_properties(id=id),
            **attributes,
        )
    return button([glyph(icon), named], id=id, className=look, title=label, **attributes)


def link(
    text: Children,
    href: str,
    *,
    download: bool = False,
    **attributes: Any,  # noqa: ANN401
) -> Component:
    """Return a link in a text.

    Pages open without a reload, `download` addresses through the browser.
    """
    return _anchor(as_list(text), href, download=download, **attributes)


def _anchor(
    children: Sequence[Child],
    href: str,
    *,
    download: bool = False,
    **attributes: Any,  # noqa: ANN401
) -> Component:
    inside_app = href.startswith("/") and not href.startswith("//") and not download
    if inside_app and set(attributes) <= {"id", "className", "title", "style", "target"}:
        anchor: Component = _Link(children=children, href=href, **attributes)
        return anchor
    return html.A(children, href=href, **attributes)


Option = tuple[str, Children]


def selection_acts(acts: Children, *, id_: Id, why: Id) -> Component:
    """Return the actions on selected rows, disabled at first; the element `why` describes them."""
    return html.Fieldset(
        as_list(acts),
        id=id_,
        disabled=True,
        className="selection-acts",
        **aria(describedby=key_of(why)),
    )


def segments(
    id_: Id,
    label: str,
    options: Sequence[Option],
    value: str | None,
    *,
    className: str = "",  # noqa: N803
    disabled: Sequence[str] = (),
) -> Component:
    """Return a segmented control; `value` of `id_` is the selected option. The label is hidden."""
    items = dbc.RadioItems(
        id=id_,
        options=segment_options(options, disabled),
        value=value,
        name=f"{key_of(id_)}-choice",
        **_SEGMENT,
    )
    return _group(label, items, className)


def multi_segments(
    id_: Id,
    label: str,
    options: Sequence[Option],
    values: Sequence[str],
    *,
    wrong: bool = False,
    className: str = "",  # noqa: N803
) -> Component:
    """Return segments of which several can be pressed; `value` of `id_` is the list of these."""
    look = _SEGMENT | {"inputClassName": look_of_inputs(wrong=wrong)}
    items = dbc.Checklist(id=id_, options=segment_options(options), value=list(values), **look)
    return _group(label, items, className)


def look_of_inputs(*, wrong: bool) -> str:
    """Return the `inputClassName` of segments.

    A wrong choice is marked so that it gets the focus.
    """
    return "visually-hidden is-invalid" if wrong else "visually-hidden"


_SEGMENT = {
    "className": "segments",
    "inputClassName": "visually-hidden",
    "labelClassName": "segment",
}


def segment_options(
    options: Sequence[Option], disabled: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the `options` of segments, for callbacks that change their texts."""
    return [
        {"value": value, "label": label, "disabled": value in disabled} for value, label in options
    ]


def _group(label: str, items: Component, look: str) -> Component:
    return html.Fieldset(
        [html.Legend(label, className="visually-hidden"), items],
        className=classes("segments-group", look),
    )


def asks_first(words: Children, question: Children, act: Component) -> Component:
    """Return a confirmation of an irreversible action: `words` open `question`, then `act`."""
    return html.Details([html.Summary(words), html.P(question), act], className="asks-first")
