"""Build the layout of a page: head, opening sentence and cards."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Children, Id, aria, as_list, classes, given_properties
from components.kit.button import link
from components.kit.icon import icon
from core.i18n import _

Crumb = tuple[Children, str | None]
Tab = tuple[Children, str, bool]  # label, address, whether it is the current page


def page(  # noqa: PLR0913 (the parts of a page)
    title: Children,
    purpose: Children = None,
    *,
    children: Children = (),
    crumbs: Sequence[Crumb] = (),
    actions: Children = (),
    lead: Children = None,
    id: Id | None = None,  # noqa: A002
) -> Component:
    """Return a page.

    `lead` is a sentence, or the result of `lead()`; the primary action is last. A page that says
    by itself what it is for has no `purpose`.
    """
    sentence = lead if isinstance(lead, Component) or lead is None else _lead(lead)
    return html.Div(
        [
            _head(title, purpose, crumbs, actions),
            *([sentence] if sentence is not None else []),
            *as_list(children),
        ],
        className="page",
        **given_properties(id=id),
    )


def _head(
    title: Children, purpose: Children, crumbs: Sequence[Crumb], actions: Children
) -> Component:
    action_list = as_list(actions)
    words = [
        *([_crumbs(crumbs)] if crumbs else []),
        html.H1(title),
        *([html.P(purpose, className="purpose")] if purpose is not None else []),
    ]
    return html.Header(
        [
            html.Div(words, className="page-words"),
            *([html.Div(action_list, className="page-actions")] if action_list else []),
        ],
        className="page-head",
    )


def _crumbs(crumbs: Sequence[Crumb]) -> Component:
    items: list[Component] = []
    for position, (text, href) in enumerate(crumbs):
        parts: list[Component] = [icon("chevron-right", 12)] if position else []
        parts.append(link(text, href) if href else html.Span(text))
        items.append(html.Li(parts))
    return html.Nav(html.Ol(items), className="crumbs", **aria(label=_("Fil d’Ariane")))


def lead(children: Children, id: Id | None = None) -> Component:  # noqa: A002
    """Return the opening sentence, with its figures in `html.B`."""
    return html.P(children, className="lead", **given_properties(id=id))


_lead = lead


def card(  # noqa: PLR0913
    children: Children,
    *,
    title: Children = None,
    hint: Children = None,
    actions: Children = (),
    flush: bool = False,
    id: Id | None = None,  # noqa: A002
    className: str = "",  # noqa: N803
) -> Component:
    """Return a bordered block; `flush` lets a grid or a chart touch its edges."""
    head = _card_head(title, hint, as_list(actions))
    body = html.Div(children, className=classes("card-body", "card-flush" if flush else ""))
    return html.Section(
        [*head, body],
        className=classes("card", "" if head else "card-bare", className),
        **given_properties(id=id),
    )


def _card_head(title: Children, hint: Children, actions: list[Child]) -> list[Component]:
    if title is None and not actions:
        return []
    words = [
        *([html.H2(title)] if title is not None else []),
        *([html.Span(hint, className="card-hint")] if hint is not None else []),
    ]
    return [
        html.Div(
            [
                html.Div(words, className="card-words"),
                *([html.Div(actions, className="card-actions")] if actions else []),
            ],
            className="card-head",
        )
    ]


def fold(title: Children, children: Children, *, hint: Children = None) -> Component:
    """Return a part that opens at a press on its title."""
    words = [icon("chevron-right", 14), html.B(title)]
    words += [html.Span(hint, className="card-hint")] if hint is not None else []
    body = html.Div(as_list(children), className="fold-body")
    return html.Details([html.Summary(words), body], className="fold")


def heading_of(drawn: object) -> str:
    """Return the text of the first H1 in `drawn`, "" without one."""
    if isinstance(drawn, html.H1):
        return _words(drawn)
    return next(filter(None, map(heading_of, _inside(drawn))), "")


def _words(part: object) -> str:
    return part if isinstance(part, str) else "".join(map(_words, _inside(part)))


def _inside(part: object) -> list[Child]:
    return as_list(getattr(part, "children", None)) if isinstance(part, Component) else []


def tabs(label: str, items: Sequence[Tab]) -> Component:
    """Return the parts of a page as links, each with its address in the browser history."""
    return html.Nav(
        html.Ul([html.Li(_tab(*item)) for item in items]),
        className="part-tabs",
        **aria(label=label),
    )


def _tab(words: Children, href: str, here: bool) -> Component:  # noqa: FBT001 (of this module)
    text = html.Span(words, **(aria(current="page") if here else {}))
    return link(text, href, className=classes("part-tab", "part-tab-on" if here else ""))


def section(title: Children, children: Children, *, id: Id | None = None) -> Component:  # noqa: A002
    """Return a titled part of a page, around cards."""
    return html.Section(
        [html.H2(title, className="section-title"), *as_list(children)],
        className="section",
        **given_properties(id=id),
    )


def columns(*children: Children, kind: str = "2-1") -> Component:
    """Return blocks side by side, stacked on screens under 992 px.

    `kind`: "2-1" (856 + 448), "1-1", "3-1" (976 + 328), "3" (three equal).
    """
    cells = [html.Div(as_list(child), className="stack") for child in children]
    return html.Div(cells, className=f"columns columns-{kind}")


def stack(*children: Children) -> Component:
    """Return stacked blocks, 16 px apart."""
    return html.Div([piece for child in children for piece in as_list(child)], className="stack")
