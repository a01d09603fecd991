"""Render saved views: the list, the form, and `/` for the home view."""

from collections.abc import Sequence
from urllib.parse import quote

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.marks.ids import Ids
from components.marks.view_text import NOBODY, Names, page_words
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.analysis.marks.rules.views import LONGEST_NAME
from data.analysis.marks.types import KeptView

PATH = "/vues"
DASHBOARD = "/?tableau=1"
_HIDDEN = N_("Une vue que vous ne pouvez plus lire")


def keep_button(viewer: Viewer, address: str) -> list[Component]:
    """Return the link that saves the page with its filters."""
    if not viewer.may(Permission.MARKS_WRITE):
        return []
    href = f"{PATH}?de={quote(address, safe='')}"
    return [kit.button(_("Garder la vue"), href=href, icon="bookmark")]


def views_page(
    views: Sequence[KeptView],
    *,
    address: str = "",
    changed: KeptView | None = None,
    name: str = "",
    holders: Names = NOBODY,
) -> Component:
    """Return the views page.

    `address` is the page being saved, `changed` the view being edited.
    """
    form = []
    if changed is not None:
        form = [
            _form(_("Modifier la vue"), changed.name, shared=changed.shared, changed=changed.id)
        ]
    elif address:
        form = [
            _form(
                _("Garder cette vue"),
                name,
                shared=False,
                address_entry=(address, page_words(address, holders)),
            )
        ]
    return kit.page(
        _("Vues"),
        _("Rouvrir une page avec ses filtres, la partager, ou commencer par elle."),
        actions=[kit.button(_("Tableau de bord"), href=DASHBOARD, icon="house")],
        children=[
            *form,
            html.Div(views_list(views, holders), id=Ids.VIEWS),
            dcc.Store(id=Ids.VIEWS_DONE),
        ],
    )


def _form(
    title: str,
    name: str,
    *,
    shared: bool,
    address_entry: tuple[str, str] = ("", ""),
    changed: int | None = None,
) -> Component:
    """Return the form of a view; `address_entry` holds an address and its description."""
    address, address_label = address_entry
    field = kit.text_field(
        Ids.NAME,
        _("Nom de la vue"),
        value=name,
        hint=_("60 caractères au plus."),
        maxLength=LONGEST_NAME,
        settles=300,
    )
    acts = [
        kit.button(_("Enregistrer"), id=Ids.KEEP, icon="check2", kind="primary"),
        kit.button(_("Fermer"), href=PATH, icon="x-lg"),
    ]
    inside = [
        *(
            [html.P([_("Ce qui est gardé : "), kit.link(address_label, address)])]
            if address
            else []
        ),
        field,
        kit.switch(Ids.SHARED, _("Partagée dans mon organisation"), shared),
        html.Div(acts, className="marks-acts"),
        dcc.Store(id=Ids.ADDRESS, data=address),
        dcc.Store(id=Ids.RENAMED, data=changed),
    ]
    return kit.card(inside, title=title)


def views_list(views: Sequence[KeptView], holders: Names) -> list[Component]:
    """Return the views; `holders` names the organisations in their filters."""
    if not views:
        return [
            kit.card(
                kit.empty(
                    "bookmark",
                    _("Aucune vue gardée"),
                    _("Ouvrez une page, choisissez ses filtres, puis « Garder la vue »."),
                    kit.button(_("Ouvrir les consommations"), href="/consommations"),
                )
            )
        ]
    mine = [view for view in views if view.yours]
    shared_views = [view for view in views if not view.yours]
    return [
        kit.card(
            html.Ul([_line(view, holders) for view in group_views], className="item-list"),
            title=title,
        )
        for title, group_views in (
            (_("Les miennes"), mine),
            (_("Partagées avec moi"), shared_views),
        )
        if group_views
    ]


def _line(one: KeptView, holders: Names) -> Component:
    title = kit.link(one.name, one.address) if one.address else one.name or _(_HIDDEN)
    description = [
        _(one.why, number=one.number)
        if one.why
        else page_words(one.address, holders)
        + ("" if one.yours else " · " + _("par {author}", author=one.author))
    ]
    marks = [
        *([kit.chip(_("À l’ouverture"), tone="info", icon="house")] if one.home else []),
        *([kit.chip(_("Partagée"), icon="people")] if one.shared and one.yours else []),
    ]
    tone = "warn" if one.why else "info"
    return kit.item("bookmark", tone, title, description, [*marks, *_acts(one)])


def _acts(view: KeptView) -> list[Component]:
    name = view.name or _(_HIDDEN)
    acts = []
    if view.home:
        acts.append(_act("unhome", "house-dash", _("Ne plus ouvrir d’abord"), name, view.id))
    elif view.address:
        acts.append(_act("home", "house", _("Ouvrir d’abord"), name, view.id))
    if view.yours:
        if view.name:
            words: list[kit.Child] = [
                _("Modifier"),
                html.Span(f" {name}", className="visually-hidden"),
            ]
            acts.append(kit.button(words, href=f"{PATH}?vue={view.id}", kind="ghost", small=True))
        acts.append(_act("drop", "x-lg", _("Oublier"), name, view.id))
    return acts


def _act(do: str, glyph: str, words: str, name: str, view_id: int) -> Component:
    inside: list[kit.Child] = [words, html.Span(f" {name}", className="visually-hidden")]
    return kit.button(
        inside, icon=glyph, kind="ghost", small=True, **kit.data(marks=do, id=str(view_id))
    )


def home_view_page(home_view: KeptView) -> Component:
    """Return `/` for a user whose home is a view; assets/marks.js follows its link at once."""
    return kit.page(
        _("Ouverture de votre vue"),
        home_view.name,
        children=[
            html.P(
                [
                    kit.link(home_view.name, home_view.address),
                    " · ",
                    kit.link(_("Tableau de bord"), DASHBOARD),
                ],
                id=Ids.GOING,
            ),
            dcc.Store(id=Ids.GOES, data=home_view.address),
        ],
    )


def lost_view_alert(home_view: KeptView) -> Component:
    """Return the notice above the dashboard why the home view cannot be opened."""
    title = _("Votre vue d’ouverture ne peut plus être lue")
    acts = [kit.button(_("Choisir une autre vue"), href=PATH, small=True)]
    return kit.alert(title, _(home_view.why, number=home_view.number), "warn", actions=acts)
