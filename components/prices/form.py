"""Render the form of a price: component, amount, dates and PCEs."""

from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components.kit import Errors, RowForm, Typed, asks_first, button, html
from components.prices.ids import FIELDS, Ids
from components.prices.labels import sort_of, sorts, typed_of
from components.prices.listing import PATH
from components.prices.target import Tags, target_fields, typed_target
from core.i18n import _
from data.metering.pces.rules import month_of
from data.metering.prices.types import Component as Price
from data.metering.prices.types import PriceKind, PriceTarget, PriceUnit

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS)


def new_page(tags: Tags, today: date, pce: str, alias: str) -> Component:
    typed = {
        "sort": sort_of(PriceKind.VARIABLE, PriceUnit.EUR_MWH),
        "first": month_of(today).replace(month=1).isoformat(),
        **typed_target(PriceTarget(pce), alias),
    }
    return _page(_("Ajouter une seule ligne"), form(typed, {}, tags), None, ([], []))


def edit_page(price: Price, tags: Tags) -> Component:
    acts = [
        asks_first(
            _("Supprimer…"),
            _(
                "Les jours qu’il couvre n’en tiendront plus compte, comme s’il n’avait jamais"
                " existé."
            ),
            button(_("Supprimer ce prix"), id=Ids.REMOVE, icon="trash", kind="danger"),
        ),
    ]
    ends = [button(_("Terminer aujourd’hui"), id=Ids.END, icon="calendar-x")]
    typed = {**typed_of(price.draft), **typed_target(price.draft.target, price.alias)}
    drawn = form(typed, {}, tags)
    return _page(price.draft.name, drawn, [price.id, price.version], (ends, acts))


def _page(
    title: str,
    drawn: list[Component],
    seen: list[int] | None,
    acts: tuple[list[Component], list[Component]],
) -> Component:
    beside, below = acts
    answers = html.Div(_answers(), id=Ids.ASKED, className="form-actions", hidden=True)
    purpose = _("Une part d’un prix : le gaz, l’abonnement, une taxe ou un taux.")
    around = {"above": [answers], "beside": beside, "below": [*below, dcc.Store(id=Ids.DOUBTED)]}
    legend = _("Ce que c’est, et combien")
    home = _("Prix du gaz"), PATH
    return FORM.page(title, purpose, drawn, seen, home=home, legend=legend, **around)


def _answers() -> list[Component]:
    """Return the answers to an unlikely amount, other than correcting it."""
    return [
        button("", id=Ids.MEANT),
        button(_("Garder ce montant"), id=Ids.KEEP),
    ]


def form(typed: Typed, errors: Errors, tags: Tags) -> list[Component]:
    """Return the fields of a price; values and errors are keyed as in `FIELDS`."""
    entries = FORM.entries(typed, errors)
    names = _("« Fourniture », « Abonnement », « Accise », « TVA »…")
    what = [
        entries.text("name", _("Nom"), required=True, hint=names),
        entries.select("sort", _("Sorte et unité"), sorts()),
        entries.text("amount", _("Montant"), inputMode="decimal", required=True),
        entries.day("first", _("Premier jour")),
        entries.day("last", _("Dernier jour, s’il est connu")),
    ]
    return [
        html.Div(what, className="admin-form"),
        html.H3(_("Pour quels PCE"), className="admin-title"),
        html.Div(target_fields(entries, tags), className="admin-form prices-whom"),
    ]
