"""Render the frame around every page: header, menu, messages and address bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

import dash
from dash import dcc
from dash.development.base_component import Component

from components.fleet.labels import PATH as FLEET
from components.frame_keys import keys_dialog
from components.frame_search import search_dialog, search_opener
from components.frame_user import look_banner, sample_banner, user_menu
from components.kit import aria, data, html, icon, icon_button, link
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.thresholds.types.alerts import BellCount

LOGO = "/assets/logo.svg"
MANY = 100  # open alerts, beyond which the bell shows "99+"
BELL_BOX = "frame-bell-box"
NO_ALERT = BellCount()


class Ids(StrEnum):
    """Ids of the frame, which callbacks of any screen write to."""

    TOASTS = "frame-toasts"  # children: one toast, or a list
    LOCATION = "frame-location"  # href: opens another page
    DOWNLOAD = "frame-download"  # data: a file
    URL = "frame-url"  # data: "?…", changes the address bar without a redraw
    SEARCH = "frame-search"  # a picker: value, and children of its list
    SEARCH_LIST = "frame-search-list"
    SEARCH_CHOICE = "frame-search-choice"  # data: an address
    MENU = "frame-menu"
    MORE = "frame-more"
    BELL = "frame-bell"  # children: the bell, see bell_inside
    BELL_OPENER = "frame-bell-opener"
    BELL_PANEL = "frame-bell-panel"  # children: the open alerts
    BELL_TICK = "frame-bell-tick"  # data: a refresh signal while the page is visible
    CONTENT = "frame-content"


# Opened and closed by assets/kit.js only.
STILL = frozenset({"frame-user", Ids.MENU, Ids.MORE, BELL_BOX})


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A word of the menu: the page that it opens, or the `entries` that it lists.

    It is marked on the pages that it `covers`, by path.
    """

    label: str
    path: str
    covers: Sequence[str]
    entries: "Sequence[MenuEntry]" = ()


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What the frame shows besides its menu.

    `to_do` counts, by path, the pending items of a menu entry; `sample` says that the delivery
    point of the account is invented.
    """

    bell: BellCount = NO_ALERT
    to_do: Mapping[str, int] = field(default_factory=dict)
    sample: bool = False


def frame(
    viewer: Viewer,
    operator: str,
    menu: Sequence[MenuEntry],
    csrf: str,
    facts: FrameFacts | None = None,
) -> Component:
    """Return everything around the page; `menu` holds its words, in order.

    `csrf` is the token of its forms.
    """
    facts = facts or FrameFacts()
    return html.Div(
        [
            html.A(_("Aller au contenu"), href=f"#{Ids.CONTENT}", className="skip"),
            *look_banner(viewer, csrf),
            *([sample_banner(csrf)] if facts.sample else []),
            _header(viewer, operator, _menu(menu, facts.to_do), csrf, bell=facts.bell),
            *_search(viewer, menu),
            keys_dialog(viewer),
            html.Main(dash.page_container, id=Ids.CONTENT, tabIndex="-1"),
            _foot(),
            html.Section(
                [], id=Ids.TOASTS, className="toasts", **aria(label=_("Messages"), live="polite")
            ),
            dcc.Location(id=Ids.LOCATION, refresh="callback-nav"),
            dcc.Download(id=Ids.DOWNLOAD),
            dcc.Store(id=Ids.URL),
            dcc.Store(id=Ids.BELL_TICK),
        ],
        className="frame",
    )


def _foot() -> Component:
    """Return the links to the legal pages, which the server renders outside the application."""
    pages = (
        ("/confidentialite", _("Données personnelles")),
        ("/accessibilite", _("Accessibilité")),
        ("/mentions-legales", _("Mentions légales")),
    )
    links = [html.Li(link(words, href, download=True)) for href, words in pages]
    label = _("Informations légales")  # not a footer: Dash's scripts are in one
    return html.Nav(html.Ul(links), className="foot", **aria(label=label))


def _header(
    viewer: Viewer,
    operator: str,
    menu: Component,
    csrf: str,
    *,
    bell: BellCount,
) -> Component:
    return html.Header(
        html.Div(
            [
                _brand(operator),
                menu,
                *([search_opener()] if viewer.may(Permission.PCES_READ) else []),
                _bell(bell),
                user_menu(viewer, csrf),
                _opener(_("Menu"), "list", Ids.MENU, "burger"),
            ],
            className="top-line",
        ),
        className="top",
    )


def _brand(operator: str) -> Component:
    return dcc.Link(
        [
            html.Img(src=LOGO, alt="", width="24", height="24"),
            html.Span(operator, className="brand-name", title=operator),
            html.Span(_("Espace client"), className="brand-word"),
        ],
        href="/",
        className="brand",
    )


def _menu(menu: Sequence[MenuEntry], to_do: Mapping[str, int]) -> Component:
    entries = [
        html.Li(
            _grouped(entry, to_do) if entry.entries else _entry(entry, to_do, "menu-link"),
            className="menu-place",
            **data(covers=" ".join(entry.covers)),
        )
        for entry in menu
    ]
    return html.Nav(
        html.Ul(entries), id=Ids.MENU, className="menu panel", **aria(label=_("Menu principal"))
    )


def _entry(entry: MenuEntry, to_do: Mapping[str, int], look: str) -> Component:
    return link([entry.label, *_waits(entry.path, to_do)], entry.path, className=look)


def _grouped(entry: MenuEntry, to_do: Mapping[str, int]) -> list[Component]:
    """Return a word and the panel of its pages, which is a part of the menu on a phone."""
    opener = html.Button(
        [entry.label, icon("chevron-down", 12)],
        type="button",
        className="menu-link menu-more opener",
        **data(opens=Ids.MORE),
        **aria(expanded="false", controls=Ids.MORE),
    )
    lines = [html.Li(_entry(page, to_do, "panel-line menu-line")) for page in entry.entries]
    return [opener, html.Ul(lines, id=Ids.MORE, className="panel popover-panel menu-panel")]


def _waits(path: str, to_do: Mapping[str, int]) -> list[Component]:
    """Return the count of pending items of a menu entry; actions on its page update it."""
    if path not in to_do:
        return []
    count = number(to_do[path]) if to_do[path] else ""
    return [html.Span(count, className="badge menu-count", **data(counts=path))]


def _opener(label: str, glyph: str, panel: str, look: str) -> Component:
    return icon_button(
        label,
        glyph,
        className=f"opener {look}",
        **data(opens=panel),
        **aria(expanded="false", controls=panel),
    )


def _search(viewer: Viewer, menu: Sequence[MenuEntry]) -> list[Component]:
    """Return the search dialogue; a menu with the fleet is that of a viewer of several PCEs."""
    if not viewer.may(Permission.PCES_READ):
        return []
    return [search_dialog(viewer, Ids.SEARCH, several=any(entry.path == FLEET for entry in menu))]


def _bell(count: BellCount) -> Component:
    inside = html.Span(bell_inside(count), id=Ids.BELL, className="bell-inside")
    opener = html.Button(
        inside,
        type="button",
        id=Ids.BELL_OPENER,
        className="btn btn-icon bell opener",
        title=_("Alertes"),
        **data(opens=BELL_BOX),
        **aria(expanded="false", controls=BELL_BOX),
    )
    panel = html.Div(
        html.Div(html.P(_("Chargement…"), className="bell-note"), id=Ids.BELL_PANEL),
        id=BELL_BOX,
        className="panel popover-panel bell-panel",
        role="group",
        **aria(label=_("Alertes en cours")),
    )
    return html.Div([opener, panel], className="popover-place")


def bell_inside(count: BellCount) -> list[Component]:
    """Return the bell with the number of open alerts, in words for screen readers.

    Other unread messages are a dot without number.
    """
    if not count.alerts:
        dot = [html.Span(className="bell-other", **aria(hidden="true"))] if count.others else []
        words = _("Alertes, messages non lus") if count.others else _("Alertes")
        return [icon("bell"), *dot, html.Span(words, className="visually-hidden")]
    label = plural(
        "Alertes, {count} en cours", "Alertes, {count} en cours", min(count.alerts, MANY)
    )
    figure = number(count.alerts) if count.alerts < MANY else f"{number(MANY - 1)}+"
    return [
        icon("bell-fill"),
        html.Span(figure, className="bell-count", **aria(hidden="true")),
        html.Span(label, className="visually-hidden"),
    ]


def skeleton_html() -> str:
    """Return plain HTML of the same sizes as the frame, shown until it loads."""
    words = escape(_("Chargement…"))
    bones = {"kpis": 4, "chart": 1, "table": 8}
    blocks = "".join(
        f'<div class="skeleton skeleton-{kind}">{"<span class=bone></span>" * count}</div>'
        for kind, count in bones.items()
    )
    return (
        f'<div class="frame" role="status" aria-label="{words}">'
        '<div class="top"><div class="top-line">'
        f'<span class="brand"><img src="{LOGO}" alt="" width="24" height="24"></span>'
        "</div></div>"
        '<div class="main"><div class="page"><div class="page-head"><div class="page-words">'
        '<span class="bone bone-title"></span><span class="bone bone-line"></span>'
        f'</div></div><div class="stack">{blocks}</div></div></div></div>'
    )
