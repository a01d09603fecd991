"""Render the form of a price: component, amount, dates and PCEs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    asks_first,
    button,
    card,
    date_field,
    html,
    page,
    select_field,
    text_field,
    unsaved,
)
from components.prices.ids import Ids
from components.prices.labels import ALL, BY_TAG, ONE, Typed, sort_of, sorts, typed_of
from components.prices.listing import PATH
from core.i18n import _
from data.consumption.rules.view import day_in
from data.pces.rules import month_of
from data.prices.types import Component as Price
from data.prices.types import PriceKind, PriceUnit

Tags = Sequence[tuple[str, int]]


def new_page(tags: Tags, today: date, pce: str = "") -> Component:
    typed = {
        "sort": sort_of(PriceKind.VARIABLE, PriceUnit.EUR_MWH),
        "first": month_of(today).replace(month=1).isoformat(),
        "scope": ONE if pce else ALL,
        "pce": pce,
    }
    return _page(_("Ajouter un prix"), form(typed, {}, tags), None, ([], []))


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
    drawn = form(typed_of(price.draft), {}, tags)
    return _page(price.draft.name, drawn, [price.id, price.version], (ends, acts))


def _page(
    title: str,
    drawn: list[Component],
    seen: list[int] | None,
    acts: tuple[list[Component], list[Component]],
) -> Component:
    beside, below = acts
    save = button(_("Enregistrer"), id=Ids.SAVE, icon="check-lg", kind="primary")
    return page(
        title,
        _("Une part d’un prix : le gaz, l’abonnement, une taxe ou un taux."),
        crumbs=((_("Prix du gaz"), PATH), (title, None)),
        children=[
            card(
                [
                    html.Div(drawn, id=Ids.FORM, **unsaved()),
                    html.Div(_answers(), id=Ids.ASKED, className="form-actions", hidden=True),
                    html.Div([save, *beside], className="form-actions"),
                    *below,
                    dcc.Store(id=Ids.SEEN, data=seen),
                    dcc.Store(id=Ids.DOUBTED),
                ],
                title=_("Ce que c’est, et combien"),
            )
        ],
    )


def _answers() -> list[Component]:
    """What an unlikely amount may be answered, besides mending it."""
    return [
        button("", id=Ids.MEANT),
        button(_("Garder ce montant"), id=Ids.KEEP),
    ]


def form(typed: Typed, errors: Mapping[str, str], tags: Tags) -> list[Component]:
    """*typed* and what is wrong with it, both by the names of `FIELDS`."""

    def entry(id_: Ids, field: str, words: str, **options: Any) -> Component:  # noqa: ANN401
        field_values: dict[str, Any] = {"value": typed.get(field, ""), "error": errors.get(field)}
        return text_field(id_, words, **field_values, **options)

    names = _("« Fourniture », « Abonnement », « Accise », « TVA »…")
    sort, wrong = typed.get("sort", ""), errors.get("sort")
    ends = typed.get("last", "")
    what = [
        entry(Ids.NAME, "name", _("Nom"), required=True, hint=names),
        select_field(Ids.SORT, _("Sorte et unité"), sorts(), sort, error=wrong),
        entry(Ids.AMOUNT, "amount", _("Montant"), inputMode="decimal", required=True),
        _day(Ids.FIRST, _("Premier jour"), typed.get("first", ""), errors.get("first")),
        _day(Ids.LAST, _("Dernier jour, s’il est connu"), ends, errors.get("last")),
    ]
    return [
        html.Div(what, className="admin-form"),
        html.H3(_("Pour quels PCE"), className="admin-title"),
        html.Div(_whom(typed, errors, tags), className="admin-form prices-whom"),
    ]


def _day(id_: Ids, words: str, text: str, error: str | None) -> Component:
    return date_field(id_, words, day_in(text), error=error)


def _whom(typed: Typed, errors: Mapping[str, str], tags: Tags) -> list[Component]:
    scopes = [
        (ALL, _("Tous les PCE")),
        (BY_TAG, _("Les PCE d’une étiquette")),
        (ONE, _("Un seul PCE")),
    ]
    tag_options = [("", _("aucune")), *((tag, f"{tag} ({count})") for tag, count in tags)]
    return [
        select_field(Ids.SCOPE, _("Pour"), scopes, typed.get("scope", ALL)),
        select_field(
            Ids.TAG, _("Étiquette"), tag_options, typed.get("tag", ""), error=errors.get("tag")
        ),
        text_field(
            Ids.PCE,
            _("Numéro de PCE"),
            value=typed.get("pce", ""),
            error=errors.get("pce"),
            hint=_("14 chiffres, ou GI suivi de 6 chiffres"),
        ),
    ]
