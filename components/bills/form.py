"""Render the form of a bill, laid out like paper bills, and parse its fields."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from dash import dcc
from dash.development.base_component import Component

from components.bills.figures import comma, title_of
from components.bills.ids import Ids
from components.bills.words import NATURES
from components.kit import button, card, date_field, html, page, select_field, text_field, unsaved
from components.sheets import deposit, files_of
from core.errors import Invalid
from core.i18n import N_, _
from data.bills.rules.checks import (
    CENT,
    DM3,
    E4,
    WH,
    amount_in,
    check_dates,
    coefficient_in,
    energy_in,
    index_in,
    is_doubtful,
    nature_in,
    number_in,
    written,
)
from data.bills.types import Bill, BillDraft, Nature
from data.consumption.rules.view import day_in
from data.pces.rules import number_of

PATH = "/factures"
Typed = Mapping[str, str]
T = TypeVar("T")


def new_page(pce: str = "") -> Component:
    typed = {"pce": pce, "nature": Nature.MEASURED.value}
    return _page(_("Saisir une facture"), form(typed, {}), None, [])


def edit_page(bill: Bill) -> Component:
    remove = button(_("Retirer"), id=Ids.REMOVE, icon="trash", kind="danger")
    return _page(title_of(bill), form(typed_of(bill.draft), {}), [bill.id, bill.version], [remove])


def _page(
    title: str, drawn: list[Component], seen: list[int] | None, acts: list[Component]
) -> Component:
    save = button(_("Enregistrer et vérifier"), id=Ids.SAVE, icon="check-lg", kind="primary")
    return page(
        title,
        _("Recopiez ce qui est écrit sur la facture : le portail la compare aux relevés."),
        crumbs=((_("Factures"), PATH), (title, None)),
        children=[
            card(
                [
                    html.Div(drawn, id=Ids.FORM, **unsaved()),
                    html.Div([save, *acts], className="form-actions"),
                    dcc.Store(id=Ids.SEEN, data=seen),
                ],
                title=_("Ce que la facture indique"),
            )
        ],
    )


def form(typed: Typed, errors: Mapping[str, str]) -> list[Component]:
    """*typed* and what is wrong with it, both by the names of `FIELDS`."""

    def entry(id_: Ids, field: str, words: str, **options: Any) -> Component:  # noqa: ANN401
        return text_field(
            id_, words, value=typed.get(field, ""), error=errors.get(field), **options
        )

    def day(id_: Ids, field: str, words: str, hint: str) -> Component:
        return date_field(
            id_, words, day_in(typed.get(field, "")), error=errors.get(field), hint=hint
        )

    def figure(id_: Ids, field: str, words: str, hint: str | None = None) -> Component:
        return entry(id_, field, words, inputMode="decimal", hint=hint)

    natures = [(kind.value, _(words)) for kind, words in NATURES.items()]
    which = [
        entry(Ids.PCE, "pce", _("Numéro de PCE"), required=True,
              hint=_("14 chiffres, ou GI suivi de 6 chiffres")),
        entry(Ids.NUMBER, "number", _("Numéro de facture, s’il y en a un")),
        select_field(Ids.NATURE, _("Établie"), natures, typed.get("nature", ""),
                     error=errors.get("nature")),
        day(Ids.FIRST, "first", _("Premier jour facturé"), _("il commence à 6 h")),
        day(Ids.LAST, "last", _("Dernier jour facturé"), _("compris, jusqu’à 6 h le lendemain")),
    ]  # fmt: skip
    figures = [
        entry(Ids.ENERGY, "energy", _("Énergie facturée (kWh)"), required=True,
              inputMode="decimal", hint=_("kWh PCS ; négatif pour un avoir")),
        figure(Ids.START, "start", _("Index de début (m³)")),
        figure(Ids.END, "end", _("Index de fin (m³)")),
        figure(Ids.COEFFICIENT, "coefficient", _("Coefficient de conversion (kWh/m³)")),
        figure(Ids.AMOUNT, "amount", _("Montant (€)"), _("toutes taxes comprises")),
    ]  # fmt: skip
    return [
        html.Div(which, className="admin-form"),
        html.H3(_("Ses chiffres"), className="admin-title"),
        html.Div(figures, className="admin-form"),
    ]


def typed_of(draft: BillDraft) -> Typed:
    """What the fields hold of a bill."""

    def typed_text(value: int | None, decimals: int) -> str:
        text = written(value, decimals, comma())
        return written(value, decimals) if is_doubtful(text) else text

    return {
        "pce": draft.pce,
        "number": draft.number,
        "nature": draft.nature.value,
        "first": draft.first.isoformat(),
        "last": draft.last.isoformat(),
        "start": typed_text(draft.start_dm3, DM3),
        "end": typed_text(draft.end_dm3, DM3),
        "coefficient": typed_text(draft.coefficient_e4, E4),
        "energy": typed_text(draft.energy_wh, WH),
        "amount": typed_text(draft.cents, CENT),
    }


def draft_of(typed: Typed, today: date) -> tuple[BillDraft | None, dict[str, str]]:
    """What the fields ask for, or what is wrong with each by its name."""
    errors: dict[str, str] = {}

    def tried(field: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(typed.get(field, ""))
        except Invalid as error:
            errors[str(error.params.get("field", field))] = _(error.message, **error.params)
            return None

    pce, nature = tried("pce", number_of), tried("nature", nature_in)
    first, last = tried("first", _day), tried("last", _day)
    if first and last:
        tried("last", lambda _text: check_dates(first, last, today))
    energy, number = tried("energy", energy_in), tried("number", number_in)
    start, end = tried("start", index_in), tried("end", index_in)
    coefficient, cents = tried("coefficient", coefficient_in), tried("amount", amount_in)
    if errors or not pce or nature is None or not first or not last or energy is None:
        return None, errors
    figures = (start, end, coefficient, cents)
    return BillDraft(pce, first, last, energy, number or "", nature, *figures), {}


def _day(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise Invalid(N_("Indiquez ce jour : il est sur la facture."))
    return day


def sheet_page() -> Component:
    return page(
        _("Importer des factures"),
        _("Saisir en une fois les factures de tous vos PCE, depuis un tableur."),
        crumbs=((_("Factures"), PATH), (_("Importer"), None)),
        actions=files_of("factures", _("Mes factures")),
        children=deposit(
            "factures",
            _("Feuille de factures"),
            _(
                "XLSX ou CSV, une facture par ligne : PCE, jours et kWh suffisent ; les index, le"
                " coefficient et le montant permettent plus de vérifications. La sorte est"
                " « Relevée » ou « Estimée » ; vide, elle est relevée."
            ),
        ),
    )
