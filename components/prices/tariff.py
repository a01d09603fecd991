"""Render the form of a whole tariff, and what a year costs with it; parse its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Errors,
    FieldReader,
    FormEntries,
    RowForm,
    Typed,
    button,
    card,
    chip,
    columns,
    definition_list,
    html,
    page,
)
from components.prices.ids import TARIFF_FIELDS, Ids
from components.prices.labels import TARGET, UNIT_WORDS, first_in, typed_last
from components.prices.listing import PATH
from components.prices.successive import TariffHistory, successive_card
from components.prices.target import Tags, read_target, target_fields, typed_target
from core.i18n import _, number, percent
from data.metering.consumption.types import FleetTotals
from data.metering.prices.rules.checks import amount_in, amount_text, check_dates, check_sign
from data.metering.prices.rules.tariffs import (
    DEFAULTS,
    USUAL_CENTS,
    YearCost,
    cents_before,
    in_force_before,
    is_usual,
    part_names,
    year_cost,
)
from data.metering.prices.types import (
    PriceDraft,
    PriceKind,
    PriceRange,
    PriceTarget,
    PriceUnit,
)

FORM = RowForm(Ids.TARIFF, Ids.SEEN, Ids.ENTER, TARIFF_FIELDS)
_PER_ENERGY = (PriceUnit.EUR_MWH, PriceUnit.CENT_KWH, PriceUnit.EUR_KWH)
_FIXED = (PriceUnit.EUR_YEAR, PriceUnit.EUR_MONTH)
_UNITS: Mapping[PriceKind, tuple[str, Sequence[PriceUnit]]] = {
    PriceKind.VARIABLE: ("energy_unit", _PER_ENERGY),
    PriceKind.TAX: ("energy_unit", _PER_ENERGY),
    PriceKind.FIXED: ("fixed_unit", _FIXED),
}  # the field of the unit of each kind, and its choices
AMOUNT_FIELDS = (*DEFAULTS, "energy_unit", "fixed_unit")
_VAT = "20"  # percent, of every part since August 2025
_WIDE = 50  # percent of change from the tariff before that is asked about


@dataclass(frozen=True, slots=True)
class TypedTariff:
    """The fields of a tariff; its parts are named once the prices before it are known."""

    amounts: Mapping[str, tuple[int, PriceUnit]]  # by part
    first: date
    last: date | None
    target: PriceTarget

    def parts(self, before: Sequence[PriceDraft]) -> list[PriceDraft]:
        names = part_names(before)
        return [
            PriceDraft(names[part], DEFAULTS[part][1], unit, amount, self.first, self.last,
                       self.target)
            for part, (amount, unit) in self.amounts.items()
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TariffTrial:
    """A tariff being typed: its parts, the prices before it, and the year of its PCEs."""

    parts: Sequence[PriceDraft]
    before: Sequence[PriceDraft]
    year: FleetTotals
    similar: PriceRange | None = None


def tariff_page(tags: Tags, history: TariffHistory) -> Component:
    """Return the page of a new tariff; its taxes are those of the prices in force."""
    target = history.target
    first = history.today.replace(month=1, day=1)
    typed = {
        "energy_unit": PriceUnit.EUR_MWH.value,
        "fixed_unit": PriceUnit.EUR_YEAR.value,
        "vat": _VAT,
        "first": first.isoformat(),
        **_taxes(in_force_before(history.drafts, history.today, target)),
        **typed_target(target, history.alias),
    }
    title = _("Saisir un tarif")
    keep = button(_("Enregistrer quand même"), id=Ids.SURE)
    confirmation = html.Div(keep, id=Ids.SURE_ASKED, className="form-actions", hidden=True)
    drawn = FORM.draw(
        form(typed, {}, tags), None, above=[confirmation], below=[_other()], title=_("Le tarif"),
        hint=_("d’après le contrat ou une facture"),
    )  # fmt: skip
    beside = html.Div(waiting_card(), id=Ids.LIKELY)
    return page(
        title,
        crumbs=((_("Prix du gaz"), PATH), (title, None)),
        children=[
            columns(drawn, beside),
            *(successive_card(history) if target.pce else []),
            dcc.Store(id=Ids.DOUBTS),
        ],
        id="prices-tariff-page",
    )


def _taxes(drafts: Sequence[PriceDraft]) -> Typed:
    """Return the fields of the taxes in force, in the units of the form."""
    names = part_names(drafts)
    by_name = {draft.name: draft for draft in drafts}
    typed = {}
    for part, unit in (("excise", PriceUnit.EUR_MWH), ("vat", PriceUnit.PERCENT)):
        draft = by_name.get(names[part])
        if draft and draft.kind is DEFAULTS[part][1] and draft.unit is not PriceUnit.EUR_M3:
            typed[part] = amount_text(draft.amount, unit)
    return typed


def _other() -> Component:
    words = _("Une remise, un prix au m³ ou une autre taxe se saisit à part : ")
    link = html.A(_("ajouter une seule ligne"), href=f"{PATH}?new=part")
    return html.P([words, link, "."], className="muted small")


def form(typed: Typed, errors: Errors, tags: Tags) -> list[Component]:
    """Return the fields of a tariff; values and errors are keyed as in `TARIFF_FIELDS`."""
    entries = FORM.entries(typed, errors)
    amounts = [
        _amount(entries, "energy", _("Prix du gaz, hors taxes"), _("acheminement compris")),
        _amount(entries, "excise", _("Accise"), _("dans la même unité ; vide s’il n’y en a pas")),
        _unit(entries, "energy_unit", _("Unité de ces deux prix"), _PER_ENERGY),
        _amount(entries, "subscription", _("Abonnement, hors taxes"), None),
        _amount(entries, "cta", _("CTA"), _("dans la même unité ; vide si elle est comprise")),
        _unit(entries, "fixed_unit", _("Unité de ces deux montants"), _FIXED),
    ]
    when = [
        _amount(entries, "vat", _("TVA (%)"), _("sur le tout")),
        entries.day("first", _("Du"), hint=_("le tarif d’avant s’arrête la veille")),
        entries.day("last", _("Au, s’il est connu")),
    ]
    return [
        html.Div(amounts, className="admin-form prices-amounts"),
        html.Div(when, className="admin-form prices-amounts prices-when"),
        html.H3(_("Pour quels PCE"), className="admin-title"),
        html.Div(target_fields(entries, tags), className="admin-form prices-whom"),
    ]


def _amount(entries: FormEntries, name: str, label: str, hint: str | None) -> Component:
    return entries.text(name, label, inputMode="decimal", hint=hint, settles=400)


def _unit(entries: FormEntries, name: str, label: str, units: Sequence[PriceUnit]) -> Component:
    options = [(unit.value, _(UNIT_WORDS[unit])) for unit in units]
    return entries.select(name, label, options)


def read_tariff(typed: Typed) -> tuple[TypedTariff | None, Errors]:
    """Return the tariff of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    first, last = reader.read("first", first_in), typed_last(typed)
    reader.read("last", lambda _text: check_dates(first, last) if first else None)
    target = read_target(reader, TARGET)
    amounts = {
        part: reader.read(part, partial(_amount_in, unit=_unit_in(typed, part)))
        for part in DEFAULTS
        if part == "energy" or typed.get(part, "").strip()
    }
    if reader.errors or first is None or target is None:
        return None, reader.errors
    amounts_by_part = {part: amount for part, amount in amounts.items() if amount is not None}
    return TypedTariff(amounts_by_part, first, last, target), {}


