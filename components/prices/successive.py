"""Render successive tariffs, the days without a price and the prices that add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.costs import PRICES, site_text
from components.kit import html
from components.prices.labels import name_words
from core.i18n import _, number, plural, short_day
from core.query_string import query_string
from data.metering.consumption.types import FleetTotals
from data.metering.prices.rules.costs import in_force
from data.metering.prices.rules.schedule import (
    TariffPeriod,
    find_gaps,
    list_tariff_periods,
)
from data.metering.prices.rules.tariffs import cents_with
from data.metering.prices.types import EVERY, NANO, PriceDraft, PriceKind, PriceTarget
from data.metering.prices.types import Component as Price

_CENTS = 100


@dataclass(frozen=True, slots=True)
class TariffHistory:
    """The prices that may apply to the PCEs of a target, their last twelve months, and the day.

    `alias` is that of the PCE, if the target is one.
    """

    prices: Sequence[Price]
    year: FleetTotals | None
    today: date
    target: PriceTarget = EVERY
    alias: str = ""

    @property
    def drafts(self) -> list[PriceDraft]:
        return [price.draft for price in self.prices]

    @property
    def name(self) -> str:
        return target_words(self.target, self.alias)


@dataclass(frozen=True, slots=True)
class TariffChanges:
    """The buttons that change tariffs: of all targets unless the viewer is `limited` to tags.

    `changed` is the id of a price of gas just changed, to which the page returns.
    """

    pce: str
    changed: int
    limited: bool

    def button(self, period: TariffPeriod, history: TariffHistory) -> kit.Children:
        gas = _gas_of(period, history)
        if gas is None or (self.limited and gas.draft.target == EVERY):
            return kit.NONE
        days = days_words(period.tariff.first, period.tariff.last)
        return kit.button(
            _("Modifier"),
            href=f"{PRICES}{query_string({'tariff': gas.id, 'pce': self.pce})}",
            icon="pencil",
            **kit.aria(label=_("Modifier le tarif {days}, {whom}", days=days, whom=history.name)),
            **(kit.data(returned="true") if gas.id == self.changed else {}),
        )


def _gas_of(period: TariffPeriod, history: TariffHistory) -> Price | None:
    """Return the price of gas that makes a period, the first by name of those that add up."""
    by_draft = {price.draft: price for price in history.prices}
    drafts = [
        draft
        for draft in in_force(list(by_draft), period.tariff.first)
        if draft.kind is PriceKind.VARIABLE and draft.name in period.gas_names
    ]
    return by_draft[min(drafts, key=lambda draft: draft.name)] if drafts else None


def successive_card(
    history: TariffHistory, changes: TariffChanges | None = None
) -> list[Component]:
    """Return the list of tariffs of one target, latest first; nothing without a price of gas."""
    return tariffs_card([history], named=False, changes=changes)


def tariffs_card(
    histories: Sequence[TariffHistory],
    links: Sequence[Component] = (),
    *,
    named: bool = True,
    changes: TariffChanges | None = None,
) -> list[Component]:
    """Return the tariffs of each target, latest first, `named` or not, and `links` to others.

    With `changes`, each has a button that opens its form.
    """
    listed = [
        (history, period)
        for history in histories
        for period in reversed(list_tariff_periods(history.drafts))
    ]
    if not listed:
        return []
    first = [_("Pour")] if named else []
    last = [acts_head()] if changes else []
    rows = [
        [
            *([history.name] if named else []),
            *_row(period, history),
            *([changes.button(period, history)] if changes else []),
        ]
        for history, period in listed
    ]
    notes = [
        kit.alert(history.name if named else _("À vérifier"), note, "warn")
        for history in histories
        for note in _notes(list_tariff_periods(history.drafts))
    ]
    title = _("Tarifs") if named else _("Tarifs successifs")
    numbers = range(len(first) + 1, len(first) + 5)
    table = kit.table([*first, *_head(), *last], rows, caption=title, numbers=numbers, cards=True)
    coverage = "" if named else _coverage(list_tariff_periods(histories[0].drafts))
    year = _("tout compris : sur la consommation de douze mois")
    hint = " · ".join(part for part in (coverage, year) if part)
    return [kit.card([*notes, table, *links], title=title, hint=hint, flush=True)]


def acts_head() -> Component:
    """Return the head of the column of buttons, for screen readers alone."""
    return html.Span(_("Actions"), className="visually-hidden")


def _head() -> list[str]:
    return [_("Période"), _("Gaz (c€/kWh HT)"), _("Taxes (c€/kWh HT)"), _("Fixe (€/an HT)"),
            _("Tout compris (c€/kWh TTC)"), _("État")]  # fmt: skip


def target_words(target: PriceTarget, alias: str) -> str:
    if target.pce:
        return site_text(target.pce, alias)
    return _("Étiquette {tag}", tag=target.tag) if target.tag else _("Tous les PCE")


def _row(period: TariffPeriod, history: TariffHistory) -> list[kit.Children]:
    year = history.year
    use = (year.energy_wh or 0, year.pces) if year else (0, 0)
    cents = cents_with(period.tariff, use) if use[0] > 0 else None
    names = html.Div(" + ".join(map(name_words, period.gas_names)), className="muted small")
    return [
        [html.Div(days_words(period.tariff.first, period.tariff.last), className="nowrap"), names],
        _price(period.gas_per_kwh),
        _price(period.tax_per_kwh),
        number(period.fixed_per_year / NANO, 2),
        kit.NONE if cents is None else html.B(number(cents, 2)),
        _state(period, history.today),
    ]


def days_words(first_day: date, last: date | None) -> str:
    first = short_day(first_day)
    if last is None:
        return _("depuis le {first}", first=first)
    return _("du {first} au {last}", first=first, last=short_day(last))


def _price(nano: int | None) -> str:
    return kit.NONE if nano is None else number(nano * _CENTS / NANO, 3)


def _state(period: TariffPeriod, today: date) -> Component:
    if period.tariff.first > today:
        return kit.chip(_("à venir"), icon="calendar-event")
    if period.tariff.holds(today):
        return kit.chip(_("en vigueur"), icon="check-circle-fill", tone="ok")
    return kit.chip(_("terminé"), icon="archive")


def _coverage(periods: Sequence[TariffPeriod]) -> str:
    """Return since when each day has a price, "" with a gap."""
    if find_gaps(periods):
        return ""
    first, last = short_day(periods[0].tariff.first), periods[-1].tariff.last
    if last is None:
        return _("aucun jour sans prix depuis le {first}", first=first)
    return _("aucun jour sans prix du {first} au {last}", first=first, last=short_day(last))


def _notes(periods: Sequence[TariffPeriod]) -> list[str]:
    """Return a sentence for each run of days without a price, and for prices that add up."""
    gaps = [
        plural(
            "Aucun prix le {first} : ce jour n’a pas de coût.",
            "Aucun prix du {first} au {last} : ces {count} jours n’ont pas de coût.",
            (last - first).days + 1, first=short_day(first), last=short_day(last),
        )
        for first, last in find_gaps(periods)
    ]  # fmt: skip
    sums = [
        _(
            "{days}, plusieurs prix du gaz s’ajoutent : {names}. Si l’un remplace l’autre,"
            " terminez le premier.",
            days=days_words(period.tariff.first, period.tariff.last).capitalize(),
            names=", ".join(map(name_words, period.gas_names)),
        )
        for period in periods
        if len(period.gas_names) > 1
    ]
    return [*gaps, *sums]
