"""Render the form of a budget: amount, twelve months and PCEs."""

from collections.abc import Mapping, Sequence
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components.budgets.ids import Ids
from components.budgets.labels import (
    ALL,
    BY_TAG,
    ONE,
    PATH,
    Typed,
    typed_of,
    units,
)
from components.kit import asks_first, button, card, html, page, select_field, text_field, unsaved
from components.sheets import deposit, files_of
from core.i18n import _
from data.budgets.types import Budget
from data.consumption.types import Unit

Tags = Sequence[tuple[str, int]]


def new_page(tags: Tags, today: date, pce: str = "", tag: str = "") -> Component:
    scope = ONE if pce else BY_TAG if tag else ALL
    typed = {"unit": Unit.KWH.value, "first": f"01/{today:%Y}", "scope": scope, "pce": pce,
             "tag": tag}  # fmt: skip
    title = _("Ajouter un budget")
    return page(
        title,
        _("Ce que vous prévoyez de consommer ou de dépenser en douze mois."),
        crumbs=((_("Budgets"), PATH), (title, None)),
        children=[form_card(form(typed, {}, tags), None, [])],
    )


def edit_card(budget: Budget) -> Component:
    """What of a budget may be changed: all but the PCE that it is for."""
    act = button(_("Supprimer ce budget"), id=Ids.REMOVE, icon="trash", kind="danger")
    explanation = _("Ses mois ne seront plus comparés à rien ; son historique reste au journal.")
    remove = asks_first(_("Supprimer…"), explanation, act)
    drawn = form(typed_of(budget.draft), {}, (), whole=False)
    return form_card(drawn, [budget.id, budget.version], [remove])


def form_card(
    drawn: list[Component], row_version: list[int] | None, acts: list[Component]
) -> Component:
    save = button(_("Enregistrer"), id=Ids.SAVE, icon="check-lg", kind="primary")
    return card(
        [
            html.Div(drawn, id=Ids.FORM, **unsaved()),
            html.Div(save, className="form-actions"),
            *acts,
            dcc.Store(id=Ids.SEEN, data=row_version),
        ],
        title=_("Modifier le budget") if row_version else _("Combien, et quand"),
        hint=_("réparti de nouveau sur ses mois à chaque enregistrement") if row_version else None,
    )


def form(
    typed: Typed, errors: Mapping[str, str], tags: Tags, *, whole: bool = True
) -> list[Component]:
    """*typed* and what is wrong with it, by the names of `FIELDS`; not *whole*, PCE are set."""
    much = [
        text_field(Ids.AMOUNT, _("Budget des douze mois"), value=typed.get("amount", ""),
                   error=errors.get("amount"), inputMode="decimal", required=True,
                   hint=_("par exemple 120 000 ; il est réparti automatiquement sur les mois")),
        select_field(Ids.UNIT, _("Unité"), units(), typed.get("unit", ""),
                     error=errors.get("unit")),
        text_field(Ids.FIRST, _("Premier mois"), value=typed.get("first", ""),
                   error=errors.get("first"), required=True,
                   hint=_("par exemple 07/2026, ou 2026 pour l’année civile")),
    ]  # fmt: skip
    title = html.H3(_("Pour quels PCE"), className="admin-title", hidden=not whole)
    return [
        html.Div(much, className="admin-form"),
        title,
        html.Div(_whom(typed, errors, tags), className="admin-form budgets-whom", hidden=not whole),
    ]


def _whom(typed: Typed, errors: Mapping[str, str], tags: Tags) -> list[Component]:
    scopes = [
        (ALL, _("Tous les PCE")),
        (BY_TAG, _("Les PCE d’une étiquette")),
        (ONE, _("Un seul PCE")),
    ]
    tag = typed.get("tag", "")
    tag_options = [("", _("aucune")), *((name, f"{name} ({count})") for name, count in tags)]
    if tag and tag not in {name for name, _count in tags}:
        tag_options.append((tag, tag))
    return [
        select_field(Ids.SCOPE, _("Pour"), scopes, typed.get("scope", ALL),
                     error=errors.get("scope")),
        select_field(Ids.TAG, _("Étiquette"), tag_options, tag, error=errors.get("tag")),
        text_field(Ids.PCE, _("Numéro de PCE"), value=typed.get("pce", ""),
                   error=errors.get("pce"), hint=_("14 chiffres, ou GI suivi de 6 chiffres")),
    ]  # fmt: skip


def sheet_page() -> Component:
    return page(
        _("Importer des budgets"),
        _("Saisir en une fois les budgets de tous vos PCE, depuis un tableur."),
        crumbs=((_("Budgets"), PATH), (_("Importer"), None)),
        actions=files_of("budgets", _("Mes budgets")),
        children=deposit(
            "budgets",
            _("Feuille de budgets"),
            _(
                "XLSX ou CSV, un budget par ligne : exportez vos budgets, changez-les,"
                " redéposez-les. Sans étiquette ni PCE, il est de tous les PCE."
            ),
        ),
    )
