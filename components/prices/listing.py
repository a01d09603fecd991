"""Render the tariffs of each target, and their parts one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.costs import PRICES, costs_head, method_fold
from components.kit import html
from components.prices.ids import Ids
from components.prices.labels import KINDS, amount_words, name_words
from components.prices.successive import (
    TariffChanges,
    TariffHistory,
    acts_head,
    days_words,
    successive_card,
    target_words,
    tariffs_card,
)
from core.access import Permission, Viewer
from core.i18n import N_, _
from core.query_string import query_string
from data.metering.pces.types import PceRow
from data.metering.prices.rules.costs import in_force
from data.metering.prices.types import Component as Price
from data.metering.prices.types import PriceDraft, PriceKind
from data.notifications.types import HelpSubject

PATH = PRICES
SIZE = 20  # targets of a page

REMOVED = kit.RestoreNotice(
    Ids.RESTORE,
    Ids.REMOVED,
    N_("Prix supprimé"),
    N_("Vous pouvez le rétablir pendant un jour."),
    N_("Le rétablir"),
)


@dataclass(frozen=True, slots=True)
class PricesFacts:
    """Content of the list; `pce` and `alias` are set when the address names a PCE.

    `prices` and `histories` are those of the targets of the page of `pages`.
    """

    prices: Sequence[Price]
    histories: Sequence[TariffHistory]
    pages: kit.Pages
    pce: str = ""
    alias: str = ""
    deciders: Sequence[str] = ()  # colleagues who enter prices, for a viewer who cannot
    sites: Sequence[PceRow] = ()  # suggestions of the picker
    removed: int = 0  # id of a price just removed
    changed: int = 0  # id of the price of gas of a tariff just changed


def prices_page(viewer: Viewer, facts: PricesFacts) -> Component:
    writes = viewer.may(Permission.PRICES_WRITE)
    changes = TariffChanges(facts.pce, facts.changed, viewer.limited) if writes else None
    add = kit.button(_("Saisir un tarif"), href=_new(facts), icon="plus-lg", kind="primary")
    bring = kit.button(_("Importer"), href=f"{PATH}?sheet=1", icon="upload")
    export = kit.button(
        _("Exporter"), href="/export/feuilles/prix?format=xlsx", icon="download", download=True
    )
    acts = [*([export] if facts.prices else []), *([bring, add] if writes else [])]
    return kit.page(
        _("Coûts"),
        actions=acts,
        lead=kit.lead(_opening(facts)),
        children=[
            costs_head(PATH, facts.pce, facts.alias, facts.sites),
            *REMOVED.draw(facts.removed),
            *_tariffs(facts, changes),
            *_body(facts, viewer, writes=writes),
            _rules(),
        ],
        id="prices-page",
    )


def _opening(facts: PricesFacts) -> str:
    if facts.pce:
        site = facts.alias or facts.pce
        return _("Les tarifs qui valent pour {site}.", site=site)
    return _("Ce que coûte un kWh, tout compris, aux dates et aux sites de chaque tarif.")


def _tariffs(facts: PricesFacts, changes: TariffChanges | None) -> list[Component]:
    if facts.pce:
        return successive_card(facts.histories[0], changes)
    words = _("Précédents"), _("Suivants")
    links = facts.pages.links(_("Pages des tarifs"), words, f"{PATH}?page={{}}".format)
    return tariffs_card(facts.histories, links, changes=changes)


def _body(facts: PricesFacts, viewer: Viewer, *, writes: bool) -> list[Component]:
    if not facts.prices:
        return [kit.card(_nothing(facts, writes=writes))]
    missing = all(
        price.draft.kind is not PriceKind.VARIABLE or price.draft.amount < 0
        for price in facts.prices
    )
    drafts_in_force = _effective_price(facts, viewer.today)
    rows = [_row(price, viewer.today, drafts_in_force, writes=writes) for price in facts.prices]
    head: list[kit.Children] = [_("Nom"), _("Montant"), _("Pour"), _("État"), _("Validité"),
                                _("Sorte"), *([acts_head()] if writes else [])]  # fmt: skip
    title = _("Prix saisis, un par un")
    listed = kit.table(head, rows, caption=title, numbers=[1], cards=True)
    if missing:
        return [_unpriced(), kit.card(listed, title=title, flush=True)]
    hint = _("pour corriger, terminer ou supprimer l’un d’eux") if writes else None
    return [html.Div(kit.fold(title, listed, hint=hint), className="card folds")]


def _unpriced() -> Component:
    return kit.alert(
        _("Aucun prix du gaz lui-même"),
        _("Des parts fixes et des taxes seules ne donnent pas de coût : ajoutez un prix du gaz."),
        "warn",
    )


def _new(facts: PricesFacts) -> str:
    """Return the address of a new tariff, for the PCE of the list if there is one."""
    return f"{PATH}?new=1{query_string({'pce': facts.pce}, '&')}"


def _nothing(facts: PricesFacts, *, writes: bool) -> Component:
    text = _(
        "Sans prix, les consommations ne s’affichent pas en euros. Saisissez le prix du"
        " gaz, l’abonnement et les taxes en une fois, ou par un fichier."
    )
    if not writes:
        text = _("Sans prix, les consommations ne s’affichent pas en euros.")
        text = f"{text} {sentence_of(facts.deciders, HelpSubject.PRICES)}"
    add = kit.button(_("Saisir un tarif"), href=_new(facts), kind="primary")
    bring = kit.button(_("Importer un fichier"), href=f"{PATH}?sheet=1")
    acts = [bring, add] if writes else ask(facts.deciders, HelpSubject.PRICES, facts.pce)
    return kit.empty("currency-euro", _("Aucun prix saisi"), text, acts)


def _effective_price(facts: PricesFacts, today: date) -> set[PriceDraft]:
    """Return the prices that apply to the chosen PCE today, or all of them without one."""
    drafts = [price.draft for price in facts.prices]
    return set(in_force(drafts, today)) if facts.pce else set(drafts)


def _row(
    price: Price, today: date, drafts_in_force: set[PriceDraft], *, writes: bool
) -> list[kit.Children]:
    draft = price.draft
    days = days_words(draft.first, draft.last)
    change = kit.button(
        _("Modifier"),
        href=f"{PATH}?edit={price.id}",
        icon="pencil",
        small=True,
        **kit.aria(
            label=_("Modifier «\u00a0{name}\u00a0», {days}", name=name_words(draft.name), days=days)
        ),
    )
    return [
        name_words(draft.name),
        html.Span(amount_words(draft), className="nowrap"),
        target_words(price.draft.target, price.alias),
        _state(draft, today, drafts_in_force),
        days,
        _(KINDS[draft.kind]),
        *([change] if writes else []),
    ]


def _state(draft: PriceDraft, today: date, drafts_in_force: set[PriceDraft]) -> Component:
    if draft.first > today:
        return kit.chip(_("à venir"), icon="calendar-event")
    if draft.last is not None and draft.last < today:
        return kit.chip(_("terminé"), icon="archive")
    if draft not in drafts_in_force:
        return kit.chip(_("remplacé par un prix plus précis"), icon="layers")
    return kit.chip(_("en vigueur"), icon="check-circle-fill", tone="ok")


def _rules() -> Component:
    rules = [
        _(
            "Entre deux prix du même nom, le plus précis l’emporte : celui d’un PCE, puis celui"
            " d’une étiquette (la première par ordre alphabétique), puis celui de tous les PCE."
        ),
        _("Les parts fixes se répartissent par jour : un mois entier coûte ce qui a été saisi."),
        _("Un jour sans prix du gaz n’est pas gratuit : il manque, et la couverture l’indique."),
        _("Les prix sont par kWh PCS, comme sur les factures et les relevés."),
    ]
    return method_fold(_("Comment ils comptent"), rules)