def _amount_in(text: str, unit: PriceUnit) -> tuple[int, PriceUnit]:
    amount = amount_in(text, unit)
    check_sign("", amount)
    return amount, unit


def _unit_in(typed: Typed, part: str) -> PriceUnit:
    """Return the unit of a part, the first one if none of those offered is chosen."""
    field, units = _UNITS.get(DEFAULTS[part][1], ("", (PriceUnit.PERCENT,)))
    return next((unit for unit in units if unit.value == typed.get(field)), units[0])


def waiting_card() -> Component:
    text = _("Saisissez le prix du gaz : le coût de vos douze derniers mois s’affiche ici.")
    return card(html.P(text), title=_("Est-ce plausible ?"))


def likely_card(trial: TariffTrial) -> Component:
    """Return what the last twelve months cost with the tariff, and whether that is usual."""
    energy_wh, pces = trial.year.energy_wh or 0, trial.year.pces
    title = _("Est-ce plausible ?")
    if energy_wh <= 0:
        text = _("Aucun relevé des douze derniers mois : le coût d’une année ne se calcule pas.")
        return card(html.P(text), title=title)
    cost = year_cost(trial.parts, energy_wh, pces)
    before = cents_before(trial.before, trial.parts[0].first, (energy_wh, pces))
    sure = is_likely(cost, before, trial.similar)
    mark = (
        chip(_("plausible"), icon="check-circle", tone="ok")
        if sure
        else chip(_("à vérifier"), icon="question-circle", tone="warn")
    )
    lines = [(name, f"{number(euros)}\u00a0€") for name, euros in cost.euros.items()]
    total = html.B(_("12 mois, TTC")), html.B(f"{number(cost.total)}\u00a0€")
    body = [html.P(likely_sentence(cost, before, trial.similar)), definition_list([*lines, total])]
    return card(body, title=title, actions=mark)


def is_likely(cost: YearCost, before: float | None, similar: PriceRange | None = None) -> bool:
    if before:
        return abs(cost.cents_per_kwh / before - 1) * 100 <= _WIDE
    if similar:
        low, high = similar.low_cents, similar.high_cents
        return low * (100 - _WIDE) <= cost.cents_per_kwh * 100 <= high * (100 + _WIDE)
    return is_usual(cost.cents_per_kwh)


def likely_sentence(cost: YearCost, before: float | None, similar: PriceRange | None = None) -> str:
    """Return the cost of a year and of a kWh, beside the tariff before and similar sites.

    Without either, it is compared with the usual range.
    """
    paid = _(
        "À ce tarif, vos douze derniers mois ({energy} kWh) coûtent {total} € TTC, soit"
        " {price} c€/kWh.",
        energy=number(cost.energy_wh / 1000),
        total=number(cost.total),
        price=number(cost.cents_per_kwh, 2),
    )
    beside = []
    if before:
        change = percent(100 * (cost.cents_per_kwh / before - 1), 0)
        beside.append(_("Le tarif d’avant revenait à {price} c€/kWh ({change}).",
                        price=number(before, 2), change=change))  # fmt: skip
    if similar:
        beside.append(_("La moitié de vos {count} sites de cette taille paie de {low} à {high} c€.",
                        count=number(similar.count), low=number(similar.low_cents, 1),
                        high=number(similar.high_cents, 1)))  # fmt: skip
    if not beside:
        low, high = USUAL_CENTS
        beside.append(_("Un kWh coûte d’ordinaire de {low} à {high} c€, tout compris.",
                        low=number(low), high=number(high)))  # fmt: skip
    if not is_likely(cost, before, similar):
        beside.append(_("L’unité et les montants sont-ils les bons ?"))
    return " ".join([paid, *beside])
