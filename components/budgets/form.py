"""Render the form of a budget: amount, twelve months and PCEs."""

from datetime import date

from dash.development.base_component import Component

from components.budgets.ids import FIELDS, Ids
from components.budgets.labels import PATH, typed_of, units
from components.kit import Errors, RowForm, Typed, asks_first, button, html, page
from components.prices.target import Tags, target_fields, typed_target
from core.i18n import _
from data.metering.consumption.types import Unit
from data.metering.prices.types import PriceTarget
from data.money.budgets.types import Budget

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS)


def new_page(tags: Tags, today: date, target: PriceTarget, alias: str) -> Component:
    whom = typed_target(target, alias)
    typed = {"unit": Unit.KWH.value, "first": f"01/{today:%Y}", **whom}
    title = _("Ajouter un budget")
    return page(
        title,
        _("Ce que vous prévoyez de consommer ou de dépenser en douze mois."),
        crumbs=((_("Budgets"), PATH), (title, None)),
        children=[form_card(form(typed, {}, tags), None, [])],
    )


def edit_card(budget: Budget) -> Component:
    """Return the form that changes a budget: everything but its PCEs."""
    act = button(_("Supprimer ce budget"), id=Ids.REMOVE, icon="trash", kind="danger")
    explanation = _("Ses mois ne seront plus comparés à rien ; son historique reste au journal.")
    remove = asks_first(_("Supprimer…"), explanation, act)
    drawn = form(typed_of(budget.draft), {}, (), whole=False)
    return form_card(drawn, [budget.id, budget.version], [remove])


def form_card(
    drawn: list[Component], row_version: list[int] | None, acts: list[Component]
) -> Component:
    return FORM.draw(
        drawn,
        row_version,
        below=acts,
        title=_("Modifier le budget") if row_version else _("Combien, et quand"),
        hint=_("réparti de nouveau sur ses mois à chaque enregistrement") if row_version else None,
    )


def form(typed: Typed, errors: Errors, tags: Tags, *, whole: bool = True) -> list[Component]:
    """Return the fields of a budget, keyed as in `FIELDS`; PCEs are hidden unless `whole`."""
    entries = FORM.entries(typed, errors)
    spread = _("par exemple 120 000 ; il est réparti automatiquement sur les mois")
    months = _("par exemple 07/2026, ou 2026 pour l’année civile")
    much = [
        entries.text(
            "amount", _("Budget des douze mois"), inputMode="decimal", required=True, hint=spread
        ),
        entries.select("unit", _("Unité"), units()),
        entries.text("first", _("Premier mois"), required=True, hint=months),
    ]
    title = html.H3(_("Pour quels PCE"), className="admin-title", hidden=not whole)
    return [
        html.Div(much, className="admin-form"),
        title,
        html.Div(
            target_fields(entries, tags), className="admin-form budgets-whom", hidden=not whole
        ),
    ]
