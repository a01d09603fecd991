"""Render the form of a whole tariff, and what a year costs with it; parse its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Child,
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
    link,
    page,
)
from components.prices.ids import TARIFF_FIELDS, Ids
from components.prices.labels import (
    TARGET,
    UNIT_WORDS,
    amount_words,
    first_in,
    name_words,
    typed_last,
)
from components.prices.listing import PATH
from components.prices.successive import (
    TariffHistory,
    days_words,
    successive_card,
    target_words,
)
from components.prices.target import Tags, read_target, target_fields, typed_target
from core.i18n import _, number, percent
from data.metering.consumption.types import FleetTotals
from data.metering.prices.rules.checks import amount_in, amount_text, check_dates, check_sign
from data.metering.prices.rules.tariffs import (
    DEFAULTS,
    MONTHS,
    USUAL_CENTS,
    StoredTariff,
    YearCost,
    cents_before,
    in_force_before,
    is_usual,
    next_first,
    part_names,
    year_cost,
)
from data.metering.prices.types import Component as Price
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
class TariffEntries:
    """Build the fields of a tariff; amounts of `shared` parts are changed on pages of their own."""

    fields: FormEntries
    shared: Mapping[str, Price]

    def amount(self, name: str, label: str, hint: str | None) -> Component:
        component, options = self.shared.get(name), {"inputMode": "decimal", "settles": 400}
        if component is None:
            return self.fields.text(name, label, hint=hint, **options)
        words = link(_("à modifier à part"), f"{PATH}?edit={component.id}")
        note = [_("vaut aussi d’autres jours ou d’autres PCE"), " · ", words]
        return self.fields.text(name, label, hint=note, readonly=True, **options)


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
    first = next_first(history.drafts, history.today, target)
    typed = {
        "energy_unit": PriceUnit.EUR_MWH.value,
        "fixed_unit": PriceUnit.EUR_YEAR.value,
        "vat": _VAT,
        "first": first.isoformat(),
        **_taxes(in_force_before(history.drafts, history.today, target)),
        **typed_target(target, history.alias),
    }
    title, after = _("Saisir un tarif"), successive_card(history) if target.pce else []
    return _page(title, form(typed, {}, tags), None, [_other()], [*after, _here(target.pce)])


def edit_page(stored: StoredTariff, tags: Tags, pce: str) -> Component:
    """Return the page of a stored tariff; `pce` is that of the list that it is opened from."""
    draft, alias = stored.gas.draft, stored.gas.alias
    days, whom = days_words(draft.first, draft.last), target_words(draft.target, alias)
    title = _("Tarif {days}\u00a0: {whom}", days=days, whom=whom)
    drawn = form(typed_of(stored), {}, tags, stored)
    keys = [number for row in stored.row_keys for number in row]
    below = [_part_links(stored.others), _other()] if stored.others else [_other()]
    return _page(title, drawn, keys, below, [_here(pce)])


def _page(
    title: str,
    fields: list[Component],
    seen: list[int] | None,
    below: Sequence[Component],
    after: Sequence[Component],
) -> Component:
    keep = button(_("Enregistrer quand même"), id=Ids.SURE)
    confirmation = html.Div(keep, id=Ids.SURE_ASKED, className="form-actions", hidden=True)
    drawn = FORM.draw(
        fields, seen, above=[confirmation], below=below, title=_("Le tarif"),
        hint=_("d’après le contrat ou une facture"),
    )  # fmt: skip
    beside = html.Div(waiting_card(), id=Ids.LIKELY)
    return page(
        title,
        crumbs=((_("Prix du gaz"), PATH), (title, None)),
        children=[columns(drawn, beside), *after, dcc.Store(id=Ids.DOUBTS)],
        id="prices-tariff-page",
    )


def _here(pce: str) -> Component:
    return dcc.Store(id=Ids.HERE, data=pce)


def typed_of(stored: StoredTariff) -> Typed:
    """Return the field values of a stored tariff, its parts in the units of the form."""
    draft, own = stored.gas.draft, stored.own
    fixed = own.get("subscription") or own.get("cta")
    fixed_unit = fixed.draft.unit if fixed else PriceUnit.EUR_YEAR
    units = {"energy_unit": draft.unit.value, "fixed_unit": fixed_unit.value}
    amounts = {
        part: amount_text(_amount_by(component.draft, _unit_in(units, part)), _unit_in(units, part))
        for part, component in {**stored.shared, **own}.items()
    }
    last = draft.last.isoformat() if draft.last else ""
    whom = typed_target(draft.target, stored.gas.alias)
    return {**units, **amounts, "first": draft.first.isoformat(), "last": last, **whom}


def _amount_by(draft: PriceDraft, unit: PriceUnit) -> int:
    """Return the stored amount of a part in the base of `unit`: a month or a year may differ."""
    if draft.unit is unit or draft.kind is not PriceKind.FIXED:
        return draft.amount
    return draft.amount * MONTHS if unit is PriceUnit.EUR_YEAR else draft.amount // MONTHS


def _part_links(components: Sequence[Price]) -> Component:
    """Return the links to the components that have no field in the form."""
    links: list[Child] = []
    for component in components:
        words = f"{name_words(component.draft.name)} ({amount_words(component.draft)})"
        links += [", " if links else " ", link(words, f"{PATH}?edit={component.id}")]
    return html.P([_("S’y ajoute, à modifier à part\u00a0:"), *links], className="muted small")


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
    part = link(_("ajouter une seule ligne"), f"{PATH}?new=part")
    return html.P([words, part, "."], className="muted small")


def form(
    typed: Typed, errors: Errors, tags: Tags, stored: StoredTariff | None = None
) -> list[Component]:
    """Return the fields of a tariff; values and errors are keyed as in `TARIFF_FIELDS`.

    The parts that a `stored` one shares with other days or PCEs are read only.
    """
    entries = TariffEntries(FORM.entries(typed, errors), stored.shared if stored else {})
    amounts = [
        entries.amount("energy", _("Prix du gaz, hors taxes"), _("acheminement compris")),
        entries.amount("excise", _("Accise"), _("dans la même unité ; vide s’il n’y en a pas")),
        _unit(entries.fields, "energy_unit", _("Unité de ces deux prix"), _PER_ENERGY),
        entries.amount("subscription", _("Abonnement, hors taxes"), None),
        entries.amount("cta", _("CTA"), _("dans la même unité ; vide si elle est comprise")),
        _unit(entries.fields, "fixed_unit", _("Unité de ces deux montants"), _FIXED),
    ]
    ends = _("le tarif d’avant s’arrête la veille")
    when = [
        entries.amount("vat", _("TVA (%)"), _("sur le tout")),
        entries.fields.day("first", _("Du"), hint=None if stored else ends),
        entries.fields.day("last", _("Au, s’il est connu")),
    ]
    return [
        html.Div(amounts, className="admin-form prices-amounts"),
        html.Div(when, className="admin-form prices-amounts prices-when"),
        html.H3(_("Pour quels PCE"), className="admin-title"),
        html.Div(target_fields(entries.fields, tags), className="admin-form prices-whom"),
    ]


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


def amount_errors(typed: Typed, similar: PriceRange | None = None) -> dict[str, str]:
    """Return what is wrong with the amounts typed, by field, with what a kWh usually costs."""
    _tariff, errors = read_tariff(typed)
    wrong = {part: errors[part] for part in DEFAULTS if part in errors and typed[part].strip()}
    return with_range(wrong, similar)


def with_range(wrong: Mapping[str, str], similar: PriceRange | None) -> dict[str, str]:
    """Return the errors with what a kWh usually costs beside that of the price of gas."""
    return {
        part: f"{error} {range_words(similar)}" if part == "energy" else error
        for part, error in wrong.items()
    }


def target_of(typed: Typed) -> PriceTarget | None:
    """Return the PCEs of the fields, None when they are not valid."""
    return read_target(FieldReader(typed), TARGET)


def waiting_card(*, wrong: bool = False) -> Component:
    text = _("Saisissez le prix du gaz : le coût de vos douze derniers mois s’affiche ici.")
    if wrong:
        text = _("Corrigez ce qui est signalé : le coût de vos douze derniers mois s’affiche ici.")
    return card(html.P(text), title=_("Est-ce plausible ?"))


def range_words(similar: PriceRange | None) -> str:
    """Return what similar sites pay for a kWh, or else what one usually costs."""
    if similar:
        return _("La moitié de vos {count} sites de cette taille paie de {low} à {high} c€.",
                 count=number(similar.count), low=number(similar.low_cents, 1),
                 high=number(similar.high_cents, 1))  # fmt: skip
    low, high = USUAL_CENTS
    return _("Un kWh coûte d’ordinaire de {low} à {high} c€, tout compris.",
             low=number(low), high=number(high))  # fmt: skip


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
    lines = [(name_words(name), f"{number(euros)}\u00a0€") for name, euros in cost.euros.items()]
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
    if similar or not beside:
        beside.append(range_words(similar))
    if not is_likely(cost, before, similar):
        beside.append(_("L’unité et les montants sont-ils les bons ?"))
    return " ".join([paid, *beside])
