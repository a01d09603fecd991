"""Shared links: the form that makes one, its address told once, and the list of one's own."""

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Child,
    alert,
    button,
    card,
    chip,
    copied,
    data,
    definition_list,
    empty,
    html,
    item,
    page,
    select_field,
    text_field,
)
from components.marks.annotations import days_words
from components.marks.ids import Ids
from data.access import Permission, Viewer
from data.consumption.rules.view import write_view
from data.consumption.types import Series, Step, Unit
from data.marks.rules.links import LONGEST_LABEL, offered
from data.marks.types import LinkRow, Shared
from i18n import N_, _, clock, number, plural

PATH = "/partages"
STEPS = {
    Step.DAY: N_("par jour"),
    Step.WEEK: N_("par semaine"),
    Step.MONTH: N_("par mois"),
    Step.YEAR: N_("par an"),
}
UNITS = {Unit.KWH: "kWh", Unit.M3: "m³"}


def share_button(series: Series, viewer: Viewer) -> list[Component]:
    """Under the chart: leads to where these days are shared; not of a PCE read by a right."""
    if not (viewer.may(Permission.MARKS_SHARE) and series.held and series.tells):
        return []
    href = f"{PATH}?{write_view(replace(series.view, day=None, episode=None))}"
    return [button(_("Partager ces jours"), href=href, icon="share", small=True)]


def links_page(
    rows: Sequence[LinkRow],
    shown: Shared | None = None,
    query: str = "",
    *,
    most_days: int,
    refused: str = "",
) -> Component:
    """*shown* is what would be shared, by the query string of its screen, unless *refused*."""
    form = [_form(shown, query, most_days)] if shown else []
    if refused:
        form = [alert(_("Ces jours ne peuvent pas être partagés"), _(refused), "info")]
    return page(
        _("Liens partagés"),
        _("Montrer quelques jours d’un point de livraison à quelqu’un qui n’a pas de compte."),
        actions=[button(_("Ouvrir les consommations"), href="/consommations", icon="bar-chart")],
        children=[
            *form,
            html.Div([], id=Ids.LINK_MADE),
            html.Div(links_list(rows), id=Ids.LINKS),
            dcc.Store(id=Ids.LINKS_DONE),
        ],
    )


def shown_words(shown: Shared) -> str:
    return _(
        "PCE {number}, {days}, {step}, en {unit}",
        number=shown.number,
        days=days_words(shown.first, shown.last),
        step=_(STEPS[shown.step]),
        unit=UNITS[shown.unit],
    )


def _form(shown: Shared, query: str, most_days: int) -> Component:
    title = _("Partager ces jours")
    if not offered(most_days):
        off = _("Ce portail ne permet pas de partager de liens.")
        return card(html.P(off, className="card-text"), title=title)
    days = [(str(n), plural("{count} jour", "{count} jours", n)) for n in offered(most_days)]
    chosen = days[min(1, len(days) - 1)][0]
    inside = [
        _what(shown),
        html.Div(
            [
                select_field(Ids.LINK_DAYS, _("Valable pendant"), days, chosen),
                text_field(
                    Ids.LINK_LABEL,
                    _("Destinataire, pour mémoire"),
                    maxLength=LONGEST_LABEL,
                    settles=300,
                ),
            ],
            className="marks-fields",
        ),
        button(_("Créer le lien"), id=Ids.LINK_MAKE, icon="link-45deg", kind="primary"),
        dcc.Store(id=Ids.LINK_VIEW, data=query),
    ]
    return card(inside, title=title)


def _what(shown: Shared) -> Component:
    nothing = _("Ni un autre point, ni d’autres jours, ni vos annotations.")
    told = _("Chaque ouverture est inscrite au journal de lecture du titulaire, à votre nom.")
    return definition_list(
        [
            (_("Ce que le lien montre"), shown_words(shown)),
            (_("Et rien d’autre"), nothing),
            (_("Qui sera informé"), told),
        ]
    )


def made(address: str) -> list[Component]:
    """The address, which nobody can find again."""
    text: list[Child] = [
        _("Copiez-le maintenant : il ne sera plus montré."),
        copied(address, what=_("le lien")),
    ]
    return [alert(_("Le lien est prêt"), text, "ok")]


def links_list(rows: Sequence[LinkRow]) -> list[Component]:
    if not rows:
        said = _("Ouvrez une consommation, choisissez ses jours, puis « Partager ces jours ».")
        way = button(_("Ouvrir les consommations"), href="/consommations")
        return [card(empty("share", _("Aucun lien"), said, way))]
    return [
        card(html.Ul([_line(row) for row in rows], className="item-list"), title=_("Mes liens"))
    ]


def _line(row: LinkRow) -> Component:
    shown = shown_words(row.shown) if row.shown else _(row.ended)
    title = f"{row.label} · {shown}" if row.label else shown
    used = _("ouvertures : {count}", count=number(row.opened))
    if row.opened_at:
        last = _("la dernière le {at}", at=clock(row.opened_at))
        used = f"{used}, {last}"
    note = _(
        "créé le {made}, jusqu’au {until} ; {used}",
        made=clock(row.created_at),
        until=clock(row.expires_at),
        used=used,
    )
    acts: list[Child] = [_state(row)]
    if not row.ended or row.shown is None:
        inside: list[Child] = [_("Révoquer"), html.Span(f" {title}", className="visually-hidden")]
        about = data(marks="revoke", id=str(row.id))
        acts.append(button(inside, icon="x-lg", kind="ghost", small=True, **about))
    return item("share", "mute" if row.ended else "info", title, note, acts)


def _state(row: LinkRow) -> Component:
    if row.ended:
        return chip(
            _("Ne fonctionne plus") if row.shown is None else _(row.ended), icon="slash-circle"
        )
    return chip(_("Ouvert"), tone="ok", icon="check-circle")
