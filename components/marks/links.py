"""Render shared links: the form, the address shown once, and the list."""

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.marks.annotations import days_words
from components.marks.ids import Ids
from core.access import Permission, Viewer
from core.i18n import N_, _, clock, number, plural
from data.analysis.marks.rules.links import LONGEST_LABEL, offered_durations
from data.analysis.marks.types import LinkRow, SharedView
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Series, SeriesStep, Unit

PATH = "/partages"
STEPS = {
    SeriesStep.DAY: N_("par jour"),
    SeriesStep.WEEK: N_("par semaine"),
    SeriesStep.MONTH: N_("par mois"),
    SeriesStep.YEAR: N_("par an"),
}
UNITS = {Unit.KWH: "kWh", Unit.M3: "m³"}


def share_button(series: Series, viewer: Viewer) -> list[Component]:
    """Return the link to share the days shown, for PCEs that the viewer owns."""
    if not (viewer.may(Permission.MARKS_SHARE) and series.is_own and series.tells):
        return []
    href = f"{PATH}?{write_view(replace(series.view, day=None, episode=None))}"
    return [kit.button(_("Partager ces jours"), href=href, icon="share", small=True)]


def links_page(
    rows: Sequence[LinkRow],
    link_target: SharedView | None = None,
    query: str = "",
    *,
    most_days: int,
    refused: str = "",
) -> Component:
    """Return the links page.

    `link_target` is the view to share, with the query string of its screen, unless `refused`.
    """
    form = [_form(link_target, query, most_days)] if link_target else []
    if refused:
        form = [kit.alert(_("Ces jours ne peuvent pas être partagés"), _(refused), "info")]
    return kit.page(
        _("Liens partagés"),
        _("Montrer quelques jours d’un point de livraison à quelqu’un qui n’a pas de compte."),
        actions=[
            kit.button(_("Ouvrir les consommations"), href="/consommations", icon="bar-chart")
        ],
        children=[
            *form,
            html.Div([], id=Ids.LINK_MADE),
            html.Div(links_list(rows), id=Ids.LINKS),
            dcc.Store(id=Ids.LINKS_DONE),
        ],
    )


def shown_words(link_target: SharedView) -> str:
    return _(
        "PCE {number}, {days}, {step}, en {unit}",
        number=link_target.number,
        days=days_words(link_target.first, link_target.last),
        step=_(STEPS[link_target.step]),
        unit=UNITS[link_target.unit],
    )


def _form(link_target: SharedView, query: str, most_days: int) -> Component:
    title = _("Partager ces jours")
    if not offered_durations(most_days):
        off = _("Ce portail ne permet pas de partager de liens.")
        return kit.card(html.P(off, className="card-text"), title=title)
    days = [
        (str(n), plural("{count} jour", "{count} jours", n)) for n in offered_durations(most_days)
    ]
    chosen = days[min(1, len(days) - 1)][0]
    inside = [
        _what(link_target),
        html.Div(
            [
                kit.select_field(Ids.LINK_DAYS, _("Valable pendant"), days, chosen),
                kit.text_field(
                    Ids.LINK_LABEL,
                    _("Destinataire, pour mémoire"),
                    maxLength=LONGEST_LABEL,
                    settles=300,
                ),
            ],
            className="marks-fields",
        ),
        kit.button(_("Créer le lien"), id=Ids.LINK_MAKE, icon="link-45deg", kind="primary"),
        dcc.Store(id=Ids.LINK_VIEW, data=query),
    ]
    return kit.card(inside, title=title)


def _what(link_target: SharedView) -> Component:
    nothing = _("Ni un autre point, ni d’autres jours, ni vos annotations.")
    journal_note = _(
        "Chaque ouverture est inscrite au journal de lecture du titulaire, à votre nom."
    )
    return kit.definition_list(
        [
            (_("Ce que le lien montre"), shown_words(link_target)),
            (_("Et rien d’autre"), nothing),
            (_("Qui sera informé"), journal_note),
        ]
    )


def created_link(address: str) -> list[Component]:
    """Return the address of a new link, shown only once."""
    text: list[kit.Child] = [
        _("Copiez-le maintenant : il ne sera plus montré."),
        kit.copyable_text(address, what=_("le lien")),
    ]
    return [kit.alert(_("Le lien est prêt"), text, "ok")]


def links_list(rows: Sequence[LinkRow]) -> list[Component]:
    if not rows:
        hint = _("Ouvrez une consommation, choisissez ses jours, puis « Partager ces jours ».")
        way = kit.button(_("Ouvrir les consommations"), href="/consommations")
        return [kit.card(kit.empty("share", _("Aucun lien"), hint, way))]
    return [
        kit.card(html.Ul([_line(row) for row in rows], className="item-list"), title=_("Mes liens"))
    ]


def _line(row: LinkRow) -> Component:
    target_label = shown_words(row.shared_view) if row.shared_view else _(row.ended)
    title = f"{row.label} · {target_label}" if row.label else target_label
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
    acts: list[kit.Child] = [_state(row)]
    if not row.ended or row.shared_view is None:
        inside: list[kit.Child] = [
            _("Révoquer"),
            html.Span(f" {title}", className="visually-hidden"),
        ]
        about = kit.data(marks="revoke", id=str(row.id))
        acts.append(kit.button(inside, icon="x-lg", kind="ghost", small=True, **about))
    return kit.item("share", "mute" if row.ended else "info", title, note, acts)


def _state(row: LinkRow) -> Component:
    if row.ended:
        return kit.chip(
            _("Ne fonctionne plus") if row.shared_view is None else _(row.ended),
            icon="slash-circle",
        )
    return kit.chip(_("Ouvert"), tone="ok", icon="check-circle")
