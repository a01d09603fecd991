"""Render the form of a bill, laid out like paper bills, and parse its fields."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.bills.figures import comma, title_of
from components.bills.ids import FIELDS, Ids
from components.bills.words import NATURES
from components.costs import BILLS, picked_pce, site_field, site_text
from components.kit import (
    Errors,
    FieldReader,
    RowForm,
    Typed,
    UploadTexts,
    alert,
    button,
    card,
    file_field,
    html,
    page,
)
from core.errors import Invalid
from core.i18n import N_, _
from data.metering.consumption.rules.view import day_in
from data.money.bills.rules.checks import (
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
from data.money.bills.types import Bill, BillDraft, EInvoice, Nature

PATH = BILLS
FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS, N_("Enregistrer et vérifier"))


def new_page(pce: str = "", alias: str = "") -> Component:
    typed = {"pce": site_text(pce, alias), "nature": Nature.MEASURED.value}
    title = _("Vérifier une facture")
    purpose = _("Déposez-la, ou recopiez-la : le portail la compare aux relevés.")
    drawn = FORM.draw(form(typed, {}), None, title=_("Ce que la facture indique"))
    children = [_deposit(), html.Div(id=Ids.READ), drawn]
    return page(title, purpose, crumbs=((_("Factures"), PATH), (title, None)), children=children)


def _deposit() -> Component:
    """Return the field of an e-invoice, which fills the form as soon as it is dropped."""
    hint = _(
        "PDF Factur-X, ou XML UBL ou CII, comme votre fournisseur l’envoie. Le fichier n’est pas"
        " conservé ; rien n’est enregistré avant votre confirmation."
    )
    field = file_field(
        Ids.FILE,
        _("Facture électronique"),
        ".pdf,.xml,application/pdf,application/xml,text/xml",
        action="/factures/lire",
        send=_("Lire la facture"),
        answer=Ids.SENT,
        multiple=False,
        hint=hint,
        way=UploadTexts(at_once=True),
        kind="secondary",
    )
    return card(field, title=_("Déposer la facture"))


def read_notice(bill: EInvoice, pces: Sequence[str]) -> Component | None:
    """Return what a read bill still needs; `pces` are those of it that the viewer may see."""
    notes = []
    if len(pces) > 1:
        notes.append(
            _(
                "Cette facture compte {count} PCE : choisissez-en un, et ne laissez que ses"
                " chiffres.",
                count=len(pces),
            )
        )
    elif bill.pces and not pces:
        notes.append(_("Le PCE {number} de la facture n’est pas l’un des vôtres.",
                       number=bill.pces[0]))  # fmt: skip
    values = {
        _("le PCE"): pces,
        _("les jours"): bill.first and bill.last,
        _("l’énergie"): bill.energy_wh is not None,
        _("les index"): bill.start_dm3 is not None and bill.end_dm3 is not None,
        _("le montant"): bill.cents is not None,
    }
    absent = [label for label, value in values.items() if not value]
    if absent:
        notes.append(_("Le fichier ne dit pas : {absent}.", absent=", ".join(absent)))
    return alert(_("À compléter"), " ".join(notes), "warn") if notes else None


def edit_page(bill: Bill) -> Component:
    remove = button(_("Retirer"), id=Ids.REMOVE, icon="trash", kind="danger")
    typed = typed_of(bill.draft, site_text(bill.draft.pce, bill.alias))
    return _page(title_of(bill), form(typed, {}), [bill.id, bill.version], [remove])


def _page(
    title: str, drawn: list[Component], seen: list[int] | None, acts: list[Component]
) -> Component:
    purpose = _("Recopiez ce qui est écrit sur la facture : le portail la compare aux relevés.")
    legend = _("Ce que la facture indique")
    home = _("Factures"), PATH
    return FORM.page(title, purpose, drawn, seen, home=home, beside=acts, legend=legend)


def form(typed: Typed, errors: Errors) -> list[Component]:
    """Return the fields of a bill; values and errors are keyed as in `FIELDS`."""
    entries = FORM.entries(typed, errors)

    def figure(name: str, label: str, **options: Any) -> Component:  # noqa: ANN401
        return entries.text(name, label, inputMode="decimal", **options)

    natures = [(kind.value, _(words)) for kind, words in NATURES.items()]
    end_hint = _("compris, jusqu’à 6 h le lendemain")
    which = [
        site_field(entries, _("PCE de la facture")),
        entries.text("number", _("Numéro de facture, s’il y en a un")),
        entries.select("nature", _("Établie"), natures),
        entries.day("first", _("Premier jour facturé"), hint=_("il commence à 6 h")),
        entries.day("last", _("Dernier jour facturé"), hint=end_hint),
    ]
    credit = _("kWh PCS ; négatif pour un avoir")
    figures = [
        figure("energy", _("Énergie facturée (kWh)"), required=True, hint=credit),
        figure("start", _("Index de début (m³)")),
        figure("end", _("Index de fin (m³)")),
        figure("coefficient", _("Coefficient de conversion (kWh/m³)")),
        figure("amount", _("Montant (€)"), hint=_("toutes taxes comprises")),
    ]
    return [
        html.Div(which, className="admin-form"),
        html.H3(_("Ses chiffres"), className="admin-title"),
        html.Div(figures, className="admin-form"),
    ]


def typed_of(draft: BillDraft | EInvoice, site: str) -> Typed:
    """Return the field values of a bill or e-invoice of `site`, the text of its picker."""

    def typed_text(value: int | None, decimals: int) -> str:
        text = written(value, decimals, comma())
        return written(value, decimals) if is_doubtful(text) else text

    return {
        "pce": site,
        "number": draft.number,
        "nature": draft.nature.value,
        "first": draft.first.isoformat() if draft.first else "",
        "last": draft.last.isoformat() if draft.last else "",
        "start": typed_text(draft.start_dm3, DM3),
        "end": typed_text(draft.end_dm3, DM3),
        "coefficient": typed_text(draft.coefficient_e4, E4),
        "energy": typed_text(draft.energy_wh, WH),
        "amount": typed_text(draft.cents, CENT),
    }


def draft_of(typed: Typed, today: date) -> tuple[BillDraft | None, Errors]:
    """Return the bill of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    pce, nature = reader.read("pce", picked_pce), reader.read("nature", nature_in)
    first, last = reader.read("first", _day), reader.read("last", _day)
    if first and last:
        reader.read("last", lambda _text: check_dates(first, last, today))
    energy, number = reader.read("energy", energy_in), reader.read("number", number_in)
    start, end = reader.read("start", index_in), reader.read("end", index_in)
    coefficient, cents = (
        reader.read("coefficient", coefficient_in),
        reader.read("amount", amount_in),
    )
    if reader.errors or not pce or nature is None or not first or not last or energy is None:
        return None, reader.errors
    figures = (start, end, coefficient, cents)
    return BillDraft(pce, first, last, energy, number or "", nature, *figures), {}


def _day(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise Invalid(N_("Indiquez ce jour : il est sur la facture."))
    return day
